"""An index over a temporary folder, scanned in this process, and small images to fill it with."""

from __future__ import annotations

import contextlib
import math
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import CxrError
from cxrviewer.imaging import archive
from cxrviewer.imaging.contents import FileId, Header, Member
from cxrviewer.imaging.directory import read_directory
from cxrviewer.imaging.header import read_header
from cxrviewer.studies.index.charset import set_charset, set_charset_alike
from cxrviewer.studies.index.database import apply_migrations
from cxrviewer.studies.index.scan import IndexScan, ScanState, root_kinds
from cxrviewer.studies.index.schema import INDEX
from cxrviewer.studies.index.store import Index, Root
from cxrviewer.studies.index.user_store import UserStore
from cxrviewer.studies.index.worklist import Column, StudyRow, Worklist
from tests.builders.dicom import UID_ROOT, image_bytes

LATER = 10**12
"""Nanoseconds by which the scan's clock is ahead of the files, so that none of them is fresh."""


@dataclass
class HereReader:
    """A `Reader` in this process that keeps which files it read."""

    read: list[str] = field(default_factory=list)
    before: Callable[[str], None] = lambda name: None

    def read_many(
        self,
        paths: Sequence[Path],
        cancel: CancelToken | None = None,
        *,
        charset: str = "",
        seconds: float = math.inf,
    ) -> tuple[Header | CxrError, ...]:
        return tuple(self._one(path.name, lambda path=path: read_header(path, charset)) for path in paths)  # type: ignore[misc]

    def read_directory(self, path: Path, cancel: CancelToken | None = None) -> tuple[FileId, ...]:
        return read_directory(path)

    def list_members(self, path: Path, cancel: CancelToken | None = None) -> tuple[Member, ...]:
        return archive.list_members(path)

    def _one(self, name: str, read: Callable[[], Header]) -> Header | CxrError:
        self.read.append(name)
        self.before(name)
        try:
            return read()
        except CxrError as error:
            return error


@dataclass
class Library:
    """An index over a temporary folder, scanned in this process."""

    home: Path
    reader: HereReader = field(default_factory=HereReader)

    def __post_init__(self) -> None:
        self.user = UserStore(self.home / "user.sqlite")
        self.index = Index(self.home / "index.sqlite", self.user)
        self.list = Worklist(self.index.database, self.user.pairs)

    def scan(self, *paths: Path, cancel: CancelToken | None = None) -> ScanState:
        for path, kind in root_kinds(paths):
            self.index.add_root(path, kind)
        return self.scan_roots(self.index.roots(), cancel)

    def scan_roots(self, roots: Sequence[Root], cancel: CancelToken | None = None) -> ScanState:
        self.reader.read.clear()
        newest = max((path.lstat().st_mtime_ns for path in self.home.parent.rglob("*")), default=0)
        scan = IndexScan(self.index, self.reader, roots, now_ns=lambda: newest + LATER)
        return scan.run(cancel or CancelToken())

    def set_charset(self, study: int, charset: str) -> int:
        return set_charset(self.index, self.reader, study, charset)

    def set_charset_alike(self, study: int, charset: str) -> tuple[Path, ...]:
        return set_charset_alike(self.index, self.reader, study, charset)

    def studies(self, query: str = "", column: Column = Column.DATE, *, descending: bool = True) -> list[StudyRow]:
        return list(self.list.page(column, descending=descending, query=query, limit=1000).rows)

    def images(self) -> list[tuple[str, bool, list[str]]]:
        """Return UID without its root, whether it collides, and file names of every image."""
        found = []
        for study in self.studies():
            for image in self.list.images(study.id):
                places = self.index.paths_of(image.id)
                found.append((image.uid.removeprefix(UID_ROOT), image.colliding, sorted(p.name for p, _, _ in places)))
        return sorted(found)

    def skipped(self) -> dict[str, str]:
        return {one.path.name: one.reason for one in self.index.skipped()}

    def close(self) -> None:
        self.index.close()
        self.user.close()


def write(path: Path, number: int = 1, grey: int = 0, **attributes: Any) -> Path:
    """Write a small image; `number` goes into its UIDs."""
    given: dict[str, Any] = {
        "SOPInstanceUID": f"{UID_ROOT}3.{number}", "StudyInstanceUID": f"{UID_ROOT}1.{number}",
        "SeriesInstanceUID": f"{UID_ROOT}2.{number}", **attributes,
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(image_bytes(np.full((8, 6), grey, np.uint8), **given))
    return path


def write_as_version(path: Path, version: int, *, ident: int = INDEX.application_id) -> None:
    """Write an index, which no one has open, as the program wrote it when there were `version` migrations."""
    earlier = path.with_name("earlier.sqlite")
    connection = sqlite3.connect(earlier, isolation_level=None)
    apply_migrations(connection, INDEX.migrations[:version])
    connection.execute(f"PRAGMA user_version = {version}")
    connection.execute(f"PRAGMA application_id = {ident}")
    connection.execute("ATTACH ? AS now", (str(path),))
    names = connection.execute(
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
        "AND name NOT LIKE 'study_text_%'"
    ).fetchall()
    for (table,) in names:
        columns = [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")]
        columns = ["rowid", *columns] if table == "study_text" else columns
        listed = ", ".join(columns)
        connection.execute(f"INSERT INTO main.{table} ({listed}) SELECT {listed} FROM now.{table}")
    connection.close()
    earlier.replace(path)


class FullAtCommit:
    """A connection to a disk that is full when a transaction is to be ended."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.commits = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    def execute(self, statement: str, *values: Any) -> Any:
        if statement == "COMMIT":
            self.commits += 1
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        return self.connection.execute(statement, *values)


@contextlib.contextmanager
def full_at_commit(database: Any) -> Iterator[FullAtCommit]:
    connection = database._connection
    database._connection = full = FullAtCommit(connection)
    try:
        yield full
    finally:
        database._connection = connection
