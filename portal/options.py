"""What a base says about itself on public pages."""

from django.utils.translation import gettext_lazy as _

from core.options import Option, declare

NAME = declare(
    Option(
        "base.name",
        default="",
        label=_("平台的名称"),
        help=_("写在首页最上面，比如“滨河市公益资源对接平台”。"),
        longest=40,
    )
)
OPERATOR = declare(
    Option(
        "base.operator",
        default="",
        label=_("运营方的名称"),
        help=_("谁在受理和推荐，写在首页和“关于”里。"),
        longest=60,
    )
)
HOURS = declare(
    Option(
        "base.hours",
        default="",
        label=_("接电话的时间"),
        help=_("比如“工作日 9:00–17:00”，写在电话旁边。"),
        longest=60,
    )
)
ADDRESS = declare(
    Option(
        "base.address",
        default="",
        label=_("办公地址"),
        help=_("写在“关于”里，来访的人会看。"),
        longest=120,
    )
)
MAIL = declare(
    Option(
        "base.mail",
        default="",
        label=_("联系邮箱"),
        help=_("投诉、建议和个人信息的请求会寄到这里。"),
        longest=120,
    )
)
