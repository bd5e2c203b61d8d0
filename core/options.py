"""Options of the base: declared by apps with type and default, edited by staff on a page.

A local number of the founding text or of a city's habit is an option, never a constant.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar, cast

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Conflict, Invalid, NotFound, Sentence
from core.models import OptionValue
from core.permissions import Actor
from core.ports import Subject

Value = TypeVar("Value", bool, int, str)


@dataclass(frozen=True, slots=True)
class Option(Generic[Value]):
    """One setting. `key` is dotted and begins with its app; the default's type is its type.

    `low` and `high` bound a number; `longest` bounds a text, `choices` (value, label) closes it.
    """

    key: str
    default: Value
    label: Sentence
    help: Sentence = ""
    low: int = 0
    high: int = 1_000_000
    longest: int = 200
    choices: tuple[tuple[str, Sentence], ...] = ()

    @property
    def kind(self) -> type:
        return type(self.default)

    def get(self) -> Value:
        """The value in force (one query)."""
        row = OptionValue.objects.filter(key=self.key).values_list("value", flat=True).first()
        return self.default if row is None else cast(Value, row)


_groups: dict[str, Sentence] = {}


def name_group(group: str, label: Sentence) -> None:
    """The words for options whose keys begin with `group`, where that is no app's label."""
    _groups[group] = label


def group_label(group: str) -> Sentence:
    return _groups.get(group, "")


AnyOption = Option[bool] | Option[int] | Option[str]

_options: dict[str, AnyOption] = {}


def declare(option: Option[Value]) -> Option[Value]:
    _options[option.key] = option
    return option


def declared() -> list[AnyOption]:
    return list(_options.values())


def values() -> dict[str, bool | int | str]:
    """Every declared option's value in force, by key (one query)."""
    changed = dict(OptionValue.objects.values_list("key", "value"))
    return {key: changed.get(key, option.default) for key, option in _options.items()}


def _refusal(option: AnyOption, value: object) -> Sentence:
    if type(value) is not option.kind:
        return _("这里要填另一种内容。")
    if type(value) is int and not option.low <= value <= option.high:
        bounds = {"low": option.low, "high": option.high}
        return _("请填 %(low)s 到 %(high)s 之间的数。") % bounds
    if isinstance(value, str):
        if option.choices and value not in {code for code, _label in option.choices}:
            return _("请从列出的几项里选一项。")
        if len(value) > option.longest or "\0" in value:
            return _("最多写 %(n)s 个字。") % {"n": option.longest}
    return ""


_UNSEEN = object()


@transaction.atomic
def set_option(key: str, value: object, *, by: Actor, at: datetime, seen: object = _UNSEEN) -> bool:
    """Change one option, audited under kind `option`; False when it already had this value.

    `seen` is the value the person had before them. Raises Invalid at the key, NotFound for an
    option that is not declared, Conflict when another person has changed it meanwhile.
    """
    option = _options.get(key)
    if option is None:
        raise NotFound(_("没有这个选项。"))
    refusal = _refusal(option, value)
    if refusal:
        raise Invalid({key: refusal})
    if option.get() == value and seen in (_UNSEEN, value):
        return False
    row, _new = OptionValue.objects.select_for_update().get_or_create(
        key=key, defaults={"value": option.default}
    )
    before = row.value
    if seen is not _UNSEEN and seen != before:
        raise Conflict(_("你打开之后，别人已经改过“%(label)s”。") % {"label": option.label})
    if before == value:
        return False
    row.value = value
    row.save(update_fields=["value"])
    audit.record(
        Subject("option", key),
        "option.set",
        by=by,
        at=at,
        before={key: before},
        after={key: value},
    )
    return True
