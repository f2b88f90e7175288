"""Six hundred images in a row and back in the real window: does memory stay flat, is any black?

    python -m benchmarks.bench_memory [IMAGES]

Half of the steps go down the list, the other half back up. Paints off screen. Synthetic images; nothing is left on
disk. Exit status 1 when an image was painted black or the memory over the last fifty steps (median) lies more than
`SWING` above that over steps 51 to 100.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import psutil
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from cxrviewer.app import App
from cxrviewer.paths import AppPaths
from cxrviewer.qt import theme

ROWS, COLUMNS = 1500, 1250
"""A quarter of a usual image, so that 600 files fit on a disk; the store keeps about 60 of them."""
SETTLED = 50
SWING = 0.3
"""Runs of the same program differ by this: memory depends on how many of the kept images are averaged already
(glibc's own count of what is in use swung between 196 and 386 MB over 500 images, without a trend)."""


def write_images(folder: Path, count: int) -> None:
    """Write images of 12 bits that differ in pixels and UID, one study each."""
    from pydicom.filewriter import dcmwrite

    from cxrviewer import demo
    from cxrviewer.phantom.image import PhantomSpec, render

    pixels = render(PhantomSpec(rows=ROWS, columns=COLUMNS, spacing_mm=0.28))
    for number in range(count):
        image = demo.dataset(demo.IMAGES[2])
        image.Rows, image.Columns = pixels.shape
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = f"{image.SOPInstanceUID[:50]}.{number}"
        image.StudyInstanceUID, image.SeriesInstanceUID = f"2.25.1.{number}", f"2.25.2.{number}"
        image.PixelData = np.roll(pixels, number, axis=1).astype("<u2").tobytes()
        dcmwrite(folder / f"{number:04d}.dcm", image, enforce_file_format=True)


def mean_grey(app: App) -> float:
    """Return the mean level of what the canvas shows."""
    picture = app.window.canvas.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    return float(np.frombuffer(picture.constBits(), np.uint8).mean())


def wait_for(done: Callable[[], bool]) -> None:
    """Run the event loop until `done`, at most a minute."""
    end = time.perf_counter() + 60
    loop, happened = QEventLoop(), [done()]

    def see() -> None:
        # Once is enough: the next job may begin before the loop has ended.
        happened[0] = happened[0] or done()
        if happened[0] or time.perf_counter() > end:
            loop.quit()

    poll = QTimer()
    poll.timeout.connect(see)
    poll.start(2)
    if not happened[0]:
        loop.exec()
    poll.stop()
    if not happened[0]:
        raise SystemExit("the window does not answer")


def step(app: App, by: int) -> bool:
    """Open the next or previous row and wait for its picture; False at the end of the list."""
    before = app.room.worklist.current
    app.room.worklist.step(by)
    key = app.room.worklist.current
    if key == before:
        return False
    wait_for(lambda: app.room.image.image is not None and app.room.image.image.entry.key == key)
    return True


def main() -> int:
    count = max(2 * SETTLED, int(sys.argv[1]) if len(sys.argv) > 1 else 600)
    process = psutil.Process()
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.apply(application)
    megabytes, black = [], []
    with tempfile.TemporaryDirectory() as folder:
        images = Path(folder) / "films"
        images.mkdir()
        write_images(images, count)
        app = App(AppPaths.under(Path(folder) / "home"), with_head=False)
        app.start((images,))
        wait_for(lambda: not (app.room.worklist.scanning or app.room.image.image is None or app.jobs.busy))
        while step(app, -1):  # to the first row
            pass
        seen = {app.room.worklist.current}
        for number, by in enumerate([1] * (count - 1) + [-1] * (count - 1)):
            if not step(app, by):
                raise SystemExit("the list ends too early")
            seen.add(app.room.worklist.current)
            if mean_grey(app) < 40:
                black.append(number)
            wait_for(lambda: not app.jobs.busy)  # a reader looks at an image at least until it is averaged
            megabytes.append(process.memory_info().rss / 2**20)
        used = app.room.images.used / 2**20
        app.window.close()
    # Medians: single readings swing by an image or three, with what the allocator has just not given back.
    after = statistics.median(megabytes[SETTLED : 2 * SETTLED])
    last = statistics.median(megabytes[-SETTLED:])
    grown = last / after - 1
    print(f"| images of {ROWS} x {COLUMNS}, 12 bit, in a row and back in the real window | value |")
    print("|---|---|")
    print(f"| different images, steps | {len(seen)}, {len(megabytes)} |")
    print(f"| painted black | {len(black)} |")
    print(f"| memory, median of steps {SETTLED + 1} to {2 * SETTLED} | {after:.0f} MB |")
    print(f"| memory, median of the last {SETTLED} | {last:.0f} MB |")
    print(f"| highest of all | {max(megabytes):.0f} MB |")
    print(f"| of that decoded images at the end | {used:.0f} MB |")
    print(f"| growth | {100 * grown:+.1f} % |")
    return 1 if black or grown > SWING else 0


if __name__ == "__main__":
    sys.exit(main())
