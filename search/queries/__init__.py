"""Reads: the market, suggestions, recall for the matcher, saved searches.

Other apps import from here: `from search import queries as search_queries`.
"""

from search.queries.index_state import IndexState, index_state
from search.queries.market import market, reader_level, recall, suggestions
from search.queries.meaning import nearest_things, vectors
from search.queries.saved import due_subscriptions, new_hits, own_search, saved_like, saved_searches
from search.queries.synonyms import also_meant, synonym_groups, synonyms_in_force

__all__ = [
    "IndexState",
    "also_meant",
    "due_subscriptions",
    "index_state",
    "market",
    "nearest_things",
    "new_hits",
    "own_search",
    "reader_level",
    "recall",
    "saved_like",
    "saved_searches",
    "suggestions",
    "synonym_groups",
    "synonyms_in_force",
    "vectors",
]
