"""What the matcher asks the search engine in a large market: the same candidates from both engines."""

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from core import outbox
from matching import queries
from matching.queries import corpus
from matching.queries.items import need_item
from search.queries import engines
from tests.factories import accounts as make
from tests.factories.marketplace import category, make_need, make_offer
from tests.search.beside import needs_server, sent, use

pytestmark = [pytest.mark.django_db(transaction=True), needs_server]

OFFERS = [
    ("社区食堂老人午餐", "每天四十份，低盐，可以送到家"),
    ("中央厨房送餐车", "午间送餐到户，车辆和司机都有"),
    ("周末义诊", "内科、眼科医生各两名，可以到社区"),
    ("儿童绘本三百册", "九成新，适合三到八岁"),
    ("轮椅十把", "可以借用半年"),
    ("法律咨询", "律师每周一次，劳动和婚姻"),
    ("助浴服务", "两名护理员，带设备上门为失能老人洗澡"),
    ("活动场地", "八十平方米，周末可用，有投影"),
    ("大米五十袋", "每袋十公斤，送给困难家庭"),
    ("钢琴老师", "退休教师，愿意教孩子"),
]
NEEDS = [
    ("独居老人送午餐", "三十位老人中午没有饭吃，想请人送餐上门"),
    ("为卧床老人洗澡", "十二位失能老人半年没有洗过澡"),
    ("孩子们要书", "图书角只有旧杂志，想要绘本"),
    ("给居民看病", "想请医生来做一次义诊"),
]


def test_both_engines_bring_the_same_candidates(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus.forget()
    monkeypatch.setattr(corpus, "LARGE", 1)
    make.make_region_tree()
    for n, (title, text) in enumerate(OFFERS):
        make_offer(title=title, text_public=text, category=category(("elderly", "health")[n % 2]))
    needs = [make_need(title=title, text_public=text) for title, text in NEEDS]
    outbox.drain()
    corpus.forget()
    reader, at = make.stranger(), timezone.now()

    def candidates() -> list[list[tuple[str, float]]]:
        return [
            [
                (found.pair.offer, round(found.pair.score, 9))
                for found in queries.candidates_while_typing(
                    need_item(need), "need", reader, at, top=10
                )
            ]
            for need in needs
        ]

    embedded = candidates()
    assert sum(map(len, embedded)) >= len(NEEDS)
    server = use(settings)
    call_command("search_rebuild", "--server", stdout=io.StringIO())
    sent(server)
    assert engines.answering() is server
    assert candidates() == embedded
    server.indexes.drop(server.indexes.standing().schemas)
    corpus.forget()
