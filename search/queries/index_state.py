"""How the index stands, in a few counts: what `search_check` would find without looking at texts."""

from dataclasses import dataclass

from search.gateways.terms import analyzer_version
from search.models import SearchEntry
from search.queries.meaning import embedders, serving_model
from search.queries.synonyms import synonyms_in_force


@dataclass(frozen=True, slots=True)
class IndexState:
    """Documents held, and how many of them were cut by another analyzer or synonym table.

    `version` names the table in force. `model` is the one whose vectors serve ("" for none), and
    `runs` whether this installation can run it.
    """

    documents: int
    other_analyzer: int
    other_synonyms: int
    version: str
    model: str
    runs: bool


def index_state() -> IndexState:
    """A handful of queries, whatever the size of the index."""
    rows = SearchEntry.objects.all()
    version, model = synonyms_in_force().version, serving_model()
    return IndexState(
        documents=rows.count(),
        other_analyzer=rows.exclude(analyzer=analyzer_version()).count(),
        other_synonyms=rows.exclude(synonyms=version).count(),
        version=version,
        model=model,
        runs=bool(model) and model in embedders(),
    )
