"""Files of entries: who sees them, what waits for the operator, what is refused."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization
from archive import permissions as archive_permissions
from archive.models import File
from core.errors import Conflict, Invalid, NotAllowed
from core.permissions import NOBODY, Actor
from marketplace import operations, queries
from marketplace.models import Need
from marketplace.options import TRUST_VERIFIED
from marketplace.states import EntryState
from tests.archive.test_archive import browser
from tests.factories import accounts as people
from tests.factories.archive import make_file, make_upload
from tests.factories.marketplace import make_need

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> None:
    settings.ARCHIVE_DIR = tmp_path


@pytest.fixture
def owner() -> Actor:
    return people.member(name="周小满")


def need_of(owner: Actor, **fields: Any) -> Need:
    membership = Organization.objects.get(pk=owner.organization_id)
    need: Need = make_need(organization=membership, **fields)
    return need


def readers(owner: Actor) -> dict[str, Actor]:
    return {
        "owner": owner,
        "coordinator": people.coordinator(),
        "auditor": people.auditor(),
        "verified organization": people.member(),
        "unverified organization": people.member(people.make_organization(verified=False)),
        "anonymous": NOBODY,
    }


def seeing(owner: Actor, file: File) -> set[str]:
    file.refresh_from_db()
    return {n for n, a in readers(owner).items() if archive_permissions.can_see_file(a, file)}


INSIDE = {"owner", "coordinator", "auditor"}
VERIFIED = INSIDE | {"verified organization"}
EVERYBODY = VERIFIED | {"unverified organization", "anonymous"}


@pytest.mark.parametrize(
    ("visibility", "expected"),
    [("PUBLIC", EVERYBODY), ("PARTNERS", VERIFIED), ("INTERNAL", INSIDE)],
)
def test_an_attachment_is_seen_by_whoever_reads_the_entry(
    owner: Actor, visibility: str, expected: set[str]
) -> None:
    need, file = need_of(owner, visibility=visibility), make_file(by=owner)
    operations.add_files(need, [file], by=owner, at=timezone.now())
    if visibility != "INTERNAL" and not (owner.verified and TRUST_VERIFIED.get()):
        assert seeing(owner, file) == INSIDE
        operations.show_file(need, file, by=people.coordinator(), at=timezone.now())
    assert seeing(owner, file) == expected


def test_what_is_put_to_a_draft_is_read_with_the_entry(owner: Actor) -> None:
    need, file = need_of(owner, state=EntryState.SUBMITTED), make_file(by=owner)
    operations.add_files(need, [file], by=owner, at=timezone.now())
    assert seeing(owner, file) == INSIDE
    opened = operations.approve(need, by=people.coordinator(), at=timezone.now())
    assert seeing(owner, file) == EVERYBODY
    operations.withdraw(opened, by=owner, at=timezone.now())
    assert seeing(owner, file) == INSIDE


def test_a_proof_is_for_the_owner_and_the_operator(owner: Actor) -> None:
    need, file = need_of(owner), make_file(by=owner)
    operations.add_files(need, [file], proof=True, by=owner, at=timezone.now())
    assert seeing(owner, file) == INSIDE
    assert queries.files_of_entry(need, people.member()) == []
    assert [one.file for one in queries.files_of_entry(need, owner)] == [file]


def test_a_seventh_file_others_and_closed_entries_are_refused(owner: Actor) -> None:
    need, now = need_of(owner), timezone.now()
    files = [make_file(by=owner) for _n in range(operations.MOST_ATTACHMENTS)]
    operations.add_files(need, files, by=owner, at=now)
    with pytest.raises(Invalid) as refusal:
        operations.add_files(need, [make_file(by=owner)], by=owner, at=now)
    assert refusal.value.fields["uploads"] == ["一条最多放 6 个文件。"]
    stranger = people.member()
    with pytest.raises(NotAllowed):
        operations.add_files(need, [make_file(by=stranger)], by=stranger, at=now)
    with pytest.raises(NotAllowed):
        operations.show_file(need, files[0], by=owner, at=now)
    with pytest.raises(Conflict):
        operations.show_file(need_of(owner), files[0], by=people.coordinator(), at=now)
    closed = operations.withdraw(need, by=owner, at=now)
    with pytest.raises(Conflict):
        operations.add_files(closed, [make_file(by=owner)], by=owner, at=now)


def test_the_page_takes_a_file_and_the_entry_shows_it(owner: Actor) -> None:
    need = need_of(owner)
    client = browser(owner.user_id)
    address = reverse("marketplace:need-files", args=[need.number])
    acting = {"acting_for": owner.organization_number, "purpose": "attachment"}
    nothing = client.post(address, acting)
    assert nothing.status_code == 422
    assert "请选择文件。" in nothing.content.decode()
    taken = client.post(address, {**acting, "uploads": make_upload(name="现场照片说明.pdf")})
    assert taken.status_code == 302
    page = client.get(reverse("marketplace:need-detail", args=[need.number])).content.decode()
    assert "现场照片说明.pdf" in page
    assert browser(people.member().user_id).get(address).status_code == 403
