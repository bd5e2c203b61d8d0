"""A match's page and the list of one's own."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from archive.queries import shown_files
from core import audit, ports
from core.sheets import write_book
from core.templatetags import show
from core.views import Page, SignedIn, rendered_panels
from marketplace.permissions import level_for
from marketplace.templatetags.market import amount_in, total_in
from matching import decline_reasons, permissions, queries
from matching.forms import MessageForm, unit_words
from matching.models import Delivery, Match, Side
from matching.states import (
    ASKING,
    CONTACTS_OPEN,
    FAILED,
    FULFILLED,
    RUNNING,
    DeliveryState,
    MatchState,
)
from matching.views import shown

PER_PAGE = 20

TABS: dict[str, frozenset[MatchState]] = {
    "asking": ASKING,
    "running": RUNNING,
    "done": FULFILLED,
    "over": FAILED,
}


class MatchList(SignedIn, Page):
    """对接: what waits for an answer first, then what runs, what is done, what came to nothing."""

    section = "matches"
    template_name = "matching/match_list.html"

    def rows(self) -> QuerySet[Match]:
        found = queries.matches_of(self.actor.organization_id)
        tab = self.tab()
        if tab in TABS:
            found = found.filter(state__in=TABS[tab])
        words = self.request.GET.get("q", "").strip()[:60]
        if words:
            found = found.filter(need__title__contains=words) | found.filter(
                resource__title__contains=words
            )
        return found

    def tab(self) -> str:
        tab = self.request.GET.get("tab", "")
        return tab if tab in TABS else "all"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") == "xlsx":
            return self._export()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(self.rows(), PER_PAGE).get_page(self.request.GET.get("page"))
        counts = {
            name: queries.matches_of(self.actor.organization_id).filter(state__in=states).count()
            for name, states in TABS.items()
        }
        labels = {
            "asking": _("等回复"),
            "running": _("进行中"),
            "done": _("已完成"),
            "over": _("没有成"),
        }
        tabs = [(_("全部"), "?", self.tab() == "all", sum(counts.values()))]
        tabs += [(labels[name], f"?tab={name}", self.tab() == name, counts[name]) for name in TABS]
        return super().get_context_data(
            rows=[shown.row_of(match, self.actor) for match in page],
            page=page,
            tabs=tabs,
            words=self.request.GET.get("q", ""),
            tab=self.tab(),
            **kwargs,
        )

    def _export(self) -> HttpResponse:
        header = [
            "编号",
            "需求",
            "需求方",
            "资源",
            "资源方",
            "数量",
            "状态",
            "推荐时间",
            "对接时间",
        ]
        rows = [
            [
                match.number,
                match.need.title,
                match.need.organization.name,
                match.resource.title,
                match.resource.organization.name,
                amount_in(match.quantity, match.need),
                match.get_state_display(),
                match.proposed_at,
                match.linked_at,
            ]
            for match in self.rows()[:5000]
        ]
        book = write_book(_("对接"), [_(name) for name in header], rows, [16, 36, 24, 36, 24])
        name = f"{self.actor.organization_name}_{_('对接')}_{self.at:%Y%m%d}.xlsx"
        response = HttpResponse(
            book, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        )
        response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
        return response


class MatchDetail(Page):
    """One match: the chain, whose turn it is, both entries, deliveries, messages, history."""

    section = "matches"
    template_name = "matching/match_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        match = queries.get_match(self.kwargs["number"], self.actor)
        actor, subject = self.actor, audit.subject_of(match)
        sides = permissions.sides_of(actor, match)
        inside = bool(sides) or permissions.is_staff(actor, match)
        return super().get_context_data(
            match=match,
            crumbs=[(_("对接"), reverse("matching:match-list")), (match.need.title, "")],
            steps=ports.chain_steps(subject, actor),
            turn=shown.who_is_next(match, actor),
            state=shown.state_words(match, actor),
            chip=shown.CHIPS[MatchState(match.state)],
            inside=inside,
            is_staff=permissions.is_staff(actor, match),
            sides=sides,
            asking=match.state in ASKING,
            amount=amount_in(match.quantity, match.need),
            resource_amount=_other_amount(match),
            reasons=shown.reasons_of(match),
            fit=shown.FIT.get(match.fit, "low"),
            score=round(match.score * 100) if permissions.sees_number(actor) else "",
            entries=self._entries(match),
            buttons=self._buttons(match, sides),
            decline=decline_reasons.label_of(match.decline_code) if match.decline_code else "",
            exits=ports.exits(subject, actor) if inside else [],
            panels=rendered_panels(self.request, "match", subject, actor),
            **(self._inside(match) if inside else {}),
            **kwargs,
        )

    def _entries(self, match: Match) -> list[dict[str, Any]]:
        both = []
        for side, entry, label in (
            (Side.NEED, match.need, _("需求")),
            (Side.RESOURCE, match.resource, _("资源")),
        ):
            level = level_for(self.actor, entry)
            text = entry.text_at(
                level if level in entry.readable_levels() else entry.readable_levels()[0]
            )
            both.append(
                {
                    "side": side,
                    "label": label,
                    "entry": entry,
                    "url": shown.entry_url(entry),
                    "facts": shown.facts_of(entry, text),
                    "answer": match.answer_of(side),
                    "answered_at": match.need_answered_at
                    if side == Side.NEED
                    else match.resource_answered_at,
                }
            )
        return both

    def _buttons(self, match: Match, sides: list[Side]) -> dict[str, bool]:
        actor = self.actor
        return {
            "answer": any(permissions.can_answer(actor, match, side) for side in sides),
            "withdraw": bool(permissions.can_withdraw(actor, match)),
            "deliver": match.state in RUNNING and bool(permissions.can_carry(actor, match)),
            "confirm": match.state in RUNNING and bool(permissions.can_confirm(actor, match)),
            "cancel": match.state in RUNNING and bool(permissions.can_carry(actor, match)),
            "contact": match.state in CONTACTS_OPEN
            and bool(permissions.can_look_at_contact(actor, match)),
            "write": match.state != MatchState.SUGGESTED
            and bool(permissions.can_carry(actor, match)),
            "feedback": match.state in FULFILLED
            and bool(permissions.can_judge(actor, match))
            and any(not match.feedback.filter(side=side).exists() for side in sides),
            "propose": match.state == MatchState.SUGGESTED
            and bool(permissions.can_propose(actor, match)),
        }

    def _inside(self, match: Match) -> dict[str, Any]:
        deliveries = list(match.deliveries.order_by("day", "id"))
        notes = list(match.notes.order_by("id"))
        feedback = list(match.feedback.order_by("id"))
        subjects = [*map(audit.subject_of, deliveries)]
        subjects += [*(note.subject for note in notes), *(one.subject for one in feedback)]
        files = shown_files(subjects, self.actor) if subjects else {}
        over = queries.excesses(match, deliveries)
        return {
            "deliveries": [
                self._delivery(match, one)
                | {
                    "files": files.get(one.number, []),
                    "over": total_in(over.get(one.pk), match.need),
                }
                for one in deliveries
            ],
            **self._amounts(match, deliveries),
            "notes": [(note, files.get(note.subject.number, [])) for note in notes],
            "feedback": [(one, files.get(one.subject.number, [])) for one in feedback],
            "message_form": MessageForm(by=self.actor, at=self.at),
            "units": {
                "quantity": unit_words(match.need),
                "resource_quantity": unit_words(match.resource),
            },
        }

    def _amounts(self, match: Match, deliveries: list[Delivery]) -> dict[str, str]:
        """How far the deliveries have come, and what 确认全部收到 would set free again."""
        today = timezone.localdate(self.at)
        due = queries.due_of(match, today)
        if due is None or match.state not in RUNNING:
            return {}
        begins = queries.days_of(match)[0]
        back = queries.given_back(match, match.need, today, confirmed=True)
        return {
            "begins": show.short_day(begins, today) if begins > today else "",
            "expected": total_in(due.expected, match.need),
            "delivered": total_in(due.delivered, match.need),
            "set_free": amount_in(back, match.need) if back and deliveries else "",
        }

    def _delivery(self, match: Match, delivery: Delivery) -> dict[str, Any]:
        may_confirm = bool(permissions.can_confirm(self.actor, match))
        kind = {"RECORDED": "wait", "CONFIRMED": "ok", "QUESTIONED": "bad"}[delivery.state]
        return {
            "row": delivery,
            "amount": total_in(delivery.quantity, match.need),
            "kind": kind,
            "icon": {"wait": "clock", "ok": "check", "bad": "warn"}[kind],
            "can_confirm": may_confirm and delivery.state != DeliveryState.CONFIRMED,
            "can_question": may_confirm and delivery.state == DeliveryState.RECORDED,
        }


def _other_amount(match: Match) -> str:
    """What is taken of the resource, where its unit is another."""
    if match.resource_quantity is None or match.resource_quantity == match.quantity:
        return ""
    return amount_in(match.resource_quantity, match.resource)
