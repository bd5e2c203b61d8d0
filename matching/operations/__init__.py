from matching.operations.answer import accept, decline, dismiss
from matching.operations.carry import (
    agree_to_publish,
    close,
    confirm_all,
    confirm_delivery,
    correct_delivery,
    give_feedback,
    look_at_contact,
    question_delivery,
    record_delivery,
    write_message,
)
from matching.operations.end import cancel, lapse_due, withdraw, withdraw_pointless
from matching.operations.propose import BEST, best_of, propose, propose_best, propose_pair
from matching.operations.settings import mark_impossible, set_weight, unmark_impossible
from matching.operations.share import share_out
from matching.operations.suggest import describe, suggest, suggest_all

__all__ = [
    "BEST",
    "accept",
    "agree_to_publish",
    "best_of",
    "cancel",
    "close",
    "confirm_all",
    "confirm_delivery",
    "correct_delivery",
    "decline",
    "describe",
    "dismiss",
    "give_feedback",
    "lapse_due",
    "look_at_contact",
    "mark_impossible",
    "propose",
    "propose_best",
    "propose_pair",
    "question_delivery",
    "record_delivery",
    "set_weight",
    "share_out",
    "suggest",
    "suggest_all",
    "unmark_impossible",
    "withdraw",
    "withdraw_pointless",
    "write_message",
]
