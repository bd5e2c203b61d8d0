"""Options of matching that a base sets for itself."""

from django.utils.translation import gettext_lazy as _

from core.options import Option, declare

ANSWER_WORKDAYS = declare(
    Option(
        "matching.answer_workdays",
        default=5,
        label=_("推荐后几个工作日内回复"),
        help=_("到期没有回复的推荐自动失效，占用的数量放开。"),
        low=1,
        high=60,
    )
)
AUTO_PROPOSE = declare(
    Option(
        "matching.auto_propose",
        default=False,
        label=_("契合度高的候选自动推荐给双方"),
        help=_("打开后，新发布的需求遇到契合度“高”的资源时，不等对接专员就告诉双方。"),
    )
)
AUTO_NEXT = declare(
    Option(
        "matching.auto_next",
        default=False,
        label=_("谢绝或到期后自动推荐下一个候选"),
        help=_("关闭时，下一个候选排到对接台最前面，由对接专员推荐。"),
    )
)
EXPOSURE_CAP = declare(
    Option(
        "matching.exposure_cap",
        default=30,
        label=_("一个资源最多同时出现在几条需求的候选里"),
        low=1,
        high=10_000,
    )
)
DELIVERY_FACTOR = declare(
    Option(
        "matching.delivery_factor",
        default=3,
        label=_("交付最多可以是到那天该交付的几倍"),
        help=_("比约定多的，要写明原因；超过这个倍数的，登记不了，多半是写错了。"),
        low=1,
        high=100,
    )
)
