"""Reads: the market, suggestions, recall for the matcher, saved searches.

Other apps import from here: `from search import queries as search_queries`.
"""

from search.queries.market import market, reader_level, recall, suggestions
from search.queries.meaning import nearest_things, vectors
from search.queries.saved import due_subscriptions, new_hits, saved_searches
from search.queries.synonyms import synonym_groups, synonyms_in_force

__all__ = [
    "due_subscriptions",
    "market",
    "nearest_things",
    "new_hits",
    "reader_level",
    "recall",
    "saved_searches",
    "suggestions",
    "synonym_groups",
    "synonyms_in_force",
    "vectors",
]
