"""Builds `request.actor`: who acts, for whom, with which roles; and two rules for every page."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypedDict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import escape_leading_slashes
from django.utils.translation import gettext as _

from accounts import permissions, queries
from accounts.models import Organization, User
from core.errors import NotAllowed, NotFound
from core.middleware import refusal
from core.permissions import NOBODY, Actor

ACTING_SESSION_KEY = "acting_for"
CALLER_SESSION_KEY = "for_caller"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class CallerSession(TypedDict):
    """代为登记 as the session keeps it: `until` is an ISO moment."""

    organization: str
    caller: str
    until: str


def actor_for(request: HttpRequest) -> Actor:
    user = request.user
    request_id = getattr(request, "id", "")
    if not isinstance(user, User):
        return Actor(request_id=request_id) if request_id else NOBODY
    person = queries.build_actor(
        user,
        on=timezone.localdate(),
        organization_number=request.session.get(ACTING_SESSION_KEY, ""),
        request_id=request_id,
    )
    return for_caller(person, request.session.get(CALLER_SESSION_KEY), timezone.now())


def for_caller(person: Actor, mode: CallerSession | None, at: datetime) -> Actor:
    """The actor of 代为登记 while the mode lasts and the coordinator still may; else the person."""
    if not mode or at >= datetime.fromisoformat(mode["until"]):
        return person
    organization = (
        Organization.objects.select_related("region").filter(number=mode["organization"]).first()
    )
    if organization is None or not permissions.can_act_for_caller(person, organization):
        return person
    return queries.acting_for_caller(person, organization, mode["caller"])


def _without_nul(request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse | None:
    """The answer to an address with a NUL, which PostgreSQL cannot look up: a reader is led to
    the same conditions without it, a path with one is no page. Forms refuse their own, and the
    API answers for itself."""
    if request.path.startswith("/api/"):
        return None
    query = request.META.get("QUERY_STRING", "")
    if "%00" in query and request.method in SAFE_METHODS:
        return redirect(f"{escape_leading_slashes(request.path)}?{query.replace('%00', '')}")
    if "%00" in query or any("\0" in one for one in kwargs.values() if isinstance(one, str)):
        return refusal(request, NotFound(_("没有这一页。")))
    return None


def _api_refusal(error: NotAllowed) -> HttpResponse:
    body = {"title": error.code, "status": error.status, "detail": str(error)}
    return JsonResponse(body, status=error.status, content_type="application/problem+json")


class ActorMiddleware:
    """After authentication: the actor is built once, when something first asks for it.

    Before any view: an address with a NUL is led to the one without; whoever came in by a one-time code
    sets a password first; an operator without the second factor that the base asks for sets it
    up first (views with `before_second_factor` stay open); and an auditor writes nowhere but on
    pages about their own account (`open_to_auditors` on the view class).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_for(request))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if (answer := _without_nul(request, kwargs)) is not None:
            return answer
        if not request.user.is_authenticated:
            return None
        view_class = getattr(view, "view_class", None) or getattr(view, "cls", None)
        if request.user.must_set_password and not getattr(view_class, "before_password", False):
            return redirect("accounts:password-set")
        if not getattr(view_class, "before_second_factor", False) and self._lacks_factor(request):
            return self._ask_for_factor(request, in_api=hasattr(view, "cls"))
        writes = request.method not in SAFE_METHODS
        if writes and not getattr(view_class, "open_to_auditors", False):
            return self._refuse_auditors(request, in_api=hasattr(view, "cls"))
        return None

    def _lacks_factor(self, request: HttpRequest) -> bool:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        operator = bool(actor.roles or actor.on_behalf_of)
        return operator and queries.lacks_second_factor(actor.user_id)

    def _ask_for_factor(self, request: HttpRequest, *, in_api: bool) -> HttpResponse:
        if not in_api:
            return redirect("mfa_index")
        return _api_refusal(NotAllowed(_("请先在“密码与安全”里打开“登录时再验一步”。")))

    def _refuse_auditors(self, request: HttpRequest, *, in_api: bool) -> HttpResponse | None:
        if not permissions.only_audits(request.actor):  # type: ignore[attr-defined]
            return None
        error = NotAllowed(_("审计岗位只能查看，不能改动。"))
        if not in_api:
            return refusal(request, error)
        return _api_refusal(error)
