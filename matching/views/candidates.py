"""Candidates while typing, and the panels that matching shows on pages of entries."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.generic import View

from accounts.models import Organization
from core.permissions import Actor
from core.ports import Panel, Subject
from core.views import actor_of, render_fragment
from marketplace.forms import FORMS
from marketplace.models import Level, Need, ResourceOffer
from marketplace.operations.content import columns
from marketplace.permissions import is_staff_for
from marketplace.queries import get_entry, own_waiting, view_of
from marketplace.queries.entries import intake
from matching import permissions, queries
from matching.engine import Item
from matching.models import Match
from matching.queries.items import need_item, offer_item
from matching.queries.reasons import Sentences, worth_telling
from matching.states import FAILED, MatchState
from matching.views import shown
from search import queries as search_queries

# Shorter texts say too little to compare.
ENOUGH = 4
# Entries in intake that a new one is compared with.
MOST_WAITING = 200
# Candidates shown of each band, and how many are looked at for that.
MOST = 5
PANEL = 20


class Typing(View):
    """POST of the form as it stands: who could help, and what like it is posted already.

    Nothing (204) after the session has ended: the page with what was typed must stay, and the
    draft's own answer says what to do.
    """

    http_method_names = ["post"]

    def post(self, request: HttpRequest, side: str) -> HttpResponse:
        actor = actor_of(request)
        if not actor.is_authenticated:
            return HttpResponse(status=204)
        title = request.POST.get("title", "").strip()[:60]
        context: dict[str, Any] = {"side": side, "enough": len(title) >= ENOUGH}
        if context["enough"]:
            item = _item(side, request, actor, title)
            sentences = Sentences()
            found = queries.candidates_while_typing(item, side, actor, timezone.now())
            close = [one for one in found if one.pair.level in queries.CLOSE][:MOST]
            distant = [one for one in found if one.pair.level not in queries.CLOSE][:MOST]
            context["found"] = [_brief(candidate, sentences) for candidate in close]
            context["distant"] = [_brief(candidate, sentences) for candidate in distant]
            text = f"{title} {request.POST.get('text_public', '')[:200]}"
            own = request.POST.get("number", "")
            level = search_queries.reader_level(actor)
            waiting = own_waiting(side, actor)
            context["alike"] = _alike(side, title, text, own, level, waiting)
        return render_fragment(request, "matching/typing_part.html", context)


def _brief(candidate: queries.Candidate, sentences: Sentences) -> dict[str, Any]:
    entry, pair = candidate.entry, candidate.pair
    told = [one for one in pair.reasons if worth_telling(one.code, one.points, one.words)]
    best = max(told, key=lambda reason: reason.points, default=None)
    line = ""
    if best is not None:
        line = sentences.of(best.code, best.points, best.figures, best.words, period=entry.period)
    return {
        "entry": entry,
        "url": shown.entry_url(entry),
        "org": entry.organization.label,
        "line": line,
        "fit": shown.FIT.get(pair.level, "low"),
    }


def _alike(
    side: str, title: str, text: str, own: str, level: str, waiting: Iterable[Need | ResourceOffer]
) -> list[Need | ResourceOffer]:
    """Entries of the same side that say nearly the same: those `waiting`, which no search finds
    yet, and those readable at a level."""
    keys = search_queries.recall(text, level=level, kinds=[side], limit=6)
    model: type[Need] | type[ResourceOffer] = Need if side == "need" else ResourceOffer
    rows = model._default_manager.select_related("organization", "region").in_bulk(
        [pk for (_kind, pk), _score in keys]
    )
    found = [*waiting, *(rows[pk] for (_kind, pk), _score in keys if pk in rows)]
    others = (row for row in found if row.number != own)
    return [row for row in others if _nearly_same(title, row.title)][:2]


def _nearly_same(left: str, right: str) -> bool:
    pairs = [{text[i : i + 2] for i in range(len(text) - 1)} for text in (left, right)]
    common = len(pairs[0] & pairs[1])
    return common / max(1, min(len(pairs[0]), len(pairs[1]))) >= 0.5


def _item(side: str, request: HttpRequest, actor: Actor, title: str) -> Item:
    """The entry being typed, unsaved, as the engine sees it: read by the form's own fields."""
    form = FORMS[side](request.POST, today=timezone.localdate(), complete=False)
    form.is_valid()
    content = form.content()
    served = tuple(place.path for place in content.pop("served", None) or ())
    model: type[Need] | type[ResourceOffer] = Need if side == "need" else ResourceOffer
    entry = model(organization=Organization(pk=actor.organization_id or None))
    for name, value in columns(entry, content).items():
        setattr(entry, name, value)
    entry.title = title
    if isinstance(entry, Need):
        return need_item(entry, key="typing")
    return offer_item(entry, key="typing", served=served)


def intake_panel(subject: Subject, actor: Actor) -> Iterable[Panel]:
    """Beside an entry in intake: what is posted or waits already and says nearly the same."""
    model: type[Need] | type[ResourceOffer] = Need if subject.kind == "need" else ResourceOffer
    entry = model._default_manager.filter(number=subject.number).first()
    if entry is None:
        return
    text = f"{entry.title} {entry.text_at(Level(entry.visibility))[:200]}"
    waiting = list(intake(model, actor)[:MOST_WAITING])
    alike = _alike(subject.kind, entry.title, text, entry.number, Level.INTERNAL, waiting)
    yield Panel("matching/alike.html", {"alike": alike, "side": subject.kind}, order=10)


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
        live = [shown.row_of(m, actor, entry) for m in rows if m.state not in FAILED]
        failed = [m for m in rows if m.state in FAILED] if own or staff else []
        over = [shown.row_of(m, actor, entry) for m in failed]
        yield Panel("matching/entry_links.html", {"live": live, "over": over}, order=20)
    if own or staff:
        sentences = Sentences()
        readable = [
            match
            for match in queries.suggestions_for(entry)[:PANEL]
            if staff or permissions.can_read(actor, match)
        ]
        close = [match for match in readable if match.fit in queries.CLOSE][:MOST]
        distant = [match for match in readable if match.fit not in queries.CLOSE][:MOST]
        candidates, others = (
            [_saved_brief(match, entry, actor, sentences) for match in part]
            for part in (close, distant)
        )
        context: dict[str, object] = {
            "candidates": candidates,
            "distant": others,
            "side": subject.kind,
            "entry": entry,
            "staff": staff,
            "may_share": entry.quantity is not None
            and sum(one["may_ask"] for one in (*candidates, *others)) > 1,
        }
        yield Panel("matching/entry_candidates.html", context, order=10)


def _saved_brief(
    match: Match, entry: Need | ResourceOffer, actor: Actor, sentences: Sentences
) -> dict[str, Any]:
    other = match.resource if entry.KIND == "need" else match.need
    return {
        "match": match,
        "entry": other,
        "url": shown.entry_url(other),
        "org": other.organization.label,
        "line": shown.short_reason(match, sentences),
        "fit": shown.FIT.get(match.fit, "low"),
        "may_ask": match.state == MatchState.SUGGESTED
        and bool(permissions.can_propose(actor, match)),
    }
