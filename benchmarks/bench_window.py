"""How fast the window feels on a 3000 x 2500, 16-bit image: start, first picture, window drag.

    python -m benchmarks.bench_window

Paints off screen. Synthetic image; nothing is left on disk.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from pydicom.uid import UID, ExplicitVRLittleEndian, JPEG2000Lossless, JPEGLosslessSV1, JPEGLSLossless
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.bench_open import bare_decode, seconds
from benchmarks.bench_start import START, seconds_to
from benchmarks.dragging import drag_rates
from cxrviewer.app import App
from cxrviewer.imaging.image import open_image
from cxrviewer.paths import AppPaths
from cxrviewer.qt import theme
from cxrviewer.reading.annotations import Annotation, Length
from cxrviewer.reading.document import Edit, SetAnnotation
from cxrviewer.reading.values import Point
from tests.builders.dicom import image_bytes

IMAGES = 8
FRAMES = 240
SYNTAXES = (ExplicitVRLittleEndian, JPEGLosslessSV1, JPEGLSLossless, JPEG2000Lossless)


def image_file(folder: Path) -> Path:
    """Write the image: the phantom, spread over 16 bits."""
    from pydicom.filewriter import dcmwrite

    from cxrviewer import demo
    from cxrviewer.phantom.image import PhantomSpec, render

    image = demo.dataset(demo.IMAGES[2])
    pixels = render(PhantomSpec(rows=3000, columns=2500, spacing_mm=0.14)).astype(np.uint32) * 65535 // 4095
    image.Rows, image.Columns = pixels.shape
    image.BitsStored, image.HighBit = 16, 15
    image.WindowCenter, image.WindowWidth = 32768, 65536
    image.WindowCenterWidthExplanation = "STANDARD"
    image.PixelData = pixels.astype("<u2").tobytes()
    path = folder / "film-0.dcm"
    dcmwrite(path, image, enforce_file_format=True)
    return path


def copy_with_new_uid(source: Path, target: Path, number: int) -> None:
    """Write the image again as another one: an image found twice is listed once."""
    from pydicom import dcmread

    image = dcmread(source)
    image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = f"{image.SOPInstanceUID[:50]}.{number}"
    image.InstanceNumber = number
    image.save_as(target, enforce_file_format=True)


def wait_for(application: QApplication, done: Callable[[], bool]) -> None:
    """Run the event loop until `done`, as the real program does; at most a minute."""
    end = time.perf_counter() + 60
    loop, happened = QEventLoop(), [done()]

    def see() -> None:
        # Once is enough: the next job may begin before the loop has ended.
        happened[0] = happened[0] or done()
        if happened[0] or time.perf_counter() > end:
            loop.quit()

    poll = QTimer()
    poll.timeout.connect(see)
    poll.start(1)
    # Sleeping between events: a loop of `processEvents` would take the interpreter from the decoding thread.
    if not happened[0]:
        loop.exec()
    poll.stop()
    if not happened[0]:
        raise SystemExit("the window does not answer")


def draw_lengths(app: App, number: int) -> None:
    """Draw distances over the left of the image, in one step; its middle stays free for the window drag."""
    shown = app.room.annotations.shown
    assert shown is not None
    image, reading = shown
    rng = np.random.default_rng(1)
    places = rng.uniform(100, (1100, 2900, 1100, 2900), (number, 4))
    lengths = [Length(Point(a, b), Point(c, d)) for a, b, c, d in places.tolist()]
    changes = [SetAnnotation(str(n), None, Annotation(image, length)) for n, length in enumerate(lengths)]
    reading.do(Edit("draw", tuple(changes)))


def click_to_picture(application: QApplication, app: App, keys: list[str]) -> list[float]:
    """Seconds from choosing an image to its picture, which `show_image` paints; each is decoded anew."""
    taken = []
    for key in keys:
        wait_for(application, lambda: not app.jobs.busy)
        started = time.perf_counter()
        app.room.worklist.select(key)
        wait_for(
            application, lambda key=key: app.room.image.image is not None and app.room.image.image.entry.key == key
        )
        taken.append(time.perf_counter() - started)
    return taken


def stored_as(source: Path, folder: Path, syntax: str) -> list[Path]:
    """Write the image in another transfer syntax, `IMAGES` times under as many UIDs."""
    folder.mkdir()
    first = folder / "film-0.dcm"
    first.write_bytes(image_bytes(np.array(open_image(source).radiograph.codes), bits=16, syntax=syntax))
    paths = [first]
    for number in range(1, IMAGES):
        paths.append(folder / f"film-{number}.dcm")
        copy_with_new_uid(first, paths[-1], number)
    return paths


def measure_clicks(application: QApplication, app: App, paths: list[Path], syntax: str) -> str:
    """Return a row: bare decode and click to painted picture of the same files, in turns."""
    bare, clicked = [], []
    for path in reversed(paths):
        bare.append(seconds(partial(bare_decode, path, syntax)))
        clicked += click_to_picture(application, app, [app.room.worklist.key_at(path)])
    decode, click = (1000 * statistics.median(times) for times in (bare, clicked))
    name = UID(syntax).name.split(",")[0]
    return f"| {name}: bare decode, click to picture | {decode:.0f} ms, {click:.0f} ms ({click / decode:.2f} x) |"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        starts = [seconds_to(START, str(home)) for _ in range(4)][1:]  # the first one warms the disk
        images = Path(folder) / "films"
        images.mkdir()
        first = image_file(images)
        stored = {syntax: stored_as(first, Path(folder) / syntax, syntax) for syntax in SYNTAXES}

        application = QApplication.instance() or QApplication([])
        assert isinstance(application, QApplication)
        theme.apply(application)
        app = App(AppPaths.under(home), with_head=False)
        app.window.resize(1920, 1080)
        app.start((images, *(paths[0].parent for paths in stored.values())))
        wait_for(application, lambda: app.room.image.image is not None and not app.room.worklist.scanning)
        app.window.worklist.setVisible(False)  # its small pictures would be decoded in between
        wait_for(application, lambda: not app.jobs.busy)
        rates = {}
        for view in ("fit", "one_to_one"):
            for turn in ("", " turned"):  # turned second: the ratio of the two is one of the same run
                app.window.action("grey.reset").trigger()
                if turn:
                    app.window.action("view.rotate_right").trigger()
                app.window.action(f"view.{view}").trigger()
                app.window.canvas.viewport().repaint()
                rates[view + turn] = max(drag_rates([app.window.canvas], FRAMES)[0] for _ in range(2))
        app.window.action("view.fit").trigger()
        draw_lengths(app, 200)
        rates["annotated"] = max(drag_rates([app.window.canvas], FRAMES)[0] for _ in range(2))
        app.window.action("grey.reset").trigger()
        canvas = app.window.canvas.viewport().size()
        clicks = [measure_clicks(application, app, stored[syntax], syntax) for syntax in SYNTAXES]
        app.window.close()

    print("| what, 3000 x 2500, 16 bit, window 1920 x 1080 | median |")
    print("|---|---|")
    print(f"| start of the command to painted window | {statistics.median(starts):.2f} s |")
    print("\n".join(clicks))
    print(f"| window drag, fit, canvas {canvas.width()} x {canvas.height()} | {rates['fit']:.0f} frames/s |")
    print(f"| window drag, 1:1 | {rates['one_to_one']:.0f} frames/s |")
    print(f"| window drag, fit, 200 distances drawn | {rates['annotated']:.0f} frames/s |")
    for view, name in (("fit", "fit"), ("one_to_one", "1:1")):
        ratio = rates[f"{view} turned"] / rates[view]
        print(f"| window drag, {name}, turned by 90 degrees | {rates[f'{view} turned']:.0f} frames/s ({ratio:.2f} x) |")


if __name__ == "__main__":
    main()
