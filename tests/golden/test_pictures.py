"""Every scene looks as it did when a person last accepted it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.golden import store
from tests.golden.compare import difference
from tests.golden.scenes import SCENES
from tests.golden.stage import Stage, UnfitError, fixed_look

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="letters are painted differently on other systems")


@pytest.fixture
def stage(qtbot: Any, tmp_path: Path) -> Iterator[Stage]:
    try:
        with fixed_look(), Stage(tmp_path) as made:
            yield made
    except UnfitError as unfit:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(unfit))


def test_every_scene_has_its_picture_and_every_picture_its_scene() -> None:
    assert store.stored_names() == set(SCENES)


@pytest.mark.parametrize("name", sorted(SCENES))
def test_a_scene_looks_as_it_did(stage: Stage, name: str) -> None:
    file = store.STORED / f"{name}.png"
    apart = difference(store.read(file), SCENES[name](stage)) if file.is_file() else None
    if apart is None or not apart.acceptable:
        pytest.fail(
            f"{name}: {apart or 'no picture is stored'}.\n"
            f"Look:   make golden, then open {(store.BUILD / 'sheet.html').relative_to(store.ROOT)}\n"
            f"Accept: make golden ACCEPT={name}",
            pytrace=False,
        )
