"""What is drawn over an image that is not in its pixels: the display shutter and overlays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.shutter import Shutter
from cxrviewer.reading.box import ImageBox, crop_to, picked_places

Levels = npt.NDArray[np.uint8]


class ScreenMarks(Struct, frozen=True, eq=False):
    """Shutter and overlay of one image, to be sampled for any part and size of it.

    Attributes
    ----------
    rows, columns : int
        Size of the image.
    shutter : Shutter or None
    overlay : (rows, columns) bool or None
    """

    rows: int
    columns: int
    shutter: Shutter | None
    overlay: npt.NDArray[np.bool_] | None

    @staticmethod
    def of(radiograph: Radiograph) -> ScreenMarks | None:
        """Return the marks of an image, None where it has none."""
        if radiograph.shutter is None and radiograph.overlay is None:
            return None
        return ScreenMarks(radiograph.rows, radiograph.columns, radiograph.shutter, radiograph.overlay)

    def sample(
        self, box: ImageBox, width: int, height: int, *, shutter: bool, overlays: bool
    ) -> tuple[Levels, Levels] | None:
        """Return grey and opacity of `width` x `height` screen pixels over `box`; None where nothing is drawn.

        A line of one image pixel stays visible however small the image is drawn.

        Returns
        -------
        two (height, width) uint8
            What `imaging.shown` draws, at 1:1 pixel for pixel.
        """
        covering = self.shutter if shutter else None
        graphics = self.overlay if overlays else None
        if covering is None and graphics is None:
            return None
        grey, opacity = np.zeros((2, height, width), np.uint8)
        if covering is not None:
            row, column = picked_places(box, width, height, self.rows, self.columns)
            hidden = covering.hides(row, column)
            grey[hidden], opacity[hidden] = round(255 * covering.grey), 255
        if graphics is not None:
            strength = _strength(graphics, box, width, height)
            # White over what is there: the shutter, or nothing.
            beneath = grey.astype(np.uint16) * (255 - strength)
            grey = np.where(opacity > 0, (beneath + 255 * strength.astype(np.uint16)) // 255, 255).astype(np.uint8)
            opacity = np.maximum(opacity, strength)
        return grey, opacity


def _strength(plane: npt.NDArray[np.bool_], box: ImageBox, width: int, height: int) -> Levels:
    step = max((box.right - box.left) / width, (box.bottom - box.top) / height)
    if step <= 1 + 1e-9:
        row, column = picked_places(box, width, height, *plane.shape)
        return plane.take(row, axis=0).take(column, axis=1).astype(np.uint8) * np.uint8(255)
    crop, inner = crop_to(plane, box, width, height)
    from PIL import Image

    picture = Image.fromarray(crop.astype(np.uint8) * np.uint8(255))
    share = np.asarray(
        picture.resize((width, height), Image.Resampling.BOX, box=(inner.left, inner.top, inner.right, inner.bottom))
    )
    # A line one pixel wide covers 1 / step of a screen pixel: drawn at full strength all the same.
    return np.minimum(255.0, share * step).astype(np.uint8)
