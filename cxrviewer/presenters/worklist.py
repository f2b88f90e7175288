"""Decides what the worklist shows while images are still being found."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.cancel import CancelToken
from cxrviewer.commands.facts import Fact
from cxrviewer.commands.registry import FactBoard, Registry
from cxrviewer.errors import CxrError
from cxrviewer.imaging.contents import Header, SmallPicture
from cxrviewer.imaging.member_paths import file_of, split_member
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.finding_states import ImageStatus
from cxrviewer.presenters.messages import sentence, shown_path
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.worklist_rows import (
    WorklistRow,
    image_row,
    matches,
    patient_row,
    series_row,
    study_row,
)
from cxrviewer.studies.file_set import MISSING
from cxrviewer.studies.index.text import words
from cxrviewer.studies.library import (
    Alike,
    ImageEntry,
    Library,
    PatientKey,
    PatientNode,
    StudyNode,
    patient_key,
    rewritten,
    search_text,
)
from cxrviewer.studies.listing import Reached
from cxrviewer.studies.persons import Pairs
from cxrviewer.studies.priors import PriorStudy
from cxrviewer.studies.scan import ArchiveReader, DirectoryReader, HeaderReader, ReadAhead, Scan, ScanBatch, Skipped
from cxrviewer.studies.silence import SILENT, SilentError
from cxrviewer.text import msg, tr, tr_n, translated

SCAN_SLOT = "scan"
THUMBNAIL_SLOT = "thumbnail"
LOOK_SLOT = "look"
NAMES_SLOT = "names"
#: Wishes for thumbnails older than this many are forgotten: the reader has scrolled on.
WISHES = 60
#: Steps between two rebuilds of the list grow with its length, so that filling it stays linear.
ROWS_PER_EXTRA_STEP = 500

WHOLE_DISC = msg("It is only the table of contents of a disc: copy the whole disc, and open the copy.")

Thumbnail = npt.NDArray[np.uint8]
MakeThumbnail = Callable[[CancelToken], SmallPicture]
"""Runs on a worker's thread and holds everything it needs."""


class ScanLine(Struct, frozen=True):
    """The foot of the list."""

    text: str
    running: bool
    skipped: int


Brought = Callable[[tuple[ImageEntry, ...] | None], None]
"""Called with the images of files that were looked at, None where the reader stopped that."""


class WorklistView(Protocol):
    """What the presenter needs of the list."""

    def show_rows(self, rows: tuple[WorklistRow, ...], empty: str) -> None: ...
    def show_row(self, row: WorklistRow) -> None: ...
    def show_current(self, key: str) -> None: ...
    def show_scan(self, line: ScanLine) -> None: ...
    def show_thumbnail(self, key: str, picture: Thumbnail) -> None: ...


class WorklistPresenter:
    """Scans in the background, keeps the list in order and the selection where the reader put it.

    Parameters
    ----------
    view : WorklistView
    jobs : JobRunner
    read_header, read_directory : callable
        ``(path, cancel)`` to a header, or to the file IDs of a DICOMDIR.
    read_ahead, list_members : callable, optional
        See `studies.scan.Scan`.
    thumbnail_of : callable
        Called on this thread: returns the work that makes a small picture of an image, off the GUI thread.
    on_selected : callable
        Called with the image to open.
    on_replaced : callable
        Called with the image to open instead of the open one, because the file now holds something else.
    on_nothing : callable
        Called with ``(title, message)`` when what was opened holds no image at all.
    on_forgotten : callable
        Called with ``(older, newer, rewritten)`` for an entry that is no longer listed; `newer` is what its file holds
        now, None for no image.
    on_ordered : callable
        Called when the rows have changed.
    on_found : callable
        Called with the images of each step of a scan; returns whether somebody else decides what is opened first.
    on_opening : callable
        Called before the first image of what was opened is opened, unless the reader has opened a row meanwhile.
    on_scanned : callable
        Called when a scan has ended, with whether it has looked at everything.
    on_chosen : callable
        Called before the reader opens a row, or looks for one.
    notify : callable
        Brings a sentence to the reader.
    """

    def __init__(
        self,
        view: WorklistView,
        jobs: JobRunner,
        read_header: HeaderReader,
        read_directory: DirectoryReader,
        thumbnail_of: Callable[[ImageEntry], MakeThumbnail],
        *,
        on_selected: Callable[[ImageEntry], None],
        on_replaced: Callable[[ImageEntry], None],
        on_nothing: Callable[[str, str], None],
        on_forgotten: Callable[[ImageEntry, ImageEntry | None, bool], None] = lambda older, newer, changed: None,
        on_ordered: Callable[[], None] = lambda: None,
        on_found: Callable[[tuple[ImageEntry, ...]], bool] = lambda entries: False,
        on_opening: Callable[[], None] = lambda: None,
        on_scanned: Callable[[bool], None] = lambda complete: None,
        on_chosen: Callable[[], None] = lambda: None,
        notify: Callable[[str], None] = lambda words: None,
        facts: FactBoard | None = None,
        read_ahead: ReadAhead | None = None,
        list_members: ArchiveReader | None = None,
        privacy: Privacy | None = None,
    ) -> None:
        self._view = view
        self._jobs = jobs
        self._read_header = read_header
        self._read_directory = read_directory
        self._read_ahead, self._list_members = read_ahead, list_members
        self._thumbnail_of = thumbnail_of
        self._on_selected = on_selected
        self._on_replaced = on_replaced
        self._on_nothing = on_nothing
        self._on_forgotten = on_forgotten
        self._on_found, self._on_scanned, self._on_chosen, self._notify = on_found, on_scanned, on_chosen, notify
        self._on_opening = on_opening
        self._on_ordered: Callable[[], None] = lambda: None
        self._facts: FactBoard = facts if facts is not None else Registry(())
        self._privacy = Privacy() if privacy is None else privacy
        self._privacy.listen(self._rows)
        self._library = Library()
        self._reached = Reached()
        self._twins: frozenset[str] = frozenset()
        self._skipped: dict[Path, Skipped] = {}
        self._status: dict[str, ImageStatus] = {}
        self._known: dict[str, ImageStatus] = {}
        self._key_images: dict[str, frozenset[str]] = {}
        self._order: list[str] = []
        self._sharing: set[PatientKey] = set()
        self._current = ""
        self._query = ""
        self._waiting: deque[tuple[tuple[Path, ...], Brought | None]] = deque()
        self._scan: Scan | None = None
        self._bring: Brought | None = None
        self._brought: list[ImageEntry] = []
        self._paths_of_scan: tuple[Path, ...] = ()
        self._opened_of_scan = False
        self._found_of_scan = self._scans = 0
        self._rewritten_of_scan = self._silent_of_scan = 0
        self._open_rewritten = False
        self._steps_since_rows = 0
        self._wishes: deque[str] = deque(maxlen=WISHES)
        self._thumbnail_running = False
        self._thumbnails_held = False
        self._rows()
        view.show_scan(ScanLine("", False, 0))
        self._on_ordered = on_ordered  # not before: the caller is only being built

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """Every file without an image and why, for the "why?" dialog."""
        return tuple(self._skipped.values())

    @property
    def current(self) -> str:
        return self._current

    @property
    def filled(self) -> bool:
        """Whether an image is listed, shown by the search or not."""
        return len(self._library) > 0

    @property
    def scanning(self) -> bool:
        """Whether something that was opened is still being looked for, or waits for that; see `bring`."""
        opening = self._scan is not None and self._bring is None
        return opening or any(bring is None for _, bring in self._waiting)

    def open_paths(self, paths: tuple[Path, ...]) -> None:
        """Scan files and folders after those already waiting; the first image found is opened."""
        self._begin(paths, None)

    def bring(self, paths: tuple[Path, ...], done: Brought) -> None:
        """List files after those already waiting, without opening any of them; `done` gets the images they hold."""
        self._begin(paths, done)

    def cancel_scan(self) -> None:
        """Stop looking; what was found stays."""
        self._jobs.cancel(SCAN_SLOT)
        opening, stopped = self.scanning, [bring for _, bring in self._waiting]
        self._waiting.clear()
        if self._scan is not None:
            stopped.insert(0, self._bring)
            self._scan = self._bring = None
            self._rows()
            self._foot(tr("{count} · stopped", count=self._count()), running=False)
        if opening:
            self._on_scanned(False)
        for bring in stopped:
            if bring is not None:
                bring(None)

    def close_all(self) -> None:
        """Empty the list."""
        self.cancel_scan()
        self._jobs.cancel(THUMBNAIL_SLOT)
        self._thumbnail_running = False
        self._wishes.clear()
        self._library.clear()
        self._reached = Reached()  # another one: a scan that was cancelled may still be at the old one
        self._privacy.stand_ins.clear()
        self._skipped.clear()
        self._status.clear()
        self._known.clear()
        self._twins = frozenset()
        self._current = ""
        self._rows()
        self._foot("", running=False)

    def select(self, key: str) -> None:
        """Open the image of a row."""
        if key in self._library:
            self._on_chosen()
            self._opened_of_scan = True
            self._go(key)

    def select_first(self) -> None:
        """Open the first row."""
        if self._order:
            self.select(self._order[0])

    def mark(self, key: str) -> None:
        """Mark the row of what is open already; the images of other content or none are no row."""
        self._current = key if key in self._library else ""
        self._view.show_current(self._current)

    def listed(self, key: str) -> ImageEntry | None:
        return self._library[key] if key in self._library else None

    def headers(self, study_uid: str) -> tuple[Header, ...]:
        """Return the headers of the listed images of a study, in the order of the list."""
        return tuple(entry.header for entry in self.images(study_uid))

    def images(self, study_uid: str | None = None) -> tuple[ImageEntry, ...]:
        """Return the listed images of a study, of every study where None, in the order of the list."""
        entries = (self._library[key] for key in self._library.keys())
        wanted = [entry.key for entry in entries if study_uid in (None, entry.header.identity.study_uid)]
        tree = self._library.tree(wanted)
        return tuple(image for patient in tree for study in patient.studies for image in study.images())

    def prior(self, key: str) -> ImageEntry | None:
        """Return what to compare a listed image with (`Library.prior`)."""
        entry = self.listed(key)
        return None if entry is None else self._library.prior(entry)

    def relatives(self, entry: ImageEntry) -> tuple[tuple[PriorStudy, tuple[ImageEntry, ...]], ...]:
        """Return the listed studies that may be of the same person (`Library.relatives`)."""
        return self._library.relatives(entry)

    def alike(self, entry: ImageEntry, also: Collection[str] = ()) -> Alike:
        """Return the study of a listed image with those that may be of the same person (`Library.alike`)."""
        return self._library.alike(entry, also)

    @property
    def revision(self) -> object:
        """Another one after each change of what is listed (`Library.revision`)."""
        return self._library.revision

    def colliding(self, entry: ImageEntry) -> bool:
        """Return whether other content is listed, or known to the library, under the SOP Instance UID of an image."""
        return self._library.colliding(entry) or (bool(self._twins) and entry.at(0).key in self._twins)

    def mark_twins(self, keys: Collection[str]) -> None:
        """Mark the images, and no others, whose SOP Instance UID other content in the library carries."""
        before, self._twins = self._twins, frozenset(key for key in keys if key in self._library)
        for key in before ^ self._twins:
            if key in self._library:
                self._view.show_row(self._image_row(self._library[key]))
        if before != self._twins:
            self._on_ordered()

    def go_by(self, pairs: Pairs) -> None:
        """Warn of one ID no more where the reader confirmed that the patients are one person (`Library.go_by`)."""
        self._library.go_by(pairs)
        self._warn_of_ids()

    def listed_patients(self) -> frozenset[tuple[str, str, str]]:
        """Return the patients as they are compared (`Library.patients`)."""
        return self._library.patients()

    def know_patients(self, patients: Sequence[tuple[str, str, str]]) -> None:
        """Warn of the IDs that patients of the library have, too (`Library.know`)."""
        self._library.know(patients)
        self._warn_of_ids()

    def _warn_of_ids(self) -> None:
        if self._library.sharing_an_id() != self._sharing:
            self._rows()

    def listed_images(self) -> tuple[ImageEntry, ...]:
        """Return every listed image, in no order."""
        return tuple(self._library[key] for key in self._library.keys())

    def shares_an_id(self, entry: ImageEntry) -> bool:
        """Return whether another patient, listed or known, has the ID of this one (`Library.sharing_an_id`)."""
        return patient_key(entry) in self._sharing

    def newest_day(self, keys: Collection[str]) -> tuple[ImageEntry, ...]:
        """Return an image of each study of the first patient's newest day (`Library.newest_day`)."""
        return self._library.newest_day(keys)

    def neighbours(self, key: str) -> tuple[ImageEntry, ...]:
        """Return the images behind and before a listed one, in the order of the list: the next is wanted first."""
        if key not in self._order:
            return ()
        place = self._order.index(key)
        beside = (place + 1, place - 1)
        return tuple(self._library[self._order[one]] for one in beside if 0 <= one < len(self._order))

    def step(self, by: int) -> None:
        """Open the image `by` rows further down; at either end nothing happens."""
        if not self._order:
            return
        try:
            place = self._order.index(self._current) + by
        except ValueError:
            place = 0
        if 0 <= place < len(self._order):
            self.select(self._order[place])

    def search(self, query: str) -> None:
        """Show only images all words of `query` are found in; hides, never closes."""
        self._on_chosen()
        self._query = query
        self._rows()

    def status(self, key: str, status: ImageStatus | None) -> None:
        """Set what the list shows about an image, None for nothing; ignored for what the list no longer holds."""
        if key in self._library:
            if status is None:
                self._status.pop(key, None)
            else:
                self._status[key] = status
            self._view.show_row(self._image_row(self._library[key]))

    def unscored(self) -> tuple[ImageEntry, ...]:
        """Return the listed images of which this window has no answer of the heads that are on, in no order."""
        return tuple(entry for entry in self.listed_images() if (own := self._status.get(entry.key)) is None or own.old)

    def know_scores(self, found: Mapping[str, ImageStatus]) -> None:
        """Show what the library knows of images that have no answer here; of no others."""
        before, self._known = self._known, {key: one for key, one in found.items() if key in self._library}
        for key in before.keys() | self._known.keys():
            if key in self._library and before.get(key) != self._known.get(key):
                self._view.show_row(self._image_row(self._library[key]))

    def mark_key_images(self, study_uid: str, instances: frozenset[str]) -> None:
        """Mark which images of a study are key images; other studies stay as they were."""
        before = self._key_images.get(study_uid, frozenset())
        self._key_images[study_uid] = instances
        if instances == before:
            return
        for entry in self.images(study_uid):
            if entry.header.identity.sop_instance_uid in instances ^ before:
                self._view.show_row(self._image_row(entry))

    def unmarked(self) -> set[str]:
        """Return the UIDs of the listed studies of which nobody has said yet which are key images."""
        listed = {entry.header.identity.study_uid for entry in map(self._library.__getitem__, self._library.keys())}
        return listed - self._key_images.keys() - {""}

    def outdate(self) -> None:
        """Mark every image scored so far as scored by other heads or versions than the present ones."""
        for key, status in list(self._status.items()):
            if status.by_heads and not status.old:
                self.status(key, replace(status, flagged=False, old=True))
        self.know_scores({})

    def renew(self, entry: ImageEntry) -> None:
        """Take in what was found at a path that held something else when it was listed, and is now open."""
        self._take(entry)
        self._rows()

    def leave_out(self, paths: Collection[Path]) -> None:
        """List the images at some paths no longer."""
        for path in paths:
            self._skipped.pop(path, None)
            listed = self._library.remove(path)
            if listed is not None:
                self._forget(listed, "")
        self._rows()
        self._foot(self._count(), running=False)

    def key_at(self, path: Path) -> str:
        """Return the key of what is listed at a path, empty where nothing is."""
        entry = self._library.at(path)
        return "" if entry is None else entry.key

    def look_again(self, path: Path, slots: str = "") -> None:
        """Read a listed file again because it is not what was listed, and open what it holds now.

        Parameters
        ----------
        path : Path
        slots : str
            What the job slot begins with; see `ImagePresenter`.
        """
        scan = Scan((path,), self._read_header, read_directory=self._read_directory)
        slot = slots + LOOK_SLOT
        self._jobs.submit(Lane.DECODE, slot, scan.step, on_done=self._looked, on_failed=self._look_failed)

    def read_names_again(self, paths: Collection[Path], done: Callable[[tuple[ImageEntry, ...]], None]) -> None:
        """Read the headers of listed files anew whose text is read in another character set now.

        `done` is called with the entries that are listed with their new names.
        """
        listed = [entry for entry in map(self._library.at, paths) if entry is not None]
        read = self._read_header

        def work(cancel: CancelToken) -> list[ImageEntry]:
            found = []
            for entry in listed:
                with contextlib.suppress(CxrError):  # what cannot be read now is reported when it is opened
                    found.append(ImageEntry(entry.path, read(entry.path, cancel)))
            return found

        def renamed(found: list[ImageEntry]) -> None:
            taken = tuple(entry for entry in found if self._library.rename(entry))
            self._rows()
            done(taken)

        def failed(error: Exception) -> None:
            self._foot(sentence(error, tr("Reading the names")), running=False)

        if listed:
            self._jobs.submit(Lane.INDEX, NAMES_SLOT, work, on_done=renamed, on_failed=failed)

    def want_thumbnail(self, key: str) -> None:
        """Ask for a row's picture; the last wish is served first, for that is where the reader looks."""
        if key in self._library and key not in self._wishes:
            self._wishes.append(key)
            self._serve()

    def hold_thumbnails(self) -> None:
        """Make no small picture before `release_thumbnails`: the first picture of a launch goes first."""
        self._thumbnails_held = True

    def release_thumbnails(self) -> None:
        self._thumbnails_held = False
        self._serve()

    def _begin(self, paths: tuple[Path, ...], bring: Brought | None) -> None:
        self._waiting.append((paths, bring))
        if self._scan is None:
            self._next_scan()

    def _next_scan(self) -> None:
        if not self._waiting:
            return
        paths, self._bring = self._waiting.popleft()
        self._brought, self._paths_of_scan = [], paths
        self._scan = Scan(
            paths,
            self._read_header,
            read_directory=self._read_directory,
            list_members=self._list_members,
            read_ahead=self._read_ahead,
            known=self._library.paths(),
            reached=self._reached,
        )
        self._opened_of_scan, self._found_of_scan, self._rewritten_of_scan = False, 0, 0
        self._silent_of_scan = 0
        self._scans += 1
        self._foot(tr("Looking for films…"), running=True)
        self._step()

    def _step(self) -> None:
        scan = self._scan
        if scan is not None:
            self._jobs.submit(Lane.INDEX, SCAN_SLOT, scan.step, on_done=self._batch, on_failed=self._scan_failed)

    def _batch(self, batch: ScanBatch) -> None:
        open_before = self._current
        fresh = [entry for entry in batch.entries if self._take(entry, self._scans)]
        removed = [one for one in batch.skipped if self._leave_out(one)]
        self._found_of_scan += len(batch.entries)
        self._steps_since_rows += 1
        first = batch.entries[0] if batch.entries and not self._opened_of_scan else None
        stale = self._current != open_before
        due = self._steps_since_rows > len(self._library) // ROWS_PER_EXTRA_STEP
        if (fresh and due) or first is not None or removed or stale or batch.finished:
            self._rows()
        if self._bring is not None:
            self._brought += [entry for entry in batch.entries if entry not in self._brought]  # found once more
            if stale:
                self._open_renewed(removed)
        elif self._on_found(batch.entries):
            self._opened_of_scan = True
        elif first is not None:
            self._opened_of_scan = True
            self._on_opening()
            self._go(first.key, replaced=stale and first.key == self._current and self._open_rewritten)
        elif stale:
            self._open_renewed(removed)
        if len(batch.silent) > self._silent_of_scan:  # at once: other folders may take minutes
            self._silent_of_scan = len(batch.silent)
            self._scans += 1  # it begins anew, and may come across copies of what it listed before
            self._notify(self._silence(batch))
        if batch.finished:
            self._finish(batch, notified=stale)
        else:
            self._foot(tr("Reading {done:,} of {total:,}", done=batch.done, total=batch.total), running=True)
            self._step()

    def _take(self, entry: ImageEntry, scan: int | None = None) -> bool:
        """Take in an image. Nothing of other content that was read at its path before is left."""
        self._skipped.pop(entry.path, None)
        older = self._library.at(entry.path)
        if not self._library.add(entry, scan):
            return False
        if older is not None:
            changed = rewritten(older, entry)
            self._rewritten_of_scan += changed
            if older.key == self._current:
                self._open_rewritten = changed
            self._forget(older, entry.key)
        return True

    def _leave_out(self, one: Skipped) -> bool:
        """Note a file without an image. Returns whether an image was listed at its path, which is gone now."""
        listed = self._library.at(one.path)
        if listed is not None and one.copy is not None:
            return self._take(one.copy)  # the copy came later than this row
        self._skipped[one.path] = one
        if listed is None:
            return False
        self._library.remove(one.path)
        self._forget(listed, "")
        return True

    def _forget(self, entry: ImageEntry, successor: str) -> None:
        self._status.pop(entry.key, None)
        self._known.pop(entry.key, None)
        if entry.key in self._wishes:
            self._wishes.remove(entry.key)
        if self._current == entry.key:
            self._current = successor
        newer = self._library[successor] if successor else None
        self._on_forgotten(entry, newer, newer is not None and rewritten(entry, newer))

    def _looked(self, batch: ScanBatch) -> None:
        open_before = self._current
        if batch.silent:
            self._look_failed(SilentError(batch.silent[0]))
            return
        for entry in batch.entries:
            self._take(entry)
        removed = [one for one in batch.skipped if self._leave_out(one)]
        self._rows()
        if self._current != open_before:
            self._open_renewed(removed)

    def _look_failed(self, error: Exception) -> None:
        self._on_nothing(tr("This film cannot be shown"), sentence(error, tr("Reading the file again")))

    def _open_renewed(self, removed: list[Skipped]) -> None:
        """The file of the open image holds something else: open that, or show that there is none."""
        if self._current:
            self._go(self._current, replaced=self._open_rewritten)
        else:
            self._on_nothing(tr("The open film is no longer there"), translated(removed[-1].reason))

    def _finish(self, batch: ScanBatch, *, notified: bool) -> None:
        self._scan = None
        silent = self._silence(batch)
        self._foot(silent or self._count() + self._rewritten(), running=False)
        if self._bring is None and not self._found_of_scan and not self._current and not notified:
            if silent:
                self._on_nothing(tr("This cannot be opened"), silent)
            elif batch.total == 0 and not batch.skipped and not self._skipped:
                self._on_nothing(tr("Nothing to open"), tr("The folder holds no files. Choose another one."))
            elif not self._skipped:
                words = tr("There is a DICOMDIR, but no other file.")
                self._on_nothing(tr("No film found"), f"{words} {translated(WHOLE_DISC)}")
            elif all(one.reason == MISSING for one in self.skipped):
                words = tr_n(
                    "The DICOMDIR names {n:,} file, which is not there.",
                    "The DICOMDIR names {n:,} files, none of which is there.",
                    len(self._skipped),
                )
                self._on_nothing(tr("No film found"), f"{words} {translated(WHOLE_DISC)}")
            elif _have_one_reason(self.skipped):
                # The reason is a file's: of a folder that was opened it is not true.
                itself = file_of(self.skipped[0].path) in self._paths_of_scan
                title = tr("This cannot be opened") if itself else tr("No film found")
                self._on_nothing(title, translated(self.skipped[0].reason))
            else:
                self._on_nothing(
                    tr("No film found"),
                    tr_n(
                        "{n:,} file was looked at; “why?” in the list gives the reason for each.",
                        "{n:,} files were looked at; “why?” in the list gives the reason for each.",
                        len(self._skipped),
                    ),
                )
        self._ended(complete=not batch.silent)
        if self._scan is None:  # nothing was begun by who was told
            self._next_scan()

    def _silence(self, batch: ScanBatch) -> str:
        """Return the sentence about what did not answer, empty where all did."""
        if not batch.silent:
            return ""
        if self._privacy.hidden:
            return translated(SILENT)
        return tr(
            "“{place}” does not answer, so films in it may not be listed. Check its connection, then open it again.",
            place=shown_path(batch.silent[-1]),
        )

    def _ended(self, *, complete: bool) -> None:
        bring, self._bring = self._bring, None
        if bring is None:
            self._on_scanned(complete)
        else:
            bring(tuple(self._brought))

    def _scan_failed(self, error: Exception) -> None:
        self._scan = None
        self._rows()
        self._foot(sentence(error, tr("Looking for films")), running=False)
        self._ended(complete=False)
        if self._scan is None:  # nothing was begun by who was told
            self._next_scan()

    def _count(self) -> str:
        return tr_n("{n:,} film", "{n:,} films", len(self._library)) if len(self._library) else tr("no films")

    def _rewritten(self) -> str:
        number = self._rewritten_of_scan
        return (
            tr_n(" · {n:,} file had changed since listed", " · {n:,} files had changed since listed", number)
            if number
            else ""
        )

    def _foot(self, text: str, *, running: bool) -> None:
        self._view.show_scan(ScanLine(text, running, len(self._skipped)))
        self._facts.publish({Fact.SKIPPED}, {Fact.SKIPPED} if self._skipped else ())

    def _go(self, key: str, *, replaced: bool = False) -> None:
        self._current = key
        self._view.show_current(key)
        (self._on_replaced if replaced else self._on_selected)(self._library[key])

    def _rows(self) -> None:
        self._steps_since_rows = 0
        wanted = self._wanted()
        rows: list[WorklistRow] = []
        self._order = []
        if self._privacy.hidden:
            self.number()
        self._sharing = self._library.sharing_an_id()
        for patient in self._library.tree(wanted):
            self._add_patient(rows, patient)
        empty = "" if rows else (tr("No film matches the search.") if len(self._library) else tr("No films yet."))
        self._facts.publish({Fact.LISTED}, {Fact.LISTED} if self._order else ())
        self._view.show_rows(tuple(rows), empty)
        self._view.show_current(self._current)
        self._on_ordered()

    def _wanted(self) -> list[str] | None:
        typed = [term for term in map(words, self._query.split()) if term]
        if not typed:
            return None
        return [k for k in self._library.keys() if matches(search_text(self._library[k]), self._status_of(k), typed)]

    def _status_of(self, key: str) -> ImageStatus | None:
        """Return the answer of this window or, where it has none of the heads that are on, the library's."""
        own = self._status.get(key)
        return self._known.get(key, own) if own is None or own.old else own

    def number(self) -> None:
        """Give every listed patient and study its stand-in, in the order of the whole list."""
        for patient in self._library.tree():
            for study in patient.studies:
                self._privacy.stand_ins.study(patient_key(study.series[0].images[0]), study.identity.study_uid)

    def _add_patient(self, rows: list[WorklistRow], patient: PatientNode) -> None:
        key = patient_key(patient.studies[0].series[0].images[0])
        number = self._privacy.stand_ins.patient(key) if self._privacy.hidden else 0
        rows.append(patient_row(patient.identity, number, shared_id=key in self._sharing))
        for study in patient.studies:
            self._add_study(rows, study, key)

    def _add_study(self, rows: list[WorklistRow], study: StudyNode, key: PatientKey) -> None:
        hidden, uid = self._privacy.hidden, study.identity.study_uid
        rows.append(study_row(study.identity, self._privacy.stand_ins.study(key, uid) if hidden else 0))
        for series in study.series:
            if len(study.series) > 1:
                rows.append(series_row(series, hidden=self._privacy.hidden))
            for entry in series.images:
                rows.append(self._image_row(entry))
                self._order.append(entry.key)

    def _image_row(self, entry: ImageEntry) -> WorklistRow:
        who = entry.header.identity
        marked = bool(who.sop_instance_uid) and who.sop_instance_uid in self._key_images.get(who.study_uid, ())
        return image_row(
            entry,
            self._status_of(entry.key),
            hidden=self._privacy.hidden,
            key_image=marked,
            colliding=self.colliding(entry),
        )

    def _serve(self) -> None:
        if self._thumbnail_running or self._thumbnails_held or not self._wishes:
            return
        # One at a time: the other decoding thread stays free for the image the reader clicks.
        self._thumbnail_running = True
        entry = self._library[self._wishes.pop()]
        make = self._thumbnail_of(entry)

        def shown(small: SmallPicture) -> None:
            self._show_small(entry, ImageEntry(entry.path, small.header), small.picture)
            self._served()

        self._jobs.submit(Lane.DECODE, THUMBNAIL_SLOT, make, on_done=shown, on_failed=lambda _: self._served())

    def _show_small(self, wanted: ImageEntry, seen: ImageEntry, picture: Thumbnail) -> None:
        if wanted.key not in self._library:
            return  # replaced or closed meanwhile; the row that is there now asks for its own
        if seen.header.stamp != wanted.header.stamp:
            open_before = self._current
            self._take(seen)
            self._rows()
            if self._current != open_before:
                self._go(self._current, replaced=self._open_rewritten)
        else:
            seen = wanted
        self._view.show_thumbnail(seen.key, picture)

    def _served(self) -> None:
        self._thumbnail_running = False
        self._serve()


def _have_one_reason(skipped: tuple[Skipped, ...]) -> bool:
    """Return whether one sentence says it all: of a single file, or of everything in one ZIP."""
    if len(skipped) == 1:
        return True
    held = {(one.reason, file_of(one.path)) for one in skipped}
    return len(held) == 1 and any(split_member(one.path) for one in skipped)
