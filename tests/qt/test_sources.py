"""Where images come from, in the real window: ZIP files opened in place."""

from __future__ import annotations

import shutil
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.imaging.member_paths import member_path
from cxrviewer.presenters import opened_paths
from tests.builders.zips import encrypted, write_zip
from tests.qt.test_library import filled, settled, shown, write


@pytest.fixture
def app(make_app: Any, qtbot: Any) -> Any:
    made = make_app()
    made.start(())
    return made


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    """A ZIP of an older and a newer film of one person."""
    images = tmp_path / "unpacked"
    old = write(images, "old", "MUSTERMANN^ERIKA", "4711", "20240105")
    new = write(images, "new", "MUSTERMANN^ERIKA", "4711", "20250318")
    made = write_zip(
        tmp_path / "disc" / "films.zip", {"A/old": old.read_bytes(), "A/new": new.read_bytes()}, zipfile.ZIP_DEFLATED
    )
    old.unlink()
    new.unlink()
    return made


def quiet(app: Any, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)


def test_a_zip_opened_like_a_folder_shows_its_images_with_thumbnails(app: Any, qtbot: Any, zipped: Path) -> None:
    app.window.open_paths((zipped,))
    qtbot.waitUntil(lambda: len(app.room.worklist.images()) == 2, timeout=60_000)
    quiet(app, qtbot)
    assert [one.path for one in app.room.worklist.images()] == [
        member_path(zipped, "A/new"),
        member_path(zipped, "A/old"),
    ]
    assert app.room.image.image is not None and app.window.last_folder == str(zipped.parent)
    small: dict[str, Any] = {}
    app.room.worklist._view.show_thumbnail = small.setdefault
    for entry in app.room.worklist.images():
        app.room.worklist.want_thumbnail(entry.key)
    qtbot.waitUntil(lambda: len(small) == 2, timeout=60_000)
    assert list(zipped.parent.iterdir()) == [zipped]  # nothing was unpacked beside it


def test_a_study_in_a_zip_opens_from_the_library_beside_its_prior_and_is_marked(
    app: Any, qtbot: Any, zipped: Path
) -> None:
    dialog = filled(app, qtbot, zipped)
    app.room.library.open(dialog.model.key(0))
    qtbot.waitUntil(lambda: shown(app) == [("2025-03-18", True), ("2024-01-05", True)], timeout=60_000)
    app.window.commands.run("library.read")
    qtbot.waitUntil(lambda: "marked as read" in app.window._status.text(), timeout=60_000)
    quiet(app, qtbot)
    app.window.commands.run("library.hang_like_this")
    qtbot.waitUntil(lambda: "Own 1" in app.window._status.text(), timeout=60_000)


def test_the_images_of_a_zip_are_back_after_a_restart(app: Any, make_app: Any, qtbot: Any, zipped: Path) -> None:
    app.window.open_paths((zipped,))
    qtbot.waitUntil(lambda: len(app.room.worklist.images()) == 2, timeout=60_000)
    quiet(app, qtbot)
    app.room.beside.prior()
    qtbot.waitUntil(lambda: shown(app) == [("2025-03-18", True), ("2024-01-05", True)], timeout=60_000)
    quiet(app, qtbot)
    app.window.close()
    again = make_app()
    again.start((zipped,))
    qtbot.waitUntil(lambda: shown(again) == [("2025-03-18", True), ("2024-01-05", True)], timeout=60_000)


def test_a_zip_deleted_while_it_is_open_is_a_sentence_and_so_is_one_replaced(
    app: Any, qtbot: Any, zipped: Path, tmp_path: Path
) -> None:
    app.window.open_paths((zipped,))
    qtbot.waitUntil(lambda: len(app.room.worklist.images()) == 2, timeout=60_000)
    quiet(app, qtbot)
    other = write(tmp_path / "unpacked", "other", "OTHER^PERSON", "0815", "20250101")
    write_zip(zipped, {"A/old": other.read_bytes()})
    older = app.room.worklist.images()[1]
    app.room.worklist.select(older.key)
    quiet(app, qtbot)
    assert app.room.image.image.header.identity.patient_id == "0815"  # what the ZIP holds now, under its own name
    zipped.unlink()
    newer = app.room.worklist.images()
    failures: list[tuple[str, str]] = []
    app.window.canvas.show_failure = lambda title, message: failures.append((title, message))
    for entry in newer:
        app.room.images.forget(entry.key)
        app.room.worklist.select(entry.key)
        quiet(app, qtbot)
    assert failures
    assert all("does not exist any more" in message or "no longer there" in message for _, message in failures)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (encrypted, "protected by a password"),
        (lambda path: path.write_bytes(path.read_bytes()[:-40]), "table of contents cannot be read"),
        (
            lambda path: write_zip(path, {"a": b"\0" * 2**22, "b": b"\0" * 2**22}, zipfile.ZIP_DEFLATED),
            "two hundred times",
        ),
        (lambda path: write_zip(path, {}), "The ZIP holds no files."),
    ],
    ids=["password", "truncated", "bomb", "empty"],
)
def test_a_zip_that_cannot_be_read_says_why(app: Any, qtbot: Any, zipped: Path, spoil: Any, words: str) -> None:
    spoil(zipped)
    failures: list[tuple[str, str]] = []
    app.window.canvas.show_failure = lambda title, message: failures.append((title, message))
    app.window.open_paths((zipped,))
    qtbot.waitUntil(lambda: bool(failures), timeout=60_000)
    assert len(failures) == 1 and failures[0][0] == "This cannot be opened" and words in failures[0][1]
    quiet(app, qtbot)
    dialog = filled(app, qtbot, zipped)
    settled(app, dialog, qtbot)
    assert dialog.model.rowCount() == 0 and "skipped" in dialog.skipped.text()


def test_a_folder_deleted_while_it_is_open_is_a_sentence_and_the_rest_of_the_list_stays(
    app: Any, qtbot: Any, tmp_path: Path
) -> None:
    for place, date in (("stays", "20240105"), ("goes", "20250318")):
        write(tmp_path / place, place, "MUSTERMANN^ERIKA", "4711", date)
    app.window.open_paths((tmp_path / "goes", tmp_path / "stays"))
    qtbot.waitUntil(lambda: len(app.room.worklist.images()) == 2, timeout=60_000)
    quiet(app, qtbot)
    gone, stays = app.room.worklist.images()
    shutil.rmtree(tmp_path / "goes")
    failures: list[tuple[str, str]] = []
    app.window.canvas.show_failure = lambda title, message: failures.append((title, message))
    app.room.worklist.select(stays.key)
    quiet(app, qtbot)
    app.room.worklist.select(gone.key)
    quiet(app, qtbot)
    assert failures and "does not exist any more" in failures[-1][1]
    app.room.worklist.select(stays.key)
    quiet(app, qtbot)
    assert app.room.image.image is not None and len(failures) == 1


def test_a_disc_taken_out_while_it_is_listed_leaves_what_was_found_and_names_the_rest(
    app: Any, qtbot: Any, tmp_path: Path
) -> None:
    disc = tmp_path / "disc"
    for number in range(40):
        write(disc, f"film{number:02}", "MUSTERMANN^ERIKA", "4711", "20250318")
    real, read = app.room.worklist._read_header, []

    def read_header(path: Path, cancel: Any) -> Any:
        read.append(path)
        if len(read) == 5:
            shutil.rmtree(disc)
        return real(path, cancel)

    app.room.worklist._read_header = read_header
    app.room.worklist._read_ahead = None
    app.window.open_paths((disc,))
    qtbot.waitUntil(lambda: bool(read) and not app.room.worklist.scanning, timeout=60_000)
    quiet(app, qtbot)
    reasons = {one.reason for one in app.room.worklist.skipped}
    assert len(app.room.worklist.images()) == 4 and len(app.room.worklist.skipped) == 36
    assert all("no longer" in reason or "any more" in reason for reason in reasons)


def test_a_network_folder_that_does_not_answer_keeps_nothing_else_from_being_opened(
    app: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share, image = tmp_path / "share", write(tmp_path / "films", "a", "MUSTERMANN^ERIKA", "4711", "20250318")
    answers, asked = threading.Event(), list[threading.Thread]()
    sort_paths = opened_paths.sort_paths

    def slowly(paths: tuple[Path, ...]) -> Any:
        asked.append(threading.current_thread())
        if paths == (share,):
            answers.wait(60)
        return sort_paths(paths)

    monkeypatch.setattr(opened_paths, "sort_paths", slowly)
    app.window.open_paths((share,))
    qtbot.waitUntil(lambda: app.window._status.text() == opened_paths.WAITS, timeout=60_000)
    app.window.open_paths((image,))
    qtbot.waitUntil(lambda: app.room.image.image is not None, timeout=60_000)
    answers.set()
    qtbot.waitUntil(lambda: app.window._status.text() == opened_paths.TOO_LATE, timeout=60_000)
    quiet(app, qtbot)
    assert threading.main_thread() not in asked and len(asked) == 2
    assert app.window.last_folder == str(image.parent) and len(app.room.worklist.images()) == 1


@pytest.mark.parametrize("act", ["all closed", "demo"])
def test_a_network_folder_that_answers_after_all_was_closed_or_the_demo_was_opened_is_not_opened(
    app: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    share = tmp_path / "share"
    write(share, "a", "MUSTERMANN^ERIKA", "4711", "20250318")
    answers, sort_paths = threading.Event(), opened_paths.sort_paths
    monkeypatch.setattr(opened_paths, "sort_paths", lambda paths: answers.wait(60) and sort_paths(paths))
    app.window.open_paths((share,))
    qtbot.waitUntil(lambda: app.window._status.text() == opened_paths.WAITS, timeout=60_000)
    if act == "demo":
        app._demo_made([write(tmp_path / "demo", "b", "PHANTOM^ONE", "1", "20250318")])
        qtbot.waitUntil(lambda: app.room.image.image is not None, timeout=60_000)
    else:
        app.room.close_all()
    answers.set()
    qtbot.waitUntil(lambda: app.window._status.text() == opened_paths.TOO_LATE, timeout=60_000)
    quiet(app, qtbot)
    assert share / "a.dcm" not in [entry.path for entry in app.room.worklist.images()]


@pytest.mark.parametrize("name", ["N" * 64 + "=" + "名" * 64 + "=" + "이" * 64, "홍^길동", "حسن^أحمد", "כהן^משה"])
def test_odd_names_stand_on_the_canvas_and_in_the_list(app: Any, qtbot: Any, tmp_path: Path, name: str) -> None:
    image = write(tmp_path / "films", "a", name, "4711", "20250318", SpecificCharacterSet="ISO_IR 192")
    app.window.open_paths((image,))
    qtbot.waitUntil(lambda: app.room.image.image is not None, timeout=60_000)
    quiet(app, qtbot)
    words = app.window.canvas._words
    family = name.partition("=")[0].partition("^")[0]
    assert family in words.texts()["identity"] and words.identity.geometry().right() <= app.window.canvas.width()
    dialog = filled(app, qtbot, image.parent)
    assert family in str(dialog.model.index(0, 0).data())
