"""The stored shares of a score as sentences for one reader: names of staff lists in their language."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from marketplace.models import Category, Unit
from marketplace.queries import localized_names
from marketplace.templatetags.market import period_word
from matching.wording import reason_sentence, telling

# Points from which like wording or a word in common is worth a person's time.
_TRACE = 0.1


def worth_telling(code: str, points: float, words: Sequence[str]) -> bool:
    """Whether a share helps a person to judge: a trace of like wording that no phrase can show
    does not."""
    if points < 0.005:
        return False
    if code == "need_covered":
        return bool(telling(words))
    return code != "similar_text" or points >= _TRACE


class Sentences:
    """Words for reasons; the staff lists are read once, however many reasons follow."""

    @cached_property
    def _categories(self) -> Mapping[str, str]:
        return localized_names(Category)

    @cached_property
    def _units(self) -> Mapping[str, str]:
        return localized_names(Unit)

    def of(
        self,
        code: str,
        points: float,
        figures: Mapping[str, Any],
        words: Sequence[str],
        *,
        period: str,
    ) -> str:
        """`period` is the need's: an amount a day stays an amount a day."""
        told = dict(figures)
        if "unit" in told:
            told["unit"] = self._unit(str(told["unit"]), period)
        if "category" in told:
            told["category"] = self._categories.get(str(told["category"]), told["category"])
        return reason_sentence(code, points, told, words)

    def _unit(self, code: str, period: str) -> str:
        name, every = self._units.get(code, ""), period_word(period)
        return _("%(unit)s/%(period)s") % {"unit": name, "period": every} if every else name
