"""Small pictures for lists: asked for by key, made one at a time, the last wish first."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import numpy.typing as npt

from cxrviewer.cancel import CancelToken
from cxrviewer.jobs import JobRunner, Lane

WISHES = 60
"""Older wishes are forgotten: the reader has scrolled on."""

KEPT = 4000
"""Pictures that a list keeps; of those made first it may ask again."""

Picture = npt.NDArray[np.uint8]
Make = Callable[[CancelToken], Picture | None]
"""Runs on a worker's thread and holds everything it needs; None where there is no picture of this content."""


class SmallPictures:
    """Serves the wishes of one list.

    Parameters
    ----------
    jobs : JobRunner
    slot : str
        Of the list.
    make_of : callable
        Key to the work, None for what is not listed any more.
    show : callable
        Called with key and picture.
    """

    def __init__(
        self,
        jobs: JobRunner,
        slot: str,
        make_of: Callable[[str], Make | None],
        show: Callable[[str, Picture], None],
    ) -> None:
        self._jobs, self._slot, self._make_of, self._show = jobs, slot, make_of, show
        self._wishes: list[str] = []
        self._made: dict[str, None] = {}
        self._running = False

    def want(self, key: str) -> None:
        """Ask for a picture; what was shown or failed once is not made again before `clear` or `keep`."""
        if key not in self._wishes and key not in self._made:
            self._wishes = [*self._wishes[-WISHES + 1 :], key]
            self._serve()

    def clear(self) -> None:
        """Forget every wish: the list shows something else."""
        self._jobs.cancel(self._slot)
        self._wishes, self._running = [], False
        self._made.clear()

    def keep(self, keys: Collection[str]) -> None:
        """Note which pictures the list holds on to; those of other rows are made anew when these come back."""
        held = set(keys)
        self._made = {key: None for key in self._made if key in held}

    def _serve(self) -> None:
        while self._wishes and not self._running:
            key = self._wishes.pop()
            make = self._make_of(key)
            if make is None:
                continue
            self._running = True
            self._made[key] = None
            while len(self._made) > KEPT:
                del self._made[next(iter(self._made))]

            def done(picture: Picture | None, key: str = key) -> None:
                if picture is not None:
                    self._show(key, picture)
                self._ended()

            self._jobs.submit(Lane.DECODE, self._slot, make, on_done=done, on_failed=lambda _: self._ended())

    def _ended(self) -> None:
        self._running = False
        self._serve()
