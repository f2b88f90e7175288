"""A hand that edits at random, the same for the same seed: every kind of annotation, decisions, texts, views."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, TypeAlias

from cxrviewer.reading.annotations import Annotation, Calibration, CalibrationKind, Polygon, points_of, with_point
from cxrviewer.reading.calibrating import recalibrated
from cxrviewer.reading.document import (
    Change,
    Decision,
    Edit,
    FindingRef,
    Reading,
    SetAnnotation,
    SetDecision,
    SetImpression,
    SetKeyImage,
    Verdict,
)
from cxrviewer.reading.kinds import KINDS, TOOLS, moved
from cxrviewer.reading.values import (
    FieldGrey,
    ImageRef,
    Point,
    PresetGrey,
    RegionGrey,
    ViewState,
    WindowGrey,
    Zoom,
    ZoomKind,
)

IMAGES = tuple(ImageRef("1.2", "1.2.3", f"1.2.3.{n}") for n in range(4))
FINDINGS = tuple(
    FindingRef(image, "head", "1.0.0", "9f2c", "r1", "SCT", code) for image in IMAGES[:2] for code in "ABC"
)
WORDS = ("no ", "effusion, ", "Pneumothorax links. ", "心影增大。", "\n", "zurück ", "🫁 ")
MOST = 60
"""Annotations; further ones are drawn where others were deleted."""


@dataclass(frozen=True)
class Look:
    """An image is seen in another way."""

    image: ImageRef
    view: ViewState


@dataclass(frozen=True)
class Step:
    """Undo or redo."""

    redo: bool


Action: TypeAlias = Edit | Look | Step


class Hand:
    """Returns one action after the other; what is possible is decided by the reading at hand."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)
        self._made = 0
        self._prefix = seed
        self._spell = 0
        self._stepping: bool | None = None

    def next(self, reading: Reading) -> Action:
        """Return what the hand does to `reading`."""
        kinds: list[tuple[int, Any]] = [
            (18, self._draw), (14, self._move), (5, self._delete), (6, self._retype), (5, self._mark),
            (9, self._decide), (9, self._write), (14, self._look), (2, self._several), (9, self._step),
        ]  # fmt: skip
        if self._stepping is not None and self._random.random() < 0.75:  # undo and redo come in runs
            self._stepping ^= self._random.random() < 0.25
            return Step(redo=self._stepping)
        act = self._random.choices([one for _, one in kinds], [weight for weight, _ in kinds])[0]
        made: Action = act(reading) or self._draw(reading) or self._mark(reading)
        self._stepping = made.redo if isinstance(made, Step) else None
        if isinstance(made, Edit):
            try:
                return recalibrated(reading, made, Calibration())
            except ValueError:  # a line of known length became too short or too long
                return self._mark(reading)
        return made

    # Inside.

    def _point(self) -> Point:
        return Point(self._random.uniform(0, 2500), self._random.uniform(0, 3000))

    def _draw(self, reading: Reading) -> Edit | None:
        if len(reading.annotations) >= MOST:
            return self._delete(reading)
        tool = TOOLS[self._random.choice(list(TOOLS))]
        count = tool.points or self._random.randint(tool.least, 12)
        while len({*(points := tuple(self._point() for _ in range(count)))}) < count:
            pass
        basis = Calibration(self._random.choice(list(CalibrationKind)), 0.143, self._random.uniform(0.1, 0.2))
        shape = tool.build(points, basis)
        if tool.question is not None:
            shape = tool.question.answered(shape, self._answer(type(shape).__name__))
        self._made += 1
        key = f"{self._prefix}-{self._made}"
        return Edit("draw", (SetAnnotation(key, None, Annotation(self._random.choice(IMAGES), shape)),))

    def _answer(self, kind: str) -> str:
        # Ten millimetres on any line of this image is a spacing that is allowed.
        return "10" if kind == "Length" else self._random.choice(WORDS).strip() or "x"

    def _one(self, reading: Reading) -> tuple[str, Annotation] | None:
        return self._random.choice(list(reading.annotations.items())) if reading.annotations else None

    def _move(self, reading: Reading) -> Edit | None:
        if (found := self._one(reading)) is None:
            return None
        key, one = found
        shape = one.shape
        if self._random.random() < 0.3:
            shape = moved(shape, self._random.uniform(-5, 5), self._random.uniform(-5, 5))
        else:
            places = len(points_of(shape))
            shape = with_point(shape, self._random.randrange(places), self._point())
        merge = f"nudge {key}" if self._random.random() < 0.5 else ""
        return Edit("move", (SetAnnotation(key, one, Annotation(one.image, shape)),), merge)

    def _delete(self, reading: Reading) -> Edit | None:
        found = self._one(reading)
        return None if found is None else Edit("delete", (SetAnnotation(*found, None),))

    def _retype(self, reading: Reading) -> Edit | None:
        typed = [(key, one) for key, one in reading.annotations.items() if KINDS[type(one.shape)].question]
        if not typed:
            return None
        key, one = self._random.choice(typed)
        question = KINDS[type(one.shape)].question
        assert question is not None
        words = "12.5" if type(one.shape).__name__ == "ManualCalibration" else self._answer("Text")
        try:
            shape = question.answered(one.shape, words)
        except ValueError:  # a line that was dragged too long or too short for this length
            return None
        return Edit("text", (SetAnnotation(key, one, Annotation(one.image, shape)),))

    def _mark(self, reading: Reading) -> Edit:
        image = self._random.choice(IMAGES)
        before = reading.key_images.get(image)
        return Edit("key image", (SetKeyImage(image, before, None if before else True),))

    def _decide(self, reading: Reading) -> Edit:
        finding = self._random.choice(FINDINGS)
        before = reading.decisions.get(finding)
        after = None
        if before is None or self._random.random() < 0.8:
            comment = "".join(self._random.choices(WORDS, k=self._random.randint(0, 4)))
            verdict = self._random.choice(list(Verdict))
            after = Decision(verdict, "Mass", round(self._random.random(), 3), 0.5, comment)
        return Edit("decision", (SetDecision(finding, before, after),))

    def _write(self, reading: Reading) -> Edit:
        before = reading.impression
        after = before + self._random.choice(WORDS)
        if len(before) > 400 or self._random.random() < 0.1:
            after = before[: self._random.randint(0, len(before))]
        if self._random.random() < 0.3:
            self._spell += 1
        if after == before:
            after = before + "x"
        return Edit("impression", (SetImpression(before, after),), f"impression {self._prefix} {self._spell}")

    def _several(self, reading: Reading) -> Edit | None:
        """Return one step with many changes, as importing a file is."""
        if len(reading.annotations) + 5 > MOST:
            return None
        changes: list[Change] = []
        for _ in range(5):
            self._made += 1
            points = tuple(self._point() for _ in range(5))
            one = Annotation(self._random.choice(IMAGES), Polygon(points))
            changes.append(SetAnnotation(f"{self._prefix}-{self._made}", None, one))
        return Edit("import", tuple(changes))

    def _step(self, _: Reading) -> Step:
        return Step(redo=self._random.random() < 0.5)

    def _look(self, _: Reading) -> Look:
        pick, uniform = self._random.choice, self._random.uniform
        grey: Any = pick(
            [
                PresetGrey(self._random.randrange(3)),
                WindowGrey(uniform(0, 4000), uniform(1, 4000)),
                RegionGrey(self._point(), self._point()),
                FieldGrey(uniform(0, 40), uniform(60, 100)),
            ]
        )
        kind = pick([ZoomKind.FIT, ZoomKind.ONE_TO_ONE, ZoomKind.FACTOR])
        zoom = Zoom(kind, uniform(0.1, 8) if kind is ZoomKind.FACTOR else 1.0)
        centre = self._point() if kind is not ZoomKind.FIT else None
        view = ViewState(grey, pick([True, False]), self._random.randrange(4), pick([True, False]), zoom, centre)
        return Look(pick(IMAGES), view if self._random.random() < 0.9 else ViewState())
