"""The token index, which no model describes: it differs with the database."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from search.embedded import postgres, sqlite

KINDS = {"sqlite": sqlite, "postgresql": postgres}


def create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in KINDS[editor.connection.vendor].CREATE:
        editor.execute(statement)


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in KINDS[editor.connection.vendor].DROP:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_index")]

    operations = [migrations.RunPython(create, drop)]
