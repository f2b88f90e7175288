"""The composed application with real workers, on real files made by our own builders."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import HeadError, JobCancelled
from cxrviewer.heads.contract import Prediction
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.leftovers import temporary_name
from cxrviewer.paths import AppPaths
from cxrviewer.presenters.findings import NoModel, Shown
from cxrviewer.presenters.head_plans import HeadPlan
from cxrviewer.presenters.reading_room import ReadingRoom
from cxrviewer.qt import language, theme
from cxrviewer.qt.dialogs import SkippedDialog
from cxrviewer.qt.widgets import local_paths, shown_folder
from cxrviewer.settings import Settings, SettingsStore
from cxrviewer.studies.file_set import MISSING
from tests.builders.dicom import write_image
from tests.builders.discs import write_directory
from tests.fakes import FakeScorer, head_name, prediction
from tests.qt.window_fixture import plan_of


def pictures(folder: Path, number: int) -> Path:
    folder.mkdir()
    for i in range(number):
        grey = np.full((300, 240), 40 + i, np.uint8)
        grey[100:200] = 200
        Image.fromarray(grey).save(folder / f"film-{i:03d}.png")
    return folder


def test_files_are_found_decoded_scored_and_drawn_by_real_workers(make_app: Any, qtbot: Any, tmp_path: Path) -> None:
    app = make_app()

    class Scorer(FakeScorer):
        def score(self, radiograph: Radiograph, cancel: CancelToken) -> Prediction:
            assert threading.current_thread().name.startswith("cxr-infer")
            return prediction(key=radiograph.key)

    app.start((pictures(tmp_path / "films", 5),))
    app.room.start_heads(lambda: [plan_of(Scorer())])
    qtbot.waitUntil(lambda: isinstance(app.window.findings.state, Shown), timeout=60_000)
    qtbot.waitUntil(lambda: app.window.worklist.foot.text() == "5 films", timeout=60_000)
    assert app.window.canvas.grab().toImage().pixelColor(app.window.canvas.view_point(120, 150).toPoint()).red() == 200


def test_what_is_used_before_the_first_paint_waits_for_nothing(make_app: Any, qtbot: Any, tmp_path: Path) -> None:
    app = make_app()
    app.window.open_paths((pictures(tmp_path / "films", 2),))
    qtbot.waitUntil(lambda: app.window.worklist.foot.text() == "2 films", timeout=60_000)


def test_a_command_of_the_presenters_runs_before_the_first_paint(make_app: Any) -> None:
    app = make_app()
    app.window.action("view.hide_identity").trigger()
    assert app.room.privacy.hidden


def test_images_are_opened_although_the_window_is_never_painted(
    make_app: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("cxrviewer.app.PAINTED_AT_THE_LATEST", 0)
    app = make_app()
    app.window.painted.disconnect()
    app.start((pictures(tmp_path / "films", 2),))
    qtbot.waitUntil(lambda: app.window.worklist.foot.text() == "2 films", timeout=60_000)


@pytest.mark.parametrize(("images", "shown"), [(3, True), (0, False), (None, False)])
def test_what_nobody_waits_for_starts_once_with_the_first_picture_or_once_there_is_none(
    make_app: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, images: int | None, shown: bool
) -> None:
    app = make_app()
    started: list[bool] = []
    completed: list[bool] = []
    start, complete = app.decoder.start, ReadingRoom.complete

    def rest() -> None:
        started.append(app.room.image.image is not None)
        start()

    def completed_now(room: ReadingRoom) -> None:
        completed.append(room.image.image is not None)
        complete(room)

    monkeypatch.setattr(app.decoder, "start", rest)
    monkeypatch.setattr(ReadingRoom, "complete", completed_now)
    folder = tmp_path / "films"
    app.start((folder if images is None else pictures(folder, images),))  # None: there is no such folder
    qtbot.waitUntil(lambda: bool(started), timeout=60_000)
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)
    assert started == completed == [shown]


def test_a_path_the_system_refuses_is_listed_with_its_reason_and_the_rest_starts(
    make_app: Any, qtbot: Any, tmp_path: Path
) -> None:
    app = make_app()
    app.start((tmp_path / ("x" * 300),))  # longer than a name may be: `stat` raises
    qtbot.waitUntil(lambda: app._rest_started, timeout=60_000)
    assert [skipped.path.name for skipped in app.room.worklist.skipped] == ["x" * 300]


def test_a_part_of_the_rest_that_fails_costs_none_of_the_others(
    make_app: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    app._with_head = True
    done: list[str] = []

    def fails(*_: object) -> None:
        raise RuntimeError("no process")

    monkeypatch.setattr(app.decoder, "start", fails)
    monkeypatch.setattr(ReadingRoom, "complete", lambda _: done.append("complete"))
    monkeypatch.setattr(app, "_tidy", fails)
    monkeypatch.setattr(app, "_start_heads", lambda: done.append("heads"))
    monkeypatch.setattr(app, "_watch_soon", lambda: done.append("watch"))
    with qtbot.captureExceptions() as caught:
        app.start(())
        qtbot.waitUntil(lambda: app._rest_started, timeout=60_000)
    assert done == ["complete", "heads", "watch"]
    assert [str(error) for _, error, _ in caught] == ["no process"]  # the crash dialog has it


def test_what_cannot_be_opened_keeps_the_rest_from_starting_no_longer_than_what_can(
    make_app: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = make_app()

    def fails(*_: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(app.window, "open_paths", fails)
    with qtbot.captureExceptions() as caught:
        app.start((tmp_path,))
        qtbot.waitUntil(lambda: app._rest_started, timeout=5_000)
    assert len(caught) == 1


def test_a_window_closed_before_its_first_paint_starts_nothing(make_app: Any, qtbot: Any, tmp_path: Path) -> None:
    app = make_app()
    app.start((pictures(tmp_path / "films", 2),))
    assert app.close()
    qtbot.waitUntil(lambda: app.window._was_painted, timeout=60_000)
    QApplication.processEvents()
    assert app._room is None
    assert app._decoder is None


def test_closing_while_busy_is_quick_and_leaves_nothing(make_app: Any, qtbot: Any, tmp_path: Path) -> None:
    app = make_app()
    running, closed = threading.Event(), threading.Event()

    class Slow(FakeScorer):
        def score(self, radiograph: Radiograph, cancel: CancelToken) -> Prediction:
            running.set()
            assert closed.wait(10)  # deaf to `cancel`, as a hanging model is: only `close` ends it
            raise HeadError("The model process ended.")

        def close(self) -> None:
            closed.set()

    def make(note: Any) -> Slow:
        scorer = Slow()
        note(scorer)
        return scorer

    app.start((pictures(tmp_path / "films", 60),))
    app.room.start_heads(lambda: [HeadPlan(head_name(FakeScorer()), make)])
    qtbot.waitUntil(running.is_set, timeout=60_000)
    start = time.perf_counter()
    app.window.close()
    assert time.perf_counter() - start < 2
    assert closed.is_set()
    assert not [t for t in threading.enumerate() if t.name.startswith("cxr-")]


def test_the_demo_study_that_is_being_made_holds_nothing_up_and_ends_with_the_window(
    make_app: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    making, tokens = threading.Event(), list[CancelToken]()

    def ensure_demo(folder: Path, cancel: CancelToken) -> list[Path]:
        tokens.append(cancel)
        ended = threading.Event()
        cancel.on_cancel(ended.set)
        making.set()
        assert ended.wait(60)
        raise JobCancelled

    monkeypatch.setattr("cxrviewer.demo.ensure_demo", ensure_demo)
    app = make_app()
    app.start((), demo=True)
    qtbot.waitUntil(making.is_set, timeout=60_000)
    app.window.open_paths((pictures(tmp_path / "films", 2),))
    qtbot.waitUntil(lambda: app.room.image.image is not None, timeout=60_000)
    assert app.close() and tokens[0].cancelled


def test_a_model_still_starting_ends_with_the_window(make_app: Any, qtbot: Any) -> None:
    app = make_app()
    scorer, entered, go = FakeScorer(), threading.Event(), threading.Event()

    def make(note: Any) -> FakeScorer:
        note(scorer)
        entered.set()
        assert go.wait(10)
        return scorer

    app.start(())
    app.room.start_heads(lambda: [HeadPlan(head_name(FakeScorer()), make)])
    qtbot.waitUntil(entered.is_set, timeout=60_000)
    threading.Timer(0.05, go.set).start()
    app.window.close()
    assert scorer.closed


def test_heads_are_looked_for_with_the_settings_of_the_moment_and_not_from_another_thread(
    make_app: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    assert app.room.findings.enabled  # built with the settings of its own moment
    readers: list[str] = []

    class Store:
        @property
        def current(self) -> Settings:
            readers.append(threading.current_thread().name)
            return Settings()

        def change_soon(self, **values: object) -> None:
            """The window keeps its geometry here on a machine that takes long."""

    monkeypatch.setattr(app, "_store", Store())
    monkeypatch.setattr("cxrviewer.heads.registry.discover.shipped_folder", lambda: None)
    app._start_heads()
    qtbot.waitUntil(lambda: isinstance(app.window.findings.state, NoModel), timeout=60_000)
    monkeypatch.undo()
    assert readers == ["MainThread"]


def test_a_step_of_closing_that_fails_costs_none_of_the_others(
    make_app: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = make_app()
    app.start(())
    app.room.layer.set_opacity(70)
    first, second = FakeScorer(), FakeScorer()

    def broken() -> None:
        raise RuntimeError("a model that cannot be closed")

    monkeypatch.setattr(first, "close", broken)
    app.room.start_heads(list)
    app.room._starter._models.note(first)
    app.room._starter._models.note(second)
    monkeypatch.setattr(app, "_keep_settings", broken)
    assert app.close()  # all workers have ended
    assert second.closed
    assert not [t for t in threading.enumerate() if t.name.startswith("cxr-")]


def test_without_a_head_images_are_shown_all_the_same(make_app: Any, qtbot: Any, tmp_path: Path) -> None:
    def none() -> list[HeadPlan]:
        raise HeadError("No usable model head is installed; films can be viewed without one.")

    app = make_app()
    app.start((pictures(tmp_path / "films", 1),))
    app.room.start_heads(none)
    qtbot.waitUntil(lambda: isinstance(app.window.findings.state, NoModel), timeout=60_000)
    qtbot.waitUntil(lambda: app.room.image.image is not None, timeout=60_000)


def test_settings_outlive_the_window(make_app: Any, qtbot: Any, tmp_path: Path) -> None:
    first = make_app()
    first.start(())
    first.room.layer.set_opacity(70)
    first.room.layer.set_colours("viridis")
    first.window.action("ai.on").trigger()
    first.window.close()
    second = make_app()
    assert (second.room.layer.opacity, second.room.layer.colours) == (0.7, "viridis")
    assert not second.room.findings.enabled
    assert not second.window.findings.ai.isChecked()


def test_many_images_one_after_another_are_all_shown_and_memory_stays_flat(
    make_app: Any, qtbot: Any, tmp_path: Path
) -> None:
    app = make_app()
    folder = pictures(tmp_path / "films", 120)
    app.start((folder,))
    qtbot.waitUntil(lambda: app.window.worklist.foot.text() == "120 films", timeout=60_000)
    resident = []
    for i in range(120):
        key = app.room.worklist.key_at(folder / f"film-{i:03d}.png")
        app.room.worklist.select(key)
        qtbot.waitUntil(lambda key=key: app.room.image.image is not None and app.room.image.image.entry.key == key)
        place = app.window.canvas.view_point(120, 50).toPoint()
        # By hand: pictures have no window, grey is the stored value; the top third is 40 + i.
        assert app.window.canvas.grab().toImage().pixelColor(place).red() == 40 + i
        resident.append(psutil.Process().memory_info().rss)
    assert resident[-1] - resident[40] < 40 * 2**20


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_the_image_stays_and_the_next_one_opens_when_the_decoder_is_killed(
    make_app: Any, qtbot: Any, tmp_path: Path
) -> None:
    app = make_app()
    folder = pictures(tmp_path / "films", 2)
    app.start((folder,))
    qtbot.waitUntil(lambda: app.room.image.image is not None, timeout=60_000)
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)
    for pid in app.decoder.pids:
        os.kill(pid, signal.SIGKILL)
    place = app.window.canvas.view_point(120, 50).toPoint()
    # By hand: pictures have no window, grey is the stored value; the top third is 40 + i.
    assert app.window.canvas.grab().toImage().pixelColor(place).red() == 40
    app.room.worklist.step(1)
    qtbot.waitUntil(lambda: app.room.image.image is not None, timeout=60_000)
    assert app.window.canvas.grab().toImage().pixelColor(place).red() == 41


@pytest.mark.skipif(sys.platform == "win32", reason="there only age tells")
def test_what_a_killed_run_left_is_gone_after_the_start(make_app: Any, qtbot: Any, tmp_path: Path) -> None:
    config = tmp_path / "home" / "config"
    config.mkdir(parents=True)
    left = config / temporary_name("settings.json").replace(f"-{os.getpid()}-", "-4194304-")
    left.write_bytes(b"{")
    make_app().start(())
    qtbot.waitUntil(lambda: not left.exists(), timeout=60_000)


HANGING = """
import sys, threading
from pathlib import Path
from PySide6.QtCore import QTimer
from cxrviewer import app
from cxrviewer.decoder import client
from cxrviewer.qt import job_runner

home, film = map(Path, sys.argv[1:])
reading = threading.Event()

def hangs(decoder, path, frame=0, cancel=None, *, urgent=True):
    reading.set()
    threading.Event().wait()

app.AppPaths.for_user = classmethod(lambda paths: paths.under(home))
client.DecoderPool.open_image = hangs
job_runner.QtJobRunner.shutdown.__defaults__ = (0.01,)

def close_when_reading(self, files, start=app.App.start, **_):
    start(self, files)
    timer = QTimer(self.window)
    timer.timeout.connect(lambda: reading.is_set() and self.window.close())
    timer.start(10)

app.App.start = close_when_reading
app.run_window([film])
raise SystemExit("the process outlived its window")
"""


def test_a_image_on_a_drive_that_hangs_does_not_outlive_the_window(tmp_path: Path) -> None:
    image = next(pictures(tmp_path / "films", 1).iterdir())
    command = [sys.executable, "-c", HANGING, str(tmp_path / "home"), str(image)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    assert list(AppPaths.under(tmp_path / "home").config.iterdir())  # the settings were kept before the wait


def test_a_theme_is_used_at_once_and_remembered(make_app: Any) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    try:
        app = make_app()
        app.window.action("view.theme_light").trigger()
        assert theme.current() is theme.LIGHT and app.window.action("view.theme_light").isChecked()
        assert not app.window.action("view.theme_dark").isChecked()
        app.close()
        theme.apply(application)
        again = make_app()
        assert theme.current() is theme.LIGHT and again.window.action("view.theme_light").isChecked()
    finally:
        theme.apply(application)


def test_a_language_is_remembered_and_used_at_the_next_start(make_app: Any) -> None:
    try:
        app = make_app()
        app.window.action("view.language_zh_cn").trigger()
        assert app.window.action("view.language_zh_cn").isChecked()
        assert app.window._status.text() == "语言将在重新启动程序后更改。"
        assert app.window.action("edit.undo").text() == "&Undo"  # nothing is half translated until then
        app.close()
        again = make_app()
        assert again.window.action("edit.undo").text() == "撤销(&U)"
        assert again.window.action("view.language_zh_cn").isChecked()
    finally:
        language.install("en")


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX only")
def test_a_folder_whose_name_is_no_text_is_opened_listed_and_remembered(
    make_app: Any, qtbot: Any, tmp_path: Path
) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    pictures(folder / "films", 2)
    (folder / "films" / os.fsdecode(b"note\xff")).write_text("no film")
    app = make_app()
    app.start((folder / "films",))
    qtbot.waitUntil(lambda: app.window.worklist.foot.text() == "2 films", timeout=60_000)
    qtbot.waitUntil(lambda: app.room.image.image is not None, timeout=60_000)
    app.window.worklist.selected.emit(app.room.worklist.key_at(folder / "films" / "film-001.png"))
    qtbot.waitUntil(lambda: app.room.image.image is not None and app.room.image.image.entry.path.name == "film-001.png")
    app.window.commands.run("file.skipped")
    dialog = app.window.findChild(SkippedDialog)
    assert dialog is not None and dialog.table.item(0, 0).text() == "note�"
    dialog.close()
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)
    app.window.close()
    assert SettingsStore(tmp_path / "home" / "config").current.last_folder == str(folder / "films")


@pytest.mark.parametrize("others", [0, 1])
def test_an_empty_path_on_the_command_line_opens_nothing_and_is_named(
    make_app: Any, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    folder = pictures(tmp_path / "films", 2)
    monkeypatch.chdir(folder)
    app = make_app()
    app.start((folder / "film-001.png",)[:others], empty=True)
    qtbot.waitUntil(lambda: app._rest_started and not app.jobs.busy, timeout=60_000)
    assert [one.path.name for one in app.room.worklist.images()] == ["film-001.png"][:others]
    assert app.window._status.text() == "An empty path was given; nothing was opened for it."


def test_a_file_of_a_name_that_is_no_text_can_be_dropped(tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromEncoded(b"file:///films/caf%E9/a%20b"), QUrl("https://example.org/x")])
    event = QDropEvent(
        QPointF(), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    assert local_paths(event) == (Path(os.fsdecode(b"/films/caf\xe9/a b")),)
    assert shown_folder(os.fsdecode(b"/films/caf\xe9/a")) == "/films"


def test_settings_are_saved_while_the_window_is_open(make_app: Any, qtbot: Any, tmp_path: Path) -> None:
    app = make_app()
    app.start(())
    app.window.action("ai.on").trigger()
    app.window.open_paths((pictures(tmp_path / "films", 1),))
    file = tmp_path / "home" / "config"
    qtbot.waitUntil(lambda: not SettingsStore(file).current.ai_enabled, timeout=60_000)
    assert SettingsStore(file).current.last_folder == str(tmp_path / "films")
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)


def test_a_home_that_cannot_be_written_is_told_once_and_stops_nothing(
    make_app: Any, qtbot: Any, tmp_path: Path
) -> None:
    (tmp_path / "home").write_text("a file where the folder would be")
    app = make_app()
    app.start(())
    notified: list[str] = []
    app._news.sentence.connect(notified.append)
    for _ in range(2):
        app.window.action("ai.on").trigger()
        app._keep_settings()
    qtbot.waitUntil(lambda: bool(notified), timeout=60_000)
    app.window.close()
    assert notified == ["The settings could not be saved; check that the disk has room."]


def test_a_dicomdir_opened_as_a_file_opens_its_studies(make_app: Any, qtbot: Any, tmp_path: Path) -> None:
    directory = write_directory(tmp_path / "disc", ["IMAGES", "IM1"], ["IMAGES", "IM2"], ["IMAGES", "GONE"])
    for number in (1, 2):
        pixels = np.full((64, 48), 40 * number, np.uint8)
        write_image(tmp_path / "disc" / "IMAGES" / f"IM{number}", pixels, PatientName=f"P{number}")
    app = make_app()
    app.start((directory,))
    qtbot.waitUntil(lambda: app.window.worklist.foot.text() == "2 films", timeout=60_000)
    qtbot.waitUntil(lambda: app.room.image.image is not None and not app.jobs.busy, timeout=60_000)
    assert [(s.path.name, s.reason) for s in app.room.worklist.skipped] == [("GONE", MISSING)]
    assert app.window.last_folder == str(tmp_path / "disc")
