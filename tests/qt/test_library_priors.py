"""The prior that only the library knows, in the real window with real files and workers: folder, file, ZIP, launch."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cxrviewer.presenters.self_hanging import MISSING
from tests.qt.test_library import app, filled, shown, write

__all__ = ["app"]  # the fixture

BESIDE = [("2025-03-18", True), ("2024-01-05", True)]
SAID = "Hung by the rule “Frontal beside its prior” with a prior from the library."


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return write(tmp_path / "old", "old", "MUSTERMANN^ERIKA", "4711", "20240105").parent


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return write(tmp_path / "new", "new", "MUSTERMANN^ERIKA", "4711", "20250318").parent


def known(app: Any, qtbot: Any, *roots: Path) -> None:
    """Add folders or ZIP files to the library, and close its dialog."""
    for root in roots:
        filled(app, qtbot, root).close()


def quiet(app: Any, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: not app.jobs.busy and not app.room.hangs.pending, timeout=60_000)


def test_a_folder_hangs_beside_the_prior_of_the_library_and_opens_again_as_it_was(
    app: Any, make_app: Any, qtbot: Any, old: Path, new: Path
) -> None:
    known(app, qtbot, old)
    app.window.open_paths((new,))
    qtbot.waitUntil(lambda: shown(app) == BESIDE, timeout=60_000)  # nobody touched anything
    quiet(app, qtbot)
    assert app.window._status.text() == SAID
    assert app.room.viewports.active.number == 0
    app.window.close()
    again = make_app()
    again.start((new,))
    qtbot.waitUntil(lambda: shown(again) == BESIDE, timeout=60_000)
    quiet(again, qtbot)
    assert "rule" not in again.window._status.text()  # restored, not hung anew


def test_a_launch_with_one_file_shows_it_first_and_asks_the_library_after(
    app: Any, make_app: Any, qtbot: Any, old: Path, new: Path
) -> None:
    known(app, qtbot, old)
    app.window.close()
    launched = make_app()
    before: list[tuple[list[tuple[str, bool]], bool]] = []
    complete = launched.room.complete

    def completed() -> None:
        before.append((shown(launched), launched.room._library is None))
        complete()

    launched.room.complete = completed
    launched.start((new / "new.dcm",))
    qtbot.waitUntil(lambda: shown(launched) == BESIDE, timeout=60_000)
    assert before == [(BESIDE[:1], True)]  # the picture was there before the library
    quiet(launched, qtbot)


def test_priors_in_a_zip_of_the_library_hang_too(app: Any, qtbot: Any, old: Path, new: Path, tmp_path: Path) -> None:
    packed = tmp_path / "old.zip"
    with zipfile.ZipFile(packed, "w") as file:
        file.write(old / "old.dcm", "images/old.dcm")
    shutil.rmtree(old)
    known(app, qtbot, packed)
    app.window.open_paths((new,))
    qtbot.waitUntil(lambda: shown(app) == BESIDE, timeout=60_000)
    quiet(app, qtbot)
    assert app.window._status.text() == SAID


def test_a_zip_that_is_opened_hangs_beside_the_prior_of_the_library(
    app: Any, qtbot: Any, old: Path, new: Path, tmp_path: Path
) -> None:
    packed = tmp_path / "new.zip"
    with zipfile.ZipFile(packed, "w") as file:
        file.write(new / "new.dcm", "images/new.dcm")
    known(app, qtbot, old)
    app.window.open_paths((packed,))
    qtbot.waitUntil(lambda: shown(app) == BESIDE, timeout=60_000)
    quiet(app, qtbot)


def test_a_stick_that_was_taken_out_since_the_scan_leaves_the_study_alone(
    app: Any, qtbot: Any, old: Path, new: Path
) -> None:
    known(app, qtbot, old)
    shutil.rmtree(old)
    app.window.open_paths((new,))
    qtbot.waitUntil(lambda: app.window._status.text() == MISSING, timeout=60_000)
    quiet(app, qtbot)
    assert shown(app) == BESIDE[:1] and app.room.worklist.skipped == ()


def test_a_doubtful_prior_of_the_library_hangs_after_the_answer(
    app: Any, qtbot: Any, new: Path, tmp_path: Path
) -> None:
    known(app, qtbot, write(tmp_path / "old", "old", "MUSTERMANN^ERIKA", "9999", "20240105").parent)
    app.window.open_paths((new,))
    bar = app.window.person_bar
    qtbot.waitUntil(bar.isVisible, timeout=60_000)
    quiet(app, qtbot)
    assert shown(app) == BESIDE[:1] and "9999" in bar.other.text()
    QTest.mouseClick(bar.same, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown(app) == BESIDE, timeout=60_000)
    quiet(app, qtbot)
    assert bar.isHidden() and app.window._status.text() == SAID


def test_a_question_goes_with_its_study_and_comes_back_with_it(app: Any, qtbot: Any, new: Path, tmp_path: Path) -> None:
    known(app, qtbot, write(tmp_path / "old", "old", "MUSTERMANN^ERIKA", "9999", "20240105").parent)
    write(new, "other", "YAMADA^TAROU", "0815", "20250101")
    app.window.open_paths((new,))
    bar, worklist = app.window.person_bar, app.room.worklist
    qtbot.waitUntil(lambda: len(worklist.images()) == 2 and not app.jobs.busy, timeout=60_000)
    keys = {entry.path.stem: entry.key for entry in worklist.images()}

    def show(name: str) -> bool:
        worklist.select(keys[name])
        qtbot.waitUntil(lambda: app.room.image.image is not None and not app.jobs.busy, timeout=60_000)
        assert app.room.viewports.active.entry.path.stem == name
        return bool(bar.isVisible())

    assert show("new") and "9999" in bar.other.text()
    assert not show("other")
    assert show("new") and "9999" in bar.other.text() and "2024-01-05" in bar.words.text()
    app.window.commands.run("viewport.layout_1x2")
    app.room.viewports.activate(1)
    assert show("other")  # beside it
    app.window.commands.run("viewport.layout_1x1")
    assert not show("other") and show("new")
    QTest.mouseClick(bar.later, Qt.MouseButton.LeftButton)
    assert bar.isHidden()
    assert not show("other") and show("new")
    QTest.mouseClick(bar.different, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)
    assert bar.isHidden() and not show("other") and not show("new")
    assert list(app.room.library.stores.user.pairs().values()) == [False]


def test_a_window_that_is_closed_while_the_prior_is_looked_for_ends_at_once(
    app: Any, qtbot: Any, old: Path, new: Path, tmp_path: Path
) -> None:
    known(app, qtbot, old)
    chosen: list[object] = []
    choose = app.room.hangs._choose
    app.room.hangs._choose = lambda *given: chosen.append(given) or choose(*given) or app.window.close()
    app.window.open_paths((new,))
    qtbot.waitUntil(lambda: bool(chosen) and not app.window.isVisible(), timeout=60_000)
    # An arrangement is saved only when it is settled whether something hangs.
    assert not list((tmp_path / "home").rglob("*.workspace"))
