"""What is written about images, read of their files or taken out of the program: each is made when it is first used."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from cxrviewer.jobs import JobRunner
from cxrviewer.presenters.decided_persons import DecidedPersons
from cxrviewer.presenters.findings import FindingsPresenter
from cxrviewer.presenters.image_at_hand import ImageAtHand
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.readings import Readings
from cxrviewer.presenters.viewports import ViewportsPresenter
from cxrviewer.presenters.worklist import WorklistPresenter
from cxrviewer.studies.library import ImageEntry

if TYPE_CHECKING:
    from cxrviewer.presenters.audit import AuditPresenter
    from cxrviewer.presenters.copies import CopiesPresenter, MakeCopy, Scope
    from cxrviewer.presenters.pictures import Depiction, PicturesPresenter
    from cxrviewer.presenters.report import ReportPresenter
    from cxrviewer.presenters.room_view import RoomView
    from cxrviewer.presenters.shelf import CheckReadings, ShelfPresenter
    from cxrviewer.presenters.tags import ReadTags, TagsPresenter
    from cxrviewer.reports.templates import TemplateFolder


class PaperSources(Struct, frozen=True):
    """Where it is kept and what reads and writes it; see `ReadingRoom`."""

    readings: Path | None = None
    templates: Path | None = None
    check_readings: CheckReadings | None = None
    make_copy: MakeCopy | None = None
    read_tags: ReadTags | None = None


class Paperwork:
    """Report and its templates, audit, readings on the shelf, pictures, copies and tags.

    Parameters
    ----------
    view : RoomView
    jobs : JobRunner
    privacy : Privacy
    viewports : ViewportsPresenter
    worklist : WorklistPresenter
    findings : FindingsPresenter
    readings : Readings
    persons : DecidedPersons
    at_hand : ImageAtHand
    sources : PaperSources
    on_typed : callable
        Called when the reader types into the report.
    """

    def __init__(
        self,
        view: RoomView,
        jobs: JobRunner,
        privacy: Privacy,
        viewports: ViewportsPresenter,
        worklist: WorklistPresenter,
        findings: FindingsPresenter,
        readings: Readings,
        persons: DecidedPersons,
        at_hand: ImageAtHand,
        sources: PaperSources,
        *,
        on_typed: Callable[[], None],
    ) -> None:
        self._view, self._jobs, self._privacy = view, jobs, privacy
        self._viewports, self._worklist, self._findings = viewports, worklist, findings
        self._readings, self._persons, self._at_hand = readings, persons, at_hand
        self._sources, self._on_typed = sources, on_typed
        self._report: ReportPresenter | None = None

    @cached_property
    def templates(self) -> TemplateFolder | None:
        """The reader's templates of reports."""
        from cxrviewer.reports.templates import TemplateFolder

        return TemplateFolder(self._sources.templates) if self._sources.templates else None

    @property
    def report(self) -> ReportPresenter:
        """The report of the active image's study."""
        if self._report is None:
            from cxrviewer.presenters.report import ReportPresenter

            made = ReportPresenter(
                self._jobs,
                self._privacy,
                self.templates,
                headers=self._worklist.headers,
                heads=lambda: self._findings.titles,
                notify=self._view.notify,
                later=self._view.later,
                on_typed=self._on_typed,
            )
            self._tell(made)
            self._report = made
        return self._report

    @cached_property
    def shelf(self) -> ShelfPresenter:
        from cxrviewer.presenters.shelf import ShelfPresenter

        return ShelfPresenter(
            self._jobs,
            self._sources.readings,
            self._readings,
            self._privacy,
            check=self._sources.check_readings,
            headers=self._worklist.headers,
        )

    @cached_property
    def pictures(self) -> PicturesPresenter:
        from cxrviewer.presenters.pictures import PicturesPresenter

        return PicturesPresenter(
            self._jobs,
            self._privacy,
            self._depicted,
            lambda: [entry.path for entry in self._worklist.images()],
            self._view.notify,
        )

    @cached_property
    def tags(self) -> TagsPresenter:
        from cxrviewer.presenters.tags import TagsPresenter

        read_tags = self._sources.read_tags
        return TagsPresenter(self._jobs, self._privacy, read_tags, lambda: self._viewports.active.entry)

    @cached_property
    def copies(self) -> CopiesPresenter:
        from cxrviewer.presenters.copies import CopiesPresenter

        return CopiesPresenter(self._jobs, self._privacy, self._sources.make_copy, self._to_copy)

    @cached_property
    def audit(self) -> AuditPresenter:
        from cxrviewer.presenters.audit import AuditPresenter

        return AuditPresenter(self._jobs, self._sources.readings, lambda: self._findings.titles, self._view.notify)

    def follow(self) -> None:
        """Let the report be about the image at hand; none is made for that."""
        if self._report is not None:
            self._tell(self._report)

    def flush(self) -> None:
        """Save what was typed and not saved yet."""
        if self._report is not None:
            self._report.flush()

    # Inside.

    def _tell(self, report: ReportPresenter) -> None:
        reading, image = self._at_hand.reading, self._at_hand.image
        if image is None:
            report.follow(reading)
        else:
            newer = [
                one
                for one in self._viewports.beside
                if one.moment > image.entry.moment and self._persons.of_one_person(one, image.entry)
            ]
            report.follow(reading, image.header, image.radiograph.key, older=bool(newer))

    def _depicted(self) -> Depiction | None:
        """Return the image of the active viewport as it is seen."""
        from cxrviewer.presenters.pictures import Depiction

        one = self._viewports.active.image
        shown = one.depicted
        return (
            None if shown is None or one.image is None else Depiction(one.image.header, *shown, one.image.entry.frame)
        )

    def _to_copy(self, scope: Scope) -> tuple[ImageEntry, ...]:
        """Return the images that the reader may have copied."""
        from cxrviewer.presenters.copies import Scope

        if scope is Scope.ALL:
            return self._worklist.images()
        entry = self._viewports.active.entry
        if entry is None:
            return ()
        study = entry.header.identity.study_uid
        return self._worklist.images(study) if scope is Scope.STUDY and study else (entry,)
