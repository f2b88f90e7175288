"""What a file is, told from its first bytes: never from its name, never from the rest of it."""

from __future__ import annotations

import contextlib
import enum
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cxrviewer.errors import FileGoneError, ImageError, NotDicomError


class FileKind(enum.Enum):
    """Kinds of file this program can open."""

    DICOM = "DICOM"
    """Part 10 file: 128 bytes of preamble, then ``DICM`` (PS3.10 7.1)."""
    BARE_DICOM = "DICOM without preamble"
    """A data set from its first byte on, as older archives and some exports write it."""
    PNG = "PNG"
    JPEG = "JPEG"


HEAD_BYTES = 1024
"""Enough for the preamble and the meta header of every ordinary file."""
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_VRS = frozenset(
    b"AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV".split()
)
_NOT_AN_IMAGE = "This file is neither a DICOM file nor a PNG or JPEG picture."


def _starts_data_set(head: bytes) -> bool:
    """Return whether `head` starts with a plausible element of group 0002 or 0008.

    Those are the lowest groups of any stored object (0002 where only the preamble is
    missing), and elements are sorted, so a data set can start with nothing else.
    """
    if len(head) < 8:
        return False
    group, element = struct.unpack_from("<HH", head)
    if (group, element) in ((0x0800, 0x0500), (0x0800, 0x0800), (0x0800, 0x1600)):
        return head[4:6] in _VRS  # big endian is always explicit (PS3.5 A.3)
    if group not in (0x0002, 0x0008) or element > 0x1000:
        return False
    if head[4:6] in _VRS:
        return True
    # Implicit VR: 32 bits of length. The first element of these groups is short; text that
    # happens to start with such a tag has printable bytes here and so a huge "length".
    return bool(struct.unpack_from("<I", head, 4)[0] <= 0x400)


def stray_bytes(head: bytes) -> int:
    """Return how many bytes precede a bare data set: 0, or 1 as in files cut out of a stream."""
    return 0 if _starts_data_set(head) else 1


def sniff(head: bytes) -> FileKind:
    """Return the kind of a file whose first `HEAD_BYTES` bytes (or fewer, if short) are `head`.

    Raises
    ------
    NotDicomError
        For anything else, with a sentence that says what it looked like where that helps.
    """
    if not head:
        raise NotDicomError("This file is empty (0 bytes): copying it probably failed, fetch it again.")
    if head[128:132] == b"DICM":
        return FileKind.DICOM
    if head.startswith(_PNG):
        return FileKind.PNG
    if head.startswith(_JPEG):
        return FileKind.JPEG
    if _starts_data_set(head) or (_starts_data_set(head[1:]) and head[5:7] in _VRS):
        return FileKind.BARE_DICOM
    raise NotDicomError(_NOT_AN_IMAGE)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open `path` for reading; failures of the file system become one sentence each.

    Raises
    ------
    FileGoneError
        When there is no such file.
    ImageError
        Also for an `OSError` inside the ``with`` block: network drives fail in the middle.
    """
    try:
        if path.is_dir():
            raise ImageError("This is a folder, not a film: open it as a folder.")
        # Opening a pipe would wait for a writer for ever; a device may never end.
        if path.exists() and not path.is_file():
            raise ImageError("This is not an ordinary file, so it is not read.")
        with path.open("rb") as stream:
            yield stream
    except FileNotFoundError as error:
        raise FileGoneError("This file does not exist any more: it was deleted, moved or renamed.") from error
    except PermissionError as error:
        raise ImageError("This file may not be read: ask for the right to read it.") from error
    except OSError as error:
        reason = error.strerror or "the drive did not answer"
        raise ImageError(f"This file could not be read ({reason}).") from error
