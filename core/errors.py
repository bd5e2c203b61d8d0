"""What may go wrong as expected: one family, shown alike on pages and in the API.

Everything outside this family is a bug and stays loud. `core.views` turns a DomainError
into a page, `core.api` into an `application/problem+json` answer, with the same sentence.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.utils.functional import Promise

Sentence = str | Promise


class DomainError(Exception):
    """A refusal with a sentence for a person: what happened, what stays, what to do."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


class NotAllowed(DomainError):
    """The actor may not do this; the sentence says why not."""

    status = 403
    code = "not-allowed"


class NotFound(DomainError):
    """There is no such thing, or not for this actor: the two look the same on purpose."""

    status = 404
    code = "not-found"


class Conflict(DomainError):
    """The thing has moved on: another state, another version, no quantity left."""

    status = 409
    code = "conflict"


class TooLarge(DomainError):
    """More text than is taken at once; nothing of it was read."""

    status = 413
    code = "too-large"


class Invalid(DomainError):
    """Input that cannot be taken, named by field.

    `fields` maps a field name ("" for the whole form) to its sentences; nothing was written.
    """

    status = 422
    code = "invalid"

    def __init__(self, fields: Mapping[str, Sequence[Sentence] | Sentence]) -> None:
        self.fields: dict[str, list[Sentence]] = {
            name: [value] if isinstance(value, str | Promise) else list(value)
            for name, value in fields.items()
        }
        first = next((s for sentences in self.fields.values() for s in sentences), "")
        super().__init__(first)
