"""Backup and restore: the database as of one moment, the archived files, and a manifest.

A backup is a folder: `database.sqlite3` or `database.dump`, `archive/…` and, written last,
`manifest.json` with versions, row counts and the SHA-256 of every part. A folder without a
manifest is a backup that did not finish. Files are copied after the database: an archived file
is written before the row that names it and never changed, so every row finds its file.
"""

import hashlib
import hmac
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from core import VERSION, audit, databases
from core.errors import DomainError
from core.models import AuditEvent

FORMAT = 1
MANIFEST = "manifest.json"
ARCHIVE = "archive"


class Refused(DomainError):
    """A backup or restore that is not done; the sentence says why and what to do."""

    code = "backup-refused"


@dataclass(frozen=True, slots=True)
class Part:
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `key` tells whether the secret key is still the same, no more."""

    made_at: str
    version: str
    django: str
    vendor: str
    migrations: dict[str, list[str]]
    rows: dict[str, int]
    audit_head: str
    key: str
    parts: dict[str, Part] = field(default_factory=dict)
    format: int = FORMAT


def key_mark() -> str:
    return hmac.new(settings.SECRET_KEY.encode(), b"backup", hashlib.sha256).hexdigest()[:16]


# -- writing ------------------------------------------------------------------------------
def write(folder: Path, *, at: datetime) -> Manifest:
    """Back everything up into an empty or new folder. Raises Refused."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(_("%(dir)s 不是空文件夹，请换一个。") % {"dir": folder})
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    name = databases.file_name(connection.vendor)
    snapshot = databases.dump(folder / name)
    parts = {name: _part(folder / name)}
    parts.update(_copy_files(folder))
    manifest = Manifest(
        made_at=at.isoformat(),
        version=VERSION,
        django=django.get_version(),
        vendor=connection.vendor,
        migrations=snapshot.migrations,
        rows=snapshot.rows,
        audit_head=snapshot.audit_head or audit.GENESIS,
        key=key_mark(),
        parts=parts,
    )
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return manifest


def _part(path: Path) -> Part:
    with path.open("rb") as file:
        return Part(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)


def _files(folder: Path) -> Iterator[Path]:
    """Finished files below a folder; hidden ones are uploads under way."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not any(name.startswith(".") for name in relative.parts):
            yield relative


def _copy_files(folder: Path) -> dict[str, Part]:
    source, parts = Path(settings.ARCHIVE_DIR), {}
    for relative in _files(source):
        target = folder / ARCHIVE / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / relative, target)
        parts[f"{ARCHIVE}/{relative.as_posix()}"] = _part(target)
    return parts


# -- reading ------------------------------------------------------------------------------
def read_manifest(folder: Path) -> Manifest:
    """The manifest of a finished backup. Raises Refused."""
    path = folder / MANIFEST
    if not path.is_file():
        raise Refused(
            _("%(dir)s 里没有 manifest.json：不是备份，或者备份没有做完。") % {"dir": folder}
        )
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if values["format"] > FORMAT:
            raise Refused(_("这份备份是更新的版本做的。请先升级程序，再恢复。"))
        values["parts"] = {name: Part(**part) for name, part in values["parts"].items()}
        return Manifest(**values)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(_("manifest.json 读不懂，这份备份已损坏。请换一份。")) from error


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def check(folder: Path, manifest: Manifest) -> None:
    """That this program may and can restore the backup. Raises Refused with a plain sentence."""
    if _version(manifest.version) > _version(VERSION) or _unknown_migrations(manifest):
        raise Refused(_("这份备份是更新的版本做的。请先升级程序，再恢复。"))
    if manifest.vendor != connection.vendor:
        raise Refused(
            _("这份备份来自 %(theirs)s，这里用的是 %(ours)s，不能直接恢复。")
            % {"theirs": manifest.vendor, "ours": connection.vendor}
        )
    if databases.file_name(manifest.vendor) not in manifest.parts:
        raise Refused(_("manifest.json 读不懂，这份备份已损坏。请换一份。"))
    for name, part in manifest.parts.items():
        path = folder / name
        if folder.resolve() not in path.resolve().parents:
            raise Refused(_("manifest.json 读不懂，这份备份已损坏。请换一份。"))
        if not path.is_file() or _part(path) != part:
            raise Refused(
                _("%(name)s 缺失或已损坏，什么也没有恢复。请换一份备份。") % {"name": name}
            )


def _unknown_migrations(manifest: Manifest) -> set[tuple[str, str]]:
    """Migrations in the backup that this program's installed apps do not know."""
    ours = set(MigrationLoader(None).disk_migrations)
    installed = {config.label for config in apps.get_app_configs()}
    theirs = {(app, name) for app, names in manifest.migrations.items() for name in names}
    return {pair for pair in theirs - ours if pair[0] in installed}


def is_empty() -> bool:
    """Whether this installation holds nothing that a restore would destroy."""
    tables = set(connection.introspection.table_names())
    for model in (get_user_model(), AuditEvent):
        if model._meta.db_table in tables and model._default_manager.exists():
            return False
    return next(_files(Path(settings.ARCHIVE_DIR)), None) is None


def restore(folder: Path, *, replace: bool = False) -> Manifest:
    """Put a backup in place of what is here; stop the site and the worker first.

    The database changes in one transaction; the old files stay beside the new ones until that
    has succeeded. Raises Refused, having changed nothing.
    """
    manifest = read_manifest(folder)
    check(folder, manifest)
    if not replace and not is_empty():
        raise Refused(_("这里已经有数据。确定要用备份替换，请加 --replace。"))
    archive = Path(settings.ARCHIVE_DIR)
    fresh, old = archive.with_name(".archive-new"), archive.with_name(".archive-old")
    for left_over in (fresh, old):
        shutil.rmtree(left_over, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name in manifest.parts:
        if name.startswith(f"{ARCHIVE}/"):
            target = fresh / name.removeprefix(f"{ARCHIVE}/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, target)
    databases.load(folder / databases.file_name(manifest.vendor))
    if archive.exists():
        archive.rename(old)
    fresh.rename(archive)
    shutil.rmtree(old, ignore_errors=True)
    return manifest


def differences(manifest: Manifest) -> list[str]:
    """Tables whose restored row count is not the manifest's, as sentences; none is good."""
    rows = databases.count_rows()
    return [
        f"{table}: {rows.get(table)} instead of {count}"
        for table, count in manifest.rows.items()
        if rows.get(table) != count
    ]
