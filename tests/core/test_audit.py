import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, models, transaction

from core import audit, triggers
from core.models import AuditEvent, AuditSeal, AuditSealItem
from core.ports import Subject
from tests.core.cases import COORDINATOR, NOW
from tests.database import needs_postgresql, together

SUBJECT = Subject("need", "XQ26-000001", 1, 1)


def record(text: str = "一", personal: frozenset[str] = frozenset()) -> AuditEvent:
    return audit.record(
        SUBJECT,
        "need.edit",
        by=COORDINATOR,
        at=NOW,
        before={"title": "零"},
        after={"title": text},
        personal=personal,
    )


def sealed(count: int = 3) -> list[AuditEvent]:
    rows = [record(str(n)) for n in range(count)]
    assert audit.seal(NOW) == count
    return rows


def sql(statement: str, values: list[int] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or [])


COLUMNS = (
    "id, at, act, actor_id, actor_name, organization_number, organization_name, roles, channel,"
    " on_behalf_of, request_id, subject_kind, subject_id, subject_number, subject_version,"
    " before, after, reason"
)

ATTACKS: dict[str, Callable[[AuditEvent], object]] = {
    "ORM update": lambda row: AuditEvent.objects.filter(pk=row.pk).update(act="x"),
    "ORM save": lambda row: row.save(),
    "ORM delete": lambda row: row.delete(),
    "ORM bulk update": lambda row: AuditEvent.objects.bulk_update([row], ["reason"]),
    "raw update": lambda row: sql("update core_auditevent set reason='x' where id=%s", [row.pk]),
    "raw delete": lambda row: sql("delete from core_auditevent where id=%s", [row.pk]),
    "upsert": lambda row: AuditEvent.objects.bulk_create(
        [AuditEvent(id=row.pk, at=NOW, act="x", channel="web", subject_kind="need")],
        update_conflicts=True,
        update_fields=["act"],
        unique_fields=["id"],
    ),
    "delete a seal": lambda row: AuditSeal.objects.all()._raw_delete("default"),
    "update a seal": lambda row: AuditSeal.objects.update(digest="0" * 64),
    "free a row of its seal": lambda row: AuditSealItem.objects.filter(id=row.pk).delete(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_refused(name: str) -> None:
    row = sealed()[0]
    with pytest.raises(DatabaseError), transaction.atomic():
        ATTACKS[name](row)
    assert audit.verify().faults == ()
    assert AuditEvent.objects.count() == 3


@pytest.mark.django_db
def test_replace_does_not_step_round_the_triggers() -> None:
    row = sealed()[0]
    if connection.vendor == "sqlite":
        statement = (
            f"insert or replace into core_auditevent ({COLUMNS})"
            f" select {COLUMNS.replace('reason', chr(39) + 'x' + chr(39))}"
            " from core_auditevent where id=%s"
        )
    else:
        statement = (
            f"insert into core_auditevent ({COLUMNS}) select {COLUMNS} from core_auditevent"
            " where id=%s on conflict (id) do update set reason='x'"
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(statement, [row.pk])
    assert AuditEvent.objects.get(pk=row.pk).reason == ""


@pytest.mark.django_db
@needs_postgresql
@pytest.mark.parametrize("table", triggers.APPEND_ONLY)
def test_truncate_is_refused(table: str) -> None:
    sealed()
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(f"truncate {table} cascade")
    assert audit.verify().sealed == 3


@pytest.mark.django_db
def test_seal_and_verify() -> None:
    rows = sealed(3)
    record("later")
    found = audit.verify()
    assert (found.seals, found.sealed, found.unsealed, found.late) == (1, 3, 1, 0)
    assert (found.faults, found.head) == ((), audit.head())
    assert list(AuditSealItem.objects.order_by("id").values_list("id", flat=True)) == [
        row.pk for row in rows
    ]
    assert audit.seal(NOW) == 1
    assert audit.seal(NOW) == 0
    assert audit.verify().seals == 2
    assert audit.verify().head != found.head


@pytest.mark.django_db
def test_seals_go_in_batches_and_chain() -> None:
    for n in range(5):
        record(str(n))
    assert [audit.seal(NOW, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    seqs = list(AuditSeal.objects.order_by("seq"))
    assert [link.seq for link in seqs] == [1, 2, 3]
    assert [link.previous for link in seqs] == [audit.GENESIS, seqs[0].digest, seqs[1].digest]


CHANGES: dict[str, tuple[Callable[[AuditEvent], object], str]] = {
    "changed row": (
        lambda row: AuditEvent.objects.filter(pk=row.pk).update(actor_name="别人"),
        "a covered audit row was changed",
    ),
    "changed moment": (
        lambda row: AuditEvent.objects.filter(pk=row.pk).update(at=NOW + timedelta(seconds=1)),
        "a covered audit row was changed",
    ),
    "removed row": (
        lambda row: AuditEvent.objects.filter(pk=row.pk).delete(),
        "are gone",
    ),
    "row freed of its seal": (
        lambda row: AuditSealItem.objects.filter(pk=row.pk).delete(),
        "the seal covers other rows",
    ),
    "row slipped under a seal": (
        lambda row: AuditSealItem.objects.create(
            id=record("slipped in").pk, seal=AuditSeal.objects.get()
        ),
        "the seal covers other rows",
    ),
    "seal written anew": (
        lambda row: AuditSeal.objects.update(previous="f" * 64),
        "does not continue the chain",
    ),
    "seal renumbered": (lambda row: AuditSeal.objects.update(seq=2), "seal 1 is missing"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", CHANGES)
def test_with_the_triggers_lifted_the_chain_still_tells(name: str) -> None:
    row = sealed()[1]
    change, sentence = CHANGES[name]
    with triggers.lifted():
        change(row)
    assert any(sentence in fault for fault in audit.verify().faults)


@pytest.mark.django_db
def test_a_chain_cut_short_no_longer_holds_its_anchor() -> None:
    sealed(2)
    rows = [record("a"), record("b")]
    audit.seal(NOW)
    anchor = audit.head()
    assert audit.verify(anchor).faults == ()
    with triggers.lifted():
        link = AuditSeal.objects.get(seq=2)
        link.items.all().delete()
        link.delete()
        AuditEvent.objects.filter(pk__in=[row.pk for row in rows]).delete()
    assert audit.verify().faults == ()
    assert audit.verify(anchor).faults == (
        f"the digest {anchor} noted earlier is no longer in the chain",
    )


@pytest.mark.django_db
def test_a_lifted_trigger_is_a_fault() -> None:
    sealed()
    triggers.remove(["core_auditevent"])
    faults = audit.verify().faults
    assert all("is missing" in fault and "core_auditevent" in fault for fault in faults)
    assert len(faults) == (2 if connection.vendor == "postgresql" else 3)


@pytest.mark.django_db
def test_personal_values_are_kept_as_keyed_hashes() -> None:
    event = record("13800000000", personal=frozenset({"title"}))
    again = record("13800000000", personal=frozenset({"title"}))
    other = record("13900000000", personal=frozenset({"title"}))
    assert "138" not in str(event.after)
    assert event.after == again.after != other.after
    assert audit.keyed_hash("") == ""
    assert audit.keyed_hash("x") != audit.keyed_hash("y")


@pytest.mark.django_db
def test_verify_command_says_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    row = sealed()[0]
    call_command("audit_verify")
    assert "seals 1, audit rows sealed 3, sealed late 0, unsealed tail 0" in capsys.readouterr().out
    with pytest.raises(CommandError, match="1 faults"):
        call_command("audit_verify", anchor="f" * 64)
    with triggers.lifted():
        AuditEvent.objects.filter(pk=row.pk).delete()
    with pytest.raises(CommandError, match="1 faults in the audit chain"):
        call_command("audit_verify")
    assert "are gone" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
@needs_postgresql
def test_a_late_commit_is_found_and_counted() -> None:
    written, may_commit = threading.Event(), threading.Event()

    def slow() -> int:
        with transaction.atomic():
            pk = record("slow").pk
            written.set()
            may_commit.wait(20)
        return pk

    def quick() -> list[int]:
        written.wait(20)
        pk = record("quick").pk
        counts = [pk, audit.seal(NOW)]
        may_commit.set()
        return counts

    slow_pk, (quick_pk, first) = together(slow, quick)
    assert slow_pk < quick_pk
    assert (first, audit.seal(NOW)) == (1, 1)
    found = audit.verify()
    assert (found.sealed, found.unsealed, found.late, found.faults) == (2, 0, 1, ())


@pytest.mark.django_db
def test_a_late_row_below_the_window_is_found_by_the_full_pass() -> None:
    rows = [record(str(n)) for n in range(6)]
    assert audit.seal(NOW, window=2) == 2
    assert audit.seal(NOW, window=2) == 0
    assert audit.verify().unsealed == 4
    assert audit.seal(NOW, window=None) == 4
    found = audit.verify()
    assert (found.sealed, found.late, found.faults) == (len(rows), 4, ())


@pytest.mark.django_db(transaction=True)
@needs_postgresql
def test_two_sealing_jobs_do_not_seal_a_row_twice() -> None:
    for n in range(4):
        record(str(n))
    together(*[lambda: audit.seal(NOW)] * 4)
    audit.seal(NOW)
    found = audit.verify()
    assert (found.sealed, found.unsealed, found.faults) == (4, 0, ())


WORDS = "王秀兰 13800000001，3栋201室，440103199001010011"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(audit.kinds()))
def test_no_text_of_people_gets_into_the_trail(kind: str) -> None:
    """Whatever column a model gets: what is written in it is measured, not kept."""
    model = audit.kinds()[kind]
    texts = [
        column
        for column in model._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField | models.JSONField)
        and not column.flatchoices
        and column.name not in model.LOGGED_FIELDS
        and column.name not in ("number", "state")
    ]
    event = audit.record(
        Subject(kind, "", 1),
        f"{kind}.edit",
        by=COORDINATOR,
        at=NOW,
        before={column.name: [WORDS] for column in texts},
        after={column.name: WORDS for column in texts},
    )
    kept = str(event.before) + str(event.after)
    assert not [part for part in ("王秀兰", "13800000001", "201", "4401031990") if part in kept]
    assert set(event.after) == {column.name for column in texts}


@pytest.mark.django_db
def test_reasons_notes_and_callers_are_kept_without_what_tells_who_somebody_is() -> None:
    event = audit.record(
        Subject("weight", "distance"),
        "matching.weight",
        by=replace(COORDINATOR, on_behalf_of="王主任 13800000001, 11月25日 09:00"),
        at=NOW,
        after={
            "note": "联系人：张三丰 13800000001 来电",
            "caller": "张会计 13900000002, 11月25日 09:00",
        },
        reason="联系人：张三丰（13800000001）说 3栋201室 不方便",
    )
    assert event.on_behalf_of == "王** 138****0001, 11月25日 09:00"
    assert event.after["caller"] == "张** 139****0002, 11月25日 09:00"
    assert event.after["note"] == "联系人：张** ■■■■■■ 来电"
    assert event.reason == "联系人：张**（■■■■■■）说 ■■■■■■ 不方便"


@pytest.mark.django_db
def test_the_bases_own_settings_are_kept_whole() -> None:
    event = audit.record(
        Subject("option", "base.phone"),
        "option.set",
        by=COORDINATOR,
        at=NOW,
        after={"base.phone": "0571-88888888"},
    )
    assert event.after == {"base.phone": "0571-88888888"}
