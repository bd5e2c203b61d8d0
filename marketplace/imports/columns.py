"""The columns of the two templates: headings, other headings they are known by, help, examples."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import Sentence
from marketplace.models import (
    Availability,
    Cost,
    LegalRoute,
    Level,
    NeedKind,
    NeedSource,
    OfferKind,
    Period,
    Weekday,
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the entry's field, its heading, and how its cells are read.

    `reads` is text, number, money, whole, day, yes, choice, category, unit, region, groups,
    regions or weekdays; `choices` are the model's for choice.
    """

    field: str
    heading: Sentence
    reads: str = "text"
    choices: Any = None
    required: bool = False
    width: int = 14
    example: str = ""
    help: Sentence = ""
    known_as: tuple[str, ...] = ()


_SHARED_FIRST = (
    Column(
        "title",
        _("标题"),
        required=True,
        width=34,
        help=_("一句话说清楚，最多 60 个字。"),
        known_as=("名称", "一句话说清楚", "需求名称", "资源名称"),
    ),
    Column("category", _("类别"), "category", required=True, help=_("从下拉里选。")),
)
_SHARED = (
    Column(
        "text_public",
        _("公开的说明"),
        width=46,
        help=_("给谁用、有什么要求。所有人都能看到，不要写姓名、电话和门牌。"),
        known_as=("说明", "具体情况", "内容"),
    ),
    Column(
        "text_partners", _("给伙伴看的说明"), width=30, help=_("已核验的单位看这一段，可以不填。")
    ),
    Column(
        "text_internal", _("内部说明"), width=30, help=_("只有本单位和运营方能看到，可以不填。")
    ),
    Column(
        "visibility",
        _("谁能看到"),
        "choice",
        Level,
        width=22,
        help=_("不填就是公开。"),
        known_as=("公开范围",),
    ),
    Column(
        "region",
        _("街道或社区"),
        "region",
        required=True,
        width=24,
        help=_("从下拉里选，或写“街道 社区”。"),
        known_as=("地点", "街道", "社区", "街道和社区"),
    ),
    Column("remote", _("可以远程"), "yes", help=_("是 或 否；不填就是否。")),
    Column(
        "quantity",
        _("数量"),
        "number",
        width=10,
        help=_("只写数字；写“30份”也认得。说不清可以不填。"),
    ),
    Column(
        "unit",
        pgettext_lazy("quantity", "单位"),
        "unit",
        width=10,
        help=_("填了数量就要选单位。"),
        known_as=("计量单位",),
    ),
    Column(
        "period", _("每"), "choice", Period, width=8, help=_("共、每天、每周、每月；不填就是共。")
    ),
    Column("availability", _("次数"), "choice", Availability, help=_("一次、经常、用完为止。")),
    Column("starts_on", _("开始日期"), "day", help=_("例如 2026-12-01。"), known_as=("从哪天起",)),
    Column("ends_on", _("结束日期"), "day", known_as=("到哪天止",)),
    Column("closes_on", _("截止日期"), "day", help=_("过了这天自动关闭；不填按平台的规定。")),
    Column(
        "groups", _("人群"), "groups", width=22, help=_("写几种用顿号隔开，例如 老年人、残疾人。")
    ),
    Column("conditions", _("条件"), width=24, help=_("最多 500 个字。")),
)
_CONTACT = (
    Column("contact_name", _("联系人"), help=_("只有双方都同意对接后，对方才看得到。")),
    Column("contact_phone", _("联系电话"), width=16),
    Column("address", _("详细地址"), width=24),
)
_NEED = (
    Column("micro_wish", _("微心愿"), "yes", help=_("个人或一家的小心愿写 是。")),
    Column("beneficiaries", _("受益人数"), "whole", known_as=("直接受益人数",)),
    Column(
        "budget", _("总预算（元）"), "money", help=_("写 45000 或 4.5万。"), known_as=("总预算",)
    ),
    Column("self_raised", _("其中自筹（元）"), "money", known_as=("自筹", "自筹（元）")),
    Column("indicators", _("最低要求"), width=24),
    Column("source", _("怎么收集的"), "choice", NeedSource),
    Column("meeting_approved", _("经居民会议同意"), "yes"),
)
_RESOURCE = (
    Column("served", _("服务范围"), "regions", width=24, help=_("写几个街道用顿号隔开。")),
    Column("serves_all", _("全市都可以"), "yes"),
    Column("weekdays", _("星期几可以"), "weekdays", help=_("例如 周一、周三；不填就是都可以。")),
    Column("cost", _("收费"), "choice", Cost),
    Column("naming_wish", _("冠名愿望"), width=20),
    Column("legal_route", _("提供方式"), "choice", LegalRoute, width=18),
    Column("max_pieces", _("最多分给几家"), "whole"),
)
_EXAMPLES: dict[str, dict[str, str]] = {
    "need": {
        "title": "高龄老人午餐配送，每日 30 份",
        "category": "为老服务",
        "kind": "服务",
        "text_public": "午餐送到家，低盐软食，中午十一点半前送到。",
        "visibility": "公开：所有人",
        "quantity": "30",
        "unit": "份",
        "period": "每天",
        "availability": "经常",
        "groups": "老年人",
        "contact_name": "王主任",
    },
    "resource": {
        "title": "食堂可以配送老人午餐，每日 50 份",
        "category": "为老服务",
        "kind": "专业服务",
        "text_public": "食堂每天做营养午餐，工作日可以送到家。",
        "visibility": "公开：所有人",
        "quantity": "50",
        "unit": "份",
        "period": "每天",
        "availability": "经常",
        "serves_all": "是",
        "cost": "免费",
        "legal_route": "志愿服务",
        "contact_name": "李经理",
    },
}
WEEKDAYS = Weekday


def columns_of(side: str) -> tuple[Column, ...]:
    """The columns of a side's template, in order."""
    if side == "need":
        kind = Column("kind", _("种类"), "choice", NeedKind, help=_("不填就是服务。"))
        return (*_SHARED_FIRST, kind, *_SHARED, *_NEED, *_CONTACT)
    kind = Column("kind", _("种类"), "choice", OfferKind, help=_("不填就是专业服务。"))
    return (*_SHARED_FIRST, kind, *_SHARED, *_RESOURCE, *_CONTACT)


def example_of(side: str, column: Column) -> str:
    """What the example row says in a column."""
    return _EXAMPLES[side].get(column.field, "")
