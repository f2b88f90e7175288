"""The only owner of decoded images: a cache with a byte budget, and a queue with priorities in front of it.

A request for an image that is already being decoded joins that job. What the reader waits for
goes before neighbours, and takes a worker from them where all are busy.
"""

from __future__ import annotations

import enum
import heapq
import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

BUDGET_BYTES = 512 * 2**20


class Priority(enum.IntEnum):
    """Lower goes first."""

    VISIBLE = 0
    NEIGHBOUR = 1
    BACKGROUND = 2


class Request(Generic[K, V]):
    """One wish for one image. Cancel it when nobody wants the answer any more."""

    def __init__(
        self, store: ImageStore[K, V], key: K, on_ready: Callable[[V], None], on_failed: Callable[[Exception], None]
    ) -> None:
        self._store, self.key, self.on_ready, self.on_failed = store, key, on_ready, on_failed
        self.over = False
        """Answered or cancelled; touched under the store's lock, and read once more where answers arrive."""

    def cancel(self) -> None:
        self._store.drop(self)


@dataclass(eq=False, slots=True)
class _Job(Generic[K, V]):
    key: K
    generation: int
    priority: Priority
    token: CancelToken = field(default_factory=CancelToken)
    requests: list[Request[K, V]] = field(default_factory=list)
    running: bool = False


class ImageStore(Generic[K, V]):
    """Decodes, keeps and hands out images. Safe from any thread.

    Parameters
    ----------
    load : callable
        ``load(key, token)`` returns the image; runs on a worker thread, raises JobCancelled when the token says so.
    weigh : callable
        Bytes of an image.
    deliver : callable
        Runs a function where answers belong, the GUI thread for instance.
    budget : int
        Bytes kept. Images that are pinned stay beyond it: what is on the screen is never evicted.
    workers : int
    """

    def __init__(
        self,
        load: Callable[[K, CancelToken], V],
        weigh: Callable[[V], int],
        deliver: Callable[[Callable[[], None]], None],
        *,
        budget: int = BUDGET_BYTES,
        workers: int = 2,
    ) -> None:
        self._load, self._weigh, self._deliver, self._budget = load, weigh, deliver, budget
        self._changed = threading.Condition()
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._pinned: frozenset[K] = frozenset()
        self._jobs: dict[K, _Job[K, V]] = {}
        self._queue: list[tuple[int, int, _Job[K, V]]] = []
        self._order = itertools.count()
        self._generation: dict[K, int] = {}
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"cxr-store-{n}", daemon=True) for n in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def peek(self, key: K) -> V | None:
        """Return an image that is in memory, without decoding."""
        with self._changed:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def request(
        self,
        key: K,
        priority: Priority,
        on_ready: Callable[[V], None],
        on_failed: Callable[[Exception], None] = lambda error: None,
    ) -> Request[K, V]:
        """Ask for an image. One of the callables is called once, through `deliver`, unless the request is cancelled."""
        request = Request(self, key, on_ready, on_failed)
        with self._changed:
            if self._closed:
                request.over = True
            elif key in self._kept:
                self._kept.move_to_end(key)
                self._answer([request], self._kept[key], None)
            else:
                self._join(request, priority)
        return request

    def prefetch(self, keys: Iterable[K]) -> None:
        """Decode neighbours when nothing else is to be done. Earlier neighbours that nobody waits for are dropped."""
        wanted = tuple(keys)
        with self._changed:
            for job in list(self._jobs.values()):
                if not job.requests and job.key not in wanted:
                    self._end(job)
            for key in wanted:
                if not self._closed and key not in self._kept and key not in self._jobs:
                    self._push(_Job(key, self._generation.get(key, 0), Priority.NEIGHBOUR))

    def pin(self, keys: Iterable[K]) -> None:
        """Name the images on the screen: they are not evicted."""
        with self._changed:
            self._pinned = frozenset(keys)
            self._evict()

    def invalidate(self, key: K) -> None:
        """Forget an image whose file has changed. A job that reads the old content is dropped and starts anew."""
        with self._changed:
            self._kept.pop(key, None)
            self._generation[key] = self._generation.get(key, 0) + 1
            job = self._jobs.get(key)
            if job is not None:
                self._end(job)
                for request in job.requests:
                    self._join(request, job.priority)

    def drop(self, request: Request[K, V]) -> None:
        """Cancel a request; see `Request.cancel`."""
        with self._changed:
            request.over = True
            job = self._jobs.get(request.key)
            if job is not None and request in job.requests:
                job.requests.remove(request)
                if not job.requests:
                    self._end(job)

    def close(self) -> None:
        """Cancel everything, wait for the workers, forget all images. No callable is called afterwards."""
        with self._changed:
            self._closed = True
            for job in list(self._jobs.values()):
                for request in job.requests:
                    request.over = True
                self._end(job)
            self._kept.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    # Inside; all but `_work` under the lock.

    def _join(self, request: Request[K, V], priority: Priority) -> None:
        job = self._jobs.get(request.key)
        if job is None:
            job = _Job(request.key, self._generation.get(request.key, 0), priority)
            job.requests.append(request)
            self._push(job)
            return
        job.requests.append(request)
        if priority < job.priority:
            job.priority = priority
            if not job.running:
                self._push(job)  # its earlier place in the queue is skipped when its turn comes

    def _push(self, job: _Job[K, V]) -> None:
        self._jobs[job.key] = job
        heapq.heappush(self._queue, (job.priority, next(self._order), job))
        running = [j for j in self._jobs.values() if j.running]
        if job.priority is Priority.VISIBLE and len(running) >= len(self._threads):
            # Take a worker from the least urgent job; that job waits in the queue again.
            least = max(running, key=lambda j: j.priority)
            if least.priority > Priority.VISIBLE:
                self._end(least)
                again = _Job(least.key, least.generation, least.priority, requests=least.requests)
                self._jobs[again.key] = again
                heapq.heappush(self._queue, (again.priority, next(self._order), again))
        self._changed.notify_all()

    def _end(self, job: _Job[K, V]) -> None:
        """Forget a job. One that runs is told, and its result is thrown away."""
        if self._jobs.get(job.key) is job:
            del self._jobs[job.key]
        job.token.cancel()

    def _evict(self) -> None:
        spare = sum(self._weigh(image) for image in self._kept.values()) - self._budget
        for key in list(self._kept):
            if spare <= 0:
                return
            if key not in self._pinned:
                spare -= self._weigh(self._kept.pop(key))

    def _answer(self, requests: list[Request[K, V]], image: V | None, error: Exception | None) -> None:
        def tell() -> None:
            for request in requests:
                if request.over:  # cancelled while the answer was on its way
                    continue
                request.over = True
                if error is not None:
                    request.on_failed(error)
                else:
                    assert image is not None
                    request.on_ready(image)

        if requests:
            self._deliver(tell)

    def _next(self) -> _Job[K, V] | None:
        """Wait for work; None when the store closes."""
        while not self._closed:
            while self._queue:
                _, _, job = heapq.heappop(self._queue)
                if self._jobs.get(job.key) is job and not job.running:
                    job.running = True
                    return job
            self._changed.wait()
        return None

    def _work(self) -> None:
        while True:
            with self._changed:
                job = self._next()
            if job is None:
                return
            image: V | None = None
            error: Exception | None = None
            try:
                image = self._load(job.key, job.token)
            except JobCancelled as cancelled:
                error = cancelled
            except Exception as failure:  # noqa: BLE001  # every failure belongs to whoever asked
                error = failure
            with self._changed:
                if self._jobs.get(job.key) is not job:
                    continue  # replaced or dropped meanwhile: nobody may see this result
                del self._jobs[job.key]
                if image is not None:
                    self._kept[job.key] = image
                    self._evict()
                self._answer(job.requests, image, error)
