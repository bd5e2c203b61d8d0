"""What staff set of the matcher, audited."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Invalid
from core.permissions import Actor
from core.ports import Subject
from marketplace.models import Category
from marketplace.permissions import can_register_for_others
from matching.engine import weights
from matching.models import ImpossiblePair, WeightChange


@transaction.atomic
def mark_impossible(
    need: Category, resource: Category, *, note: str, by: Actor, at: datetime
) -> ImpossiblePair:
    """No offer of `resource` can meet a need of `need`; raises Invalid without a note."""
    can_register_for_others(by).require()
    if not note.strip():
        raise Invalid({"note": _("请写明为什么不可能，方便以后的人判断。")})
    pair, _made = ImpossiblePair.objects.update_or_create(
        need_category=need, resource_category=resource, defaults={"note": note.strip()}
    )
    after = {"need": need.code, "resource": resource.code, "note": note}
    audit.record(Subject("impossible_pair", ""), "matching.impossible", by=by, at=at, after=after)
    return pair


@transaction.atomic
def unmark_impossible(pair: ImpossiblePair, *, by: Actor, at: datetime) -> None:
    can_register_for_others(by).require()
    before = {"need": pair.need_category.code, "resource": pair.resource_category.code}
    audit.record(Subject("impossible_pair", ""), "matching.possible", by=by, at=at, before=before)
    pair.delete()


@transaction.atomic
def set_weight(code: str, value: float, *, note: str, by: Actor, at: datetime) -> None:
    """Give a weight another value than the shipped table; raises Invalid outside 0 to 20."""
    can_register_for_others(by).require()
    shipped = {weight.code: weight.value for weight in weights.TABLE}
    if code not in shipped or not 0 <= value <= 20:
        raise Invalid({"value": _("请填 0 到 20 之间的数。")})
    if value == shipped[code]:
        WeightChange.objects.filter(code=code).delete()
    else:
        WeightChange.objects.update_or_create(code=code, defaults={"value": value, "note": note})
    after = {"code": code, "value": value, "note": note}
    audit.record(Subject("weight", code), "matching.weight", by=by, at=at, after=after)
