"""Pages of organizations: the public page, registering, editing, deciding, the staff's list."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import context, operations, permissions, queries
from accounts.filters import OrganizationFilter
from accounts.forms import OrganizationForm, ReasonForm
from accounts.middleware import ACTING_SESSION_KEY
from accounts.models import Organization
from accounts.views.lists import download, page_of
from core import audit, ports, sheets
from core.errors import NotFound
from core.permissions import Decision
from core.views import FormPage, Page, SignedIn, actor_of, say

EXPORT_LIMIT = 20_000
# The decisions of the operator, and whether each must say why.
DECISIONS = {"verify": False, "unverify": True, "suspend": True, "restore": False}


class OfOrganization(Page):
    """A page about the organization named in the URL; `allowed` is asked before anything."""

    section = "organization"

    @cached_property
    def organization(self) -> Organization:
        return queries.load_organization(str(self.kwargs["number"]), self.actor)

    def allowed(self) -> Decision:
        return permissions.can_see_organization(self.actor, self.organization)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.allowed().require()
        return super().dispatch(request, *args, **kwargs)

    def facts(self) -> list[tuple[str, str, str]]:
        """What everybody may know, for the facts component."""
        one = self.organization
        return [
            (_("编号"), one.number, ""),
            (_("简称"), one.short_name, ""),
            (_("信用代码"), one.uscc, ""),
            (_("网址"), one.website, one.website),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor, organization = self.actor, self.organization
        return super().get_context_data(
            organization=organization,
            facts=self.facts(),
            crumbs=[
                (_("单位与人员"), reverse("accounts:organization-list")),
                (organization.label, ""),
            ],
            own=actor.acts_for(organization.pk),
            can_edit=permissions.can_edit_organization(actor, organization),
            can_see_members=permissions.can_see_members(actor, organization),
            can_manage_tokens=permissions.can_manage_tokens(actor, organization),
            **kwargs,
        )


class OrganizationDetail(OfOrganization):
    """What everybody may know of an organization; what it posted comes from the apps above."""

    template_name = "accounts/organization_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor, organization = self.actor, self.organization
        decides = permissions.can_decide_on_organization(actor, organization)
        return super().get_context_data(
            panels=ports.panels("organization", audit.subject_of(organization), actor),
            moves=organization.actions if decides else [],
            can_see_contact=permissions.can_see_contact(actor, organization),
            can_see_history=permissions.can_see_members(actor, organization),
            can_act_for_caller=permissions.can_act_for_caller(actor, organization),
            is_staff=permissions.is_staff(actor),
            **kwargs,
        )


class OrganizationRegister(SignedIn, FormPage):
    """Register an organization; staff do it for a caller without joining."""

    template_name = "accounts/organization_form.html"
    section = "organization"
    form_class = OrganizationForm

    @property
    def by_staff(self) -> bool:
        return bool(permissions.writes_as_staff(self.actor)) and not self.actor.is_system

    def perform(self, form: forms.Form) -> str:
        assert isinstance(form, OrganizationForm)
        join = not (self.by_staff and self.request.POST.get("join") != "1")
        organization = operations.register_organization(
            facts=form.facts(), join=join, by=self.actor, at=self.at
        )
        if join:
            self.request.session[ACTING_SESSION_KEY] = organization.number
        say(
            self.request,
            _("已登记为 %(number)s，等运营方核验。") % {"number": organization.number},
            arrived="organization",
        )
        return reverse("accounts:organization-detail", args=[organization.number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(by_staff=self.by_staff, **kwargs)


class OrganizationEdit(SignedIn, OfOrganization, FormPage):
    template_name = "accounts/organization_form.html"
    form_class = OrganizationForm

    def allowed(self) -> Decision:
        return permissions.can_edit_organization(self.actor, self.organization)

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return OrganizationForm(data=data, initial=OrganizationForm.initial_of(self.organization))

    def perform(self, form: forms.Form) -> str:
        assert isinstance(form, OrganizationForm)
        typed = self.request.POST.get("version", "")
        organization = operations.edit_organization(
            organization=self.organization,
            facts=form.facts(),
            by=self.actor,
            at=self.at,
            version=int(typed) if typed.isdigit() else 0,
        )
        say(self.request, _("已保存。"), arrived=f"organization-{organization.number}")
        if organization.uscc_warning:
            say(self.request, str(organization.get_uscc_warning_display()))
        return reverse("accounts:organization-detail", args=[organization.number])


class OrganizationDecide(SignedIn, OfOrganization, FormPage):
    """Verify, take back, suspend, restore: the page asks once more, with the reason."""

    template_name = "accounts/organization_decide.html"
    section = context.SECTION
    form_class = ReasonForm

    @property
    def action(self) -> str:
        action = str(self.kwargs["action"])
        if action not in DECISIONS:
            raise NotFound(_("没有这一页。"))
        return action

    def allowed(self) -> Decision:
        return permissions.can_decide_on_organization(self.actor, self.organization)

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        form = ReasonForm(data=data)
        needed = DECISIONS[self.action]
        form.fields["reason"].label = _("原因") if needed else _("备注")
        form.fields["reason"].required = needed
        return form

    def perform(self, form: forms.Form) -> str:
        text, organization = form.cleaned_data["reason"], self.organization
        actor, at = self.actor, self.at
        match self.action:
            case "verify":
                operations.verify(organization=organization, note=text, by=actor, at=at)
            case "unverify":
                operations.unverify(organization=organization, reason=text, by=actor, at=at)
            case "suspend":
                operations.suspend(organization=organization, reason=text, by=actor, at=at)
            case "restore":
                operations.restore(organization=organization, note=text, by=actor, at=at)
        return reverse("accounts:organization-detail", args=[organization.number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        move = self.organization.MACHINE.move(self.action)
        return super().get_context_data(move=move, action=self.action, **kwargs)


class OrganizationContact(SignedIn, OfOrganization):
    """Name and phone of the contact: shown on demand, each look written down."""

    template_name = "accounts/organization_contact.html"

    def allowed(self) -> Decision:
        return permissions.can_see_contact(self.actor, self.organization)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        contact = operations.look_up_contact(
            organization=self.organization, why="organization-page", by=self.actor, at=self.at
        )
        return self.render_to_response(self.get_context_data(contact=contact))


class OrganizationHistory(SignedIn, OfOrganization):
    template_name = "accounts/organization_history.html"

    def allowed(self) -> Decision:
        return permissions.can_see_members(self.actor, self.organization)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = queries.history_lines(audit.subject_of(self.organization))
        return super().get_context_data(lines=lines, **kwargs)


class StaffPage(SignedIn, Page):
    """A page for every operator role; who may write is asked by each operation."""

    section = context.SECTION
    tab = ""
    # A page that is nothing but a form is closed to those who could not send it.
    writing = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = actor_of(request)
        if actor.is_authenticated:
            permissions.is_staff(actor).require()
        if actor.is_authenticated and self.writing:
            permissions.writes_as_staff(actor).require()
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            tabs=context.staff_tabs(self.actor, f"accounts:{self.tab}"),
            writes=permissions.writes_as_staff(self.actor),
            is_administrator=permissions.is_administrator(self.actor),
            **kwargs,
        )


class OrganizationList(StaffPage):
    template_name = "accounts/organization_list.html"
    tab = "organization-list"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen = OrganizationFilter(self.request.GET, queryset=queries.organizations())
        page = page_of(self.request, chosen.qs)
        return super().get_context_data(filter=chosen, page=page, **kwargs)


class OrganizationExport(StaffPage):
    """The filtered list as a spreadsheet; contacts stay out of it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = OrganizationFilter(request.GET, queryset=queries.organizations()).qs
        header = [
            _("编号"),
            _("全称"),
            _("简称"),
            _("类型"),
            _("统一社会信用代码"),
            _("所在地"),
            _("状态"),
            _("成员数"),
            _("登记日期"),
        ]
        lines = (
            [
                row.number,
                row.name,
                row.short_name,
                str(row.get_kind_display()),
                row.uscc,
                row.region.full_name,
                str(row.get_state_display()),
                row.member_count,
                timezone.localtime(row.created_at).date(),
            ]
            for row in rows[:EXPORT_LIMIT]
        )
        book = sheets.write_book(_("单位"), header, lines, [14, 36, 18, 20, 22, 30, 10, 8, 12])
        return download(book, f"{_('单位名单')}_{timezone.localdate():%Y%m%d}.xlsx")


class OrganizationNames(SignedIn, View):
    """Names for a picker (htmx): the options of a datalist."""

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("organization", "").strip()
        found = queries.organizations_named(text) if text else []
        return render(request, "accounts/organization_names.html", {"organizations": found})
