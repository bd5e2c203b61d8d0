"""The product's settings with what tests need otherwise: a folder and a database of their own.

TEST_DATABASE_URL names the database server; without it SQLite is used.
"""

import os
import tempfile
from pathlib import Path

# One folder for the whole run, named by the first process that gets here; each worker of
# pytest-xdist has a folder of its own inside, and programs started by a test inherit it.
# tests/conftest.py makes it and removes it: a type checker reads these settings too.
OWNS_TEST_VAR = "GONGYI_TEST_VAR" not in os.environ
if OWNS_TEST_VAR:
    os.environ["GONGYI_TEST_VAR"] = str(
        Path(tempfile.gettempdir()) / f"gongyi-test-{os.getuid()}-{os.getpid()}"
    )
TEST_VAR = Path(os.environ["GONGYI_TEST_VAR"])
_var = TEST_VAR / os.environ.get("PYTEST_XDIST_WORKER", "main")

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
