"""Measure the matcher: `python -m benchmarks.matching --needs N.jsonl --offers O.jsonl --gold G.tsv`.

Needs and offers are JSON lines with `id`, `title`, `text`, `category`; the gold is a table of `need`,
`offer`, `grade` (0 to 3, means of several readers allowed, unlisted pairs 0). Place and time are left
out, as in the judgements. Without `semantic` installed the rows with vectors say so.

Conventions. A pair is relevant from grade 2 on; nDCG@10, P@5, MRR and R@10 are means over the needs
with a relevant offer. The gain of a pair in nDCG is 2**grade - 1, not the grade itself: this is the
convention that gives the published .743 of TF-IDF cosine on the given half of the first gold set
(.7445 here; grades as gains would give .716). AUC: how well a need's best score tells needs with a
relevant offer from needs without.

`--generated 10000` times one need against that many generated offers, and a whole re-match.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import log2
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.generated import time_generated
from matching.engine import Item, Matcher, Proposals
from matching.engine.matcher import meaning_baseline
from search.analysis import tokens
from search.embedding import Embedder, embed_text, load_packaged
from search.ranking import Candidate, field_counts, figures_of, rank_words

RELEVANT = 2.0
Grades = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Figures:
    """Quality of one method over all needs."""

    ndcg: float
    p5: float
    mrr: float
    r10: float
    auc: float

    def line(self, name: str) -> str:
        """One row of the printed table."""
        return (
            f"{name:<34} {self.ndcg:8.4f} {self.p5:6.3f} {self.mrr:6.3f} {self.r10:6.3f} "
            f"{self.auc:6.3f}"
        )


def read_items(path: Path) -> list[Item]:
    """Read needs or offers; stray control characters in a line are let pass."""
    rows: list[dict[str, Any]] = [
        json.loads(line, strict=False)
        for line in path.read_text(encoding="utf-8").split("\n")
        if line.strip()
    ]
    return [
        Item(str(r["id"]), r.get("title", ""), r.get("text", ""), category=r.get("category", ""))
        for r in rows
    ]


def read_gold(path: Path) -> Grades:
    """Read grades by need and offer."""
    gold: Grades = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        need, offer, grade = line.split("\t")
        gold.setdefault(need, {})[offer] = float(grade)
    return gold


def figures(
    scores: NDArray[np.float64], needs: Sequence[Item], offers: Sequence[Item], gold: Grades
) -> Figures:
    """Compare scores (needs × offers) with the gold; equal scores stay in the order of offers."""
    rows: list[tuple[float, float, float, float]] = []
    best: dict[bool, list[float]] = {True: [], False: []}
    for place, need in enumerate(needs):
        grades = gold.get(need.key, {})
        relevant = {key for key, grade in grades.items() if grade >= RELEVANT}
        best[bool(relevant)].append(float(scores[place].max()))
        if relevant:
            order = [offers[i].key for i in np.argsort(-scores[place], kind="stable")]
            rows.append(_of_one(order, grades, relevant))
    ndcg, p5, mrr, r10 = np.mean(rows, axis=0).tolist()
    return Figures(ndcg, p5, mrr, r10, _auc(best[True], best[False]))


def _of_one(
    order: list[str], grades: dict[str, float], relevant: set[str]
) -> tuple[float, float, float, float]:
    gained = _discounted([grades.get(key, 0.0) for key in order[:10]])
    ideal = _discounted(sorted(grades.values(), reverse=True)[:10])
    first = next((rank for rank, key in enumerate(order, 1) if key in relevant), None)
    return (
        gained / ideal,
        len(relevant & set(order[:5])) / 5,
        1 / first if first else 0.0,
        len(relevant & set(order[:10])) / len(relevant),
    )


def _discounted(grades: Sequence[float]) -> float:
    return sum((2**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades, 1))


def _auc(with_answer: list[float], without: list[float]) -> float:
    if not with_answer or not without:
        return float("nan")
    pairs = [(a > b) + 0.5 * (a == b) for a in with_answer for b in without]
    return sum(pairs) / len(pairs)


def _text(item: Item) -> str:
    return f"{item.title}\n{item.text}"


def tfidf_scores(
    needs: Sequence[Item], offers: Sequence[Item], analyzer: Callable[[str], list[str]]
) -> NDArray[np.float64]:
    """The named peer: scikit-learn's TF-IDF cosine, fitted on the offers."""
    vectorizer = TfidfVectorizer(analyzer=analyzer)
    held = vectorizer.fit_transform(map(_text, offers))
    scores: NDArray[np.float64] = (vectorizer.transform(map(_text, needs)) @ held.T).toarray()
    return scores


def bm25_scores(needs: Sequence[Item], offers: Sequence[Item]) -> NDArray[np.float64]:
    """The product's word ranking of search, with the whole need as query."""
    fields = [field_counts(offer.title, offer.text) for offer in offers]
    corpus = figures_of(fields)
    held = [Candidate(offer.key, counts) for offer, counts in zip(offers, fields, strict=True)]
    places = {offer.key: place for place, offer in enumerate(offers)}
    scores = np.zeros((len(needs), len(offers)))
    for place, need in enumerate(needs):
        for one in rank_words(field_counts(need.title, need.text), held, corpus):
            scores[place, places[one.key]] = one.score
    return scores


def matcher_scores(
    needs: Sequence[Item], offers: Sequence[Item], *, baseline: float | None = None
) -> tuple[NDArray[np.float64], list[Proposals]]:
    """All pair scores of the matcher, and what it would show."""
    matcher = Matcher() if baseline is None else Matcher(meaning_baseline=baseline)
    matcher.fit(offers)
    places = {offer.key: place for place, offer in enumerate(offers)}
    scores = np.full((len(needs), len(offers)), -np.inf)
    for row, answer in enumerate(matcher.propose(needs, top=len(offers))):
        for pair in (*answer.pairs, *answer.below_floor):
            scores[row, places[pair.offer]] = pair.score
    return scores, matcher.propose(needs)


def with_vectors(items: Sequence[Item], embedder: Embedder, *, side: str) -> list[Item]:
    """The same items with the vector of their side."""
    texts = [embed_text(item.title, item.text) for item in items]
    if side == "query":
        rows = embedder.query(texts)
        return [replace(item, query=row) for item, row in zip(items, rows, strict=True)]
    rows = embedder.passage(texts)
    return [replace(item, passage=row) for item, row in zip(items, rows, strict=True)]


def levels_line(name: str, shown: Sequence[Proposals], gold: Grades) -> str:
    """How 契合度 stands against the gold."""
    high = [pair for answer in shown for pair in answer.pairs if pair.level == "high"]
    right = sum(gold.get(p.need, {}).get(p.offer, 0.0) >= RELEVANT for p in high)
    without = [a for a in shown if max(gold.get(a.key, {}).values(), default=0.0) < RELEVANT]
    wrongly = sum(any(p.level == "high" for p in answer.pairs) for answer in without)
    silent = sum(answer.nothing_fits for answer in without)
    answered = [a for a in shown if a not in without]
    missed = sum(answer.nothing_fits for answer in answered)
    return (
        f"{name}: 高 {len(high)}, relevant {right}; needs without a relevant offer that were shown a "
        f"高: {wrongly} of {len(without)}, told that nothing fits: {silent}; needs with one told so "
        f"wrongly: {missed} of {len(answered)}"
    )


def measure(needs: list[Item], offers: list[Item], gold: Grades) -> None:
    """Print the table of quality."""
    print(f"{len(needs)} needs, {len(offers)} offers, {sum(map(len, gold.values()))} judged pairs")
    print(f"{'':<34} {'nDCG@10':>8} {'P@5':>6} {'MRR':>6} {'R@10':>6} {'AUC':>6}")
    peer = figures(tfidf_scores(needs, offers, tokens.index_tokens), needs, offers, gold)
    print(peer.line("TF-IDF cosine, U+B+L (the peer)"))
    by_words = figures(tfidf_scores(needs, offers, tokens.words), needs, offers, gold)
    print(by_words.line("TF-IDF cosine, words"))
    print(
        figures(bm25_scores(needs, offers), needs, offers, gold).line("BM25, words and characters")
    )
    scores, shown = matcher_scores(needs, offers)
    plain = figures(scores, needs, offers, gold)
    print(plain.line("matcher without vectors"))
    loaded = load_packaged()
    if loaded.embedder is None:
        print(f"matcher with vectors: NOT MEASURED. {loaded.reason}")
        print(f"ratio to the peer's nDCG@10: {plain.ndcg / peer.ndcg:.3f}")
        print(levels_line("without vectors", shown, gold))
        return
    asked = with_vectors(needs, loaded.embedder, side="query")
    held = with_vectors(offers, loaded.embedder, side="passage")
    full_scores, full_shown = matcher_scores(asked, held)
    full = figures(full_scores, needs, offers, gold)
    print(full.line("matcher with vectors"))
    print(
        f"ratio to the peer's nDCG@10: without vectors {plain.ndcg / peer.ndcg:.3f}, "
        f"with {full.ndcg / peer.ndcg:.3f}; mean cosine of all pairs with {loaded.embedder.model}: "
        f"{meaning_baseline(asked, held):.4f}"
    )
    print(levels_line("without vectors", shown, gold))
    print(levels_line("with vectors", full_shown, gold))


def main() -> None:
    """Read the arguments and measure what they ask for."""
    parser = argparse.ArgumentParser(description="Measure the matcher.")
    parser.add_argument("--needs", type=Path, help="JSON lines with id, title, text, category")
    parser.add_argument("--offers", type=Path, help="JSON lines with id, title, text, category")
    parser.add_argument("--gold", type=Path, help="table with need, offer, grade")
    parser.add_argument("--generated", type=int, metavar="N", help="time N generated offers")
    arguments = parser.parse_args()
    paths = (arguments.needs, arguments.offers, arguments.gold)
    if not any(paths) and not arguments.generated:
        parser.error("give --needs, --offers and --gold, or --generated")
    if any(paths) and not all(paths):
        parser.error("--needs, --offers and --gold belong together")
    if all(paths):
        measure(read_items(paths[0]), read_items(paths[1]), read_gold(paths[2]))
    if arguments.generated:
        time_generated(arguments.generated)


if __name__ == "__main__":
    main()
