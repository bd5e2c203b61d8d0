"""Staff pages: people, roles, communities, and 代为登记."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import operations, permissions, queries
from accounts.forms import (
    CallerForm,
    CommunityEditForm,
    CommunityForm,
    JoinForm,
    NewPersonForm,
    ReasonForm,
    RegionPicker,
    RoleForm,
)
from accounts.middleware import CALLER_SESSION_KEY, CallerSession
from accounts.models import Organization, Region, RegionLevel, User
from accounts.views.lists import page_of
from accounts.views.membership import SHOWN_ONCE
from accounts.views.organization import StaffPage
from core import audit
from core.errors import Invalid
from core.views import ActionView, FormPage, safe_next, say


def find_organization(text: str, *, field: str = "organization") -> Organization:
    """The one organization that this number or name means. Raises Invalid at `field`."""
    typed = text.strip()
    found = list(queries.organizations_named(typed)) if typed else []
    exact = [o for o in found if typed in (o.number, o.name, o.short_name, o.uscc)]
    chosen = exact or found
    if len(chosen) == 1:
        return chosen[0]
    if not chosen:
        raise Invalid({field: _("没有找到这个单位。请换一个写法，或先登记它。")})
    names = _("、").join(f"{o.name}（{o.number}）" for o in chosen[:5])
    raise Invalid({field: _("有几个单位都像：%(names)s。请填编号。") % {"names": names}})


# -- people ---------------------------------------------------------------------------------------
class PersonList(StaffPage):
    template_name = "accounts/person_list.html"
    tab = "person-list"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = self.request.GET.get("q", "").strip()[:100]
        page = page_of(self.request, queries.people(text))
        return super().get_context_data(page=page, q=text, **kwargs)


class PersonOpen(StaffPage, FormPage):
    """Open an account for a caller; the next page issues the code to read out."""

    template_name = "accounts/person_open.html"
    writing = True
    tab = "person-list"
    form_class = NewPersonForm

    def perform(self, form: forms.Form) -> str:
        user = operations.open_account(by=self.actor, at=self.at, **form.cleaned_data)
        return reverse("accounts:person-detail", args=[user.number])


class OnePerson(StaffPage):
    tab = "person-list"

    @cached_property
    def person(self) -> User:
        return queries.load_person(str(self.kwargs["number"]), self.actor)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor, person = self.actor, self.person
        today = timezone.localdate()
        holds_role = queries.holds_role(person, today)
        subject = audit.subject_of(person)
        return super().get_context_data(
            person=person,
            memberships=queries.active_memberships(person),
            grants=queries.grants_in_force(today).filter(user=person).select_related("region"),
            lines=queries.history_lines(subject),
            can_issue_code=permissions.can_issue_code(actor, person, holds_role=holds_role),
            can_close=permissions.can_close_account(actor, person),
            **kwargs,
        )


class PersonDetail(OnePerson, FormPage):
    """One person; the form puts them into an organization."""

    template_name = "accounts/person_detail.html"
    form_class = JoinForm

    def perform(self, form: forms.Form) -> str:
        organization = find_organization(form.cleaned_data["organization"])
        role = form.cleaned_data["role"]
        operations.add_member(
            organization=organization, user=self.person, role=role, by=self.actor, at=self.at
        )
        return reverse("accounts:person-detail", args=[self.person.number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(code=self.request.session.pop(SHOWN_ONCE, ""), **kwargs)


class PersonAction(ActionView):
    @cached_property
    def person(self) -> User:
        return queries.load_person(str(self.kwargs["number"]), self.actor)

    def back(self) -> str:
        return reverse("accounts:person-detail", args=[self.person.number])


class PersonCode(PersonAction):
    """Issue a one-time code; the next page shows it once."""

    def perform(self) -> str:
        code = operations.issue_code(user=self.person, by=self.actor, at=self.at)
        self.request.session[SHOWN_ONCE] = code
        return self.back() + "#code"


class PersonClose(OnePerson, FormPage):
    template_name = "accounts/person_close.html"
    writing = True
    form_class = ReasonForm

    def perform(self, form: forms.Form) -> str:
        reason = form.cleaned_data["reason"]
        operations.close_account(user=self.person, reason=reason, by=self.actor, at=self.at)
        return reverse("accounts:person-detail", args=[self.person.number])


class PersonReopen(PersonAction):
    def perform(self) -> str:
        operations.reopen_account(user=self.person, by=self.actor, at=self.at)
        return self.back()


# -- roles ----------------------------------------------------------------------------------------
class RoleList(StaffPage, FormPage):
    """Who holds which role where and until when; the administrator grants on the same page."""

    template_name = "accounts/role_list.html"
    tab = "role-list"
    form_class = RoleForm

    def perform(self, form: forms.Form) -> str:
        values = dict(form.cleaned_data)
        user = queries.find_by_account(values.pop("account"))
        if user is None:
            raise Invalid({"account": _("没有这个账号。请对方先注册，再来授予。")})
        operations.grant_role(user=user, by=self.actor, at=self.at, **values)
        return reverse("accounts:role-list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = page_of(self.request, queries.role_grants().order_by())
        today = timezone.localdate()
        return super().get_context_data(page=rows, today=today, **kwargs)


class RoleRevoke(ActionView):
    def perform(self) -> str:
        grant = queries.load_role_grant(str(self.kwargs["number"]))
        operations.revoke_role(grant=grant, by=self.actor, at=self.at)
        return reverse("accounts:role-list")


# -- regions --------------------------------------------------------------------------------------
class RegionList(StaffPage, FormPage):
    """Communities that staff have added; the form adds one."""

    template_name = "accounts/region_list.html"
    tab = "region-list"
    form_class = CommunityForm

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return CommunityForm(data=data, initial={"street": self.request.GET.get("street", "")})

    def perform(self, form: forms.Form) -> str:
        region = operations.add_community(by=self.actor, at=self.at, **form.cleaned_data)
        assert region.parent is not None
        return f"{reverse('accounts:region-list')}?street={region.parent.code}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        base = queries.base_region()
        communities = queries.communities()[:500]
        return super().get_context_data(communities=communities, base=base, **kwargs)


class RegionEdit(StaffPage, FormPage):
    template_name = "accounts/region_edit.html"
    writing = True
    tab = "region-list"
    form_class = CommunityEditForm

    @cached_property
    def region(self) -> Region:
        return queries.load_region(str(self.kwargs["code"]))

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        initial = {"name": self.region.name, "closed": self.region.closed}
        return CommunityEditForm(data=data, initial=initial)

    def perform(self, form: forms.Form) -> str:
        operations.edit_region(region=self.region, by=self.actor, at=self.at, **form.cleaned_data)
        return reverse("accounts:region-list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(region=self.region, **kwargs)


class RegionPick(View):
    """The region picker again, one level further (htmx), and the search in it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        name = request.GET.get("field", "region")
        if not name.isidentifier():
            name = "region"
        if "find" in request.GET:
            return self._found(request, name)
        deepest = request.GET.get("deepest", "")
        known = deepest.isdigit() and int(deepest) in RegionLevel.values
        picker = RegionPicker()
        picker.deepest = int(deepest) if known else RegionLevel.COMMUNITY
        state = picker.value_from_datadict(request.GET, MultiValueDict(), name)
        return HttpResponse(picker.render(name, state, {"id": f"id_{name}"}))

    def _found(self, request: HttpRequest, name: str) -> HttpResponse:
        text = request.GET.get(f"{name}_q", "").strip()[:40]
        base = None if request.GET.get(f"{name}_wide") else queries.base_region()
        inside = base.path if base else ""
        regions = queries.regions_named(text, inside=inside) if text else []
        values = {
            "regions": regions,
            "field": name,
            "text": text,
            "deepest": request.GET.get("deepest", ""),
            "wide": request.GET.get(f"{name}_wide", ""),
        }
        return render(request, "accounts/widgets/region_found.html", values)


# -- 代为登记 -------------------------------------------------------------------------------------
class CallerBegin(StaffPage, FormPage):
    """Pick the organization, say who called and when; from then on one acts for it."""

    template_name = "accounts/caller_begin.html"
    tab = "caller-begin"
    writing = True
    form_class = CallerForm

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return CallerForm(
            data=data, initial={"organization": self.request.GET.get("organization", "")}
        )

    def perform(self, form: forms.Form) -> str:
        values = dict(form.cleaned_data)
        organization = find_organization(values.pop("organization"))
        mode = operations.begin_for_caller(
            organization=organization, by=self.actor, at=self.at, **values
        )
        self.request.session[CALLER_SESSION_KEY] = CallerSession(
            organization=mode.organization, caller=mode.caller, until=mode.until.isoformat()
        )
        return safe_next(self.request, resolve_url(settings.LOGIN_REDIRECT_URL))


class CallerEnd(ActionView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # No `acting_for` is checked: leaving the mode must always work.
        operations.end_for_caller(by=self.actor, at=self.at)
        request.session.pop(CALLER_SESSION_KEY, None)
        say(request, _("代为登记已结束。"))
        return redirect(safe_next(request, "/"))
