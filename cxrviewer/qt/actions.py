"""Every command of the window with its key, in one table.

Menus, toolbar and the shortcut sheet are all made from it, so none can forget another.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A command.

    Attributes
    ----------
    name : str
        Names the slot ``MainWindow`` connects.
    text : str
        With the mnemonic of the menu.
    keys : tuple of str
        Portable key sequences, the first is the one menus show.
    checkable : bool
    tip : str
        Longer words for tooltip and sheet, `text` where empty.
    """

    name: str
    text: str
    keys: tuple[str, ...] = ()
    checkable: bool = False
    tip: str = ""


FILE = (
    Command("open_files", "&Open files…", ("Ctrl+O",)),
    Command("open_folder", "Open &folder…", ("Ctrl+Shift+O",)),
    Command("open_recent", "Open &last folder again", ("Ctrl+L",)),
    Command("open_demo", "Open the &demo study"),
    Command("close_all", "&Close all films", ("Ctrl+W",)),
    Command("skipped", "Why were files s&kipped?"),
    Command("quit", "&Quit", ("Ctrl+Q",)),
)
TOOLS = (
    Command("tool_window", "&Window", ("L",), True, "Left drag changes width and level"),
    Command("tool_zoom", "&Zoom", ("Z",), True, "Left drag zooms (right drag always does)"),
    Command("tool_pan", "&Pan", ("P",), True, "Left drag moves the film (middle drag always does)"),
)
WINDOW = (
    Command("next_preset", "&Next preset", ("W",), False, "Next window of the film's header"),
    Command("previous_preset", "&Previous preset", ("Shift+W",)),
    Command("auto", "&Auto", ("A",), False, "Window from the film's own 1st to 99th percentile"),
    Command("invert", "&Invert", ("I",), True, "Turn black and white round"),
    Command("reset", "&Reset", ("R",), False, "Window, inversion, turn and zoom as when the film was opened"),
)
VIEW = (
    Command("fit", "&Fit", ("F",), False, "Show the whole film"),
    Command("one_to_one", "&1:1", ("1",), False, "One film pixel per screen pixel"),
    Command("zoom_in", "Zoom &in", ("+", "=")),
    Command("zoom_out", "Zoom &out", ("-",)),
    Command("turn_right", "&Turn right", ("T",), False, "Turn the film clockwise by 90 degrees"),
    Command("turn_left", "Turn &left", ("Shift+T",), False, "Turn the film anticlockwise by 90 degrees"),
    Command("flip", "Flip left to &right", ("X",), False, "Exchange left and right of the screen; the sides go along"),
    Command("overlays", "&Overlays", ("O",), True, "Draw the graphics stored with the film"),
    Command("shutter", "Display s&hutter", ("S",), True, "Cover what lies outside the film's display shutter"),
    Command("pan_left", "Move film left", ("Shift+Left",)),
    Command("pan_right", "Move film right", ("Shift+Right",)),
    Command("pan_up", "Move film up", ("Shift+Up",)),
    Command("pan_down", "Move film down", ("Shift+Down",)),
)
FILMS = (
    Command("next_film", "&Next film", ("PgDown", "Right", "Down")),
    Command("previous_film", "&Previous film", ("PgUp", "Left", "Up")),
    Command("search", "&Search the worklist", ("Ctrl+F", "/")),
)
AI = (
    Command("heat_map", "&Heat map", ("H",), True, "Show or hide the heat map of the chosen finding"),
    Command("opacity_up", "&More opaque", ("]",)),
    Command("opacity_down", "&Less opaque", ("[",)),
    Command("next_finding", "&Next finding", ("N",), False, "Choose the next finding that has a map, of any head"),
    Command(
        "compute_map", "&Compute the map", ("M",), False, "For a finding without a map: compute it, or stop doing so"
    ),
    Command("ai", "&AI on", ("Ctrl+I",), True, "Off: no model runs at all"),
    Command(
        "heads", "Heads…", ("Ctrl+Shift+H",), False, "Model heads: what is installed, its evidence, and installing"
    ),
)
HELP = (
    Command("shortcuts", "&Keyboard shortcuts", ("?", "F1")),
    Command("about", "&About cxrviewer"),
)
PANELS = (
    Command("show_worklist", "&Worklist", ("F2",), True),
    Command("show_findings", "&Findings", ("F3",), True),
)
THEMES = (
    Command("theme_dark", "&Dark theme", (), True),
    Command("theme_light", "&Light theme", (), True),
    Command("theme_reading_room", "&Reading room theme", (), True, "Nearly black, for a dark room"),
)

MENUS: tuple[tuple[str, tuple[Command, ...]], ...] = (
    ("&File", FILE),
    ("&Tools", TOOLS),
    ("&Grey", WINDOW),
    ("&View", VIEW + PANELS + THEMES),
    ("F&ilms", FILMS),
    ("&AI", AI),
    ("&Help", HELP),
)
#: Groups of the toolbar; the rest is in the menus.
TOOLBAR: tuple[tuple[str, ...], ...] = (
    ("tool_window", "tool_zoom", "tool_pan"),
    ("presets", "auto", "invert"),
    ("fit", "one_to_one", "reset"),
    ("heat_map",),
)
#: Gestures, for the sheet.
GESTURES = (
    ("Left drag", "the chosen tool: window, zoom or pan"),
    ("Right drag", "zoom"),
    ("Middle drag", "pan"),
    ("Wheel", "zoom at the cursor"),
    ("Ctrl+1 … Ctrl+9, 0", "the film's own windows, 0 its first"),
    ("Drop", "open files and folders, install a .cxrhead"),
)


def plain(text: str) -> str:
    """Return a command's words without the mnemonic."""
    return text.replace("&", "").rstrip("…")
