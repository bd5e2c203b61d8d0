"""The numbers by which processes see that something changed."""

from search.models import Counter

SYNONYMS = "synonyms"
VECTORS = "vectors"


def value(name: str) -> int:
    """The counter's value, 0 before anything was counted."""
    return Counter.objects.filter(name=name).values_list("value", flat=True).first() or 0
