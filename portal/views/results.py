"""对接成果: finished links that both sides let everybody see, by month, and as a spreadsheet."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic import View

from accounts.models import Organization
from core.sheets import write_book
from core.templatetags import show
from core.views import Page
from marketplace.queries import categories
from marketplace.templatetags.market import amount_in
from matching.models import Match
from portal import queries, wording

PER_PAGE = 20
EXPORT_ROWS = 5000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Chosen:
    """The filters in the address; what is no year or category counts as not chosen."""

    def __init__(self, request: HttpRequest) -> None:
        year = request.GET.get("year", "")
        # A database asked for the year 9999 counts beyond the last day that there is.
        sane = len(year) == 4 and year.isascii() and year.isdigit() and year.startswith("2")
        self.year = int(year) if sane else 0
        self.category = request.GET.get("category", "")[:40]
        self.words = request.GET.get("q", "").replace("\0", "").strip()[:60]
        org = request.GET.get("org", "")
        self.org = int(org) if org.isascii() and org.isdigit() and len(org) < 19 else 0

    @cached_property
    def organization(self) -> Organization | None:
        return Organization.objects.filter(pk=self.org).first() if self.org else None

    def results(self) -> queries.Results:
        return queries.results(
            year=self.year, category=self.category, words=self.words, organization_id=self.org
        )

    def address(self, **changes: Any) -> str:
        """The list's address with other values; empty ones are left out."""
        values: dict[str, Any] = {
            "q": self.words,
            "year": self.year,
            "category": self.category,
            "org": self.org,
        } | changes
        kept = {name: str(value) for name, value in values.items() if value}
        return f"?{urlencode(kept)}"


class ResultList(Page):
    section = "results"
    template_name = "portal/results.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen = Chosen(self.request)
        found = chosen.results()
        page = Paginator(found.links, PER_PAGE).get_page(self.request.GET.get("page"))
        months = queries.by_month(found.stories(list(page.object_list)))
        return super().get_context_data(
            chosen=chosen,
            is_filtered=bool(chosen.words or chosen.year or chosen.category or chosen.org),
            years=_years(chosen),
            categories=_categories(chosen),
            figures=_figures(found),
            months=[
                (_month_words(month), [_row(one) for one in month.stories]) for month in months
            ],
            handed_over=wording.sums_words(found.handed_over),
            page=page,
            previous=chosen.address(page=page.number - 1) if page.has_previous() else "",
            next=chosen.address(page=page.number + 1) if page.has_next() else "",
            export=reverse("portal:results-export") + chosen.address(),
            **kwargs,
        )


def _years(chosen: Chosen) -> list[tuple[str, str, bool]]:
    tabs = [(_("全部"), chosen.address(year=0), not chosen.year)]
    for year in queries.results_years():
        label = _("%(year)d 年") % {"year": year}
        tabs.append((label, chosen.address(year=year), chosen.year == year))
    return tabs


def _categories(chosen: Chosen) -> list[tuple[str, str, bool]]:
    return [(one.code, one.localized, one.code == chosen.category) for one in categories()]


def _figures(found: queries.Results) -> list[tuple[str, str, str, str]]:
    return [
        (_("办成的对接"), show.count(found.total), "", _("个")),
        (_("参加的单位"), show.count(found.organizations), "", _("家")),
    ]


def _month_words(month: queries.Month) -> str:
    return _("%(year)d 年 %(month)d 月") % {"year": month.day.year, "month": month.day.month}


def _row(story: queries.Story) -> dict[str, Any]:
    match = story.match
    return {
        "need": match.need.title,
        "resource": match.resource.title,
        "from": match.resource.organization.label,
        "to": match.need.organization.label,
        "amount": amount_in(match.quantity, match.need),
        "street": wording.street_words(match.need),
        "url": reverse("matching:match-detail", args=[match.number]),
        "confirmed_at": match.confirmed_at,
        "thanks": story.thanks,
        "answer": story.answer,
    }


class ResultExport(View):
    """The filtered list as .xlsx, at most 5,000 rows."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = Chosen(request).results()
        told = found.stories(list(found.links[:EXPORT_ROWS]))
        book = write_book(
            _("对接成果"),
            _header(),
            [_cells(one) for one in told],
            (14, 12, 28, 24, 28, 24, 12, 8, 40),
        )
        today = timezone.localdate().isoformat()
        name = _("对接成果_%(day)s.xlsx") % {"day": today}
        disposition = content_disposition_header(as_attachment=True, filename=name)
        headers = {"Content-Disposition": disposition or ""}
        return HttpResponse(book, content_type=XLSX, headers=headers)


def _header() -> list[str]:
    return [
        _("编号"),
        _("确认日期"),
        _("需求"),
        _("需求方"),
        _("资源"),
        _("资源方"),
        _("数量"),
        pgettext("quantity", "单位"),
        _("感谢的话"),
    ]


def _cells(story: queries.Story) -> list[Any]:
    match: Match = story.match
    return [
        match.number,
        timezone.localdate(match.confirmed_at) if match.confirmed_at else None,
        match.need.title,
        match.need.organization.label,
        match.resource.title,
        match.resource.organization.label,
        match.quantity,
        match.need.unit.localized if match.need.unit and match.quantity is not None else "",
        story.thanks,
    ]
