"""What comes back from worker processes: checked values, or a typed error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from cxrviewer.errors import WorkerAnswerError, WorkerFaultError
from cxrviewer.isolation import codec
from cxrviewer.isolation.limits import WorkerOptions
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


# What a worker that was taken over may send instead of an answer. `raw` goes over the pipe first.
NUMBER = 1
WRONG = {
    "no JSON": b"\x80\x05.",
    "another job": json.dumps({"number": 99, "value": 1, "arrays": [], "token": ""}).encode(),
    "text for a number": json.dumps({"number": NUMBER, "value": "1", "arrays": [], "token": ""}).encode(),
    "true for a number": json.dumps({"number": NUMBER, "value": True, "arrays": [], "token": ""}).encode(),
    "5,000 digits": b'{"number": 1, "arrays": [], "token": "", "value": ' + b"9" * 5000 + b"}",
    "nested deeply": b'{"number": 1, "value": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "no arrays": json.dumps({"number": NUMBER, "value": 1, "token": ""}).encode(),
    "terabytes": json.dumps({"number": NUMBER, "value": 1, "arrays": [["<u2", [2**20, 2**20]]], "token": ""}).encode(),
    "a negative size": json.dumps({"number": NUMBER, "value": 1, "arrays": [["<u2", [-1, 5]]], "token": ""}).encode(),
    "objects": json.dumps({"number": NUMBER, "value": 1, "arrays": [["|O", [5]]], "token": ""}).encode(),
    "more than it wrote": json.dumps({"number": NUMBER, "value": 1, "arrays": [["|u1", [500]]], "token": ""}).encode(),
    "an error of another module": json.dumps({"number": NUMBER, "error": ["os.system", "", {}]}).encode(),
    "an exception that is none of ours": json.dumps({"number": NUMBER, "error": ["JobCancelled", "", {}]}).encode(),
    "a field that hides a method": json.dumps(
        {"number": NUMBER, "error": ["CxrError", "", {"__class__": "x"}]}
    ).encode(),
    "nothing": b"",
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
    raw = json.dumps({"number": 1, "value": 5, "arrays": [], "token": ""}).encode()
    assert run(pool, "write_raw", raw, True) == 5
    assert run(pool, "pid") > 0


@dataclass(frozen=True)
class Pair:
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
