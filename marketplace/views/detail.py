"""The page of one entry, as its reader may read it, and the sheet that prints."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core import audit, ports
from core.ports import Subject
from core.templatetags import show
from core.views import Page, rendered_panels
from marketplace import permissions, queries
from marketplace.models import Level
from marketplace.states import CLOSED, FINDABLE, SEEKING, EntryState
from marketplace.templatetags.market import amount_in
from marketplace.views import shown
from marketplace.views.entry_form import DONE_KEY
from marketplace.views.sides import SECTIONS, SideView

_EDITABLE = FINDABLE | {EntryState.DRAFT, EntryState.RETURNED}


@dataclass(frozen=True, slots=True)
class LevelText:
    """One level's text: who reads it on the page, and for whom it is on paper."""

    level: Level
    heading: str
    whom: str
    text: str


class EntryPage(SideView, Page):
    """What the detail page and the printed sheet have in common."""

    @cached_property
    def view(self) -> queries.EntryView:
        entry = queries.get_entry(self.side, self.kwargs["number"], self.actor)
        return queries.view_of(entry, self.actor)

    @property
    def entry(self) -> Any:
        return self.view.entry

    @cached_property
    def subject(self) -> Subject:
        return audit.subject_of(self.entry)

    @cached_property
    def is_staff(self) -> bool:
        return permissions.is_staff_for(self.actor, self.entry)

    def texts(self) -> list[LevelText]:
        """The texts of every level that this reader reads, the widest first; the same text stands
        once."""
        words = {
            Level.PUBLIC: (_("公众看到"), _("所有人都能看")),
            Level.PARTNERS: (_("伙伴看到"), _("只给运营方核验过的单位看")),
            Level.INTERNAL: (_("本单位和运营方看到"), _("只给本单位和运营方看")),
        }
        order = list(Level)
        found: list[LevelText] = []
        for level in self.entry.readable_levels():
            text = self.entry.text_at(level)
            reads = order.index(level) <= order.index(Level(self.view.level))
            if reads and text and (not found or found[-1].text != text):
                found.append(LevelText(level, *words[level], text))
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry = self.entry
        return super().get_context_data(
            entry=entry,
            view=self.view,
            side=self.side,
            noun=self.noun,
            place=shown.place_words(entry),
            quantity=shown.quantity_words(entry),
            files=queries.files_of_entry(entry, self.actor),
            steps=ports.chain_steps(self.subject, self.actor),
            chip_kind=shown.CHIPS[EntryState(entry.state)],
            facts=[*shown.facts(entry), *self.closing()],
            **kwargs,
        )

    def closing(self) -> list[shown.Fact]:
        """The day on which it closes by itself, also where nobody wrote one; a page that says it
        elsewhere adds nothing."""
        return []


class EntryDetail(EntryPage):
    template_name = "marketplace/entry_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry = self.entry
        inside = self.view.is_own or self.is_staff
        context = super().get_context_data(
            is_own=self.view.is_own,
            is_staff=self.is_staff,
            inside=inside,
            texts=self.texts() if inside else [],
            meter=self.meter(),
            crumbs=self.crumbs(),
            untitled=_("还没写标题"),
            stay_url=self.request.path,
            address=self.request.build_absolute_uri(self.url("detail", entry.number)),
            panels=rendered_panels(
                self.request, "entry", self.subject, self.actor, side=self.side, entry=entry
            ),
            forms_done=self.request.session.pop(DONE_KEY, []) if inside else [],
            **self.buttons(),
            **(self.inner() if inside else {}),
            **kwargs,
        )
        context["section"] = SECTIONS[self.side] if self.view.is_own else ""
        return context

    def meter(self) -> dict[str, str] | None:
        """已对接 12 份，还差 18 份: words and numbers of the bar; nothing without a number."""
        entry = self.entry
        if not entry.quantity or entry.state not in FINDABLE | CLOSED:
            return None
        # What is only held for an answer is not met: a need still misses it.
        missing = entry.unmet if self.side == "need" else entry.remaining
        done, left = amount_in(entry.allocated, entry), amount_in(missing, entry)
        label = (
            _("已对接 %(done)s，还差 %(left)s")
            if self.side == "need"
            else _("已对接 %(done)s，还剩 %(left)s")
        )
        held = amount_in(entry.held, entry) if entry.held else ""
        under = _("浅色的 %(held)s待对方确认") % {"held": held} if held else ""
        return {
            "value": str(entry.allocated),
            "soft": str(entry.held) if entry.held else "",
            "max": str(entry.quantity),
            "label": label % {"done": done, "left": left},
            "words": self.full_quantity,
            "under": under,
        }

    @property
    def full_quantity(self) -> str:
        return shown.quantity_words(self.entry)

    def closing(self) -> list[shown.Fact]:
        entry = self.entry
        if entry.closes_on is None or entry.state in CLOSED:
            return []
        return [(_("到期自动结束"), show.day(entry.closes_on))]

    def may(self) -> dict[str, bool]:
        """The buttons, by the table of states and the rules of who may act."""
        entry = self.entry
        edits = bool(permissions.can_edit(self.actor, entry))
        own = self.view.is_own and edits
        moderates = bool(permissions.can_moderate(self.actor, entry))

        def legal(action: str) -> bool:
            return bool(entry.MACHINE.allows(entry.state, action))

        return {
            "may_edit": entry.state in _EDITABLE and (own or (edits and entry.state in FINDABLE)),
            "may_withdraw": edits and legal("withdraw"),
            "may_reopen": edits and legal("reopen") and entry.posted_at is not None,
            "may_copy": own and entry.state != EntryState.DRAFT,
            "may_discard": own and entry.state == EntryState.DRAFT,
            "may_add_files": edits and entry.state in _EDITABLE | {EntryState.SUBMITTED},
            "may_take_over": own and bool(entry.caller) and not self.actor.on_behalf_of,
            "may_moderate": moderates and legal("approve"),
            "is_seeking": entry.state in SEEKING,
        }

    def buttons(self) -> dict[str, Any]:
        """What may be done, where it leads, and the one thing that is done first."""
        may: dict[str, Any] = self.may()
        entry = self.entry
        pages = ("edit", "files", "withdraw", "reopen", "copy", "discard", "intake", "print")
        urls = {f"{page}_url": self.url(page, entry.number) for page in pages}
        urls["take_over_url"] = self.url("take-over", entry.number)
        main = None
        if may["may_edit"] and entry.state in (EntryState.DRAFT, EntryState.RETURNED):
            words = _("接着写") if entry.state == EntryState.DRAFT else _("修改后再提交")
            main = (words, urls["edit_url"])
        elif may["may_edit"] and self.view.is_own:
            main = (_("修改"), urls["edit_url"])
        shown_below = (
            "may_add_files",
            "may_reopen",
            "may_copy",
            "may_withdraw",
            "may_discard",
            "may_moderate",
        )
        return {
            **may,
            **urls,
            "main_action": main,
            "has_actions": any(may[name] for name in shown_below)
            or (may["may_edit"] and main is None),
        }

    def crumbs(self) -> list[tuple[str, str]]:
        title = self.entry.title or _("草稿")
        if self.view.is_own:
            return [(self.list_label, self.list_url), (title, "")]
        return [(self.noun, ""), (self.entry.number, "")]

    def inner(self) -> dict[str, Any]:
        """What the owner and the staff of the region see besides: edits, versions, history."""
        versions = queries.versions_of(self.entry)
        pending = next((step for step in versions if step.version.status == "PENDING"), None)
        refused = versions[0] if versions and versions[0].version.status == "REFUSED" else None
        return {
            "pending": pending,
            "refused": refused,
            "versions": versions if len(versions) > 1 else [],
            "may_moderate_edit": bool(permissions.can_moderate(self.actor, self.entry)),
        }


class EntryPrint(EntryPage):
    """The sheet. `?only=public` leaves out what not everybody may read, for a notice board."""

    template_name = "marketplace/entry_print.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        address = self.request.build_absolute_uri(self.url("detail", self.entry.number))
        texts = self.texts()
        for_all = [one for one in texts if one.level == Level.PUBLIC]
        only_public = self.request.GET.get("only") == "public" and bool(for_all)
        shown_texts = for_all if only_public else texts
        return super().get_context_data(
            address=address,
            texts=shown_texts,
            is_private=shown_texts != for_all,
            may_choose=bool(for_all) and texts != for_all,
            only_public=only_public,
            **kwargs,
        )
