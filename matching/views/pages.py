"""What the views of matching share: loading the match that the address names."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import Conflict, NotFound, Sentence
from core.permissions import Decision
from core.views import ActionView, FormPage, SignedIn, safe_next, say
from matching import permissions, queries
from matching.models import Match, Side
from matching.states import ASKING, MatchState


def detail_url(match: Match) -> str:
    return reverse("matching:match-detail", args=[match.number])


def own_side(match: Match, actor: Any, wanted: str = "") -> Side:
    """The side on which an actor answers; `wanted` decides where both are theirs."""
    sides = permissions.sides_of(actor, match)
    if wanted in sides:
        return Side(wanted)
    if not sides:
        raise NotFound(_("这条对接不是你们单位的。"))
    return sides[0]


def over_now(match: Match) -> str:
    """What is said of a step that the match is past."""
    state = {"state": match.get_state_display()}
    return _("这次对接现在是“%(state)s”，不用再做这一步。") % state


class MatchAction(ActionView):
    """A button on a match. One of an old page leads to the match as it is now."""

    open_in: ClassVar[frozenset[MatchState]] = frozenset(MatchState)

    @property
    def match(self) -> Match:
        return queries.get_match(self.kwargs["number"], self.actor)

    def run_once(self) -> str:
        """Somebody was faster: back to where one was, with the sentence."""
        match = self.match
        if match.state not in self.open_in:
            messages.warning(self.request, over_now(match))
            return detail_url(match)
        try:
            return super().run_once()
        except Conflict as refusal:
            messages.warning(self.request, str(refusal))
            return safe_next(self.request, detail_url(match))


class MatchFormPage(SignedIn, FormPage):
    """A page with one form about one match."""

    section = "matches"
    template_name = "matching/match_form.html"
    # States in which the question still makes sense; elsewhere the page leads to the match itself.
    open_in: ClassVar[frozenset[MatchState]] = frozenset(MatchState)
    heading: ClassVar[Sentence] = ""
    verb: ClassVar[Sentence] = ""
    danger = False

    @property
    def match(self) -> Match:
        if not hasattr(self, "_match"):
            self._match = queries.get_match(self.kwargs["number"], self.actor)
        return self._match

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.actor.is_authenticated and self.match.state not in self.open_in:
            say(request, over_now(self.match))
            return redirect(detail_url(self.match))
        if self.actor.is_authenticated:
            if done := self.done_already():
                say(request, done)
                return redirect(detail_url(self.match))
            self.may().require()
        return super().dispatch(request, *args, **kwargs)

    def may(self) -> Decision:
        """Whether this actor can act here at all: who cannot is told before typing anything."""
        return permissions.can_carry(self.actor, self.match)

    def done_already(self) -> str:
        """A sentence where this actor has taken the step before: it leads to the match as well."""
        return ""

    def lead(self) -> str:
        """One sentence above the form: what will happen."""
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        match = self.match
        crumbs = [
            (_("对接"), reverse("matching:match-list")),
            (match.need.title, detail_url(match)),
            (self.heading, ""),
        ]
        return super().get_context_data(
            match=match,
            asking=match.state in ASKING,
            heading=self.heading,
            verb=self.verb,
            danger=self.danger,
            lead=self.lead(),
            crumbs=crumbs,
            back_url=detail_url(match),
            **kwargs,
        )
