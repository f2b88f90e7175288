"""Decodes images before they are shown: the neighbours of the one on the screen, and what hangs by itself."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Collection

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import CxrError
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.images import OpenedImageStore
from cxrviewer.presenters.viewports import ViewportsPresenter
from cxrviewer.presenters.worklist import WorklistPresenter
from cxrviewer.reading.screen import Screen
from cxrviewer.studies.library import ImageEntry
from cxrviewer.workspace.image_store import Priority

logger = logging.getLogger(__name__)

NEIGHBOUR_SLOT = "neighbours"
HANGING_SLOT = "hanging image"


class DecodingAhead:
    """Keeps in memory what is on the screen, and decodes what is shown next.

    Parameters
    ----------
    jobs : JobRunner
    images : OpenedImageStore
    viewports : ViewportsPresenter
    worklist : WorklistPresenter
    screen : callable
        Returns the place of a viewport, by its number.
    neighbours : bool
        Whether the images next to the active one in the worklist are decoded.
    """

    def __init__(
        self,
        jobs: JobRunner,
        images: OpenedImageStore,
        viewports: ViewportsPresenter,
        worklist: WorklistPresenter,
        screen: Callable[[int], Screen],
        *,
        neighbours: bool,
    ) -> None:
        self._jobs, self._images, self._viewports, self._worklist = jobs, images, viewports, worklist
        self._screen, self._neighbours = screen, neighbours
        self._wanted: tuple[ImageEntry, ...] = ()
        self._hanging = 0

    def pin(self) -> None:
        """Keep what is on the screen in memory."""
        shown = [pane.image.image for pane in self._viewports.shown]
        self._images.pin(image.entry.key for image in shown if image is not None)

    def look(self) -> None:
        """Decode the images before and behind that of the active viewport; what is on the screen goes first."""
        self.pin()
        active = self._viewports.active.image.image
        if not self._neighbours or active is None or any(pane.image.opening for pane in self._viewports.shown):
            return
        images, wanted = self._images, self._worklist.neighbours(active.entry.at(0).key)
        if wanted == self._wanted:
            return
        self._wanted = wanted
        screen = self._screen(self._viewports.active.number)

        def work(cancel: CancelToken) -> None:
            for entry in wanted:
                with contextlib.suppress(CxrError):  # the reader's own click says why it cannot be opened
                    image = images.obtain(entry, cancel, Priority.NEIGHBOUR).screen
                    if not image.sampled_bytes:  # what was seen before is kept as it was seen
                        image.sample(*screen.fitted(image.codes.shape[1], image.codes.shape[0], image.aspect))

        self._jobs.submit(Lane.AHEAD, NEIGHBOUR_SLOT, work, on_done=lambda _: None, on_failed=_not_ahead)

    def forget(self) -> None:
        """Take note that another image is opened, which stops the decoding of neighbours."""
        self._wanted = ()

    def stop(self) -> None:
        """Decode no more neighbours."""
        self._wanted = ()
        self._jobs.cancel(NEIGHBOUR_SLOT)

    def soon(self, entry: ImageEntry) -> Priority | None:
        """Return how an image is about to be decoded whole, None where it is not."""
        shown = self._viewports.shown
        if any(pane.image.opening and pane.entry is not None and pane.entry.key == entry.key for pane in shown):
            return Priority.VISIBLE
        beside = self._worklist.neighbours(self._worklist.current) if self._neighbours else ()
        return Priority.NEIGHBOUR if any(one.key == entry.key for one in beside) else None

    def decode(self, entries: Collection[ImageEntry], done: Callable[[bool], None]) -> None:
        """Decode what a study that hangs by itself shows, then call `done`: no viewport turns black meanwhile.

        `done` gets whether the files still hold what was listed.
        """
        listed = (self._worklist.listed(one.key) for one in entries)
        waiting = {entry.key: entry for entry in listed if entry is not None and self._images.peek(entry.key) is None}
        if not waiting or not any(pane.image.image for pane in self._viewports.shown):
            done(True)
            return
        images, changed = self._images, []

        def ended(key: str, seen: str = "") -> None:
            waiting.pop(key, None)
            changed.extend([seen] if seen not in ("", key) else [])
            if not waiting:
                done(not changed)

        def decode(number: int, entry: ImageEntry) -> None:
            self._jobs.submit(
                Lane.DECODE,
                f"{HANGING_SLOT} {number}",
                lambda cancel: images.obtain(entry, cancel),
                on_done=lambda image: ended(entry.key, image.entry.key),
                on_failed=lambda _: ended(entry.key),  # its viewport says why
            )

        self._hanging = len(waiting)
        for number, entry in enumerate(tuple(waiting.values())):
            decode(number, entry)

    def stop_hanging(self) -> None:
        """End what `decode` began."""
        for number in range(self._hanging):
            self._jobs.cancel(f"{HANGING_SLOT} {number}")
        self._hanging = 0


def _not_ahead(error: Exception) -> None:
    logger.warning("an image could not be decoded ahead", exc_info=error)
