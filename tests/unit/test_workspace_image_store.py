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
    watched: queue.Queue[str]

    def under_way(self, key: str, token: CancelToken) -> Picture | None:
        calling = token.calling

        def told(work: Any) -> Any:
            self.watched.put(key)  # what it waits for was found already
            return calling(work)

        token.calling = told  # type: ignore[method-assign, assignment]
        return super().under_way(key, token)

    def _join(self, key: str, priority: Priority) -> Any:
        load, mine = super()._join(key, priority)
        if not mine:
            self.joined.put(key)
        return load, mine


class Fixture:
    """A store with room for three images, and threads that ask it."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self.decoder = Decoder()
        self.stale: set[str] = set()
        self.checked: list[str] = []
        self._threads = threads
        self.store = Watched(self.decoder, key_of=lambda one: one.key, fresh=self.fresh, weigh=lambda one: 1, budget=3)
        self.store.joined = queue.Queue()
        self.store.watched = queue.Queue()

    def fresh(self, entry: Entry, image: Picture) -> bool:
        self.checked.append(entry.key)
        return entry.key not in self.stale

    def request(self, key: str, priority: Priority = Priority.VISIBLE) -> tuple[Future[Picture], CancelToken]:
        token = CancelToken()
        return self._threads.submit(self.store.obtain, Entry(key), token, priority), token

    def watch(self, key: str) -> Future[Picture | None]:
        return self._threads.submit(self.store.under_way, key, CancelToken())

    def watching(self, key: str) -> None:
        """Wait until somebody waits for an image that others decode."""
        assert self.store.watched.get(timeout=WAIT) == key

    def load(self, key: str) -> None:
        """Have an image decoded and kept."""
        future, _ = self.request(key)
        assert self.decoder.next_started() == key
        self.decoder.release(key)
        future.result(WAIT)

    def joined(self, key: str, number: int) -> None:
        """Wait until `number` more askers wait for somebody else's decoding."""
        assert [self.store.joined.get(timeout=WAIT) for _ in range(number)] == [key] * number

    def has(self, *keys: str) -> list[str]:
        return [key for key in keys if self.store.peek(key) is not None]


@pytest.fixture
def fixture() -> Iterator[Fixture]:
    with ThreadPoolExecutor(6, thread_name_prefix="asker") as threads:
        yield Fixture(threads)


def test_an_image_is_decoded_once_for_everybody_who_requests(fixture: Fixture) -> None:
    first, _ = fixture.request("a")
    assert fixture.decoder.next_started() == "a"
    others = [fixture.request("a")[0] for _ in range(3)]
    fixture.joined("a", 3)
    fixture.decoder.release("a")
    images = {id(future.result(WAIT)) for future in (first, *others)}
    assert len(images) == 1 and fixture.decoder.started.empty()
    assert fixture.request("a")[0].result(WAIT) == Picture("a") and fixture.decoder.started.empty()
    assert fixture.has("a", "b") == ["a"]


def test_what_the_reader_waits_for_stops_a_neighbour(fixture: Fixture) -> None:
    neighbour, _ = fixture.request("n", Priority.NEIGHBOUR)
    assert fixture.decoder.next_started() == "n"
    visible, _ = fixture.request("v")
    with pytest.raises(JobCancelled):
        neighbour.result(WAIT)
    assert fixture.decoder.next_started() == "v"
    fixture.decoder.release("v")
    assert visible.result(WAIT) == Picture("v")
    assert fixture.decoder.cancelled == ["n"] and fixture.has("n", "v") == ["v"]


def test_a_neighbour_that_becomes_visible_is_not_decoded_twice_nor_stopped(fixture: Fixture) -> None:
    _, token = fixture.request("n", Priority.NEIGHBOUR)
    assert fixture.decoder.next_started() == "n"
    visible, _ = fixture.request("n")
    fixture.joined("n", 1)
    token.cancel()  # other neighbours are wanted now
    other, _ = fixture.request("v")
    assert fixture.decoder.next_started() == "v"
    fixture.decoder.release("n")
    fixture.decoder.release("v")
    assert visible.result(WAIT) == Picture("n") and other.result(WAIT) == Picture("v")
    assert fixture.decoder.cancelled == [] and fixture.decoder.started.empty()


def test_decoding_stops_when_the_last_one_who_waits_has_gone(fixture: Fixture) -> None:
    owner, first = fixture.request("a")
    assert fixture.decoder.next_started() == "a"
    waiter, second = fixture.request("a")
    fixture.joined("a", 1)
    first.cancel()
    assert fixture.decoder.cancelled == []
    second.cancel()
    for future in (owner, waiter):
        with pytest.raises(JobCancelled):
            future.result(WAIT)
    assert fixture.decoder.cancelled == ["a"]


def test_who_waits_for_a_neighbour_that_fails_tries_it_alone(fixture: Fixture) -> None:
    neighbour, _ = fixture.request("a", Priority.NEIGHBOUR)
    assert fixture.decoder.next_started() == "a"
    visible, _ = fixture.request("a")
    fixture.joined("a", 1)
    fixture.decoder.release("a", ImageError("not asked again for a list"))
    assert fixture.decoder.next_started() == "a"
    fixture.decoder.release("a")
    assert visible.result(WAIT) == Picture("a")
    with pytest.raises(ImageError):
        neighbour.result(WAIT)


def test_the_least_recently_used_image_goes_first_and_what_is_on_the_screen_stays(fixture: Fixture) -> None:
    for key in "abc":
        fixture.load(key)
    fixture.store.pin(["a"])
    assert fixture.request("b")[0].result(WAIT) == Picture("b")
    fixture.load("d")
    assert fixture.has(*"abcd") == ["a", "b", "d"] and fixture.store.used == 3
    fixture.store.pin(["b", "d"])
    fixture.load("e")
    assert fixture.has(*"abcde") == ["b", "d", "e"]


def test_images_on_the_screen_stay_beyond_the_budget_and_a_neighbour_does_not(fixture: Fixture) -> None:
    fixture.store.pin("abcd")
    for key in "abcd":
        fixture.load(key)
    assert fixture.has(*"abcd") == list("abcd")
    future, _ = fixture.request("n", Priority.NEIGHBOUR)
    assert fixture.decoder.next_started() == "n"
    fixture.decoder.release("n")
    assert future.result(WAIT) == Picture("n")
    assert fixture.has("n") == []
    fixture.load("v")  # about to be shown, hence not pinned yet
    assert fixture.has("v") == ["v"]


def test_an_image_whose_file_has_changed_is_decoded_anew(fixture: Fixture) -> None:
    fixture.load("a")
    fixture.stale.add("a")
    future, _ = fixture.request("a")
    assert fixture.decoder.next_started() == "a"
    fixture.decoder.release("a", Picture("newer", "second"))
    assert future.result(WAIT).text == "second"
    assert fixture.has("a", "newer") == ["newer"]  # kept under the key of what was read


def test_an_image_whose_file_is_gone_is_not_kept_and_the_reason_is_told(fixture: Fixture) -> None:
    def gone(entry: Entry, image: Picture) -> bool:
        raise ImageError("This file does not exist any more.")

    fixture.load("a")
    fixture.store._fresh = gone
    with pytest.raises(ImageError, match="does not exist"):
        fixture.request("a")[0].result(WAIT)
    assert fixture.has("a") == []


def test_a_failure_reaches_everybody_and_is_not_kept(fixture: Fixture) -> None:
    first, _ = fixture.request("a")
    assert fixture.decoder.next_started() == "a"
    second, _ = fixture.request("a")
    fixture.joined("a", 1)
    fixture.decoder.release("a", ImageError("This file is damaged."))
    for future in (first, second):
        with pytest.raises(ImageError, match="damaged"):
            future.result(WAIT)
    fixture.load("a")
    assert fixture.has("a") == ["a"]


def test_what_is_being_decoded_when_all_is_closed_is_not_kept(fixture: Fixture) -> None:
    fixture.load("a")
    future, _ = fixture.request("b")
    assert fixture.decoder.next_started() == "b"
    fixture.store.clear()
    fixture.decoder.release("b")
    assert future.result(WAIT) == Picture("b")
    assert fixture.has("a", "b") == [] and fixture.store.used == 0


def test_a_thumbnail_waits_for_the_image_that_is_decoded_anyway(fixture: Fixture) -> None:
    assert fixture.store.under_way("a", CancelToken()) is None
    first, _ = fixture.request("a")
    assert fixture.decoder.next_started() == "a"
    watching = fixture.watch("a")
    fixture.decoder.release("a")
    assert watching.result(WAIT) is first.result(WAIT)
    assert fixture.store.under_way("a", CancelToken()) is first.result(WAIT)
    assert fixture.decoder.started.empty()


def test_a_neighbour_gives_way_also_where_a_thumbnail_waits_for_it(fixture: Fixture) -> None:
    fixture.request("n", Priority.NEIGHBOUR)
    assert fixture.decoder.next_started() == "n"
    watching = fixture.watch("n")
    visible, _ = fixture.request("v")
    assert fixture.decoder.next_started() == "v"
    assert watching.result(WAIT) is None
    fixture.decoder.release("v")
    assert visible.result(WAIT) == Picture("v") and fixture.decoder.cancelled == ["n"]


def test_a_thumbnail_of_an_image_that_cannot_be_decoded_is_given_up(fixture: Fixture) -> None:
    first, _ = fixture.request("a")
    assert fixture.decoder.next_started() == "a"
    token = CancelToken()
    token.cancel()
    with pytest.raises(JobCancelled):
        fixture.store.under_way("a", token)
    watching = fixture.watch("a")
    fixture.watching("a")
    fixture.decoder.release("a", ImageError("This file is damaged."))
    for future in (first, watching):
        with pytest.raises(ImageError, match="damaged"):
            future.result(WAIT)


def test_many_threads_over_few_images_never_get_a_wrong_one_nor_exceed_the_budget(fixture: Fixture) -> None:
    fixture.decoder.open = True
    keys = [chr(ord("a") + (7 * n) % 11) for n in range(400)]
    futures = [(key, fixture.request(key, Priority(n % 2))[0]) for n, key in enumerate(keys)]
    for key, future in futures:
        try:
            assert future.result(WAIT).key == key
        except JobCancelled:
            continue  # a neighbour that gave way
    assert fixture.store.used <= 3 and not fixture.store._loads
