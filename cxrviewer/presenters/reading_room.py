"""Joins the presenters of one window: what is selected is opened, what is opened is scored."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cxrviewer.commands.facts import Fact
from cxrviewer.errors import FileGoneError
from cxrviewer.heads.contract import Prediction
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.stamp import still_holds
from cxrviewer.jobs import JobRunner
from cxrviewer.log import independently
from cxrviewer.presenters.annotations import AnnotationsPresenter
from cxrviewer.presenters.arranging import Arranging
from cxrviewer.presenters.closable import Closable
from cxrviewer.presenters.decided_persons import DecidedPersons
from cxrviewer.presenters.decisions import DecisionsPresenter
from cxrviewer.presenters.decoding_ahead import DecodingAhead
from cxrviewer.presenters.findings import FindingsPresenter
from cxrviewer.presenters.frames import FrameEvents, FramesPresenter
from cxrviewer.presenters.hung_screen import HungScreen
from cxrviewer.presenters.image_at_hand import ImageAtHand
from cxrviewer.presenters.image_notes import ImageNotes
from cxrviewer.presenters.image_presenter import ImagePresenter
from cxrviewer.presenters.images import OpenedImage, OpenImage, opened_image_store
from cxrviewer.presenters.layer import LayerPresenter
from cxrviewer.presenters.list_marks import ListMarks
from cxrviewer.presenters.missed_priors import MissedPriors
from cxrviewer.presenters.open_beside import OpenBeside
from cxrviewer.presenters.opened_paths import OpenedPaths
from cxrviewer.presenters.opened_study import OpenedStudy
from cxrviewer.presenters.paperwork import PaperSources, Paperwork
from cxrviewer.presenters.patients_beside import PatientsBeside
from cxrviewer.presenters.person_questions import PersonQuestions
from cxrviewer.presenters.priors_beside import PriorsBeside
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.readings import Readings
from cxrviewer.presenters.replaced_files import ReplacedFiles
from cxrviewer.presenters.room_commands import handlers
from cxrviewer.presenters.screen_words import ScreenWords
from cxrviewer.presenters.self_hanging import SelfHanging
from cxrviewer.presenters.thumbnail_source import ReadThumbnail, ThumbnailSource
from cxrviewer.presenters.viewport_frames import ViewportFrames
from cxrviewer.presenters.viewports import GatedBoard, Pane, ViewportsPresenter
from cxrviewer.presenters.worklist import Brought, Thumbnail, WorklistPresenter
from cxrviewer.presenters.workspaces import Workspaces
from cxrviewer.reading.snapping import Snapping
from cxrviewer.reading.values import ViewState
from cxrviewer.studies.library import ImageEntry
from cxrviewer.studies.scan import ArchiveReader, DirectoryReader, HeaderReader, ReadAhead
from cxrviewer.studies.thumbnail_cache import ThumbnailCache
from cxrviewer.text import tr, translated
from cxrviewer.workspace.saved import SavedViewport

if TYPE_CHECKING:  # what the first image of a launch does not need (docs/decisions/0105-what-waits-for-the-picture.md)
    from cxrviewer.presenters.copies import MakeCopy
    from cxrviewer.presenters.finding_states import ImageStatus
    from cxrviewer.presenters.hanging_rules import HangingRulesPresenter
    from cxrviewer.presenters.head_plans import HeadPlan
    from cxrviewer.presenters.head_starter import HeadStarter
    from cxrviewer.presenters.library import LibraryPresenter, LibraryReader
    from cxrviewer.presenters.next_priors import NextPriors
    from cxrviewer.presenters.present_study import PresentStudies, PresentStudy
    from cxrviewer.presenters.room_view import RoomView
    from cxrviewer.presenters.score_comparison import ScoreComparison
    from cxrviewer.presenters.score_memory import ScoreMemory
    from cxrviewer.presenters.shelf import CheckReadings
    from cxrviewer.presenters.similar import SimilarPresenter
    from cxrviewer.presenters.strip_images import StripImages
    from cxrviewer.presenters.tags import ReadTags
    from cxrviewer.presenters.timeline import TimelinePresenter
    from cxrviewer.studies.first_hanging import FirstHanging
    from cxrviewer.studies.index.files import LibraryFiles
    from cxrviewer.studies.index.opening import Opening

logger = logging.getLogger(__name__)


class ReadingRoom:
    """Everything behind the window. Built once by `app.py`, driven by the widgets' signals.

    Parameters
    ----------
    view : RoomView
    jobs : JobRunner
    read_header, read_directory, open_image, read_thumbnail : callable
        ``(path, cancel)`` to a header, file IDs, an image or a small picture; see `decoder.client.DecoderPool`.
    read_ahead, list_members : callable, optional
        See `studies.scan.Scan`.
    open_ahead : callable, optional
        As `open_image`, for the neighbours in the list of the image on the screen; without it none are decoded ahead.
    thumbnail : callable
        `imaging.thumbnails.thumbnail`: the small picture of an image that is decoded already.
    readings : Path, optional
        Folder where what the reader draws is kept; without it, in memory only.
    check_readings : callable, optional
        See `ShelfPresenter`.
    make_copy, read_tags : callable, optional
        See `CopiesPresenter` and `TagsPresenter`.
    templates : Path, optional
        Folder of the reader's templates of reports.
    workspaces : Path, optional
        Folder where the arrangement of the viewports is kept; without it, it is forgotten.
    thumbnails : ThumbnailCache, optional
        Where small pictures are kept between runs; without it they are made anew.
    library, library_reader : optional
        Where the library's files lie, and what reads headers for it; without them there is none.
    ai_enabled, layer_visible, opacity, colours, hide_identity, snap_to_ends, hang_priors, timeline_shown
        How the panels start; see `Settings`.
    """

    def __init__(
        self,
        view: RoomView,
        jobs: JobRunner,
        *,
        read_header: HeaderReader,
        read_directory: DirectoryReader,
        read_ahead: ReadAhead | None = None,
        list_members: ArchiveReader | None = None,
        open_image: OpenImage,
        open_ahead: OpenImage | None = None,
        read_thumbnail: ReadThumbnail,
        thumbnail: Callable[[Radiograph], Thumbnail],
        readings: Path | None = None,
        templates: Path | None = None,
        workspaces: Path | None = None,
        check_readings: CheckReadings | None = None,
        make_copy: MakeCopy | None = None,
        read_tags: ReadTags | None = None,
        ai_enabled: bool = True,
        layer_visible: bool = False,
        opacity: float = 0.45,
        colours: str = "inferno",
        hide_identity: bool = False,
        snap_to_ends: bool = False,
        hang_priors: bool = True,
        timeline_shown: bool = False,
        thumbnails: ThumbnailCache | None = None,
        library: LibraryFiles | None = None,
        library_reader: LibraryReader | None = None,
    ) -> None:
        self._jobs, self._read_header = jobs, read_header
        self._told_of_loss = False
        self._starter: HeadStarter | None = None
        commands = view.commands
        self._closable = Closable(commands)
        self.privacy = Privacy(hidden=hide_identity, facts=commands)
        # Before any viewport, so that numbers follow the order of the list.
        self.privacy.listen(lambda: self.worklist.number())  # noqa: PLW0108  # made below
        self.layer = LayerPresenter(
            view.layer_view, visible=layer_visible, opacity=opacity, colours=colours, facts=commands
        )
        self.readings = Readings(readings, jobs, view.notify, view.later)
        self.snapping = Snapping(snap_to_ends)
        commands.publish({Fact.SNAPPING}, {Fact.SNAPPING} if snap_to_ends else ())
        self._view = view
        self.opened_paths = OpenedPaths(jobs, view.notify, view.later)
        self._persons = DecidedPersons(
            lambda: self.library,
            lambda: not self.hangs.held,  # until `complete`
            self._persons_decided,
        )
        self._patients = PatientsBeside(lambda: self._persons.pairs, self._renote)
        self._notes = ImageNotes(self._patients, lambda: self.worklist, self.privacy)
        self._questions = PersonQuestions(view, lambda: self.viewports.beside, lambda: self._persons.pairs)
        self.at_hand = ImageAtHand(
            lambda: self.viewports, lambda: self.findings, self.privacy, view.findings_view, self._follow
        )
        self.workspaces = Workspaces(
            workspaces,
            jobs,
            view.notify,
            view.later,
            lambda: self.arranging.now(),  # noqa: PLW0108  # made below
        )
        self.study = OpenedStudy(lambda: self._persons.pairs)
        self.images = opened_image_store(open_image, still_holds, open_ahead)
        self._words = ScreenWords(lambda: self.viewports, notify=view.notify, withdraw=view.withdraw)
        self.viewports = ViewportsPresenter(
            view,
            self._make_pane,
            facts=commands,
            on_leaving=self._leaving,
            on_activated=self._activated,
            on_changed=self._arranged,
        )
        self.privacy.listen(self._look_beside)
        self.thumbnails = ThumbnailSource(
            jobs,
            self.images,
            read_thumbnail,
            thumbnail,
            thumbnails,
            soon=lambda entry: self.ahead.soon(entry),  # noqa: PLW0108  # made below
            notify=view.notify,
        )
        self.worklist = WorklistPresenter(
            view.worklist_view,
            jobs,
            read_header,
            read_directory,
            self.thumbnails.of_entry,
            on_selected=self._selected,
            on_replaced=lambda entry: self._replaced.open_newer(entry),  # noqa: PLW0108  # made below
            on_nothing=self._nothing,
            read_ahead=read_ahead,
            list_members=list_members,
            on_forgotten=lambda *file: self._replaced.forgotten(*file),  # noqa: PLW0108  # made below
            on_ordered=self._ordered,
            on_found=lambda entries: self.arranging.found(entries),  # noqa: PLW0108  # made below
            on_opening=lambda: self.hung_screen.make_place(),  # noqa: PLW0108  # made below
            on_scanned=self._scanned,
            on_chosen=lambda: self.hangs.touch(),  # noqa: PLW0108  # made below
            notify=view.notify,
            facts=commands,
            privacy=self.privacy,
        )
        self.ahead = DecodingAhead(
            jobs,
            self.images,
            self.viewports,
            self.worklist,
            lambda number: view.viewport_view(number).screen(),
            neighbours=open_ahead is not None,
        )
        self.frames = ViewportFrames(self.viewports, self.ahead, self.at_hand, settled=self.workspaces.changed)
        self.hung_screen = HungScreen(
            self.viewports,
            self.worklist,
            open_in=self._open,
            clear=self._clear,
            on_place=lambda: self.arranging.open_no_more(),  # noqa: PLW0108  # made below
        )
        self.priors = PriorsBeside(
            self.viewports,
            self.worklist,
            self._persons,
            self.study,
            self.hung_screen,
            in_timeline=lambda: (listed.entry for listed in self.timeline.images),
            clear=self._clear,
            notify=view.notify,
        )
        self._replaced = ReplacedFiles(
            self.viewports,
            self.worklist,
            self.images,
            self._persons,
            self.priors,
            open_in=self._open,
            empty=lambda pane: self._empty(pane, None),
            on_renamed=lambda: self._marks.find_doubles(),  # noqa: PLW0108  # made below
        )
        self.hangs = SelfHanging(
            jobs,
            self.worklist,
            lambda: self.library,
            read_header,
            bring=self._bring,
            hang=self._hang,
            decode=lambda hanging, done: self.ahead.decode(hanging.entries, done),
            stop=self.ahead.stop_hanging,
            ask=self._questions.ask,
            decided=lambda: self.timeline.reload(),  # noqa: PLW0108  # made below
            settled=self.workspaces.changed,
            notify=self._words.say,
            on=hang_priors,
            facts=commands,
        )
        commands.watch(self.hangs.ran)
        self._missed = MissedPriors(self.worklist, lambda: self.study.opening, self._persons.of_one_person)
        self.beside = OpenBeside(
            self.viewports,
            self.worklist,
            self.hung_screen,
            self._missed,
            self._words,
            next_priors=lambda: self.next_priors,
            open_in=self._open,
            notify=view.notify,
        )
        self.arranging = Arranging(
            self.viewports,
            self.worklist,
            self.hung_screen,
            self.hangs,
            self._persons,
            self.study,
            self.priors,
            self._missed,
            open_in=self._open,
            clear=self._clear,
            settled=self.workspaces.changed,
            notify=view.notify,
        )
        self._marks = ListMarks(
            jobs,
            self.worklist,
            self.readings,
            lambda: self.library,
            lambda: self.hangs.held,  # until `complete`
            lambda: self.findings.heads if self.findings.enabled else (),
        )
        self.findings = FindingsPresenter(
            view.findings_view,
            jobs,
            self.layer.show,
            self._show_status,
            on_scored=self._scored,
            on_switched=self._heads_changed,
            beside=self.at_hand.others,
            enabled=ai_enabled,
            facts=commands,
        )
        self.decisions = DecisionsPresenter(self.findings, view.later)
        self.paperwork = Paperwork(
            view,
            jobs,
            self.privacy,
            self.viewports,
            self.worklist,
            self.findings,
            self.readings,
            self._persons,
            self.at_hand,
            PaperSources(readings, templates, check_readings, make_copy, read_tags),
            on_typed=self.hangs.touch,
        )
        self._timeline: TimelinePresenter | None = None
        self._timeline_shown = timeline_shown
        self._library: LibraryPresenter | None = None
        self._library_files, self._library_reader = library, library_reader
        commands.bind(handlers(self))
        if timeline_shown:
            self.complete()  # the strip takes its place before the image does

    @property
    def image(self) -> ImagePresenter:
        """The image of the active viewport."""
        return self.viewports.active.image

    @property
    def annotations(self) -> AnnotationsPresenter:
        """The annotations of the active viewport."""
        return self.viewports.active.annotations

    # What no image waits for is made when it is first used.

    def hold(self) -> None:
        """Leave what no reader waits for yet to `complete`."""
        self.hangs.hold()
        self.worklist.hold_thumbnails()

    def complete(self) -> None:
        """Make what follows the images beside the screen; for after the first picture of a launch."""
        try:
            self._timeline_made()
        finally:
            self.hangs.release()
            self.worklist.release_thumbnails()
            self._look_beside()
            self._ask_library()

    @property
    def library(self) -> LibraryPresenter | None:
        """The library; None where there is none."""
        if self._library is None and self._library_files is not None and self._library_reader is not None:
            from cxrviewer.presenters.library import LibraryPresenter

            self._library = LibraryPresenter(
                self._jobs,
                self._library_files,
                self._library_reader,
                self.privacy,
                notify=self._view.notify,
                on_open=self.open_study,
                open_image=self._library_reader.open_for_scoring,
                scorers=lambda: self.findings.scorers if self.findings.enabled else (),
                starting=lambda: self.findings.starting,
                on_scored=self._library_scored,
                on_contents=self._contents_changed,
                on_decided=self._persons.look,
                on_opened=self._view.watch_file,
                on_recoded=self._replaced.recoded,
                picture_of=self.thumbnails.of_place,
                later=self._view.later,
            )
        return self._library

    def offer_library(self) -> None:
        """Let the start page offer the library where it lists a study; without a library nothing is opened for that."""

        def done(filled: bool) -> None:
            self._view.commands.publish({Fact.LIBRARY}, {Fact.LIBRARY} if filled else ())

        if self.library is not None:
            self.library.ask_filled(done)

    def _library_scored(self) -> None:
        self.timeline.reload()
        self._marks.find_scores()

    def _contents_changed(self) -> None:
        self._ask_library()
        self.offer_library()

    def look_elsewhere(self) -> None:
        """Go by what another window has decided about persons meanwhile; nothing is opened for that."""
        if self._library is not None and self._library.stores is not None:
            self._persons.look()

    def _ask_library(self) -> None:
        """Look up what the library knows of the listed images."""
        self._marks.find_doubles()
        self._look_for_decisions()
        self._marks.find_scores()

    def _look_for_decisions(self) -> None:
        if self.worklist.listed_images():  # nothing is opened for an empty screen
            self._persons.look()

    def _persons_decided(self) -> None:
        """Go by what the reader has decided about persons, here or in another window."""
        self.worklist.go_by(self._persons.pairs)
        self._questions.decided()
        self.priors.part_rejected()
        self._patients.judge()
        if self._library is not None:
            self._library.mark_persons()
        if self._timeline is not None:
            self._timeline.reload()
        self.paperwork.follow()

    @property
    def timeline(self) -> TimelinePresenter:
        return self._timeline_made()

    def _timeline_made(self) -> TimelinePresenter:
        """Return the timeline; made here where it was not, and kept once it knows library and image."""
        if self._timeline is None:
            from cxrviewer.presenters.timeline import TimelinePresenter

            library, image = self.library, self.at_hand.image
            made = TimelinePresenter(
                self._view.timeline_view,
                self._jobs,
                self.worklist,
                self.scores,
                heads=lambda: self.findings.heads,
                privacy=self.privacy,
                on_changes=self.findings.show_changes,
                picture_of=self.strip.picture_of,
                on_open=self.strip.open,
                shown_keys=self.strip.shown_keys,
                on_doubtful=self.strip.ask_person,
                facts=self._view.commands,
                shown=self._timeline_shown,
            )
            if library is not None:
                made.use(library)
            made.follow(None if image is None else image.entry)
            self._timeline = made
        return self._timeline

    @cached_property
    def strip(self) -> StripImages:
        """What the timeline asks of the viewports."""
        from cxrviewer.presenters.strip_images import StripImages

        return StripImages(
            self.viewports,
            self.worklist,
            self.thumbnails,
            self._questions,
            self.library,
            open_in=self._open,
            bring=self._bring,
            touch=self.hangs.touch,
            decided=lambda: self.timeline.reload(),  # noqa: PLW0108  # it is being made
            notify=self._view.notify,
        )

    @property
    def timeline_shown(self) -> bool:
        """Whether the strip is on the screen, or will be."""
        return self._timeline_shown if self._timeline is None else self._timeline.shown

    @cached_property
    def scores(self) -> ScoreMemory:
        """What the heads answered since the start."""
        from cxrviewer.presenters.score_memory import ScoreMemory

        return ScoreMemory()

    @cached_property
    def comparison(self) -> ScoreComparison:
        from cxrviewer.presenters.score_comparison import ScoreComparison

        return ScoreComparison(
            self.viewports,
            self.findings,
            self.scores,
            self.library,
            one_person=lambda newer, older: self.priors.may_compare(newer.entry, older.entry),
            titles=lambda: self.findings.titles,
            show=self._view.show_score_changes,
            hidden=lambda: self.privacy.hidden,
            notify=self._words.say,
        )

    @cached_property
    def similar(self) -> SimilarPresenter:
        from cxrviewer.presenters.similar import SimilarPresenter

        made = SimilarPresenter(
            self._jobs,
            self.privacy,
            answers=lambda: self.findings.answers,
            digest=lambda: "" if self.viewports.active.entry is None else self.viewports.active.entry.digest,
            picture_of=self.thumbnails.of_place,
            refused=self._refused,
        )
        if self.library is not None:
            made.use(self.library)
        return made

    @cached_property
    def next_priors(self) -> NextPriors:
        """The priors that cannot be shown, and what is offered instead."""
        from cxrviewer.presenters.next_priors import NextPriors

        return NextPriors(
            self._jobs,
            self.viewports,
            self.worklist,
            lambda: self.library,
            self._read_header,
            self.privacy,
            one_person=self.priors.is_prior,
            bring=self._bring,
            open_in=self.beside.offered_prior,
            notify=self._words.say,
            touch=self.hangs.touch,
        )

    @cached_property
    def hanging_rules(self) -> HangingRulesPresenter | None:
        """The editor of the library's rules; None where there is no library."""
        from cxrviewer.presenters.hanging_rules import HangingRulesPresenter

        files, library = self._library_files, self.library
        if files is None or library is None:
            return None
        return HangingRulesPresenter(self._jobs, files, library, present=self._present)

    def open_paths(self, paths: tuple[Path, ...]) -> None:
        """Look for images; the same files and folders opened again are arranged as they were left."""
        # What stood there was about what was open before.
        self._view.notify("")
        self._questions.drop()
        self.workspaces.open(paths, lambda saved: self.arranging.open(paths, saved))

    def open_study(self, opened: Opening) -> None:
        """Open a study of the library as it hangs, instead of what is open.

        What is perhaps an older study of the same person is asked about; it is not shown before.
        """
        from cxrviewer.presenters.library_opening import arranged, person_question

        self.close_all()
        self.study.opening = opened
        self.hung_screen.forget_layout()
        arrangement = arranged(opened)
        self.workspaces.open(opened.paths, lambda _: self.arranging.open(opened.paths, arrangement))
        library = self.library
        if opened.doubtful and library is not None:
            other, study = opened.doubtful[0], opened.study
            self._questions.ask(
                person_question(opened.person, other),
                lambda same: library.decide(opened, other, same=same, wanted=lambda: self.study.opening is opened),
                (opened.person, study.study_uid, study.date),
                (other.person, other.uid, other.date),
            )

    def mark_study(self, *, read: bool) -> None:
        """Note that the study of the active viewport was read, or was only opened."""
        entry = self.viewports.active.entry
        if entry is None or self.library is None:
            return
        from cxrviewer.presenters.library_opening import MARKED, NOT_LISTED
        from cxrviewer.studies.index.user_store import StudyStatus

        status = StudyStatus.READ if read else StudyStatus.OPENED
        words = translated(MARKED[status])

        def done(listed: bool) -> None:
            self._view.notify(words if listed else translated(NOT_LISTED))

        self.library.mark_path(entry.path, status, done)

    def toggle_snapping(self) -> None:
        """Let ends of lines snap to existing ends, or no longer."""
        self.snapping.on = not self.snapping.on
        self._view.commands.publish({Fact.SNAPPING}, {Fact.SNAPPING} if self.snapping.on else ())

    def hang_like_this(self) -> None:
        """Make a hanging rule of the arrangement."""
        from cxrviewer.presenters.present_study import FILL_FIRST

        present, library = self._present(), self.library
        if present is None or library is None or not present.full:
            self._view.notify(translated(FILL_FIRST))
            return
        library.hang_like(present)

    def _present(self) -> PresentStudy | None:
        return self._present_studies.at_hand(self.study.opening)

    @cached_property
    def _present_studies(self) -> PresentStudies:
        from cxrviewer.presenters.present_study import PresentStudies

        return PresentStudies(self.viewports, self.worklist)

    def close_all(self) -> None:
        self._view.notify("")
        self.opened_paths.overtaken()
        self.workspaces.close_all()  # while it is known what the screen shows, and what it does not show yet
        self.hangs.forget()
        self.arranging.forget()
        self.study.opening = None
        self._missed.forget()
        if "next_priors" in vars(self):
            self.next_priors.forget()
        self._questions.drop()
        self.worklist.close_all()
        self.hung_screen.close()
        self.frames.forget()
        self.ahead.stop()
        self.images.clear()
        self.findings.clear()

    def undo(self) -> None:
        """Take the last step of the active image's reading back, what was just typed included."""
        self.flush()
        self.annotations.undo()

    def redo(self) -> None:
        self.flush()
        self.annotations.redo()

    def flush(self) -> None:
        """Save what was typed and not saved yet."""
        independently(self.decisions.flush, self.paperwork.flush)

    def may_close(self) -> bool:
        """Return whether nothing is lost when the window closes now; the reader is told what would be, once."""
        self.flush()
        if self.readings.save_now() or self._told_of_loss:
            return True
        self._told_of_loss = True
        self._view.notify(
            tr("Not closed: what you drew cannot be saved. Make room on the disk, or close again to lose it.")
        )
        return False

    def open_in(self, number: int, key: str) -> None:
        """Open a listed image in a viewport, which becomes the active one."""
        if number in self.viewports.workspace.shown:
            self.viewports.activate(number)
            self.worklist.select(key)

    def _bring(self, paths: tuple[Path, ...], done: Brought) -> None:
        """List files of the library beside what is open."""

        def brought(found: tuple[ImageEntry, ...] | None) -> None:
            self._marks.find_key_images()
            done(found)

        self.worklist.bring(paths, brought)

    def _refused(self) -> bool:
        """Return whether no head that is on scores the active image."""
        shown = self.image.image
        return shown is not None and self.findings.refused(shown.radiograph)

    def _scored(self, key: str, prediction: Prediction) -> None:
        self.scores.note(key, prediction)
        self._refresh_timeline()

    def _show_status(self, key: str, status: ImageStatus | None) -> None:
        self.worklist.status(key, status)
        if "similar" in self.__dict__:  # its dialog perhaps waits for scores
            self.similar.answered()

    def _refresh_timeline(self) -> None:
        if self._timeline is not None:
            self._timeline.refresh()

    def _ordered(self) -> None:
        self._closable.listed(self.worklist.filled)
        for pane in self.viewports.panes:
            pane.image.refresh_notes()
        self._name_failures()
        self._refresh_timeline()
        self.ahead.look()

    def start_heads(self, find: Callable[[], Sequence[HeadPlan]]) -> None:
        """Find the heads that are on and start those that are new; see `HeadStarter.start`."""
        if self._starter is None:
            from cxrviewer.presenters.head_starter import HeadStarter

            self._starter = HeadStarter(self._jobs, self.findings, self.worklist.outdate, on_ready=self._heads_changed)
        self._starter.start(find)

    def _heads_changed(self) -> None:
        """Follow that a model is ready, or that the AI was switched on or off."""
        self._marks.find_scores()
        if self._library is not None:
            self._library.scoring.look_at_heads()

    def request_map(self) -> None:
        """Compute the chosen finding's map and show it; asked again meanwhile, stop."""
        if self.findings.computing_map:
            self.findings.cancel_map()
        else:
            self.layer.set_visible(True)
            self.findings.request_map()

    def close_library(self) -> None:
        if self._library is not None:
            self._library.close()

    def close(self) -> None:
        """Save what is not saved yet and end the models, whatever they are doing; safe to call again."""
        end_models = () if self._starter is None else (self._starter.close,)
        independently(self.flush, self.workspaces.close, self.readings.close, *end_models)

    def _mark_key_images(self, study_uid: str, instances: frozenset[str]) -> None:
        self.worklist.mark_key_images(study_uid, instances)  # made after the first viewport

    def _make_pane(self, number: int) -> Pane:
        board = GatedBoard(
            self._view.commands,
            is_open=number == 0,
            on_opened=lambda opened: self._closable.opened_in(number, opened=opened),
        )
        first = self._view if number == 0 else None
        canvas = None if first is not None else self._view.viewport_view(number)
        image_view = first.image_view if first is not None else canvas
        annotations_view = first.annotations_view if first is not None else canvas
        assert image_view is not None and annotations_view is not None
        annotations = AnnotationsPresenter(
            annotations_view,
            self.readings,
            notify=self._view.notify,
            facts=board,
            jobs=self._jobs,
            later=self._view.later,
            slots=_slots(number),
            snapping=self.snapping,
            on_key_images=self._mark_key_images,
            on_saving=lambda: pane.image.refresh_notes(),  # noqa: PLW0108  # it is made below
        )

        def recall(image: OpenedImage) -> ViewState | None:
            seen, restored = annotations.recall(image), pane.restored
            pane.restored = None
            if restored is None or restored.view is None or restored.image != annotations.image:
                return seen  # saved while the image was being opened: nothing is known but its reading
            return restored.view

        def looked(seen: ViewState) -> None:
            annotations.look(seen)
            self.hangs.touch()
            self.viewports.looked(pane, seen)

        image = ImagePresenter(
            image_view,
            self._jobs,
            self.images,
            still_holds=still_holds,
            on_opened=lambda image: self._opened(pane, image),
            on_renewed=lambda entry: self._replaced.renewed(pane, entry),
            on_failed=lambda entry, error: self._undecodable(pane, entry, error),
            on_stale=lambda entry: self._stale(pane, entry),
            recall=recall,
            warm=self.readings.warm,
            on_looked=looked,
            facts=board,
            slots=_slots(number),
            privacy=self.privacy,
            notes=lambda entry: self._notes.of(pane, entry),
        )
        frames = FramesPresenter(
            self._view.frames_view(number),
            self._jobs,
            self.images,
            self._view.later,
            FrameEvents(
                shown=lambda image: self.frames.show(pane, image),
                failed=lambda entry, error: self.frames.fail(pane, entry, error),
                renewed=lambda entry: self._frame_renewed(pane, entry),
                settled=lambda: self.frames.settle(pane),
            ),
            facts=board,
            slots=_slots(number),
        )
        pane = Pane(number, image, annotations, frames, board, show_findings=self.at_hand.say_nothing)
        return pane

    def _arranged(self) -> None:
        """See that nothing plays in a viewport that is not shown, and save the arrangement soon."""
        self._words.look()
        self._look_beside()
        for pane in self.viewports.panes:
            if pane.number not in self.viewports.workspace.shown:
                pane.frames.pause()
        self.arranging.reveal()
        self.workspaces.changed()

    def _look_beside(self) -> None:
        """Name the image that the findings are of, and have all of several note that they name different patients."""
        self.at_hand.name()
        self._patients.look(self.viewports.beside)
        self._questions.look()

    def _renote(self) -> None:
        for pane in self.viewports.panes:
            pane.image.refresh_notes()

    def _frame_renewed(self, pane: Pane, entry: ImageEntry) -> None:
        """Open a file anew that holds something else by now."""
        if self._replaced.renewed(pane, entry):
            self._open(pane, entry, changed=True)

    def _hang(self, hanging: FirstHanging, missed: Mapping[Path, tuple[str, ...]]) -> bool:
        """Show a study as it hangs; the library's study is no longer what is open where it is another one."""
        if not self.hung_screen.show(hanging):
            return False
        self._missed.hung([self.viewports.pane(number) for number in range(len(hanging.entries))], missed)
        self.study.hangs({entry.path for entry in hanging.entries})
        return True

    def hang_study(self) -> None:
        """Hang the study of the active image with its priors by the hanging rules."""
        entry = self.viewports.active.entry
        if entry is not None:
            self.hangs.hang_study(entry)

    def _scanned(self, complete: bool) -> None:
        """Look up what is to be marked in the list of what was found, and let that be arranged."""
        self._marks.find_key_images()
        self._ask_library()
        self.arranging.scanned(complete)

    def _leaving(self) -> None:
        # Map and findings leave the canvas that is still the active one.
        self.findings.opening()
        self.at_hand.leave()

    def _activated(self, pane: Pane) -> None:
        self.worklist.mark("" if pane.entry is None else pane.entry.key)
        pane.show_findings()
        self.ahead.look()

    def _open(
        self, pane: Pane, entry: ImageEntry, *, changed: bool = False, restored: SavedViewport | None = None
    ) -> None:
        self.arranging.opened(pane.number)
        again = restored is None and self._persons.is_again(pane.entry, entry)
        pane.restored, pane.prior = restored, pane.prior and again
        missed = tuple(moment for moment in pane.missed if again and moment >= entry.moment)
        # Findings leave the screen in the same turn of the event loop as their image.
        self.at_hand.say(pane, self.findings.opening)
        self._empty(pane, entry)
        pane.missed = missed if restored is None else restored.missed
        self.ahead.forget()
        kept = None if restored is None or restored.image is None else restored.image.frame
        left = self.frames.left(entry)
        pane.resumes = kept is None and left is None
        frame = (left or 0) if kept is None else kept
        pane.image.open(entry.at(min(frame, entry.header.facts.frames - 1)), changed=changed)
        self._name_failures()

    def _clear(self, pane: Pane) -> None:
        """Take an image from its viewport, which stays black."""
        self._empty(pane, None)
        pane.image.close()

    def _empty(self, pane: Pane, entry: ImageEntry | None) -> None:
        """Take what was drawn from a viewport; `entry` is what it will show."""
        if pane is self.viewports.active:
            self.at_hand.leave()
        pane.frames.close()
        pane.annotations.close()
        pane.entry, pane.failed, pane.missed = entry, None, ()
        self.viewports.emptied(pane)
        if entry is None:
            pane.show_findings = self.at_hand.say_nothing

    def _selected(self, entry: ImageEntry) -> None:
        shown = [pane.entry for pane in self.viewports.shown if pane.entry is not None]
        if not any(self._persons.of_one_person(one, entry) for one in shown):
            self.hung_screen.make_place()  # a row of another patient: the prior of this one does not stay beside it
        self._open(self.viewports.active, entry)

    def _stale(self, pane: Pane, entry: ImageEntry) -> None:
        # Neither an image nor what was listed: the scan finds out what it is, and the row follows.
        self.worklist.look_again(entry.path, _slots(pane.number))

    def _opened(self, pane: Pane, image: OpenedImage) -> None:
        pane.entry, pane.failed = image.entry.at(0), None
        if "next_priors" in vars(self):
            self.next_priors.shown(pane.entry)
        pane.annotations.show()
        pane.frames.open(image.entry)
        self.viewports.opened(pane)
        self.at_hand.show(pane, image)
        if pane is not self.viewports.active:
            self.findings.score_beside()
        self.ahead.look()
        if pane.resumes:  # the journal is known only now
            pane.resumes = False
            pane.frames.go(pane.annotations.frame_left)

    def _follow(self) -> None:
        """Let decisions and report be about the image at hand."""
        about, image = self.at_hand.reading, self.at_hand.image
        if self._timeline is not None:
            self._timeline.follow(None if image is None else image.entry)
        self.decisions.follow(about, "" if image is None else image.radiograph.key)
        self.paperwork.follow()

    def _undecodable(self, pane: Pane, entry: ImageEntry, error: Exception) -> None:
        key = entry.at(0).key
        if isinstance(error, FileGoneError):
            message = translated(error.user_message)
            self.at_hand.say(pane, lambda: self.findings.gone(key, message))
            if self.library is not None:
                self.library.missed(entry.path)
        else:
            pane.resumes = False  # a frame that the reader goes to now is the one to be shown
            pane.frames.open(entry)  # another frame may be whole
            self.at_hand.say(pane, lambda: self.findings.undecodable(key))
        self.next_priors.failed(pane, entry.at(0))

    def _name_failures(self) -> None:
        """Say anew what the priors are that cannot be shown; where none is, nothing is loaded for that."""
        if any(pane.failed is not None for pane in self.viewports.panes):
            self.next_priors.refresh()

    def _nothing(self, title: str, message: str) -> None:
        pane = self.viewports.active
        self._empty(pane, None)
        pane.image.failure(title, message)
        self.findings.clear()


def _slots(number: int) -> str:
    """Return what the job slots of a viewport begin with: nothing for the first one."""
    return f"{number}:" if number else ""
