"""Decides what the canvas shows: which image, through which window, with which words."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.cancel import CancelToken
from cxrviewer.commands.facts import PRESETS, Fact, preset, preset_used
from cxrviewer.commands.registry import FactBoard, Registry
from cxrviewer.errors import CxrError
from cxrviewer.imaging.contents import Header
from cxrviewer.imaging.radiograph import Radiograph, SpacingKind
from cxrviewer.imaging.voi import Voi, VoiLut
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.images import OpenedImage, OpenedImageStore, StillHolds
from cxrviewer.presenters.messages import identity_lines, sentence
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.reading.enhance import Enhancement, enhanced
from cxrviewer.reading.screen import ScreenImage
from cxrviewer.reading.turn import Turn
from cxrviewer.reading.values import FieldGrey, Point, PresetGrey, ViewState, Zoom
from cxrviewer.reading.windowing import (
    BONES,
    LUNGS,
    MEDIASTINUM,
    WindowState,
    as_grey,
    automatic,
    describe,
    dragged,
    equivalent_window,
    field_state,
    first_state,
    from_grey,
    in_frame,
    region_between,
    region_state,
    toggled,
    with_preset,
    with_same_polarity,
)
from cxrviewer.studies.library import ImageEntry, patient_key, rewritten
from cxrviewer.text import msg, tr, translated

logger = logging.getLogger(__name__)

SLOT = "image"
REFINE_SLOT = "refine"
ENHANCE_SLOT = "enhance"

WINDOW_STEP = 20
"""Screen pixels of a drag that one step of the keyboard stands for: 5 % of the width."""

REWRITTEN = msg(
    "This file has changed since it was listed; name, picture and findings are those of its present content."
)


class _Failure(Struct, frozen=True, eq=False):
    """Why an image could not be opened, and whether its file is still what was listed; None: nobody knows."""

    error: CxrError
    holds: bool | None


TRUE_SIZE = {
    SpacingKind.DETECTOR: msg("true size at the detector"),
    SpacingKind.MAGNIFICATION_CORRECTED: msg("true size in the patient, corrected for magnification"),
    SpacingKind.CALIBRATED: msg("true size in the patient, calibrated"),
}
"""What the canvas calls true size by the basis of the header's millimetres."""

_FACTS = frozenset(
    {
        Fact.OPENED, Fact.IMAGE, Fact.GREY, Fact.INVERTED,
        Fact.OVERLAYS, Fact.OVERLAYS_SHOWN, Fact.SHUTTER, Fact.SHUTTER_SHOWN,
        Fact.LUNGS, Fact.MEDIASTINUM, Fact.BONES, Fact.VOI_LUT, Fact.VOI_LUT_USED,
        Fact.SPACING, Fact.SHARPENED, Fact.LOCAL_CONTRAST, Fact.ENHANCEMENT_KEPT,
        *(preset(number) for number in range(1, PRESETS + 1)),
        *(preset_used(number) for number in range(1, PRESETS + 1)),
    }
)  # fmt: skip


class MarkSwitches(Struct, frozen=True):
    """Whether shutter and overlays are drawn, and whether the image has any.

    Attributes
    ----------
    shutter, overlays : bool
        The reader's choice; it stays from image to image.
    has_shutter, has_overlays : bool
    """

    shutter: bool = True
    overlays: bool = True
    has_shutter: bool = False
    has_overlays: bool = False

    def for_image(self, radiograph: Radiograph | None) -> MarkSwitches:
        """Return the same choice over another image, None for no image."""
        if radiograph is None:
            return replace(self, has_shutter=False, has_overlays=False)
        return replace(self, has_shutter=radiograph.shutter is not None, has_overlays=radiograph.overlay is not None)


class ImageView(Protocol):
    """What the presenter needs of the canvas."""

    def show_start(self) -> None: ...
    def show_opening(self) -> None: ...
    def show_image(self, screen: ScreenImage, table: npt.NDArray[np.float32] | None) -> None:
        """Paint the image before returning."""
        ...

    def show_frame(self, screen: ScreenImage, table: npt.NDArray[np.float32] | None) -> None:
        """Draw another frame of the same image in the same place."""
        ...

    def show_table(self, table: npt.NDArray[np.float32]) -> None: ...
    def refine(self, screen: ScreenImage) -> None: ...
    def show_pixels(self, screen: ScreenImage) -> None:
        """Draw other pixels of the same image, through the same table and in the same place."""
        ...

    def show_failure(self, title: str, message: str) -> None: ...
    def show_offer(self, words: str) -> None:
        """Put a button below a failure, which goes with it; empty words take it away."""
        ...

    def show_identity(self, first: str, second: str) -> None: ...
    def show_window(self, text: str) -> None: ...
    def show_notes(self, notes: tuple[str, ...]) -> None: ...
    def show_probe(self, text: str) -> None: ...
    def show_sides(self, edges: tuple[str, str, str, str] | None) -> None:
        """Mark the sides of the patient at the (left, right, upper, lower) edge; None for unknown."""
        ...

    def show_turn(self, turn: Turn) -> None:
        """Turn and flip the image, keeping its middle."""
        ...

    def show_place(self, zoom: Zoom, centre: Point | None) -> None:
        """Bring `centre`, None for the image's own, to the middle of the canvas; the next image opens so."""
        ...

    def show_spacing(self, millimetres: float | None, words: str) -> None:
        """Take the size of the finer side of a pixel, None for unknown, and what the canvas calls true size."""
        ...

    def show_marks(self, switches: MarkSwitches) -> None: ...
    def show_remarks(self, text: str) -> None:
        """Say beside window and zoom how the image is shown otherwise than usual."""
        ...


class ImagePresenter:
    """Opens one image at a time; a newer wish replaces an older one.

    Parameters
    ----------
    view : ImageView
    jobs : JobRunner
    images : OpenedImageStore
        Shared with other viewports: the only owner of decoded images.
    still_holds : callable
        `imaging.stamp.still_holds`: whether a file is still what was read of it.
    on_opened : callable
        Called with an image that is on the screen.
    on_renewed : callable
        Told, before `on_opened`, the entry of an image whose file had changed since it was listed; returns whether it
        is shown here.
    on_failed : callable
        Called with ``(entry, error)`` for an entry that could not be opened.
    on_stale : callable
        Called with an entry that could not be opened and whose file is not what was listed.
    recall : callable
        ``recall(image)`` returns how an image was seen last, None for as it opens; called before it is shown.
    warm : callable
        Called on a worker's thread before that, for what `recall` would wait for.
    on_looked : callable
        Called with how the image on the screen is seen now, at every change.
    slots : str
        What its job slots begin with, so that viewports do not replace each other's jobs.
    privacy : Privacy, optional
        Whether identity is shown; it is otherwise.
    notes : callable
        Returns further notes for an image, beside those about its own pixels.
    """

    def __init__(
        self,
        view: ImageView,
        jobs: JobRunner,
        images: OpenedImageStore,
        *,
        still_holds: StillHolds,
        on_opened: Callable[[OpenedImage], None],
        on_renewed: Callable[[ImageEntry], bool],
        on_failed: Callable[[ImageEntry, Exception], None],
        on_stale: Callable[[ImageEntry], None],
        recall: Callable[[OpenedImage], ViewState | None] = lambda _: None,
        warm: Callable[[OpenedImage], None] = lambda _: None,
        on_looked: Callable[[ViewState], None] = lambda _: None,
        facts: FactBoard | None = None,
        slots: str = "",
        privacy: Privacy | None = None,
        notes: Callable[[ImageEntry], tuple[str, ...]] = lambda _: (),
    ) -> None:
        self._view = view
        self._notes, self._changed = notes, False
        self._noted: tuple[str, ...] = ()
        self._slot, self._refine_slot = slots + SLOT, slots + REFINE_SLOT
        self._enhance_slot = slots + ENHANCE_SLOT
        self._enhancement, self._keep_enhancement = Enhancement.NONE, False
        self._drawn_enhancement = Enhancement.NONE
        self._jobs = jobs
        self._images, self._warm = images, warm
        self._still_holds = still_holds
        self._on_opened = on_opened
        self._on_renewed = on_renewed
        self._on_failed = on_failed
        self._on_stale = on_stale
        self._recall = recall
        self._on_looked = on_looked
        self._zoom = Zoom()
        self._centre: Point | None = None
        self._facts: FactBoard = facts if facts is not None else Registry(())
        self._opened = self._opening = False
        self._reason = ""  # why the last one could not be shown
        self._image: OpenedImage | None = None
        self._state: WindowState | None = None
        self._drag_from: WindowState | None = None
        self._turn = Turn()
        self._privacy = Privacy() if privacy is None else privacy
        self._privacy.listen(lambda: self._name(*(self._named or (None,))))
        self._named: tuple[ImageEntry, Header] | None = None
        self._marks = MarkSwitches()
        self._show_marks(None)
        self._publish()
        view.show_start()

    @property
    def image(self) -> OpenedImage | None:
        return self._image

    @property
    def opening(self) -> bool:
        """Whether the reader waits for an image here."""
        return self._opening

    def open(self, entry: ImageEntry, *, changed: bool = False) -> None:
        """Show an image. The previous one leaves the screen now, before the new one is decoded:
        a picture under another patient's name is the one thing that must not happen.

        No name is shown before the picture either: only the file itself says whose it is now.

        Parameters
        ----------
        entry : ImageEntry
        changed : bool
            The file is known to hold something else than before: the reader is told so.
        """
        self._forget_image()
        self._view.show_opening()
        self._name(None)
        self._opened = self._opening = True
        self._publish()
        images, still_holds, warm = self._images, self._still_holds, self._warm

        def work(cancel: CancelToken) -> OpenedImage | _Failure:
            try:
                image = images.obtain(entry, cancel)
            except CxrError as error:
                return _Failure(error, _holds(entry, still_holds))
            warm(image)
            return image

        def done(result: OpenedImage | _Failure) -> None:
            if isinstance(result, OpenedImage):
                self._show(result, entry, changed=changed)
            elif result.holds is False:
                self._opening = False
                self._on_stale(entry)
            else:
                if result.holds:
                    self._name(entry, entry.header)
                self._fail(entry, result.error)

        failed: Callable[[Exception], None] = lambda error: self._fail(entry, error)  # noqa: E731
        self._jobs.submit(Lane.DECODE, self._slot, work, on_done=done, on_failed=failed)

    def show_frame(self, image: OpenedImage) -> bool:
        """Show another frame of the image on the screen as that one is seen.

        Where no image is on the screen, `image` is opened like any other. Returns False then.
        """
        shown = self._image
        if shown is None or shown.radiograph.codes.shape != image.radiograph.codes.shape:
            self._show(image, image.entry, changed=False)
            return False
        radiograph, state = image.radiograph, self._state
        self._jobs.cancel(self._enhance_slot)
        self._drawn_enhancement = Enhancement.NONE
        self._image, self._drag_from = image, None
        self._name(image.entry, image.header)
        self._changed = False
        self._show_notes(image)
        self._show_sides(radiograph)
        self._show_spacing(radiograph)
        if state is None:
            self._view.show_frame(image.screen, None)
        else:
            self._state = in_frame(state, shown.radiograph, radiograph)
            self._view.show_frame(image.screen, self._table(radiograph, self._state))
            self._notify(self._state)
        self._show_marks(radiograph)
        if self._enhancement is not Enhancement.NONE:
            self._enhance(self._enhancement)
        self._refine(image)
        return True

    def fail_frame(self, entry: ImageEntry, error: Exception) -> None:
        """Show why a frame of the image cannot be shown, instead of it."""
        self._forget_image()
        self._name(entry, entry.header)
        self._publish()
        title = tr("Frame {number} cannot be shown", number=entry.frame + 1)
        self._view.show_failure(title, sentence(error, tr("Opening the film")))

    def name_failure(self, title: str, *, more: str, offer: str) -> None:
        """Give the reason why an image cannot be shown a title of its own, and the reader a button to go on."""
        title = title or tr("This film cannot be shown")
        self._view.show_failure(title, f"{self._reason}\n\n{more}".strip())
        self._view.show_offer(offer)

    def close(self) -> None:
        """Return to the start screen."""
        self._forget_image()
        self._name(None)
        self._opened = self._opening = False
        self._publish()
        self._view.show_start()

    def failure(self, title: str, message: str) -> None:
        """Show that what the user asked for gave no image."""
        self.close()
        self._opened = True
        self._publish()
        self._view.show_failure(title, message)

    def preset(self, number: int) -> None:
        """Use window `number` of the image's own; ignored where there is none."""
        shown = self._grey()
        if shown is not None and 0 <= number < len(shown[0].presets):
            self._use(with_preset(shown[0].presets, number, invert=False))

    def step_preset(self, step: int) -> None:
        """Go to the next or previous window, round the end; from a dragged one to the first."""
        shown = self._grey()
        if shown is None:
            return
        radiograph, state = shown
        self.preset(0 if state.preset is None else (state.preset + step) % len(radiograph.presets))

    def auto(self) -> None:
        shown = self._grey()
        if shown is not None:
            self._use(automatic(shown[0], invert=False))

    def tissue(self, field: FieldGrey) -> None:
        """Use the window of a tissue, one of `windowing.TISSUES`."""
        shown = self._grey()
        if shown is not None:
            self._use(field_state(shown[0], field, invert=False))

    def window_region(self, corner: Point, opposite: Point) -> bool:
        """Use the window of a rectangle's pixels; returns False, and changes nothing, where it holds none."""
        shown = self._grey()
        region = None if shown is None else region_between(shown[0], corner, opposite)
        if shown is None or region is None:
            return False
        self._use(region_state(shown[0], region, invert=False))
        return True

    def toggle_voi_lut(self) -> None:
        """Draw with the window closest to the image's VOI LUT instead of it, or with its first VOI LUT again."""
        shown = self._grey()
        if shown is None:
            return
        radiograph, state = shown
        if isinstance(state.voi, VoiLut):
            window, _ = equivalent_window(state.voi, radiograph.modality_values())
            self._use(WindowState(window, None, ""))
        elif (number := _first_lut(radiograph)) is not None:
            self.preset(number)

    def invert(self) -> None:
        shown = self._grey()
        if shown is not None:
            self._apply(toggled(shown[1]))

    def enhance(self, enhancement: Enhancement) -> None:
        """Draw the image enhanced, or as it is where it is drawn so already; the next image is drawn as it is."""
        if self._grey() is not None:
            self._enhance(Enhancement.NONE if enhancement is self._enhancement else enhancement)

    def toggle_keep_enhancement(self) -> None:
        """Enhance the images that are opened next as well, or no longer."""
        self._keep_enhancement = not self._keep_enhancement
        self._publish()

    def reset(self) -> None:
        """Return to the image as it was opened: window, turn and flip, with shutter and overlays."""
        self._switch(replace(self._marks, shutter=True, overlays=True))
        self._place(Turn())
        shown = self._grey()
        if shown is not None:
            self._enhance(Enhancement.NONE)
            self._apply(first_state(shown[0].presets))

    def toggle_shutter(self) -> None:
        """Cover or uncover what lies outside the display shutter."""
        self._switch(replace(self._marks, shutter=not self._marks.shutter))

    def toggle_overlays(self) -> None:
        """Show or hide the graphics stored with the image."""
        self._switch(replace(self._marks, overlays=not self._marks.overlays))

    def turn(self, clockwise: int) -> None:
        """Turn what is on the screen by quarters, negative ones to the left."""
        self._place(self._turn.turned(clockwise))

    def flip(self) -> None:
        """Exchange left and right of the screen."""
        self._place(self._turn.mirrored())

    def placed(self, zoom: Zoom, centre: Point | None) -> None:
        """Take the zoom and the middle that the reader chose."""
        self._zoom, self._centre = zoom, centre
        self._look()

    @property
    def seen(self) -> ViewState | None:
        """How the image on the screen is seen now, None for no image."""
        if self._image is None:
            return None
        turn, state = self._turn, self._state
        grey = PresetGrey() if state is None else as_grey(state, self._image.radiograph)
        invert = state is not None and state.invert
        return ViewState(grey, invert, turn.quarters, turn.flipped, self._zoom, self._centre)

    @property
    def depicted(self) -> tuple[Radiograph, Voi | None, bool, bool, bool, Turn] | None:
        """The image with the window, inversion, overlays, shutter and turn it is drawn with; None for no image."""
        if self._image is None:
            return None
        state, marks = self._state, self._marks
        voi, invert = (None, False) if state is None else (state.voi, state.invert)
        return self._image.radiograph, voi, invert, marks.overlays, marks.shutter, self._turn

    def see(self, view: ViewState) -> None:
        """Show the image like this: what a viewport does that follows another one."""
        image, now = self._image, self.seen
        if image is None or now is None or view == now:
            return
        self._place(Turn(view.quarter_turns, view.flipped))
        if (view.zoom, view.centre) != (now.zoom, now.centre):
            self._zoom, self._centre = view.zoom, view.centre
            self._view.show_place(view.zoom, view.centre)
        if self._state is not None and (view.grey, view.inverted) != (now.grey, now.inverted):
            self._apply(from_grey(view.grey, image.radiograph, invert=view.inverted))
        self._look()

    def _look(self) -> None:
        seen = self.seen
        if seen is not None:
            self._on_looked(seen)

    def begin_drag(self) -> None:
        self._drag_from = self._state

    def drag(self, dx: float, dy: float) -> None:
        """Move the window to (dx, dy) screen pixels from where the drag began."""
        shown = self._grey()
        if shown is not None and self._drag_from is not None:
            self._apply(dragged(self._drag_from, shown[0], dx, dy))

    def end_drag(self) -> None:
        self._drag_from = None

    def step_window(self, right: int, down: int) -> None:
        """Move the window by steps, as a drag so many times `WINDOW_STEP` screen pixels long does."""
        shown = self._grey()
        if shown is not None:
            radiograph, state = shown
            self._apply(dragged(state, radiograph, right * WINDOW_STEP, down * WINDOW_STEP))

    def probe(self, place: tuple[int, int] | None) -> None:
        """Show what lies under the cursor; `place` is (column, row), None outside the image."""
        image = self._image
        self._view.show_probe("" if image is None or place is None else _probe(image.radiograph, *place))

    def _place(self, turn: Turn) -> None:
        image = self._image
        if image is None or turn == self._turn:
            return
        self._turn = turn
        self._view.show_turn(turn)
        self._show_sides(image.radiograph)
        self._show_remarks()
        self._look()

    def _enhance(self, enhancement: Enhancement) -> None:
        """Ask for an enhanced picture; label and picture change together, when it is there."""
        image = self._image
        assert image is not None
        self._enhancement = enhancement
        self._publish()
        self._jobs.cancel(self._enhance_slot)
        if enhancement is Enhancement.NONE:
            self._draw_pixels(image.screen, enhancement)
            return
        radiograph = image.radiograph
        self._jobs.submit(
            Lane.DECODE,
            self._enhance_slot,
            lambda cancel: enhanced(radiograph, enhancement, cancel),
            on_done=lambda screen: self._draw_pixels(screen, enhancement),
            on_failed=self._not_enhanced,
        )

    def _draw_pixels(self, screen: ScreenImage, enhancement: Enhancement) -> None:
        if enhancement is not self._drawn_enhancement:
            self._drawn_enhancement = enhancement
            self._view.show_pixels(screen)
            self._show_remarks()

    def _not_enhanced(self, error: Exception) -> None:
        logger.warning("an image could not be enhanced", exc_info=error)
        if self._image is not None:
            self._enhance(Enhancement.NONE)

    def _show_remarks(self) -> None:
        if self._image is not None:
            remarks = _remarks(self._image.radiograph, self._marks, self._turn)
            label = translated(self._drawn_enhancement.value)
            self._view.show_remarks("  ·  ".join(text for text in (label, remarks) if text))

    def _show_sides(self, radiograph: Radiograph) -> None:
        orientation = radiograph.orientation
        self._view.show_sides(None if orientation is None else self._turn.edges(orientation.edges))

    def _switch(self, switches: MarkSwitches) -> None:
        self._marks = switches
        self._show_marks(None if self._image is None else self._image.radiograph)
        self._publish()

    def _show_marks(self, radiograph: Radiograph | None) -> None:
        self._marks = self._marks.for_image(radiograph)
        self._view.show_marks(self._marks)
        self._show_remarks()

    def _name(self, entry: ImageEntry | None, header: Header | None = None) -> None:
        """Show whose image this is as far as the reader wants that, None for nobody's."""
        self._named = None if entry is None or header is None else (entry, header)
        lines = ("", "")
        if entry is not None and header is not None:
            key, uid = patient_key(replace(entry, header=header)), header.identity.study_uid
            stand_in = self._privacy.stand_ins.words(key, uid) if self._privacy.hidden else ""
            lines = identity_lines(header, entry.frame, stand_in=stand_in)
        self._view.show_identity(*lines)

    def refresh_notes(self) -> None:
        """Show the current notes of the image on the screen."""
        if self._image is not None and self._notes(self._image.entry) != self._noted:
            self._show_notes(self._image)

    def _show_notes(self, image: OpenedImage) -> None:
        self._noted = self._notes(image.entry)
        notes = (*((REWRITTEN,) if self._changed else ()), *self._noted, *image.radiograph.notes)
        self._view.show_notes(tuple(translated(note) for note in notes))

    def _grey(self) -> tuple[Radiograph, WindowState] | None:
        if self._image is None or self._state is None:
            return None
        return self._image.radiograph, self._state

    def _forget_image(self) -> None:
        self._jobs.cancel(self._slot)
        self._jobs.cancel(self._enhance_slot)
        self._image, self._state, self._drag_from = None, None, None
        self._drawn_enhancement = Enhancement.NONE
        if not self._keep_enhancement:
            self._enhancement = Enhancement.NONE
        self._show_marks(None)

    def _show(self, image: OpenedImage, requested: ImageEntry, *, changed: bool) -> None:
        if image.entry.key != requested.key:
            self._images.forget(requested.key)
            changed = changed or rewritten(requested, image.entry)
            if not self._on_renewed(image.entry):
                return
        self._image, self._opening = image, False
        radiograph = image.radiograph
        self._name(image.entry, image.header)
        self._changed = changed
        self._show_notes(image)
        seen = self._recall(image) or ViewState()
        self._turn, self._zoom, self._centre = Turn(seen.quarter_turns, seen.flipped), seen.zoom, seen.centre
        self._view.show_turn(self._turn)
        self._view.show_place(seen.zoom, seen.centre)
        self._show_sides(radiograph)
        self._show_marks(radiograph)
        self._show_spacing(radiograph)
        if radiograph.colour:
            self._view.show_window(tr("colour picture, no window"))
            self._publish()
            self._view.show_image(image.screen, None)
        else:
            self._state = from_grey(seen.grey, radiograph, invert=seen.inverted)
            self._notify(self._state)
            self._view.show_image(image.screen, self._table(radiograph, self._state))
            if self._enhancement is not Enhancement.NONE:
                self._enhance(self._enhancement)
        # From here on the image is on the screen; whatever else wants the processor comes after it.
        self._refine(image)
        self._on_opened(image)

    def _show_spacing(self, radiograph: Radiograph) -> None:
        spacing = radiograph.spacing
        if spacing is None:
            self._view.show_spacing(None, "")
        else:
            self._view.show_spacing(min(spacing.row, spacing.column), translated(TRUE_SIZE[spacing.kind]))

    def _refine(self, image: OpenedImage) -> None:
        """Average every pixel for the screen, where that is not done yet."""
        if not image.screen.prepared:
            self._jobs.submit(
                Lane.DECODE,
                self._refine_slot,
                lambda _: image.screen.prepare(),
                on_done=lambda _: self._view.refine(image.screen),
                on_failed=lambda error: logger.warning("a film could not be averaged", exc_info=error),
            )

    def _use(self, state: WindowState) -> None:
        """Apply another window, with dark and bright the way round they are."""
        shown = self._grey()
        if shown is not None:
            self._apply(with_same_polarity(shown[1], state, shown[0]))

    def _apply(self, state: WindowState) -> None:
        shown = self._grey()
        if shown is not None:
            self._state = state
            self._view.show_table(self._table(shown[0], state))
            self._notify(state)
            self._look()

    def _notify(self, state: WindowState) -> None:
        self._view.show_window(describe(state))
        self._publish()

    def _publish(self) -> None:
        """Publish what commands depend on."""
        marks, state = self._marks, self._state
        facts = {
            Fact.OPENED: self._opened,
            Fact.IMAGE: self._image is not None,
            Fact.GREY: state is not None,
            Fact.INVERTED: state is not None and state.invert,
            Fact.OVERLAYS: marks.has_overlays,
            Fact.OVERLAYS_SHOWN: marks.overlays,
            Fact.SHUTTER: marks.has_shutter,
            Fact.SHUTTER_SHOWN: marks.shutter,
            Fact.LUNGS: state is not None and state.source == LUNGS,
            Fact.MEDIASTINUM: state is not None and state.source == MEDIASTINUM,
            Fact.BONES: state is not None and state.source == BONES,
            Fact.VOI_LUT: self._image is not None and _first_lut(self._image.radiograph) is not None,
            Fact.SPACING: self._image is not None and self._image.radiograph.spacing is not None,
            Fact.SHARPENED: self._enhancement is Enhancement.SHARPENED,
            Fact.LOCAL_CONTRAST: self._enhancement is Enhancement.LOCAL_CONTRAST,
            Fact.ENHANCEMENT_KEPT: self._keep_enhancement,
            Fact.VOI_LUT_USED: state is not None and isinstance(state.voi, VoiLut),
        }
        true = {fact for fact, holds in facts.items() if holds}
        presets = self._image.radiograph.presets if self._image is not None and state is not None else ()
        names = {preset(number): translated(one.name) for number, one in enumerate(presets[:PRESETS], 1)}
        if state is not None and state.preset is not None and state.preset < PRESETS:
            true.add(preset_used(state.preset + 1))
        self._facts.publish(_FACTS, true | names.keys(), names)

    @staticmethod
    def _table(radiograph: Radiograph, state: WindowState) -> npt.NDArray[np.float32]:
        return radiograph.grey_table(state.voi, invert=state.invert)

    def _fail(self, entry: ImageEntry, error: Exception) -> None:
        self._opening = False
        self._reason = sentence(error, tr("Opening the film"))
        self._view.show_failure(tr("This film cannot be shown"), self._reason)
        self._on_failed(entry, error)


def _holds(entry: ImageEntry, still_holds: StillHolds) -> bool | None:
    """Return whether the file is still what was listed, None where it cannot be read at all."""
    try:
        return still_holds(entry.path, entry.header.stamp)
    except CxrError:
        return None


def _first_lut(radiograph: Radiograph) -> int | None:
    return next((number for number, one in enumerate(radiograph.presets) if isinstance(one.voi, VoiLut)), None)


def _remarks(radiograph: Radiograph, marks: MarkSwitches, turn: Turn) -> str:
    remarks = {
        turn.describe(): bool(turn.describe()),
        tr("shutter off"): marks.has_shutter and not marks.shutter,
        tr("overlays off"): marks.has_overlays and not marks.overlays,
        tr("sides not marked"): radiograph.orientation is None,
    }
    return "  ·  ".join(text for text, holds in remarks.items() if holds)


def _probe(radiograph: Radiograph, column: int, row: int) -> str:
    if not (0 <= column < radiograph.columns and 0 <= row < radiograph.rows):
        return ""
    if radiograph.colour:
        red, green, blue = (int(v) for v in radiograph.codes[row, column])
        return f"{column}, {row} = R {red} G {green} B {blue}"
    code = int(radiograph.codes[row, column])
    stored = code + radiograph.first_stored
    value = float(radiograph.modality.apply(np.array([stored], dtype=np.float64))[0])
    text = f"{column}, {row} = {stored}"
    if radiograph.unit:
        return tr("{text} stored, {value:g} {unit}", text=text, value=value, unit=radiograph.unit)
    return text if value == stored else tr("{text} stored, {value:g} after Modality LUT", text=text, value=value)
