"""What smart paste does to the form: each field for itself, what one wrote stays."""

import pytest
from django.test import Client

from tests.marketplace.test_form_views import soup

pytestmark = pytest.mark.django_db


def test_a_pasted_contact_counts_more_than_the_one_put_in_beforehand(owner: Client) -> None:
    new = soup(owner.get("/needs/new/"))
    given = new.select_one("#id_contact_name")["value"]  # type: ignore[index]
    assert given
    typed = {"step": "paste", "contact_name": str(given), "pasted": "要轮椅，联系人：张敏。"}
    page = soup(owner.post("/needs/new/", typed))
    assert page.select_one("#id_contact_name")["value"] == "张敏"  # type: ignore[index]
    page = soup(owner.post("/needs/new/", {**typed, "contact_name": "我写的"}))
    assert page.select_one("#id_contact_name")["value"] == "我写的"  # type: ignore[index]


def test_a_pasted_rhythm_is_chosen_in_the_form(owner: Client) -> None:
    pasted = {"step": "paste", "pasted": "每周三、周五上门理发，每月4次"}
    page = soup(owner.post("/resources/new/", pasted))
    marked = {str(box["value"]) for box in page.select("input[name=weekdays][checked]")}
    assert marked == {"3", "5"}
    assert page.select_one("input[name=availability][checked], option[value=RECURRING][selected]")
