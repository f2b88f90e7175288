"""Opens the library's SQLite files: migrations, declining newer ones, setting damaged and foreign ones aside."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from cxrviewer.errors import LibraryError, LibraryFullError, NewerLibraryError
from cxrviewer.studies.index.patience import Patience, is_locked
from cxrviewer.studies.index.schema import Migration, Schema
from cxrviewer.text import msg

ROOM = 65_536
"""Bytes without which a disk is full: twice what SQLite puts beside a file that it opens."""

BUSY = msg("Another window is writing the library at the moment; try again when it has finished.")
FULL = msg("The disk is full, so the library could not be written. What was indexed before is kept; free some space.")
UNREACHABLE = msg("The library's folder cannot be read or written; check its access rights and the disk.")
DAMAGED = msg("The library's index is damaged and will be built again; no image and no note is lost.")
NO_SEARCH = msg("This system's SQLite has no full-text search (FTS5), which the library needs.")
NEWER = msg(
    "The library was written by a newer version of this program. It is left unchanged; use that version, "
    "or let this one use another folder."
)

_Value = TypeVar("_Value")

PORTION = 500
"""Values that one statement asks for."""


class _ForeignFileError(Exception):
    """Another program's database lies where ours belongs."""


class Database:
    """One connection to one SQLite file. Safe to use from any thread; one statement or transaction at a time.

    Parameters
    ----------
    path : Path
        Made where it is missing, with its folder.
    schema : Schema
    durable : bool
        Wait for the disk at each commit, and look for damage when the file is opened: for what nobody can make again.
    patience : Patience, optional
        How long another program's lock is waited for.

    Attributes
    ----------
    set_aside : Path or None
        Where a file was moved that was damaged or not ours; a fresh one is open in its place.
    foreign : bool
        Whether that one was another program's.

    Raises
    ------
    NewerLibraryError
        For the file of a newer version; it is left as it is.
    LibraryFullError, LibraryError
        Where the file cannot be opened or made.
    """

    def __init__(self, path: Path, schema: Schema, *, durable: bool, patience: Patience | None = None) -> None:
        self._path = path
        self._patience = Patience() if patience is None else patience
        self._schema = schema
        self._durable = durable
        self._lock = threading.RLock()
        self._depth = 0
        self.set_aside: Path | None = None
        self.foreign = False
        with translated(self._path):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise _unreachable(path) from error
            try:
                self._connection = self._patience.run(self._open)
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
                self.set_aside = set_aside(path)
                self._connection = self._patience.run(self._open)
            except _ForeignFileError:
                self.foreign = True
                self.set_aside = set_aside(path, "foreign")
                self._connection = self._patience.run(self._open)

    @property
    def path(self) -> Path:
        return self._path

    @property
    def lock(self) -> threading.RLock:
        """Held while several statements must see one state."""
        return self._lock

    def execute(self, statement: str, values: Sequence[object] | dict[str, object] = ()) -> sqlite3.Cursor:
        """Run one statement of a transaction. sqlite3's errors pass: `transaction` and `rows` translate them."""
        return self._connection.execute(statement, values)

    def executemany(self, statement: str, values: Sequence[Sequence[object]]) -> None:
        self._connection.executemany(statement, values)

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Return all rows of a query. Raises LibraryError."""
        with translated(self._path), self._lock:
            return self._patience.run(lambda: self._connection.execute(statement, values).fetchall())

    def numbers(self, statement: str, values: Sequence[object] = ()) -> list[int]:
        """Return the only column of a query, whole numbers, in its order. Raises LibraryError."""
        return msgspec.json.decode(self._array(statement, values), type=list[int])

    def number_set(self, statement: str, values: Sequence[object] = ()) -> set[int]:
        """Return the only column of a query, whole numbers. Raises LibraryError."""
        return msgspec.json.decode(self._array(statement, values), type=set[int])

    def _array(self, statement: str, values: Sequence[object]) -> str:
        # Python takes three times as long for 100,000 rows of one number, and the interpreter from other threads at
        # each. SQLite keeps the order of what it puts together from a query that has one.
        whole = f"WITH listed(number) AS ({statement}) SELECT json_group_array(number) FROM listed"
        return str(self.rows(whole, values)[0][0])

    def version(self) -> tuple[int, int]:
        """Return a value that changes when anybody writes. Raises LibraryError."""
        with translated(self._path), self._lock:
            return self._connection.execute("PRAGMA data_version").fetchone()[0], self._connection.total_changes

    def others(self) -> int:
        """Return a value that changes when another connection writes, of whichever program. Raises LibraryError."""
        with translated(self._path), self._lock:
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    @property
    def log_path(self) -> Path:
        """Return the file that grows or changes whenever anybody writes, and is there while one connection is."""
        return self._path.with_name(f"{self._path.name}-wal")

    @contextlib.contextmanager
    def one_state(self) -> Iterator[None]:
        """Let all that the block reads be of one state of the file, whatever other connections write meanwhile."""
        with translated(self._path), self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                with contextlib.suppress(sqlite3.Error):  # nothing was written that could be lost
                    self._connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Database]:
        """Write all of the block's statements or none. May be nested; the outermost block commits.

        Raises
        ------
        LibraryFullError
            For a full disk.
        LibraryError
            For another window that writes for long, a damaged file or a disk that is gone.
        """
        with translated(self._path), self._lock:
            if self._depth:
                yield self
                return
            self._patience.run(lambda: self._connection.execute("BEGIN IMMEDIATE"))
            self._depth = 1
            try:
                yield self
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")  # a full disk has rolled back by itself
                raise
            finally:
                self._depth = 0

    def close(self) -> None:
        with self._lock, contextlib.suppress(sqlite3.Error):
            self._connection.close()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            timeout=self._patience.timeout,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
        )
        try:
            self._recognise(connection)  # before anything is written
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {'FULL' if self._durable else 'NORMAL'}")
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA cache_size = -64000")
            # A batch touches pages all over the sorted indexes; copying each back after 4 MB doubles the writing.
            connection.execute("PRAGMA wal_autocheckpoint = 8000")
            connection.execute("PRAGMA journal_size_limit = 67108864")
            connection.execute("PRAGMA trusted_schema = OFF")
            self._migrate(connection)
            # Not before: a migration that makes a table anew drops the old one, and its rows are referred to.
            connection.execute("PRAGMA foreign_keys = ON")
            if self._durable:
                _check(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _recognise(self, connection: sqlite3.Connection) -> None:
        """Raise where the file is another program's, or of a newer version of this one."""
        connection.execute("BEGIN")  # one state: another window may be making the file
        ident, version = _ident(connection)
        tables = {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        connection.execute("COMMIT")
        # A file of ours had no ident at first.
        early = not ident and (self._schema.tables <= tables if version else not tables)
        if not early and ident != self._schema.application_id:
            raise _ForeignFileError
        if version > len(self._schema.migrations):
            raise NewerLibraryError(NEWER)

    def _migrate(self, connection: sqlite3.Connection) -> None:
        now = self._schema.application_id, len(self._schema.migrations)
        if _ident(connection) == now:
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another window may have done it while this one waited.
            _, version = _ident(connection)
            if version > len(self._schema.migrations):
                raise NewerLibraryError(NEWER)
            apply_migrations(connection, self._schema.migrations[version:])
            connection.execute(f"PRAGMA application_id = {self._schema.application_id}")
            connection.execute(f"PRAGMA user_version = {len(self._schema.migrations)}")
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise


def apply_migrations(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    """Take a database through some steps of its schema, one after the other."""
    for migration in migrations:
        if callable(migration):
            migration(connection)
        else:
            for statement in migration:
                connection.execute(statement)


def portions(values: Iterable[_Value]) -> Iterator[list[_Value]]:
    """Yield values in lists that one statement takes."""
    rest = list(values)
    for start in range(0, len(rest), PORTION):
        yield rest[start : start + PORTION]


def question_marks(values: Collection[object]) -> str:
    """Return a place for each of some values, for a list in SQL."""
    return ",".join("?" * len(values))


def _ident(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return which program's a file is, and its version."""
    ident, version = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
    return int(ident), int(version)


def _check(connection: sqlite3.Connection) -> None:
    """Raise where a page cannot be read: the first pages of a file may be whole and the rest gone."""
    found = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found is None or found[0] != "ok":
        error = sqlite3.DatabaseError(f"quick_check: {found and found[0]}")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def is_damage(error: sqlite3.Error) -> bool:
    """Return whether the file is no database, or one that cannot be read any more."""
    return (error.sqlite_errorcode & 0xFF if hasattr(error, "sqlite_errorcode") else 0) in (
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    )


def set_aside(path: Path, why: str = "damaged") -> Path:
    """Rename a file, with what SQLite keeps beside it, and return its new name."""
    target = path.with_name(f"{path.name}.{why}")
    if target.exists():
        target = path.with_name(f"{path.name}.{why}-{time.time_ns()}")
    try:
        os.replace(path, target)
        for suffix in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.replace(f"{path}{suffix}", f"{target}{suffix}")
    except OSError as error:
        raise LibraryError(UNREACHABLE) from error
    return target


def _unreachable(path: Path) -> LibraryError:
    """Return why a file cannot be opened or written. SQLite names a full disk only where it wrote the file itself."""
    folder = next((one for one in path.parents if one.is_dir()), path.parent)
    with contextlib.suppress(OSError):
        if shutil.disk_usage(folder).free < ROOM:
            return LibraryFullError(FULL)
    return LibraryError(UNREACHABLE)


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn sqlite3's errors about a file into sentences. A mistake in a statement stays an error of its own."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            raise LibraryFullError(FULL) from error
        if is_locked(error):
            raise LibraryError(BUSY) from error
        if is_damage(error):
            raise LibraryError(DAMAGED) from error
        if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
            raise _unreachable(path) from error
        if "fts5" in str(error):
            raise LibraryError(NO_SEARCH) from error
        raise
