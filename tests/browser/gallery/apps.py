"""The apps whose templates and models the gallery draws, without what they register at start."""

from django.apps import AppConfig


class Accounts(AppConfig):
    name = "accounts"
