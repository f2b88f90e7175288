"""Two images of 3000 x 2500, 16 bit, side by side with the layer on: frames a second of a window drag and a pan.

    python -m benchmarks.bench_viewports [FRAMES_A_SECOND]

Every mouse event reaches the first viewport, is followed by the second, and both are painted before the next. Window
1920 x 1080, off screen; synthetic images. Nothing is left on disk. The second figure counts the processor time of the
window's process instead of the clock, which on a busy machine says little. Exit status 1 below FRAMES_A_SECOND by that
figure, 60 by default.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from benchmarks.bench_window import copy_with_new_uid, image_file, wait_for
from benchmarks.dragging import drag_rates, show_map
from cxrviewer.app import App
from cxrviewer.paths import AppPaths
from cxrviewer.qt import theme

FRAMES = 90
WANTED = 60.0


def main() -> int:
    wanted = float(sys.argv[1]) if len(sys.argv) > 1 else WANTED
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.apply(application)
    with tempfile.TemporaryDirectory() as folder:
        images = Path(folder) / "films"
        images.mkdir()
        first = image_file(images)
        copy_with_new_uid(first, images / "film-1.dcm", 1)
        app = App(AppPaths.under(Path(folder) / "home"), with_head=False)
        app.window.resize(1920, 1080)
        app.start((images,))
        wait_for(application, lambda: app.room.image.image is not None and not app.room.worklist.scanning)
        app.window.worklist.setVisible(False)
        app.window.findings.setVisible(False)
        app.window.commands.run("viewport.layout_1x2")
        app.room.open_in(1, app.room.worklist.key_at(images / "film-1.dcm"))
        wait_for(application, lambda: app.room.image.image is not None and not app.jobs.busy)
        canvases = [app.window.viewports.canvas(number) for number in (0, 1)]
        for canvas in canvases:
            show_map(canvas)
        rows = {}
        for view in ("fit", "one_to_one"):
            app.window.action(f"view.{view}").trigger()
            for name, button in (("window drag", Qt.MouseButton.LeftButton), ("pan", Qt.MouseButton.MiddleButton)):
                tries = [drag_rates(canvases, FRAMES, button) for _ in range(2)]
                rows[f"{name}, {view.replace('_', ' ')}"] = [max(one[n] for one in tries) for n in (0, 1)]
        size = app.window.viewports.canvas(0).viewport().size()
        app.window.close()
    print(f"| two viewports of {size.width()} x {size.height()}, layer on | frames/s | by processor time |")
    print("|---|---|---|")
    for name, (clock, processor) in rows.items():
        print(f"| {name} | {clock:.0f} | {processor:.0f} |")
    return 1 if min(processor for _, processor in rows.values()) < wanted else 0


if __name__ == "__main__":
    sys.exit(main())
