"""Reads files in the character set that the reader chose for their study, wherever they are opened from."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import CxrError
from cxrviewer.imaging.contents import Header, Image, SmallPicture
from cxrviewer.studies.index.identity import keys_of

if TYPE_CHECKING:
    from cxrviewer.reports.copies import CopiedImage, CopyOptions
    from cxrviewer.reports.tag_rows import TagList


class ChosenCharsets:
    """What `UserStore` keeps, read only and anew when it has changed, by any window. Safe to use from any thread.

    Parameters
    ----------
    path : Path
        Of ``user.sqlite``; it need not be there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._state: object = None
        self._known: dict[str, str] = {}

    def of(self, header: Header) -> str:
        """Return what was chosen for the study of an image, empty for what its file says.

        A study without (0020,000D) Study Instance UID has none: outside of the index nothing tells which one it is.
        """
        if header.stamp is None or not header.identity.study_uid:
            return ""
        known = self._current()
        return known.get(keys_of(header, "").mark, "") if known else ""

    def _current(self) -> dict[str, str]:
        state = tuple(_state(self._path.with_name(self._path.name + suffix)) for suffix in ("", "-wal"))
        with self._lock:
            if state != self._state:
                self._state, self._known = state, _read(self._path) if state[0] else {}
            return self._known


class FileReader(Protocol):
    """`decoder.client.DecoderPool`."""

    def read_header(self, path: Path, cancel: CancelToken | None = None) -> Header: ...
    def read_many(
        self, paths: Sequence[Path], cancel: CancelToken | None = None, *, charset: str = ""
    ) -> tuple[Header | CxrError, ...]: ...
    def open_image(
        self, path: Path, frame: int = 0, cancel: CancelToken | None = None, *, urgent: bool = True
    ) -> Image: ...
    def thumbnail(self, path: Path, cancel: CancelToken | None = None) -> SmallPicture: ...
    def list_tags(self, path: Path, cancel: CancelToken | None = None, *, charset: str = "") -> TagList: ...
    def deidentify(
        self, path: Path, options: CopyOptions, secret: str, cancel: CancelToken | None = None, *, charset: str = ""
    ) -> CopiedImage: ...


class RecodingReader:
    """A reader of files whose names are read as the reader of the images chose.

    Where nothing was chosen it costs two looks at the state of a file; else one more header for each image.

    Parameters
    ----------
    reader : FileReader
    charsets : ChosenCharsets
    """

    def __init__(self, reader: FileReader, charsets: ChosenCharsets) -> None:
        self._reader, self._charsets = reader, charsets

    def read_header(self, path: Path, cancel: CancelToken | None = None) -> Header:
        """See `DecoderPool.read_header`."""
        return self._recoded(path, self._reader.read_header(path, cancel), cancel)

    def open_image(
        self, path: Path, frame: int = 0, cancel: CancelToken | None = None, *, urgent: bool = True
    ) -> Image:
        """See `DecoderPool.open_image`."""
        image = self._reader.open_image(path, frame, cancel, urgent=urgent)
        return Image(self._recoded(path, image.header, cancel), image.radiograph)

    def thumbnail(self, path: Path, cancel: CancelToken | None = None) -> SmallPicture:
        """See `DecoderPool.thumbnail`."""
        small = self._reader.thumbnail(path, cancel)
        return SmallPicture(self._recoded(path, small.header, cancel), small.picture)

    def list_tags(self, path: Path, cancel: CancelToken | None = None) -> TagList:
        """See `DecoderPool.list_tags`."""
        return self._reader.list_tags(path, cancel, charset=self._chosen(path, cancel))

    def deidentify(
        self, path: Path, options: CopyOptions, secret: str, cancel: CancelToken | None = None
    ) -> CopiedImage:
        """See `DecoderPool.deidentify`."""
        return self._reader.deidentify(path, options, secret, cancel, charset=self._chosen(path, cancel))

    def _chosen(self, path: Path, cancel: CancelToken | None) -> str:
        try:
            return self._charsets.of(self._reader.read_header(path, cancel))
        except CxrError:
            return ""  # the reading itself says what is wrong with the file

    def _recoded(self, path: Path, header: Header, cancel: CancelToken | None) -> Header:
        charset = self._charsets.of(header)
        if not charset:
            return header
        found = self._reader.read_many([path], cancel, charset=charset)[0]
        # Of another content the next look takes everything together.
        same = isinstance(found, Header) and found.stamp == header.stamp
        return replace(header, identity=found.identity) if isinstance(found, Header) and same else header


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _read(path: Path) -> dict[str, str]:
    # Neither made, migrated nor set aside here: the library does that, and reports it.
    import sqlite3  # most readers have chosen none

    with contextlib.suppress(sqlite3.Error):
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=1.0)
        with contextlib.closing(database):
            rows = database.execute("SELECT mark, charset FROM mark WHERE charset <> ''").fetchall()
        return {str(mark): str(charset) for mark, charset in rows}
    return {}
