"""The URL map: every app brings its own paths; the roof only says where they hang."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("core.urls")),
    path("", include("accounts.urls.sign_in")),
    path("", include("accounts.urls")),
    path("", include("marketplace.urls")),
    path("", include("matching.urls")),
    path("", include("portal.urls")),
]
