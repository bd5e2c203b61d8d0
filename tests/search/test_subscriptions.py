"""Subscribing from the page, the list of one's own, and the one message a day."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core import outbox
from core.models import AuditEvent
from inbox.models import Message
from inbox.wording import words_of
from search import handlers, operations
from search.models import SavedSearch
from tests.factories import accounts as people
from tests.factories.marketplace import make_need
from tests.search.test_views import browser

pytestmark = pytest.mark.django_db
STATE = f"category=elderly&q={quote('助餐')}"
SUBSCRIBE = f"/market/subscribe/?{STATE}"
LIST = "/market/saved/"


def undo_url(client: Client, answer: Any) -> str:
    """The address of 撤销 in the messages of the page that an action leads to."""
    page = client.get(answer.headers["Location"])
    tags = [m.extra_tags for m in page.context["messages"] if m.extra_tags]
    return str(tags[-1]).removeprefix("undo ")


def acts() -> list[str]:
    found = AuditEvent.objects.filter(act__startswith="search.").order_by("id")
    return list(found.values_list("act", flat=True))


def test_who_is_signed_out_signs_in_and_comes_back() -> None:
    answer = Client().get(SUBSCRIBE)
    assert answer.headers["Location"] == f"/sign-in/?next={quote(SUBSCRIBE)}"
    assert Client().post(SUBSCRIBE, {"label": "x"}).headers["Location"].startswith("/sign-in/")
    user = people.make_user()
    values = {"login": user.username, "password": people.PASSWORD}
    client = Client()
    page = client.get(answer.headers["Location"])
    field = next(name for name in page.context["form"].fields if name != "password")
    values = {field: user.username, "password": people.PASSWORD, "next": SUBSCRIBE}
    assert client.post("/sign-in/", values).headers["Location"] == SUBSCRIBE
    form = client.get(SUBSCRIBE).context["form"]
    assert form.initial == {"label": "助餐 · 为老服务"}


def test_one_click_subscribes_and_can_be_undone() -> None:
    client = browser(people.stranger())
    label = client.get(f"/market/?{STATE}").context["label"]
    answer = client.post(SUBSCRIBE, {"label": label})
    assert answer.headers["Location"] == f"/market/?{STATE}"
    saved = SavedSearch.objects.get()
    assert (saved.state, saved.label) == (STATE, "助餐 · 为老服务")
    page = client.get(f"/market/?{STATE}")
    assert page.context["saved"] == saved
    assert "我的订阅" in page.content.decode()
    assert "订阅这次搜索" not in page.content.decode()
    assert client.get("/market/").context["saved"] is None
    client.post(SUBSCRIBE, {"label": "别名"})
    assert SavedSearch.objects.count() == 1
    client.post(f"/market/saved/{saved.pk}/delete/")
    assert SavedSearch.objects.count() == 0


@pytest.mark.parametrize("label", ["", "   ", "长" * 121, "a\x00b"])
def test_a_name_that_cannot_be_is_refused_at_the_field(label: str) -> None:
    answer = browser(people.stranger()).post(SUBSCRIBE, {"label": label})
    assert answer.status_code == 422
    assert answer.context["form"].errors["label"]
    assert SavedSearch.objects.count() == 0


def test_a_subscription_is_renamed_paused_and_deleted_with_a_way_back() -> None:
    client = browser(people.stranger())
    client.post(SUBSCRIBE, {"label": "助餐"})
    saved = SavedSearch.objects.get()
    base = f"/market/saved/{saved.pk}/"
    assert client.get(f"{base}rename/").context["form"].initial == {"label": "助餐"}
    assert client.post(f"{base}rename/", {"label": "老人吃饭"}).headers["Location"] == LIST
    client.post(f"{base}pause/", {"paused": "1"})
    saved.refresh_from_db()
    assert (saved.label, saved.paused) == ("老人吃饭", True)
    assert "暂停着" in client.get(LIST).content.decode()
    undo = undo_url(client, client.post(f"{base}delete/"))
    assert SavedSearch.objects.count() == 0
    client.post(undo)
    back = SavedSearch.objects.get()
    assert (back.label, back.paused, back.seen_at, back.created_at) == (
        "老人吃饭",
        True,
        saved.seen_at,
        saved.created_at,
    )
    client.post(f"/market/saved/{back.pk}/pause/", {"paused": "0"})
    assert acts() == [
        "search.saved",
        "search.renamed",
        "search.paused",
        "search.deleted",
        "search.restored",
        "search.resumed",
    ]


def test_nobody_touches_the_subscription_of_another() -> None:
    owner, stranger = people.stranger(), people.member()
    first = browser(owner)
    first.post(SUBSCRIBE, {"label": "助餐"})
    saved = SavedSearch.objects.get()
    undo = undo_url(first, first.post(f"/market/saved/{saved.pk}/delete/"))
    first.post(undo)
    saved = SavedSearch.objects.get()
    other = browser(stranger)
    assert "助餐" not in other.get(LIST).content.decode()
    assert other.get(f"/market/saved/{saved.pk}/rename/").status_code == 404
    for act in ("rename", "pause", "seen", "delete"):
        for client in (other, Client()):
            values = {"label": "x", "paused": "1"}
            answer = client.post(f"/market/saved/{saved.pk}/{act}/", values, follow=True)
            assert answer.status_code in (200, 403, 404), act
    first.post(f"/market/saved/{saved.pk}/delete/")
    other.post(undo)
    assert SavedSearch.objects.count() == 0
    assert other.post("/market/saved/restore/forged/").status_code == 404


def test_the_list_shows_what_is_new_until_it_was_seen() -> None:
    client = browser(people.stranger())
    client.post(SUBSCRIBE, {"label": "助餐"})
    SavedSearch.objects.update(seen_at=timezone.now() - timedelta(days=1))
    make_need(title="助餐旧", at=timezone.now() - timedelta(days=3))
    for n in range(4):
        make_need(title=f"助餐新{n}")
    make_need(title="伙伴助餐", visibility="PARTNERS", text_partners="x", text_public="")
    operations.rebuild()
    (row,) = client.get(LIST).context["rows"]
    assert (row["total"], len(row["lines"]), row["rest"]) == (4, 3, 1)
    client.post(f"/market/saved/{row['saved'].pk}/seen/")
    (row,) = client.get(LIST).context["rows"]
    assert (row["total"], row["lines"]) == (0, [])


def test_what_is_only_near_is_no_news() -> None:
    """The page shows the near beside the asked for; a message holds what was asked for."""
    client = browser(people.stranger())
    client.post("/market/subscribe/?q=轮椅", {"label": "轮椅"})
    SavedSearch.objects.update(seen_at=timezone.now() - timedelta(days=1))
    make_need(title="借一辆轮椅")
    make_need(title="换椅子和轮子")
    operations.rebuild()
    assert client.get("/market/?q=轮椅").context["page"].total == 2
    (row,) = client.get(LIST).context["rows"]
    assert ["".join(t for t, _hit in line.title) for line in row["lines"]] == ["借一辆轮椅"]
    assert row["total"] == 1


# -- the daily message --------------------------------------------------------------------
def subscribe(user: User, q: str, label: str) -> None:
    operations.save_search(
        by=people.actor_for(user),
        at=timezone.now() - timedelta(days=2),
        state=f"q={q}",
        label=label,
    )


def told(user: User) -> list[tuple[str, str]]:
    found = [words_of(m.code, m.figures) for m in Message.objects.filter(user=user).order_by("id")]
    return [(words.title, words.text) for words in found]


def test_a_person_hears_once_a_day_of_all_subscriptions() -> None:
    reader, quiet, gone = (people.make_user(name) for name in ("王芳", "李强", "赵敏"))
    subscribe(reader, "助餐", "吃饭")
    subscribe(reader, "轮椅", "轮椅")
    subscribe(reader, "绘本", "绘本")
    subscribe(quiet, "绘本", "绘本")
    subscribe(gone, "助餐", "吃饭")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    make_need(title="老人助餐")
    make_need(title="借轮椅")
    make_need(title="内部助餐", visibility="INTERNAL", text_internal="x", text_public="")
    operations.rebuild()
    now = timezone.now()
    handlers.tell_new_entries(now)
    handlers.tell_new_entries(now)
    assert told(reader) == [("“吃饭”等 2 个订阅有新的", "· 老人助餐\n· 借轮椅")]
    assert (told(quiet), told(gone)) == ([], [])
    message = Message.objects.get()
    assert (message.url, message.kind) == (LIST, "SUBSCRIPTION")

    make_need(title="又一处助餐", at=now + timedelta(hours=1))
    operations.rebuild()
    handlers.tell_new_entries(now + timedelta(hours=2))
    assert len(told(reader)) == 1
    handlers.tell_new_entries(now + timedelta(days=1))
    assert told(reader)[1:] == [("“吃饭”有 1 条新的", "· 又一处助餐")]


def test_the_message_goes_out_in_the_morning_mail() -> None:
    from inbox import handlers as inbox_handlers  # noqa: PLC0415 - two handlers of one name

    reader = people.make_user("王芳", email="wang@example.org", email_verified_at=timezone.now())
    subscribe(reader, "助餐", "吃饭")
    make_need(title="老人助餐")
    operations.rebuild()
    now = timezone.now()
    handlers.tell_new_entries(now)
    inbox_handlers.send_digests(now + timedelta(minutes=10))
    outbox.drain(now + timedelta(minutes=11))
    (letter,) = [one for one in mail.outbox if one.to == ["wang@example.org"]]
    assert "“吃饭”有 1 条新的" in letter.subject
    assert "老人助餐" in str(letter.body)
    assert "/market/saved/" in str(letter.body)
