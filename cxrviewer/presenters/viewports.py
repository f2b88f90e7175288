"""Several viewports: which one commands act on, which images they show, and what they share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.commands.facts import Fact
from cxrviewer.commands.registry import FactBoard
from cxrviewer.presenters.annotations import AnnotationsPresenter, AnnotationsView
from cxrviewer.presenters.frames import FramesPresenter, FramesView
from cxrviewer.presenters.image_presenter import ImagePresenter, ImageView
from cxrviewer.reading.screen import Screen
from cxrviewer.reading.values import PresetGrey, ViewState, WindowGrey, ZoomKind
from cxrviewer.reading.windowing import as_window
from cxrviewer.studies.library import ImageEntry
from cxrviewer.text import msg, translated
from cxrviewer.workspace.layout import WINDOWS, Aspect, Frame, Layout, Workspace, followed
from cxrviewer.workspace.saved import SavedViewport

NO_OTHER = msg("There is no other image beside this one: open the prior first.")
NOT_HERE = msg("The image of this viewport is no longer here")
NOT_HERE_WHY = msg(
    "None of the opened files holds it: its file was moved, deleted or replaced. Choose another one in the worklist."
)

LAYOUTS = {
    Layout.ONE: Fact.LAYOUT_ONE,
    Layout.TWO: Fact.LAYOUT_TWO,
    Layout.THREE: Fact.LAYOUT_THREE,
    Layout.FOUR: Fact.LAYOUT_FOUR,
}

ASPECTS = {
    Aspect.WINDOW: Fact.SYNC_WINDOW,
    Aspect.ZOOM: Fact.SYNC_ZOOM,
    Aspect.PAN: Fact.SYNC_PAN,
    Aspect.FLIP: Fact.SYNC_FLIP,
}


class ViewportView(ImageView, AnnotationsView, Protocol):
    """The canvas of one viewport."""

    def scale_factor(self) -> float:
        """Return device pixels per image pixel, 0 without an image."""
        ...

    def fit_scale(self) -> float:
        """Return the scale at which the whole image fits, 0 without an image."""
        ...

    def screen(self) -> Screen:
        """Return the place for an image."""
        ...


class ViewportsView(Protocol):
    """What the presenter needs of the window."""

    def viewport_view(self, number: int) -> ViewportView:
        """Return the canvas of a viewport, made where it is not there yet."""
        ...

    def frames_view(self, number: int) -> FramesView:
        """Return the controls for the frames of a viewport's image."""
        ...

    def show_workspace(self, workspace: Workspace) -> None:
        """Lay the viewports out and mark the active one."""
        ...


class GatedBoard:
    """A viewport's facts: published to the window while the viewport is the active one, kept meanwhile.

    `on_opened` is called with whether something is open in the viewport, active or not.
    """

    def __init__(
        self, board: FactBoard, *, is_open: bool, on_opened: Callable[[bool], None] = lambda opened: None
    ) -> None:
        self._board, self._open, self._on_opened = board, is_open, on_opened
        self._said: dict[frozenset[str], tuple[frozenset[str], dict[Fact, str]]] = {}

    def publish(self, owned: Collection[str], true: Collection[str], texts: Mapping[Fact, str] | None = None) -> None:
        said = frozenset(true), dict(texts or {})
        self._said[frozenset(owned)] = said
        if self._open:
            self._board.publish(owned, *said)
        if Fact.OPENED in owned:
            self._on_opened(Fact.OPENED in true)

    def open(self) -> None:
        """Become the one whose facts hold."""
        self._open = True
        for owned, said in self._said.items():
            self._board.publish(owned, *said)

    def shut(self) -> None:
        self._open = False


def _no_findings() -> None:
    pass


class Pane(Struct, eq=False):
    """One viewport with its presenters.

    Attributes
    ----------
    entry : ImageEntry or None
        What it shows or is about to show.
    show_findings : callable
        Shows the findings of what is in it, once it is the active one.
    seen : ViewState or None
        How its image was seen last, for those that follow.
    restored : SavedViewport or None
        How the image that is being opened is to be seen, from an earlier run.
    resumes : bool
        Whether the image that is being opened goes on at the frame that its journal names.
    prior : bool
        Whether its image stands there as one of the same person as the image it was put beside.
    failed : ImageEntry or None
        What it should show and cannot.
    missed : tuple of str
        Moments (`priors.moment`) of newer priors that cannot be shown, in whose place its image stands (`next_priors`).
    """

    number: int
    image: ImagePresenter
    annotations: AnnotationsPresenter
    frames: FramesPresenter
    board: GatedBoard
    entry: ImageEntry | None = None
    show_findings: Callable[[], None] = _no_findings
    seen: ViewState | None = None
    restored: SavedViewport | None = None
    resumes: bool = False
    prior: bool = False
    failed: ImageEntry | None = None
    missed: tuple[str, ...] = ()

    def not_here(self) -> None:
        """Show that none of the opened files holds the image of this viewport."""
        self.image.failure(translated(NOT_HERE), translated(NOT_HERE_WHY))


class ViewportsPresenter:
    """The viewports of one window; the first is there from the start, others when a layout first shows them.

    Parameters
    ----------
    view : ViewportsView
    make : callable
        Makes a pane by its number.
    facts : FactBoard
    on_leaving : callable
        Called while the viewport that is left is still the active one: its findings leave its canvas.
    on_activated : callable
        Called with the pane that is active from now on.
    on_changed : callable
        Called after every change of what is saved: arrangement, images and how they are seen.
    """

    def __init__(
        self,
        view: ViewportsView,
        make: Callable[[int], Pane],
        *,
        facts: FactBoard,
        on_leaving: Callable[[], None],
        on_activated: Callable[[Pane], None],
        on_changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._view, self._make, self._facts = view, make, facts
        self._on_leaving, self._on_activated = on_leaving, on_activated
        self._on_changed = on_changed
        self._workspace = Workspace()
        self._following = False
        self._panes: dict[int, Pane] = {0: make(0)}
        self._publish()

    @property
    def workspace(self) -> Workspace:
        return self._workspace

    @property
    def active(self) -> Pane:
        return self._panes[self._workspace.active]

    @property
    def panes(self) -> tuple[Pane, ...]:
        """The viewports that exist, also those that the layout does not show now."""
        return tuple(self._panes.values())

    @property
    def shown(self) -> tuple[Pane, ...]:
        """The viewports that are on the screen, those of further windows included."""
        return tuple(self._panes[number] for number in self._workspace.shown)

    @property
    def beside(self) -> tuple[ImageEntry, ...]:
        """The images of the viewports.

        What a viewport that fills the window hides counts too: blinking and a double click bring it back.
        """
        numbers = {*range(self._workspace.layout.count), *self._workspace.windows}
        return tuple(pane.entry for pane in self.panes if pane.number in numbers and pane.entry is not None)

    def pane(self, number: int) -> Pane:
        """Return a viewport that was shown before. Raises KeyError."""
        return self._panes[number]

    def set_layout(self, layout: Layout) -> None:
        self._become(self._workspace.with_layout(layout))

    def activate(self, number: int) -> None:
        """Make a viewport the one that commands act on; ignored for one that is not shown."""
        if number in self._workspace.shown:
            self._become(self._workspace.activated(number))

    def step(self, by: int) -> None:
        """Activate the next or the previous viewport."""
        self._become(self._workspace.stepped(by))

    def toggle(self, number: int) -> None:
        """Show a viewport alone, or all again."""
        if number in self._workspace.shown:
            self._become(self._workspace.toggled(number))

    def open_window(self) -> int | None:
        """Open one more window and make its viewport the active one; returns its number, None where all are open."""
        if len(self._workspace.windows) == WINDOWS:
            return None
        self._become(self._workspace.with_window())
        return self._workspace.active

    def close_window(self, number: int) -> None:
        """Close a window; what its viewport shows is there when it is opened again."""
        if number in self._workspace.windows:
            self._become(self._workspace.without_window(number))

    def close_windows(self) -> None:
        """Close all windows beside the main one."""
        for number in self._workspace.windows:
            self.close_window(number)

    def blink(self) -> bool:
        """Show the other image in the place of this one; back by the same call. False where there is no other."""
        workspace = self._workspace
        numbers = range(workspace.layout.count)
        others = [number for number in numbers if number != workspace.active and workspace.viewports[number].image]
        if not others or workspace.active in workspace.windows:
            return False
        following = next((number for number in others if number > workspace.active), others[0])
        # The first press fills the window with the image at hand: what changes then is the image, not the place.
        alone = workspace if workspace.single else workspace.toggled(workspace.active)
        self._become(replace(alone, active=following, home=following) if workspace.single else alone)
        return True

    def toggle_sync(self) -> None:
        """Let the active viewport leave the others, or join them; how it is seen does not change."""
        number = self._workspace.active
        self._become(self._workspace.with_joined(number, joined=not self._workspace.viewports[number].shares))

    def toggle_aspect(self, aspect: Aspect) -> None:
        """Let the active viewport share one thing with the others, or no longer; how it is seen does not change."""
        number = self._workspace.active
        self._become(self._workspace.with_sync(number, self._workspace.viewports[number].shares ^ {aspect}))

    def restore(self, workspace: Workspace) -> None:
        """Take another arrangement, with empty viewports."""
        images = {number: pane.annotations.image for number, pane in self._panes.items()}
        for number, image in images.items():
            workspace = workspace.with_image(number, image)
        self._become(workspace)

    def opened(self, pane: Pane) -> None:
        """Take note of an image that is on the screen now."""
        pane.seen = pane.image.seen
        self._workspace = self._workspace.with_image(pane.number, pane.annotations.image)
        self._on_changed()

    def turned(self, pane: Pane) -> None:
        """Take note of another frame of the image on the screen."""
        pane.seen = pane.image.seen
        self._workspace = self._workspace.with_image(pane.number, pane.annotations.image)

    def emptied(self, pane: Pane) -> None:
        """Take note of an image that has left the screen."""
        pane.seen = None
        self._workspace = self._workspace.with_image(pane.number, None)
        self._on_changed()

    def looked(self, pane: Pane, after: ViewState) -> None:
        """Pass a change of one viewport's view on to those that share it."""
        before, pane.seen = pane.seen, after
        self._on_changed()
        if self._following or before is None or before == after:
            return
        follow: dict[int, list[Aspect]] = {}
        for aspect in _changed(before, after):
            for number in self._workspace.followers(pane.number, aspect):
                follow.setdefault(number, []).append(aspect)
        source = self._frame(pane, before) if follow else None
        if source is None:
            return
        self._following = True
        try:
            for number, aspects in follow.items():
                self._follow(self._panes[number], aspects, (pane, before, after), source)
        finally:
            self._following = False

    # Inside.

    def _become(self, after: Workspace) -> None:
        before = self._workspace
        if after == before:
            return
        for number in after.shown:
            if number not in self._panes:
                self._panes[number] = self._make(number)
        switching = after.active != before.active
        if switching:
            self._on_leaving()
            self.active.annotations.escape()
            self.active.board.shut()
        self._workspace = after
        self._view.show_workspace(after)
        if switching:
            self.active.board.open()
            self._on_activated(self.active)
        self._publish()
        self._on_changed()

    def _publish(self) -> None:
        workspace = self._workspace
        true = {LAYOUTS[workspace.layout]}
        if workspace.layout.count > 1 or workspace.windows:
            true.add(Fact.SEVERAL)
        if workspace.windows:
            true.add(Fact.WINDOWS)
        shares = workspace.viewports[workspace.active].shares
        true |= {ASPECTS[aspect] for aspect in shares}
        if shares:
            true.add(Fact.SYNCED)
        if workspace.single:
            true.add(Fact.SINGLE)
        self._facts.publish(
            {*LAYOUTS.values(), *ASPECTS.values(), Fact.SEVERAL, Fact.WINDOWS, Fact.SYNCED, Fact.SINGLE}, true
        )

    def _frame(self, pane: Pane, view: ViewState) -> Frame | None:
        """Return the geometry of a viewport seen like `view`, None while it cannot be told."""
        image, canvas = pane.image.image, self._view.viewport_view(pane.number)
        scale = {ZoomKind.FIT: canvas.fit_scale(), ZoomKind.TRUE_SIZE: canvas.fit_scale(), ZoomKind.ONE_TO_ONE: 1.0}
        at = scale.get(view.zoom.kind, view.zoom.factor)
        if image is None or at <= 0:
            return None
        radiograph = image.radiograph
        spacing = None if radiograph.spacing is None else radiograph.spacing.column
        return Frame(radiograph.rows, radiograph.columns, at, spacing)

    def _follow(
        self, pane: Pane, aspects: list[Aspect], change: tuple[Pane, ViewState, ViewState], source: Frame
    ) -> None:
        image, own = pane.image.image, pane.image.seen
        target = None if own is None else self._frame(pane, own)
        if image is None or own is None or target is None:
            return
        for aspect in aspects:
            leader, before, after = change
            start = own
            if aspect is Aspect.WINDOW:
                before, start = _as_windows(leader, before, after, pane, own)
            try:
                own = followed(aspect, before, after, source, start, target)
            except ValueError:  # spacings or windows of damaged files lead outside every range: it stays as it is
                continue
        if isinstance(own.grey, PresetGrey) and own.grey.index >= max(1, len(image.radiograph.presets)):
            assert pane.seen is not None
            own = msgspec.structs.replace(own, grey=pane.seen.grey)  # it has no preset of that number
        pane.image.see(own)


def _changed(before: ViewState, after: ViewState) -> list[Aspect]:
    """Return what differs, in the order in which it is followed."""
    differs = {
        Aspect.FLIP: (before.quarter_turns, before.flipped) != (after.quarter_turns, after.flipped),
        Aspect.WINDOW: (before.grey, before.inverted) != (after.grey, after.inverted),
        Aspect.ZOOM: before.zoom != after.zoom,
        # Without a middle of its own the whole image is shown, which the zoom has set already.
        Aspect.PAN: after.centre is not None and before.centre != after.centre,
    }
    return [aspect for aspect, holds in differs.items() if holds]


def _as_windows(
    leader: Pane, before: ViewState, after: ViewState, follower: Pane, own: ViewState
) -> tuple[ViewState, ViewState]:
    """Return `before` and `own` with windows instead of presets where a drag begins, so that offsets are kept."""
    led, image = leader.image.image, follower.image.image
    if before.grey == after.grey or not isinstance(after.grey, WindowGrey) or led is None or image is None:
        return before, own
    if led.radiograph.colour or image.radiograph.colour:
        return before, own
    windows = [
        view if isinstance(view.grey, WindowGrey) else as_window(view, one.radiograph)
        for view, one in ((before, led), (own, image))
    ]
    return windows[0], windows[1]
