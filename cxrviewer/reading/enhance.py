"""Enhanced pictures for the screen: an unsharp mask and local contrast. No head ever reads them.

Both work on codes and return codes of the same range, so windows keep their meaning. What is measured, and the value
under the cursor, come from the image itself. See docs/decisions/0086-enhancement.md.
"""

from __future__ import annotations

import enum
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from cxrviewer.cancel import CancelToken
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.reading.marks import ScreenMarks
from cxrviewer.reading.screen import Codes, ScreenImage
from cxrviewer.text import msg

SHARP_SIDES = 400
"""The mask is blurred over the longer side divided by this, in both directions: about a millimetre of a chest image."""
SHARP_AMOUNT = 1.5
"""How much of the difference to the blurred image is added."""
TILES = 8
"""Tiles of the local contrast in each direction."""
BINS = 256
CLIP = 2.5
"""A bin counts at most so many times as much as in an even histogram, which bounds the slope and so the noise."""
TAILS = (0.1, 99.9)
"""Percentiles of the image between which the local contrast spreads grey."""


class Enhancement(enum.Enum):
    """How the picture on the screen differs from the image; the words of the canvas."""

    NONE = ""
    SHARPENED = msg("ENHANCED: sharpened")
    LOCAL_CONTRAST = msg("ENHANCED: local contrast")


def enhanced(radiograph: Radiograph, enhancement: Enhancement, cancel: CancelToken) -> ScreenImage:
    """Return a grey image enhanced and prepared for the screen; takes about a second, hence off the GUI thread.

    Raises
    ------
    ValueError
        For a colour image, and for `Enhancement.NONE`.
    JobCancelled
    """
    if radiograph.colour or enhancement is Enhancement.NONE:
        raise ValueError("only grey images are enhanced, and only by an enhancement")
    act: Callable[..., Codes] = sharpened if enhancement is Enhancement.SHARPENED else locally_equalized
    codes = act(radiograph.codes, radiograph.padding, cancel)
    marks = ScreenMarks.of(radiograph)
    screen = ScreenImage(codes, radiograph.padding, aspect=radiograph.aspect, marks=marks)
    cancel.raise_if_cancelled()
    screen.prepare()
    return screen


def sharpened(codes: Codes, padding: tuple[int, int] | None, cancel: CancelToken) -> Codes:
    """Return codes with what is smaller than `SHARP_SIDES` of the image made stronger.

    Parameters
    ----------
    codes : (rows, columns) uint8 or uint16
    padding : (low, high) codes or None
        Not mixed with the image, and kept as it is.

    Returns
    -------
    (rows, columns) of the same dtype
        Between the lowest and the highest code of the image.
    """
    mask = _inside(codes, padding)
    if not mask.any():
        return codes
    radius = max(1, round(max(codes.shape) / SHARP_SIDES))
    values = codes.astype(np.float32)
    if padding is None:
        blurred = _blurred(values, radius, cancel)
    else:
        weight = _blurred(mask.astype(np.float32), radius, cancel)
        total = _blurred(np.where(mask, values, 0), radius, cancel)
        blurred = np.divide(total, weight, out=values.copy(), where=weight > 1e-6)
    cancel.raise_if_cancelled()
    values += np.float32(SHARP_AMOUNT) * (values - blurred)
    lowest, highest = int(codes[mask].min()), int(codes[mask].max())
    return _kept(np.clip(values, lowest, highest), codes, mask, padding)


def locally_equalized(codes: Codes, padding: tuple[int, int] | None, cancel: CancelToken) -> Codes:
    """Return codes with the contrast of every neighbourhood evened out; parameters as `sharpened`.

    References
    ----------
    K. Zuiderveld, Contrast limited adaptive histogram equalization, Graphics Gems IV (1994), 474-485.
    """
    mask = _inside(codes, padding)
    low, high = (float(v) for v in np.percentile(codes[mask][::16], TAILS)) if mask.any() else (0.0, 0.0)
    if high <= low:
        return codes
    rows, columns = codes.shape
    down, across = min(TILES, rows), min(TILES, columns)
    tops, lefts = (np.linspace(0, side, count + 1).astype(int) for side, count in ((rows, down), (columns, across)))
    places = np.arange(int(codes.max()) + 1, dtype=np.float32)
    tables = np.empty((down, across, places.size), np.float32)
    for row in range(down):
        cancel.raise_if_cancelled()
        for column in range(across):
            tile = np.s_[tops[row] : tops[row + 1], lefts[column] : lefts[column + 1]]
            tables[row, column] = _table(codes[tile][mask[tile]], low, high, places)
    made = np.empty(codes.shape, np.float32)
    weights = _weights(columns, lefts)
    upper, share = _weights(rows, tops)
    for row in range(rows):
        if row % 256 == 0:
            cancel.raise_if_cancelled()
        above, below = (_across(tables[min(upper[row] + step, down - 1)], codes[row], *weights) for step in (0, 1))
        made[row] = above + share[row] * (below - above)
    return _kept(made, codes, mask, padding)


def _inside(codes: Codes, padding: tuple[int, int] | None) -> npt.NDArray[np.bool_]:
    if padding is None:
        return np.ones(codes.shape, np.bool_)
    inside: npt.NDArray[np.bool_] = (codes < padding[0]) | (codes > padding[1])
    return inside


def _kept(
    values: npt.NDArray[np.float32],
    codes: Codes,
    mask: npt.NDArray[np.bool_],
    padding: tuple[int, int] | None,
) -> Codes:
    """Return values as codes: padding stays, and nothing else becomes padding."""
    made: Codes = np.rint(values).astype(codes.dtype)
    if padding is not None:
        low, high = padding
        made[(made >= low) & (made <= high)] = low - 1 if low > 0 else min(high + 1, np.iinfo(codes.dtype).max)
        made[~mask] = codes[~mask]
    return made


def _blurred(values: npt.NDArray[np.float32], radius: int, cancel: CancelToken) -> npt.NDArray[np.float32]:
    """Return the mean over 2 x radius + 1 rows and columns, twice: nearly a Gaussian; edges are repeated."""
    width = 2 * radius + 1
    for axis in (0, 0, 1, 1):
        cancel.raise_if_cancelled()
        edges = [(radius + 1, radius) if one == axis else (0, 0) for one in (0, 1)]
        # Sums of float32 would lose the last bits of a long row.
        sums = np.cumsum(np.pad(values, edges, mode="edge"), axis=axis, dtype=np.float64)
        ahead, behind = (np.s_[width:], np.s_[:-width]) if axis == 0 else (np.s_[:, width:], np.s_[:, :-width])
        values = ((sums[ahead] - sums[behind]) / width).astype(np.float32)
    return values


def _table(
    tile: npt.NDArray[np.unsignedinteger], low: float, high: float, places: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Return where a tile's equalisation takes every code: between `low` and `high`, rising."""
    counts, edges = np.histogram(np.clip(tile, low, high), BINS, (low, high))
    share = counts / max(1, tile.size)
    cut = np.minimum(share, CLIP / BINS)
    cut += (1 - cut.sum()) / BINS  # what was cut off goes to all bins alike; a tile of padding becomes the identity
    risen = np.concatenate([[0.0], np.cumsum(cut)])
    table: npt.NDArray[np.float32] = np.interp(places, edges, low + risen * (high - low)).astype(np.float32)
    return table


def _weights(size: int, edges: npt.NDArray[np.int_]) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.float32]]:
    """Return for every row or column the tile whose centre lies before it, and its share of the way to the next."""
    centres = (edges[:-1] + edges[1:]) / 2
    place = np.interp(np.arange(size) + 0.5, centres, np.arange(centres.size))
    before = np.floor(place).astype(int)
    return before, (place - before).astype(np.float32)


def _across(
    tables: npt.NDArray[np.float32],
    codes: npt.NDArray[np.unsignedinteger],
    before: npt.NDArray[np.int_],
    share: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    left = tables[before, codes]
    right = tables[np.minimum(before + 1, len(tables) - 1), codes]
    mixed: npt.NDArray[np.float32] = left + share * (right - left)
    return mixed
