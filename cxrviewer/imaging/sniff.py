"""What a file is, told from its first bytes: never from its name, never from the rest of it."""

from __future__ import annotations

import contextlib
import enum
import os
import stat
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cxrviewer.errors import FileGoneError, ImageError, NotDicomError
from cxrviewer.imaging.member_paths import split_member
from cxrviewer.text import msg


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
_LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_MAGIC, _PREAMBLE = b"DICM", 128
_FIRST_GROUPS = frozenset({0x0000, 0x0002, 0x0004, 0x0008, 0x0010, 0x0018, 0x0020, 0x0028})
_NOT_AN_IMAGE = msg("This file is neither a DICOM file nor a PNG or JPEG picture.")


def _next_element(head: bytes, position: int, order: str) -> tuple[int, int, bool] | None:
    """Return tag, end and whether a VR is written of the element at `position`; None for anything implausible."""
    if position + 8 > len(head):
        return None
    group, element = struct.unpack_from(f"{order}HH", head, position)
    vr = head[position + 4 : position + 6]
    value, explicit = position + 8, vr in _VRS
    if not explicit:
        length = struct.unpack_from(f"{order}I", head, position + 4)[0]
    elif vr in _LONG_VRS and position + 12 <= len(head):
        value, length = position + 12, struct.unpack_from(f"{order}I", head, position + 8)[0]
    else:
        length = struct.unpack_from(f"{order}H", head, position + 6)[0]
    if length == 0xFFFFFFFF:
        return group << 16 | element, len(head), explicit
    return group << 16 | element, value + length, explicit


def _starts_data_set(head: bytes, position: int = 0) -> bool:
    """Return whether plausible elements start at `position`.

    Text and other formats can imitate one element. An explicit VR in the right place, or two
    elements in implicit VR with ascending tags, they do not.
    """
    for order in "<>":
        found = _next_element(head, position, order)
        if found is None or found[0] >> 16 not in _FIRST_GROUPS or found[0] & 0xFFFF > 0x3000:
            continue
        tag, end, explicit = found
        if explicit:
            return True
        if order == ">" or end > position + 0x408:
            continue  # big endian is always explicit (PS3.5 A.3); first elements are short
        following = _next_element(head, end, order)
        if following is None:
            return end <= len(head) and tag >> 16 in (0x0002, 0x0008)
        if tag < following[0] < 0x00300000:
            return True
    return False


def data_set_start(head: bytes) -> int | None:
    """Return where the elements of a DICOM file begin, behind preamble and ``DICM``; None where there are none.

    The places are, in this order: behind a preamble (PS3.10 7.1), or behind two of them; the first
    byte, of bare data sets; behind ``DICM`` without a preamble; the second byte, of files cut out
    of a stream; behind zeros.
    """
    start = _PREAMBLE + len(_MAGIC)
    while head[start - 4 : start] == _MAGIC and not _starts_data_set(head, start):
        following = start + _PREAMBLE + len(_MAGIC)
        if head[following - 4 : following] != _MAGIC:
            break
        start = following
    marked = head[start - 4 : start] == _MAGIC
    if marked and _starts_data_set(head, start):
        return start
    if _starts_data_set(head):
        return 0
    if marked:
        return start
    if head.startswith(_MAGIC) and _starts_data_set(head, 4):
        return 4
    if _starts_data_set(head, 1) and head[5:7] in _VRS:
        return 1
    return _behind_zeros(head)


def _behind_zeros(head: bytes) -> int | None:
    """Return where elements begin behind zeros of any number: a longer preamble, or one whose ``DICM`` was wiped."""
    start = len(head) - len(head.lstrip(b"\0"))
    if head[start : start + 4] == _MAGIC:
        start += len(_MAGIC)
    written = head[start + 4 : start + 6] in _VRS  # beside zeros, two plausible numbers prove nothing
    return start if start and written and _starts_data_set(head, start) else None


def sniff(head: bytes) -> FileKind:
    """Return the kind of a file whose first `HEAD_BYTES` bytes (or fewer, if short) are `head`.

    Raises
    ------
    NotDicomError
        For anything else, with a sentence that says what it looked like where that helps.
    """
    if not head:
        raise NotDicomError(msg("This file is empty (0 bytes): copying it probably failed, fetch it again."))
    start = data_set_start(head)
    if start is not None and start >= _PREAMBLE:
        return FileKind.DICOM
    if head.startswith(_PNG):
        return FileKind.PNG
    if head.startswith(_JPEG):
        return FileKind.JPEG
    if start is not None:
        return FileKind.BARE_DICOM
    raise NotDicomError(_NOT_AN_IMAGE)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open `path` for reading, also one inside a ZIP; failures of the file system become one sentence each.

    Raises
    ------
    FileGoneError
        When there is no such file.
    ImageError
        Also for an `OSError` inside the ``with`` block: network drives fail in the middle.
    """
    held = split_member(path)
    if held is not None:
        from cxrviewer.imaging.archive import open_member  # which opens the ZIP itself through this function

        with open_member(*held) as member:
            yield member
        return
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            raise ImageError(msg("This is a folder, not a film: open it as a folder."))
        # Opening a pipe would wait for a writer for ever; a device may never end.
        if not stat.S_ISREG(mode):
            raise ImageError(msg("This is not an ordinary file, so it is not read."))
        with path.open("rb") as stream:
            yield stream
    except FileNotFoundError as error:
        raise FileGoneError(msg("This file does not exist any more: it was deleted, moved or renamed.")) from error
    except PermissionError as error:
        raise ImageError(msg("This file may not be read: ask for the right to read it.")) from error
    except OSError as error:
        # Libraries raise OSError for content too (Pillow, pydicom); only the system gives a number.
        if error.errno is None:
            raise ImageError(msg("This file is damaged: it cannot be read.")) from error
        reason = error.strerror or msg("the drive did not answer")
        raise ImageError(msg("This file could not be read ({reason}).", reason=reason)) from error
