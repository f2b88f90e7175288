"""Heart and lungs of a frontal chest image, by a small network that runs in numpy.

What it was trained on and how well it does: docs/decisions/0084-ratio-proposal.md and
``resources/outline/README.md``. Training makes its input with `ranks`, the program with `network_input`, which ends
in `ranks` as well.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.resample import resize, stretch

Picture = npt.NDArray[np.float32]

SIDE = 96
"""Pixels of the network's square input and output."""
CHANNELS = (8, 16, 24, 32, 48)
"""Of its levels, each half as fine as the one before."""
LUNGS, HEART = 0, 1
"""The maps of its output."""
_BLACKEST = -1.0


class Frame(Struct, frozen=True):
    """Where the network's square lies in the image.

    Attributes
    ----------
    left, top : float
        Image pixels of its corner; may lie outside.
    column, row : float
        Image pixels for each of its pixels.
    """

    left: float
    top: float
    column: float
    row: float


class OutlineNet:
    """A U-shaped network of 3 x 3 convolutions with ReLU, normalisation folded in.

    Parameters
    ----------
    weights : mapping of str to array
        ``encode0a`` ... ``decode3``, ``out`` as (outputs, inputs, 3, 3) or (outputs, inputs), and their ``.bias``.
    """

    def __init__(self, weights: dict[str, npt.NDArray[np.floating]]) -> None:
        self._weights = {name: np.asarray(array, np.float32) for name, array in weights.items()}

    @staticmethod
    def load(path: Path) -> OutlineNet:
        """Read the weights this program ships. Raises OSError or ValueError where the installation is damaged."""
        with np.load(path, allow_pickle=False) as file:
            return OutlineNet({name: file[name] for name in file.files})

    def __call__(self, picture: Picture) -> Picture:
        """Return probabilities of lungs and heart.

        Parameters
        ----------
        picture : (SIDE, SIDE) float32
            From `ranks`.

        Returns
        -------
        (2, SIDE, SIDE) float32
        """
        x, skips = picture[None], []
        for level in range(len(CHANNELS)):
            if level:
                x = x.reshape(len(x), x.shape[1] // 2, 2, x.shape[2] // 2, 2).max(axis=(2, 4))
            x = self._convolved(self._convolved(x, f"encode{level}a"), f"encode{level}b")
            skips.append(x)
        for level in reversed(range(len(CHANNELS) - 1)):
            x = np.concatenate([x.repeat(2, axis=1).repeat(2, axis=2), skips[level]])
            x = self._convolved(x, f"decode{level}")
        weight, bias = self._weights["out"], self._weights["out.bias"]
        logits = np.tensordot(weight, x, 1) + bias[:, None, None]
        probabilities: Picture = 1 / (1 + np.exp(-logits))
        return probabilities

    def _convolved(self, x: Picture, name: str) -> Picture:
        weight, bias = self._weights[name], self._weights[f"{name}.bias"]
        height, width = x.shape[1:]
        padded = np.pad(x, ((0, 0), (1, 1), (1, 1)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (height, width), axis=(1, 2))
        columns = windows.reshape(len(x) * 9, height * width)
        made = weight.reshape(len(weight), -1) @ columns + bias[:, None]
        np.maximum(made, 0, out=made)
        convolved: Picture = made.reshape(len(weight), height, width)
        return convolved


def ranks(picture: Picture) -> Picture:
    """Return a picture with each value replaced by its rank among all, -1 to 1.

    Whatever brightness and contrast a maker has given an image, its ranks are the same.
    """
    _, inverse, counts = np.unique(picture, return_inverse=True, return_counts=True)
    middle = (np.cumsum(counts) - 0.5 * counts) / picture.size
    ranked: Picture = (2 * middle[inverse] - 1).reshape(picture.shape).astype(np.float32)
    return ranked


def network_input(radiograph: Radiograph, margin: float = 0.0) -> tuple[Picture, Frame]:
    """Return what the network sees of an image, dense tissue bright, whatever its windows.

    Parameters
    ----------
    radiograph : Radiograph
    margin : float
        What is added on every side, as a part of the longer side; what is cut off where negative.

    Returns
    -------
    picture : (SIDE, SIDE) float32
    frame : Frame
    """
    vertical, horizontal = stretch(radiograph.aspect)
    shown = _grey(radiograph)
    rows, columns = shown.shape
    longest = max(rows * vertical, columns * horizontal) * (1 + 2 * margin)
    frame = Frame(
        columns / 2 - longest / horizontal / 2,
        rows / 2 - longest / vertical / 2,
        longest / horizontal / SIDE,
        longest / vertical / SIDE,
    )
    left, right = _covered(frame.left, frame.column, columns)
    top, bottom = _covered(frame.top, frame.row, rows)
    crop = shown[
        math.floor(max(0.0, frame.top + top * frame.row)) : math.ceil(min(rows, frame.top + bottom * frame.row)),
        math.floor(max(0.0, frame.left + left * frame.column)) : math.ceil(
            min(columns, frame.left + right * frame.column)
        ),
    ]
    picture = np.full((SIDE, SIDE), shown.min(), np.float32)
    picture[top:bottom, left:right] = resize(np.ascontiguousarray(crop), bottom - top, right - left)
    return ranks(picture), frame


def _covered(start: float, step: float, size: int) -> tuple[int, int]:
    """Return the first and the last pixel of the square, exclusive, that lies on the image."""
    first, last = round(-start / step), round((size - start) / step)
    return max(0, first), min(SIDE, max(last, max(0, first) + 1))


def _grey(radiograph: Radiograph) -> Picture:
    """Return (rows, columns) with dense tissue bright; padding is as dark as air."""
    codes = radiograph.codes
    grey: Picture
    if radiograph.colour:
        grey = codes.mean(axis=2, dtype=np.float32)
        return grey
    values = np.arange(radiograph.levels, dtype=np.float32)
    if radiograph.inverted:
        values = values[::-1].copy()
    if radiograph.padding is not None:
        low, high = radiograph.padding
        kept = np.ones(radiograph.levels, np.bool_)
        kept[low : high + 1] = False
        values[~kept] = values[kept].min() if kept.any() else 0
    grey = values[codes]
    return grey
