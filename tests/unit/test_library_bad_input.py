"""What goes wrong around a library: two programs, a full disk, odd names and dates. Nothing is lost."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.errors import LibraryError, LibraryFullError
from cxrviewer.presenters.library_rows import COLUMNS, library_row
from cxrviewer.studies.index.comparison import candidates, prior_study
from cxrviewer.studies.index.store import Index
from cxrviewer.studies.index.user_store import StudyStatus, UserStore
from cxrviewer.studies.index.worklist import Column
from tests.builders.library import Library, write
from tests.conftest import ROOT


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "home")
    yield made
    made.close()


def test_two_processes_write_one_library_at_once_and_lose_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = []
    for half, first in (("one", 0), ("two", 100)):
        for number in range(first, first + 40):
            write(tmp_path / half / f"f{number}", number, StudyDescription=half, PatientID=f"P{number}")
    for half in ("one", "two"):
        command = [
            sys.executable,
            "-m",
            "tests.builders.index_writer",
            str(tmp_path / "home"),
            str(tmp_path / half),
            half,
        ]
        started.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True))
    assert [process.communicate(timeout=120)[0].strip() for process in started] == ["40", "40"]
    with contextlib.closing(Library(tmp_path / "home")) as library:
        studies = library.studies()
        assert len(studies) == 80 and len(library.index.roots()) == 2
        assert all(study.note == study.description for study in studies)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB."""
    place = tmp_path / "small"
    place.mkdir()
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mounting a small file system is not allowed here")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_really_full_is_a_sentence_and_what_was_there_stays(small_disk: Path, tmp_path: Path) -> None:
    folder = tmp_path / "films"
    write(folder / "first", 1, PatientName="FIRST")
    with contextlib.closing(Library(small_disk / "home")) as library:
        library.scan(folder)
        study = library.studies()[0].id
        library.index.change_mark(study, note="kept")
        free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
        with contextlib.suppress(OSError), (small_disk / "full").open("wb", buffering=0) as rest:
            rest.write(b"x" * free)
        assert os.statvfs(small_disk).f_bavail == 0
        with pytest.raises(LibraryError, match="disk is full"):  # of the index or, before it, of the user's store
            for number in range(200):
                library.index.change_mark(study, note="n" * 4000 + str(number))
        for number in range(2, 300):
            write(folder / f"f{number}", number, PatientName=f"P{number}" * 10)
        with pytest.raises(LibraryFullError, match="disk is full"):
            library.scan()
        assert library.studies()[-1].patient_name == "FIRST"
    for beside in (small_disk / "home").glob("*-shm"):
        beside.unlink()  # where the computer was switched off, it is not there
    with contextlib.suppress(OSError), (small_disk / "fuller").open("wb", buffering=0) as rest:
        rest.write(b"x" * 2**20)  # what closing has freed
    with pytest.raises(LibraryFullError, match="disk is full"):
        Index(small_disk / "home" / "index.sqlite")
    with pytest.raises(LibraryFullError, match="disk is full"):
        UserStore(small_disk / "another" / "user.sqlite")
    (small_disk / "full").unlink()
    (small_disk / "fuller").unlink()
    for image in list(folder.iterdir())[20:]:  # one MiB does not hold 300 rows
        image.unlink()
    with contextlib.closing(Library(small_disk / "home")) as library:
        library.scan()
        assert len(library.studies()) == len(list(folder.iterdir()))


NAMES = {"korean": "Hong^Gildong=洪^吉洞=홍^길동", "hebrew": "כהן^משה", "arabic": "حسن^أحمد"}


def test_korean_and_right_to_left_names_are_listed_and_found(library: Library, tmp_path: Path) -> None:
    for number, name in enumerate(NAMES.values()):
        charset: dict[str, Any] = {"SpecificCharacterSet": "ISO_IR 192", "PatientID": f"ID{number}"}
        write(tmp_path / "films" / str(number), number, PatientName=name, **charset)
    library.scan(tmp_path / "films")
    assert len(library.studies()) == 3
    for query, ident in (("홍", "ID0"), ("길동", "ID0"), ("כהן", "ID1"), ("أحمد", "ID2")):
        assert [study.patient_id for study in library.studies(query)] == [ident], query


def test_a_study_in_the_future_is_listed_and_is_nobodys_prior(library: Library, tmp_path: Path) -> None:
    person: dict[str, Any] = {"PatientName": "DOE^JANE", "PatientID": "4711", "PatientBirthDate": "19500102"}
    for number, day in enumerate(("20250318", "20991231", "20240105")):
        write(tmp_path / "films" / day, number, StudyDate=day, StudyTime="1200", **person)
    library.scan(tmp_path / "films")
    assert [study.date for study in library.studies()] == ["2099-12-31", "2025-03-18", "2024-01-05"]
    today = prior_study(library.index.database, library.studies()[1].id)
    assert today is not None
    dates = [one.date for one in candidates(library.index.database, today) if one.id != today.id]
    assert dates == ["2024-01-05"]


@pytest.mark.parametrize(
    ("today", "hidden", "cell"),
    [
        (date(2026, 1, 1), False, "⚠ 2026-01-03 12:00"),
        (date(2026, 1, 2), False, "2026-01-03 12:00"),  # today in another time zone
        (date(2026, 1, 1), True, ""),
    ],
)
def test_a_study_date_in_the_future_is_marked_with_a_sentence(
    library: Library, tmp_path: Path, today: date, hidden: bool, cell: str
) -> None:
    write(tmp_path / "films" / "a", StudyDate="20260103", StudyTime="1200")
    library.scan(tmp_path / "films")
    row = library_row(library.studies()[0], hidden=hidden, today=today)
    place = [column for column, _, _ in COLUMNS].index(Column.DATE)
    assert row.cells[place] == cell
    assert ("lies in the future" in row.tips[place]) is (place in row.warned) is cell.startswith("⚠")


def test_a_clock_set_back_loses_no_mark_and_reads_no_file_again(library: Library, tmp_path: Path) -> None:
    image = write(tmp_path / "films" / "a", 1)
    os.utime(image, ns=(4 * 10**18, 4 * 10**18))  # in 2096, by a clock that was wrong
    library.scan(tmp_path / "films")
    library.index.change_mark(library.studies()[0].id, status=StudyStatus.READ)
    library.scan()
    assert library.reader.read == []
    assert [study.status for study in library.studies()] == [StudyStatus.READ]
