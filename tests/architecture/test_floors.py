"""Foreign keys obey the floors: a string key is invisible to a checker of imports."""

from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey, ManyToManyField

from tests.architecture.sources import ROOT, floors


def keys_between_apps() -> Iterator[tuple[str, str, str]]:
    """(app, model.field, app pointed at) of every key of the product's own models."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey | ManyToManyField) and field.model is model:
                target = field.related_model
                assert not isinstance(target, str)
                name = f"{model.__name__}.{field.name}"
                yield model._meta.app_label, name, target._meta.app_label


def upward(keys: Iterable[tuple[str, str, str]], levels: dict[str, int]) -> list[str]:
    """Keys that leave their app without going down."""
    return [
        f"{app}.{field} points up or sideways to {target}"
        for app, field, target in keys
        if app in levels and target in levels and app != target and levels[target] >= levels[app]
    ]


def test_foreign_keys_point_downward() -> None:
    assert upward(keys_between_apps(), floors()) == []


@pytest.mark.parametrize(
    ("key", "refused"),
    [
        (("core", "Event.person", "accounts"), True),
        (("archive", "File.message", "inbox"), True),
        (("matching", "Match.need", "marketplace"), False),
        (("accounts", "User.groups", "auth"), False),
        (("matching", "Match.parent", "matching"), False),
    ],
)
def test_a_planted_key_is_judged(key: tuple[str, str, str], refused: bool) -> None:
    assert bool(upward([key], floors())) is refused


def test_keys_are_really_walked() -> None:
    assert ("accounts", "User.groups", "auth") in set(keys_between_apps())


def test_every_app_has_a_floor() -> None:
    with_config = {path.parent.name for path in ROOT.glob("*/apps.py")}
    installed = {name for name in settings.INSTALLED_APPS if name in with_config}
    assert with_config == installed == set(floors())
