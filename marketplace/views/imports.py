"""Import from Excel: template, upload, preview, repaired copy, confirmation, progress."""

from collections.abc import Iterable
from typing import Any, ClassVar, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.views.lists import download
from archive.gateways.disk import open_content
from core.errors import Conflict
from core.templatetags import show
from core.views import ActionView, FormPage, Page, SignedIn
from marketplace import operations, permissions, queries
from marketplace.forms.sheet import SheetForm
from marketplace.imports import RowFault, repaired_copy, template
from marketplace.models import ImportRow, ImportRun, RowStatus
from marketplace.states import ImportState
from marketplace.views.sides import SECTIONS, SideView

SHOWN = 20
_CHIPS = {
    ImportState.CHECKED: "wait",
    ImportState.RUNNING: "wait",
    ImportState.DONE: "ok",
    ImportState.DROPPED: "plain",
}


class ImportTemplate(SideView, SignedIn):
    """The empty template of a side."""

    def get(self, request: HttpRequest) -> HttpResponse:
        body = template(self.side, queries.import_lists())
        return download(body, _("%(noun)s导入模板.xlsx") % {"noun": self.noun})


class ImportNew(SideView, SignedIn, FormPage):
    template_name = "marketplace/import_new.html"
    form_class: ClassVar[type[forms.Form]] = SheetForm

    def perform(self, form: forms.Form) -> str:
        run = operations.begin_import(
            upload=form.cleaned_data["file"], side=self.side, by=self.actor, at=self.at
        )
        return address(run)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor = self.actor
        runs = queries.imports_of(actor.organization_id)[:10] if actor.organization_id else []
        context = super().get_context_data(
            side=self.side,
            noun=self.noun,
            list_label=self.list_label,
            crumbs=[(self.list_label, self.list_url), (_("从 Excel 导入"), "")],
            can_post=permissions.can_post(actor),
            template_url=reverse(f"marketplace:{self.side}-import-template"),
            runs=[line(run) for run in runs],
            **kwargs,
        )
        context["section"] = SECTIONS[self.side]
        return context


def address(run: ImportRun, page: str = "detail") -> str:
    return reverse(f"marketplace:import-{page}", args=[run.number])


def line(run: ImportRun) -> dict[str, Any]:
    """A run in a list of runs."""
    return {
        "url": address(run),
        "name": run.file_name,
        "noun": _("需求") if run.side == "need" else _("资源"),
        "at": run.created_at,
        "who": run.made_by.name,
        "state": run.get_state_display(),
        "chip_kind": _CHIPS[ImportState(run.state)],
        "words": words_of(run),
    }


def words_of(run: ImportRun, known: int = 0) -> str:
    """What came or would come of a run, each row told once; what there is none of is left out.

    `known` are good rows that were brought in before.
    """
    if run.state in (ImportState.CHECKED, ImportState.DROPPED):
        told = [
            (_("%(n)s 行可以导入"), run.good - known),
            (_("%(n)s 行以前导入过，不会重复添加"), known),
            (_("%(n)s 行和前面的行一样，不重复导入"), run.repeated),
            (_("%(n)s 行有错误"), run.bad),
        ]
    else:
        told = [
            (_("新增 %(n)s 条"), run.added),
            (_("%(n)s 条以前导入过，没有重复添加"), run.known),
            (_("%(n)s 条没有导入"), run.failed),
        ]
    some = [(words, count) for words, count in told if count] or told[:1]
    return _("；").join(words % {"n": show.count(count)} for words, count in some)


class _RunView(SignedIn):
    """Loads the run; NotFound for another organization's."""

    kwargs: dict[str, Any]
    request: HttpRequest

    @cached_property
    def run(self) -> ImportRun:
        actor = cast(Any, self).actor
        return queries.load_import(self.kwargs["number"], actor)


class ImportDetail(_RunView, Page):
    """The preview before, the progress while, and the result after."""

    template_name = "marketplace/import_detail.html"

    def get_template_names(self) -> list[str]:
        asked = getattr(self.request, "htmx", False) and self.request.GET.get("part") == "progress"
        return ["marketplace/import_progress.html" if asked else self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = self.run
        label = _("我的需求") if run.side == "need" else _("我的资源")
        mine = reverse(f"marketplace:{run.side}-mine")
        again = reverse(f"marketplace:{run.side}-import-new")
        context = super().get_context_data(
            run=run,
            noun=_("需求") if run.side == "need" else _("资源"),
            crumbs=[(label, mine), (_("从 Excel 导入"), again), (run.number, "")],
            chip_kind=_CHIPS[ImportState(run.state)],
            mine_url=mine,
            again_url=again,
            poll=f"{address(run)}?part=progress",
            urls={page: address(run, page) for page in ("repaired", "confirm", "drop")},
            **self.rows(run),
            **kwargs,
        )
        context["section"] = SECTIONS[run.side]
        return context

    def rows(self, run: ImportRun) -> dict[str, Any]:
        if run.state == ImportState.RUNNING:
            return {"words": words_of(run)}
        ready = queries.rows_with(run, RowStatus.READY)
        wrong = queries.rows_with(run, RowStatus.BAD, RowStatus.FAILED)
        added = queries.rows_with(run, RowStatus.ADDED, RowStatus.KNOWN)
        known = queries.known_keys(run) if run.state == ImportState.CHECKED else set()
        fresh = run.good - len(known)
        return {
            "wrong": flat(wrong[:SHOWN]),
            "wrong_rows": wrong.count(),
            "ready": [(row, row.key in known) for row in ready[:SHOWN]],
            "words": words_of(run, len(known)),
            "known": len(known),
            "fresh": fresh,
            "added": [(row, self.entry_url(row)) for row in added[:SHOWN]],
            "alike": list(queries.rows_alike(run)[:SHOWN]),
            "alike_rows": queries.rows_alike(run).count(),
            "more_ready": max(0, ready.count() - SHOWN),
            "unknown": _("、").join(run.unknown_columns),
            "confirm_words": ngettext("导入 %(n)s 行", "导入 %(n)s 行", fresh)
            % {"n": show.count(fresh)},
        }

    def entry_url(self, row: ImportRow) -> str:
        return reverse(f"marketplace:{self.run.side}-detail", args=[row.entry_number])


def flat(rows: Iterable[ImportRow]) -> list[dict[str, Any]]:
    """One line a fault: the row, the column, the sentence."""
    return [{"row": row, **fault} for row in rows for fault in row.faults]


class ImportRepaired(_RunView, SideView):
    """The same file with a column 错误."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        wrong = queries.rows_with(self.run, RowStatus.BAD, RowStatus.FAILED)
        faults = {row.no: [RowFault(**fault) for fault in row.faults] for row in wrong}
        with open_content(self.run.file.sha256) as file:
            body = repaired_copy(file, self.run.side, faults, queries.import_lists())
        stem = self.run.file_name.rsplit(".", 1)[0]
        return download(body, _("%(name)s_标出错误.xlsx") % {"name": stem})


class ImportConfirm(_RunView, ActionView):
    def perform(self) -> str:
        """A second press finds the import under way or done, and shows it."""
        if self.run.state == ImportState.CHECKED:
            try:
                operations.confirm_import(self.run, by=self.actor, at=timezone.now())
            except Conflict:
                if queries.load_import(self.run.number, self.actor).state == ImportState.CHECKED:
                    raise
        return address(self.run)


class ImportDrop(_RunView, ActionView):
    def perform(self) -> str:
        if self.run.state not in (ImportState.CHECKED, ImportState.DROPPED):
            return address(self.run)
        if self.run.state == ImportState.CHECKED:
            operations.drop_import(self.run, by=self.actor, at=timezone.now())
        return reverse(f"marketplace:{self.run.side}-import-new")
