from marketplace.views.actions import (
    EntryCopy,
    EntryDiscard,
    EntryReopen,
    EntryTakeOver,
    EntryWithdraw,
)
from marketplace.views.beside import EntryLive
from marketplace.views.detail import EntryDetail, EntryPrint
from marketplace.views.draft import EntryDraft
from marketplace.views.entry_form import EntryEdit, EntryNew
from marketplace.views.files import EntryFiles, EntryFileShow
from marketplace.views.imports import (
    ImportConfirm,
    ImportDetail,
    ImportDrop,
    ImportNew,
    ImportRepaired,
    ImportTemplate,
)
from marketplace.views.intake import IntakeApprove, IntakeEntry, IntakeQueue
from marketplace.views.own import OwnExport, OwnList
from marketplace.views.taxonomy import ListedEdit, ListedList, ListedNew

__all__ = [
    "EntryCopy",
    "EntryDetail",
    "EntryDiscard",
    "EntryDraft",
    "EntryEdit",
    "EntryFileShow",
    "EntryFiles",
    "EntryLive",
    "EntryNew",
    "EntryPrint",
    "EntryReopen",
    "EntryTakeOver",
    "EntryWithdraw",
    "ImportConfirm",
    "ImportDetail",
    "ImportDrop",
    "ImportNew",
    "ImportRepaired",
    "ImportTemplate",
    "IntakeApprove",
    "IntakeEntry",
    "IntakeQueue",
    "ListedEdit",
    "ListedList",
    "ListedNew",
    "OwnExport",
    "OwnList",
]
