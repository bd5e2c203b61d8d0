"""What search tells people, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.models import MessageKind
from inbox.wording import Words, register_wording
from search.operations.digest import NEW_ENTRIES


def _new_entries(figures: Mapping[str, Any]) -> Words:
    """`“轮椅”有 2 条新的`, with the newest titles below."""
    searches = figures["searches"]
    first = searches[0]
    facts = {"label": first["label"], "n": first["total"]}
    title = ngettext("“%(label)s”有 %(n)d 条新的", "“%(label)s”有 %(n)d 条新的", first["total"])
    others = len(searches) - 1 + figures["more"]
    if others:
        title = ngettext(
            "“%(label)s”等 %(all)d 个订阅有新的", "“%(label)s”等 %(all)d 个订阅有新的", others + 1
        )
        facts["all"] = others + 1
    return Words(
        title % facts, "\n".join(_("· %(title)s") % {"title": t} for t in figures["titles"])
    )


def register() -> None:
    register_wording(NEW_ENTRIES, MessageKind.SUBSCRIPTION, _new_entries)
