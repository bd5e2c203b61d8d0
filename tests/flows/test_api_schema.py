"""Generated requests against the API's own schema: no server error, no undocumented answer.

In process, over WSGI, on the rows of a small market. Texts with NUL, direction marks, lone
surrogates and characters beyond the first plane, huge and negative numbers are added to what
the generator thinks of.
"""

from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok

from accounts import operations as account_operations
from accounts.models import ApiScope, MembershipRole, Organization
from config.wsgi import application
from core.api import BucketThrottle
from tests.factories import accounts as people
from tests.factories import marketplace as market

CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
ODD = st.one_of(
    st.sampled_from(
        [
            "\0",
            "助餐\0",
            "𠮷野家",
            "\u202eabc\u2066",
            "\ud800",
            "-1",
            "9" * 400,
            "' OR 1=1 --",
            "%00",
        ]
    ),
    st.text(max_size=80),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.none(),
    st.booleans(),
    st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)
FIELDS = st.sampled_from(
    [
        *("title", "category", "visibility", "text_public", "region", "remote", "quantity", "unit"),
        *("period", "starts_on", "ends_on", "groups", "conditions", "contact_phone", "submit"),
        *("version", "kind", "micro_wish", "beneficiaries", "budget", "self_raised", "served"),
        *("weekdays", "cost", "legal_route", "max_pieces", "reason", "side", "code", "note"),
        *("day", "resource_quantity"),
    ]
)
QUERIES = st.sampled_from(
    [
        *("q", "kind", "category", "region", "state", "organization", "updated_since", "cursor"),
        *("page_size", "sort", "exact", "closing", "micro_wish", "waiting"),
    ]
)


@dataclass(frozen=True)
class Market:
    """A small market, and the token of one of its organizations."""

    token: str
    need: str
    resource: str


@pytest.fixture
def api(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Market:
    monkeypatch.setattr(BucketThrottle, "allow_request", lambda *_args: True)
    owner = people.member(people.make_organization("春晓社区"), MembershipRole.ADMIN)
    organization = owner.organization_id
    need = market.make_need(by=owner)
    market.make_need("DRAFT", by=owner)
    resource = market.make_offer(by=owner)
    market.make_offer()
    _token, secret = account_operations.create_token(
        organization=Organization.objects.get(pk=organization),
        name="接口",
        scopes=list(ApiScope.values),
        by=owner,
        at=need.created_at,
    )
    return Market(secret, need.number, resource.number)


def checks() -> list[Any]:
    load_all_checks()
    return list(CHECKS.get_by_names(CHECKED))


def every_operation(api: Market) -> list[Any]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
    return [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]


def run(api: Market, headers: dict[str, str], each: int) -> int:
    """Send `each` generated requests to every operation; returns how many were sent."""
    done = 0
    judges = checks()

    def sent(case: Any, known: bool, odd: bool, data: Any) -> None:
        nonlocal done
        done += 1
        if known and "number" in (case.path_parameters or {}):
            number = api.need if "/needs/" in case.operation.path else api.resource
            case.path_parameters = {**case.path_parameters, "number": number}
        if odd:
            spoil(case, data.draw)
        case.call_and_validate(headers=headers, checks=judges)

    for operation in every_operation(api):
        strategy = operation.as_strategy(
            generation_mode=GenerationMode.POSITIVE
        ) | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
        steady = settings(
            max_examples=each,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        steady(given(case=strategy, known=st.booleans(), odd=st.booleans(), data=st.data())(sent))()
    return done


def spoil(case: Any, draw: st.DrawFn) -> None:
    """Put an odd value where the schema would not; in copies, for the generator uses parts again."""
    if isinstance(case.body, dict):
        case.body = {**case.body, draw(FIELDS): draw(ODD)}
    case.query = {
        **(case.query or {}),
        draw(QUERIES): str(draw(ODD)).encode("utf-8", "replace").decode(),
    }


@pytest.mark.timeout(600)
def test_generated_requests_meet_no_server_error_and_no_undocumented_answer(api: Market) -> None:
    done = run(api, {"Authorization": f"Bearer {api.token}"}, 50)
    done += run(api, {}, 15)
    assert done >= 1000
