"""What an entry may say: every rule with what must pass it and what must not."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from marketplace.personal import find_identifying, find_personal, mask_personal
from marketplace.validators import check_draft, check_entry, clean_text

TODAY = date(2026, 11, 24)
STREET = SimpleNamespace(level=4)
COMMUNITY = SimpleNamespace(level=5)


def content(**fields: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "title": "午餐配送",
        "category": object(),
        "region": STREET,
        "text_public": "送到家",
        "visibility": "PUBLIC",
    }
    return base | fields


def faults(**fields: Any) -> list[str]:
    try:
        check_entry(content(**fields), TODAY)
    except Invalid as error:
        return sorted(error.fields)
    return []


def test_a_complete_entry_passes() -> None:
    assert faults(quantity=Decimal(30), unit=object(), starts_on=TODAY, ends_on=TODAY) == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": ""}, ["title"]),
        ({"title": "长" * 61}, ["title"]),
        ({"category": None, "region": None}, ["category", "region"]),
        ({"text_public": ""}, ["text_public"]),
        ({"text_public": "字" * 2001}, ["text_public"]),
        ({"starts_on": date(2026, 12, 2), "ends_on": date(2026, 12, 1)}, ["ends_on"]),
        ({"ends_on": date(2026, 11, 23)}, ["ends_on"]),
        ({"closes_on": date(2026, 11, 23)}, ["closes_on"]),
        ({"closes_on": date(2036, 1, 1)}, ["closes_on"]),
        ({"quantity": Decimal(0), "unit": object()}, ["quantity"]),
        ({"quantity": Decimal(-3), "unit": object()}, ["quantity"]),
        ({"quantity": Decimal(99999999), "unit": object()}, ["quantity"]),
        ({"quantity": Decimal(3)}, ["unit"]),
        ({"self_raised": Decimal(5)}, ["budget"]),
        ({"budget": Decimal(5), "self_raised": Decimal(6)}, ["self_raised"]),
        ({"title": "请打 13800000001"}, ["title"]),
        ({"conditions": "身份证 11010519491231002X"}, ["conditions"]),
        ({"text_partners": "电话 0592-6012345"}, ["text_partners"]),
        ({"visibility": "PARTNERS", "text_public": "", "text_partners": ""}, ["text_public"]),
        ({"micro_wish": True, "region": COMMUNITY}, ["region"]),
        ({"micro_wish": True, "text_public": "李奶奶想要一把轮椅"}, ["text_public"]),
        ({"micro_wish": True, "text_public": "送到3栋201室"}, ["text_public"]),
    ],
)
def test_what_is_refused(fields: dict[str, Any], wrong: list[str]) -> None:
    assert faults(**fields) == wrong


def test_every_fault_is_said_at_once() -> None:
    assert faults(title="", category=None, quantity=Decimal(-1), closes_on=date(2020, 1, 1)) == [
        "category",
        "closes_on",
        "quantity",
        "title",
        "unit",
    ]


def test_internal_entries_may_hold_numbers_and_partners_read_the_public_text() -> None:
    assert faults(visibility="INTERNAL", text_public="", text_internal="王主任 13800000001") == []
    assert faults(visibility="PARTNERS", text_public="给伙伴看") == []


def test_a_draft_holds_anything_but_what_the_database_refuses() -> None:
    check_draft({"title": "", "closes_on": date(2020, 1, 1), "text_public": "13800000001"})
    with pytest.raises(Invalid) as refused:
        check_draft({"quantity": Decimal(-1), "self_raised": Decimal(1)})
    assert sorted(refused.value.fields) == ["budget", "quantity"]


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  一\r\n二\r三 ", "一\n二\n三"),
        ("红\u202e字\u200f", "红字"),
        ("零\x00字\x07节", "零字节"),
        ("𠮷野家😀", "𠮷野家😀"),
        ("e\u0301", "é"),
    ],
)
def test_clean_text(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("138 0000 0001", ["phone"]),
        ("138-0000-0001", ["phone"]),
        ("１３８０００００００１", ["phone"]),
        ("+86 13800000001", ["phone"]),
        ("0592-6012345", ["phone"]),
        ("编号 113800000001", []),
        ("2026年11月24日 30 份 100000 元", []),
        ("11010519491231002X", ["id"]),
        ("110105194912310021", ["id"]),  # a digit mistyped: somebody's all the same
        ("110105194913310021", []),  # no such birthday
        ("910105194912310021", []),  # an organization's credit code
    ],
)
def test_find_personal(text: str, kinds: list[str]) -> None:
    assert [finding.kind for finding in find_personal(text)] == kinds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("李奶奶的坐便椅", ["李奶奶"]),
        ("联系李先生", ["李先生"]),
        ("提高同学们的成绩", []),
        ("许多同学", []),
        ("12月8号前", []),
        ("住3栋201室", ["3栋201室"]),
        ("春晓路8号", ["8号"]),
        ("一名残疾儿童", []),
        ("联系人：张三，电话 13800000001", ["张三"]),
        ("负责人 李秀英", ["李秀英"]),
        ("联系人：安心社区居委会", []),
        ("联系人是志愿者", []),
        ("找王师傅 13800000001", ["王师傅"]),
        ("13800000001（张三）", ["张三"]),
        ("张三 电话：13800000001", ["张三"]),
        ("王建国先生捐赠", ["王建国先生"]),
        ("请联系社工，社工老师每周上门", []),
        ("高龄女士优先", []),
        ("谢谢 13800000001", []),
        ("江南社区 0592-6012345", []),
        ("周末打13800000001", []),
        ("住3号楼2单元501", ["3号楼2单元501"]),
        ("12栋1201室", ["12栋1201室"]),
        ("5号楼150人", ["5号楼"]),
    ],
)
def test_find_identifying(text: str, found: list[str]) -> None:
    assert [text[f.start : f.end] for f in find_identifying(text)] == found


def test_masking_keeps_the_surname_and_takes_the_name_beside_a_number() -> None:
    assert mask_personal("联系人：张三，138 0000 0001，住3栋201室，找小李师傅") == (
        "联系人：张**，■■■■■■，住■■■■■■，找小李师傅"
    )
    assert mask_personal("李奶奶的坐便椅") == "李奶奶的坐便椅"
    assert mask_personal("李奶奶的坐便椅", nameless=True) == "一位奶奶的坐便椅"


@pytest.mark.parametrize("visibility", ["PUBLIC", "PARTNERS"])
def test_a_door_is_refused_where_others_read_it_and_a_name_is_not(visibility: str) -> None:
    home = "送到12栋1201室。"
    assert faults(visibility=visibility, text_public=home, text_partners=home) == [
        "text_partners",
        "text_public",
    ]
    assert faults(visibility=visibility, text_public="找李奶奶。") == []
    assert faults(visibility="INTERNAL", text_internal=home) == []


def test_who_cannot_be_reached_is_not_posted() -> None:
    with pytest.raises(Invalid) as refused:
        check_entry(content(title="", contact_phone=""), TODAY, reachable=False)
    assert sorted(refused.value.fields) == ["contact_phone", "title"]
    check_entry(content(contact_phone="13800000001"), TODAY, reachable=False)
    check_entry(content(contact_phone=""), TODAY, reachable=True)


@given(st.text(max_size=200))
def test_masking_leaves_no_number_behind(text: str) -> None:
    assert find_personal(mask_personal(text)) == []


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
