"""The library's SQLite files: numbers that are given once, files of other programs, files of earlier versions."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from cxrviewer import cli
from cxrviewer.cancel import CancelToken
from cxrviewer.errors import LibraryError, NewerLibraryError
from cxrviewer.paths import AppPaths
from cxrviewer.studies.index.files import FOLDER, INDEX_NAME, USER_NAME
from cxrviewer.studies.index.scan import IndexScan
from cxrviewer.studies.index.stores import Stores
from cxrviewer.studies.index.user_store import UserStore
from tests.builders.library import Library, write, write_as_version

OTHERS = {
    "a table named as ours": ("CREATE TABLE study (title TEXT)", "INSERT INTO study VALUES ('of another program')"),
    "a version as ours": ("CREATE TABLE notes (title TEXT)", "PRAGMA user_version = 3"),
    "a version above ours": ("CREATE TABLE notes (title TEXT)", "PRAGMA user_version = 4711"),
    "an ident of its own": ("PRAGMA application_id = 1196444487", "PRAGMA user_version = 3"),
}
"""Statements that make databases of other programs."""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "home")
    yield made
    made.close()


def made_by_another(path: Path, statements: tuple[str, ...]) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as raw, raw:
        for statement in statements:
            raw.execute(statement)
    return path.read_bytes()


# Numbers of rows


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 4])
def test_what_a_scan_reads_of_a_folder_that_is_removed_never_lands_in_one_that_is_added_meanwhile(
    library: Library, tmp_path: Path, steps: int
) -> None:
    write(tmp_path / "going" / "sub" / "a", 1)
    write(tmp_path / "coming" / "sub" / "b", 2)
    going = library.index.add_root(tmp_path / "going")
    scan = IndexScan(library.index, library.reader, [going])
    for _ in range(steps):  # each lists one folder, or takes in what was read
        scan.step(CancelToken(), 1e-9)
    # What another window does: had SQLite its way, root, folder and file get the numbers of those that are gone.
    library.index.remove_root(going)
    library.scan(tmp_path / "coming")
    assert scan.run(CancelToken()).finished
    assert library.images() == [("3.2", False, ["b"])]
    (root,) = library.index.roots()
    assert set(library.index.folders(root)) == {b"", b"sub"}
    assert (root.path.name, root.complete, root.online) == ("coming", True, True)


def test_a_note_for_a_study_that_is_gone_reaches_no_other_study(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "going" / "a", 1)
    write(tmp_path / "coming" / "b", 2, PatientName="OTHER")
    library.scan(tmp_path / "going")
    held = library.studies()[0].id  # as a list or an open study holds it
    library.index.remove_root(library.index.roots()[0])
    library.scan(tmp_path / "coming")
    with pytest.raises(LibraryError, match="no longer in the library"):
        library.index.change_mark(held, note="of the first study")
    assert [(row.patient_name, row.note) for row in library.studies()] == [("OTHER", "")]


def test_an_index_of_an_earlier_version_keeps_rows_numbers_scores_and_search(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        write(tmp_path / "films" / f"f{number}", number, PatientName=f"NAME{number}")
    with contextlib.closing(Library(tmp_path / "home")) as library:
        library.scan(tmp_path / "films")
        library.index.database.execute(
            "INSERT INTO scoring (digest, uid, head, model, recipe, outcome, reason, flagged) "
            "VALUES ('d', 'u', 'h', 'm', 'r', 'scored', '', 1)"
        )
        library.index.database.execute("INSERT INTO finding VALUES (1, 0, 'c', 'n', 'w', 0.5, NULL, NULL, 0.4, 1)")
        before, indexes = contents(library), names(library, "index")
    write_as_version(tmp_path / "home" / "index.sqlite", 3, ident=0)
    with contextlib.closing(Library(tmp_path / "home")) as library:
        assert not library.index.rebuilt
        assert contents(library) == before
        assert names(library, "index") == indexes
        assert library.index.database.rows("PRAGMA foreign_key_check") == []
        assert [row.patient_name for row in library.studies("name2")] == ["NAME2"]
        library.scan()
        assert library.reader.read == []
        library.index.remove_root(library.index.roots()[0])  # what refers to a row goes with it, as before
        assert library.index.database.rows("SELECT * FROM file") == [] == library.studies()


def contents(library: Library) -> dict[str, list[tuple[object, ...]]]:
    tables = ("root", "folder", "patient", "study", "series", "image", "file", "scoring", "finding")
    return {table: library.index.database.rows(f"SELECT * FROM {table} ORDER BY 1") for table in tables}


def names(library: Library, kind: str) -> set[str]:
    rows = library.index.database.rows("SELECT name FROM sqlite_schema WHERE type = ?", (kind,))
    return {str(name) for (name,) in rows if not str(name).startswith("sqlite_")}


# Files of other programs


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize(
    ("folder", "name", "words"),
    [
        ("cache", INDEX_NAME, "another program"),
        ("data", USER_NAME, "status and notes lay one of another program"),
    ],
    ids=["index", "notes"],
)
def test_a_database_of_another_program_in_the_place_of_ours_is_renamed_whole_and_said(
    tmp_path: Path, other: tuple[str, ...], folder: str, name: str, words: str
) -> None:
    path = tmp_path / folder / FOLDER / name
    before = made_by_another(path, other)
    with contextlib.closing(Stores(tmp_path / "data", tmp_path / "cache")) as stores:
        assert words in str(stores.replaced)
        assert path.with_name(f"{name}.foreign").read_bytes() == before
        assert stores.worklist.count() == 0
    with contextlib.closing(Stores(tmp_path / "data", tmp_path / "cache")) as stores:
        assert stores.replaced is None


def test_a_second_file_of_another_program_replaces_no_first_one(tmp_path: Path) -> None:
    path = tmp_path / USER_NAME
    for statements in OTHERS.values():
        path.unlink(missing_ok=True)
        made_by_another(path, statements)
        UserStore(path).close()
    assert len(list(tmp_path.glob("user.sqlite.foreign*"))) == len(OTHERS)


def test_the_notes_in_the_place_of_the_index_are_not_taken_for_it(tmp_path: Path) -> None:
    path = tmp_path / "cache" / FOLDER / INDEX_NAME
    UserStore(path).close()
    with contextlib.closing(Stores(tmp_path / "data", tmp_path / "cache")) as stores:
        assert "another program" in str(stores.replaced)


def test_a_newer_file_of_ours_stays_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / USER_NAME
    UserStore(path).close()
    before = made_by_another(path, ("PRAGMA user_version = 99",))
    with pytest.raises(NewerLibraryError):
        UserStore(path)
    assert path.read_bytes() == before


def test_the_command_says_what_lay_in_the_place_of_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CXRVIEWER_HOME", str(tmp_path / "home"))
    made_by_another(AppPaths.for_user().cache / FOLDER / INDEX_NAME, OTHERS["a table named as ours"])
    write(tmp_path / "films" / "a")
    assert cli.run(["index", str(tmp_path / "films"), "--jobs", "1"]) == 0
    printed = capsys.readouterr()
    assert "a file of another program" in printed.err and "1 read" in printed.out
