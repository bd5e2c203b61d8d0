"""Options of the market that a base sets for itself."""

from django.utils.translation import gettext_lazy as _

from core.options import Option, declare, name_group

name_group("market", _("需求和资源"))

TRUST_VERIFIED = declare(
    Option(
        "market.trust_verified",
        default=False,
        label=_("已核验单位发布不用受理"),
        help=_("打开后，已核验单位的需求和资源直接公开；其他单位仍由对接专员受理。"),
    )
)
EXPIRE_AFTER_DAYS = declare(
    Option(
        "market.expire_after_days",
        default=180,
        label=_("没有写截止日期的，多少天后自动到期"),
        help=_("到期前 7 天和 1 天会提醒发布单位，到期后一键可以重新开放。"),
        low=7,
        high=1095,
    )
)
