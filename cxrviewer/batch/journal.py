"""What a scoring run has done so far, on the disk: a run that is killed loses the file it was at, no other.

The journal lies beside the output, one JSON value per line: first what the run is about, then
one line per file as soon as it has its entry. The result is written from it, whole, at the end.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from cxrviewer.batch.output import Record, record_of
from cxrviewer.batch.score import FAILED, Entry, OutputError, Stamp, stamp_of

VERSION = 1


class JournalError(OutputError):
    """The journal that lies beside the output cannot be continued with this command."""


class Journal:
    """Entries of a run, in a file. Use as a context manager.

    Parameters
    ----------
    path : Path
    about : mapping of JSON values
        What makes the scores: head and folder of the maps. A journal about something else is not continued.
    resume : bool
        Continue a journal that is there.

    Raises
    ------
    JournalError
        Where there is a journal but `resume` is False, and where it is about something else.
    OutputError
        Where it cannot be written.
    """

    def __init__(self, path: Path, about: Mapping[str, Any], *, resume: bool) -> None:
        self.path = path
        self._about = {"journal": VERSION, **about}
        self._places: dict[str, int] = {}
        self._begun = False
        self._stamps: dict[str, Stamp] = {}
        try:
            exists = path.exists()
            if exists and not resume:
                raise JournalError(
                    f"An earlier run to this output was not finished. Add --resume to continue it, "
                    f"or delete {path.name}."
                )
            self._file: BinaryIO = path.open("r+b" if exists else "x+b")
        except OSError as error:
            raise _full() from error
        try:
            if not exists or not self._read():
                self._append(self._about)
        except BaseException:
            self._close()
            if not exists:  # as in `__exit__`
                self._remove()
            raise
        self._begun = not exists

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        if error is not None and self._begun and not self._places:
            self._remove()  # nothing is kept in it, and it would stop the next run

    def _remove(self) -> None:
        with contextlib.suppress(OSError):
            self.path.unlink()

    def _close(self) -> None:
        with contextlib.suppress(OSError):  # every line was flushed when it was written; what failed then fails again
            self._file.close()

    def __len__(self) -> int:
        return len(self._places)

    def has(self, path: str) -> bool:
        """Return whether `path` has an entry and is the file it was then. Failed files are tried again."""
        stamp = self._stamps.get(path)
        return stamp is not None and stamp == stamp_of(path)

    def add(self, entry: Entry) -> None:
        """Write an entry down at once. Raises OutputError."""
        try:
            place = self._append({"stamp": entry.stamp, "file": record_of(entry)})
        except OutputError as error:
            if not self._places:
                raise
            kept = f"{error.user_message} The scores before are kept in {self.path.name}; add --resume."
            raise OutputError(kept) from error
        self._know(entry.path, place, entry.stamp if entry.status != FAILED else None)

    def records(self, paths: Iterator[str]) -> Iterator[Record]:
        """Yield the record of each of `paths` that has one. Raises OutputError."""
        try:
            for path in paths:
                if path in self._places:
                    self._file.seek(self._places[path])
                    yield json.loads(self._file.readline())["file"]
        except OSError as error:
            raise OutputError("The journal of this run cannot be read any more; check the disk.") from error

    def delete(self) -> None:
        """Remove the file: its result is on the disk."""
        self._close()
        self._remove()

    def _append(self, value: Mapping[str, Any]) -> int:
        try:
            place = self._file.seek(0, 2)
            self._file.write(json.dumps(value, allow_nan=False).encode("ascii") + b"\n")
            self._file.flush()
        except OSError as error:
            raise _full() from error
        return place

    def _know(self, path: str, place: int, stamp: Stamp | None) -> None:
        self._places[path] = place
        self._stamps.pop(path, None)
        if stamp is not None:
            self._stamps[path] = stamp

    def _read(self) -> bool:
        """Take in a journal; cut off the line a killed run was writing. Returns whether its first line is there."""
        line = self._file.readline()
        whole = self._file.tell() if line.endswith(b"\n") else 0
        if whole and _json(line) != self._about:
            raise JournalError(
                f"The unfinished run beside this output used another head or other options; delete {self.path.name} "
                "to start anew, or repeat that command with --resume."
            )
        while whole and (line := self._file.readline()).endswith(b"\n"):
            found = _json(line)
            if not isinstance(found, dict) or not {"stamp", "file"} <= found.keys():
                break
            record, stamp = found["file"], found["stamp"]
            usable = isinstance(stamp, list) and len(stamp) == 3 and record["status"] != FAILED
            self._know(record["path"], whole, (stamp[0], stamp[1], stamp[2]) if usable else None)
            whole = self._file.tell()
        self._file.truncate(whole)
        return whole > 0


def _json(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _full() -> OutputError:
    return OutputError("The result could not be written; check the folder's rights and the space on the disk.")
