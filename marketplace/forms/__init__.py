from marketplace.forms.entry import FORMS, EntryForm, NeedForm, ResourceForm, initial_of
from marketplace.forms.steps import Step, take_step

__all__ = [
    "FORMS",
    "EntryForm",
    "NeedForm",
    "ResourceForm",
    "Step",
    "initial_of",
    "take_step",
]
