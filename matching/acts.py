"""Words of matching for the trail: what happened to a match, a delivery, the matcher's settings."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "match.choose": _("选了这一对"),
    "match.propose": _("推荐给双方"),
    "match.accept": _("一方同意"),
    "match.link": _("双方同意，对接成功"),
    "match.decline": _("谢绝"),
    "match.dismiss": _("划掉候选"),
    "match.withdraw": _("撤回推荐"),
    "match.lapse": _("到期没有回复，自动失效"),
    "match.start": _("开始交付"),
    "match.confirm": _("确认全部收到"),
    "match.close": _("办结"),
    "match.cancel": _("取消对接"),
    "match.feedback": _("评价"),
    "match.publish": _("决定是否公开结果"),
    "delivery.record": _("登记交付"),
    "delivery.confirm": _("确认收到"),
    "delivery.question": _("提出有出入"),
    "delivery.correct": _("更正交付"),
    "matching.impossible": _("标记不可能的类别"),
    "matching.possible": _("取消不可能的标记"),
    "matching.weight": _("改了权重"),
}
KINDS = {"impossible_pair": _("不可能的类别"), "weight": _("权重")}
