"""Every test of the archive writes into a folder of its own."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    place = tmp_path / "archive"
    settings.ARCHIVE_DIR = place
    return place
