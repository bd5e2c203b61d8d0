"""Attachments of an entry: pictures and papers for its readers, proofs for the operator alone."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from archive import operations as archive
from archive.models import File, FileLevel
from core import audit
from core.errors import Conflict, Invalid
from core.permissions import Actor
from core.states import lock, revise
from marketplace import permissions
from marketplace.models import Need, ResourceOffer
from marketplace.options import TRUST_VERIFIED
from marketplace.states import FINDABLE, EntryState

MOST_ATTACHMENTS = 6
_TAKES_FILES = FINDABLE | {EntryState.DRAFT, EntryState.RETURNED, EntryState.SUBMITTED}


@transaction.atomic
def add_files(
    entry: Need | ResourceOffer,
    files: Sequence[File],
    *,
    proof: bool = False,
    by: Actor,
    at: datetime,
) -> list[File]:
    """Give loose uploads to an entry. A `proof` (of right, of origin) is seen by the owner and the
    operator; an attachment by whoever reads the entry.

    What an unverified owner adds to a published entry waits, seen like a proof, until the operator
    shows it (`show_file`), as its new public words would. Raises NotAllowed, Conflict, Invalid.
    """
    permissions.can_edit(by, entry).require()
    locked = lock(entry)
    if locked.state not in _TAKES_FILES:
        raise Conflict(_("现在是“%(s)s”，不能再放文件。") % {"s": locked.get_state_display()})
    if not files:
        raise Invalid({"uploads": _("请选择文件。")})
    subject = audit.subject_of(locked)
    held = File.objects.filter(
        subject_kind=subject.kind, subject_number=subject.number, withdrawn_at=None
    ).count()
    if held + len(files) > MOST_ATTACHMENTS:
        raise Invalid({"uploads": _("一条最多放 %(n)s 个文件。") % {"n": MOST_ATTACHMENTS}})
    hidden = proof or (locked.state in FINDABLE and not _trusted(by, locked))
    level = FileLevel.INTERNAL if hidden else FileLevel(locked.visibility)
    return archive.attach_all(files=files, subject=subject, level=level, by=by, at=at)


def _trusted(by: Actor, entry: Need | ResourceOffer) -> bool:
    return bool(permissions.can_moderate(by, entry)) or (by.verified and TRUST_VERIFIED.get())


@transaction.atomic
def show_file(entry: Need | ResourceOffer, file: File, *, by: Actor, at: datetime) -> File:
    """The operator has looked at a file: whoever reads the entry may see it."""
    permissions.can_moderate(by, entry).require()
    subject = audit.subject_of(entry)
    if (file.subject_kind, file.subject_number) != (subject.kind, subject.number):
        raise Conflict(_("这个文件不是这一条的。"))
    return revise(file, {"level": entry.visibility}, act="show", by=by, at=at)
