"""Attributes of one frame from the functional groups of enhanced images (PS3.3 C.7.6.16).

Enhanced images keep window, rescale and spacing in macros: per frame in (5200,9230), or once for all
frames in (5200,9229). `of_frame` lifts them to where other images have them, so that no reader
needs to know of groups.
"""

from __future__ import annotations

from pydicom.dataset import Dataset

from cxrviewer.imaging.values import raw, tag_of
from cxrviewer.text import msg

SHARED, PER_FRAME = "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"

_MACROS: dict[str, tuple[str, ...]] = {
    # C.7.6.16.2.10 and .10b
    "FrameVOILUTSequence": (
        *("WindowCenter", "WindowWidth", "WindowCenterWidthExplanation", "VOILUTFunction", "VOILUTSequence"),
    ),
    # C.7.6.16.2.9
    "PixelValueTransformationSequence": ("RescaleIntercept", "RescaleSlope", "RescaleType", "ModalityLUTSequence"),
    # C.7.6.16.2.1
    "PixelMeasuresSequence": ("PixelSpacing",),
    # C.7.6.16.2.8
    "FrameAnatomySequence": ("AnatomicRegionSequence", "FrameLaterality"),
    # C.8.19.6.4
    "FramePixelDataPropertiesSequence": ("ImagerPixelSpacing", "PixelSpacingCalibrationType"),
    # C.7.6.16.2.15
    "PatientOrientationInFrameSequence": ("PatientOrientation",),
    # C.7.6.16.2.16
    "FrameDisplayShutterSequence": (
        *("ShutterShape", "ShutterLeftVerticalEdge", "ShutterRightVerticalEdge", "ShutterUpperHorizontalEdge"),
        *("ShutterLowerHorizontalEdge", "CenterOfCircularShutter", "RadiusOfCircularShutter"),
        *("VerticesOfThePolygonalShutter", "ShutterPresentationValue"),
    ),
}
"""Macros with the attributes that a macro replaces as a whole: a frame's own center never meets another's width."""


def _item(dataset: Dataset, keyword: str, index: int) -> Dataset | None:
    value = raw(dataset, keyword)
    try:
        item = value[index]
    except (TypeError, LookupError):
        return None
    return item if isinstance(item, Dataset) else None


def of_frame(dataset: Dataset, frame: int) -> tuple[Dataset, tuple[str, ...]]:
    """Return a data set with the macros of `frame` (from 0) lifted to its top level, and notes.

    A frame's own macro goes before the shared one, and both before the same attributes at the top
    level. The data set is returned as it is where it has no functional groups, and never changed.
    """
    if tag_of(SHARED) not in dataset.keys() and tag_of(PER_FRAME) not in dataset.keys():
        return dataset, ()
    own = _item(dataset, PER_FRAME, frame)
    notes: tuple[str, ...] = ()
    if own is None and PER_FRAME in dataset:
        notes = (
            msg(
                "(5200,9230) Per-frame Functional Groups Sequence does not describe this frame; its "
                "window and rescale may be missing."
            ),
        )
    groups = [group for group in (own, _item(dataset, SHARED, 0)) if group is not None]
    lifted = dataset[:]
    for keyword, attributes in _MACROS.items():
        for group in groups:
            macro = _item(group, keyword, 0)
            if macro is not None and any(attribute in macro for attribute in attributes):
                _replace(lifted, macro, attributes)
                break
    return lifted, notes


def _replace(lifted: Dataset, macro: Dataset, attributes: tuple[str, ...]) -> None:
    for attribute in attributes:
        if attribute in lifted:
            del lifted[attribute]
        if attribute in macro:
            element = macro.get_item(attribute)
            lifted[element.tag] = element
