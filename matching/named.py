"""Words that stand in data or in the pure engine, written out here so that they are translated.

A test holds them against the engine's table and the file of reasons: none may be missing.
"""

from django.utils.translation import gettext_lazy as _

WEIGHTS = {
    "need_covered": _("需求里的话，资源说到了多少"),
    "similar_text": _("两边文字的相似程度"),
    "meaning": _("意思相近的程度（高于一般的部分）"),
    "same_category": _("类别相同"),
    "distance": _("离得近（同一社区记满分，同街道、同区县、同市递减）"),
    "times": _("时间对得上（双方都写了时间）"),
    "quantity": _("数量够不够（同一单位时，资源剩余占需求的比例）"),
    "freshness": _("最近更新过（满分到 90 天减为零）"),
}
"""What each weight of the score looks at, by its code."""

DECLINE_REASONS = (
    _("太远了，去不了"),
    _("时间对不上"),
    _("数量不合适（太多或太少）"),
    _("近期人手或资源排满了"),
    _("不是我们要的东西"),
    _("这件事我们做不了"),
    _("对方的条件我们达不到或不能接受"),
    _("费用超出预算"),
    _("资质或证件不够"),
    _("需求已经解决"),
    _("资源已经给了别人"),
    _("其他原因（请写明）"),
)
"""The labels of `matching/data/decline_reasons.json`."""
