"""The audit trail: one row an act, written in the act's own transaction, chained afterwards.

Nothing that stands here can ever be erased, so what people write in their own words never gets
here. One rule, `_kept`, decides of each value:

- a personal value (`Numbered.PERSONAL_FIELDS`) is a keyed hash: comparable, not readable;
- free text is its length. Every text or JSON column without choices is free text unless its model
  names it in `LOGGED_FIELDS` (codes, names of organizations), so that a new column is safe before
  anybody thinks of it;
- what an operation names itself beside the columns, and the reason of an act, stay in words with
  names, numbers and doors blacked out (`mask_words_by`);
- who called is a surname, the ends of a number and the time.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction

from core import triggers
from core.models import AuditEvent, AuditSeal, AuditSealItem, Numbered
from core.permissions import Actor
from core.ports import Subject

GENESIS = "0" * 64
# How the trail writes what it does not keep: `text:23` are 23 characters, `items:3` three entries.
HASHED, TEXT, ITEMS = "hmac:", "text:", "items:"
# Kinds of the base's own settings, its public phone number among them: kept as they are.
_SETTINGS = frozenset({"option"})
SEAL_BATCH = 500
SEAL_WINDOW = 20_000


def subject_of(obj: Numbered) -> Subject:
    return Subject(obj.KIND, obj.number, obj.pk, obj.version)


def plain(value: Any) -> Any:
    """A JSON value that reads the same for ever."""
    if isinstance(value, models.Model):
        return getattr(value, "number", None) or value.pk
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


@cache
def kinds() -> dict[str, type[Numbered]]:
    """The numbered models by kind."""
    return {model.KIND: model for model in apps.get_models() if issubclass(model, Numbered)}


def column_of(kind: str, name: str) -> "models.Field[Any, Any] | None":
    """The column that a name in a row of the trail means, also by its attname."""
    model = kinds().get(kind)
    if model is None:
        return None
    for column in model._meta.concrete_fields:
        if name in (column.name, column.attname):
            return column
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) else None


def is_free_text(model: type[Numbered], column: "models.Field[Any, Any]") -> bool:
    """Whether people write in a column what they like: the trail keeps its length only."""
    told = model.LOGGED_FIELDS | model.PERSONAL_FIELDS
    writable = isinstance(column, models.CharField | models.TextField | models.JSONField)
    return writable and not column.flatchoices and column.name not in told


def same(old: Any, new: Any) -> bool:
    """Whether two values of a column say the same: 23 and 23.00 do."""
    if isinstance(old, Decimal) and isinstance(new, Decimal):
        return old == new
    return bool(plain(old) == plain(new))


def keyed_hash(value: Any) -> str:
    """What the trail keeps of a personal value: comparable, not readable."""
    if value in ("", None):
        return ""
    key = settings.SECRET_KEY.encode()
    return HASHED + hmac.new(key, str(plain(value)).encode(), hashlib.sha256).hexdigest()[:32]


def _size(value: Any) -> Any:
    if isinstance(value, str):
        return f"{TEXT}{len(value)}" if value else ""
    if isinstance(value, list | tuple | set | frozenset | Mapping):
        return f"{ITEMS}{len(value)}" if value else ""
    return plain(value)


_masks: list[Callable[[str], str]] = []
# Identity numbers also where a digit was mistyped.
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{14,17}[\dXx](?![0-9A-Za-z])")


def mask_words_by(mask: Callable[[str], str]) -> None:
    """An app that knows what names, numbers and doors look like blacks them out of the trail."""
    if mask not in _masks:
        _masks.append(mask)


def masked(value: Any) -> Any:
    """A plain value with everything in its texts blacked out that tells who somebody is."""
    if isinstance(value, str):
        for mask in _masks:
            value = mask(value)
        return _LONG_NUMBER.sub("■" * 6, value)
    if isinstance(value, dict):
        return {key: masked(item) for key, item in value.items()}
    return [masked(item) for item in value] if isinstance(value, list) else value


_CALLER = re.compile(r"^(?P<first>\S)\S* (?P<start>\+?\d{3})[\d -]*(?P<end>\d{4}), (?P<when>.*)$")


def masked_caller(text: str) -> str:
    """Who called: the surname, the ends of the number, the time. The whole stands in the row of
    the entry until its owner takes it over."""
    found = _CALLER.match(text)
    if found is None:
        return str(masked(text))
    return f"{found['first']}** {found['start']}****{found['end']}, {found['when']}"


def _kept(kind: str, name: str, value: Any, personal: frozenset[str]) -> Any:
    """What the trail keeps of one value: the rule at the head of this module."""
    if name in personal:
        return keyed_hash(value)
    column = column_of(kind, name)
    if column is not None:
        return _size(value) if is_free_text(kinds()[kind], column) else plain(value)
    if name == "caller":
        return masked_caller(str(value))
    return plain(value) if kind in _SETTINGS else masked(plain(value))


def _values(kind: str, values: Mapping[str, Any], personal: frozenset[str]) -> dict[str, Any]:
    model = kinds().get(kind)
    personal = personal | (model.PERSONAL_FIELDS if model else frozenset())
    return {name: _kept(kind, name, value, personal) for name, value in values.items()}


def record(
    subject: Subject,
    act: str,
    *,
    by: Actor,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    personal: frozenset[str] = frozenset(),
) -> AuditEvent:
    """Write one act. `act` is dotted (`need.submit`); into before/after goes what changed, and
    beside an amount what it is counted in. What is kept of each value is the rule of this module.
    """
    return AuditEvent.objects.create(
        at=at,
        act=act,
        actor_id=by.user_id,
        actor_name=by.name,
        organization_number=by.organization_number,
        organization_name=by.organization_name,
        roles=",".join(sorted(by.roles))[:200],
        channel=by.channel,
        on_behalf_of=masked_caller(by.on_behalf_of),
        request_id=by.request_id,
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_number=subject.number,
        subject_version=subject.version,
        before=_values(subject.kind, before or {}, personal),
        after=_values(subject.kind, after or {}, personal),
        reason=str(masked(reason)),
    )


def history(subject: Subject) -> models.QuerySet[AuditEvent]:
    """What happened to a thing, newest first."""
    return AuditEvent.objects.filter(subject_kind=subject.kind, subject_id=subject.id).order_by(
        "-id"
    )


def _canonical(event: AuditEvent) -> bytes:
    row = {field.attname: plain(getattr(event, field.attname)) for field in AuditEvent._meta.fields}
    # The database may hand the moment back in another zone: one spelling for the digest.
    row["at"] = event.at.timestamp()
    return json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _digest(previous: str, seq: int, events: list[AuditEvent]) -> str:
    digest = hashlib.sha256(f"{previous}:{seq}:".encode())
    for event in events:
        digest.update(hashlib.sha256(_canonical(event)).digest())
    return digest.hexdigest()


def _unsealed(limit: int, window: int | None) -> list[AuditEvent]:
    """Rows no seal covers, oldest first, among the newest `window` ids (None: among all).

    A long transaction commits rows with ids below sealed ones; the window finds them at once,
    the nightly full pass finds what even the window missed.
    """
    rows = AuditEvent.objects.order_by("id")
    if window is not None:
        newest = AuditEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
        rows = rows.filter(id__gt=newest - window)
    return list(rows.filter(~models.Exists(_sealed()))[:limit])


@transaction.atomic
def seal(at: datetime, *, limit: int = SEAL_BATCH, window: int | None = SEAL_WINDOW) -> int:
    """Give the next link of the chain to rows that have none; returns how many rows.

    Two sealing jobs cannot both win: `seq` is unique.
    """
    events = _unsealed(limit, window)
    if not events:
        return 0
    last = AuditSeal.objects.order_by("-seq").first()
    seq, previous = (last.seq + 1, last.digest) if last else (1, GENESIS)
    link = AuditSeal.objects.create(
        seq=seq, at=at, previous=previous, digest=_digest(previous, seq, events)
    )
    AuditSealItem.objects.bulk_create([AuditSealItem(id=event.pk, seal=link) for event in events])
    return len(events)


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` found: counts, the head digest and every fault as a sentence.

    `late` counts rows sealed after rows with higher ids: a long transaction, or a row slipped
    into the past. They are no fault by themselves; a jump in their number is worth a look.
    """

    seals: int
    sealed: int
    unsealed: int
    late: int
    head: str
    faults: tuple[str, ...]


def verify(anchor: str = "") -> Verification:
    """Walk the whole chain, streaming: every digest is computed again from the rows.

    `anchor` is a head digest noted earlier elsewhere (a backup's manifest, a printed report):
    a chain that was cut short or written anew no longer holds it.
    """
    faults = [f"trigger {name} is missing" for name in triggers.missing()]
    previous, expected, sealed, seals, late, top = GENESIS, 1, 0, 0, 0, 0
    anchored = anchor in ("", GENESIS)
    for link in AuditSeal.objects.order_by("seq").iterator(chunk_size=50):
        if link.seq != expected:
            faults.append(f"seal {expected} is missing (found {link.seq})")
        if link.previous != previous:
            faults.append(f"seal {link.seq} does not continue the chain")
        ids = list(link.items.order_by("id").values_list("id", flat=True))
        faults.extend(_faults_under(link, ids))
        previous, expected = link.digest, link.seq + 1
        anchored = anchored or link.digest == anchor
        late += sum(pk < top for pk in ids)
        top = max([top, *ids])
        sealed += len(ids)
        seals += 1
    if not anchored:
        faults.append(f"the digest {anchor} noted earlier is no longer in the chain")
    unsealed = unsealed_count()
    return Verification(seals, sealed, unsealed, late, previous, tuple(faults))


def _sealed() -> models.QuerySet[AuditSealItem]:
    return AuditSealItem.objects.filter(id=models.OuterRef("id"))


def unsealed_count() -> int:
    return AuditEvent.objects.filter(~models.Exists(_sealed())).count()


def head() -> str:
    """The digest of the newest link: note it elsewhere to anchor the chain."""
    return AuditSeal.objects.order_by("-seq").values_list("digest", flat=True).first() or GENESIS


def _faults_under(link: AuditSeal, ids: list[int]) -> Iterator[str]:
    events = list(AuditEvent.objects.filter(pk__in=ids).order_by("id"))
    if len(events) != len(ids):
        gone = sorted(set(ids) - {event.pk for event in events})
        yield f"seal {link.seq}: audit rows {gone[:5]} are gone"
    elif _digest(link.previous, link.seq, events) != link.digest:
        yield f"seal {link.seq}: a covered audit row was changed, or the seal covers other rows"
