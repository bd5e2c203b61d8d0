"""The files that come with the form of an entry: attachments, and proofs of right of an offer."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from archive.forms import AttachmentsForm, attachments_of
from core.permissions import Actor
from marketplace import operations, queries
from marketplace.operations.files import MOST_ATTACHMENTS


class AttachedFiles:
    """Upload fields beside the entry's own form; what is good is kept while that has errors."""

    def __init__(self, request: HttpRequest, side: str, entry: Any, *, by: Actor, at: datetime):
        self.by, self.at = by, at
        sent = request.method == "POST"
        self.held = queries.files_of_entry(entry, by) if entry else []
        most = max(0, MOST_ATTACHMENTS - len(self.held))

        def part(prefix: str, label: str) -> AttachmentsForm:
            data, files = (request.POST, request.FILES) if sent else (None, None)
            form = AttachmentsForm(data, files, by=by, at=at, most=most, prefix=prefix)
            form.fields["uploads"].label = label
            return form

        self.attachments = part("files", _("照片和文件"))
        self.proofs = part("proof", _("所有权或来源证明")) if side == "resource" else None

    def __iter__(self) -> Iterator[AttachmentsForm]:
        yield self.attachments
        if self.proofs is not None:
            yield self.proofs

    @property
    def is_open(self) -> str:
        """Whether there is anything in it, so that it is not folded away."""
        return "1" if any(form.errors or "kept" in form.fields for form in self) else ""

    def take(self) -> list[str]:
        """Keep what was uploaded; returns what is wrong with the rest, in sentences."""
        faults = []
        for form in self:
            if not form.is_valid():
                label = form.fields["uploads"].label
                faults += [f"{label}：{one}" for one in form.errors.get("uploads", [])]
        return faults

    def put(self, entry: Any) -> None:
        """Give them to the entry that the form has just saved."""
        for form in self:
            files = attachments_of(form)
            if files:
                operations.add_files(
                    entry, files, proof=form is self.proofs, by=self.by, at=self.at
                )
