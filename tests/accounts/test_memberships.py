"""Who belongs to an organization, operator roles, tokens, callers (operations)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import operations, queries
from accounts.models import (
    Invitation,
    MembershipRole,
    RoleGrant,
    User,
)
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent, OutboxEvent
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db
CODE = "91110000600037341L"


@pytest.fixture
def at() -> datetime:
    return timezone.now()


def events() -> list[str]:
    return list(OutboxEvent.objects.order_by("id").values_list("name", flat=True))


# -- members --------------------------------------------------------------------------------------
def test_an_invitation_is_accepted_once(at: datetime) -> None:
    organization = make.make_organization()
    _invitation, token = operations.invite(
        organization=organization, role="EDITOR", invitee="李", by=make.member(organization), at=at
    )
    assert token not in str(Invitation.objects.values())
    guest = make.stranger()
    row = operations.accept_invitation(token=token, by=guest, at=at)
    assert (row.user_id, row.role) == (guest.user_id, "EDITOR")
    with pytest.raises(NotFound):
        operations.accept_invitation(token=token, by=make.stranger(), at=at)
    assert events() == ["invitation.accepted"]


def test_an_invitation_ends_by_revoking_and_by_time(at: datetime) -> None:
    organization = make.make_organization()
    by = make.member(organization)
    values: dict[str, Any] = {
        "organization": organization,
        "role": "EDITOR",
        "invitee": "",
        "by": by,
        "at": at,
    }
    revoked, token = operations.invite(**values)
    operations.revoke_invitation(invitation=revoked, by=by, at=at)
    _open, old = operations.invite(**values)
    with pytest.raises(NotFound):
        operations.accept_invitation(token=token, by=make.stranger(), at=at)
    with pytest.raises(NotFound):
        operations.accept_invitation(token=old, by=make.stranger(), at=at + timedelta(days=14))
    with pytest.raises(Conflict):
        operations.revoke_invitation(invitation=revoked, by=by, at=at)


def test_a_member_is_a_member_once_also_in_the_database(at: datetime) -> None:
    row = make.make_membership()
    boss = make.actor_for(row.user, row.organization)
    _invitation, token = operations.invite(
        organization=row.organization, role="EDITOR", invitee="", by=boss, at=at
    )
    with pytest.raises(Conflict):
        operations.accept_invitation(token=token, by=boss, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_membership(row.user, row.organization)


@pytest.mark.parametrize("role", ["EDITOR", "READER"])
def test_only_administrators_and_staff_of_the_region_manage_members(
    role: str, at: datetime
) -> None:
    organization = make.make_organization()
    tree = make.make_region_tree()
    values: dict[str, Any] = {
        "organization": organization,
        "role": "EDITOR",
        "invitee": "",
        "at": at,
    }
    for actor in (
        make.member(organization, role),
        make.member(),
        make.stranger(),
        make.auditor(),
        make.coordinator(tree["城南区"]),
    ):
        with pytest.raises(NotAllowed):
            operations.invite(by=actor, **values)
    operations.invite(by=make.coordinator(tree["滨江区"]), **values)


def test_the_last_administrator_stays(at: datetime) -> None:
    organization = make.make_organization()
    boss = make.make_membership(organization=organization)
    other = make.make_membership(organization=organization, role="EDITOR")
    by = make.actor_for(boss.user, organization)
    acts: tuple[Callable[[], object], ...] = (
        lambda: operations.leave(membership=boss, by=by, at=at),
        lambda: operations.remove_member(membership=boss, by=make.coordinator(), at=at),
        lambda: operations.change_member_role(membership=boss, role="READER", by=by, at=at),
    )
    for act in acts:
        with pytest.raises(Conflict, match="最后一位管理员"):
            act()
    operations.change_member_role(membership=other, role="ADMIN", by=by, at=at)
    operations.leave(membership=boss, by=by, at=at)
    assert [m.user_id for m in queries.members(organization)] == [other.user_id]
    with pytest.raises(Conflict):
        operations.leave(membership=boss, by=by, at=at)


def test_an_administrator_whose_account_is_closed_does_not_count(at: datetime) -> None:
    organization = make.make_organization()
    boss = make.make_membership(organization=organization)
    make.make_membership(make.make_user(is_active=False), organization)
    with pytest.raises(Conflict):
        operations.leave(membership=boss, by=make.actor_for(boss.user, organization), at=at)


def test_staff_add_a_person(at: datetime) -> None:
    organization, user = make.make_organization(), make.make_user()
    with pytest.raises(NotAllowed):
        operations.add_member(
            organization=organization, user=user, role="ADMIN", by=make.member(organization), at=at
        )
    row = operations.add_member(
        organization=organization, user=user, role="ADMIN", by=make.coordinator(), at=at
    )
    assert row.role == "ADMIN"


def test_a_person_of_several_organizations_acts_for_the_chosen_one() -> None:
    user = make.make_user()
    first, second = make.make_membership(user), make.make_membership(user, role="READER")
    assert make.actor_for(user).organization_id == first.organization_id
    actor = make.actor_for(user, second.organization)
    assert (actor.organization_id, actor.membership) == (second.organization_id, "READER")
    assert make.actor_for(user, make.make_organization()).organization_id == first.organization_id


# -- roles ------------------------------------------------------------------------------------------
def test_a_role_holds_below_its_region_and_in_its_days(at: datetime) -> None:
    tree, user = make.make_region_tree(), make.make_user()
    grant = operations.grant_role(
        user=user,
        role="COORDINATOR",
        region=tree["滨江区"],
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        by=make.administrator(),
        at=at,
    )
    inside = queries.build_actor(user, on=date(2026, 12, 31))
    assert inside.has_role({"COORDINATOR"}, tree["春晓社区"].path)
    assert not inside.has_role({"COORDINATOR"}, tree["学院街道"].path)
    assert not inside.has_role({"COORDINATOR"})
    assert queries.build_actor(user, on=date(2025, 12, 31)).roles == frozenset()
    assert queries.build_actor(user, on=date(2027, 1, 1)).roles == frozenset()
    operations.revoke_role(grant=grant, by=make.administrator(), at=at)
    assert queries.build_actor(user, on=date(2026, 12, 31)).roles == frozenset()
    with pytest.raises(Conflict):
        operations.revoke_role(grant=grant, by=make.administrator(), at=at)


def test_who_grants_roles(at: datetime) -> None:
    user, boss = make.make_user(), make.administrator()
    values: dict[str, Any] = {
        "role": "FINANCE",
        "region": None,
        "starts_on": date(2026, 1, 1),
        "ends_on": None,
        "at": at,
    }
    me = User.objects.get(pk=boss.user_id)
    for actor, target in ((make.coordinator(), user), (make.auditor(), user), (boss, me)):
        with pytest.raises(NotAllowed):
            operations.grant_role(user=target, by=actor, **values)
    with pytest.raises(Invalid) as caught:
        operations.grant_role(user=user, by=boss, **(values | {"ends_on": date(2025, 1, 1)}))
    assert list(caught.value.fields) == ["ends_on"]
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_role_grant(user, "FINANCE", None, date(2026, 1, 1), date(2025, 1, 1))


def test_one_administrator_remains(at: datetime) -> None:
    boss = make.administrator()
    other = make.administrator()
    mine = RoleGrant.objects.get(user_id=boss.user_id)
    theirs = RoleGrant.objects.get(user_id=other.user_id)
    operations.revoke_role(grant=theirs, by=boss, at=at)
    with pytest.raises(Conflict, match="最后一位系统管理员"):
        operations.revoke_role(grant=mine, by=other, at=at)


# -- tokens and callers -------------------------------------------------------------------------------
def test_a_token_is_shown_once_and_revoked(at: datetime) -> None:
    organization = make.make_organization()
    by = make.member(organization)
    token, secret = operations.create_token(
        organization=organization, name="平台", scopes=["needs:write"], by=by, at=at
    )
    assert secret.startswith("gyl_")
    assert token.prefix == secret[:8]
    assert queries.token_in_force(secret) == token
    assert secret not in str(type(token).objects.values()) + str(AuditEvent.objects.values())
    operations.revoke_token(token=token, by=by, at=at)
    assert queries.token_in_force(secret) is None
    with pytest.raises(Conflict):
        operations.revoke_token(token=token, by=by, at=at)


def test_who_makes_tokens_and_for_what(at: datetime) -> None:
    organization = make.make_organization()
    values: dict[str, Any] = {"organization": organization, "name": "平台", "at": at}
    for actor in (
        make.member(organization, "EDITOR"),
        make.member(),
        make.coordinator(),
        make.caller_actor(organization),
    ):
        with pytest.raises(NotAllowed):
            operations.create_token(scopes=["needs:write"], by=actor, **values)
    for scopes in ([], ["everything"]):
        with pytest.raises(Invalid) as caught:
            operations.create_token(scopes=scopes, by=make.member(organization), **values)
        assert list(caught.value.fields) == ["scopes"]


def test_acting_for_a_caller_names_them_in_every_audit_row(at: datetime) -> None:
    organization = make.make_organization()
    by = make.coordinator()
    mode = operations.begin_for_caller(
        organization=organization,
        caller_name="王主任",
        caller_phone="138 0000 0001",
        called_at=at,
        by=by,
        at=at,
    )
    local = timezone.localtime(at)
    called = f"{local.month}月{local.day}日 {local:%H:%M}"
    assert mode.caller == f"王主任 13800000001, {called}"
    assert mode.until == at + timedelta(hours=2)
    actor = queries.acting_for_caller(by, organization, mode.caller)
    assert (actor.organization_id, actor.membership, actor.channel) == (
        organization.pk,
        "EDITOR",
        "phone",
    )
    operations.end_for_caller(by=actor, at=at)
    kept = AuditEvent.objects.get(act="organization.end_for_caller").on_behalf_of
    assert kept == f"王** 138****0001, {called}"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"caller_name": " "}, "caller_name"),
        ({"caller_phone": ""}, "caller_phone"),
        ({"caller_phone": "12"}, "caller_phone"),
        ({"later": timedelta(hours=1)}, "called_at"),
    ],
)
def test_a_call_is_written_down_whole(change: Any, field: str, at: datetime) -> None:
    values: dict[str, Any] = {"caller_name": "王", "caller_phone": "13800000001", "called_at": at}
    later = change.pop("later", timedelta())
    values |= change | {"called_at": at + later}
    with pytest.raises(Invalid) as caught:
        operations.begin_for_caller(
            organization=make.make_organization(), by=make.coordinator(), at=at, **values
        )
    assert list(caught.value.fields) == [field]


def test_only_coordinators_of_the_region_act_for_callers(at: datetime) -> None:
    organization = make.make_organization()
    tree = make.make_region_tree()
    values: dict[str, Any] = {
        "caller_name": "王",
        "caller_phone": "13800000001",
        "called_at": at,
        "at": at,
    }
    for actor in (
        make.stranger(),
        make.auditor(),
        make.member(organization),
        make.coordinator(tree["城南区"]),
    ):
        with pytest.raises(NotAllowed):
            operations.begin_for_caller(organization=organization, by=actor, **values)
    operations.suspend(organization=organization, reason="x", by=make.coordinator(), at=at)
    with pytest.raises(NotAllowed):
        operations.begin_for_caller(organization=organization, by=make.coordinator(), **values)


def test_looking_up_a_contact_is_written_down(at: datetime) -> None:
    organization = make.make_organization(contact_name="王", contact_phone="13800000001")
    contact = operations.look_up_contact(
        organization=organization, why="DJ26-000001", by=make.member(), at=at
    )
    assert (contact.name, contact.phone) == ("王", "13800000001")
    event = AuditEvent.objects.get(act="organization.look_up_contact")
    assert (event.reason, event.subject_number, event.after) == (
        "DJ26-000001",
        organization.number,
        {},
    )


def test_an_actor_of_the_api_has_no_staff_role() -> None:
    row = make.make_membership()
    make.make_role_grant(row.user, "ADMINISTRATOR")
    actor = make.api_actor(row.organization, "needs:write")
    assert actor == replace(actor, scopes=())
    assert actor.membership == MembershipRole.EDITOR
