"""Scans of the library's folders: one at a time, step by step, stopped and resumed; and what is said of them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.library_list import LibraryList
from cxrviewer.presenters.library_stores import LibraryStores
from cxrviewer.presenters.messages import sentence, shown_path, time_left
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.studies.index.scan import IndexScan, Reader, ScanState
from cxrviewer.studies.index.store import Root
from cxrviewer.text import tr, tr_n

SCAN_SLOT, END_SLOT = "library scan", "library scan end"
LIST_EVERY_STEPS = 8
"""Steps of a scan between two new lists, about two seconds."""


class LibraryScans:
    """A scan goes on without the dialog.

    Parameters
    ----------
    jobs : JobRunner
    stores : LibraryStores
    reader : Reader
        Reads headers in other processes.
    privacy : Privacy
    studies : LibraryList
    on_finished : callable
        Called when a scan has come to its end.
    on_ended : callable
        Called when one has been stopped or has failed: some folders may be as it left them.
    show : callable
        Shows anew how far it is.
    say : callable
        Shows a sentence about what happened.

    Attributes
    ----------
    state : ScanState or None
        How far the last scan is or was; None where there was none, or where it was about folders that are gone.
    stopped : bool
        The last scan did not come to its end, and can be resumed.
    """

    def __init__(
        self,
        jobs: JobRunner,
        stores: LibraryStores,
        reader: Reader,
        privacy: Privacy,
        studies: LibraryList,
        *,
        on_finished: Callable[[], None],
        on_ended: Callable[[], None],
        show: Callable[[], None],
        say: Callable[[str], None],
    ) -> None:
        self._jobs, self._at_hand, self._reader, self._privacy = jobs, stores, reader, privacy
        self._list, self._on_finished, self._on_ended = studies, on_finished, on_ended
        self._show, self._say = show, say
        self._scan: IndexScan | None = None
        self._steps = 0
        self.state: ScanState | None = None
        self.stopped = False

    @property
    def running(self) -> bool:
        return self._scan is not None

    @property
    def finished(self) -> bool:
        """Whether the last scan came to its end."""
        return self.state is not None and self.state.finished

    def begin(self, roots: Sequence[Root], known: Sequence[Root]) -> None:
        """Scan folders. Where a scan runs, they join what is being looked at: all that are `known` are, again."""
        stores = self._at_hand.stores
        if stores is None or not roots:
            return
        wanted = roots
        if self._scan is not None:  # what is new joins what is already being looked at
            self.end()
            wanted = known
        ids = {root.id for root in wanted}
        wanted = [*wanted, *(root for root in roots if root.id not in ids)]
        self.stopped, self._steps = False, 0
        self.state = ScanState()
        self._scan = IndexScan(stores.index, self._reader, wanted)
        self._show()
        self._step()

    def end(self) -> None:
        """Look at nothing more; what was read is kept."""
        scan, self._scan = self._scan, None
        self._jobs.cancel(SCAN_SLOT)
        if scan is not None:  # behind the step that runs: what it has read is written
            self._jobs.submit(Lane.SCAN, END_SLOT, lambda _: _end(scan), on_done=self._ended, on_failed=self._failed)

    def forget(self) -> None:
        """Say nothing more of the last scan: it was about folders that are gone."""
        self.state, self.stopped = None, False

    def close(self) -> None:
        """Close its files, once no job runs any more; harmless when called again."""
        scan, self._scan = self._scan, None
        if scan is not None:
            scan.close()

    def progress(self) -> str:
        """Return how far it is, or how it ended."""
        state = self.state
        if state is None:
            return ""
        if state.finished:
            return _outcome(state)
        if self.stopped:
            return tr("Stopped after {done:,} files. Resume continues from there.", done=state.done)
        if not state.listed:
            return tr("Listing the folders: {total:,} files so far", total=state.total)
        words = tr("Reading {done:,} of {total:,}", done=state.done, total=state.total)
        if state.seconds_left is None:
            return words
        return tr("{progress} · {left} left", progress=words, left=time_left(state.seconds_left))

    # Inside.

    def _step(self) -> None:
        scan, stores = self._scan, self._at_hand.stores
        if scan is not None and stores is not None:

            def step(cancel: CancelToken) -> ScanState:
                with stores.patience.until(cancel):
                    return scan.step(cancel)

            self._jobs.submit(Lane.SCAN, SCAN_SLOT, step, on_done=self._stepped, on_failed=self._failed)

    def _stepped(self, state: ScanState) -> None:
        before, self.state = self.state, state
        if before is not None and len(state.silent) > len(before.silent):
            self._say(self._silence(state.silent[-1]))
        self._steps += 1
        if state.finished:
            self._scan, self.stopped = None, bool(state.silent)
            self._on_finished()
        else:
            if self._steps % LIST_EVERY_STEPS == 0:
                self._list.read()
            self._step()
        self._show()

    def _failed(self, error: Exception) -> None:
        self._scan, self.stopped = None, True
        self._on_ended()
        self._say(sentence(error, tr("Scanning the folders")))

    def _ended(self, state: ScanState) -> None:
        if state.finished and self._scan is None:  # it came to its end before it noticed
            self.state, self.stopped = state, bool(state.silent)
        self._on_ended()

    def _silence(self, place: Path) -> str:
        """Return the sentence about a folder or file that does not answer."""
        if self._privacy.hidden:
            return tr(
                "A folder does not answer. What is known of it stays listed, as offline. Check its connection, then "
                "resume the scan."
            )
        return tr(
            "“{place}” does not answer. What is known of it stays listed, as offline. Check its connection, then "
            "resume the scan.",
            place=shown_path(place),
        )


def _outcome(state: ScanState) -> str:
    read, unchanged, removed = state.read, state.unchanged, state.removed
    words = (
        tr(
            "Scan not complete: {read:,} read, {unchanged:,} unchanged, {removed:,} gone.",
            read=read,
            unchanged=unchanged,
            removed=removed,
        )
        if state.silent
        else tr(
            "Scan complete: {read:,} read, {unchanged:,} unchanged, {removed:,} gone.",
            read=read,
            unchanged=unchanged,
            removed=removed,
        )
    )
    if not state.offline:
        return words
    offline = tr_n("{n} folder is offline.", "{n} folders are offline.", len(state.offline))
    return tr("{scan} {offline}", scan=words, offline=offline)


def _end(scan: IndexScan) -> ScanState:
    cancel = CancelToken()
    cancel.cancel()
    with contextlib.suppress(JobCancelled):
        scan.step(cancel)
    return scan.state
