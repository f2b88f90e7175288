"""The only owner of decoded images: what is kept in memory, and who decodes what nobody has yet.

Threads come from outside (`jobs.JobRunner`): whoever wants an image calls `obtain` on a worker's thread.
"""

from __future__ import annotations

import enum
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Generic, Protocol, TypeVar

from msgspec import Struct, field

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled

BUDGET_BYTES = 256 * 2**20


class Keyed(Protocol):
    """What can be asked for. Another content of the same file has another key."""

    @property
    def key(self) -> str: ...


E = TypeVar("E", bound=Keyed)
V = TypeVar("V")


class Priority(enum.IntEnum):
    """Lower goes first."""

    VISIBLE = 0
    NEIGHBOUR = 1


class _Load(Struct, Generic[V], eq=False):
    """One image being decoded on the thread of whoever asked first; others wait for the same one."""

    priority: Priority
    token: CancelToken = field(default_factory=CancelToken)
    waiting: int = 0
    deserted: bool = False
    """Its owner wants it no more."""
    keep: bool = True
    over: bool = False
    image: V | None = None
    error: Exception | None = None


class ImageStore(Generic[E, V]):
    """Decodes, keeps and hands out images. Safe from any thread.

    Parameters
    ----------
    load : callable
        ``load(entry, token, priority)`` returns the image; raises JobCancelled when the token says so.
    key_of : callable
        The key an image is kept under: that of what was read, which may be newer than what was asked for.
    fresh : callable
        ``fresh(entry, image)``: whether the file still holds what `image` was made of. May raise.
    weigh : callable
        Bytes of an image.
    budget : int
        Bytes kept. Pinned images stay beyond it: what is on the screen is never evicted.
    """

    def __init__(
        self,
        load: Callable[[E, CancelToken, Priority], V],
        *,
        key_of: Callable[[V], str],
        fresh: Callable[[E, V], bool],
        weigh: Callable[[V], int],
        budget: int = BUDGET_BYTES,
    ) -> None:
        self._load, self._key_of, self._fresh, self._weigh = load, key_of, fresh, weigh
        self._budget = budget
        self._changed = threading.Condition()
        self._kept: OrderedDict[str, V] = OrderedDict()
        self._pinned: frozenset[str] = frozenset()
        self._loads: dict[str, _Load[V]] = {}

    @property
    def used(self) -> int:
        """Bytes of all images in memory."""
        with self._changed:
            return sum(self._weigh(image) for image in self._kept.values())

    def peek(self, key: str) -> V | None:
        """Return an image that is in memory; its file may have changed since."""
        with self._changed:
            return self._kept.get(key)

    def under_way(self, key: str, token: CancelToken) -> V | None:
        """Return an image that is in memory, or that somebody decodes at this moment, when that has ended.

        Waiting here keeps no neighbour from giving way to what the reader waits for. Another program may have changed
        the file meanwhile. None where nobody decodes it, or who did gave way.

        Raises
        ------
        JobCancelled
            Where `token` was cancelled.
        Exception
            Where decoding failed.
        """
        with self._changed:
            image, load = self._kept.get(key), self._loads.get(key)
        if image is not None or load is None:
            return image
        with token.calling(self._wake), self._changed:
            while not load.over and not token.cancelled:
                self._changed.wait()
        token.raise_if_cancelled()
        if load.error is not None and not isinstance(load.error, JobCancelled):
            raise load.error
        return load.image

    def obtain(self, entry: E, token: CancelToken, priority: Priority = Priority.VISIBLE) -> V:
        """Return an image, decoding it on this thread where nobody has done so or is doing so.

        What the reader waits for stops the decoding of neighbours that nobody waits for.

        Raises
        ------
        JobCancelled
            Where `token` was cancelled, or for a neighbour that had to give way.
        Exception
            From `load` and `fresh`. A failure is not kept.
        """
        while True:
            token.raise_if_cancelled()
            image = self._kept_one(entry, priority)
            if image is not None:
                return image
            load, mine = self._join(entry.key, priority)
            if mine:
                return self._run(load, entry, token)
            image = self._wait(load, token)
            if image is not None:
                return image
            # It was cancelled, or failed as a neighbour: the reader's own wish tries again.

    def pin(self, keys: Iterable[str]) -> None:
        """Name the images on the screen: they are not evicted."""
        with self._changed:
            self._pinned = frozenset(keys)
            self._evict()

    def forget(self, key: str) -> None:
        """Drop an image whose file has changed or is no longer listed."""
        with self._changed:
            self._kept.pop(key, None)
            load = self._loads.get(key)
            if load is not None:
                load.keep = False

    def clear(self) -> None:
        """Forget all images, also those that are being decoded now."""
        with self._changed:
            self._kept.clear()
            for load in self._loads.values():
                load.keep = False

    # Inside.

    def _kept_one(self, entry: E, priority: Priority) -> V | None:
        """Return what is in memory and still true."""
        with self._changed:
            image = self._kept.get(entry.key)
            if image is None:
                return None
            self._kept.move_to_end(entry.key)
        try:
            holds = priority is Priority.NEIGHBOUR or self._fresh(entry, image)
        except Exception:
            self.forget(entry.key)
            raise
        if holds:
            return image
        self.forget(entry.key)
        return None

    def _join(self, key: str, priority: Priority) -> tuple[_Load[V], bool]:
        """Return the load of an image and whether it was begun here."""
        give_way: list[CancelToken] = []
        with self._changed:
            load = self._loads.get(key)
            mine = load is None
            if load is None:
                load = self._loads[key] = _Load(priority)
                if priority is Priority.VISIBLE:
                    give_way = [
                        one.token for one in self._loads.values() if one.priority > priority and not one.waiting
                    ]
            else:
                load.waiting += 1
        for token in give_way:
            token.cancel()
        return load, mine

    def _run(self, load: _Load[V], entry: E, token: CancelToken) -> V:
        """Decode on this thread; goes on for those that wait where the owner's job is cancelled meanwhile."""
        try:
            with token.calling(lambda: self._desert(load)):
                load.image = self._load(entry, load.token, load.priority)
            return load.image
        except Exception as error:
            load.error = error
            raise
        finally:
            with self._changed:
                load.over = True
                if self._loads.get(entry.key) is load:
                    del self._loads[entry.key]
                if load.image is not None and load.keep:
                    self._keep(load.image, load.priority)
                self._changed.notify_all()

    def _wait(self, load: _Load[V], token: CancelToken) -> V | None:
        """Wait for somebody else's load; None where it has to be tried again."""
        with token.calling(self._wake), self._changed:
            while not load.over and not token.cancelled:
                self._changed.wait()
            load.waiting -= 1
            deserted = load.deserted and not load.waiting and not load.over
        if deserted:
            load.token.cancel()
        token.raise_if_cancelled()
        if load.error is not None and load.priority is Priority.VISIBLE and not isinstance(load.error, JobCancelled):
            raise load.error
        return load.image

    def _desert(self, load: _Load[V]) -> None:
        with self._changed:
            load.deserted = True
            wanted = load.waiting > 0
        if not wanted:
            load.token.cancel()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _keep(self, image: V, priority: Priority) -> None:
        key = self._key_of(image)
        self._kept[key] = image
        self._kept.move_to_end(key)
        # What was asked for is about to be shown, however large; a neighbour that does not fit was only a guess.
        self._evict(spared=key if priority is Priority.VISIBLE else "")

    def _evict(self, spared: str = "") -> None:
        surplus = sum(self._weigh(image) for image in self._kept.values()) - self._budget
        for key in list(self._kept):
            if surplus <= 0:
                return
            if key not in self._pinned and key != spared:
                surplus -= self._weigh(self._kept.pop(key))
