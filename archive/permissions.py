"""Who may see, attach and withdraw a file."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import can_post_for, is_staff, writes_as_staff
from archive.models import File
from core import audit, ports
from core.permissions import ALLOWED, Actor, Decision, refuse


def can_upload(actor: Actor) -> Decision:
    """Whoever may post for an organization, and the operator's writing staff."""
    if writes_as_staff(actor):
        return ALLOWED
    return can_post_for(actor)


def can_see_file(actor: Actor, file: File) -> Decision:
    """The uploader, staff, and whom the app that owns the subject lets in."""
    if file.withdrawn_at is None and ports.may_see_file(audit.subject_of(file), actor):
        return ALLOWED
    if is_staff(actor):
        return ALLOWED
    if file.withdrawn_at is not None:
        return refuse(_("这个文件已撤下。"))
    if actor.user_id and actor.user_id == file.uploaded_by_id:
        return ALLOWED
    return refuse(_("你不能查看这个文件。"))


def can_attach(actor: Actor, file: File) -> Decision:
    """A file that belongs to nothing yet may be attached by whoever uploaded it."""
    if actor.user_id and actor.user_id == file.uploaded_by_id:
        return ALLOWED
    return refuse(_("只有上传的人能把文件放进来。"))


def can_withdraw(actor: Actor, file: File) -> Decision:
    """The uploader, as long as nothing rests on the file; the operator's writing staff always:
    what shows too much of a person must be able to go, and the content stays as evidence."""
    staff = writes_as_staff(actor)
    if staff or not actor.user_id or actor.user_id != file.uploaded_by_id:
        return staff
    why = ports.why_file_stays(audit.subject_of(file))
    return refuse(why) if why else ALLOWED
