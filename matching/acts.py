"""Words of matching for the trail: what happened to a match, a delivery, the matcher's settings."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.models import Category
from marketplace.queries import localized_names
from matching import decline_reasons
from matching.engine import weights
from matching.models import Side
from matching.wording import level_label

ACTS = {
    "match.choose": _("选了这一对"),
    "match.propose": _("推荐给双方"),
    "match.accept": _("一方同意"),
    "match.link": _("双方同意，对接成功"),
    "match.decline": _("谢绝"),
    "match.dismiss": _("划掉候选"),
    "match.withdraw": _("撤回推荐"),
    "match.lapse": _("到期没有回复，自动失效"),
    "match.start": _("开始交付"),
    "match.confirm": _("确认全部收到"),
    "match.close": _("办结"),
    "match.cancel": _("取消对接"),
    "match.feedback": _("评价"),
    "match.publish": _("决定是否公开结果"),
    "delivery.record": _("登记交付"),
    "delivery.confirm": _("确认收到"),
    "delivery.question": _("提出有出入"),
    "delivery.correct": _("更正交付"),
    "matching.impossible": _("标记不可能的类别"),
    "matching.possible": _("取消不可能的标记"),
    "matching.weight": _("改了权重"),
}
FIELDS = {
    "reasons": _("理由"),
    "model_version": _("算法版本"),
    "computed_at": _("计算时间"),
    "match": _("对接"),
    "link": _("对接"),
    "match.side": _("哪一方"),
    "code": _("代码"),
    "value": _("数值"),
    "impossible_pair.need": _("需求类别"),
    "impossible_pair.resource": _("资源类别"),
}
KINDS = {
    "match": _("对接"),
    "delivery": _("交付"),
    "impossible_pair": _("不可能的类别"),
    "weight": _("权重"),
}


def _side(value: object) -> str:
    return str(Side(str(value)).label) if value in Side.values else str(value)


def _fit(value: object) -> str:
    return level_label(str(value)) if value in ("high", "medium", "low", "none") else str(value)


def _category(value: object) -> str:
    return localized_names(Category).get(str(value), str(value))


def _factor(value: object) -> str:
    found = (weight.label for weight in weights.TABLE if weight.code == value)
    return next((gettext(label) for label in found), str(value))


VALUES: dict[str, Callable[[Any], str]] = {
    "match.side": _side,
    "match.fit": _fit,
    "match.decline_code": decline_reasons.label_of,
    "weight.code": _factor,
    "impossible_pair.need": _category,
    "impossible_pair.resource": _category,
}


def _told_already(_code: str) -> str:
    """The code stands among the changes, in words."""
    return ""


REASONS = {"match.decline": _told_already, "match.dismiss": _told_already}
