"""Lists of staff pages: keyset paging by number, history in words, downloads."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from core.models import Numbered

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SIZE = 30


@dataclass(frozen=True, slots=True)
class Slice:
    """A page of a list: its rows, the URLs around it, how many there are in all."""

    rows: list[Any]
    total: int
    previous: str
    next: str


def _url(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    for name, value in changes.items():
        query[name] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path


def page_of(request: HttpRequest, rows: QuerySet[Any], size: int = SIZE) -> Slice:
    """Newest first, stable while rows arrive: `before` and `after` hold a row's number.

    Numbers of one kind grow with time, so the order by number is the order of arrival.
    """
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    total = rows.count()
    if after:
        found = list(rows.filter(number__gt=after[:20]).order_by("number")[: size + 1])
        more_above, found = len(found) > size, found[:size][::-1]
        more_below = True
    else:
        below = rows.filter(number__lt=before[:20]) if before else rows
        found = list(below.order_by("-number")[: size + 1])
        more_below, found = len(found) > size, found[:size]
        more_above = bool(before)
    ends: tuple[Numbered, Numbered] | None = (found[0], found[-1]) if found else None
    return Slice(
        rows=found,
        total=total,
        previous=_url(request, after=ends[0].number) if more_above and ends else "",
        next=_url(request, before=ends[1].number) if more_below and ends else "",
    )


def download(content: bytes, name: str, content_type: str = SHEET) -> HttpResponse:
    """A file to be saved under a readable name."""
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
