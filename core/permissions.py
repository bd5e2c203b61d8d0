"""Who acts, and the answer to "may I?": an allowed flag with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from django.utils.translation import gettext_lazy as _

from core.errors import NotAllowed, Sentence


@dataclass(frozen=True, slots=True)
class RoleScope:
    """An operator role, valid below one region. `region` is a path prefix, "" for all."""

    role: str
    region: str = ""

    def covers(self, path: str) -> bool:
        return path.startswith(self.region)


@dataclass(frozen=True, slots=True)
class Actor:
    """A frozen picture of who acts, built once at the edge.

    `organization_*` is the organization acted for (0 and "" for none), `membership` the role
    there, `verified` whether the operator has verified it; `scopes` are operator roles in force
    at the moment the actor was built. `on_behalf_of` names the caller when a coordinator acts
    for somebody on the phone (代为登记). No model instance, no query.
    """

    user_id: int = 0
    name: str = ""
    organization_id: int = 0
    organization_number: str = ""
    organization_name: str = ""
    membership: str = ""
    verified: bool = False
    scopes: tuple[RoleScope, ...] = ()
    channel: str = "web"
    request_id: str = ""
    on_behalf_of: str = ""
    api_scopes: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_authenticated(self) -> bool:
        return bool(self.user_id) or self.channel == "system"

    @property
    def is_system(self) -> bool:
        return self.channel == "system"

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(scope.role for scope in self.scopes)

    def has_role(self, roles: Iterable[str], region: str = "") -> bool:
        """Whether one of `roles` is held for the region path (an operator role or the system)."""
        wanted = set(roles)
        return self.is_system or any(s.role in wanted and s.covers(region) for s in self.scopes)

    def acts_for(self, organization_id: int | None) -> bool:
        return bool(organization_id) and self.organization_id == organization_id


SYSTEM = Actor(name="系统", channel="system")
NOBODY = Actor()


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no, and why. `if decision:` works; `decision.require()` raises when refused."""

    allowed: bool
    reason: Sentence = ""

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> Self:
        """Return itself when allowed; raise NotAllowed with the reason otherwise."""
        if not self.allowed:
            raise NotAllowed(self.reason)
        return self


ALLOWED = Decision(True)


def refuse(reason: Sentence) -> Decision:
    return Decision(False, reason)


def first_refusal(*decisions: Decision) -> Decision:
    """All must allow; the first refusal speaks."""
    return next((d for d in decisions if not d), ALLOWED)


# -- duties -------------------------------------------------------------------------------
# What the pages of the ground ask for. `core` knows no role: accounts says in its ready()
# which roles carry which duty.
RUN_BASE = "run-base"  # change options and working days, send failed news again
INSPECT_BASE = "inspect-base"  # see those pages
READ_TRAIL = "read-trail"  # read the audit trail of everybody
SEE_PEOPLE = "see-people"  # read the names of persons in a record's history

_duties: dict[str, frozenset[str]] = {}


def assign_duty(duty: str, roles: Iterable[str]) -> None:
    """Give a duty to roles, beside those that have it already."""
    _duties[duty] = _duties.get(duty, frozenset()) | frozenset(str(role) for role in roles)


def may(actor: Actor, duty: str, region: str = "") -> Decision:
    """Whether one of the actor's roles carries the duty for the region ("": the whole base)."""
    if actor.has_role(_duties.get(duty, frozenset()), region):
        return ALLOWED
    return refuse(_("这一页只给负责的工作人员看。需要的话，请联系系统管理员。"))
