"""The table of contents of the help, and the kinds of refusal that the API names.

One topic is one job; its text is `portal/help/<slug>.html`. `pages` are the URL names on which
the foot of the page offers the topic.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core.errors import Sentence


@dataclass(frozen=True, slots=True)
class Topic:
    slug: str
    title: Sentence
    summary: Sentence
    pages: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        return f"portal/help/{self.slug}.html"


@dataclass(frozen=True, slots=True)
class Chapter:
    """Topics for one kind of reader."""

    title: Sentence
    topics: tuple[Topic, ...]


CHAPTERS = (
    Chapter(
        _("需要帮助，或者能帮忙"),
        (
            Topic(
                "start",
                _("第一次来，从哪里开始"),
                _("不用账号能做什么，要发布先做哪三步。"),
                ("portal:home", "accounts:welcome", "accounts:organization-register"),
            ),
            Topic(
                "post-need",
                _("发布需求"),
                _("三分钟写好一条需求，边写边看到谁能帮忙。"),
                (
                    "marketplace:need-new",
                    "marketplace:need-edit",
                    "marketplace:need-mine",
                    "marketplace:need-detail",
                ),
            ),
            Topic(
                "post-resource",
                _("提供资源"),
                _("把能给的东西、场地、时间写下来，让需要的人找到。"),
                (
                    "marketplace:resource-new",
                    "marketplace:resource-edit",
                    "marketplace:resource-mine",
                    "marketplace:resource-detail",
                ),
            ),
            Topic(
                "search",
                _("搜索和订阅"),
                _("怎么搜得准，没有合适的怎么办。"),
                ("search:market",),
            ),
            Topic(
                "answer",
                _("回复推荐"),
                _("有人推荐了一对供需，同意还是谢绝，几天内答复。"),
                (
                    "matching:match-list",
                    "matching:match-detail",
                    "matching:match-accept",
                    "matching:match-decline",
                    "matching:match-propose",
                ),
            ),
            Topic(
                "deliver",
                _("交付和确认"),
                _("登记每一次交付，确认收到，写感谢，办结。"),
                (
                    "matching:delivery-new",
                    "matching:delivery-question",
                    "matching:delivery-correct",
                    "matching:match-feedback",
                ),
            ),
            Topic(
                "import",
                _("用 Excel 批量导入"),
                _("一次导入很多条，有错的行会指给你看。"),
                (
                    "marketplace:need-import-new",
                    "marketplace:resource-import-new",
                    "marketplace:import-detail",
                ),
            ),
        ),
    ),
    Chapter(
        _("账号、单位和隐私"),
        (
            Topic(
                "sign-in",
                _("登录和找回密码"),
                _("手机号、邮箱、账号名都能登录；忘了密码怎么办。"),
                (
                    "account_login",
                    "account_signup",
                    "accounts:password-forgotten",
                    "accounts:code-sign-in",
                    "accounts:account",
                    "mfa_index",
                ),
            ),
            Topic(
                "organization",
                _("单位和成员"),
                _("登记单位、请同事加入、代表哪个单位做事。"),
                (
                    "accounts:organization-detail",
                    "accounts:organization-edit",
                    "accounts:member-list",
                    "accounts:member-detail",
                ),
            ),
            Topic(
                "levels",
                _("谁能看到什么"),
                _("公开、伙伴、内部三档，以及电话和门牌号什么时候给人看。"),
            ),
            Topic(
                "messages",
                _("消息和邮件提醒"),
                _("哪些事会告诉你，怎么少收邮件。"),
                ("inbox:message-list", "inbox:preference-edit"),
            ),
            Topic("privacy", _("隐私说明"), _("我们留下哪些个人信息，为什么，留多久。")),
            Topic("accessibility", _("无障碍说明"), _("只用键盘、放大字号、读屏软件都能用。")),
        ),
    ),
    Chapter(
        _("对接专员和管理人员"),
        (
            Topic(
                "intake",
                _("受理"),
                _("审一条新发布的内容：通过，或者写明原因退回。"),
                ("marketplace:intake", "marketplace:need-intake", "marketplace:resource-intake"),
            ),
            Topic(
                "desk",
                _("对接台"),
                _("用键盘挑候选、比较、推荐给双方。"),
                ("matching:desk", "matching:compare", "matching:funnel", "matching:weights"),
            ),
            Topic(
                "caller",
                _("代为登记"),
                _("来电话的人说，你来写；记下是谁在什么时候打的。"),
                ("accounts:caller-begin",),
            ),
            Topic(
                "phone",
                _("待电话联系"),
                _("期限快到、站内消息又没看的人，打电话告诉他。"),
                ("inbox:phone-list", "inbox:phone-detail"),
            ),
            Topic(
                "people",
                _("核验单位和安排岗位"),
                _("谁可以核验单位、开通账号、给一次性登录码。"),
                (
                    "accounts:organization-list",
                    "accounts:organization-decide",
                    "accounts:person-list",
                    "accounts:person-detail",
                    "accounts:role-list",
                    "accounts:region-list",
                ),
            ),
            Topic(
                "api",
                _("接口和令牌"),
                _("让别的系统读写这里的需求和资源。"),
                ("accounts:token-list", "api-docs"),
            ),
        ),
    ),
)

TOPICS = {topic.slug: topic for chapter in CHAPTERS for topic in chapter.topics}
_BY_PAGE = {page: topic for topic in TOPICS.values() for page in topic.pages}


def topic_of_page(view_name: str) -> Topic | None:
    """The topic that explains the page of this URL name."""
    return _BY_PAGE.get(view_name)


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of refusal as the API names it in `type`: what it means and what to do."""

    code: str
    status: int
    title: Sentence
    meaning: Sentence
    remedy: Sentence


PROBLEMS = {
    problem.code: problem
    for problem in (
        Problem(
            "too-large",
            413,
            _("内容太多"),
            _("一次送来的内容超过 12 MB。什么都没有读。"),
            _("分成几次送；大文件请用上传。"),
        ),
        Problem(
            "invalid",
            422,
            _("有几处内容不能接受"),
            _("送来的内容格式对，但有的字段不合要求。什么都没有写入。"),
            _("按 errors 里每个字段的说明改好，再送一次。"),
        ),
        Problem(
            "parse-error",
            400,
            _("内容读不懂"),
            _("送来的不是正确的 JSON，或者字符编码不对。"),
            _("用 UTF-8 编码，检查括号、引号和逗号。"),
        ),
        Problem(
            "refused",
            400,
            _("不能这样做"),
            _("请求读懂了，但现在的规则不允许。detail 里写了原因。"),
            _("按 detail 里的说明处理。"),
        ),
        Problem(
            "error",
            500,
            _("没有做成"),
            _("请求没有做成，detail 里写了原因。"),
            _("过一会儿再试；还不行，请把时间和请求编号告诉运营方。"),
        ),
        Problem(
            "not-authenticated",
            401,
            _("需要令牌"),
            _("这个地址要知道是谁在请求。读公开的需求、资源和搜索不需要。"),
            _("在“单位 › 接口令牌”里建一个令牌，放进请求头 Authorization: Bearer …。"),
        ),
        Problem(
            "authentication-failed",
            401,
            _("令牌无效"),
            _("令牌写错了、过期了，或者已经被停用。"),
            _("检查有没有漏字；需要时请单位管理员换一个新的。"),
        ),
        Problem(
            "permission-denied",
            403,
            _("令牌没有这项权限"),
            _("令牌有效，但没有勾选这项权限。"),
            _("请单位管理员建一个带这项权限的令牌。"),
        ),
        Problem(
            "not-allowed",
            403,
            _("你不能这样做"),
            _("这件事由别的人或别的单位做。detail 里写了由谁做。"),
            _("请 detail 里写的人来做，或者问运营方。"),
        ),
        Problem(
            "not-found",
            404,
            _("没有找到"),
            _("没有这个编号，或者它不对你公开。两种情况的回答故意一样。"),
            _("核对编号；内部的内容要用本单位的令牌。"),
        ),
        Problem(
            "method-not-allowed",
            405,
            _("这个地址不支持这种请求"),
            _("比如向只能读的地址送内容。"),
            _("看回答里的 Allow，或者查接口说明。"),
        ),
        Problem(
            "not-acceptable",
            406,
            _("给不了你要的格式"),
            _("接口只回答 JSON。"),
            _("把请求头 Accept 改成 application/json，或者去掉。"),
        ),
        Problem(
            "conflict",
            409,
            _("已经变了"),
            _("你看到的是旧的：状态变了、版本变了，或者数量已经没有了。什么都没有写入。"),
            _("重新读一次，看看现在的样子，再决定。"),
        ),
        Problem(
            "unsupported-media-type",
            415,
            _("内容的格式不支持"),
            _("接口只收 JSON。"),
            _("把请求头 Content-Type 写成 application/json。"),
        ),
        Problem(
            "csrf",
            403,
            _("安全标记缺失或已经过期"),
            _("用网页的登录发来的请求，没有带本站的安全标记，或者页面打开得太久。什么都没有改动。"),
            _("重新打开页面再试；程序请用令牌。"),
        ),
        Problem(
            "throttled",
            429,
            _("请求太多"),
            _("一分钟内的请求超过了限额，多出来的没有处理。"),
            _("等 Retry-After 写的秒数再试，把请求放慢。"),
        ),
        Problem(
            "unavailable",
            503,
            _("数据库暂时没有回应"),
            _("这次请求什么都没有写入。多半是数据库正在重新启动。"),
            _("等 Retry-After 写的秒数再试，用同一个 Idempotency-Key，不会写成两份。"),
        ),
    )
}
