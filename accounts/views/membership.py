"""Pages of an organization's members, invitations and API tokens."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts import operations, permissions, queries
from accounts.forms import InviteForm, MemberRoleForm, TokenForm
from accounts.middleware import ACTING_SESSION_KEY
from accounts.models import MembershipRole, Organization
from accounts.views.organization import OfOrganization
from core.errors import Conflict, NotFound
from core.permissions import Decision
from core.views import ActionView, FormPage, Page, SignedIn, say

# A secret that is shown once waits here between the POST and the page.
SHOWN_ONCE = "shown_once"


class OfMembers(SignedIn, OfOrganization):
    def allowed(self) -> Decision:
        return permissions.can_see_members(self.actor, self.organization)


class MemberList(OfMembers, FormPage):
    """Members and open invitations; the form invites one more, and its link is shown once."""

    template_name = "accounts/member_list.html"
    form_class = InviteForm

    def perform(self, form: forms.Form) -> str:
        _invitation, token = operations.invite(
            organization=self.organization, by=self.actor, at=self.at, **form.cleaned_data
        )
        path = reverse("accounts:invitation-accept", args=[token])
        self.request.session[SHOWN_ONCE] = self.request.build_absolute_uri(path)
        return reverse("accounts:member-list", args=[self.organization.number]) + "#link"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        manages = permissions.can_manage_members(self.actor, self.organization)
        invitations = queries.open_invitations(self.organization, self.at) if manages else []
        return super().get_context_data(
            members=queries.members(self.organization),
            manages=manages,
            invitations=invitations,
            link=self.request.session.pop(SHOWN_ONCE, ""),
            can_leave=permissions.can_leave(self.actor, self.organization),
            **kwargs,
        )


class OneMember(OfMembers, FormPage):
    """Change what a member may do, or remove them."""

    template_name = "accounts/member_detail.html"
    form_class = MemberRoleForm

    def allowed(self) -> Decision:
        return permissions.can_manage_members(self.actor, self.organization)

    @cached_property
    def membership(self) -> Any:
        number = str(self.kwargs["user"])
        return queries.load_membership(self.organization, number, self.actor)

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return MemberRoleForm(data=data, initial={"role": self.membership.role})

    def perform(self, form: forms.Form) -> str:
        if self.request.POST.get("remove") == "1":
            operations.remove_member(membership=self.membership, by=self.actor, at=self.at)
        else:
            operations.change_member_role(
                membership=self.membership,
                role=form.cleaned_data["role"],
                by=self.actor,
                at=self.at,
            )
        return reverse("accounts:member-list", args=[self.organization.number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(membership=self.membership, **kwargs)


class Acting(ActionView):
    """An action inside the organization named in the URL."""

    @cached_property
    def organization(self) -> Organization:
        return queries.load_organization(str(self.kwargs["number"]), self.actor)

    def back(self, name: str) -> str:
        return reverse(f"accounts:{name}", args=[self.organization.number])


class OrganizationLeave(Acting):
    def perform(self) -> str:
        mine = queries.members(self.organization).filter(user_id=self.actor.user_id).first()
        if mine is None:
            raise NotFound(_("你不是这个单位的成员。"))
        operations.leave(membership=mine, by=self.actor, at=self.at)
        self.request.session.pop(ACTING_SESSION_KEY, None)
        say(self.request, _("你已退出“%(name)s”。") % {"name": self.organization.label})
        return reverse("accounts:account")


class InvitationRevoke(Acting):
    def perform(self) -> str:
        invitation = queries.load_invitation(self.organization, str(self.kwargs["invitation"]))
        operations.revoke_invitation(invitation=invitation, by=self.actor, at=self.at)
        return self.back("member-list")


class InvitationAccept(Page):
    """What the link opens: who invites into what; signing in or up comes back here."""

    template_name = "accounts/invitation_accept.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.invitation = queries.invitation_by_token(str(kwargs["token"]), self.at)
        except NotFound as error:
            return render(
                request, "accounts/link_spent.html", {"sentence": error}, status=error.status
            )
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.actor.is_authenticated:
            return redirect(request.get_full_path())
        organization = self.invitation.organization
        try:
            operations.accept_invitation(token=str(kwargs["token"]), by=self.actor, at=self.at)
        except Conflict as error:
            say(request, str(error))
        request.session[ACTING_SESSION_KEY] = organization.number
        return redirect("accounts:organization-detail", organization.number)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        role = MembershipRole(self.invitation.role).label
        return super().get_context_data(invitation=self.invitation, role=role, **kwargs)


# -- API tokens ---------------------------------------------------------------------------------
class TokenList(SignedIn, OfOrganization, FormPage):
    """The tokens of an organization; a new one is shown once."""

    template_name = "accounts/token_list.html"
    form_class = TokenForm

    def allowed(self) -> Decision:
        return permissions.can_manage_tokens(self.actor, self.organization)

    def perform(self, form: forms.Form) -> str:
        _token, secret = operations.create_token(
            organization=self.organization, by=self.actor, at=self.at, **form.cleaned_data
        )
        self.request.session[SHOWN_ONCE] = secret
        return reverse("accounts:token-list", args=[self.organization.number]) + "#secret"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            tokens=queries.api_tokens(self.organization),
            secret=self.request.session.pop(SHOWN_ONCE, ""),
            **kwargs,
        )


class TokenRevoke(Acting):
    def perform(self) -> str:
        token = queries.load_token(self.organization, str(self.kwargs["token"]))
        operations.revoke_token(token=token, by=self.actor, at=self.at)
        return self.back("token-list")
