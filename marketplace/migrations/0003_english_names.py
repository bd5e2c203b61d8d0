"""English names of categories, units and groups; staff may change them."""

import json
from pathlib import Path
from typing import Any

from django.db import migrations, models


DATA = Path(__file__).resolve().parent.parent / "data"
LISTS = {"Category": "categories", "Unit": "units", "BeneficiaryGroup": "groups"}


def name(apps: Any, _editor: Any) -> None:
    """English names for the rows that ship with the product."""
    for model, file in LISTS.items():
        rows = json.loads((DATA / f"{file}.json").read_text(encoding="utf-8"))[file]
        manager = apps.get_model("marketplace", model).objects
        for row in rows:
            manager.filter(code=row["code"], name_en="").update(name_en=row["label_en"])


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0002_taxonomy"),
    ]

    operations = [
        migrations.AddField(
            model_name="beneficiarygroup",
            name="name_en",
            field=models.CharField(blank=True, max_length=60, verbose_name="英文名称"),
        ),
        migrations.AddField(
            model_name="category",
            name="name_en",
            field=models.CharField(blank=True, max_length=60, verbose_name="英文名称"),
        ),
        migrations.AddField(
            model_name="unit",
            name="name_en",
            field=models.CharField(blank=True, max_length=60, verbose_name="英文名称"),
        ),
        migrations.RunPython(name, migrations.RunPython.noop),
    ]
