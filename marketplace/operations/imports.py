"""Entries from a spreadsheet: check and keep it, and bring its good rows in, each by itself."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import queries as account_queries
from archive import operations as archive
from archive.gateways.disk import open_content
from archive.models import FileLevel
from core import audit
from core.errors import Conflict, DomainError, Invalid
from core.permissions import Actor
from core.states import advance, begin
from marketplace import permissions, queries
from marketplace.imports import CheckedRow, check_rows, read_sheet
from marketplace.imports.rows import near_duplicates
from marketplace.models import ImportRow, ImportRun, Need, ResourceOffer, RowStatus
from marketplace.operations.post import post_need, post_resource
from marketplace.states import ImportState

_TITLE = 60
_BATCH = 500


def begin_import(*, upload: "UploadedFile[Any]", side: str, by: Actor, at: datetime) -> ImportRun:
    """Read and check a spreadsheet, and keep it for confirmation; no entry is made yet.

    Raises Invalid at `file` for what is no such spreadsheet, NotAllowed.
    """
    permissions.can_post(by).require()
    assert upload.file is not None
    checked, unknown = _checked(upload.file, side, by, at)
    if not checked:
        raise Invalid({"file": _("这个文件里没有要导入的行。请从第 3 行起填写，再上传。")})
    with transaction.atomic():
        kept = archive.store(upload=upload, by=by, at=at)
        run = ImportRun(
            organization_id=by.organization_id,
            made_by_id=by.user_id,
            caller=by.on_behalf_of,
            side=side,
            file=kept,
            file_name=kept.name,
            unknown_columns=unknown[:20],
        )
        rows = _rows(run, checked)
        run.total = len(rows)
        run.bad = sum(row.status == RowStatus.BAD for row in rows)
        run.repeated = sum(row.status == RowStatus.REPEATED for row in rows)
        run.good = run.total - run.bad - run.repeated
        begin(run, by=by, at=at, act="check")
        subject = audit.subject_of(run)
        archive.attach(file=kept, subject=subject, level=FileLevel.INTERNAL, by=by, at=at)
        ImportRow.objects.bulk_create(rows, batch_size=_BATCH)
    return run


def _checked(file: Any, side: str, by: Actor, at: datetime) -> tuple[list[CheckedRow], list[str]]:
    sheet = read_sheet(file, side)
    lists = queries.import_lists()
    rows = check_rows(
        sheet,
        side,
        lists,
        owner=by.organization_number,
        today=timezone.localdate(at),
        reachable=queries.is_reachable(by.organization_id),
    )
    return list(rows), sheet.unknown


def _rows(run: ImportRun, checked: Iterable[CheckedRow]) -> list[ImportRow]:
    seen: dict[str, int] = {}
    rows: list[ImportRow] = []
    for row in checked:
        status = RowStatus.BAD if row.faults else RowStatus.READY
        earlier = seen.setdefault(row.key, row.number)
        if status == RowStatus.READY and earlier != row.number:
            status = RowStatus.REPEATED
        rows.append(
            ImportRow(
                run=run,
                no=row.number,
                title=row.title[:_TITLE],
                key=row.key,
                status=status,
                faults=[asdict(fault) for fault in row.faults],
                like=earlier if earlier != row.number else 0,
            )
        )
    alike = dict(near_duplicates([(row.no, row.title) for row in rows]))
    for one in rows:
        one.like = one.like or alike.get(one.no, 0)
    return rows


def confirm_import(
    run: ImportRun, *, by: Actor, at: datetime, version: int | None = None
) -> ImportRun:
    """Let the good rows in; the worker does it (`import.confirmed`). Raises Conflict."""
    permissions.can_post(by).require()
    if not run.good:
        raise Conflict(_("没有可以导入的行。请改好再上传。"))
    changes = {"confirmed_at": at}
    return advance(run, "confirm", by=by, at=at, changes=changes, version=version)


def drop_import(run: ImportRun, *, by: Actor, at: datetime) -> ImportRun:
    """Leave a checked spreadsheet be."""
    permissions.can_post(by).require()
    return advance(run, "drop", by=by, at=at)


def run_import(run_id: int, *, at: datetime) -> ImportRun:
    """Bring in every row that still waits, each in a transaction of its own; then finish.

    Safe to run again after any interruption: a row and its mark are written together, and the
    owner and key of a row are unique among entries.
    """
    run = ImportRun.objects.select_related("file", "organization", "made_by").get(pk=run_id)
    if run.state != ImportState.RUNNING:
        return run
    by = _importer(run, at)
    waiting = dict(queries.rows_with(run, RowStatus.READY).values_list("no", "pk"))
    for row in _again(run, at):
        if row.number in waiting:
            _bring_in(run, waiting.pop(row.number), row, by, at)
    for pk in waiting.values():
        _mark(run, pk, RowStatus.FAILED, sentence=_("文件里找不到这一行了，请重新上传。"))
    return advance(run, "finish", by=by, at=at, changes={"done_at": at})


def _importer(run: ImportRun, at: datetime) -> Actor:
    """The person who confirmed, with the rights that they have now."""
    person = account_queries.build_actor(
        run.made_by,
        on=timezone.localdate(at),
        organization_number=run.organization.number,
    )
    if run.caller:
        return account_queries.acting_for_caller(person, run.organization, run.caller)
    return person


def _again(run: ImportRun, at: datetime) -> Iterator[CheckedRow]:
    """The file's rows once more, checked as of today."""
    with closing(open_content(run.file.sha256)) as file:
        sheet = read_sheet(file, run.side)
        yield from check_rows(
            sheet,
            run.side,
            queries.import_lists(),
            owner=run.organization.number,
            today=timezone.localdate(at),
            reachable=bool(run.organization.contact_phone),
        )


def _bring_in(run: ImportRun, pk: int, row: CheckedRow, by: Actor, at: datetime) -> None:
    if row.faults:
        return _mark(run, pk, RowStatus.FAILED, sentence=row.faults[0].sentence)
    if not by.acts_for(run.organization_id):
        return _mark(run, pk, RowStatus.FAILED, sentence=_("导入的人已不在这个单位。"))
    try:
        with transaction.atomic():
            if not _still_waits(pk):
                return None
            known = _with_key(run, row.key)
            if known:
                return _mark(run, pk, RowStatus.KNOWN, number=known)
            post = post_need if run.side == "need" else post_resource
            entry = post(row.content, by=by, at=at, import_key=row.key)
            return _mark(run, pk, RowStatus.ADDED, number=entry.number)
    except IntegrityError:
        # Another import of the same row was first.
        return _mark(run, pk, RowStatus.KNOWN, number=_with_key(run, row.key))
    except DomainError as error:
        return _mark(run, pk, RowStatus.FAILED, sentence=str(error))


def _still_waits(pk: int) -> bool:
    row = ImportRow.objects.select_for_update().get(pk=pk)
    return row.status == RowStatus.READY


def _with_key(run: ImportRun, key: str) -> str:
    model: type[Need] | type[ResourceOffer] = Need if run.side == "need" else ResourceOffer
    rows = model._default_manager.filter(organization_id=run.organization_id, import_key=key)
    return rows.values_list("number", flat=True).first() or ""


_COUNTED = {RowStatus.ADDED: "added", RowStatus.KNOWN: "known", RowStatus.FAILED: "failed"}


@transaction.atomic
def _mark(
    run: ImportRun, pk: int, status: RowStatus, *, number: str = "", sentence: str = ""
) -> None:
    """What became of a row, and the run's count with it; a row is counted once."""
    faults = [{"field": "", "column": _("整行"), "sentence": sentence}] if sentence else []
    changed = ImportRow.objects.filter(pk=pk, status=RowStatus.READY).update(
        status=status, entry_number=number, faults=faults
    )
    if changed:
        name = _COUNTED[status]
        ImportRun.objects.filter(pk=run.pk).update(**{name: F(name) + 1})
