"""A form with every kind of input, bound to something half right, so that errors are seen."""

from django import forms


class NeedForm(forms.Form):
    """发布需求, as its page needs it."""

    title = forms.CharField(label="一句话说清楚", max_length=40)
    text = forms.CharField(
        label="具体情况",
        max_length=500,
        help_text="写用途和要求，不写姓名、电话和门牌。",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    number = forms.DecimalField(
        label="数量", widget=forms.NumberInput(attrs={"class": "short num-in", "step": "any"})
    )
    unit = forms.ChoiceField(label="单位", choices=[("zhang", "张"), ("fen", "份"), ("hu", "户")])
    period = forms.ChoiceField(
        label="多久一次", choices=[("once", "一次"), ("day", "每日"), ("week", "每周")]
    )
    category = forms.ChoiceField(
        label="类别", choices=[("aid", "微心愿·辅具"), ("old", "为老服务"), ("law", "法律服务")]
    )
    street = forms.ChoiceField(label="街道", choices=[("a", "滨河街道"), ("b", "春晓街道")])
    until = forms.DateField(
        label="希望在哪天之前",
        widget=forms.DateInput(attrs={"type": "date", "class": "mid"}, format="%Y-%m-%d"),
    )
    whom = forms.ChoiceField(
        label="给谁用",
        choices=[("one", "一位居民"), ("home", "一户家庭"), ("group", "一群人")],
        widget=forms.RadioSelect(attrs={"class": "cards-in"}),
    )
    means = forms.MultipleChoiceField(
        label="可以接受",
        required=False,
        choices=[("new", "全新"), ("used", "八成新以上"), ("lend", "借用")],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices flow"}),
    )
    photo = forms.FileField(
        label="照片",
        required=False,
        help_text="最多 20 MB；不要拍到人脸和门牌。",
        widget=forms.ClearableFileInput(
            attrs={"accept": "image/*", "capture": "environment", "data-limit": "20971520"}
        ),
    )
    phone = forms.CharField(
        label="联系电话",
        required=False,
        help_text="只有双方都同意对接后，对方才看得到。",
        widget=forms.TextInput(attrs={"class": "mid", "inputmode": "tel"}),
    )
    agree = forms.BooleanField(label="我已经和居民本人说过，他同意公开上面的内容")

    def clean_until(self) -> object:
        """Always refuses, to show an error."""
        raise forms.ValidationError("11月20日已经过去。请选 2026年11月24日或以后的日期。")


HALF_RIGHT = {
    "title": "一张新的坐便椅",
    "text": "肢体残疾居民原来的坐便椅坏了，希望换一张带扶手、可折叠的。"
    "送到后请联系社区 138 0000 0000。",
    "number": "1",
    "unit": "zhang",
    "period": "once",
    "category": "aid",
    "street": "a",
    "until": "2026-11-20",
    "whom": "one",
    "means": ["new", "used"],
    "agree": "on",
}
