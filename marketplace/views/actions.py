"""What one does with an entry: withdraw, reopen, post again, throw a draft away, take over."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.views import ActionView, FormPage, SignedIn, offer_undo, say
from marketplace import operations, permissions, queries
from marketplace.forms.fields import Words
from marketplace.views.sides import SideView


class EntryAction(SideView, ActionView):
    """A button on an entry that the actor may read; whether it may act is the operation's word."""

    @cached_property
    def entry(self) -> Any:
        return queries.get_entry(self.side, self.kwargs["number"], self.actor)


class EntryReopen(EntryAction):
    def perform(self) -> str:
        opened = operations.reopen(self.entry, by=self.actor, at=self.at)
        say(self.request, _("已重新开放，大家又能看到了。"))
        return self.url("detail", opened.number)


class EntryCopy(EntryAction):
    def perform(self) -> str:
        draft = operations.copy(self.entry, by=self.actor, at=self.at)
        say(self.request, _("照原来的写好了一份草稿。日期没有带过来，请改好再发布。"))
        return self.url("edit", draft.number)


class EntryTakeOver(EntryAction):
    def perform(self) -> str:
        entry = operations.take_over(self.entry, by=self.actor, at=self.at)
        say(self.request, _("这一条现在由你们自己管理，有消息会直接告诉你们。"))
        return self.url("detail", entry.number)


class WithdrawForm(forms.Form):
    reason = Words(
        label=gettext_lazy("为什么撤回（可不填）"),
        max_length=300,
        rows=2,
        help_text=gettext_lazy("只有本单位和运营方看得到。"),
    )


class EntryQuestion(SideView, SignedIn, FormPage):
    """A page that asks before something serious; the same question stands in a dialog."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.actor.is_authenticated:
            permissions.can_edit(self.actor, self.entry).require()
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def entry(self) -> Any:
        return queries.get_entry(self.side, self.kwargs["number"], self.actor)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = self.url("detail", self.entry.number)
        return super().get_context_data(entry=self.entry, side=self.side, back=back, **kwargs)


class EntryWithdraw(EntryQuestion):
    template_name = "marketplace/entry_withdraw.html"
    form_class = WithdrawForm

    def perform(self, form: forms.Form) -> str:
        was_open = self.entry.posted_at is not None
        entry = operations.withdraw(
            self.entry, by=self.actor, at=self.at, reason=form.cleaned_data["reason"]
        )
        if was_open:
            offer_undo(self.request, _("已撤回，别人看不到了。"), self.url("reopen", entry.number))
        return self.url("detail", entry.number)


class EntryDiscard(EntryQuestion):
    template_name = "marketplace/entry_discard.html"
    form_class = forms.Form

    def perform(self, form: forms.Form) -> str:
        operations.discard_draft(self.entry, by=self.actor, at=self.at)
        say(self.request, _("草稿已删除。"))
        return self.list_url
