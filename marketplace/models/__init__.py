from marketplace.levels import Level
from marketplace.models.entry import Availability, Entry, Period
from marketplace.models.imports import ImportRow, ImportRun, RowStatus
from marketplace.models.need import Need, NeedKind, NeedSource
from marketplace.models.offer import Cost, LegalRoute, OfferKind, ResourceOffer, Weekday
from marketplace.models.taxonomy import BeneficiaryGroup, Category, Unit
from marketplace.models.version import EntryVersion, VersionStatus

__all__ = [
    "Availability",
    "BeneficiaryGroup",
    "Category",
    "Cost",
    "Entry",
    "EntryVersion",
    "ImportRow",
    "ImportRun",
    "LegalRoute",
    "Level",
    "Need",
    "NeedKind",
    "NeedSource",
    "OfferKind",
    "Period",
    "ResourceOffer",
    "RowStatus",
    "Unit",
    "VersionStatus",
    "Weekday",
]
