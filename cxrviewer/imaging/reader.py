"""Who reads files for whoever needs headers and images: this process, or one that may die."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from cxrviewer.cancel import CancelToken
from cxrviewer.imaging.contents import Header, Image


class ImageReader(Protocol):
    """Reads files; `decoder.client.DecoderPool` does it in worker processes."""

    def read_header(self, path: Path, cancel: CancelToken | None = None) -> Header:
        """See `imaging.header.read_header`."""
        ...

    def open_image(self, path: Path, frame: int = 0, cancel: CancelToken | None = None) -> Image:
        """See `imaging.image.open_image`."""
        ...


class DirectReader:
    """Reads files in this process: for files of one's own, as in training, where a crash costs nobody a reading."""

    def read_header(self, path: Path, cancel: CancelToken | None = None) -> Header:
        from cxrviewer.imaging.header import read_header

        return read_header(path)

    def open_image(self, path: Path, frame: int = 0, cancel: CancelToken | None = None) -> Image:
        from cxrviewer.imaging.image import open_image

        return open_image(path, frame)
