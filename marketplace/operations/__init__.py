from marketplace.operations.edit import approve_version, edit, refuse_version
from marketplace.operations.files import MOST_ATTACHMENTS, add_files, show_file
from marketplace.operations.imports import begin_import, confirm_import, drop_import, run_import
from marketplace.operations.lifecycle import (
    expire_due,
    look_at_contact,
    reopen,
    take_over,
    withdraw,
)
from marketplace.operations.moderate import approve, return_for_change
from marketplace.operations.post import (
    copy,
    discard_draft,
    post_need,
    post_resource,
    save_draft,
)
from marketplace.operations.quantity import allocate, hold, release, release_hold
from marketplace.operations.remind import remind_due
from marketplace.operations.taxonomy import add_listed, edit_listed

__all__ = [
    "MOST_ATTACHMENTS",
    "add_files",
    "add_listed",
    "allocate",
    "approve",
    "approve_version",
    "begin_import",
    "confirm_import",
    "copy",
    "discard_draft",
    "drop_import",
    "edit",
    "edit_listed",
    "expire_due",
    "hold",
    "look_at_contact",
    "post_need",
    "post_resource",
    "refuse_version",
    "release",
    "release_hold",
    "remind_due",
    "reopen",
    "return_for_change",
    "run_import",
    "save_draft",
    "show_file",
    "take_over",
    "withdraw",
]
