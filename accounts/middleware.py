"""Builds `request.actor`: who acts, for whom, with which roles."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts import queries
from accounts.models import User
from core.permissions import NOBODY, Actor

ACTING_SESSION_KEY = "acting_for"


def actor_for(request: HttpRequest) -> Actor:
    user = request.user
    request_id = getattr(request, "id", "")
    if not isinstance(user, User):
        return Actor(request_id=request_id) if request_id else NOBODY
    return queries.build_actor(
        user,
        on=timezone.localdate(),
        organization_number=request.session.get(ACTING_SESSION_KEY, ""),
        request_id=request_id,
    )


class ActorMiddleware:
    """After authentication: the actor is built once, when something first asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_for(request))  # type: ignore[attr-defined]
        return self.get_response(request)
