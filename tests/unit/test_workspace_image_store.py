"""The image store: one decoding for all, priorities, budget, changed files."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import ImageError, JobCancelled
from cxrviewer.workspace.image_store import ImageStore, Priority

WAIT = 10.0


@dataclass(frozen=True)
class Entry:
    key: str


@dataclass(frozen=True)
class Picture:
    key: str
    text: str = "first"


class Decoder:
    """Decodes when the test says so; every load waits at a gate of its own."""

    def __init__(self) -> None:
        self.started: queue.Queue[tuple[str, Priority]] = queue.Queue()
        self.cancelled: list[str] = []
        self.open = False
        self._gates: dict[str, queue.Queue[Picture | Exception]] = {}
        self._lock = threading.Lock()

    def _gate(self, key: str) -> queue.Queue[Picture | Exception]:
        with self._lock:
            return self._gates.setdefault(key, queue.Queue())

    def release(self, key: str, result: Picture | Exception | None = None) -> None:
        self._gate(key).put(Picture(key) if result is None else result)

    def __call__(self, entry: Entry, token: CancelToken, priority: Priority) -> Picture:
        self.started.put((entry.key, priority))
        if self.open:
            return Picture(entry.key)
        gate = self._gate(entry.key)
        token.on_cancel(lambda: gate.put(JobCancelled()))
        result = gate.get(timeout=WAIT)
        if isinstance(result, JobCancelled):
            self.cancelled.append(entry.key)
        if isinstance(result, Exception):
            raise result
        return result

    def next_started(self) -> str:
        return self.started.get(timeout=WAIT)[0]


class Watched(ImageStore[Entry, Picture]):
    """Tells who has joined a decoding that another one began."""

    joined: queue.Queue[str]

    def _join(self, key: str, priority: Priority) -> Any:
        load, mine = super()._join(key, priority)
        if not mine:
            self.joined.put(key)
        return load, mine


class Desk:
    """A store with room for three images, and threads that ask it."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self.decoder = Decoder()
        self.stale: set[str] = set()
        self.checked: list[str] = []
        self._threads = threads
        self.store = Watched(self.decoder, key_of=lambda one: one.key, fresh=self.fresh, weigh=lambda one: 1, budget=3)
        self.store.joined = queue.Queue()

    def fresh(self, entry: Entry, image: Picture) -> bool:
        self.checked.append(entry.key)
        return entry.key not in self.stale

    def ask(self, key: str, priority: Priority = Priority.VISIBLE) -> tuple[Future[Picture], CancelToken]:
        token = CancelToken()
        return self._threads.submit(self.store.obtain, Entry(key), token, priority), token

    def load(self, key: str) -> None:
        """Have an image decoded and kept."""
        future, _ = self.ask(key)
        assert self.decoder.next_started() == key
        self.decoder.release(key)
        future.result(WAIT)

    def joined(self, key: str, number: int) -> None:
        """Wait until `number` more askers wait for somebody else's decoding."""
        assert [self.store.joined.get(timeout=WAIT) for _ in range(number)] == [key] * number

    def has(self, *keys: str) -> list[str]:
        return [key for key in keys if self.store.peek(key) is not None]


@pytest.fixture
def desk() -> Iterator[Desk]:
    with ThreadPoolExecutor(6, thread_name_prefix="asker") as threads:
        yield Desk(threads)


def test_an_image_is_decoded_once_for_everybody_who_asks(desk: Desk) -> None:
    first, _ = desk.ask("a")
    assert desk.decoder.next_started() == "a"
    others = [desk.ask("a")[0] for _ in range(3)]
    desk.joined("a", 3)
    desk.decoder.release("a")
    images = {id(future.result(WAIT)) for future in (first, *others)}
    assert len(images) == 1 and desk.decoder.started.empty()
    assert desk.ask("a")[0].result(WAIT) == Picture("a") and desk.decoder.started.empty()
    assert desk.has("a", "b") == ["a"]


def test_what_the_reader_waits_for_stops_a_neighbour(desk: Desk) -> None:
    neighbour, _ = desk.ask("n", Priority.NEIGHBOUR)
    assert desk.decoder.next_started() == "n"
    visible, _ = desk.ask("v")
    with pytest.raises(JobCancelled):
        neighbour.result(WAIT)
    assert desk.decoder.next_started() == "v"
    desk.decoder.release("v")
    assert visible.result(WAIT) == Picture("v")
    assert desk.decoder.cancelled == ["n"] and desk.has("n", "v") == ["v"]


def test_a_neighbour_that_becomes_visible_is_not_decoded_twice_nor_stopped(desk: Desk) -> None:
    _, token = desk.ask("n", Priority.NEIGHBOUR)
    assert desk.decoder.next_started() == "n"
    visible, _ = desk.ask("n")
    desk.joined("n", 1)
    token.cancel()  # other neighbours are wanted now
    other, _ = desk.ask("v")
    assert desk.decoder.next_started() == "v"
    desk.decoder.release("n")
    desk.decoder.release("v")
    assert visible.result(WAIT) == Picture("n") and other.result(WAIT) == Picture("v")
    assert desk.decoder.cancelled == [] and desk.decoder.started.empty()


def test_decoding_stops_when_the_last_one_who_waits_has_gone(desk: Desk) -> None:
    owner, first = desk.ask("a")
    assert desk.decoder.next_started() == "a"
    waiter, second = desk.ask("a")
    desk.joined("a", 1)
    first.cancel()
    assert desk.decoder.cancelled == []
    second.cancel()
    for future in (owner, waiter):
        with pytest.raises(JobCancelled):
            future.result(WAIT)
    assert desk.decoder.cancelled == ["a"]


def test_who_waits_for_a_neighbour_that_fails_tries_it_alone(desk: Desk) -> None:
    neighbour, _ = desk.ask("a", Priority.NEIGHBOUR)
    assert desk.decoder.next_started() == "a"
    visible, _ = desk.ask("a")
    desk.joined("a", 1)
    desk.decoder.release("a", ImageError("not asked again for a list"))
    assert desk.decoder.next_started() == "a"
    desk.decoder.release("a")
    assert visible.result(WAIT) == Picture("a")
    with pytest.raises(ImageError):
        neighbour.result(WAIT)


def test_the_least_recently_used_image_goes_first_and_what_is_on_the_screen_stays(desk: Desk) -> None:
    for key in "abc":
        desk.load(key)
    desk.store.pin(["a"])
    assert desk.ask("b")[0].result(WAIT) == Picture("b")
    desk.load("d")
    assert desk.has(*"abcd") == ["a", "b", "d"] and desk.store.used == 3
    desk.store.pin(["b", "d"])
    desk.load("e")
    assert desk.has(*"abcde") == ["b", "d", "e"]


def test_images_on_the_screen_stay_beyond_the_budget_and_a_neighbour_does_not(desk: Desk) -> None:
    desk.store.pin("abcd")
    for key in "abcd":
        desk.load(key)
    assert desk.has(*"abcd") == list("abcd")
    future, _ = desk.ask("n", Priority.NEIGHBOUR)
    assert desk.decoder.next_started() == "n"
    desk.decoder.release("n")
    assert future.result(WAIT) == Picture("n")
    assert desk.has("n") == []
    desk.load("v")  # about to be shown, hence not pinned yet
    assert desk.has("v") == ["v"]


def test_an_image_whose_file_has_changed_is_decoded_anew(desk: Desk) -> None:
    desk.load("a")
    desk.stale.add("a")
    future, _ = desk.ask("a")
    assert desk.decoder.next_started() == "a"
    desk.decoder.release("a", Picture("newer", "second"))
    assert future.result(WAIT).text == "second"
    assert desk.has("a", "newer") == ["newer"]  # kept under the key of what was read


def test_an_image_whose_file_is_gone_is_not_kept_and_the_reason_is_told(desk: Desk) -> None:
    def gone(entry: Entry, image: Picture) -> bool:
        raise ImageError("This file does not exist any more.")

    desk.load("a")
    desk.store._fresh = gone
    with pytest.raises(ImageError, match="does not exist"):
        desk.ask("a")[0].result(WAIT)
    assert desk.has("a") == []


def test_a_failure_reaches_everybody_and_is_not_kept(desk: Desk) -> None:
    first, _ = desk.ask("a")
    assert desk.decoder.next_started() == "a"
    second, _ = desk.ask("a")
    desk.joined("a", 1)
    desk.decoder.release("a", ImageError("This file is damaged."))
    for future in (first, second):
        with pytest.raises(ImageError, match="damaged"):
            future.result(WAIT)
    desk.load("a")
    assert desk.has("a") == ["a"]


def test_what_is_being_decoded_when_all_is_closed_is_not_kept(desk: Desk) -> None:
    desk.load("a")
    future, _ = desk.ask("b")
    assert desk.decoder.next_started() == "b"
    desk.store.clear()
    desk.decoder.release("b")
    assert future.result(WAIT) == Picture("b")
    assert desk.has("a", "b") == [] and desk.store.used == 0


def test_many_threads_over_few_images_never_get_a_wrong_one_nor_exceed_the_budget(desk: Desk) -> None:
    desk.decoder.open = True
    keys = [chr(ord("a") + (7 * n) % 11) for n in range(400)]
    futures = [(key, desk.ask(key, Priority(n % 2))[0]) for n, key in enumerate(keys)]
    for key, future in futures:
        try:
            assert future.result(WAIT).key == key
        except JobCancelled:
            continue  # a neighbour that gave way
    assert desk.store.used <= 3 and not desk.store._loads
