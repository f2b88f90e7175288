"""Run by a test as a program of its own: a further window where there are two screens, printed as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from cxrviewer.qt.screen_size import screen_name
from cxrviewer.workspace.layout import IN_LAYOUT
from tests.qt.window_fixture import Fixture


def main() -> None:
    application = QApplication([])
    fixture = Fixture(Path(sys.argv[1]))
    fixture.window.setGeometry(50, 60, 1000, 700)
    fixture.window.show()
    fixture.open()
    for _ in range(2):
        fixture.window.commands.run("viewport.window")
        fixture.jobs.release_all()
        application.processEvents()
    left, right = application.screens()
    fixture.window.screens = {screen_name(left): 4.0, screen_name(right): 10.0}
    found = {
        "screens": [one.screen().name() for one in (fixture.window, *fixture.window.further.values())],
        "inside": [right.geometry().contains(fixture.window.further[IN_LAYOUT].geometry())],
        "pixels per mm": [fixture.window.viewports.canvas(number).pixels_per_mm() for number in (0, IN_LAYOUT)],
    }
    sys.stdout.write(json.dumps(found) + "\n")
    fixture.window.close()


if __name__ == "__main__":
    main()
