"""The list over the index: search, order, pages, scores and priors."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxrviewer.cancel import CancelToken
from cxrviewer.presenters.library_rows import COLUMNS, library_row
from cxrviewer.studies.index.comparison import candidates, prior_study
from cxrviewer.studies.index.not_scored import count_current, count_unscored, unscored_images
from cxrviewer.studies.index.query import parse
from cxrviewer.studies.index.scan import IndexScan
from cxrviewer.studies.index.scores import (
    ModelVersion,
    Outcome,
    RunState,
    Scores,
    Selection,
    StoredFinding,
    UnfinishedRun,
)
from cxrviewer.studies.index.stores import Stores
from cxrviewer.studies.index.user_store import StudyStatus
from cxrviewer.studies.index.worklist import Column, FlagState, StudyRow
from cxrviewer.studies.priors import find_priors
from cxrviewer.text import Message, msg
from tests.builders.dicom import UID_ROOT, image_bytes
from tests.builders.library import LATER, HereReader, Library, write

NAMES = {
    1: "Müller^Jörg", 2: "Фёдоров^Пётр", 3: "Παπαδόπουλος^Γιώργος", 4: "Hong^Gildong=洪^吉洞=홍^길동",
    5: "Yamada^Tarou=山田^太郎=やまだ^たろう", 6: "王^小明", 7: "Łukasz^Żaneta", 8: "כהן^דוד", 9: "محمد^أحمد",
    10: "O'Neil^Ann-Marie",
}  # fmt: skip


def ids(rows: list[StudyRow]) -> list[int]:
    return sorted(int(row.patient_id) for row in rows)


@pytest.fixture
def names(library: Library, folder: Path) -> Library:
    for number, name in NAMES.items():
        write(
            folder / f"f{number}",
            number,
            PatientName=name,
            PatientID=f"{number}",
            StudyDate=f"20{10 + number}0{1 + number % 9}15",
            StudyDescription="Thorax p.a." if number % 2 else "Chest",
            Modality="CR" if number == 3 else "DX",
        )
    library.scan(folder)
    return library


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("muller", [1]), ("MÜLLER", [1]), ("jor", [1]), ("ller", []),
        ("федоров", [2]), ("ФЁДОР", [2]), ("петр", [2]),
        ("παπαδοπουλος", [3]), ("ΓΙΏΡΓΟΣ", [3]),
        ("洪", [4]), ("길동", [4]), ("동", [4]), ("gildong", [4]),
        ("山", [5]), ("山田", [5]), ("田太", [5]), ("田山", []),
        ("小", [6]), ("やまだ", [5]), ("lukasz", [7]), ("zaneta", [7]),
        ("כהן", [8]), ("أحمد", [9]), ("احمد", [9]),
        ("oneil", []), ("o'neil", [10]), ("ann marie", [10]), ('"marie ann"', []),
        ("thorax", [1, 3, 5, 7, 9]), ("text:chest", [2, 4, 6, 8, 10]), ("name:thorax", []),
        ("modality:cr", [3]), ("date:2015..2017", [5, 6, 7]), ("date:..2012", [1, 2]), ("date:2020-02..", [10]),
        ("date:2013-04-15", [3]), ("date:2013-05", []), ("id:10", [10]), ("id:1", [1, 10]),
        ("thorax date:2015..", [5, 7, 9]), ("status:read", []), ("status:new thorax name:muller", [1]),
        ("date:yesterday", list(NAMES)), ("nothing:here", []), ("", list(NAMES)),
        ("%", list(NAMES)), ('"', list(NAMES)),
        ("name: muller", [1]), ("NAME:  muller date: 2015..", []), ("name:", list(NAMES)),
        ("name: date:2013-04-15", [3]), ("date:2013-04-15 id: ", [3]), ("date: 2015..2017", [5, 6, 7]),
        ("date:2013-13", list(NAMES)), ("date:2013-02-30", list(NAMES)), ("date:20130415", [3]),
        ("2013-04", [3]), ("20130415", [3]), ("2013", [3]), ("2011 muller", [1]), ("2013-04 muller", []),
        ("2013-13", []), ('"2013"', []), ("name:2013", []), ("2013.. muller", []),
    ],
)  # fmt: skip
def test_a_search_finds(names: Library, query: str, found: list[int]) -> None:
    assert ids(names.studies(query)) == found
    assert names.list.count(query) == len(found)


def test_what_is_not_understood_is_said() -> None:
    assert parse("date:yesterday name:x").problems == (
        "“yesterday” is not understood as a date: write 2025, 2025-03, 2025-03-18 or two of them with .. between.",
    )
    for text in ("2013-13", "2013-02-30", "20130230", "2013-4", "15.04.2013", "2013-04-15x"):
        assert text in parse(f"date:{text}").problems[0]
    assert parse("status:gone").problems == ("“gone” is not a status: new, opened and read are.",)
    assert parse("patient:doe").problems == ("There is no field “patient:”; it is looked for as text.",)
    assert [parse(text).problems for text in ("10:15", '"patient:doe"', "name:doe:jane", "name:")] == [()] * 4


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("name：doe", "name:doe"), ("text:“chest two”", 'text:"chest two"'), ("„chest two“", '"chest two"')],
)
def test_colons_and_quotes_of_other_keyboards_are_understood(typed: str, meant: str) -> None:
    assert parse(typed) == parse(meant)


@given(st.text(max_size=60))
def test_no_text_breaks_a_search(names_memory: Library, text: str) -> None:
    names_memory.list.page(query=text)
    names_memory.list.page(query="name:" + text)


@pytest.fixture(scope="module")
def names_memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    made = Library(tmp_path_factory.mktemp("library") / "home")
    write(made.home.parent / "films" / "a")
    made.scan(made.home.parent / "films")
    yield made
    made.close()


@pytest.mark.parametrize("column", list(Column))
@pytest.mark.parametrize("descending", [False, True])
def test_pages_hold_every_study_once_in_order(names: Library, column: Column, descending: bool) -> None:
    whole = names.studies(column=column, descending=descending)
    assert len(whole) == len(NAMES)
    found: list[StudyRow] = []
    after = None
    while True:
        page = names.list.page(column, descending=descending, after=after, limit=3)
        found += page.rows
        if page.next is None:
            break
        after = page.next
    assert found == whole
    assert found == list(reversed(names.studies(column=column, descending=not descending)))
    assert [names.list.place(row.id, column, descending=descending) for row in whole] == list(range(len(NAMES)))


def test_a_study_that_comes_meanwhile_shifts_no_page(names: Library, folder: Path) -> None:
    first = names.list.page(Column.DATE, limit=4)
    write(folder / "future", 99, StudyDate="20990101", PatientID="99")
    names.scan()
    second = names.list.page(Column.DATE, limit=100, after=first.next)
    assert ids([*first.rows, *second.rows]) == list(NAMES)
    assert names.studies()[0].date == "2099-01-01"  # a study in the future is listed like any other


def test_names_of_500_characters_are_listed_and_told_apart(library: Library, folder: Path) -> None:
    write(folder / "a", 1, PatientName="A" * 499 + "B", PatientID="1")
    write(folder / "b", 2, PatientName="A" * 499 + "C", PatientID="2")
    library.scan(folder)
    first, second = library.studies()
    assert first.patient_name != second.patient_name
    assert max(len(first.patient_name), len(second.patient_name)) <= 256
    assert len(library.studies("a" * 200)) == 2


HEAD = ModelVersion("student", "ab" * 32, "cd" * 32)
NEWER = ModelVersion("student", "ef" * 32, "cd" * 32)


def finding(score: float, name: str = "Pleural effusion") -> StoredFinding:
    return StoredFinding("60046008", name, score, score / 2, 1.0, 0.5)


@pytest.fixture
def scored(library: Library, folder: Path) -> tuple[Library, Scores]:
    for number in (1, 2, 3):
        write(folder / f"f{number}", number, PatientID=f"{number}")
    library.scan(folder)
    scores = Scores(library.index)
    scores.set_current([HEAD])
    for image, digest in scores.to_score(HEAD, limit=2):
        value = 0.9 if image == 2 else 0.1
        assert scores.put(image, HEAD, Outcome.SCORED, [finding(value)], digest=digest)
    return library, scores


def flags(library: Library) -> dict[str, FlagState]:
    return {row.patient_id: row.flag for row in library.studies()}


def test_sorting_by_flag_sorts_and_never_hides(scored: tuple[Library, Scores]) -> None:
    library, scores = scored
    assert flags(library) == {"1": FlagState.NONE, "2": FlagState.FLAGGED, "3": FlagState.NOT_SCORED}
    assert [row.patient_id for row in library.studies(column=Column.FLAG)] == ["2", "1", "3"]
    assert ids(library.studies("finding:effusion")) == [2]
    assert ids(library.studies("finding:pneumothorax")) == []
    assert [image for image, _ in scores.to_score(HEAD)] == [3]
    assert (scores.count_to_score(HEAD), scores.count_to_score(NEWER)) == (1, 3)


def test_scores_of_another_model_are_outdated_and_sort_below_current_ones(scored: tuple[Library, Scores]) -> None:
    library, scores = scored
    scores.set_current([NEWER])
    assert flags(library)["2"] is FlagState.OUTDATED
    assert [one.outdated for one in scores.of_image(2)] == [True]
    ((third, digest),) = scores.to_score(NEWER, after=2)
    scores.put(third, NEWER, Outcome.SCORED, [finding(0.7)], digest=digest)
    assert [row.patient_id for row in library.studies(column=Column.FLAG)] == ["3", "2", "1"]
    ((second, digest),) = scores.to_score(NEWER, after=1)
    scores.put(second, NEWER, Outcome.SCORED, [finding(0.2)], digest=digest)
    assert flags(library)["2"] is FlagState.NONE
    (only,) = scores.of_image(second)
    assert (only.version, only.outdated, only.findings) == (NEWER, False, (finding(0.2),))


def test_a_study_without_findings_says_that_it_was_scored_by_another_version(
    scored: tuple[Library, Scores],
) -> None:
    library, scores = scored
    scores.set_current([NEWER])
    assert flags(library)["1"] is FlagState.NONE_OUTDATED
    (row,) = [library_row(one, hidden=False) for one in library.studies() if one.patient_id == "1"]
    place = [column for column, _, _ in COLUMNS].index(Column.FLAG)
    assert row.cells[place] == "outdated: none above threshold" and "another version" in row.tips[place]
    ((first, digest),) = scores.to_score(NEWER, limit=1)
    scores.put(first, NEWER, Outcome.SCORED, [finding(0.2)], digest=digest)
    assert flags(library)["1"] is FlagState.NONE


def test_a_study_without_findings_whose_file_changed_is_outdated(scored: tuple[Library, Scores], folder: Path) -> None:
    library, _ = scored
    write(folder / "f1", 1, grey=77, PatientID="1")
    library.scan()
    assert flags(library)["1"] is FlagState.NONE_OUTDATED


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.FAILED])
def test_a_study_of_which_no_image_could_be_scored_says_so_and_one_not_tried_does_not(
    scored: tuple[Library, Scores], outcome: Outcome
) -> None:
    library, scores = scored
    assert flags(library)["3"] is FlagState.NOT_SCORED
    ((third, digest),) = scores.to_score(HEAD, after=2)
    scores.put(third, HEAD, outcome, digest=digest, reason="child")
    assert flags(library)["3"] is FlagState.REFUSED
    assert [row.patient_id for row in library.studies(column=Column.FLAG)] == ["2", "3", "1"]
    scores.set_current([NEWER])  # it has not tried
    assert flags(library)["3"] is FlagState.NOT_SCORED


def test_a_failure_takes_no_result_away_an_outdated_one_neither(scored: tuple[Library, Scores]) -> None:
    library, scores = scored
    scores.set_current([NEWER])
    ((second, digest),) = scores.to_score(NEWER, after=1, limit=1)
    for _ in range(2):
        assert scores.put(second, NEWER, Outcome.FAILED, digest=digest, reason="image", why="No pixels.")
    assert flags(library)["2"] is FlagState.OUTDATED
    made = {(one.version, one.outcome, one.outdated) for one in scores.of_image(second)}
    assert made == {(HEAD, Outcome.SCORED, True), (NEWER, Outcome.FAILED, False)}
    assert [one.why for one in unscored_images(library.index.database)] == ["No pixels."]
    ((first, one), *_) = scores.to_score(NEWER)
    scores.put(first, NEWER, Outcome.FAILED, digest=one, reason="image", why="No pixels.")
    assert flags(library)["1"] is FlagState.NONE_OUTDATED
    assert [row.unscored for row in library.studies()] == [0, 0, 0]
    assert (second, digest) in scores.to_score(NEWER), "the next run tries again"
    scores.put(second, NEWER, Outcome.SCORED, [finding(0.1)], digest=digest)
    assert [one.version for one in scores.of_image(second)] == [NEWER]
    assert not scores.put(second, NEWER, Outcome.FAILED, digest=digest, reason="image", why="No pixels.")
    assert [one.outcome for one in scores.of_image(second)] == [Outcome.SCORED]


def test_why_an_image_was_not_scored_is_known_after_a_restart_until_it_is_scored(
    scored: tuple[Library, Scores], folder: Path
) -> None:
    library, scores = scored
    ((third, digest),) = scores.to_score(HEAD, after=2)
    why = msg("It has {n} bits.", n=9)
    scores.put(third, HEAD, Outcome.FAILED, digest=digest, reason="image.decode", why=why)
    again = Library(library.home)
    with contextlib.closing(again):
        database, scores = again.index.database, Scores(again.index)
        (one,) = unscored_images(database)
        assert (one.path, one.head, one.outcome, one.code) == (folder / "f3", "student", Outcome.FAILED, "image.decode")
        assert isinstance(one.why, Message) and (one.why.source, one.why.params) == ("It has {n} bits.", {"n": 9})
        assert count_unscored(database) == count_current(database) == 1
        assert [image for image, _ in scores.to_score(HEAD)] == [third]  # a failure is tried again
        scores.put(third, HEAD, Outcome.REJECTED, digest=digest, reason="child", why="A child.")
        assert [one.why for one in unscored_images(database)] == ["A child."]
        assert scores.to_score(HEAD) == ()  # the same head will decline the same image again
        scores.set_current([NEWER])
        assert unscored_images(database) == () and count_unscored(database) == 0  # another one says nothing of it
        assert [image for image, _ in scores.to_score(NEWER, after=2)] == [third]
        scores.put(third, NEWER, Outcome.FAILED, digest=digest, reason="unexpected", why="Once more.")
        scores.put(third, NEWER, Outcome.SCORED, [finding(0.2)], digest=digest)
        assert unscored_images(database) == () and count_unscored(database) == 0


def test_what_could_not_be_scored_is_listed_by_its_place_and_not_after_its_file_changed(
    library: Library, folder: Path
) -> None:
    write(folder / "a", 1)
    with zipfile.ZipFile(folder / "disc.zip", "w") as archive:
        archive.write(write(folder / "b", 2), "IM2")
    (folder / "b").unlink()
    library.scan(folder)
    scores, other = Scores(library.index), ModelVersion("other", "12" * 32, "34" * 32)
    scores.set_current([HEAD, other])
    for image, digest in scores.to_score(HEAD):
        for version in (HEAD, other):
            scores.put(image, version, Outcome.REJECTED, digest=digest, reason="child", why="A child.")
    places = [(one.path.name, one.path.parent.name, one.head) for one in unscored_images(library.index.database)]
    assert places == [
        ("a", "films", "other"),
        ("a", "films", "student"),
        ("IM2", "disc.zip", "other"),
        ("IM2", "disc.zip", "student"),
    ]
    assert (count_unscored(library.index.database), count_current(library.index.database)) == (2, 2)
    write(folder / "a", 1, grey=77)
    library.scan()
    assert {one.path.name for one in unscored_images(library.index.database)} == {"IM2"}


def flag_cell(library: Library) -> tuple[str, str]:
    """Return text and tip of the only study's AI findings."""
    (study,) = library.studies()
    row, place = library_row(study, hidden=False), [column for column, _, _ in COLUMNS].index(Column.FLAG)
    return row.cells[place], row.tips[place]


@pytest.fixture
def three(library: Library, folder: Path) -> tuple[Library, Scores]:
    """One study of three images, none of them scored."""
    for number in (1, 2, 3):
        write(folder / f"f{number}", number, StudyInstanceUID=f"{UID_ROOT}1.1", SeriesInstanceUID=f"{UID_ROOT}2.1")
    library.scan(folder)
    scores = Scores(library.index)
    scores.set_current([HEAD])
    return library, scores


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.FAILED, None])
def test_a_study_of_which_not_all_images_were_scored_says_so(
    three: tuple[Library, Scores], outcome: Outcome | None
) -> None:
    library, scores = three
    assert flag_cell(library) == ("", "")
    (first, one), (second, two), (third, _) = scores.to_score(HEAD)
    scores.put(first, HEAD, Outcome.SCORED, [finding(0.1)], digest=one)
    if outcome is not None:
        scores.put(second, HEAD, outcome, digest=two, reason="child", why="A child.")
    words, tip = flag_cell(library)
    assert words == "2 of 3 not fully scored · of the rest none above threshold"
    whole, why, meaning = tip.split("\n")
    assert whole == words and "lack a score" in why and "may still show disease" in meaning
    for image, digest in scores.to_score(HEAD):
        value = 0.9 if image == third else 0.1
        scores.put(image, HEAD, Outcome.SCORED, [finding(value)], digest=digest)
    left = 1 if outcome is Outcome.REJECTED else 0
    assert flag_cell(library)[0] == ("1 finding · 1 of 3 not fully scored" if left else "1 finding")
    scores.put(second, HEAD, Outcome.SCORED, [finding(0.1)], digest=two)
    assert flag_cell(library) == ("1 finding", "")


def test_a_finding_is_said_before_what_was_not_scored_and_sorts_as_before(three: tuple[Library, Scores]) -> None:
    library, scores = three
    (first, one), (second, two), _ = scores.to_score(HEAD)
    scores.put(first, HEAD, Outcome.SCORED, [finding(0.9)], digest=one)
    scores.put(second, HEAD, Outcome.FAILED, digest=two, reason="image.decode", why="No pixels.")
    words, tip = flag_cell(library)
    assert words == "1 finding · 2 of 3 not fully scored"
    assert tip.split("\n")[0] == words and "lack a score" in tip
    assert [row.flag for row in library.studies(column=Column.FLAG)] == [FlagState.FLAGGED]
    assert library.studies("finding:effusion") == library.studies()
    scores.set_current([NEWER])
    assert flag_cell(library)[0] == "1 finding, outdated · 2 of 3 not fully scored"
    scores.put(first, HEAD, Outcome.SCORED, [finding(0.1)], digest=one)
    assert flag_cell(library)[0] == "2 of 3 not fully scored · of the rest outdated: none above threshold"


def test_a_finding_counts_once_in_a_study_however_many_heads_and_images_have_it(
    three: tuple[Library, Scores],
) -> None:
    library, scores = three
    other = ModelVersion("other", "12" * 32, "cd" * 32)
    scores.set_current([HEAD, other])
    mass = StoredFinding("4147007", "Mass", 0.8, threshold=0.5)
    for number, (image, digest) in enumerate(scores.to_score(HEAD)):
        scores.put(image, HEAD, Outcome.SCORED, [finding(0.9), *([mass] if number == 2 else [])], digest=digest)
        scores.put(image, other, Outcome.SCORED, [finding(0.7)], digest=digest)
    assert flag_cell(library)[0] == "2 findings"
    scores.set_current([NEWER])
    assert flag_cell(library)[0].startswith("2 findings, outdated")


def test_a_head_that_failed_at_an_image_is_not_made_up_for_by_another_one_that_scored_it(
    three: tuple[Library, Scores],
) -> None:
    library, scores = three
    other = ModelVersion("other", "12" * 32, "34" * 32)
    scores.set_current([HEAD, other])
    (first, one), (second, two), (third, three_) = scores.to_score(HEAD)
    for image, digest in ((first, one), (second, two), (third, three_)):
        scores.put(image, HEAD, Outcome.SCORED, [finding(0.1)], digest=digest)
    scores.put(first, other, Outcome.REJECTED, digest=one, reason="adult", why="An adult.")  # for the first head alone
    assert flag_cell(library)[0] == "none above threshold"
    scores.put(second, other, Outcome.FAILED, digest=two, reason="head", why="It ended.")
    assert flag_cell(library)[0] == "1 of 3 not fully scored · of the rest none above threshold"


def test_an_image_that_comes_later_is_counted_and_one_that_goes_is_not(
    three: tuple[Library, Scores], folder: Path
) -> None:
    library, scores = three
    for image, digest in scores.to_score(HEAD):
        scores.put(image, HEAD, Outcome.SCORED, [finding(0.1)], digest=digest)
    assert flag_cell(library)[0] == "none above threshold"
    write(folder / "f4", 4, StudyInstanceUID=f"{UID_ROOT}1.1", SeriesInstanceUID=f"{UID_ROOT}2.1")
    library.scan()
    assert flag_cell(library)[0] == "1 of 4 not fully scored · of the rest none above threshold"
    (folder / "f4").unlink()
    library.scan()
    assert flag_cell(library)[0] == "none above threshold"


def test_an_index_of_an_earlier_version_counts_what_was_not_scored_when_the_heads_are_known(
    three: tuple[Library, Scores],
) -> None:
    library, scores = three
    ((first, one), *_) = scores.to_score(HEAD)
    scores.put(first, HEAD, Outcome.SCORED, [finding(0.1)], digest=one)
    with library.index.database.transaction() as database:
        database.execute("UPDATE study SET unscored = 0")
        database.execute("UPDATE fact SET value = '2' WHERE name = 'flags'")
    scores.set_current([HEAD])
    assert flag_cell(library)[0] == "2 of 3 not fully scored · of the rest none above threshold"


def test_an_index_of_an_earlier_program_is_corrected_when_the_heads_are_known(
    scored: tuple[Library, Scores],
) -> None:
    library, scores = scored
    scores.set_current([NEWER])
    with library.index.database.transaction() as database:
        database.execute("UPDATE study SET flag = 1 WHERE flag = 2")  # as 0.2.0 did
        database.execute("DELETE FROM fact WHERE name = 'flags'")
    assert flags(library)["1"] is FlagState.NONE
    scores.set_current([NEWER])
    assert flags(library)["1"] is FlagState.NONE_OUTDATED


def test_scores_of_a_file_that_changed_are_outdated(scored: tuple[Library, Scores], folder: Path) -> None:
    library, scores = scored
    write(folder / "f2", 2, grey=77, PatientID="2")
    library.scan()
    assert flags(library)["2"] is FlagState.OUTDATED
    ((image, digest),) = [one for one in scores.to_score(HEAD) if one[0] > 3]
    assert [one.outdated for one in scores.of_image(image)] == [True]
    assert not scores.put(image, HEAD, Outcome.SCORED, [finding(0.9)], digest="of what was there before")
    scores.put(image, HEAD, Outcome.REJECTED, digest=digest, reason="not_chest")
    assert [(one.outdated, one.outcome) for one in scores.of_image(image)] == [(False, Outcome.REJECTED)]


def test_scores_of_an_image_are_not_those_of_another_with_its_uid(library: Library, folder: Path) -> None:
    write(folder / "a", 1, grey=1)
    write(folder / "b", 1, grey=2)
    library.scan(folder)
    scores = Scores(library.index)
    (one, digest), (other, _) = scores.to_score(HEAD)
    scores.put(one, HEAD, Outcome.SCORED, [finding(0.9)], digest=digest)
    assert (len(scores.of_image(one)), len(scores.of_image(other))) == (1, 0)


def test_the_prior_is_found_in_the_index(library: Library, folder: Path) -> None:
    written: list[tuple[str, dict[str, Any]]] = [
        ("20240101", {}),
        ("20250101", {"PatientName": "OTHER^OTTO", "PatientBirthDate": "19500101"}),
        ("20250601", {"PatientID": "NEW-1"}),
        ("20260101", {}),
    ]
    for number, (date, more) in enumerate(written):
        write(folder / f"f{number}", number, StudyDate=date, **more)
    library.scan(folder)
    now = prior_study(library.index.database, library.studies("date:2026")[0].id)
    assert now is not None
    found = find_priors(now, now.images[0], candidates(library.index.database, now))
    assert [one.study.date for one in found.certain] == ["2024-01-01"]
    assert [one.study.date for one in found.doubtful] == ["2025-06-01"]
    library.user.decide_pair(now.person.identity, found.doubtful[0].study.person.identity, True)
    pairs = library.user.pairs()
    found = find_priors(now, now.images[0], candidates(library.index.database, now, pairs), pairs)
    assert [one.study.date for one in found.certain] == ["2025-06-01", "2024-01-01"]


def test_ten_thousand_studies_of_one_patient_are_listed(library: Library) -> None:
    with library.index.database.transaction() as database:
        database.execute(
            "INSERT INTO patient VALUES (1, 'p\x1fn\x1f', 'p', 'p', 'N', 'n', '', '', 0)"
        )  # fmt: skip
        database.executemany(
            "INSERT INTO study (patient, uid, mark, date, time, description, accession, by_name, by_id, by_birth, "
            "by_date, by_description) VALUES (1, ?, ?, ?, '', '', '', 'n', 'p', '', ?, '')",
            [(f"1.{n}", str(n), f"{2000 + n % 26}-01-01", f"{2000 + n % 26}-01-01") for n in range(10_000)],
        )
    assert library.list.count() == 10_000
    assert len(library.list.page().rows) == 200
    now = prior_study(library.index.database, library.list.page().rows[0].id)
    assert now is not None
    assert len(candidates(library.index.database, now)) == 500


def test_a_zip_is_read_in_place(library: Library, folder: Path) -> None:
    path = folder / "disc.ZIP"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in (1, 2):
            archive.writestr(f"a/b/IM{number}", image_bytes(SOPInstanceUID=f"{UID_ROOT}3.{number}"))
        archive.writestr("readme.txt", "hello " * 500)
        archive.writestr("bomb", bytes(2 * 2**20))
        archive.writestr("inner.zip", b"PK\x05\x06" + bytes(18))
    write(folder / "IM1", SOPInstanceUID=f"{UID_ROOT}3.9")
    (folder / "same").write_bytes(image_bytes(SOPInstanceUID=f"{UID_ROOT}3.1"))
    state = library.scan(folder)
    assert library.images() == [
        ("3.1", False, ["disc.ZIP", "same"]), ("3.2", False, ["disc.ZIP"]), ("3.9", False, ["IM1"]),
    ]  # fmt: skip
    assert state.read == 4
    assert library.skipped() == {
        "readme.txt": "This file is neither a DICOM file nor a PNG or JPEG picture.",
        "bomb": "This file in the ZIP would grow more than two hundred times when unpacked, as no image does; "
        "it is not read.",
        "inner.zip": "A ZIP inside a ZIP is not read: unpack the outer one and open its folder.",
    }
    library.scan()
    assert library.reader.read == []
    path.unlink()
    library.scan()
    assert [uid for uid, _, _ in library.images()] == ["3.1", "3.9"]
    assert library.skipped() == {}


def test_a_broken_or_protected_zip_is_a_row_with_its_reason(library: Library, folder: Path) -> None:
    (folder / "broken.zip").write_bytes(b"PK\x03\x04" + bytes(500))
    with zipfile.ZipFile(folder / "locked.zip", "w") as archive:
        archive.writestr("secret", b"x" * 100)
    data = bytearray((folder / "locked.zip").read_bytes())
    data[6] |= 1  # the flag for a password, in the member's header and in the table of contents
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (folder / "locked.zip").write_bytes(data)
    library.scan(folder)
    assert library.skipped() == {
        "broken.zip": "This ZIP file is damaged or not a ZIP: its table of contents cannot be read.",
        "secret": "This file in the ZIP is protected by a password: unpack the ZIP with the password and open the "
        "folder.",
    }


def test_the_right_charset_of_a_study_can_be_set(library: Library, folder: Path) -> None:
    path = write(folder / "a", SpecificCharacterSet="ISO_IR 100", PatientName="WXYZ")
    right = "Ю^Жд"
    # Cyrillic bytes (ISO 8859-5) in a file that says Latin-1
    path.write_bytes(path.read_bytes().replace(b"WXYZ", right.encode("iso8859_5")))
    library.scan(folder)
    assert library.studies()[0].patient_name != right
    study = library.studies()[0].id
    library.index.change_mark(study, note="a note", status=StudyStatus.READ)
    library.set_charset(study, "ISO_IR 144")
    (row,) = library.studies("ю")
    assert (row.patient_name, row.charset, row.note, row.status) == (right, "ISO_IR 144", "a note", StudyStatus.READ)
    write(folder / "b", 2)
    library.scan()
    assert library.studies("ю")


def write_cyrillic(path: Path, number: int, stated: str, name: str = "Ю^Жд") -> Path:
    """Write an image whose name is in ISO 8859-5, whatever it states."""
    write(path, number, SpecificCharacterSet=stated, PatientName="WXYZ", PatientID="7")
    path.write_bytes(path.read_bytes().replace(b"WXYZ", name.encode("iso8859_5")))
    return path


def test_a_charset_is_set_for_the_other_studies_of_the_patient_too_that_are_written_alike(
    library: Library, folder: Path
) -> None:
    wrong = {write_cyrillic(folder / str(number), number, "ISO_IR 100") for number in (1, 2, 3)}
    write_cyrillic(folder / "4", 4, "ISO_IR 144")
    write_cyrillic(folder / "5", 5, "ISO_IR 100", "Ж^Жд")
    write(folder / "6", 6, PatientID="7", PatientName="DOE^JANE")
    library.scan(folder)
    (folder / "3").unlink()  # cannot be read now
    named = {row.id: row.patient_name for row in library.studies()}
    one = min(study for study, name in named.items() if list(named.values()).count(name) == 3)
    assert set(library.set_charset_alike(one, "ISO_IR 144")) == wrong - {folder / "3"}
    found = library.studies("ю")
    assert [row.patient_name for row in found] == ["Ю^Жд"] * 3 and len({row.patient for row in found}) == 1
    assert sorted(row.charset for row in library.studies()) == [""] * 4 + ["ISO_IR 144"] * 2
    # Another choice leaves the study alone that its file reads right.
    one = next(row.id for row in found if row.charset)
    library.set_charset_alike(one, "koi8-r")
    assert [row.charset for row in library.studies("ю")] == [""]
    one = next(row.id for row in library.studies() if row.charset)
    library.set_charset_alike(one, "")
    assert {row.charset for row in library.studies()} == {""}


def test_a_charset_of_a_name_that_reads_alike_in_all_is_set_for_its_study_alone(library: Library, folder: Path) -> None:
    for number in (1, 2):
        write(folder / str(number), number, PatientName="DOE^JANE")
    library.scan(folder)
    library.set_charset_alike(library.studies()[0].id, "GBK")
    assert sorted(row.charset for row in library.studies()) == ["", "GBK"]


@pytest.mark.parametrize("few", [0, 12_000])
@pytest.mark.parametrize("query", ["", "thorax", "chest date:2011..2016", "modality:dx", "nobody"])
@pytest.mark.parametrize(("column", "descending"), [(Column.NAME, False), (Column.DATE, True), (Column.IMAGES, True)])
def test_all_studies_of_a_list_come_in_the_order_of_its_pages(
    names: Library, monkeypatch: pytest.MonkeyPatch, few: int, query: str, column: Column, descending: bool
) -> None:
    monkeypatch.setattr("cxrviewer.studies.index.worklist.FEW", few)
    pages = [row.id for row in names.studies(query, column, descending=descending)]
    for _ in range(2):  # the second time from what was kept
        assert list(names.list.keys(column, descending=descending, query=query)[0]) == pages


@pytest.mark.parametrize("column", list(Column))
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("query", ["", "thorax", "chest date:2011..2016", "modality:dx", "nobody", "date:never"])
@pytest.mark.parametrize("few", [0, 1000])  # looked through in order, or found and sorted
def test_the_first_studies_are_those_that_the_whole_list_begins_with(
    names: Library, monkeypatch: pytest.MonkeyPatch, few: int, column: Column, descending: bool, query: str
) -> None:
    monkeypatch.setattr("cxrviewer.studies.index.worklist.FEW", few)
    whole, problems = names.list.keys(column, descending=descending, query=query)
    assert bool(problems) == (query == "date:never")
    for limit in (1, 3, 60):
        found = names.list.first(column, descending=descending, limit=limit, query=query)
        assert found == (whole[:limit], len(whole), problems)


@pytest.mark.parametrize("by_another", [False, True])
def test_all_studies_of_a_list_hold_what_was_added_since(names: Library, folder: Path, by_another: bool) -> None:
    before = names.list.keys()[0]
    write(folder / "added", 99, PatientID="99", StudyDate="20300101")
    if by_another:
        other = Library(names.home)
        other.scan(folder)
        other.close()
    else:
        names.scan(folder)
    assert len(before) == len(NAMES)
    assert names.list.keys()[0][1:] == before


def windows(home: Path, count: int) -> list[Stores]:
    return [Stores(home / "data", home / "cache") for _ in range(count)]


def left_of_run(stores: Stores) -> tuple[tuple[int, ...] | None, int] | None:
    found = stores.scores.run_state(stores.reading.database).unfinished
    return None if found is None else (found.studies, found.left)


def goes_on_elsewhere(stores: Stores) -> bool:
    return stores.scores.run_state(stores.reading.database).elsewhere


def kept_run(stores: Stores) -> list[tuple[object, ...]]:
    return stores.reading.database.rows("SELECT value FROM fact WHERE name = 'scoring run'")


@pytest.fixture
def account(tmp_path: Path, folder: Path) -> Path:
    """A library of two studies of one image each, neither of them scored."""
    for number in (1, 2):
        write(folder / f"f{number}", number)
    home = tmp_path / "home"
    (stores,) = windows(home, 1)
    with contextlib.closing(stores):
        stores.index.add_root(folder, "folder")
        newest = max(path.lstat().st_mtime_ns for path in tmp_path.rglob("*"))
        scan = IndexScan(stores.index, HereReader(), stores.index.roots(), now_ns=lambda: newest + LATER)
        scan.run(CancelToken())
        stores.scores.set_current([HEAD])
    return home


def test_a_run_that_goes_on_in_one_window_is_not_offered_in_another(account: Path) -> None:
    ours, theirs = windows(account, 2)
    with contextlib.closing(ours), contextlib.closing(theirs):
        assert ours.scores.begin_run(None) is True
        assert left_of_run(theirs) is None and goes_on_elsewhere(theirs)
        assert left_of_run(ours) == (None, 2) and not goes_on_elsewhere(ours)  # it knows itself whether it goes on
        assert theirs.scores.begin_run([1]) is False
        assert kept_run(ours) == [("null",)]
        theirs.scores.end_run()
        assert kept_run(ours) == [("null",)], "a crash of the first window would not be remembered"
        theirs.scores.break_run()
        assert left_of_run(theirs) is None
        assert ours.scores.begin_run([2]) is True, "a run replaces that of the same window"
        assert kept_run(ours) == [("[2]",)]
        ours.scores.end_run()
        assert kept_run(ours) == [] and left_of_run(theirs) is None and not goes_on_elsewhere(theirs)
        assert theirs.scores.begin_run([1]) is True and left_of_run(ours) is None


def test_a_run_that_breaks_off_or_whose_window_closes_is_offered_in_another(account: Path) -> None:
    ours, theirs = windows(account, 2)
    with contextlib.closing(theirs):
        with contextlib.closing(ours):
            ours.scores.begin_run([1])
            ours.scores.break_run()
            assert left_of_run(theirs) == ((1,), 1)
            assert theirs.scores.begin_run([1, 2]) is True, "looking at it takes it from nobody"
            theirs.scores.break_run()
            assert left_of_run(ours) == ((1, 2), 2)
            ours.scores.begin_run(None)
        assert left_of_run(theirs) == (None, 2)


@pytest.mark.parametrize("end", ["end_run", "break_run", "close"])
def test_the_end_of_a_run_is_noticed_by_another_window_however_it_ends(account: Path, end: str) -> None:
    ours, theirs = windows(account, 2)
    with contextlib.closing(ours), contextlib.closing(theirs):
        for _ in range(2):
            ours.scores.begin_run(None)
            before = theirs.index.database.others()
            getattr(ours.scores, end)()
            assert theirs.index.database.others() != before and not goes_on_elsewhere(theirs)
        before = theirs.index.database.others()
        getattr(ours.scores, end)()  # once only: whoever closes the files later
        assert theirs.index.database.others() == before


def test_closing_a_window_that_scores_waits_for_no_program_that_holds_the_files(
    account: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cxrviewer.studies.index.patience.TRY_SECONDS", 0.0)
    tries: list[str] = []
    ours, theirs = windows(account, 2)
    ours.scores.begin_run(None)
    ours.index.database._connection.execute("PRAGMA busy_timeout = 0")
    ours.index.database._connection.set_trace_callback(tries.append)
    with contextlib.closing(theirs), theirs.index.database.transaction():
        ours.close()
    assert tries.count("BEGIN IMMEDIATE") <= 1
    with contextlib.closing(*windows(account, 1)) as again:
        assert left_of_run(again) == (None, 2)


def test_what_could_not_be_scored_is_counted_with_what_the_other_window_left(account: Path) -> None:
    ours, theirs = windows(account, 2)
    with contextlib.closing(ours), contextlib.closing(theirs):
        reading = theirs.reading.database
        ours.scores.begin_run([1])
        assert theirs.scores.run_state(reading, Selection((2,))) == RunState(elsewhere=True)
        ours.scores.break_run()
        assert theirs.scores.run_state(reading, Selection((2,))) == RunState(unfinished=UnfinishedRun((1, 2), 2))
        assert theirs.scores.run_state(reading, Selection(None)) == RunState(unfinished=UnfinishedRun(None, 2))
        ours.scores.begin_run([1])
        ours.scores.end_run()
        assert theirs.scores.run_state(reading, Selection((2,))) == RunState(unfinished=UnfinishedRun((2,), 1))
        assert theirs.scores.run_state(reading) == RunState()


def test_a_run_whose_process_was_killed_is_offered(account: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from cxrviewer.studies.index.stores import Stores; "
        "home = Path(sys.argv[1]); stores = Stores(home / 'data', home / 'cache'); "
        "print(stores.scores.begin_run(None), flush=True); sys.stdin.read()"
    )
    (ours,) = windows(account, 1)
    with contextlib.closing(ours):
        owner = subprocess.Popen(
            [sys.executable, "-c", code, str(account)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with owner:
            try:
                assert owner.stdout is not None and owner.stdout.readline() == "True\n"
                assert left_of_run(ours) is None and not ours.scores.begin_run(None)
            finally:
                owner.kill()
        assert left_of_run(ours) == (None, 2)
        assert ours.scores.begin_run(None) is True


def test_where_the_disk_has_no_locks_a_run_is_kept_all_the_same(account: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lock(file: object) -> None:
        raise OSError("no locks available")

    monkeypatch.setattr("cxrviewer.studies.index.run_owner.lock", lock)
    (ours,) = windows(account, 1)
    with contextlib.closing(ours):
        assert ours.scores.begin_run(None) is True
        ours.scores.break_run()
        assert left_of_run(ours) == (None, 2)
        ours.scores.begin_run(None)
        ours.scores.end_run()
        assert kept_run(ours) == []
