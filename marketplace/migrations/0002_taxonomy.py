"""The starting lists of categories, units and groups; staff edit them afterwards."""

import json
from pathlib import Path
from typing import Any

from django.db import migrations

DATA = Path(__file__).resolve().parent.parent / "data"


def load(apps: Any, _editor: Any) -> None:
    category = apps.get_model("marketplace", "Category")
    for order, row in enumerate(_rows("categories"), start=1):
        category.objects.create(
            code=row["code"],
            name=row["label"],
            icon=row["icon"],
            topics=row["topics"],
            order=order * 10,
        )
    unit = apps.get_model("marketplace", "Unit")
    for order, row in enumerate(_rows("units"), start=1):
        unit.objects.create(
            code=row["code"],
            name=row["label"],
            dimension=row["dimension"],
            aliases=row["aliases"],
            order=order * 10,
        )
    group = apps.get_model("marketplace", "BeneficiaryGroup")
    made: dict[str, Any] = {}
    for order, row in enumerate(_rows("groups"), start=1):
        made[row["code"]] = group.objects.create(
            code=row["code"],
            name=row["label"],
            parent=made.get(row["parent"]),
            order=order * 10,
        )


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))[
        name
    ]
    return rows


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
