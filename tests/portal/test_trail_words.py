"""The trail speaks plain words: every act and every field that a code of the product writes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from core import audit, wording
from core.models import AuditEvent, Numbered
from core.permissions import SYSTEM
from matching import operations
from matching.models import Side
from tests.archive.test_archive import browser
from tests.factories import accounts as people
from tests.factories.matching import Pair

APPS = ("accounts", "archive", "core", "inbox", "marketplace", "matching", "search")
CHINESE = re.compile("[\u4e00-\u9fff]")
# What no act writes: keys of rows, and what a message holds (it is begun without a trail).
SILENT = {"id"} | {f"message.{name}" for name in ("kind", "code", "figures", "url", "key")}
SILENT |= {f"message.{name}" for name in ("deadline_at", "mail", "mail_due")}


def literal_acts() -> Iterator[str]:
    """The codes that stand in calls of `audit.record`, and of `act=` of rows of one kind."""
    for app in APPS:
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "record":
                    for given in node.args[1:2]:
                        if isinstance(given, ast.Constant):
                            yield str(given.value)


def test_every_act_has_words() -> None:
    codes = set(literal_acts())
    assert len(codes) > 20
    for kind, model in audit.kinds().items():
        machine = getattr(model, "MACHINE", None)
        codes |= {f"{kind}.{step.action}" for step in (machine.moves if machine else ())}
    assert [code for code in sorted(codes) if not CHINESE.search(wording.act_words(code))] == []


def test_every_field_of_a_row_with_a_number_has_words() -> None:
    found = {
        f"{model.KIND}.{column.name}": wording.field_words(model.KIND, column.name)
        for model in apps.get_models()
        if issubclass(model, Numbered)
        for column in model._meta.concrete_fields
        if column.name not in SILENT and f"{model.KIND}.{column.name}" not in SILENT
    }
    assert {code: words for code, words in found.items() if not CHINESE.search(words)} == {}


@pytest.mark.django_db
def test_codes_and_doubled_words_stand_on_no_line() -> None:
    pair = Pair()
    match = pair.confirmed()
    at = timezone.now()
    operations.give_feedback(match, Side.RESOURCE, score=5, by=pair.giver, at=at)
    other = Pair()
    operations.decline(other.proposed(), Side.RESOURCE, code="TOO_FAR", by=other.giver, at=at)
    lines = {row.act: row for row in wording.entries(AuditEvent.objects.order_by("id"), SYSTEM)}
    assert [(c.label, c.after) for c in lines["评价"].changes] == [
        ("得分", "5"),
        ("哪一方", "资源方"),
    ]
    refused = lines["谢绝"]
    assert ("谢绝原因", "太远了，去不了") in [(c.label, c.after) for c in refused.changes]
    assert refused.reason == ""
    auditor = browser(people.auditor().user_id)
    soup = BeautifulSoup(auditor.get("/staff/audit/").content, "html.parser")
    acts = {td.get_text(" ", strip=True) for td in soup.select('td[data-label="做了什么"]')}
    assert {"谢绝 · 对接", "登记交付"} <= acts
    choices = [option.get_text() for option in soup.select("select[name=act] option")]
    assert len(choices) == len(set(choices))
