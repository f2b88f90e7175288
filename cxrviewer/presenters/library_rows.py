"""The cells of the library's table: pure functions of a study and of what is hidden."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from cxrviewer.presenters.messages import HIDDEN, person_name
from cxrviewer.presenters.worklist_rows import SHARED_ID
from cxrviewer.studies.index.charset import CHARSETS
from cxrviewer.studies.index.user_store import StudyStatus
from cxrviewer.studies.index.worklist import Column, FlagState, StudyRow
from cxrviewer.text import msg, tr, tr_n, translated

COLUMNS: tuple[tuple[Column, str, int], ...] = (
    (Column.NAME, msg("Patient"), 210),
    (Column.ID, msg("ID"), 110),
    (Column.BIRTH_DATE, msg("Born"), 90),
    (Column.DATE, msg("Study date"), 150),
    (Column.DESCRIPTION, msg("Description"), 150),
    (Column.MODALITY, msg("Modality"), 75),
    (Column.IMAGES, msg("Images"), 65),
    (Column.STATUS, msg("Status"), 100),
    (Column.FLAG, msg("AI findings"), 200),
    (Column.NOTE, msg("Note"), 180),
    (Column.ACCESSION, msg("Accession"), 110),
)
"""Column, title and width in pixels at first, by their numbers in kept arrangements: a new one goes behind them."""

FIRST_SEEN = (Column.STATUS, Column.FLAG)
"""What stands before the description at first: at its end, a window of 1280 pixels shows neither without scrolling."""

LARGEST_FIRST = frozenset({Column.FLAG, Column.DATE, Column.IMAGES})
"""What the first click sorts downwards: most findings, newest study, most images."""

PICTURE_COLUMN = len(COLUMNS)
"""Place of the small pictures, by which nothing is sorted: behind all that an earlier version arranged."""
PICTURE_TITLE = msg("Thumbnail")

WHO_COLUMNS = (0, 1, PICTURE_COLUMN)
"""Name, ID and picture of the patient, which are never scrolled away; the first matters most."""

LONG = 12
"""Letters of a cell from which on a column may cut it."""

NOTE_COLUMN = next(number for number, column in enumerate(COLUMNS) if column[0] is Column.NOTE)

COLLIDING = msg("Images of this study carry the same SOP Instance UID as other images.")
FUTURE = msg("The study date lies in the future: the date in the file or this computer's clock is wrong.")
UNSAVED = msg("This note is not saved. Edit it and press Enter to save it.")
OFFLINE = msg("The disc or folder of this study is not connected.")
NO_EXCLUSION = msg("A study without findings above their thresholds may still show disease.")
OUTDATED = msg("Scored by another version of a head than the one in use now, or the file has changed.")
REFUSED = msg(
    "The heads rejected the images of this study, or failed at them: “not fully scored: why?” below the list has "
    "the reasons."
)
NOT_ALL = msg(
    "Some images of this study lack a score: a head rejected them or failed at them (“not fully scored: why?” below "
    "the list), or has not read them yet."
)
FLAG_TIPS = {
    FlagState.NONE: NO_EXCLUSION,
    FlagState.NONE_OUTDATED: OUTDATED,
    FlagState.OUTDATED: OUTDATED,
    FlagState.REFUSED: REFUSED,
}

STATUS = {
    StudyStatus.NEW: msg("new", context="status of a study"),
    StudyStatus.OPENED: msg("opened", context="status of a study"),
    StudyStatus.READ: msg("read", context="status of a study"),
}


class LibraryRow(Struct, frozen=True):
    """A row of the table.

    Attributes
    ----------
    id : int
    cells, tips : tuple of str
        By the columns of `COLUMNS`; a tip is empty where the cell is all there is.
    warned : frozenset of int
        Columns whose text is a warning.
    online : bool
    read : bool
    note : str
        As it is edited.
    unsaved : bool
        The note could not be written.
    """

    id: int
    cells: tuple[str, ...]
    tips: tuple[str, ...]
    warned: frozenset[int]
    online: bool
    read: bool
    note: str
    unsaved: bool = False


def library_row(study: StudyRow, *, hidden: bool, today: date | None = None, unsaved: str | None = None) -> LibraryRow:
    """Return the cells of a study; who and when are left out where identity is `hidden`.

    `today` is by this computer's clock where it is not given; `unsaved` is a note that could not be written.
    """
    note = study.note if unsaved is None else unsaved
    cells: dict[Column, str] = {
        Column.NAME: translated(HIDDEN) if hidden else person_name(study.patient_name) or tr("No name in the file"),
        Column.ID: study.patient_id,
        Column.BIRTH_DATE: study.birth_date,
        Column.DATE: f"{study.date} {study.time[:5]}".strip(),
        Column.DESCRIPTION: study.description,
        Column.MODALITY: study.modalities,
        Column.IMAGES: f"{study.images:,}",
        Column.STATUS: translated(STATUS[study.status]),
        Column.FLAG: flag_text(study),
        Column.NOTE: " ".join(note.split()),
        Column.ACCESSION: study.accession,
    }
    if hidden:
        for column in (Column.ID, Column.BIRTH_DATE, Column.DATE, Column.DESCRIPTION, Column.ACCESSION):
            cells[column] = ""
    tips: dict[Column, str] = {column: text for column, text in cells.items() if len(text) > LONG}
    tips[Column.NOTE] = note
    tips[Column.FLAG] = _flag_tip(study, cells[Column.FLAG])
    if study.charset:
        chosen = tr("Its text is read as {charset}, as you chose.", charset=CHARSETS.get(study.charset, study.charset))
        tips[Column.NAME] = "\n".join(part for part in (cells[Column.NAME], chosen) if part)
    warned: set[Column] = set()

    def warn(column: Column, words: str) -> None:
        warned.add(column)
        tips[column] = "\n".join(part for part in (cells[column], words) if part)
        cells[column] = f"⚠ {cells[column]}".strip()

    if unsaved is not None:
        warn(Column.NOTE, translated(UNSAVED))
    if study.shared_id:
        warn(Column.ID, translated(SHARED_ID))
    if study.colliding:
        warn(Column.IMAGES, translated(COLLIDING))
    # It is tomorrow already elsewhere.
    if not hidden and study.date > ((today or date.today()) + timedelta(days=1)).isoformat():
        warn(Column.DATE, translated(FUTURE))
    if not study.online:
        cells[Column.STATUS] = tr("{status}, offline", status=cells[Column.STATUS])
        tips[Column.STATUS] = translated(OFFLINE)
    order = [column for column, _, _ in COLUMNS]
    return LibraryRow(
        study.id,
        tuple(cells[column] for column in order),
        tuple(tips.get(column, "") for column in order),
        frozenset(order.index(column) for column in warned),
        study.online,
        study.status is StudyStatus.READ,
        note,
        unsaved is not None,
    )


def flag_text(study: StudyRow) -> str:
    """Return what the heads found in a study, empty where nothing was scored."""
    if study.flag is FlagState.REFUSED:
        return tr("could not be scored")
    found = _found(study)
    if not found or not study.unscored:
        return found
    left = tr("{n:,} of {total:,} not fully scored", n=study.unscored, total=study.images)
    if study.flag in (FlagState.FLAGGED, FlagState.OUTDATED):
        return tr("{findings} · {left}", findings=found, left=left)
    # A narrow column cuts the end, and "none" alone is not what is known.
    return tr("{left} · of the rest {findings}", findings=found, left=left)


def _found(study: StudyRow) -> str:
    if study.flag is FlagState.FLAGGED:
        return tr_n("{n} finding", "{n} findings", study.findings)
    if study.flag is FlagState.OUTDATED:
        return tr_n("{n} finding, outdated", "{n} findings, outdated", study.findings)
    if study.flag is FlagState.NONE_OUTDATED:
        return tr("outdated: none above threshold")  # in this order: a narrow column cuts the end
    return tr("none above threshold") if study.flag is FlagState.NONE else ""


def _flag_tip(study: StudyRow, text: str) -> str:
    """Return what a flag means; the whole text comes first where the column may cut it."""
    meaning = translated(FLAG_TIPS.get(study.flag, ""))
    if study.flag is FlagState.REFUSED or not study.unscored:
        return meaning or (text if len(text) > LONG else "")
    return "\n".join(part for part in (text, translated(NOT_ALL), meaning) if part)
