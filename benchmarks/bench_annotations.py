"""How smoothly a handle is dragged with 200 annotations on a 3000 x 2500 image in two viewports.

    python -m benchmarks.bench_annotations

Both viewports show the image; a frame is one mouse move and what the program paints after it, which is counted. The
values of a region are computed when the mouse rests, so they are in no frame. Paints off screen; nothing is left on
disk.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtWidgets import QApplication

from benchmarks.bench_window import image_file, wait_for
from benchmarks.dragging import send
from cxrviewer.app import App
from cxrviewer.paths import AppPaths
from cxrviewer.qt import theme
from cxrviewer.reading.annotations import Annotation, points_of
from cxrviewer.reading.document import Edit, SetAnnotation
from cxrviewer.reading.kinds import TOOLS, calibration_for
from cxrviewer.reading.values import Point
from cxrviewer.workspace.layout import Layout

NUMBER, FRAMES = 200, 240


def draw(app: App) -> dict[str, Any]:
    """Draw annotations of every kind that needs no words all over the image, in one step; return them."""
    shown = app.room.annotations.shown
    opened = app.room.image.image
    assert shown is not None and opened is not None
    image, reading = shown
    rng = np.random.default_rng(1)
    tools = [tool for tool in TOOLS.values() if tool.question is None]
    made = {}
    for number in range(NUMBER):
        tool = tools[number % len(tools)]
        middle = rng.uniform((250, 250), (2250, 2750))
        spread = rng.uniform(-200, 200, (max(tool.least, 8 if tool.points == 0 else 0), 2))
        if tool.points == 0:  # round the middle, so that no polygon crosses itself
            spread = spread[np.argsort(np.arctan2(spread[:, 1], spread[:, 0]))]
        points = tuple(Point(float(x), float(y)) for x, y in middle + spread)
        made[str(number)] = tool.build(points, calibration_for(opened.radiograph))
    changes = [SetAnnotation(key, None, Annotation(image, shape)) for key, shape in made.items()]
    reading.do(Edit("draw", tuple(changes)))
    return made


class Paints(QObject):
    """Counts what is painted."""

    count = 0

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def drag_rate(app: App, key: str, shape: Any) -> tuple[float, float, float, float]:
    """Return frames a second of dragging a handle, processor time and median of a frame in milliseconds, its paints.

    On a machine that does other work too, processor time says more than the rate.
    """
    canvas, other = app.window.viewports.canvas(0), app.window.viewports.canvas(1)
    handle = points_of(shape)[0]
    start = QPointF(canvas.view_point(handle.column, handle.row))

    paints = Paints()
    send(canvas, QEvent.Type.MouseButtonPress, start)
    QApplication.processEvents()
    for one in (canvas, other):
        one.viewport().installEventFilter(paints)
    taken = []
    busy = time.process_time()
    for frame in range(FRAMES):
        began = time.perf_counter()
        send(canvas, QEvent.Type.MouseMove, start + QPointF(frame % 60, (frame // 2) % 50))
        QApplication.processEvents()  # the program paints; a repaint here would be one more
        taken.append(time.perf_counter() - began)
    busy = time.process_time() - busy
    send(canvas, QEvent.Type.MouseButtonRelease, start + QPointF(40, 40))
    moved = app.room.annotations.shown
    assert moved is not None
    if moved[1].reading.annotations[key].shape == shape:
        raise SystemExit("the handle was not dragged")
    return FRAMES / sum(taken), 1000 * busy / FRAMES, 1000 * statistics.median(taken), paints.count / FRAMES


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        images = Path(folder) / "films"
        images.mkdir()
        image_file(images)
        application = QApplication.instance() or QApplication([])
        assert isinstance(application, QApplication)
        theme.apply(application)
        app = App(AppPaths.under(Path(folder) / "home"), with_head=False)
        app.window.resize(1920, 1080)
        app.window.show()
        app.start((images,))
        wait_for(application, lambda: app.room.image.image is not None and not app.room.worklist.scanning)
        key = app.room.worklist.current
        app.room.viewports.set_layout(Layout.TWO)
        app.room.open_in(1, key)
        wait_for(application, lambda: app.room.viewports.pane(1).image.image is not None)
        app.room.viewports.activate(0)
        made = draw(app)
        wait_for(application, lambda: not app.jobs.busy)
        rows = []
        for kind in ("Length", "CobbAngle", "Ellipse", "Polygon"):
            found, shape = next((k, s) for k, s in made.items() if type(s).__name__ == kind)
            app.room.annotations.escape()
            for _ in range(int(found) + 1):  # what is chosen is grabbed first, whatever lies over it
                app.room.annotations.step(1)
            rate, busy, median, paints = drag_rate(app, found, shape)
            rows.append(f"| {kind} | {rate:.0f} frames/s | {busy:.1f} ms | {median:.1f} ms | {paints:.2f} |")
        size = app.window.viewports.canvas(0).viewport().size()
        app.window.close()
    print(f"{NUMBER} annotations of all kinds, 3000 x 2500, two viewports of {size.width()} x {size.height()}, fit\n")
    print("| handle of | rate | processor time for a frame | median frame | paints for a frame |")
    print("|---|---|---|---|---|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
