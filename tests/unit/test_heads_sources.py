"""The way of a head's files to its process: in chunks, hashed on the way, never whole in the viewer."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from cxrviewer.errors import HeadRejectedError
from cxrviewer.heads.package.sources import CHUNK_BYTES, HeadFile, InMemory, Source, look_at
from cxrviewer.heads.registry.conformance import check_head, read_verified
from cxrviewer.heads.runtime import protocol
from cxrviewer.heads.runtime.runner import MAX_FAILURES, Limits, ModelRunner
from tests.builders import heads as build

ONE = Limits(threads=1)


@pytest.fixture
def start() -> Iterator[Callable[[Source], ModelRunner]]:
    runners: list[ModelRunner] = []

    def make(source: Source) -> ModelRunner:
        runners.append(ModelRunner(source, ONE))
        return runners[-1]

    yield make
    for runner in runners:
        runner.close()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations the process is asked for, in order."""
    requested: list[str] = []
    real = protocol.send

    def spy(connection: Any, header: Any, tensors: Any = None) -> None:
        requested.append(header["op"])
        real(connection, header, tensors)

    monkeypatch.setattr(protocol, "send", spy)
    return requested


def model_file(folder: Path, data: bytes | None = None) -> HeadFile:
    (folder / "model.onnx").write_bytes(build.good_model() if data is None else data)
    return look_at(folder, "model.onnx")


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 7])
@pytest.mark.parametrize("kept", ["in a file", "in memory"])
def test_every_byte_arrives_whatever_the_size(tmp_path: Path, size: int, kept: str) -> None:
    data = np.random.default_rng(size).bytes(size)
    source: Source = model_file(tmp_path, data) if kept == "in a file" else InMemory(data)
    assert source.size == size
    reader, writer = multiprocessing.Pipe(duplex=False)
    sender = threading.Thread(target=protocol.send_data, args=(writer, source.size, source.chunks()))
    sender.start()
    header, _ = protocol.receive(reader)
    assert protocol.receive_data(reader, header["size"]) == data
    sender.join()
    reader.close()
    writer.close()


@pytest.mark.parametrize(
    ("size", "parts"), [(protocol.MAX_DATA_BYTES + 1, []), (-1, []), (4, [b"12345"]), (4, [b"12", b"345"]), (4, [b""])]
)
def test_data_that_is_not_as_long_as_announced_is_rejected(size: int, parts: list[bytes]) -> None:
    reader, writer = multiprocessing.Pipe(duplex=False)
    for part in parts:
        writer.send_bytes(part)
    with pytest.raises(protocol.ProtocolError):
        protocol.receive_data(reader, size)
    reader.close()
    writer.close()


def same_size(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"\0")


def longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + bytes(2 * CHUNK_BYTES))


def shorter(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def linked(path: Path) -> None:
    path.rename(path.with_suffix(".moved"))
    path.symlink_to(path.with_suffix(".moved"))  # to the very same bytes


CHANGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "other bytes": (same_size, "was changed after it had been checked; install the head again"),
    "longer": (longer, "was changed after it had been checked; install the head again"),
    "shorter": (shorter, "was changed after it had been checked; install the head again"),
    "gone": (Path.unlink, "was changed after it had been checked: model.onnx is missing"),
    "a link": (linked, "was changed after it had been checked: model.onnx is a link"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_file_swapped_after_the_check_is_never_loaded(
    start: Callable[[Source], ModelRunner], sent: list[str], tmp_path: Path, what: str
) -> None:
    change, sentence = CHANGES[what]
    runner = start(model_file(tmp_path))
    good = (tmp_path / "model.onnx").read_bytes()
    change(tmp_path / "model.onnx")
    with pytest.raises(HeadRejectedError, match=sentence) as caught:
        runner.load()
    assert caught.value.check == "sha256"
    assert "data" in sent and "load" not in sent  # the process had bytes, and nobody told it to use them
    assert runner.pid is None
    # No failure of the model: as often as it takes, and once the file is itself again, it is loaded.
    for _ in range(MAX_FAILURES):
        with pytest.raises(HeadRejectedError, match=sentence):
            runner.load()
    (tmp_path / "model.onnx").unlink(missing_ok=True)
    (tmp_path / "model.onnx").write_bytes(good)
    assert [t.name for t in runner.load().inputs] == ["image"]


def test_after_a_crash_the_file_is_sent_and_hashed_again(
    start: Callable[[Source], ModelRunner], tmp_path: Path
) -> None:
    runner = start(model_file(tmp_path))
    given = {"image": np.full((1, 1, 32, 32), 0.25, np.float32)}

    def crash() -> None:
        assert runner.pid is not None
        os.kill(runner.pid, signal.SIGKILL)
        os.waitid(os.P_PID, runner.pid, os.WEXITED | os.WNOWAIT)

    runner.load()
    crash()
    assert runner.run(given, ("logits",)).tensors["logits"] == pytest.approx(np.array([[0.25, 0.75]]))
    crash()
    same_size(tmp_path / "model.onnx")
    with pytest.raises(HeadRejectedError, match="was changed after"):
        runner.run(given, ("logits",))


def test_a_file_is_open_only_while_it_is_read(start: Callable[[Source], ModelRunner], tmp_path: Path) -> None:
    source = model_file(tmp_path, build.good_model())
    start(source).load()
    chunks = source.chunks()
    next(chunks)
    assert str(tmp_path / "model.onnx") in {file.path for file in psutil.Process().open_files()}  # the list works
    chunks.close()  # type: ignore[attr-defined]  # it is a generator
    assert str(tmp_path / "model.onnx") not in {file.path for file in psutil.Process().open_files()}


@pytest.mark.parametrize("name", ["model.onnx", "test_input.npy", "test_logits.npy", "weights.bin"])
def test_a_large_file_of_a_pack_is_never_whole_in_the_viewers_memory(tmp_path: Path, name: str) -> None:
    large = bytes(64 * 2**20)
    if name == "model.onnx":
        build.write_head(tmp_path, model=large, plain=True)
    else:
        build.write_head(tmp_path, files={"weights.bin": b""})
        files = {path.name: look_at(tmp_path, path.name).sha256 for path in tmp_path.iterdir()}
        (tmp_path / name).write_bytes(large)
        text = (tmp_path / "head.toml").read_text()
        (tmp_path / "head.toml").write_text(text.replace(files[name], look_at(tmp_path, name).sha256))
    del large
    tracemalloc.start()
    try:
        results = check_head(tmp_path, ONE)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    wrong = {"model.onnx": "structure", "weights.bin": ""}.get(name, "test_vector")
    assert results[-1].name == (wrong or "limits") and results[-1].passed == (not wrong)
    assert peak < 6 * 2**20  # a chunk in the reader's hand, one on its way, and the small files


def test_what_is_read_whole_is_small_and_hashed_too(tmp_path: Path) -> None:
    head = build.write_head(tmp_path)
    assert head.manifest is not None
    file = read_verified(tmp_path, head.manifest).files["test_logits.npy"]
    assert file.read(file.size) == (tmp_path / "test_logits.npy").read_bytes()
    with pytest.raises(HeadRejectedError, match="are allowed"):
        file.read(file.size - 1)
    same_size(tmp_path / "test_logits.npy")
    with pytest.raises(HeadRejectedError, match="was changed after"):
        file.read(file.size)
