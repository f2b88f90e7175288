"""What is painted: one entry of `SCENES` for each picture.

To add an annotation, add its shape to `ANNOTATIONS`. To add anything else, write a function that returns a picture
and add it to `SCENES`. Then ``make golden``, look at the sheet, and accept.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from cxrviewer.errors import DecodeError
from cxrviewer.heads.contract import Rejection, RejectionCode
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.phantom.image import PhantomSpec, render
from cxrviewer.qt import theme
from cxrviewer.reading.annotations import (
    Angle,
    Annotation,
    Arrow,
    Calibration,
    CalibrationKind,
    CardiothoracicRatio,
    CobbAngle,
    Ellipse,
    Length,
    ManualCalibration,
    Polygon,
    Rectangle,
    Shape,
    Text,
)
from cxrviewer.reading.document import Edit, SetAnnotation
from cxrviewer.reading.values import Point
from cxrviewer.workspace.layout import Layout
from tests.builders.dicom import chest_phantom, lut_item
from tests.builders.geometry import overlay_elements, read_image
from tests.fakes import FakeScorer, prediction
from tests.golden.stage import Picture, Scene, Stage, application, image_only, picture, settle
from tests.qt.window_fixture import Fixture

# Images. All go through a DICOM file, so that a picture covers reading, grey and painting.


def image(stage: Stage, pixels: npt.NDArray[Any] | None = None, bits: int | None = None, **attributes: Any) -> Any:
    """Return an image read from a DICOM file: the drawn chest of 12 bits where no pixels are given."""
    if pixels is None:
        pixels, bits = chest_phantom(), 12
    return read_image(stage.folder, pixels, bits=bits, **attributes)


def steps() -> npt.NDArray[np.uint16]:
    """Return a wedge of 32 grey steps over a ramp of all 12 bits, (320, 280)."""
    across = np.arange(280) / 279
    rows = np.where(np.arange(320)[:, None] < 160, np.floor(across * 32) / 31, across)
    wedge: npt.NDArray[np.uint16] = np.clip(rows * 4095, 0, 4095).astype(np.uint16)
    return wedge


def grey(stage: Stage, *, command: str = "", wedge: bool = False, **attributes: Any) -> Picture:
    """Paint an image with attributes of its grey pipeline, and after one command."""
    radiograph = image(stage, steps(), 12, **attributes) if wedge else image(stage, **attributes)
    fixture = stage.canvas(radiograph)
    if command:
        fixture.window.action(command).trigger()
    return image_only(fixture)


def voi_lut(stage: Stage) -> Picture:
    curve = [round(4095 * (i / 4095) ** 0.5) for i in range(4096)]
    return grey(stage, wedge=True, VOILUTSequence=[lut_item(curve, 0, 12)])


def modality_lut(stage: Stage) -> Picture:
    table = [65535 - 16 * i for i in range(4096)]
    return grey(stage, wedge=True, ModalityLUTSequence=[lut_item(table, 0, 16)], ModalityLUTType="OD")


def colour(stage: Stage) -> Picture:
    """Paint 8-bit colour: the chest with a red, a green and a blue bar."""
    pixels = np.repeat((chest_phantom() >> 4).astype(np.uint8)[..., None], 3, axis=2)
    for channel in range(3):
        pixels[20 + 100 * channel : 80 + 100 * channel, 40:240, channel] = 255
    return image_only(stage.canvas(image(stage, pixels)))


def overlay_and_shutter(stage: Stage) -> Picture:
    plane = np.zeros((320, 280), np.bool_)
    plane[100:104, 40:240] = plane[60:260, 138:142] = True
    radiograph = image(
        stage, elements=overlay_elements(plane), ShutterShape="CIRCULAR", CenterOfCircularShutter=[160, 140],
        RadiusOfCircularShutter=120, ShutterPresentationValue=0x3000,
    )  # fmt: skip
    return image_only(stage.canvas(radiograph))


def upright(stage: Stage) -> Fixture:
    """Show an image whose left and feet are marked."""
    return stage.canvas(image(stage, PatientOrientation=["L", "F"], ImagerPixelSpacing=[1.2, 1.2]))


def turned(stage: Stage, commands: tuple[str, ...]) -> Picture:
    """Paint an image with all its words after some commands."""
    fixture = upright(stage)
    for command in commands:
        fixture.window.action(command).trigger()
    return picture(fixture.window.canvas)


# Layer.


def layer(stage: Stage, opacity: int, colours: str) -> Picture:
    fixture = stage.canvas(image(stage))
    fixture.window.action("ai.heat_map").trigger()
    fixture.room.layer.set_colours(colours)
    fixture.room.layer.set_opacity(opacity)
    return image_only(fixture)


# Annotations.

DETECTOR = Calibration(CalibrationKind.DETECTOR, 1.2, 1.2)
A, B, C, D = Point(60, 80), Point(220, 110), Point(200, 230), Point(80, 250)
ANNOTATIONS: dict[str, Shape] = {
    "length": Length(A, C, DETECTOR),
    "angle": Angle(A, D, C),
    "cobb": CobbAngle(A, B, D, C),
    "rectangle": Rectangle(A, C, DETECTOR),
    "ellipse": Ellipse(A, C, DETECTOR),
    "polygon": Polygon((A, B, C, D), DETECTOR),
    "arrow": Arrow(A, C, "tip"),
    "text": Text(D, "a note"),
    "cardiothoracic-ratio": CardiothoracicRatio(Point(110, 200), Point(200, 205), Point(45, 215), Point(235, 215)),
    "calibration": ManualCalibration(A, B, 100),
}


def annotate(fixture: Fixture, *shapes: Shape) -> None:
    """Draw shapes on the open image, as if the reader had."""
    opened = fixture.room.annotations._open
    assert opened is not None
    for number, shape in enumerate(shapes):
        edit = Edit("draw", (SetAnnotation(f"{number}", None, Annotation(opened.image, shape)),))
        assert opened.reading.do(edit)


def annotation(stage: Stage, shape: Shape) -> Picture:
    fixture = stage.canvas(image(stage))
    annotate(fixture, shape)
    return image_only(fixture)


def annotations_turned(stage: Stage) -> Picture:
    """Paint a length and an angle on a turned and flipped image: labels stay upright."""
    fixture = stage.canvas(image(stage))
    annotate(fixture, Length(A, B, DETECTOR), Angle(D, C, B))
    for command in ("view.flip", "view.rotate_right"):
        fixture.window.action(command).trigger()
    return image_only(fixture)


# The window and its parts.


def pair(stage: Stage) -> dict[str, Radiograph | Exception]:
    """Return two dates of the computed phantom, the later with a larger heart."""
    made = (PhantomSpec(rows=256, columns=256, spacing_mm=1.37, cardiothoracic_ratio=r) for r in (0.45, 0.6))
    images = {}
    for number, spec in enumerate(made):
        images["ab"[number]] = image(
            stage, render(spec), 12, PatientOrientation=["L", "F"], SOPInstanceUID=f"1.2.3.{number}",
            WindowCenter=2048, WindowWidth=4096,
        )  # fmt: skip
    return images


def synced(stage: Stage) -> Picture:
    """Paint two viewports of one sync group, zoomed and inverted by commands to the second alone."""
    fixture = stage.window(pair(stage))
    fixture.room.viewports.set_layout(Layout.TWO)
    settle()
    fixture.window.action("viewport.next").trigger()
    fixture.room.worklist.select(fixture.key("b"))
    fixture.jobs.release_all()
    fixture.window.action("view.zoom_in").trigger()
    fixture.window.action("grey.invert").trigger()
    return picture(fixture.window.viewports)


def window(stage: Stage, colours: theme.Theme) -> Picture:
    """Paint the whole window in one theme, with a finding's map."""
    fixture = stage.window(
        {"a": image(stage, PatientOrientation=["L", "F"]), "b": image(stage, WindowCenter=900, WindowWidth=900)}
    )
    theme.apply(application(), colours)
    fixture.window.action("ai.heat_map").trigger()
    picture(fixture.window)
    fixture.jobs.release_all()  # the thumbnails of the rows that were painted
    return picture(fixture.window)


def findings(stage: Stage) -> Picture:
    fixture = stage.window({"a": image(stage)}, (960, 720))
    fixture.window.findings.below.button.click()
    fixture.window.findings.unvalidated.button.click()
    settle()
    return picture(fixture.window.findings)


def intervals(stage: Stage) -> Picture:
    """Paint probabilities with intervals, one of them without."""
    shown = image(stage)
    answer = prediction(key=shown.key)
    ends = ((0.55, 0.687), None, (0.002, 0.112), None)
    scores = tuple(replace(score, interval=one) for score, one in zip(answer.scores, ends, strict=True))
    scorer = FakeScorer({shown.key: replace(answer, scores=scores)})
    fixture = stage.window({"a": shown}, (960, 720), scorer=scorer)
    fixture.window.findings.below.button.click()
    settle()
    return picture(fixture.window.findings)


def rejected(stage: Stage) -> Picture:
    rejection = Rejection(RejectionCode.NOT_CHEST, "This head reads chest images; this looks like a hand.")
    fixture = stage.window({"a": image(stage)}, scorer=FakeScorer(rejection=rejection))
    return picture(fixture.window.findings)


def start_page(stage: Stage) -> Picture:
    return picture(stage.window({}, opened=False).window.canvas)


def error(stage: Stage) -> Picture:
    fixture = stage.window({"a": DecodeError("JPEG Lossless data is damaged; the image cannot be shown.")})
    return picture(fixture.window.canvas)


def notes(stage: Stage) -> Picture:
    """Paint what stands in the corners: identity, notes of a repaired image, window and zoom."""
    fixture = stage.canvas(image(stage, VOILUTSequence=[lut_item([1, 2, 3], 0, 16)]), (420, 320))
    return picture(fixture.window.canvas)


SCENES: dict[str, Scene] = {
    "grey-monochrome2": grey,
    "grey-monochrome1": partial(grey, PhotometricInterpretation="MONOCHROME1"),
    "grey-linear": partial(grey, WindowCenter=1800, WindowWidth=1600),
    "grey-linear-exact": partial(grey, wedge=True, WindowCenter=2048, WindowWidth=8, VOILUTFunction="LINEAR_EXACT"),
    "grey-sigmoid": partial(grey, wedge=True, WindowCenter=1800, WindowWidth=1600, VOILUTFunction="SIGMOID"),
    "grey-voi-lut": voi_lut,
    "grey-modality-lut": modality_lut,
    "grey-inverted": partial(grey, command="grey.invert", wedge=True, PhotometricInterpretation="MONOCHROME1"),
    "grey-oblong-pixels": partial(grey, PixelAspectRatio=[2, 1]),
    "colour": colour,
    "overlay-and-shutter": overlay_and_shutter,
    "layer-inferno-60": partial(layer, opacity=60, colours="inferno"),
    "layer-viridis-25": partial(layer, opacity=25, colours="viridis"),
    **{f"annotation-{name}": partial(annotation, shape=shape) for name, shape in ANNOTATIONS.items()},
    "annotations-turned": annotations_turned,
    "sides": partial(turned, commands=()),
    "sides-turned-and-flipped": partial(turned, commands=("view.flip", "view.rotate_right")),
    "corners": notes,
    "two-viewports": synced,
    "findings": findings,
    "findings-intervals": intervals,
    "findings-rejected": rejected,
    "start-page": start_page,
    "error": error,
    **{
        f"window-{colours.name.replace(' ', '-')}": partial(window, colours=colours)
        for colours in theme.THEMES.values()
    },
}
