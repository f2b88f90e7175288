"""Thumbnails kept on the disk: bounded, safe with several windows, and free of names.

A file is ``MAGIC``, height and width, SHA-256 of the pixels, and the pixels: nothing is parsed, and what does not
match its checksum is decoded again. It is named after what the image file was; no name, path or date is in it.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import struct
import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cxrviewer.atomic import replacing
from cxrviewer.imaging.stamp import FileStamp
from cxrviewer.studies.index.identity import content_digest

logger = logging.getLogger(__name__)

Picture = npt.NDArray[np.uint8]

MAX_BYTES = 128 * 2**20
"""All thumbnails together: some 14,000 grey ones of 96 x 96."""
LEFT = 0.8
"""Share of `MAX_BYTES` that is left when the oldest ones are removed."""
MAX_SIDE = 512

MAGIC = b"cxrthumb1\n"
SUFFIX = ".thumb"
_SIZE = struct.Struct("<HHB")
_HEAD = len(MAGIC) + _SIZE.size + hashlib.sha256().digest_size


def thumbnail_key(digest: str, modified_ns: int, changed_ns: int) -> str:
    """Return what the thumbnail of a file is kept under.

    Parameters
    ----------
    digest : str
        `index.identity.content_digest`. It covers the header and 64 KiB behind it; a file whose later pixels were
        edited in place has the same one.
    modified_ns, changed_ns : int
        Therefore also the times of the file: a program can set the first back, not the second (`FileStamp`).
    """
    return hashlib.sha256(f"{digest} {modified_ns} {changed_ns}".encode()).hexdigest()[:40]


def key_of(stamp: FileStamp) -> str:
    """Return the key of what was read of a file."""
    return thumbnail_key(content_digest(stamp), stamp.modified_ns, stamp.changed_ns)


class ThumbnailCache:
    """Thumbnails by `thumbnail_key`. Safe from any thread and with other windows; no method raises OSError.

    Parameters
    ----------
    folder : Path
        Made when something is kept. Everything in it can be made again.
    max_bytes : int
    """

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self._folder, self._max_bytes = folder, max_bytes
        self._lock = threading.Lock()
        self._bytes: int | None = None
        self._failed = False

    @property
    def folder(self) -> Path:
        return self._folder

    def get(self, key: str) -> Picture | None:
        """Return a thumbnail, (height, width, 3) uint8; None where there is none, or a damaged one."""
        path = self._path(key)
        try:
            with open(path, "rb") as file:
                data = file.read(_HEAD + 3 * MAX_SIDE * MAX_SIDE + 1)
        except OSError:
            return None
        picture = _unpacked(data)
        if picture is not None:
            with contextlib.suppress(OSError):
                os.utime(path)  # what is used stays
        return picture

    def put(self, key: str, picture: Picture) -> None:
        """Keep a thumbnail instead of what was kept under this key; a disk that takes none is passed over."""
        if picture.ndim != 3 or picture.shape[2] != 3 or not all(1 <= side <= MAX_SIDE for side in picture.shape[:2]):
            raise ValueError("a thumbnail is (height, width, 3)")
        data = _packed(picture)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with replacing(self._path(key), private=True, durable=False) as file:
                file.write(data)
        except OSError as error:
            if not self._failed:
                self._failed = True
                logger.warning("thumbnails cannot be kept on the disk", exc_info=error)
            return
        with self._lock:
            known = self._bytes
            self._bytes = self._listed_bytes() if known is None else known + len(data)
            if self._bytes > self._max_bytes:
                self._bytes = self._shrink()

    def empty(self) -> int:
        """Remove every thumbnail; returns how many there were."""
        removed = 0
        with self._lock:
            for path, _, _ in self._listed():
                removed += _unlink(path)
            self._bytes = 0
        return removed

    def _path(self, key: str) -> Path:
        if not key.isalnum():
            raise ValueError("a key is letters and digits")
        return self._folder / f"{key}{SUFFIX}"

    def _listed(self) -> list[tuple[str, int, int]]:
        """Return path, bytes and time of last use of each thumbnail, other windows' included."""
        found = []
        try:
            with os.scandir(self._folder) as listing:
                for entry in listing:
                    if entry.name.endswith(SUFFIX):
                        with contextlib.suppress(OSError):
                            state = entry.stat(follow_symlinks=False)
                            found.append((entry.path, state.st_size, state.st_mtime_ns))
        except OSError:
            return []
        return found

    def _listed_bytes(self) -> int:
        return sum(size for _, size, _ in self._listed())

    def _shrink(self) -> int:
        """Remove what was used longest ago; returns the bytes that are left."""
        listed = sorted(self._listed(), key=lambda one: one[2])
        total = sum(size for _, size, _ in listed)
        for path, size, _ in listed:
            if total <= LEFT * self._max_bytes:
                break
            _unlink(path)
            total -= size
        return total


def _packed(picture: Picture) -> bytes:
    grey = bool((picture[..., :1] == picture).all())
    pixels = np.ascontiguousarray(picture[..., 0] if grey else picture).tobytes()
    size = _SIZE.pack(picture.shape[0], picture.shape[1], 1 if grey else 3)
    return MAGIC + size + hashlib.sha256(size + pixels).digest() + pixels


def _unpacked(data: bytes) -> Picture | None:
    if len(data) < _HEAD or not data.startswith(MAGIC):
        return None
    size = data[len(MAGIC) : len(MAGIC) + _SIZE.size]
    height, width, channels = _SIZE.unpack(size)
    checksum, pixels = data[len(MAGIC) + _SIZE.size : _HEAD], data[_HEAD:]
    if channels not in (1, 3) or len(pixels) != height * width * channels or not pixels:
        return None
    if hashlib.sha256(size + pixels).digest() != checksum:
        return None
    made = np.frombuffer(pixels, np.uint8).reshape(height, width, channels)
    return np.repeat(made, 3, axis=2) if channels == 1 else made.copy()


def _unlink(path: str) -> bool:
    try:
        os.unlink(path)
    except OSError:  # another window was faster, or is reading it (Windows)
        return False
    return True
