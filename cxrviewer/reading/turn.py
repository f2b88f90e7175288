"""Quarter turns and the left-right flip of a view: where a pixel, a box and a letter of the image go.

The image is first mirrored left to right where it is flipped, then turned clockwise, as in `values.ViewState`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.reading.box import ImageBox
from cxrviewer.text import tr

Edges = tuple[str, str, str, str]
"""What lies at the (left, right, upper, lower) edge."""
Affine = tuple[float, float, float, float, float, float]
"""``x = a * column + c * row + e``, ``y = b * column + d * row + f``, as (a, b, c, d, e, f)."""


class Turn(Struct, frozen=True):
    """One of the eight ways to look at an image.

    Attributes
    ----------
    quarters : int
        Clockwise quarter turns, 0 to 3.
    flipped : bool
        Mirrored left to right before it is turned.
    """

    quarters: int = 0
    flipped: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.quarters <= 3:
            raise ValueError(f"quarters must be 0 to 3, got {self.quarters}")

    @property
    def sideways(self) -> bool:
        """Whether rows of the image run down the screen."""
        return self.quarters % 2 == 1

    def turned(self, clockwise: int) -> Turn:
        """Return the view after quarter turns on the screen, negative ones to the left."""
        return Turn((self.quarters + clockwise) % 4, self.flipped)

    def mirrored(self) -> Turn:
        """Return the view after left and right of the *screen* were exchanged, whatever the turn."""
        return Turn(-self.quarters % 4, not self.flipped)

    def following(self, before: Turn, after: Turn) -> Turn:
        """Return this view after what led from `before` to `after` on the screen is done to it as well."""
        if before.flipped == after.flipped:
            return self.turned(after.quarters - before.quarters)
        return Turn((after.quarters + before.quarters - self.quarters) % 4, not self.flipped)

    def size(self, columns: float, rows: float) -> tuple[float, float]:
        """Return (width, height) on the screen of `columns` x `rows`; its own inverse."""
        return (rows, columns) if self.sideways else (columns, rows)

    def affine(self, columns: float, rows: float) -> Affine:
        """Return where places of an image of `columns` x `rows` are shown; pixel edges on both sides."""
        mirror: Affine = (-1, 0, 0, 1, columns, 0)
        a, b, c, d, e, f = mirror if self.flipped else (1, 0, 0, 1, 0, 0)
        height = rows
        for _ in range(self.quarters):
            # Clockwise: what lay at the top lies at the right, x = height - y, y = x.
            a, b, c, d, e, f = -b, a, -d, c, height - f, e
            height = columns if height == rows else rows
        return a, b, c, d, e, f

    def direction(self, right: float, down: float) -> tuple[float, float]:
        """Return (columns, rows) of the image for a step on the screen."""
        for _ in range(self.quarters):
            right, down = down, -right
        return (-right if self.flipped else right), down

    def box(self, shown: ImageBox, columns: float, rows: float) -> ImageBox:
        """Return the part of an image of `columns` x `rows` that lies under a part of what is shown."""
        left, top, right, bottom = shown.edges()
        width, height = self.size(columns, rows)
        for _ in range(self.quarters):
            left, top, right, bottom = top, width - right, bottom, width - left
            width, height = height, width
        if self.flipped:
            left, right = columns - right, columns - left
        return ImageBox(left, top, right, bottom)

    def pixels(self, picture: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return a picture (rows, columns, ...) as it is shown, contiguous; itself where nothing changes."""
        if self == Turn():
            return picture
        mirrored = picture[:, ::-1] if self.flipped else picture
        return np.ascontiguousarray(np.rot90(mirrored, -self.quarters))

    def edges(self, edges: Edges) -> Edges:
        """Return what lies at the edges of the screen where `edges` lie at those of the image."""
        left, right, upper, lower = edges
        if self.flipped:
            left, right = right, left
        for _ in range(self.quarters):
            left, right, upper, lower = lower, upper, left, right
        return left, right, upper, lower

    def describe(self) -> str:
        """Return the words for the read-out; empty for an image as it was opened."""
        turned = ("", tr("turned 90° right"), tr("turned 180°"), tr("turned 90° left"))[self.quarters]
        return "  ·  ".join(part for part in (tr("FLIPPED left to right") if self.flipped else "", turned) if part)
