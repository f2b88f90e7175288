"""A window in a process of its own that reads by itself until it is killed; `window_kills` starts it.

Writes lines of JSON. The first says what a reader sees who reopens; each one after it what is on the screen after one
action of a scripted reading, and when. Before an action a line names it: what is on the disk when the process is killed
may already be that of the action. After so many actions it puts everything at rest, says what the whole window looks
like, and waits.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import time
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QEventLoop, QPointF, QRect, Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cxrviewer.app import App
from cxrviewer.paths import AppPaths
from cxrviewer.qt import theme
from cxrviewer.reading.document import Reading, Verdict
from tests.fakes import FakeScorer
from tests.qt.killed_window import settled, shown, wait
from tests.qt.window_fixture import drag, pixels, plan_of

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
WORDS = ("Heart", "enlarged.", "No", "effusion.", "心影", "增大。", "Compare", "with", "the", "prior.\n")


def made(reading: Reading) -> dict[str, Any]:
    """Return all of a reading that is written before it is shown, entry by entry, as JSON has it."""
    kept: dict[str, Any] = {}
    for name in ("annotations", "key_images", "decisions"):
        for key, one in getattr(reading, name).items():
            place = key if isinstance(key, str) else msgspec.json.encode(key).decode()
            # Values, not text: 300 and 300.0 are one coordinate.
            kept[f"{name} {place}"] = json.loads(msgspec.json.encode(one))
    return kept


def _digest(picture: QPixmap) -> str:
    return hashlib.sha256(pixels(picture.toImage()).tobytes()).hexdigest()


class Reader:
    """Drives one window with mouse and keys.

    Parameters
    ----------
    app : App
    seed : str
    sink : int
        A pipe.
    """

    def __init__(self, app: App, seed: str, sink: int) -> None:
        self.app, self.random, self._sink = app, random.Random(seed), sink
        self.number = 0

    # What it says.

    def say(self, what: str, **more: Any) -> None:
        line = json.dumps({"what": what, "when": time.monotonic(), **more}).encode() + b"\n"
        while line:
            line = line[os.write(self._sink, line) :]

    def state(self) -> dict[str, Any]:
        """Return what is on the screen: what was made in each open study, its text, and how it is arranged and seen.

        Also of which study the disk has not taken everything yet: an edit waits for it only briefly.
        """
        found = self.readings()
        return {
            "readings": {one.name: made(one.reading) for one in found},
            "late": [one.name for one in found if one._late],
            **self.passing(),
        }

    def readings(self) -> list[Any]:
        shown = [pane.annotations.shown for pane in self.app.room.viewports.panes]
        return [one[1] for one in shown if one is not None]

    def passing(self) -> dict[str, Any]:
        """Return that part of what is on the screen of which a second may be lost."""
        texts: dict[str, str | None] = {one.name: one.reading.impression for one in self.readings()}
        report = self.app.room.paperwork.report
        if report._typed.pending and report._reading is not None:
            texts[report._reading.name] = report._typed._text
        return {"texts": texts, "look": self.look()}

    def look(self) -> str | None:
        """Return arrangement, images with their frames and how they are seen; None while an earlier one is looked for.

        An image that is being opened has no view yet.
        """
        arrangement = self.app.room.arranging.now()
        return None if arrangement is None else arrangement.to_bytes().decode()

    def picture(self) -> dict[str, str]:
        """Return digests of the whole window above its status bar, and of each viewport."""
        QApplication.processEvents()
        window = self.app.window
        above = QRect(0, 0, window.width(), window.height() - window.statusBar().height())
        digests = {"window": _digest(window.grab(above))}
        for pane in shown(self.app):
            digests[f"viewport {pane.number}"] = _digest(window.viewports.canvas(pane.number).grab())
        return digests

    # What it does.

    def rest(self) -> None:
        """Let go of tools and selections, and wait until everything is shown and saved."""
        app = self.app
        wait(lambda: settled(app))
        self._calm()
        app.room.flush()
        wait(lambda: settled(app) and not app.room.workspaces._waiting and not self._unsaved())
        self._calm()

    def _unsaved(self) -> bool:
        panes = self.app.room.viewports.panes
        return any(pane.annotations.shown is not None and pane.annotations.shown[1]._waiting for pane in panes)

    def _calm(self) -> None:
        window = self.app.window
        canvas = window.viewports.canvas(self.app.room.viewports.workspace.active)
        canvas.setFocus()
        for _ in range(3):
            QTest.keyClick(canvas, Qt.Key.Key_Escape)
        for one in window.viewports.canvases:
            one.probed.emit(None)  # the mouse is nowhere
        window.statusBar().clearMessage()
        QApplication.processEvents()

    def act(self) -> None:
        """Do one thing."""
        name = self.random.choices(list(ACTIONS), [weight for weight, _ in ACTIONS.values()])[0]
        self.number += 1
        self.say("begin", name=name, **self.passing())  # an image may have come since the last action
        ACTIONS[name][1](self)
        QApplication.processEvents()
        self.say("done", **self.state())

    def run(self, id_: str) -> None:
        commands = self.app.window.commands
        if not commands.missing(id_):
            commands.run(id_)

    @property
    def canvas(self) -> Any:
        return self.app.window.viewports.canvas(self.app.room.viewports.workspace.active)

    def place(self) -> QPointF:
        area = self.canvas.viewport().rect()
        return QPointF(area.width() * self.random.uniform(0.3, 0.7), area.height() * self.random.uniform(0.3, 0.7))

    def draw(self) -> None:
        self.run(self.random.choice(("tool.length", "tool.rectangle", "tool.ellipse", "tool.arrow")))
        drag(self.canvas, self.place(), [self.place(), self.place()])
        QTest.keyClick(self.canvas, Qt.Key.Key_Escape)

    def nudge(self) -> None:
        QTest.keyClick(self.canvas, self.random.choice((Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up)))

    def window(self) -> None:
        self.run("tool.window")
        drag(self.canvas, self.place(), [self.place(), self.place(), self.place()])

    def view(self) -> None:
        key, held = self.random.choice(
            [
                (Qt.Key.Key_Plus, None), (Qt.Key.Key_Minus, None), (Qt.Key.Key_T, None), (Qt.Key.Key_X, None),
                (Qt.Key.Key_I, None), (Qt.Key.Key_Right, SHIFT), (Qt.Key.Key_Up, SHIFT), (Qt.Key.Key_F, None),
            ]
        )  # fmt: skip
        QTest.keyClick(self.canvas, key, held or Qt.KeyboardModifier.NoModifier)

    def decide(self) -> None:
        self.app.room.decisions.decide(self.random.choice((Verdict.AGREE, Verdict.DISAGREE)), self.random.randrange(3))

    def write(self) -> None:
        report = self.app.room.paperwork.report
        if report._reading is not None:
            text = report._typed._text if report._typed.pending else report._reading.reading.impression
            report.typed(f"{text} {self.random.choice(WORDS)}"[-400:])

    def layout(self) -> None:
        self.run(self.random.choice(("viewport.layout_1x1", "viewport.layout_1x2", "viewport.next", "viewport.single")))

    def another(self) -> None:
        keys = [entry.key for entry in self.app.room.worklist.images()]
        self.app.room.worklist.select(self.random.choice(keys))

    def key(self, id_: str) -> None:
        self.run(id_)


ACTIONS: dict[str, tuple[int, Any]] = {
    "draw": (6, Reader.draw),
    "nudge": (2, Reader.nudge),
    "window": (4, Reader.window),
    "view": (5, Reader.view),
    "decide": (4, Reader.decide),
    "write": (6, Reader.write),
    "layout": (2, Reader.layout),
    "another": (2, Reader.another),
    "key image": (1, lambda reader: reader.run("edit.key_image")),
    "undo": (3, lambda reader: reader.run("edit.undo")),
    "redo": (1, lambda reader: reader.run("edit.redo")),
    "delete": (1, lambda reader: reader.run("edit.delete")),
    "frame": (2, lambda reader: reader.run("frame.next")),
}


def pause(milliseconds: int) -> None:
    """Let the window live for a moment, as between two movements of a hand."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def live(home: Path, images: Path, seed: str, actions: int, sink: int) -> None:
    """Reopen, read, come to rest after so many actions, and wait to be killed; tell the pipe `sink` of it."""
    application = QApplication([])
    theme.apply(application)
    app = App(AppPaths.under(home), with_head=False)
    app.window.resize(1280, 800)
    app.start((images,))
    wait(lambda: bool(app.room.worklist.images()) and settled(app))
    scorer = FakeScorer()
    app.room.start_heads(lambda: [plan_of(scorer)])
    reader = Reader(app, seed, sink)
    reader.rest()
    reader.say("reopened", **reader.state(), picture=reader.picture(), scored=sorted(set(scorer.ran)))
    pace = random.Random(f"pace {seed}")
    for _ in range(actions):
        reader.act()
        pause(round(pace.expovariate(1 / 25)))
    reader.rest()
    reader.say("rest", **reader.state(), picture=reader.picture(), scored=sorted(set(scorer.ran)))
    pause(2**30)
