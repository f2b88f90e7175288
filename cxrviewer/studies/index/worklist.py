"""Pages of the worklist: studies in the order of a column, as far as the list shows them."""

from __future__ import annotations

import contextlib
import enum
import itertools
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import cast

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.errors import LibraryError
from cxrviewer.imaging.member_paths import split_member
from cxrviewer.studies.index.database import Database, question_marks
from cxrviewer.studies.index.query import Condition, parse
from cxrviewer.studies.index.store import CURRENT, OUTDATED, REFUSED, SCORED, SCORED_BEFORE
from cxrviewer.studies.index.user_store import StudyStatus
from cxrviewer.studies.persons import Pairs, sharing_an_id

PAGE = 200
"""Rows of a page, some screens full."""

FEW = 5_000
"""Studies of a search up to which sorting them is faster than looking through all, in their order."""

SOME = 15_000
"""Studies with the words of a search up to which reading their rows is faster than what a search compares of all."""

AHEAD = 4_000
"""Studies of an order whose rows are compared first, for the beginning of a search that finds many."""

FURTHER = 10_000
"""Studies of an order that are looked through before all of them."""

KEPT = 2
"""Answers that are kept while nothing is written: of the words of a search, and of what it compares."""


class Column(enum.Enum):
    """What a list can be sorted by, with the column of the table that is compared."""

    NAME = "by_name"
    ID = "by_id"
    BIRTH_DATE = "by_birth"
    DATE = "by_date"
    DESCRIPTION = "by_description"
    ACCESSION = "accession"
    MODALITY = "modalities"
    STATUS = "status"
    NOTE = "note"
    IMAGES = "images"
    FLAG = "flag"


class FlagState(enum.Enum):
    """What the AI findings of a study come to."""

    NOT_SCORED = "not scored"
    NONE = "no finding above its threshold"
    NONE_OUTDATED = "no finding above its threshold, of an image by another version than now"
    REFUSED = "no image could be scored"
    OUTDATED = "findings above their threshold, by another version than now"
    FLAGGED = "findings above their threshold"


class StudyRow(Struct, frozen=True):
    """A study as the list shows it. Text as in the header, for the screen only.

    Attributes
    ----------
    id, patient : int
        Rows of the index; not kept by anyone, for an index may be built again.
    shared_id : bool
        Another patient with another name or birth date has the same ID, and is not confirmed to be the same person: a
        warning must be shown.
    colliding : bool
        Images of it carry the SOP Instance UID of other images.
    online : bool
        Whether one of its files can be reached.
    findings : int
        How many findings lie above their threshold.
    unscored : int
        Images without a score where others of the study have one, or where none has; 0 for one that nobody scored.
    """

    id: int
    patient: int
    patient_name: str
    patient_id: str
    birth_date: str
    sex: str
    shared_id: bool
    study_uid: str
    date: str
    time: str
    description: str
    accession: str
    modalities: str
    views: str
    series: int
    images: int
    colliding: bool
    online: bool
    status: StudyStatus
    note: str
    charset: str
    flag: FlagState
    findings: int
    unscored: int


class Cursor(Struct, frozen=True):
    """Where a page ends; the next one begins behind it, whatever was added or removed meanwhile."""

    value: str | int
    id: int


class Page(Struct, frozen=True):
    """Some rows, and where the next begin; None at the end of the list."""

    rows: tuple[StudyRow, ...]
    next: Cursor | None
    problems: tuple[str, ...] = ()


class ImageRow(Struct, frozen=True):
    """An image of a study.

    Attributes
    ----------
    id : int
        See `StudyRow`.
    uid : str
        SOP Instance UID, or ``digest:`` and the digest where the header has none.
    digest : str
        Of its content (`identity.content_digest`); scores are kept by it.
    colliding : bool
        Other content carries the same SOP Instance UID.
    """

    id: int
    series: int
    series_uid: str
    series_number: int | None
    series_description: str
    uid: str
    digest: str
    colliding: bool
    number: int | None
    modality: str
    view: str
    view_codes: tuple[str, ...]
    laterality: str
    body_part: str
    descriptions: tuple[str, ...]
    sop_class: str
    image_type: tuple[str, ...]
    frames: int
    rows: int
    columns: int


_SELECT = (
    "SELECT study.id, study.patient, patient.name, patient.dicom_id, patient.birth_date, patient.sex, "
    "patient.shared_id, study.uid, study.date, study.time, study.description, study.accession, study.modalities, "
    "study.views, study.series, study.images, study.colliding, study.online, study.status, study.note, "
    "study.charset, study.flag, study.unscored"
)
_IN_WORDS = "SELECT rowid FROM study_text WHERE study_text MATCH ?"
"""The studies of `MATCHES`: the index of words alone answers many times as fast."""
_COMPARED = "SELECT study.id FROM study INDEXED BY study_compared WHERE"
"""The index holds every column that a search compares: no row is read, which takes four times as long as all else."""
_THESE = "study.id IN (SELECT value FROM json_each(?))"
_OF_THESE = f"SELECT study.id FROM study NOT INDEXED WHERE {_THESE} AND"
_FROM = "FROM study JOIN patient ON patient.id = study.patient"


class _Beyond(Struct, frozen=True):
    """The studies of an order, all or those behind a place."""

    order: str
    sql: str = "TRUE"
    values: tuple[str | int, ...] = ()

    def restricted(self, sql: str, *values: str | int) -> _Beyond:
        return _Beyond(self.order, f"{self.sql} AND {sql}", (*self.values, *values))


class Worklist:
    """Reads the list of studies. Safe to use from any thread; LibraryError from every method.

    Parameters
    ----------
    database : Database
        Of the index; a connection of its own does not wait for a scan.
    pairs : callable, optional
        Returns the reader's decisions about persons, as they are now (`UserStore.pairs`).
    """

    def __init__(self, database: Database, pairs: Callable[[], Pairs] | None = None) -> None:
        self._database, self._pairs = database, pairs
        self._known: tuple[tuple[object, ...], tuple[int, ...]] = ((), ())
        self._state: tuple[int, int] | None = None
        self._sets: dict[tuple[object, ...], set[int]] = {}

    def page(
        self,
        column: Column = Column.DATE,
        *,
        descending: bool = True,
        query: str = "",
        after: Cursor | None = None,
        limit: int = PAGE,
    ) -> Page:
        """Return the next `limit` studies behind `after`, or the first ones.

        Parameters
        ----------
        column : Column
        descending : bool
        query : str
            See `query`; what of it is not understood is left out and comes back in ``problems``.
        """
        condition = parse(query)
        with self._database.one_state():
            found = self._begin(condition, column, descending=descending, after=after, limit=limit + 1)
            keys = found[:limit]
            following = self._cursor(column, keys[-1]) if len(found) > limit else None
        rows = {row.id: row for row in self.rows(keys)}
        # A study that was removed between the two queries is left out.
        return Page(tuple(rows[key] for key in keys if key in rows), following, condition.problems)

    def keys(
        self, column: Column = Column.DATE, *, descending: bool = True, query: str = ""
    ) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """Return every study of a list in its order, for a scroll bar that is true, and the problems of the query.

        Their rows come from `rows`, as far as they are on the screen.
        """
        condition = parse(query)
        order = _order(column, descending=descending)
        with self._database.one_state():
            if not condition.sql:
                return self._all(order), condition.problems
            found = self._found(condition)
            if len(found) <= FEW:
                return tuple(self._sorted(found, _Beyond(order))), condition.problems
            return tuple(key for key in self._all(order) if key in found), condition.problems

    def first(
        self, column: Column, *, descending: bool, limit: int, query: str = ""
    ) -> tuple[tuple[int, ...], int, tuple[str, ...]]:
        """Return the first studies of a list in its order, how many there are in all, and the problems of the query."""
        condition = parse(query)
        with self._database.one_state():
            keys = self._begin(condition, column, descending=descending, after=None, limit=limit)
            count = self._count(condition)
        return tuple(keys), count, condition.problems

    def _begin(
        self, condition: Condition, column: Column, *, descending: bool, after: Cursor | None, limit: int
    ) -> list[int]:
        """Return the first studies of a list in its order, or the next behind a cursor."""
        beyond = _Beyond(_order(column, descending=descending))
        if after is not None:
            sign = "<" if descending else ">"
            beyond = beyond.restricted(f"(study.{column.value}, study.id) {sign} (?, ?)", after.value, after.id)
        if condition.dates and column is Column.DATE:
            # Nothing else of this order can be found: a day comes before its times, and the last character behind them.
            first, last = condition.dates
            beyond = beyond.restricted("study.by_date BETWEEN ? AND ?", first, f"{last}\U0010ffff")
        if not condition.sql:
            return self._ordered(beyond, limit)
        in_words = self._in_words(condition)
        if condition.compared and (in_words is None or len(in_words) > SOME):
            ahead = self._compared(condition, self._ordered(beyond, AHEAD))
            begin = [key for key in ahead if in_words is None or key in in_words][:limit]
            if len(begin) == limit:
                return begin
        found = self._found(condition)
        if len(found) <= FEW:
            return self._sorted(found, beyond, limit)
        begin = []
        for keys in self._ahead(beyond):
            begin = list(itertools.islice((key for key in keys if key in found), limit))
            if len(begin) == limit:
                break
        return begin

    def _ordered(self, beyond: _Beyond, limit: int) -> list[int]:
        return self._database.numbers(
            f"SELECT study.id FROM study WHERE {beyond.sql} {beyond.order} LIMIT ?", (*beyond.values, limit)
        )

    def _compared(self, condition: Condition, keys: list[int]) -> list[int]:
        """Return those of some studies to which applies what a search compares."""
        values = (_listed(keys), *condition.compared_values)
        found = self._database.number_set(f"{_OF_THESE} {condition.compared}", values)
        return [key for key in keys if key in found]

    def _ahead(self, beyond: _Beyond) -> Iterator[Sequence[int]]:
        """Yield the first studies of an order, then all, as many as that may be."""
        # In the order of an index; SQLite takes five times as long to sort 100,000 studies that were found.
        if beyond.values:
            yield self._ordered(beyond, FURTHER)
            yield self._ordered(beyond, -1)
            return
        if not self._is_known(beyond.order):
            yield self._ordered(beyond, FURTHER)
        yield self._all(beyond.order)

    def _sorted(self, found: Collection[int], beyond: _Beyond, limit: int = -1) -> list[int]:
        statement = f"SELECT study.id FROM study WHERE {_THESE} AND {beyond.sql} {beyond.order} LIMIT ?"
        return self._database.numbers(statement, (_listed(found), *beyond.values, limit))

    def _cursor(self, column: Column, study: int) -> Cursor:
        ((value,),) = self._database.rows(f"SELECT {column.value} FROM study WHERE id = ?", (study,))
        return Cursor(cast("str | int", value), study)

    def _found(self, condition: Condition) -> set[int]:
        """Return the studies of a search."""
        in_words = self._in_words(condition)
        if in_words is not None and not condition.compared:
            return in_words
        if in_words is not None and len(in_words) <= SOME:
            return self._kept(f"{_OF_THESE} {condition.compared}", (_listed(in_words), *condition.compared_values))
        found = self._kept(f"{_COMPARED} {condition.compared}", condition.compared_values)
        return found if in_words is None else found & in_words

    def _in_words(self, condition: Condition) -> set[int] | None:
        """Return the studies in which the words of a search are, None for one without words."""
        return self._kept(_IN_WORDS, (condition.words,)) if condition.words else None

    def _kept(self, statement: str, values: tuple[str | int, ...]) -> set[int]:
        """Return what a statement finds; the last answers once more while nothing was written."""
        with self._database.lock:
            state, key = self._database.version(), (statement, values)
            if self._state != state:
                self._state, self._sets = state, {}
            if key not in self._sets:
                found = self._database.number_set(statement, values)
                self._sets = dict([*self._sets.items(), (key, found)][-KEPT:])
            return self._sets[key]

    def _all(self, order: str) -> tuple[int, ...]:
        """Return every study in an order; the last answer once more while nothing was written."""
        with self._database.lock:
            if not self._is_known(order):
                keys = tuple(self._database.numbers(f"SELECT study.id FROM study {order}"))
                self._known = ((order, *self._database.version()), keys)
            return self._known[1]

    def _is_known(self, order: str) -> bool:
        return self._known[0] == (order, *self._database.version())

    def rows(self, studies: list[int]) -> tuple[StudyRow, ...]:
        """Return the rows of some studies, a few hundred, as they are now; those that are gone are left out."""
        found = self._database.rows(f"{_SELECT} {_FROM} WHERE study.id IN ({question_marks(studies)})", studies)
        return self._told_apart(tuple(_row(row) for row in found))

    def _told_apart(self, rows: tuple[StudyRow, ...]) -> tuple[StudyRow, ...]:
        """Warn of a shared ID by the reader's decisions too: confirmed patients may share one, rejected ones not."""
        pairs: Pairs = {}
        if rows and self._pairs is not None:
            with contextlib.suppress(LibraryError):  # what the reader decided cannot be read: the rules are gone by
                pairs = self._pairs()
        if not pairs:
            return rows
        patients = sorted({row.patient for row in rows})
        decided = {identity for pair in pairs for identity in pair}
        found = self._database.rows(
            f"SELECT id_key, identity FROM patient WHERE id IN ({question_marks(patients)})", patients
        )
        shared: dict[int, bool] = {}
        for one in {str(id_key) for id_key, identity in found if identity in decided}:
            alike = self._database.rows(
                "SELECT id_key, name_key, birth_date, id FROM patient WHERE id_key = ? AND id_key <> ''", (one,)
            )
            warned = sharing_an_id([(str(row[0]), str(row[1]), str(row[2])) for row in alike], pairs)
            shared.update((cast(int, row[3]), yes) for row, yes in zip(alike, warned, strict=True))
        return tuple(replace(row, shared_id=shared.get(row.patient, row.shared_id)) for row in rows)

    def count(self, query: str = "") -> int:
        """Return how many studies a query finds."""
        return self._count(parse(query))

    def _count(self, condition: Condition) -> int:
        if not condition.sql:
            return cast(int, self._database.rows("SELECT count(*) FROM study")[0][0])
        if condition.words and condition.compared:
            return len(self._found(condition))
        some = _IN_WORDS if condition.words else f"{_COMPARED} {condition.compared}"
        with self._database.lock:
            if self._state == self._database.version() and (some, condition.values) in self._sets:
                return len(self._sets[some, condition.values])
            return cast(int, self._database.rows(f"SELECT count(*) FROM ({some})", condition.values)[0][0])

    def place(self, study: int, column: Column, *, descending: bool, query: str = "") -> int | None:
        """Return how many studies come before one in a list, None where it is not in it: to scroll to a row."""
        condition = parse(query)
        name = f"study.{column.value}"
        own = self._database.rows(f"SELECT {column.value} FROM study WHERE id = ?", (study,))
        if not own or (condition.sql and not self._in(study, condition)):
            return None
        beyond = ">" if descending else "<"
        more = f" AND {condition.sql}" if condition.sql else ""
        values = (own[0][0], study, *condition.values)
        rows = self._database.rows(f"SELECT count(*) FROM study WHERE ({name}, study.id) {beyond} (?, ?){more}", values)
        return cast(int, rows[0][0])

    def _in(self, study: int, condition: Condition) -> bool:
        rows = self._database.rows(
            f"SELECT 1 FROM study WHERE study.id = ? AND {condition.sql}", (study, *condition.values)
        )  # fmt: skip
        return bool(rows)

    def studies_of(self, patient: int) -> tuple[StudyRow, ...]:
        """Return the studies of a patient row, newest first."""
        found = self._database.rows(
            f"{_SELECT} {_FROM} WHERE study.patient = ? ORDER BY study.by_date DESC, study.id DESC", (patient,)
        )
        return self._told_apart(tuple(_row(row) for row in found))

    def images(self, study: int) -> tuple[ImageRow, ...]:
        """Return the images of a study by series and instance number."""
        found = self._database.rows(
            "SELECT image.id, series.id, series.uid, series.number, series.description, image.uid, image.digest, "
            "image.colliding, image.number, image.modality, image.view, image.view_codes, image.laterality, "
            "image.body_part, image.described, image.sop_class, image.image_type, image.frames, image.rows, "
            "image.columns FROM series JOIN image ON image.series = series.id WHERE series.study = ? "
            "ORDER BY series.number IS NULL, series.number, series.uid, image.number IS NULL, image.number, image.id",
            (study,),
        )
        return tuple(_image(row) for row in found)

    def study_at(self, path: Path) -> int | None:
        """Return the study of an image file that is in the index."""
        held = split_member(path)
        where, name = (path.parent, path.name) if held is None else held
        found = self._database.rows(
            "SELECT series.study, root.path, root.kind, folder.path FROM file JOIN folder ON folder.id = file.folder "
            "JOIN root ON root.id = folder.root JOIN image ON image.id = file.image "
            "JOIN series ON series.id = image.series WHERE file.name = ? AND folder.zip = ?",
            (os.fsencode(name), int(held is not None)),
        )
        for study, root, kind, folder in found:
            base = os.fsdecode(cast(bytes, root))
            base = base if kind == "folder" else os.path.dirname(base)
            if Path(base, os.fsdecode(cast(bytes, folder))) == Path(os.path.abspath(where)):
                return cast(int, study)
        return None


def _listed(keys: Collection[int]) -> str:
    return msgspec.json.encode(keys).decode()


def _order(column: Column, *, descending: bool) -> str:
    direction = "DESC" if descending else "ASC"
    return f"ORDER BY study.{column.value} {direction}, study.id {direction}"


def _row(row: tuple[object, ...]) -> StudyRow:
    flag, findings = _flag(cast(int, row[21]))
    texts = [str(value) for value in row]
    return StudyRow(
        id=cast(int, row[0]),
        patient=cast(int, row[1]),
        patient_name=texts[2],
        patient_id=texts[3],
        birth_date=texts[4],
        sex=texts[5],
        shared_id=bool(row[6]),
        study_uid=texts[7],
        date=texts[8],
        time=texts[9],
        description=texts[10],
        accession=texts[11],
        modalities=texts[12],
        views=texts[13],
        series=cast(int, row[14]),
        images=cast(int, row[15]),
        colliding=bool(row[16]),
        online=bool(row[17]),
        status=StudyStatus(texts[18]),
        note=texts[19],
        charset=texts[20],
        flag=flag,
        findings=findings,
        unscored=cast(int, row[22]),
    )


_WITHOUT_FINDINGS = {SCORED: FlagState.NONE, SCORED_BEFORE: FlagState.NONE_OUTDATED, REFUSED: FlagState.REFUSED}


def _flag(value: int) -> tuple[FlagState, int]:
    if value >= CURRENT:
        return FlagState.FLAGGED, value - CURRENT
    if value >= OUTDATED:
        return FlagState.OUTDATED, value - OUTDATED
    return _WITHOUT_FINDINGS.get(value, FlagState.NOT_SCORED), 0


def _image(row: tuple[object, ...]) -> ImageRow:
    def parts(value: object) -> tuple[str, ...]:
        return tuple(part for part in str(value).split("\\") if part)

    return ImageRow(
        id=cast(int, row[0]),
        series=cast(int, row[1]),
        series_uid=str(row[2]),
        series_number=cast("int | None", row[3]),
        series_description=str(row[4]),
        uid=str(row[5]),
        digest=str(row[6]),
        colliding=bool(row[7]),
        number=cast("int | None", row[8]),
        modality=str(row[9]),
        view=str(row[10]),
        view_codes=parts(row[11]),
        laterality=str(row[12]),
        body_part=str(row[13]),
        descriptions=parts(row[14]),
        sop_class=str(row[15]),
        image_type=parts(row[16]),
        frames=cast(int, row[17]),
        rows=cast(int, row[18]),
        columns=cast(int, row[19]),
    )
