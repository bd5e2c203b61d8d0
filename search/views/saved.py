"""订阅: a person's saved searches, what is new in them, naming, pausing, deleting."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django import forms
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import Invalid, NotFound
from core.permissions import NOBODY
from core.views import ActionView, FormPage, Page, SignedIn, offer_undo, say
from search import operations, queries
from search.context import SECTION
from search.forms import LabelForm
from search.gateways.shapes import SearchPage
from search.models import SavedSearch
from search.views import shown, words
from search.views.state import State

UNDO_SALT = "search.saved.restore"
UNDO_SECONDS = 3600
SHOWN_NEW = 3


def list_url() -> str:
    return reverse("search:saved-list")


class Subscribe(SignedIn, FormPage):
    """Save the search that the address names; who is signed out signs in and comes back here."""

    section = SECTION
    template_name = "search/subscribe.html"
    form_class = LabelForm

    @property
    def state(self) -> State:
        return State.read(self.request.GET.urlencode())

    @property
    def label(self) -> str:
        return words.label_of(self.state, words.Words(self.state, {}))

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return LabelForm(data, initial={"label": self.label})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [(_("供需广场"), self.state.url()), (_("订阅这次搜索"), "")]
        return super().get_context_data(
            crumbs=crumbs, back_url=self.state.url(), label=self.label, **kwargs
        )

    def perform(self, form: forms.Form) -> str:
        state = self.state
        saved = operations.save_search(
            by=self.actor, at=self.at, state=state.query, label=form.cleaned_data["label"]
        )
        sentence = _("已订阅“%(label)s”。有新的，每天早上告诉你。") % {"label": saved.label}
        offer_undo(self.request, sentence, reverse("search:saved-delete", args=[saved.pk]))
        return state.url()


class SavedList(SignedIn, Page):
    """Each subscription with the newest of what came since its owner last heard."""

    section = SECTION
    template_name = "search/saved_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at, level = self.at, queries.reader_level(self.actor)
        found = queries.saved_searches(self.actor.user_id)
        rows = [_row(saved, level, at) for saved in found]
        crumbs = [(_("供需广场"), reverse("search:market")), (_("我的订阅"), "")]
        return super().get_context_data(rows=rows, crumbs=crumbs, **kwargs)


def _row(saved: SavedSearch, level: str, at: datetime) -> dict[str, Any]:
    """A state that an upgrade can no longer read shows without news and can be deleted."""
    try:
        state = State.read(saved.state)
        page = queries.new_hits(saved, level=level, at=at)
    except Invalid:
        state, page = State(), SearchPage()
    return {
        "saved": saved,
        "url": state.url(),
        "newest_url": state.put("sort", "newest").url(),
        "total": page.total,
        "total_words": shown.total_words(page),
        "lines": shown.lines(page, NOBODY)[:SHOWN_NEW],
        "rest": max(0, page.total - SHOWN_NEW),
    }


class Rename(SignedIn, FormPage):
    section = SECTION
    template_name = "search/saved_rename.html"
    form_class = LabelForm

    @property
    def saved(self) -> SavedSearch:
        return queries.own_search(self.actor.user_id, self.kwargs["pk"])

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return LabelForm(data, initial={"label": self.saved.label})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [
            (_("供需广场"), reverse("search:market")),
            (_("我的订阅"), list_url()),
            (_("改名"), ""),
        ]
        return super().get_context_data(crumbs=crumbs, back_url=list_url(), **kwargs)

    def perform(self, form: forms.Form) -> str:
        operations.rename_search(
            by=self.actor,
            at=self.at,
            saved_id=self.saved.pk,
            label=form.cleaned_data["label"],
        )
        return list_url()


class Pause(ActionView):
    """Stop or resume: `paused` is 1 or 0."""

    def perform(self) -> str:
        paused = self.request.POST.get("paused") == "1"
        operations.pause_search(
            by=self.actor, at=self.at, saved_id=self.kwargs["pk"], paused=paused
        )
        return list_url()


class MarkSeen(ActionView):
    def perform(self) -> str:
        operations.see_search(by=self.actor, at=self.at, saved_id=self.kwargs["pk"])
        return list_url()


class Delete(ActionView):
    """Unsubscribe, with the way back in the address of 撤销: nothing of it is kept here."""

    def perform(self) -> str:
        deleted = operations.delete_search(by=self.actor, at=self.at, saved_id=self.kwargs["pk"])
        plain = asdict(deleted) | {
            "created_at": deleted.created_at.isoformat(),
            "seen_at": deleted.seen_at.isoformat(),
        }
        token = signing.dumps([self.actor.user_id, plain], salt=UNDO_SALT, compress=True)
        sentence = _("已退订“%(label)s”。") % {"label": deleted.label}
        offer_undo(self.request, sentence, reverse("search:saved-restore", args=[token]))
        return list_url()


class Restore(ActionView):
    """撤销 of a deletion, by whoever deleted, within the hour."""

    def perform(self) -> str:
        try:
            user_id, plain = signing.loads(
                self.kwargs["token"], salt=UNDO_SALT, max_age=UNDO_SECONDS
            )
        except signing.BadSignature as error:
            raise NotFound(_("已经过了可以撤销的时间。")) from error
        if user_id != self.actor.user_id:
            raise NotFound(_("没有这个订阅。"))
        deleted = operations.Deleted(
            state=plain["state"],
            label=plain["label"],
            paused=plain["paused"],
            created_at=datetime.fromisoformat(plain["created_at"]),
            seen_at=datetime.fromisoformat(plain["seen_at"]),
        )
        saved = operations.restore_search(by=self.actor, at=self.at, deleted=deleted)
        say(self.request, _("“%(label)s”又在订阅里了。") % {"label": saved.label})
        return list_url()
