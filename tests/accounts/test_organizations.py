"""Organizations: registering, editing, deciding (operations)."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import operations, queries
from accounts.models import (
    Membership,
    OperatorRole,
    Organization,
    OrganizationKind,
)
from accounts.operations import OrganizationFacts
from accounts.states import OrganizationState
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent, OutboxEvent
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db
CODE = "91110000600037341L"


@pytest.fixture
def at() -> datetime:
    return timezone.now()


def facts(**changes: Any) -> OrganizationFacts:
    region = changes.pop("region", None) or make.make_region_tree()["滨河街道"]
    values: dict[str, Any] = {
        "name": "禾苗公益服务中心",
        "kind": OrganizationKind.SERVICE_BODY,
        "region": region,
    }
    return OrganizationFacts(**(values | changes))


def events() -> list[str]:
    return list(OutboxEvent.objects.order_by("id").values_list("name", flat=True))


@pytest.mark.parametrize("kind", OrganizationKind.values)
def test_every_kind_registers_and_its_founder_administers_it(kind: str, at: datetime) -> None:
    by = make.stranger()
    organization = operations.register_organization(
        facts=facts(kind=kind, uscc="9111 0000 6000 3734 1L"), join=True, by=by, at=at
    )
    assert (organization.state, organization.uscc, organization.uscc_warning) == (
        "UNVERIFIED",
        CODE,
        "",
    )
    row = Membership.objects.get()
    assert (row.user_id, row.role, row.since) == (by.user_id, "ADMIN", at)
    assert events() == ["organization.registered"]


def test_a_wrong_check_digit_is_kept_with_its_warning(at: datetime) -> None:
    organization = operations.register_organization(
        facts=facts(uscc="91110000600037341M"), join=True, by=make.stranger(), at=at
    )
    assert organization.uscc_warning == "CHECK_DIGIT"
    assert str(organization.get_uscc_warning_display()).startswith("末位校验码对不上")


def test_a_second_registration_says_how_to_join_the_first(at: datetime) -> None:
    first = operations.register_organization(
        facts=facts(uscc=CODE), join=True, by=make.stranger(), at=at
    )
    with pytest.raises(Invalid) as caught:
        operations.register_organization(
            facts=facts(name="另一个名字", uscc=CODE), join=True, by=make.stranger(), at=at
        )
    assert list(caught.value.fields) == ["uscc"]
    assert first.number in str(caught.value)
    assert "邀请链接" in str(caught.value)
    with pytest.raises(Invalid) as caught:
        operations.register_organization(facts=facts(), join=True, by=make.stranger(), at=at)
    assert list(caught.value.fields) == ["name"]
    assert Organization.objects.count() == 1


def test_the_database_keeps_a_code_for_one_organization() -> None:
    make.make_organization(uscc=CODE)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_organization(uscc=CODE)


def test_only_staff_of_the_region_register_without_joining(at: datetime) -> None:
    tree = make.make_region_tree()
    with pytest.raises(NotAllowed):
        operations.register_organization(facts=facts(), join=False, by=make.stranger(), at=at)
    with pytest.raises(NotAllowed):
        operations.register_organization(
            facts=facts(), join=False, by=make.coordinator(tree["城南区"]), at=at
        )
    organization = operations.register_organization(
        facts=facts(), join=False, by=make.coordinator(tree["滨江区"]), at=at
    )
    assert not Membership.objects.filter(organization=organization).exists()


def test_a_verified_organization_that_renames_itself_waits_again(at: datetime) -> None:
    organization = make.make_organization("禾苗公益服务中心")
    by = make.member(organization)
    operations.edit_organization(
        organization=organization,
        facts=facts(kind=organization.kind, intro="改"),
        by=by,
        at=at,
        version=1,
    )
    assert organization.state == OrganizationState.VERIFIED
    operations.edit_organization(
        organization=organization,
        facts=facts(name="新禾苗", kind=organization.kind),
        by=by,
        at=at,
        version=2,
    )
    assert organization.state == OrganizationState.UNVERIFIED
    assert events() == ["organization.edited", "organization.edited", "organization.unverified"]
    with pytest.raises(Conflict):
        operations.edit_organization(
            organization=organization, facts=facts(), by=by, at=at, version=2
        )


def test_contact_details_stand_in_the_trail_as_hashes_only(at: datetime) -> None:
    organization = make.make_organization()
    by = make.member(organization)
    new = facts(contact_name="王主任", contact_phone="13800000001")
    operations.edit_organization(organization=organization, facts=new, by=by, at=at, version=1)
    after = AuditEvent.objects.get(act="organization.edit").after
    assert "王主任" not in str(after)
    assert after["contact_phone"].startswith("hmac:")


DECISIONS = {
    "verify": {"UNVERIFIED": "VERIFIED"},
    "unverify": {"VERIFIED": "UNVERIFIED"},
    "suspend": {"UNVERIFIED": "SUSPENDED", "VERIFIED": "SUSPENDED"},
    "restore": {"SUSPENDED": "UNVERIFIED"},
}


@pytest.mark.parametrize("action", DECISIONS)
@pytest.mark.parametrize("state", OrganizationState.values)
def test_each_decision_from_each_state(action: str, state: str, at: datetime) -> None:
    organization = make.make_organization()
    Organization.objects.filter(pk=organization.pk).update(state=state)
    perform = getattr(operations, action)
    reason = {"reason": "核对"} if action in ("unverify", "suspend") else {}
    if state in DECISIONS[action]:
        perform(organization=organization, by=make.coordinator(), at=at, **reason)
        assert organization.state == DECISIONS[action][state]
    else:
        with pytest.raises(Conflict):
            perform(organization=organization, by=make.coordinator(), at=at, **reason)
        assert Organization.objects.get().state == state


def test_who_decides_and_that_suspending_says_why(at: datetime) -> None:
    organization = make.make_organization(verified=False)
    tree = make.make_region_tree()
    own = make.make_membership(organization=organization).user
    make.make_role_grant(own, OperatorRole.COORDINATOR)
    for actor in (
        make.member(organization),
        make.auditor(),
        make.coordinator(tree["城南区"]),
        make.actor_for(own, organization),
    ):
        with pytest.raises(NotAllowed):
            operations.verify(organization=organization, by=actor, at=at)
    with pytest.raises(Invalid) as caught:
        operations.suspend(organization=organization, reason=" ", by=make.coordinator(), at=at)
    assert list(caught.value.fields) == ["reason"]


def test_people_of_a_suspended_organization_no_longer_act_for_it(at: datetime) -> None:
    row = make.make_membership()
    assert make.actor_for(row.user).organization_id == row.organization_id
    operations.suspend(organization=row.organization, reason="停", by=make.coordinator(), at=at)
    assert make.actor_for(row.user).organization_id == 0
    with pytest.raises(NotFound):
        queries.load_organization(row.organization.number, make.stranger())
