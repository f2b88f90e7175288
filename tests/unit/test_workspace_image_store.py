"""The image store: coalescing, priorities, budget, invalidation."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import ImageError, JobCancelled
from cxrviewer.workspace.image_store import ImageStore, Priority

WAIT = 10.0


class Decoder:
    """Decodes when the test says so; every load waits at a gate of its own."""

    def __init__(self) -> None:
        self.started: queue.Queue[str] = queue.Queue()
        self.cancelled: list[str] = []
        self._gates: dict[str, queue.Queue[object]] = {}
        self._lock = threading.Lock()
        self.open = False

    def _gate(self, key: str) -> queue.Queue[object]:
        with self._lock:
            return self._gates.setdefault(key, queue.Queue())

    def release(self, key: str, result: object = None) -> None:
        self._gate(key).put(f"image of {key}" if result is None else result)

    def __call__(self, key: str, token: CancelToken) -> str:
        self.started.put(key)
        if self.open:
            return f"image of {key}"
        gate = self._gate(key)
        token.on_cancel(lambda: gate.put(JobCancelled()))
        result = gate.get(timeout=WAIT)
        if isinstance(result, JobCancelled):
            self.cancelled.append(key)
        if isinstance(result, Exception):
            raise result
        return str(result)

    def next_started(self) -> str:
        return self.started.get(timeout=WAIT)


class Answers:
    """Collects what is delivered; `take` runs one delivery on the test's thread."""

    def __init__(self) -> None:
        self._queue: queue.Queue[Callable[[], None]] = queue.Queue()
        self.seen: list[object] = []

    def deliver(self, function: Callable[[], None]) -> None:
        self._queue.put(function)

    def next(self) -> Callable[[], None]:
        """Return the next delivery without running it: an answer on its way."""
        return self._queue.get(timeout=WAIT)

    def take(self) -> list[object]:
        self.next()()
        return self.seen

    @property
    def empty(self) -> bool:
        return self._queue.empty()


@pytest.fixture
def decoder() -> Decoder:
    return Decoder()


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def store(decoder: Decoder, answers: Answers) -> Iterator[ImageStore[str, str]]:
    one = ImageStore(decoder, len, answers.deliver, budget=3 * len("image of a"), workers=1)
    yield one
    one.close()


def test_an_image_is_decoded_once_for_everybody_who_asks(
    store: ImageStore[str, str], decoder: Decoder, answers: Answers
) -> None:
    store.request("a", Priority.VISIBLE, answers.seen.append)
    assert decoder.next_started() == "a"
    store.request("a", Priority.NEIGHBOUR, answers.seen.append)
    decoder.release("a")
    assert answers.take() == ["image of a"] * 2
    store.request("a", Priority.VISIBLE, answers.seen.append)
    assert len(answers.take()) == 3 and decoder.started.empty()
    assert store.peek("a") == "image of a" and store.peek("b") is None


def test_what_the_reader_waits_for_takes_the_worker_from_a_neighbour(
    store: ImageStore[str, str], decoder: Decoder, answers: Answers
) -> None:
    store.prefetch(["n", "m"])
    assert decoder.next_started() == "n"
    store.request("v", Priority.VISIBLE, answers.seen.append)
    assert decoder.next_started() == "v"
    assert decoder.cancelled == ["n"]
    decoder.release("v")
    assert answers.take() == ["image of v"]
    assert decoder.next_started() == "m"  # the neighbour that was stopped is tried again behind the other one
    decoder.release("m")
    assert decoder.next_started() == "n"
    decoder.release("n")


def test_a_neighbour_that_becomes_visible_is_not_decoded_twice(
    store: ImageStore[str, str], decoder: Decoder, answers: Answers
) -> None:
    store.prefetch(["n"])
    assert decoder.next_started() == "n"
    store.request("n", Priority.VISIBLE, answers.seen.append)
    store.prefetch(["x"])  # the reader went on: what somebody waits for stays
    decoder.release("n")
    assert answers.take() == ["image of n"]
    assert decoder.next_started() == "x" and decoder.cancelled == []
    store.prefetch([])


def test_waiting_neighbours_of_an_earlier_place_are_dropped(
    store: ImageStore[str, str], decoder: Decoder, answers: Answers
) -> None:
    store.request("v", Priority.VISIBLE, answers.seen.append)
    assert decoder.next_started() == "v"
    store.prefetch(["a", "b"])
    store.prefetch(["b", "c"])
    decoder.release("v")
    assert decoder.next_started() == "b"
    decoder.release("b")
    assert decoder.next_started() == "c"
    decoder.release("c")


def test_the_least_recently_used_image_goes_first_and_what_is_on_the_screen_stays(
    store: ImageStore[str, str], decoder: Decoder, answers: Answers
) -> None:
    decoder.open = True
    store.pin(["a"])
    for key in "abcd":  # room for three
        store.request(key, Priority.VISIBLE, answers.seen.append)
        answers.take()
    assert [key for key in "abcd" if store.peek(key) is not None] == ["a", "c", "d"]
    store.pin(["d"])
    for key in "cde":
        store.request(key, Priority.VISIBLE, answers.seen.append)
        answers.take()
    assert [key for key in "acde" if store.peek(key) is not None] == ["c", "d", "e"]


def test_a_changed_file_is_read_again_and_its_old_content_reaches_nobody(
    store: ImageStore[str, str], decoder: Decoder, answers: Answers
) -> None:
    store.request("a", Priority.VISIBLE, answers.seen.append)
    assert decoder.next_started() == "a"
    store.invalidate("a")
    assert decoder.next_started() == "a"
    decoder.release("a", "new content")
    assert answers.take() == ["new content"]
    assert store.peek("a") == "new content"
    store.invalidate("a")
    assert store.peek("a") is None


def test_a_failure_reaches_whoever_asked_and_is_not_kept(
    store: ImageStore[str, str], decoder: Decoder, answers: Answers
) -> None:
    failure = ImageError("This file does not exist any more.")
    store.request("a", Priority.VISIBLE, answers.seen.append, answers.seen.append)
    decoder.release("a", failure)
    assert answers.take() == [failure]
    store.request("a", Priority.VISIBLE, answers.seen.append)
    decoder.release("a")
    assert answers.take() == [failure, "image of a"]


def test_a_cancelled_request_hears_nothing_even_of_an_answer_on_its_way(
    store: ImageStore[str, str], decoder: Decoder, answers: Answers
) -> None:
    first = store.request("a", Priority.VISIBLE, answers.seen.append)
    second = store.request("a", Priority.VISIBLE, answers.seen.append)
    assert decoder.next_started() == "a"
    first.cancel()
    decoder.release("a")
    on_its_way = answers.next()
    second.cancel()
    on_its_way()
    assert answers.seen == []
    third = store.request("b", Priority.VISIBLE, answers.seen.append)
    assert decoder.next_started() == "b"
    third.cancel()
    store.request("c", Priority.VISIBLE, answers.seen.append)
    assert decoder.next_started() == "c"
    assert decoder.cancelled == ["b"]
    decoder.release("c")
    assert answers.take() == ["image of c"]


def test_closing_ends_every_worker_and_answers_nobody(decoder: Decoder, answers: Answers) -> None:
    store = ImageStore(decoder, len, answers.deliver, workers=2)
    store.request("a", Priority.VISIBLE, answers.seen.append)
    assert decoder.next_started() == "a"
    store.close()
    store.request("b", Priority.VISIBLE, answers.seen.append)
    store.close()
    assert answers.empty and not [t for t in threading.enumerate() if t.name.startswith("cxr-store")]
