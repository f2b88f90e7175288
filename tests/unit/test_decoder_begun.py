"""The image a program is started with: decoded once, before it is asked for, and only if it still is that file."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.decoder import client
from cxrviewer.decoder.client import DecoderPool
from cxrviewer.errors import DecoderError, FileGoneError, JobCancelled, WorkerDiedError
from cxrviewer.isolation.pool import WorkerPool
from tests.builders.dicom import image_bytes


@pytest.fixture
def pool() -> Iterator[DecoderPool]:
    made = DecoderPool(2, for_images=1)
    yield made
    assert made.close()


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the name of each job that is given to a process."""
    names: list[str] = []
    original = WorkerPool.run

    def run(self: WorkerPool, function: str, *arguments: Any, **more: Any) -> Any:
        names.append(function.rpartition(".")[2])
        return original(self, function, *arguments, **more)

    monkeypatch.setattr(WorkerPool, "run", run)
    return names


def write(path: Path, value: int) -> Path:
    path.write_bytes(image_bytes(np.full((60, 50), value, np.uint16), bits=12))
    return path


def test_an_image_that_was_begun_is_decoded_once_in_one_process(
    pool: DecoderPool, tmp_path: Path, jobs: list[str]
) -> None:
    path = write(tmp_path / "one.dcm", 7)
    pool.start(1)
    pool.begin(path)
    header = pool.read_header(path, CancelToken())
    image = pool.open_image(path, cancel=CancelToken())
    assert header is image.header
    assert image.radiograph.codes.tolist() == [[7] * 50] * 60
    assert jobs == ["open_image"]
    assert len(pool.pids) == 1
    pool.open_image(path)
    assert jobs == ["open_image"] * 2, "it is handed out once; the image store keeps it"


def test_a_file_that_was_replaced_since_is_decoded_anew(pool: DecoderPool, tmp_path: Path, jobs: list[str]) -> None:
    path = write(tmp_path / "one.dcm", 7)
    pool.begin(path)
    pool.read_header(path)
    os.replace(write(tmp_path / "other", 9), path)
    assert pool.open_image(path).radiograph.codes[0, 0] == 9
    assert jobs == ["open_image", "open_image"]


def test_another_image_does_not_wait_for_the_one_that_was_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, started, ended = DecoderPool(1), threading.Event(), threading.Event()
    first, second = write(tmp_path / "one.dcm", 7), write(tmp_path / "two.dcm", 9)

    def run(_: str, arguments: tuple[str, int, str], *__: object, cancel: CancelToken | None, **___: object) -> str:
        if arguments[0] == str(first):
            assert cancel is not None
            cancel.on_cancel(ended.set)
            started.set()
            assert ended.wait(60)
            raise JobCancelled
        return arguments[0]

    monkeypatch.setattr(pool._pool, "run", run)
    pool.begin(first)
    assert started.wait(60)
    assert pool.open_image(second) == str(second)
    assert ended.is_set()
    assert pool.close()


def test_a_cancel_ends_the_waiting_for_a_header_but_not_the_decoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, go_on = DecoderPool(1), threading.Event()
    path, cancel = write(tmp_path / "one.dcm", 7), CancelToken()

    def run(*_: object, cancel: CancelToken, **__: object) -> None:
        assert go_on.wait(60)
        cancel.raise_if_cancelled()
        raise FileGoneError("x")

    monkeypatch.setattr(pool._pool, "run", run)
    pool.begin(path)
    cancel.cancel()
    with pytest.raises(JobCancelled):
        pool.read_header(path, cancel)
    go_on.set()
    with pytest.raises(FileGoneError):
        pool.open_image(path)
    assert pool.close()


def test_a_file_that_ends_the_process_is_listed_and_fails_when_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, path, calls = DecoderPool(1), write(tmp_path / "one.dcm", 7), []

    def run(function: str, *_: object, **__: object) -> str:
        calls.append(function.rpartition(".")[2])
        if function.endswith("open_image"):
            raise WorkerDiedError("x")
        return "header"

    monkeypatch.setattr(pool._pool, "run", run)
    pool.begin(path)
    assert pool.read_header(path) == "header"
    with pytest.raises(DecoderError) as caught:
        pool.open_image(path)
    assert caught.value.user_message == client.STOPPED
    assert calls == ["open_image", "read_header"], "it is not tried twice by itself"
    assert pool.close()


def test_a_folder_is_not_begun(pool: DecoderPool, tmp_path: Path, jobs: list[str]) -> None:
    path = write(tmp_path / "one.dcm", 7)
    pool.begin(tmp_path)
    assert pool.open_image(path).radiograph.codes[0, 0] == 7
    assert jobs == ["open_image"]


def test_a_decoder_process_loads_no_http_client_and_no_image_of_pydicom() -> None:
    code = (
        "from cxrviewer.decoder.start import warm_up; warm_up(); import sys;"
        "print([one for one in ('http.client', 'urllib.request', 'requests', 'ssl', 'pydicom.data.data_manager')"
        " if sys.modules.get(one)])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
