"""The one way up: what lower pages show of apps above them.

A closed list of six ports. An app registers its part in `AppConfig.ready()`; what passes
through is plain values (kind, number, label, URL, state, date, who), never models. A part
whose app is not installed is simply not there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from core.errors import Sentence
from core.permissions import Actor


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing as others name it: its kind ("need"), number and, inside the house, its row id."""

    kind: str
    number: str
    id: int = 0
    version: int = 0


# -- search_documents -------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class SearchDocument:
    """What one reader level may find of one thing.

    Made from that level's text alone. `region` is the region path ("999901/99990101/…"),
    `served` the region paths an offer reaches, `amount`/`remaining` plain numbers in `unit`.
    `facets` are further filter values by name.
    """

    kind: str
    id: int
    number: str
    version: int
    level: str
    title: str
    text: str
    url: str
    state: str
    category: str = ""
    organization: str = ""
    organization_id: int = 0
    verified: bool = False
    region: str = ""
    place: str = ""
    posted_at: datetime | None = None
    closes_at: datetime | None = None
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)


class DocumentSource(Protocol):
    """One kind of findable thing, contributed by the app that owns it."""

    kind: str

    def documents(self, ids: Sequence[int]) -> Iterable[SearchDocument]:
        """The documents of these rows, one per level at which each is readable; none when gone."""
        ...

    def ids(self) -> Iterator[int]:
        """Every row id that has documents, in ascending order (for rebuild and check)."""
        ...


# -- chain_steps --------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ChainStep:
    """One ring of the chain: `progress` is done, now, part or next; `percent` fills a part."""

    code: str
    label: Sentence
    progress: str
    fact: Sentence = ""
    who: Sentence = ""
    at: datetime | None = None
    url: str = ""
    count: int = 1
    percent: int = 0


# -- panels, exits, tasks -----------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Panel:
    """A fragment that a higher app shows in a slot of a lower page: its template and values."""

    template: str
    context: dict[str, object]
    order: int = 50


@dataclass(frozen=True, slots=True)
class Exit:
    """A lawful way on from a link (call, tender, adoption …): shown as a button or with why not."""

    code: str
    label: Sentence
    url: str
    allowed: bool = True
    reason: Sentence = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits for a person. `urgency` is late, soon or calm."""

    code: str
    title: Sentence
    detail: Sentence
    url: str
    action: Sentence
    due_at: datetime | None = None
    urgency: str = "calm"
    icon: str = "inbox"


@dataclass(frozen=True, slots=True)
class LineNote:
    """One short way on beside an entry in a list: words and where they lead."""

    text: str
    url: str


# The steps of each subject, in the order of the subjects: a page of them costs one look.
ChainPart = Callable[[Sequence[Subject], Actor], Iterable[Iterable[ChainStep]]]
PanelPart = Callable[[Subject, Actor], Iterable[Panel]]
ExitPart = Callable[[Subject, Actor], Iterable[Exit]]
# Notes by (kind, row id); asked once for a whole page of entries.
NotePart = Callable[[Sequence[tuple[str, int]], Actor], Mapping[tuple[str, int], LineNote]]
TaskPart = Callable[[Actor, datetime], Iterable[Task]]
# True or False when the app knows the file, None when the file is not its own.
FilePart = Callable[[Subject, Actor], bool | None]
# Why a file may no longer be taken out of sight by whoever put it there; "" where it may.
KeepPart = Callable[[Subject], Sentence]

_sources: dict[str, DocumentSource] = {}
_chain: list[ChainPart] = []
_panels: dict[str, list[PanelPart]] = {}
_exits: list[ExitPart] = []
_tasks: list[TaskPart] = []
_notes: list[NotePart] = []
_files: list[FilePart] = []
_keeps: list[KeepPart] = []


def register_documents(source: DocumentSource) -> None:
    _sources[source.kind] = source


def register_chain(part: ChainPart) -> None:
    if part not in _chain:
        _chain.append(part)


def register_panel(slot: str, part: PanelPart) -> None:
    parts = _panels.setdefault(slot, [])
    if part not in parts:
        parts.append(part)


def register_exits(part: ExitPart) -> None:
    if part not in _exits:
        _exits.append(part)


def register_tasks(part: TaskPart) -> None:
    if part not in _tasks:
        _tasks.append(part)


def register_line_notes(part: NotePart) -> None:
    if part not in _notes:
        _notes.append(part)


def register_file_rule(part: FilePart, keeps: KeepPart | None = None) -> None:
    """Who may see the files of an app's things; and which of them stay as evidence."""
    if part not in _files:
        _files.append(part)
    if keeps is not None and keeps not in _keeps:
        _keeps.append(keeps)


def search_documents() -> dict[str, DocumentSource]:
    """The registered kinds of findable things, by kind."""
    return dict(_sources)


def chain_steps(subject: Subject, actor: Actor) -> list[ChainStep]:
    """The steps of the chain below a subject, in the order in which floors were registered."""
    return chains([subject], actor)[0]


def chains(subjects: Sequence[Subject], actor: Actor) -> list[list[ChainStep]]:
    """The same for a whole list, in its order."""
    found: list[list[ChainStep]] = [[] for _subject in subjects]
    for part in _chain:
        for steps, more in zip(found, part(subjects, actor), strict=True):
            steps.extend(more)
    return found


def panels(slot: str, subject: Subject, actor: Actor) -> list[Panel]:
    found = [panel for part in _panels.get(slot, []) for panel in part(subject, actor)]
    return sorted(found, key=lambda panel: panel.order)


def line_notes(keys: Sequence[tuple[str, int]], actor: Actor) -> dict[tuple[str, int], LineNote]:
    """What apps above have to say beside entries of a list; of two notes the later app's."""
    return {key: note for part in _notes for key, note in part(keys, actor).items()}


def exits(link: Subject, actor: Actor) -> list[Exit]:
    return [way for part in _exits for way in part(link, actor)]


def tasks_for(actor: Actor, at: datetime) -> list[Task]:
    """Everything that waits for this actor: late first, then by due date."""
    rank = {"late": 0, "soon": 1, "calm": 2}
    found = [task for part in _tasks for task in part(actor, at)]
    far = datetime.max.replace(tzinfo=at.tzinfo)
    return sorted(found, key=lambda t: (rank[t.urgency], t.due_at or far))


def may_see_file(file: Subject, actor: Actor) -> bool:
    """Whether any app that knows the file lets this actor see it; unknown files are closed."""
    return any(part(file, actor) for part in _files)


def why_file_stays(file: Subject) -> Sentence:
    """The reason of the first app that keeps the file as evidence; "" where none does."""
    return next((why for part in _keeps if (why := part(file))), "")
