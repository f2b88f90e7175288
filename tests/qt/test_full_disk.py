"""A full disk in the real window: the reader sees that nothing is saved for as long as that is so."""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cxrviewer.errors import LibraryFullError
from cxrviewer.log import LOST, start_logging, stop_logging
from cxrviewer.presenters.readings import NOT_SAVED, SAVED_AGAIN
from cxrviewer.reading.document import Edit, SetImpression
from cxrviewer.reading.journal import Journal
from cxrviewer.studies.index import database
from cxrviewer.studies.library import ImageEntry
from tests.builders.dicom import write_image
from tests.builders.library import full_at_commit
from tests.fakes import FakeScorer
from tests.qt.test_library import app, filled, folder
from tests.qt.window_fixture import plan_of

__all__ = ["app", "folder"]


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "full")


def no_room(_: object) -> None:
    raise LibraryFullError(database.FULL)


def said(app: Any) -> str:
    return str(app.window.viewport_view(0)._words.notes.text())


def write(app: Any, words: str) -> None:
    reading = app.room.viewports.active.annotations._open.reading
    assert reading.do(Edit("impression", (SetImpression(reading.reading.impression, words),)))


def test_an_image_says_that_nothing_is_saved_until_it_is_and_the_end_of_the_log_does_not_hide_why(
    make_app: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = tmp_path / "films"
    for number in (1, 2):
        codes, study = np.full((200, 150), 900 * number, np.uint16), f"1.2.{number}"
        uids = {"StudyInstanceUID": study, "SeriesInstanceUID": f"{study}.1", "SOPInstanceUID": f"{study}.1.1"}
        write_image(images / f"{number}.dcm", codes, bits=12, **uids)
    app = make_app()
    app.start((images / "1.dcm",))
    room, status = app.room, app.window._status
    qtbot.waitUntil(lambda: room.image.image is not None and not app.jobs.busy, timeout=60_000)
    handler = start_logging(tmp_path / "logs", on_lost=app.add)
    try:
        with monkeypatch.context() as broken:
            broken.setattr(Journal, "_cut", full)
            broken.setattr(os, "replace", full)
            broken.setattr(handler.stream, "write", full)  # type: ignore[attr-defined]
            write(app, "nodule")
            assert said(app) == NOT_SAVED
            qtbot.waitUntil(lambda: LOST in status.text(), timeout=60_000)
            assert status.text().startswith("What you draw in this study cannot be saved: ")
            app.window.notify("something else")
            assert said(app) == NOT_SAVED
            room.worklist.open_paths((images / "2.dcm",))
            qtbot.waitUntil(lambda: len(room.worklist.images()) == 2 and not app.jobs.busy, timeout=60_000)
            first, second = sorted(room.worklist.images(), key=lambda entry: entry.path.name)

            def shows(entry: ImageEntry) -> bool:
                return room.image.image is not None and room.image.image.entry.key == entry.key

            room.worklist.select(second.key)
            qtbot.waitUntil(lambda: shows(second), timeout=60_000)
            assert said(app) == ""
            room.worklist.select(first.key)
            qtbot.waitUntil(lambda: shows(first), timeout=60_000)
            assert said(app) == NOT_SAVED
        write(app, "nodule, 8 mm")
        assert said(app) == ""
        assert status.text() == SAVED_AGAIN
    finally:
        stop_logging(handler)
        logging.getLogger().removeHandler(handler)


def test_a_library_that_could_not_be_opened_is_tried_again_when_the_reader_comes_back(
    make_app: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    app.start(())
    with monkeypatch.context() as broken:
        broken.setattr(database.Database, "_open", no_room)
        app.window.commands.run("library.open")
        library = app.room.library
        qtbot.waitUntil(lambda: not app.jobs.busy and library._at_hand.failure != "", timeout=60_000)
        library.look_again()
        qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)
        assert library.stores is None and "full" in library._at_hand.failure
    library.look_again()
    qtbot.waitUntil(lambda: library.stores is not None and not app.jobs.busy, timeout=60_000)
    assert library._at_hand.failure == ""


def test_scoring_that_a_full_disk_stopped_is_offered_in_its_own_window(app: Any, qtbot: Any, folder: Path) -> None:
    app.room.start_heads(lambda: [plan_of(FakeScorer())])
    qtbot.waitUntil(lambda: bool(app.room.findings.scorers), timeout=60_000)
    dialog = filled(app, qtbot, folder)
    score = dialog.selected_action.parent().actions()[1].trigger  # the whole library
    with full_at_commit(app.room.library.stores.index.database):
        for go in (score, dialog.take_up.click):
            go()
            qtbot.waitUntil(lambda: "disk is full" in dialog.scoring.text() and not app.jobs.busy, timeout=60_000)
            assert dialog.scoring.text().endswith("3 images of the last run are still without a score.")
            assert dialog.take_up.isVisible() and dialog.take_up.text() == "Resume scoring"
    dialog.take_up.click()
    qtbot.waitUntil(lambda: dialog.scoring.text() == "3 images were scored.", timeout=60_000)
    assert dialog.take_up.isHidden()
