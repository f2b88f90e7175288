"""The next image and back to the previous one, decoded ahead, against a cold open in the same run.

    python -m benchmarks.bench_next [LIMIT_MS]

Times from the key (`worklist.next`) until the picture has been painted in the real window, 1920 x 1080, off screen;
synthetic images of 3000 x 2500, 16 bit. Nothing is left on disk. Exit status 1 when a median of the processor time
lies above LIMIT_MS, 16 by default.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from benchmarks.bench_window import copy_with_new_uid, image_file, wait_for
from cxrviewer.app import App
from cxrviewer.paths import AppPaths
from cxrviewer.qt import theme

IMAGES = 24
LIMIT_MS = 16.0


def report(
    onward: list[tuple[float, float]], back: list[tuple[float, float]], cold: list[tuple[float, float]], limit: float
) -> int:
    """Print the table; return the exit status."""
    rows = {"next image, decoded ahead": onward, "back to the previous one": back, "cold open": cold}
    print(f"| 3000 x 2500, 16 bit, window 1920 x 1080, {len(onward)} times each | median | fastest | processor time |")
    print("|---|---|---|---|")
    medians = []
    for name, times in rows.items():
        elapsed, used = ([pair[n] for pair in times] for n in (0, 1))
        medians.append((statistics.median(elapsed), statistics.median(used)))
        print(f"| {name} | {medians[-1][0]:.1f} ms | {min(elapsed):.1f} ms | {medians[-1][1]:.1f} ms |")
    print(f"| cold open over next image | {medians[2][0] / medians[0][0]:.1f} x | | |")
    return 1 if max(used for _, used in medians[:2]) > limit else 0


def main() -> int:
    limit = float(sys.argv[1]) if len(sys.argv) > 1 else LIMIT_MS
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.apply(application)
    with tempfile.TemporaryDirectory() as folder:
        images = Path(folder) / "films"
        images.mkdir()
        first = image_file(images)
        for number in range(1, IMAGES):
            copy_with_new_uid(first, images / f"film-{number:02d}.dcm", number)
        app = App(AppPaths.under(Path(folder) / "home"), with_head=False)
        app.window.resize(1920, 1080)
        app.start((images,))
        wait_for(application, lambda: app.room.image.image is not None and not app.room.worklist.scanning)
        app.window.worklist.setVisible(False)  # its small pictures would be decoded in between
        wait_for(application, lambda: not app.jobs.busy)
        order = list(app.room.worklist._order)
        place = order.index(app.room.worklist.current)

        canvas = app.window.canvas
        painted: list[tuple[float, float]] = []
        show_image = canvas.show_image

        def show_and_note(*image: Any) -> None:
            show_image(*image)  # paints before it returns
            painted.append((time.perf_counter(), time.thread_time()))

        canvas.show_image = show_and_note

        def step(command: str, target: int) -> tuple[float, float]:
            """Run a command; return the milliseconds until image `target` of the list has been painted.

            The second figure is the processor time of the window's thread: on a busy machine the first one says little.
            """
            painted.clear()
            started, used = time.perf_counter(), time.thread_time()
            app.window.action(command).trigger()
            while not painted:
                application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
                if time.perf_counter() > started + 60:
                    raise SystemExit("the window does not answer")
            shown = app.room.image.image
            assert shown is not None and shown.entry.key == order[target]
            return 1000 * (painted[0][0] - started), 1000 * (painted[0][1] - used)

        onward, back, cold = [], [], []
        for _ in range(IMAGES - 2):
            place += 1
            onward.append(step("worklist.next", place))
            wait_for(application, lambda: not app.jobs.busy)
            back.append(step("worklist.previous", place - 1))
            wait_for(application, lambda: not app.jobs.busy)
            step("worklist.next", place)
            wait_for(application, lambda: not app.jobs.busy)
            app.room.images.forget(order[place - 1])
            cold.append(step("worklist.previous", place - 1))
            wait_for(application, lambda: not app.jobs.busy)
            step("worklist.next", place)
            wait_for(application, lambda: not app.jobs.busy)
        app.window.close()
    return report(onward, back, cold, limit)


if __name__ == "__main__":
    sys.exit(main())
