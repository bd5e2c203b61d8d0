"""System checks of the ground: a database that lost its triggers is said at start."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connection

from core import triggers


@register(Tags.database)
def append_only_triggers(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **_kwargs: Any,
) -> list[CheckMessage]:
    """Each append-only table has its triggers (SQLite drops them when a table is rebuilt)."""
    if not databases:
        return []
    try:
        present = set(connection.introspection.table_names())
    except DatabaseError as error:
        return [
            Error(
                f"the database cannot be asked for its triggers: {error}",
                id="core.E002",
            )
        ]
    tables = [table for table in triggers.APPEND_ONLY if table in present]
    return [
        Error(
            f"trigger {name} is missing: audit rows could be changed unseen.",
            hint="Run `manage.py migrate`, or put it back with core.triggers.install().",
            id="core.E001",
        )
        for name in triggers.missing(tables)
    ]
