"""Writes: the index, the vectors, synonyms and saved searches.

Other apps import from here: `from search import operations as search_operations`.
"""

from search.operations.index import (
    analyze_again,
    find_differences,
    index_things,
    rebuild,
    refresh_frequencies,
)
from search.operations.saved import delete_search, mark_seen, pause_search, save_search
from search.operations.synonyms import remove_synonyms, save_synonyms
from search.operations.vectors import (
    adopt_model,
    fill_vectors,
    forget_stale_vectors,
    take_over,
    vector_counts,
)

__all__ = [
    "adopt_model",
    "analyze_again",
    "delete_search",
    "fill_vectors",
    "find_differences",
    "forget_stale_vectors",
    "index_things",
    "mark_seen",
    "pause_search",
    "rebuild",
    "refresh_frequencies",
    "remove_synonyms",
    "save_search",
    "save_synonyms",
    "take_over",
    "vector_counts",
]
