"""The URL map: every app brings its own paths; the roof only says where they hang."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from portal.views.api_docs import ApiDocs

APPS = (
    "core",
    "accounts.urls.sign_in",
    "accounts",
    "archive",
    "inbox",
    "marketplace",
    "search",
    "matching",
    "portal",
)


def _room(app: str) -> str:
    return app if ".urls" in app else f"{app}.urls"


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/docs/", ApiDocs.as_view(), name="api-docs"),
    path("api/v1/", include("config.api")),
    path("language/", set_language, name="set_language"),
    *(path("", include(_room(app))) for app in APPS),
]
if settings.ADMIN_ENABLED:
    from django.contrib import admin

    urlpatterns.append(path("admin/", admin.site.urls))

handler500 = "core.failing.server_error"
