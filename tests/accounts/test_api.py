"""API tokens: who a token acts as, and what an odd header is answered."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import path
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from accounts import operations
from accounts.models import ApiToken, Organization
from core.api import api_actor
from tests.factories import accounts as make

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class WhoAmI(APIView):
    read_scope = "proposals:read"
    write_scope = "needs:write"

    def get(self, request: Request) -> Any:
        actor = api_actor(request)
        return Response(
            {
                "name": actor.name,
                "organization": actor.organization_number,
                "membership": actor.membership,
                "verified": actor.verified,
                "channel": actor.channel,
                "scopes": sorted(actor.api_scopes),
                "roles": sorted(actor.roles),
            }
        )

    def post(self, request: Request) -> Any:
        return Response({})


urlpatterns = [path("who/", WhoAmI.as_view())]


def make_token(*scopes: str, organization: Organization | None = None) -> Any:
    organization = organization or make.make_organization()
    by = make.member(organization, name="王主任")
    return operations.create_token(
        organization=organization, name="平台", scopes=list(scopes), by=by, at=timezone.now()
    )


def with_header(header: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    return client


def test_a_token_acts_as_an_editor_of_its_organization_and_no_staff() -> None:
    token, secret = make_token("proposals:read", "needs:write")
    make.make_role_grant(token.created_by, "ADMINISTRATOR")
    answer = with_header(f"Bearer {secret}").get("/who/")
    assert answer.json() == {
        "name": "王主任（平台）",
        "organization": token.organization.number,
        "membership": "EDITOR",
        "verified": True,
        "channel": "api",
        "scopes": ["needs:write", "proposals:read"],
        "roles": [],
    }


def test_a_scope_that_is_missing_is_named() -> None:
    _token, secret = make_token("proposals:read")
    client = with_header(f"bearer {secret}")
    assert client.get("/who/").status_code == 200
    answer = client.post("/who/")
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "这个令牌没有这项权限：needs:write",
    )


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer gyl_wrong", "Basic eDp5", "Bearer \u0001"]
)
def test_without_a_token_in_force_401_says_how(header: str) -> None:
    answer = with_header(header).get("/who/")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    assert answer["Content-Type"].startswith("application/problem+json")


def test_a_revoked_token_and_one_of_a_suspended_organization_are_refused() -> None:
    token, secret = make_token("proposals:read")
    client = with_header(f"Bearer {secret}")
    operations.suspend(
        organization=token.organization, reason="x", by=make.coordinator(), at=timezone.now()
    )
    assert client.get("/who/").status_code == 401
    operations.restore(organization=token.organization, by=make.coordinator(), at=timezone.now())
    assert client.get("/who/").status_code == 200
    by = make.member(token.organization)
    operations.revoke_token(token=token, by=by, at=timezone.now())
    assert client.get("/who/").status_code == 401


def test_the_last_use_is_seen_to_the_minute() -> None:
    token, secret = make_token("proposals:read")
    client = with_header(f"Bearer {secret}")
    client.get("/who/")
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    client.get("/who/")
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=2))
    client.get("/who/")
    latest = ApiToken.objects.get().last_used_at
    assert latest is not None
    assert latest >= first
    assert token.last_used_at is None


def test_an_auditor_gets_a_problem_from_the_api_too() -> None:
    user = make.make_user()
    make.make_role_grant(user, "AUDITOR")
    client = APIClient()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post("/who/")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert answer.json()["detail"] == "审计岗位只能查看，不能改动。"
