"""What the index keeps: one row per findable thing and reader level, its terms, its vectors.

Everything but `SynonymGroup` and `SavedSearch` can be made again from the apps that own the things
(`manage.py search_rebuild`), so nothing here is the truth about a need or an offer.
`docs/search.md` explains every name.
"""

from django.conf import settings
from django.db import models


class SearchEntry(models.Model):
    """What one reader level may find of one thing, made from that level's text alone.

    `posted_at` and `closes_at` are never empty, so that lists can be paged by them: a missing day
    is `gateways.shapes.NEVER_POSTED` or `NEVER_CLOSES`. `version` is the row version of the thing;
    a document of a lower version is never written over a higher one.
    """

    kind = models.CharField(max_length=32)
    object_id = models.BigIntegerField()
    level = models.CharField(max_length=16)
    number = models.CharField(max_length=40)
    version = models.BigIntegerField()
    title = models.TextField()
    text = models.TextField()
    url = models.CharField(max_length=300)
    state = models.CharField(max_length=32)
    category = models.CharField(max_length=64, default="")
    organization = models.CharField(max_length=200, default="")
    organization_id = models.BigIntegerField(default=0)
    verified = models.BooleanField(default=False)
    region = models.CharField(max_length=120, default="")
    place = models.CharField(max_length=200, default="")
    posted_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    facets = models.JSONField(default=dict)
    shown = models.JSONField(default=dict)
    analyzer = models.CharField(max_length=16)
    synonyms = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "level"], name="search_entry_once_per_level"
            )
        ]
        indexes = [
            models.Index(fields=["level", "-posted_at", "-id"], name="search_entry_newest"),
            models.Index(fields=["level", "closes_at", "-id"], name="search_entry_closing"),
            models.Index(fields=["level", "kind", "-posted_at", "-id"], name="search_entry_kind"),
            # Facets of the whole market are counted from these alone, without touching a row.
            models.Index(fields=["level", "category"], name="search_entry_category"),
            models.Index(fields=["level", "region"], name="search_entry_region"),
            models.Index(fields=["level", "state"], name="search_entry_state"),
            models.Index(fields=["organization_id", "level"], name="search_entry_organization"),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.level})"


class EntryTerms(models.Model):
    """The counted terms of an entry, as the ranking wants them: see `gateways.terms.pack`."""

    entry = models.OneToOneField(
        SearchEntry, on_delete=models.CASCADE, primary_key=True, related_name="terms"
    )
    packed = models.TextField()

    def __str__(self) -> str:
        return f"terms of {self.entry_id}"


class EntryFacet(models.Model):
    """One further filter value of an entry, for filters and counts."""

    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="facet_rows")
    name = models.CharField(max_length=32)
    value = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["name", "value", "entry"], name="search_facet_value")]

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class FieldLength(models.Model):
    """How many entries of a level have a field, and how long it is in all: BM25's averages.

    Field "*" counts the entries themselves. Changed with the entries, in the same transaction.
    """

    level = models.CharField(max_length=16)
    field = models.CharField(max_length=1)
    entries = models.BigIntegerField(default=0)
    total = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "field"], name="search_field_length_once")
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.field}: {self.entries}"


class TermFrequency(models.Model):
    """How many entries hold a frequent term of the index; rare ones are counted when asked.

    Written anew by a periodic job (`operations.refresh_frequencies`), so a little behind.
    """

    term = models.CharField(max_length=80, primary_key=True)
    df = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.term}: {self.df}"


class Counter(models.Model):
    """A number that only rises: `synonyms` (edits of groups), `vectors` (writes of vectors)."""

    name = models.CharField(max_length=32, primary_key=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


class EngineBacklog(models.Model):
    """A thing that the search server does not hold yet as it is now: written with the thing's own
    index rows, so nothing is lost while the server is away. `mark` rises with each change; a sent
    row stays for a moment, until everybody finds what was written.
    """

    kind = models.CharField(max_length=32)
    object_id = models.BigIntegerField()
    organization_id = models.BigIntegerField(default=0)
    mark = models.BigIntegerField(default=1)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="search_backlog_once")
        ]
        indexes = [
            models.Index(fields=["sent_at", "id"], name="search_backlog_unsent"),
            models.Index(fields=["organization_id"], name="search_backlog_of"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class EngineState(models.Model):
    """How the search server stands, as whoever looked last has seen it."""

    name = models.CharField(max_length=32, primary_key=True)
    away_since = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.reason or 'answers'}"


class SynonymGroup(models.Model):
    """Terms that staff take for the same thing.

    `key` is a built-in group's key when this row stands in its place, else the first term;
    `active` off silences the group, a built-in one included.
    """

    key = models.CharField(max_length=64, unique=True)
    terms = models.JSONField(default=list)
    not_in = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    version = models.BigIntegerField(default=1)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class SearchVector(models.Model):
    """The meaning of a thing's most public text: one vector per model and side.

    `level` is the level that the text was made for; empty when the thing is gone. `text_hash`
    names that text: a vector of another text counts as missing. `change` is the value of the
    counter `vectors` at the last write, by which the matrix in memory catches up.
    """

    kind = models.CharField(max_length=32)
    object_id = models.BigIntegerField()
    model = models.CharField(max_length=80)
    side = models.CharField(max_length=8)
    level = models.CharField(max_length=16)
    text_hash = models.CharField(max_length=32)
    vector = models.BinaryField()
    change = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "model", "side"], name="search_vector_once"
            )
        ]
        indexes = [models.Index(fields=["model", "side", "change"], name="search_vector_change")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.side}"


class VectorModel(models.Model):
    """A model whose vectors are kept. At most one serves; another one may fill beside it."""

    name = models.CharField(max_length=80, primary_key=True)
    serving = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["serving"], condition=models.Q(serving=True), name="search_one_model_serves"
            )
        ]

    def __str__(self) -> str:
        return self.name


class SavedSearch(models.Model):
    """A person's subscription: what was searched, as the normalized query string of the page.

    `seen_at` is when the person last heard of it, so a digest holds only what was posted after.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    state = models.CharField(max_length=1000)
    label = models.CharField(max_length=120)
    paused = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    version = models.BigIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "state"], name="search_saved_once")]

    def __str__(self) -> str:
        return self.label
