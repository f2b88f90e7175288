"""The only maker of model inputs; training and the viewer both call it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.recipe import Fit, GreySource, InputRecipe
from cxrviewer.imaging.resample import FloatImage, resize, stretch


class ModelInput(Struct, frozen=True, eq=False):
    """A tensor and the way back to the image it came from.

    Attributes
    ----------
    tensor : (1, channels, height, width) float32
    to_image : (2, 3) float64
        Maps (column, row, 1) of tensor pixel *centres* to (column, row) of image pixel centres.
    grey : (rows, columns) float32
        The image inside the tensor, without the letterbox's bars, in [0, 1] before `mean` and `std`.
    recipe_digest : str
    """

    tensor: npt.NDArray[np.float32]
    to_image: npt.NDArray[np.float64]
    grey: FloatImage
    recipe_digest: str


def model_grey(radiograph: Radiograph, source: GreySource) -> FloatImage:
    """Return the grey levels a model sees, (rows, columns) float32 in [0, 1], 0 drawn black.

    The user's window, the display shutter and overlays play no part. Raises ValueError for
    colour images: callers reject them.
    """
    if source is GreySource.DEFAULT_WINDOW:
        table = radiograph.grey_table()
    else:
        values = radiograph.modality_values()
        low, high = values.min(), values.max()
        table = ((values - low) / (high - low)).astype(np.float32)
        if radiograph.inverted:
            table = 1 - table
        if radiograph.padding is not None:
            table[radiograph.padding[0] : radiograph.padding[1] + 1] = 0
    return table[radiograph.codes]


def place(rows: int, columns: int, recipe: InputRecipe, aspect: float = 1.0) -> tuple[int, int, int, int]:
    """Return (top, left, height, width) of the image inside the tensor.

    A letterboxed image keeps the shape it has in millimetres: `aspect` is the height of a
    pixel over its width.
    """
    if recipe.fit is Fit.STRETCH:
        return 0, 0, recipe.height, recipe.width
    vertical, horizontal = stretch(aspect)
    tall, wide = rows * vertical, columns * horizontal
    scale = min(recipe.height / tall, recipe.width / wide)
    height = min(recipe.height, max(1, round(tall * scale)))
    width = min(recipe.width, max(1, round(wide * scale)))
    return (recipe.height - height) // 2, (recipe.width - width) // 2, height, width


def make_input(radiograph: Radiograph, recipe: InputRecipe) -> ModelInput:
    """Make the tensor `recipe` describes from `radiograph`.

    Raises
    ------
    ValueError
        For a colour image. Scope checks reject those before.
    """
    top, left, height, width = place(radiograph.rows, radiograph.columns, recipe, radiograph.aspect)
    canvas = np.full((recipe.height, recipe.width), recipe.pad, np.float32)
    grey = resize(model_grey(radiograph, recipe.grey), height, width)
    canvas[top : top + height, left : left + width] = grey
    plane = (canvas - np.float32(recipe.mean)) / np.float32(recipe.std)
    tensor = np.ascontiguousarray(np.broadcast_to(plane, (1, recipe.channels, *plane.shape)))
    step_x, step_y = radiograph.columns / width, radiograph.rows / height
    # Centre of tensor pixel t covers image pixels from (t - left) * step to (t - left + 1) * step.
    to_image = np.array(
        [[step_x, 0, (0.5 - left) * step_x - 0.5], [0, step_y, (0.5 - top) * step_y - 0.5]], dtype=np.float64
    )
    return ModelInput(tensor, to_image, grey, recipe.digest())
