"""Decides what stands in an exported picture, and has it written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.atomic import write_bytes
from cxrviewer.cancel import CancelToken
from cxrviewer.imaging.contents import Header
from cxrviewer.imaging.member_paths import file_of
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.shown import display_size
from cxrviewer.imaging.voi import Voi
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.messages import RESEARCH, frame_words, identity_lines, sentence
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.reading.turn import Turn
from cxrviewer.reports.pictures import SUFFIXES, PictureError, PictureKind, picture_bytes, whole_picture, with_band
from cxrviewer.text import msg, tr, translated

SLOT = "picture"

Band = npt.NDArray[np.uint8]


class Depiction(Struct, frozen=True, eq=False):
    """An image and how the reader sees it.

    Attributes
    ----------
    header : Header
    radiograph : Radiograph
    voi : VoiWindow or VoiLut or None
        None for a colour image.
    invert, overlays, shutter : bool
    turn : Turn
    frame : int
        From 0.
    """

    header: Header
    radiograph: Radiograph
    voi: Voi | None
    invert: bool
    overlays: bool
    shutter: bool
    turn: Turn
    frame: int = 0

    @property
    def width(self) -> int:
        """Columns of the whole image's picture."""
        height, width = display_size(self.radiograph)
        return height if self.turn.sideways else width

    def pixels(self, kind: PictureKind) -> npt.NDArray[Any]:
        """Return the whole image as it is seen, at full size."""
        picture = whole_picture(
            self.radiograph, kind, voi=self.voi, invert=self.invert, overlays=self.overlays, shutter=self.shutter
        )
        return self.turn.pixels(picture)


class PicturesPresenter:
    """Pictures of the image in the active viewport.

    Parameters
    ----------
    jobs : JobRunner
    privacy : Privacy
    depicted : callable
        The image of the active viewport as it is seen, None for none.
    originals : callable
        Paths of everything that is opened: a picture never replaces one of them.
    notify : callable
        Brings a sentence to the reader.
    """

    def __init__(
        self,
        jobs: JobRunner,
        privacy: Privacy,
        depicted: Callable[[], Depiction | None],
        originals: Callable[[], Iterable[Path]],
        notify: Callable[[str], None],
    ) -> None:
        self._jobs, self._privacy, self._depicted = jobs, privacy, depicted
        self._originals, self._notify = originals, notify

    @property
    def identity_hidden(self) -> bool:
        return self._privacy.hidden

    @property
    def depicted(self) -> Depiction | None:
        return self._depicted()

    def words(self, *, identity: bool) -> tuple[str, ...]:
        """Return the lines below a picture: the research label always, who it is only where asked and not hidden."""
        shown = self._depicted()
        named = identity and not self._privacy.hidden
        if shown is None:
            lines: tuple[str, ...] = ()
        elif named:
            lines = identity_lines(shown.header, shown.frame)
        else:
            lines = (frame_words(shown.frame, shown.header.facts.frames),)
        return (translated(RESEARCH), *(line for line in lines if line))

    def save_view(self, path: Path, pixels: npt.NDArray[Any], band: Band) -> None:
        """Write the viewport as it was drawn; `pixels` (height, width, 3) uint8."""
        self._save(path, lambda _: pixels, band)

    def save_image(self, path: Path, band: Band) -> None:
        """Write the whole image with the window, the turn and the marks that it is seen with."""
        shown = self._depicted()
        if shown is not None:
            self._save(path, shown.pixels, band)

    def _save(self, path: Path, draw: Callable[[PictureKind], npt.NDArray[Any]], band: Band) -> None:
        kind = SUFFIXES.get(path.suffix.lower())
        originals = tuple(file_of(one) for one in self._originals())

        def work(cancel: CancelToken) -> None:
            if kind is None:
                raise PictureError(msg("Pictures are written as .png, .jpg or .tif: choose one of these endings."))
            place = os.path.realpath(path)
            if any(os.path.realpath(one) == place for one in originals):
                raise PictureError(msg("That is an opened original, which is never replaced: choose another name."))
            data = picture_bytes(with_band(draw(kind), band), kind)
            cancel.raise_if_cancelled()
            write_bytes(path, data)

        def failed(error: Exception) -> None:
            words = tr("The picture was not saved; check the folder, and that the disk has room.")
            self._notify(words if isinstance(error, OSError) else sentence(error, tr("Saving the picture")))

        self._jobs.submit(
            Lane.INDEX, SLOT, work, on_done=lambda _: self._notify(tr("The picture was saved.")), on_failed=failed
        )
