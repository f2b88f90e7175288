"""Reads the files of a head's folder: confined, capped, and hashed as the very bytes that are used."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cxrviewer.errors import HeadRejectedError
from cxrviewer.text import msg

PACK_SUFFIX = ".cxrhead"
MANIFEST_NAME = "head.toml"
CARD_NAME = "MODEL_CARD.md"
SIGNATURE_NAME = "head.toml.sig"
"""Not listed in ``[files]``: it signs the manifest that lists them."""

MAX_MANIFEST_BYTES = 2**20
MAX_CARD_BYTES = 2**16
MAX_FILE_BYTES = 256 * 2**20
MAX_FILES = 64

# Operating systems drop these into any folder somebody has looked at, Python into one it imported from.
IGNORED_NAMES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", "__pycache__"})

_PRIVATE_KEY = b"PRIVATE KEY-----"

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def is_plain_name(name: str) -> bool:
    """Return whether `name` can only mean a file directly inside the head's folder, on any system.

    Examples
    --------
    >>> [is_plain_name(n) for n in ("model.onnx", "../model.onnx", "/etc/passwd", "a/b", "NUL", "a:b", "x.")]
    [True, False, False, False, False, False, False]
    """
    return bool(_NAME.fullmatch(name)) and not _WINDOWS_DEVICE.fullmatch(name) and not name.endswith(".")


def is_pack(path: Path) -> bool:
    """Return whether `path` claims to be a pack, by its name or by the manifest in it; reads nothing."""
    return path.suffix.lower() == PACK_SUFFIX or os.path.lexists(path / MANIFEST_NAME)


@contextlib.contextmanager
def open_file(folder: Path, name: str) -> Iterator[BinaryIO]:
    """Open `name` inside `folder` for reading.

    Raises
    ------
    HeadRejectedError
        With ``check="files"`` for a link, a device, or a file that cannot be read.
    """
    if not is_plain_name(name):
        raise HeadRejectedError(msg("A file name in the model head leaves its folder."), check="files")
    path = folder / name
    # NOFOLLOW rejects a link at open, not before it; NONBLOCK keeps a pipe from hanging us.
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        if path.is_symlink():  # Windows has no NOFOLLOW
            raise HeadRejectedError(
                msg("{name} is a link; a model head holds plain files only.", name=name), check="files"
            )
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise HeadRejectedError(msg("{name} is not a plain file.", name=name), check="files")
            yield file
    except FileNotFoundError as error:
        raise HeadRejectedError(msg("{name} is missing from the model head.", name=name), check="files") from error
    except OSError as error:
        raise HeadRejectedError(msg("{name} of the model head cannot be read.", name=name), check="files") from error


def read_file(folder: Path, name: str, limit: int = MAX_FILE_BYTES) -> bytes:
    """Return the bytes of `name` inside `folder`.

    Raises
    ------
    HeadRejectedError
        As `open_file`, and for a file above `limit`.
    """
    with open_file(folder, name) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise HeadRejectedError(
            msg("{name} is larger than the allowed {value} MiB.", name=name, value=limit // 2**20), check="files"
        )
    return data


def sha256(data: bytes) -> str:
    """Return the lower-case hex SHA-256 of `data`."""
    return hashlib.sha256(data).hexdigest()


def list_names(folder: Path) -> tuple[str, ...]:
    """Return the names of everything in `folder` besides the manifest and its signature, sorted.

    Raises
    ------
    HeadRejectedError
        With ``check="files"`` where the folder cannot be listed or holds too much.
    """
    names = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name not in (MANIFEST_NAME, SIGNATURE_NAME) and entry.name not in IGNORED_NAMES:
                    names.append(entry.name)
                if len(names) > MAX_FILES:
                    raise HeadRejectedError(
                        msg("The head's folder holds more than {max_files} files.", max_files=MAX_FILES), check="files"
                    )
    except OSError as error:
        raise HeadRejectedError(msg("The head's folder cannot be read."), check="files") from error
    return tuple(sorted(names))


def reject_private_key(name: str, data: bytes) -> None:
    """Raise `HeadRejectedError` for a file that looks like a private key: it must never travel with a head."""
    if _PRIVATE_KEY in data[:4096]:
        sentence = msg("{name} is a private key; move it out of the head's folder, and never hand it on.", name=name)
        raise HeadRejectedError(sentence, check="files")


def hash_files(folder: Path, *, model: str) -> tuple[tuple[str, str], ...]:
    """Return ``HeadManifest.files`` for `folder`: every file but the manifest, its signature and the model.

    For exporters. Raises `HeadRejectedError` for anything the viewer would refuse to read, and for a private key.
    """
    return tuple((name, _hash(folder, name)) for name in list_names(folder) if name != model)


def _hash(folder: Path, name: str) -> str:
    data = read_file(folder, name)
    reject_private_key(name, data)
    return sha256(data)
