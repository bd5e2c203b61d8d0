"""供需广场: one search over needs and resources; the address is the whole state."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.generic import View

from core.errors import Invalid
from core.ratelimit import Rate, spend
from core.sheets import write_book
from core.views import Page, actor_of
from search import queries
from search.context import SECTION
from search.gateways.shapes import LARGEST_PAGE, LONGEST_QUERY, Hit, SearchPage, SearchRequest
from search.validators import has_number_of_person, read_state, unknown_names
from search.views import shown, words
from search.views.state import State
from search.views.words import Words

PAGE = 20
MOST_EXPORTED = 5_000
SUGGESTED = 6
MOST_NAMED = 5
"""Unknown conditions of an address that are named."""
EXPORTS = Rate(6, 300)
_ID = "#results"


class Market(Page):
    """The list, its filters and the grid of streets; htmx gets the part that changes."""

    section = SECTION
    template_name = "search/market.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        status = 200
        try:
            context = self._answered()
        except Invalid as error:
            status = error.status
            context = self._refused(error)
        htmx = getattr(request, "htmx", None)
        part = htmx and not htmx.history_restore_request
        template = "search/results.html" if part else self.template_name
        response = render(request, template, self.get_context_data(**context), status=status)
        # The same address answers a page or a part of it: caches must keep them apart.
        patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
        return response

    def _answered(self) -> dict[str, Any]:
        at = self.at
        text, odd = words.without_unknown_values(self.request.GET.urlencode())
        state = State.read(text)
        asked = read_state(text, level=queries.reader_level(self.actor), at=at)
        page = queries.market(
            replace(asked, size=PAGE, with_facets=True),
            organization_id=self.actor.organization_id,
        )
        names = Words(state, page.facets)
        return {
            "state": state,
            "q": asked.q,
            "page": page,
            "phone_asked": has_number_of_person(asked.q),
            "unknown": _("、").join((*odd, *unknown_names(text))[:MOST_NAMED]),
            "lines": shown.lines(page, self.actor),
            "tabs": shown.tabs(page, state),
            "sorts": shown.sorts(state),
            "facets": words.facets(page, state, names),
            "picks": words.picks(state, names),
            "clear_url": state.without_filters.url(),
            "chosen": len(words.chosen(state, names)),
            "also": shown.others_searched(page),
            "exact_url": state.put("exact", "" if asked.exact else "1").url(),
            "exact": asked.exact,
            "ways_out": shown.ways_out(page, state, names),
            "grid": shown.grid(page, state, names),
            "label": words.label_of(state, names),
            "pager": self._pager(page, asked, state),
            "export_url": state.url("search:export"),
            **self._subscription(state),
            **self._addresses(state),
        }

    def _addresses(self, state: State) -> dict[str, Any]:
        return {
            "market_url": reverse("search:market"),
            "suggest_url": reverse("search:suggest"),
            "find_fields": state.fields("q"),
            "filter_fields": state.fields(*words.FILTERS),
            "sort_fields": state.fields("sort"),
            "target": _ID,
        }

    def _refused(self, error: Invalid) -> dict[str, Any]:
        """What is wrong with the address, and the way back: the first page where only the place
        in the list is broken, else the words alone."""
        only_place = set(error.fields) == {"cursor"}
        q = self.request.GET.get("q", "").replace("\x00", "")[:LONGEST_QUERY]
        kept = State.read(self.request.GET.urlencode()) if only_place else State()
        back = kept if only_place else State().put("q", q)
        return {"error": error, "back_url": back.url(), "q": q, **self._addresses(State())}

    def _pager(self, page: SearchPage, asked: SearchRequest, state: State) -> dict[str, str]:
        start = _start(self.request) if asked.cursor else 0
        return {
            "shown": shown.shown_words(page, start),
            "next": state.url(cursor=page.cursor, start=str(start + PAGE)) if page.cursor else "",
            "previous": state.url() if asked.cursor and start == PAGE else "",
            "first": state.url() if asked.cursor and start != PAGE else "",
        }

    def _subscription(self, state: State) -> dict[str, Any]:
        try:
            saved = queries.saved_like(self.actor.user_id, state.query)
        except Invalid:
            return {"saved": None, "subscribe_url": ""}
        return {"saved": saved, "subscribe_url": state.url("search:subscribe")}


def _start(request: HttpRequest) -> int:
    """How many entries the pages before have shown: said for the reader, trusted for nothing."""
    text = request.GET.get("start", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


class Suggest(View):
    """Titles that hold what was typed so far, as links under the search box."""

    def get(self, request: HttpRequest) -> HttpResponse:
        q = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
        if not getattr(request, "htmx", False):
            return redirect(State().put("q", q).url())
        level = queries.reader_level(actor_of(request))
        found = queries.suggestions(q, level=level, limit=SUGGESTED) if q else []
        all_url = f"{reverse('search:market')}?{urlencode({'q': q})}"
        return render(request, "search/suggest.html", {"q": q, "found": found, "all_url": all_url})


class Export(View):
    """The list as filtered, at the reader's level, as a spreadsheet."""

    def get(self, request: HttpRequest) -> HttpResponse:
        actor, at = actor_of(request), timezone.now()
        text, _odd = words.without_unknown_values(request.GET.urlencode())
        asked = read_state(text, level=queries.reader_level(actor), at=at)
        who = actor.user_id or request.META.get("REMOTE_ADDR", "")
        wait = spend(f"search-export:{who}", EXPORTS, at)
        if wait:
            response = render(request, "429.html", status=429)
            response.headers["Retry-After"] = str(int(wait) + 1)
            return response
        return _file(_book(replace(asked, cursor="")), at)


def _file(book: bytes, at: datetime) -> HttpResponse:
    name = f"{_('供需广场')}_{timezone.localtime(at):%Y%m%d}.xlsx"
    response = HttpResponse(
        book, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def _book(asked: SearchRequest) -> bytes:
    header = [
        _("编号"),
        _("需求或资源"),
        _("标题"),
        _("类别"),
        _("单位"),
        _("已核验"),
        _("地点"),
        _("状态"),
        _("数量"),
        _("已对接"),
        _("计量"),
        _("发布时间"),
        _("截止时间"),
        _("说明"),
    ]
    widths = [18, 10, 36, 14, 28, 8, 20, 12, 10, 10, 10, 18, 18, 60]
    states = words.state_names()
    return write_book(_("供需广场"), header, (_row(hit, states) for hit in _every(asked)), widths)


def _every(asked: SearchRequest) -> Iterator[Hit]:
    """All hits, page by page, up to `MOST_EXPORTED`."""
    request = replace(asked, size=LARGEST_PAGE)
    for _page in range(MOST_EXPORTED // LARGEST_PAGE):
        page = queries.market(request)
        yield from page.hits
        if not page.cursor:
            return
        request = replace(request, cursor=page.cursor)


def _row(hit: Hit, states: dict[str, str]) -> list[Any]:
    return [
        hit.number,
        words.side_name(hit.kind),
        hit.title,
        hit.shown.get("category", ""),
        hit.organization,
        _("是") if hit.verified else _("否"),
        hit.place,
        states.get(hit.state, hit.state),
        shown.number(hit.shown.get("quantity", "")),
        shown.number(hit.shown.get("allocated", "")),
        shown.per_unit(hit.shown),
        hit.posted_at,
        hit.closes_at,
        hit.text,
    ]
