"""首页: what this is, what waits, what came of it."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.templatetags import show
from core.views import Page
from marketplace.models import Need, ResourceOffer
from portal import queries, wording


class Home(Page):
    section = "home"
    template_name = "portal/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        figures = queries.figures()
        return super().get_context_data(
            base=queries.base(),
            figures=_figures(figures),
            handed_over=wording.sums_words(figures.handed_over),
            needs=[_line(need) for need in queries.closing_needs(timezone.localdate(self.at))],
            offers=[_line(offer) for offer in queries.newest_offers()],
            stories=queries.stories(),
            steps=_steps(),
            **kwargs,
        )


def _figures(figures: queries.Figures) -> list[tuple[str, str, str, str]]:
    market = reverse("search:market")
    return [
        (_("需求等人帮"), show.count(figures.needs), f"{market}?kind=need", _("条")),
        (_("资源可以用"), show.count(figures.offers), f"{market}?kind=resource", _("条")),
        (_("已经办成"), show.count(figures.links), reverse("portal:results"), _("个")),
    ]


def _line(entry: Need | ResourceOffer) -> dict[str, Any]:
    """One row of the two lists: what, who, where, how much is left."""
    return {
        "kind": entry.KIND,
        "title": entry.title,
        "url": reverse(f"marketplace:{entry.KIND}-detail", args=[entry.number]),
        "org": entry.organization.label,
        "verified": entry.organization.is_verified,
        "meta": [
            wording.street_words(entry),
            entry.category.localized if entry.category else "",
            wording.remaining_words(entry),
        ],
        "closes_on": entry.closes_on if entry.KIND == "need" else None,
        "posted_at": entry.posted_at,
    }


def _steps() -> list[tuple[str, str]]:
    """How it works, in four steps."""
    return [
        (_("写下来"), _("说清要什么、能给什么、在哪里、什么时候。三分钟写好，写错了随时能改。")),
        (_("找到对方"), _("边写就能看到合适的。对接专员核对后，推荐给双方。")),
        (_("双方点头"), _("两边都同意才算对接。这时才互相看到联系人和电话。")),
        (_("送到为止"), _("每次交付都登记，收到的一方确认，说声谢谢，有头有尾。")),
    ]
