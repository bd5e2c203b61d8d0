"""A URL map of the tests: pages and endpoints that run the ground's own classes."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import IdempotentPost
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import NumberTicket
from core.views import ActionView, FormPage, offer_undo, say
from tests.core.cases import NOW

ERRORS: dict[str, Exception] = {
    "not-allowed": NotAllowed("这一条只有本单位能改。"),
    "not-found": NotFound("没有这一条。"),
    "conflict": Conflict("已经有人改过。"),
    "invalid": Invalid({"title": "请写标题。", "amount": ["太大。", "不是整数。"]}),
    "http404": Http404("secret detail"),
    "denied": PermissionDenied("secret detail"),
    "throttled": exceptions.Throttled(wait=41.2),
    "unauthenticated": exceptions.NotAuthenticated(),
    "parse": exceptions.ParseError(),
    "validation": serializers.ValidationError(
        {"lines": [{"quantity": ["必须是正数。"]}], "non_field_errors": ["起止时间反了。"]}
    ),
    "bug": RuntimeError("a bug"),
}


def refuse(_request: HttpRequest, name: str) -> HttpResponse:
    raise ERRORS[name]


class ApiRefusal(APIView):
    throttle_classes = []
    public_read = True

    def get(self, _request: Request, name: str) -> Response:
        raise ERRORS[name]


class ApiThings(IdempotentPost, APIView):
    permission_classes = []

    def get(self, _request: Request) -> Response:
        return Response({"名": "助餐"})

    def post(self, request: Request) -> Response:
        title = dict(request.data)["title"]

        def perform() -> tuple[dict[str, Any], str]:
            if title == "":
                raise Invalid({"title": "请写标题。"})
            row = NumberTicket.objects.create(prefix="T", at=NOW)
            return {"id": row.pk, "title": title}, f"/api/things/{row.pk}"

        return self.once(request, perform)


class ThingForm(forms.Form):
    title = forms.CharField(max_length=20)
    note = forms.CharField(required=False)


class ThingPage(FormPage):
    form_class = ThingForm

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        template = engines["django"].from_string(
            "{{ form_token }}|{{ form.errors }}|{{ form.title.value|default_if_none:'' }}"
        )
        return HttpResponse(template.render(context, self.request), **kwargs)

    def perform(self, form: forms.Form) -> str:
        title = form.cleaned_data["title"]
        if title == "conflict":
            raise Conflict("已经有人改过。")
        if title == "invalid":
            raise Invalid({"title": "换一个标题。", "hidden": "看不见的也要说。"})
        row = NumberTicket.objects.create(prefix="T", at=NOW)
        return f"/things/{row.pk}/"


class Press(ActionView):
    def perform(self) -> str:
        if self.request.POST.get("refuse"):
            raise Conflict("已经有人做过。")
        NumberTicket.objects.create(prefix="T", at=NOW)
        say(self.request, "做好了。")
        offer_undo(self.request, "撤回吗？", "/undo/")
        return "/done/"


urlpatterns = [
    path("refuse/<slug:name>/", refuse),
    path("api/refuse/<slug:name>/", ApiRefusal.as_view()),
    path("api/things/", ApiThings.as_view()),
    path("things/", ThingPage.as_view()),
    path("press/", Press.as_view()),
    path("", include("core.urls")),
    path("", include("config.urls")),
]
