from marketplace.queries.documents import NEED_DOCUMENTS, RESOURCE_DOCUMENTS
from marketplace.queries.entries import (
    MODELS,
    EntryView,
    entries_by_id,
    entries_of,
    entry_queryset,
    get_entry,
    intake,
    model_of,
    pending_versions,
    view_of,
)
from marketplace.queries.lists import content_of, readable_entries
from marketplace.queries.paste import PasteWords, paste_words
from marketplace.queries.taxonomy import categories, groups, unit_named, units

__all__ = [
    "MODELS",
    "NEED_DOCUMENTS",
    "RESOURCE_DOCUMENTS",
    "EntryView",
    "PasteWords",
    "categories",
    "content_of",
    "entries_by_id",
    "entries_of",
    "entry_queryset",
    "get_entry",
    "groups",
    "intake",
    "model_of",
    "paste_words",
    "readable_entries",
    "pending_versions",
    "unit_named",
    "units",
    "view_of",
]
