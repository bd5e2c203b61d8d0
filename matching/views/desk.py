"""对接台: the coordinator's day, one need at a time, by keyboard where one likes."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import is_staff
from core import audit, ports
from core.views import ActionView, Page, SignedIn, say
from marketplace.models import Need, ResourceOffer
from marketplace.permissions import can_moderate, level_for
from marketplace.queries import get_entry
from marketplace.states import SEEKING
from marketplace.templatetags.market import amount_in
from matching import operations, queries
from matching.engine import Removed
from matching.models import Answer, Match
from matching.operations.amounts import settled_by_rule
from matching.queries.reasons import Sentences
from matching.states import ASKING, RUNNING
from matching.views import shown

TABS = ("open", "asking", "linked")
QUEUE = 20


def desk_url(tab: str, need: str = "") -> str:
    url = f"{reverse('matching:desk')}?tab={tab}"
    return f"{url}&need={need}" if need else url


class Desk(SignedIn, Page):
    """Queue, the need in hand, its candidates, and why there are no more."""

    section = "desk"
    template_name = "matching/desk.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_staff(self.actor).require()
        tab = self.request.GET.get("tab", "open")
        tab = tab if tab in TABS else "open"
        rows = queries.desk_needs(self.actor, tab)
        if self.request.GET.get("sort") == "new":
            rows = rows.order_by("-posted_at")
        page = Paginator(rows, QUEUE).get_page(self.request.GET.get("page"))
        need = self._chosen(list(page))
        labels = {"open": _("没对接"), "asking": _("等回复"), "linked": _("已对接")}
        tabs = [
            (
                labels[name],
                desk_url(name),
                name == tab,
                queries.desk_needs(self.actor, name).count(),
            )
            for name in TABS
        ]
        context = self._need_context(need) if need else {}
        return super().get_context_data(
            tab=tab,
            tabs=tabs,
            queue=page,
            elsewhere=need is not None and all(row.pk != need.pk for row in page),
            need=need,
            sort=self.request.GET.get("sort", ""),
            **context,
            **kwargs,
        )

    def _chosen(self, queue: list[Need]) -> Need | None:
        number = self.request.GET.get("need", "")
        if number:
            entry = get_entry("need", number, self.actor)
            return entry if isinstance(entry, Need) else None
        return queue[0] if queue else None

    def _need_context(self, need: Need) -> dict[str, Any]:
        candidates = list(queries.suggestions_for(need)[:10])
        sentences = Sentences()
        removed = queries.why_no_candidates(need, self.at)
        offers = ResourceOffer.objects.filter(state__in=SEEKING).count()
        may_write = bool(can_moderate(self.actor, need))
        sharable = queries.wanted_by_several(candidates) if may_write else set()
        best = operations.best_of(candidates)
        settled = {match.pk for match in candidates if settled_by_rule(need, match.resource)}
        shown_ones = [
            self._candidate(match, index, sentences)
            | {"shared": match.resource_id in sharable, "by_hand": match.pk not in settled}
            for index, match in enumerate(_close_first(candidates))
        ]
        return {
            "facts": shown.facts_of(need, need.text_at(level_for(self.actor, need))),
            "steps": ports.chain_steps(audit.subject_of(need), self.actor),
            "candidates": [one for one in shown_ones if one["match"].fit in queries.CLOSE],
            "distant": [one for one in shown_ones if one["match"].fit not in queries.CLOSE],
            "best": min(len(best), operations.BEST),
            "unanswered": self._unanswered(need),
            "links": [
                shown.row_of(match, self.actor)
                for match in queries.asked_of(need).filter(state__in=ASKING | RUNNING)
            ],
            "sieve": [_sieve_row(row, need, may_write) for row in removed if row.removed],
            "offers": offers,
            "left": offers - sum(row.removed for row in removed),
            "may_write": may_write,
            "short": need.unmet,
            "all_held": bool(need.held) and not need.remaining,
            "short_words": amount_in(need.unmet, need),
        }

    def _candidate(self, match: Match, index: int, sentences: Sentences) -> dict[str, Any]:
        offer = match.resource
        reasons = shown.reasons_of(match, sentences)
        return {
            "match": match,
            "score": round(match.score * 100),
            "level": shown.FIT.get(match.fit, "low"),
            "title": offer.title,
            "url": shown.entry_url(offer),
            "org": " · ".join(
                part
                for part in (
                    offer.organization.label,
                    offer.get_kind_display(),
                    shown.place_of(offer),
                    _("余 %(n)s") % {"n": amount_in(offer.remaining, offer)}
                    if offer.remaining is not None
                    else "",
                )
                if part
            ),
            "on": index == 0,
            "checked": index < 2,
            "verified": offer.organization.is_verified,
            "reasons": [(r.name, r.sentence, r.points, r.of) for r in reasons],
            "ask": _("对方条件：%(c)s") % {"c": offer.conditions} if offer.conditions else "",
        }

    def _unanswered(self, need: Need) -> list[tuple[Match, str]]:
        rows = queries.asked_of(need).filter(state__in=ASKING)
        return [
            (match, entry.organization.label)
            for match in rows
            for entry, answer in (
                (match.need, match.need_answer),
                (match.resource, match.resource_answer),
            )
            if answer == Answer.WAITING
        ]


def _close_first(candidates: Sequence[Match]) -> list[Match]:
    return sorted(candidates, key=lambda match: match.fit not in queries.CLOSE)


def constraint_labels() -> dict[str, str]:
    return {
        "open": _("已关闭或排满"),
        "other_organization": _("本单位自己的"),
        "kinds": _("种类不合"),
        "category_possible": _("标为不可能的类别"),
        "area": _("服务不到这里"),
        "times": _("时间不重叠"),
        "conditions": _("人群条件不合"),
        "remaining": _("数量已用完，或都留着等确认"),
        "not_declined": _("谢绝过或刚失效"),
    }


# What is closed or used up is on no list to choose from: these lines lead nowhere.
_NOT_CHOSEN = frozenset({"open", "remaining"})


def _sieve_row(row: Removed, need: Need, may_write: bool) -> tuple[str, int, str, str]:
    labels = constraint_labels()
    if need.held and not need.remaining:
        labels["remaining"] = _("这条需求的数量都留着，等对方确认")
    if not row.would_return or not may_write or row.code in _NOT_CHOSEN:
        return (labels.get(row.code, row.code), row.removed, "", "")
    url = f"{reverse('matching:choose', args=[need.number])}?without={row.code}"
    back = _("看看被它挡住的 %(n)s 个") % {"n": row.would_return}
    return (labels.get(row.code, row.code), row.removed, back, url)


class ProposeAll(ActionView):
    """推荐前三个: the best candidates of a need, each with the usual amount."""

    def perform(self) -> str:
        need = get_entry("need", self.kwargs["number"], self.actor)
        assert isinstance(need, Need)
        can_moderate(self.actor, need).require()
        done = len(operations.propose_best(need, by=self.actor, at=self.at))
        if not done:
            messages.warning(
                self.request,
                _("没有推荐：没有契合度高或中、单位和数量也对得上的候选。请一个一个看。"),
            )
            return desk_url("open", need.number)
        words = _("推荐了 %(n)s 个资源，双方会收到消息。")
        if done < operations.BEST:
            words = _("只推荐了 %(n)s 个资源：契合度高或中、单位和数量也对得上的只有这些。")
        say(self.request, words % {"n": done})
        return desk_url("asking", need.number)


class Compare(SignedIn, Page):
    """Two or three candidates side by side."""

    section = "desk"
    template_name = "matching/desk_compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_staff(self.actor).require()
        need = get_entry("need", self.kwargs["number"], self.actor)
        wanted = self.request.GET.getlist("m")[:4]
        rows = [m for m in queries.suggestions_for(need) if m.number in wanted or not wanted][:4]
        sentences = Sentences()
        columns = [
            {
                "match": match,
                "facts": shown.facts_of(
                    match.resource, match.resource.text_at(level_for(self.actor, match.resource))
                ),
                "reasons": shown.reasons_of(match, sentences),
                "score": round(match.score * 100),
                "level": shown.FIT.get(match.fit, "low"),
            }
            for match in rows
        ]
        crumbs = [(_("对接台"), desk_url("open", need.number)), (_("比较"), "")]
        return super().get_context_data(
            need=need,
            columns=columns,
            facts=_side_by_side(columns),
            may_write=bool(can_moderate(self.actor, need)),
            crumbs=crumbs,
            **kwargs,
        )


def _side_by_side(columns: Sequence[dict[str, Any]]) -> list[tuple[str, list[tuple[str, Any]]]]:
    """The same fact of every column on one line; what a column does not say is empty."""
    labels = dict.fromkeys(label for column in columns for label, _value in column["facts"])
    return [
        (
            label,
            [(c["match"].resource.title, dict(c["facts"]).get(label, "")) for c in columns],
        )
        for label in labels
    ]
