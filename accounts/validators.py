"""Pure rules of input: account names, phone numbers, codes of organizations, plain lines."""

import re
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength

from core.errors import Invalid

NAME_LENGTH = (2, 40)
# Letters of any script, digits, dot, dash and underscore; begins with a letter.
_ACCOUNT_NAME = re.compile(r"^[^\W\d_][\w.-]*$")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
# A landline with or without area code, 400 and 800 numbers, each with an extension or without.
_PHONE = re.compile(
    r"(?:(?:0\d{2,3}-?)?[1-9]\d{6,7}|[48]00-?\d{3}-?\d{4})(?:(?:-|转|分机|ext\.?|x)\d{1,6})?",
    re.IGNORECASE,
)
_BETWEEN_PHONES = re.compile(r"[、，,;；/]|或")
# Marks that turn the writing direction: a name must not be able to disguise itself.
_DIRECTION = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class UsccWarning(models.TextChoices):
    """What is odd about a code that was taken nevertheless."""

    CHECK_DIGIT = (
        "CHECK_DIGIT",
        _("末位校验码对不上，请再核对一遍证书。个别早期代码确实如此。"),
    )


@dataclass(frozen=True, slots=True)
class Account:
    """What somebody typed to be known by: `kind` is email, phone or username."""

    kind: str
    value: str


def plain_line(text: str) -> str:
    """One line of text as it may be stored: composed characters, no control or direction marks."""
    composed = unicodedata.normalize("NFC", text).translate(_DIRECTION)
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in composed)
    return " ".join(visible.split())


def plain_text(text: str) -> str:
    """Several lines as they may be stored; line breaks stay."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(plain_line(line) for line in lines.split("\n")).strip()


def person_name(text: str, *, field: str = "name") -> str:
    """A person's name of 1 to 60 characters. Raises Invalid at `field`."""
    name = plain_line(text)
    if not name:
        raise Invalid({field: _("请写姓名。")})
    if len(name) > 60:
        raise Invalid({field: _("姓名最长 60 个字。")})
    return name


def mobile_number(text: str) -> str:
    """The eleven digits of a mobile number in any usual writing, or "" if it is none."""
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(?:\+|00)86", "", digits)
    return digits if _MOBILE.match(digits) else ""


def phone_number(text: str, *, field: str = "phone") -> str:
    """A mobile or landline number, or "" when nothing was given. Raises Invalid at `field`."""
    typed = unicodedata.normalize("NFKC", text).strip()
    if not typed:
        return ""
    number = mobile_number(typed) or _landline(typed)
    if not (_MOBILE.match(number) or _PHONE.fullmatch(number)):
        raise Invalid(
            {field: _("这个电话号码不对。手机写 11 位，座机写区号加号码，例如 020-81234567。")}
        )
    return number


def _landline(typed: str) -> str:
    """A number without spaces, brackets round the area code and the code of the country."""
    number = re.sub(r"\s", "", re.sub("[‐-―−]", "-", typed))
    number = re.sub(r"^\((0\d{2,3})\)", r"\1-", number)
    return re.sub(
        r"^(?:\+|00)86-?(?!0|[48]00)", "0", re.sub(r"^(?:\+|00)86-?(?=0|[48]00)", "", number)
    )


def phone_numbers(text: str, *, field: str = "phone") -> str:
    """One number or several (`13800000001、020-81234567`), "" when nothing was given.

    Raises Invalid at `field` when one of them is none.
    """
    parts = (part for part in _BETWEEN_PHONES.split(unicodedata.normalize("NFKC", text)))
    return "、".join(phone_number(part, field=field) for part in parts if part.strip())


def as_account(text: str) -> Account:
    """What the sign-in field means, without judging whether it is allowed as a new name."""
    typed = unicodedata.normalize("NFKC", text).strip()
    if "@" in typed:
        return Account("email", typed.lower())
    mobile = mobile_number(typed)
    if mobile:
        return Account("phone", mobile)
    return Account("username", typed.lower())


def new_account(text: str, *, field: str = "account") -> Account:
    """An e-mail address, a mobile number or an account name that may be given to a new person.

    Raises Invalid at `field` with a sentence that says how to write it.
    """
    account = as_account(text)
    if not account.value:
        raise Invalid({field: _("请填手机号、邮箱，或自己起一个账号名。")})
    if account.kind == "email":
        return Account("email", email_address(account.value, field=field))
    if account.kind == "username":
        _check_account_name(account.value, field)
    return account


def email_address(text: str, *, field: str = "email") -> str:
    """An e-mail address in small letters, or "" when nothing was given. Raises Invalid."""
    address = unicodedata.normalize("NFKC", text).strip().lower()
    if not address:
        return ""
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid({field: _("这个邮箱地址不对。应当像 name@example.cn。")}) from error
    return address


def _check_account_name(name: str, field: str) -> None:
    digits = re.sub(r"[\s+-]", "", name)
    if digits.isdigit():
        raise Invalid(
            {field: _("这个手机号不对，应当是 11 位。想用账号名的话，请以文字或字母开头。")}
        )
    if not NAME_LENGTH[0] <= len(name) <= NAME_LENGTH[1]:
        raise Invalid({field: _("账号名要 2 到 40 个字。")})
    if not _ACCOUNT_NAME.match(name):
        raise Invalid(
            {field: _("账号名以文字或字母开头，只用文字、字母、数字、点和短横，中间不留空格。")}
        )


def social_credit_code(text: str, *, field: str = "uscc") -> tuple[str, str]:
    """The unified social credit code (GB 32100) and its warning, ("", "") when none was given.

    A wrong check digit is only warned about: some codes of the first years fail it. Wrong length
    or letters raise Invalid at `field`.
    """
    code = uscc.compact(unicodedata.normalize("NFKC", text))
    if not code:
        return "", ""
    try:
        uscc.validate(code)
    except InvalidLength as error:
        raise Invalid(
            {field: _("统一社会信用代码是 18 位，现在有 %(n)s 位。") % {"n": len(code)}}
        ) from error
    except InvalidFormat as error:
        raise Invalid(
            {field: _("统一社会信用代码前 8 位是数字，后面不会有字母 I、O、S、V、Z。")}
        ) from error
    except InvalidChecksum:
        return code, UsccWarning.CHECK_DIGIT
    return code, ""
