"""我的需求 and 我的资源: the list, and the same list as a spreadsheet."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.views.lists import download
from core.sheets import write_book
from core.templatetags import show
from core.views import Page, SignedIn
from marketplace import filters, permissions, queries
from marketplace.models import Need, ResourceOffer
from marketplace.states import FINDABLE, SEEKING, EntryState
from marketplace.views import shown
from marketplace.views.entry_form import DONE_KEY
from marketplace.views.sides import SECTIONS, SideView


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One entry of the list in words."""

    entry: Need | ResourceOffer
    title: str
    url: str
    meta: list[str]
    chip_kind: str
    value: str
    soft: str
    max: str
    label: str
    words: str
    note: str
    is_seeking: bool


class OwnList(SideView, SignedIn, Page):
    template_name = "marketplace/entry_mine.html"

    @cached_property
    def wanted(self) -> queries.Wanted:
        return filters.wanted_from(self.request.GET)

    def row(self, entry: Need | ResourceOffer) -> OwnRow:
        unit = entry.unit.localized if entry.unit else ""
        writes = entry.state == EntryState.DRAFT and permissions.can_post(self.actor)
        counted = bool(entry.quantity) and entry.state in FINDABLE
        unwritten = _("还没写标题")
        return OwnRow(
            entry=entry,
            title=entry.title or unwritten,
            url=self.url("edit" if writes else "detail", entry.number),
            meta=[
                entry.category.localized if entry.category else "",
                shown.place_words(entry),
                shown.quantity_words(entry),
                entry.number,
            ],
            chip_kind=shown.CHIPS[EntryState(entry.state)],
            value=str(entry.allocated),
            soft=str(entry.held) if entry.held else "",
            max=str(entry.quantity) if counted else "0",
            label=_("已对接"),
            words=f"{show.count(entry.allocated)}/{show.quantity(entry.quantity, unit)}",
            note=entry.state_reason if entry.state == EntryState.RETURNED else "",
            is_seeking=entry.state in SEEKING,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor, wanted = self.actor, self.wanted
        rows = queries.own_entries(self.model, actor.organization_id, wanted)
        part = queries.page_of(
            rows,
            order=wanted.order,
            after=self.request.GET.get("after", ""),
            before=self.request.GET.get("before", ""),
        )
        context = super().get_context_data(
            side=self.side,
            noun=self.noun,
            list_label=self.list_label,
            rows=[self.row(entry) for entry in part.rows],
            total=part.total,
            tabs=self.tabs(),
            orders=self.orders(),
            shown=self.shown_words(part),
            previous=filters.address_of(self.list_url, wanted, before=part.before)
            if part.before
            else "",
            next=filters.address_of(self.list_url, wanted, after=part.after) if part.after else "",
            export_url=filters.address_of(self.url("export"), wanted),
            wanted=wanted,
            unknown=filters.unknown_in(self.request.GET),
            keep_for_sort=[("state", wanted.group), ("q", wanted.words)],
            clear_url=filters.address_of(self.list_url, replace(wanted, words="")),
            new_url=self.url("new"),
            import_url=self.url("import-new"),
            can_post=permissions.can_post(actor),
            forms_done=self.request.session.pop(DONE_KEY, []),
            **kwargs,
        )
        context["section"] = SECTIONS[self.side]
        return context

    def tabs(self) -> list[tuple[str, str, bool, int]]:
        counts = queries.counts_by_group(self.model, self.actor.organization_id)
        names = {"": _("全部"), **{key: str(label) for key, (label, _s) in queries.GROUPS.items()}}
        return [
            (
                name,
                filters.address_of(self.list_url, replace(self.wanted, group=key)),
                key == self.wanted.group,
                counts[key],
            )
            for key, name in names.items()
        ]

    def orders(self) -> list[tuple[str, str, bool]]:
        return [
            (key, str(label), key == self.wanted.order) for key, label in queries.ORDERS.items()
        ]

    def shown_words(self, part: queries.Slice[Any]) -> str:
        if not part.rows:
            return ""
        last = part.first + len(part.rows) - 1
        return _("第 %(first)d–%(last)d 条，共 %(total)d 条") % {
            "first": part.first,
            "last": last,
            "total": part.total,
        }


class OwnExport(SideView, SignedIn):
    """The filtered list as an .xlsx file."""

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = filters.wanted_from(request.GET)
        rows = queries.own_entries(self.model, self.actor.organization_id, wanted)
        head = [
            _("编号"),
            _("标题"),
            _("状态"),
            _("类别"),
            _("种类"),
            _("地点"),
            _("数量"),
            pgettext("quantity", "单位"),
            _("每"),
            _("已对接"),
            _("开始"),
            _("结束"),
            _("截止"),
            _("谁能看到"),
            _("发布时间"),
        ]
        title = _("我的需求") if self.side == "need" else _("我的资源")
        body = write_book(
            title, head, (self.cells(entry) for entry in queries.all_of(rows)), [16, 36, 12]
        )
        day = timezone.localdate().isoformat()
        return download(body, f"{self.actor.organization_name}_{title}_{day}.xlsx")

    def cells(self, entry: Any) -> list[Any]:
        return [
            entry.number,
            entry.title,
            entry.get_state_display(),
            entry.category.localized if entry.category else "",
            entry.get_kind_display(),
            shown.place_words(entry),
            entry.quantity,
            entry.unit.localized if entry.unit else "",
            entry.get_period_display(),
            entry.allocated,
            entry.starts_on,
            entry.ends_on,
            entry.closes_on,
            entry.get_visibility_display(),
            entry.posted_at,
        ]
