"""One sentence that says it: the clause that asks or offers, cut down to what matters."""

import re
from collections.abc import Sequence

from marketplace.paste.shapes import Guess
from marketplace.paste.writing import NUMBER, clauses

LONGEST = 36
_LATER = 0.45  # what is said first is usually the matter
_WORTH = 1.5  # points that a clause needs to stand in a title beside its neighbor

_LABEL = re.compile(
    r"(?:^|[\n；;。])\s*(?:\d+[.、]|[一二三四五六七八九]、)?"
    r"(?:需求名称|资源名称|项目名称|事项名称|需求内容|资源内容|需求事项|服务内容|服务项目|标题|名称|事项|主题|内容"
    r"|所需物品|物资名称|捐赠物品|微心愿|心愿|需求|资源)\s*[:：]\s*(?P<v>[^\n；;。]{2,60})"
)
_MARK = re.compile(r"[【\[〔][^】\]〕]{1,12}[】\]〕]|^#[^#]{1,12}#|[（(][^）)]*[）)]")
# A bracket that a comma cut open.
_OPEN = re.compile(r"[（(【\[][^）)】\]]*$|^[^（(【\[]*[）)】\]]")
# Who speaks: 我们是滨河街道春晓社区 tells nothing of what is wanted.
_SELF = re.compile(
    r"^(?:我们?|咱们?|这里|这边|本人|俺们?)(?:这里|这边|这儿)?(?:就)?(?:是|来自|叫)(?!想|要|需|给|为|准备|没)"
)
_REACH_US = re.compile(r"^(?:联系|电话|手机|微信|有意者?)")
_NOISE = re.compile(r"[^\w\u4e00-\u9fff、，,·+—–/%~-]+")
_ASK = re.compile(
    r"想要?|需要|急需|缺|求|招募?|征集|找|借|希望|盼|有没有|能不能|谁能|谁有|请求|申请|没地方|没人|困难|没有|想请|募集|要"
)
_OFFER = re.compile(
    r"捐赠?|送|可以|提供|能出|有一批|闲置|闲着|免费|愿意|出借|开放|赠|支持|资助|拿出|可供|有\d|上门|无偿|设|教|答"
)
_COURTESY = re.compile(
    r"^(?:各位|大家|你好|您好|在吗|谢谢|感谢|辛苦|打扰|请问|有意|报名|联系|电话|咨询|如有|欢迎|急|最好|通知|有个事|"
    r"收到请|麻烦|本通知|附|经费|预算|转|以上)"
)
_LEAD = re.compile(
    r"^(?:各位[^：:，]{0,8}[：:]|各位[\u4e00-\u9fff]{0,6}(?:好|们)|大家好|你们?好|您好|在吗|通知|有个事|请问|另外|还有|所以|因为|现在|目前|最近|"
    r"今年|急|急需|就是|那个|然后)[，,:：、 ]*"
)
_WHO = re.compile(
    r"^(?:我们|咱们|咱|我|本|俺们?|我司|我校|我所|我院)(?:这边|这里|这儿|家|公司|单位|所的?|社区|村|街道|行里?|队|中心|机构|小区|楼下?|有)?"
)
_WISH = re.compile(
    r"^(?:也|都|还|就|正|准备|计划|打算|现|拟|特|目前)?"
    r"(?:想要|想请|需要|急需|希望能?|想|要|有没有|能不能|谁能|谁有|可以|能|有)(?=.{2,})"
)
_WHEN = re.compile(
    r"(?:自|从)?(?:\d{4}年|明年|今年)?\d{1,2}月(?:\d{1,2}[日号]?|上旬|中旬|下旬|底|初)?(?:到|至|起|-|—)?"
    r"(?:\d{1,2}月)?(?:\d{1,2}[日号])?(?:开始|前|之前|起)?|(?:下个月|本周[一二三四五六日]|这周[一二三四五六日]|下周[一二三四五六日])"
)
_MATTER = re.compile(
    r"助餐|午餐|送餐|轮椅|书包|鞋|衣|被|课|讲座|咨询|志愿者|场地|排练|维修|修|理发|义诊|筛查|报警器|呼叫器|灭火器|电脑|图书|钢琴|琴|"
    r"椅|桌|柜|架|床|车|票|药|米|油|奶|服务|培训|辅导|陪|照料|护理|探访|法律|调解|演出|合唱|宣传|义剪|体检|除颤|改造|安装|维护|打扫|"
    r"清理|河道|旧物|绿植|花|墙|棚|房|屋|教室|会议室|音响|投影|器材|设备|教|画|歇脚|站点?|老师|师傅|律师|医生|人手|资金|经费|家电|水壶|食品|药箱"
)


def find_title(text: str, side: str, unit_words: Sequence[str]) -> Guess | None:
    """A title of one clause, or of two neighbors that both matter; None without words."""
    labeled = _LABEL.search(text)
    units = "|".join(re.escape(w) for w in sorted(unit_words, key=len, reverse=True)) or "个"
    amount = re.compile(rf"{NUMBER}[多来余]?个?(?:{units})")
    parts = [words for _at, words in clauses(labeled["v"] if labeled else text)]
    points = [_points(words, side, amount) for words in parts]
    if not parts:
        return None
    best = max(range(len(parts)), key=lambda index: points[index] - _LATER * index)
    if points[best] < 0 and _REACH_US.match(parts[best]):
        return None  # only how to reach somebody
    title = _short(parts[best])
    beside = [i for i in (best - 1, best + 1) if 0 <= i < len(parts) and points[i] >= _WORTH]
    for other in sorted(beside, key=lambda index: -points[index]):
        first, second = sorted((best, other))
        both = "，".join(part for part in (_short(parts[first]), _short(parts[second])) if part)
        if len(both) <= LONGEST:
            title = both
            break
    title = title[:LONGEST]
    return Guess("title", title, title) if title else None


def _points(words: str, side: str, amount: re.Pattern[str]) -> float:
    points = 0.0
    words = _LEAD.sub("", _MARK.sub("", words.strip()))
    if len(words) < 3 or re.search(r"\d{7,}", words):
        return -5.0
    asks, offers = bool(_ASK.search(words)), bool(_OFFER.search(words))
    points += 2.0 * (asks if side == "need" else offers) + 0.5 * (
        offers if side == "need" else asks
    )
    points += 1.5 * min(len(_MATTER.findall(words)), 2)
    points += 1.5 if amount.search(words) else 0.0
    points -= 4.0 if _COURTESY.match(words) or _SELF.match(words) else 0.0
    points -= 1.5 if re.fullmatch(r"[\d\s:：月日号年到至前后起—-]+", words) else 0.0
    points -= 1.0 if len(words) < 5 else 0.0
    return points


def _short(words: str) -> str:
    title = _OPEN.sub("", _MARK.sub("", words.strip()))
    for _round in range(3):
        title = _LEAD.sub("", title)
    title = _WHO.sub("", title)
    title = _WISH.sub("", title)
    if len(title) > LONGEST:
        title = _WHEN.sub("", title)
    title = _NOISE.sub("", title).strip("，、,:：-—的 ")
    return title[:LONGEST]
