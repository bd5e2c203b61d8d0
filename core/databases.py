"""How each database is dumped as of one moment and loaded in one transaction."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.errors import DomainError


class DatabaseRefused(DomainError):
    """The database's own program is missing or has said no; the sentence holds its words."""

    code = "database-refused"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the dump holds, counted in the dump's own moment."""

    rows: dict[str, int]
    migrations: dict[str, list[str]]
    audit_head: str


def file_name(vendor: str) -> str:
    return "database.dump" if vendor == "postgresql" else "database.sqlite3"


def dump(target: Path) -> Snapshot:
    """Write the whole database to a new file, other writers going on meanwhile."""
    return _dump_postgresql(target) if connection.vendor == "postgresql" else _dump_sqlite(target)


def load(source: Path) -> None:
    """Replace the whole database by the file's, all or nothing."""
    if connection.vendor == "postgresql":
        _load_postgresql(source)
    else:
        _load_sqlite(source)


def count_rows() -> dict[str, int]:
    """Rows per table of the connected database."""
    with connection.cursor() as cursor:
        return _count(cursor, connection.introspection.table_names())


def _count(cursor: Any, tables: Sequence[str]) -> dict[str, int]:
    found = {}
    for table in sorted(tables):
        # A table name cannot be a parameter; it comes from the database's own catalog.
        cursor.execute(f'select count(*) from "{table}"')  # noqa: S608
        found[table] = int(cursor.fetchone()[0])
    return found


def _look(cursor: Any, tables: Sequence[str]) -> Snapshot:
    rows = _count(cursor, tables)
    migrations: dict[str, list[str]] = {}
    if "django_migrations" in rows:
        cursor.execute("select app, name from django_migrations order by app, name")
        for app, name in cursor.fetchall():
            migrations.setdefault(app, []).append(name)
    head = ""
    if rows.get("core_auditseal"):
        cursor.execute("select digest from core_auditseal order by seq desc limit 1")
        head = str(cursor.fetchone()[0])
    return Snapshot(rows, migrations, head)


# -- SQLite -------------------------------------------------------------------------------
def _sqlite_path() -> str:
    return str(connection.settings_dict["NAME"])


def take_sqlite(path: Path, target: Path) -> None:
    """A SQLite file as of one moment, as one file that needs no log beside it, whole or refused."""
    with (
        closing(sqlite3.connect(path, timeout=60)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        try:
            live.backup(copy, pages=-1)
            copy.execute("pragma journal_mode=delete")
            (answer,) = copy.execute("pragma integrity_check").fetchone()
        except sqlite3.DatabaseError as error:
            answer = str(error)
        if answer != "ok":
            raise DatabaseRefused(_("数据库自检没有通过：%(answer)s") % {"answer": answer})


def _dump_sqlite(target: Path) -> Snapshot:
    """SQLite's online backup, in one step: rows still in the write-ahead log are in it too."""
    take_sqlite(Path(_sqlite_path()), target)
    with closing(sqlite3.connect(target)) as copy:
        tables = copy.execute(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
        ).fetchall()
        return _look(copy.cursor(), [name for (name,) in tables])


def _load_sqlite(source: Path) -> None:
    path = _sqlite_path()
    connection.close()
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    try:
        with (
            closing(sqlite3.connect(source)) as copy,
            closing(sqlite3.connect(path, timeout=20)) as live,
        ):
            copy.backup(live, pages=-1)
            live.execute("pragma journal_mode=wal")
    except sqlite3.OperationalError as error:
        raise DatabaseRefused(
            _("数据库正在使用（%(error)s）。请先停下网站和后台程序。") % {"error": error}
        ) from error


# -- PostgreSQL ---------------------------------------------------------------------------
def _postgresql_environment() -> dict[str, str]:
    """Where the programs of PostgreSQL connect to; the password is never an argument."""
    values: Any = connection.settings_dict
    given = {
        "PGHOST": values["HOST"],
        "PGPORT": values["PORT"],
        "PGUSER": values["USER"],
        "PGPASSWORD": values["PASSWORD"],
        "PGDATABASE": values["NAME"],
        "PGSSLMODE": values["OPTIONS"].get("sslmode"),
        "PGSSLROOTCERT": values["OPTIONS"].get("sslrootcert"),
    }
    return {**os.environ, **{name: str(value) for name, value in given.items() if value}}


def _run(words: list[str]) -> None:
    program = shutil.which(words[0])
    if program is None:
        raise DatabaseRefused(
            _("找不到程序 %(name)s，请安装 PostgreSQL 的客户端程序。") % {"name": words[0]}
        )
    # The words are ours; nothing a visitor wrote is among them.
    done = subprocess.run(  # noqa: S603
        [program, *words[1:]],
        env=_postgresql_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DatabaseRefused(
            _("%(name)s 没有成功：%(said)s")
            % {"name": words[0], "said": done.stderr.strip()[-2000:]}
        )


def _dump_postgresql(target: Path) -> Snapshot:
    """pg_dump in an exported snapshot, in which the rows are counted too."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("set local statement_timeout = 0")
        cursor.execute("select pg_export_snapshot()")
        snapshot = str(cursor.fetchone()[0])
        _run(
            [
                *("pg_dump", "--format=custom", "--no-owner", "--no-privileges"),
                *(f"--snapshot={snapshot}", f"--file={target}"),
            ]
        )
        return _look(cursor, connection.introspection.table_names(cursor))


def _load_postgresql(source: Path) -> None:
    """Old tables out, the dump in, in one transaction of psql."""
    tables = connection.introspection.table_names()
    connection.close()
    with tempfile.TemporaryDirectory() as folder:
        script, clear = Path(folder) / "load.sql", Path(folder) / "clear.sql"
        drops = (f'drop table if exists "{table}" cascade;\n' for table in tables)
        clear.write_text("set lock_timeout = '20s';\n" + "".join(drops), encoding="utf-8")
        _run(
            [
                *("pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges"),
                *(f"--file={script}", str(source)),
            ]
        )
        _run(
            [
                *("psql", "--no-psqlrc", "--quiet", "--single-transaction"),
                *("--set=ON_ERROR_STOP=1", f"--file={clear}", f"--file={script}"),
            ]
        )
