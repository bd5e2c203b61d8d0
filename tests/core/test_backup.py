"""Backup while people write, restore into a fresh place, and everything that must be refused."""

import json
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from core import audit, backup, databases, outbox
from core.backup import Refused
from core.models import AuditEvent, OutboxEvent
from core.ports import Subject
from tests.core.cases import COORDINATOR, NOW
from tests.database import database_url, environment, manage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def archive(settings: Settings, tmp_path: Path) -> Path:
    folder = tmp_path / "var" / "archive"
    folder.mkdir(parents=True)
    settings.ARCHIVE_DIR = folder
    return folder


def act(n: int) -> None:
    """One act as the product writes it: the trail and the news, both or neither."""
    with transaction.atomic():
        subject = Subject("need", f"XQ26-{n:06d}", n, 1)
        audit.record(subject, "need.create", by=COORDINATOR, at=NOW, after={"title": f"第{n}条"})
        outbox.publish("need.created", subject, by=COORDINATOR, at=NOW)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of an installation that holds nothing yet."""
    place = tmp_path / "fresh"
    place.mkdir()
    if connection.vendor == "sqlite":
        yield environment(DATABASE_URL=f"sqlite:///{place}/db.sqlite3", GONGYI_VAR=str(place))
        return
    name = f"{connection.settings_dict['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'drop database if exists "{name}"')
        cursor.execute(f'create database "{name}"')
    try:
        url = f"{database_url().rpartition('/')[0]}/{name}"
        yield environment(DATABASE_URL=url, GONGYI_VAR=str(place))
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'drop database "{name}" with (force)')


def test_a_backup_under_writes_is_whole_and_restores(
    tmp_path: Path, archive: Path, fresh: dict[str, str]
) -> None:
    for n in range(50):
        act(n)
    audit.seal(NOW)
    stop, begun, written = threading.Event(), threading.Event(), [0] * 3

    def write(which: int) -> None:
        try:
            while not stop.is_set():
                n = 1000 * (which + 1) + written[which]
                (archive / f"{n:06d}").write_text(f"文件 {n}", encoding="utf-8")
                act(n)
                written[which] += 1
                if written[which] == 3:
                    begun.set()
                if which == 0 and written[0] % 5 == 0:
                    audit.seal(NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    begun.wait(30)
    before = sum(written)
    made = backup.write(tmp_path / "copy", at=NOW)
    after = sum(written)
    stop.set()
    for thread in threads:
        thread.join(30)

    taken = made.rows["core_auditevent"]
    assert 50 + before - 3 <= taken <= 50 + after + 3
    assert after > before, "nobody wrote while the backup ran"
    assert made.rows["core_outboxevent"] == taken

    done = manage(["restore", str(tmp_path / "copy")], fresh)
    assert done.returncode == 0, done.stderr
    assert "audit verified" in done.stdout
    checked = manage(["audit_verify", "--anchor", made.audit_head], fresh)
    assert checked.returncode == 0, checked.stderr
    look = manage(["shell", "-v", "0", "-c", LOOK], fresh)
    assert json.loads(look.stdout.strip().splitlines()[-1]) == {
        "audit": taken,
        "news": taken,
        "pairs": taken,
        "without_file": 0,
        "triggers_missing": [],
        "migrations_waiting": 0,
    }
    again = manage(["restore", str(tmp_path / "copy")], fresh)
    assert again.returncode == 1
    assert "--replace" in again.stderr
    assert manage(["restore", str(tmp_path / "copy"), "--replace"], fresh).returncode == 0


LOOK = """
import json
from pathlib import Path
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from core import triggers
from core.models import AuditEvent, OutboxEvent
numbers = set(AuditEvent.objects.values_list("subject_number", flat=True))
news = set(OutboxEvent.objects.values_list("subject_number", flat=True))
files = {path.name for path in Path(settings.ARCHIVE_DIR).iterdir()}
executor = MigrationExecutor(connection)
print(json.dumps({
    "audit": AuditEvent.objects.count(),
    "news": OutboxEvent.objects.count(),
    "pairs": len(numbers & news),
    "without_file": len([n for n in numbers if int(n[5:]) >= 1000 and n[5:] not in files]),
    "triggers_missing": triggers.missing(),
    "migrations_waiting": len(executor.migration_plan(executor.loader.graph.leaf_nodes())),
}))
"""


def test_the_manifest_says_what_is_in_it(tmp_path: Path, archive: Path) -> None:
    act(1)
    (archive / "ab").mkdir()
    (archive / "ab" / "cd").write_bytes(b"a file")
    (archive / ".under-way").write_bytes(b"half")
    made = backup.write(tmp_path / "copy", at=NOW)
    assert backup.read_manifest(tmp_path / "copy") == made
    assert sorted(made.parts) == ["archive/ab/cd", databases.file_name(connection.vendor)]
    assert made.parts["archive/ab/cd"].size == 6
    assert (made.made_at, made.vendor) == (NOW.isoformat(), connection.vendor)
    assert "0001_initial" in made.migrations["core"]
    assert (made.rows["core_auditevent"], made.audit_head) == (1, audit.GENESIS)
    assert settings.SECRET_KEY not in (tmp_path / "copy" / "manifest.json").read_text()
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0


def test_the_commands_say_what_they_did(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], archive: Path
) -> None:
    act(1)
    (archive / "one").write_bytes(b"1")
    call_command("backup", str(tmp_path / "copy"))
    assert "2 parts" in capsys.readouterr().out
    act(2)
    (archive / "one").unlink()
    (archive / "two").write_bytes(b"2")
    call_command("restore", str(tmp_path / "copy"), replace=True)
    assert "audit verified" in capsys.readouterr().out
    assert AuditEvent.objects.count() == OutboxEvent.objects.count() == 1
    assert [path.name for path in archive.iterdir()] == ["one"]
    with pytest.raises(CommandError, match="不是空文件夹"):
        call_command("backup", str(tmp_path / "copy"))


def spoil_database(folder: Path) -> None:
    path = folder / databases.file_name(connection.vendor)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def edit(folder: Path, **changes: Any) -> None:
    path = folder / "manifest.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**values, **changes}), encoding="utf-8")


def newer_migration(folder: Path) -> None:
    made = backup.read_manifest(folder)
    edit(folder, migrations={**made.migrations, "core": ["0001_initial", "9999_later"]})


def outside(folder: Path) -> None:
    made = backup.read_manifest(folder)
    secret = folder.parent / "secret"
    secret.write_bytes(b"x")
    part = {"sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", "size": 1}
    parts = {name: {"sha256": p.sha256, "size": p.size} for name, p in made.parts.items()}
    edit(folder, parts={**parts, "archive/../../secret": part})


REFUSED = {
    "one bit of the database": (spoil_database, "缺失或已损坏"),
    "one bit of a file": (
        lambda folder: (folder / "archive" / "one").write_bytes(b"2"),
        "archive/one 缺失或已损坏",
    ),
    "a missing file": (lambda folder: (folder / "archive" / "one").unlink(), "缺失或已损坏"),
    "a missing database": (
        lambda folder: (folder / databases.file_name(connection.vendor)).unlink(),
        "缺失或已损坏",
    ),
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), "备份没有做完"),
    "half a manifest": (
        lambda folder: (folder / "manifest.json").write_text('{"format": 1'),
        "读不懂",
    ),
    "a manifest that is a list": (
        lambda folder: (folder / "manifest.json").write_text("[1]"),
        "读不懂",
    ),
    "a manifest without a database": (lambda folder: edit(folder, parts={}), "读不懂"),
    "a newer form": (lambda folder: edit(folder, format=2), "更新的版本"),
    "a newer program": (lambda folder: edit(folder, version="99.0.0"), "更新的版本"),
    "a newer migration": (newer_migration, "更新的版本"),
    "the other database": (lambda folder: edit(folder, vendor="oracle"), "不能直接恢复"),
    "a part outside the folder": (outside, "读不懂"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_backup_that_must_not_be_restored_changes_nothing(
    name: str, tmp_path: Path, archive: Path
) -> None:
    act(1)
    (archive / "one").write_bytes(b"1")
    folder = tmp_path / "copy"
    backup.write(folder, at=NOW)
    act(2)
    spoil, sentence = REFUSED[name]
    spoil(folder)
    with pytest.raises(Refused, match=sentence):
        backup.restore(folder, replace=True)
    assert AuditEvent.objects.count() == 2
    assert (archive / "one").read_bytes() == b"1"


def test_what_is_not_empty_is_not_overwritten(tmp_path: Path, archive: Path) -> None:
    backup.write(tmp_path / "copy", at=NOW)
    assert backup.is_empty()
    (archive / "one").write_bytes(b"1")
    with pytest.raises(Refused, match="加 --replace"):
        backup.restore(tmp_path / "copy")
    (archive / "one").unlink()
    act(1)
    with pytest.raises(Refused, match="加 --replace"):
        backup.restore(tmp_path / "copy")
    assert AuditEvent.objects.count() == 1


def test_rows_that_do_not_add_up_are_named(tmp_path: Path) -> None:
    made = backup.write(tmp_path / "copy", at=timezone.now())
    wrong = replace(made, rows={**made.rows, "core_auditevent": 5})
    assert backup.differences(made) == []
    assert backup.differences(wrong) == ["core_auditevent: 0 instead of 5"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="how a file of SQLite is left")
def test_rows_still_in_the_log_are_in_the_copy(tmp_path: Path) -> None:
    act(1)
    backup.write(tmp_path / "copy", at=NOW)
    shutil.move(tmp_path / "copy" / "database.sqlite3", tmp_path / "alone.sqlite3")
    with sqlite3.connect(tmp_path / "alone.sqlite3") as copy:
        assert copy.execute("select count(*) from core_auditevent").fetchone() == (1,)
        assert copy.execute("pragma journal_mode").fetchone() == ("delete",)
    copy.close()
