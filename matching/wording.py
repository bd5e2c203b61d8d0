"""Plain sentences for the codes and figures that the matcher stores."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

Figures = Mapping[str, float | str]


def level_label(level: str) -> str:
    """契合度 as one word; `none` is what is not shown as a candidate."""
    return {
        "high": _("高"),
        "medium": _("中"),
        "low": _("低"),
        "none": _("不合适"),
    }[level]


def nothing_fits() -> str:
    """What is said when no candidate is close enough."""
    return _("目前没有合适的资源。")


def reason_sentence(code: str, points: float, figures: Figures, words: Sequence[str] = ()) -> str:
    """Return the sentence for one share of a score. KeyError for a code that does not exist."""
    return _REASONS[code](points, figures, words)


def absence_sentence(code: str, removed: int, would_return: int) -> str:
    """Return the line of 为什么没有候选 for one constraint."""
    sentence = _absence_causes()[code] % {"removed": removed}
    if would_return:
        sentence += _("只放宽这一条，能多出 %(count)d 条。") % {"count": would_return}
    return sentence


def _absence_causes() -> dict[str, str]:
    return {
        "open": _("已经关闭的有 %(removed)d 条。"),
        "other_organization": _("本单位自己发布的有 %(removed)d 条。"),
        "kinds": _("给的东西和要的东西不是一类，有 %(removed)d 条。"),
        "category_possible": _("工作人员标为不能对接的类别，有 %(removed)d 条。"),
        "area": _("服务不到这个地方的有 %(removed)d 条。"),
        "times": _("时间对不上的有 %(removed)d 条。"),
        "conditions": _("要帮的人不符合对方条件的有 %(removed)d 条。"),
        "remaining": _("已经用完、已经满足，或都留着等确认的有 %(removed)d 条。"),
        "not_declined": _("以前谢绝过的有 %(removed)d 条。"),
    }


# Characters that say how much, how often, when, or merely join: a word of nothing else is no
# reason that a person could understand.
_EMPTY = frozenset(
    "0123456789０１２３４５６７８９一二三四五六七八九十百千万两几半多每各第个份位名户次件"
    "年月日天周时点分钟小左右以上以下内前后早晚起至到可需要提供有为和与的了在等及或请"
)
# Whole words that say when, how much or how, of any thing at all.
_IDLE = frozenset(
    [
        "上午",
        "下午",
        "中午",
        "晚上",
        "周末",
        "节日",
        "季度",
        "学期",
        "每学期",
        "临时",
        "长期",
        "直接",
        "简单",
        "优先",
        "适合",
        "不便",
        "怎么",
        "看看",
        "讲讲",
        "帮着",
        "用完",
        "三方",
        "万元",
        "公斤",
        "岁以上",
        "不超过",
        "项目不超过",
        "需要的人",
        "会用的人",
        "同一个人",
        "单位",
    ]
)
# A phrase that begins so was cut out of the middle of a clause.
_CUT = ("由", "被", "岁以上", "不超过")


def telling(words: Sequence[str]) -> list[str]:
    """Those of a pair's common words that tell something: no bare numbers, no pieces of dates or
    clauses, no words that go with anything."""
    return [
        word
        for word in words
        if len(word) > 1
        and word not in _IDLE
        and not word.startswith(_CUT)
        and not _EMPTY.issuperset(word)
    ]


def _need_covered(_points: float, figures: Figures, words: Sequence[str]) -> str:
    percent = round(float(figures["share"]) * 100)
    words = telling(words)
    if words:
        return _("需求里说的，对方提到了 %(percent)d%%：%(words)s。") % {
            "percent": percent,
            "words": _quoted(words),
        }
    return _("需求里说的，对方提到了 %(percent)d%%。") % {"percent": percent}


def _similar_text(_points: float, figures: Figures, _words: Sequence[str]) -> str:
    return _("两边写的文字有相同之处（相似度 %(cosine)s）。") % {
        "cosine": _two_digits(figures["cosine"])
    }


def _meaning(points: float, _figures: Figures, _words: Sequence[str]) -> str:
    if points < 0:
        return _("意思离得比较远。")
    if points < 0.15:
        return _("意思有一点相近。")
    if points < 0.3:
        return _("意思比较接近。")
    return _("不看用词，意思很接近。")


def _same_category(_points: float, figures: Figures, _words: Sequence[str]) -> str:
    return _("类别相同：%(category)s。") % {"category": figures["category"]}


def _distance(_points: float, figures: Figures, _words: Sequence[str]) -> str:
    return {
        2: _("在同一个市。"),
        3: _("在同一个区县。"),
        4: _("在同一个街道。"),
        5: _("在同一个社区。"),
    }[min(int(figures["common_levels"]), 5)]


def _times(_points: float, _figures: Figures, _words: Sequence[str]) -> str:
    return _("双方的时间对得上。")


def _quantity(_points: float, figures: Figures, _words: Sequence[str]) -> str:
    values = {
        "needed": _plain(figures["needed"]),
        "left": _plain(figures["left"]),
        "unit": f"\u00a0{figures['unit']}" if figures["unit"] else "",
    }
    if float(figures["left"]) >= float(figures["needed"]):
        return _("数量够：需要 %(needed)s%(unit)s，还有 %(left)s%(unit)s。") % values
    return _("数量够一部分：需要 %(needed)s%(unit)s，还有 %(left)s%(unit)s。") % values


def _freshness(_points: float, figures: Figures, _words: Sequence[str]) -> str:
    days = int(figures["days"])
    if days == 0:
        return _("今天刚更新。")
    return _("%(days)d 天内更新过。") % {"days": days}


_REASONS = {
    "need_covered": _need_covered,
    "similar_text": _similar_text,
    "meaning": _meaning,
    "same_category": _same_category,
    "distance": _distance,
    "times": _times,
    "quantity": _quantity,
    "freshness": _freshness,
}


def _quoted(words: Sequence[str]) -> str:
    return _("、").join(_("“%(word)s”") % {"word": word} for word in words)


def _two_digits(value: float | str) -> str:
    return f"{float(value):.2f}"


def _plain(value: float | str) -> str:
    """A number without needless decimals."""
    return f"{float(value):,.2f}".rstrip("0").rstrip(".").replace(",", "")
