"""Decoded images as the presenters use them, and the store that owns them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeAlias

from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.imaging.contents import Header
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.stamp import FileStamp
from cxrviewer.reading.screen import ScreenImage
from cxrviewer.studies.library import ImageEntry
from cxrviewer.workspace.image_store import BUDGET_BYTES, ImageStore, Priority


class DecodedImage(Protocol):
    """`imaging.image.Image`."""

    @property
    def header(self) -> Header: ...
    @property
    def radiograph(self) -> Radiograph: ...


class OpenImage(Protocol):
    """``(path, cancel, frame)`` to one frame of an image, from 0; raises CxrError with the sentence to show."""

    def __call__(self, path: Path, cancel: CancelToken, frame: int = 0, /) -> DecodedImage: ...


StillHolds = Callable[[Path, FileStamp | None], bool]


class OpenedImage(Struct, frozen=True, eq=False):
    """An image, decoded and prepared for the screen."""

    entry: ImageEntry
    header: Header
    radiograph: Radiograph
    screen: ScreenImage


OpenedImageStore: TypeAlias = ImageStore[ImageEntry, OpenedImage]


def opened_image_store(
    open_image: OpenImage, still_holds: StillHolds, open_ahead: OpenImage | None = None, *, budget: int = BUDGET_BYTES
) -> OpenedImageStore:
    """Return the store of one window.

    Parameters
    ----------
    open_image : callable
        Decodes what the reader waits for.
    still_holds : callable
        `imaging.stamp.still_holds`.
    open_ahead : callable, optional
        As `open_image`, for images that nobody waits for yet.
    budget : int
        Bytes of images kept beside those on the screen.
    """

    def load(entry: ImageEntry, cancel: CancelToken, priority: Priority) -> OpenedImage:
        ahead = priority is Priority.NEIGHBOUR
        image = (open_ahead or open_image if ahead else open_image)(entry.path, cancel, entry.frame)
        same = image.header.stamp == entry.header.stamp
        seen = entry if same else ImageEntry(entry.path, image.header, entry.frame)
        opened = OpenedImage(seen, image.header, image.radiograph, ScreenImage.of(image.radiograph))
        if ahead:
            # Nobody waits: it is shown with every pixel averaged from the first picture on.
            opened.screen.prepare()
        return opened

    return ImageStore(
        load,
        key_of=lambda image: image.entry.key,
        fresh=lambda entry, image: still_holds(entry.path, image.header.stamp),
        weigh=_bytes,
        budget=budget,
    )


def image_bytes(rows: int, columns: int, each: int) -> int:
    """Return the memory of a decoded image; `each` is the bytes of one pixel."""
    # The halves of `ScreenImage` are float32 of a quarter, a sixteenth ... of the pixels.
    return rows * columns * each + rows * columns * 4 // 3


def _bytes(image: OpenedImage) -> int:
    one = image.radiograph
    overlay = 0 if one.overlay is None else one.overlay.nbytes
    return (
        image_bytes(one.rows, one.columns, one.codes.nbytes // (one.rows * one.columns))
        + overlay
        + image.screen.sampled_bytes
    )
