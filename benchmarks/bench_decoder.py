"""What reading files in a process of its own costs: click to picture, header and scan, with it and without.

    python -m benchmarks.bench_decoder

Two windows in one process, one that reads through `DecoderPool` and one that reads in this process, take turns on
the same files, so that their ratio holds on a busy machine. Aim: at most 1.10. Paints off screen; leaves nothing.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from pydicom.uid import UID
from PySide6.QtWidgets import QApplication

from benchmarks.bench_window import SYNTAXES, click_to_picture, image_file, stored_as, wait_for
from cxrviewer.app import App
from cxrviewer.cancel import CancelToken
from cxrviewer.decoder.client import DecoderPool
from cxrviewer.imaging.contents import FileId, SmallPicture
from cxrviewer.imaging.directory import read_directory
from cxrviewer.imaging.reader import DirectReader, ImageReader
from cxrviewer.imaging.thumbnails import thumbnail
from cxrviewer.paths import AppPaths
from cxrviewer.qt import theme

ROUNDS = 3
AIM = 1.10


class InProcess(DirectReader):
    """What the window used before there was a decoder process."""

    def read_ahead(self, paths: Sequence[Path], cancel: CancelToken | None = None) -> None:
        """Nothing to gain."""

    def read_directory(self, path: Path, cancel: CancelToken | None = None) -> tuple[FileId, ...]:
        return read_directory(path)

    def start(self, number: int | None = None) -> None:
        """Nothing to start."""

    def thumbnail(self, path: Path, cancel: CancelToken | None = None) -> SmallPicture:
        image = self.open_image(path)
        return SmallPicture(image.header, thumbnail(image.radiograph))

    def close(self) -> bool:
        return True


def window(application: QApplication, home: Path, decoder: DecoderPool | InProcess, folders: list[Path]) -> App:
    """Return a window that has listed `folders` and is idle."""
    app = App(AppPaths.under(home), with_head=False, decoder=decoder)  # type: ignore[arg-type]
    app.window.resize(1920, 1080)
    app.start(tuple(folders))
    wait_for(application, lambda: app.room.image.image is not None and not app.room.worklist.scanning)
    app.window.worklist.setVisible(False)  # its small pictures would be decoded in between
    wait_for(application, lambda: not app.jobs.busy)
    return app


def clicks(application: QApplication, apps: tuple[App, App], paths: list[Path]) -> tuple[list[float], list[float]]:
    """Return seconds from click to picture in both windows, in turns; what is kept decoded is forgotten before."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for path in reversed(paths):
            for app, times in zip(apps, taken, strict=True):
                app.room.images.clear()
                times.extend(click_to_picture(application, app, [app.room.worklist.key_at(path)]))
    return taken


def header_milliseconds(reader: ImageReader, paths: list[Path]) -> float:
    """Return the median time to read one header."""
    times = []
    for path in paths * 10:
        started = time.perf_counter()
        reader.read_header(path)
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


def row(what: str, process: float, direct: float) -> str:
    return f"| {what} | {process:.1f} | {direct:.1f} | {process / direct:.2f} |"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "films").mkdir()
        first = image_file(root / "films")
        stored = {syntax: stored_as(first, root / syntax, syntax) for syntax in SYNTAXES}
        folders = [paths[0].parent for paths in stored.values()]
        application = QApplication.instance() or QApplication([])
        assert isinstance(application, QApplication)
        theme.apply(application)
        decoder = DecoderPool.for_window()
        with_process = window(application, root / "home-1", decoder, folders)
        without = window(application, root / "home-2", InProcess(), folders)
        rows = []
        for syntax in SYNTAXES:
            process, direct = clicks(application, (with_process, without), stored[syntax])
            name = UID(syntax).name.split(",")[0]
            rows.append(
                row(f"click to picture, {name}, median", *(1000 * statistics.median(t) for t in (process, direct)))
            )
            rows.append(row(f"click to picture, {name}, fastest", *(1000 * min(t) for t in (process, direct))))
        paths = [path for paths in stored.values() for path in paths]
        rows.append(row("one header", header_milliseconds(decoder, paths), header_milliseconds(InProcess(), paths)))
        with_process.window.close()
        without.window.close()
    print(f"| 3000 x 2500, 16 bit; aim at most {AIM:.2f} | decoder process, ms | in process, ms | ratio |")
    print("|---|---|---|---|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
