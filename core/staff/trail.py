"""The audit trail for the auditor: search, filter, proof, export."""

from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, wording
from core.handlers import verify_audit
from core.permissions import READ_TRAIL, may
from core.ports import Subject
from core.sheets import write_book
from core.staff import queries
from core.staff.forms import TrailForm
from core.staff.views import SettingsPage
from core.views import ActionView

PAGE = 50
EXPORT_MOST = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TrailPage(SettingsPage):
    template_name = "core/staff/trail.html"
    tab = "audit"
    duty = READ_TRAIL

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = TrailForm(self.request.GET, acts=wording.known_acts())
        wanted = form.wanted()
        rows = queries.trail(wanted)
        before = self.request.GET.get("before", "")
        if before.isascii() and before.isdigit() and len(before) < 19:
            rows = rows.filter(id__lt=int(before))
        found = list(rows[: PAGE + 1])
        kept = [
            (name, self.request.GET[name]) for name in form.fields if self.request.GET.get(name)
        ]
        next_url = ""
        if len(found) > PAGE:
            next_url = "?" + urlencode([*kept, ("before", str(found[PAGE - 1].pk))])
        return super().get_context_data(
            form=form,
            kept=kept,
            entries=wording.entries(found[:PAGE], self.actor),
            next_url=next_url,
            first_url="?" + urlencode(kept) if before else "",
            unsealed=audit.unsealed_count(),
            proof=queries.job_called(f"{verify_audit.__module__}.{verify_audit.__name__}"),
            **kwargs,
        )


class TrailExport(ActionView):
    """The filtered trail as a spreadsheet; taking it is itself an act in the trail."""

    # Taking a copy changes nothing that an auditor may not change.
    open_to_auditors = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        may(self.actor, READ_TRAIL).require()
        form = TrailForm(request.POST, acts=wording.known_acts())
        rows = list(queries.trail(form.wanted())[:EXPORT_MOST])
        at = self.at
        audit.record(
            Subject("trail", ""), "trail.export", by=self.actor, at=at, after={"rows": len(rows)}
        )
        book = write_book(
            _("操作记录"), _heading(), _lines(rows, self.actor), (9, 20, 28, 24, 12, 18, 60, 30)
        )
        response = HttpResponse(book, content_type=XLSX)
        name = f"{_('操作记录')}_{timezone.localtime(at):%Y%m%d_%H%M}.xlsx"
        response.headers["Content-Disposition"] = _attachment(name)
        return response


def _attachment(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name)}"


def _heading() -> list[str]:
    return [
        _("序号"),
        _("时间"),
        _("谁"),
        _("做了什么"),
        _("种类"),
        _("编号"),
        _("改动"),
        _("原因"),
    ]


def _lines(rows: list[Any], reader: Any) -> list[list[Any]]:
    return [
        [
            entry.id,
            entry.at,
            entry.who,
            entry.act,
            entry.kind,
            entry.number,
            "；".join(_change(change) for change in entry.changes),
            entry.reason,
        ]
        for entry in wording.entries(rows, reader)
    ]


def _change(change: wording.Change) -> str:
    if change.before is None:
        return f"{change.label}：{change.after}"
    if change.after is None:
        return f"{change.label}：{change.before} →"
    return f"{change.label}：{change.before} → {change.after}"
