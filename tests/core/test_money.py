from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.money import format_yuan, from_fen, parse_yuan, to_fen, yuan_field


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("45000", "45000.00"),
        (" 45,000.00 ", "45000.00"),
        ("¥45 000", "45000.00"),
        ("￥45，000元", "45000.00"),
        ("4.5万", "45000.00"),
        ("4.5 万元", "45000.00"),
        ("４５０００", "45000.00"),
        ("0.1", "0.10"),
        ("0", "0.00"),
        ("-0", "0.00"),
        ("0.00001万", "0.10"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_what_people_type_is_read(typed: str, yuan: str) -> None:
    assert str(parse_yuan(typed)) == yuan


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请写数字"),
        ("四万五", "请写数字"),
        ("12,34", "请写数字"),
        ("1,0000", "请写数字"),
        ("1e5", "请写数字"),
        ("1_000", "请写数字"),
        ("NaN", "请写数字"),
        ("sNaN", "请写数字"),
        ("Infinity", "请写数字"),
        (".", "请写数字"),
        ("1.2.3", "请写数字"),
        ("9" * 10_000_000, "请写数字"),
        ("9" * 59, "金额太大"),
        ("1000000000000", "金额太大"),
        ("100000000万", "金额太大"),
        ("-5", "不能是负数"),
        ("−5", "请写数字"),
        ("0.001", "最多写到分"),
        ("0.0000001万", "最多写到分"),
    ],
)
def test_anything_else_is_refused_at_its_field(typed: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence) as caught:
        parse_yuan(typed, field="budget")
    assert list(caught.value.fields) == ["budget"]


@given(st.integers(min_value=0, max_value=99_999_999_999_999))
def test_fen_go_out_and_come_back(fen: int) -> None:
    yuan = from_fen(fen)
    assert to_fen(yuan) == fen
    assert parse_yuan(format_yuan(yuan)) == yuan
    assert parse_yuan(str(yuan)) == yuan


def test_parts_of_a_fen_are_a_programmers_mistake() -> None:
    with pytest.raises(ValueError, match="parts of a fen"):
        to_fen(Decimal("0.001"))


@given(st.text(max_size=80))
def test_no_text_is_more_than_refused(typed: str) -> None:
    try:
        amount = parse_yuan(typed)
    except Invalid:
        return
    assert amount == amount.quantize(Decimal("0.01"))
    assert amount >= 0


def test_the_field_holds_two_decimals_and_nothing_negative() -> None:
    field = yuan_field("预算")
    assert (field.max_digits, field.decimal_places) == (14, 2)
    assert [validator.limit_value for validator in field._validators] == [Decimal(0)]
