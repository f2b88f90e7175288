"""The table of commands: one entry is a command, where it stands in the menus, and what it needs.

Menus, toolbar, the canvas's context menu, keys, shortcut sheet and palette are made from it. A new command is an
entry here and a handler in `presenters/room_commands.py`, or in `qt/commands_binding.py` where it needs Qt. What the
mouse does is in `gestures`.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cxrviewer.commands.facts import PRESETS, Fact, preset, preset_used
from cxrviewer.commands.registry import Command, plain
from cxrviewer.text import msg, translated


class Menu(Struct, frozen=True):
    """A menu or submenu.

    Attributes
    ----------
    id : str
        Names it in `TOOLBAR` and `CANVAS_MENU`.
    title : str
        With the mnemonic. English; translated where it is shown.
    entries : tuple
        Commands, submenus, and None for a separating line.
    symbol : str
        Of its button on the toolbar; see `Command`.
    """

    id: str
    title: str
    entries: tuple[Command | Menu | None, ...]
    symbol: str = ""

    @property
    def words(self) -> str:
        return plain(translated(self.title))

    def commands(self) -> Iterator[Command]:
        """Return the commands of this menu and of those inside it, from top to bottom."""
        for entry in self.entries:
            if isinstance(entry, Command):
                yield entry
            elif entry is not None:
                yield from entry.commands()


def _needs(*facts: Fact) -> frozenset[str]:
    return frozenset(facts)


_FILE = Menu(
    "file",
    msg("&File"),
    (
        Command(id="file.open_files", symbol="file-image", title=msg("&Open files…"), keys=("Ctrl+O",)),
        Command(id="file.open_folder", symbol="folder-open", title=msg("Open &folder…"), keys=("Ctrl+Shift+O",)),
        Command(
            id="file.open_last",
            symbol="history",
            title=msg("Open &last folder again"),
            keys=("Ctrl+L",),
            needs=_needs(Fact.LAST_FOLDER),
        ),
        Command(
            id="library.open",
            symbol="library",
            title=msg("Li&brary…"),
            tip=msg("Folders whose studies are listed, searched and opened with their priors"),
            keys=("Ctrl+Shift+L",),
        ),
        Command(id="file.open_demo", title=msg("Open the &demo study")),
        Command(id="file.close_all", title=msg("&Close all films"), keys=("Ctrl+W",), needs=_needs(Fact.CLOSABLE)),
        None,
        Command(
            id="file.report",
            title=msg("&Report…"),
            tip=msg("Write the impression, see the report, save, print or copy it"),
            keys=("Ctrl+R",),
            needs=_needs(Fact.OPENED),
        ),
        Command(
            id="file.readings",
            title=msg("Readin&gs…"),
            tip=msg("List what you made by study; export, import and delete readings"),
            keys=("Ctrl+Shift+R",),
        ),
        Command(
            id="file.templates",
            title=msg("&Templates of reports…"),
            tip=msg("Edit the texts that can be inserted into a report"),
            keys=("Ctrl+Shift+T",),
        ),
        None,
        Command(
            id="file.picture",
            title=msg("&Export a picture…"),
            tip=msg("Save the view or the whole image as PNG, JPEG or TIFF"),
            keys=("Ctrl+S",),
            needs=_needs(Fact.IMAGE),
        ),
        Command(
            id="file.copies",
            title=msg("De-&identified copies…"),
            tip=msg("Copy images without names, numbers and dates in the header"),
            keys=("Ctrl+D",),
            needs=_needs(Fact.OPENED),
        ),
        None,
        Command(id="file.skipped", title=msg("Why were files s&kipped?"), needs=_needs(Fact.SKIPPED)),
        Command(
            id="file.empty_thumbnails",
            title=msg("Delete kept thumb&nails"),
            tip=msg("Delete the small pictures that this program keeps between runs; they are made again when needed"),
        ),
        None,
        Command(id="file.quit", symbol="log-out", title=msg("&Quit"), keys=("Ctrl+Q",)),
    ),
)
_EDIT = Menu(
    "edit",
    msg("&Edit"),
    (
        Command(
            id="edit.undo",
            symbol="undo-2",
            title=msg("&Undo"),
            tip=msg("Take the last step back"),
            keys=("Ctrl+Z",),
            needs=_needs(Fact.UNDO),
        ),
        Command(
            id="edit.redo",
            symbol="redo-2",
            title=msg("&Redo"),
            tip=msg("Do the step that was undone again"),
            keys=("Ctrl+Shift+Z", "Ctrl+Y"),
            needs=_needs(Fact.REDO),
        ),
        None,
        Command(
            id="edit.delete",
            symbol="trash-2",
            title=msg("&Delete annotation"),
            tip=msg("Delete the selected annotation; undo brings it back"),
            keys=("Del", "Backspace"),
            needs=_needs(Fact.ANNOTATION),
        ),
        Command(
            id="edit.text",
            title=msg("Edit &text or length…"),
            tip=msg("Type the words of a text or an arrow, or the length of a calibration line, anew"),
            keys=("F4",),
            needs=_needs(Fact.ANNOTATION_TEXT),
        ),
        Command(
            id="edit.next_point",
            title=msg("&Next annotation point"),
            tip=msg("Choose the point that the arrow keys move; Tab chooses the annotation"),
            keys=(".",),
            needs=_needs(Fact.ANNOTATION),
        ),
        Command(
            id="edit.previous_point",
            title=msg("Annotation point &before"),
            keys=(",",),
            needs=_needs(Fact.ANNOTATION),
        ),
        None,
        Command(
            id="edit.key_image",
            title=msg("&Key image"),
            tip=msg("Mark this image as one that shows what matters; the report lists it"),
            keys=("Shift+K",),
            needs=_needs(Fact.IMAGE),
            checked=Fact.KEY_IMAGE,
        ),
    ),
)
# Tools that draw: `tool.NAME` and the fact "tool NAME" go with a name in `reading.kinds.TOOLS`.
_MEASURE = Menu(
    "measure",
    msg("&Measure"),
    (
        Command(
            id="tool.length",
            symbol="ruler",
            title=msg("&Distance"),
            tip=msg("Measure a distance: drag, or click both ends"),
            keys=("D",),
            checked="tool length",
        ),
        Command(
            id="tool.tube",
            symbol="ruler",
            title=msg("&Tube tip to carina"),
            tip=msg("Measure from the tip of a tube to the carina"),
            keys=("Shift+D",),
            checked="tool tube",
        ),
        Command(
            id="tool.angle",
            symbol="triangle-right",
            title=msg("&Angle"),
            tip=msg("Measure an angle: end, apex, end"),
            keys=("G",),
            checked="tool angle",
        ),
        Command(
            id="tool.cobb",
            symbol="triangle-right",
            title=msg("&Cobb angle"),
            tip=msg("Measure the angle between two lines, such as end plates"),
            keys=("Shift+G",),
            checked="tool cobb",
        ),
        Command(
            id="tool.ratio",
            symbol="heart-pulse",
            title=msg("Cardiothoracic &ratio"),
            tip=msg("Measure the widths of heart and chest with two calipers"),
            keys=("C",),
            checked="tool ratio",
        ),
        Command(
            id="measure.propose_ratio",
            symbol="wand-sparkles",
            title=msg("Propose cardiothoracic rati&o"),
            tip=msg("Find the borders of heart and chest on the image; nothing is proposed where they are not clear"),
            keys=("Shift+C",),
            needs=_needs(Fact.IMAGE),
        ),
        None,
        Command(
            id="tool.rectangle",
            symbol="square",
            title=msg("R&ectangle"),
            tip=msg("Area and pixel values of a rectangle"),
            keys=("B",),
            checked="tool rectangle",
        ),
        Command(
            id="tool.ellipse",
            symbol="circle",
            title=msg("E&llipse"),
            tip=msg("Area and pixel values of an ellipse"),
            keys=("Shift+B",),
            checked="tool ellipse",
        ),
        Command(
            id="tool.polygon",
            symbol="pentagon",
            title=msg("&Polygon"),
            tip=msg("Area and pixel values of a polygon, click by click"),
            keys=("Q",),
            checked="tool polygon",
        ),
        None,
        Command(
            id="measure.values",
            title=msg("Region &values…"),
            tip=msg("Mean, standard deviation, range and histogram of the selected region"),
            keys=("Shift+Q",),
            needs=_needs(Fact.REGION),
        ),
        None,
        Command(
            id="tool.arrow",
            symbol="arrow-right",
            title=msg("Arro&w"),
            tip=msg("Draw an arrow"),
            keys=("J",),
            checked="tool arrow",
        ),
        Command(
            id="tool.text",
            symbol="type",
            title=msg("Te&xt"),
            tip=msg("Write on the image"),
            keys=("Shift+J",),
            checked="tool text",
        ),
        None,
        Command(
            id="tool.calibrate",
            symbol="scan",
            title=msg("Cali&brate by a known length"),
            tip=msg("Draw along something of known length; all lengths on this image follow"),
            keys=("K",),
            checked="tool calibrate",
        ),
        Command(
            id="measure.snap",
            title=msg("&Snap to ends"),
            tip=msg("Ends of distances and calipers go to an end that is there already; Shift keeps them level"),
            keys=("Shift+S",),
            checked=Fact.SNAPPING,
        ),
    ),
    symbol="ruler",
)
_TOOLS = Menu(
    "tools",
    msg("&Tools"),
    (
        Command(
            id="tool.window",
            symbol="contrast",
            title=msg("&Window"),
            tip=msg("Left drag changes width and level"),
            keys=("L",),
            checked=Fact.TOOL_WINDOW,
        ),
        Command(
            id="tool.zoom",
            symbol="search",
            title=msg("&Zoom"),
            tip=msg("Left drag zooms (right drag always does)"),
            keys=("Z",),
            checked=Fact.TOOL_ZOOM,
        ),
        Command(
            id="tool.pan",
            symbol="move",
            title=msg("&Pan"),
            tip=msg("Left drag moves the film (middle drag always does)"),
            keys=("P",),
            checked=Fact.TOOL_PAN,
        ),
        None,
        _MEASURE,
    ),
)
_PRESETS = Menu(
    "presets",
    msg("Pre&sets"),
    (
        Command(
            id="grey.lungs",
            title=msg("&Lungs"),
            tip=msg("Window for the lungs, from the darker part of the exposed field"),
            keys=("2",),
            needs=_needs(Fact.GREY),
            checked=Fact.LUNGS,
        ),
        Command(
            id="grey.mediastinum",
            title=msg("&Mediastinum"),
            tip=msg("Window for heart and mediastinum, from the brighter part of the exposed field"),
            keys=("3",),
            needs=_needs(Fact.GREY),
            checked=Fact.MEDIASTINUM,
        ),
        Command(
            id="grey.bones",
            title=msg("&Bones"),
            tip=msg("Window for bones, from the brightest part of the exposed field"),
            keys=("4",),
            needs=_needs(Fact.GREY),
            checked=Fact.BONES,
        ),
        None,
        *(
            Command(
                id=f"grey.preset_{number}",
                title=msg("Preset &{number}", number=number),
                tip=msg("Window {number} of the film's own", number=number),
                keys=("0", "Ctrl+1") if number == 1 else (f"Ctrl+{number}",),
                needs=_needs(preset(number)),
                checked=preset_used(number),
                named_by=preset(number),
            )
            for number in range(1, PRESETS + 1)
        ),
    ),
    symbol="sliders-horizontal",
)
_GREY = Menu(
    "grey",
    msg("&Grey"),
    (
        Command(
            id="grey.next_preset",
            title=msg("&Next preset"),
            tip=msg("Next window of the film's header"),
            keys=("W",),
            needs=_needs(Fact.GREY),
        ),
        Command(id="grey.previous_preset", title=msg("&Previous preset"), keys=("Shift+W",), needs=_needs(Fact.GREY)),
        _PRESETS,
        None,
        Command(
            id="grey.auto",
            symbol="wand-sparkles",
            title=msg("&Auto"),
            tip=msg("Window from the film's own 1st to 99th percentile"),
            keys=("A",),
            needs=_needs(Fact.GREY),
        ),
        Command(
            id="tool.region",
            symbol="square-dashed-mouse-pointer",
            title=msg("&Window from a region"),
            short=msg("Region window"),
            tip=msg(
                "Draw a rectangle: the window spans its 2nd to 98th percentile; Enter takes the middle of the view"
            ),
            keys=("Shift+A",),
            needs=_needs(Fact.GREY),
            checked=Fact.TOOL_REGION,
        ),
        Menu(
            "levels",
            msg("Width and &level"),
            (
                Command(
                    id="grey.wider",
                    title=msg("&Wider window"),
                    tip=msg("Less contrast: 5 % more width, as dragging to the right with the window tool"),
                    keys=("Alt+Right",),
                    needs=_needs(Fact.GREY),
                ),
                Command(
                    id="grey.narrower",
                    title=msg("&Narrower window"),
                    tip=msg("More contrast: 5 % less width, as dragging to the left with the window tool"),
                    keys=("Alt+Left",),
                    needs=_needs(Fact.GREY),
                ),
                Command(
                    id="grey.brighter",
                    title=msg("&Brighter"),
                    tip=msg("Move the level by 5 % of the width, as dragging up with the window tool"),
                    keys=("Alt+Up",),
                    needs=_needs(Fact.GREY),
                ),
                Command(
                    id="grey.darker",
                    title=msg("&Darker"),
                    tip=msg("Move the level by 5 % of the width, as dragging down with the window tool"),
                    keys=("Alt+Down",),
                    needs=_needs(Fact.GREY),
                ),
            ),
        ),
        Command(
            id="grey.voi_lut",
            title=msg("&VOI LUT"),
            tip=msg("Draw with the image's VOI LUT, or with the window closest to it"),
            keys=("Shift+L",),
            needs=_needs(Fact.VOI_LUT),
            checked=Fact.VOI_LUT_USED,
        ),
        Command(
            id="grey.invert",
            symbol="sun-moon",
            title=msg("&Invert"),
            tip=msg("Turn black and white round"),
            keys=("I",),
            needs=_needs(Fact.GREY),
            checked=Fact.INVERTED,
        ),
        Menu(
            "enhancement",
            msg("&Enhancement"),
            (
                Command(
                    id="grey.sharpen",
                    title=msg("&Sharpen"),
                    tip=msg("Draw small structures stronger (unsharp mask); the model and measurements do not see it"),
                    keys=("5",),
                    needs=_needs(Fact.GREY),
                    checked=Fact.SHARPENED,
                ),
                Command(
                    id="grey.local_contrast",
                    title=msg("&Local contrast"),
                    tip=msg("Even out the contrast everywhere (CLAHE); the model and measurements do not see it"),
                    keys=("6",),
                    needs=_needs(Fact.GREY),
                    checked=Fact.LOCAL_CONTRAST,
                ),
                None,
                Command(
                    id="grey.keep_enhancement",
                    title=msg("&Keep for the next images"),
                    tip=msg("Enhance the images that are opened next as well; otherwise each opens as it is"),
                    keys=("7",),
                    checked=Fact.ENHANCEMENT_KEPT,
                ),
            ),
        ),
        Command(
            id="grey.reset",
            symbol="refresh-ccw",
            title=msg("&Reset"),
            tip=msg("Window, inversion, turn and zoom as when the film was opened"),
            keys=("R",),
            needs=_needs(Fact.IMAGE),
        ),
    ),
)
_VIEW = Menu(
    "view",
    msg("&View"),
    (
        Command(
            id="view.fit",
            symbol="maximize",
            title=msg("&Fit"),
            tip=msg("Show the whole film"),
            keys=("F",),
            needs=_needs(Fact.IMAGE),
        ),
        Command(
            id="view.one_to_one",
            title=msg("&1:1"),
            tip=msg("One film pixel per screen pixel"),
            keys=("1",),
            needs=_needs(Fact.IMAGE),
        ),
        Command(id="view.zoom_in", symbol="zoom-in", title=msg("Zoom &in"), keys=("+", "="), needs=_needs(Fact.IMAGE)),
        Command(id="view.zoom_out", symbol="zoom-out", title=msg("Zoom &out"), keys=("-",), needs=_needs(Fact.IMAGE)),
        Command(
            id="view.rotate_right",
            symbol="rotate-cw",
            title=msg("&Turn right"),
            tip=msg("Turn the film clockwise by 90 degrees"),
            keys=("T",),
            needs=_needs(Fact.IMAGE),
        ),
        Command(
            id="view.rotate_left",
            symbol="rotate-ccw",
            title=msg("Turn l&eft"),
            tip=msg("Turn the film anticlockwise by 90 degrees"),
            keys=("Shift+T",),
            needs=_needs(Fact.IMAGE),
        ),
        Command(
            id="view.flip",
            symbol="flip-horizontal-2",
            title=msg("Fli&p left to right"),
            tip=msg("Exchange left and right of the screen; the sides go along"),
            keys=("X",),
            needs=_needs(Fact.IMAGE),
        ),
        Menu(
            "move",
            msg("&Move film"),
            (
                Command(
                    id="view.pan_left", title=msg("Move film &left"), keys=("Shift+Left",), needs=_needs(Fact.IMAGE)
                ),
                Command(
                    id="view.pan_right", title=msg("Move film &right"), keys=("Shift+Right",), needs=_needs(Fact.IMAGE)
                ),
                Command(id="view.pan_up", title=msg("Move film &up"), keys=("Shift+Up",), needs=_needs(Fact.IMAGE)),
                Command(
                    id="view.pan_down", title=msg("Move film &down"), keys=("Shift+Down",), needs=_needs(Fact.IMAGE)
                ),
            ),
        ),
        None,
        Command(
            id="view.tags",
            title=msg("Tag &browser…"),
            tip=msg("List, search and copy the elements of the header"),
            keys=("Ctrl+T",),
            needs=_needs(Fact.IMAGE),
        ),
        None,
        Command(
            id="view.overlays",
            title=msg("O&verlays"),
            tip=msg("Draw the graphics stored with the film"),
            keys=("O",),
            needs=_needs(Fact.OVERLAYS),
            checked=Fact.OVERLAYS_SHOWN,
        ),
        Command(
            id="view.shutter",
            title=msg("Display s&hutter"),
            tip=msg("Cover what lies outside the film's display shutter"),
            keys=("S",),
            needs=_needs(Fact.SHUTTER),
            checked=Fact.SHUTTER_SHOWN,
        ),
        None,
        Menu(
            "viewports",
            msg("Viewport&s"),
            (
                Command(
                    id="viewport.layout_1x1",
                    symbol="square",
                    title=msg("&One viewport"),
                    keys=("F5",),
                    checked=Fact.LAYOUT_ONE,
                ),
                Command(
                    id="viewport.layout_1x2",
                    symbol="columns-2",
                    title=msg("&Two side by side"),
                    tip=msg("Two viewports side by side"),
                    keys=("F6",),
                    checked=Fact.LAYOUT_TWO,
                ),
                Command(
                    id="viewport.layout_1x3",
                    symbol="columns-3",
                    title=msg("Th&ree side by side"),
                    tip=msg("Three viewports side by side"),
                    keys=("F7",),
                    checked=Fact.LAYOUT_THREE,
                ),
                Command(
                    id="viewport.layout_2x2",
                    symbol="grid-2x2",
                    title=msg("&Four, two by two"),
                    tip=msg("Four viewports in two rows"),
                    keys=("F8",),
                    checked=Fact.LAYOUT_FOUR,
                ),
                None,
                Command(
                    id="viewport.next",
                    title=msg("&Next viewport"),
                    tip=msg("Make the next viewport the active one"),
                    keys=("V",),
                    needs=_needs(Fact.SEVERAL),
                ),
                Command(
                    id="viewport.previous",
                    title=msg("Viewport &before"),
                    tip=msg("Make the viewport before this one the active one"),
                    keys=("Shift+V",),
                    needs=_needs(Fact.SEVERAL),
                ),
                Command(
                    id="viewport.single",
                    title=msg("&Active viewport alone"),
                    tip=msg("Show the active viewport alone, or all again"),
                    keys=("E",),
                    needs=_needs(Fact.SEVERAL),
                    checked=Fact.SINGLE,
                ),
                Command(
                    id="viewport.sync",
                    symbol="link",
                    title=msg("&Sync this viewport"),
                    tip=msg("Window, zoom, place, turn and flip follow the other viewports, and they follow it"),
                    keys=("Y",),
                    needs=_needs(Fact.SEVERAL),
                    checked=Fact.SYNCED,
                ),
                Menu(
                    "sync",
                    msg("Shar&e with the others"),
                    (
                        Command(
                            id="viewport.sync_window",
                            title=msg("Share the &window"),
                            tip=msg("Window and inversion of this viewport go with those of the others, or not"),
                            needs=_needs(Fact.SEVERAL),
                            checked=Fact.SYNC_WINDOW,
                        ),
                        Command(
                            id="viewport.sync_zoom",
                            title=msg("Share the &zoom"),
                            tip=msg("The zoom of this viewport goes with that of the others, or not"),
                            needs=_needs(Fact.SEVERAL),
                            checked=Fact.SYNC_ZOOM,
                        ),
                        Command(
                            id="viewport.sync_pan",
                            title=msg("Share the &place"),
                            tip=msg("Moving the film in this viewport moves it in the others, or not"),
                            needs=_needs(Fact.SEVERAL),
                            checked=Fact.SYNC_PAN,
                        ),
                        Command(
                            id="viewport.sync_flip",
                            title=msg("Share &turn and flip"),
                            tip=msg("Turning and flipping in this viewport turns and flips the others, or not"),
                            needs=_needs(Fact.SEVERAL),
                            checked=Fact.SYNC_FLIP,
                        ),
                    ),
                ),
                None,
                Command(
                    id="viewport.window",
                    symbol="app-window",
                    title=msg("Open in a second &window"),
                    tip=msg("Open one more window with a viewport of its own, on another screen where there is one"),
                    keys=("F12",),
                ),
                Command(
                    id="viewport.close_windows",
                    title=msg("Close all f&urther windows"),
                    tip=msg("Close them; what they show comes back with them"),
                    keys=("Shift+F12",),
                    needs=_needs(Fact.WINDOWS),
                ),
                None,
                Command(
                    id="viewport.prior",
                    symbol="history",
                    title=msg("Open pr&ior study"),
                    tip=msg("Open an image of this patient's next older study in the next viewport"),
                    keys=("Shift+P",),
                    needs=_needs(Fact.IMAGE),
                ),
                Command(
                    id="viewport.hang",
                    title=msg("Han&g this study by the rules"),
                    tip=msg("Arrange this study and its priors by the hanging rules"),
                    keys=("Shift+O",),
                    needs=_needs(Fact.IMAGE),
                ),
                Command(
                    id="viewport.hang_priors",
                    title=msg("Hang &priors by themselves"),
                    tip=msg("Hang the newest study of a folder beside its prior as soon as the folder is read"),
                    checked=Fact.HANGS_PRIORS,
                ),
                Command(
                    id="viewport.blink",
                    title=msg("Blin&k between the images"),
                    tip=msg("Show the image at hand alone, then the other one in its place, by the same key"),
                    keys=("\\",),
                    needs=_needs(Fact.IMAGE, Fact.SEVERAL),
                ),
                Command(
                    id="library.hanging_rules",
                    title=msg("Hanging ru&les…"),
                    tip=msg("List the rules that arrange a study and its priors; switch, order, rename, delete"),
                ),
                Command(
                    id="library.hang_like_this",
                    title=msg("&Hang like this next time"),
                    tip=msg("Make a hanging rule of how the study and its priors are arranged now"),
                    keys=("Shift+H",),
                    needs=_needs(Fact.IMAGE),
                ),
            ),
        ),
        None,
        Command(
            id="view.worklist",
            symbol="panel-left",
            title=msg("&Worklist"),
            tip=msg("Show the worklist"),
            keys=("F2",),
            checked=Fact.WORKLIST_SHOWN,
        ),
        Command(
            id="view.findings",
            symbol="panel-right",
            title=msg("Fi&ndings"),
            tip=msg("Show the findings"),
            keys=("F3",),
            checked=Fact.FINDINGS_SHOWN,
        ),
        None,
        Command(
            id="view.true_size",
            symbol="ruler",
            title=msg("True si&ze"),
            tip=msg("Show a millimetre of the image as one of the screen, which has to be measured once"),
            keys=("Shift+F",),
            needs=_needs(Fact.SPACING),
        ),
        Command(
            id="view.screen_size",
            title=msg("C&alibrate screen size…"),
            tip=msg("Measure a line on this screen for true size"),
            keys=("Ctrl+Shift+F",),
        ),
        Command(
            id="view.magnifier",
            symbol="search",
            title=msg("Ma&gnifier"),
            tip=msg("Magnify what lies under the cursor; also while Space is held"),
            keys=("Shift+Z",),
            needs=_needs(Fact.IMAGE),
            checked=Fact.MAGNIFIER,
        ),
        Command(
            id="view.full_screen",
            symbol="monitor",
            title=msg("Full s&creen"),
            tip=msg("Fill the screen with the window, or give the desktop back"),
            keys=("F11",),
            checked=Fact.FULL_SCREEN,
        ),
        None,
        Command(
            id="view.hide_identity",
            title=msg("Hide identit&y"),
            tip=msg("Hide names, numbers, dates and file names, for a shared screen"),
            keys=("F9",),
            checked=Fact.IDENTITY_HIDDEN,
        ),
        None,
        Command(id="view.theme_dark", title=msg("&Dark theme"), checked=Fact.THEME_DARK),
        Command(id="view.theme_light", title=msg("&Light theme"), checked=Fact.THEME_LIGHT),
        Command(
            id="view.theme_reading_room",
            title=msg("&Reading room theme"),
            tip=msg("Nearly black, for a dark room"),
            checked=Fact.THEME_READING_ROOM,
        ),
        None,
        Menu(
            "language",
            msg("Lang&uage"),
            (
                Command(id="view.language_system", title=msg("Language of the &system"), checked=Fact.LANGUAGE_SYSTEM),
                # The names of languages stay as they are, or nobody finds the way back.
                Command(id="view.language_en", title=msg("&English"), checked=Fact.LANGUAGE_ENGLISH),
                Command(id="view.language_zh_cn", title="简体中文", checked=Fact.LANGUAGE_CHINESE),
            ),
        ),
    ),
)
_IMAGES = Menu(
    "films",
    msg("F&ilms"),
    (
        Command(
            id="worklist.next", title=msg("&Next film"), keys=("PgDown", "Right", "Down"), needs=_needs(Fact.LISTED)
        ),
        Command(
            id="worklist.previous", title=msg("&Previous film"), keys=("PgUp", "Left", "Up"), needs=_needs(Fact.LISTED)
        ),
        None,
        Menu(
            "frames",
            msg("Fra&mes"),
            (
                Command(
                    id="frame.play",
                    symbol="play",
                    title=msg("&Play or pause"),
                    tip=msg("Play the frames of this image, or stay at the one on the screen"),
                    keys=("8",),
                    needs=_needs(Fact.FRAMES),
                    checked=Fact.PLAYING,
                ),
                Command(
                    id="frame.loop",
                    symbol="repeat",
                    title=msg("&Loop"),
                    tip=msg("Begin anew after the last frame"),
                    keys=("9",),
                    needs=_needs(Fact.FRAMES),
                    checked=Fact.LOOPING,
                ),
                Command(
                    id="frame.next",
                    symbol="chevron-right",
                    title=msg("&Next frame"),
                    keys=("Ctrl+Right",),
                    needs=_needs(Fact.FRAMES),
                ),
                Command(
                    id="frame.previous",
                    symbol="chevron-left",
                    title=msg("Frame &before"),
                    keys=("Ctrl+Left",),
                    needs=_needs(Fact.FRAMES),
                ),
                Command(id="frame.first", title=msg("&First frame"), keys=("Home",), needs=_needs(Fact.FRAMES)),
                Command(id="frame.last", title=msg("L&ast frame"), keys=("End",), needs=_needs(Fact.FRAMES)),
                Command(id="frame.faster", title=msg("Play fas&ter"), keys=("Ctrl+Up",), needs=_needs(Fact.FRAMES)),
                Command(id="frame.slower", title=msg("Play &slower"), keys=("Ctrl+Down",), needs=_needs(Fact.FRAMES)),
            ),
        ),
        None,
        Command(
            id="library.read",
            title=msg("Mark study as &read"),
            tip=msg("Mark the study in the active viewport as read, in the library"),
            keys=("Ctrl+M",),
            needs=_needs(Fact.IMAGE),
        ),
        Command(
            id="library.unread",
            title=msg("Mark study as not &yet read"),
            tip=msg("Mark the study in the active viewport as opened only, in the library"),
            keys=("Ctrl+Shift+M",),
            needs=_needs(Fact.IMAGE),
        ),
        None,
        Command(
            id="view.timeline",
            title=msg("&Timeline of the patient"),
            tip=msg("Show the patient's studies below the film, with the scores of each"),
            keys=("Shift+F2",),
            checked=Fact.TIMELINE_SHOWN,
        ),
        Command(id="worklist.search", symbol="list-filter", title=msg("&Search the worklist"), keys=("Ctrl+F", "/")),
    ),
)
_AI = Menu(
    "ai",
    msg("&AI"),
    (
        Command(
            id="ai.heat_map",
            symbol="flame",
            title=msg("&Heat map"),
            tip=msg("Show or hide the heat map of the chosen finding"),
            keys=("H",),
            # Not `MAP`: a reader who presses the key while an image is being scored wants the map once there is one.
            needs=_needs(Fact.AI),
            checked=Fact.MAP_SHOWN,
        ),
        Command(id="ai.more_opaque", title=msg("&More opaque"), keys=("]",), needs=_needs(Fact.MAP)),
        Command(id="ai.less_opaque", title=msg("&Less opaque"), keys=("[",), needs=_needs(Fact.MAP)),
        None,
        Command(
            id="ai.next_finding",
            title=msg("&Next finding"),
            tip=msg("Choose the next finding that has a score, of any head"),
            keys=("N",),
            needs=_needs(Fact.FINDING),
        ),
        Command(
            id="ai.compare",
            title=msg("Scores against the &prior…"),
            tip=msg("Difference of each finding's score between this image and the one in the next viewport"),
            keys=("Shift+N",),
            needs=_needs(Fact.IMAGE, Fact.SEVERAL),
        ),
        Command(
            id="ai.similar",
            title=msg("Similar &images in the library…"),
            tip=msg("List the images of the library that the model finds most like this one, with distances"),
            keys=("Shift+I",),
            needs=_needs(Fact.IMAGE, Fact.AI),
        ),
        Command(
            id="ai.agree",
            title=msg("A&gree with the finding"),
            tip=msg("Agree with the head's call on the chosen finding; once more: undecided"),
            keys=("U",),
            needs=_needs(Fact.DECIDABLE),
        ),
        Command(
            id="ai.disagree",
            title=msg("Di&sagree with the finding"),
            tip=msg("Disagree with the head's call on the chosen finding; once more: undecided"),
            keys=("Shift+U",),
            needs=_needs(Fact.DECIDABLE),
        ),
        Command(
            id="ai.comment",
            title=msg("C&omment on the finding"),
            tip=msg("Write a comment on the chosen finding"),
            keys=("Ctrl+U",),
            needs=_needs(Fact.DECIDABLE),
        ),
        Command(
            id="ai.compute_map",
            title=msg("&Compute the map"),
            tip=msg("For a finding without a map: compute it, or stop doing so"),
            keys=("M",),
            needs=_needs(Fact.MAP_OFFER),
        ),
        None,
        Command(
            id="ai.on", title=msg("&AI on"), tip=msg("Off: no model runs at all"), keys=("Ctrl+I",), checked=Fact.AI
        ),
        Command(
            id="ai.audit",
            title=msg("A&udit…"),
            tip=msg("Count your decisions about findings on this computer; nothing is sent"),
            keys=("Ctrl+Shift+U",),
        ),
        Command(
            id="ai.heads",
            symbol="brain-circuit",
            title=msg("Hea&ds…"),
            tip=msg("Model heads: what is installed, its evidence, and installing"),
            keys=("Ctrl+Shift+H",),
        ),
    ),
)
_HELP = Menu(
    "help",
    msg("&Help"),
    (
        Command(
            id="help.palette",
            symbol="command",
            title=msg("&Command palette…"),
            tip=msg("Find a command by a few letters"),
            keys=("Ctrl+K",),
        ),
        Command(
            id="help.shortcuts",
            symbol="keyboard",
            title=msg("&Keyboard shortcuts…"),
            tip=msg("See every key, and change keys"),
            keys=("?", "F1"),
        ),
        Command(
            id="help.test_pattern",
            title=msg("&Test pattern…"),
            tip=msg("Look whether this monitor shows every grey, and which luminance each should have"),
            keys=("Ctrl+Shift+G",),
        ),
        Command(
            id="help.tour",
            title=msg("T&our of the window"),
            tip=msg("Four steps: open, look, measure, findings"),
        ),
        None,
        Command(id="help.about", symbol="info", title=msg("&About cxrviewer")),
    ),
)

MENUS: tuple[Menu, ...] = (_FILE, _EDIT, _TOOLS, _GREY, _VIEW, _IMAGES, _AI, _HELP)

COMMANDS: tuple[Command, ...] = tuple(command for menu in MENUS for command in menu.commands())

TOOLBAR: tuple[tuple[str, ...], ...] = (
    ("tool.window", "tool.zoom", "tool.pan", "measure"),
    ("presets", "grey.auto", "tool.region", "grey.invert"),
    ("view.fit", "grey.reset"),
    ("ai.heat_map",),
)
"""Ids of commands and menus in the groups of the toolbar."""

OPEN_MENU = ("file.open_files", "file.open_folder", "file.open_last", "file.open_demo")
"""Under the first button of the toolbar."""

CANVAS_MENU: tuple[str | None, ...] = (
    "tool.window", "tool.zoom", "tool.pan", "measure", None,
    "edit.delete", "edit.text", "edit.undo", "edit.redo", None,
    "presets", "grey.auto", "tool.region", "grey.voi_lut", "grey.invert", None,
    "view.fit", "view.one_to_one", "view.rotate_right", "view.rotate_left", "view.flip", None,
    "view.overlays", "view.shutter", "grey.reset", None,
    "ai.heat_map", "ai.compute_map", "ai.next_finding", "ai.agree", "ai.disagree",
)  # fmt: skip
"""The context menu of the canvas, None for a separating line."""


def menu_of(id_: str) -> Menu:
    """Return the menu of the menu bar that holds a command. Raises LookupError."""
    return next(menu for menu in MENUS if any(command.id == id_ for command in menu.commands()))


def menu(id_: str) -> Menu:
    """Return a menu or submenu by its id. Raises KeyError."""
    return _BY_ID[id_]


def _all(menus: tuple[Menu, ...]) -> Iterator[Menu]:
    for one in menus:
        yield one
        yield from _all(tuple(entry for entry in one.entries if isinstance(entry, Menu)))


_BY_ID = {one.id: one for one in _all(MENUS)}
