"""Joins the gestures on one canvas with the reading of its study: drawing, moving, deleting, undo."""

from __future__ import annotations

import enum
import logging
import math
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.cancel import CancelToken
from cxrviewer.commands.facts import Fact
from cxrviewer.commands.registry import FactBoard
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.images import OpenedImage
from cxrviewer.presenters.readings import OpenReading, Readings, image_ref, journal_name
from cxrviewer.presenters.region_numbers import RegionNumbers
from cxrviewer.presenters.typed_text import Later
from cxrviewer.reading.annotations import (
    MAX_POINTS,
    Annotation,
    Calibration,
    CardiothoracicRatio,
    Region,
    Shape,
    points_of,
    with_point,
)
from cxrviewer.reading.calibrating import calibration_in_use, recalibrated
from cxrviewer.reading.document import Edit, SetAnnotation, SetKeyImage
from cxrviewer.reading.kinds import (
    ANY_NUMBER,
    HANDLE_RADIUS,
    KINDS,
    LINE,
    Bounds,
    Drawing,
    Question,
    Scale,
    Tool,
    bounds_of,
    calibration_for,
    drawing_of,
    grabbed,
    moved,
)
from cxrviewer.reading.region import RegionValues, in_words
from cxrviewer.reading.snapping import Snapping, at_an_end, other_end, straight
from cxrviewer.reading.values import ImageRef, Point, ViewState
from cxrviewer.text import Message, cause, msg, tr, translated

if TYPE_CHECKING:
    from cxrviewer.imaging.outline import OutlineNet
    from cxrviewer.reading.proposal import Doubt

logger = logging.getLogger(__name__)

UNDONE_ELSEWHERE = msg("Undone on another film or frame of this study. Redo brings it back.")
REDONE_ELSEWHERE = msg("Done again on another film or frame of this study.")
CLICK = 4.0
"""Screen pixels the mouse may move between down and up of a click."""
NUDGE, LARGE_NUDGE = 1.0, 10.0
"""Image pixels an arrow key moves, without and with Shift."""
PAUSE_MS = 100
"""The values of a region that is dragged are computed when the mouse has rested so long."""
BESIDE_CENTRE = 80.0
"""Screen pixels from the middle of the canvas to the points of an annotation that is placed with a key."""
NOT_POSSIBLE = msg("The line of known length would be too short; it stays as it was.")
NOT_YET = "—"
"""Where the values of a region are still computed: never those of another outline."""
PROPOSING = msg("Looking for the borders of heart and lungs…")
PROPOSED = msg("Proposed from the image, not measured: check all four ends and drag what is wrong.")
NOT_PROPOSED = msg("No ratio could be proposed; this installation may be incomplete. Draw the calipers (C).")
OTHER_PICTURE = msg("The pixels of this image are not those the annotations were drawn on; check them.")


class Grip(enum.Enum):
    """What the left button would do here; decides the cursor."""

    NONE = "none"
    DRAW = "draw"
    HANDLE = "handle"
    LINE = "line"


class Drawn(Struct, frozen=True):
    """An annotation on the canvas.

    Attributes
    ----------
    selected : bool
    handle : int or None
        The selected one of its handles.
    sketch : bool
        Still being drawn.
    """

    drawing: Drawing
    selected: bool = False
    handle: int | None = None
    sketch: bool = False


class Requested(Struct, frozen=True):
    """Something the reader types beside an annotation.

    Attributes
    ----------
    words : str
        What to type.
    now : str
        What the field shows at first.
    at : Point
    answer : callable
        Takes what was typed; returns a sentence about what is wrong with it, empty where it was taken.
    cancel : callable
        The reader changed their mind.
    """

    words: str
    now: str
    at: Point
    answer: Callable[[str], str]
    cancel: Callable[[], None]


class AnnotationsView(Protocol):
    """What the presenter needs of the canvas."""

    def show_annotations(self, resting: tuple[Drawn, ...], live: Drawn | None) -> None:
        """Draw annotations. `resting` stays the same object while `live` is dragged."""
        ...

    def show_key_image(self, on: bool) -> None:
        """Show whether the image is a key image."""
        ...

    def show_grip(self, grip: Grip) -> None: ...

    def show_hint(self, text: str) -> None:
        """Show what the reader does next while drawing, empty for nothing."""
        ...

    def show_question(self, requested: Requested | None) -> None:
        """Show a field to type into, or none."""
        ...

    def submit_question(self) -> None:
        """Answer with what the field holds now."""
        ...


class _Open(Struct, frozen=True):
    image: ImageRef
    reading: OpenReading
    calibration: Calibration
    columns: int
    rows: int
    picture: str


class _Sketch(Struct, frozen=True):
    """An annotation being drawn: the points placed and where the next one would be."""

    points: tuple[Point, ...]
    next: Point
    pressed: bool
    down: Point
    """Where the button went down last."""


class _Pending(Struct, frozen=True):
    """A shape that waits for what the reader types; `key` is that of an annotation that is there already."""

    shape: Shape
    question: Question
    key: str | None = None


class _Kept(Struct, frozen=True):
    """How an annotation is drawn, as long as it stays the same."""

    shape: Shape
    drawing: Drawing
    bounds: Bounds


class _Drag(Struct, frozen=True):
    key: str
    before: Annotation
    handle: int
    start: Point
    shape: Shape


class AnnotationsPresenter:
    """Annotations of the image on one canvas.

    All places are image pixels (`values.Point`); a `Scale` is how large those are on the screen.

    Parameters
    ----------
    view : AnnotationsView
    readings : Readings
    notify : callable
        Brings a sentence to the reader.
    facts : FactBoard
        Where it is said what can be undone, redone or deleted.
    jobs : JobRunner
        Where values of regions are computed.
    later : callable
        Calls something once after some milliseconds, on this thread.
    slots : str
        What the job slots of this viewport begin with.
    snapping : Snapping, optional
        Whether ends snap to existing ones; shared with other viewports.
    new_key : callable
        Makes identifiers of annotations.
    on_key_images : callable
        ``on_key_images(study_uid, instance_uids)``: the key images of the study at hand.
    on_saving : callable
        Called when `unsaved` has perhaps changed.
    """

    def __init__(
        self,
        view: AnnotationsView,
        readings: Readings,
        *,
        notify: Callable[[str], None],
        facts: FactBoard,
        jobs: JobRunner,
        later: Later,
        slots: str = "",
        snapping: Snapping | None = None,
        new_key: Callable[[], str] = lambda: os.urandom(16).hex(),
        on_key_images: Callable[[str, frozenset[str]], None] = lambda _study, _instances: None,
        on_saving: Callable[[], None] = lambda: None,
    ) -> None:
        self._view, self._readings, self._notify, self._new_key = view, readings, notify, new_key
        self._facts, self._on_key_images, self._on_saving = facts, on_key_images, on_saving
        self._jobs, self._later, self._ratio_slot = jobs, later, f"{slots}ratio"
        self._snapping = Snapping() if snapping is None else snapping
        self._straight = False
        self._radiograph: Radiograph | None = None
        self._numbers = RegionNumbers(jobs, f"{slots}values", self._numbers_came)
        self._open: _Open | None = None
        self._tool: Tool | None = None
        self._sketch: _Sketch | None = None
        self._pending: _Pending | None = None
        self._kept: dict[str, _Kept] = {}
        self._hint = ""
        self._drag: _Drag | None = None
        self._passing: Shape | None = None
        """Where the dragged region was when the mouse was looked at last, None while nobody looks."""
        self._selected: tuple[str, int | None] | None = None
        self._nudges = 0
        self._resting: tuple[Drawn, ...] = ()

    # The image.

    def recall(self, opened: OpenedImage) -> ViewState | None:
        """Take an image that is about to be shown; return how it was seen last, None for as it opens."""
        self.close()
        image = image_ref(opened)
        radiograph = opened.radiograph
        reading = self._readings.acquire(image)
        reading.listen(self._show)
        self._open = _Open(
            image, reading, calibration_for(radiograph), radiograph.columns, radiograph.rows, radiograph.key
        )
        self._numbers.open(radiograph)
        self._radiograph = radiograph
        return reading.reading.views.get(image.whole)

    def turn_to(self, opened: OpenedImage) -> None:
        """Draw the annotations of another frame of the same image; it is on the screen now."""
        shown, image, radiograph = self._open, image_ref(opened), opened.radiograph
        if shown is None or journal_name(image) != shown.reading.name:
            self.recall(opened)
            self.show()
            return
        if self._pending is not None:
            self._view.submit_question()
        self._stop_requesting()
        self._sketch = self._drag = self._selected = None
        self._kept.clear()
        self._open = replace(shown, image=image, calibration=calibration_for(radiograph), picture=radiograph.key)
        self._jobs.cancel(self._ratio_slot)
        self._numbers.open(radiograph)
        self._radiograph = radiograph
        self._show()

    def show(self) -> None:
        """Draw the annotations; the image is on the screen now."""
        shown = self._open
        if shown is not None:
            drawn_on = shown.reading.reading.pictures.get(shown.image)
            if drawn_on is not None and drawn_on != shown.picture:
                self._notify(translated(OTHER_PICTURE))
        self._show()

    def look(self, view: ViewState) -> None:
        """Note how the image is seen now."""
        if self._open is not None:
            self._open.reading.look(self._open.image.whole, view)

    def stay(self) -> None:
        """Note that the reader stays at the frame on the screen."""
        if self._open is not None:
            self._open.reading.stay_at(self._open.image)

    @property
    def frame_left(self) -> int:
        """The frame of the image at which the reader was last, from 0, as the journal has it."""
        return 0 if self._open is None else self._open.reading.reading.frames.get(self._open.image.whole, 0)

    def close(self) -> None:
        """Take everything from the screen; the reading stays on the disk."""
        if self._pending is not None:
            self._view.submit_question()  # what was typed is not lost
        self._stop_requesting()
        shown, self._open = self._open, None
        self._sketch = self._drag = self._selected = None
        self._kept.clear()
        self._numbers.open(None)
        self._jobs.cancel(self._ratio_slot)
        self._radiograph = None
        if shown is not None:
            shown.reading.unlisten(self._show)
            self._readings.release(shown.reading)
        self._view.show_annotations((), None)
        self._view.show_key_image(False)
        self._publish()

    @property
    def image(self) -> ImageRef | None:
        """Which image it is about."""
        return None if self._open is None else self._open.image

    @property
    def unsaved(self) -> bool:
        """Whether what is drawn in this study cannot be saved at the moment."""
        return self._open is not None and self._open.reading.unsaved

    # Commands.

    @property
    def shown(self) -> tuple[ImageRef, OpenReading] | None:
        """The image on the canvas and its reading."""
        return None if self._open is None else (self._open.image, self._open.reading)

    @property
    def selected(self) -> bool:
        return self._selected is not None

    @property
    def region(self) -> tuple[str, RegionValues] | None:
        """Area and values of the selected region, None where there is none or they are not known yet."""
        shape = None if self._selected is None or self._drag is not None else self._shape_of(self._selected[0])
        values = None if shape is None else self._numbers.values(shape)
        return None if shape is None or values is None else (drawing_of(shape).label, values)

    @property
    def drawing(self) -> bool:
        """Whether the left button draws."""
        return self._tool is not None

    @property
    def sketching(self) -> bool:
        """Whether an annotation is half drawn."""
        return self._sketch is not None

    @property
    def undo_label(self) -> str:
        return "" if self._open is None else self._open.reading.undo_label

    @property
    def redo_label(self) -> str:
        return "" if self._open is None else self._open.reading.redo_label

    @property
    def is_key_image(self) -> bool:
        """Whether the image on the canvas is marked as a key image."""
        return self._open is not None and bool(self._open.reading.reading.key_images.get(self._open.image))

    def toggle_key_image(self) -> bool:
        """Mark the image as a key image, or take that back. Returns False where nothing may change."""
        shown = self._open
        if shown is None:
            return False
        before = shown.reading.reading.key_images.get(shown.image)
        shown.reading.drawn_on(shown.image, shown.picture)
        return shown.reading.do(Edit("key image", (SetKeyImage(shown.image, before, None if before else True),)))

    def use(self, tool: Tool | None) -> None:
        """Draw annotations with the left button; None for no drawing."""
        self._stop_requesting()
        self._tool = tool
        if tool is not None:  # or Enter would be about what was drawn before, and place nothing
            self._selected = None
        self._sketch = None
        self._show()

    def undo(self) -> None:
        """Take the last step back; of an annotation being drawn, its last point."""
        if self._sketch is not None and len(self._sketch.points) > 1:
            self.take_back()
        elif self._sketch is not None or self._drag is not None or self._pending is not None:
            self.escape()
        elif self._open is not None:
            self._say_where(self._open.reading.undo(), UNDONE_ELSEWHERE)

    def take_back(self) -> bool:
        """Remove the point placed last of what is being drawn; False where nothing is."""
        sketch = self._sketch
        if sketch is None:
            return False
        self._sketch = replace(sketch, points=sketch.points[:-1], pressed=False) if len(sketch.points) > 1 else None
        self._show()
        return True

    def redo(self) -> None:
        if self._open is not None and self._sketch is None and self._drag is None and self._pending is None:
            self._say_where(self._open.reading.redo(), REDONE_ELSEWHERE)

    def _say_where(self, step: Edit | None, words: Message) -> None:
        """Notify the reader of a step on another image of the study, for nothing changes on this one."""
        if step is not None and self._open is not None and step.images and self._open.image not in step.images:
            self._notify(translated(words))

    def enter(self, middle: Point, scale: Scale) -> bool:
        """Do what the Enter key does: close a polygon, edit words, or place an annotation in the middle."""
        sketch, tool = self._sketch, self._tool
        if sketch is not None and tool is not None:
            if len(sketch.points) >= tool.least:
                self._finish(sketch.points)
            return True
        if self._selected is not None:
            return self.edit_text()
        if tool is None or self._open is None or self._open.reading.rejects():
            return tool is not None
        self._finish(tuple(self._inside(place) for place in _around(middle, scale, tool)))
        return True

    def propose_ratio(self, network: Callable[[], OutlineNet]) -> None:
        """Look for the calipers of a cardiothoracic ratio and draw them, marked as proposed.

        Parameters
        ----------
        network : callable
            Returns the network; called on a worker's thread. Raises OSError or ValueError where it cannot be read.
        """
        shown, radiograph = self._open, self._radiograph
        if shown is None or radiograph is None or shown.reading.rejects():
            return
        calibration = self._calibration()

        def work(cancel: CancelToken) -> CardiothoracicRatio | Doubt:
            from cxrviewer.reading.proposal import proposed_ratio

            return proposed_ratio(radiograph, network(), calibration, cancel)

        self._notify(translated(PROPOSING))
        self._jobs.submit(Lane.MEASURE, self._ratio_slot, work, on_done=self._proposed, on_failed=self._not_proposed)

    def _proposed(self, found: CardiothoracicRatio | Doubt) -> None:
        shown = self._open
        if shown is None:
            return
        if not isinstance(found, CardiothoracicRatio):
            self._notify(translated(found.sentence))
            return
        self.escape()
        shape = msgspec.structs.replace(found, calibration=self._calibration())
        # A proposal that nobody has touched makes room for the new one.
        older = [(key, one) for key, one in self._annotations() if getattr(one.shape, "proposed", False)]
        self._add(shape, tuple(SetAnnotation(key, one, None) for key, one in older))
        self._notify(translated(PROPOSED))

    def _not_proposed(self, error: Exception) -> None:
        logger.error("a ratio could not be proposed", exc_info=error)
        self._notify(translated(NOT_PROPOSED))

    def edit_text(self) -> bool:
        """Let the reader type the selected annotation's words or length anew; False where it has none."""
        shown, selected = self._open, self._selected
        if shown is None or selected is None or self._drag is not None or self._pending is not None:
            return False
        shape = shown.reading.reading.annotations[selected[0]].shape
        question = KINDS[type(shape)].question
        if question is None or shown.reading.rejects():
            return False
        self._request(_Pending(shape, question, selected[0]), question.now(shape))
        return True

    def step(self, by: int) -> bool:
        """Select the next or the previous annotation; False behind the last, where the focus moves on."""
        keys = [key for key, _ in self._annotations()]
        if not keys or self._sketch is not None or self._drag is not None or self._pending is not None:
            return False
        if self._selected is None:
            place = 0 if by > 0 else len(keys) - 1
        else:
            place = keys.index(self._selected[0]) + by
        self._selected = (keys[place], None) if 0 <= place < len(keys) else None
        self._nudges += 1
        self._show()
        return self._selected is not None

    def step_point(self, by: int) -> bool:
        """Choose the next or previous point of the selected annotation for the arrow keys, then all of it."""
        shown, selected = self._open, self._selected
        if shown is None or selected is None or self._drag is not None:
            return False
        key, handle = selected
        count = len(points_of(shown.reading.reading.annotations[key].shape))
        place = ((0 if handle is None else handle + 1) + by) % (count + 1)
        self._selected = (key, place - 1 if place else None)
        self._nudges += 1
        self._show()
        return True

    def delete(self) -> bool:
        """Delete the selected annotation; undo brings it back."""
        shown, selected = self._open, self._selected
        if shown is None or selected is None or self._drag is not None or self._pending is not None:
            return False
        before = shown.reading.reading.annotations.get(selected[0])
        self._selected = None
        return before is not None and self._do(Edit("delete", (SetAnnotation(selected[0], before, None),)))

    def escape(self) -> bool:
        """Cancel what is being drawn or dragged, else deselect; False where there was nothing to do."""
        busy = self._sketch is not None or self._drag is not None or self._pending is not None
        if not busy and self._selected is None:
            return False
        if not busy:
            self._selected = None
        self._stop_requesting()
        self._sketch = self._drag = None
        self._show()
        return True

    def nudge(self, columns: float, rows: float) -> bool:
        """Move the selected handle, or the whole annotation where none is; one run of nudges is one step."""
        shown, selected = self._open, self._selected
        if shown is None or selected is None or self._drag is not None:
            return False
        key, handle = selected
        before = shown.reading.reading.annotations.get(key)
        if before is None:
            return False
        shape = self._shifted(before.shape, LINE if handle is None else handle, columns, rows)
        merge = f"nudge {self._nudges} {key} {handle}"
        return self._do(Edit("move", (SetAnnotation(key, before, replace_shape(before, shape)),), merge))

    def _publish(self) -> None:
        facts = {
            Fact.UNDO: bool(self.undo_label) or self._sketch is not None,
            Fact.REDO: bool(self.redo_label),
            Fact.ANNOTATION: self._selected is not None,
            Fact.ANNOTATION_TEXT: self._question_of_selected() is not None,
            Fact.REGION: self.region is not None,
            Fact.KEY_IMAGE: self.is_key_image,
        }
        self._facts.publish(facts.keys(), {fact for fact, holds in facts.items() if holds})

    # Gestures with the left button.

    def constrain(self, *, straight: bool) -> None:
        """Keep the ends of lines straight beside or above each other from now on, or no longer (the Shift key)."""
        self._straight = straight

    def press(self, place: Point, scale: Scale) -> bool:
        """Return whether the annotations take this gesture; the canvas's own tool does otherwise."""
        shown = self._open
        if shown is None:
            return False
        self._nudges += 1
        if self._pending is not None:
            self._view.submit_question()
            return True
        if self._sketch is not None:
            if self._closes(self._sketch, place, scale):
                self._finish(self._sketch.points)
            else:
                inside = self._inside(self._next_end(place, scale, pressing=True))
                self._sketch = replace(self._sketch, next=inside, pressed=True, down=inside)
            return True
        found = self._found(place, scale)
        if found is not None and (self._tool is None or found[1] != LINE):
            self._grab(found, place)
            return True
        if self._tool is not None:
            if not shown.reading.rejects():
                place = self._inside(self._next_end(place, scale))
                self._selected, self._sketch = None, _Sketch((place,), place, pressed=True, down=place)
            self._show()
            return True
        if self._selected is not None:
            self._selected = None
            self._show()
        return False

    def pick(self, place: Point, scale: Scale) -> None:
        """Select what lies here without grabbing it: the context menu is about it."""
        if self._open is None or self._sketch is not None or self._drag is not None or self._pending is not None:
            return
        found = self._found(place, scale)
        self._selected = None if found is None else (found[0], None if found[1] == LINE else found[1])
        self._show()

    def move(self, place: Point, scale: Scale) -> None:
        """Follow the mouse, with or without a button."""
        if self._sketch is not None:
            self._sketch = replace(self._sketch, next=self._inside(self._next_end(place, scale)))
            self._draw_live()
        elif self._drag is not None:
            self._pull(place, scale)
            self._draw_live()
            self._await_pause()
        else:
            self._view.show_grip(self._grip(place, scale))

    def release(self, place: Point, scale: Scale) -> None:
        """End a press: a drag ends the line, a click leaves its end at the mouse."""
        if self._drag is not None:
            self._drop(place, scale)
        elif self._sketch is not None and self._sketch.pressed:
            self._place(self._inside(self._next_end(place, scale)), scale)
        self._view.show_grip(self._grip(place, scale))

    # Inside.

    def _next_end(self, place: Point, scale: Scale, *, pressing: bool = False) -> Point:
        """Return where the next point of what is being drawn goes."""
        tool, sketch = self._tool, self._sketch
        if tool is None or not tool.measures:
            return place
        anchor: Point | None = None
        if sketch is not None and len(sketch.points) % 2:
            anchor = sketch.points[-1]
        elif sketch is not None and sketch.pressed and not pressing:
            anchor = sketch.down
        return self._end(place, scale, anchor, None)

    def _end(self, place: Point, scale: Scale, anchor: Point | None, own: str | None) -> Point:
        """Return where an end goes; `anchor` is the other end of its line, `own` the annotation it belongs to."""
        if self._straight and anchor is not None:
            return straight(anchor, place, scale)
        if not self._snapping.on:
            return place
        return at_an_end(place, (one.shape for key, one in self._annotations() if key != own), scale)

    def _place(self, place: Point, scale: Scale) -> None:
        """Take the points of a click or a drag that ends at `place`."""
        sketch, tool = self._sketch, self._tool
        assert sketch is not None and tool is not None
        points = sketch.points
        begins = tool.pairs and len(points) % 2 == 0
        if begins:
            points = (*points, sketch.down)
        if len(points) != tool.points and _apart(points[-1], place, scale) >= CLICK:
            points = (*points, place)
        elif tool.points == ANY_NUMBER and len(points) >= tool.least:
            self._finish(points)  # a double click
            return
        self._sketch = replace(sketch, points=points, pressed=False)
        if len(points) in (tool.points, MAX_POINTS):
            self._finish(points)
            return
        self._draw_live()

    def _closes(self, sketch: _Sketch, place: Point, scale: Scale) -> bool:
        tool = self._tool
        assert tool is not None
        return (
            tool.points == ANY_NUMBER
            and len(sketch.points) >= tool.least
            and _apart(sketch.points[0], place, scale) <= HANDLE_RADIUS
        )

    def _finish(self, points: tuple[Point, ...]) -> None:
        shown, tool = self._open, self._tool
        assert shown is not None and tool is not None
        self._sketch = None
        shape = tool.build(points, self._calibration())
        if tool.question is None:
            self._add(shape)
        else:
            self._request(_Pending(shape, tool.question), "")

    def _add(self, shape: Shape, instead: tuple[SetAnnotation, ...] = ()) -> None:
        shown = self._open
        assert shown is not None
        key = self._new_key()
        shown.reading.drawn_on(shown.image, shown.picture)
        self._selected = (key, None)
        if not self._do(Edit("draw", (*instead, SetAnnotation(key, None, Annotation(shown.image, shape))))):
            self._selected = None
            self._show()

    def _request(self, pending: _Pending, now: str) -> None:
        self._pending = pending
        at = points_of(pending.shape)[-1]
        self._view.show_question(
            Requested(translated(pending.question.words), now, at, self._answer, self._cancel_question)
        )
        self._show()

    def _answer(self, text: str) -> str:
        pending, shown = self._pending, self._open
        if pending is None or shown is None:
            return ""
        try:
            shape = pending.question.answered(pending.shape, text)
        except ValueError as error:
            return translated(cause(error))
        self._stop_requesting()
        if pending.key is None:
            self._add(shape)
        else:
            before = shown.reading.reading.annotations.get(pending.key)
            if before is not None and before.shape != shape:
                self._do(Edit("text", (SetAnnotation(pending.key, before, replace_shape(before, shape)),)))
        self._show()
        return ""

    def _cancel_question(self) -> None:
        if self._pending is not None:
            self.escape()

    def _stop_requesting(self) -> None:
        if self._pending is not None:
            self._pending = None
            self._view.show_question(None)

    def _do(self, edit: Edit) -> bool:
        """Make an edit with what follows from it."""
        shown = self._open
        assert shown is not None
        if shown.reading.rejects():
            return False
        try:
            whole = recalibrated(shown.reading.reading, edit, shown.calibration)
        except ValueError:
            self._notify(translated(NOT_POSSIBLE))
            return False
        return shown.reading.do(whole)

    def _calibration(self) -> Calibration:
        shown = self._open
        assert shown is not None
        return calibration_in_use(shown.reading.reading.annotations, shown.image, shown.calibration)

    def _question_of_selected(self) -> Question | None:
        shape = None if self._selected is None else self._shape_of(self._selected[0])
        return None if shape is None else KINDS[type(shape)].question

    def _shape_of(self, key: str) -> Shape | None:
        found = None if self._open is None else self._open.reading.reading.annotations.get(key)
        return None if found is None else found.shape

    def _grab(self, found: tuple[str, int], place: Point) -> None:
        shown = self._open
        assert shown is not None
        key, handle = found
        self._selected = (key, None if handle == LINE else handle)
        if not shown.reading.rejects():
            before = shown.reading.reading.annotations[key]
            self._drag = _Drag(key, before, handle, place, before.shape)
        self._show()

    def _pull(self, place: Point, scale: Scale) -> None:
        drag = self._drag
        assert drag is not None
        columns, rows = place.column - drag.start.column, place.row - drag.start.row
        anchor = None if drag.handle == LINE else other_end(drag.before.shape, drag.handle)
        if anchor is not None:
            start = points_of(drag.before.shape)[drag.handle]
            end = self._end(Point(start.column + columns, start.row + rows), scale, anchor, drag.key)
            columns, rows = end.column - start.column, end.row - start.row
        self._drag = replace(drag, shape=self._shifted(drag.before.shape, drag.handle, columns, rows))

    def _drop(self, place: Point, scale: Scale) -> None:
        self._pull(place, scale)
        shown, drag = self._open, self._drag
        assert shown is not None and drag is not None
        self._drag = None
        if drag.shape == drag.before.shape:
            self._show()
            return
        edit = Edit("move", (SetAnnotation(drag.key, drag.before, replace_shape(drag.before, drag.shape)),))
        if not self._do(edit):
            self._show()

    def _shifted(self, shape: Shape, handle: int, columns: float, rows: float) -> Shape:
        """Return `shape` with a handle or, for `LINE`, all of it moved, no farther than the image reaches."""
        if handle != LINE:
            point = points_of(shape)[handle]
            try:
                return with_point(shape, handle, self._inside(Point(point.column + columns, point.row + rows)))
            except ValueError:  # the two ends of a line of known length would be one
                return shape
        shown, points = self._open, points_of(shape)
        assert shown is not None
        columns = _within(columns, [p.column for p in points], shown.columns)
        rows = _within(rows, [p.row for p in points], shown.rows)
        return moved(shape, columns, rows)

    def _inside(self, place: Point) -> Point:
        shown = self._open
        assert shown is not None
        return Point(min(max(place.column, 0.0), float(shown.columns)), min(max(place.row, 0.0), float(shown.rows)))

    def _annotations(self) -> list[tuple[str, Annotation]]:
        shown = self._open
        if shown is None:
            return []
        return [(key, one) for key, one in shown.reading.reading.annotations.items() if one.image == shown.image]

    def _found(self, place: Point, scale: Scale) -> tuple[str, int] | None:
        """Return what lies under the mouse: the selected annotation first, then handles before lines, newest first."""
        lines: tuple[str, int] | None = None
        chosen = None if self._selected is None else self._selected[0]
        for key, one in sorted(reversed(self._annotations()), key=lambda item: item[0] != chosen):
            kept = self._keep(key, one.shape)
            part = grabbed(kept.drawing, place, scale) if kept.bounds.near(place, scale) else None
            if part is not None and part != LINE:
                return key, part
            if part == LINE and lines is None:
                lines = (key, LINE)
        return lines

    def _grip(self, place: Point, scale: Scale) -> Grip:
        if self._open is None or self._pending is not None:
            return Grip.NONE
        found = None if self._sketch is not None else self._found(place, scale)
        if found is not None and found[1] != LINE:
            return Grip.HANDLE
        if self._tool is not None:
            return Grip.DRAW
        return Grip.NONE if found is None else Grip.LINE

    def _show(self) -> None:
        mine = dict(self._annotations())
        if self._drag is not None and mine.get(self._drag.key) != self._drag.before:
            self._drag = None  # changed meanwhile in another viewport
        if self._selected is not None and self._selected[0] not in mine:
            self._selected = None
        chosen = None if self._selected is None else self._selected[0]
        self._kept = {key: self._keep(key, one.shape) for key, one in mine.items()}
        self._want_numbers()
        self._resting = tuple(Drawn(self._whole(kept)) for key, kept in self._kept.items() if key != chosen)
        self._draw_live()
        self._show_key_image()
        self._publish()
        self._on_saving()

    def _show_key_image(self) -> None:
        self._view.show_key_image(self.is_key_image)
        if self._open is not None:
            self._on_key_images(self._open.image.study, self._open.reading.reading.key_instances)

    def _keep(self, key: str, shape: Shape) -> _Kept:
        kept = self._kept.get(key)
        if kept is None or kept.shape is not shape:
            drawing = drawing_of(shape)
            kept = self._kept[key] = _Kept(shape, drawing, bounds_of(drawing))
        return kept

    def _whole(self, kept: _Kept) -> Drawing:
        """Return a drawing with the values of the region in its label."""
        values = self._numbers.values(kept.shape)
        if values is not None:
            words = in_words(values)
        elif self._numbers.known(kept.shape):
            words = tr("no pixel with a value inside")
        elif self._numbers.awaited(kept.shape):
            words = NOT_YET
        else:
            return kept.drawing
        return replace(kept.drawing, label=f"{kept.drawing.label}\n{words}")

    def _numbers_came(self) -> None:
        # While one is dragged the others are not painted anew; what came for them is shown when the drag ends.
        if self._drag is None:
            self._show()
        else:
            self._draw_live()

    def _want_numbers(self) -> None:
        shapes = [kept.shape for kept in self._kept.values()]
        self._numbers.want(shapes if self._drag is None else [*shapes, self._drag.shape])

    def _await_pause(self) -> None:
        # Not at every move: counting the pixels of large regions takes longer than painting them.
        if self._drag is not None and self._passing is None and isinstance(self._drag.shape, Region):
            self._passing = self._drag.shape
            self._later(PAUSE_MS, self._look_for_pause)

    def _look_for_pause(self) -> None:
        passing, self._passing = self._passing, None
        if self._drag is None:
            return
        if self._drag.shape == passing:
            self._want_numbers()
        else:
            self._await_pause()

    def _draw_live(self) -> None:
        self._view.show_annotations(self._resting, self._live())
        hint = "" if self._tool is None or self._open is None else self._next_hint(self._tool)
        if hint != self._hint:
            self._hint = hint
            self._view.show_hint(hint)

    def _next_hint(self, tool: Tool) -> str:
        if self._pending is not None:
            return tr("{question}: type, then Enter; Escape cancels", question=self._pending.question.words)
        placed = 0 if self._sketch is None else len(self._sketch.points)
        hint = tool.hint(placed)
        return tr("{hint}; Escape cancels", hint=hint) if placed else translated(hint)

    def _live(self) -> Drawn | None:
        shown = self._open
        if self._sketch is not None:
            return self._sketched(self._sketch)
        if self._pending is not None and self._pending.key is None:
            return Drawn(drawing_of(self._pending.shape), selected=True, sketch=True)
        if shown is None or self._selected is None:
            return None
        key, handle = self._selected
        if self._drag is not None:
            shape = self._drag.shape
            drawing = drawing_of(shape)
            return Drawn(self._whole(_Kept(shape, drawing, bounds_of(drawing))), selected=True, handle=handle)
        return Drawn(self._whole(self._keep(key, shown.reading.reading.annotations[key].shape)), True, handle)

    def _sketched(self, sketch: _Sketch) -> Drawn | None:
        tool = self._tool
        assert tool is not None
        points = sketch.points
        if tool.pairs and sketch.pressed and len(points) % 2 == 0:
            points = (*points, sketch.down)
        if len(points) != tool.points:
            points = (*points, sketch.next)
        # Points that are still to come lie where the mouse is.
        points += (sketch.next,) * (tool.least - len(points))
        drawing = drawing_of(tool.build(points, self._calibration()))
        return Drawn(drawing, selected=True, handle=len(sketch.points), sketch=True)


def replace_shape(annotation: Annotation, shape: Shape) -> Annotation:
    """Return an annotation of the same image with another shape."""
    return Annotation(annotation.image, shape)


def _within(shift: float, values: list[float], size: float) -> float:
    return min(max(shift, -min(values)), size - max(values)) if min(values) >= 0 and max(values) <= size else shift


def _apart(a: Point, b: Point, scale: Scale) -> float:
    return math.hypot((a.column - b.column) * scale.column, (a.row - b.row) * scale.row)


def _around(middle: Point, scale: Scale, tool: Tool) -> list[Point]:
    """Return points for an annotation in the middle of the canvas: lines one above the other, or on a circle."""
    radius = BESIDE_CENTRE
    if tool.pairs:
        places = [(side * radius, row) for row in (-radius / 2, radius / 2) for side in (-1, 1)]
    else:
        turns = [math.pi + 0.4 - 2 * math.pi * n / tool.least for n in range(tool.least)]
        places = [(radius * math.cos(turn), radius * math.sin(turn)) for turn in turns]
    return [Point(middle.column + x / scale.column, middle.row + y / scale.row) for x, y in places]
