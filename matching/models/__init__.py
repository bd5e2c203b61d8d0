from matching.models.carrying import Delivery, Feedback, Note
from matching.models.match import Answer, Match, Proposer, Side
from matching.models.settings import ImpossiblePair, WeightChange

__all__ = [
    "Answer",
    "Delivery",
    "Feedback",
    "ImpossiblePair",
    "Match",
    "Note",
    "Proposer",
    "Side",
    "WeightChange",
]
