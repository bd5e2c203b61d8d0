"""Pages of a match: who reads what of its state, steps that are over, a way to reach each other."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from accounts.queries import BASE_PHONE
from core.options import set_option
from core.permissions import Actor
from marketplace.models import Period
from marketplace.states import EntryState
from matching import operations
from matching.models import Match, Side
from matching.queries.reasons import Sentences, worth_telling
from matching.states import MatchState
from matching.views import shown
from tests.archive.test_archive import browser
from tests.factories import accounts as people
from tests.factories.marketplace import make_need
from tests.factories.matching import Pair

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> Pair:
    return Pair()


def words(match: Match, *actors: Actor) -> list[str]:
    return [shown.state_words(match, actor) for actor in actors]


def test_each_side_reads_whose_answer_is_awaited(pair: Pair) -> None:
    readers = (pair.needer, pair.giver, pair.coordinator)
    match = pair.proposed()
    assert words(match, *readers) == ["等你回复", "等你回复", "已推荐，等回复"]
    match = operations.accept(match, Side.NEED, by=pair.needer, at=timezone.now())
    assert words(match, *readers) == ["等对方回复", "对方已同意，等你回复", "一方同意，等另一方"]
    assert shown.who_is_next(match, pair.coordinator) == "等康乐食堂回复"
    match = operations.accept(match, Side.RESOURCE, by=pair.giver, at=timezone.now())
    assert words(match, *readers) == ["已对接"] * 3
    assert [shown.who_is_next(match, actor) for actor in readers] == [
        "等康乐食堂交付",
        "等你们交付",
        "等康乐食堂交付",
    ]


@pytest.mark.parametrize("page", ["match-accept", "match-decline"])
def test_who_has_answered_is_led_to_the_match(pair: Pair, page: str) -> None:
    match = operations.accept(pair.proposed(), Side.NEED, by=pair.needer, at=timezone.now())
    detail = reverse("matching:match-detail", args=[match.number])
    client = browser(pair.needer.user_id)
    answer = client.get(reverse(f"matching:{page}", args=[match.number]))
    assert (answer.status_code, answer["Location"]) == (302, detail)
    assert "你们已经回复过了，等对方回复。" in client.get(detail).content.decode()


def test_pages_of_a_delivery_that_is_settled_lead_to_the_match(pair: Pair) -> None:
    match = pair.delivered()
    delivery = match.deliveries.get()
    operations.confirm_delivery(delivery, by=pair.needer, at=timezone.now())
    client = browser(pair.needer.user_id)
    for page in ("delivery-question", "delivery-correct"):
        answer = client.get(reverse(f"matching:{page}", args=[match.number, delivery.number]))
        assert answer.status_code == 302
    detail = client.get(reverse("matching:match-detail", args=[match.number])).content.decode()
    assert "这次交付现在是“已确认”，不用再做这一步。" in detail


def test_who_has_thanked_is_led_to_the_match(pair: Pair) -> None:
    match = pair.confirmed()
    operations.give_feedback(match, Side.NEED, score=5, by=pair.needer, at=timezone.now())
    address = reverse("matching:match-feedback", args=[match.number])
    assert browser(pair.needer.user_id).get(address).status_code == 302
    assert browser(pair.giver.user_id).get(address).status_code == 200


def test_no_deadline_stands_on_a_page_of_a_link(pair: Pair) -> None:
    asked = pair.proposed()
    client = browser(pair.giver.user_id)
    accept = reverse("matching:match-accept", args=[asked.number])
    assert "回复期限" in client.get(accept).content.decode()
    for side, by in ((Side.NEED, pair.needer), (Side.RESOURCE, pair.giver)):
        asked = operations.accept(asked, side, by=by, at=timezone.now())
    for page in ("delivery-new", "match-cancel", "match-detail"):
        shown_page = client.get(reverse(f"matching:{page}", args=[asked.number]))
        assert shown_page.status_code == 200
        told, _, _history = shown_page.content.decode().partition(">历史<")
        assert "回复期限" not in told


def test_a_button_of_an_old_page_leads_to_the_match_as_it_is(pair: Pair) -> None:
    match = pair.confirmed()
    detail = reverse("matching:match-detail", args=[match.number])
    delivery = match.deliveries.get().number
    for page, args, by in (
        ("match-confirm", [match.number], pair.needer),
        ("delivery-confirm", [match.number, delivery], pair.needer),
        ("match-withdraw", [match.number], pair.coordinator),
        ("match-propose-now", [match.number], pair.coordinator),
    ):
        answer = browser(by.user_id).post(reverse(f"matching:{page}", args=args), follow=True)
        assert answer.redirect_chain == [(detail, 302)]
        assert "这次对接现在是“已确认收到”，不用再做这一步。" in answer.content.decode()
    match.refresh_from_db()
    assert match.state == "CONFIRMED"


def test_nobody_writes_to_a_side_that_was_never_told(pair: Pair) -> None:
    match = pair.proposed()
    Match.objects.filter(pk=match.pk).update(state="SUGGESTED")
    address = reverse("matching:match-message", args=[match.number])
    assert browser(pair.coordinator.user_id).get(address).status_code == 302


def test_an_amount_a_day_stays_one_and_is_not_once() -> None:
    need = make_need(quantity=Decimal(30), period=Period.DAY)
    pair = Pair(need=need)
    said = Sentences().of(
        "quantity",
        0.1,
        {"needed": 30, "left": 50, "unit": "portion"},
        (),
        period=pair.need.period,
    )
    assert said == "数量够：需要 30\u00a0份/天，还有 50\u00a0份/天。"
    assert "一次" not in [value for _label, value in shown.facts_of(need, "")]


def test_a_wish_is_placed_by_its_street_alone() -> None:
    community = people.make_region_tree()["春晓社区"]
    need = make_need(region=community)
    assert shown.place_of(need) == "滨河街道春晓社区"
    need.micro_wish = True  # an old row, from before a wish could not name its community
    assert shown.place_of(need) == "滨河街道"


@pytest.mark.parametrize(
    ("code", "points", "common", "told"),
    [
        ("need_covered", 0.3, ["18", "每日", "点半"], False),
        ("need_covered", 0.3, ["18", "助餐"], True),
        ("similar_text", 0.09, [], False),
        ("distance", 0.1, [], True),
        ("distance", 0.001, [], False),
    ],
)
def test_what_helps_nobody_is_not_told(
    code: str, points: float, common: list[str], told: bool
) -> None:
    assert worth_telling(code, points, common) is told


def test_both_sides_always_find_a_way_to_each_other(pair: Pair) -> None:
    match, at = pair.linked(), timezone.now()
    set_option(BASE_PHONE.key, "0999-8812345", by=people.administrator(), at=at)

    def found() -> tuple[str, str]:
        fresh = Match.objects.get(pk=match.pk)
        contact = operations.look_at_contact(fresh, Side.NEED, by=pair.giver, at=at)
        return contact["contact_phone"], contact["via"]

    assert found() == (pair.need.contact_phone, "entry")
    pair.need.contact_phone = ""
    pair.need.save(update_fields=["contact_phone"])
    pair.need_side.contact_phone = "13800000009"
    pair.need_side.save(update_fields=["contact_phone"])
    assert found() == ("13800000009", "organization")
    pair.need_side.contact_phone = ""
    pair.need_side.save(update_fields=["contact_phone"])
    assert found() == ("0999-8812345", "operator")
    page = browser(pair.giver.user_id).post(reverse("matching:match-contact", args=[match.number]))
    assert "这是对接专员的电话，请他转告" in page.content.decode()


def test_the_kinds_that_fit_are_told_as_not_measured() -> None:
    page = browser(people.coordinator().user_id).get(reverse("matching:weights"))
    table = page.content.decode().partition("哪种需求，哪种资源能满足")[2]
    assert "未测量" in table.partition("<table")[0]
    assert "专业服务、志愿者、设备" in table


def test_every_night_all_candidates_are_made_anew(pair: Pair) -> None:
    told: list[tuple[int, int]] = []
    tally = operations.suggest_all(at=timezone.now(), tell=lambda *at: told.append(at))
    assert (tally.needs, told) == (1, [(1, 1)])
    assert Match.objects.filter(state="SUGGESTED").count() == tally.made


def page_text(actor: Actor, address: str) -> str:
    answer = browser(actor.user_id).get(address)
    assert answer.status_code == 200
    (main,) = BeautifulSoup(answer.content, "html.parser").select("main")
    return main.get_text(" ", strip=True)


def test_an_empty_amount_is_no_answer(pair: Pair) -> None:
    match = pair.proposed()
    client = browser(pair.needer.user_id)
    address = reverse("matching:match-accept", args=[match.number])
    form = {"acting_for": pair.needer.organization_number}
    answer = client.post(address, form | {"quantity": ""})
    assert answer.status_code == 422
    assert "请写数量。推荐的是 30。" in answer.content.decode()
    match.refresh_from_db()
    assert match.state == MatchState.PROPOSED
    assert client.post(address, form | {"quantity": "20"}).status_code == 302
    other = browser(pair.giver.user_id)
    assert "对方已经同意 20\u00a0份/天。" in other.get(address).content.decode()
    form = {"acting_for": pair.giver.organization_number, "quantity": "12"}
    done = other.post(address, form, follow=True).content.decode()
    assert "对接成功，按 12\u00a0份/天 对接。" in done


def test_more_than_agreed_is_asked_about_once_more_and_the_other_side_reads_it(pair: Pair) -> None:
    match = pair.linked()
    client = browser(pair.giver.user_id)
    address = reverse("matching:delivery-new", args=[match.number])
    assert "确实比约定的多" not in client.get(address).content.decode()
    form = {
        "acting_for": pair.giver.organization_number,
        "quantity": "50",
        "day": timezone.localdate().isoformat(),
        "note": "多来了二十位老人",
    }
    asked = client.post(address, form)
    assert asked.status_code == 422
    soup = BeautifulSoup(asked.content, "html.parser")
    assert [box["type"] for box in soup.select("input[name=over]")] == ["checkbox"]
    assert client.post(address, form | {"over": "on"}).status_code == 302
    text = page_text(pair.needer, reverse("matching:match-detail", args=[match.number]))
    assert "比约定多 20\u00a0份" in text
    assert "到今天，约定一共交付 30\u00a0份，已登记 50\u00a0份。" in text
    assert "占用资源 原来 （空） → 改为 30\u00a0份/天" in text


def test_the_page_says_what_confirming_early_sets_free() -> None:
    pair = Pair(period="ONCE", availability="ONCE")
    match = pair.linked()
    operations.record_delivery(
        match, quantity=Decimal(12), day=timezone.localdate(), by=pair.giver, at=timezone.now()
    )
    address = reverse("matching:match-detail", args=[match.number])
    assert "18\u00a0份 不再留着，这条需求会重新等待对接。" in page_text(pair.needer, address)
    chain = page_text(pair.needer, f"/needs/{pair.need.number}/")
    assert "双方同意 30\u00a0份" in chain


# -- near duplicates ------------------------------------------------------------------------
TITLE = "高龄老人午餐配送，每日三十份"


def test_ones_own_entry_in_intake_is_named_while_typing(pair: Pair) -> None:
    mine = make_need(EntryState.SUBMITTED, organization=pair.need_side, title=TITLE)
    typed = {"title": "高龄老人午餐配送，每日30份", "text_public": "送到家"}
    url = reverse("matching:typing", args=["need"])
    told = browser(pair.needer.user_id).post(url, typed).content.decode()
    assert f"/needs/{mine.number}/" in told
    assert "待受理" in told
    itself = browser(pair.needer.user_id).post(url, {**typed, "number": mine.number})
    assert f"/needs/{mine.number}/" not in itself.content.decode()
    assert (
        f"/needs/{mine.number}/"
        not in browser(pair.giver.user_id).post(url, typed).content.decode()
    )


def test_intake_names_what_waits_there_too(pair: Pair) -> None:
    first, second = (
        make_need(EntryState.SUBMITTED, organization=pair.need_side, title=title)
        for title in (TITLE, "高龄老人午餐配送，每日30份")
    )
    page = browser(pair.coordinator.user_id).get(f"/intake/needs/{second.number}/")
    panel = page.content.decode().partition("已有的相近内容")[2]
    assert f"/needs/{first.number}/" in panel


def test_the_thresholds_of_fit_stand_beside_the_weights() -> None:
    answer = browser(people.coordinator().user_id).get(reverse("matching:weights"))
    assert [
        (row["high"], row["medium"], row["fits"], row["floor"]) for row in answer.context["levels"]
    ] == [(85, 55, 45, 30), (55, 35, 25, 15)]
