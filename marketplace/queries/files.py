"""Who may see the files of an entry, and the list on its page."""

from archive.models import FileLevel
from archive.queries import ShownFile, file_facts, shown_files
from core import audit
from core.permissions import Actor
from core.ports import Subject
from marketplace import permissions
from marketplace.models import Level, Need, ResourceOffer
from marketplace.queries.entries import MODELS, entry_queryset


def sees_entry_file(file: Subject, actor: Actor) -> bool | None:
    """Whoever reads the entry, up to the file's level; None where the file is no entry's."""
    facts = file_facts(file)
    if facts is None or facts[0].kind not in MODELS:
        return None
    subject, level = facts
    entry = entry_queryset(MODELS[subject.kind]).filter(number=subject.number).first()
    return entry is not None and reaches(actor, entry, level)


def reaches(actor: Actor, entry: Need | ResourceOffer, level: str) -> bool:
    """Whether an actor reads an entry, and its files of this level."""
    if not permissions.can_read(actor, entry):
        return False
    if actor.acts_for(entry.organization_id) or permissions.is_staff_for(actor, entry):
        return True
    order = list(Level)
    return level != FileLevel.INTERNAL and order.index(Level(level)) <= order.index(
        permissions.level_for(actor, entry)
    )


def files_of_entry(entry: Need | ResourceOffer, actor: Actor) -> list[ShownFile]:
    """The files of an entry that the actor may see."""
    subject = audit.subject_of(entry)
    found = shown_files([subject], actor).get(subject.number, [])
    return [one for one in found if reaches(actor, entry, one.file.level)]
