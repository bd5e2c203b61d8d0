"""What a check says: passed, failed or skipped, with the sentence that goes with it."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """`text` is one line for what passed, and everything there is to know for what did not."""

    word: str
    text: str

    @property
    def bad(self) -> bool:
        return self.word == "FAILED"

    def summary(self) -> str:
        """The part that fits on the verdict's own line."""
        return "" if self.bad else self.text


def passed(text: str) -> Verdict:
    return Verdict("ok", text)


def failed(text: str) -> Verdict:
    return Verdict("FAILED", text)


def skipped(text: str) -> Verdict:
    """Something needed is missing here: no failure for a person, but one where CI=true."""
    return Verdict("FAILED" if os.environ.get("CI") == "true" else "skipped", text)
