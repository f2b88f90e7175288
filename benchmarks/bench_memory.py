"""Five hundred films opened one after another in the real window: does memory stay flat, is any black?

    python -m benchmarks.bench_memory [FILMS]

Paints off screen. Synthetic films; nothing is left on disk. Exit status 1 when a film was painted
black or the memory over the last fifty films (median) lies more than `SWING` above that over films 51 to 100.
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

#: More than the window keeps decoded, so that every one is read and decoded anew.
DISTINCT = 16
SETTLED = 50
SWING = 0.3
"""Runs of the same program differ by this: memory depends on how many of the kept films are averaged already
(glibc's own count of what is in use swung between 196 and 386 MB over 500 films, without a trend)."""


def write_films(folder: Path) -> list[Path]:
    """Write 3000 x 2500 films of 12 bits that differ in pixels and UID."""
    from pydicom.filewriter import dcmwrite

    from cxrviewer import demo
    from cxrviewer.phantom.film import PhantomSpec, render

    pixels = render(PhantomSpec(rows=3000, columns=2500, spacing_mm=0.14))
    files = []
    for number in range(DISTINCT):
        film = demo.dataset(demo.FILMS[2])
        film.Rows, film.Columns = pixels.shape
        film.SOPInstanceUID = film.file_meta.MediaStorageSOPInstanceUID = f"{film.SOPInstanceUID[:50]}.{number}"
        film.PixelData = np.roll(pixels, 40 * number, axis=1).astype("<u2").tobytes()
        files.append(folder / f"{number}.dcm")
        dcmwrite(files[-1], film, enforce_file_format=True)
    return files


def mean_grey(app: App) -> float:
    """Return the mean level of what the canvas shows."""
    picture = app.window.canvas.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    return float(np.frombuffer(picture.constBits(), np.uint8).mean())


def wait_for(done: Callable[[], bool]) -> None:
    """Run the event loop until `done`, at most a minute."""
    end = time.perf_counter() + 60
    loop, poll = QEventLoop(), QTimer()
    poll.timeout.connect(lambda: loop.quit() if done() or time.perf_counter() > end else None)
    poll.start(2)
    if not done():
        loop.exec()
    poll.stop()
    if not done():
        raise SystemExit("the window does not answer")


def main() -> int:
    count = max(2 * SETTLED, int(sys.argv[1]) if len(sys.argv) > 1 else 500)
    process = psutil.Process()
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.apply(application)
    megabytes, black = [], []
    with tempfile.TemporaryDirectory() as folder:
        films = Path(folder) / "films"
        films.mkdir()
        files = write_films(films)
        app = App(AppPaths.under(Path(folder) / "home"), with_head=False)
        app.start((films,))
        wait_for(lambda: not (app.room.worklist.scanning or app.room.film.film is None or app.jobs.busy))
        for number in range(count):
            key = app.room.worklist.key_at(files[(number + 1) % DISTINCT])
            app.room.worklist.select(key)
            wait_for(lambda key=key: app.room.film.film is not None and app.room.film.film.entry.key == key)
            if mean_grey(app) < 40:
                black.append(number)
            wait_for(lambda: not app.jobs.busy)  # a reader looks at a film at least until it is averaged
            megabytes.append(process.memory_info().rss / 2**20)
        app.window.close()
    # Medians: single readings swing by a film or three, with what the allocator has just not given back.
    after = statistics.median(megabytes[SETTLED : 2 * SETTLED])
    last = statistics.median(megabytes[-SETTLED:])
    grown = last / after - 1
    print("| films of 3000 x 2500, 12 bit, in the real window | value |")
    print("|---|---|")
    print(f"| opened one after another | {count} |")
    print(f"| painted black | {len(black)} |")
    print(f"| memory, median of films {SETTLED + 1} to {2 * SETTLED} | {after:.0f} MB |")
    print(f"| memory, median of the last {SETTLED} | {last:.0f} MB |")
    print(f"| highest of all | {max(megabytes):.0f} MB |")
    print(f"| growth | {100 * grown:+.1f} % |")
    return 1 if black or grown > SWING else 0


if __name__ == "__main__":
    sys.exit(main())
