"""Files of a link: evidence and what goes along with messages, for the two sides and the staff."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from archive import operations as archive
from archive import permissions as archive_permissions
from archive.models import File
from core import audit
from core.errors import NotAllowed
from core.permissions import NOBODY, Actor
from matching import operations, permissions, queries
from matching.models import Match, Side
from matching.serializers import link_values
from tests.archive.test_archive import browser
from tests.factories import accounts as people
from tests.factories.archive import PNG, make_file, make_upload
from tests.factories.matching import Pair

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> Pair:
    return Pair()


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> None:
    settings.ARCHIVE_DIR = tmp_path


def delivered(pair: Pair, *files: File) -> tuple[Match, File]:
    match = pair.linked()
    today = timezone.localdate()
    operations.record_delivery(
        match, quantity=match.quantity, day=today, files=files, by=pair.giver, at=timezone.now()
    )
    return match, files[0]


def readers(pair: Pair) -> dict[str, Actor]:
    return {
        "giver": pair.giver,
        "needer": pair.needer,
        "coordinator": people.coordinator(),
        "auditor": people.auditor(),
        "another organization": people.member(),
        "without one": people.stranger(),
        "anonymous": NOBODY,
    }


def test_evidence_is_seen_by_the_two_sides_and_the_staff(pair: Pair) -> None:
    _match, file = delivered(pair, make_file(by=pair.giver, content=PNG, name="签收.png"))
    file.refresh_from_db()
    seeing = {n for n, a in readers(pair).items() if archive_permissions.can_see_file(a, file)}
    assert seeing == {"giver", "needer", "coordinator", "auditor"}


def test_a_message_may_be_a_file_alone(pair: Pair) -> None:
    match = pair.linked()
    file = make_file(by=pair.needer, name="楼栋平面图.pdf")
    note = operations.write_message(match, "", files=[file], by=pair.needer, at=timezone.now())
    file.refresh_from_db()
    assert (file.subject_kind, file.subject_number) == ("match_note", note.subject.number)
    seeing = {n for n, a in readers(pair).items() if archive_permissions.can_see_file(a, file)}
    assert seeing == {"giver", "needer", "coordinator", "auditor"}


def test_a_photo_outlives_an_error_in_the_form(pair: Pair) -> None:
    match = pair.linked()
    client = browser(pair.giver.user_id)
    address = reverse("matching:delivery-new", args=[match.number])
    form = {"quantity": str(match.quantity), "acting_for": pair.giver.organization_number}
    wrong: dict[str, Any] = {**form, "day": "", "uploads": make_upload(PNG, "签收.png")}
    answer = client.post(address, wrong)
    assert answer.status_code == 422
    kept = File.objects.get()
    assert f'value="{kept.number}"' in answer.content.decode()
    right = {**form, "day": timezone.localdate().isoformat(), "kept": kept.number}
    assert client.post(address, right).status_code == 302
    delivery = match.deliveries.get()
    kept.refresh_from_db()
    assert kept.subject_number == audit.subject_of(delivery).number


def test_a_program_is_no_evidence_and_nothing_is_half_written(pair: Pair) -> None:
    match = pair.linked()
    client = browser(pair.giver.user_id)
    answer = client.post(
        reverse("matching:delivery-new", args=[match.number]),
        {
            "quantity": str(match.quantity),
            "day": timezone.localdate().isoformat(),
            "acting_for": pair.giver.organization_number,
            "uploads": SimpleUploadedFile("照片.png", b"MZ\x90\x00" + b"\x00" * 64),
        },
    )
    assert answer.status_code == 422
    assert not match.deliveries.exists()
    assert not File.objects.exists()


def test_photos_of_thanks_stay_with_both_sides_whatever_was_agreed(pair: Pair) -> None:
    match, at = pair.confirmed(), timezone.now()
    photo = make_file(by=pair.needer, content=PNG, name="合影.png")
    for side, by, files in (
        (Side.NEED, pair.needer, [photo]),
        (Side.RESOURCE, pair.giver, []),
    ):
        match = operations.agree_to_publish(match, side, True, by=by, at=at)
        operations.give_feedback(match, side, score=5, thanks="谢谢", files=files, by=by, at=at)
    match.refresh_from_db()
    photo.refresh_from_db()
    assert permissions.is_public(match)
    seeing = {n for n, a in readers(pair).items() if archive_permissions.can_see_file(a, photo)}
    assert seeing == {"giver", "needer", "coordinator", "auditor"}
    address = reverse("matching:match-detail", args=[match.number])
    assert "合影.png" in browser(pair.giver.user_id).get(address).content.decode()


def test_the_form_of_thanks_takes_a_photo(pair: Pair) -> None:
    match = pair.confirmed()
    client = browser(pair.needer.user_id)
    address = reverse("matching:match-feedback", args=[match.number])
    form: dict[str, Any] = {"score": "5", "acting_for": pair.needer.organization_number}
    answer = client.post(address, {**form, "uploads": make_upload(PNG, "合影.png")})
    assert answer.status_code == 302
    given = match.feedback.get()
    assert File.objects.get().subject_number == given.subject.number


def test_the_links_api_lists_evidence_to_whom_it_is_for(pair: Pair) -> None:
    match, file = delivered(pair, make_file(by=pair.giver, content=PNG, name="签收.png"))
    match = queries.get_link(match.number, pair.needer)
    line = {
        "name": "签收.png",
        "media_type": "image/png",
        "size": len(PNG),
        "url": f"/files/{file.number}/",
    }
    for actor, expected in ((pair.needer, [line]), (people.auditor(), [line])):
        values = link_values(match, actor, queries.delivery_files([match], actor))
        assert [one["files"] for one in values["deliveries"]] == [expected]
    assert queries.delivery_files([match], people.member()) == {}
    assert queries.delivery_files([match], NOBODY) == {}


def test_evidence_stays_once_it_is_confirmed_or_the_link_is_over(pair: Pair) -> None:
    match, file = delivered(pair, make_file(by=pair.giver, content=PNG, name="签收.png"))
    file.refresh_from_db()
    assert archive_permissions.can_withdraw(pair.giver, file)
    operations.confirm_all(match, by=pair.needer, at=timezone.now())
    refused = archive_permissions.can_withdraw(pair.giver, file)
    assert not refused
    assert "这是交付的凭证" in str(refused.reason)
    with pytest.raises(NotAllowed):
        archive.withdraw(file=file, reason="不要了", by=pair.giver, at=timezone.now())
    client = browser(pair.giver.user_id)
    page = client.get(reverse("matching:match-detail", args=[match.number]))
    assert "撤下" not in page.content.decode()
    assert client.get(f"/files/{file.number}/withdraw/").status_code == 403
    archive.withdraw(file=file, reason="有人脸", by=people.coordinator(), at=timezone.now())
    other, message = pair_message(pair)
    assert archive_permissions.can_withdraw(other, message)


def pair_message(pair: Pair) -> tuple[Actor, File]:
    """A file of a message is no evidence: whoever sent it may take it back."""
    match = Match.objects.get()
    file = make_file(by=pair.needer, name="楼栋平面图.pdf")
    operations.write_message(match, "", files=[file], by=pair.needer, at=timezone.now())
    file.refresh_from_db()
    return pair.needer, file
