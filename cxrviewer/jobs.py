"""Background work, described without Qt."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Protocol, TypeVar

from cxrviewer.cancel import CancelToken

T = TypeVar("T")


class Lane(enum.Enum):
    """A queue with its own threads; jobs of one lane never starve another's."""

    DECODE = "decode"
    INFER = "infer"
    START = "start"
    """Starts of models, each of which may take minutes: the models that are ready score meanwhile."""
    INDEX = "index"
    HEADS = "heads"
    READING = "reading"
    MEASURE = "measure"
    LIBRARY = "library"
    """Questions to the library's index."""
    SCAN = "scan"
    """Long passes over the library."""
    WATCH = "watch"
    """Waits for changes in folders; its job never ends by itself."""
    PLACES = "places"
    """Questions that may be answered after minutes, and keep their thread: drives and network folders that are gone, a
    file that another program holds."""
    AHEAD = "ahead"
    """What nobody waits for yet."""


class JobRunner(Protocol):
    """Runs work elsewhere and reports on the thread that submitted it."""

    def submit(
        self,
        lane: Lane,
        slot: str,
        work: Callable[[CancelToken], T],
        *,
        on_done: Callable[[T], None],
        on_failed: Callable[[Exception], None],
    ) -> None:
        """Queue `work`; a newer job for the same `slot` replaces an older one.

        A replaced job is cancelled and reports nothing. `work` must close over values
        only: it runs while the user keeps editing.
        """
        ...

    def cancel(self, slot: str) -> None:
        """Drop the job of `slot`, if any: it is cancelled and reports nothing."""
        ...

    def post(self, call: Callable[[], None]) -> None:
        """Have something called where jobs report, from any thread; never at once, and never after the end."""
        ...
