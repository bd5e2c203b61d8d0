"""Synonyms edited by staff: every edit raises the version, and rows of older ones are cut again."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core import audit
from core.errors import Conflict, Invalid, NotFound
from core.outbox import publish
from core.permissions import Actor
from core.ports import Subject
from search.analysis.synonyms import built_in
from search.analysis.tokens import chars, index_tokens, normalize
from search.models import Counter, SynonymGroup
from search.permissions import can_edit_synonyms
from search.queries import counters

MOST_TERMS = 30
LONGEST_TERM = 30
CHANGED = "synonyms.changed"

Facts = dict[str, object]


def save_synonyms(
    *,
    by: Actor,
    at: datetime,
    terms: Sequence[str],
    key: str = "",
    not_in: Sequence[str] = (),
    active: bool = True,
    version: int = 0,
) -> SynonymGroup:
    """Write one group; `key` names the group it replaces, a built-in one included, "" a new one.

    `version` is the one that the form was opened with, 0 for a group nobody has edited yet.
    Raises NotAllowed, Invalid by field, Conflict when somebody was faster.
    """
    can_edit_synonyms(by).require()
    words, exceptions = _checked(terms), _distinct(not_in)
    name = key or normalize(words[0])
    with transaction.atomic():
        edits = _raise_version()
        row = SynonymGroup.objects.select_for_update().filter(key=name).first()
        if not key and (row or name in shipped_keys()):
            raise Invalid({"terms": _("“%(word)s”已经有一组了，请改那一组。") % {"word": words[0]}})
        if (row.version if row else 0) != version:
            raise Conflict(_("这一组刚被别人改过，请刷新后再改。"))
        before: Facts = _facts(row) if row else {}
        row = row or SynonymGroup(key=name, version=0)
        row.terms, row.not_in, row.active = words, exceptions, active
        row.version, row.changed_at = row.version + 1, at
        row.save()
        subject = Subject("synonyms", name, version=edits)
        _tell(subject, "synonyms.saved", by=by, at=at, before=before, after=_facts(row))
    return row


def remove_synonyms(*, by: Actor, at: datetime, key: str, version: int) -> None:
    """Remove a staff group; where it stood in a built-in one's place, that one is back."""
    can_edit_synonyms(by).require()
    with transaction.atomic():
        edits = _raise_version()
        row = SynonymGroup.objects.select_for_update().filter(key=key).first()
        if row is None:
            raise NotFound(_("没有这一组同义词。"))
        if row.version != version:
            raise Conflict(_("这一组刚被别人改过，请刷新后再改。"))
        before = _facts(row)
        row.delete()
        subject = Subject("synonyms", key, version=edits)
        _tell(subject, "synonyms.removed", by=by, at=at, before=before, after={})


def _tell(
    subject: Subject, act: str, *, by: Actor, at: datetime, before: Facts, after: Facts
) -> None:
    audit.record(subject, act, by=by, at=at, before=before, after=after)
    publish(CHANGED, subject, by=by, at=at)


def _facts(row: SynonymGroup) -> Facts:
    return {"terms": row.terms, "not_in": row.not_in, "active": row.active}


def _raise_version() -> int:
    """One edit after the other: the counter's row is locked first, until commit."""
    Counter.objects.get_or_create(name=counters.SYNONYMS)
    Counter.objects.filter(name=counters.SYNONYMS).update(value=F("value") + 1)
    return counters.value(counters.SYNONYMS)


def _distinct(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in words if word.strip()))


def _checked(terms: Sequence[str]) -> list[str]:
    words = _distinct(terms)
    if len(set(map(normalize, words))) < 2:
        raise Invalid({"terms": _("一组同义词至少要有两个不同的词。")})
    if len(words) > MOST_TERMS:
        raise Invalid({"terms": _("一组最多 %(most)s 个词。") % {"most": MOST_TERMS}})
    for word in words:
        if len(word) > LONGEST_TERM:
            raise Invalid(
                {
                    "terms": _("“%(word)s”太长，每个词最多 %(most)s 个字。")
                    % {"word": word[:LONGEST_TERM], "most": LONGEST_TERM}
                }
            )
        if not index_tokens(word):
            raise Invalid({"terms": _("“%(word)s”里没有文字。") % {"word": word}})
        if len(chars(word)) == 1 and len(normalize(word)) == 1:
            raise Invalid(
                {"terms": _("“%(word)s”只有一个字，会误伤很多词，请写完整的词。") % {"word": word}}
            )
    return words


def shipped_keys() -> frozenset[str]:
    """Keys of the built-in groups."""
    return frozenset(group.key for group in built_in().groups)
