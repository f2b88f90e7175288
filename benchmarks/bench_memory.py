"""Five hundred films, one after another, on one canvas: does memory stay flat, is any film black?

    python -m benchmarks.bench_memory [FILMS]

Paints off screen. Synthetic films; nothing is left on disk. Exit status 1 when a film was
painted black or memory grew by more than 5 % after the first fifty.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import psutil

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

DISTINCT = 5
SETTLED = 50


def write_films(folder: Path) -> list[Path]:
    from pydicom.filewriter import dcmwrite

    from cxrviewer import demo
    from cxrviewer.phantom.film import PhantomSpec, render

    pixels = render(PhantomSpec(rows=3000, columns=2500, spacing_mm=0.14))
    files = []
    for number in range(DISTINCT):
        film = demo.dataset(demo.FILMS[2])
        film.Rows, film.Columns = pixels.shape
        film.PixelData = np.roll(pixels, 40 * number, axis=1).astype("<u2").tobytes()
        files.append(folder / f"{number}.dcm")
        dcmwrite(files[-1], film, enforce_file_format=True)
    return files


def main() -> int:
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    from cxrviewer.imaging.film import open_film
    from cxrviewer.qt.image_canvas import ImageCanvas
    from cxrviewer.reading.screen import ScreenFilm

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    process = psutil.Process()
    application = QApplication.instance() or QApplication([])
    canvas = ImageCanvas()
    canvas.resize(1000, 1000)
    canvas.show()
    megabytes, black = [], []
    with tempfile.TemporaryDirectory() as folder:
        files = write_films(Path(folder))
        gc.collect()
        for number in range(count):
            film = open_film(files[number % DISTINCT]).radiograph
            canvas.show_film(ScreenFilm(film.codes, film.padding), film.grey_table())
            application.processEvents()
            picture = canvas.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
            if np.frombuffer(picture.constBits(), np.uint8).mean() < 40:
                black.append(number)
            megabytes.append(process.memory_info().rss / 2**20)
    canvas.hide()
    settled = max(megabytes[: SETTLED + 1])
    grown = max(megabytes[SETTLED:], default=settled) / settled - 1
    print("| films of 3000 x 2500, 12 bit | value |")
    print("|---|---|")
    print(f"| opened | {count} |")
    print(f"| painted black | {len(black)} |")
    print(f"| memory, highest of the first {SETTLED} | {settled:.0f} MB |")
    print(f"| memory, highest after them | {max(megabytes[SETTLED:], default=settled):.0f} MB ({100 * grown:+.1f} %) |")
    return 1 if black or grown > 0.05 else 0


if __name__ == "__main__":
    sys.exit(main())
