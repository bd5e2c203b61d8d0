"""Paths of files (`archive:…`)."""

from django.urls import path

from archive.views import FileDownload, WithdrawFile

app_name = "archive"

urlpatterns = [
    path("files/<number>/", FileDownload.as_view(), name="file-download"),
    path("files/<number>/withdraw/", WithdrawFile.as_view(), name="file-withdraw"),
]
