"""The form that takes files: good ones survive an error, bad ones are named, nobody takes another's."""

from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from archive import operations, queries
from archive.forms import AttachmentsForm
from archive.models import File
from core import audit, ports
from core.errors import Conflict
from core.permissions import SYSTEM, Actor
from core.ports import Subject
from tests.archive.test_archive import browser
from tests.factories import accounts as make
from tests.factories.archive import PNG, make_file, make_upload

pytestmark = pytest.mark.django_db
THING = Subject("need", "XQ26-000009", 9)


class NoteForm(AttachmentsForm):
    note = forms.CharField()
    field_order = ("note", "uploads", "kept")


def filled(by: Actor, text: str, *uploads: Any, **more: Any) -> NoteForm:
    data = QueryDict(text)
    return NoteForm(
        data, MultiValueDict({"uploads": list(uploads)}), by=by, at=timezone.now(), **more
    )


def names(files: list[File]) -> list[str]:
    return [file.name for file in files]


def test_files_survive_an_error_elsewhere_and_come_back_ticked() -> None:
    by = make.member()
    form = filled(by, "note=", make_upload(), make_upload(PNG, "照片.png"))
    assert not form.is_valid()
    assert list(form.errors) == ["note"]
    loose = list(File.objects.order_by("id"))
    assert names(loose) == ["证明.pdf", "照片.png"]
    page = form.as_div()
    assert all(f'value="{file.number}"' in page for file in loose)
    assert page.count("checked") == 2

    again = filled(by, f"note=好&kept={loose[0].number}")
    assert again.is_valid()
    assert names(again.attachments) == ["证明.pdf"]
    operations.attach_all(
        files=again.attachments, subject=THING, level="PARTIES", by=by, at=timezone.now()
    )
    assert names(list(queries.files_of(THING))) == ["证明.pdf"]


def test_one_bad_file_is_named_and_the_others_stay() -> None:
    form = filled(make.member(), "note=好", make_upload(), make_upload(b"MZ\x90\x00", "程序.pdf"))
    assert not form.is_valid()
    assert list(form.errors) == ["uploads"]
    assert "程序.pdf" in form.errors["uploads"][0]
    assert names(form.attachments) == ["证明.pdf"]


def test_too_many_files_are_refused_and_none_is_kept() -> None:
    form = filled(make.member(), "note=好", make_upload(), make_upload(), most=1)
    assert form.errors["uploads"] == ["最多放 1 个文件。"]
    assert not File.objects.exists()


def test_a_form_without_files_shows_no_list_of_kept_ones() -> None:
    form = filled(make.member(), "note=好")
    assert form.is_valid()
    assert list(form.fields) == ["note", "uploads"]


def test_the_files_of_others_and_used_ones_are_not_taken() -> None:
    by = make.member()
    others, used = make_file(), make_file(by=by)
    operations.attach(file=used, subject=THING, level="PUBLIC", by=by, at=timezone.now())
    form = filled(by, f"note=好&kept={others.number}&kept={used.number}")
    assert form.is_valid()
    assert form.attachments == []
    elsewhere = Subject("need", "XQ26-000010", 10)
    with pytest.raises(Conflict):
        operations.attach_all(
            files=[used], subject=elsewhere, level="PUBLIC", by=by, at=timezone.now()
        )


def test_what_no_form_used_is_withdrawn_after_a_week() -> None:
    now = timezone.now()
    old, young, used = make_file(), make_file(), make_file(subject=THING)
    week = now - timedelta(days=operations.ABANDONED_DAYS, minutes=1)
    File.objects.filter(pk__in=[old.pk, used.pk]).update(created_at=week)
    assert operations.withdraw_abandoned(by=SYSTEM, at=now) == 1
    left = set(File.objects.filter(withdrawn_at=None).values_list("pk", flat=True))
    assert left == {young.pk, used.pk}
    assert operations.withdraw_abandoned(by=SYSTEM, at=now) == 0


def test_the_uploader_withdraws_with_a_reason_and_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ports, "_files", [])
    by = make.member()
    file = make_file(by=by, subject=THING)
    address = f"/files/{file.number}/withdraw/?next=/help/"
    client = browser(by.user_id)
    assert "证明.pdf" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    answer = client.post(address, {"reason": "传错了", "next": "/help/"})
    assert (answer.status_code, answer["Location"]) == (302, "/help/")
    file.refresh_from_db()
    assert file.withdrawn_at is not None
    assert audit.history(audit.subject_of(file)).filter(act="file.withdraw").count() == 1
    assert browser(make.member().user_id).get(address).status_code == 404
