"""Paths of messages (`inbox:…`)."""

from django.urls import path

from inbox import views

app_name = "inbox"

urlpatterns = [
    path("messages/", views.MessageList.as_view(), name="message-list"),
    path("messages/read/", views.MessageReadAll.as_view(), name="message-read-all"),
    path("messages/preferences/", views.PreferenceEdit.as_view(), name="preference-edit"),
    path("messages/phone/", views.PhoneList.as_view(), name="phone-list"),
    path("messages/phone/<number>/", views.PhoneDetail.as_view(), name="phone-detail"),
    path("messages/<number>/", views.MessageOpen.as_view(), name="message-open"),
    path("messages/<number>/read/", views.MessageRead.as_view(), name="message-read"),
]
