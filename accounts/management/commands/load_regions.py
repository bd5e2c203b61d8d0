"""Loads or renews the tree of regions from the vendored table, or from another file."""

import csv
import gzip
import io
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import operations
from core.errors import Invalid
from core.permissions import SYSTEM

VENDORED = Path(__file__).resolve().parents[2] / "data" / "regions.csv.gz"


def read_rows(path: Path) -> list[operations.RegionRow]:
    """The lines of a table `code,name,parent[,tile_row,tile_column]`, plain or gzipped CSV."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    return [_row(line) for line in csv.DictReader(io.StringIO(text))]


def _row(line: dict[str, Any]) -> operations.RegionRow:
    def number(name: str) -> int | None:
        return int(line[name]) if line.get(name) else None

    return operations.RegionRow(
        code=line["code"].strip(),
        name=line["name"].strip(),
        parent=(line.get("parent") or "").strip(),
        tile_row=number("tile_row"),
        tile_column=number("tile_column"),
    )


class Command(BaseCommand):
    help = "Load regions (province to street) from the vendored table; run again to renew them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, default=VENDORED, help="CSV, may be gzipped")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            rows = read_rows(path)
            done = operations.load_regions(rows=rows, by=SYSTEM, at=timezone.now())
        except (OSError, KeyError, ValueError) as error:
            raise CommandError(f"{path} cannot be read as a table of regions: {error}") from error
        except Invalid as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{len(rows)} rows: {done.added} added, {done.changed} changed, {done.closed} closed"
        )
