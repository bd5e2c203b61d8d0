from marketplace.forms.entry import FORMS, EntryForm, NeedForm, ResourceForm, initial_of

__all__ = ["FORMS", "EntryForm", "NeedForm", "ResourceForm", "initial_of"]
