"""The product's settings with what tests need otherwise: a folder and a database of their own.

TEST_DATABASE_URL names the database server; without it SQLite is used.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# One folder for the whole run, made by the first process that gets here and removed by it; each
# worker of pytest-xdist has a folder of its own inside. Programs started by a test inherit it.
if "GONGYI_TEST_VAR" not in os.environ:
    os.environ["GONGYI_TEST_VAR"] = tempfile.mkdtemp(prefix="gongyi-test-")
    atexit.register(shutil.rmtree, os.environ["GONGYI_TEST_VAR"], ignore_errors=True)
_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
_var = Path(os.environ["GONGYI_TEST_VAR"]) / _worker
# WhiteNoise warns where the folder of collected files is missing.
(_var / "static").mkdir(parents=True, exist_ok=True)

os.environ["GONGYI_VAR"] = str(_var)
os.environ["DJANGO_SECRET_KEY"] = "a key of the tests, and of nothing else: 0123456789abcdef"
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", f"sqlite:///{_var}/db.sqlite3")

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Pages are rendered without collecting and hashing the static files first.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads and started programs must see the same rows.
    _database["TEST"] = {"NAME": str(_var / "test.sqlite3")}
    _options = _database["OPTIONS"]
    _options["init_command"] = _options["init_command"].replace("FULL", "OFF")
else:
    # Without the pool a connection that a test forgot shows as an error of its own,
    # instead of as another test that waits.
    _database["OPTIONS"].pop("pool")
