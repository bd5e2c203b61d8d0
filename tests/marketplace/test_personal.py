"""What tells who or where somebody is: full names, titles and doors, and sentences without any."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from marketplace.personal import find_identifying, find_personal, has_home, mask_personal
from tests.factories import accounts as people
from tests.factories import marketplace as market

# text, what is found, masked, masked in a wish
FOUND = [
    ("张桂兰奶奶想要轮椅", ["张桂兰奶奶"], "张奶奶想要轮椅", "一位奶奶想要轮椅"),
    (
        "三单元五零一的王建国老人",
        ["三单元五零一", "王建国老人"],
        "■■■■■■的王姓老人",
        "■■■■■■的一位老人",
    ),
    ("住5栋二单元", ["5栋二单元"], "住■■■■■■", "住■■■■■■"),
    ("住五栋三单元六零二室", ["五栋三单元六零二室"], "住■■■■■■", "住■■■■■■"),
    ("住八号楼五零二", ["八号楼五零二"], "住■■■■■■", "住■■■■■■"),
    ("送到3号楼402房", ["3号楼402房"], "送到■■■■■■", "送到■■■■■■"),
    ("502室", ["502室"], "■■■■■■", "■■■■■■"),
    ("五零一室", ["五零一室"], "■■■■■■", "■■■■■■"),
    ("帮陈秀英阿姨买药", ["陈秀英阿姨"], "帮陈阿姨买药", "帮一位阿姨买药"),
    ("欧阳小兰奶奶", ["欧阳小兰奶奶"], "欧阳奶奶", "一位奶奶"),
    ("肖敏同学考上大学", ["肖敏同学"], "肖同学考上大学", "一位同学考上大学"),
    ("王小明老师教琴", ["王小明老师"], "王老师教琴", "一位老师教琴"),
    ("孩子叫王小明，八岁", ["王小明"], "孩子叫王**，八岁", "孩子叫某人，八岁"),
    ("姓名：刘芳", ["刘芳"], "姓名：刘**", "姓名：某人"),
    ("孩子李子涵想要画笔", ["李子涵"], "孩子李**想要画笔", "孩子某人想要画笔"),
    ("王建国，82岁，独居", ["王建国"], "王**，82岁，独居", "某人，82岁，独居"),
    ("周桂花今年七十岁", ["周桂花"], "周**今年七十岁", "某人今年七十岁"),
    ("张桂兰（女，78岁）", ["张桂兰"], "张**（女，78岁）", "某人（女，78岁）"),
    ("龙大爷想修收音机", ["龙大爷"], "龙大爷想修收音机", "一位大爷想修收音机"),
]
INNOCENT = """\
黄老师每周来教画画
张家街老人活动室缺桌椅
王府井老人院需要志愿者
高龄老人午餐配送
李村社区老人食堂
独居老人需要探访
金婚老人合影活动
平安贫困老人救助
周边老人都可以来
关爱老人，人人有责
方便老人出行的坡道
白内障老人免费筛查
高血压患者健康讲座
于家村儿童阅读室
石桥小朋友故事会
温暖小朋友的冬衣
第一单元课程
三单元课程辅导
一栋老楼加装电梯
两室一厅
孩子周末没人带
孩子高兴地回家
孩子安全过马路
孩子学习辅导
学生时代的书
居民方便停车
居民都可以来
老人平时一个人
老人连续三天没出门
孩子马上要开学
患者常年卧床
任何居民都能报名
江南社区居民议事会
黄浦区老人助餐
万达广场小朋友嘉年华
康复老师每周上门
书法老师一名
律师团队普法讲座
许多老人不会用手机
马路边的老人
武术教练招募
安置小区居民
华侨老人联谊
包粽子送老人
向阳小区老人
陈旧房屋儿童
应届同学支教
何处可以找到老师
雷锋叔叔的故事
严重失能老人
叫外卖的骑手
叫车困难
本周五小朋友来
30名老人，平均82岁
70岁以上老人
老人今年八十岁
全体同学
水电师傅上门
程序员师傅教电脑
钟点工阿姨
保洁阿姨
广场舞阿姨
金牌讲师
单亲孩子
务工人员孩子
小学生作业辅导
双职工家庭孩子没人带
养老护理员老师
家里有老人和孩子
成年孩子
孩子成长营
孩子和老人
儿童绘本
学生和家长
孩子和家长
母亲节活动
奶奶家
老人时常孤单
患者王府井医院就诊
老人院张贴通知
老人段位赛
女儿和孙子
居民汪汪队
同学会
退休老师
每周三同学们来
街道路灯坏了
孩子叫醒服务
居民张贴海报
老人金额
白天老人没人照顾
毛笔老师
钱包
儿童安全座椅
幼儿园小朋友
夏令营小朋友
高三同学
石化小区老人
万寿园老人
六十五岁老人
江湾老人
老人任务多
三百六十户居民
老人和谐
患者向医生咨询
居民应急演练
""".splitlines()


@pytest.mark.parametrize(("text", "found", "masked", "nameless"), FOUND)
def test_who_and_where_is_found_and_masked(
    text: str, found: list[str], masked: str, nameless: str
) -> None:
    assert [text[f.start : f.end] for f in find_identifying(text)] == found
    assert mask_personal(text) == masked
    assert mask_personal(text, nameless=True) == nameless
    assert {f.kind for f in find_identifying(masked)} <= {"call"}
    assert find_identifying(nameless) == []


def test_ordinary_sentences_name_nobody() -> None:
    assert len(INNOCENT) >= 100
    wrong = {
        text: [text[f.start : f.end] for f in find_identifying(text)]
        for text in INNOCENT
        if find_identifying(text)
    }
    assert wrong == {}


def test_rooms_in_chinese_digits_are_a_home() -> None:
    assert [has_home(text) for text in ("三单元五零一", "五栋六零二", "五零一室", "春晓路8号")] == [
        *(True, True, True),
        False,
    ]


@given(st.text("张王李桂兰奶老人小朋友同学叫一二三五零单元栋室，82岁男女", max_size=40))
def test_masking_leaves_no_name_and_no_door(text: str) -> None:
    masked = mask_personal(text, nameless=True)
    assert find_personal(masked) == []
    assert "door" not in {finding.kind for finding in find_identifying(masked)}


@pytest.mark.django_db
def test_the_one_who_decides_sees_in_yellow_what_was_found() -> None:
    need = market.make_need(
        title="张桂兰奶奶想要轮椅", text_public="她和王建国老人住在一起。", state="SUBMITTED"
    )
    client = Client()
    client.force_login(User.objects.get(pk=people.coordinator().user_id))
    page = BeautifulSoup(client.get(f"/intake/needs/{need.number}/").content, "html.parser")
    assert [mark.get_text() for mark in page.select(".doubt mark")] == ["张桂兰奶奶", "王建国老人"]
    assert "张桂兰奶奶、王建国老人" in page.get_text()
