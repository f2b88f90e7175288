"""Fixtures of the core's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "films"
    made.mkdir()
    return made


@pytest.fixture(autouse=True, scope="session")
def edits_wait_for_the_disk() -> None:
    """Let no busy machine pass for a slow disk; `test_reading_slow_disk` has one."""
    from cxrviewer.presenters import readings

    readings.APPEND_PATIENCE = 30
