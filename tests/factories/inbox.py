"""Messages for tests, in a code of their own."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from accounts.models import User
from core.permissions import SYSTEM
from inbox import operations
from inbox.models import Message, MessageKind
from inbox.wording import Words, register_wording

CODE = "test.asked"


def _words(figures: Mapping[str, Any]) -> Words:
    return Words(f"请答复：{figures.get('what', '一条推荐')}", "过期就自动作废。")


register_wording(CODE, MessageKind.DECISION, _words)


def make_message(user: User, **fields: Any) -> Message:
    """One message to a person, as an app above would tell it."""
    values: dict[str, Any] = {
        "to": operations.people([user]),
        "code": CODE,
        "figures": {"what": "助餐 18 份"},
        "by": SYSTEM,
        "at": timezone.now(),
        "url": "/account/",
    } | fields
    return operations.tell(**values)[0]
