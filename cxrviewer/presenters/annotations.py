"""Joins the gestures on one canvas with the reading of its study: drawing, moving, deleting, undo."""

from __future__ import annotations

import enum
import math
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from cxrviewer.commands.facts import Fact
from cxrviewer.commands.registry import FactBoard
from cxrviewer.presenters.film import OpenedFilm
from cxrviewer.presenters.readings import OpenReading, Readings, image_ref
from cxrviewer.reading.annotations import Annotation, Calibration, Shape, points_of, with_point
from cxrviewer.reading.document import Edit, SetAnnotation
from cxrviewer.reading.kinds import KINDS, LINE, Drawing, Kind, Scale, calibration_for, drawing_of, grabbed, moved
from cxrviewer.reading.values import ImageRef, Point, ViewState

CLICK = 4.0
"""Screen pixels the mouse may move between down and up of a click."""
NUDGE, LARGE_NUDGE = 0.5, 5.0
"""Image pixels an arrow key moves, without and with Shift."""
OTHER_PICTURE = "The pixels of this image are not those the annotations were drawn on; check them."


class Grip(enum.Enum):
    """What the left button would do here; decides the cursor."""

    NONE = "none"
    DRAW = "draw"
    HANDLE = "handle"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Drawn:
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


class AnnotationsView(Protocol):
    """What the presenter needs of the canvas."""

    def show_annotations(self, resting: tuple[Drawn, ...], live: Drawn | None) -> None:
        """Draw annotations. `resting` stays the same object while `live` is dragged."""
        ...

    def show_grip(self, grip: Grip) -> None: ...


@dataclass(frozen=True, slots=True)
class _Open:
    image: ImageRef
    reading: OpenReading
    calibration: Calibration
    columns: int
    rows: int
    picture: str


@dataclass(frozen=True, slots=True)
class _Sketch:
    """An annotation being drawn: the points placed and where the next one would be."""

    points: tuple[Point, ...]
    next: Point
    pressed: bool


@dataclass(frozen=True, slots=True)
class _Drag:
    key: str
    before: Annotation
    handle: int
    start: Point
    shape: Shape


class AnnotationsPresenter:
    """Annotations of the image on one canvas.

    All places are image pixels (`values.Point`); a `Scale` says how large those are on the screen.

    Parameters
    ----------
    view : AnnotationsView
    readings : Readings
    tell : callable
        Brings a sentence to the reader.
    facts : FactBoard
        Where it is said what can be undone, redone or deleted.
    new_key : callable
        Makes identifiers of annotations.
    """

    def __init__(
        self,
        view: AnnotationsView,
        readings: Readings,
        *,
        tell: Callable[[str], None],
        facts: FactBoard,
        new_key: Callable[[], str] = lambda: os.urandom(16).hex(),
    ) -> None:
        self._view, self._readings, self._tell, self._new_key = view, readings, tell, new_key
        self._facts = facts
        self._open: _Open | None = None
        self._kind: Kind | None = None
        self._sketch: _Sketch | None = None
        self._drag: _Drag | None = None
        self._selected: tuple[str, int | None] | None = None
        self._nudges = 0
        self._resting: tuple[Drawn, ...] = ()

    # The image.

    def recall(self, film: OpenedFilm) -> ViewState | None:
        """Take an image that is about to be shown; return how it was seen last, None for as it opens."""
        self.close()
        image = image_ref(film)
        radiograph = film.radiograph
        reading = self._readings.acquire(image)
        reading.listen(self._show)
        self._open = _Open(
            image, reading, calibration_for(radiograph), radiograph.columns, radiograph.rows, radiograph.key
        )
        return reading.reading.views.get(image)

    def show(self) -> None:
        """Draw the annotations; the image is on the screen now."""
        shown = self._open
        if shown is not None:
            drawn_on = shown.reading.reading.pictures.get(shown.image)
            if drawn_on is not None and drawn_on != shown.picture:
                self._tell(OTHER_PICTURE)
        self._show()

    def look(self, view: ViewState) -> None:
        """Note how the image is seen now."""
        if self._open is not None:
            self._open.reading.look(self._open.image, view)

    def close(self) -> None:
        """Take everything from the screen; the reading stays on the disk."""
        shown, self._open = self._open, None
        self._sketch = self._drag = self._selected = None
        if shown is not None:
            shown.reading.unlisten(self._show)
            self._readings.release(shown.reading)
        self._view.show_annotations((), None)
        self._publish()

    @property
    def image(self) -> ImageRef | None:
        """Which image it is about."""
        return None if self._open is None else self._open.image

    # Commands.

    @property
    def shown(self) -> tuple[ImageRef, OpenReading] | None:
        """The image on the canvas and its reading."""
        return None if self._open is None else (self._open.image, self._open.reading)

    @property
    def selected(self) -> bool:
        return self._selected is not None

    @property
    def undo_label(self) -> str:
        return "" if self._open is None else self._open.reading.undo_label

    @property
    def redo_label(self) -> str:
        return "" if self._open is None else self._open.reading.redo_label

    def use(self, shape: type | None) -> None:
        """Draw annotations of this kind with the left button; None for no drawing."""
        self._kind = None if shape is None else KINDS[shape]
        self._sketch = None
        self._show()

    def undo(self) -> None:
        """Take the last step back; of an annotation being drawn, only that."""
        if self._sketch is not None or self._drag is not None:
            self.escape()
        elif self._open is not None:
            self._open.reading.undo()

    def redo(self) -> None:
        if self._open is not None and self._sketch is None and self._drag is None:
            self._open.reading.redo()

    def delete(self) -> bool:
        """Delete the selected annotation; undo brings it back."""
        shown, selected = self._open, self._selected
        if shown is None or selected is None or self._drag is not None:
            return False
        before = shown.reading.reading.annotations.get(selected[0])
        self._selected = None
        return before is not None and shown.reading.do(Edit("delete", (SetAnnotation(selected[0], before, None),)))

    def escape(self) -> bool:
        """Cancel what is being drawn or dragged, else deselect; False where there was nothing to do."""
        busy = self._sketch is not None or self._drag is not None
        if not busy and self._selected is None:
            return False
        if not busy:
            self._selected = None
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
        return shown.reading.do(Edit("move", (SetAnnotation(key, before, replace_shape(before, shape)),), merge))

    def _publish(self) -> None:
        facts = {
            Fact.UNDO: bool(self.undo_label) or self._sketch is not None,
            Fact.REDO: bool(self.redo_label),
            Fact.ANNOTATION: self._selected is not None,
        }
        self._facts.publish(facts.keys(), {fact for fact, holds in facts.items() if holds})

    # Gestures with the left button.

    def press(self, place: Point, scale: Scale) -> bool:
        """Return whether the annotations take this gesture; the canvas's own tool does otherwise."""
        shown = self._open
        if shown is None:
            return False
        self._nudges += 1
        if self._sketch is not None:
            self._sketch = replace(self._sketch, next=self._inside(place), pressed=True)
            return True
        found = self._found(place, scale)
        if found is not None and (self._kind is None or found[1] != LINE):
            self._grab(found, place)
            return True
        if self._kind is not None:
            if not shown.reading.refuses():
                place = self._inside(place)
                self._selected, self._sketch = None, _Sketch((place,), place, pressed=True)
            self._show()
            return True
        if self._selected is not None:
            self._selected = None
            self._show()
        return False

    def pick(self, place: Point, scale: Scale) -> None:
        """Select what lies here without grabbing it: the context menu is about it."""
        if self._open is None or self._sketch is not None or self._drag is not None:
            return
        found = self._found(place, scale)
        self._selected = None if found is None else (found[0], None if found[1] == LINE else found[1])
        self._show()

    def move(self, place: Point, scale: Scale) -> None:
        """Follow the mouse, with or without a button."""
        if self._sketch is not None:
            self._sketch = replace(self._sketch, next=self._inside(place))
            self._draw_live()
        elif self._drag is not None:
            self._pull(place)
            self._draw_live()
        else:
            self._view.show_grip(self._grip(place, scale))

    def release(self, place: Point, scale: Scale) -> None:
        """End a press: a drag ends the line, a click leaves its end at the mouse."""
        if self._drag is not None:
            self._drop(place)
        elif self._sketch is not None and self._sketch.pressed:
            self._place(self._inside(place), scale)
        self._view.show_grip(self._grip(place, scale))

    # Inside.

    def _place(self, place: Point, scale: Scale) -> None:
        sketch, kind = self._sketch, self._kind
        assert sketch is not None and kind is not None
        last = sketch.points[-1]
        apart = math.hypot((place.column - last.column) * scale.column, (place.row - last.row) * scale.row)
        if apart < CLICK:
            self._sketch = replace(sketch, pressed=False)
        else:
            points = (*sketch.points, place)
            self._sketch = replace(sketch, points=points, pressed=False)
            if len(points) == kind.points:
                self._finish(points)
                return
        self._draw_live()

    def _finish(self, points: tuple[Point, ...]) -> None:
        shown, kind = self._open, self._kind
        assert shown is not None and kind is not None
        self._sketch = None
        shape, key = kind.build(points, shown.calibration), self._new_key()
        shown.reading.drawn_on(shown.image, shown.picture)
        self._selected = (key, None)
        if not shown.reading.do(Edit("draw", (SetAnnotation(key, None, Annotation(shown.image, shape)),))):
            self._selected = None
            self._show()

    def _grab(self, found: tuple[str, int], place: Point) -> None:
        shown = self._open
        assert shown is not None
        key, handle = found
        self._selected = (key, None if handle == LINE else handle)
        if not shown.reading.refuses():
            before = shown.reading.reading.annotations[key]
            self._drag = _Drag(key, before, handle, place, before.shape)
        self._show()

    def _pull(self, place: Point) -> None:
        drag = self._drag
        assert drag is not None
        columns, rows = place.column - drag.start.column, place.row - drag.start.row
        self._drag = replace(drag, shape=self._shifted(drag.before.shape, drag.handle, columns, rows))

    def _drop(self, place: Point) -> None:
        self._pull(place)
        shown, drag = self._open, self._drag
        assert shown is not None and drag is not None
        self._drag = None
        if drag.shape == drag.before.shape:
            self._show()
            return
        edit = Edit("move", (SetAnnotation(drag.key, drag.before, replace_shape(drag.before, drag.shape)),))
        if not shown.reading.do(edit):
            self._show()

    def _shifted(self, shape: Shape, handle: int, columns: float, rows: float) -> Shape:
        """Return `shape` with a handle or, for `LINE`, all of it moved, no farther than the image reaches."""
        if handle != LINE:
            point = points_of(shape)[handle]
            return with_point(shape, handle, self._inside(Point(point.column + columns, point.row + rows)))
        shown, points = self._open, points_of(shape)
        assert shown is not None
        columns = _within(columns, [p.column for p in points], shown.columns)
        rows = _within(rows, [p.row for p in points], shown.rows)
        return moved(shape, columns, rows)

    def _inside(self, place: Point) -> Point:
        shown = self._open
        assert shown is not None
        return Point(min(max(place.column, 0.0), shown.columns), min(max(place.row, 0.0), shown.rows))

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
            part = grabbed(drawing_of(one.shape), place, scale)
            if part is not None and part != LINE:
                return key, part
            if part == LINE and lines is None:
                lines = (key, LINE)
        return lines

    def _grip(self, place: Point, scale: Scale) -> Grip:
        if self._open is None:
            return Grip.NONE
        found = None if self._sketch is not None else self._found(place, scale)
        if found is not None and found[1] != LINE:
            return Grip.HANDLE
        if self._kind is not None:
            return Grip.DRAW
        return Grip.NONE if found is None else Grip.LINE

    def _show(self) -> None:
        mine = dict(self._annotations())
        if self._drag is not None and mine.get(self._drag.key) != self._drag.before:
            self._drag = None  # changed meanwhile in another viewport
        if self._selected is not None and self._selected[0] not in mine:
            self._selected = None
        chosen = None if self._selected is None else self._selected[0]
        self._resting = tuple(Drawn(drawing_of(one.shape)) for key, one in mine.items() if key != chosen)
        self._draw_live()
        self._publish()

    def _draw_live(self) -> None:
        self._view.show_annotations(self._resting, self._live())

    def _live(self) -> Drawn | None:
        shown = self._open
        if self._sketch is not None:
            return self._sketched(self._sketch)
        if shown is None or self._selected is None:
            return None
        key, handle = self._selected
        shape = self._drag.shape if self._drag is not None else shown.reading.reading.annotations[key].shape
        return Drawn(drawing_of(shape), selected=True, handle=handle)

    def _sketched(self, sketch: _Sketch) -> Drawn | None:
        shown, kind = self._open, self._kind
        assert shown is not None and kind is not None
        points = (*sketch.points, sketch.next)
        # Points that are still to come lie where the mouse is.
        points += (sketch.next,) * (kind.points - len(points))
        drawing = drawing_of(kind.build(points, shown.calibration))
        return Drawn(drawing, selected=True, handle=len(sketch.points), sketch=True)


def replace_shape(annotation: Annotation, shape: Shape) -> Annotation:
    """Return an annotation of the same image with another shape."""
    return Annotation(annotation.image, shape)


def _within(shift: float, values: list[float], size: float) -> float:
    return min(max(shift, -min(values)), size - max(values)) if min(values) >= 0 and max(values) <= size else shift
