"""The same form or request sent twice acts once."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import Conflict
from core.models import Submission


@dataclass(frozen=True, slots=True)
class Answer:
    """What the first sending was answered: where it went, and for the API its status and body."""

    location: str = ""
    status: int = 0
    body: str = ""
    repeated: bool = False


def digest_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def take_once(key: str, perform: Callable[[], Answer], *, at: datetime, digest: str = "") -> Answer:
    """Perform under `key`, or return the first sending's answer, marked repeated.

    Key, act and answer are one transaction: a second sending at the same moment waits for the
    first (unique constraint); a refused act frees the key. Raises Conflict when the key was
    used with another body.
    """
    try:
        with transaction.atomic():
            row = Submission.objects.create(key=key, at=at, digest=digest)
            answer = perform()
            row.location, row.status, row.body = answer.location, answer.status, answer.body
            row.save(update_fields=["location", "status", "body"])
            return answer
    except IntegrityError:
        row_before = Submission.objects.filter(key=key).first()
        if row_before is None:
            raise
    if row_before.digest != digest:
        raise Conflict(_("这个请求编号已经用在另一份内容上了。"))
    return Answer(row_before.location, row_before.status, row_before.body, repeated=True)
