"""Reads of files."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from archive.models import File
from archive.permissions import can_see_file, can_withdraw
from archive.validators import file_type
from core.errors import NotFound, Sentence
from core.permissions import Actor
from core.ports import Subject


def load_file(number: str, actor: Actor) -> File:
    """A file that the actor may see; raises NotFound."""
    file = File.objects.select_related("uploaded_by").filter(number=number).first()
    if file is None or not can_see_file(actor, file):
        raise NotFound(_("没有这个文件，或你不能查看。"))
    return file


def files_of(subject: Subject) -> QuerySet[File]:
    """What belongs to a thing, oldest first. Who may see it is the caller's rule."""
    return (
        File.objects.filter(
            subject_kind=subject.kind, subject_number=subject.number, withdrawn_at=None
        )
        .select_related("uploaded_by", "organization")
        .order_by("id")
    )


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file as a list shows it to one actor."""

    file: File
    label: Sentence
    withdrawable: bool


def shown_files(subjects: Sequence[Subject], actor: Actor) -> dict[str, list[ShownFile]]:
    """The files of things, by the thing's number, for `<c-attachments>`; one query for all.

    Whether the actor may see the things is the caller's rule. Things of several kinds are asked
    for one kind at a time.
    """
    found: dict[str, list[ShownFile]] = {}
    rows = File.objects.filter(
        subject_kind__in={one.kind for one in subjects},
        subject_number__in=[one.number for one in subjects],
        withdrawn_at=None,
    )
    for file in rows.select_related("uploaded_by", "organization").order_by("id"):
        shown = ShownFile(file, label_of(file), bool(can_withdraw(actor, file)))
        found.setdefault(file.subject_number, []).append(shown)
    return found


def label_of(file: File) -> Sentence:
    """What kind of file it is, for people; the media type where nothing names it."""
    kind = file_type(file.media_type)
    return kind.label if kind else file.media_type


def file_facts(file: Subject) -> tuple[Subject, str] | None:
    """The thing a file belongs to and the file's level, for the app that answers `may_see_file`.

    None when it belongs to nothing yet.
    """
    row = File.objects.filter(pk=file.id).first()
    if row is None or not row.subject_kind:
        return None
    return Subject(row.subject_kind, row.subject_number), row.level


def loose_files(numbers: list[str], actor: Actor) -> list[File]:
    """The actor's own uploads of these numbers that belong to nothing yet."""
    found = File.objects.filter(
        number__in=numbers, uploaded_by_id=actor.user_id, subject_kind="", withdrawn_at=None
    )
    return list(found.order_by("id"))
