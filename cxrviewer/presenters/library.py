"""Decides what the library's dialog shows: folders, scans, the list of studies, and what is opened of it."""

from __future__ import annotations

import itertools
import logging
import os
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from msgspec import Struct, field

from cxrviewer.atomic import write_bytes
from cxrviewer.cancel import CancelToken
from cxrviewer.imaging.contents import Image
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.disc_copies import DiscCopies
from cxrviewer.presenters.head_findings import Scorer
from cxrviewer.presenters.library_charsets import charset_choices
from cxrviewer.presenters.library_list import LibraryList
from cxrviewer.presenters.library_marks import MARK_SLOT, LibraryMarks
from cxrviewer.presenters.library_scans import LibraryScans
from cxrviewer.presenters.library_scoring import LibraryScoring, OpenForScoring, version_of
from cxrviewer.presenters.library_stores import HELD, WRITING, LibraryStores
from cxrviewer.presenters.library_unscored import not_scored
from cxrviewer.presenters.library_view import LibraryState, LibraryView, RootRow
from cxrviewer.presenters.library_watch import LibraryWatch
from cxrviewer.presenters.messages import sentence, shown_path
from cxrviewer.presenters.offline_folders import Back, OfflineFolders
from cxrviewer.presenters.present_study import PresentStudy
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.readings import Later
from cxrviewer.presenters.small_pictures import Make
from cxrviewer.studies.hanging import Rule, load_rules, read_own, read_rules, with_rule
from cxrviewer.studies.index.charset import NameReading, name_readings, set_charset_alike
from cxrviewer.studies.index.files import DISCS, FOLDER, USER_NAME, LibraryFiles
from cxrviewer.studies.index.not_scored import UnscoredImage, count_current, unscored_images
from cxrviewer.studies.index.opening import Opening, next_name, opening
from cxrviewer.studies.index.reach import roots_of_patient
from cxrviewer.studies.index.scan import Reader, root_kinds, walk_base
from cxrviewer.studies.index.store import Index, Root, SkippedFile
from cxrviewer.studies.index.stores import Stores
from cxrviewer.studies.index.timeline import Place, Timeline, timeline
from cxrviewer.studies.index.user_store import StudyStatus
from cxrviewer.studies.index.worklist import Column
from cxrviewer.studies.media import Medium, medium_of
from cxrviewer.studies.persons import Pairs, Person
from cxrviewer.studies.priors import PriorImage, PriorStudy
from cxrviewer.text import tr, tr_n, translated

logger = logging.getLogger(__name__)

STUDY_SLOT, ROOTS_SLOT, LOOK_SLOT = "library study", "library roots", "library look"

T = TypeVar("T")


class LibraryReader(Reader, Protocol):
    """Reads files of the library in other processes; `decoder.client.DecoderPool` is one."""

    def open_for_scoring(self, path: Path, cancel: CancelToken) -> Image: ...


class _Removal(Struct, eq=False):
    """Folders that are removed; `watched` has those that undo lists again, each with whether it was watched.

    `gone` grows while they are removed; `ended` is whether that has come to its end.
    """

    chosen: Sequence[Root]
    copies: Sequence[Path]
    watched: dict[Root, bool]
    gone: list[Root] = field(default_factory=list)
    ended: bool = False


class LibraryPresenter:
    """The library of one window. Its files are opened when they are first needed.

    Parameters
    ----------
    jobs : JobRunner
    files : LibraryFiles
    reader : Reader
        Reads headers in other processes.
    privacy : Privacy
    notify : callable
        Brings a sentence to the reader where the dialog is not open.
    on_open : callable
        Called with what is to be opened.
    open_image, scorers, starting : callable
        See `LibraryScoring`.
    on_scored : callable
        Called when scores that are kept have changed.
    on_contents : callable
        Called when a scan has ended or folders were removed, and other images may be listed.
    on_recoded : callable
        Called with the files of a study whose text is read in another character set from now on.
    on_decided : callable
        Called when the reader's decision about two persons is kept.
    on_opened : callable
        Called, once the files are open, with the one that changes whenever any window keeps such a decision.
    picture_of : callable
        Place and digest of an image to the work that makes its small picture. Called on a worker's thread.
    later : callable
        Calls something once after some milliseconds, on this thread.
    """

    def __init__(
        self,
        jobs: JobRunner,
        files: LibraryFiles,
        reader: Reader,
        privacy: Privacy,
        *,
        notify: Callable[[str], None],
        on_open: Callable[[Opening], None],
        open_image: OpenForScoring,
        scorers: Callable[[], Sequence[Scorer]],
        starting: Callable[[], bool] = lambda: False,
        on_scored: Callable[[], None] = lambda: None,
        on_contents: Callable[[], None] = lambda: None,
        on_recoded: Callable[[Collection[Path]], None] = lambda paths: None,
        on_decided: Callable[[], None] = lambda: None,
        on_opened: Callable[[Path], None] = lambda log: None,
        picture_of: Callable[[Place, str], Make] = lambda place, digest: lambda cancel: None,
        later: Later = lambda milliseconds, call: None,
    ) -> None:
        self._on_scored, self._on_recoded = on_scored, on_recoded
        self._on_contents, self._on_decided, self._on_opened = on_contents, on_decided, on_opened
        self._jobs, self._files, self._reader, self._privacy = jobs, files, reader, privacy
        self._notify, self._on_open = notify, on_open
        self._scorers = scorers
        self._view: LibraryView | None = None
        self._at_hand = LibraryStores(
            jobs,
            files,
            notify=notify,
            attended=lambda: self._view is not None,
            on_opened=self._opened,
            # A mark that waits is lost; the next one is kept where the library opens by then.
            on_failed=lambda: self._marks.forget_waiting(),  # noqa: PLW0108  # made below
            on_changed=self._show,
        )
        self._numbers = itertools.count(1)
        self._roots: tuple[Root, ...] = ()
        self._roots_outdated = False
        self._notice = self._found_damage = ""
        self._gone: tuple[int, str] | None = None  # a root that was pulled out, and what was said about it
        self.list = LibraryList(
            jobs,
            self._at_hand,
            privacy,
            view=lambda: self._view,
            unsaved=lambda: self._marks.unsaved,
            picture_of=picture_of,
            show=self._show,
            say=self._say,
        )
        self.scans = LibraryScans(
            jobs,
            self._at_hand,
            reader,
            privacy,
            self.list,
            on_finished=self._finished,
            on_ended=self._ended,
            show=self._show,
            say=self._say,
        )
        self._marks = LibraryMarks(
            jobs,
            self._at_hand.when_open,
            marking=self.list.about_to_mark,
            on_failed=self._not_marked,
            say=self._say,
        )
        self._watched: frozenset[bytes] = frozenset()
        self._others: int | None = None
        self._dirty: set[Path] = set()
        self._offline = OfflineFolders(
            jobs, later, on_changed=self._reach_changed, on_gone=self._went, on_known=self._show
        )
        self._watch = LibraryWatch(jobs, on_changed=self._changed, on_failed=self._say)
        self.discs = DiscCopies(
            jobs,
            files.cache / FOLDER / DISCS,
            privacy,
            show=self._show,
            say=self._say,
            in_place=lambda path: self._add([(path, "")]),
            copied=lambda path, title: self._add([(path, title)]),
        )
        self.scoring = LibraryScoring(
            jobs,
            open_image,
            scorers,
            starting=starting,
            show=lambda _: self._show(),
            on_scored=self._scored,
            on_missed=self.missed,
            later=later,
            watched=lambda: self._view is not None and self._at_hand.stores is not None,
        )
        privacy.listen(self._hidden_changed)

    @property
    def stores(self) -> Stores | None:
        """The open library, None before it is opened."""
        return self._at_hand.stores

    @property
    def kept(self) -> bool:
        """Whether there is a library, open or on the disk; one that could not be opened is none."""
        return self._at_hand.kept

    # The dialog.

    @property
    def attached(self) -> bool:
        return self._view is not None

    def attach(self, view: LibraryView) -> None:
        """Open the library where it is not open yet, and show it."""
        self._view, self._notice, self._found_damage = view, self._found_damage, ""
        self._show()
        self._at_hand.when_open(self._attached)

    def detach(self) -> None:
        """A scan goes on without the dialog."""
        self._view = None
        self.list.outdate_pictures()
        self._at_hand.unattended()

    @property
    def log_path(self) -> Path | None:
        """The file that changes when anybody writes into the library, None while it is not open."""
        return None if self._at_hand.stores is None else self._at_hand.stores.index.database.log_path

    def look_again(self) -> None:
        """Show what another program has written: a command in a terminal, or a second run of this one.

        Nothing is read where nobody else wrote. A scan of this window reads the list anew by itself. A library that
        could not be opened is tried again: the reader may have freed the disk meanwhile.
        """
        stores = self._at_hand.stores
        if stores is None and self._view is not None and self._at_hand.failure:
            self._at_hand.when_open(self._attached)
        self._look_at_offline()
        if stores is None or self._view is None or self._others is None or self.scans.running:
            return

        def done(others: int) -> None:
            if others != self._others:
                self._others = others
                self._load_roots()
                self.list.outdate_all()
            elif not self.scoring.elsewhere:  # a window that was killed writes nothing
                return
            self.scoring.look_at_runs(stores)

        self._jobs.submit(
            Lane.LIBRARY, LOOK_SLOT, lambda _: stores.index.database.others(), on_done=done, on_failed=_not_asked
        )

    def resume_watching(self) -> None:
        """Watch the folders that are to be watched; without a library nothing is opened for that."""
        # Whether or not a prior or the timeline has opened the files meanwhile: they do not read the folders.
        if (self._files.data / FOLDER / USER_NAME).exists():
            self._load_roots()

    def ask_filled(self, done: Callable[[bool], None]) -> None:
        """Call `done` with whether the library lists a study; not at all where it cannot be opened."""
        if self.kept:
            self.look(
                "library filled",
                lambda stores: stores.worklist.first(Column.DATE, descending=True, limit=1)[1] > 0,
                done,
            )
        else:
            done(False)

    # What the reader does.

    def add(self, paths: Sequence[Path]) -> None:
        """Add folders, ZIP files or a DICOMDIR, and scan them; of a disc or stick the reader is asked first."""

        def work(_: CancelToken) -> list[Medium]:
            return [medium_of(path) if path.is_dir() else Medium.FIXED for path in paths]

        def done(media: list[Medium]) -> None:
            found = list(zip(paths, media, strict=True))
            self._add([(path, "") for path, medium in found if medium is Medium.FIXED])
            self.discs.ask([one for one in found if one[1] is not Medium.FIXED])

        def failed(error: Exception) -> None:
            self._say(sentence(error, tr("Adding the folder")))

        if paths:
            # Not on the library's lane: a network folder may answer late, or never.
            slot = f"{ROOTS_SLOT} media {next(self._numbers)}"
            self._jobs.submit(Lane.PLACES, slot, work, on_done=done, on_failed=failed)

    def watch(self, ids: Sequence[int], *, on: bool) -> None:
        """Watch folders from now on, or no longer: what is new in them is listed without a scan by hand."""
        chosen = [os.fsencode(root.path) for root in self._roots if root.id in ids]

        def work(stores: Stores) -> None:
            for path in chosen:
                stores.user.watch_root(path, on=on)

        self._keep(work, lambda _: self._load_roots(), tr("Watching the folders"))

    def ask_charset(self, study: int) -> None:
        """Show how the name of a study reads in each character set."""

        def work(stores: Stores) -> tuple[str, tuple[NameReading, ...]]:
            row = next(iter(stores.worklist.rows([study])), None)
            return "" if row is None else row.charset, name_readings(stores.reading, self._reader, study)

        def done(found: tuple[str, tuple[NameReading, ...]]) -> None:
            if self._view is not None:
                self._view.show_charsets(charset_choices(study, *found, hidden=self._privacy.hidden))

        self._ask(STUDY_SLOT + " charset", work, done, tr("Reading the names"))

    def use_charset(self, study: int, charset: str) -> None:
        """Read a study, and the patient's others that are written alike, in another character set; no file is changed.

        `charset` is empty for what the files say.
        """

        def work(stores: Stores) -> tuple[Path, ...]:
            return set_charset_alike(stores.index, self._reader, study, charset)

        def done(paths: tuple[Path, ...]) -> None:
            self.list.outdate_all()
            self._on_recoded(paths)

        self._keep(work, done, tr("Changing the character set"))

    def remove(self, ids: Sequence[int]) -> None:
        """Forget folders; their files, status and notes stay, and `undo` lists them again. Copies of discs go."""
        chosen = [root for root in self._roots if root.id in ids]
        if not chosen:
            return
        home = self.discs.home
        copies = [root.path for root in chosen if home in root.path.parents]
        watched = {root: self._is_watched(root) for root in chosen if root.path not in copies}
        removal = _Removal(chosen, copies, watched)
        if watched:
            self._marks.elsewhere(removal, lambda: self._forget(removal), lambda: self._restore(removal))
        else:
            self._forget(removal)

    def _forget(self, removal: _Removal) -> None:
        chosen, copies = removal.chosen, removal.copies
        scanned = self.scans.running
        self.scans.end()

        def work(stores: Stores) -> None:
            for root in chosen:
                stores.index.remove_root(root)
                removal.gone.append(root)
            for copy in copies:
                shutil.rmtree(copy, ignore_errors=True)

        def done(_: None) -> None:
            removal.ended = True
            self._drop_roots(chosen)
            self.scans.forget()
            if scanned:
                self._begin_scan(self._roots)  # what is left is still wanted
            self._notice = (
                tr_n(
                    "The copy of {n} disc was removed. Your notes are kept.",
                    "The copies of {n} discs were removed. Your notes are kept.",
                    len(copies),
                )
                if len(copies) == len(chosen)
                else tr_n(
                    "{n} folder is no longer listed. Its files and your notes are kept.",
                    "{n} folders are no longer listed. Their files and your notes are kept.",
                    len(chosen),
                )
            )
            self.list.outdate()
            self._load_roots()
            self.list.read()
            self._on_contents()

        self._keep(work, done, tr("Removing the folder"), lambda: self._not_forgotten(removal, scanned=scanned))

    def _drop_roots(self, gone: Sequence[Root]) -> None:
        """Take folders out of those that are shown; a scan may have changed how they are since they were chosen."""
        ids = {root.id for root in gone}
        self._roots = tuple(root for root in self._roots if root.id not in ids)

    def _not_forgotten(self, removal: _Removal, *, scanned: bool) -> None:
        """Show what was removed before one folder could not be; only that can be undone."""
        removal.ended = True
        removal.watched = {root: on for root, on in removal.watched.items() if root in removal.gone}
        if not removal.watched:
            self._marks.drop(removal)
        self._drop_roots(removal.gone)
        self._load_roots()
        self.list.read()
        if scanned:
            self.scans.stopped = True
            self._show()

    def _restore(self, removal: _Removal) -> bool:
        listed = {root.path for root in self._roots} if removal.ended else set()  # perhaps added again by hand
        again = {root: on for root, on in removal.watched.items() if root.path not in listed}
        if again:
            self._bring_back(again)
        return bool(again)

    def scan(self) -> None:
        """Look at all folders again; what did not change is not read again, so this also resumes."""
        self._begin_scan(self._roots)

    def stop(self) -> None:
        """Stop the scan; what was read is kept."""
        if self.scans.running:
            self.scans.end()
            self._dirty.clear()
            self.scans.stopped = True
            self._show()

    def open(self, study: int) -> None:
        """Open a study with the older ones beside it; before, what is offline and where these lie is looked at."""

        def look(stores: Stores) -> None:
            self._offline.look(stores, lambda back: self._open(study), lambda index: roots_of_patient(index, study))

        self.with_stores(look, lambda: self._open(study))

    def check(self, ids: Collection[int]) -> None:
        """Look whether folders can be reached; one that cannot is offline at once, without a scan."""
        chosen = frozenset(ids)
        if chosen and self._at_hand.stores is not None:
            self._offline.look(self._at_hand.stores, also=lambda _: chosen)

    def missed(self, path: Path) -> None:
        """Take note that a file was not there: its folder is perhaps not connected any more."""
        self.check([root.id for root in self._roots if walk_base(root) in path.parents and root.online])

    def reach(self, then: Back) -> None:
        """Look at what is offline; `then` is called with what is online again, after a second at the latest."""
        self.with_stores(lambda stores: self._offline.look(stores, then), lambda: then(frozenset()))

    def _open(self, study: int) -> None:
        files = self._files

        def work(stores: Stores) -> tuple[Opening, tuple[str, ...]]:
            rules, problems = load_rules(files.rules, files.shipped_rules)
            return opening(stores.reading, stores.user, rules, study), problems

        def done(opened: tuple[Opening, tuple[str, ...]]) -> None:
            found, problems = opened
            if self._view is not None:
                self._view.leave()
            self._on_open(found)
            self._say_problems(problems)
            if found.study.status is StudyStatus.NEW:  # behind it: looking waits for no disk that is full or locked
                self._marks.change([study], status=StudyStatus.OPENED, step=False)

        self._ask(STUDY_SLOT, work, done, tr("Opening the study"))

    def mark(self, studies: Sequence[int], status: StudyStatus) -> None:
        """Set how far the reader is with some studies; `undo` takes it back."""
        self._marks.change(studies, status=status)

    def write_note(self, study: int, note: str) -> None:
        """Keep a note; `undo` brings the one before back."""
        self._marks.change([study], note=note.strip())

    def undo(self) -> None:
        """Take back what the reader marked, noted or removed last."""
        self._marks.undo()

    def mark_path(self, path: Path, status: StudyStatus, done: Callable[[bool], None]) -> None:
        """Set the status of the study that an open file belongs to; `done` is called with whether it is listed."""

        def work(stores: Stores) -> int | None:
            study = stores.worklist.study_at(path)
            if study is not None:
                stores.index.change_mark(study, status=status)
            return study

        def marked(study: int | None) -> None:
            if study is not None:
                self.list.refresh([study])
            done(study is not None)

        self._keep(work, marked, tr("Marking the study"))

    def decide(self, opened: Opening, other: PriorStudy, *, same: bool, wanted: Callable[[], bool]) -> None:
        """Keep whether two patients are one person, then hang the study anew where they are, if it is `wanted`."""

        def work(stores: Stores) -> None:
            stores.user.decide_pair(opened.person.identity, other.person.identity, same)

        def done(_: None) -> None:
            self._decided()
            if same and wanted():
                self.open(opened.study.id)

        self._keep(work, done, tr("Keeping the decision"))

    def decide_persons(self, one: Person, other: Person, *, same: bool, done: Callable[[], None]) -> None:
        """Keep whether two headers are about one person."""

        def work(stores: Stores) -> None:
            stores.user.decide_pair(one.identity, other.identity, same)

        def kept(_: None) -> None:
            self._decided()
            done()

        self._keep(work, kept, tr("Keeping the decision"))

    def _decided(self) -> None:
        self.mark_persons()
        self._on_decided()

    def mark_persons(self) -> None:
        """Mark patients with one ID as they are to be by now: the reader has decided about persons."""
        self.list.outdate()

    def look_up_patient(
        self, person: Person, image: PriorImage, uid: str, digests: Collection[str], done: Callable[[Timeline], None]
    ) -> None:
        """Look for the studies of a person (`studies.index.timeline.timeline`); where there is no library, for none."""

        def work(stores: Stores) -> Timeline:
            pairs = stores.user.pairs()
            return timeline(stores.reading, stores.scores, person, image, uid=uid, digests=digests, pairs=pairs)

        self.look("library patient", work, done)

    def with_stores(self, then: Callable[[Stores], None], otherwise: Callable[[], None]) -> None:
        """Call something with the open library; `otherwise` where there is none or it cannot be opened. See `look`."""
        if not self.kept:
            otherwise()
            return

        self._at_hand.when_open(then, otherwise)

    def look(
        self,
        slot: str,
        work: Callable[[Stores], T],
        done: Callable[[T], None],
        otherwise: Callable[[], None] = lambda: None,
    ) -> None:
        """Ask the library something that nobody waits for; what fails is `otherwise`, and a line of the log.

        A library that was never made is not made for this.
        """

        def failed(error: Exception) -> None:
            _not_asked(error)
            otherwise()

        def start(stores: Stores) -> None:
            self._jobs.submit(Lane.LIBRARY, slot, lambda _: work(stores), on_done=done, on_failed=failed)

        self.with_stores(start, otherwise)

    def with_or_without(
        self,
        slot: str,
        work: Callable[[Stores | None], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Do something on the library's thread with the open library, or with None where there is none."""

        def start(stores: Stores | None) -> None:
            self._jobs.submit(Lane.LIBRARY, slot, lambda _: work(stores), on_done=done, on_failed=failed)

        self.with_stores(start, lambda: start(None))

    def by_rules(
        self,
        slot: str,
        work: Callable[[Sequence[Rule], Pairs, Index | None], T],
        done: Callable[[T], None],
        otherwise: Callable[[], None],
    ) -> None:
        """Do something with the hanging rules, what the reader decided about persons and the index, off this thread.

        Without a library nothing was decided and there is no index; none is made for this. Where that fails too, it
        is `otherwise`, and a line of the log.
        """
        files = self._files

        def run(stores: Stores | None) -> tuple[T, tuple[str, ...]]:
            rules, problems = load_rules(files.rules, files.shipped_rules)
            if stores is None:
                return work(rules, {}, None), problems
            return work(rules, stores.user.pairs(), stores.reading), problems

        def found(made: tuple[T, tuple[str, ...]]) -> None:
            done(made[0])
            self._say_problems(made[1])

        def failed(error: Exception) -> None:
            _not_asked(error)
            otherwise()

        def without() -> None:
            self._jobs.submit(Lane.LIBRARY, slot, lambda _: run(None), on_done=found, on_failed=failed)

        self.look(slot, run, found, without)

    def score(self, studies: Collection[int] | None) -> None:
        """Score what has no current result, of some studies or of all, in the background."""

        self._at_hand.when_open(lambda stores: self.scoring.start(stores, studies))

    def hang_like(self, present: PresentStudy) -> None:
        """Put a rule that hangs studies as they hang now before all others."""
        own = self._files.rules

        def work(stores: Stores | None) -> tuple[str, bool]:
            before = read_own(own)
            rules = () if before is None else read_rules(before)
            rule = present.rule(stores, next_name(rules))
            text, name = with_rule(before, rule)
            if text != before:
                own.parent.mkdir(parents=True, exist_ok=True)
                write_bytes(own, text.encode("utf-8"))
            return name, any(place.back for place in rule.places)

        def done(kept: tuple[str, bool]) -> None:
            name, with_prior = kept
            if with_prior or present.of_library:
                self._notify(tr("Studies like this hang like this from now on: rule “{name}”.", name=name))
            else:
                # What is opened by its path arranges itself only beside a prior (decision 0102).
                self._notify(
                    tr(
                        "Studies of the library like this hang like this from now on, and what is opened by its path "
                        "when you ask for it: rule “{name}”.",
                        name=name,
                    )
                )

        def failed(error: Exception) -> None:
            self._say(sentence(error, tr("Keeping the rule")))

        self.with_or_without(self._keep_slot(), work, done, failed)

    def list_skipped(self) -> None:
        """Show why files hold no image."""

        def done(skipped: tuple[SkippedFile, ...]) -> None:
            if self._view is not None:
                self._view.show_skipped(skipped)

        self._ask("library skipped", lambda stores: stores.reading.skipped(), done, tr("Reading the list"))

    def list_not_scored(self) -> None:
        """Show why images have no score of the heads in use, whenever these were tried."""
        titles = {scorer.manifest.id: scorer.manifest.title for scorer in self._scorers()}

        def work(stores: Stores) -> tuple[tuple[UnscoredImage, ...], bool]:
            database = stores.reading.database
            return unscored_images(database), count_current(database) > 1

        def done(found: tuple[tuple[UnscoredImage, ...], bool]) -> None:
            if self._view is not None:
                kept = not_scored(found[0], titles, several=found[1])
                self._view.show_not_scored((*kept, *self.scoring.not_reached))

        self._ask("library not scored", work, done, tr("Reading the list"))

    def close(self) -> None:
        """Close the files, once no job runs any more; harmless when called again."""
        self._watch.close()
        self.scans.close()
        self._at_hand.close()

    # Opening the files.

    def _opened(self, stores: Stores) -> None:
        self._on_opened(stores.user.log_path)
        if stores.replaced is not None:
            words = translated(stores.replaced)
            if self._view is None:  # a prior or the timeline has opened the files; the dialog repeats it
                self._found_damage = words
            self._say(words)

    def _attached(self, stores: Stores) -> None:
        versions = [version_of(scorer.manifest) for scorer in self._scorers()]

        def work(stores: Stores) -> int:
            others = stores.index.database.others()  # before the list is read: what comes behind it is noticed
            stores.index.refresh_marks()  # another window may have changed them
            if versions:
                stores.scores.set_current(versions)
            return others

        def done(others: int) -> None:
            self._others = others
            self.list.outdate(older=True)  # the list is read behind the marks

        # In this order on the library's thread: the list waits for the marks there, and not here in between.
        self._ask(MARK_SLOT + " all", work, done, tr("Opening the library"))
        self.list.read(fresh=True)
        self._load_roots(attached=True)  # a stick may have been pulled out while nobody looked
        self.scoring.look_at_runs(stores)

    def _keep(
        self,
        work: Callable[[Stores], T],
        done: Callable[[T], None],
        doing: str,
        failed: Callable[[], None] = lambda: None,
    ) -> None:
        """Write something on the library's thread; nothing that is wanted later takes its place."""
        self._ask(self._keep_slot(), work, done, doing, failed)

    def _keep_slot(self) -> str:
        return f"library keep {next(self._numbers)}"

    def _ask(
        self,
        slot: str,
        work: Callable[[Stores], T],
        done: Callable[[T], None],
        doing: str,
        otherwise: Callable[[], None] = lambda: None,
    ) -> None:
        """Run something with the stores on the library's thread."""

        def failed(error: Exception) -> None:
            self._say(sentence(error, doing))
            otherwise()

        self._at_hand.ask(slot, work, done, failed)

    def _scored(self) -> None:
        self.list.outdate_all()
        self._on_scored()

    def _hidden_changed(self) -> None:
        self.list.outdate()
        self._show()

    # Marks.

    def _not_marked(self, studies: Sequence[int], words: str) -> None:
        self._say(words)
        self.list.refresh(studies)

    # Folders and scans.

    def _add(self, given: Sequence[tuple[Path, str]]) -> None:
        """Add paths, each with what stands for it on the screen or nothing, and scan them."""

        titles = dict(given)

        def add(kinds: Mapping[Path, str]) -> None:
            def work(stores: Stores) -> tuple[Root, ...]:
                return tuple(stores.index.add_root(path, kind, shown=titles[path]) for path, kind in kinds.items())

            def done(added: tuple[Root, ...]) -> None:
                self._load_roots()
                self._begin_scan(added)

            self._keep(work, done, tr("Adding the folder"))

        def failed(error: Exception) -> None:
            self._say(sentence(error, tr("Adding the folder")))

        if given:
            slot = f"{ROOTS_SLOT} kinds {next(self._numbers)}"
            self._jobs.submit(
                Lane.PLACES, slot, lambda _: dict(root_kinds(tuple(titles))), on_done=add, on_failed=failed
            )  # fmt: skip

    def _bring_back(self, removed: Mapping[Root, bool]) -> None:
        """Add folders that were removed, as they were: with whether each was watched."""

        def work(stores: Stores) -> tuple[Root, ...]:
            added = tuple(stores.index.add_root(root.path, root.kind, shown=root.shown) for root in removed)
            for root, watched in removed.items():
                if watched:
                    stores.user.watch_root(os.fsencode(root.path), on=True)
            return added

        def done(added: tuple[Root, ...]) -> None:
            self._load_roots()
            self._begin_scan(added)
            self._say(tr_n("{n} folder is listed again.", "{n} folders are listed again.", len(added)))

        self._keep(work, done, tr("Adding the folder"))

    def _load_roots(self, *, attached: bool = False) -> None:
        def work(stores: Stores) -> tuple[tuple[Root, ...], frozenset[bytes]]:
            return stores.reading.roots(), stores.user.watched()

        def done(found: tuple[tuple[Root, ...], frozenset[bytes]]) -> None:
            self._roots, self._watched = tuple(root for root in found[0] if root.kept), found[1]
            self._roots_outdated = False
            if self._gone is not None and any(root.id == self._gone[0] and root.online for root in self._roots):
                if self._notice == self._gone[1]:  # it is back
                    self._notice = ""
                self._gone = None
            self._show()
            self._follow_folders()
            if attached:
                self.check([root.id for root in self._roots])  # and what is offline
            else:
                self._look_at_offline()

        self._ask(ROOTS_SLOT + " list", work, done, tr("Reading the list"))

    def _look_at_offline(self) -> None:
        stores = self._at_hand.stores
        if stores is not None and not all(root.online for root in self._roots):
            self._offline.look(stores)

    def _went(self, root: Root) -> None:
        number = next((number for number, one in enumerate(self._roots, 1) if one.id == root.id), 0)
        if not number:  # it was removed meanwhile, a copy with its files
            return
        words = tr(
            "“{folder}” is not connected any more. Its studies stay listed, as offline.",
            folder=self._root_row(number, root).title,
        )
        self._gone = root.id, words
        self._say(words)

    def _reach_changed(self) -> None:
        self._load_roots()
        self.list.outdate_all()
        self.list.outdate_pictures()
        self._on_scored()  # who shows what the library holds reads it again

    def _follow_folders(self) -> None:
        watched = [root.path for root in self._roots if self._is_watched(root)]  # offline ones until they are back
        self._changed(self._watch.follow(watched))

    def _is_watched(self, root: Root) -> bool:
        return root.kind == "folder" and os.fsencode(root.path) in self._watched

    def _changed(self, folders: Collection[Path]) -> None:
        """Scan folders in which something changed; while a scan runs they wait for its end."""
        self._dirty.update(folders)
        if folders:
            self._look_at_offline()  # known before a scan has read it
        if self._dirty and not self.scans.running:
            roots = [root for root in self._roots if root.path in self._dirty]
            self._dirty.clear()
            self._begin_scan(roots)

    def _begin_scan(self, roots: Sequence[Root]) -> None:
        if self._at_hand.stores is not None and roots:
            self._notice = ""
            self.scans.begin(roots, self._roots)

    def _finished(self) -> None:
        self._roots_outdated = True
        self.list.outdate()
        self.list.outdate_pictures()
        self._load_roots()
        self.list.read()
        self._changed(())
        self._on_contents()

    def _ended(self) -> None:
        self._load_roots()
        self.list.read()

    # Words.

    def _say_problems(self, problems: tuple[str, ...]) -> None:
        if problems:
            self._notify(tr("Your own hanging rules are not used: {problem}.", problem=problems[0]))

    def _say(self, words: str) -> None:
        self._notice = words
        if self._view is None:
            self._notify(words)
        self._show()

    def _show(self) -> None:
        if self._view is None:
            return
        state, usable, listed = self.scans.state, self._at_hand.stores is not None, self.list.found
        self._view.show_library(
            LibraryState(
                roots=tuple(self._root_row(number, root) for number, root in enumerate(self._roots, 1)),
                message=self._message(),
                notice=translated(WRITING) if self._at_hand.held is WRITING else self._notice,
                count=tr_n("{n:,} study", "{n:,} studies", listed.count) if usable and self.list.known else "",
                problems=" ".join(translated(one) for one in listed.problems),
                scanning=self.scans.running,
                resumable=self.scans.stopped or self._left_by_a_scan,
                progress=self.scans.progress(),
                done=0 if state is None else state.done,
                total=0 if state is None or not state.listed else state.total,
                skipped=listed.skipped,
                unscored=listed.unscored + len(self.scoring.not_reached),
                usable=usable,
                can_undo=usable and self._marks.can_undo,
                scoring=self.scoring.state,
                disc=self.discs.state,
            )
        )

    def _root_row(self, number: int, root: Root) -> RootRow:
        title = tr("Folder {number}", number=number) if self._privacy.hidden else root.shown or shown_path(root.path)
        if not root.online:
            other = self._offline.is_other(root)
            state = tr("changed: scan again") if other else tr("offline, still listed")
        else:
            state = "" if root.complete else tr("not scanned to its end")
            if not state and self._is_watched(root):
                state = tr("watched")
        copy = self.discs.home in root.path.parents
        return RootRow(root.id, title, state, root.online, root.kind == "folder", self._is_watched(root), copy)

    def _message(self) -> str:
        if self._at_hand.failure:
            return self._at_hand.failure
        if self._at_hand.held is HELD:
            return translated(HELD)
        if self._at_hand.stores is None or (self.list.listing and not self.list.known):
            return tr("Opening the library…")
        return "" if self.list.found.keys or not self.list.known else self._empty()

    @property
    def _left_by_a_scan(self) -> bool:
        """Whether a folder has not been scanned to its end, perhaps by an earlier run or another program."""
        return not self._roots_outdated and any(root.online and not root.complete for root in self._roots)

    def _empty(self) -> str:
        """Return why the list has no study."""
        if self.list.query.strip() and self._roots:
            return tr("No study matches the search.")
        if self.scans.running:
            return tr("Looking for images…")
        if not self.scans.finished and self._left_by_a_scan:  # the roots may be older than the scan
            return tr("These folders have not been scanned to their end. “Resume” lists their studies.")
        if self._roots:
            return tr("No study in these folders.")
        if self.discs.state.progress:
            return tr("The studies of the disc are listed once it is copied.")
        return tr("Add a folder, a disc or a ZIP file. Its images stay where they are; nothing is copied.")


def _not_asked(error: Exception) -> None:
    logger.warning("the library could not be asked", exc_info=error)
