"""Paths of files (`archive:…`)."""

from django.urls import path

from archive.views import FileDownload

app_name = "archive"

urlpatterns = [path("files/<number>/", FileDownload.as_view(), name="file-download")]
