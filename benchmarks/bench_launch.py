"""From the start of the program with a file to its picture, beside the empty window and a click, per transfer syntax.

Run ``python -m benchmarks.bench_launch``. All is measured in turns in one run on a synthetic 3000 x 2500 image, off
screen, each launch a new process on a warm disk, so that the ratio holds on a busy machine too. The aim is a launch
with a file of at most 1.3 x (the start of the empty window + a click to its picture).
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from pydicom import uid
from PySide6.QtWidgets import QApplication

from benchmarks.bench_start import IMAGE, START, seconds_to
from benchmarks.bench_window import wait_for
from cxrviewer.app import App
from cxrviewer.imaging.codecs import JPEG_XL_RECOMPRESSED, SUPPORTED
from cxrviewer.paths import AppPaths
from cxrviewer.qt import theme
from tests.builders.dicom import UID_ROOT, chest_phantom, image_bytes

AIM = 1.3


def write(path: Path, syntax: str, number: int) -> Path:
    """Write the image in a transfer syntax, with as many bits as that one has."""
    eight = syntax in (uid.JPEGBaseline8Bit, JPEG_XL_RECOMPRESSED)
    bits = 8 if eight else 12 if syntax == uid.JPEGExtended12Bit else 14
    pixels = chest_phantom(3000, 2500, bits)
    pixels[:32] += np.random.default_rng(number).integers(0, 16, (32, 2500), dtype=np.uint16)
    stored = pixels.astype(np.uint8 if eight else np.uint16)
    path.write_bytes(image_bytes(stored, bits=bits, syntax=syntax, SOPInstanceUID=f"{UID_ROOT}9.{number}"))
    return path


class Window:
    """A window that is open already, for the clicks; a file is read into memory by the system before."""

    def __init__(self, home: Path, folder: Path) -> None:
        application = QApplication.instance() or QApplication([])
        assert isinstance(application, QApplication)
        self.application = application
        theme.apply(application)
        self.app = App(AppPaths.under(home), with_head=False)
        self.app.window.resize(1920, 1080)
        self.app.start((folder,))
        wait_for(application, lambda: self.app.room.image.image is not None and not self.app.room.worklist.scanning)
        self.app.window.worklist.setVisible(False)  # its small pictures would be decoded in between

    def click(self, path: Path) -> float:
        """Return the seconds from choosing an image to its picture; what was decoded before is forgotten."""
        room = self.app.room
        wait_for(self.application, lambda: not self.app.jobs.busy)
        key = room.worklist.key_at(path)
        room.images.clear()
        started = time.perf_counter()
        room.worklist.select(key)
        wait_for(self.application, lambda: room.image.image is not None and room.image.image.entry.key == key)
        return time.perf_counter() - started


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder, home = Path(scratch) / "films", Path(scratch) / "home"
        folder.mkdir()
        syntaxes = tuple(dict.fromkeys(SUPPORTED))
        files = {syntax: write(folder / f"{n:02}.dcm", syntax, n) for n, syntax in enumerate(syntaxes)}
        window = Window(Path(scratch) / "open", folder)
        empty = partial(seconds_to, START, str(home))
        empty()  # warms the disk
        print(f"{'transfer syntax':44} {'empty':>8} {'click':>8} {'launch':>8} {'ratio':>6}")
        worst = 0.0
        for syntax, path in files.items():
            times: dict[str, list[float]] = {"empty": [], "click": [], "launch": []}
            window.click(next(other for other in files.values() if other != path))
            for _ in range(given.rounds):
                times["empty"].append(empty())
                times["launch"].append(seconds_to(IMAGE, str(home), str(path)))
                window.click(next(other for other in files.values() if other != path))
                times["click"].append(window.click(path))
            middle = {name: statistics.median(found) for name, found in times.items()}
            ratio = middle["launch"] / (middle["empty"] + middle["click"])
            worst = max(worst, ratio)
            shown = " ".join(f"{1000 * middle[name]:7.0f}m" for name in ("empty", "click", "launch"))
            print(f"{uid.UID(syntax).name[:44]:44} {shown} {ratio:6.2f}", flush=True)
        print(f"worst {worst:.2f}, aim {AIM}")
        window.app.window.close()


if __name__ == "__main__":
    main()
