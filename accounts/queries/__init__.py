"""Reads of people, organizations and regions; loaders check access and raise NotFound."""

from accounts.queries.actor import (
    acting_for,
    acting_for_caller,
    active_memberships,
    build_actor,
    grants_in_force,
    role_scopes,
)

__all__ = [
    "acting_for",
    "acting_for_caller",
    "active_memberships",
    "build_actor",
    "grants_in_force",
    "role_scopes",
]
