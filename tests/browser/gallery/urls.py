"""The gallery's own address map; it exists in tests only."""

from django.urls import include, path

from tests.browser.gallery import views

urlpatterns = [
    path("", views.parts, name="parts"),
    path("forms/", views.forms_page, name="forms"),
    path("market/", views.market, name="market"),
    path("post/", views.post, name="post"),
    path("desk/", views.desk, name="desk"),
    path("bench/", views.bench, name="bench"),
    path("candidates/", views.candidates, name="candidates"),
    path("done/", views.done, name="done"),
    path("draft/", views.draft, name="draft"),
    path("error/<int:code>/", views.error, name="error"),
    path("i18n/", include("django.conf.urls.i18n")),
]
