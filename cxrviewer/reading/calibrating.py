"""What lengths on an image rest on once the reader has drawn a line of known length."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from cxrviewer.reading import measure
from cxrviewer.reading.annotations import Annotation, Calibration, ManualCalibration
from cxrviewer.reading.document import Change, Edit, Reading, SetAnnotation
from cxrviewer.reading.values import ImageRef


def calibration_in_use(annotations: Mapping[str, Annotation], image: ImageRef, own: Calibration) -> Calibration:
    """Return what lengths on `image` rest on: the reader's line of known length, else `own`.

    Parameters
    ----------
    own : Calibration
        Of the image itself; its spacings also tell the shape of a pixel, which a line cannot.
    """
    lines = [one.shape for one in annotations.values() if one.image == image]
    line = next((one for one in reversed(lines) if isinstance(one, ManualCalibration)), None)
    return own if line is None else measure.calibration_of(line, own.row / own.column)


def recalibrated(reading: Reading, edit: Edit, own: Calibration) -> Edit:
    """Return `edit` with what follows from it: where it changes the reader's line, all lengths of that image follow.

    An image has one such line at most: a new one replaces the older.
    """
    image = _calibrated_image(edit)
    if image is None:
        return edit
    drawn = {change.key for change in edit.changes if isinstance(change, SetAnnotation) and _calibrates(change.after)}
    older: tuple[Change, ...] = tuple(
        SetAnnotation(key, one, None)
        for key, one in reading.annotations.items()
        if drawn and key not in drawn and one.image == image and _calibrates(one)
    )
    edit = edit.then(Edit(edit.label, older))
    after = reading.apply(edit)
    wanted = calibration_in_use(after.annotations, image, own)
    changes: list[Change] = []
    for key, one in after.annotations.items():
        if one.image == image and getattr(one.shape, "calibration", wanted) != wanted:
            shape: Any = msgspec.structs.replace(one.shape, calibration=wanted)
            changes.append(SetAnnotation(key, one, Annotation(image, shape)))
    return edit.then(Edit(edit.label, tuple(changes)))


def _calibrated_image(edit: Edit) -> ImageRef | None:
    for change in edit.changes:
        for one in (change.before, change.after):
            if isinstance(one, Annotation) and _calibrates(one):
                return one.image
    return None


def _calibrates(one: Annotation | None) -> bool:
    return one is not None and isinstance(one.shape, ManualCalibration)
