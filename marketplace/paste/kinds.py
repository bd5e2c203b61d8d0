"""What kind of thing is asked for or offered: goods, works, money, a room, equipment, hands.

Guessed only where the words or the unit say so; otherwise the form's own choice stands. The
words were chosen on the demo city's entries, whose kinds are known.
"""

import re
from collections.abc import Sequence

from marketplace.paste.shapes import Guess

# Units in which things are counted, hardly ever services.
_THINGS = {
    *("item", "machine", "sheet", "handle", "only", "pair", "copy", "box", "carton", "bag"),
    *("bottle", "bedding", "strip", "pack", "kg", "litre", "pair_glasses"),
}
_MONEY = re.compile(r"资金|经费(?!自理)|缺口|助学金|救助金|医药费|资助|配捐|捐款|善款|赞助")
_GIVEN = re.compile(r"实物|物资|物品|捐赠|捐物|闲置|旧衣|衣物|认领")
_GOODS = re.compile(
    r"轮椅|拐杖|坐便椅|洗澡椅|助行器|纸尿裤|护理垫|羽绒服|棉衣|棉被|冬衣|被褥|毛毯|衣服|鞋|书包|文具|水彩笔"
    r"|图书|绘本|童书|教材|电脑|平板|手机(?=\d|一)|电视机|洗衣机|冰箱|空调|电风扇|折叠椅|休闲椅|桌椅|柜子|床垫"
    r"|大米|米面|食用油|牛奶|面粉|月饼|粽子|礼包|爱心包|礼盒|点心|呼叫器|呼叫设备|报警器|灭火器|急救包|药箱|口罩"
    r"|除颤仪|净水器|电水壶|餐券|乐器|电钢琴|球拍|体育器材"
)
_WORKS = re.compile(
    r"坡道|路灯|改造|加装|装扶手|防滑|充电桩|没处充电|花坛|修建|翻新|粉刷|硬化|铺设|更新改|改成|漏水|护栏|雨棚"
)
_SERVICE = re.compile(
    r"修一修|修理|维修|求修|上门|陪|辅导|课|讲座|助餐|送餐|午餐|配送|理发|体检|筛查|义诊|护理|探访|咨询|调解|培训"
    r"|服务|回收|清理|修鞋|配钥匙|演练|故事会|免费运|志愿者|演出|帮忙|打扫|清洗|指导|教|征集.{0,6}团队|托管|搬运|不通电|接触不良|坏了"
)
_LENT = re.compile(r"借用|外借|出借|租借|可借|借给")
_ROOMS = re.compile(r"场地|教室|会议室|多功能厅|停车场|舞台|车位|工位|排练厅")
_HANDS = re.compile(r"志愿者|志愿服务队?|义工|支教")
_WORDS = {
    "GOODS": "实物",
    "WORKS": "小修小建",
    "MONEY": "资金",
    "VENUE": "场地",
    "EQUIPMENT": "设备",
    "VOLUNTEER": "志愿者",
}


def find_kind(text: str, side: str, amount: Sequence[Guess]) -> Guess | None:
    """The guess for `kind`, after the amount has been read; None where nothing is clear."""
    unit = next((guess.value for guess in amount if guess.field == "unit"), "")
    found = _needed(text, unit) if side == "need" else _offered(text, unit)
    return Guess("kind", found, _WORDS[found]) if found else None


def _needed(text: str, unit: str) -> str:
    head = text[:30]
    if (unit == "yuan" and _MONEY.search(text)) or _MONEY.search(text[:16]):
        return "MONEY"
    if _WORKS.search(text[:20]) and unit not in _THINGS:
        return "WORKS"
    if _SERVICE.search(head) and not _GIVEN.search(head):
        return ""
    return "GOODS" if unit in _THINGS or _GOODS.search(head) or _GIVEN.search(head) else ""


def _offered(text: str, unit: str) -> str:
    head = text[:24]
    if unit == "yuan":
        return "MONEY"
    if _HANDS.search(head):
        return "VOLUNTEER"
    if unit in ("room", "space", "sqm") or _ROOMS.search(head):
        return "VENUE"
    if _SERVICE.search(head):
        return ""
    if unit in _THINGS or _GOODS.search(head) or _GIVEN.search(head):
        return "EQUIPMENT" if _LENT.search(text[:60]) else "GOODS"
    return ""
