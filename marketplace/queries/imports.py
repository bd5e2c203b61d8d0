"""Imports: the staff lists by word, the runs of an organization, the loader that checks access."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Region, RegionLevel
from accounts.queries import base_region
from archive.queries import file_facts
from core.errors import NotFound
from core.permissions import Actor
from core.ports import Subject
from marketplace.imports import Lists, PlaceWord
from marketplace.imports.words import make_lists
from marketplace.models import ImportRow, ImportRun, Need, ResourceOffer, RowStatus
from marketplace.queries.taxonomy import categories, groups, units

# More streets than these nobody finds in a drop-down.
MOST_LABELS = 3000


def import_lists() -> Lists:
    """What may stand in list columns, with the places of the base's region."""
    rows = Region.objects.filter(level__gte=RegionLevel.STREET, closed=False)
    base = base_region()
    if base is not None:
        rows = rows.filter(path__startswith=base.path)
    places = [
        PlaceWord(region, _label(region))
        for region in rows.select_related("parent").order_by("path")
    ]
    return make_lists(categories(), units(), groups(), places, MOST_LABELS)


def _label(region: Region) -> str:
    if region.level == RegionLevel.COMMUNITY and region.parent:
        return f"{region.parent.name} {region.name}"
    return region.name


def load_import(number: str, actor: Actor) -> ImportRun:
    """A run of the organization acted for; NotFound otherwise."""
    run = ImportRun.objects.select_related("file", "organization", "made_by")
    found = run.filter(number=number).first()
    if found is None or not actor.acts_for(found.organization_id):
        raise NotFound(_("没有这次导入，或它不是你们单位的。"))
    return found


def imports_of(organization_id: int) -> QuerySet[ImportRun]:
    """An organization's imports, newest first."""
    runs = ImportRun.objects.filter(organization_id=organization_id)
    return runs.select_related("made_by").order_by("-id")


def rows_with(run: ImportRun, *statuses: RowStatus) -> QuerySet[ImportRow]:
    return ImportRow.objects.filter(run=run, status__in=statuses).order_by("no")


def known_keys(run: ImportRun) -> set[str]:
    """The keys of good rows that were brought in before: they would add nothing."""
    keys = list(rows_with(run, RowStatus.READY).values_list("key", flat=True))
    model: type[Need] | type[ResourceOffer] = Need if run.side == "need" else ResourceOffer
    mine = model._default_manager.filter(organization_id=run.organization_id)
    found: set[str] = set()
    for start in range(0, len(keys), 500):
        some = mine.filter(import_key__in=keys[start : start + 500])
        found |= set(some.values_list("import_key", flat=True))
    return found


def rows_alike(run: ImportRun) -> QuerySet[ImportRow]:
    """Good rows whose title is nearly that of an earlier row."""
    return (
        ImportRow.objects.filter(run=run, like__gt=0).exclude(status=RowStatus.BAD).order_by("no")
    )


def sees_import_file(file: Subject, actor: Actor) -> bool | None:
    """An imported spreadsheet holds contact data: only its own organization opens it."""
    facts = file_facts(file)
    if facts is None or facts[0].kind != ImportRun.KIND:
        return None
    run = ImportRun.objects.filter(number=facts[0].number).first()
    return run is not None and actor.acts_for(run.organization_id)
