"""One short value for everything a document says, by which rows and index are compared."""

import hashlib
import json

from core.ports import SearchDocument
from search.gateways.shapes import NEVER_CLOSES, NEVER_POSTED


def checksum(document: SearchDocument) -> str:
    """What `Held.checksum` is when exactly this document is held."""
    return digest(
        document.title.replace("\x00", " "),
        document.text.replace("\x00", " "),
        document.url,
        document.state,
        document.category,
        document.organization.replace("\x00", " "),
        document.organization_id,
        document.verified,
        document.region,
        document.place.replace("\x00", " "),
        (document.posted_at or NEVER_POSTED).timestamp(),
        (document.closes_at or NEVER_CLOSES).timestamp(),
        {name: list(values) for name, values in document.facets.items()},
        dict(document.shown),
    )


def digest(*values: object) -> str:
    plain = json.dumps(values, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()[:32]
