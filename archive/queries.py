"""Reads of files."""

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


def shown_files(subject: Subject, actor: Actor) -> list[ShownFile]:
    """The files of a thing for `<c-attachments>`. Whether the actor may see the thing is the
    caller's rule; a level that the actor does not reach is left out here, file by file."""
    return [
        ShownFile(file, label_of(file), bool(can_withdraw(actor, file)))
        for file in files_of(subject)
        if can_see_file(actor, file)
    ]


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
