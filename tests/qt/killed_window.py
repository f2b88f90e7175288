"""A window driven by mouse and keys in a process of its own, for a test to kill.

    python -m tests.qt.killed_window FOLDER_OF_THE_PROGRAM FILM draw|look

Prints one line of JSON, what the reader sees and what was drawn, and then waits to be killed (``draw``) or ends
(``look``).
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
from tests.qt.desk import drag, pixels, plan_of

PATIENCE_MS = 60_000


def wait(done: Any) -> None:
    """Run the event loop until `done`."""
    loop, look, end = QEventLoop(), QTimer(), QTimer()
    look.timeout.connect(lambda: loop.quit() if done() else None)
    end.setSingleShot(True)
    end.timeout.connect(loop.quit)
    look.start(10)
    end.start(PATIENCE_MS)
    if not done():
        loop.exec()
    if not done():
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
    # The view is written when it has settled; everything else already is.
    wait(lambda: bool(open_reading(app).reading.views))


def open_reading(app: App) -> Any:
    shown = app.room.annotations.shown
    assert shown is not None
    return shown[1]


def state(app: App) -> dict[str, Any]:
    QApplication.processEvents()
    reading = open_reading(app)
    picture = pixels(app.window.canvas.grab().toImage())
    return {
        "reading": msgspec.json.encode(reading.reading.as_edit()).decode(),
        "undo": reading.undo_label,
        "redo": reading.redo_label,
        "decisions": {card.card.name: card.card.verdict.value for card in app.window.findings.cards()},
        "words": app.window.canvas.words(),
        "picture": hashlib.sha256(picture.tobytes()).hexdigest(),
    }


def main() -> None:
    home, film, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    application = QApplication([])
    theme.apply(application)
    app = App(AppPaths.under(home), with_head=False)
    app.window.resize(1280, 800)
    app.start((film,))
    wait(lambda: app.room.film.film is not None and not app.room.worklist.scanning and not app.jobs.busy)
    app.room.start_heads(lambda: [plan_of(FakeScorer())])
    wait(lambda: isinstance(app.window.findings.state, Shown))
    app.window.canvas.setFocus()
    if what == "draw":
        draw(app)
    # The mouse is nowhere: no value under the cursor in one of the two.
    app.window.canvas.probed.emit(None)
    print(json.dumps(state(app)), flush=True)  # noqa: T201  # for the test, which reads it
    if what == "draw":
        sys.stdin.read()  # until the kill
    app.window.close()


if __name__ == "__main__":
    main()
