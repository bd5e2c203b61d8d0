"""A SQLite installation moves to a real PostgreSQL, by the command as its owner runs it."""

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from core import audit
from core.copying import copied_models
from core.models import WorkerBeat
from marketplace.states import EntryState
from tests.database import environment, manage
from tests.factories import accounts as make
from tests.factories.marketplace import make_need, make_offer

SERVER = os.environ.get("TEST_POSTGRESQL_URL", "")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"),
        reason="what is copied is a SQLite file",
    ),
    pytest.mark.skipif(not SERVER, reason="no PostgreSQL was started for this run"),
]


@pytest.fixture
def target() -> Iterator[str]:
    """The address of a new, empty database."""
    name = f"copy_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f'create database "{name}"')
    yield f"{SERVER.rpartition('/')[0]}/{name}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f'drop database "{name}" with (force)')


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as line:
        return line.execute(query).fetchall()


def source() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def run(target: str, *words: str) -> tuple[int, str]:
    env = environment("config.settings") | {"DATABASE_URL": target}
    done = manage(words, env)
    return done.returncode, done.stdout + done.stderr


def grow() -> None:
    """An installation with people, entries of all kinds of values, and a sealed trail."""
    make.coordinator()
    for n in range(3):
        make_need(EntryState.OPEN, title=f"𠮷祥楼 {n} 号助餐")
        make_offer(EntryState.OPEN)
    make_need(EntryState.DRAFT)
    while audit.seal(timezone.now()):
        pass


def test_everything_comes_along_proven(target: str) -> None:
    grow()
    with closing(sqlite3.connect(source())) as file:
        before = {
            model._meta.db_table: file.execute(
                f"select count(*) from {model._meta.db_table}"
            ).fetchone()[0]
            for model in copied_models()
        }
    status, said = run(target, "copy_to_postgres", str(source()))
    assert status == 0, said
    assert f"copied {sum(before.values())} rows of {len(before)} tables, all hashes equal" in said
    assert "audit verified" in said
    after = {table: ask(target, f"select count(*) from {table}")[0][0] for table in before}
    assert after == before
    # Keys go on where they were, the trail is append-only again, and what was posted is found.
    ((last,), (behind,)) = ask(
        target,
        "select max(id) from marketplace_need union all "
        "select nextval(pg_get_serial_sequence('marketplace_need', 'id'))",
    )
    assert behind == last + 1
    with pytest.raises(psycopg.IntegrityError), psycopg.connect(target) as line:
        line.execute("delete from core_auditevent")
    assert ask(target, "select count(*) from search_tokens")[0][0] > 0
    # A second time nothing is touched.
    status, said = run(target, "copy_to_postgres", str(source()))
    assert status == 1
    assert "已经有数据" in said


def test_one_changed_value_takes_everything_back(target: str) -> None:
    grow()
    assert run(target, "migrate", "--verbosity=0")[0] == 0
    seeded = ask(target, "select count(*) from marketplace_category")
    with psycopg.connect(target) as line:
        line.execute(
            "create function spoil() returns trigger language plpgsql as "
            "$$ begin new.title = new.title || '。'; return new; end $$"
        )
        line.execute(
            "create trigger spoil before insert on marketplace_need "
            "for each row execute function spoil()"
        )
    status, said = run(target, "copy_to_postgres", str(source()))
    assert status == 1
    assert "表 marketplace_need 搬过来以后和原来不一样，全部撤回" in said
    assert ask(target, "select count(*) from accounts_user") == [(0,)]
    assert ask(target, "select count(*) from marketplace_category") == seeded
    assert "missing" not in run(target, "check", "--database", "default")[1]


def test_what_cannot_be_copied_is_said(target: str, tmp_path: Path) -> None:
    status, said = run(target, "copy_to_postgres", str(tmp_path / "none.sqlite3"))
    assert (status, "没有这个文件" in said) == (1, True)
    (tmp_path / "odd.sqlite3").write_bytes(b"no database at all" * 100)
    status, said = run(target, "copy_to_postgres", str(tmp_path / "odd.sqlite3"))
    assert (status, "数据库自检没有通过" in said) == (1, True)
    now = timezone.now()
    beat = WorkerBeat.objects.create(name="work host:1", started_at=now, seen_at=now)
    status, said = run(target, "copy_to_postgres", str(source()))
    assert (status, "后台程序还在运行（work host:1）" in said) == (1, True)
    WorkerBeat.objects.filter(pk=beat.pk).update(seen_at=now - timedelta(hours=1))
    with (
        closing(sqlite3.connect(source())) as live,
        closing(sqlite3.connect(tmp_path / "old.sqlite3")) as old,
    ):
        live.backup(old)
        old.execute("delete from django_migrations where app = 'inbox'")
        old.commit()
    status, said = run(target, "copy_to_postgres", str(tmp_path / "old.sqlite3"))
    assert (status, "SQLite 里的数据是旧版本的" in said) == (1, True)
    assert ask(target, "select count(*) from accounts_user") == [(0,)]


def test_the_other_way_round_is_refused() -> None:
    done = manage(["copy_to_postgres", str(source())], environment("config.settings"))
    assert done.returncode == 1
    assert "DATABASE_URL 指的不是 PostgreSQL" in done.stderr
