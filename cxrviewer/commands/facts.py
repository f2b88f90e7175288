"""What is true of the window right now, as far as commands depend on it."""

from __future__ import annotations

import enum
from types import MappingProxyType

from cxrviewer.text import msg

PRESETS = 9
"""Windows of an image that have a command of their own; the ones behind them are reached step by step."""


class Fact(enum.StrEnum):
    """One fact. The presenter or window part that knows it publishes it; commands name the facts they need.

    A preset's fact carries a text, the preset's name (`Registry.publish`).
    """

    OPENED = "opened"
    IMAGE = "image"
    GREY = "grey"
    INVERTED = "inverted"
    OVERLAYS = "overlays"
    OVERLAYS_SHOWN = "overlays shown"
    SHUTTER = "shutter"
    SHUTTER_SHOWN = "shutter shown"
    LUNGS = "lungs"
    MEDIASTINUM = "mediastinum"
    BONES = "bones"
    VOI_LUT = "voi lut"
    VOI_LUT_USED = "voi lut used"
    SPACING = "spacing"
    SHARPENED = "sharpened"
    LOCAL_CONTRAST = "local contrast"
    ENHANCEMENT_KEPT = "enhancement kept"
    UNDO = "undo"
    REDO = "redo"
    ANNOTATION = "annotation"
    ANNOTATION_TEXT = "annotation text"
    KEY_IMAGE = "key image"
    REGION = "region"
    SNAPPING = "snapping"
    LAYOUT_ONE = "layout 1x1"
    LAYOUT_TWO = "layout 1x2"
    LAYOUT_THREE = "layout 1x3"
    LAYOUT_FOUR = "layout 2x2"
    SEVERAL = "several viewports"
    WINDOWS = "further windows"
    SINGLE = "single viewport"
    SYNCED = "synced"
    SYNC_WINDOW = "sync window"
    SYNC_ZOOM = "sync zoom"
    SYNC_PAN = "sync pan"
    SYNC_FLIP = "sync flip"
    HANGS_PRIORS = "hangs priors"
    FRAMES = "frames"
    PLAYING = "playing"
    LOOPING = "looping"
    LISTED = "listed"
    CLOSABLE = "closable"
    SKIPPED = "skipped"
    LAST_FOLDER = "last folder"
    LIBRARY = "library"
    AI = "ai"
    FINDING = "finding"
    DECIDABLE = "decidable"
    MAP = "map"
    MAP_SHOWN = "map shown"
    MAP_OFFER = "map offer"
    TOOL_WINDOW = "tool window"
    TOOL_ZOOM = "tool zoom"
    TOOL_PAN = "tool pan"
    TOOL_REGION = "tool region"
    WORKLIST_SHOWN = "worklist shown"
    FINDINGS_SHOWN = "findings shown"
    TIMELINE_SHOWN = "timeline shown"
    MAGNIFIER = "magnifier"
    FULL_SCREEN = "full screen"
    IDENTITY_HIDDEN = "identity hidden"
    THEME_DARK = "theme dark"
    THEME_LIGHT = "theme light"
    THEME_READING_ROOM = "theme reading room"
    LANGUAGE_SYSTEM = "language system"
    LANGUAGE_ENGLISH = "language en"
    LANGUAGE_CHINESE = "language zh_CN"
    PRESET_1 = "preset 1"
    PRESET_2 = "preset 2"
    PRESET_3 = "preset 3"
    PRESET_4 = "preset 4"
    PRESET_5 = "preset 5"
    PRESET_6 = "preset 6"
    PRESET_7 = "preset 7"
    PRESET_8 = "preset 8"
    PRESET_9 = "preset 9"
    PRESET_1_USED = "preset 1 used"
    PRESET_2_USED = "preset 2 used"
    PRESET_3_USED = "preset 3 used"
    PRESET_4_USED = "preset 4 used"
    PRESET_5_USED = "preset 5 used"
    PRESET_6_USED = "preset 6 used"
    PRESET_7_USED = "preset 7 used"
    PRESET_8_USED = "preset 8 used"
    PRESET_9_USED = "preset 9 used"


def preset(number: int) -> Fact:
    """Return the fact that the image has a window `number`, from 1 to `PRESETS`."""
    return Fact(f"preset {number}")


def preset_used(number: int) -> Fact:
    """Return the fact that window `number`, from 1 to `PRESETS`, is in use."""
    return Fact(f"preset {number} used")


MISSING = MappingProxyType(
    {
        Fact.OPENED: msg("Nothing is open."),
        Fact.CLOSABLE: msg("Nothing is open."),
        Fact.IMAGE: msg("No film is on the screen."),
        Fact.GREY: msg("No grey film is on the screen."),
        Fact.OVERLAYS: msg("This film has no overlays."),
        Fact.SHUTTER: msg("This film has no display shutter."),
        Fact.SPACING: msg("The header of this image gives no size of its pixels."),
        Fact.VOI_LUT: msg("This image has no VOI LUT."),
        Fact.UNDO: msg("There is nothing to undo."),
        Fact.REDO: msg("There is nothing to redo."),
        Fact.ANNOTATION: msg("No annotation is selected."),
        Fact.ANNOTATION_TEXT: msg("The selected annotation has nothing to type."),
        Fact.REGION: msg("No region with pixel values is selected."),
        Fact.SEVERAL: msg("There is only one viewport."),
        Fact.WINDOWS: msg("No further window is open."),
        Fact.FRAMES: msg("This image has only one frame."),
        Fact.LISTED: msg("The worklist shows no film."),
        Fact.SKIPPED: msg("No file was skipped."),
        Fact.LAST_FOLDER: msg("No folder was opened before."),
        Fact.AI: msg("AI is off."),
        Fact.FINDING: msg("No finding has a score."),
        Fact.DECIDABLE: msg("No finding with a score is chosen."),
        Fact.MAP: msg("The chosen finding has no map."),
        Fact.MAP_OFFER: msg("There is no map to compute for the chosen finding."),
        **{preset(number): msg("This film has no window {number}.", number=number) for number in range(1, PRESETS + 1)},
    }
)
"""Why a command that needs a fact cannot run without it. A test holds this complete."""
