"""A grown SQLite installation moves to PostgreSQL: every row, proven, in one transaction.

The SQLite file is copied as of one moment and read from the copy; it is not changed. Rows keep
their keys. Each table is hashed while it is read and again from what PostgreSQL then holds; one
difference, and nothing is there. What is no row of a model (the token index) is made anew by its
own command.
"""

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, connections, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from core import audit, databases, health, triggers
from core.errors import DomainError
from core.models import AuditEvent, AuditSeal, WorkerBeat

SOURCE = "copied_from"
BATCH = 1000


class CopyRefused(DomainError):
    """Nothing was copied; the sentence says why and what to do."""

    code = "copy-refused"


@dataclass(frozen=True, slots=True)
class Copied:
    """What was moved: rows by table, and the verdict over the audit trail."""

    rows: dict[str, int]
    audit: audit.Verification


Tell = Callable[[str, int], object]


def copy(path: Path, *, at: datetime, tell: Tell = lambda _table, _rows: None) -> Copied:
    """Move everything in a SQLite file into the connected, fresh PostgreSQL database.

    `tell` hears each table and how many of its rows were written so far. Raises CopyRefused; then
    the database is as it was.
    """
    if connection.vendor != "postgresql":
        raise CopyRefused(_("DATABASE_URL 指的不是 PostgreSQL。请改成新数据库的地址，再运行。"))
    with _opened(path) as source:
        _refuse_older(source)
        _refuse_running(at)
        _refuse_filled()
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("set local statement_timeout = 0")
            with triggers.lifted():
                _empty()
                rows = {model._meta.db_table: _copy_table(model, tell) for model in copied_models()}
                _check_constraints()
            _reset_sequences()
            head = AuditSeal.objects.using(SOURCE).order_by("-seq").values_list("digest", flat=True)
            verdict = audit.verify(head.first() or "")
            if verdict.faults:
                raise CopyRefused(
                    _("搬过来的操作记录核对不上：%(faults)s")
                    % {"faults": "; ".join(verdict.faults[:5])}
                )
    return Copied(rows, verdict)


def copied_models() -> list[type[models.Model]]:
    """Every table with a model behind it, linking tables included."""
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.managed and not model._meta.proxy]


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The source as of one moment: a copy by SQLite's own backup, under an alias of its own."""
    if not path.is_file():
        raise CopyRefused(_("没有这个文件：%(path)s") % {"path": path})
    with tempfile.TemporaryDirectory(prefix="gongyi-copy-") as folder:
        taken = Path(folder) / "source.sqlite3"
        databases.take_sqlite(path, taken)
        connections.databases[SOURCE] = {
            **connections.databases["default"],
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(taken),
            "OPTIONS": {},
        }
        try:
            yield connections[SOURCE]
        finally:
            connections[SOURCE].close()
            del connections[SOURCE]
            del connections.databases[SOURCE]


def _refuse_older(source: Any) -> None:
    executor = MigrationExecutor(source)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise CopyRefused(
            _(
                "SQLite 里的数据是旧版本的（还差 %(n)s 步）。"
                "请先让 DATABASE_URL 指向它，运行 manage.py migrate，再来搬。"
            )
            % {"n": len(missing)}
        )


def _refuse_running(at: datetime) -> None:
    seen = WorkerBeat.objects.using(SOURCE).order_by("-seen_at").first()
    if seen is not None and at - seen.seen_at < health.WORKER_SILENT:
        raise CopyRefused(
            _(
                "SQLite 那边的后台程序还在运行（%(name)s）。请先停下网站和后台程序，过两分钟再搬："
                "搬的时候写下的内容不会跟过来。"
            )
            % {"name": seen.name}
        )


def _refuse_filled() -> None:
    """A fresh database holds what migrations wrote and nothing else: no person, no act."""
    users = apps.get_model("accounts.User")._default_manager
    if users.exists() or AuditEvent.objects.exists():
        raise CopyRefused(
            _("这个 PostgreSQL 数据库里已经有数据。请换一个刚建好的、只运行过 migrate 的数据库。")
        )


def _empty() -> None:
    """What migrations wrote is in the source too, under its own keys."""
    tables = ", ".join(f'"{model._meta.db_table}"' for model in copied_models())
    with connection.cursor() as cursor:
        cursor.execute(f"truncate {tables} restart identity cascade")


def _copy_table(model: type[models.Model], tell: Tell) -> int:
    rows = model._base_manager.using(SOURCE).order_by("pk")
    read, written, count = hashlib.sha256(), hashlib.sha256(), 0
    batch: list[models.Model] = []
    for row in rows.iterator(chunk_size=BATCH):
        read.update(_line(row))
        batch.append(row)
        if len(batch) == BATCH:
            count += _write(model, batch)
            tell(model._meta.db_table, count)
    count += _write(model, batch)
    tell(model._meta.db_table, count)
    for row in model._base_manager.order_by("pk").iterator(chunk_size=BATCH):
        written.update(_line(row))
    if read.digest() != written.digest():
        raise CopyRefused(
            _("表 %(table)s 搬过来以后和原来不一样，全部撤回。") % {"table": model._meta.db_table}
        )
    return count


def _write(model: type[models.Model], batch: list[models.Model]) -> int:
    model._base_manager.using("default").bulk_create(batch)
    count = len(batch)
    batch.clear()
    return count


def _line(row: models.Model) -> bytes:
    """One row in a form that does not depend on the database."""
    values = [_plain(getattr(row, field.attname)) for field in row._meta.concrete_fields]
    return json.dumps(values, ensure_ascii=False, sort_keys=True, default=str).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if isinstance(value, datetime):
        return value.timestamp()
    return value


def _check_constraints() -> None:
    """Foreign keys are looked at when the transaction ends; here, so that the triggers come back
    only over whole data."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")


def _reset_sequences() -> None:
    statements = connection.ops.sequence_reset_sql(no_style(), copied_models())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
