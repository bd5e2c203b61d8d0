"""How well smart paste fills in each field of texts that were labelled before it was written.

    python -m benchmarks.paste [--half tune|held] [--misses]

Prints right, wrong, missed and invented per field, for each half apart. `--misses` shows what went
wrong in the half `tune` only: the half `held` stays unseen.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from marketplace.paste import CategoryWord, Place, UnitWord, parse

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "benchmarks" / "data" / "paste_texts.jsonl"
FIELDS = ("title", "category", "quantity", "unit", "period", "street", "start", "end", "phone")
_GUESSED = {
    "street": "region",
    "start": "starts_on",
    "end": "ends_on",
    "phone": "contact_phone",
}
_LONGEST_TITLE = 40

Row = Mapping[str, Any]


def read_json(path: str) -> Any:
    return json.loads((ROOT / path).read_text(encoding="utf-8"))


def city_places() -> list[Place]:
    """Streets and communities of the demo's city."""
    city = read_json("portal/demo/city.json")
    codes = {street["name"]: street["code"] for street in city["streets"]}
    streets = [Place(row["code"], row["name"], 4) for row in city["streets"]]
    below = [
        Place(row["code"], row["name"], 5, codes[row["street"]]) for row in city["communities"]
    ]
    return streets + below


def unit_words() -> list[UnitWord]:
    found = []
    for row in read_json("marketplace/data/units.json")["units"]:
        code, label, kind = row["code"], row["label"], row["dimension"]
        found.append(UnitWord(code, label, Decimal(1), kind, label))
        for alias in row["aliases"]:
            factor = Decimal(alias["factor"])
            found.append(UnitWord(code, alias["label"], factor, kind, label))
    return found


def category_words() -> list[CategoryWord]:
    rows = read_json("marketplace/data/categories.json")["categories"]
    return [
        CategoryWord(row["code"], word, row["label"])
        for row in rows
        for word in (row["label"], *row["topics"])
    ]


class Judge:
    """Compares guesses with what a careful reader filled in (`benchmarks/data/README.md`)."""

    def __init__(self) -> None:
        self.places, self.units, self.words = city_places(), unit_words(), category_words()
        self.street_of = {p.code: p.parent if p.level == 5 else p.code for p in self.places}
        self.street_name = {p.code: p.name for p in self.places if p.level < 5}
        self.unit_name = {u.code: u.name for u in self.units}

    def answers(self, row: Row) -> dict[str, str | None]:
        """What smart paste says, in the terms of the labels."""
        guesses = parse(
            row["text"],
            today=date.fromisoformat(row["today"]),
            side=row["expected"]["side"],
            places=self.places,
            units=self.units,
            categories=self.words,
        )
        said = {guess.field: guess.value for guess in guesses}
        found: dict[str, str | None] = {f: said.get(_GUESSED.get(f, f)) for f in FIELDS}
        if found["street"]:
            found["street"] = self.street_name.get(self.street_of[found["street"]])
        if found["unit"]:
            found["unit"] = self.unit_name[found["unit"]]
        return found

    def verdicts(self, row: Row) -> Iterator[tuple[str, str, str | None, Any]]:
        """(field, right | wrong | missed | invented, said, expected)."""
        said, expected = self.answers(row), row["expected"]
        for field in FIELDS:
            wanted = expected[field]
            yield field, verdict(field, said[field], wanted, expected), said[field], wanted


def verdict(field: str, said: str | None, wanted: Any, expected: Row) -> str:
    if wanted is None:
        return "right" if said is None else "invented"
    if said is None:
        return "missed"
    return "right" if _agrees(field, said, wanted, expected) else "wrong"


def _agrees(field: str, said: str, wanted: Any, expected: Row) -> bool:
    if field == "title":
        bare = _bare(said)
        return any(
            bare == _bare(one) or (_bare(one) in bare and len(bare) <= _LONGEST_TITLE)
            for one in wanted
        )
    if field == "category":
        return said == wanted or said in expected["category_also"]
    if field == "quantity":
        return Decimal(said) == Decimal(str(wanted))
    return bool(said == wanted)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def read_rows(half: str) -> list[Row]:
    lines = TEXTS.read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["half"] == half]


def measure(half: str, *, misses: bool = False) -> dict[str, Counter[str]]:
    """Counts of verdicts by field for one half."""
    judge = Judge()
    table: dict[str, Counter[str]] = {field: Counter() for field in FIELDS}
    for row in read_rows(half):
        for field, judged, said, wanted in judge.verdicts(row):
            table[field][judged] += 1
            if misses and half == "tune" and judged != "right":
                print(f"{row['id']} {field}: {judged}: {said!r} for {wanted!r}")
    return table


def report(half: str, table: Mapping[str, Counter[str]]) -> str:
    total = sum(table["title"].values())
    lines = [f"smart paste, half {half}: {total} texts"]
    lines.append(
        f"{'field':<10}{'accuracy':>9}{'right':>7}{'wrong':>7}{'missed':>8}{'invented':>10}"
    )
    for field, counts in table.items():
        share = counts["right"] / total
        numbers = (counts["right"], counts["wrong"], counts["missed"], counts["invented"])
        lines.append(
            f"{field:<10}{share:>9.0%}{numbers[0]:>7}{numbers[1]:>7}{numbers[2]:>8}{numbers[3]:>10}"
        )
    mean = sum(c["right"] for c in table.values()) / (total * len(table))
    lines.append(f"{'all':<10}{mean:>9.0%}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", choices=("tune", "held"))
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    for half in [options.half] if options.half else ["tune", "held"]:
        print(report(half, measure(half, misses=options.misses)))
        print()


if __name__ == "__main__":
    main()
