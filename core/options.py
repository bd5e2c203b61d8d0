"""Options of the base: declared by apps with type and default, edited by staff on a page.

A local number of the founding text or of a city's habit is an option, never a constant.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar, cast

from django.utils.translation import gettext as _

from core import audit
from core.errors import Invalid, Sentence
from core.models import OptionValue
from core.permissions import Actor
from core.ports import Subject

Value = TypeVar("Value", bool, int, str)


@dataclass(frozen=True, slots=True)
class Option(Generic[Value]):
    """One setting: `key` is dotted, `kind` its type, `check` refuses with a sentence or ''."""

    key: str
    default: Value
    label: Sentence
    help: Sentence = ""
    low: int = 0
    high: int = 1_000_000

    @property
    def kind(self) -> type:
        return type(self.default)

    def get(self) -> Value:
        """The value in force (one query)."""
        row = OptionValue.objects.filter(key=self.key).values_list("value", flat=True).first()
        return self.default if row is None else cast(Value, row)


_options: dict[str, Option[bool] | Option[int] | Option[str]] = {}


def declare(option: Option[Value]) -> Option[Value]:
    _options[option.key] = option
    return option


def declared() -> list[Option[bool] | Option[int] | Option[str]]:
    return list(_options.values())


def _checked(option: Option[bool] | Option[int] | Option[str], value: object) -> object:
    if option.kind is not type(value):
        raise Invalid({option.key: _("这里要填另一种内容。")})
    if isinstance(value, int) and option.kind is int and not option.low <= value <= option.high:
        raise Invalid(
            {
                option.key: _("请填 %(low)s 到 %(high)s 之间的数。")
                % {"low": option.low, "high": option.high}
            }
        )
    return value


def set_option(key: str, value: object, *, by: Actor, at: datetime) -> None:
    """Change one option; raises Invalid at its key. Audited under kind `option`."""
    option = _options[key]
    before = option.get()
    OptionValue.objects.update_or_create(key=key, defaults={"value": _checked(option, value)})
    audit.record(
        Subject("option", key), "option.set", by=by, at=at, before={key: before}, after={key: value}
    )
