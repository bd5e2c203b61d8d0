"""Forms about organizations, their members, invitations and tokens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.region import RegionField
from accounts.models import (
    ApiScope,
    MembershipRole,
    Organization,
    OrganizationKind,
    RegionLevel,
)
from accounts.operations import OrganizationFacts


class OrganizationForm(forms.Form):
    name = forms.CharField(
        label=_("单位全称"),
        max_length=120,
        help_text=_("与登记证书一致。"),
        error_messages={"required": _("请写单位全称。")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    short_name = forms.CharField(
        label=_("简称"), max_length=40, required=False, help_text=_("列表里显示，例如“春晓社区”。")
    )
    kind = forms.ChoiceField(
        label=_("类型"), choices=[("", _("请选择")), *OrganizationKind.choices]
    )
    uscc = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=24,
        required=False,
        help_text=_("18 位。居委会、备案的社区社会组织和志愿服务队可以没有。"),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
    region = RegionField(label=_("所在地"), level=RegionLevel.DISTRICT)
    intro = forms.CharField(
        label=_("简介"),
        max_length=1000,
        required=False,
        help_text=_("大家都看得到，请不要写电话和个人信息。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    website = forms.URLField(
        label=_("网址"),
        max_length=200,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("网址应当像 https://example.cn。")},
    )
    contact_name = forms.CharField(
        label=_("联系人"),
        max_length=60,
        required=False,
        help_text=_("只给对接的另一方和运营方看，每次查看都有记录。"),
    )
    contact_phone = forms.CharField(
        label=_("联系电话"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )

    @staticmethod
    def initial_of(organization: Organization) -> dict[str, Any]:
        names = OrganizationForm.base_fields
        return {name: getattr(organization, name) for name in names}

    def facts(self) -> OrganizationFacts:
        return OrganizationFacts(**self.cleaned_data)


class ReasonForm(forms.Form):
    """A decision that may or must say why."""

    reason = forms.CharField(
        label=_("原因"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class InviteForm(forms.Form):
    role = forms.ChoiceField(
        label=_("身份"),
        choices=MembershipRole.choices,
        initial=MembershipRole.EDITOR,
        help_text=_("管理员能改资料和成员，经办人能发布和答复，只看的人不能改动。"),
    )
    invitee = forms.CharField(
        label=_("邀请谁"),
        max_length=120,
        required=False,
        help_text=_("姓名、邮箱或手机号，只用来分清几个邀请，可以不填。"),
    )


class MemberRoleForm(forms.Form):
    role = forms.ChoiceField(label=_("身份"), choices=MembershipRole.choices)


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("用在哪里"), max_length=60, error_messages={"required": _("请写用在哪里。")}
    )
    scopes = forms.MultipleChoiceField(
        label=_("能做什么"),
        choices=ApiScope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选一项。")},
    )
