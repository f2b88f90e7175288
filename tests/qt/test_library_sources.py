"""Discs that are copied first, folders that are watched, and character sets, in the real window."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import threading
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from cxrviewer.qt.charset_dialog import CharsetDialog
from cxrviewer.qt.library_dialog import LibraryDialog
from cxrviewer.studies import media, watch
from cxrviewer.studies.index.worklist import Column
from cxrviewer.studies.media import Medium
from tests.builders.dicom import write_image
from tests.qt.test_library import cells, filled, opened, settled, shown, write


@pytest.fixture
def app(make_app: Any, qtbot: Any) -> Any:
    made = make_app()
    made.start(())
    return made


@pytest.fixture
def disc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the system calls a disc, with three films."""
    folder = tmp_path / "CHEST 2025"
    for number, date in enumerate(("20240105", "20250318", "20250401")):
        write(folder / "A", f"film{number}", "MUSTERMANN^ERIKA", "4711", date)
    monkeypatch.setattr(
        "cxrviewer.presenters.library.medium_of",
        lambda path: Medium.DISC if path.is_relative_to(folder) else Medium.FIXED,
    )
    return folder


def copies(app: Any) -> list[Path]:
    home = app.room.library.discs.home
    return sorted(home.iterdir()) if home.is_dir() else []


def asked(app: Any, qtbot: Any, disc: Path) -> Any:
    dialog = opened(app, qtbot)
    app.room.library.add((disc,))
    qtbot.waitUntil(dialog.disc.isVisible, timeout=60_000)
    assert "CHEST 2025" in dialog.disc_words.text() and "lies on a disc" in dialog.disc_words.text()
    assert dialog.model.rowCount() == 0 and copies(app) == []
    return dialog


def test_a_disc_is_copied_first_and_opens_without_it(app: Any, qtbot: Any, disc: Path) -> None:
    dialog = asked(app, qtbot, disc)
    dialog.copy_button.click()
    settled(app, dialog, qtbot)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 3, timeout=60_000)
    assert not dialog.disc.isVisible() and not dialog.disc_bar.isVisible()
    assert dialog.folders.item(0).text() == "CHEST 2025 (copy)"
    shutil.rmtree(disc)
    app.room.library.open(dialog.model.key(0))
    qtbot.waitUntil(lambda: bool(shown(app)) and shown(app)[0] == ("2025-04-01", True), timeout=60_000)
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)
    (copy,) = copies(app)
    dialog = opened(app, qtbot)
    dialog.folders.item(0).setSelected(True)
    dialog.remove.click()
    settled(app, dialog, qtbot)
    assert copy.exists()  # not before the reader has said so
    next(button for button in dialog.question.buttons() if button.text() == "&Delete").click()
    qtbot.waitUntil(lambda: not copy.exists(), timeout=60_000)
    settled(app, dialog, qtbot)
    assert "copy of 1 disc was removed" in dialog.notice.text()


def test_a_disc_is_read_in_place_where_the_reader_wants_that(app: Any, qtbot: Any, disc: Path) -> None:
    dialog = asked(app, qtbot, disc)
    dialog.in_place_button.click()
    settled(app, dialog, qtbot)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 3, timeout=60_000)
    assert dialog.folders.item(0).text() == str(disc) and copies(app) == []


def test_a_cancelled_copy_leaves_nothing_and_adds_nothing(
    app: Any, qtbot: Any, disc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = asked(app, qtbot, disc)
    real = media.MediumCopy.step
    held = threading.Event()

    def step(self: Any, cancel: Any, seconds: float = 0.25) -> Any:
        if self._missing is not None:
            held.wait(20)  # one file is copied, the next comes when the test lets it
        return real(self, cancel, 0.0)

    monkeypatch.setattr(media.MediumCopy, "step", step)
    dialog.copy_button.click()
    qtbot.waitUntil(lambda: dialog.state.disc.progress.startswith("Copying"), timeout=60_000)
    assert dialog.disc_bar.isVisible() and not dialog.copy_button.isVisible()
    assert dialog.message.text() == "The studies of the disc are listed once it is copied."  # not: nothing is copied
    assert [one.suffix for one in copies(app)] == [media.UNFINISHED]
    dialog.no_disc_button.click()
    held.set()
    settled(app, dialog, qtbot)
    assert copies(app) == [] and dialog.model.rowCount() == 0 and dialog.folders.count() == 0
    assert "nothing of it was kept" in dialog.notice.text() and not dialog.disc.isVisible()


def test_a_question_that_is_declined_adds_nothing(app: Any, qtbot: Any, disc: Path) -> None:
    dialog = asked(app, qtbot, disc)
    dialog.no_disc_button.click()
    settled(app, dialog, qtbot)
    assert not dialog.disc.isVisible() and dialog.folders.count() == 0


def test_a_disc_taken_out_while_it_is_copied_is_a_sentence_and_its_copy_is_not_opened(
    app: Any, qtbot: Any, disc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = asked(app, qtbot, disc)
    real = media.MediumCopy.step

    def step(self: Any, cancel: Any, seconds: float = 0.25) -> Any:
        if self._missing is not None and disc.exists():
            shutil.rmtree(disc)
        return real(self, cancel, 0.0)

    monkeypatch.setattr(media.MediumCopy, "step", step)
    dialog.copy_button.click()
    qtbot.waitUntil(lambda: "taken out while it was copied" in dialog.notice.text(), timeout=60_000)
    settled(app, dialog, qtbot)
    assert dialog.folders.count() == 0 and [one.suffix for one in copies(app)] == [media.UNFINISHED]


def test_a_full_disk_is_a_sentence_before_anything_is_copied(
    app: Any, qtbot: Any, disc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = asked(app, qtbot, disc)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(0, 0, 100_000_000))
    dialog.copy_button.click()
    qtbot.waitUntil(lambda: "100 MB are free" in dialog.notice.text(), timeout=60_000)
    settled(app, dialog, qtbot)
    assert copies(app) == [] and not dialog.disc.isVisible()


def test_a_disk_that_fills_while_copying_leaves_nothing_of_the_copy(
    app: Any, qtbot: Any, disc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = asked(app, qtbot, disc)
    real = os.replace

    def full(source: Any, target: Any) -> None:
        if str(target).endswith("film2.dcm"):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", full)
    dialog.copy_button.click()
    qtbot.waitUntil(lambda: "disk is full" in dialog.notice.text(), timeout=60_000)
    settled(app, dialog, qtbot)
    assert copies(app) == [] and dialog.folders.count() == 0


def watchers() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name == "cxr-watch"]


def watching(app: Any, qtbot: Any, images: Path) -> LibraryDialog:
    """Return the dialog over a folder of one image that is watched."""
    write(images, "a", "MUSTERMANN^ERIKA", "4711", "20250318")
    dialog = filled(app, qtbot, images)
    dialog.folders.item(0).setSelected(True)
    dialog.watch.click()
    # The observer's own, and those of the folder and of the place it lies in, which are named when all is watched.
    threads = 2 if sys.platform == "darwin" else 3
    qtbot.waitUntil(lambda: len(watchers()) >= threads, timeout=60_000)
    settled(app, dialog, qtbot)
    return dialog


@pytest.mark.skipif(sys.platform == "darwin", reason="the places of folders are not watched there")
def test_a_watched_folder_that_is_moved_away_is_offline_by_itself_and_back_with_what_is_new(
    app: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "QUIET_SECONDS", 0.1)
    images, away = tmp_path / "films", tmp_path / "away"
    dialog = watching(app, qtbot, images)

    images.rename(away)
    qtbot.waitUntil(lambda: not dialog.state.roots[0].online, timeout=60_000)
    settled(app, dialog, qtbot)
    assert dialog.model.rowCount() == 1  # nothing is forgotten

    shutil.copytree(away, images)  # another folder in its place
    qtbot.waitUntil(lambda: dialog.state.roots[0].online, timeout=60_000)
    settled(app, dialog, qtbot)
    write(images, "b", "OTHER^PERSON", "0815", "20250319")
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2, timeout=60_000)
    settled(app, dialog, qtbot)


def test_a_watched_folder_lists_new_files_by_itself_and_stopping_ends_its_threads(
    app: Any, make_app: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "QUIET_SECONDS", 0.1)
    monkeypatch.setattr("cxrviewer.app.WATCH_AFTER", 0)
    images = tmp_path / "films"
    write(images, "a", "MUSTERMANN^ERIKA", "4711", "20250318")
    dialog = filled(app, qtbot, images)
    assert not dialog.watch.isEnabled()
    dialog.folders.item(0).setSelected(True)
    assert dialog.watch.isEnabled() and not dialog.watch.isChecked()
    dialog.watch.click()
    qtbot.waitUntil(lambda: dialog.folders.item(0).text().endswith("watched") and bool(watchers()), timeout=60_000)
    settled(app, dialog, qtbot)
    write(images / "deeper", "b", "OTHER^PERSON", "0815", "20250319")
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2, timeout=60_000)
    settled(app, dialog, qtbot)
    app.window.close()
    assert watchers() == []

    write(images, "c", "THIRD^PERSON", "99", "20250320")
    again = make_app()
    again.start(())
    qtbot.waitUntil(lambda: bool(watchers()), timeout=60_000)  # no dialog is open
    qtbot.waitUntil(lambda: not again.jobs.busy, timeout=60_000)
    dialog = opened(again, qtbot)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 3, timeout=60_000)  # what came while the program was closed
    settled(again, dialog, qtbot)
    dialog.folders.item(0).setSelected(True)
    assert dialog.watch.isChecked()
    dialog.watch.click()
    qtbot.waitUntil(lambda: watchers() == [], timeout=60_000)
    assert not dialog.folders.item(0).text().endswith("watched")
    write(images, "d", "FOURTH^PERSON", "98", "20250321")
    settled(again, dialog, qtbot)
    assert dialog.model.rowCount() == 3


@pytest.mark.skipif(sys.platform == "darwin", reason="the places of folders are not watched there")
def test_folders_are_watched_again_although_the_timeline_of_the_first_image_has_opened_the_library(
    app: Any, make_app: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = tmp_path / "films"
    watching(app, qtbot, images)
    app.window.close()
    assert watchers() == []

    monkeypatch.setattr("cxrviewer.app.WATCH_AFTER", 3_600_000)
    again = make_app()
    again.start((next(images.iterdir()),))
    qtbot.waitUntil(lambda: again.room.image.image is not None, timeout=60_000)
    qtbot.waitUntil(lambda: again.room.library.stores is not None, timeout=60_000)
    assert watchers() == []
    again.room.library.resume_watching()
    qtbot.waitUntil(lambda: bool(watchers()), timeout=60_000)


NAME = "Иванов^Иван"  # ISO_IR 144, declared as Latin 1
MISREAD = NAME.encode("iso8859_5").decode("latin_1")


def cyrillic(path: Path) -> Path:
    codes = np.linspace(0, 4095, 200 * 150).reshape(200, 150).astype(np.uint16)
    return write_image(
        path,
        codes,
        bits=12,
        SpecificCharacterSet="ISO_IR 100",
        PatientName=MISREAD,
        PatientID="77",
        StudyDate="20250318",
        Modality="DX",
        ViewPosition="PA",
        BodyPartExamined="CHEST",
    )


def test_a_name_in_the_wrong_character_set_is_put_right_everywhere_but_in_the_file_and_back(
    app: Any, make_app: Any, qtbot: Any, tmp_path: Path
) -> None:
    image = cyrillic(tmp_path / "films" / "IM1")
    before = image.read_bytes()
    dialog = filled(app, qtbot, image.parent)
    misread = MISREAD.replace("^", ", ")
    assert cells(dialog, Column.NAME) == [misread]
    app.room.library.open(dialog.model.key(0))
    qtbot.waitUntil(lambda: shown(app) == [("2025-03-18", True)], timeout=60_000)

    dialog = opened(app, qtbot)
    settled(app, dialog, qtbot)
    choose(dialog, qtbot, "Cyrillic", "Иванов, Иван")
    qtbot.waitUntil(lambda: cells(dialog, Column.NAME) == ["Иванов, Иван"], timeout=60_000)
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)
    assert app.window.canvas._words.identity.text().startswith("Иванов, Иван")
    assert [one.header.identity.patient_name for one in app.room.worklist.images()] == [NAME]
    assert "Cyrillic" in dialog.model.index(0, 0).data(3)  # Qt.ToolTipRole
    app.window.close()

    again = make_app()
    again.start((image,))  # without the library
    qtbot.waitUntil(lambda: again.room.image.image is not None and not again.jobs.busy, timeout=60_000)
    assert again.window.canvas._words.identity.text().startswith("Иванов, Иван")
    dialog = opened(again, qtbot)
    settled(again, dialog, qtbot)
    choose(dialog, qtbot, "As in the file", misread)
    qtbot.waitUntil(lambda: cells(dialog, Column.NAME) == [misread], timeout=60_000)
    qtbot.waitUntil(lambda: not again.jobs.busy, timeout=60_000)
    assert again.window.canvas._words.identity.text().startswith(misread)
    assert image.read_bytes() == before


def choose(dialog: Any, qtbot: Any, title: str, name: str) -> None:
    """Choose a character set in the menu of the first study, by the name that it promises."""
    dialog.table.selectRow(0)
    dialog._show_menu(QPoint(5, 5))
    menu = dialog.findChildren(QMenu)[-1]
    next(action for action in menu.actions() if action.text() == "Character set…").trigger()
    menu.close()
    qtbot.waitUntil(lambda: bool(dialog.findChildren(CharsetDialog)), timeout=60_000)
    chooser = dialog.findChildren(CharsetDialog)[-1]
    rows = {chooser.table.item(row, 0).text(): row for row in range(chooser.table.rowCount())}
    assert chooser.table.item(rows[title], 1).text() == name
    assert next(iter(rows)) == "As in the file" and len(rows) == 27
    chooser.table.setCurrentCell(rows[title], 0)
    chooser.accept()
