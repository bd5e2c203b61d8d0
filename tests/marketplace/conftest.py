"""Somebody signed in, for the tests of the market's pages."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.models import Membership
from core.options import set_option
from core.permissions import SYSTEM
from tests.factories import accounts as people


@pytest.fixture
def membership() -> Membership:
    """The administrator of 春晓社区, in a base whose home is 滨河市."""
    set_option("base.region", "9999", by=SYSTEM, at=datetime(2026, 11, 24, tzinfo=UTC))
    return people.make_membership(organization=people.make_organization("春晓社区"))


@pytest.fixture
def owner(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client
