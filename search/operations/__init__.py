"""Writes: the index, the vectors, synonyms and saved searches.

Other apps import from here: `from search import operations as search_operations`.
"""

from search.operations.check import find_differences, index_faults, mend
from search.operations.digest import tell_new_entries
from search.operations.engine import (
    drop_idle_indexes,
    find_engine_differences,
    idle_indexes,
    look,
    mend_engine,
    rebuild_engine,
    send,
    send_one,
)
from search.operations.index import (
    analyze_again,
    index_organization,
    index_things,
    rebuild,
    refresh_frequencies,
    things_left,
)
from search.operations.saved import (
    Deleted,
    delete_search,
    mark_seen,
    pause_search,
    rename_search,
    restore_search,
    save_search,
    see_search,
)
from search.operations.synonyms import remove_synonyms, save_synonyms
from search.operations.vectors import (
    add_model,
    adopt_model,
    fill_vectors,
    forget_stale_vectors,
    take_over,
    vector_counts,
)

__all__ = [
    "Deleted",
    "add_model",
    "adopt_model",
    "analyze_again",
    "delete_search",
    "drop_idle_indexes",
    "fill_vectors",
    "find_differences",
    "find_engine_differences",
    "forget_stale_vectors",
    "idle_indexes",
    "index_faults",
    "index_organization",
    "index_things",
    "look",
    "mark_seen",
    "mend",
    "mend_engine",
    "pause_search",
    "rebuild",
    "rebuild_engine",
    "refresh_frequencies",
    "remove_synonyms",
    "rename_search",
    "restore_search",
    "save_search",
    "save_synonyms",
    "see_search",
    "send",
    "send_one",
    "take_over",
    "tell_new_entries",
    "things_left",
    "vector_counts",
]
