"""Paths of the market (`marketplace:…`): both sides, the intake, the staff lists."""

from django.urls import URLPattern, path

from marketplace import views

app_name = "marketplace"


def side_paths(side: str, folder: str) -> list[URLPattern]:
    """The pages of one side; fixed words come before the numbers."""
    one = f"{folder}/<number>/"
    intake = f"intake/{folder}/<number>/"
    return [
        path(f"{folder}/import/", views.ImportNew.as_view(side=side), name=f"{side}-import-new"),
        path(
            f"{folder}/import/template/",
            views.ImportTemplate.as_view(side=side),
            name=f"{side}-import-template",
        ),
        path(f"{folder}/new/", views.EntryNew.as_view(side=side), name=f"{side}-new"),
        path(f"{folder}/draft/", views.EntryDraft.as_view(side=side), name=f"{side}-draft"),
        path(f"{folder}/live/", views.EntryLive.as_view(side=side), name=f"{side}-live"),
        path(f"{folder}/mine/", views.OwnList.as_view(side=side), name=f"{side}-mine"),
        path(f"{folder}/mine/export/", views.OwnExport.as_view(side=side), name=f"{side}-export"),
        path(one, views.EntryDetail.as_view(side=side), name=f"{side}-detail"),
        path(f"{one}edit/", views.EntryEdit.as_view(side=side), name=f"{side}-edit"),
        path(f"{one}print/", views.EntryPrint.as_view(side=side), name=f"{side}-print"),
        path(f"{one}withdraw/", views.EntryWithdraw.as_view(side=side), name=f"{side}-withdraw"),
        path(f"{one}files/", views.EntryFiles.as_view(side=side), name=f"{side}-files"),
        path(
            f"{one}files/<file>/show/",
            views.EntryFileShow.as_view(side=side),
            name=f"{side}-file-show",
        ),
        path(f"{one}reopen/", views.EntryReopen.as_view(side=side), name=f"{side}-reopen"),
        path(f"{one}copy/", views.EntryCopy.as_view(side=side), name=f"{side}-copy"),
        path(f"{one}discard/", views.EntryDiscard.as_view(side=side), name=f"{side}-discard"),
        path(f"{one}take-over/", views.EntryTakeOver.as_view(side=side), name=f"{side}-take-over"),
        path(intake, views.IntakeEntry.as_view(side=side), name=f"{side}-intake"),
        path(f"{intake}approve/", views.IntakeApprove.as_view(side=side), name=f"{side}-approve"),
    ]


def list_paths(kind: str, folder: str) -> list[URLPattern]:
    """The pages of one staff list."""
    return [
        path(f"lists/{folder}/", views.ListedList.as_view(kind=kind), name=f"{kind}-list"),
        path(f"lists/{folder}/new/", views.ListedNew.as_view(kind=kind), name=f"{kind}-new"),
        path(
            f"lists/{folder}/<code>/edit/", views.ListedEdit.as_view(kind=kind), name=f"{kind}-edit"
        ),
    ]


urlpatterns = [
    *side_paths("need", "needs"),
    *side_paths("resource", "resources"),
    path("imports/<number>/", views.ImportDetail.as_view(), name="import-detail"),
    path("imports/<number>/repaired/", views.ImportRepaired.as_view(), name="import-repaired"),
    path("imports/<number>/confirm/", views.ImportConfirm.as_view(), name="import-confirm"),
    path("imports/<number>/drop/", views.ImportDrop.as_view(), name="import-drop"),
    path("intake/", views.IntakeQueue.as_view(), name="intake"),
    *list_paths("category", "categories"),
    *list_paths("unit", "units"),
    *list_paths("group", "groups"),
]
