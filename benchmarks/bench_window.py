"""How fast the window feels on a 3000 x 2500, 16-bit film: start, first picture, window drag.

    python -m benchmarks.bench_window

Paints off screen. Synthetic film; nothing is left on disk.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parent.parent

START = """
import sys, time
from pathlib import Path
from PySide6.QtWidgets import QApplication
from cxrviewer.app import App
from cxrviewer.paths import AppPaths
from cxrviewer.qt import theme
application = QApplication([])
theme.apply(application)
app = App(AppPaths.under(Path(sys.argv[1])), with_head=False)
app.start(())
app.window.grab()
print("painted", flush=True)
app.close()
"""


def seconds_to_first_paint(home: Path) -> float:
    """Time from starting the interpreter until the empty window has been painted."""
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", START, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        if process.stdout.readline().strip() != "painted":
            raise SystemExit("the window did not start")
        elapsed = time.perf_counter() - started
        process.stdout.read()
    return elapsed


def film_file(folder: Path) -> Path:
    """Write the film: the phantom, spread over 16 bits."""
    from pydicom.filewriter import dcmwrite

    from cxrviewer import demo
    from cxrviewer.phantom.film import PhantomSpec, render

    film = demo.dataset(demo.FILMS[2])
    pixels = render(PhantomSpec(rows=3000, columns=2500, spacing_mm=0.14)).astype(np.uint32) * 65535 // 4095
    film.Rows, film.Columns = pixels.shape
    film.BitsStored, film.HighBit = 16, 15
    film.WindowCenter, film.WindowWidth = 32768, 65536
    film.WindowCenterWidthExplanation = "STANDARD"
    film.PixelData = pixels.astype("<u2").tobytes()
    path = folder / "film.dcm"
    dcmwrite(path, film, enforce_file_format=True)
    return path


def main() -> None:
    from PySide6.QtWidgets import QApplication

    from cxrviewer.imaging.film import open_film
    from cxrviewer.imaging.voi import VoiWindow
    from cxrviewer.qt.image_canvas import ImageCanvas
    from cxrviewer.reading.screen import ScreenFilm

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        starts = [seconds_to_first_paint(home) for _ in range(4)][1:]  # the first one warms the disk
        path = film_file(Path(folder))

        application = QApplication.instance() or QApplication([])
        canvas = ImageCanvas()
        canvas.resize(1200, 900)
        canvas.show()
        application.processEvents()

        opened, decoded = [], []
        for _ in range(6):
            started = time.perf_counter()
            film = open_film(path).radiograph
            decoded.append(time.perf_counter() - started)
            canvas.show_film(ScreenFilm(film.codes, film.padding), film.grey_table())
            canvas.viewport().repaint()
            opened.append(time.perf_counter() - started)

        frames = 200
        started = time.perf_counter()
        for i in range(frames):
            # What one mouse move of a drag costs: a new table for the whole film, and one paint.
            window = VoiWindow(center=20000 + 60.0 * i, width=30000 + 90.0 * i)
            canvas.show_table(film.grey_table(window))
            canvas.viewport().repaint()
        rate = frames / (time.perf_counter() - started)
        canvas.hide()

    print("| what, 3000 x 2500, 16 bit | median |")
    print("|---|---|")
    print(f"| start of the command to painted window | {statistics.median(starts):.2f} s |")
    print(f"| reading and decoding the file | {1000 * statistics.median(decoded[1:]):.0f} ms |")
    print(f"| the same and the first picture on a 1200 x 900 canvas | {1000 * statistics.median(opened[1:]):.0f} ms |")
    print(f"| window drag | {rate:.0f} frames/s |")


if __name__ == "__main__":
    main()
