"""同义词: the groups in force, trying them out, editing them, and how the index stands."""

from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import Conflict, NotFound
from core.staff.views import SECTION, pages_of
from core.views import ActionView, FormPage, Page, SignedIn, actor_of, offer_undo, say
from search import operations, queries
from search.analysis.tokens import normalize
from search.context import SYNONYMS
from search.forms import SynonymForm
from search.permissions import can_edit_synonyms, can_see_synonyms
from search.queries.synonyms import ShownGroup

UNDO_SALT = "search.synonyms.undo"
UNDO_SECONDS = 3600
LONGEST_TRIED = 100


def list_url() -> str:
    return reverse("search:synonym-list")


def _group(key: str) -> ShownGroup:
    for group in queries.synonym_groups():
        if group.key == key:
            return group
    raise NotFound(_("没有这一组同义词。"))


def _typed(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST_TRIED]


class SynonymList(SignedIn, Page):
    """Every group, those of staff first; a box to search them and one to try a search out."""

    section = SECTION
    template_name = "search/synonym_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        can_see_synonyms(self.actor).require()
        find, attempt = _typed(self.request, "find"), _typed(self.request, "try")
        groups = queries.synonym_groups()
        wanted = normalize(find)
        found = [
            group
            for group in groups
            if not wanted or any(wanted in normalize(term) for term in group.terms)
        ]
        return super().get_context_data(
            tabs=[(p.label, p.url, p.section == SYNONYMS) for p in pages_of(self.actor)],
            groups=found,
            whole=len(groups),
            find=find,
            attempt=attempt,
            meant=queries.also_meant(attempt) if attempt else [],
            index=queries.index_state(),
            vectors=operations.vector_counts(),
            may_write=bool(can_edit_synonyms(self.actor)),
            **kwargs,
        )


class SynonymEdit(SignedIn, FormPage):
    """A new group, or one that is there: a built-in one gets a row of staff in its place."""

    section = SECTION
    template_name = "search/synonym_edit.html"
    form_class = SynonymForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if actor_of(request).is_authenticated:
            can_edit_synonyms(actor_of(request)).require()
        return super().dispatch(request, *args, **kwargs)

    @property
    def group(self) -> ShownGroup | None:
        key = self.kwargs.get("key", "")
        return _group(key) if key else None

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        group = self.group
        initial = (
            {"terms": "、".join(group.terms), "not_in": "、".join(group.not_in)} if group else {}
        )
        return SynonymForm(data, initial=initial)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        group = self.group
        heading = _("改一组同义词") if group else _("添加一组同义词")
        return super().get_context_data(
            tabs=[(p.label, p.url, p.section == SYNONYMS) for p in pages_of(self.actor)],
            group=group,
            version=self.request.POST.get("version") or (group.version if group else 0),
            heading=heading,
            back_url=list_url(),
            **kwargs,
        )

    def perform(self, form: forms.Form) -> str:
        before = self.group
        row = operations.save_synonyms(
            by=self.actor,
            at=self.at,
            key=before.key if before else "",
            terms=form.cleaned_data["terms"],
            not_in=form.cleaned_data["not_in"],
            active=before.active if before else True,
            version=_version(self.request),
        )
        _offer_undo(self.request, row.key, row.version, before)
        return list_url()


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _offer_undo(request: HttpRequest, key: str, version: int, before: ShownGroup | None) -> None:
    """`version` is the row's now (0: there is none); undoing puts back what was before."""
    staff = before if before and before.version else None
    kept = [list(staff.terms), list(staff.not_in), staff.active] if staff else None
    token = signing.dumps([key, version, kept], salt=UNDO_SALT, compress=True)
    sentence = _("“%(key)s”这一组已改好，搜索马上按新的来。") % {"key": key}
    offer_undo(request, sentence, reverse("search:synonym-undo", args=[token]))


class SynonymSwitch(ActionView):
    """Silence a group, or let it speak again: `active` is 1 or 0."""

    def perform(self) -> str:
        before = _group(self.kwargs["key"])
        row = operations.save_synonyms(
            by=self.actor,
            at=self.at,
            key=before.key,
            terms=before.terms,
            not_in=before.not_in,
            active=self.request.POST.get("active") == "1",
            version=_version(self.request),
        )
        _offer_undo(self.request, row.key, row.version, before)
        return list_url()


class SynonymRemove(ActionView):
    """Remove what staff wrote; a built-in group is then as it ships."""

    def perform(self) -> str:
        before = _group(self.kwargs["key"])
        operations.remove_synonyms(
            by=self.actor, at=self.at, key=before.key, version=_version(self.request)
        )
        _offer_undo(self.request, before.key, 0, before)
        return list_url()


class SynonymUndo(ActionView):
    """撤销 of the last edit of a group, unless somebody has edited it since."""

    def perform(self) -> str:
        try:
            key, version, kept = signing.loads(
                self.kwargs["token"], salt=UNDO_SALT, max_age=UNDO_SECONDS
            )
        except signing.BadSignature as error:
            raise NotFound(_("已经过了可以撤销的时间。")) from error
        if kept is None and not version:
            raise Conflict(_("这一组刚被别人改过，请刷新后再改。"))
        if kept is None:
            operations.remove_synonyms(by=self.actor, at=self.at, key=key, version=version)
        else:
            terms, not_in, active = kept
            operations.save_synonyms(
                by=self.actor,
                at=self.at,
                key=key,
                terms=terms,
                not_in=not_in,
                active=active,
                version=version,
            )
        say(self.request, _("“%(key)s”这一组和改之前一样了。") % {"key": key})
        return list_url()
