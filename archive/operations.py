"""Writes about files: keeping an upload, attaching it to its thing, withdrawing it, checking all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from archive import permissions
from archive.engine.jpeg import without_place
from archive.gateways import disk
from archive.models import File, FileLevel
from archive.validators import JPEG, check_upload, clean_name
from core.errors import Conflict, Invalid
from core.permissions import Actor
from core.ports import Subject
from core.states import begin, lock, revise

NOTHING = Subject("", "")
# Days after which an upload that no form used is taken for given up.
ABANDONED_DAYS = 7
ABANDONED_BATCH = 500


def store(
    *,
    upload: "UploadedFile[Any]",
    by: Actor,
    at: datetime,
    subject: Subject = NOTHING,
    level: str = FileLevel.INTERNAL,
    field: str = "file",
) -> File:
    """Keep an upload. Raises Invalid at `field`, NotAllowed.

    With a subject it belongs to it at once; whether the actor may add to it is the caller's rule.
    """
    permissions.can_upload(by).require()
    stream = upload.file
    if stream is None:
        raise Invalid({field: _("文件没有传上来，请再选一次。")})
    found = check_upload(stream, upload.name or "", field=field)
    content = stream.read()
    if found == JPEG:
        content = without_place(content)
    try:
        digest = disk.put([content])
    except OSError as error:
        raise Conflict(_("文件暂时存不下来，请过一会儿再传。你填的其他内容都还在。")) from error
    file = File(
        sha256=digest,
        size=len(content),
        media_type=found.media_type,
        name=clean_name(upload.name or ""),
        level=level,
        subject_kind=subject.kind,
        subject_number=subject.number,
        uploaded_by_id=by.user_id,
        organization_id=by.organization_id or None,
    )
    return begin(file, by=by, at=at, act="store")


@transaction.atomic
def attach(*, file: File, subject: Subject, level: str, by: Actor, at: datetime) -> File:
    """Give a loose file to the thing it belongs to. Raises Conflict when it has one already."""
    permissions.can_attach(by, file).require()
    fresh = lock(file)
    if fresh.subject_kind and (fresh.subject_kind, fresh.subject_number) != (
        subject.kind,
        subject.number,
    ):
        raise Conflict(_("这个文件已经用在别处了，请重新上传。"))
    changes = {"subject_kind": subject.kind, "subject_number": subject.number, "level": level}
    return revise(file, changes, act="attach", by=by, at=at)


@transaction.atomic
def attach_all(
    *, files: Iterable[File], subject: Subject, level: str, by: Actor, at: datetime
) -> list[File]:
    """Give loose files to the thing they belong to, in the transaction of the operation around."""
    return [attach(file=file, subject=subject, level=level, by=by, at=at) for file in files]


def withdraw(*, file: File, reason: str, by: Actor, at: datetime) -> File:
    """Take a file out of sight; staff still find it, the content stays as evidence."""
    permissions.can_withdraw(by, file).require()
    if file.withdrawn_at is not None:
        raise Conflict(_("这个文件已经撤下了。"))
    return revise(file, {"withdrawn_at": at}, act="withdraw", by=by, at=at, reason=reason)


def withdraw_abandoned(*, by: Actor, at: datetime) -> int:
    """Withdraw uploads that no form ever used; returns how many.

    A form that was given up leaves its files loose; after a week nobody comes back for them.
    """
    reason = _("上传后一直没有用在任何地方。")
    old = File.objects.filter(
        subject_kind="", withdrawn_at=None, created_at__lt=at - timedelta(days=ABANDONED_DAYS)
    )
    count = 0
    for file in old.order_by("id")[:ABANDONED_BATCH]:
        revise(file, {"withdrawn_at": at}, act="withdraw", by=by, at=at, reason=reason)
        count += 1
    return count


@dataclass(frozen=True, slots=True)
class ArchiveFault:
    """One content that is not as it should be: missing, changed, or loose (no row names it)."""

    kind: str
    digest: str
    numbers: tuple[str, ...] = ()


def check_contents(*, at: datetime) -> Iterator[ArchiveFault]:
    """Read every content again and compare it with its name and with the rows.

    A content younger than an hour may belong to an upload that is just being written: not loose.
    """
    named: dict[str, list[str]] = {}
    for number, digest in File.objects.order_by("id").values_list("number", "sha256"):
        named.setdefault(digest, []).append(number)
    for digest, numbers in named.items():
        whole = disk.is_whole(digest)
        if not whole:
            kind = "missing" if whole is None else "changed"
            yield ArchiveFault(kind, digest, tuple(numbers))
    for digest in disk.digests(untouched_since=at - timedelta(hours=1)):
        if digest not in named:
            yield ArchiveFault("loose", digest)


def remove_loose(digests: list[str]) -> int:
    """Delete contents that no row names (left by uploads that were rolled back)."""
    known = set(File.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
    loose = [digest for digest in digests if digest not in known]
    for digest in loose:
        disk.remove(digest)
    return len(loose)
