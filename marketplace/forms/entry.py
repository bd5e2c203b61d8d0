"""The form of an entry: what both sides ask, then what only a need or only an offer asks.

Bound in two ways: `complete=True` must satisfy everything that posting asks
(`validators.check_entry`); `complete=False` is a draft, of which every well-formed field is kept.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms import RegionField
from accounts.models import Region, RegionLevel
from core.errors import Invalid
from marketplace import queries
from marketplace.forms.fields import (
    Amount,
    Choice,
    Day,
    Listed,
    Several,
    WholeNumber,
    Words,
    Yuan,
)
from marketplace.forms.place import Served
from marketplace.models import (
    Availability,
    Cost,
    LegalRoute,
    Level,
    Need,
    NeedKind,
    NeedSource,
    OfferKind,
    Period,
    ResourceOffer,
    Weekday,
)
from marketplace.validators import LENGTHS, REQUIRED, check_draft, check_entry

TOGETHER = (frozenset({"starts_on", "ends_on"}), frozenset({"budget", "self_raised"}))
CONTACT = ("contact_name", "contact_phone", "address")
LEVEL_CHOICES = [
    (Level.PUBLIC, _("公开：所有人都能看到")),
    (Level.PARTNERS, _("伙伴：只有运营方核验过的单位能看到")),
    (Level.INTERNAL, _("内部：只有本单位和运营方能看到")),
]


class EntryForm(forms.Form):
    """What needs and offers share. `content()` is what the operations take."""

    model: ClassVar[type[Need] | type[ResourceOffer]]
    # Marked 必填; a draft may leave them out all the same.
    MUST: ClassVar[tuple[str, ...]] = ("title", "category", "region", "text_public")
    TITLE_HINT: ClassVar[Any] = ""
    BODY_HINT: ClassVar[Any] = ""
    DEFAULTS: ClassVar[dict[str, str]] = {
        "period": Period.ONCE,
        "availability": Availability.ONCE,
        "visibility": Level.PUBLIC,
    }

    title = Words(label=_("一句话说清楚"), max_length=LENGTHS["title"])
    text_public = Words(label=_("具体情况"), max_length=LENGTHS["text_public"], rows=5)
    quantity = Amount(label=_("数量"))
    unit = Listed(
        label=pgettext_lazy("quantity", "单位"), empty_label=pgettext_lazy("quantity", "单位")
    )
    period = Choice(label=_("每"), choices=Period.choices)
    category = Listed(label=_("类别"), empty_label=_("请选类别"))
    availability = Choice(
        label=_("次数"), choices=Availability.choices, shown="choices flow", initial="ONCE"
    )
    region = RegionField(label=_("街道和社区"))
    remote = forms.BooleanField(label=_("不用到场，可以远程"), required=False)
    starts_on = Day(label=_("从哪天起"))
    ends_on = Day(label=_("到哪天止"))
    closes_on = Day(label=_("截止日期"))
    groups = Several(label=_("人群"))
    conditions = Words(label=_("条件"), max_length=LENGTHS["conditions"], rows=2)
    visibility = Choice(
        label=_("谁能看到"), choices=LEVEL_CHOICES, shown="choices", initial=Level.PUBLIC
    )
    text_partners = Words(
        label=_("伙伴另外能看到的说明"),
        max_length=LENGTHS["text_partners"],
        rows=3,
        help_text=_("写了，核验过的单位就看这一段，不看“具体情况”。不写就看一样的。"),
    )
    text_internal = Words(
        label=_("只给本单位和运营方看的说明"), max_length=LENGTHS["text_internal"], rows=3
    )
    contact_name = Words(label=_("联系人"), max_length=LENGTHS["contact_name"], css="mid")
    contact_phone = Words(
        label=_("联系电话"),
        max_length=LENGTHS["contact_phone"],
        css="mid",
        help_text=_("只有双方都同意对接后，对方才看得到；每次查看都有记录。"),
    )
    address = Words(label=_("详细地址"), max_length=LENGTHS["address"])

    # What the page keeps for itself: the draft, the version it was opened at, unconfirmed guesses.
    number = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    version = forms.CharField(required=False, max_length=9, widget=forms.HiddenInput)
    guessed = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        today: date,
        complete: bool = True,
        reachable: bool = True,
        **kw: Any,
    ) -> None:
        """`reachable`: the organization left a phone number, so an entry needs none."""
        super().__init__(data, files, **kw)
        self.today = today
        self.reachable = reachable
        self.complete = complete
        self.fields["unit"].queryset = queries.units()  # type: ignore[attr-defined]
        self.fields["category"].queryset = queries.categories()  # type: ignore[attr-defined]
        self.fields["groups"].choices = [  # type: ignore[attr-defined]
            (group.code, group.localized) for group in queries.groups()
        ]
        for field in self.fields.values():
            if isinstance(field, Served):
                field.load()
        for name in self.MUST:
            self.fields[name].required = complete
            self.fields[name].error_messages["required"] = cast(str, REQUIRED[name])
        self.fields["title"].help_text = self.TITLE_HINT
        self.fields["text_public"].help_text = self.BODY_HINT
        self.fields["contact_phone"].widget.attrs["inputmode"] = "tel"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._defaults(cleaned)
        try:
            if self.complete:
                check_entry(cleaned, self.today, reachable=self.reachable)
            else:
                check_draft(cleaned)
        except Invalid as error:
            self._put(error)
        return cleaned

    def _defaults(self, cleaned: dict[str, Any]) -> None:
        """Choices that were left out mean what the model means."""
        for name, default in self.DEFAULTS.items():
            if name in cleaned and not cleaned[name]:
                cleaned[name] = default

    def _put(self, error: Invalid) -> None:
        """Every fault at its field, unless the field already says what is wrong with it."""
        for name, sentences in error.fields.items():
            if name not in self.errors:
                for sentence in sentences:
                    self.add_error(name if name in self.fields else None, str(sentence))

    def mark_required(self) -> None:
        """Show 必填 again on a form that was read as a draft."""
        for name in self.MUST:
            self.fields[name].required = True

    def content(self) -> dict[str, Any]:
        """The cleaned values by field name; of a draft, those that can be kept.

        Fields that the database checks together are kept together or not at all.
        """
        wanted = {*self.model.CONTENT_FIELDS, *CONTACT}
        for together in TOGETHER:
            if self.errors.keys() & together:
                wanted -= together
        return {name: value for name, value in self.cleaned_data.items() if name in wanted}

    def malformed(self) -> list[str]:
        """Labels of the fields whose text cannot be kept as it stands."""
        return [str(self.fields[name].label) for name in self.errors if name in self.fields]


class NeedForm(EntryForm):
    model = Need
    TITLE_HINT = _("写清给谁、要什么、多少，例如“高龄老人午餐配送，每日 30 份”。")
    BODY_HINT = _("写用途和要求，不写姓名、电话和门牌。")
    DEFAULTS = EntryForm.DEFAULTS | {"kind": NeedKind.SERVICE}

    micro_wish = forms.BooleanField(
        label=_("这是一个微心愿：一个人或一户人家的小愿望"), required=False
    )
    kind = Choice(
        label=_("要的是什么"), choices=NeedKind.choices, shown="cards-in", initial="SERVICE"
    )
    indicators = Words(
        label=_("最低要求"),
        max_length=LENGTHS["indicators"],
        rows=2,
        help_text=_("做到什么样才算满足，例如“每天 11 点半前送到”。"),
    )
    beneficiaries = WholeNumber(
        label=_("直接受益人数"), max_value=10_000_000, too_big=_("人数太多了，请核对。")
    )
    budget = Yuan(label=_("总预算（元）"), help_text=_("可以写 45000 或 4.5万。"))
    self_raised = Yuan(label=_("其中自筹（元）"))
    source = Choice(label=_("怎么收集的"), choices=[("", _("没有写")), *NeedSource.choices])
    meeting_approved = forms.BooleanField(label=_("已经居民会议同意"), required=False)

    def _defaults(self, cleaned: dict[str, Any]) -> None:
        super()._defaults(cleaned)
        region = cleaned.get("region")
        if cleaned.get("micro_wish") and isinstance(region, Region):
            # A wish is told down to the street only; the community is the owner's own name.
            below = region.level > RegionLevel.STREET
            cleaned["region"] = region.parent if below else region


class ResourceForm(EntryForm):
    model = ResourceOffer
    TITLE_HINT = _("写清能给什么、多少，例如“轮椅 20 台，可以借用”。")
    BODY_HINT = _("写怎么提供、什么时候可以、有什么要求，不写姓名、电话和门牌。")
    DEFAULTS = EntryForm.DEFAULTS | {"kind": OfferKind.PROFESSIONAL, "cost": Cost.FREE}

    kind = Choice(label=_("提供的是什么"), choices=OfferKind.choices, initial="PROFESSIONAL")
    serves_all = forms.BooleanField(label=_("全市都可以"), required=False)
    served = Served(label=_("服务哪些地方"))
    weekdays = Several(label=_("星期几可以"), choices=Weekday.choices, numbers=True)
    cost = Choice(label=_("收费"), choices=Cost.choices, shown="choices flow", initial="FREE")
    legal_route = Choice(label=_("怎么提供"), choices=[("", _("还没想好")), *LegalRoute.choices])
    naming_wish = Words(
        label=_("冠名愿望"),
        max_length=LENGTHS["naming_wish"],
        help_text=_("例如“希望叫某某爱心餐”，没有就不写。"),
    )
    max_pieces = WholeNumber(
        label=_("最多分给几家"),
        max_value=1000,
        too_big=_("最多 1000 家。"),
        help_text=_("一份资源可以分给几个需求，不填就不限。"),
    )


FORMS: dict[str, type[NeedForm] | type[ResourceForm]] = {"need": NeedForm, "resource": ResourceForm}


def initial_of(entry: Need | ResourceOffer) -> Mapping[str, Any]:
    """An entry's values as its form shows them, those of an edit that still waits before all."""
    values = dict(queries.content_of(entry))
    if isinstance(entry, ResourceOffer):
        values["served"] = [place.code for place in values["served"]]
    for name in ("budget", "self_raised"):
        if values.get(name) is not None:
            values[name] = f"{values[name]:f}"
    return {**values, "number": entry.number, "version": entry.version}
