"""Another patient's file under a listed path, through the composed window with real workers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from cxrviewer.cancel import CancelToken
from cxrviewer.heads.contract import Prediction
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.presenters.findings import Shown
from tests.builders.dicom import image_bytes
from tests.fakes import FakeScorer, prediction
from tests.qt.window_fixture import plan_of


def content(name: str, level: int) -> bytes:
    codes = np.full((300, 240), level, np.uint16)
    codes[:20] = 4095
    codes[-20:] = 0
    return image_bytes(codes, bits=12, PatientName=name, SOPInstanceUID=f"1.2.3.{level}")


class Scorer(FakeScorer):
    """Flags a finding on bright images only."""

    def score(self, radiograph: Radiograph, cancel: CancelToken) -> Prediction:
        bright = radiograph.codes[150, 120] > 2000
        return prediction((0.9 if bright else 0.01, 0.01, 0.01, 0.01), key=radiograph.key)


def shown(window: Any) -> list[str]:
    """Return everything the list and the canvas show as text."""
    rows = [window.worklist.model.row(i) for i in range(window.worklist.model.rowCount())]
    return [r.title for r in rows] + [r.state for r in rows] + list(window.canvas.words().values())


def test_nothing_of_the_older_patient_is_left_when_the_folder_is_opened_again(
    make_app: Any, qtbot: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    path = folder / "a.dcm"
    path.write_bytes(content("OLD^ANNA", 3000))
    app = make_app()
    app.start((folder,))
    app.room.start_heads(lambda: [plan_of(Scorer())])
    window = app.window
    qtbot.waitUntil(lambda: isinstance(window.findings.state, Shown) and "1 flagged" in shown(window), timeout=60_000)
    middle = window.canvas.view_point(120, 150).toPoint()
    before = window.canvas.grab().toImage().pixelColor(middle).red()

    state = path.stat()
    path.write_bytes(content("NEW^BERT", 1000))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    window.open_paths((folder,))
    qtbot.waitUntil(lambda: "none above threshold" in shown(window), timeout=60_000)

    words = " ".join(shown(window))
    assert "NEW, BERT" in words and "has changed since it was listed" in words
    assert "ANNA" not in words and "1 flagged" not in words
    assert window.canvas.grab().toImage().pixelColor(middle).red() < before - 80
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)
