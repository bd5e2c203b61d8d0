"""Who gets which page: one table of pages and roles, then what the pages do."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import (
    Organization,
    User,
)
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

ROLES = (
    "nobody",
    "stranger",
    "reader",
    "editor",
    "admin",
    "coordinator",
    "administrator",
    "auditor",
)


@pytest.fixture
def organization() -> Organization:
    return make.make_organization(
        "春晓社区居民委员会", contact_name="王主任", contact_phone="13800000001"
    )


@pytest.fixture
def people(organization: Organization) -> dict[str, User]:
    """A user for each role of the table."""
    users = {"stranger": make.make_user("路人")}
    for role in ("reader", "editor", "admin"):
        users[role] = make.make_membership(make.make_user(role), organization, role.upper()).user
    for role in ("coordinator", "administrator", "auditor"):
        users[role] = make.make_user(role)
        make.make_role_grant(users[role], role.upper())
    return users


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


# What each role of ROLES gets: 200, 302 to the sign-in page (L), 403, 404.
OPEN = "200 200 200 200 200 200 200 200"
SIGNED_IN = "L 200 200 200 200 200 200 200"
STAFF = "L 403 403 403 403 200 200 200"
WRITING = "L 403 403 403 403 200 200 403"
MEMBERS = "L 403 200 200 200 200 200 200"
EDITING = "L 403 403 403 200 200 200 403"
ONE_ADMIN = "L 403 403 403 200 403 403 403"
OUTSIDE = "200 302 302 302 302 302 302 302"
PAGES = [
    ("account_login", OUTSIDE),
    ("account_signup", OUTSIDE),
    ("accounts:code-sign-in", OUTSIDE),
    ("accounts:password-forgotten", OUTSIDE),
    ("accounts:password-asked", OPEN),
    ("accounts:welcome", SIGNED_IN),
    ("accounts:account", SIGNED_IN),
    ("accounts:password-set", SIGNED_IN),
    ("mfa_index", SIGNED_IN),
    ("accounts:organization-register", SIGNED_IN),
    ("accounts:organization-detail", OPEN),
    ("accounts:organization-edit", EDITING),
    ("accounts:organization-contact", "L 403 200 200 200 200 200 403"),
    ("accounts:organization-history", MEMBERS),
    ("accounts:member-list", MEMBERS),
    ("accounts:member-detail", EDITING),
    ("accounts:token-list", ONE_ADMIN),
    ("accounts:organization-decide", "L 403 403 403 403 200 200 403"),
    ("accounts:organization-list", STAFF),
    ("accounts:organization-export", STAFF),
    ("accounts:person-list", STAFF),
    ("accounts:person-open", WRITING),
    ("accounts:person-detail", STAFF),
    ("accounts:person-close", WRITING),
    ("accounts:role-list", STAFF),
    ("accounts:region-list", STAFF),
    ("accounts:region-edit", WRITING),
    ("accounts:caller-begin", WRITING),
]
ARGUMENTS = {
    "organization-decide": ["suspend"],
}


def path_of(name: str, organization: Organization, people: dict[str, User]) -> str:
    short = name.rsplit(":", maxsplit=1)[-1]
    if short == "member-detail":
        return reverse(name, args=[organization.number, people["reader"].number])
    if short in ("person-detail", "person-close"):
        return reverse(name, args=[people["stranger"].number])
    if short == "region-edit":
        return reverse(name, args=["999901001-01"])
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse(name, args=[organization.number, *ARGUMENTS.get(short, [])])


def test_pages_have_one_heading_labels_and_no_inline_script(
    organization: Organization, people: dict[str, User]
) -> None:
    for name, _answers in PAGES:
        if name == "accounts:organization-export":
            continue
        for user in (None, people["administrator"], people["admin"]):
            answer = client_of(user).get(path_of(name, organization, people))
            if answer.status_code != 200:
                continue
            soup = BeautifulSoup(answer.content, "html.parser")
            assert len(soup.find_all("h1")) == 1, name
            assert not [s for s in soup.find_all("script") if not s.get("src")], name
            assert not soup.find_all(style=True), name
            labelled = {label.get("for") for label in soup.find_all("label")}
            for field in soup.select("main input, main select, main textarea"):
                if field.get("type") in ("hidden", "submit") or field.find_parent("label"):
                    continue
                named = field.get("id") in labelled or field.get("aria-label")
                assert named, (name, str(field)[:200])
