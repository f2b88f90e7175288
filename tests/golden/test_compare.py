"""The comparison bites: small defects fail, and what differs between machines does not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cxrviewer.qt import theme
from cxrviewer.reading.annotations import Calibration, CalibrationKind, Length
from cxrviewer.reading.values import Point
from tests.golden import scenes, store
from tests.golden.compare import Difference, difference
from tests.golden.stage import Picture, Scene, Stage, UnfitError, fixed_look, picture

SIDE = 64


def plain() -> Picture:
    return np.full((SIDE, SIDE, 3), 100, np.uint8)


def test_equal_pictures_are_equal_and_a_step_of_one_everywhere_is_not() -> None:
    assert difference(plain(), plain()) == Difference(0.0, 0)
    brighter = plain() + np.uint8(1)
    assert difference(plain(), brighter) == Difference(1.0, 0)
    assert not difference(plain(), brighter).acceptable


def test_rounding_of_single_pixels_is_accepted() -> None:
    rounded = plain()
    rounded[np.random.default_rng(1).random((SIDE, SIDE)) < 0.04] += 1  # about 4 % of pixels by one level
    assert 0.03 < difference(plain(), rounded).mean < 0.05
    assert difference(plain(), rounded).acceptable


def test_the_worst_tile_is_found_also_at_the_rim() -> None:
    marked = np.full((50, 70, 3), 100, np.uint8)
    stored = marked.copy()
    marked[48:50, 66:69, 2] += 64  # six pixels of one channel in the tile at column 64, row 48
    apart = difference(stored, marked)
    assert (apart.strong, apart.place) == (6, (64, 48))
    assert apart.mean == pytest.approx(6 * 64 / (50 * 70))
    assert not apart.acceptable


def test_pictures_of_different_sizes_are_never_equal() -> None:
    apart = difference(plain(), plain()[:-1])
    assert not apart.acceptable and str(apart) == "the size is another one"


def swapped_sides(stage: Stage) -> Picture:
    """Paint the scene ``sides`` with L for R and R for L: two letters of the whole canvas."""
    fixture = scenes.upright(stage)
    fixture.window.canvas._words.show_sides(("L", "R", "H", "F"))
    return picture(fixture.window.canvas)


DETECTOR = Calibration(CalibrationKind.DETECTOR, 1.21, 1.21)
DEFECTS: dict[str, tuple[str, Scene]] = {
    "a window wider by one hundredth": ("grey-linear", partial(scenes.grey, WindowCenter=1800, WindowWidth=1616)),
    "a window moved by half a hundredth": ("grey-linear", partial(scenes.grey, WindowCenter=1808, WindowWidth=1600)),
    "LINEAR for SIGMOID": ("grey-sigmoid", partial(scenes.grey, wedge=True, WindowCenter=1800, WindowWidth=1600)),
    "another polarity": ("grey-monochrome1", scenes.grey),
    "a layer weaker by three per cent": ("layer-inferno-60", partial(scenes.layer, opacity=57, colours="inferno")),
    "a length of another number": (
        "annotation-length",
        partial(scenes.annotation, shape=Length(scenes.A, scenes.C, DETECTOR)),
    ),
    "an end two pixels off": (
        "annotation-length",
        partial(scenes.annotation, shape=Length(scenes.A, Point(202, 230), scenes.DETECTOR)),
    ),
    "flipped without being turned": ("sides-turned-and-flipped", partial(scenes.turned, commands=("view.flip",))),
    "swapped sides": ("sides", swapped_sides),
    "an accent of another hue": (
        "window-dark",
        partial(scenes.window, colours=replace(theme.DARK, accent="#62eeb0")),
    ),
    "text a little darker": ("window-light", partial(scenes.window, colours=replace(theme.LIGHT, text="#303540"))),
}


@pytest.fixture
def stage(qtbot: Any, tmp_path: Path) -> Iterator[Stage]:
    if sys.platform != "linux":
        pytest.skip("letters are painted differently on other systems")
    try:
        with fixed_look(), Stage(tmp_path) as made:
            yield made
    except UnfitError as unfit:
        pytest.skip(str(unfit))


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_small_defect_fails(stage: Stage, defect: str) -> None:
    name, scene = DEFECTS[defect]
    apart = difference(store.read(store.STORED / f"{name}.png"), scene(stage))
    assert apart.mean != float("inf") and not apart.acceptable


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    stored, build = tmp_path / "stored", tmp_path / "build"
    monkeypatch.setattr(store, "STORED", stored)
    monkeypatch.setattr(store, "BUILD", build)
    return stored, build


def test_what_was_looked_at_is_stored_and_then_equal(folders: tuple[Path, Path]) -> None:
    stored, build = folders
    colour = plain()
    colour[..., 0] = 9
    assert store.write_candidate("a", plain()) is None
    assert store.write_candidate("b", colour) is None
    store.accept({"a", "b"})
    np.testing.assert_array_equal(store.read(stored / "a.png"), plain())
    np.testing.assert_array_equal(store.read(stored / "b.png"), colour)
    assert store.write_candidate("b", colour) == Difference(0.0, 0)
    changed = colour.copy()
    changed[0, 0] += 5
    store.write_candidate("b", changed)
    # Five levels, amplified eight times.
    assert store.read(build / "differences" / "b.png")[0, 0].tolist() == [40, 40, 40]


def test_nothing_is_stored_where_one_candidate_is_missing(folders: tuple[Path, Path]) -> None:
    stored, _ = folders
    store.write_candidate("a", plain())
    with pytest.raises(FileNotFoundError, match=r"no candidate b\.png"):
        store.accept({"a", "b"})
    assert not stored.exists()


def test_the_dialog_shows_the_worst_first(folders: tuple[Path, Path]) -> None:
    _, build = folders
    build.mkdir()
    page = store.write_dialog({"same": Difference(0, 0), "new": None, "bad": Difference(3.0, 9, (16, 32))})
    text = page.read_text(encoding="utf-8")
    places = [text.index(words) for words in ("new: new", "DIFFERENT: bad, mean difference 3.000", "equal: same")]
    assert places == sorted(places)
