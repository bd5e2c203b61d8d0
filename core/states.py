"""The one door for state: a table of legal moves per model, and `advance`, which walks it.

The same table draws the buttons (`Machine.actions`), refuses what is not on it and names the
audit act; nothing else in the code assigns a state (a test sees to that).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from core import audit, outbox
from core.errors import Conflict, Sentence
from core.models import Numbered
from core.numbers import take_number
from core.permissions import Actor


@dataclass(frozen=True, slots=True)
class Move:
    """One legal move: from any of `sources` by `action` to `target`, announced as `event`."""

    action: str
    sources: frozenset[str]
    target: str
    label: Sentence = ""
    event: str = ""


@dataclass(frozen=True)
class Machine:
    """The legal moves of one kind of thing."""

    kind: str
    moves: tuple[Move, ...]
    _by_action: dict[str, Move] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        table = {move.action: move for move in self.moves}
        if len(table) != len(self.moves):
            raise ValueError(f"{self.kind}: an action stands in the table twice")
        object.__setattr__(self, "_by_action", table)

    def move(self, action: str) -> Move:
        return self._by_action[action]

    def allows(self, state: str, action: str) -> bool:
        return state in self._by_action[action].sources

    def actions(self, state: str) -> list[Move]:
        """The moves that may be offered in a state, in table order."""
        return [move for move in self.moves if state in move.sources]


def move(
    action: str,
    sources: Iterable[str],
    target: str,
    label: Sentence = "",
    event: str = "",
) -> Move:
    return Move(action, frozenset(sources), target, label, event)


class Stateful(Numbered):
    """A numbered row with states. `MACHINE` is its table; `state` is written by `advance` only."""

    MACHINE: ClassVar[Machine]

    state: Any

    class Meta:
        abstract = True

    @property
    def actions(self) -> list[Move]:
        return self.MACHINE.actions(self.state)


# What only `begin` and `advance` write.
GUARDED = frozenset({"state", "number", "version", "created_at", "updated_at"})

Row = TypeVar("Row", bound=Numbered)
StatefulRow = TypeVar("StatefulRow", bound=Stateful)


def lock(obj: Row, *, version: int | None = None) -> Row:
    """The row as it stands, locked until the end of the transaction.

    Raises Conflict when it has gone, or when `version` is given and the row has moved past it:
    two tabs, or two people.
    """
    model: type[Row] = type(obj)
    locked = model._default_manager.select_for_update(of=("self",)).filter(pk=obj.pk).first()
    if locked is None:
        raise Conflict(_("这一条已经不在了。"))
    if version is not None and locked.version != version:
        raise Conflict(_("你打开之后，别人已经改过这一条。你写的还在，请看过新内容再保存。"))
    return locked


def _save(obj: Numbered, changes: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    before = {name: getattr(obj, name) for name in changes}
    for name, value in changes.items():
        setattr(obj, name, value)
    obj.version += 1
    obj.updated_at = at
    obj.save(update_fields=[*changes, "version", "updated_at"])
    return before


@transaction.atomic
def begin(
    obj: Row,
    *,
    by: Actor,
    at: datetime,
    act: str = "create",
    event: str = "",
    facts: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Row:
    """Save a new row in its first state with a number of its own; audit it, announce it."""
    obj.number = take_number(obj.PREFIX, at)
    obj.created_at = obj.updated_at = at
    obj.save(force_insert=True)
    audit.record(
        audit.subject_of(obj),
        f"{obj.KIND}.{act}",
        by=by,
        at=at,
        after=_with_units(obj, _filled(obj)),
        reason=reason,
        personal=obj.PERSONAL_FIELDS,
    )
    if event:
        outbox.publish(event, audit.subject_of(obj), by=by, at=at, facts=facts)
    return obj


def _with_units(obj: Numbered, values: dict[str, Any]) -> dict[str, Any]:
    beside = [obj.counted_beside(name) for name in values]
    return values | {name: word for words in beside for name, word in words.items()}


def _filled(obj: Numbered) -> dict[str, Any]:
    """The fields of a new row that hold something, for its first audit row."""
    housekeeping = {"id", "number", "version", "created_at", "updated_at"}
    values = {
        column.attname: getattr(obj, column.attname)
        for column in obj._meta.concrete_fields
        if column.name not in housekeeping
    }
    return {name: value for name, value in values.items() if value}


@transaction.atomic
def advance(
    obj: StatefulRow,
    action: str,
    *,
    by: Actor,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> StatefulRow:
    """Move `obj` by `action`: lock, check the table, save, audit, event, in one transaction.

    `changes` are other fields written with the move. Returns the fresh locked row (the one
    passed in is refreshed too). Raises Conflict when the move is not legal from the state
    that the row is really in, or the version is another.
    """
    locked = lock(obj, version=version)
    step = locked.MACHINE.move(action)
    if locked.state not in step.sources:
        label = locked._meta.get_field("state").flatchoices  # type: ignore[union-attr]
        raise Conflict(
            _("现在是“%(state)s”，不能再这样做。请刷新看看最新情况。")
            % {"state": dict(label).get(locked.state, locked.state)}
        )
    before = _save(locked, {**(changes or {}), "state": step.target}, at)
    _copy(locked, obj)
    _announce(locked, f"{locked.KIND}.{action}", before, by, at, reason, step.event, facts)
    return locked


@transaction.atomic
def revise(
    obj: Row,
    changes: Mapping[str, Any],
    *,
    act: str,
    by: Actor,
    at: datetime,
    reason: str = "",
    event: str = "",
    facts: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Row:
    """Change fields without moving the state: the same lock, version, audit and event."""
    if not GUARDED.isdisjoint(changes):
        raise ValueError("state, number and version are not revised; use advance()")
    locked = lock(obj, version=version)
    before = _save(locked, changes, at)
    _copy(locked, obj)
    _announce(locked, f"{locked.KIND}.{act}", before, by, at, reason, event, facts)
    return locked


def _copy(source: models.Model, target: models.Model) -> None:
    for column in source._meta.concrete_fields:
        setattr(target, column.attname, getattr(source, column.attname))


def _announce(
    obj: Numbered,
    act: str,
    before: Mapping[str, Any],
    by: Actor,
    at: datetime,
    reason: str,
    event: str,
    facts: Mapping[str, Any] | None,
) -> None:
    changed = {name for name, old in before.items() if not audit.same(old, getattr(obj, name))}
    beside = {unit for name in changed for unit in obj.COUNTED_IN.get(name, ())} - changed
    after = {name: getattr(obj, name) for name in changed}
    after |= {name: getattr(obj, obj._meta.get_field(name).attname) for name in beside}  # type: ignore[union-attr]
    audit.record(
        audit.subject_of(obj),
        act,
        by=by,
        at=at,
        before=_with_units(obj, {name: before.get(name, old) for name, old in after.items()}),
        after=_with_units(obj, after),
        reason=reason,
        personal=obj.PERSONAL_FIELDS,
    )
    if event:
        outbox.publish(event, audit.subject_of(obj), by=by, at=at, facts=facts)
