"""The handlers of the commands that need Qt: dialogs, canvas, panels, themes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from cxrviewer.commands.facts import Fact
from cxrviewer.commands.table import COMMANDS
from cxrviewer.qt import theme
from cxrviewer.qt.tools import Tool
from cxrviewer.qt.widgets import shown_folder
from cxrviewer.settings import LANGUAGES
from cxrviewer.text import tr

if TYPE_CHECKING:
    from cxrviewer.qt.image_canvas import ImageCanvas
    from cxrviewer.qt.main_window import MainWindow
    from cxrviewer.reading import kinds

PAN_STEP = 60.0
"""Screen pixels."""
ZOOM_STEP = 1.25

TOOLS = {
    Tool.WINDOW: Fact.TOOL_WINDOW,
    Tool.ZOOM: Fact.TOOL_ZOOM,
    Tool.PAN: Fact.TOOL_PAN,
    Tool.REGION: Fact.TOOL_REGION,
}
DRAWS = {
    command.id: command.checked
    for command in COMMANDS
    if command.group == "tool" and command.checked not in TOOLS.values()
}
"""The commands that draw annotations, with the facts that check them."""
THEMES = {
    theme.DARK.name: Fact.THEME_DARK,
    theme.LIGHT.name: Fact.THEME_LIGHT,
    theme.READING_ROOM.name: Fact.THEME_READING_ROOM,
}
LANGUAGE_FACTS = dict(zip(LANGUAGES, (Fact.LANGUAGE_SYSTEM, Fact.LANGUAGE_ENGLISH, Fact.LANGUAGE_CHINESE), strict=True))


class WindowCommands(QObject):
    """Binds the window's part of the commands and publishes the facts that only the window knows.

    Sheets are imported when they are opened: the first window does not wait for them.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._recent: list[str] = []
        self._last_folder = ""
        self._report: QWidget
        self._library: QWidget
        self._drawing: kinds.Tool | None = None
        self._magnifies = False

        def canvas(act: Callable[[ImageCanvas], object]) -> Callable[[], object]:
            return lambda: act(window.canvas)  # the active one when the command runs

        window.commands.bind(
            {
                "file.open_files": self.open_files,
                "file.open_folder": self.open_folder,
                "file.open_last": self._open_last,
                "file.open_demo": window.demo_requested.emit,
                "library.open": self.show_library,
                "file.report": self.show_report,
                "file.templates": self.edit_templates,
                "file.readings": self.show_readings,
                "file.picture": self.export_picture,
                "file.copies": self.make_copies,
                "view.tags": self.show_tags,
                "file.skipped": self.show_skipped,
                "file.quit": window.close,
                "tool.window": partial(self._use_tool, Tool.WINDOW),
                "tool.zoom": partial(self._use_tool, Tool.ZOOM),
                "tool.pan": partial(self._use_tool, Tool.PAN),
                "tool.region": partial(self._use_tool, Tool.REGION),
                **{id_: partial(self._draw, id_.partition(".")[2]) for id_ in DRAWS},
                "grey.reset": self._reset,
                "view.fit": canvas(lambda one: one.fit()),
                "view.one_to_one": canvas(lambda one: one.one_to_one()),
                "view.zoom_in": canvas(lambda one: one.zoom_by(ZOOM_STEP)),
                "view.zoom_out": canvas(lambda one: one.zoom_by(1 / ZOOM_STEP)),
                "view.pan_left": canvas(lambda one: one.pan_by(-PAN_STEP, 0)),
                "view.pan_right": canvas(lambda one: one.pan_by(PAN_STEP, 0)),
                "view.pan_up": canvas(lambda one: one.pan_by(0, -PAN_STEP)),
                "view.pan_down": canvas(lambda one: one.pan_by(0, PAN_STEP)),
                "view.true_size": self._show_true_size,
                "view.screen_size": self._measure_screen,
                "view.magnifier": self._switch_magnifier,
                "view.full_screen": self._switch_full_screen,
                "view.worklist": partial(self._switch_panel, "worklist"),
                "view.findings": partial(self._switch_panel, "findings"),
                "view.theme_dark": partial(window.theme_chosen.emit, theme.DARK.name),
                "view.theme_light": partial(window.theme_chosen.emit, theme.LIGHT.name),
                "view.theme_reading_room": partial(window.theme_chosen.emit, theme.READING_ROOM.name),
                **{f"view.language_{name.lower()}": partial(window.language_chosen.emit, name) for name in LANGUAGES},
                "worklist.search": self._search,
                "ai.comment": self._comment,
                "ai.audit": self.show_audit,
                "ai.similar": self.show_similar,
                "library.hanging_rules": self.show_hanging_rules,
                "ai.heads": window.heads_requested.emit,
                "measure.values": self._show_values,
                "help.palette": self._show_palette,
                "help.shortcuts": self._show_shortcuts,
                "help.test_pattern": self._show_test_pattern,
                "help.tour": lambda: window.show_tour(focus=True),
                "help.about": self._show_about,
            }
        )
        self._publish_tool(TOOLS[Tool.WINDOW])
        self._publish_panels()
        self.publish_theme(theme.current().name)
        window.command_actions.keys_changed.connect(self._name_keys)
        self._name_keys()

    @property
    def last_folder(self) -> str:
        """Where the next dialog starts, and what is opened again."""
        return self._last_folder

    @last_folder.setter
    def last_folder(self, folder: str) -> None:
        self._last_folder = folder
        self._window.commands.publish({Fact.LAST_FOLDER}, {Fact.LAST_FOLDER} if folder else ())

    def publish_theme(self, name: str) -> None:
        """Publish which theme is in use."""
        self._window.commands.publish(frozenset(THEMES.values()), {THEMES[name]})

    def publish_language(self, name: str) -> None:
        """Publish which language is chosen."""
        self._window.commands.publish(frozenset(LANGUAGE_FACTS.values()), {LANGUAGE_FACTS[name]})

    def dress(self, canvas: ImageCanvas) -> None:
        """Give a new canvas its menu."""
        canvas.pixels_per_mm = lambda: self._window.pixels_per_mm(canvas)  # of the window it is in
        canvas.menu_requested.connect(lambda place: self._show_canvas_menu(canvas, place))

    def use_same_tool(self, number: int) -> None:
        """Give a viewport the tool that the others have."""
        window = self._window
        window.room.viewports.pane(number).annotations.use(self._drawing)
        window.viewports.canvas(number).set_tool(window.viewports.canvas(0).tool)
        window.viewports.canvas(number).set_magnifier(on=self._magnifies)

    def open_files(self) -> None:
        title = tr("Open files")
        names, _ = QFileDialog.getOpenFileNames(self._window, title, self._start_folder())
        if names:
            self._window.open_paths(tuple(Path(name) for name in names))

    def open_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self._window, tr("Open folder"), self._start_folder())
        if name:
            self._window.open_paths((Path(name),))

    def show_skipped(self) -> None:
        from cxrviewer.qt.dialogs import SkippedDialog

        room = self._window.room
        SkippedDialog(room.worklist.skipped, self._window, hidden=room.privacy.hidden).open()

    def show_report(self) -> None:
        from cxrviewer.qt.report_dialog import ReportDialog

        room = self._window.room
        if not room.paperwork.report.attached:
            self._report = ReportDialog(
                room.paperwork.report, self._window, undo=room.undo, redo=room.redo, edit_templates=self.edit_templates
            )
            self._report.show()
        else:
            self._report.raise_()
            self._report.activateWindow()

    def show_library(self) -> None:
        from cxrviewer.qt.library_dialog import LibraryDialog

        window, library = self._window, self._window.room.library
        if library is None:
            return
        if library.attached:
            self._library.raise_()
            self._library.activateWindow()
            return
        dialog = LibraryDialog(library, window.room.privacy, window.library_columns, window)
        dialog.columns_changed.connect(window.keep_library_columns)
        self._library = dialog
        dialog.show()

    def show_readings(self) -> None:
        from cxrviewer.qt.shelf_dialog import ShelfDialog

        room = self._window.room
        room.flush()
        ShelfDialog(room.paperwork.shelf, self._window).open()

    def export_picture(self) -> None:
        from cxrviewer.qt.picture_dialog import PictureDialog

        window = self._window
        PictureDialog(window.room.paperwork.pictures, window.canvas.picture, window).open()

    def show_tags(self) -> None:
        from cxrviewer.qt.tags_dialog import TagsDialog

        TagsDialog(self._window.room.paperwork.tags, self._window).open()

    def make_copies(self) -> None:
        from cxrviewer.qt.copies_dialog import CopiesDialog

        CopiesDialog(self._window.room.paperwork.copies, self._window).open()

    def show_audit(self) -> None:
        from cxrviewer.qt.audit_dialog import AuditDialog

        room = self._window.room
        room.flush()
        AuditDialog(room.paperwork.audit, self._window).open()

    def show_hanging_rules(self) -> None:
        from cxrviewer.qt.hanging_dialog import HangingDialog

        rules = self._window.room.hanging_rules
        if rules is not None:
            HangingDialog(rules, self._window).open()

    def show_similar(self) -> None:
        from cxrviewer.qt.similar_dialog import SimilarDialog

        SimilarDialog(self._window.room.similar, self._window).open()

    def edit_templates(self) -> None:
        from cxrviewer.qt.templates_dialog import TemplatesDialog

        room = self._window.room
        if room.paperwork.templates is not None:
            dialog = TemplatesDialog(room.paperwork.templates, QApplication.activeWindow() or self._window)
            dialog.changed.connect(room.paperwork.report.load_templates)
            dialog.open()

    # Inside.

    def _start_folder(self) -> str:
        # Folders are named after patients: with identity hidden a dialog does not start in one.
        return "" if self._window.room.privacy.hidden else shown_folder(self._last_folder)

    def _open_last(self) -> None:
        self._window.open_paths((Path(self._last_folder),))

    def _use_tool(self, tool: Tool) -> None:
        self._use(tool, None)
        self._publish_tool(TOOLS[tool])

    def _draw(self, name: str) -> None:
        from cxrviewer.reading import kinds

        self._use(Tool.DRAW, kinds.TOOLS[name])
        self._publish_tool(f"tool {name}")

    def _use(self, tool: Tool, drawing: kinds.Tool | None) -> None:
        self._drawing = drawing
        for pane in self._window.room.viewports.panes:
            pane.annotations.use(drawing)
            self._window.viewports.canvas(pane.number).set_tool(tool)

    def _publish_tool(self, used: str) -> None:
        self._window.commands.publish({*TOOLS.values(), *DRAWS.values()}, {used})

    def _reset(self) -> None:
        self._window.room.image.reset()
        self._window.canvas.fit()

    def _show_true_size(self) -> None:
        window = self._window
        if not window.canvas.true_size() and window.pixels_per_mm(window.canvas) is None:
            self._measure_screen(window.canvas.true_size)

    def _measure_screen(self, then: Callable[[], object] = lambda: None) -> None:
        from cxrviewer.qt.screen_size import ScreenSizeDialog

        window, shown = self._window, self._window.canvas.window()
        screen = shown.screen()

        def keep(pixels_per_mm: float) -> None:
            window.keep_screen(screen, pixels_per_mm)
            then()

        # On the screen it is about.
        ScreenSizeDialog(screen, window.pixels_per_mm(window.canvas), keep, shown).open()

    def _switch_magnifier(self) -> None:
        self._magnifies = not self._magnifies
        for canvas in self._window.viewports.canvases:
            canvas.set_magnifier(on=self._magnifies)
        self._window.commands.publish({Fact.MAGNIFIER}, {Fact.MAGNIFIER} if self._magnifies else ())

    def _switch_full_screen(self) -> None:
        # Not `showNormal`: a window that was maximized is to be so again.
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def publish_full_screen(self, *, full: bool) -> None:
        """Publish whether the window fills the screen; a window manager can decide that, too."""
        self._window.commands.publish({Fact.FULL_SCREEN}, {Fact.FULL_SCREEN} if full else ())

    def _switch_panel(self, name: str) -> None:
        panel = {"worklist": self._window.worklist, "findings": self._window.findings}[name]
        panel.setVisible(panel.isHidden())
        self._publish_panels()

    def _publish_panels(self) -> None:
        panels = {Fact.WORKLIST_SHOWN: self._window.worklist, Fact.FINDINGS_SHOWN: self._window.findings}
        shown = {fact for fact, panel in panels.items() if not panel.isHidden()}
        self._window.commands.publish(frozenset(panels), shown)

    def _comment(self) -> None:
        self._window.findings.setVisible(True)
        self._publish_panels()
        self._window.findings.focus_comment()

    def _search(self) -> None:
        worklist = self._window.worklist
        worklist.setVisible(True)
        self._publish_panels()
        worklist.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        worklist.search.selectAll()

    def _show_palette(self) -> None:
        from cxrviewer.qt.command_palette import PaletteDialog

        dialog = PaletteDialog(self._window.commands, self._window.command_actions.keys, self._recent, self._window)
        # Not at once: the command may open a dialog or move the focus, and the palette still has it.
        dialog.chosen.connect(self._run_from_palette, Qt.ConnectionType.QueuedConnection)
        dialog.show()
        dialog.activateWindow()

    def _run_from_palette(self, id_: str) -> None:
        from cxrviewer.commands.palette import chosen

        self._recent = chosen(self._recent, id_)
        self._window.commands.run(id_)

    def _show_shortcuts(self) -> None:
        from cxrviewer.qt.shortcut_dialog import ShortcutDialog

        actions = self._window.command_actions
        dialog = ShortcutDialog(actions.keys, self._window)
        dialog.changed.connect(actions.use_keys)
        dialog.open()

    def _show_values(self) -> None:
        from cxrviewer.qt.region_dialog import RegionDialog

        region = self._window.room.annotations.region
        if region is not None:
            RegionDialog(*region, self._window).open()

    def _show_test_pattern(self) -> None:
        from cxrviewer.qt.monitor_pattern import PatternDialog

        PatternDialog(self._window).open()

    def _show_about(self) -> None:
        from cxrviewer.qt.about import AboutDialog

        AboutDialog(self._window.findings.head_text(), self._window).open()

    def _show_canvas_menu(self, canvas: ImageCanvas, place: QPoint) -> None:
        menu = self._window.command_actions.canvas_menu(canvas)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(canvas.mapToGlobal(place))

    def _name_keys(self) -> None:
        """Write the keys beside what is no action: the switch of the heat map and the foot of the window."""
        first_key: Callable[[str], str] = self._window.command_actions.first_key
        self._window.findings.layer.name_keys(first_key("ai.heat_map"), first_key("ai.compute_map"))
        key = first_key("help.shortcuts")
        self._window.hint(tr("{key} shows every shortcut", key=key) if key else "")
