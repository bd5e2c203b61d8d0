"""The locks were compiled from the dependency tables that stand in pyproject.toml today."""

from deploy.dev import locks
from tests.architecture.sources import ROOT

PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_locks_match_pyproject() -> None:
    assert locks.stale(PYPROJECT, locks.read_locks()) == []


def test_a_changed_dependency_makes_every_lock_stale() -> None:
    changed = PYPROJECT.replace('"Django>=5.2,<5.3"', '"Django>=5.2,<6"')
    assert changed != PYPROJECT
    assert locks.stale(changed, locks.read_locks()) == list(locks.EXTRAS)


def test_a_changed_comment_does_not() -> None:
    changed = PYPROJECT.replace("# the framework; LTS", "# another reason")
    assert changed != PYPROJECT
    assert locks.stale(changed, locks.read_locks()) == []


def test_a_package_has_one_version_in_every_lock() -> None:
    """Except where a marker chooses, which the whole pin with its marker shows."""
    texts = locks.read_locks()
    whole = {pin for text in texts.values() for pin in locks.pinned(text)}
    by_name_and_marker: dict[tuple[str, str], set[str]] = {}
    for pin in whole:
        requirement, _, marker = pin.partition(" ; ")
        name, _, version = requirement.partition("==")
        by_name_and_marker.setdefault((name, marker), set()).add(version)
    assert {key: found for key, found in by_name_and_marker.items() if len(found) > 1} == {}
