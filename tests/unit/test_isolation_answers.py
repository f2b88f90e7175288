"""What comes back from worker processes: checked values, or a typed error."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import DecodeError, JobCancelled, WorkerAnswerError, WorkerDiedError, WorkerFaultError
from cxrviewer.isolation import codec
from cxrviewer.isolation.limits import JobLimits, WorkerOptions
from cxrviewer.isolation.pool import WorkerPool
from tests.unit import isolated_jobs
from tests.unit.isolated_jobs import Answer

JOBS = "tests.unit.isolated_jobs."
posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    made = WorkerPool(1, WorkerOptions(name="cxr-test", memory_bytes=400 * 2**20))
    yield made
    assert made.close()


def run(pool: WorkerPool, name: str, *arguments: Any, expected: Any = int) -> Any:
    return pool.run(JOBS + name, arguments, expected)


def message(**changes: Any) -> bytes:
    """Return the answer 1 to the first job, or what becomes of it with `changes`; None leaves a key out."""
    whole = {"number": 1, "value": 1, "arrays": [], "before": [], "offset": 0, "token": "", **changes}
    return json.dumps({key: value for key, value in whole.items() if value is not None}).encode()


def with_array(described: Any, *, before: Any = False, offset: Any = 0) -> bytes:
    return message(arrays=[described], before=[before], offset=offset)


def error(name: str, fields: dict[str, Any]) -> bytes:
    return json.dumps({"number": 1, "error": [name, "", fields]}).encode()


# What a worker that was taken over may send instead of an answer; it goes over the pipe before the true one.
WRONG = {
    "nothing": b"",
    "no JSON": b"\x80\x05.",
    "another job": message(number=99),
    "text for a number": message(value="1"),
    "true for a number": message(value=True),
    "5,000 digits": message(value=1).replace(b'"value": 1', b'"value": ' + b"9" * 5000),
    "nested deeply": message(value=1).replace(b'"value": 1', b'"value": ' + b"[" * 10_000 + b"]" * 10_000),
    "no arrays": message(arrays=None),
    "no places": message(before=None),
    "terabytes": with_array(["<u2", [2**20, 2**20]]),
    "a negative size": with_array(["<u2", [-1, 5]]),
    "a size that is no number": with_array(["<u2", [5.0]]),
    "objects": with_array(["|O", [5]]),
    "more than it wrote": with_array(["|u1", [500]]),
    "a place before the start": with_array(["|u1", [5]], offset=-9),
    "a place that is no number": with_array(["|u1", [5]], offset="0"),
    "pixels it never sent": with_array(["|u1", [5]], before=True),
    "early pixels of another job": b'early [99, [["|u1", [5]]]]',
    "early pixels that are not there": b'early [1, [["|u1", [5000000]]]]',
    "two early ones": b'early [1, [["|u1", [0]], ["|u1", [0]]]]',
    "early nonsense": b"early ",
    "an error of another module": error("os.system", {}),
    "an exception that is none of ours": error("JobCancelled", {}),
    "a field that hides a method": error("CxrError", {"__class__": "x"}),
    "an error beside a value": json.dumps({"number": 1, "memory": True, "fault": ""}).encode(),
}


@posix
@pytest.mark.parametrize("raw", WRONG.values(), ids=WRONG.keys())
def test_nonsense_from_a_worker_is_a_typed_error_and_ends_it(pool: WorkerPool, raw: bytes) -> None:
    with pytest.raises(WorkerAnswerError):
        run(pool, "write_raw", raw)
    ended = pool.pids
    assert run(pool, "pid") > 0
    assert ended != ()


@posix
def test_an_answer_too_long_to_be_read_is_nonsense_too(pool: WorkerPool) -> None:
    with pytest.raises(WorkerAnswerError):
        run(pool, "write_raw_long")
    assert run(pool, "pid") > 0


def test_an_answer_longer_than_a_message_may_be_fails_in_the_worker(pool: WorkerPool) -> None:
    with pytest.raises(WorkerFaultError):
        run(pool, "long_text", expected=str)


def test_a_valid_answer_of_another_type_is_nonsense(pool: WorkerPool) -> None:
    with pytest.raises(WorkerAnswerError):
        run(pool, "text")


def test_what_a_type_checks_when_it_is_built_is_checked_again_on_arrival(pool: WorkerPool) -> None:
    with pytest.raises(WorkerAnswerError):
        run(pool, "negative", expected=Answer)


def test_arrays_larger_than_the_worker_s_allowance_are_not_reserved() -> None:
    pool = WorkerPool(1, WorkerOptions(name="cxr-test", answer_bytes=1000))
    with pytest.raises(WorkerAnswerError):
        run(pool, "answer", "", 0, 100, 100, expected=Answer)
    assert pool.close()


@posix
def test_a_process_that_dies_after_its_answer_has_still_answered(pool: WorkerPool) -> None:
    assert run(pool, "write_raw", message(value=5), True) == 5
    assert run(pool, "pid") > 0


@pytest.mark.parametrize("rows", [10, 1000], ids=["too small to go early", "early"])
def test_pixels_handed_over_early_are_those_of_the_answer(pool: WorkerPool, rows: int) -> None:
    value = run(pool, "early", rows, expected=Answer)
    assert value.pixels.shape == (rows, 1000)
    # By hand: the numbers count on from 0 and wrap at 65,536.
    assert value.pixels[-1, -1] == (rows * 1000 - 1) % 65536
    assert not value.pixels.flags.writeable


def test_pixels_handed_over_early_that_are_not_in_the_answer_are_dropped(pool: WorkerPool) -> None:
    assert run(pool, "early", 2000, False, True, expected=Answer).pixels.tolist() == [
        [0, 1, 2, 3, 4],
        [5, 6, 7, 8, 9],
        [10, 11, 12, 13, 14],
    ]
    assert run(pool, "answer", "next", 2, 1, 1, expected=Answer).text == "next"


def test_a_job_that_fails_after_its_pixels_is_an_error_and_the_next_is_answered(pool: WorkerPool) -> None:
    with pytest.raises(DecodeError, match="failed after the pixels"):
        run(pool, "early", 2000, True, expected=Answer)
    assert run(pool, "answer", "next", 2, 1, 1, expected=Answer).text == "next"


@posix
def test_a_process_that_dies_after_its_pixels_gives_no_image(pool: WorkerPool) -> None:
    with pytest.raises(WorkerDiedError):
        run(pool, "early_then_die", expected=Answer)
    assert run(pool, "answer", "next", 2, 1, 1, expected=Answer).text == "next"


def test_pixels_of_a_cancelled_job_are_not_taken_for_those_of_the_next(pool: WorkerPool) -> None:
    run(pool, "pid")
    cancel = CancelToken()
    timer = threading.Timer(0.1, cancel.cancel)
    timer.start()
    limits = JobLimits(cancel_seconds=30)
    with pytest.raises(JobCancelled):
        pool.run(JOBS + "early_then_nap", (0.5,), Answer, cancel=cancel, limits=limits)
    timer.join()
    assert run(pool, "early", 1001, expected=Answer).pixels.shape == (1001, 1000)


class Pair(Struct, frozen=True):
    first: int | str | None
    second: tuple[tuple[float, ...], ...]


@pytest.mark.parametrize(
    "value", [Pair(1, ()), Pair("1", ((1.5, float("inf")), ())), Pair(None, ((-0.0,),))], ids=["int", "text", "none"]
)
def test_values_survive_the_way_there_and_back(value: Pair) -> None:
    tree, arrays = codec.encode(value)
    assert codec.decode(Pair, json.loads(json.dumps(tree)), arrays) == value


def test_numbers_of_numpy_arrive_as_numbers_of_python() -> None:
    tree, arrays = codec.encode(Pair(np.int64(3), ((np.float32(0.5),),)))  # type: ignore[arg-type]
    decoded = codec.decode(Pair, json.loads(json.dumps(tree)), arrays)
    assert decoded == Pair(3, ((0.5,),))
    assert type(decoded.first) is int


def test_a_type_that_cannot_travel_is_a_programmer_s_mistake() -> None:
    with pytest.raises(TypeError, match="does not travel"):
        codec.decode(Path, "x", [])


@pytest.mark.parametrize(
    "array",
    [np.zeros((0, 3), np.uint8), np.array(5, np.int32), np.ones((2, 3, 4), np.float32), np.array([True, False])],
    ids=["empty", "no dimension", "three", "bool"],
)
def test_arrays_of_every_shape_pass_through_the_shared_memory(array: npt.NDArray[Any]) -> None:
    from cxrviewer.isolation import handover

    shared = handover.create()
    token = shared.write([array, np.arange(3, dtype=np.uint16)])
    into = [np.empty(array.shape, array.dtype), np.empty(3, np.uint16)]
    shared.read(token, into)
    shared.close()
    assert np.array_equal(into[0], array)
    assert into[1].tolist() == [0, 1, 2]


def test_shared_memory_cut_short_by_the_worker_is_an_error_and_no_crash() -> None:
    from cxrviewer.isolation import handover

    shared = handover.create()
    token = shared.write([np.zeros(10, np.uint8)])
    with pytest.raises(handover.HandoverError):
        shared.read(token, [np.empty(11, np.uint8)])
    shared.close()


def test_the_helper_functions_of_these_tests_are_what_they_claim() -> None:
    assert isolated_jobs.nested(2) == [[None]]
