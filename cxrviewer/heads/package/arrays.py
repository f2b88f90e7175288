"""Reads ``.npy`` and ``.npz`` files of strangers: plain numbers of a known size, or an `ArrayFileError`.

`numpy.load` evaluates the header of a file as a Python expression, believes the shape that stands there and asks for
the memory; a bundle it unpacks to whatever it unpacks to. Here the header must be the one `numpy.save` writes, its
shape must be that of the very bytes behind it, and nothing is unpacked beyond a limit.

Format: numpy.lib.format, versions 1.0 and 2.0. Nothing is ever unpickled.
"""

from __future__ import annotations

import io
import math
import re
import struct
import zipfile
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from cxrviewer.text import msg

Array = npt.NDArray[Any]

MAX_HEADER_BYTES = 4096
MAX_DIMENSIONS = 4
MAX_ARRAYS = 32
"""In one ``.npz`` file."""


class ArrayFileError(ValueError):
    """What is wrong with a file, in words that quote nothing of it: ``this is ...`` or ``its ...``."""


_MAGIC = b"\x93NUMPY"
_DTYPES = frozenset("f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8".split())
_HEADER = re.compile(
    rb"\{\s*'descr':\s*'(?P<order>[<>|=])(?P<dtype>[fiu][1248])',\s*'fortran_order':\s*(?P<fortran>True|False),"
    rb"\s*'shape':\s*\((?P<shape>(?:\s*[0-9]{1,9}\s*,)*(?:\s*[0-9]{1,9})?)\s*\),?\s*\}\s*"
)
_END = struct.Struct("<4s4H2LH")
_SPARE_BYTES = 4096
"""Of the directory of a zip file, per array: its name, and what programs add to it."""


def parse_npy(data: bytes) -> Array:
    """Return the array of a ``.npy`` file, without a copy where its bytes are in the order of this machine.

    Returns
    -------
    Array
        Read-only; of 2, 4 or 8 byte floats or of integers, and never empty.

    Raises
    ------
    ArrayFileError
    """
    header, start = _header(data)
    found = _HEADER.fullmatch(header)
    if found is None or found["dtype"].decode() not in _DTYPES:
        raise ArrayFileError(msg("its header is not that of an array of plain numbers"))
    dtype = np.dtype(found["order"].decode().replace("|", "=") + found["dtype"].decode())
    shape = tuple(int(part) for part in found["shape"].split(b",") if part.strip())
    if len(shape) > MAX_DIMENSIONS or 0 in shape:
        raise ArrayFileError(
            msg(
                "its array must have at most {max_dimensions} dimensions, none of them empty",
                max_dimensions=MAX_DIMENSIONS,
            )
        )
    if math.prod(shape) * dtype.itemsize != len(data) - start:
        raise ArrayFileError(msg("its size does not fit the shape in its header"))
    flat = np.frombuffer(data, dtype, offset=start)
    array = flat.reshape(shape[::-1]).T if found["fortran"] == b"True" else flat.reshape(shape)
    array = np.ascontiguousarray(array.astype(dtype.newbyteorder("="), copy=False)).reshape(shape)
    array.flags.writeable = False
    return array


def _header(data: bytes) -> tuple[bytes, int]:
    """Return the text of the header and where the numbers begin."""
    sizes = {b"\x01\x00": "<H", b"\x02\x00": "<L"}
    layout = sizes.get(data[6:8])
    if data[:6] != _MAGIC or layout is None or len(data) < 12:
        raise ArrayFileError(msg("this is not a .npy file"))
    begin = 8 + struct.calcsize(layout)
    (length,) = struct.unpack_from(layout, data, 8)
    if length > MAX_HEADER_BYTES or begin + length > len(data):
        raise ArrayFileError(msg("its header is too long or cut short"))
    return data[begin : begin + length], begin + length


def parse_npz(data: bytes, limit: int) -> dict[str, Array]:
    """Return the arrays of a ``.npz`` file by name, as `parse_npy`.

    Parameters
    ----------
    limit : int
        Bytes that all of them together may unpack to.

    Raises
    ------
    ArrayFileError
    """
    file = io.BytesIO(data)
    check_directory(file, MAX_ARRAYS, MAX_ARRAYS * _SPARE_BYTES, files=MAX_ARRAYS)
    try:
        with zipfile.ZipFile(file) as archive:
            packed = _members(archive, limit)
    except ArrayFileError:
        raise
    except Exception as error:  # zipfile and zlib raise some ten kinds for a damaged file, and new ones in new versions
        raise ArrayFileError(msg("this is not a readable .npz file")) from error
    return {name.removesuffix(".npy"): parse_npy(member) for name, member in packed.items()}


def _members(archive: zipfile.ZipFile, limit: int) -> Mapping[str, bytes]:
    entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > limit:
        raise ArrayFileError(msg("it unpacks to more than {value} MiB", value=limit // 2**20))
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise ArrayFileError(
            msg("it is compressed in a way this program does not read")
        )  # LZMA asks for a dictionary of any size
    members: dict[str, bytes] = {}
    for entry in entries:
        with archive.open(entry) as file:
            member = file.read(entry.file_size + 1)  # what is declared, whatever there is
        if entry.filename in members or len(member) != entry.file_size:
            raise ArrayFileError(msg("it holds an array twice, or one of another size than it says"))
        members[entry.filename] = member
    return members


def check_directory(file: BinaryIO, entries: int, directory_bytes: int, *, files: int) -> None:
    """Bound the central directory of a zip file before `zipfile` reads all of it into memory (APPNOTE 4.3.16).

    Parameters
    ----------
    files : int
        What the sentence says is allowed: some of `entries` may be folders.

    Raises
    ------
    ArrayFileError
        It is no zip file, has more than `entries`, is split, has a comment or is zip64.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _END.size - 20))
    tail = file.read()
    if len(tail) < _END.size or tail[-_END.size :][:4] != b"PK\5\6":
        raise ArrayFileError(msg("it is not a zip file, is cut short, or has something behind its end"))
    # A zip64 locator in front would make `zipfile` follow another directory than the one looked at here.
    if tail[:4] == b"PK\6\7":
        raise ArrayFileError(msg("zip64 files are not allowed; it is not that large"))
    _, disk, first, here, number, directory, _, comment = _END.unpack(tail[-_END.size :])
    if disk or first or here != number or comment:
        raise ArrayFileError(msg("the zip file is split or has a comment"))
    if number > entries or directory > directory_bytes:
        raise ArrayFileError(msg("the zip file holds more than {files} files", files=files))
