"""Values of regions, computed beside the window: at most one job at a time, and never a number of another outline."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from cxrviewer.cancel import CancelToken
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.reading.annotations import Region, Shape
from cxrviewer.reading.region import RegionValues, values_in

logger = logging.getLogger(__name__)
Found = dict[Region, RegionValues | None]


class RegionNumbers:
    """What is known about the regions of one image.

    Parameters
    ----------
    jobs : JobRunner
    slot : str
        Of the job; one for each viewport.
    changed : callable
        Called when numbers have come.
    """

    def __init__(self, jobs: JobRunner, slot: str, changed: Callable[[], None]) -> None:
        self._jobs, self._slot, self._changed = jobs, slot, changed
        self._found: Found = {}
        self._wanted: tuple[Region, ...] = ()
        self._radiograph: Radiograph | None = None
        self._running = self._failed_once = False

    def open(self, radiograph: Radiograph | None) -> None:
        """Forget everything; `radiograph` is the image from now on, None for none."""
        self._jobs.cancel(self._slot)
        self._found, self._wanted, self._radiograph = {}, (), radiograph
        self._running = self._failed_once = False

    def awaited(self, shape: Shape) -> bool:
        """Return whether the values are not known yet and will be, once they are wanted."""
        computed = self._radiograph is not None and not self._radiograph.colour and not self._failed_once
        return computed and isinstance(shape, Region) and shape not in self._found

    def known(self, shape: Shape) -> bool:
        """Return whether the values have been computed, whatever they are."""
        return isinstance(shape, Region) and shape in self._found

    def values(self, shape: Shape) -> RegionValues | None:
        """Return the values of a region, None where they are not there yet or where there are none."""
        return self._found.get(shape) if isinstance(shape, Region) else None

    def want(self, shapes: Iterable[Shape]) -> None:
        """Compute what is missing of these and forget what is not among them.

        Where this is called more often than numbers can be computed, outlines in between are passed over, and the
        newest one is next.
        """
        wanted = tuple(one for one in shapes if isinstance(one, Region))
        if self._failed_once and wanted == self._wanted:
            return  # not again and again
        self._wanted, self._failed_once = wanted, False
        self._found = {one: self._found[one] for one in self._wanted if one in self._found}
        self._start()

    def _start(self) -> None:
        radiograph = self._radiograph
        missing = tuple(one for one in self._wanted if one not in self._found)
        if radiograph is None or radiograph.colour or self._running or not missing:
            return
        self._running = True

        def work(cancel: CancelToken) -> Found:
            found: Found = {}
            for one in missing:
                cancel.raise_if_cancelled()
                found[one] = values_in(radiograph, one)
            return found

        self._jobs.submit(Lane.MEASURE, self._slot, work, on_done=self._done, on_failed=self._failed)

    def _done(self, found: Found) -> None:
        self._running = False
        wanted = set(self._wanted)
        self._found |= {one: values for one, values in found.items() if one in wanted}
        self._start()
        self._changed()

    def _failed(self, error: Exception) -> None:
        self._running, self._failed_once = False, True
        logger.error("the values of a region could not be computed", exc_info=error)
        self._changed()
