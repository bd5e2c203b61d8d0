"""The words of the market's messages and acts; figures hold what their one reader may know."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.wording import name_acts, name_fields, name_kinds, word_amounts, word_values
from inbox.models import MessageKind
from inbox.wording import Words, register_wording
from marketplace.models import BeneficiaryGroup, Weekday
from marketplace.queries.taxonomy import localized_names
from marketplace.templatetags.market import period_word


def _noun(figures: Mapping[str, Any]) -> str:
    return _("需求") if figures["side"] == "need" else _("资源")


def _named(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {**figures, "noun": _noun(figures)}


def _posted(figures: Mapping[str, Any]) -> Words:
    return Words(
        _("%(noun)s“%(title)s”已公开") % _named(figures), _("有合适的对象，会再告诉你们。")
    )


def _returned(figures: Mapping[str, Any]) -> Words:
    return Words(
        _("%(noun)s“%(title)s”退回修改") % _named(figures),
        _("原因：%(reason)s 改好后可以再提交。") % figures,
    )


def _edit_approved(figures: Mapping[str, Any]) -> Words:
    return Words(_("“%(title)s”的修改已通过") % figures, _("别人现在看到的是新的内容。"))


def _edit_refused(figures: Mapping[str, Any]) -> Words:
    return Words(
        _("“%(title)s”的修改没有通过") % figures,
        _("原因：%(reason)s 原来的内容照常显示。") % figures,
    )


def _closing(figures: Mapping[str, Any]) -> Words:
    title = (
        _("%(noun)s“%(title)s”今天到期")
        if figures["days"] == 0
        else _("%(noun)s“%(title)s”还有 %(days)d 天到期")
    )
    return Words(title % _named(figures), _("到期后自动结束。还需要的话，请改截止日期。"))


def _expired(figures: Mapping[str, Any]) -> Words:
    return Words(
        _("%(noun)s“%(title)s”已到期") % _named(figures),
        _("已经对接的照常进行。还需要的话，一键可以重新开放。"),
    )


def _taken_over(figures: Mapping[str, Any]) -> Words:
    return Words(
        _("“%(title)s”已由单位自己接管") % figures, _("之前是你按电话代为登记的，以后不用代管了。")
    )


WORDINGS: dict[str, tuple[MessageKind, Callable[[Mapping[str, Any]], Words]]] = {
    "entry.posted": (MessageKind.REVIEW, _posted),
    "entry.returned": (MessageKind.REVIEW, _returned),
    "entry.edit_approved": (MessageKind.REVIEW, _edit_approved),
    "entry.edit_refused": (MessageKind.REVIEW, _edit_refused),
    "entry.closing": (MessageKind.DEADLINE, _closing),
    "entry.expired": (MessageKind.DEADLINE, _expired),
    "entry.taken_over": (MessageKind.PROGRESS, _taken_over),
}


# What is done to an entry beside the moves of its state table (those bring their own label).
_ACTS = {
    "draft": gettext_lazy("保存草稿"),
    "discard": gettext_lazy("删除草稿"),
    "edit": gettext_lazy("修改内容"),
    "edit_submit": gettext_lazy("提交修改，等受理"),
    "edit_approve": gettext_lazy("受理修改"),
    "edit_refuse": gettext_lazy("没有通过修改"),
    "expire": gettext_lazy("到期，自动结束"),
    "meet": gettext_lazy("全部对接"),
    "meet_part": gettext_lazy("对接了一部分"),
    "unmeet": gettext_lazy("对接取消，回到等待"),
    "hold": gettext_lazy("为一个推荐占用数量"),
    "release_hold": gettext_lazy("放开占用的数量"),
    "allocate": gettext_lazy("对接占用数量"),
    "release": gettext_lazy("对接退回数量"),
    "take_over": gettext_lazy("由单位自己接管"),
    "look_at_contact": gettext_lazy("查看联系方式"),
}
_LISTS = {
    "category": gettext_lazy("类别"),
    "unit": gettext_lazy("数量单位"),
    "group": gettext_lazy("人群"),
}


# Fields of an import, and of the lists, that have no name of their own.
_FIELDS = {
    "made_by": gettext_lazy("谁上传的"),
    "side": gettext_lazy("需求或资源"),
    "file": gettext_lazy("文件"),
    "unknown_columns": gettext_lazy("不认识的列"),
    "import.total": gettext_lazy("一共几行"),
    "import.good": gettext_lazy("可以导入"),
    "import.bad": gettext_lazy("要改的"),
    "import.repeated": gettext_lazy("重复的"),
    "import.added": gettext_lazy("导入了"),
    "import.known": gettext_lazy("以前导入过"),
    "import.failed": gettext_lazy("没有导入"),
    "confirmed_at": gettext_lazy("确认时间"),
    "done_at": gettext_lazy("完成时间"),
    "name_en": gettext_lazy("英文名称"),
    "order": gettext_lazy("排列"),
    "active": gettext_lazy("在用"),
    "group": gettext_lazy("人群"),
}


def _group_names(codes: Any) -> str:
    names = localized_names(BeneficiaryGroup, [str(code) for code in codes])
    return _("、").join(names.get(str(code), str(code)) for code in codes)


def _weekday_names(numbers: Any) -> str:
    return _("、").join(str(Weekday(int(number)).label) for number in numbers)


def amount_words(number: str, unit: str, period: str) -> str:
    """`30 份/天` from the words and the code that the trail notes."""
    per = period_word(period) if unit else ""
    words = f"{number}\u00a0{unit}" if unit else number
    return f"{words}/{per}" if per else words


def register() -> None:
    amounts = ("quantity", "allocated", "held")
    word_amounts({f"{kind}.{n}": amount_words for kind in ("need", "resource") for n in amounts})
    word_values({"need.groups": _group_names, "resource.groups": _group_names})
    word_values({"resource.weekdays": _weekday_names})
    name_acts({f"{kind}.{act}": w for kind in ("need", "resource") for act, w in _ACTS.items()})
    name_acts({f"{kind}.add": gettext_lazy("添加") for kind in _LISTS})
    name_kinds(_LISTS | {"need": gettext_lazy("需求"), "resource": gettext_lazy("资源")})
    name_acts(
        {"import.check": gettext_lazy("上传了表格"), "import.finish": gettext_lazy("导入完成")}
    )
    name_fields(_FIELDS)
    for code, (kind, word) in WORDINGS.items():
        register_wording(code, kind, word)
