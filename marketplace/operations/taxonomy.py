"""The staff lists: rows are added, changed and closed, never deleted (old entries name them)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Conflict, Invalid
from core.numbers import take_number
from core.permissions import Actor
from core.ports import Subject
from marketplace import permissions
from marketplace.models import BeneficiaryGroup, Category, Unit

Listed = TypeVar("Listed", Category, Unit, BeneficiaryGroup)

_KINDS = {Category: "category", Unit: "unit", BeneficiaryGroup: "group"}


def _subject(row: Category | Unit | BeneficiaryGroup) -> Subject:
    return Subject(_KINDS[type(row)], row.code, row.pk)


def _check(model: type[Listed], values: Mapping[str, Any], besides: int = 0) -> None:
    """Names are told apart by readers only by themselves: one open row a name."""
    name = str(values["name"]).strip()
    if not name:
        raise Invalid({"name": _("请写名称。")})
    others = model._default_manager.exclude(pk=besides).filter(closed=False)
    if not values.get("closed") and others.filter(name=name).exists():
        raise Invalid({"name": _("已经有一个叫“%(name)s”的了。") % {"name": name}})
    if model is Unit:
        _check_aliases(name, values.get("aliases", []), others)
    if model is BeneficiaryGroup:
        _check_parent(values.get("parent"), besides)


def _check_aliases(name: str, aliases: list[dict[str, str]], others: Any) -> None:
    """A word means one unit: no alias is another unit's name or alias."""
    taken = {unit.name for unit in others} | {
        alias["label"] for unit in others for alias in unit.aliases
    }
    for alias in aliases:
        if alias["label"] in taken or alias["label"] == name:
            sentence = _("“%(word)s”已经是一个单位或同义写法了。") % {"word": alias["label"]}
            raise Invalid({"aliases": sentence})


def _check_parent(parent: BeneficiaryGroup | None, besides: int) -> None:
    while parent is not None:
        if parent.pk == besides:
            raise Invalid({"parent": _("一个人群不能属于它自己。")})
        parent = parent.parent


@transaction.atomic
def add_listed(
    model: type[Listed], values: Mapping[str, Any], *, by: Actor, at: datetime
) -> Listed:
    """A new row of a staff list, with a code of its own. Raises Invalid at its fields."""
    permissions.can_edit_lists(by).require()
    _check(model, values)
    row = model(code=take_number("LB", at).lower(), **values)
    row.save(force_insert=True)
    audit.record(_subject(row), f"{_KINDS[model]}.add", by=by, at=at, after=values)
    return row


@transaction.atomic
def edit_listed(row: Listed, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Listed:
    """Change a row, or close and open it (`closed`). Raises Invalid at its fields, Conflict."""
    permissions.can_edit_lists(by).require()
    model: type[Listed] = type(row)
    locked = model._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if locked is None:
        raise Conflict(_("这一条已经不在了。"))
    _check(model, values, besides=locked.pk)
    before = {name: getattr(locked, name) for name in values}
    for name, value in values.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(values))
    changed = [n for n in values if audit.plain(before[n]) != audit.plain(values[n])]
    audit.record(
        _subject(locked),
        f"{_KINDS[model]}.edit",
        by=by,
        at=at,
        before={name: before[name] for name in changed},
        after={name: values[name] for name in changed},
    )
    return locked
