"""Who may see the files of a link: evidence of deliveries and what goes along with messages."""

from archive.queries import file_facts
from core.permissions import Actor
from core.ports import Subject
from matching import permissions
from matching.models import Delivery, Match, Note
from matching.models.carrying import NOTE
from matching.queries.matches import match_queryset


def may_see_file(file: Subject, actor: Actor) -> bool | None:
    """Both sides and the staff of either's region; None where the file is not a link's."""
    facts = file_facts(file)
    if facts is None:
        return None
    match = _match_of(facts[0])
    if match is None:
        return None
    return bool(permissions.sides_of(actor, match)) or permissions.is_staff(actor, match)


def _match_of(subject: Subject) -> Match | None:
    if subject.kind == Delivery.KIND:
        rows = Delivery.objects.filter(number=subject.number)
    elif subject.kind == NOTE:
        found = Note.objects.filter(pk=subject.number.removeprefix(f"{NOTE}-"))
        return match_queryset().filter(notes__in=found).first()
    else:
        return None
    return match_queryset().filter(deliveries__in=rows).first()
