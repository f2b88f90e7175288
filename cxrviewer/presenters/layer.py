"""Decides what lies over the image: which map, how strong, in which colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.commands.facts import Fact
from cxrviewer.commands.registry import FactBoard, Registry
from cxrviewer.presenters.finding_states import ChosenMap, MapOffer
from cxrviewer.reports.percent import percent
from cxrviewer.text import tr

if TYPE_CHECKING:
    from cxrviewer.heads.contract import SaliencyMap

OUTLINE_LEVEL = 0.5
"""A line is drawn around what reaches this part of the full colour."""


class LayerPicture(Struct, frozen=True, eq=False):
    """A map ready to colour.

    Attributes
    ----------
    intensity : (h, w) float32
        In [0, 1]; 1 is the head's fixed reference, whatever this image's maximum.
    to_image : (2, 3) float64
        (column, row, 1) of cell centres to (column, row) of image pixel centres.
    opacity : float
        In [0, 1].
    """

    intensity: npt.NDArray[np.float32]
    to_image: npt.NDArray[np.float64]
    opacity: float
    colours: str


class LayerControls(Struct, frozen=True):
    """The state of the panel's layer section.

    Attributes
    ----------
    whose : str
        Method and head of the map; empty while one head only is on.
    opacity : int
        Per cent.
    offer : bool
        The map of this finding can be computed on request.
    done, of : int
        How far that is, in patches; `of` is 0 while nobody has asked.
    """

    available: bool
    visible: bool
    finding: str
    opacity: int
    colours: str
    caption: str
    whose: str = ""
    offer: bool = False
    done: int = 0
    of: int = 0


_FACTS = frozenset({Fact.MAP, Fact.MAP_SHOWN, Fact.MAP_OFFER})


class LayerView(Protocol):
    """What the presenter needs of canvas and panel."""

    def show_layer(self, picture: LayerPicture | None, label: str) -> None: ...
    def show_layer_controls(self, controls: LayerControls) -> None: ...


class LayerPresenter:
    """Shows at most one map, off until asked for; nothing here runs a model."""

    def __init__(
        self, view: LayerView, *, visible: bool, opacity: float, colours: str, facts: FactBoard | None = None
    ) -> None:
        self._view = view
        self._facts: FactBoard = facts if facts is not None else Registry(())
        self._chosen: ChosenMap | MapOffer | None = None
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

    def show(self, chosen: ChosenMap | MapOffer | None) -> None:
        """Take the map of the chosen finding, the offer to compute it, or None for neither."""
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
        if isinstance(chosen, ChosenMap) and self._visible:
            saliency = chosen.saliency
            picture = LayerPicture(_intensity(saliency), saliency.to_image, self._opacity, self._colours)
            whose = _whose(chosen)
            words = f"{whose} · {chosen.name}" if whose else f"{chosen.name} · {saliency.method}"
            # A bare number behind the name of a finding would be read as its probability.
            label = tr("{words} · opacity {percent} %", words=words, percent=per_cent)
        offer = chosen if isinstance(chosen, MapOffer) else None
        facts = {
            Fact.MAP: isinstance(chosen, ChosenMap),
            Fact.MAP_SHOWN: self._visible,
            Fact.MAP_OFFER: offer is not None,
        }
        self._facts.publish(_FACTS, [fact for fact, holds in facts.items() if holds])
        self._view.show_layer(picture, label)
        self._view.show_layer_controls(
            LayerControls(
                available=isinstance(chosen, ChosenMap),
                visible=self._visible,
                finding="" if chosen is None else chosen.name,
                opacity=per_cent,
                colours=self._colours,
                caption=_caption(chosen) + _line(chosen),
                whose=_whose(chosen),
                offer=offer is not None,
                done=offer.done if offer is not None else 0,
                of=offer.of if offer is not None else 0,
            )
        )


def _whose(chosen: ChosenMap | MapOffer | None) -> str:
    """Return whose map this is, where more than one head could be meant."""
    if chosen is None or not chosen.head:
        return ""
    # Up to the comma: the size of patches stands in the caption, and the line is short.
    method = chosen.saliency.method.partition(",")[0] if isinstance(chosen, ChosenMap) else tr("No map yet")
    return f"{method} · {chosen.head}"


def _intensity(saliency: SaliencyMap) -> npt.NDArray[np.float32]:
    from cxrviewer.heads.inference.saliency import intensity  # the first image of a launch has no map

    return intensity(saliency)


def _line(chosen: ChosenMap | MapOffer | None) -> str:
    """Return what the line over the map means, where there is one."""
    if not isinstance(chosen, ChosenMap) or _intensity(chosen.saliency).max(initial=0.0) < OUTLINE_LEVEL:
        return ""
    return " " + tr("The line is drawn at half of the full colour.")


def _caption(chosen: ChosenMap | MapOffer | None) -> str:
    if chosen is None:
        return tr("No map: no finding with a score is chosen.")
    if isinstance(chosen, MapOffer):
        if chosen.of:
            return tr("Covering the film patch by patch: {done} of {of}.", done=chosen.done, of=chosen.of)
        return chosen.failed or tr("This model makes no maps. One can be computed by covering the film patch by patch.")
    rows, columns = chosen.saliency.values.shape
    if chosen.on_request:
        full = percent(min(chosen.saliency.reference, 0.99)) if chosen.saliency.reference < 1 else "100 %"
        return tr(
            "Where covering lowers the probability: {method}, {columns} × {rows} cells, {head}. No Grad-CAM, "
            "no lesion outline. Full colour: {full} less.",
            head=chosen.made_by,
            method=chosen.saliency.method,
            columns=columns,
            rows=rows,
            full=full,
        )
    return tr(
        "Where the model looked: {method}, {columns} × {rows} cells, {head}. Not a lesion outline.",
        head=chosen.made_by,
        method=chosen.saliency.method,
        columns=columns,
        rows=rows,
    )
