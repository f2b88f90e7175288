"""A document on the disk: every edit is appended when it is made, and a file cut at any byte still opens.

One line per record: the CRC-32 of the rest in hex, a blank, JSON. The first line names the format.
Reading stops at the first line that is not whole; what follows it is set aside, never thrown away.
Why not SQLite: docs/decisions/0070-reading-document.md.
"""

from __future__ import annotations

import contextlib
import os
import zlib
from pathlib import Path
from typing import BinaryIO, TypeAlias

import msgspec
from msgspec import Struct

from cxrviewer.errors import CxrError
from cxrviewer.file_lock import lock, unlock
from cxrviewer.reading.document import Document, Edit, Reading, StaleEditError
from cxrviewer.reading.values import Value
from cxrviewer.text import msg

FORMAT = 2
"""2: intervals of decisions, frames. Earlier formats open; the first change made to one writes it anew, as format 2."""
COMPACT_BYTES = 4 * 2**20
"""A journal that has grown by so much, and to twice its size, is written anew, as a snapshot."""


class JournalError(CxrError):
    """A reading cannot be opened or saved."""


class ReadingInUseError(JournalError):
    """Another window writes to this reading."""


class Header(Value, frozen=True, tag="header"):
    """The first record."""

    format: int = FORMAT


class Did(Value, frozen=True, tag="do"):
    """An edit was made."""

    edit: Edit


class Noted(Value, frozen=True, tag="note"):
    """Something changed that undo passes over."""

    edit: Edit


class Undid(Value, frozen=True, tag="undo"):
    """The last step was undone."""


class Redid(Value, frozen=True, tag="redo"):
    """The step undone last was done again."""


class Snapshot(Value, frozen=True, tag="snapshot"):
    """The whole document, instead of all that came before."""

    reading: Edit
    undo: tuple[Edit, ...]
    redo: tuple[Edit, ...]


Record: TypeAlias = Header | Did | Noted | Undid | Redid | Snapshot

_decoder: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)
_encoder = msgspec.json.Encoder()


class _AnyHeader(msgspec.Struct, tag="header"):
    """A header of any version: what else it holds is that version's business."""

    format: int


def line_of(record: Record) -> bytes:
    """Return a record as one line."""
    body = _encoder.encode(record)
    return b"%08x %s\n" % (zlib.crc32(body), body)


def record_of(line: bytes) -> Record | None:
    """Return the record of a line, None for one that is cut, damaged, or valid JSON of something else."""
    body = line[9:-1]
    if line[-1:] != b"\n" or line[8:9] != b" " or b"%08x" % zlib.crc32(body) != line[:8]:
        return None
    try:
        return _decoder.decode(body)
    except (msgspec.MsgspecError, RecursionError):
        return None


class Recovered(Struct, frozen=True):
    """What a journal file held.

    Attributes
    ----------
    document : Document
    length : int
        Bytes of the file up to the end of the last usable record; 0 where not even the header is usable.
    damaged : int
        Bytes behind it.
    format : int
    """

    document: Document
    length: int
    damaged: int
    format: int = FORMAT


def read(data: bytes) -> Recovered:
    """Return the document of a journal's bytes.

    Raises
    ------
    JournalError
        For a journal of a newer version of this program; it is left as it is.
    """
    document, length, form = Document(), 0, FORMAT
    while length < len(data):
        end = data.find(b"\n", length) + 1 or len(data)
        line = data[length:end]
        if length == 0:
            _check_version(line)
        record = record_of(line)
        if record is None or isinstance(record, Header) != (length == 0):
            break
        if isinstance(record, Header):
            form = record.format
        replayed = _replay(document, record)
        if replayed is None:
            break
        document, length = replayed, end
    return Recovered(document, length, len(data) - length, form)


def _check_version(line: bytes) -> None:
    try:
        found = msgspec.json.decode(line[9:], type=_AnyHeader).format
    except (msgspec.MsgspecError, RecursionError):
        return
    if found > FORMAT:
        raise JournalError(
            msg(
                "This reading was saved by a newer version of this program. It is left unchanged; use "
                "that version to open it."
            )
        )


def _replay(document: Document, record: Record) -> Document | None:
    """Return the document after `record`; None where the two do not fit together."""
    try:
        if isinstance(record, Did):
            document.do(record.edit)
        elif isinstance(record, Noted):
            document.note(record.edit)
        elif isinstance(record, Snapshot):
            return Document(Reading().apply(record.reading), record.undo, record.redo)
        elif isinstance(record, Undid | Redid):
            step = document.undo() if isinstance(record, Undid) else document.redo()
            return None if step is None else document
    except (StaleEditError, ValueError):
        return None
    return document


class Journal:
    """An open journal. Append first, then show: what is on the screen is on the disk.

    Used from one thread at a time; `journal_file` has one for it. `append` hands the bytes to the system, which keeps
    them when this program is killed; `sync` asks the system to put them on the disk, for a power cut. It may be called
    from another thread; call it within a second of an edit.

    Raises
    ------
    JournalError
        Where the file cannot be opened or created, is open in another window, or is a newer version's.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = open(path, "a+b", buffering=0)  # closed by `close`
        except OSError as error:
            raise JournalError(msg("The reading cannot be opened for writing; check the folder's rights.")) from error
        try:
            _lock(self._file)
            self._file.seek(0)
            data = self._file.read()
            recovered = read(data)
            self.document = recovered.document
            self.notice = self._mend(data, recovered)
        except OSError as error:
            self._file.close()
            raise JournalError(
                msg("The reading cannot be read or written; check the disk, and that it has room.")
            ) from error
        except BaseException:
            self._file.close()
            raise
        self._base = self._length
        self._earlier = recovered.format < FORMAT

    def append(self, record: Record) -> None:
        """Write a record down.

        Raises
        ------
        JournalError
            Where the disk is full or gone. The file then ends with the record before; a later call tries anew.
        """
        line = line_of(record)
        try:
            self._put(line)
        except OSError as error:
            raise JournalError(
                msg(
                    "The last change could not be saved: the disk is full or cannot be reached. It stays on the screen."
                )
            ) from error

    def sync(self) -> None:
        """Put everything on the disk. Raises JournalError."""
        try:
            os.fsync(self._file.fileno())
        except ValueError:  # closed meanwhile, by `close` or `compact`, which leaves everything on the disk
            return
        except OSError as error:
            raise JournalError(msg("The last changes may not be on the disk; check it.")) from error

    @property
    def path(self) -> Path:
        return self._path

    @property
    def wants_compacting(self) -> bool:
        # An earlier version must not take for damage what it does not know: its header is left behind.
        # A snapshot of many megabytes is not written again for every few that are added.
        return self._earlier or self._length - self._base > max(COMPACT_BYTES, self._base)

    def compact(self, snapshot: Snapshot | None = None) -> None:
        """Write a snapshot, that of `document` by default, in place of the whole past.

        Raises
        ------
        JournalError
            The old file stays then.
        """
        if snapshot is None:
            document = self.document
            snapshot = Snapshot(document.reading.as_edit(), document.undo_steps, document.redo_steps)
        data = line_of(Header()) + line_of(snapshot)
        beside = self._path.with_name(f"{self._path.name}.new")
        fresh: BinaryIO | None = None
        try:
            with open(beside, "wb") as file:
                _lock(file)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            fresh = open(beside, "a+b", buffering=0)  # closed by `close`
            _lock(fresh)
            os.replace(beside, self._path)
        except OSError as error:
            if fresh is not None:
                fresh.close()
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            raise JournalError(msg("The reading could not be written anew; it goes on in its old file.")) from error
        self._file.close()
        self._file, self._length, self._base = fresh, len(data), len(data)
        self._earlier = False

    def close(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            # Closing alone would keep the lock for as long as another thread's `sync` waits for the disk: a reader
            # who leaves an image and comes back would find the study "open in another window".
            unlock(self._file)
        with contextlib.suppress(OSError):
            self._file.close()

    def _put(self, line: bytes) -> None:
        """Append a line, all of it or nothing. Raises OSError."""
        try:
            self._cut()  # what an earlier call that failed may have left
            view = memoryview(line)
            while view:
                view = view[self._file.write(view) :]
        except OSError:
            with contextlib.suppress(OSError):
                self._cut()
            raise
        self._length += len(line)

    def _cut(self) -> None:
        end = self._file.seek(0, os.SEEK_END)
        if end < self._length:  # `truncate` would fill it with zeros, which no later record survives
            raise OSError("the journal has become shorter")
        if end > self._length:
            self._file.truncate(self._length)

    def _mend(self, data: bytes, recovered: Recovered) -> str:
        """Cut damage off, keeping a copy of more than one unfinished line. Returns what the reader must be told."""
        self._length = recovered.length
        rest = data[recovered.length :]
        notice = ""
        if b"\n" in rest:
            _keep(rest, self._path)
            notice = msg(
                "A part of this reading was damaged and could not be restored; it was set aside in its folder."
            )
        self._cut()
        if not recovered.length:
            self._put(line_of(Header()))
        return notice


def _keep(rest: bytes, path: Path) -> None:
    """Write damaged bytes beside a journal, where no earlier ones lie. Raises OSError."""
    number = 0
    while True:
        aside = path.with_name(f"{path.name}.damaged" if not number else f"{path.name}.{number}.damaged")
        try:
            with open(aside, "xb") as file:
                file.write(rest)
        except FileExistsError:
            if aside.read_bytes() == rest:  # kept when the program was killed before it could cut them off
                return
            number += 1
        else:
            return


def check_free(path: Path) -> None:
    """Raise where a journal cannot be taken out of use.

    Raises
    ------
    ReadingInUseError
        Where another window writes to it.
    OSError
    """
    with open(path, "r+b") as file:
        _lock(file)


def sync_file(path: Path) -> None:
    """Put a journal that was closed on the disk. One that is gone needs nothing. Raises JournalError."""
    try:
        with open(path, "rb+") as file:
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    except OSError as error:
        raise JournalError(msg("The last changes may not be on the disk; check it.")) from error


def _lock(file: BinaryIO) -> None:
    """Keep other windows from writing to the file."""
    try:
        lock(file)
    except OSError as error:
        raise ReadingInUseError(msg("This reading is open in another window; close it there first.")) from error
