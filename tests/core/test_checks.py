import tomllib
from pathlib import Path

import pytest
from django.core.checks import Error
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection, models

from core import VERSION, triggers
from core.checks import append_only_triggers
from core.models import AuditEvent

TABLE = "core_auditevent"
NAMES = {
    "sqlite": [f"{TABLE}_no_delete", f"{TABLE}_no_replace", f"{TABLE}_no_update"],
    "postgresql": [f"{TABLE}_append_only", f"{TABLE}_no_truncate"],
}


def found() -> list[str]:
    messages = append_only_triggers(None, databases=["default"])
    assert all(isinstance(message, Error) and message.id == "core.E001" for message in messages)
    return [message.msg.split()[1] for message in messages]


def drop(name: str) -> None:
    on = f" on {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"drop trigger {name}{on}")


@pytest.mark.django_db
def test_all_is_well_after_migrate() -> None:
    assert found() == []
    assert append_only_triggers(None, databases=None) == []


@pytest.mark.django_db
def test_each_dropped_trigger_is_named() -> None:
    for count, name in enumerate(NAMES[connection.vendor], 1):
        drop(name)
        assert found() == NAMES[connection.vendor][:count]
    with pytest.raises(SystemCheckError, match="could be changed unseen"):
        call_command("check", databases=["default"])
    triggers.install([TABLE])
    assert found() == []


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite cannot disable a trigger")
def test_a_disabled_trigger_counts_as_missing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"alter table {TABLE} disable trigger {TABLE}_append_only")
    assert found() == [f"{TABLE}_append_only"]


@pytest.mark.django_db(transaction=True)
def test_a_changed_field_drops_them_on_sqlite_and_the_check_says_so() -> None:
    before, after = AuditEvent._meta.get_field("channel"), models.CharField(max_length=30)
    after.set_attributes_from_name("channel")
    after.model = AuditEvent
    with connection.schema_editor() as editor:
        editor.alter_field(AuditEvent, before, after)
    try:
        assert found() == (NAMES["sqlite"] if connection.vendor == "sqlite" else [])
    finally:
        with connection.schema_editor() as editor:
            editor.alter_field(AuditEvent, after, before)
        triggers.install([TABLE])
    assert found() == []


def test_the_program_and_the_project_say_one_version() -> None:
    project = Path(__file__).parents[2] / "pyproject.toml"
    assert tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"] == VERSION
