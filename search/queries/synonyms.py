"""The synonyms in force: the built-in groups, with those of staff in their place or beside them."""

from dataclasses import dataclass
from threading import Lock

from search.analysis.synonyms import Group, SynonymTable, built_in, expand
from search.models import SynonymGroup
from search.queries import counters


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group as the staff page lists it; `version` is 0 for a built-in one nobody has touched."""

    key: str
    terms: tuple[str, ...]
    not_in: tuple[str, ...]
    active: bool
    built_in: bool
    version: int


def synonym_groups() -> list[ShownGroup]:
    """Every group, silenced ones included, those of staff first, then by key."""
    own = {row.key: row for row in SynonymGroup.objects.all()}
    shipped = {group.key: group for group in built_in().groups}
    staff = [
        ShownGroup(
            row.key,
            tuple(row.terms),
            tuple(row.not_in),
            row.active,
            row.key in shipped,
            row.version,
        )
        for row in own.values()
    ]
    rest = [
        ShownGroup(key, group.terms, group.not_in, True, True, 0)
        for key, group in shipped.items()
        if key not in own
    ]
    return [*sorted(staff, key=lambda g: g.key), *sorted(rest, key=lambda g: g.key)]


_lock = Lock()
_in_force: tuple[int, SynonymTable] | None = None


def synonyms_in_force() -> SynonymTable:
    """The groups that search uses now; its version stands in every row of the index.

    Kept in the process until an edit raises the counter (one small query).
    """
    global _in_force  # noqa: PLW0603 - one table a process, replaced as a whole
    edits = counters.value(counters.SYNONYMS)
    with _lock:
        if _in_force is None or _in_force[0] != edits:
            groups = tuple(Group(g.terms, g.not_in) for g in synonym_groups() if g.active)
            _in_force = (edits, SynonymTable(groups, version_of(edits)))
        return _in_force[1]


def also_meant(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """What is looked for beside the words of a text: (word, other words), in reading order."""
    others: dict[str, list[str]] = {}
    for one in expand(text, synonyms_in_force().groups):
        others.setdefault(one.of, []).append(one.term)
    return [(word, tuple(found)) for word, found in others.items()]


def version_of(edits: int) -> str:
    """Name of a table: the built-in version, and how often staff have edited."""
    return f"{built_in().version}.{edits}"


def forget() -> None:
    """Read the groups again at the next search (a restored database, a test)."""
    global _in_force  # noqa: PLW0603
    _in_force = None
