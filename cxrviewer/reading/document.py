"""The document: everything a reader made in one reading, and the edits that change it."""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from cxrviewer.reading.annotations import Annotation
from cxrviewer.reading.values import MAX_TEXT, ImageRef, Value, ViewState

HISTORY_STEPS = 1_000
"""Steps that can be undone; older ones are forgotten, so that memory stays bounded."""
HISTORY_BYTES = 16 * 2**20
"""Of all steps as JSON. A step can hold a long impression or an outline of thousands of points twice."""
MAX_ANNOTATIONS = 10_000
MAX_COMMENT = 2_000
"""Characters of a comment on a finding."""


class Verdict(enum.Enum):
    """What the reader makes of a head's call: present at or above the threshold, not present below it."""

    AGREE = "agree"
    DISAGREE = "disagree"
    UNDECIDED = "undecided"


class FindingRef(Value, frozen=True):
    """One score: a finding of one head about one image. Another model, recipe or version is another score.

    Attributes
    ----------
    image : ImageRef
    head, version : str
        Id and version of the head. A version has its own thresholds.
    model, recipe : str
        SHA-256 of the model file and digest of the input recipe.
    scheme, code : str
        (0008,0102) and (0008,0100) of the finding.
    """

    image: ImageRef
    head: str
    version: str
    model: str
    recipe: str
    scheme: str
    code: str

    def __post_init__(self) -> None:
        if not (self.head and self.code):
            raise ValueError("a finding needs a head and a code")
        if max(len(text) for text in (self.head, self.version, self.model, self.recipe, self.scheme, self.code)) > 1024:
            raise ValueError("a part of a finding's reference has at most 1024 characters")


class Decision(Value, frozen=True):
    """The reader's decision about a score, with what was decided on (docs/decisions/0082-decisions-and-reports.md).

    Attributes
    ----------
    verdict : Verdict
    name : str
        The finding in the head's words.
    probability, threshold : float
        Of the score when it was decided, 0 to 1.
    comment : str
    interval : tuple of float or None
        95 % interval of the probability; None where the head stated none, or an older version saved the reading.
    """

    verdict: Verdict
    name: str
    probability: float
    threshold: float
    comment: str = ""
    interval: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if not (0 <= self.probability <= 1 and 0 <= self.threshold <= 1):
            raise ValueError("probability and threshold must lie between 0 and 1")
        if self.interval is not None and not 0 <= self.interval[0] <= self.interval[1] <= 1:
            raise ValueError("the ends of an interval must lie between 0 and 1, the lower one first")
        if len(self.name) > 1024:
            raise ValueError("the name of a finding has at most 1024 characters")
        if len(self.comment) > MAX_COMMENT:
            raise ValueError(f"a comment has at most {MAX_COMMENT} characters")

    @property
    def above(self) -> bool:
        """Whether the head called the finding present."""
        return self.probability >= self.threshold

    @property
    def present(self) -> bool | None:
        """Whether the finding is there in the reader's eyes; None for undecided."""
        return None if self.verdict is Verdict.UNDECIDED else self.above is (self.verdict is Verdict.AGREE)


class SetView(Value, frozen=True, tag="view"):
    """Another way to see an image; None is the way it opens."""

    key: ImageRef
    before: ViewState | None
    after: ViewState | None


class SetFrame(Value, frozen=True, tag="frame"):
    """The reader stays at another frame, from 0, of the image `key` (its first frame); None is the first."""

    key: ImageRef
    before: int | None
    after: int | None

    def __post_init__(self) -> None:
        if min(self.before or 0, self.after or 0) < 0:
            raise ValueError("a frame must be at least 0")


class SetPicture(Value, frozen=True, tag="picture"):
    """Which pixels an image had when the reader drew on it (`Radiograph.key`)."""

    key: ImageRef
    before: str | None
    after: str | None


class SetAnnotation(Value, frozen=True, tag="annotation"):
    """An annotation appears, changes or goes; `key` is its identifier."""

    key: str
    before: Annotation | None
    after: Annotation | None


class SetKeyImage(Value, frozen=True, tag="key image"):
    """An image becomes a key image, or no longer is one."""

    key: ImageRef
    before: bool | None
    after: bool | None


class SetDecision(Value, frozen=True, tag="decision"):
    """Another decision about an AI finding; None is no decision."""

    key: FindingRef
    before: Decision | None
    after: Decision | None


class SetImpression(Value, frozen=True, tag="impression"):
    """Another impression text."""

    before: str
    after: str

    def __post_init__(self) -> None:
        if len(self.after) > MAX_TEXT:
            raise ValueError(f"an impression has at most {MAX_TEXT} characters")


Change: TypeAlias = SetView | SetFrame | SetPicture | SetAnnotation | SetKeyImage | SetDecision | SetImpression


class Edit(Value, frozen=True):
    """One step a reader can undo: all of its changes, or none.

    Attributes
    ----------
    label : str
        Names the step for the undo menu. A message id, not a text.
    merge : str
        Consecutive edits with the same name, not empty, are one step: one drag, one spell of typing.
    """

    label: str
    changes: tuple[Change, ...]
    merge: str = ""

    def inverse(self) -> Edit:
        """Return the edit that takes this one back."""
        swapped = (msgspec.structs.replace(c, before=c.after, after=c.before) for c in reversed(self.changes))
        return msgspec.structs.replace(self, changes=tuple(swapped))

    @property
    def images(self) -> frozenset[ImageRef]:
        """What the step is about; empty for one about the whole study."""
        found: set[ImageRef] = set()
        for change in self.changes:
            if isinstance(change, SetAnnotation):
                found.update(one.image for one in (change.before, change.after) if one is not None)
            elif isinstance(change, SetDecision):
                found.add(change.key.image)
            elif not isinstance(change, SetImpression):
                found.add(change.key)
        return frozenset(found)

    def then(self, later: Edit) -> Edit:
        """Return one edit that does this one and then `later`, with one change for each thing that changed."""
        merged: dict[tuple[type, Any], Change] = {}
        for change in (*self.changes, *later.changes):
            name = type(change), getattr(change, "key", None)
            first = merged.get(name)
            merged[name] = change if first is None else msgspec.structs.replace(first, after=change.after)
        return msgspec.structs.replace(self, changes=tuple(merged.values()))


class StaleEditError(ValueError):
    """An edit does not start from the reading it is applied to: a programmer's mistake."""


def _empty() -> Mapping[Any, Any]:
    return MappingProxyType({})


class Reading(Struct, frozen=True):
    """What the reader made. Compare two of them with ``==``."""

    views: Mapping[ImageRef, ViewState] = field(default_factory=_empty)
    frames: Mapping[ImageRef, int] = field(default_factory=_empty)
    pictures: Mapping[ImageRef, str] = field(default_factory=_empty)
    annotations: Mapping[str, Annotation] = field(default_factory=_empty)
    key_images: Mapping[ImageRef, bool] = field(default_factory=_empty)
    decisions: Mapping[FindingRef, Decision] = field(default_factory=_empty)
    impression: str = ""

    def apply(self, edit: Edit) -> Reading:
        """Return the reading after `edit`.

        Raises
        ------
        StaleEditError
            Where a change starts from something else than what is here; nothing is applied then.
        """
        reading = self
        for change in edit.changes:
            reading = _applied(reading, change)
        return reading

    @property
    def key_instances(self) -> frozenset[str]:
        """The instance UIDs of the key images, whichever of their frames it is."""
        return frozenset(image.instance for image, on in self.key_images.items() if on)

    def as_edit(self) -> Edit:
        """Return the edit that makes this reading from an empty one."""
        changes: list[Change] = [SetView(image, None, view) for image, view in self.views.items()]
        changes += [SetPicture(image, None, digest) for image, digest in self.pictures.items()]
        changes += [SetAnnotation(key, None, one) for key, one in self.annotations.items()]
        changes += [SetKeyImage(image, None, True) for image in self.key_images]
        changes += [SetDecision(finding, None, one) for finding, one in self.decisions.items()]
        changes += [SetImpression("", self.impression)] if self.impression else []
        changes += [SetFrame(image, None, frame) for image, frame in self.frames.items()]
        return Edit("all", tuple(changes))


_PARTS: Mapping[type, str] = {
    SetView: "views",
    SetFrame: "frames",
    SetPicture: "pictures",
    SetAnnotation: "annotations",
    SetKeyImage: "key_images",
    SetDecision: "decisions",
}


def _applied(reading: Reading, change: Change) -> Reading:
    if isinstance(change, SetImpression):
        if reading.impression != change.before:
            raise StaleEditError("the impression is another one than the edit starts from")
        return replace(reading, impression=change.after)
    name = _PARTS[type(change)]
    part: dict[Any, Any] = dict(getattr(reading, name))
    # False and None both mean "no key image", 0 and None the first frame; only one may ever be stored.
    before, after = change.before or None, change.after or None
    if part.get(change.key) != before:
        raise StaleEditError(f"{name} are other ones than the edit starts from")
    if after is None:
        part.pop(change.key, None)
    else:
        part[change.key] = after
    if len(part) > MAX_ANNOTATIONS:
        raise ValueError(f"a reading has at most {MAX_ANNOTATIONS} {name}")
    changed: dict[str, Any] = {name: MappingProxyType(part)}
    return replace(reading, **changed)


class Document:
    """A reading with its history.

    Not safe from several threads: it belongs to the thread of the presenters.
    """

    def __init__(
        self,
        reading: Reading | None = None,
        undo: Iterable[Edit] = (),
        redo: Iterable[Edit] = (),
        *,
        steps: int = HISTORY_STEPS,
        size: int = HISTORY_BYTES,
    ) -> None:
        self._reading = reading or Reading()
        self._steps, self._size = steps, size
        self._undo: deque[Edit] = deque(undo)
        self._redo: list[Edit] = list(redo)
        self._weights = deque(_weight(edit) for edit in (*self._undo, *reversed(self._redo)))
        """Of the steps that can be undone, then of those that can be redone, the next one first."""
        self._weight = sum(self._weights)
        self._forget()

    @property
    def reading(self) -> Reading:
        return self._reading

    @property
    def undo_steps(self) -> tuple[Edit, ...]:
        """Steps that can be undone, oldest first."""
        return tuple(self._undo)

    @property
    def redo_steps(self) -> tuple[Edit, ...]:
        """Steps that can be redone, the next one last."""
        return tuple(self._redo)

    def do(self, edit: Edit) -> bool:
        """Apply `edit` and remember it. Returns False for one without changes. Raises StaleEditError."""
        if not edit.changes:
            return False
        self._reading = self._reading.apply(edit)
        for _ in self._redo:
            self._weight -= self._weights.pop()
        self._redo.clear()
        if edit.merge and self._undo and self._undo[-1].merge == edit.merge:
            edit = self._undo.pop().then(edit)
            self._weight -= self._weights.pop()
        self._undo.append(edit)
        self._weights.append(_weight(edit))
        self._weight += self._weights[-1]
        self._forget()
        return True

    def note(self, edit: Edit) -> bool:
        """Apply an edit that undo passes over: views, frames, the pixels an image had (docs/decisions/0072-canvas.md).

        Returns False for one without changes. Raises ValueError for other changes, and StaleEditError.
        """
        if not all(isinstance(change, SetView | SetFrame | SetPicture) for change in edit.changes):
            raise ValueError("only views, frames and pictures are noted; everything else can be undone")
        if not edit.changes:
            return False
        self._reading = self._reading.apply(edit)
        return True

    def undo(self) -> Edit | None:
        """Take the last step back and return it; None where there is none."""
        if not self._undo:
            return None
        edit = self._undo.pop()
        self._reading = self._reading.apply(edit.inverse())
        self._redo.append(edit)
        return edit

    def redo(self) -> Edit | None:
        """Do the step again that was undone last and return it; None where there is none."""
        if not self._redo:
            return None
        edit = self._redo.pop()
        self._reading = self._reading.apply(edit)
        # Redone and then continued, a drag must not swallow what the reader saw as two steps.
        self._undo.append(msgspec.structs.replace(edit, merge=""))
        return edit

    def _forget(self) -> None:
        """Forget the oldest steps that are too many or too large together, never the last one."""
        while len(self._undo) > self._steps or (len(self._undo) > 1 and self._weight > self._size):
            self._undo.popleft()
            self._weight -= self._weights.popleft()


def _weight(edit: Edit) -> int:
    return len(msgspec.json.encode(edit))
