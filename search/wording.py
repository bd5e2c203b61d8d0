"""What search tells people, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.wording import name_acts, name_fields, name_kinds
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


_ACTS = {
    "search.saved": gettext_lazy("订阅了一个搜索"),
    "search.renamed": gettext_lazy("改了订阅的名称"),
    "search.paused": gettext_lazy("暂停了订阅"),
    "search.resumed": gettext_lazy("恢复了订阅"),
    "search.deleted": gettext_lazy("删除了订阅"),
    "search.restored": gettext_lazy("找回了订阅"),
    "synonyms.saved": gettext_lazy("改了同义词"),
    "synonyms.removed": gettext_lazy("删除了同义词"),
    "vector_model.took_over": gettext_lazy("换用了另一个语义模型"),
}
_KINDS = {
    "search": gettext_lazy("订阅"),
    "saved_search": gettext_lazy("订阅"),
    "synonyms": gettext_lazy("同义词"),
    "synonym_group": gettext_lazy("同义词"),
    "vector_model": gettext_lazy("语义模型"),
}
_FIELDS = {
    "label": gettext_lazy("名称"),
    "terms": gettext_lazy("词"),
    "not_in": gettext_lazy("不在这些词里"),
}


def register() -> None:
    name_acts(_ACTS)
    name_kinds(_KINDS)
    name_fields(_FIELDS)
    register_wording(NEW_ENTRIES, MessageKind.SUBSCRIPTION, _new_entries)
