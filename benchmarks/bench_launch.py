"""From the start of the program with a file to its picture, beside the empty window and a click, per transfer syntax.

Run ``python -m benchmarks.bench_launch``. All is measured in turns in one run on a synthetic 3000 x 2500 image, off
screen, each launch a new process on a warm disk with bytecode, so that the ratio holds on a busy machine too. The
processor time, of all processes of the program until the picture, holds on a machine that has no core to spare. The
aim is a launch with a file of at most 1.3 x (the start of the empty window + a click to its picture).
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from pydicom import uid
from PySide6.QtWidgets import QApplication

from benchmarks.bench_start import IMAGE, START, both_seconds_to, processor_seconds
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

    def click(self, path: Path) -> tuple[float, float]:
        """Return the seconds, and those of the processor, from choosing an image to its picture.

        What was decoded before is forgotten.
        """
        room = self.app.room
        wait_for(self.application, lambda: not self.app.jobs.busy)
        key = room.worklist.key_at(path)
        room.images.clear()
        started, taken = time.perf_counter(), processor_seconds(os.getpid())
        room.worklist.select(key)
        wait_for(self.application, lambda: room.image.image is not None and room.image.image.entry.key == key)
        return time.perf_counter() - started, processor_seconds(os.getpid()) - taken


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", metavar="WORDS", help="transfer syntaxes whose names hold this")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder, home = Path(scratch) / "films", Path(scratch) / "home"
        folder.mkdir()
        syntaxes = tuple(one for one in dict.fromkeys(SUPPORTED) if given.only in uid.UID(one).name)
        files = {syntax: write(folder / f"{n:02}.dcm", syntax, n) for n, syntax in enumerate(syntaxes)}
        other = write(folder / "other.dcm", uid.ExplicitVRLittleEndian, len(files))
        window = Window(Path(scratch) / "open", folder)
        both_seconds_to(START, str(home))  # warms the disk
        both_seconds_to(IMAGE, str(home), str(other))
        print(f"{'median of ' + str(given.rounds):44} {'':^26} ratio  of processor time")
        print(f"{'transfer syntax':44} {'empty':>8} {'click':>8} {'launch':>8} {'':6} empty click launch ratio")
        worst = 0.0
        for syntax, path in files.items():
            times: dict[str, list[tuple[float, float]]] = {"empty": [], "click": [], "launch": []}
            window.click(path)  # the first of its kind loads the library that decodes it
            for _ in range(given.rounds):
                times["empty"].append(both_seconds_to(START, str(home)))
                times["launch"].append(both_seconds_to(IMAGE, str(home), str(path)))
                window.click(other)
                times["click"].append(window.click(path))
            ratios = []
            parts = [f"{uid.UID(syntax).name[:44]:44}"]
            for which in (0, 1):
                middle = {name: statistics.median(one[which] for one in found) for name, found in times.items()}
                ratios.append(middle["launch"] / (middle["empty"] + middle["click"]))
                parts += [f"{1000 * middle[name]:7.0f}m" for name in times] + [f"{ratios[-1]:6.2f}"]
            worst = max(worst, ratios[0])
            print(" ".join(parts), flush=True)
        print(f"worst {worst:.2f}, aim {AIM}")
        window.app.window.close()


if __name__ == "__main__":
    main()
