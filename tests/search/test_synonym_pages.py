"""Staff keep the synonyms: seen by staff, edited with a way back, tried out, on the trail."""

from typing import Any

import pytest
from django.test import Client

from core import outbox
from core.models import AuditEvent
from search import operations
from search.models import SynonymGroup
from search.queries import synonym_groups
from tests.factories import accounts as people
from tests.factories.marketplace import make_need
from tests.search.test_subscriptions import undo_url
from tests.search.test_views import browser

pytestmark = pytest.mark.django_db
LIST = "/synonyms/"


@pytest.fixture
def staff() -> Client:
    return browser(people.coordinator())


def terms(key: str) -> tuple[str, ...]:
    return next((g.terms for g in synonym_groups() if g.key == key and g.active), ())


def add(client: Client, **values: Any) -> Any:
    return client.post(
        "/synonyms/new/", {"terms": "剪纸、窗花", "not_in": "", "version": "0"} | values
    )


def test_only_staff_of_the_whole_base_edit_and_staff_see() -> None:
    assert Client().get(LIST).headers["Location"].startswith("/sign-in/")
    here = people.make_region_tree()["滨江区"]
    for actor, sees, edits in (
        (people.member(), False, False),
        (people.stranger(), False, False),
        (people.coordinator(), True, True),
        (people.administrator(), True, True),
        (people.coordinator(here), True, False),
        (people.auditor(), True, False),
    ):
        client = browser(actor)
        assert client.get(LIST).status_code == (200 if sees else 403), actor.name
        assert client.get("/synonyms/new/").status_code == (200 if edits else 403), actor.name
        answer = client.post("/synonyms/项目/switch/", {"active": "1", "version": "0"})
        assert (answer.status_code == 302) is edits, actor.name
        tabs = client.get(LIST).context["tabs"] if sees else []
        assert ("同义词" in [str(tab[0]) for tab in tabs]) is sees
        SynonymGroup.objects.all().delete()


def test_a_group_is_added_changed_and_put_back(staff: Client) -> None:
    undo = undo_url(staff, add(staff, terms="剪纸,窗花  刻纸"))
    assert terms("剪纸") == ("剪纸", "窗花", "刻纸")
    page = staff.get("/synonyms/剪纸/edit/")
    assert page.context["form"].initial == {"terms": "剪纸、窗花、刻纸", "not_in": ""}
    values = {"terms": "剪纸、剪贴画", "not_in": "剪纸机", "version": str(page.context["version"])}
    undo_change = undo_url(staff, staff.post("/synonyms/剪纸/edit/", values))
    assert terms("剪纸") == ("剪纸", "剪贴画")
    assert staff.post(undo).status_code == 409
    staff.post(undo_change)
    assert terms("剪纸") == ("剪纸", "窗花", "刻纸")
    undo = undo_url(staff, staff.post("/synonyms/剪纸/remove/", {"version": "3"}))
    assert terms("剪纸") == ()
    staff.post(undo)
    assert terms("剪纸") == ("剪纸", "窗花", "刻纸")
    acts = AuditEvent.objects.filter(act__startswith="synonyms.").order_by("id")
    assert [act.removeprefix("synonyms.") for act in acts.values_list("act", flat=True)] == [
        "saved",
        "saved",
        "saved",
        "removed",
        "saved",
    ]


def test_a_built_in_group_is_silenced_and_back(staff: Client) -> None:
    shipped = terms("助餐")
    undo = undo_url(staff, staff.post("/synonyms/助餐/switch/", {"active": "0", "version": "0"}))
    assert terms("助餐") == ()
    assert "停用" in staff.get(LIST, {"find": "助餐"}).content.decode()
    staff.post(undo)
    assert (terms("助餐"), SynonymGroup.objects.count()) == (shipped, 0)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("剪纸", "至少要有两个"), ("剪纸、剪纸", "至少要有两个"), ("剪纸、剪", "只有一个字"),
     ("剪纸、" + "长" * 31, "太长"), ("剪纸、！！", "没有文字"), ("助餐、吃饭", "已经有一组了"), ("", "")],
)  # fmt: skip
def test_odd_groups_are_refused_and_stay_typed(staff: Client, words: str, sentence: str) -> None:
    answer = add(staff, terms=words)
    assert answer.status_code == 422
    assert sentence in str(answer.context["form"].errors["terms"])
    assert words in answer.content.decode()
    assert SynonymGroup.objects.count() == 0


def test_who_was_slower_is_told_and_keeps_what_was_typed(staff: Client) -> None:
    add(staff)
    late = {"terms": "剪纸、晚了一步", "not_in": "", "version": "0"}
    answer = staff.post("/synonyms/剪纸/edit/", late)
    assert answer.status_code == 409
    assert "晚了一步" in answer.content.decode()
    assert terms("剪纸") == ("剪纸", "窗花")
    assert staff.get("/synonyms/没有这组/edit/").status_code == 404


def test_groups_are_found_and_tried_out(staff: Client) -> None:
    page = staff.get(LIST, {"find": "送餐", "try": "老人助餐"})
    assert [group.key for group in page.context["groups"]] == ["助餐"]
    assert page.context["meant"][1] == ("助餐", ("送餐", "配餐", "供餐"))
    assert staff.get(LIST, {"try": "\x01📎"}).context["meant"] == []
    assert "没有一组里有这个词" in staff.get(LIST, {"find": "%_"}).content.decode()


def test_the_page_says_how_the_index_stands(staff: Client) -> None:
    make_need(title="窗花")
    operations.rebuild()
    index = staff.get(LIST).context["index"]
    assert (index.documents, index.other_synonyms, index.other_analyzer) == (3, 0, 0)
    add(staff)
    assert staff.get(LIST).context["index"].other_synonyms == 3
    outbox.drain()
    assert staff.get(LIST).context["index"].other_synonyms == 0
