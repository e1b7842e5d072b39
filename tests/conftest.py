"""Fixtures shared by all tests."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root():
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def mirror():
    """Folder of the upstream files, or the test is skipped."""
    place = os.environ.get("AI_LIFECYCLE_MIRROR", "")
    if not place or not Path(place).is_dir():
        pytest.skip("AI_LIFECYCLE_MIRROR names no folder of upstream files")
    return Path(place)
