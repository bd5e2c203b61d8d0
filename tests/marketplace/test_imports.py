"""Entries from spreadsheets: what is read, what is refused and how it is said, what goes in."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from core.errors import Invalid
from core.permissions import Actor
from marketplace import queries
from marketplace.imports import RowFault, check_rows, read_sheet, repaired_copy, template
from marketplace.imports.rows import near_duplicates
from marketplace.models import ImportRun
from tests.factories import accounts as people
from tests.factories.sheets import GOOD, HEAD, PICTURE, begun, book

TODAY = date(2026, 11, 25)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    people.make_region_tree()


@pytest.fixture
def owner() -> Actor:
    return people.member()


def checked(content: bytes, side: str = "need") -> list[Any]:
    sheet = read_sheet(io.BytesIO(content), side)
    return list(check_rows(sheet, side, queries.import_lists(), owner="ZZ1", today=TODAY))


def faults(content: bytes, side: str = "need") -> list[tuple[int, str, str]]:
    return [
        (row.number, fault.column, fault.sentence)
        for row in checked(content, side)
        for fault in row.faults
    ]


# -- reading ---------------------------------------------------------------------------------
def test_a_row_becomes_the_content_that_the_form_gives() -> None:
    head = (
        *HEAD,
        "谁能看到",
        "开始日期",
        "结束日期",
        "截止日期",
        "人群",
        "微心愿",
        "总预算（元）",
        "其中自筹（元）",
        "受益人数",
        "联系电话",
        "可以远程",
    )
    row = (
        *GOOD,
        "伙伴",
        datetime(2026, 12, 1),
        "2027年3月31日",
        46722,
        "老年人、残疾人",
        "否",
        "4.5万",
        "5,000元",
        "28人",
        13800000001.0,
        "是",
    )
    (found,) = checked(book(row, head=head))
    assert found.faults == ()
    content = found.content
    assert content["title"] == "老人午餐配送"
    assert content["category"].code == "elderly"
    assert content["region"].name == "滨河街道"
    assert (content["quantity"], content["unit"].code, content["period"]) == (30, "portion", "DAY")
    assert content["visibility"] == "PARTNERS"
    assert content["starts_on"] == date(2026, 12, 1)
    assert content["ends_on"] == date(2027, 3, 31)
    assert content["closes_on"] == date(2027, 12, 1)
    assert content["groups"] == ["elderly", "disabled"]
    assert (content["budget"], content["self_raised"]) == (Decimal(45000), Decimal(5000))
    assert content["beneficiaries"] == 28
    assert content["contact_phone"] == "13800000001"
    assert (content["remote"], content["micro_wish"]) == (True, False)


@pytest.mark.parametrize(
    ("number", "unit", "quantity", "code"),
    [
        ("30份", None, 30, "portion"),
        ("３０份", "份", 30, "portion"),
        ("1,200", "个", 1200, "piece"),
        ("2.5吨", None, 2500, "kg"),
        (3, "斤", Decimal("1.5"), "kg"),
        ("3万元", None, 30000, "yuan"),
        ("3", "万元", 30000, "yuan"),
    ],
)
def test_numbers_with_units(number: Any, unit: Any, quantity: Any, code: str) -> None:
    (found,) = checked(book((*GOOD[:4], number, unit)))
    assert found.faults == ()
    assert (found.content["quantity"], found.content["unit"].code) == (quantity, code)


def test_places_are_named_by_street_and_community() -> None:
    for word in ("春晓社区", "滨河街道春晓社区", "滨河街道 春晓社区", "999901001-01"):
        (found,) = checked(book((*GOOD[:3], word)))
        assert found.content["region"].name == "春晓社区"


def test_each_fault_is_named_by_row_and_column_in_plain_words() -> None:
    content = book(
        GOOD,
        ("", "没有的类别", "说明", "火星街道", "很多", "份", "每年"),
        (*GOOD[:4], 30, "筐"),
        (*GOOD[:4], "30份", "台"),
        (*GOOD[:2], "打电话 13800000001", "滨河街道"),
        (*GOOD[:4], -3, "份"),
        (*GOOD[:4], 30, None),
        (*GOOD[:4], "=10+20", "份"),
        (*GOOD[:2], "去 3栋201室 送", "滨河街道"),
    )
    assert faults(content) == [
        (3, "类别", "没有“没有的类别”这个类别，请从下拉里选。"),
        (3, "街道或社区", "没有“火星街道”这个街道或社区，请从下拉里选。"),
        (3, "每", "请从这几项里选：共、每天、每周、每月。"),
        (3, "数量", "数量请写数字，例如 30。"),
        (3, "标题", "请用一句话写清楚，例如“高龄老人午餐配送，每日 30 份”。"),
        (4, "单位", "没有“筐”这个单位，请从下拉里选。"),
        (5, "单位", "数量里写的单位和这里选的不一样。"),
        (6, "公开的说明", "这里像有电话号码，别人会看到。请删去，写到“联系电话”里。"),
        (7, "数量", "数量不能是负数。"),
        (8, "单位", "填了数量，请再选单位。"),
        (9, "数量", "这一格是公式，文件里没有它的结果。请改成直接写内容。"),
        (10, "公开的说明", "这里像有住户的门牌，别人会看到。请删去，写到“详细地址”里。"),
    ]


def test_days_in_the_wrong_order_and_days_that_are_none() -> None:
    head = (*HEAD, "开始日期", "结束日期", "截止日期")
    content = book(
        (*GOOD, "2027-02-01", "2027-01-01", None),
        (*GOOD, "2月30日", "2027-02-30", "1900-01-01"),
        head=head,
    )
    assert faults(content) == [
        (2, "结束日期", "结束日期在开始日期之前。请改其中一个。"),
        (3, "开始日期", "日期请写成 2026-12-01 这样。"),
        (3, "结束日期", "日期请写成 2026-12-01 这样。"),
        (3, "截止日期", "日期要在 2000 年到 2100 年之间。"),
    ]


def test_columns_may_stand_in_any_order_beside_others() -> None:
    head = ("备注", "每", "单位", "数量", "地点", "说明", "类别*", "标题（必填）")
    sheet = read_sheet(io.BytesIO(book(("看看", *reversed(GOOD)), head=head)), "need")
    (found,) = check_rows(sheet, "need", queries.import_lists(), owner="ZZ1", today=TODAY)
    assert found.faults == ()
    assert found.content["title"] == GOOD[0]
    assert sheet.unknown == ["备注"]


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (
            ("名字", "说明"),
            "第一行里没有找到这些列：“标题”、“类别”、“街道或社区”。请对照模板的第一行。",
        ),
        ((*HEAD, "名称"), "“名称”这一列写了两次，请删去一列。"),
    ],
)
def test_wrong_headings_are_named(head: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(Invalid) as error:
        read_sheet(io.BytesIO(book(GOOD, head=head)), "need")
    assert error.value.fields == {"file": [sentence]}


# -- files that are none ---------------------------------------------------------------------
def _merged() -> bytes:
    made = Workbook()
    made.worksheets[0].append(list(HEAD))
    made.worksheets[0].append(list(GOOD))
    made.worksheets[0].merge_cells("A2:B2")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _bomb() -> bytes:
    """A real spreadsheet whose sheet unpacks to 300 MB of spaces."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(GOOD))) as real,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for info in real.infolist():
            content = real.read(info)
            if info.filename.endswith("sheet1.xml"):
                with made.open(info.filename, "w") as part:
                    part.write(content)
                    for _n in range(300):
                        part.write(b" " * 1024 * 1024)
                continue
            made.writestr(info, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (book(head=()), "这个文件是空的"),
        (book(), "没有要导入的行"),
        (_merged(), "是合并的单元格"),
        (_bomb(), "文件解开后过大"),
        (PICTURE, "这不是 Excel 文件"),
        (b"PK\x03\x04 no more", "这不是 Excel 文件"),
        (book(*[GOOD] * 5001), "超过 5000 行"),
    ],
    ids=["empty", "headings only", "merged", "300 MB", "picture", "torn", "5001 rows"],
)
def test_what_is_no_such_spreadsheet_is_refused_with_a_sentence(
    content: bytes, words: str, owner: Actor
) -> None:
    with pytest.raises(Invalid) as error:
        begun(content, owner)
    assert list(error.value.fields) == ["file"]
    assert words in str(error.value.fields["file"][0])
    assert not ImportRun.objects.exists()


def test_formulas_are_text_and_stay_text(owner: Actor) -> None:
    content = book(("'=1+1 的午餐", *GOOD[1:2], "=HYPERLINK(1)", "滨河街道"))
    rows = checked(content)
    assert rows[0].content["title"] == "=1+1 的午餐"
    found = {2: [RowFault("title", "标题", "=改")]}
    copy = repaired_copy(io.BytesIO(content), "need", found, queries.import_lists())
    sheet = load_workbook(io.BytesIO(copy)).worksheets[0]
    assert [cell.data_type for cell in sheet[2] if cell.value is not None] == ["s"] * 5
    assert sheet["B2"].value == "'=1+1 的午餐"
    assert sheet["D2"].value == "【原来是公式，请直接写内容】"


# -- template and repaired copy --------------------------------------------------------------
@pytest.mark.parametrize("side", ["need", "resource"])
def test_the_template_offers_lists_and_reads_as_empty(side: str) -> None:
    made = template(side, queries.import_lists())
    opened = load_workbook(io.BytesIO(made))
    first = opened.worksheets[0]
    rules = {str(rule.sqref): rule.formula1 for rule in first.data_validations.dataValidation}
    assert "B2:B5001" in rules
    assert len(rules) >= 8
    assert [sheet.sheet_state for sheet in opened.worksheets] == ["visible", "visible", "hidden"]
    assert checked(made, side) == []


@pytest.mark.parametrize("side", ["need", "resource"])
def test_the_example_row_is_right_once_its_mark_is_gone(side: str) -> None:
    opened = load_workbook(io.BytesIO(template(side, queries.import_lists())))
    title = opened.worksheets[0]["A2"]
    title.value = title.value.removeprefix("【示例】")
    out = io.BytesIO()
    opened.save(out)
    (row,) = checked(out.getvalue(), side)
    assert row.faults == ()


def test_the_repaired_copy_marks_cells_and_can_be_uploaded_again() -> None:
    content = book(GOOD, ("", *GOOD[1:]), head=HEAD)
    wrong = {row.number: row.faults for row in checked(content)}
    copy = repaired_copy(io.BytesIO(content), "need", wrong, queries.import_lists())
    opened = load_workbook(io.BytesIO(copy))
    assert [one.sheet_state for one in opened.worksheets] == ["visible", "visible", "hidden"]
    sheet = opened.worksheets[0]
    rules = {str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    assert "C2:C5001" in rules
    assert [cell.value for cell in sheet[1]] == ["错误", *HEAD]
    assert sheet["A2"].value is None
    assert sheet["A3"].value.startswith("标题：请用一句话写清楚")
    assert sheet["B3"].fill.fgColor.rgb.endswith("FBD5D0")
    assert sheet["C3"].fill.fill_type is None
    assert [(row.number, bool(row.faults)) for row in checked(copy)] == [(2, False), (3, True)]


def test_a_refused_formula_stays_refused_in_the_copy() -> None:
    """In a column that must be filled, one that may be empty, and the two read together."""
    rows = [list(GOOD), list(GOOD), list(GOOD)]
    spots = (HEAD.index("标题"), HEAD.index("每"), HEAD.index("数量"))
    for row, spot in zip(rows, spots, strict=True):
        row[spot] = "=A1"
    content = book(*rows, head=HEAD)
    wrong = {row.number: row.faults for row in checked(content)}
    first = faults(content)
    assert [number for number, _column, _sentence in first] == [2, 3, 4]
    copy = repaired_copy(io.BytesIO(content), "need", wrong, queries.import_lists())
    assert faults(copy) == first
    sheet = load_workbook(io.BytesIO(copy)).worksheets[0]
    marked = [sheet.cell(row, spot + 2) for row, spot in zip((2, 3, 4), spots, strict=True)]
    assert {cell.value for cell in marked} == {"【原来是公式，请直接写内容】"}
    assert {cell.fill.fgColor.rgb[-6:] for cell in marked} == {"FBD5D0"}


def test_near_duplicates_inside_a_file() -> None:
    rows = [
        (2, "高龄老人午餐配送，每日 30 份"),
        (3, "社区普法讲座"),
        (4, "高龄老人午餐配送，每日30份"),
        (5, "为高龄老人午餐配送，每日 30 份"),
    ]
    assert near_duplicates(rows) == [(4, 2), (5, 2)]
