"""Decides what the report dialog shows: the impression, templates, the preview, and what is exported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

import cxrviewer
from cxrviewer.atomic import write_bytes
from cxrviewer.cancel import CancelToken
from cxrviewer.errors import CxrError
from cxrviewer.imaging.contents import Header, Identity
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.messages import age, image_title, one_line, person_name, sentence
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.readings import OpenReading
from cxrviewer.presenters.typed_text import Later, TypedText
from cxrviewer.reading.document import Edit, SetImpression
from cxrviewer.reading.values import MAX_TEXT, ImageRef
from cxrviewer.reports.fields import values_of
from cxrviewer.reports.report import Report, as_html, as_text, report_of
from cxrviewer.reports.templates import TemplateError, TemplateFolder, example, filled
from cxrviewer.text import tr, translated

WRITE_SLOT = "report"


class TemplateRow(Struct, frozen=True):
    """A template in the list; one with problems cannot be inserted."""

    name: str
    problems: tuple[str, ...] = ()


class ReportState(Struct, frozen=True):
    """What the dialog shows.

    Attributes
    ----------
    about : str
        Whose report it is, as far as identity is shown.
    writable : bool
        The impression can be changed.
    why_not : str
        Why it cannot, or why perhaps another report is meant; empty where nothing is to be said.
    impression : str
    templates : tuple of TemplateRow
    named : bool
        The report names the patient.
    can_name : bool
        False while identity is hidden.
    html : str
        The page; the same that is printed.
    empty : bool
        There is nothing that could be exported.
    """

    about: str
    writable: bool
    why_not: str
    impression: str
    templates: tuple[TemplateRow, ...]
    named: bool
    can_name: bool
    html: str
    empty: bool


class ReportView(Protocol):
    """What the presenter needs of the dialog."""

    def show_report(self, state: ReportState) -> None: ...


class ReportPresenter:
    """The report of the study in the active viewport.

    Parameters
    ----------
    jobs : JobRunner
    privacy : Privacy
    templates : TemplateFolder or None
        None: nothing but the example.
    headers : callable
        ``headers(study_uid)`` returns the headers of the listed images of a study.
    heads : callable
        Returns the titles of heads by id.
    notify : callable
    later : callable
    on_typed : callable
        Called when the reader types.
    """

    def __init__(
        self,
        jobs: JobRunner,
        privacy: Privacy,
        templates: TemplateFolder | None,
        *,
        headers: Callable[[str], Sequence[Header]],
        heads: Callable[[], Mapping[str, str]],
        notify: Callable[[str], None],
        later: Later,
        on_typed: Callable[[], None] = lambda: None,
    ) -> None:
        self._on_typed = on_typed
        self._jobs, self._privacy, self._folder = jobs, privacy, templates
        self._headers, self._heads, self._notify = headers, heads, notify
        self._view: ReportView | None = None
        self._image: ImageRef | None = None
        self._reading: OpenReading | None = None
        self._header: Header | None = None
        self._picture = ""
        self._named = False
        self._templates: tuple[TemplateRow, ...] = ()
        self._texts: dict[str, str] = {}
        self._older = False
        self._typed = TypedText(self._save, later)
        privacy.listen(self.refresh)

    # The dialog.

    @property
    def attached(self) -> bool:
        return self._view is not None

    def attach(self, view: ReportView) -> None:
        """Show the report in a dialog; the patient is not named until the reader wants that."""
        self._view, self._named = view, False
        self.load_templates()

    def detach(self) -> None:
        self._typed.flush()
        self._view = None

    # What it is about.

    def follow(
        self,
        about: tuple[ImageRef, OpenReading] | None,
        header: Header | None = None,
        picture: str = "",
        *,
        older: bool = False,
    ) -> None:
        """Be about the study of this image from now on, None for none. Another patient is not named by itself.

        Parameters
        ----------
        about : (ImageRef, OpenReading) or None
        header : Header, optional
        picture : str
            `Radiograph.key` of the image's pixels.
        older : bool
            A newer study of the patient is in a viewport too.
        """
        self._typed.flush()
        if self._reading is not None:
            self._reading.unlisten(self.refresh)
        before = self._patient_of()
        self._image, self._reading = about or (None, None)
        self._header, self._picture, self._older = header, picture, older
        self._named = self._named and self._patient_of() == before
        if self._reading is not None:
            self._reading.listen(self.refresh)
        self.refresh()

    # What the reader does.

    def typed(self, text: str) -> None:
        """Take the impression as it is typed; saved within half a second."""
        self._on_typed()
        if self._reading is not None:
            self._typed.typed(text)

    def flush(self) -> None:
        """Save what was typed now."""
        self._typed.flush()

    def name_patient(self, *, named: bool) -> None:
        """Let the report name the patient, or not; never while identity is hidden."""
        self._named = named
        self.refresh()

    def filled(self, name: str) -> str:
        """Return a template with its fields filled for this report; empty for one that cannot be used."""
        self._typed.flush()
        text = self._texts.get(name)
        reading, report = self._reading, self.report()
        if text is None or reading is None or report is None:
            return ""
        return filled(text, values_of(reading.reading, report, self._patient_fields()))

    def load_templates(self) -> None:
        """Read the templates again; called when they were edited."""
        self._texts, rows = {example_title(): example()}, [TemplateRow(example_title())]
        try:
            for one in self._folder.load() if self._folder is not None else ():
                rows.append(TemplateRow(one.name, tuple(translated(problem) for problem in one.problems)))
                if not one.problems:
                    self._texts[one.name] = one.text
        except TemplateError as error:
            self._notify(sentence(error, tr("Reading the templates")))
        self._templates = tuple(rows)
        self.refresh()

    # The report.

    def report(self) -> Report | None:
        """Return the report as it is now, None without an image."""
        if self._reading is None or self._image is None:
            return None
        return report_of(
            self._reading.reading,
            images=self._titles(self._image, self._reading),
            heads=self._heads(),
            patient=self._patient_lines(),
            program=f"cxrviewer {cxrviewer.__version__}",
        )

    def text(self) -> str:
        """Return the report as plain text, empty without an image."""
        self._typed.flush()
        report = self.report()
        return "" if report is None else as_text(report)

    def html(self) -> str:
        """Return the report as HTML, empty without an image."""
        self._typed.flush()
        report = self.report()
        return "" if report is None else as_html(report)

    def write(self, path: Path, data: bytes) -> None:
        """Write an export, whole or not at all, off the GUI thread; the reader is told how it went."""

        def work(_: CancelToken) -> None:
            write_bytes(path, data)

        self._jobs.submit(
            Lane.INDEX,
            WRITE_SLOT,
            work,
            on_done=lambda _: self._notify(tr("The report was saved.")),
            on_failed=self._not_written,
        )

    def refresh(self) -> None:
        """Show everything again."""
        if self._view is not None:
            self._view.show_report(self._state())

    def failed(self, error: CxrError) -> None:
        """Show why the report was not printed."""
        self._notify(translated(error.user_message))

    # Inside.

    def _not_written(self, error: Exception) -> None:
        if isinstance(error, OSError):
            self._notify(tr("The report was not saved; check the folder, and that the disk has room."))
        else:
            self._notify(sentence(error, tr("Saving the report")))

    def _state(self) -> ReportState:
        report = self.report()
        reading = self._reading
        why_not = ""
        if reading is None:
            why_not = tr("No image is open. Open one to write its report.")
        elif reading.read_only:
            why_not = tr("This study is open in another window. Its report can be read here, not changed.")
        elif self._older:
            why_not = tr("The report of an older study: a newer one is open beside it.")
        return ReportState(
            about=self._about(),
            writable=reading is not None and not reading.read_only,
            why_not=why_not,
            impression="" if reading is None else reading.reading.impression,
            templates=self._templates,
            named=self._shows_patient,
            can_name=not self._privacy.hidden and self._header is not None,
            html="" if report is None else as_html(report),
            empty=report is None or report.empty,
        )

    def _save(self, text: str, spell: int) -> None:
        reading = self._reading
        if reading is None:
            return
        if len(text) > MAX_TEXT:
            self._notify(tr("An impression has at most {limit:,} characters; the rest was cut off.", limit=MAX_TEXT))
            text = text[:MAX_TEXT]
        before = reading.reading.impression
        if text != before:
            if self._image is not None:
                # A text alone would be about no study once it is exported.
                reading.drawn_on(self._image, self._picture)
            reading.do(Edit("impression", (SetImpression(before, text),), f"impression {spell}"))
        if reading.reading.impression != text:
            self.refresh()  # it could not be changed: the field shows what holds

    def _titles(self, image: ImageRef, reading: OpenReading) -> dict[ImageRef, str]:
        made = reading.reading
        used = [ref.image for ref in made.decisions] + [one.image for one in made.annotations.values()]
        used += [*made.key_images, image]
        headers = tuple(self._headers(image.study)) if image.study else ()
        by_instance = {header.identity.sop_instance_uid: image_title(header.facts) for header in headers}
        if self._header is not None:
            by_instance[image.instance] = image_title(self._header.facts)
        order = list(by_instance)
        known = [one for one in dict.fromkeys(used) if one.instance in by_instance]
        known.sort(key=lambda one: (order.index(one.instance), one.frame))
        frames = {header.identity.sop_instance_uid: header.facts.frames for header in headers}
        if self._header is not None:
            frames[image.instance] = self._header.facts.frames
        return {one: by_instance[one.instance] + _frame_words(one, frames[one.instance]) for one in known}

    @property
    def _shows_patient(self) -> bool:
        return self._named and not self._privacy.hidden and self._header is not None

    def _patient_lines(self) -> list[tuple[str, str]]:
        if not self._shows_patient or self._header is None:
            return []
        who = self._header.identity
        return [
            (tr("Patient"), person_name(who.patient_name)),
            (tr("ID"), who.patient_id),
            (tr("Born"), who.birth_date),
            (tr("Age and sex"), f"{age(who.age)} {who.sex}"),
            (tr("Study"), f"{who.study_date} {who.study_time[:5]} {who.study_description}"),
            (tr("Accession number"), who.accession_number),
        ]

    def _patient_fields(self) -> dict[str, str]:
        if not self._shows_patient or self._header is None:
            return {}
        who = self._header.identity
        return {
            "patient_name": person_name(who.patient_name),
            "patient_id": who.patient_id,
            "age": age(who.age),
            "sex": who.sex,
            "study_date": who.study_date,
        }

    def _patient_of(self) -> tuple[str, str, str] | None:
        who: Identity | None = None if self._header is None else self._header.identity
        return None if who is None else (who.patient_id, who.patient_name, who.birth_date)

    def _about(self) -> str:
        if self._header is None:
            return ""
        if self._privacy.hidden:
            return tr("Identity hidden")
        who = self._header.identity
        name = person_name(who.patient_name) or tr("No name in the file")
        return one_line((name, who.patient_id, who.study_date), " · ")


def example_title() -> str:
    """Return the name of the template that is always there."""
    return tr("Example")


def _frame_words(image: ImageRef, frames: int) -> str:
    return " " + tr("frame {number}", number=image.frame + 1) if image.frame or frames > 1 else ""
