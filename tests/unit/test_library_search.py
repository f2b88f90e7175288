"""Searches of the library by their quick ways, against every row looked at in Python."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest
from msgspec import Struct

from cxrviewer.imaging.contents import Header, Identity
from cxrviewer.imaging.radiograph import ImageFacts, Source
from cxrviewer.imaging.stamp import FileStamp
from cxrviewer.studies.index.query import parse
from cxrviewer.studies.index.scores import ModelVersion, Outcome, Scores, StoredFinding
from cxrviewer.studies.index.store import FileRow, FileState
from cxrviewer.studies.index.text import words
from cxrviewer.studies.index.user_store import StudyStatus
from cxrviewer.studies.index.worklist import Column
from tests.builders.dicom import UID_ROOT
from tests.builders.library import Library, write, write_as_version

HEAD = ModelVersion("student", "ab" * 32, "cd" * 32)
NAMES = (
    "Müller^Jörg", "Mueller^Jo", "Фёдоров^Пётр", "Παπαδόπουλος^Γιώργος", "Yamada^Tarou=山田^太郎", "Hong=洪^길동",
    "O'Neil^Ann-Marie", "Łukasz^A", "",
)  # fmt: skip
WORDS = (
    "muller", "MÜ", "a", "p", "фед", "ΓΙΏ", "山田", "田", "太山", "길", "o'neil", "ann marie", "thorax", "p.a", "2015",
    "1", "zzz", "chest",
)  # fmt: skip
FINDINGS = ("Pleural effusion", "Pneumonia", "Effusion of the fissure", "Lung opacity")
DATES = ("2014-12-31", "2015-01-01", "2015-01-31", "2015-06-15", "2016-02-29", "")


class Indexed(Struct, frozen=True):
    """An image that is in the index, what a head finds in it, and what the reader makes of its study."""

    name: str
    study: int
    content: int
    date: str
    time: str
    description: str
    modality: str
    view: str
    found: tuple[str, ...]
    status: StudyStatus
    note: str


class Term(Struct, frozen=True):
    """A part of a query, and whether a study that is looked at as a whole has it."""

    text: str
    applies: Callable[[dict[str, str]], bool]


def header(image: Indexed) -> Header:
    identity = Identity(
        patient_name=image.name,
        patient_id=f"P{image.study % 5}",
        study_uid=f"1.1.{image.study}",
        study_date=image.date,
        study_time=image.time,
        study_description=image.description,
        accession_number=f"2015{image.study}",
        series_uid=f"1.2.{image.study}",
        sop_instance_uid=f"1.3.{image.content % 7}",
    )
    facts = ImageFacts(
        source=Source.DICOM, modality=image.modality, body_part="CHEST", view_position=image.view, rows=8, columns=8
    )
    return Header(facts, identity, True, FileStamp(1000, 1, 1, 1, image.content, 900, f"{image.content:064x}"))


def some_image(random: Random) -> Indexed:
    return Indexed(
        name=random.choice(NAMES),
        study=random.randrange(14),
        content=random.randrange(30),
        date=random.choice(DATES),
        time=random.choice(("", "10:00", "23:59:59")),
        description=random.choice(("Thorax p.a.", "Chest", "", "Thorax 2015")),
        modality=random.choice(("DX", "DX", "CR", "D", "")),
        view=random.choice(("PA", "PA", "AP", "LL", "")),
        found=tuple(random.sample(FINDINGS, random.randrange(4))),
        status=random.choice((StudyStatus.NEW, StudyStatus.NEW, StudyStatus.OPENED, StudyStatus.READ)),
        note=random.choice(("", "", "ask Ann", "山")),
    )


def begins(texts: list[str], term: str, *, whole: bool = False) -> bool:
    """Return whether words follow each other in one of the texts; of the last one its beginning is enough."""
    wanted = words(term).split()
    for text in texts:
        there = text.split()
        for start in range(len(there) - len(wanted) + 1):
            part = there[start : start + len(wanted)]
            last = part[-1] == wanted[-1] if whole else part[-1].startswith(wanted[-1])
            if last and part[:-1] == wanted[:-1]:
                return True
    return False


EVERYWHERE = ("text_name", "ident", "text_description", "other", "text_note")
FIELDS = {"name:": "text_name", "id:": "ident", "text:": "text_description", "note:": "text_note"}


def word(term: str) -> Term:
    year = term if term == "2015" else None
    return Term(
        term,
        lambda row: (
            begins([row[one] for one in EVERYWHERE], term) or (year is not None and row["date"].startswith(f"{year}-"))
        ),
    )


def in_field(field: str, term: str) -> Term:
    return Term(f"{field}{term.replace(' ', '')}", lambda row: begins([row[FIELDS[field]]], term.replace(" ", "")))


def quoted(term: str) -> Term:
    return Term(f'"{term}"', lambda row: begins([row[one] for one in EVERYWHERE], term, whole=True))


def among(field: str, column: str, value: str) -> Term:
    return Term(f"{field}{value.lower()}", lambda row: value in row[column].split(" "))


def of_status(status: StudyStatus) -> Term:
    return Term(f"status:{status.value}", lambda row: row["status"] == status.value)


def of_finding(term: str) -> Term:
    return Term(f"finding:{term}", lambda row: begins(row["above"].split("\n"), term))


def of_dates(first: str, last: str) -> Term:
    return Term(f"date:{first}..{last}", lambda row: bool(row["date"]) and first <= row["date"] <= (last or "9"))


def some_term(random: Random) -> Term:
    text, field = random.choice(WORDS), random.choice(tuple(FIELDS))
    return random.choice(
        (
            lambda: word(text.replace(" ", "")),
            lambda: word(random.choice(("a", "p", "thorax", "2015"))),
            lambda: in_field(field, text),
            lambda: quoted(text),
            lambda: among("modality:", "modalities", random.choice(("DX", "CR", "D", "X"))),
            lambda: among("view:", "views", random.choice(("PA", "LL", "P"))),
            lambda: of_status(random.choice((StudyStatus.NEW, StudyStatus.READ))),
            lambda: of_finding(random.choice(("effusion", "p", "pleural", "pneumothorax", "eff"))),
            lambda: of_dates(
                random.choice(("2014-12-31", "2015-01-01", "2015-02-01")),
                random.choice(("2015-01-31", "", "2016-02-29")),
            ),
        )
    )()


def fill(library: Library, shown: list[Indexed]) -> None:
    """Index images one batch after the other, and score what there is in between."""
    index = library.index
    folder = index.folder(index.add_root(library.home), b"")
    scores = Scores(index)
    scores.set_current([HEAD])
    for start in (0, len(shown) // 2):
        some = shown[: len(shown) // 2] if start == 0 else shown[start:]
        index.write([
            FileRow(folder, os.fsencode(f"f{start + place}"), FileState(1000, 1, 1), header=header(image))
            for place, image in enumerate(some)
        ])  # fmt: skip
        found = {f"{image.content}": image.found for image in shown}
        for number, digest in index.database.rows("SELECT id, digest FROM image WHERE id % 4 <> 1"):
            assert isinstance(number, int)
            name = str(list(found)[number % len(found)])
            flagged = [
                StoredFinding("1", one, 0.9 if place else 0.2, threshold=0.5) for place, one in enumerate(found[name])
            ]
            scores.put(number, HEAD, Outcome.SCORED, flagged, digest=str(digest))
    for number, image in zip(index.database.numbers("SELECT id FROM study"), shown, strict=False):
        index.change_mark(number, status=image.status, note=image.note)


def rows(library: Library) -> list[dict[str, str]]:
    """Return each study with its text, and the findings of its images as the scores themselves have them."""
    names = [row[1] for row in library.index.database.rows("PRAGMA table_info(study)")]
    found = []
    for values in library.index.database.rows("SELECT * FROM study"):
        row = dict(zip(map(str, names), values, strict=True))
        (texts,) = library.index.database.rows(
            "SELECT name, ident, description, other, note FROM study_text WHERE rowid = ?", (row["id"],)
        )
        row |= dict(zip(EVERYWHERE, texts, strict=True))
        above = library.index.database.rows(
            "SELECT finding.words FROM finding JOIN scoring ON scoring.id = finding.scoring "
            "JOIN image ON image.digest = scoring.digest OR (image.uid = scoring.uid AND NOT image.colliding) "
            "JOIN series ON series.id = image.series WHERE finding.flagged AND series.study = ?",
            (row["id"],),
        )
        row["above"] = "\n".join(str(one) for (one,) in above)
        found.append(row)
    return found  # type: ignore[return-value]


@contextlib.contextmanager
def limits(few: int, ahead: int, further: int) -> Iterator[None]:
    where = "cxrviewer.studies.index.worklist"
    with (
        patch(f"{where}.FEW", few),
        patch(f"{where}.SOME", few),
        patch(f"{where}.AHEAD", ahead),
        patch(f"{where}.FURTHER", further),
    ):
        yield


@pytest.mark.parametrize("seed", range(24))
def test_a_search_lists_what_looking_at_every_study_finds_in_every_order(library: Library, seed: int) -> None:
    random = Random(seed)
    shown = [some_image(random) for _ in range(random.randrange(1, 40))]
    queries = [[some_term(random) for _ in range(random.randint(1, 3))] for _ in range(12)]
    limit = random.randint(1, 5)
    with limits(random.choice((0, 2, 5_000)), random.choice((1, 4, 2_000)), random.choice((1, 3, 10_000))):
        fill(library, shown)
        studies = rows(library)
        for query in queries:
            text = " ".join(term.text for term in query)
            found = [row for row in studies if all(term.applies(row) for term in query)]
            assert library.list.count(text) == len(found), text
            for column in Column:
                for descending in (False, True):
                    ordered = sorted(found, key=lambda row: (row[column.value], row["id"]), reverse=descending)
                    expected = tuple(row["id"] for row in ordered)
                    first = library.list.first(column, descending=descending, limit=limit, query=text)
                    assert first == (expected[:limit], len(expected), ()), (text, column)
                    assert library.list.keys(column, descending=descending, query=text)[0] == expected, (text, column)
                    assert pages(library, column, descending, text, limit) == expected, (text, column)


def pages(library: Library, column: Column, descending: bool, query: str, limit: int) -> tuple[int, ...]:
    listed: list[int] = []
    after = None
    while True:
        page = library.list.page(column, descending=descending, query=query, after=after, limit=limit)
        listed += [row.id for row in page.rows]
        after = page.next
        if after is None:
            return tuple(listed)
        assert len(page.rows) == limit


@pytest.fixture
def ten(library: Library, folder: Path) -> Library:
    for number in range(10):
        write(
            folder / f"f{number}", number, PatientID=f"{number}", PatientName="DOE^A", Modality="DX", ViewPosition="PA"
        )
    library.scan(folder)
    return library


@pytest.mark.parametrize("query", ["doe", "modality:dx", "doe view:pa"])
@pytest.mark.parametrize("few", [0, 5_000])
@pytest.mark.parametrize("by_another", [False, True])
def test_a_search_finds_what_was_added_and_removed_since(
    ten: Library, folder: Path, query: str, few: int, by_another: bool
) -> None:
    with limits(few, 2_000, 10_000):
        before = ten.list.keys(query=query)[0]
        assert len(before) == len(ten.list.keys(query=query)[0]) == 10
        (folder / "f3").unlink()
        write(folder / "f99", 99, PatientID="99", PatientName="DOE^B", Modality="DX", ViewPosition="PA")
        write(folder / "f98", 98, PatientID="98", PatientName="ROE^B", Modality="CR", ViewPosition="LL")
        if by_another:
            with contextlib.closing(Library(ten.home)) as other:
                other.scan(folder)
        else:
            ten.scan(folder)
        now = ten.list.keys(query=query)[0]
        assert len(set(now) & set(before)) == 9 and len(set(now) - set(before)) == 1
        assert ten.list.first(Column.DATE, descending=True, limit=3, query=query) == (now[:3], 10, ())


def test_the_words_of_a_search_are_looked_for_once_while_nothing_changes(ten: Library) -> None:
    asked: list[str] = []
    whole = ten.list._database.number_set

    def count(statement: str, values: tuple[object, ...] = ()) -> set[int]:
        asked.append(statement)
        return whole(statement, values)

    with limits(0, 1, 1), patch.object(ten.index.database, "number_set", count):
        ten.list.first(Column.DATE, descending=True, limit=3, query="doe")
        ten.list.keys(Column.DATE, descending=True, query="doe")
        ten.list.keys(Column.NAME, descending=True, query="doe view:pa")
        ten.list.keys(Column.NAME, descending=True, query="doe")
        assert sum("MATCH" in one for one in asked) == 1
        ten.index.change_mark(1, note="of the reader")
        ten.list.keys(Column.DATE, descending=True, query="doe")
        assert sum("MATCH" in one for one in asked) == 2


def test_a_list_and_its_number_are_of_one_state_whoever_writes_meanwhile(ten: Library) -> None:
    with contextlib.closing(Library(ten.home)) as other:
        count = ten.list._count

        def late(condition: object) -> int:
            other.index.change_marks(list(range(1, 11)), status=StudyStatus.READ)
            return count(condition)  # type: ignore[arg-type]

        with patch.object(ten.list, "_count", late):
            keys, number, _ = ten.list.first(Column.ID, descending=False, limit=60, query="status:new")
        assert (len(keys), number) == (10, 10)
        assert ten.list.first(Column.ID, descending=False, limit=60, query="status:new") == ((), 0, ())


def test_a_change_is_kept_that_comes_after_a_list_was_read(ten: Library) -> None:
    ten.list.first(Column.ID, descending=False, limit=3, query="doe")
    ten.index.change_mark(1, note="kept")
    with contextlib.closing(Library(ten.home)) as other:
        assert [row.note for row in other.studies("note:kept")] == ["kept"]


def test_nothing_that_is_compared_reads_a_row_of_the_table(ten: Library) -> None:
    for query in ("status:new", "modality:dx view:pa", "date:2015..", "finding:effusion", "finding:p status:read"):
        condition = parse(query)
        plan = ten.index.database.rows(
            f"EXPLAIN QUERY PLAN SELECT study.id FROM study INDEXED BY study_compared WHERE {condition.compared}",
            condition.compared_values,
        )
        assert all("COVERING INDEX study_compared" in str(step[3]) for step in plan)


def test_an_index_of_an_earlier_version_finds_its_findings(tmp_path: Path, folder: Path) -> None:
    for number in (1, 2, 3):
        write(folder / f"f{number}", number, PatientID=f"{number}")
    with contextlib.closing(Library(tmp_path / "home")) as library:
        library.scan(folder)
        scores = Scores(library.index)
        scores.set_current([HEAD])
        for number, digest in scores.to_score(HEAD, limit=2):
            effusion = StoredFinding("1", "Pleural effusion", 0.9 if number == 2 else 0.1, threshold=0.5)
            scores.put(
                number,
                HEAD,
                Outcome.SCORED,
                [effusion, StoredFinding("2", "Hernia", 0.8, threshold=0.5)],
                digest=digest,
            )
        kept = library.index.database.rows("SELECT id, findings FROM study ORDER BY id")
    assert kept == [(1, " hernia"), (2, " hernia\n pleural effusion"), (3, "")]
    write_as_version(tmp_path / "home" / "index.sqlite", 7)
    with contextlib.closing(Library(tmp_path / "home")) as library:
        found = {
            query: sorted(row.patient_id for row in library.studies(query))
            for query in ("finding:effusion", "finding:pleural", "finding:hernia", "finding:ernia")
        }
        assert found == {
            "finding:effusion": ["2"], "finding:pleural": ["2"], "finding:hernia": ["1", "2"], "finding:ernia": [],
        }  # fmt: skip


def test_a_finding_goes_with_its_image_and_stays_when_another_comes(library: Library, folder: Path) -> None:
    for number, name in enumerate(("a", "b", "c"), 1):
        write(folder / name, number, StudyInstanceUID=f"{UID_ROOT}1.1", PatientID="1")
    (folder / "c").rename(folder.parent / "c")
    library.scan(folder)
    scores = Scores(library.index)
    scores.set_current([HEAD])
    for number, digest in scores.to_score(HEAD):
        found = StoredFinding("1", "Pleural effusion" if number == 1 else "Hernia", 0.9, threshold=0.5)
        scores.put(number, HEAD, Outcome.SCORED, [found], digest=digest)
    (folder.parent / "c").rename(folder / "c")
    library.scan(folder)
    assert [len(library.studies(f"finding:{one}")) for one in ("effusion", "hernia")] == [1, 1]
    (folder / "a").unlink()
    library.scan(folder)
    assert [len(library.studies(f"finding:{one}")) for one in ("effusion", "hernia")] == [0, 1]
