"""Made-up content of the gallery: invented streets, organizations and people."""

from datetime import UTC, datetime, timedelta
from typing import Any

from core.context import NavItem
from core.permissions import Actor
from core.ports import ChainStep, Task

NOW = datetime(2026, 11, 24, 2, 42, tzinfo=UTC)


def days(n: int) -> datetime:
    return NOW + timedelta(days=n)


NOBODY_NAV = [
    NavItem("market", "供需广场", "/market/"),
    NavItem("calls", "征集与招标", "#"),
    NavItem("notices", "公示公开", "#"),
    NavItem("money", "资金公开", "#"),
    NavItem("policy", "政策法规", "#"),
]
OWN_NAV = [
    NavItem("tasks", "待办", "/bench/", 4),
    NavItem("needs", "我的需求", "/post/"),
    NavItem("resources", "我的资源", "#"),
    NavItem("links", "对接", "#"),
    NavItem("projects", "项目", "#"),
    NavItem("messages", "消息", "#", 2),
]
STAFF_NAV = [
    NavItem("intake", "受理", "#", 9),
    NavItem("desk", "对接台", "/desk/", 46),
    NavItem("calls", "征集管理", "#"),
    NavItem("reviews", "评审安排", "#"),
    NavItem("notices", "公示", "#"),
    NavItem("money", "资金", "#"),
    NavItem("reports", "报表", "#"),
    NavItem("settings", "设置", "#"),
]
OWNER = Actor(
    user_id=1,
    name="林晓芸",
    organization_id=1,
    organization_number="ZZ-0001",
    organization_name="滨河街道春晓社区居委会",
    membership="editor",
    verified=True,
)
OPERATOR = Actor(
    user_id=2,
    name="周航",
    organization_id=2,
    organization_number="ZZ-0002",
    organization_name="运营方",
)
SHELL: dict[str, Any] = {
    "home_url": "/",
    "search_url": "/market/",
    "switch_url": "#",
    "organizations": [
        {"number": "ZZ-0001", "name": "滨河街道春晓社区居委会", "role": "编辑"},
        {"number": "ZZ-0007", "name": "禾苗公益服务中心", "role": "管理员"},
    ],
    "account": [{"label": "本单位", "url": "#"}, {"label": "我的账号", "url": "#"}],
    "footer": [
        {"label": "关于与帮助", "url": "#"},
        {"label": "投诉与建议", "url": "#"},
        {"label": "无障碍说明", "url": "#"},
    ],
}

LONG_CHAIN = [
    ChainStep("need", "需求", "done", "失能老人 120 人", "河东区", days(-267), "#"),
    ChainStep("match", "对接", "done", "契合度高", "双方同意", days(-253), "#"),
    ChainStep("application", "申报", "done", "申请 ¥150,000", "服务指导中心", days(-230), "#"),
    ChainStep("review", "评审", "done", "86.4 分", "5 位专家", days(-196), "#"),
    ChainStep("notice", "公示", "done", "无异议", "5 个工作日", days(-182), "#"),
    ChainStep("agreement", "协议", "done", "¥120,000", "三方签署", days(-172), "#"),
    ChainStep("milestone", "节点", "now", "中期待验收", "等区民政局", days(5), "#"),
    ChainStep("payment", "拨付", "part", "已拨一半", "¥60,000", None, "#", 2, 50),
    ChainStep("result", "结果", "next", "终期评估后公开", "第三方评估", days(190)),
]
GIFT_CHAIN = [
    ChainStep("need", "需求", "done", "30 份/日", "春晓社区", days(-12), "#"),
    ChainStep("match", "对接", "done", "双方同意", "康乐食堂", days(-6), "#"),
    ChainStep("delivery", "交付", "now", "送了 12 份", "康乐食堂", days(3), "#"),
    ChainStep("confirmation", "确认", "next", "", "春晓社区"),
    ChainStep("thanks", "感谢", "next"),
]
ENDED_CHAIN = [
    ChainStep("need", "需求", "done", "2 台轮椅", "望江社区", days(-30), "#"),
    ChainStep("match", "对接", "ended", "对方撤回", "江畔商会", days(-21), "#"),
    ChainStep("delivery", "交付", "next"),
]

Pieces = list[tuple[str, bool]]


def pieces(text: str) -> Pieces:
    """`高龄[老人]助餐` as pieces with hits."""
    out: Pieces = []
    for i, part in enumerate(text.replace("]", "[").split("[")):
        if part:
            out.append((part, i % 2 == 1))
    return out


def entry(kind: str, title: str, text: str, org: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "title": pieces(title), "text": pieces(text), "org": org, **more}


ENTRIES = [
    entry(
        "need",
        "高龄独居[老人][助餐]，每日 30 份",
        "午餐送到家，低盐、软烂，送餐时顺便看望一下[老人]。",
        "滨河街道春晓社区居委会",
        meta=["为老服务", "滨河街道"],
        due=days(18),
        value=12,
        max=30,
        label="已对接",
        words="12 / 30 份",
        more="3 个可能的资源",
    ),
    entry(
        "resource",
        "康乐食堂[社区]午餐",
        "可为周边[社区]的[老年]人做午餐，周一至周五，自有送餐车。",
        "康乐餐饮服务有限公司",
        meta=["为老服务", "滨河街道、春晓街道"],
        due=None,
        value=20,
        max=50,
        label="可供",
        words="余 20 / 50 份",
        more="6 个可能的需求",
    ),
    entry(
        "need",
        "一键通呼叫设备 20 台",
        "给独居[老人]家里装的一键呼叫，跌倒时按一下，[社区]能听到。",
        "望江街道望江社区居委会",
        meta=["为老服务", "望江街道"],
        due=days(3),
        value=0,
        max=20,
        label="已对接",
        words="0 / 20 台",
        more="2 个可能的资源",
    ),
    entry(
        "need",
        "维修、更换电水壶",
        "独居[老人]的电水壶停止工作，希望会修电器的好心人来看看。",
        "曙光街道东升社区居委会",
        meta=["微心愿·维修", "曙光街道"],
        due=None,
        value=1,
        max=1,
        label="已对接",
        words="1 / 1 件",
        chip="已满足",
        more="看结果",
    ),
    entry(
        "resource",
        "“心家园”公益课堂",
        "健康讲座、防诈骗课、手机课，适合[社区][老人]，场地和老师都有。",
        "滨江商业银行春晓支行",
        meta=["场地、专业服务", "全市"],
        due=None,
        value=3,
        max=5,
        label="可供",
        words="余 3 / 5 场",
        more="9 个可能的需求",
    ),
    entry(
        "need",
        "[社区][银龄]合唱团排练音响",
        "每周二、四下午排练，需要一套移动音响，可以借用。",
        "黉门街道电信路社区居委会",
        meta=["文化体育", "黉门街道"],
        due=days(12),
        value=0,
        max=1,
        label="已对接",
        words="0 / 1 套",
        more="1 个可能的资源",
    ),
]
FACETS = [
    (
        "种类",
        "form",
        [
            ("service", "服务", 231, False),
            ("goods", "物资", 96, False),
            ("money", "资金", 88, False),
            ("people", "志愿者", 63, False),
            ("place", "场地", 41, False),
        ],
    ),
    (
        "类别",
        "category",
        [
            ("old", "为老服务", 186, True),
            ("sport", "文化体育", 94, False),
            ("rule", "社区治理", 71, False),
            ("wish", "微心愿", 63, False),
            ("law", "法律服务", 38, False),
            ("kids", "儿童青少年", 31, False),
            ("hand", "助残", 22, False),
            ("env", "环保", 14, False),
            ("med", "健康", 0, False),
        ],
    ),
    (
        "状态",
        "state",
        [
            ("open", "还缺资源", 274, False),
            ("half", "正在对接", 151, False),
            ("met", "已满足", 94, False),
        ],
    ),
    (
        "截止",
        "until",
        [
            ("7", "7 天以内", 42, False),
            ("30", "30 天以内", 188, False),
            ("long", "长期有效", 131, False),
        ],
    ),
]
TILES = [
    (1, 1, "新泾", 41, "#", False),
    (2, 1, "望江", 126, "#", True),
    (3, 1, "周桥", 37, "#", False),
    (4, 1, "华阳", 71, "#", False),
    (1, 2, "程桥", 18, "#", False),
    (2, 2, "仙霞", 54, "#", False),
    (3, 2, "天山", 62, "#", False),
    (4, 2, "江苏路", 33, "#", False),
    (5, 2, "滨河", 109, "#", False),
    (2, 3, "虹桥", 29, "#", False),
    (3, 3, "新华", 48, "#", False),
    (4, 3, "曙光", 0, "", False),
]
QUEUE = [
    ("“无忧”家长接送区", "耀华社区", days(-1), 0),
    ("高龄独居老人助餐，每日 30 份", "春晓社区", days(5), 4),
    ("一张新的坐便椅", "同安社区", days(7), 2),
    ("维修接触不良的台灯", "曙光社区", days(9), 1),
    ("社区合唱团排练音响设备", "黉门社区", days(12), 2),
    ("幸福邻里坊", "清泰社区", days(16), 3),
    ("社区普法讲座", "望江社区", days(18), 2),
    ("银龄文体关爱服务", "北泾街道", days(18), 4),
    ("电信路 26 号院小花坛更新", "黉门社区", days(24), 1),
    ("一套儿童绘本", "曙光社区", days(26), 5),
    ("京剧进社区", "北泾街道", days(30), 1),
    ("留守儿童音乐课堂", "团委", days(34), 2),
]
CANDIDATES = [
    {
        "score": 86,
        "level": "high",
        "title": "康乐食堂社区午餐",
        "org": "康乐餐饮服务有限公司 · 服务，余 20 份/日",
        "on": "1",
        "chip": "已核验",
        "chip_kind": "bare",
        "chip_icon": "verified",
        "ask": "低盐餐：对方未说明，推荐时会一起问",
        "reasons": [
            ("需求词", "老人、助餐、午餐 覆盖 86%", 34, 40),
            ("地点", "同一街道", 25, 25),
            ("时间", "工作日，全覆盖", 17, 20),
            ("数量", "20 份，仍差 10 份", 10, 15),
        ],
    },
    {
        "score": 74,
        "level": "mid",
        "title": "老年大学食堂余量餐",
        "org": "市老年大学 · 服务，余 40 份/日",
        "on": "",
        "chip": "已核验",
        "chip_kind": "bare",
        "chip_icon": "verified",
        "ask": "",
        "reasons": [
            ("需求词", "午餐、老年 覆盖 61%", 24, 40),
            ("地点", "同区不同街道", 15, 25),
            ("时间", "12月起可用", 20, 20),
            ("数量", "40 份，够用", 15, 15),
        ],
    },
    {
        "score": 61,
        "level": "mid",
        "title": "“每天一点爱”非定向基金",
        "org": "田野中餐厅 · 资金，余 ¥50,000.00",
        "on": "",
        "chip": "对方 3 天未答",
        "chip_kind": "wait",
        "chip_icon": "",
        "ask": "限困难老人，需要社区证明",
        "reasons": [
            ("需求词", "困难老人、用餐 覆盖 35%", 14, 40),
            ("地点", "全市", 25, 25),
            ("时间", "本年度至 12月31日", 12, 20),
            ("数量", "按 15 元/份约 3,300 份", 10, 15),
        ],
    },
]
SIEVE = [
    ("类别不合", 391, "放宽类别，多 22 个", "#"),
    ("不服务滨河街道", 52, "放宽到全市，多 9 个", "#"),
    ("时间不重叠", 14, "", ""),
    ("数量已用完", 7, "等候名单，多 3 个", "#"),
    ("专款限别的用途", 4, "", ""),
]
TASKS = [
    Task(
        "receipt",
        "补一张发票：血压计 ¥3,860.00",
        "“牵手夕阳”。缺这张，中期就不能验收。",
        "#",
        "拍照上传",
        days(-1),
        "late",
        "camera",
    ),
    Task(
        "report",
        "中期报告，还差第 4 节",
        "写到一半，已保存。望江街道 11月29日前验收。",
        "#",
        "接着写",
        days(5),
        "soon",
        "file",
    ),
    Task(
        "answer",
        "回复一个对接：高龄独居老人助餐，每日 30 份",
        "春晓社区想请你们每天做 16 份。不答，7 天后会推荐给别家。",
        "#",
        "看看再答",
        days(4),
        "soon",
        "link",
    ),
    Task(
        "fix",
        "补正申报：银龄课堂项目",
        "预算表第 3 行少了单价，别的都齐了。",
        "#",
        "去补正",
        days(12),
        "calm",
        "apply",
    ),
]
