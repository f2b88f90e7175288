"""The picture as the window first shows it, without a window."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cxrviewer.imaging.radiograph import Radiograph, Source
from cxrviewer.imaging.resample import stretch, turn
from cxrviewer.imaging.voi import Voi
from cxrviewer.text import msg


def shown(
    radiograph: Radiograph,
    *,
    voi: Voi | None = None,
    invert: bool = False,
    overlays: bool = True,
    shutter: bool = True,
) -> npt.NDArray[np.float32]:
    """Return every pixel as the window draws it, one value per image pixel.

    Nothing is resampled: images with pixels that are not square keep their rows and columns.

    Parameters
    ----------
    radiograph : Radiograph
    voi : Voi, optional
        The image's first preset where omitted; colour images have none.
    invert : bool
        The reader's own inversion, on top of what the header asks for.
    overlays, shutter : bool
        Draw the overlay planes, and hide what lies outside the display shutter.

    Returns
    -------
    (rows, columns) float32, colour: (rows, columns, 3) float32
        In [0, 1], 0 drawn black. A new array.
    """
    if radiograph.colour:
        picture = radiograph.codes.astype(np.float32) / np.float32(255)
    else:
        picture = radiograph.grey_table(voi, invert=invert)[radiograph.codes]
    if shutter and radiograph.shutter is not None:
        covered = radiograph.shutter.hides(np.arange(radiograph.rows), np.arange(radiograph.columns))
        picture[covered] = radiograph.shutter.grey
    if overlays and radiograph.overlay is not None:
        picture[radiograph.overlay] = 1.0
    return picture


def as_stored(radiograph: Radiograph, picture: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return a picture of `shown` on the rows and columns of the file.

    The same array unless the image was turned for reading: pixels are then where other
    programs, and coordinates in reports, count them.
    """
    return turn(picture, radiograph.flipped)


def display_size(radiograph: Radiograph) -> tuple[int, int]:
    """Return (height, width) at which the picture has its true shape and loses no pixel."""
    vertical, horizontal = stretch(radiograph.aspect)
    return round(radiograph.rows * vertical), round(radiograph.columns * horizontal)


def shown_notes(radiograph: Radiograph) -> tuple[str, ...]:
    """Return all remarks on the picture: its notes, and that no side can be marked.

    The window says the latter in its read-out: most files name no sides, and a sentence over
    every image would teach readers to overlook the others.
    """
    unmarked = radiograph.facts.source is Source.DICOM and radiograph.orientation is None
    if not unmarked or any("(0020,0020)" in note for note in radiograph.notes):
        return radiograph.notes
    return (*radiograph.notes, msg("(0020,0020) Patient Orientation is missing, so no sides are marked."))
