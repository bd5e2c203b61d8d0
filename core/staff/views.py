"""Options, working days, periodic jobs and news, for whoever runs the base."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import context, options, outbox, wording, workdays
from core.context import NavItem
from core.errors import NotFound
from core.permissions import INSPECT_BASE, READ_TRAIL, RUN_BASE, Actor, may
from core.staff import queries
from core.staff.forms import DayForm, OptionsForm
from core.views import ActionView, FormPage, Page, SignedIn, actor_of, say

SECTION = "settings"
YEARS = range(2004, 2100)


def nav(actor: Actor, _request: HttpRequest) -> list[NavItem]:
    """设置 in the bar, for those who may open any of its pages; not while one acts for a caller."""
    pages = [] if actor.on_behalf_of else pages_of(actor)
    return [NavItem(SECTION, _("设置"), pages[0].url, order=80)] if pages else []


def pages_of(actor: Actor) -> list[NavItem]:
    """The settings pages that an actor may open: the ground's, then those that apps added."""
    found: list[NavItem] = []
    if may(actor, INSPECT_BASE):
        found += [
            NavItem("options", _("选项"), reverse("core:option-list")),
            NavItem("calendar", _("工作日"), reverse("core:calendar")),
        ]
    found += context.settings_pages(actor)
    if may(actor, INSPECT_BASE):
        found += [
            NavItem("jobs", _("定时工作"), reverse("core:job-list")),
            NavItem("outbox", _("内部消息"), reverse("core:outbox")),
        ]
    if may(actor, READ_TRAIL):
        found.append(NavItem("audit", _("操作记录"), reverse("core:audit-list")))
    return found


class SettingsPage(SignedIn, Page):
    """A page among the settings: asks for its duty, shows the tabs."""

    section = SECTION
    tab: ClassVar[str] = ""
    duty: ClassVar[str] = INSPECT_BASE

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = actor_of(request)
        if actor.is_authenticated:
            may(actor, self.duty if request.method in ("GET", "HEAD") else RUN_BASE).require()
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tabs = [(page.label, page.url, page.section == self.tab) for page in pages_of(self.actor)]
        writes = bool(may(self.actor, RUN_BASE))
        return super().get_context_data(tabs=tabs, may_write=writes, **kwargs)


class OptionsPage(SettingsPage):
    template_name = "core/staff/option_list.html"
    tab = "options"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        groups = [
            (
                group,
                [
                    (option.label, self._words(option, value), value != option.default)
                    for option, value in group.options
                ],
            )
            for group in queries.option_groups()
        ]
        lists = context.kept_lists(self.actor)
        return super().get_context_data(groups=groups, lists=lists, **kwargs)

    def _words(self, option: options.AnyOption, value: object) -> str:
        shown = dict(option.choices).get(str(value), value) if option.choices else value
        return wording.value_words("option", option.key, shown, {})


class OptionEditPage(SettingsPage, FormPage):
    template_name = "core/staff/option_edit.html"
    tab = "options"
    form_class = OptionsForm

    def group(self) -> queries.OptionGroup:
        found = [g for g in queries.option_groups() if g.app == self.kwargs["app"]]
        if not found:
            raise NotFound(_("没有这一组选项。"))
        return found[0]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"members": self.group().options}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        group = self.group()
        crumbs = [(_("选项"), reverse("core:option-list")), (group.label, "")]
        return super().get_context_data(group=group, crumbs=crumbs, **kwargs)

    def perform(self, form: forms.Form) -> str:
        assert isinstance(form, OptionsForm)
        with transaction.atomic():
            for key, (seen, value) in form.changes().items():
                options.set_option(key, value, by=self.actor, at=self.at, seen=seen)
        return reverse("core:option-list")


class CalendarPage(SettingsPage, FormPage):
    template_name = "core/staff/calendar.html"
    tab = "calendar"
    form_class = DayForm

    @property
    def year(self) -> int:
        year = int(self.kwargs.get("year") or self.at.year)
        if year not in YEARS:
            raise NotFound(_("没有这一年的日历。"))
        return year

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        year, now = self.year, self.at.year
        days = [(day, queries.weekday_words(day.day)) for day in workdays.special_days(year)]
        years = [
            (str(n), reverse("core:calendar-year", args=[n]), n == year)
            for n in sorted({year, *range(now - 1, now + 3)})
        ]
        provisional = workdays.is_provisional(year)
        return super().get_context_data(
            year=year, years=years, days=days, provisional=provisional, **kwargs
        )

    def perform(self, form: forms.Form) -> str:
        day: date = form.cleaned_data["day"]
        workdays.set_day(
            day,
            is_working=form.cleaned_data["is_working"],
            note=form.cleaned_data["note"],
            by=self.actor,
            at=self.at,
        )
        return reverse("core:calendar-year", args=[day.year])


class StaffAction(ActionView):
    """A button of the settings pages, for those who run the base."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        may(self.actor, RUN_BASE).require()
        return super().post(request, *args, **kwargs)


class ClearDay(StaffAction):
    def perform(self) -> str:
        try:
            day = parse_date(self.request.POST.get("day", ""))
        except ValueError:
            day = None
        if day is None:
            raise NotFound(_("这一天没有更正过。"))
        workdays.clear_day(day, by=self.actor, at=self.at)
        return reverse("core:calendar-year", args=[day.year])


class JobsPage(SettingsPage):
    template_name = "core/staff/job_list.html"
    tab = "jobs"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(jobs=queries.job_rows(self.at), **kwargs)


class OutboxPage(SettingsPage):
    template_name = "core/staff/outbox.html"
    tab = "outbox"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state = queries.outbox_state()
        figures = [
            (_("等待发送"), str(state.waiting - state.unknown)),
            (_("失败，等人处理"), str(state.dead)),
            (_("等新版本处理"), str(state.unknown)),
        ]
        return super().get_context_data(state=state, figures=figures, **kwargs)


class SendAgain(StaffAction):
    """One dead delivery (`delivery`), or all of them (`all`)."""

    def perform(self) -> str:
        ids = [int(raw) for raw in self.request.POST.getlist("delivery") if _is_id(raw)]
        if self.request.POST.get("all"):
            ids = queries.dead_ids()
        sent = outbox.send_again(ids, by=self.actor, at=self.at)
        if sent:
            words = ngettext("%(n)d 条已放回等待发送。", "%(n)d 条已放回等待发送。", sent)
            say(self.request, words % {"n": sent})
        else:
            messages.warning(self.request, _("没有要重发的：可能已经有人重发过了。"))
        return reverse("core:outbox")


def _is_id(raw: str) -> bool:
    return raw.isascii() and raw.isdigit() and len(raw) < 19
