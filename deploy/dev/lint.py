"""`make lint`: every check with a verdict of one line; all of them run, also after a failure."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable

from deploy.dev import addresses, built, licenses, locks
from deploy.dev.environment import ROOT, ensure
from deploy.dev.verdict import Verdict, failed, passed

Check = tuple[str, Callable[[str, dict[str, str]], Verdict]]


def command(*words: str) -> Callable[[str, dict[str, str]], Verdict]:
    """A check that is a Python module's own command."""

    def run(python: str, environment: dict[str, str]) -> Verdict:
        done = subprocess.run(
            [python, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        output = (done.stdout + done.stderr).strip()
        return (
            passed(last_line(output) or "nothing found") if done.returncode == 0 else failed(output)
        )

    return run


def last_line(output: str) -> str:
    lines = [line.strip(" -") for line in output.splitlines() if line.strip(" -")]
    return lines[-1][:90] if lines else ""


def migrations_are_made(python: str, environment: dict[str, str]) -> Verdict:
    """No model has changed without a migration. Needs no database that anybody uses."""
    apps = sorted(path.parent.name for path in ROOT.glob("*/apps.py"))
    # Named one by one, because Django passes over an app that has no migrations at all.
    words = ("makemigrations", *apps, "--check", "--dry-run", "--settings", "tests.settings")
    return command("-W", "ignore", "manage.py", *words)(python, environment)


def production_is_safe(python: str, environment: dict[str, str]) -> Verdict:
    """Django's own check for a deployment, with the environment docs/running.md asks for."""
    with tempfile.TemporaryDirectory() as folder:
        production = {
            **environment,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DJANGO_SECRET_KEY": "".join(chr(33 + n % 90) for n in range(64)),
            "DJANGO_ALLOWED_HOSTS": "gongyi.example",
            "SITE_URL": "https://gongyi.example",
            "HTTPS": "true",
            "GONGYI_VAR": folder,
        }
        words = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")
        return command(*words)(python, production)


def templates_are_clean(python: str, environment: dict[str, str]) -> Verdict:
    folders = [str(p.relative_to(ROOT)) for p in sorted(ROOT.glob("*/templates")) if p.is_dir()]
    if not folders:
        return passed("no templates yet")
    return command("-m", "djlint", "--lint", "--quiet", *folders)(python, environment)


def locks_match(_python: str, _environment: dict[str, str]) -> Verdict:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    stale = locks.stale(pyproject, locks.read_locks())
    if stale:
        return failed(f"not compiled from today's pyproject.toml: {', '.join(stale)}; make locks")
    return passed(f"{len(locks.EXTRAS)} locks match pyproject.toml")


CHECKS: tuple[Check, ...] = (
    ("style", command("-m", "ruff", "check", "--quiet", "--output-format", "concise", ".")),
    ("format", command("-m", "ruff", "format", "--check", "--output-format", "concise", ".")),
    ("types", command("-m", "mypy")),
    (
        "floors and rooms",
        command("-c", "from importlinter.cli import lint_imports_command as c;c()"),
    ),
    ("templates", templates_are_clean),
    ("migrations", migrations_are_made),
    ("deployment", production_is_safe),
    ("licenses", licenses.dependencies_are_free),
    ("locks", locks_match),
    ("addresses", addresses.no_package_host),
    ("translations", built.translations_are_compiled),
    ("CSS and JS", built.assets_are_sound),
)


def main() -> None:
    python = str(ensure("lint"))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LOG_LEVEL": "WARNING"}
    environment.setdefault("DJANGO_SECRET_KEY", "only for checks")
    environment.pop("DATABASE_URL", None)
    verdicts = []
    for name, check in CHECKS:
        begun = time.monotonic()
        verdict = check(python, environment)
        verdicts.append(verdict)
        seconds = time.monotonic() - begun
        print(f"{verdict.word:<8}{name:<18}{seconds:5.1f} s  {verdict.summary()}", flush=True)
        if verdict.bad:
            print(verdict.text, flush=True)
    words = Counter(verdict.word for verdict in verdicts)
    print(f"{words['ok']} checks passed, {words['FAILED']} failed, {words['skipped']} skipped")
    sys.exit(words["FAILED"] > 0)


if __name__ == "__main__":
    main()
