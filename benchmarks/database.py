"""A database of the benchmark's own, made and removed by it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def own_database() -> Iterator[str]:
    """A new, migrated database: SQLite in a temporary folder, or a further one on the server that
    DATABASE_URL names. Gives its kind. The products' own data is never touched.
    """
    with tempfile.TemporaryDirectory(prefix="gongyi-bench-") as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        os.environ.setdefault("DJANGO_SECRET_KEY", "a key of the benchmark and of nothing else")
        os.environ["GONGYI_VAR"] = folder
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/db.sqlite3")
        os.environ.setdefault("LOG_LEVEL", "WARNING")
        import django  # noqa: PLC0415 - after the environment is set

        django.setup()
        from django.conf import settings  # noqa: PLC0415
        from django.db import connection  # noqa: PLC0415

        options = settings.DATABASES["default"].get("OPTIONS", {})
        options.pop("pool", None)
        settings.DATABASES["default"]["TEST"]["NAME"] = (
            f"{folder}/bench.sqlite3" if connection.vendor == "sqlite" else "gongyi_bench"
        )
        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield connection.vendor
        finally:
            connection.creation.destroy_test_db(str(name), verbosity=0)
