"""Decides what lies over the film: which map, how strong, in which colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from cxrviewer.heads.saliency import intensity
from cxrviewer.presenters.findings import ChosenMap


@dataclass(frozen=True, slots=True, eq=False)
class LayerPicture:
    """A map ready to colour.

    Attributes
    ----------
    intensity : (h, w) float32
        In [0, 1]; 1 is the head's fixed reference, whatever this film's maximum.
    to_image : (2, 3) float64
        (column, row, 1) of cell centres to (column, row) of image pixel centres.
    opacity : float
        In [0, 1].
    """

    intensity: npt.NDArray[np.float32]
    to_image: npt.NDArray[np.float64]
    opacity: float
    colours: str


@dataclass(frozen=True, slots=True)
class LayerControls:
    """The state of the panel's layer section."""

    available: bool
    visible: bool
    finding: str
    opacity: int
    """Per cent."""
    colours: str
    caption: str


class LayerView(Protocol):
    """What the presenter needs of canvas and panel."""

    def show_layer(self, picture: LayerPicture | None, label: str) -> None: ...
    def show_layer_controls(self, controls: LayerControls) -> None: ...


class LayerPresenter:
    """Shows at most one map, off until asked for; nothing here runs a model."""

    def __init__(self, view: LayerView, *, visible: bool, opacity: float, colours: str) -> None:
        self._view = view
        self._chosen: ChosenMap | None = None
        self._visible = visible
        self._opacity = opacity
        self._colours = colours
        self._draw()

    @property
    def visible(self) -> bool:
        return self._visible

    @property
    def opacity(self) -> float:
        return self._opacity

    @property
    def colours(self) -> str:
        return self._colours

    def show(self, chosen: ChosenMap | None) -> None:
        """Take the map of the chosen finding, None for none."""
        self._chosen = chosen
        self._draw()

    def set_visible(self, visible: bool) -> None:
        self._visible = visible
        self._draw()

    def set_opacity(self, per_cent: int) -> None:
        self._opacity = min(max(per_cent, 0), 100) / 100
        self._draw()

    def set_colours(self, name: str) -> None:
        self._colours = name
        self._draw()

    def _draw(self) -> None:
        chosen = self._chosen
        per_cent = round(100 * self._opacity)
        picture, label = None, ""
        if chosen is not None and self._visible:
            saliency = chosen.saliency
            picture = LayerPicture(intensity(saliency), saliency.to_image, self._opacity, self._colours)
            label = f"{chosen.name} · {saliency.method} · {per_cent} %"
        self._view.show_layer(picture, label)
        self._view.show_layer_controls(
            LayerControls(
                available=chosen is not None,
                visible=self._visible,
                finding="" if chosen is None else chosen.name,
                opacity=per_cent,
                colours=self._colours,
                caption=_caption(chosen),
            )
        )


def _caption(chosen: ChosenMap | None) -> str:
    if chosen is None:
        return "No map: choose a finding that has a score."
    rows, columns = chosen.saliency.values.shape
    return f"Where the model looked: {chosen.saliency.method}, {columns} × {rows} cells, not a lesion outline."
