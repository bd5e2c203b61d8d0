"""Who may see the files of a link: evidence of deliveries, what goes along with messages, photos
of thanks. Consent to a public story opens none of them."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from archive.queries import ShownFile, file_facts, shown_files
from core import audit
from core.errors import Sentence
from core.permissions import Actor
from core.ports import Subject
from matching import permissions
from matching.models import Delivery, Feedback, Match, Note
from matching.models.carrying import FEEDBACK, NOTE
from matching.queries.matches import match_queryset
from matching.states import RUNNING, DeliveryState


def may_see_file(file: Subject, actor: Actor) -> bool | None:
    """Both sides and the staff of either's region; None where the file is not a link's."""
    facts = file_facts(file)
    if facts is None:
        return None
    match = _match_of(facts[0])
    if match is None:
        return None
    return bool(permissions.sides_of(actor, match)) or permissions.is_staff(actor, match)


def why_file_stays(file: Subject) -> Sentence:
    """Evidence of a delivery stays once it is confirmed, and whatever becomes of its link."""
    facts = file_facts(file)
    if facts is None or facts[0].kind != Delivery.KIND:
        return ""
    row = Delivery.objects.filter(number=facts[0].number).select_related("match").first()
    if row is None or (row.state != DeliveryState.CONFIRMED and row.match.state in RUNNING):
        return ""
    return _("这是交付的凭证，已经确认或办结，不能再撤下。里面有不该留的内容，请联系对接专员。")


def _match_of(subject: Subject) -> Match | None:
    if subject.kind == Delivery.KIND:
        rows = Delivery.objects.filter(number=subject.number)
    elif subject.kind == NOTE:
        found = Note.objects.filter(pk=subject.number.removeprefix(f"{NOTE}-"))
        return match_queryset().filter(notes__in=found).first()
    elif subject.kind == FEEDBACK:
        thanks = Feedback.objects.filter(pk=subject.number.removeprefix(f"{FEEDBACK}-"))
        return match_queryset().filter(feedback__in=thanks).first()
    else:
        return None
    return match_queryset().filter(deliveries__in=rows).first()


def delivery_files(matches: Sequence[Match], actor: Actor) -> Mapping[str, list[ShownFile]]:
    """Evidence by the delivery's number, of those links whose files the actor may see: one query
    for a page of links whose deliveries are loaded."""
    subjects = [
        audit.subject_of(delivery)
        for match in matches
        if permissions.sides_of(actor, match) or permissions.is_staff(actor, match)
        for delivery in match.deliveries.all()
    ]
    return shown_files(subjects, actor) if subjects else {}
