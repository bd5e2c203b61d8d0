"""The settings of a started worker: the tests' own, with the probe's handlers."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.core.probe"]
