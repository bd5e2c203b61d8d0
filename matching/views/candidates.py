"""Candidates while typing, and the panels that matching shows on pages of entries."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.models import Organization, Region
from core.permissions import Actor
from core.ports import Panel, Subject
from core.views import SignedIn, actor_of, render_fragment
from marketplace.models import Category, Need, ResourceOffer
from marketplace.permissions import is_staff_for
from marketplace.queries import get_entry, view_of
from matching import permissions, queries
from matching.engine import Item
from matching.models import Match
from matching.queries.items import need_item, offer_item
from matching.states import FAILED, MatchState
from matching.views import shown
from matching.wording import reason_sentence
from search import queries as search_queries

# Shorter texts say too little to compare.
ENOUGH = 4


class Typing(SignedIn):
    """POST of the form as it stands: who could help, and what like it is posted already."""

    def post(self, request: HttpRequest, side: str) -> HttpResponse:
        actor = actor_of(request)
        title = request.POST.get("title", "").strip()[:60]
        context: dict[str, Any] = {"side": side, "enough": len(title) >= ENOUGH}
        if context["enough"]:
            item = _item(side, request, actor, title)
            found = queries.candidates_while_typing(item, side, actor, timezone.now())
            context["found"] = [_brief(candidate) for candidate in found]
            context["alike"] = _alike(side, title, request, actor)
        return render_fragment(request, "matching/typing_part.html", context)


def _brief(candidate: queries.Candidate) -> dict[str, Any]:
    entry, pair = candidate.entry, candidate.pair
    best = max(pair.reasons, key=lambda reason: reason.points, default=None)
    labels = dict(Category.objects.values_list("code", "name"))
    line = ""
    if best is not None:
        figures = dict(best.figures)
        if "category" in figures:
            figures["category"] = labels.get(str(figures["category"]), figures["category"])
        line = reason_sentence(best.code, best.points, figures, best.words)
    return {
        "entry": entry,
        "url": f"/{entry.KIND}s/{entry.number}/",
        "org": entry.organization.label,
        "line": line,
        "fit": shown.FIT.get(pair.level, "low"),
    }


def _alike(side: str, title: str, request: HttpRequest, actor: Actor) -> list[Need | ResourceOffer]:
    """Entries of the same side that say nearly the same."""
    keys = search_queries.recall(
        f"{title} {request.POST.get('text_public', '')[:200]}",
        level=search_queries.reader_level(actor),
        kinds=[side],
        limit=6,
    )
    model: type[Need] | type[ResourceOffer] = Need if side == "need" else ResourceOffer
    rows = model._default_manager.select_related("organization", "region").in_bulk(
        [pk for (_kind, pk), _score in keys]
    )
    own = request.POST.get("number", "")
    found = [rows[pk] for (_kind, pk), _score in keys if pk in rows and rows[pk].number != own]
    return [row for row in found if _nearly_same(title, row.title)][:2]


def _nearly_same(left: str, right: str) -> bool:
    pairs = [{text[i : i + 2] for i in range(len(text) - 1)} for text in (left, right)]
    common = len(pairs[0] & pairs[1])
    return common / max(1, min(len(pairs[0]), len(pairs[1]))) >= 0.5


def _item(side: str, request: HttpRequest, actor: Actor, title: str) -> Item:
    """The entry being typed, unsaved, as the engine sees it."""
    post = request.POST
    organization = Organization(pk=actor.organization_id or None)
    model: type[Need] | type[ResourceOffer] = Need if side == "need" else ResourceOffer
    entry = model(
        title=title,
        text_public=post.get("text_public", "")[:2000],
        kind=post.get("kind", ""),
        organization=organization,
        category=Category.objects.filter(pk=_pk(post.get("category", ""))).first(),
        region=_region(post),
        starts_on=_date(post.get("starts_on")),
        ends_on=_date(post.get("ends_on")),
        groups=post.getlist("groups"),
        remote=bool(post.get("remote")),
    )
    if isinstance(entry, Need):
        return need_item(entry, key="typing")
    served = Region.objects.filter(pk__in=[_pk(value) for value in post.getlist("served")])
    entry.serves_all = bool(post.get("serves_all"))
    return offer_item(entry, key="typing", served=tuple(place.path for place in served))


def _pk(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 18 else 0


def _date(value: str | None) -> date | None:
    try:
        return parse_date(value or "")
    except ValueError:
        return None


def _region(post: Any) -> Region | None:
    for name in ("community", "region", "street"):
        if pk := _pk(post.get(name, "")):
            return Region.objects.filter(pk=pk).first()
    return None


def typing_panel(subject: Subject, _actor: Actor) -> Iterable[Panel]:
    """Beside the form of an entry: the box that fills while one types."""
    url = reverse("matching:typing", args=[subject.kind])
    yield Panel("matching/typing_box.html", {"url": url, "side": subject.kind}, order=10)


def entry_panel(subject: Subject, actor: Actor) -> Iterable[Panel]:
    """On an entry's page: its own side and the staff see candidates and links, others finished
    public links only."""
    entry = get_entry(subject.kind, subject.number, actor)
    own = view_of(entry, actor).is_own
    staff = is_staff_for(actor, entry)
    asked = queries.asked_of(entry)
    rows = [m for m in asked if own or staff or permissions.is_public(m)]
    if rows:
        live = [shown.row_of(m, actor) for m in rows if m.state not in FAILED]
        over = [shown.row_of(m, actor) for m in rows if m.state in FAILED] if own or staff else []
        yield Panel("matching/entry_links.html", {"live": live, "over": over}, order=20)
    if own or staff:
        candidates = [
            _saved_brief(match, entry, actor)
            for match in queries.suggestions_for(entry)[:5]
            if staff or permissions.can_read(actor, match)
        ]
        context: dict[str, object] = {
            "candidates": candidates,
            "side": subject.kind,
            "entry": entry,
            "staff": staff,
        }
        yield Panel("matching/entry_candidates.html", context, order=10)


def _saved_brief(match: Match, entry: Need | ResourceOffer, actor: Actor) -> dict[str, Any]:
    other = match.resource if entry.KIND == "need" else match.need
    return {
        "match": match,
        "entry": other,
        "url": f"/{other.KIND}s/{other.number}/",
        "org": other.organization.label,
        "line": shown.short_reason(match),
        "fit": shown.FIT.get(match.fit, "low"),
        "may_ask": match.state == MatchState.SUGGESTED
        and bool(permissions.can_propose(actor, match)),
    }
