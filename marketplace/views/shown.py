"""What templates show of an entry: plain rows of words, made for one reader."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Region, RegionLevel
from core.templatetags import show
from marketplace.models import (
    Availability,
    BeneficiaryGroup,
    Level,
    Need,
    Period,
    ResourceOffer,
    Weekday,
)
from marketplace.personal import find_personal
from marketplace.queries.taxonomy import localized_names
from marketplace.states import EntryState
from marketplace.templatetags.market import amount_in

Fact = tuple[str, str]
Entry = Need | ResourceOffer

CHIPS = {
    EntryState.DRAFT: "plain",
    EntryState.SUBMITTED: "wait",
    EntryState.RETURNED: "bad",
    EntryState.OPEN: "ok",
    EntryState.PARTLY_MET: "ok",
    EntryState.MET: "ok",
    EntryState.WITHDRAWN: "plain",
    EntryState.EXPIRED: "plain",
}


def quantity_words(entry: Entry) -> str:
    """`30 份/天`, or nothing without a number."""
    return amount_in(entry.quantity, entry)


def place_words(entry: Entry) -> str:
    """Community and street; of a wish the street only."""
    region = entry.region
    if region is None:
        return ""
    if region.level <= RegionLevel.STREET or region.parent is None:
        return region.name
    if isinstance(entry, Need) and entry.micro_wish:
        return region.parent.name
    return f"{region.parent.name}{region.name}"


def dates_words(entry: Entry) -> str:
    start, end = show.day(entry.starts_on), show.day(entry.ends_on)
    if start and end:
        return _("%(start)s至%(end)s") % {"start": start, "end": end}
    if start:
        return _("%(start)s起") % {"start": start}
    return _("到%(end)s为止") % {"end": end} if end else ""


def group_words(codes: Sequence[str]) -> str:
    if not codes:
        return ""
    names = localized_names(BeneficiaryGroup, codes)
    return _("、").join(names.get(code, code) for code in codes)


def facts(entry: Entry, served: Iterable[Region] | None = None) -> list[Fact]:
    """Label and words of everything an entry says beside its text; empty ones left out.

    `served` replaces the saved rows (a preview of what is not saved yet).
    """
    rows: list[Fact] = [
        (_("要多少") if entry.KIND == "need" else _("有多少"), quantity_words(entry)),
        (_("类别"), entry.category.localized if entry.category else ""),
        (_("种类"), entry.get_kind_display()),
        (_("地点"), place_words(entry)),
        (_("时间"), dates_words(entry)),
        (_("次数"), _times(entry)),
        (_("远程"), _("不用到场") if entry.remote else ""),
    ]
    if isinstance(entry, Need):
        rows += _need_facts(entry)
    else:
        rows += _offer_facts(entry, served)
    rows.append((_("条件"), entry.conditions))
    return [(label, words) for label, words in rows if words]


def _times(entry: Entry) -> str:
    """How often: nothing where the amount says it, as `30 份/天` does ("once" would be wrong)."""
    if entry.period != Period.ONCE and entry.availability == Availability.ONCE:
        return ""
    return str(entry.get_availability_display())


def _need_facts(need: Need) -> list[Fact]:
    budget = show.money(need.budget)
    if budget and need.self_raised:
        budget = _("%(all)s，其中自筹 %(own)s") % {
            "all": budget,
            "own": show.money(need.self_raised),
        }
    return [
        (_("给谁用"), group_words(need.groups)),
        (_("受益人数"), show.quantity(need.beneficiaries, _("人")) if need.beneficiaries else ""),
        (_("预算"), budget),
        (_("最低要求"), need.indicators),
        (_("怎么收集的"), need.get_source_display() if need.source else ""),
        (_("居民会议"), _("已同意") if need.meeting_approved else ""),
    ]


def _offer_facts(offer: ResourceOffer, served: Iterable[Region] | None) -> list[Fact]:
    places = offer.served.all() if served is None else served
    where = _("全市") if offer.serves_all else _("、").join(place.name for place in places)
    pieces = _("最多 %(n)d 家") % {"n": offer.max_pieces} if offer.max_pieces else ""
    days = _("、").join(str(Weekday(int(n)).label) for n in offer.weekdays)
    return [
        (_("服务范围"), where),
        (_("星期几"), days),
        (_("只给"), group_words(offer.groups)),
        (_("收费"), offer.get_cost_display()),
        (_("怎么提供"), offer.get_legal_route_display() if offer.legal_route else ""),
        (_("可以分给"), pieces),
        (_("冠名愿望"), offer.naming_wish),
    ]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one kind of reader sees: `pieces` are texts, with True where a number is blacked out."""

    code: str
    heading: str
    icon: str
    readable: bool
    title: str
    pieces: list[tuple[str, bool]]
    facts: list[Fact]

    @property
    def text(self) -> str:
        return "".join(text for text, _hidden in self.pieces)


def hide_numbers(text: str) -> list[tuple[str, bool]]:
    """The text in pieces; phone and ID numbers are pieces of their own, marked to be hidden."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for found in find_personal(text):
        pieces += [(text[at : found.start], False), (text[found.start : found.end], True)]
        at = found.end
    return [*pieces, (text[at:], False)]


def seen_by(entry: Entry) -> list[Seen]:
    """The three readers side by side: the public, verified partners, the other side once linked."""
    levels = entry.readable_levels()
    quick = [(_("数量"), quantity_words(entry)), (_("地点"), place_words(entry))]
    quick = [fact for fact in quick if fact[1]]
    contact = [
        (_("联系人"), entry.contact_name or _("还没填")),
        (_("电话"), entry.contact_phone or _("还没填")),
        (_("地址"), entry.address),
    ]

    def one(code: str, heading: str, icon: str, level: Level, extra: list[Fact]) -> Seen:
        readable = level in levels
        text = entry.text_at(level)
        return Seen(code, heading, icon, readable, entry.title, hide_numbers(text), quick + extra)

    linked = levels[0] if levels[0] == Level.INTERNAL else Level.PARTNERS
    return [
        one("public", _("公众看到"), "eye", Level.PUBLIC, []),
        one("partners", _("伙伴看到"), "building", Level.PARTNERS, []),
        one("linked", _("对接后对方看到"), "lock", linked, [fact for fact in contact if fact[1]]),
    ]
