from portal.queries.base import Base, base
from portal.queries.help import find_topics
from portal.queries.market import (
    Figures,
    Month,
    Results,
    Story,
    by_month,
    closing_needs,
    figures,
    newest_offers,
    results,
    results_years,
    stories,
)
from portal.queries.workbench import Load, Ongoing, OwnLinks, ongoing, own_links, staff_load

__all__ = [
    "Base",
    "Figures",
    "Load",
    "Month",
    "Ongoing",
    "OwnLinks",
    "Results",
    "Story",
    "base",
    "by_month",
    "closing_needs",
    "figures",
    "find_topics",
    "newest_offers",
    "ongoing",
    "own_links",
    "results",
    "results_years",
    "staff_load",
    "stories",
]
