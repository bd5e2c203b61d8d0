"""No migration of the product holds a lock for long on a table that has rows, or breaks a site
of the previous version that still runs beside it.

PostgreSQL alone tells: SQLite writes a table anew for most changes and has one writer anyway.
"""

from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements
from django_migration_linter.sql_analyser.postgresql import PostgresqlAnalyser

ROOT = Path(__file__).resolve().parents[2]
BEFORE_THE_FIRST_RELEASE = {
    ("core", "0003_running", "ALTER_COLUMN"),
    ("marketplace", "0003_english_names", "NOT_NULL"),
}
"""No installation had rows when these were written. Nothing is added here after a release: a
column comes with a database default or empty, an index `CONCURRENTLY` in a migration of its own."""


def ours() -> list[str]:
    return [one.label for one in apps.get_app_configs() if Path(one.path).parent == ROOT]


def statements(label: str, name: str) -> list[str]:
    told = StringIO()
    call_command("sqlmigrate", label, name, stdout=told, no_color=True)
    return [line for line in told.getvalue().split("\n") if line and not line.startswith("--")]


def found_in(sql: list[str]) -> set[str]:
    errors, _ignored, warnings = analyse_sql_statements(PostgresqlAnalyser, sql)
    return {issue.code for issue in (*errors, *warnings)}


@pytest.mark.django_db
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="the statements of PostgreSQL are looked at"
)
def test_no_migration_locks_for_long() -> None:
    loader = MigrationLoader(connection)
    labels = set(ours())
    found = {
        (label, name, code)
        for (label, name), migration in loader.disk_migrations.items()
        if label in labels and not migration.initial  # a new table is nobody's yet
        for code in found_in(statements(label, name))
    }
    assert found == BEFORE_THE_FIRST_RELEASE


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ('CREATE INDEX "x" ON "core_delivery" ("status");', "CREATE_INDEX"),
        ('ALTER TABLE "core_delivery" ALTER COLUMN "x" SET NOT NULL;', "NOT_NULL"),
        ('ALTER TABLE "core_delivery" RENAME COLUMN "x" TO "y";', "RENAME_COLUMN"),
        ('DROP TABLE "core_delivery";', "DROP_TABLE"),
    ],
)
def test_what_locks_is_seen(sql: str, code: str) -> None:
    assert code in found_in(["BEGIN;", sql, "COMMIT;"])


def test_an_index_beside_running_writes_is_fine() -> None:
    assert found_in(['CREATE INDEX CONCURRENTLY "x" ON "core_delivery" ("status");']) == set()
