"""Smart paste on texts of its own; the labelled texts are the benchmark's."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.paste import measure
from marketplace.paste import CategoryWord, Guess, Place, UnitWord, parse

TODAY = date(2026, 11, 25)  # a Wednesday

PLACES = [
    Place("01", "滨河街道", 4),
    Place("011", "春晓社区", 5, "01"),
    Place("012", "滨河社区", 5, "01"),
    Place("02", "望湖街道", 4),
    Place("021", "灯塔社区", 5, "02"),
]
UNITS = [
    UnitWord("portion", "份", Decimal(1), "count", "份"),
    UnitWord("piece", "个", Decimal(1), "count", "个"),
    UnitWord("machine", "台", Decimal(1), "count", "台"),
    UnitWord("person", "人", Decimal(1), "people", "人"),
    UnitWord("person", "名", Decimal(1), "people", "人"),
    UnitWord("person", "位", Decimal(1), "people", "人"),
    UnitWord("household", "户", Decimal(1), "people", "户"),
    UnitWord("time", "次", Decimal(1), "event", "次"),
    UnitWord("session", "场", Decimal(1), "event", "场"),
    UnitWord("hour", "小时", Decimal(1), "time", "小时"),
    UnitWord("day", "天", Decimal(1), "time", "天"),
    UnitWord("kg", "公斤", Decimal(1), "measure", "公斤"),
    UnitWord("kg", "吨", Decimal(1000), "measure", "公斤"),
    UnitWord("yuan", "元", Decimal(1), "money", "元"),
    UnitWord("yuan", "万元", Decimal(10000), "money", "元"),
]
CATEGORIES = [
    CategoryWord("elderly", "助餐", "为老服务"),
    CategoryWord("legal", "普法讲座", "法律"),
    CategoryWord("safety", "消防", "安全应急"),
]


def fields(text: str, side: str = "need") -> dict[str, str]:
    guesses = parse(text, today=TODAY, side=side, places=PLACES, units=UNITS, categories=CATEGORIES)
    assert len({guess.field for guess in guesses}) == len(guesses)
    return {guess.field: guess.value for guess in guesses}


def test_a_chat_message_fills_the_whole_form() -> None:
    text = (
        "大家好，春晓社区有二十位独居老人，需要助餐，每天20份，12月1日到3月31日。"
        "12月5日前报名。联系人：王小明 １３８－００００－０００１"
    )
    assert fields(text) == {
        "title": "春晓社区有二十位独居老人，助餐",
        "category": "elderly",
        "quantity": "20",
        "unit": "portion",
        "period": "DAY",
        "availability": "RECURRING",
        "region": "011",
        "starts_on": "2026-12-01",
        "ends_on": "2027-03-31",
        "closes_on": "2026-12-05",
        "groups": "elderly_alone",
        "contact_phone": "13800000001",
        "contact_name": "王小明",
        "text_public": "大家好，春晓社区有二十位独居老人，需要助餐，每天20份，12月1日到3月31日。12月5日前报名。",
    }


@pytest.mark.parametrize(
    ("text", "quantity", "unit", "period"),
    [
        ("缺轮椅两台", "2", "machine", "ONCE"),
        ("每天30份午餐", "30", "portion", "DAY"),
        ("每周两次上门理发", "2", "time", "WEEK"),
        ("每个月办一场普法讲座", "1", "session", "MONTH"),
        ("大米1.5吨", "1500", "kg", "ONCE"),
        ("资助3万元", "30000", "yuan", "ONCE"),
        ("共一百二十户人家", "120", "household", "ONCE"),
        ("招30名志愿者陪50位老人", "30", "person", "ONCE"),
        ("借一个能坐40人的场地，每周3小时", "3", "hour", "WEEK"),
        ("1,200份宣传单", "1200", "portion", "ONCE"),
        ("要 12 位志愿者", "12", "person", "ONCE"),
        ("招募12名老师", "12", "person", "ONCE"),
    ],
)
def test_amounts(text: str, quantity: str, unit: str, period: str) -> None:
    found = fields(text)
    assert [found.get(name) for name in ("quantity", "unit", "period")] == [quantity, unit, period]


@pytest.mark.parametrize(
    "text", ["65岁以上的老人想学手机", "提前五天说一声", "家住六楼", "本周六下午来", "请求维修水管"]
)
def test_a_number_that_is_no_amount_is_not_taken(text: str) -> None:
    assert {"quantity", "unit", "period"}.isdisjoint(fields(text))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("12月1日到3月31日送餐", "2026-12-01", "2027-03-31"),
        ("2026-12-03 送到", "2026-12-03", "2026-12-03"),
        ("2026年12月3日至2027年1月5日", "2026-12-03", "2027-01-05"),
        ("12月5日、6日来两天", "2026-12-05", "2026-12-06"),
        ("12月5日（周六）到8日", "2026-12-05", "2026-12-08"),
        ("十二月中旬开课", "2026-12-11", "2026-12-20"),
        ("下个月办", "2026-12-01", "2026-12-31"),
        ("本月底前装好", None, "2026-11-30"),
        ("下周三上午来", "2026-12-02", "2026-12-02"),
        ("这周五之前送到", None, "2026-11-27"),
        ("周五前要用", None, "2026-11-27"),
        ("12月1日起，为期半年", "2026-12-01", "2027-05-31"),
        ("一直到明年3月底", None, "2027-03-31"),
        ("后天要用", "2026-11-27", "2026-11-27"),
        ("春节前送完", None, None),
        ("2月30日", None, None),
    ],
)
def test_days(text: str, start: str | None, end: str | None) -> None:
    found = fields(text)
    assert (found.get("starts_on"), found.get("ends_on")) == (start, end)


def test_the_end_of_the_year_and_a_day_to_sign_up_close_the_entry() -> None:
    assert fields("年底前能捐就好")["closes_on"] == "2026-12-31"
    found = fields("报名截止12月10日，12月20日活动")
    assert (found["closes_on"], found["starts_on"]) == ("2026-12-10", "2026-12-20")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("住在春晓社区", "011"),
        ("滨河那边", "01"),
        ("滨河街道春晓社区", "011"),
        ("春晓社区和滨河社区都要", "01"),
        ("滨河街道、望湖街道都可以", None),
        ("全市都可以", None),
    ],
)
def test_places(text: str, code: str | None) -> None:
    assert fields(text).get("region") == code


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("打138 0000 0001", "13800000001"),
        ("电话+86 13800000001", "13800000001"),
        ("幺三八零零零零零零零一", "13800000001"),
        ("座机 020-12345678", "02012345678"),
        ("联系电话：8123 4567", "81234567"),
        ("编号1380000000123", None),
    ],
)
def test_phones(text: str, phone: str | None) -> None:
    assert fields(text).get("contact_phone") == phone


def test_the_public_text_holds_no_number_of_a_person() -> None:
    found = fields("张三想修水管，身份证11010519491231002X，电话13800000001。")
    assert "13800000001" not in found["text_public"]
    assert "11010519491231002X" not in found["text_public"]
    assert "想修水管" in found["text_public"]


def test_a_form_is_read_by_its_labels() -> None:
    found = fields(
        "需求名称：楼道消防器材\n数量：8台\n地点：灯塔社区\n联系人：李四\n电话：13800000002"
    )
    assert found["title"] == "楼道消防器材"
    assert (found["quantity"], found["unit"], found["region"]) == ("8", "machine", "021")
    assert (found["contact_name"], found["contact_phone"]) == ("李四", "13800000002")


def test_nothing_in_nothing_out() -> None:
    assert parse("", today=TODAY, side="need", places=[], units=[], categories=[]) == []
    assert parse(" \n\0 ", today=TODAY, side="need", places=[], units=[], categories=[]) == []


@settings(max_examples=200, deadline=None)
@given(
    st.text(
        alphabet="一二两十百千万半个份台人每天周月日号到至前起下本0129-./:：，。 \n\0𠮷\u202e",
        max_size=80,
    )
)
def test_any_text_is_read_without_an_error(text: str) -> None:
    for guess in parse(
        text, today=TODAY, side="resource", places=PLACES, units=UNITS, categories=CATEGORIES
    ):
        assert isinstance(guess, Guess)
        assert guess.value
        if guess.field == "quantity":
            assert Decimal(guess.value) > 0
        if guess.field in ("starts_on", "ends_on", "closes_on"):
            assert date.fromisoformat(guess.value) >= TODAY


def test_the_benchmark_half_that_was_worked_on_stays_good() -> None:
    table = measure("tune")
    assert {field: counts["right"] for field, counts in table.items()} == dict.fromkeys(table, 20)


@pytest.mark.parametrize(
    ("text", "end", "closes"),
    [
        ("12月20日前需要轮椅3台", "2026-12-20", "2026-12-20"),
        ("12 月 20 日前送到", "2026-12-20", "2026-12-20"),
        ("12月1日起，12月20日前做完", "2026-12-20", None),
        ("12月20日前送到，12月5日前报名", "2026-12-20", "2026-12-05"),
    ],
)
def test_a_day_by_which_something_is_needed_is_the_deadline_too(
    text: str, end: str, closes: str | None
) -> None:
    found = fields(text)
    assert (found.get("ends_on"), found.get("closes_on")) == (end, closes)


@pytest.mark.parametrize(
    ("text", "side", "kind"),
    [
        ("需要轮椅3台", "need", "GOODS"),
        ("想要一批文具和书包", "need", "GOODS"),
        ("求捐实物：棉被", "need", "GOODS"),
        ("轮椅坏了，求上门修一修", "need", None),
        ("门口做三处坡道", "need", "WORKS"),
        ("助学金缺口三万元", "need", "MONEY"),
        ("每天30份午餐送餐", "need", None),
        ("捐大米1.5吨", "resource", "GOODS"),
        ("轮椅免费借用", "resource", "EQUIPMENT"),
        ("会议室周末开放", "resource", "VENUE"),
        ("30名志愿者可以帮忙", "resource", "VOLUNTEER"),
        ("上门理发", "resource", None),
    ],
)
def test_kinds_are_guessed_where_words_or_units_say_so(
    text: str, side: str, kind: str | None
) -> None:
    assert fields(text, side).get("kind") == kind


@pytest.mark.parametrize(
    ("text", "name", "phone"),
    [
        ("联系人王小明，需要轮椅2台", "王小明", None),
        ("需要轮椅2台，请打13800000001", None, "13800000001"),
        ("王小明 13800000001 需要轮椅2台", "王小明", "13800000001"),
        ("联系方式：13800000001（张敏）", "张敏", "13800000001"),
        ("有意者联系陈丽华", "陈丽华", None),
        ("有意者联系我们", None, None),
        ("王师傅电话：13800000001", "王师傅", "13800000001"),
    ],
)
def test_a_name_and_a_phone_are_read_each_alone(
    text: str, name: str | None, phone: str | None
) -> None:
    found = fields(text)
    assert (found.get("contact_name"), found.get("contact_phone")) == (name, phone)


@pytest.mark.parametrize(
    ("text", "quantity", "period", "availability"),
    [
        ("每月10人,长期", "10", "MONTH", "RECURRING"),
        ("每月4次上门理发", "4", "MONTH", "RECURRING"),
        ("一个月4次", "4", "MONTH", "RECURRING"),
        ("每周三上午来教画画", None, None, "RECURRING"),
        ("长期需要志愿者5名", "5", "ONCE", "RECURRING"),
        ("书包20个，发完为止", "20", "ONCE", "STOCK"),
        ("12月5日来一次", "1", "ONCE", None),
        ("每人一份，共20份", "20", "ONCE", None),
    ],
)
def test_how_often(
    text: str, quantity: str | None, period: str | None, availability: str | None
) -> None:
    found = fields(text)
    assert [found.get(name) for name in ("quantity", "period", "availability")] == [
        quantity,
        period,
        availability,
    ]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("每周三上门理发", "3"),
        ("每周一、周三、周五送餐", "1,3,5"),
        ("每周一到周五下午开放", "1,2,3,4,5"),
        ("每个工作日开放", "1,2,3,4,5"),
        ("每周末开放", "6,7"),
        ("每周三次上门", None),
        ("本周三上门", None),
    ],
)
def test_the_weekdays_of_an_offer(text: str, days: str | None) -> None:
    assert fields(text, "resource").get("weekdays") == days
    assert "weekdays" not in fields(text, "need")


@pytest.mark.parametrize(
    ("text", "ends", "closes"),
    [
        ("12月15日前要20台轮椅", "2026-12-15", "2026-12-15"),
        ("12月15日前", "2026-12-15", "2026-12-15"),
        ("11月20日前要轮椅", "2027-11-20", "2027-11-20"),
        ("请12月15日前联系王主任", None, "2026-12-15"),
        ("12月15日前联系我们", None, "2026-12-15"),
        ("报名截止时间为12月15号", None, "2026-12-15"),
        ("2026年11月20日前要轮椅", None, None),
    ],
)
def test_a_deadline_is_the_next_such_day(text: str, ends: str | None, closes: str | None) -> None:
    found = fields(text)
    assert (found.get("ends_on"), found.get("closes_on")) == (ends, closes)


@pytest.mark.parametrize(
    ("text", "title", "public"),
    [
        ("需要轮椅2台（电话：13800000001）", "轮椅2台", "需要轮椅2台"),
        ("需要轮椅2台（急，电话13800000001）", "轮椅2台", "需要轮椅2台（急）"),
        (
            "我们是滨河街道春晓社区的，需要志愿者10名",
            "志愿者10名",
            "我们是滨河街道春晓社区的，需要志愿者10名",
        ),
        ("我们是春晓社区。想给老人修水管", "给老人修水管", "我们是春晓社区。想给老人修水管"),
        ("联系人：王女士", None, "联系人：王女士"),
    ],
)
def test_a_title_tells_what_and_not_who(text: str, title: str | None, public: str) -> None:
    found = fields(text)
    assert (found.get("title"), found["text_public"]) == (title, public)


@pytest.mark.parametrize("text", ["滨河的老人想学手机", "家在滨河，想修水管", "滨河一带要一把轮椅"])
def test_a_street_is_known_without_the_word_for_street(text: str) -> None:
    assert fields(text)["region"] == "01"
