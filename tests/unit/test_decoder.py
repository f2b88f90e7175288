"""Image files read in processes of their own: same values as in this one, and a sentence for what kills a process."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image
from pydicom.uid import ExplicitVRLittleEndian, JPEGLSLossless

from cxrviewer.cancel import CancelToken
from cxrviewer.decoder import client
from cxrviewer.decoder.client import DecoderPool
from cxrviewer.errors import (
    DecoderError,
    FileGoneError,
    ImageError,
    IsolationError,
    JobCancelled,
    NotDicomError,
    WorkerAnswerError,
    WorkerDiedError,
    WorkerFaultError,
    WorkerMemoryError,
    WorkerStartError,
    WorkerTimeError,
)
from cxrviewer.imaging.header import read_header
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.thumbnails import thumbnail
from cxrviewer.isolation.sandbox import NICER
from tests.builders.dicom import image_bytes, write_image

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.fixture
def pool() -> Iterator[DecoderPool]:
    made = DecoderPool(1)
    yield made
    assert made.close()


def image_file(folder: Path, syntax: str = ExplicitVRLittleEndian, name: str = "image.dcm") -> Path:
    pixels = np.arange(60 * 50, dtype=np.uint16).reshape(60, 50)
    path = folder / name
    path.write_bytes(image_bytes(pixels, bits=12, syntax=syntax))
    return path


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, JPEGLSLossless])
def test_an_image_is_the_same_through_a_process_as_without(pool: DecoderPool, tmp_path: Path, syntax: str) -> None:
    path = image_file(tmp_path, syntax)
    here, there = open_image(path), pool.open_image(path)
    assert there.header == here.header
    assert np.array_equal(there.radiograph.codes, here.radiograph.codes)
    assert there.radiograph.codes.dtype == here.radiograph.codes.dtype
    assert there.radiograph.key == here.radiograph.key
    assert there.radiograph.presets == here.radiograph.presets
    assert np.array_equal(there.radiograph.grey_table(), here.radiograph.grey_table())
    assert not there.radiograph.codes.flags.writeable


def test_a_header_is_the_same_through_a_process_as_without(pool: DecoderPool, tmp_path: Path) -> None:
    path = image_file(tmp_path)
    assert pool.read_header(path) == read_header(path)


def test_a_picture_in_colour_is_the_same_through_a_process_as_without(pool: DecoderPool, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (30, 40, 3), np.uint8)).save(path)
    assert np.array_equal(pool.open_image(path).radiograph.codes, open_image(path).radiograph.codes)


def test_a_thumbnail_is_the_same_through_a_process_as_without(pool: DecoderPool, tmp_path: Path) -> None:
    path = image_file(tmp_path)
    small, image = pool.thumbnail(path), open_image(path)
    assert np.array_equal(small.picture, thumbnail(image.radiograph))
    assert small.header == image.header


def test_an_error_of_reading_is_the_same_through_a_process_as_without(pool: DecoderPool, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("Not an image at all, whatever its name may be.")
    for path, kind in ((text, NotDicomError), (tmp_path / "gone", FileGoneError), (tmp_path, ImageError)):
        with pytest.raises(ImageError) as here:
            open_image(path)
        with pytest.raises(ImageError) as there:
            pool.open_image(path)
        assert type(there.value) is type(here.value) is kind
        assert there.value.user_message == here.value.user_message


def test_a_name_that_is_not_utf_8_is_read(pool: DecoderPool, tmp_path: Path) -> None:
    name = os.fsdecode(b"b\xf6se.dcm")
    try:
        path = image_file(tmp_path, name=name)
    except OSError:
        pytest.skip("this file system keeps no such names")
    assert pool.read_header(path).facts.rows == 60


def test_a_relative_path_is_read_wherever_the_program_is_now(
    pool: DecoderPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool.start()
    image_file(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert pool.read_header(Path("image.dcm")).facts.rows == 60


def test_headers_read_together_are_those_read_one_by_one(
    pool: DecoderPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A busy machine may take any time for them.
    monkeypatch.setattr(client, "AHEAD_SECONDS", 600.0)
    monkeypatch.setattr(client, "AHEAD_LASTS", 600.0)
    good, text = image_file(tmp_path), tmp_path / "notes.txt"
    text.write_text("Not an image at all, whatever its name may be.")
    pool.read_ahead([good, text, tmp_path / "gone", tmp_path])

    def run(*_: object, **__: object) -> None:
        raise AssertionError("read twice")

    monkeypatch.setattr(pool._pool, "run", run)
    assert pool.read_header(good) == read_header(good)
    for path, kind in ((text, NotDicomError), (tmp_path / "gone", FileGoneError), (tmp_path, ImageError)):
        with pytest.raises(ImageError) as here:
            read_header(path)
        with pytest.raises(ImageError) as there:
            pool.read_header(path)
        assert type(there.value) is type(here.value) is kind
        assert there.value.user_message == here.value.user_message


def test_headers_that_take_too_long_together_are_the_first_ones(
    pool: DecoderPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [write_image(tmp_path / f"{number}", PatientID=f"{number}") for number in range(3)]
    monkeypatch.setattr(client, "MANY_SECONDS", 0.0)  # one file in each job
    assert [one.identity.patient_id for one in pool.read_many(paths, seconds=0.0)] == ["0"]
    assert len(pool.read_many(paths)) == 3


def test_a_header_read_ahead_is_used_once_and_only_of_the_same_content(pool: DecoderPool, tmp_path: Path) -> None:
    path = image_file(tmp_path)
    pool.read_ahead([path])
    first = pool.read_header(path)
    pool.read_ahead([path])
    path.write_bytes(path.read_bytes() + b"\0\0")
    assert pool.read_header(path).stamp != first.stamp
    assert pool._ahead == {}


def test_what_was_read_ahead_for_a_scan_that_was_stopped_is_forgotten(
    pool: DecoderPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "later.dcm"
    pool.read_ahead([path])  # it is not there yet
    monkeypatch.setattr(pool, "_ahead_until", 0.0)
    image_file(tmp_path, name="later.dcm")
    assert pool.read_header(path).facts.rows == 60


def test_reading_ahead_never_fails_and_each_file_then_answers_for_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, path = DecoderPool(1), image_file(tmp_path)
    with monkeypatch.context() as patched:

        def run(*_: object, **__: object) -> None:
            raise WorkerDiedError("x")

        patched.setattr(pool._pool, "run", run)
        pool.read_ahead([path])
    assert pool.read_header(path).facts.rows == 60
    assert pool.close()


def test_more_names_than_a_request_holds_are_read_as_far_as_they_fit(pool: DecoderPool, tmp_path: Path) -> None:
    pool.read_ahead([tmp_path / ("x" * 200 + str(number)) for number in range(1000)])
    with pytest.raises(FileGoneError):
        pool.read_header(tmp_path / ("x" * 200 + "0"))


def test_a_cancelled_image_is_not_read(pool: DecoderPool, tmp_path: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(JobCancelled):
        pool.open_image(image_file(tmp_path), cancel=cancel)


@posix
def test_the_next_image_opens_after_the_decoder_was_killed(tmp_path: Path) -> None:
    path = image_file(tmp_path)
    pool = DecoderPool(1)
    first = pool.open_image(path)
    os.kill(pool.pids[0], signal.SIGKILL)
    assert pool.open_image(path).radiograph.key == first.radiograph.key
    assert pool.close()


ENDS = {
    "died": (WorkerDiedError("x"), client.STOPPED, True),
    "killed from outside": (WorkerDiedError("x", innocent=True), client.KILLED, False),
    "memory": (WorkerMemoryError("x"), client.MEMORY, True),
    "processor time": (WorkerTimeError("x", working=True), client.TIME, True),
    "a drive that hangs": (WorkerTimeError("x", working=False), client.HANGS, False),
    "nonsense": (WorkerAnswerError("x"), client.NONSENSE, True),
    "a bug": (WorkerFaultError("x"), client.FAULT, True),
    "no process": (WorkerStartError("x"), client.NO_START, False),
}


@pytest.mark.parametrize(("error", "message", "remembered"), ENDS.values(), ids=ENDS.keys())
def test_each_end_of_a_process_has_its_sentence_and_lists_do_not_request_for_the_file_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: IsolationError, message: str, remembered: bool
) -> None:
    pool, path, calls = DecoderPool(1), image_file(tmp_path), []

    def run(function: str, *_: object, **__: object) -> None:
        calls.append(function.rpartition(".")[2])
        raise error

    monkeypatch.setattr(pool._pool, "run", run)
    for read in (pool.thumbnail, pool.thumbnail, pool.read_header, pool.open_image, pool.open_image):
        with pytest.raises(DecoderError) as caught:
            read(path)
        assert caught.value.user_message == message
    # The user's own click tries again each time, what a list asks for by itself only once.
    once, again = ["make_thumbnail"], ["make_thumbnail", "make_thumbnail", "read_header"]
    assert calls == (once if remembered else again) + ["open_image"] * 2


def test_a_file_that_was_written_anew_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pool, path = DecoderPool(1), image_file(tmp_path)
    with monkeypatch.context() as patched:

        def run(*_: object, **__: object) -> None:
            raise WorkerDiedError("x")

        patched.setattr(pool._pool, "run", run)
        with pytest.raises(DecoderError):
            pool.read_header(path)
    path.write_bytes(path.read_bytes() + b"\0\0")
    assert pool.read_header(path).facts.rows == 60
    assert pool.close()


def test_no_message_blames_the_disk_or_tells_to_fetch_the_file_again() -> None:
    for _, message, _ in ENDS.values():
        assert "fetch" not in message
    assert [m for _, m, _ in ENDS.values() if "drive" in m] == [client.HANGS]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits memory")
def test_a_decoder_uses_little_more_memory_than_the_image_and_gives_it_back(tmp_path: Path) -> None:
    rows, columns = 3000, 2500
    path = tmp_path / "large.dcm"
    pixels = (np.arange(rows * columns) % 4096).astype(np.uint16).reshape(rows, columns)
    path.write_bytes(image_bytes(pixels, bits=12))
    pool = DecoderPool(1)
    for _ in range(5):
        pool.open_image(path)
    assert psutil.Process(pool.pids[0]).memory_info().rss < 300 * 2**20
    assert pool.close()


@pytest.mark.skipif(sys.platform == "win32", reason="priorities are asked for in another way there")
def test_background_scoring_reads_in_a_process_that_all_others_go_before(pool: DecoderPool, tmp_path: Path) -> None:
    path = image_file(tmp_path)
    seen = pool.open_image(path)
    (foreground,) = pool.pids
    read = pool.open_for_scoring(path, CancelToken())
    (background,) = set(pool.pids) - {foreground}
    np.testing.assert_array_equal(read.radiograph.codes, seen.radiograph.codes)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, foreground) == own
    assert os.getpriority(os.PRIO_PROCESS, background) == min(19, own + NICER)
