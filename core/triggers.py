"""Append-only tables: triggers on both databases, and the check that they are there.

A trigger stands where code cannot be trusted: `update()`, raw SQL and the next programmer.
SQLite silently drops triggers when a migration rebuilds their table, and its
`INSERT OR REPLACE` steps round delete triggers; hence the existence trigger before insert,
and `missing()` which a system check and the health page ask.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.special import RunPython

# Tables whose rows are never changed nor removed; an app adds its own at import of its apps.py.
APPEND_ONLY: list[str] = ["core_auditevent", "core_auditseal", "core_auditsealitem"]

_PG_FUNCTION = """
create or replace function gongyi_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'append-only: % on %', tg_op, tg_table_name using errcode = '23000';
end $$
"""


def _statements(vendor: str, table: str) -> Iterator[tuple[str, str]]:
    """(trigger name, create statement) for one table."""
    if vendor == "postgresql":
        name = f"{table}_append_only"
        yield (
            name,
            f"create trigger {name} before update or delete on {table} "
            "for each row execute function gongyi_append_only()",
        )
        name = f"{table}_no_truncate"
        yield (
            name,
            f"create trigger {name} before truncate on {table} "
            "for each statement execute function gongyi_append_only()",
        )
        return
    for verb in ("update", "delete"):
        name = f"{table}_no_{verb}"
        yield (
            name,
            f"create trigger {name} before {verb} on {table} "
            f"begin select raise(abort, 'append-only: {verb} on {table}'); end",
        )
    name = f"{table}_no_replace"
    yield (
        name,
        f"create trigger {name} before insert on {table} "
        f"when exists (select 1 from {table} where id = new.id) "
        f"begin select raise(abort, 'append-only: replace on {table}'); end",
    )


def install(tables: list[str], db: BaseDatabaseWrapper = connection) -> None:
    with db.cursor() as cursor:
        if db.vendor == "postgresql":
            cursor.execute(_PG_FUNCTION)
        for table in tables:
            for name, statement in _statements(db.vendor, table):
                on = f" on {table}" if db.vendor == "postgresql" else ""
                cursor.execute(f"drop trigger if exists {name}{on}")
                cursor.execute(statement)


def remove(tables: list[str], db: BaseDatabaseWrapper = connection) -> None:
    with db.cursor() as cursor:
        for table in tables:
            on = f" on {table}" if db.vendor == "postgresql" else ""
            for name, _statement in _statements(db.vendor, table):
                cursor.execute(f"drop trigger if exists {name}{on}")


def missing(tables: list[str] | None = None, db: BaseDatabaseWrapper = connection) -> list[str]:
    """Names of triggers that should stand in the database and do not."""
    wanted = {
        name
        for table in (APPEND_ONLY if tables is None else tables)
        for name, _statement in _statements(db.vendor, table)
    }
    query = (
        "select tgname from pg_trigger where not tgisinternal and tgenabled <> 'D'"
        if db.vendor == "postgresql"
        else "select name from sqlite_master where type = 'trigger'"
    )
    with db.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return sorted(wanted - present)


@contextmanager
def lifted(tables: list[str] | None = None) -> Iterator[None]:
    """Lift the triggers for a test's clean-up or a restore, and put them back."""
    present = set(connection.introspection.table_names())
    names = [name for name in (APPEND_ONLY if tables is None else tables) if name in present]
    remove(names)
    try:
        yield
    finally:
        install(names)


class AppendOnly(RunPython):
    """Migration operation: make tables append-only; put it again after every AlterField on them."""

    def __init__(self, *tables: str) -> None:
        names = list(tables)

        def forward(_apps: Any, editor: Any) -> None:
            install(names, editor.connection)

        def backward(_apps: Any, editor: Any) -> None:
            remove(names, editor.connection)

        super().__init__(forward, backward)
        self.tables = names

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, list(self.tables), {})
