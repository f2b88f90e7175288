"""A window driven by mouse and keys in a process of its own, for a test to kill.

    python -m tests.qt.killed_window FOLDER_OF_THE_PROGRAM FILM_OR_FOLDER draw|beside|look

Prints one line of JSON, what the reader sees and what was drawn, and then waits to be killed (``draw``,
``beside``) or ends (``look``).
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QEventLoop, QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cxrviewer.app import App
from cxrviewer.paths import AppPaths
from cxrviewer.presenters.finding_states import Shown
from cxrviewer.qt import theme
from tests.fakes import FakeScorer
from tests.qt.window_fixture import drag, pixels, plan_of

PATIENCE_MS = 60_000


def wait(done: Any) -> None:
    """Run the event loop until `done` has been true once: the next job may begin right after."""
    loop, look, end, happened = QEventLoop(), QTimer(), QTimer(), [done()]

    def see() -> None:
        happened[0] = happened[0] or done()
        if happened[0]:
            loop.quit()

    look.timeout.connect(see)
    end.setSingleShot(True)
    end.timeout.connect(loop.quit)
    look.start(10)
    end.start(PATIENCE_MS)
    if not happened[0]:
        loop.exec()
    if not happened[0]:
        raise SystemExit("the window does not answer")


def place(app: App, column: float, row: float) -> QPointF:
    return QPointF(app.window.canvas.view_point(column, row))


def draw(app: App) -> None:
    """Decide, turn, change the window, draw two lengths, change one, undo and redo; all with mouse and keys."""
    canvas = app.window.canvas
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(canvas, Qt.Key.Key_U)  # the finding chosen first: cardiomegaly
    QTest.keyClick(canvas, Qt.Key.Key_N)
    QTest.keyClick(canvas, Qt.Key.Key_U, shift)
    QTest.keyClick(canvas, Qt.Key.Key_T)
    QTest.keyClick(canvas, Qt.Key.Key_X)
    start = place(app, 150, 30)
    drag(canvas, start, [start + QPointF(40, 10)])  # the window tool
    for _ in range(3):
        QTest.keyClick(canvas, Qt.Key.Key_Plus)
    QTest.keyClick(canvas, Qt.Key.Key_Right, shift)
    QTest.keyClick(canvas, Qt.Key.Key_Up, shift)
    QTest.keyClick(canvas, Qt.Key.Key_D)
    drag(canvas, place(app, 100, 120), [place(app, 150, 200), place(app, 180, 240)])
    drag(canvas, place(app, 80, 200), [place(app, 140, 280)])
    drag(canvas, place(app, 140, 280), [place(app, 120, 290), place(app, 110, 270)])
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    for _ in range(3):
        QTest.keyClick(canvas, Qt.Key.Key_Z, control)
    for _ in range(3):
        QTest.keyClick(canvas, Qt.Key.Key_Z, control | shift)
    QTest.keyClick(canvas, Qt.Key.Key_Z, control)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    # The view is written when it has settled; everything else already is. On a slow machine it settles more than once.
    wait(lambda: bool(open_reading(app).reading.views) and not open_reading(app)._waiting)
    wait_until_arrangement_is_saved(app)


def open_reading(app: App) -> Any:
    shown = app.room.annotations.shown
    assert shown is not None
    return shown[1]


def beside(app: App) -> None:
    """Open the prior, window both by one drag, turn and measure the prior alone, undo and redo; with mouse and keys."""
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    window = app.window
    QTest.keyClick(window.canvas, Qt.Key.Key_P, shift)
    wait(lambda: settled(app) and len(shown(app)) == 2)
    QApplication.processEvents()
    start = QPointF(window.canvas.viewport().rect().center())
    drag(window.canvas, start, [start + QPointF(60, 25)])  # the window tool: both
    QTest.keyClick(window.canvas, Qt.Key.Key_I)
    QTest.keyClick(window.canvas, Qt.Key.Key_V)
    QTest.keyClick(window.canvas, Qt.Key.Key_Y)  # leaves the other
    QTest.keyClick(window.canvas, Qt.Key.Key_T)
    for _ in range(2):
        QTest.keyClick(window.canvas, Qt.Key.Key_Plus)
    QTest.keyClick(window.canvas, Qt.Key.Key_Right, shift)
    QTest.keyClick(window.canvas, Qt.Key.Key_D)
    drag(window.canvas, place(app, 100, 120), [place(app, 150, 200), place(app, 180, 240)])
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, control)
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, control | shift)
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    # Views are written when they have settled.
    wait(lambda: not any(pane.annotations.shown[1]._waiting for pane in shown(app)))
    wait_until_arrangement_is_saved(app)


def wait_until_arrangement_is_saved(app: App) -> None:
    """How an image is seen in its viewport is written by itself; a kill before that brings the view before back."""
    arrangement = app.room.arranging.now()
    assert arrangement is not None
    wait(lambda: arrangement.to_bytes() in [file.read_bytes() for file in saved_workspaces(app)])


def saved_workspaces(app: App) -> list[Path]:
    return list((app._paths.data / "workspaces").glob("*.workspace"))


def shown(app: App) -> list[Any]:
    """Return the viewports on the screen that show an image."""
    panes = [app.room.viewports.pane(number) for number in app.room.viewports.workspace.shown]
    return [pane for pane in panes if pane.image.image is not None]


def settled(app: App) -> bool:
    panes = [app.room.viewports.pane(number) for number in app.room.viewports.workspace.shown]
    waiting = any(pane.image.opening for pane in panes)
    return not (waiting or app.room.worklist.scanning or app.jobs.busy)


def state(app: App) -> dict[str, Any]:
    QApplication.processEvents()
    workspace = app.room.viewports.workspace
    return {
        "layout": workspace.layout.name,
        "active": workspace.active,
        "synced": [sorted(aspect.value for aspect in one.shares) for one in workspace.viewports],
        "current": app.room.worklist.current,
        "viewports": [viewport_state(app, pane) for pane in shown(app)],
        "empty": words_of_the_empty(app),
    }


def words_of_the_empty(app: App) -> dict[str, str]:
    """Return the words of the last viewport without an image."""
    full = {pane.number for pane in shown(app)}
    empty = [number for number in app.room.viewports.workspace.shown if number not in full]
    return app.window.viewports.canvas(empty[-1]).words() if empty else {}


def viewport_state(app: App, pane: Any) -> dict[str, Any]:
    reading = pane.annotations.shown[1]
    canvas = app.window.viewports.canvas(pane.number)
    picture = pixels(canvas.grab().toImage())
    return {
        "reading": msgspec.json.encode(reading.reading.as_edit()).decode(),
        "undo": reading.undo_label,
        "redo": reading.redo_label,
        "decisions": {card.card.name: card.card.verdict.value for card in app.window.findings.cards()},
        "seen": repr(pane.image.seen),
        "words": canvas.words(),
        "picture": hashlib.sha256(picture.tobytes()).hexdigest(),
    }


def main() -> None:
    home, image, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    application = QApplication([])
    theme.apply(application)
    app = App(AppPaths.under(home), with_head=False)
    app.window.resize(1280, 800)
    app.start((image,))
    wait(lambda: bool(shown(app)) and settled(app))
    app.room.start_heads(lambda: [plan_of(FakeScorer())])
    if app.room.image.image is not None:
        wait(lambda: isinstance(app.window.findings.state, Shown))
    app.window.canvas.setFocus()
    if what != "look":
        {"draw": draw, "beside": beside}[what](app)
    # The mouse is nowhere: no value under the cursor in one of the two.
    for canvas in app.window.viewports.canvases:
        canvas.probed.emit(None)
    print(json.dumps(state(app)), flush=True)  # noqa: T201  # for the test, which reads it
    if what != "look":
        sys.stdin.read()  # until the kill
    app.window.close()


if __name__ == "__main__":
    main()
