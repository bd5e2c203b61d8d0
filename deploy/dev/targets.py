"""`make help`: the targets and their sentences, read from the Makefile itself."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def described_targets(makefile: str) -> list[tuple[str, str]]:
    """Each target that carries a `## sentence`, in the order of the file."""
    return re.findall(r"^([a-z-]+):.*?## (.+)$", makefile, flags=re.MULTILINE)


def main() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    for name, sentence in described_targets(text):
        print(f"  make {name:<11} {sentence}")


if __name__ == "__main__":
    main()
