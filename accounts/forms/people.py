"""Forms about people, roles, communities and calls."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.region import RegionField
from accounts.models import MembershipRole, OperatorRole, RegionLevel


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "mid", **(attrs or {})}, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "mid", **(attrs or {})}, format="%Y-%m-%dT%H:%M")


class PersonForm(forms.Form):
    name = forms.CharField(
        label=_("姓名"),
        max_length=60,
        error_messages={"required": _("请写姓名。")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.CharField(
        label=_("邮箱"),
        max_length=254,
        required=False,
        help_text=_("用来收提醒和重设密码。换了新邮箱，要点开确认信才生效。"),
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    phone = forms.CharField(
        label=_("手机号"),
        max_length=40,
        required=False,
        help_text=_("可以用来登录；没有邮箱的时候，对接专员打这个电话通知你。"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class NewPersonForm(forms.Form):
    """Staff open an account for a caller."""

    name = forms.CharField(
        label=_("姓名"), max_length=60, error_messages={"required": _("请写姓名。")}
    )
    account = forms.CharField(
        label=_("手机号、邮箱或账号名"),
        max_length=254,
        help_text=_("对方以后用它登录。"),
        error_messages={"required": _("请填手机号、邮箱或账号名。")},
    )


class JoinForm(forms.Form):
    """Staff put a person into an organization, named by number or full name."""

    organization = forms.CharField(
        label=_("单位编号或全称"),
        max_length=120,
        error_messages={"required": _("请填单位编号或全称。")},
    )
    role = forms.ChoiceField(
        label=_("身份"), choices=MembershipRole.choices, initial=MembershipRole.ADMIN
    )


class RoleForm(forms.Form):
    account = forms.CharField(
        label=_("授予谁"),
        max_length=254,
        help_text=_("对方登录用的手机号、邮箱或账号名。"),
        error_messages={"required": _("请填账号。")},
    )
    role = forms.ChoiceField(label=_("岗位"), choices=[("", _("请选择")), *OperatorRole.choices])
    region = RegionField(
        label=_("负责的区域"),
        level=RegionLevel.PROVINCE,
        required=False,
        help_text=_("不选就是整个基地。"),
    )
    starts_on = forms.DateField(label=_("从哪天起"), widget=DayInput)
    ends_on = forms.DateField(
        label=_("到哪天止"),
        required=False,
        widget=DayInput,
        help_text=_("含当天；不填就一直有效。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].initial = timezone.localdate


class CommunityForm(forms.Form):
    street = RegionField(
        label=_("在哪个街道（乡镇）"), level=RegionLevel.STREET, deepest=RegionLevel.STREET
    )
    name = forms.CharField(
        label=_("社区（村）名称"), max_length=60, error_messages={"required": _("请写名称。")}
    )
    code = forms.CharField(
        label=_("统计用区划代码"),
        max_length=12,
        required=False,
        help_text=_("12 位，不知道就留空。"),
    )


class CommunityEditForm(forms.Form):
    name = forms.CharField(
        label=_("社区（村）名称"), max_length=60, error_messages={"required": _("请写名称。")}
    )
    closed = forms.BooleanField(label=_("不再使用，选地点时不列出"), required=False)


class CallerForm(forms.Form):
    organization = forms.CharField(
        label=_("哪个单位来电"),
        max_length=120,
        help_text=_("编号、全称或简称。"),
        error_messages={"required": _("请填单位。")},
        widget=forms.TextInput(attrs={"list": "organization-names", "autocomplete": "off"}),
    )
    caller_name = forms.CharField(
        label=_("来电人"),
        max_length=60,
        help_text=_("例如“王主任”。"),
        error_messages={"required": _("请写来电人。")},
    )
    caller_phone = forms.CharField(
        label=_("来电号码"),
        max_length=40,
        error_messages={"required": _("请写来电号码。")},
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    called_at = forms.DateTimeField(label=_("来电时间"), widget=MomentInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["called_at"].initial = timezone.now
