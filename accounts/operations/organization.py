"""Writes about organizations: registering, editing, verifying, suspending, looking up contacts."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import permissions, queries
from accounts.models import Membership, MembershipRole, Organization, Region
from accounts.states import OrganizationState
from accounts.validators import phone_number, plain_line, plain_text, social_credit_code
from core import audit
from core.errors import Invalid
from core.permissions import Actor
from core.states import advance, begin, revise

# What an organization was verified for: changed by itself, it is verified again.
IDENTITY = frozenset({"name", "kind", "uscc"})


@dataclass(frozen=True, slots=True)
class OrganizationFacts:
    """What is said about an organization on its form, as typed."""

    name: str
    kind: str
    region: Region
    short_name: str = ""
    uscc: str = ""
    intro: str = ""
    website: str = ""
    contact_name: str = ""
    contact_phone: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask for at an organization, and where."""

    name: str
    phone: str


def _cleaned(facts: OrganizationFacts) -> dict[str, object]:
    code, warning = social_credit_code(facts.uscc)
    name = plain_line(facts.name)
    if len(name) < 2:
        raise Invalid({"name": _("请写单位全称，与证书一致。")})
    return {
        "name": name,
        "short_name": plain_line(facts.short_name),
        "kind": facts.kind,
        "uscc": code,
        "uscc_warning": warning,
        "region": facts.region,
        "intro": plain_text(facts.intro),
        "website": facts.website.strip(),
        "contact_name": plain_line(facts.contact_name),
        "contact_phone": phone_number(facts.contact_phone, field="contact_phone"),
    }


def _refuse_second(values: dict[str, object], region: Region, besides: int = 0) -> None:
    code, name = str(values["uscc"]), str(values["name"])
    first = queries.same_organization(uscc=code, name=name, region_id=region.pk, besides=besides)
    if first is None:
        return
    same_code = bool(code) and first.uscc == code
    raise Invalid({"uscc" if same_code else "name": join_instead(first, same_code=same_code)})


def join_instead(first: Organization, *, same_code: bool) -> str:
    """How to get into the organization that is there already."""
    what = _("这个代码") if same_code else _("同一地点的这个名称")
    return _(
        "%(what)s已经登记为“%(name)s”（%(number)s）。不用再登记一次：请它的管理员在“成员”里发一个"
        "邀请链接给你；没有人能发，就请对接专员加你进去。"
    ) % {"what": what, "name": first.name, "number": first.number}


def register_organization(
    *, facts: OrganizationFacts, join: bool, by: Actor, at: datetime
) -> Organization:
    """A new organization, not yet verified; with `join`, whoever registers becomes its admin.

    Staff who register somebody on the phone do not join. Raises Invalid at the field.
    """
    permissions.can_register_organization(by).require()
    if not join:
        permissions.can_write_as_staff(by, facts.region.path).require()
    values = _cleaned(facts)
    try:
        with transaction.atomic():
            _refuse_second(values, facts.region)
            organization = begin(
                Organization(**values),
                by=by,
                at=at,
                act="register",
                event="organization.registered",
            )
            if join:
                begin(
                    Membership(
                        user_id=by.user_id,
                        organization=organization,
                        role=MembershipRole.ADMIN,
                        since=at,
                    ),
                    by=by,
                    at=at,
                    act="found",
                )
    except IntegrityError as error:
        _refuse_second(values, facts.region)
        raise Invalid({"": _("没有登记成功，请再试一次。")}) from error
    return organization


def edit_organization(
    *,
    organization: Organization,
    facts: OrganizationFacts,
    by: Actor,
    at: datetime,
    version: int,
) -> Organization:
    """Change the particulars. Raises Invalid at the field, Conflict when changed meanwhile.

    A verified organization that changes its own name, kind or code waits to be verified again.
    """
    permissions.can_edit_organization(by, organization).require()
    values = _cleaned(facts)
    touched = {name for name in IDENTITY if values[name] != getattr(organization, name)}
    try:
        with transaction.atomic():
            _refuse_second(values, facts.region, besides=organization.pk)
            revise(
                organization,
                values,
                act="edit",
                by=by,
                at=at,
                version=version,
                event="organization.edited",
            )
            by_itself = not permissions.can_write_as_staff(by, organization.region.path)
            if touched and by_itself and organization.state == OrganizationState.VERIFIED:
                reason = _("本单位改了名称、类型或信用代码，需要重新核验。")
                advance(organization, "unverify", by=by, at=at, reason=reason)
    except IntegrityError as error:
        _refuse_second(values, facts.region, besides=organization.pk)
        raise Invalid({"": _("没有保存，请再试一次。")}) from error
    return organization


def verify(*, organization: Organization, by: Actor, at: datetime, note: str = "") -> Organization:
    """The operator has checked who this is; partners' texts open to its people."""
    permissions.can_decide_on_organization(by, organization).require()
    return advance(
        organization,
        "verify",
        by=by,
        at=at,
        changes={"verified_at": at},
        reason=plain_line(note),
    )


def unverify(*, organization: Organization, reason: str, by: Actor, at: datetime) -> Organization:
    permissions.can_decide_on_organization(by, organization).require()
    return advance(organization, "unverify", by=by, at=at, reason=_needed(reason))


def suspend(*, organization: Organization, reason: str, by: Actor, at: datetime) -> Organization:
    """Its people can no longer act for it and its page is closed; nothing is deleted."""
    permissions.can_decide_on_organization(by, organization).require()
    return advance(organization, "suspend", by=by, at=at, reason=_needed(reason))


def restore(*, organization: Organization, by: Actor, at: datetime, note: str = "") -> Organization:
    permissions.can_decide_on_organization(by, organization).require()
    return advance(organization, "restore", by=by, at=at, reason=plain_line(note))


def _needed(reason: str) -> str:
    text = plain_line(reason)
    if not text:
        raise Invalid({"reason": _("请写原因，本单位的人会看到。")})
    return text


def look_up_contact(*, organization: Organization, why: str, by: Actor, at: datetime) -> Contact:
    """Name and phone of the contact; the look is written to the trail with its reason.

    For callers that have a rule of their own (a link's two sides); the pages of accounts ask
    `permissions.can_see_contact` first.
    """
    audit.record(
        audit.subject_of(organization),
        "organization.look_up_contact",
        by=by,
        at=at,
        reason=why,
    )
    return Contact(organization.contact_name, organization.contact_phone)
