"""The demo's data files agree with each other; read without Django or a database."""

import csv
import gzip
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from stdnum.cn import uscc

ROOT = Path(__file__).resolve().parents[2]
Row = dict[str, Any]

ALLOCATED = {"LINKED", "DELIVERING", "CONFIRMED", "CLOSED"}
PERSONAL_NUMBER = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|\d{17}[\dXx]|\d{3,4}-\d{7,8}")
UNPOSTED = {"DRAFT", "SUBMITTED", "RETURNED"}
STATES = UNPOSTED | {"OPEN", "PARTLY_MET", "MET", "EXPIRED", "WITHDRAWN"}
TEXTS = ("title", "conditions", "text_public", "text_partners", "text_internal")


def load(path: str) -> Row:
    data: Row = json.loads((ROOT / path).read_text(encoding="utf-8"))
    return data


CITY = load("portal/demo/city.json")
NEEDS: list[Row] = load("portal/demo/needs.json")["needs"]
RESOURCES: list[Row] = load("portal/demo/resources.json")["resources"]
LINKS: list[Row] = load("portal/demo/links.json")["links"]
REASONS: list[Row] = load("matching/data/decline_reasons.json")["reasons"]
CATEGORIES: list[Row] = load("marketplace/data/categories.json")["categories"]
GROUPS: list[Row] = load("marketplace/data/groups.json")["groups"]
UNITS: list[Row] = load("marketplace/data/units.json")["units"]
PASTES: list[Row] = [
    json.loads(line)
    for line in (ROOT / "benchmarks/data/paste_texts.jsonl").read_text("utf-8").splitlines()
]

STREET_OF = {row["name"]: row["street"] for row in CITY["communities"]}
DISTRICT_CODE = {row["name"]: row["code"] for row in CITY["districts"]}
STREETS = {row["name"]: row for row in CITY["streets"]}
ORGS = {row["id"]: row for row in CITY["organizations"]}
PEOPLE = {row["id"]: row for row in CITY["people"]}
BY_NEED = {row["id"]: row for row in NEEDS}
BY_RESOURCE = {row["id"]: row for row in RESOURCES}


def twice(values: list[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def test_names_and_codes_are_used_once() -> None:
    lists: dict[str, list[str]] = {
        "organization": [row["id"] for row in CITY["organizations"]],
        "organization name": [row["name"] for row in CITY["organizations"]],
        "short name": [row["short_name"] for row in CITY["organizations"]],
        "uscc": [row["uscc"] for row in CITY["organizations"] if row["uscc"]],
        "person": [row["id"] for row in CITY["people"]],
        "phone": [row["phone"] for row in CITY["people"] if row["phone"]],
        "email": [row["email"] for row in CITY["people"] if row["email"]],
        "account": [row["account"] for row in CITY["people"] if row["account"]],
        "community": [row["code"] for row in CITY["communities"]],
        "community name": [row["name"] for row in CITY["communities"]],
        "street": [row["code"] for row in CITY["streets"]],
        "tile": [f"{row['row']},{row['column']}" for row in CITY["streets"]],
        "need": [row["id"] for row in NEEDS],
        "resource": [row["id"] for row in RESOURCES],
        "link": [row["id"] for row in LINKS],
        "reason": [row["code"] for row in REASONS],
        "category": [row["code"] for row in CATEGORIES],
        "group": [row["code"] for row in GROUPS],
        "unit": [row["code"] for row in UNITS],
        "unit word": [
            word
            for row in UNITS
            for word in [row["label"], *(alias["label"] for alias in row["aliases"])]
        ],
        "paste": [row["id"] for row in PASTES],
    }
    assert {name: twice(values) for name, values in lists.items() if twice(values)} == {}


def test_the_city_meets_no_real_region() -> None:
    with gzip.open(ROOT / "accounts/data/regions.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    codes = {row["code"] for row in rows}
    assert Counter(len(code) for code in codes) == {2: 34, 4: 342, 6: 2978, 9: 41352}
    assert [row for row in rows if row["parent"] and row["parent"] not in codes] == []
    assert [code for code in codes if code.startswith("99")] == []
    invented = [CITY["province"], CITY["city"], *CITY["districts"], *CITY["streets"]]
    assert [row for row in invented if not row["code"].startswith("99")] == []
    real_names = {row["name"] for row in rows if len(row["code"]) < 9}
    assert [row["name"] for row in invented if row["name"] in real_names] == []


def test_places_contain_each_other() -> None:
    assert [r for r in CITY["streets"] if r["district"] not in DISTRICT_CODE.values()] == []
    wrong = [
        row["name"]
        for row in CITY["communities"]
        if not row["code"].startswith(STREETS[row["street"]]["code"])
    ]
    assert wrong == []
    placed = [*CITY["organizations"], *NEEDS, *RESOURCES]
    assert [r["id"] for r in placed if r["street"] and r["street"] not in STREETS] == []
    assert [
        row["id"]
        for row in placed
        if row["community"] and STREET_OF[row["community"]] != row["street"]
    ] == []


def test_organizations_have_valid_codes_or_none() -> None:
    prefix = {
        "SOCIAL_GROUP": "51",
        "SERVICE_AGENCY": "52",
        "OPERATOR": "52",
        "FOUNDATION": "53",
        "COMMUNITY": "54",
    }
    for org in CITY["organizations"]:
        assert org["kind"] in CITY["kinds"], org
        if org["uscc"] is None:
            assert org["kind"] in {"FILED_GROUP", "VOLUNTEER_TEAM", "COMMUNITY", "GOVERNMENT"}, org
        else:
            assert uscc.is_valid(org["uscc"]), org
            assert org["uscc"].startswith(prefix.get(org["kind"], "")), org
            assert org["uscc"][2:8] in DISTRICT_CODE.values(), org


def test_people_and_accounts_resolve() -> None:
    for person in CITY["people"]:
        assert person["phone"] or person["email"], person
        assert person["phone"] is None or re.fullmatch(r"13800000\d{3}", person["phone"]), person
        assert person["email"] is None or person["email"].endswith("@example.org"), person
        for membership in person["memberships"]:
            assert membership["org"] in ORGS, person
            assert membership["role"] in CITY["roles"], person
        for role in person["staff_roles"]:
            assert role["role"] in CITY["staff_roles"], person
            assert role["region"] == "9999" or role["region"] in DISTRICT_CODE.values(), person
    named = {row["account"]: row["id"] for row in CITY["people"] if row["account"]}
    assert {row["account"]: row["person"] for row in CITY["accounts"]} == named
    assert [name for name in named if not re.fullmatch(r"[a-z][a-z0-9]*", name)] == []


def test_taxonomy_of_entries_resolves() -> None:
    categories = {row["code"] for row in CATEGORIES}
    groups = {row["code"] for row in GROUPS}
    units = {row["label"] for row in UNITS}
    assert [r for r in GROUPS if r["parent"] and r["parent"] not in groups] == []
    for path, rows in (("needs", NEEDS), ("resources", RESOURCES)):
        kinds = load(f"portal/demo/{path}.json")["kinds"]
        for row in rows:
            assert row["category"] in categories, row["id"]
            assert row["kind"] in kinds, row["id"]
            assert row["unit"] in units, row["id"]
            assert set(row["groups"]) <= groups, row["id"]
            assert row["period"] in {"ONCE", "DAY", "WEEK", "MONTH"}, row["id"]
            assert row["availability"] in {"ONCE", "RECURRING", "STOCK"}, row["id"]
            assert row["visibility"] in {"PUBLIC", "PARTNERS", "INTERNAL"}, row["id"]
            assert row["owner"] in ORGS, row["id"]
            assert row["poster"] in PEOPLE, row["id"]
    assert categories == {row["category"] for row in NEEDS}
    assert categories == {row["category"] for row in RESOURCES}


def test_who_posted_may_post() -> None:
    for row in [*NEEDS, *RESOURCES]:
        person = PEOPLE[row["poster"]]
        writes = {m["org"] for m in person["memberships"] if m["role"] in {"admin", "editor"}}
        if "on_behalf" in row:
            assert any(r["role"] == "coordinator" for r in person["staff_roles"]), row["id"]
        else:
            assert row["owner"] in writes, row["id"]


def test_entries_state_their_times_and_quantities_sensibly() -> None:
    for row in [*NEEDS, *RESOURCES]:
        assert row["state"] in STATES, row["id"]
        assert row["quantity"] > 0, row["id"]
        assert row["start"] <= row["end"], row["id"]
        assert -120 <= row["posted"] < 0, row["id"]
        if row["state"] in {"OPEN", "PARTLY_MET", "SUBMITTED"}:
            assert row["end"] >= 0, row["id"]
            assert row["deadline"] is None or row["deadline"] > 0, row["id"]
        if row["state"] == "EXPIRED":
            assert (row["deadline"] or row["end"]) < 0, row["id"]
        assert ("returned_reason" in row) == (row["state"] == "RETURNED"), row["id"]
        assert row.get("source") or row.get("invented"), row["id"]
    for row in NEEDS:
        assert row["deadline"] is not None, row["id"]
        assert row["direct_number"] > 0, row["id"]
        assert row["budget"] is None or row["budget"] > (row["self_raised"] or 0), row["id"]
    for row in RESOURCES:
        places = {*STREETS, *DISTRICT_CODE}
        assert row["area"] == ["city"] or set(row["area"]) <= places, row["id"]


@pytest.mark.parametrize("row", [*NEEDS, *RESOURCES], ids=lambda row: row["id"])
def test_texts_give_nobody_away(row: Row) -> None:
    texts = " ".join(row[field] for field in TEXTS)
    people = [person["name"] for person in CITY["people"]]
    assert not PERSONAL_NUMBER.search(texts)
    assert "http" not in texts
    assert "http" not in row.get("source", "")
    assert [name for name in [*people, row["contact"]["name"]] if name in texts] == []
    assert row["contact"]["address"] not in texts
    if row["visibility"] == "PUBLIC":
        assert row["text_public"]
    if row["visibility"] == "INTERNAL":
        assert row["text_public"] == row["text_partners"] == ""
        assert row["text_internal"]
    if row.get("micro_wish"):
        assert row["community"] is None, "a wish is shown at street level only"


def test_links_refer_to_posted_entries() -> None:
    for link in LINKS:
        need, resource = BY_NEED[link["need"]], BY_RESOURCE[link["resource"]]
        assert link["id"] == f"{need['id']}--{resource['id']}"
        assert not {need["state"], resource["state"]} & UNPOSTED, link["id"]
        assert need["owner"] != resource["owner"], link["id"]
        assert max(need["posted"], resource["posted"]) <= link["proposed"] < 0, link["id"]
        assert (link["unit"], link["period"]) == (need["unit"], need["period"]), link["id"]
        if (resource["unit"], resource["period"]) == (need["unit"], need["period"]):
            assert link["quantity"] == link["resource_quantity"], link["id"]
        people = [link["proposer"], *(message["person"] for message in link["messages"])]
        assert set(people) <= set(PEOPLE), link["id"]


def allocated(side: str, quantity: str) -> Counter[str]:
    total: Counter[str] = Counter()
    for link in LINKS:
        if link["state"] in ALLOCATED:
            total[link[side]] += link[quantity]
    return total


@pytest.mark.parametrize(
    ("side", "quantity", "rows"),
    [("need", "quantity", NEEDS), ("resource", "resource_quantity", RESOURCES)],
)
def test_allocation_never_exceeds_and_makes_the_state(
    side: str, quantity: str, rows: list[Row]
) -> None:
    total = allocated(side, quantity)
    held = Counter(total)
    for link in LINKS:
        if link["state"] in {"PROPOSED", "ACCEPTED"}:
            held[link[side]] += link[quantity]
    for row in rows:
        used = total[row["id"]]
        assert held[row["id"]] <= row["quantity"], row["id"]
        if used == 0:
            assert row["state"] not in {"PARTLY_MET", "MET"}, row["id"]
        else:
            assert row["state"] == ("MET" if used == row["quantity"] else "PARTLY_MET"), row["id"]


def answers(link: Row) -> tuple[str, str]:
    return link["need_answer"]["answer"], link["resource_answer"]["answer"]


def test_link_states_follow_from_the_answers() -> None:
    reasons = {row["code"]: row["side"] for row in REASONS}
    for link in LINKS:
        given, name = sorted(answers(link)), link["id"]
        if link["state"] in ALLOCATED or link["state"] == "CANCELLED":
            assert given == ["YES", "YES"], name
        elif link["state"] == "DECLINED":
            assert given.count("NO") == 1, name
        elif link["state"] == "ACCEPTED":
            assert given == ["PENDING", "YES"], name
            assert link["proposed_by"] == "OPERATOR", name
        elif link["state"] == "PROPOSED":
            said = {"NEED": ("YES", "PENDING"), "RESOURCE": ("PENDING", "YES")}
            assert answers(link) == said.get(link["proposed_by"], ("PENDING", "PENDING")), name
        else:
            assert "NO" not in given, name
            assert given != ["YES", "YES"], name
        for side in ("need", "resource"):
            answer = link[f"{side}_answer"]
            if answer["answer"] == "NO":
                assert reasons[answer["reason"]] in {side.upper(), "BOTH"}, name
                assert answer["note"], name
            assert (answer["day"] is None) == (answer["answer"] == "PENDING"), name
        assert (link["linked"] is not None) == (given == ["YES", "YES"]), name
        assert ("cancelled" in link) == (link["state"] == "CANCELLED"), name
        assert ("withdrawn" in link) == (link["state"] == "WITHDRAWN"), name
        assert (link["lapsed"] is not None) == (link["state"] == "LAPSED"), name
        if link["state"] in {"PROPOSED", "ACCEPTED"}:
            assert link["answer_by"] >= 0, name


def test_dates_of_a_link_run_forward() -> None:
    for link in LINKS:
        deliveries = [row["day"] for row in link["deliveries"]]
        steps = [link["proposed"], link["linked"], *deliveries, link["confirmed"], link["closed"]]
        days = [day for day in steps if day is not None]
        assert days == sorted(days), link["id"]
        assert days[-1] < 0, link["id"]
        messages = [message["day"] for message in link["messages"]]
        assert messages == sorted(messages), link["id"]
        assert all(link["proposed"] <= day < 0 for day in messages), link["id"]


def test_deliveries_and_thanks_fit_the_state() -> None:
    for link in LINKS:
        delivered = [row["quantity"] for row in link["deliveries"]]
        if link["period"] == "ONCE":
            assert sum(delivered) <= link["quantity"], link["id"]
        else:
            assert all(quantity <= link["quantity"] for quantity in delivered), link["id"]
        finished = link["state"] in {"CONFIRMED", "CLOSED"}
        assert bool(delivered) == (finished or link["state"] == "DELIVERING"), link["id"]
        assert (link["confirmed"] is not None) == finished, link["id"]
        assert (link["closed"] is not None) == (link["state"] == "CLOSED"), link["id"]
        if finished and link["period"] == "ONCE":
            assert sum(delivered) == link["quantity"], link["id"]
        if link["state"] == "CLOSED":
            assert 1 <= link["feedback"]["need"]["score"] <= 5, link["id"]
        else:
            assert not link["feedback"], link["id"]
            assert not link["public_agreed"], link["id"]


def test_the_demo_shows_every_state() -> None:
    seen = {link["state"] for link in LINKS}
    assert seen == set(load("portal/demo/links.json")["states"])
    assert {row["state"] for row in NEEDS} == STATES
    waiting = {link["resource"] for link in LINKS if answers(link) == ("YES", "PENDING")}
    assert "kangle" in {BY_RESOURCE[name]["owner"] for name in waiting}
    asked = {link["need"] for link in LINKS if answers(link) == ("PENDING", "YES")}
    assert "chunxiao" in {BY_NEED[name]["owner"] for name in asked}


def test_pasted_texts_are_labelled_with_known_codes() -> None:
    categories = {row["code"] for row in CATEGORIES}
    units = {row["label"] for row in UNITS}
    assert [row["half"] for row in PASTES] == ["tune", "held"] * 20
    for row in PASTES:
        want = row["expected"]
        assert want["side"] in {"need", "resource"}, row["id"]
        assert want["title"], row["id"]
        assert {want["category"], *want["category_also"]} <= categories, row["id"]
        given = [want[field] is None for field in ("quantity", "unit", "period")]
        assert len(set(given)) == 1, row["id"]
        assert want["unit"] in {None, *units}, row["id"]
        assert want["street"] is None or want["street"] in STREETS, row["id"]
        digits = re.sub(r"\D", "", row["text"])
        assert want["phone"] is None or want["phone"] in digits, row["id"]
        assert not (want["start"] and want["end"]) or want["start"] <= want["end"], row["id"]
