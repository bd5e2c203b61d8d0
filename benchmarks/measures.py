"""Figures of ranked lists and of time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from statistics import fmean

Grades = Mapping[str, int]
"""Item to grade, of one query; what is not listed has grade 0."""


@dataclass(frozen=True)
class Quality:
    """Means over the queries that have an answer."""

    queries: int
    mrr: float
    ndcg: float
    recall: float
    precision: float


def quality(
    runs: Mapping[str, Sequence[str]], judged: Mapping[str, Grades], answer: int
) -> Quality:
    """MRR@10, nDCG@10, recall@10 and P@5 over queries with an item of at least grade `answer`.

    nDCG uses the grades as gains; the other three count the answers alone.
    """
    asked = [q for q in runs if max(judged.get(q, {}).values(), default=0) >= answer]
    graded = [(runs[q][:10], judged[q]) for q in asked]
    pairs = [
        (run, {item for item, grade in grades.items() if grade >= answer}) for run, grades in graded
    ]
    return Quality(
        queries=len(pairs),
        mrr=fmean(_reciprocal_rank(run, answers) for run, answers in pairs),
        ndcg=fmean(_ndcg(run, grades) for run, grades in graded),
        recall=fmean(sum(item in answers for item in run) / len(answers) for run, answers in pairs),
        precision=fmean(sum(item in answers for item in run[:5]) / 5 for run, answers in pairs),
    )


def _reciprocal_rank(run: Sequence[str], answers: Collection[str]) -> float:
    return next((1 / place for place, item in enumerate(run, 1) if item in answers), 0.0)


def _ndcg(run: Sequence[str], grades: Grades) -> float:
    best = sorted(grades.values(), reverse=True)[:10]
    return _gain([grades.get(item, 0) for item in run]) / _gain(best)


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / log2(place + 1) for place, grade in enumerate(grades, 1))


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
