"""What stands beside and below the fields while one types: hints, guesses, the three readers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organization, Region
from core.permissions import Actor
from marketplace import queries
from marketplace.forms import FORMS, EntryForm, Step
from marketplace.levels import TEXT_LENGTH, Level
from marketplace.operations.content import columns
from marketplace.personal import find_identifying, find_personal
from marketplace.validators import words_of_others
from marketplace.views import shown
from marketplace.views.sides import SideView

# A guess by the words as the hidden field keeps it: with the code, so that another choice shows.
TEXT_GUESS = "~category:"
# Fields drawn together: a change of one redraws the first.
_TOGETHER = {"unit": "quantity", "period": "quantity"}


@dataclass(frozen=True, slots=True)
class Row:
    """A field with what only the page knows: a warning, and a guess that waits for a look."""

    name: str
    field: BoundField
    hint: str = ""
    can_move: bool = False
    can_mask: bool = False
    guess: str = ""
    sure: bool = False

    @property
    def is_text(self) -> bool:
        """Whether others may read it, so that it is watched while one types."""
        return self.name in words_of_others(Level.PUBLIC)


@dataclass(frozen=True, slots=True)
class Hint:
    words: str
    can_move: bool
    can_mask: bool


def rows(form: EntryForm, read_from: Mapping[str, str] | None = None) -> dict[str, Row]:
    """Every visible field by name."""
    marked = _value(form, "guessed").split(",")
    warned = hints(form)
    found: dict[str, Row] = {}
    for field in form.visible_fields():
        hint = warned.get(field.name, Hint("", can_move=False, can_mask=False))
        guess, sure = _guess_words(field.name, marked, read_from or {})
        if field.name == "category" and f"{TEXT_GUESS}{_value(form, 'category')}" in marked:
            guess = _("按文字猜的，可以改")
        found[field.name] = Row(
            field.name, field, hint.words, hint.can_move, hint.can_mask, guess, sure
        )
    return found


def _guess_words(name: str, marked: list[str], read_from: Mapping[str, str]) -> tuple[str, bool]:
    if name in marked:
        shown_words = read_from.get(name, "")
        if shown_words:
            return _("待确认：从“%(words)s”里认出的") % {"words": shown_words[:24]}, True
        return _("待确认：从粘贴的文字里认出的"), True
    return "", False


def _value(form: EntryForm, name: str) -> str:
    return str(form[name].value() or "") if name in form.fields else ""


def _visibility(form: EntryForm) -> Level:
    value = _value(form, "visibility")
    return Level(value) if value in Level.values else Level.PUBLIC


def hints(form: EntryForm) -> dict[str, Hint]:
    """Warnings by field, for the texts that others will read."""
    found = {}
    for name in words_of_others(_visibility(form)):
        hint = _hint(_value(form, name), wish=_is_wish(form))
        if hint is not None and name in form.fields:
            found[name] = hint
    return found


def _is_wish(form: EntryForm) -> bool:
    return _value(form, "micro_wish").lower() in ("true", "on", "1")


def _hint(typed: str, *, wish: bool) -> Hint | None:
    """The most pressing warning of a text. What is too long is not looked through: it is refused
    for its length."""
    text = typed[: 2 * TEXT_LENGTH]
    kinds = {finding.kind for finding in find_personal(text)}
    if "id" in kinds:
        return Hint(_("这里像有身份证号，别人会看到，不能发布。"), "phone" in kinds, can_mask=True)
    if "phone" in kinds:
        words = _("这里像有电话号码，别人会看到。要留给对接方，请移到联系方式。")
        return Hint(words, can_move=True, can_mask=True)
    kinds = {finding.kind for finding in find_identifying(text)}
    if "door" in kinds:
        words = _("这里像有门牌。公开的文字只写到街道，门牌请写进“详细地址”。")
        return Hint(words, can_move=False, can_mask=True)
    if "name" in kinds:
        words = _("这里像有人的姓名，别人会看到。只留称呼（张奶奶），或写成“一名老人”更稳妥。")
        return Hint(words, can_move=False, can_mask=True)
    if "call" in kinds:
        words = _("这里像有人的称呼。写成“一名老人”“一名儿童”更稳妥。")
        # Masking keeps a surname with a title, but in a wish, which names nobody.
        return Hint(words, can_move=False, can_mask=wish)
    return None


def unsaved(form: EntryForm) -> Any:
    """What is typed as an entry that nobody saves."""
    entry: Any = form.model()
    if form.is_bound:
        content: Mapping[str, Any] = _readable(form)
    else:
        content = form.initial
    for name, value in columns(entry, content).items():
        if value is not None:
            setattr(entry, name, value)
    return entry


def _readable(form: EntryForm) -> dict[str, Any]:
    """The cleaned values, and the plain text of fields that were refused."""
    typed = {name: _value(form, name)[: 2 * TEXT_LENGTH] for name in words_of_others(Level.PUBLIC)}
    typed = {name: text for name, text in typed.items() if name in form.errors and text}
    return {**form.content(), **typed}


def step_fragment(request: HttpRequest, side: str, form: EntryForm, step: Step) -> HttpResponse:
    """The fields that a step changed, swapped in by their ids."""
    drawn = rows(form, step.read_from)
    names = dict.fromkeys(_TOGETHER.get(name, name) for name in sorted(step.changed))
    context = {
        "side": side,
        "form": form,
        "f": drawn,
        "changed": [drawn[name] for name in names if name in drawn],
        "said": step.said,
        "step_url": request.path,
        "previews": shown.seen_by(unsaved(form)),
    }
    response = render(request, "marketplace/form_step.html", context)
    response["HX-Trigger"] = "input"
    return response


class EntryLive(SideView):
    """While one types: warnings under the texts, the guess of a category, the three readers.

    Nothing (204) after the session has ended: the draft's own answer says what to do.
    """

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if not self.actor.is_authenticated:
            return HttpResponse(status=204)
        typed = request.POST.copy()
        guessed = self.guess(typed)
        form = FORMS[self.side](typed, today=timezone.localdate(), complete=False)
        form.is_valid()
        form.mark_required()
        context = {
            "side": self.side,
            "form": form,
            "f": rows(form),
            "step_url": self.url("new"),
            "guessed": guessed,
            "previews": shown.seen_by(unsaved(form)),
        }
        return render(request, "marketplace/form_live.html", context)

    def guess(self, typed: Any) -> bool:
        """Choose a category by the words, as long as the person has not chosen one."""
        marks = [mark for mark in typed.get("guessed", "").split(",") if mark]
        if typed.get("category") and f"{TEXT_GUESS}{typed['category']}" not in marks:
            return False
        text = f"{typed.get('title', '')}\n{typed.get('text_public', '')}"[:2100]
        found = queries.guess_category(text)
        if found is None or found.code == typed.get("category"):
            return False
        typed["category"] = found.code
        kept = [mark for mark in marks if not mark.startswith(TEXT_GUESS)]
        typed["guessed"] = ",".join([*kept, TEXT_GUESS + found.code])
        return True


_CALLER = re.compile(r"(?P<name>.+) (?P<phone>\+?[\d-]{7,}), ")


def contact_of(actor: Actor) -> dict[str, str]:
    """Whom the other side would call: whoever writes, or whoever called the coordinator."""
    called = _CALLER.match(actor.on_behalf_of)
    if called is None:
        return {"contact_name": "" if actor.on_behalf_of else actor.name}
    return {"contact_name": called["name"], "contact_phone": called["phone"]}


def home_of(actor: Actor) -> Region | None:
    """Where the organization acted for is at home: what a new form begins with."""
    organization = Organization.objects.select_related("region").filter(pk=actor.organization_id)
    found = organization.first()
    return found.region if found else None
