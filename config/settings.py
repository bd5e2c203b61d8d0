"""All settings, read from the environment; the defaults serve one machine without any set-up.

`docs/running.md` explains each variable for whoever installs this for real.
"""

import os
from pathlib import Path

import dj_database_url
import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import env

# Lets classes name the types of Django's generic fields and managers, as mypy wants them.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("GONGYI_VAR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.flag("DJANGO_DEBUG")
# The demo keeps a secret of its own under var/; production must set one.
SECRET_KEY = env.text("DJANGO_SECRET_KEY")
_secret_file = VAR_DIR / "secret_key"
if not SECRET_KEY and _secret_file.exists():
    SECRET_KEY = _secret_file.read_text(encoding="utf-8").strip()
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "DJANGO_SECRET_KEY is not set. Set it, or let `make demo` write var/secret_key for a trial."
    )

ALLOWED_HOSTS = env.items("DJANGO_ALLOWED_HOSTS", ("127.0.0.1", "localhost", "[::1]"))
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = env.items("DJANGO_CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_cotton",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "core",
    "django.forms",  # after core: our form templates are found first
    "accounts",
    "archive",
    "inbox",
    "marketplace",
    "search",
    "matching",
    "portal",
]

# Django's own admin is for the installer only and off unless switched on; its pages
# are outside the content security policy's guarantees (see docs/running.md).
ADMIN_ENABLED = env.flag("DJANGO_ADMIN")
if ADMIN_ENABLED:
    INSTALLED_APPS.insert(0, "django.contrib.admin")

MIDDLEWARE = [
    "core.middleware.RequestIdMiddleware",
    "core.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "core.middleware.DomainErrorMiddleware",
    "core.middleware.BodySizeMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.page",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# -- database -----------------------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'gongyi.sqlite3'}"),
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE: a transaction that reads before it writes never meets a snapshot
        # conflict half-way; WAL: readers do not wait; FULL: an acknowledged write is on disk.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            "PRAGMA cache_size=-64000;"
        ),
    }
elif DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["OPTIONS"] = {
        # A request waits five seconds for a connection, then says that the database is away.
        "pool": {"min_size": 1, "max_size": env.number("DATABASE_POOL_MAX", 10), "timeout": 5},
        "options": "-c lock_timeout=10000 -c statement_timeout=60000",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# -- people -------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_CALLABLE = "accounts.views.sign_in.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:workbench"
# allauth carries the stages of a sign-in; forms, pages and mails are those of accounts, which
# resolves phone, e-mail or name to the account name before allauth sees it.
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

# -- language and time --------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# -- files --------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
ARCHIVE_DIR = VAR_DIR / "archive"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# -- mail ---------------------------------------------------------------------------------
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = env.text("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "公益链接 <noreply@localhost>")

# -- security -----------------------------------------------------------------------------
HTTPS = env.flag("HTTPS")
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "core.failing.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
if env.flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    MIDDLEWARE.insert(1, "core.middleware.ClientAddressMiddleware")
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "manifest-src": [SELF],
    }
}

# The search server; without an address the embedded index serves alone. Readers: an account that
# sees one level's index and no other, so that the process that serves the public cannot read more.
ELASTICSEARCH: dict[str, object] = {
    "urls": env.items("ELASTICSEARCH_URL"),
    "prefix": env.text("ELASTICSEARCH_PREFIX", "gongyi"),
    "user": env.text("ELASTICSEARCH_USER"),
    "password": env.text("ELASTICSEARCH_PASSWORD"),
    "ca": env.text("ELASTICSEARCH_CA"),
    "shards": env.number("ELASTICSEARCH_SHARDS", 1),
    "replicas": env.number("ELASTICSEARCH_REPLICAS", 0),
    "graph": env.flag("ELASTICSEARCH_GRAPH"),
    "readers": {
        level: account
        for level, account in {
            "PUBLIC": (
                env.text("ELASTICSEARCH_PUBLIC_USER"),
                env.text("ELASTICSEARCH_PUBLIC_PASSWORD"),
            ),
            "PARTNERS": (
                env.text("ELASTICSEARCH_PARTNERS_USER"),
                env.text("ELASTICSEARCH_PARTNERS_PASSWORD"),
            ),
            "INTERNAL": (
                env.text("ELASTICSEARCH_INTERNAL_USER"),
                env.text("ELASTICSEARCH_INTERNAL_PASSWORD"),
            ),
        }.items()
        if account[0]
    },
}

# The message broker between `manage.py work` and a fleet of `manage.py fleet`; without an address
# the first does everything itself.
FLEET = {"url": env.text("AMQP_URL"), "queue": env.text("AMQP_QUEUE", "gongyi")}

REST_FRAMEWORK: dict[str, object] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.TokenAuthentication",
        "accounts.api.PageSession",
    ],
    "DEFAULT_RENDERER_CLASSES": ["core.api.ProblemAwareJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "core.api.CursorPages",
    "DEFAULT_FILTER_BACKENDS": ["core.api.StrictFilters"],
    "DEFAULT_PERMISSION_CLASSES": ["core.api.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["core.api.BucketThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.exception_handler",
}
SPECTACULAR_SETTINGS: dict[str, object] = {
    "TITLE": "公益链接 API",
    "DESCRIPTION": "需求、资源、搜索、推荐和对接。读公开内容不用令牌；其余用单位的令牌。",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "PREPROCESSING_HOOKS": ["config.schema.documented_once"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.schema.with_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "EntryState": "marketplace.states.EntryState",
        "Level": "marketplace.models.Level",
        "NeedKind": "marketplace.models.NeedKind",
        "OfferKind": "marketplace.models.OfferKind",
        "MatchState": "matching.states.MatchState",
        "DeliveryState": "matching.states.DeliveryState",
        "Side": "matching.models.Side",
        "Answer": "matching.models.Answer",
    },
}
LOG_LEVEL = env.text("LOG_LEVEL", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "core.logs.RequestIdFilter"}},
    "formatters": {
        "line": {
            "()": "core.logs.LineFormatter",
            "format": "{asctime} {levelname} {name} {request_id} {message}",
            "style": "{",
        },
        "json": {"()": "core.logs.ObjectFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": env.choice("LOG_FORMAT", ("line", "json")),
        }
    },
    # A line for each message of a fleet, or each request to the search server, would drown the
    # sentences that say what is wrong; what happened stands in the rows.
    "loggers": {
        "elastic_transport": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}

# Figures for Prometheus, for whoever shows this token. The client library reads where the site's
# processes share their counts from the environment when it is first imported.
METRICS_TOKEN = env.text("METRICS_TOKEN")
if METRICS_TOKEN:
    _metrics_dir = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(VAR_DIR / "metrics")))
    _metrics_dir.mkdir(parents=True, exist_ok=True)
