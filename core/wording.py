"""Words for what the trail holds as codes: acts, fields and values, worded when shown.

Apps name their acts (and events) with `name_acts`; moves of a state table bring their own
label, fields the label of their model. What nobody named is shown as its code, so that a gap
is seen and not hidden.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import options
from core.audit import HASHED, ITEMS, TEXT, column_of, kinds, masked_caller
from core.errors import Sentence
from core.models import AuditEvent
from core.permissions import SEE_PEOPLE, Actor, may
from core.templatetags import show

_acts: dict[str, Sentence] = {
    "option.set": gettext_lazy("改了选项"),
    "calendar_day.set": gettext_lazy("更正了工作日"),
    "calendar_day.clear": gettext_lazy("取消了工作日更正"),
    "news.send_again": gettext_lazy("重新发送了失败的内部消息"),
    "trail.export": gettext_lazy("导出了操作记录"),
}
# Where the part after the dot says enough for every kind.
_VERBS: dict[str, Sentence] = {
    "create": gettext_lazy("新建"),
    "edit": gettext_lazy("修改"),
    "delete": gettext_lazy("删除"),
}
_kinds: dict[str, Sentence] = {
    "option": gettext_lazy("选项"),
    "calendar_day": gettext_lazy("工作日"),
    "news": gettext_lazy("内部消息"),
    "trail": gettext_lazy("操作记录"),
}
_values: dict[str, Callable[[Any], str]] = {}
# How an amount reads in its unit: of (number, name of the unit, period as a code).
Measure = Callable[[str, str, str], str]
_amounts: dict[str, Measure] = {}
_reasons: dict[str, Callable[[str], str]] = {}


def name_acts(words: Mapping[str, Sentence]) -> None:
    """Words for acts or events by code: `{"need.submit": _("提交审核")}`."""
    _acts.update(words)


def word_values(words: Mapping[str, Callable[[Any], str]]) -> None:
    """How the value of a field reads whose codes its column does not know, such as codes of a
    staff list: `{"need.groups": group_words}`."""
    _values.update(words)


def word_amounts(words: Mapping[str, Measure]) -> None:
    """How an amount reads with what it is counted in (`Numbered.COUNTED_IN`):
    `{"need.quantity": amount_words}`."""
    _amounts.update(words)


def name_fields(words: Mapping[str, Sentence]) -> None:
    """Words for fields that have no name of their own: `{"user": …}` for every kind, or
    `{"region.name": …}` for one."""
    _LABELS.update(words)


def word_reasons(words: Mapping[str, Callable[[str], str]]) -> None:
    """How the reason of an act reads that is stored as a code; "" where the changes tell it."""
    _reasons.update(words)


def name_kinds(words: Mapping[str, Sentence]) -> None:
    """Words for kinds of things that are no model of their own."""
    _kinds.update(words)


def act_words(code: str) -> str:
    """The act in words: named, else the label of the move, else a common verb, else the code."""
    if code in _acts:
        return str(_acts[code])
    kind, _dot, action = code.partition(".")
    machine = getattr(kinds().get(kind), "MACHINE", None)
    for step in machine.moves if machine else ():
        if step.action == action and step.label:
            return str(step.label)
    return str(_VERBS.get(action, code))


def kind_words(kind: str) -> str:
    """The kind in words: named, or the name its model gave itself; else "" (numbers tell it too)."""
    model = kinds().get(kind)
    name = model._meta.verbose_name if model else None
    if name and model and name != model._meta.model_name:
        return str(name)
    return str(_kinds.get(kind, ""))


def known_acts() -> list[tuple[str, str]]:
    """(code, words) of the acts that are in the trail, for a filter (one query)."""
    codes = AuditEvent.objects.order_by().values_list("act", flat=True).distinct()
    found = [(code, act_words(code)) for code in codes]
    often = Counter(words for _code, words in found)
    told = [
        (code, words if often[words] == 1 else _with_kind(code, words)) for code, words in found
    ]
    return sorted(told, key=lambda pair: pair[1])


def _with_kind(code: str, words: str) -> str:
    """`撤回 · 需求`: where several kinds have an act of this name."""
    kind = kind_words(code.partition(".")[0])
    return f"{words} · {kind}" if kind and kind not in words else words


_LABELS: dict[str, Sentence] = {
    "version": gettext_lazy("版本"),
    "is_working": gettext_lazy("是工作日"),
    "note": gettext_lazy("说明"),
    "tries": gettext_lazy("试过几次"),
    "last_error": gettext_lazy("最后的错误"),
    "handler": gettext_lazy("由谁处理"),
}


def field_words(kind: str, name: str) -> str:
    if kind == "option":
        return next((str(o.label) for o in options.declared() if o.key == name), name)
    column = column_of(kind, name)
    return _own_name(column) or str(_LABELS.get(f"{kind}.{name}") or _named(column, name))


def _own_name(column: "models.Field[Any, Any] | None") -> str:
    """The name that a model gave its column; "" for what Django makes of its code."""
    if column is None or column.verbose_name == column.name.replace("_", " "):
        return ""
    return str(column.verbose_name)


def _named(column: "models.Field[Any, Any] | None", name: str) -> Sentence:
    code = column.name if column is not None else name
    return _LABELS.get(code, code)


def value_words(kind: str, name: str, value: Any, names: Mapping[tuple[type, int], str]) -> str:
    """A stored value as a person reads it; `names` holds the rows that foreign keys point at."""
    if value is None or value in ("", [], {}):
        return _("（空）")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, str) and value.startswith((HASHED, TEXT, ITEMS)):
        return _unkept(value)
    if f"{kind}.{name}" in _values:
        return _values[f"{kind}.{name}"](value)
    column = column_of(kind, name)
    if isinstance(column, models.ForeignKey) and isinstance(value, int):
        return names.get((column.related_model, value), _("（已不在）"))
    if column is not None and column.flatchoices:
        return str(dict(column.flatchoices).get(value, value))
    return _plain_words(name, column, value)


def _unkept(value: str) -> str:
    """What the trail says of a value that it does not keep."""
    if value.startswith(HASHED):
        return _("（个人信息，不保留原文）")
    size = value.partition(":")[2]
    if not size.isdecimal():
        return value
    return (_("%(n)d 字") if value.startswith(TEXT) else _("%(n)d 项")) % {"n": int(size)}


def _plain_words(name: str, column: models.Field[Any, Any] | None, value: Any) -> str:
    if isinstance(value, list):
        return "、".join(str(item) for item in value)
    if isinstance(value, dict):
        return _("%(n)d 项") % {"n": len(value)}
    if name == "caller":
        return caller_words(str(value))
    if isinstance(column, models.DecimalField):
        return show.count(Decimal(str(value)))
    return _moment(value) if isinstance(value, str) else str(value)


def _moment(text: str) -> str:
    """Days and moments in words, any other text as it is."""
    if len(text) < 10 or not text[:4].isdigit() or text[4] != "-":
        return text
    try:
        moment = parse_datetime(text) if len(text) > 10 else None
        day = parse_date(text) if moment is None else None
    except ValueError:
        return text
    if moment is not None:
        local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
        return f"{show.day(local)} {local:%H:%M}"
    return show.day(day) if day else text


def caller_words(text: str) -> str:
    """Who called, for a history; rows of the trail from before it kept less are shortened too."""
    return masked_caller(text)


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one act: `before` is None where the act only set a value."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One act in words: who (as far as the reader may know), what, from, to, why."""

    id: int
    at: datetime
    who: str
    act: str
    kind: str
    number: str
    changes: tuple[Change, ...]
    reason: str
    behalf: str


def entries(events: Iterable[AuditEvent], reader: Actor) -> list[Entry]:
    """Audit rows in words for a reader; one query per kind of row that values point at."""
    rows = list(events)
    names = _names(rows)
    return [_entry(row, reader, names) for row in rows]


def _entry(row: AuditEvent, reader: Actor, names: Mapping[tuple[type, int], str]) -> Entry:
    inside = _may_see_person(row, reader)
    return Entry(
        id=row.pk,
        at=row.at,
        who=_who(row, named=inside),
        act=act_words(row.act),
        kind=kind_words(row.subject_kind),
        number=row.subject_number,
        changes=tuple(_changes(row, names)),
        reason=_reason(row),
        behalf=caller_words(row.on_behalf_of) if inside else "",
    )


def _reason(row: AuditEvent) -> str:
    wording = _reasons.get(row.act)
    return wording(row.reason) if wording and row.reason else row.reason


def _may_see_person(row: AuditEvent, reader: Actor) -> bool:
    """Staff, their own organization and they themselves; others read the organization only."""
    own = bool(row.organization_number) and row.organization_number == reader.organization_number
    self_ = bool(row.actor_id) and row.actor_id == reader.user_id
    return own or self_ or bool(may(reader, SEE_PEOPLE)) or bool(reader.roles)


def _who(row: AuditEvent, *, named: bool) -> str:
    if row.channel == "system":
        return _("系统")
    organization = row.organization_name or (_("运营方") if row.roles else "")
    if named:
        return " · ".join(part for part in (organization, row.actor_name) if part) or _("访客")
    return organization or _("个人用户")


def _in_field_order(kind: str, changed: Iterable[str]) -> list[str]:
    """The names as the model orders its fields, others by name: PostgreSQL keeps no key order."""
    model = kinds().get(kind)
    columns = model._meta.concrete_fields if model else ()
    places = {column.attname: place for place, column in enumerate(columns)}
    return sorted(changed, key=lambda name: (places.get(name, len(places)), name))


def _changes(row: AuditEvent, names: Mapping[tuple[type, int], str]) -> Iterable[Change]:
    kind = row.subject_kind
    for name in _in_field_order(kind, {**row.before, **row.after}):
        if "." in name and kind != "option":
            continue  # what an amount beside it counts
        old, new = row.before.get(name), row.after.get(name)
        if name in row.before and name in row.after:
            if _unchanged(kind, name, old, new):
                continue
            if _is_unkept(old) and _is_unkept(new):
                yield Change(field_words(kind, name), None, _rewritten(str(old), str(new)))
                continue
        yield Change(
            field_words(kind, name),
            _amount(kind, name, row.before, names) if name in row.before else None,
            _amount(kind, name, row.after, names) if name in row.after else None,
        )


def _is_unkept(value: Any) -> bool:
    return isinstance(value, str) and value.startswith((HASHED, TEXT, ITEMS))


def _unchanged(kind: str, name: str, old: Any, new: Any) -> bool:
    """Whether a row names a value that stayed: what an amount is counted in, 23 beside 23.00.
    A text of the same length is another text, else it would not be named."""
    if old == new:
        return not (isinstance(old, str) and old.startswith((TEXT, ITEMS)))
    if old in (None, "") or new in (None, "") or isinstance(old, bool):
        return False
    if not isinstance(column_of(kind, name), models.DecimalField):
        return False
    return Decimal(str(old)) == Decimal(str(new))


def _rewritten(old: str, new: str) -> str:
    if old.startswith(HASHED) or new.startswith(HASHED):
        return _("已更换（个人信息，不保留原文）")
    return _("已改写，原来 %(old)s，现在 %(new)s") % {"old": _unkept(old), "new": _unkept(new)}


def _amount(
    kind: str, name: str, values: Mapping[str, Any], names: Mapping[tuple[type, int], str]
) -> str:
    """A value in words, an amount with its unit where the row says what it was counted in."""
    words = value_words(kind, name, values[name], names)
    measure = _amounts.get(f"{kind}.{name}")
    if measure is None or values[name] in (None, ""):
        return words
    if f"{name}.unit" in values:
        return measure(words, values[f"{name}.unit"], values[f"{name}.period"])
    unit = values.get("unit", values.get("unit_id"))
    named = value_words(kind, "unit", unit, names) if unit else ""
    return measure(words, named, str(values.get("period") or ""))


def _names(rows: Iterable[AuditEvent]) -> dict[tuple[type, int], str]:
    """The present names of the rows that foreign keys in these acts point at."""
    wanted: dict[type[models.Model], set[int]] = {}
    for row in rows:
        for name, value in [*row.before.items(), *row.after.items()]:
            column = column_of(row.subject_kind, name)
            if isinstance(column, models.ForeignKey) and isinstance(value, int):
                wanted.setdefault(column.related_model, set()).add(value)
    return {
        (model, pk): str(found)
        for model, pks in wanted.items()
        for pk, found in model._default_manager.in_bulk(pks).items()
    }
