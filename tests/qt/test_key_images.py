"""Key images in the real window: marked by key, undone, shown, kept and reported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.builders.dicom import write_image


@pytest.fixture
def images(tmp_path: Path) -> Path:
    codes = np.linspace(0, 4095, 200 * 150).reshape(200, 150).astype(np.uint16)
    for number in (1, 2):
        write_image(
            tmp_path / "images" / f"{number}.dcm",
            codes,
            bits=12,
            StudyInstanceUID="1.2.3",
            SOPInstanceUID=f"1.2.3.{number}",
            InstanceNumber=number,
        )
    return tmp_path / "images"


def opened(app: Any, qtbot: Any, images: Path) -> None:
    app.start((images,))
    qtbot.waitUntil(lambda: app.room.annotations.shown is not None and not app.jobs.busy, timeout=60_000)


def marked_rows(app: Any) -> list[bool]:
    return ["key image" in app.room.worklist._image_row(one).detail for one in app.room.worklist.images()]


def test_a_key_image_is_marked_shown_undone_and_reported(make_app: Any, qtbot: Any, images: Path) -> None:
    app = make_app()
    opened(app, qtbot, images)
    canvas = app.window.canvas
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    assert "KEY IMAGE" in canvas.words()["readout"] and marked_rows(app) == [True, False]
    assert app.window.command_actions.action("edit.key_image").isChecked()
    app.room.paperwork.report.refresh()
    report = app.room.paperwork.report
    assert "KEY IMAGES\nCHEST PA" in report.text()
    app.room.undo()
    assert "KEY IMAGE" not in canvas.words()["readout"] and marked_rows(app) == [False, False]
    app.room.redo()
    assert marked_rows(app) == [True, False]
    app.window.commands.run("edit.key_image")
    assert marked_rows(app) == [False, False] and app.room.annotations.shown[1].undo_label == "key image"


def test_a_key_image_is_one_again_when_its_study_is_opened_again(make_app: Any, qtbot: Any, images: Path) -> None:
    first = make_app()
    opened(first, qtbot, images)
    first.room.worklist.step(1)
    qtbot.waitUntil(lambda: not first.jobs.busy, timeout=60_000)
    first.window.commands.run("edit.key_image")
    assert first.close()
    again = make_app()
    opened(again, qtbot, images)
    assert marked_rows(again) == [False, True]
