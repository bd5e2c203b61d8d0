"""The gallery's settings: the product's front without a database, for looking and for screenshots.

DJANGO_DEBUG=1 python manage.py runserver --settings tests.browser.gallery.settings
"""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DJANGO_SECRET_KEY", "the gallery has no secret")
os.environ.setdefault("GONGYI_VAR", tempfile.gettempdir())

from config.settings import *  # noqa: F403
from config.settings import DEBUG, TEMPLATES

HERE = Path(__file__).resolve().parent
ROOT_URLCONF = "tests.browser.gallery.urls"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_cotton",
    "django_htmx",
    "core",
    "django.forms",
    "tests.browser.gallery.apps.Accounts",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES[0]["DIRS"] = [HERE / "templates"]
LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES[0]["OPTIONS"] = {
    "loaders": LOADERS if DEBUG else [("django.template.loaders.cached.Loader", LOADERS)],
    "builtins": ["django_cotton.templatetags.cotton"],
    "context_processors": [
        "django.template.context_processors.request",
        "django.template.context_processors.i18n",
    ],
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
