"""Files: kept once by hash, seen by whom they concern, checked again (operations, pages, command)."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from archive import operations, permissions, queries
from archive.gateways import disk
from archive.models import File
from core import audit, ports
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent
from core.ports import Subject
from tests.archive.test_engine import PICTURE, exif
from tests.factories import accounts as make
from tests.factories.archive import JPEG, PDF, PNG, make_file, make_upload

pytestmark = pytest.mark.django_db
NEED = Subject("need", "XQ26-000001", 1)


@pytest.fixture
def at() -> datetime:
    return timezone.now()


def content_of(file: File) -> bytes:
    return disk.path_of(file.sha256).read_bytes()


def stored(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.glob("??/??/*"))


def test_an_upload_is_kept_under_its_hash(folder: Path, at: datetime) -> None:
    by = make.member()
    file = operations.store(upload=make_upload(), subject=NEED, level="PARTNERS", by=by, at=at)
    assert (file.media_type, file.name, file.size, file.level) == (
        "application/pdf",
        "证明.pdf",
        len(PDF),
        "PARTNERS",
    )
    assert (file.subject_kind, file.subject_number) == ("need", "XQ26-000001")
    assert (file.uploaded_by_id, file.organization_id) == (by.user_id, by.organization_id)
    assert stored(folder) == [file.sha256]
    assert content_of(file) == PDF
    assert list((folder / "incoming").iterdir()) == []
    assert "证明" not in str(AuditEvent.objects.get(act="file.store").after)


def test_the_same_content_lies_there_once_and_is_not_written_again(folder: Path) -> None:
    first = make_file()
    path = disk.path_of(first.sha256)
    inode = path.stat().st_ino
    second = make_file(name="另一份.pdf")
    assert (first.sha256, path.stat().st_ino) == (second.sha256, inode)
    assert stored(folder) == [first.sha256]
    assert oct(path.stat().st_mode)[-3:] == "440"


def test_photos_lose_their_place() -> None:
    file = make_file(content=b"\xff\xd8" + exif(">", 6) + PICTURE, name="照片.jpg")
    content = content_of(file)
    assert (b"GPS" in content, len(content)) == (False, file.size)


def test_a_refused_upload_leaves_nothing(folder: Path, at: datetime) -> None:
    with pytest.raises(Invalid):
        make_file(content=PNG, name="名单.xlsx")
    for actor in (make.stranger(), make.auditor(), make.member(role="READER")):
        with pytest.raises(NotAllowed):
            operations.store(upload=make_upload(), by=actor, at=at)
    assert (File.objects.count(), stored(folder)) == (0, [])


def test_a_full_disk_is_said_in_words(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    def full(chunks: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "put", full)
    with pytest.raises(Conflict, match="文件暂时存不下来"):
        operations.store(upload=make_upload(), by=make.member(), at=at)
    assert File.objects.count() == 0


def test_a_loose_file_is_attached_once_by_whoever_uploaded_it(at: datetime) -> None:
    by = make.member()
    file = make_file(by)
    assert queries.loose_files([file.number], by) == [file]
    assert queries.loose_files([file.number], make.member()) == []
    with pytest.raises(NotAllowed):
        operations.attach(file=file, subject=NEED, level="PUBLIC", by=make.member(), at=at)
    operations.attach(file=file, subject=NEED, level="PUBLIC", by=by, at=at)
    operations.attach(file=file, subject=NEED, level="PUBLIC", by=by, at=at)
    with pytest.raises(Conflict):
        operations.attach(
            file=file, subject=Subject("need", "XQ26-2"), level="PUBLIC", by=by, at=at
        )
    assert queries.loose_files([file.number], by) == []
    assert list(queries.files_of(NEED)) == [file]
    assert queries.file_facts(audit.subject_of(file)) == (Subject("need", "XQ26-000001"), "PUBLIC")


def test_the_database_refuses_half_a_subject_and_empty_contents() -> None:
    file = make_file()
    for change in ({"subject_kind": "need"}, {"size": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            File.objects.filter(pk=file.pk).update(**change)


# -- who sees -----------------------------------------------------------------------------------
@pytest.fixture
def open_to() -> Iterator[set[int]]:
    """Lets one user id see every file, as an app above would through the port."""
    allowed: set[int] = set()

    def part(file: Subject, actor: Any) -> bool | None:
        return True if actor.user_id in allowed else None

    ports.register_file_rule(part)
    yield allowed
    ports._files.remove(part)


def test_who_sees_a_file(open_to: set[int], at: datetime) -> None:
    by, guest = make.member(), make.stranger()
    file = make_file(by)
    colleague = make.actor_for(
        make.make_membership(organization=file.organization).user, file.organization
    )
    seeing = {
        "uploader": by,
        "guest": guest,
        "colleague": colleague,
        "stranger": make.stranger(),
        "coordinator": make.coordinator(),
        "auditor": make.auditor(),
    }
    open_to.add(guest.user_id)
    assert {n for n, a in seeing.items() if permissions.can_see_file(a, file)} == {
        "uploader",
        "guest",
        "coordinator",
        "auditor",
    }
    operations.withdraw(file=file, reason="传错了", by=by, at=at)
    assert {n for n, a in seeing.items() if permissions.can_see_file(a, file)} == {
        "coordinator",
        "auditor",
    }
    with pytest.raises(NotFound):
        queries.load_file(file.number, by)
    with pytest.raises(Conflict):
        operations.withdraw(file=file, reason="", by=by, at=at)


def test_only_the_uploader_and_writing_staff_withdraw(at: datetime) -> None:
    file = make_file()
    for actor in (make.stranger(), make.auditor(), make.member(file.organization)):
        with pytest.raises(NotAllowed):
            operations.withdraw(file=file, reason="", by=actor, at=at)


# -- downloads ------------------------------------------------------------------------------------
def browser(user_id: int) -> Client:
    client = Client()
    user = User.objects.get(pk=user_id)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_download_is_an_attachment_that_no_browser_runs() -> None:
    by = make.member()
    file = make_file(by, b"<script>alert(1)</script>", 'a"; x=.txt')
    answer: Any = browser(by.user_id).get(f"/files/{file.number}/")
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert {
        name: answer[name]
        for name in (
            "Content-Type",
            "Content-Disposition",
            "X-Content-Type-Options",
            "Content-Security-Policy",
            "Cache-Control",
            "Content-Length",
        )
    } == {
        "Content-Type": "text/plain",
        "Content-Disposition": "attachment; filename*=UTF-8''a_%3B%20x%3D.txt",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "Cache-Control": "private, no-store",
        "Content-Length": "25",
    }


def test_only_images_are_shown_in_place() -> None:
    by = make.member()
    client = browser(by.user_id)
    image, page = make_file(by, JPEG, "照片.jpg"), make_file(by)
    shown = []
    for file in (image, page):
        answer: Any = client.get(f"/files/{file.number}/?show=1")
        shown.append(answer["Content-Disposition"].split(";")[0])
        assert b"".join(answer.streaming_content)
    assert shown == ["inline", "attachment"]


def test_a_stranger_cannot_tell_a_file_from_none() -> None:
    file = make_file()
    client = browser(make.stranger().user_id)
    answers = [client.get(f"/files/{n}/") for n in (file.number, "WJ26-999999")]
    assert [a.status_code for a in answers] == [404, 404]
    assert Client().get(f"/files/{file.number}/").status_code == 404
    assert client.post(f"/files/{file.number}/").status_code == 405


def test_a_lost_content_is_said(folder: Path) -> None:
    by = make.member()
    file = make_file(by)
    disk.remove(file.sha256)
    assert browser(by.user_id).get(f"/files/{file.number}/").status_code == 404


# -- the check --------------------------------------------------------------------------------------
def age(digest: str) -> None:
    old = (timezone.now() - timedelta(hours=2)).timestamp()
    os.utime(disk.path_of(digest), (old, old))


def test_the_check_names_what_is_missing_changed_and_loose(
    capsys: pytest.CaptureFixture[str],
) -> None:
    whole, gone, bent = (
        make_file(),
        make_file(content=PNG, name="a.png"),
        make_file(content=b"x", name="a.txt"),
    )
    call_command("archive_check")
    assert capsys.readouterr().out == "archive ok, 0 loose\n"
    disk.remove(gone.sha256)
    path = disk.path_of(bent.sha256)
    path.chmod(0o640)
    path.write_bytes(b"y")
    loose = disk.put([b"left over"])
    young = disk.put([b"being written"])
    age(loose)
    with pytest.raises(CommandError, match="2 contents are missing or changed"):
        call_command("archive_check", prune=True)
    out = capsys.readouterr().out
    assert out == (
        f"missing: {gone.sha256} {gone.number}\n"
        f"changed: {bent.sha256} {bent.number}\n"
        f"loose: {loose}\n"
        "1 loose contents removed\n"
    )
    assert set(disk.digests()) == {whole.sha256, bent.sha256, young}


def test_a_content_that_a_row_names_is_never_pruned() -> None:
    file = make_file()
    age(file.sha256)
    assert operations.remove_loose([file.sha256]) == 0
    assert disk.is_whole(file.sha256) is True
