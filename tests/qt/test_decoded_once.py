"""No image is decoded twice: the row's thumbnail is made of what the reader has opened."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import uid

from cxrviewer.decoder.client import DecoderPool
from cxrviewer.isolation.pool import WorkerPool
from tests.builders.dicom import UID_ROOT, chest_phantom, write_image


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often the pixels of each file are decoded, for whatever reason."""
    counts: Counter[str] = Counter()

    def counting(name: str) -> None:
        original = getattr(DecoderPool, name)

        def call(self: DecoderPool, path: Path, *rest: Any, **more: Any) -> Any:
            counts[path.name] += 1
            return original(self, path, *rest, **more)

        monkeypatch.setattr(DecoderPool, name, call)

    counting("open_image")
    counting("thumbnail")
    return counts


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.RLELossless, uid.JPEG2000Lossless])
def test_a_file_the_program_is_started_with_is_decoded_once(
    make_app: Any, qtbot: Any, tmp_path: Path, decoded: Counter[str], syntax: str
) -> None:
    path = write_image(tmp_path / "one.dcm", chest_phantom(900, 800), bits=12, syntax=syntax)
    app = make_app()
    app.start((path,))
    qtbot.waitUntil(lambda: bool(app.window.worklist.model._pictures) and not app.jobs.busy, timeout=60_000)
    assert app.room.image.image is not None
    assert decoded == {"one.dcm": 1}


def test_an_image_that_was_begun_before_the_window_is_the_only_job_of_a_decoder(
    make_app: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs: list[str] = []
    run = WorkerPool.run

    def noting(pool: WorkerPool, function: str, *arguments: Any, **more: Any) -> Any:
        jobs.append(function.rpartition(".")[2])
        return run(pool, function, *arguments, **more)

    monkeypatch.setattr(WorkerPool, "run", noting)
    path = write_image(tmp_path / "one.dcm", chest_phantom(900, 800), bits=12)
    app = make_app()
    app.decoder.start(1)
    app.decoder.begin(path)
    app.start((path,))
    qtbot.waitUntil(lambda: bool(app.window.worklist.model._pictures) and not app.jobs.busy, timeout=60_000)
    assert app.room.image.image is not None
    assert jobs == ["open_image"]


def write_images(folder: Path, many: int) -> None:
    for number in range(many):
        codes = np.full((300, 200), 1000 * number, np.uint16)
        codes[:20] = 4095
        write_image(folder / f"{number}.dcm", codes, bits=12, SOPInstanceUID=f"{UID_ROOT}3.{number}")


def test_the_image_the_reader_sees_is_decoded_once_among_others(
    make_app: Any, qtbot: Any, tmp_path: Path, decoded: Counter[str]
) -> None:
    write_images(tmp_path, 3)
    app = make_app()
    app.start((tmp_path,))
    qtbot.waitUntil(lambda: len(app.window.worklist.model._pictures) == 3 and not app.jobs.busy, timeout=60_000)
    assert decoded["0.dcm"] == 1


def test_a_folder_the_program_is_started_with_has_each_image_decoded_once(
    make_app: Any, qtbot: Any, tmp_path: Path, decoded: Counter[str]
) -> None:
    """The image beside the open one is decoded ahead, and its thumbnail made of that."""
    write_images(tmp_path, 2)
    app = make_app()
    app.start((tmp_path,))

    def over() -> bool:
        return len(app.window.worklist.model._pictures) == 2 and app.room.images.used > 0 and not app.jobs.busy

    qtbot.waitUntil(over, timeout=60_000)
    keys = [app.room.worklist.key_at(tmp_path / f"{number}.dcm") for number in range(2)]
    qtbot.waitUntil(lambda: all(app.room.images.peek(key) is not None for key in keys), timeout=60_000)
    assert decoded == {"0.dcm": 1, "1.dcm": 1}


def test_nothing_else_is_started_before_the_image_the_program_is_started_with(
    make_app: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    shown: list[bool] = []
    start = DecoderPool.start
    monkeypatch.setattr(
        DecoderPool,
        "start",
        lambda pool, *number: (shown.append(app.room.image.image is not None), start(pool, *number)),
    )
    app.start((write_image(tmp_path / "one.dcm"),))
    qtbot.waitUntil(lambda: bool(shown), timeout=60_000)
    assert shown == [True]
