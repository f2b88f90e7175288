"""Kept thumbnails through the composed window: made once, used by the next run, never of an older patient."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.builders.dicom import write_image


def _row_pictures(app: Any) -> list[object]:
    model = app.window.worklist.model
    return [key for key in model._pictures]


def _opened(make_app: Any, qtbot: Any, folder: Path) -> Any:
    app = make_app()
    app.start((folder,))
    qtbot.waitUntil(lambda: len(_row_pictures(app)) == 2 and not app.jobs.busy, timeout=60_000)
    return app


def test_a_thumbnail_is_decoded_once_and_emptied_by_command(make_app: Any, qtbot: Any, tmp_path: Path) -> None:
    folder = tmp_path / "films"
    for number in (1, 2):
        codes = np.full((80, 60), 1000 * number, np.uint16)
        codes[:8] = 4095
        write_image(
            folder / f"{number}.dcm", codes, bits=12, PatientName="DOE^JANE", PatientID="4711",
            StudyInstanceUID="1.2.3", SeriesInstanceUID="1.2.3.4", SOPInstanceUID=f"1.2.3.4.{number}",
        )  # fmt: skip
    app = _opened(make_app, qtbot, folder)
    kept = tmp_path / "home" / "cache" / "thumbnails"
    first = {path.name: path.read_bytes() for path in kept.iterdir()}
    assert len(first) == 2
    assert not any(b"DOE" in name.encode() + data or b"4711" in data for name, data in first.items())
    app.window.close()

    again = make_app()
    asked: list[Path] = []
    read = again.room.thumbnails._read

    def counted(path: Path, cancel: Any) -> Any:
        asked.append(path)
        return read(path, cancel)

    again.room.thumbnails._read = counted
    again.start((folder,))
    qtbot.waitUntil(lambda: len(_row_pictures(again)) == 2 and not again.jobs.busy, timeout=60_000)
    assert asked == []

    again.window.commands.run("file.empty_thumbnails")
    qtbot.waitUntil(lambda: "2 kept thumbnails were deleted" in again.window._status.text(), timeout=60_000)
    assert list(kept.iterdir()) == []
