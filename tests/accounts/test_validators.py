"""Account names, phone numbers and codes as people write them."""

from typing import Any

import pytest

from accounts import validators
from accounts.validators import Account
from core.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("138 0000 0001", "phone", "13800000001"),
        ("+86-138-0000-0001", "phone", "13800000001"),
        ("１３８００００００００１", "username", "138000000001"),
        ("１３８００００００１１", "phone", "13800000011"),
        (" Wang@Example.CN ", "email", "wang@example.cn"),
        ("春晓王主任", "username", "春晓王主任"),
        ("Wang.Li", "username", "wang.li"),
    ],
)
def test_one_field_takes_phone_mail_or_name(typed: str, kind: Any, value: str) -> None:
    assert validators.as_account(typed) == Account(kind, value)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "请填手机号、邮箱，或自己起一个账号名。"),
        ("wang@", "这个邮箱地址不对。应当像 name@example.cn。"),
        ("1380000000", "这个手机号不对，应当是 11 位。想用账号名的话，请以文字或字母开头。"),
        ("王", "账号名要 2 到 40 个字。"),
        ("x" * 41, "账号名要 2 到 40 个字。"),
        ("王 主任", "账号名以文字或字母开头，只用文字、字母、数字、点和短横，中间不留空格。"),
        ("<script>", "账号名以文字或字母开头，只用文字、字母、数字、点和短横，中间不留空格。"),
    ],
)
def test_what_cannot_be_an_account_says_how_to_write_it(typed: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        validators.new_account(typed)
    assert {k: [str(s) for s in v] for k, v in caught.value.fields.items()} == {"account": [said]}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  王\u202e主任\x00 ", "王主任"),
        ("a\nb\tc", "a b c"),
        ("𠮷野家🙂", "𠮷野家🙂"),
    ],
)
def test_plain_line_keeps_rare_characters_and_drops_marks(typed: str, stored: Any) -> None:
    assert validators.plain_line(typed) == stored


def test_plain_text_keeps_lines() -> None:
    assert validators.plain_text("一\r\n二\x07\n\n三 ") == "一\n二\n\n三"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", ""),
        ("020-81234567", "020-81234567"),
        ("8123 4567", "81234567"),
        ("+86 13800000001", "13800000001"),
        ("400-123-4567", "400-123-4567"),
        ("020-81234567-802", "020-81234567-802"),
    ],
)
def test_phone_numbers(typed: str, stored: Any) -> None:
    assert validators.phone_number(typed) == stored


@pytest.mark.parametrize("typed", ["abc", "123", "138000000012", "不知道"])
def test_no_phone_number(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        validators.phone_number(typed, field="contact_phone")
    assert list(caught.value.fields) == ["contact_phone"]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", ("", "")),
        ("9111 0000 6000 3734 1L", ("91110000600037341L", "")),
        ("91110000600037341l", ("91110000600037341L", "")),
        ("91110000600037341M", ("91110000600037341M", "CHECK_DIGIT")),
    ],
)
def test_social_credit_code_is_warned_about_never_blocked(typed: str, stored: Any) -> None:
    assert validators.social_credit_code(typed) == stored


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("12345", "统一社会信用代码是 18 位，现在有 5 位。"),
        ("A1110000600037341L", "统一社会信用代码前 8 位是数字，后面不会有字母 I、O、S、V、Z。"),
        ("9111000060003734IL", "统一社会信用代码前 8 位是数字，后面不会有字母 I、O、S、V、Z。"),
    ],
)
def test_social_credit_code_of_wrong_shape(typed: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        validators.social_credit_code(typed)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("138 0000 0001", "13800000001"),
        ("+86 138-0000-0001", "13800000001"),
        ("020-8123 4567", "020-81234567"),
        ("（0571）8123456", "0571-8123456"),
        ("02081234567", "02081234567"),
        ("81234567", "81234567"),
        ("+86-20-81234567", "020-81234567"),
        ("020-81234567-8012", "020-81234567-8012"),
        ("020-81234567转8012", "020-81234567转8012"),
        ("020—81234567 分机 12", "020-81234567分机12"),
        ("400-123-4567", "400-123-4567"),
        ("4001234567 转 3", "4001234567转3"),
        ("", ""),
    ],
)
def test_numbers_that_can_be_called(typed: str, stored: str) -> None:
    assert validators.phone_number(typed) == stored


@pytest.mark.parametrize("typed", ["12", "1380000000", "138000000011", "没有", "020-12", "1-2-3"])
def test_numbers_that_nobody_can_call(typed: str) -> None:
    with pytest.raises(Invalid):
        validators.phone_number(typed)


def test_several_numbers_are_each_looked_at() -> None:
    assert validators.phone_numbers("13800000001 / 020-81234567") == "13800000001、020-81234567"
    with pytest.raises(Invalid):
        validators.phone_numbers("13800000001、12", field="contact_phone")
