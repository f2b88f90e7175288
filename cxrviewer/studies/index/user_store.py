"""What the reader made of studies outside of images: never deleted by the program, and not part of the index."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.studies.index.database import Database
from cxrviewer.studies.index.patience import Patience
from cxrviewer.studies.index.schema import USER


class StudyStatus(enum.Enum):
    """How far the reader is with a study."""

    NEW = "new"
    OPENED = "opened"
    READ = "read"


class Mark(Struct, frozen=True):
    """What the reader noted of a study; `charset` is a Defined Term of PS3.3 C.12.1.1.2 or empty."""

    status: StudyStatus = StudyStatus.NEW
    note: str = ""
    charset: str = ""


class MarkChange(Struct, frozen=True):
    """What a change made of marks, by their keys; `UserStore.take_back` undoes it."""

    before: Mapping[str, Mark]
    after: Mapping[str, Mark]

    def undone(self, key: str, now: Mark) -> Mark:
        """Return a mark as it was before, except for what is no longer as this change left it."""
        before, after = self.before[key], self.after[key]
        if now.status is after.status:
            now = replace(now, status=before.status)
        if now.note == after.note:
            now = replace(now, note=before.note)
        return replace(now, charset=before.charset) if now.charset == after.charset else now


class UserStore:
    """Added folders, and status, note, charset override and confirmed priors of studies.

    Every change is on the disk when the call returns. Safe to use from any thread.

    Raises
    ------
    LibraryError
        From every method, for a disk that is full or gone.
    """

    def __init__(self, path: Path, patience: Patience | None = None) -> None:
        self._database = Database(path, USER, durable=True, patience=patience)

    @property
    def set_aside(self) -> Path | None:
        """Where a store was moved that was damaged or not ours. Its notes are not shown, and the user must be told."""
        return self._database.set_aside

    @property
    def foreign(self) -> bool:
        """Whether what was set aside was another program's."""
        return self._database.foreign

    @property
    def log_path(self) -> Path:
        """Return the file that grows or changes whenever anybody writes (`Database.log_path`)."""
        return self._database.log_path

    @property
    def revision(self) -> int:
        """A number that grows with every change of a mark, in any window."""
        return int(str(self._database.rows("SELECT value FROM fact WHERE name = 'revision'")[0][0]))

    def mark(self, key: str) -> Mark:
        """Return what was noted of a study; an empty `Mark` where nothing was."""
        return self.marks([key]).get(key, Mark())

    def marks(self, keys: list[str] | None = None) -> dict[str, Mark]:
        """Return the marks of `keys`, or all of them."""
        query = "SELECT mark, status, note, charset FROM mark"
        if keys is None:
            rows = self._database.rows(query)
        else:
            rows = [row for key in keys for row in self._database.rows(f"{query} WHERE mark = ?", (key,))]
        return {str(key): Mark(StudyStatus(status), str(note), str(charset)) for key, status, note, charset in rows}

    def change(
        self, key: str, *, status: StudyStatus | None = None, note: str | None = None, charset: str | None = None
    ) -> Mark:
        """Set what is given, leave the rest as any window has set it, and return the result."""
        return self.change_all([key], status=status, note=note, charset=charset).after[key]

    def change_all(
        self,
        keys: Sequence[str],
        *,
        status: StudyStatus | None = None,
        note: str | None = None,
        charset: str | None = None,
    ) -> MarkChange:
        """Change the marks of all `keys` or none, as `change` does; the disk is waited for once."""
        value = None if status is None else status.value
        with self._database.transaction() as database:
            found = self.marks(list(keys))
            before = {key: found.get(key, Mark()) for key in keys}
            database.executemany("INSERT INTO mark (mark) VALUES (?) ON CONFLICT DO NOTHING", [(key,) for key in keys])
            database.executemany(
                "UPDATE mark SET status = coalesce(?, status), note = coalesce(?, note), "
                "charset = coalesce(?, charset) WHERE mark = ?",
                [(value, note, charset, key) for key in keys],
            )
            database.execute("UPDATE fact SET value = CAST(value AS INTEGER) + 1 WHERE name = 'revision'")
            return MarkChange(before, self.marks(list(keys)))

    def take_back(self, change: MarkChange) -> dict[str, Mark]:
        """Undo a change of all its marks or none; return the marks that are different now.

        What anybody changed since then stays, in this window or in another one.
        """
        with self._database.transaction() as database:
            now = self.marks(list(change.after))
            undone = {key: change.undone(key, mark) for key, mark in now.items()}
            different = {key: mark for key, mark in undone.items() if mark != now[key]}
            database.executemany(
                "UPDATE mark SET status = ?, note = ?, charset = ? WHERE mark = ?",
                [(mark.status.value, mark.note, mark.charset, key) for key, mark in different.items()],
            )
            database.execute("UPDATE fact SET value = CAST(value AS INTEGER) + 1 WHERE name = 'revision'")
            return different

    def roots(self) -> tuple[tuple[bytes, str], ...]:
        """Return path and kind of each folder the user added."""
        rows = self._database.rows("SELECT path, kind FROM root ORDER BY path")
        return tuple((path, str(kind)) for path, kind in rows if isinstance(path, bytes))

    def add_root(self, path: bytes, kind: str) -> None:
        with self._database.transaction() as database:
            database.execute(
                "INSERT INTO root (path, kind) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET kind = excluded.kind",
                (path, kind),
            )

    def watch_root(self, path: bytes, *, on: bool) -> None:
        """Keep whether an added folder is watched."""
        with self._database.transaction() as database:
            database.execute("UPDATE root SET watched = ? WHERE path = ?", (int(on), path))

    def watched(self) -> frozenset[bytes]:
        """Return the added folders that are watched."""
        rows = self._database.rows("SELECT path FROM root WHERE watched")
        return frozenset(path for (path,) in rows if isinstance(path, bytes))

    def remove_root(self, path: bytes) -> None:
        with self._database.transaction() as database:
            database.execute("DELETE FROM root WHERE path = ?", (path,))

    def decide_pair(self, one: str, other: str, same: bool | None) -> None:
        """Keep whether two patients (their identities) are one person; None forgets the decision."""
        first, second = sorted((one, other))
        with self._database.transaction() as database:
            database.execute("DELETE FROM pair WHERE one = ? AND other = ?", (first, second))
            if same is not None:
                database.execute("INSERT INTO pair VALUES (?, ?, ?)", (first, second, int(same)))

    def pairs(self) -> dict[tuple[str, str], bool]:
        """Return each decided pair, sorted within, and whether it is one person."""
        rows = self._database.rows("SELECT one, other, same FROM pair")
        return {(str(one), str(other)): bool(same) for one, other, same in rows}

    def close(self) -> None:
        self._database.close()
