"""Make docs/screenshots/*.png: the real window over synthetic films, in two sizes.

    python -m docs.make_screenshots [FOLDER]

Shows the phantom of the demo study, a damaged copy of it, and the model head that is installed;
without a head the pictures say so. No film of a person is ever used.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from cxrviewer.app import App
from cxrviewer.demo import ensure_demo
from cxrviewer.paths import AppPaths
from cxrviewer.presenters.findings import Busy, Empty
from cxrviewer.qt import theme

ROOT = Path(__file__).resolve().parent.parent
SIZES = ((1280, 800), (1920, 1080))


def settle(done: Callable[[], bool], seconds: float = 30, late: int = 400) -> None:
    """Run the event loop until `done`, then a little longer for what is painted late."""
    end = time.monotonic() + seconds
    loop, poll = QEventLoop(), QTimer()
    poll.timeout.connect(lambda: loop.quit() if done() or time.monotonic() > end else None)
    poll.start(20)
    loop.exec()
    poll.stop()
    QTimer.singleShot(late, loop.quit)
    loop.exec()


def damaged(source: Path, target: Path) -> None:
    """Write a film whose pixels end too soon, under its own UID."""
    from pydicom import dcmread

    film = dcmread(source)
    film.SOPInstanceUID = film.file_meta.MediaStorageSOPInstanceUID = f"{film.SOPInstanceUID[:55]}.9"
    film.PixelData = film.PixelData[: len(film.PixelData) // 3]
    film.save_as(target, enforce_file_format=True)


def shoot(app: App, folder: Path, name: str) -> None:
    for width, height in SIZES:
        app.window.resize(width, height)
        settle(lambda: True)
        app.window.grab().save(str(folder / f"{name}-{width}x{height}.png"))


def busy(paths: AppPaths, film: Path, target: Path) -> None:
    """The film is there, the model is still starting."""
    app = App(paths)
    app.window.resize(*SIZES[0])
    app.start((film,))
    settle(lambda: app.room.film.film is not None, late=0)
    if isinstance(app.window.findings.state, Busy):
        app.window.grab().save(str(target / "busy-1280x800.png"))
    app.window.close()


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots"
    target.mkdir(parents=True, exist_ok=True)
    application = QApplication([])
    theme.apply(application)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        films = ensure_demo(home / "cache" / "demo")
        bad = home / "damaged.dcm"
        damaged(films[0], bad)
        busy(AppPaths.under(home), films[1], target)
        app = App(AppPaths.under(home))
        app.start(())
        shoot(app, target, "start")
        app.room.open_paths((*films, bad))
        settle(lambda: not app.room.worklist.scanning and not app.jobs.busy)

        def open_row(path: Path) -> None:
            app.room.worklist.select(str(path))
            settle(lambda: not app.jobs.busy and not isinstance(app.window.findings.state, Busy | Empty))

        open_row(films[0])
        open_row(films[1])
        app.room.layer.set_visible(True)
        shoot(app, target, "demo")
        open_row(films[2])
        shoot(app, target, "refused")
        open_row(bad)
        shoot(app, target, "error")
        app.window.resize(*SIZES[0])
        app.window.action("shortcuts").trigger()
        settle(lambda: True)
        for one in application.topLevelWidgets():
            if one is not app.window and one.isVisible() and one.windowTitle() == "Keyboard shortcuts":
                one.grab().save(str(target / "shortcuts.png"))
                one.close()
        app.window.close()


if __name__ == "__main__":
    main()
