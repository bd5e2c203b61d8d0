"""Staff lists: categories, units, groups of beneficiaries. One set of views for the three."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.errors import NotFound, Sentence
from core.views import FormPage, say
from marketplace import operations, permissions
from marketplace.forms.taxonomy import (
    CategoryForm,
    GroupForm,
    ListedForm,
    UnitForm,
    initial_of_listed,
)
from marketplace.models import BeneficiaryGroup, Category, Unit
from marketplace.views.intake import SECTION, StaffPage, staff_tabs


@dataclass(frozen=True, slots=True)
class Kind:
    """One staff list: its model, its form and its words."""

    model: Any
    form: type[ListedForm]
    label: Sentence
    one: Sentence
    detail: Sentence


KINDS = {
    "category": Kind(
        Category, CategoryForm, gettext_lazy("类别"), gettext_lazy("类别"), gettext_lazy("包括")
    ),
    "unit": Kind(
        Unit, UnitForm, gettext_lazy("数量单位"), gettext_lazy("单位"), gettext_lazy("同义写法")
    ),
    "group": Kind(
        BeneficiaryGroup,
        GroupForm,
        gettext_lazy("人群"),
        gettext_lazy("人群"),
        gettext_lazy("属于"),
    ),
}


class KindView(View):
    kind = "category"

    @property
    def of(self) -> Kind:
        return KINDS[self.kind]

    @property
    def list_url(self) -> str:
        return reverse(f"marketplace:{self.kind}-list")


class ListedList(KindView, StaffPage):
    template_name = "marketplace/listed_list.html"
    section = SECTION

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.of.model._default_manager.order_by("closed", "order", "id")
        if self.kind == "group":
            rows = rows.select_related("parent")
        return super().get_context_data(
            of=self.of,
            tabs=staff_tabs(f"{self.kind}-list"),
            crumbs=[(_("受理"), reverse("marketplace:intake")), (self.of.label, "")],
            rows=[(row, self.detail(row), self.edit_url(row)) for row in rows],
            new_url=reverse(f"marketplace:{self.kind}-new"),
            may_edit=permissions.can_edit_lists(self.actor),
            **kwargs,
        )

    def detail(self, row: Any) -> str:
        if isinstance(row, Category):
            return _("、").join(row.topics)
        if isinstance(row, Unit):
            return _("、").join(
                a["label"] if a["factor"] == "1" else f"{a['label']}={a['factor']}{row.name}"
                for a in row.aliases
            )
        return row.parent.name if row.parent else ""

    def edit_url(self, row: Any) -> str:
        return reverse(f"marketplace:{self.kind}-edit", args=[row.code])


class ListedNew(KindView, StaffPage, FormPage):
    template_name = "marketplace/listed_form.html"
    section = SECTION

    @cached_property
    def row(self) -> Any:
        return None

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        initial = initial_of_listed(self.row) if self.row is not None else {}
        return self.of.form(data, files, initial=initial)

    def perform(self, form: forms.Form) -> str:
        assert isinstance(form, ListedForm)
        operations.add_listed(self.of.model, form.values(), by=self.actor, at=self.at)
        say(self.request, _("已添加，发布时就能选到。"))
        return self.list_url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            of=self.of,
            row=self.row,
            heading=self.heading(),
            crumbs=[(self.of.label, self.list_url), (self.heading(), "")],
            list_url=self.list_url,
            may_edit=permissions.can_edit_lists(self.actor),
            **kwargs,
        )

    def heading(self) -> str:
        if self.row is not None:
            return _("修改“%(name)s”") % {"name": self.row.localized}
        return _("添加%(one)s") % {"one": self.of.one}


class ListedEdit(ListedNew):
    @cached_property
    def row(self) -> Any:
        found = self.of.model._default_manager.filter(code=self.kwargs["code"][:30]).first()
        if found is None:
            raise NotFound(_("没有这一条。"))
        return found

    def perform(self, form: forms.Form) -> str:
        assert isinstance(form, ListedForm)
        operations.edit_listed(self.row, form.values(), by=self.actor, at=self.at)
        say(self.request, _("已改好。"))
        return self.list_url
