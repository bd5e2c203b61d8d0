"""Files that come with the form of an entry."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import Membership
from archive.models import File, FileLevel
from marketplace.models import Need, ResourceOffer
from tests.factories.archive import make_upload
from tests.marketplace.test_form_views import NEED, errors, soup

pytestmark = pytest.mark.django_db
OFFER = {**NEED, "kind": "EQUIPMENT", "serves_all": "on", "cost": "FREE"}


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> None:
    settings.ARCHIVE_DIR = tmp_path


def kept(page: BeautifulSoup, name: str) -> list[str]:
    return [str(box["value"]) for box in page.select(f"[name={name}][checked]")]


def levels() -> dict[str, str]:
    return dict(File.objects.exclude(subject_number="").values_list("name", "level"))


def test_a_good_file_is_kept_while_the_form_has_errors(owner: Client) -> None:
    photo = make_upload(name="活动室.pdf")
    refused = owner.post("/needs/new/", {**NEED, "title": "", "files-uploads": photo})
    assert refused.status_code == 422
    numbers = kept(soup(refused), "files-kept")
    assert numbers == [File.objects.get().number]
    posted = owner.post("/needs/new/", {**NEED, "files-kept": numbers})
    file, need = File.objects.get(), Need.objects.get()
    assert posted["Location"] == f"/needs/{need.number}/"
    assert (file.subject_kind, file.subject_number, file.level) == (
        "need",
        need.number,
        FileLevel.PUBLIC,
    )


def test_what_is_no_file_for_us_is_said_and_nothing_is_posted(owner: Client) -> None:
    odd = make_upload(name="照片.exe", content=b"MZ\x90\x00")
    refused = owner.post("/needs/new/", {**NEED, "files-uploads": odd})
    assert (refused.status_code, Need.objects.count(), File.objects.count()) == (422, 0, 0)
    assert [line.split("：")[0] for line in errors(refused)] == ["照片和文件"]
    assert soup(refused).select_one("#id_title")["value"] == NEED["title"]  # type: ignore[index]


def test_an_offer_comes_with_proofs_for_the_operator(owner: Client, membership: Membership) -> None:
    files = {"files-uploads": make_upload(name="轮椅.pdf"), "proof-uploads": make_upload()}
    response = owner.post("/resources/new/", {**OFFER, **files})
    assert response.status_code == 302, errors(response)
    assert levels() == {"轮椅.pdf": FileLevel.PUBLIC, make_upload().name: FileLevel.INTERNAL}
    page = owner.get(f"/resources/{ResourceOffer.objects.get().number}/").content.decode()
    assert "轮椅.pdf" in page


def test_a_need_has_no_field_for_proofs(owner: Client) -> None:
    page = soup(owner.get("/needs/new/"))
    assert page.select("[name=files-uploads]") != []
    assert page.select("[name=proof-uploads]") == []


def test_a_draft_put_aside_keeps_its_files(owner: Client) -> None:
    draft = {"title": "还没写完", "later": "1", "files-uploads": make_upload(name="名单.pdf")}
    owner.post("/needs/new/", draft)
    need = Need.objects.get()
    page = soup(owner.get(f"/needs/{need.number}/edit/"))
    assert "名单.pdf" in page.get_text()
    assert levels() == {"名单.pdf": FileLevel.PUBLIC}


def test_seven_files_are_too_many(owner: Client) -> None:
    files = [make_upload(name=f"{n}.pdf") for n in range(7)]
    refused = owner.post("/needs/new/", {**NEED, "files-uploads": files})
    assert (refused.status_code, Need.objects.count()) == (422, 0)
    assert "最多放 6 个文件" in errors(refused)[0]
