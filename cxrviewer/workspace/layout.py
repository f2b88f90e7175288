"""Viewports and what they show: immutable values, changed by pure functions.

A viewport keeps its number while the layout changes, so that going to one viewport and back
brings the same images to the same places.
"""

from __future__ import annotations

import enum

import msgspec
from msgspec import Struct
from msgspec.structs import force_setattr, replace

from cxrviewer.reading.turn import Turn
from cxrviewer.reading.values import ImageRef, Point, RegionGrey, ViewState, WindowGrey, Zoom, ZoomKind

IN_LAYOUT = 4
"""Viewports that a layout can show, by number the first ones."""
WINDOWS = 3
"""Windows beside the main one, each with one viewport of its own; their numbers follow."""
MAX_VIEWPORTS = IN_LAYOUT + WINDOWS


class Layout(enum.Enum):
    """Rows and columns of viewports."""

    ONE = (1, 1)
    TWO = (1, 2)
    THREE = (1, 3)
    FOUR = (2, 2)

    @property
    def rows(self) -> int:
        return self.value[0]

    @property
    def columns(self) -> int:
        return self.value[1]

    @property
    def count(self) -> int:
        return self.rows * self.columns


class Aspect(enum.Enum):
    """What a sync group shares."""

    WINDOW = "window"
    ZOOM = "zoom"
    PAN = "pan"
    FLIP = "flip"
    """Flip and quarter turns."""


ALL_ASPECTS = frozenset(Aspect)


class Viewport(Struct, frozen=True):
    """One place for an image.

    Attributes
    ----------
    image : ImageRef or None
    synced : frozenset of Aspect
        What it shares with the others that share it too.
    joined : bool
        False while it goes alone; `synced` is what it will share again.
    """

    image: ImageRef | None = None
    synced: frozenset[Aspect] = ALL_ASPECTS
    joined: bool = True

    @property
    def shares(self) -> frozenset[Aspect]:
        """What it shares at present."""
        return self.synced if self.joined else frozenset()


class Workspace(Struct, frozen=True):
    """Layout, viewports and the active one.

    Attributes
    ----------
    layout : Layout
    viewports : tuple of Viewport
        Always `MAX_VIEWPORTS`; the layout shows the first ones, or `home` alone where `single`.
    active : int
        Where keys and presets go; always one that is shown.
    single : bool
        One viewport fills the main window; a double click goes back to `layout`.
    windows : tuple of int
        Viewports that have a window of their own now, from `IN_LAYOUT` on.
    home : int
        The viewport of the main window that is, or was last, the active one.
    """

    layout: Layout = Layout.ONE
    viewports: tuple[Viewport, ...] = (Viewport(),) * MAX_VIEWPORTS
    active: int = 0
    single: bool = False
    windows: tuple[int, ...] = ()
    home: int = -1

    def __post_init__(self) -> None:
        if self.home < 0:
            force_setattr(self, "home", self.active if self.active < IN_LAYOUT else 0)
        if len(self.viewports) != MAX_VIEWPORTS:
            raise ValueError(f"a workspace has {MAX_VIEWPORTS} viewports")
        if any(not IN_LAYOUT <= number < MAX_VIEWPORTS for number in self.windows):
            raise ValueError(f"a window has a viewport from {IN_LAYOUT} to {MAX_VIEWPORTS - 1}")
        if self.active not in self.windows and not 0 <= self.active < self.layout.count:
            raise ValueError(f"viewport {self.active} is not shown by {self.layout.name}")
        if not 0 <= self.home < self.layout.count:
            raise ValueError(f"viewport {self.home} is not shown by {self.layout.name}")

    @property
    def in_main(self) -> tuple[int, ...]:
        """Numbers of the viewports in the main window, row by row."""
        return (self.home,) if self.single else tuple(range(self.layout.count))

    @property
    def shown(self) -> tuple[int, ...]:
        """Numbers of the viewports on all screens, those of the main window first."""
        return (*self.in_main, *self.windows)

    def images(self) -> tuple[ImageRef, ...]:
        """Return the images on the screen, each once, the active one first."""
        order = sorted(self.shown, key=lambda number: number != self.active)
        found = (self.viewports[number].image for number in order)
        return tuple(dict.fromkeys(image for image in found if image is not None))

    def with_layout(self, layout: Layout) -> Workspace:
        """Return the workspace in another layout; images that are no longer shown keep their places."""
        home = min(self.home, layout.count - 1)
        active = self.active if self.active in self.windows else home
        return replace(self, layout=layout, active=active, home=home, single=False)

    def with_window(self) -> Workspace:
        """Return the workspace with one more window, whose viewport is the active one. Raises ValueError if all are."""
        free = [number for number in range(IN_LAYOUT, MAX_VIEWPORTS) if number not in self.windows]
        if not free:
            raise ValueError("all windows are open")
        return replace(self, windows=(*self.windows, free[0]), active=free[0])

    def without_window(self, number: int) -> Workspace:
        """Return the workspace with a window closed; its viewport keeps its image for the next time."""
        windows = tuple(one for one in self.windows if one != number)
        return replace(self, windows=windows, active=self.home if self.active == number else self.active)

    def activated(self, number: int) -> Workspace:
        """Return the workspace with another active viewport. Raises ValueError for one that is not shown."""
        if number not in self.shown:
            raise ValueError(f"viewport {number} is not shown")
        return replace(self, active=number, home=number if number < IN_LAYOUT else self.home)

    def stepped(self, by: int) -> Workspace:
        """Return the workspace with the next viewport active, round the end."""
        shown = self.shown
        return self.activated(shown[(shown.index(self.active) + by) % len(shown)])

    def toggled(self, number: int) -> Workspace:
        """Return the workspace with viewport `number` alone, or in its layout again (a double click).

        One that has a window of its own is alone already.
        """
        if number >= IN_LAYOUT:
            return self
        if self.single:
            return replace(self, single=False)
        return replace(self.activated(number), single=self.layout.count > 1)

    def with_image(self, number: int, image: ImageRef | None) -> Workspace:
        """Return the workspace with an image in viewport `number`. Raises IndexError."""
        if not 0 <= number < MAX_VIEWPORTS:
            raise IndexError(number)
        return self._with(number, replace(self.viewports[number], image=image))

    def with_sync(self, number: int, aspects: frozenset[Aspect]) -> Workspace:
        """Return the workspace with viewport `number` sharing `aspects`."""
        return self._with(number, replace(self.viewports[number], synced=aspects, joined=True))

    def with_joined(self, number: int, *, joined: bool) -> Workspace:
        """Return the workspace with viewport `number` going alone, or sharing what it shared before.

        One that shared nothing shares everything.
        """
        before = self.viewports[number]
        return self._with(number, replace(before, synced=before.synced or ALL_ASPECTS, joined=joined))

    def followers(self, number: int, aspect: Aspect) -> tuple[int, ...]:
        """Return the shown viewports with an image that share `aspect` with `number`, without itself."""
        if aspect not in self.viewports[number].shares:
            return ()
        return tuple(
            n
            for n in self.shown
            if n != number and self.viewports[n].image is not None and aspect in self.viewports[n].shares
        )

    def _with(self, number: int, viewport: Viewport) -> Workspace:
        viewports = list(self.viewports)
        viewports[number] = viewport
        return replace(self, viewports=tuple(viewports))


class Frame(Struct, frozen=True):
    """What a viewport needs to bring another one's view to its own image.

    Attributes
    ----------
    rows, columns : int
        Of the image.
    scale : float
        Screen pixels per image pixel at present.
    millimetres : float or None
        Between two columns; None where the image has no spacing.
    """

    rows: int
    columns: int
    scale: float
    millimetres: float | None = None

    @property
    def middle(self) -> Point:
        return Point(self.columns / 2, self.rows / 2)


def followed(
    aspect: Aspect, before: ViewState, after: ViewState, source: Frame, own: ViewState, target: Frame
) -> ViewState:
    """Return the view of another viewport that follows a change from `before` to `after`.

    Offsets are kept: what changes is passed on, not what is there. A window moves by as much, relative to its width
    where both are windows; a zoom by the same factor; a pan by the same part of the body, in millimetres where both
    images have a spacing, else relative to their heights.
    """
    if aspect is Aspect.WINDOW:
        return _window_followed(before, after, own)
    if aspect is Aspect.FLIP:
        turn = _turn(own).following(_turn(before), _turn(after))
        return _replace(own, quarter_turns=turn.quarters, flipped=turn.flipped)
    if aspect is Aspect.ZOOM:
        return _zoom_followed(before, after, source, own, target)
    start, end = before.centre or source.middle, after.centre or source.middle
    per_pixel = _ratio(source, target)
    centre = own.centre or target.middle
    moved = Point(
        centre.column + (end.column - start.column) * per_pixel, centre.row + (end.row - start.row) * per_pixel
    )
    return _replace(own, centre=moved)


def _turn(view: ViewState) -> Turn:
    return Turn(view.quarter_turns, view.flipped)


def _ratio(source: Frame, target: Frame) -> float:
    """Return target pixels per source pixel for the same part of a body."""
    if source.millimetres and target.millimetres:
        return source.millimetres / target.millimetres
    return target.rows / source.rows


def _window_followed(before: ViewState, after: ViewState, own: ViewState) -> ViewState:
    inverted = own.inverted ^ (after.inverted != before.inverted)
    old, new, mine = before.grey, after.grey, own.grey
    if isinstance(old, WindowGrey) and isinstance(new, WindowGrey) and isinstance(mine, WindowGrey):
        factor = mine.width / old.width
        width = max(1.0, new.width * factor)
        mine = WindowGrey(mine.center + (new.center - old.center) * factor, width, mine.function)
    elif old != new and not (isinstance(new, RegionGrey) and not new.automatic):
        # A preset has no offset: the other image gets its own of the same number. A region was drawn on one image;
        # what lies in the same place of another one is something else.
        mine = new
    return _replace(own, grey=mine, inverted=inverted)


def _zoom_followed(before: ViewState, after: ViewState, source: Frame, own: ViewState, target: Frame) -> ViewState:
    if after.zoom.kind is not ZoomKind.FACTOR:
        return _replace(own, zoom=after.zoom, centre=None if after.centre is None else own.centre)
    was = before.zoom.factor if before.zoom.kind is ZoomKind.FACTOR else source.scale
    factor = min(max(target.scale * after.zoom.factor / was, 1e-3), 1e3)
    return _replace(own, zoom=Zoom(ZoomKind.FACTOR, factor))


def _replace(view: ViewState, **changes: object) -> ViewState:
    return msgspec.structs.replace(view, **changes)
