"""Paths of the portal (`portal:…`): pages that show several floors."""

from django.urls import path

from portal import views

app_name = "portal"

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("workbench/", views.Workbench.as_view(), name="workbench"),
    path("results/", views.ResultList.as_view(), name="results"),
    path("results/export/", views.ResultExport.as_view(), name="results-export"),
    path("about/", views.About.as_view(), name="about"),
    path("help/", views.HelpIndex.as_view(), name="help"),
    path("help/errors/<slug:code>/", views.HelpProblem.as_view(), name="help-problem"),
    path("help/<slug:slug>/", views.HelpTopic.as_view(), name="help-topic"),
]
