"""The commands: regions from a table, the first administrator."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import operations
from accounts.models import Membership, Organization, Region, RoleGrant, User
from accounts.operations import RegionRow
from core.errors import Invalid
from core.permissions import SYSTEM
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

TABLE = """code,name,parent
31,上海市,
3101,市辖区,31
310101,黄浦区,3101
310101002,南京东路街道,310101
44,广东省,
4401,广州市,44
"""


def load(path: Path, table: str, capsys: pytest.CaptureFixture[str]) -> str:
    path.write_bytes(gzip.compress(table.encode()) if path.suffix == ".gz" else table.encode())
    call_command("load_regions", file=path)
    return capsys.readouterr().out


def test_the_table_becomes_a_tree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = load(tmp_path / "regions.csv.gz", TABLE, capsys)
    assert out == "6 rows: 6 added, 0 changed, 0 closed\n"
    street = Region.objects.get(code="310101002")
    assert (street.full_name, street.path, street.level) == (
        "上海市黄浦区南京东路街道",
        "31/3101/310101/310101002/",
        4,
    )
    assert street.parent is not None
    assert street.parent.code == "310101"


def test_loading_again_changes_what_changed_and_closes_what_is_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(tmp_path / "a.csv", TABLE, capsys)
    street = Region.objects.get(code="310101002")
    by, at = make.coordinator(), timezone.now()
    community = operations.add_community(street=street, name="江滨社区", code="", by=by, at=at)
    newer = TABLE.replace("310101002,南京东路街道,310101\n", "310101003,外滩街道,310101\n")
    newer = newer.replace("广州市", "羊城市")
    assert load(tmp_path / "b.csv", newer, capsys) == "6 rows: 1 added, 1 changed, 1 closed\n"
    assert Region.objects.get(code="310101002").closed
    assert not Region.objects.get(pk=community.pk).closed
    only_shanghai = "\n".join(line for line in newer.split("\n") if not line.startswith("44"))
    assert (
        load(tmp_path / "c.csv", only_shanghai, capsys) == "4 rows: 0 added, 0 changed, 0 closed\n"
    )
    assert load(tmp_path / "d.csv", TABLE, capsys) == "6 rows: 0 added, 2 changed, 1 closed\n"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("name,parent\nx,\n", "cannot be read"),
        ("code,name,parent\n4401,广州市,44\n", "its parent 44 is not in the table"),
        ("code,name,parent\n440,广州,\n", "the code's length does not fit"),
    ],
)
def test_a_bad_table_writes_nothing(tmp_path: Path, table: str, said: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(table)
    with pytest.raises(CommandError, match=said):
        call_command("load_regions", file=path)
    assert Region.objects.count() == 0


def test_the_vendored_table_loads_whole(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_regions")
    assert capsys.readouterr().out == "44706 rows: 44706 added, 0 changed, 0 closed\n"
    assert Region.objects.get(code="110101001").full_name == "北京市东城区东华门街道"


def test_tiles_given_by_a_table_are_kept_by_one_without() -> None:
    at = timezone.now()
    rows = [RegionRow("99", "滨海省", "", 1, 2)]
    operations.load_regions(rows=rows, by=SYSTEM, at=at)
    operations.load_regions(rows=[RegionRow("99", "滨海省")], by=SYSTEM, at=at)
    region = Region.objects.get()
    assert (region.tile_row, region.tile_column) == (1, 2)
    with pytest.raises(Invalid):
        operations.load_regions(rows=[RegionRow("9901", "市", "98")], by=SYSTEM, at=at)


def found(monkeypatch: pytest.MonkeyPatch, password: str = make.PASSWORD, **changes: str) -> None:
    monkeypatch.setenv("OPERATOR_PASSWORD", password)
    values: dict[str, Any] = {
        "name": "林主管",
        "account": "lin",
        "organization": "滨河公益中心",
        "region": "999901001",
    }
    call_command("create_operator", **(values | changes))


def test_the_first_administrator_and_the_operator(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make.make_region_tree()
    found(monkeypatch)
    assert capsys.readouterr().out == "林主管 (lin) is administrator and coordinator.\n"
    user, organization = User.objects.get(), Organization.objects.get()
    assert user.check_password(make.PASSWORD)
    assert (organization.kind, organization.state) == ("OPERATOR", "VERIFIED")
    assert Membership.objects.get().role == "ADMIN"
    assert sorted(RoleGrant.objects.values_list("role", flat=True)) == [
        "ADMINISTRATOR",
        "COORDINATOR",
    ]
    with pytest.raises(CommandError, match="已经有系统管理员了"):
        found(monkeypatch, account="other")
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"region": "1"}, "load_regions"),
        ({"account": "1"}, "account"),
        ({"password": "short"}, "password"),
        ({"password": ""}, "OPERATOR_PASSWORD"),
    ],
)
def test_what_stops_the_command(change: Any, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make.make_region_tree()
    with pytest.raises(CommandError, match=said):
        found(monkeypatch, **change)
    assert User.objects.count() == 0
