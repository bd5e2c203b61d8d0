"""How matching goes: the funnel, the time between steps, unmet demand by street and category."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from accounts.permissions import is_staff
from core.sheets import write_book
from core.views import Page, SignedIn
from matching import queries

PERIODS = (30, 90, 365)


class Funnel(SignedIn, Page):
    section = "desk"
    template_name = "matching/funnel.html"

    def days(self) -> int:
        raw = self.request.GET.get("days", "")
        return int(raw) if raw.isdecimal() and int(raw) in PERIODS else 90

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_staff(self.actor).require()
        if request.GET.get("format") == "xlsx":
            return self._export()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        days = self.days()
        since = self.at - timedelta(days=days)
        steps = queries.funnel(since)
        labels = {
            "proposed": _("推荐"),
            "answered": _("有一方回复"),
            "linked": _("对接成功"),
            "started": _("开始交付"),
            "confirmed": _("确认收到"),
            "closed": _("办结"),
        }
        first = steps[0].count if steps else 0
        rows = [
            {
                "label": labels[step.code],
                "count": step.count,
                "share": round(100 * step.count / first) if first else 0,
                "days": None if step.median_hours is None else round(step.median_hours / 24, 1),
            }
            for step in steps
        ]
        linked = next((step.count for step in steps if step.code == "linked"), 0)
        tabs = [(_("近 %(n)s 天") % {"n": n}, f"?days={n}", n == days) for n in PERIODS]
        crumbs = [(_("对接台"), reverse("matching:desk")), (_("对接情况"), "")]
        return super().get_context_data(
            rows=rows,
            first=first,
            linked=linked,
            tabs=tabs,
            days=days,
            crumbs=crumbs,
            unmet=queries.unmet_demand(since)[:40],
            **kwargs,
        )

    def _export(self) -> HttpResponse:
        since = self.at - timedelta(days=self.days())
        header = [_("街道"), _("类别"), _("需求"), _("还没有对接")]
        rows = [
            [u.street, u.category, u.needs, u.without_link] for u in queries.unmet_demand(since)
        ]
        response = HttpResponse(
            write_book(_("未满足的需求"), header, rows, [20, 16, 10, 12]),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
        name = f"{_('未满足的需求')}_{self.at:%Y%m%d}.xlsx"
        response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
        return response
