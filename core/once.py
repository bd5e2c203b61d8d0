"""The same form or request sent twice acts once."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, Sentence
from core.models import Submission

MAX_KEY = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What the first sending was answered: where it went, and for the API its status and body."""

    location: str = ""
    status: int = 0
    body: str = ""
    repeated: bool = False


class AlreadyTaken(Conflict):
    """The key was used with other content; `location` is where the first sending went."""

    def __init__(self, sentence: Sentence, location: str) -> None:
        super().__init__(sentence)
        self.location = location


def digest_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _stored(key: str) -> str:
    """Keys come from outside: a long or odd one is kept as its digest, never refused late."""
    if len(key) <= MAX_KEY and key.isascii() and key.isprintable():
        return key
    return "digest:" + digest_of(key.encode("utf-8", "surrogatepass"))


def take_once(key: str, perform: Callable[[], Answer], *, at: datetime, digest: str = "") -> Answer:
    """Perform under `key`, or return the first sending's answer, marked repeated.

    Key, act and answer are one transaction: a second sending at the same moment waits for the
    first (unique constraint); a refused act frees the key. Raises AlreadyTaken when the key was
    used with another body.
    """
    key = _stored(key)
    try:
        with transaction.atomic():
            row = Submission.objects.create(key=key, at=at, digest=digest)
            answer = perform()
            row.location, row.status, row.body = (
                answer.location,
                answer.status,
                answer.body,
            )
            row.save(update_fields=["location", "status", "body"])
            return answer
    except IntegrityError:
        row_before = Submission.objects.filter(key=key).first()
        if row_before is None:
            raise
    if row_before.digest != digest:
        raise AlreadyTaken(_("这一份已经提交过了，内容和现在的不一样。"), row_before.location)
    return Answer(row_before.location, row_before.status, row_before.body, repeated=True)


def note(key: str, location: str, *, at: datetime) -> None:
    """Keep a word under `key`, in the transaction around; it is forgotten with the other keys."""
    Submission.objects.update_or_create(key=_stored(key), defaults={"at": at, "location": location})


def noted(key: str) -> str:
    """What `note` kept under the key; "" when nothing."""
    row = Submission.objects.filter(key=_stored(key)).first()
    return row.location if row else ""
