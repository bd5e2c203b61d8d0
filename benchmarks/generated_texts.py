"""Generated entries: words drawn by the frequencies of jieba's dictionary, so that nobody who
must meet a figure decides how common a word is. Seeded: the same seed gives the same texts.
"""

import logging
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate


class Generated:
    """A corpus of short entries and queries about them."""

    def __init__(self, seed: int) -> None:
        import jieba  # noqa: PLC0415 - of the extra `bench` alone

        jieba.setLogLevel(logging.WARNING)
        jieba.initialize()
        # The dictionary's table also holds beginnings of words, with frequency 0.
        frequencies = {
            word: n for word, n in jieba.dt.FREQ.items() if n > 0 and word.isalpha() and word
        }
        self._cut = jieba.lcut
        self._words = sorted(frequencies)
        self._cumulative = list(accumulate(frequencies[word] for word in self._words))
        self._random = random.Random(seed)

    def _drawn(self, count: int) -> list[str]:
        return self._random.choices(self._words, cum_weights=self._cumulative, k=count)

    def entries(self, count: int) -> Iterator[tuple[str, str]]:
        """Titles of 4 to 8 words and texts of 12 to 30, in sentences."""
        for _entry in range(count):
            title = "".join(self._drawn(self._random.randint(4, 8)))
            sentences = [
                "".join(self._drawn(self._random.randint(6, 10)))
                for _sentence in range(self._random.randint(2, 3))
            ]
            yield title, "。".join(sentences)

    def queries(self, count: int) -> Iterator[str]:
        """Queries of 2 to 5 words."""
        for _query in range(count):
            yield "".join(self._drawn(self._random.randint(2, 5)))

    def figures(self, texts: Iterable[str]) -> tuple[int, list[tuple[str, int]]]:
        """Size of the vocabulary, and in how many texts each of the ten commonest words stands."""
        held: Counter[str] = Counter()
        for text in texts:
            held.update({word for word in self._cut(text) if word.isalpha()})
        return len(held), held.most_common(10)
