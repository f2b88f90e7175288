"""The window: lays the panels out and turns gestures and keys into calls of the presenters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QMoveEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QMainWindow,
    QMenu,
    QSplitter,
    QToolBar,
    QToolButton,
)

from cxrviewer.heads.pack import is_pack
from cxrviewer.paths import absolute
from cxrviewer.presenters.film import FilmView, MarkSwitches, Presets
from cxrviewer.presenters.findings import FindingsView
from cxrviewer.presenters.layer import LayerControls, LayerPicture, LayerView
from cxrviewer.presenters.reading_room import ReadingRoom
from cxrviewer.presenters.worklist import WorklistView
from cxrviewer.qt import actions, theme
from cxrviewer.qt.about import AboutSheet
from cxrviewer.qt.dialogs import ShortcutSheet, SkippedSheet
from cxrviewer.qt.findings_panel import FindingsPanel
from cxrviewer.qt.image_canvas import ImageCanvas, Tool
from cxrviewer.qt.parts import local_paths, notice_bar, shown_folder
from cxrviewer.qt.start_page import StartPage
from cxrviewer.qt.worklist_panel import WorklistPanel

PAN_STEP = 60.0
ZOOM_STEP = 1.25
OPACITY_STEP = 5


class _Layer:
    """Canvas and panel, told together."""

    def __init__(self, canvas: ImageCanvas, panel: FindingsPanel, told: Callable[[LayerControls], None]) -> None:
        self._canvas, self._panel, self._told = canvas, panel, told

    def show_layer(self, picture: LayerPicture | None, label: str) -> None:
        self._canvas.show_layer(picture, label)

    def show_layer_controls(self, controls: LayerControls) -> None:
        self._panel.layer.show_layer_controls(controls)
        self._told(controls)


class MainWindow(QMainWindow):
    """Worklist, canvas and findings, with a menu and a key for everything.

    Built first, joined to its presenters by `use`.
    """

    closing = Signal()
    demo_requested = Signal()
    recent_requested = Signal()
    changed = Signal()
    """Something that is remembered between runs was changed."""
    heads_requested = Signal()
    head_dropped = Signal(Path)
    theme_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("cxrviewer")
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        self._room: ReadingRoom | None = None
        self._opacity = 0
        self.last_folder = ""
        start = StartPage()
        self.canvas = ImageCanvas(start_page=start)
        self.worklist = WorklistPanel()
        self.findings = FindingsPanel()
        self._layer = _Layer(self.canvas, self.findings, self._layer_told)
        self._actions: dict[str, QAction] = {}
        self._presets = QMenu(self.tr("Presets"), self)
        self._presets_button = QToolButton()
        self._make_actions()
        self._make_toolbar()
        self._make_middle()
        self._make_status()
        start.folder_wanted.connect(self.open_folder)
        start.files_wanted.connect(self.open_files)
        start.demo_wanted.connect(self.demo_requested)

    # RoomView.

    @property
    def film_view(self) -> FilmView:
        return self.canvas

    @property
    def findings_view(self) -> FindingsView:
        return self.findings

    @property
    def layer_view(self) -> LayerView:
        return self._layer

    @property
    def worklist_view(self) -> WorklistView:
        return self.worklist

    def use(self, room: ReadingRoom) -> None:
        """Join the widgets' signals to the presenters."""
        self._room = room
        canvas, film = self.canvas, room.film
        canvas.drag_began.connect(film.begin_drag)
        canvas.dragged.connect(film.drag)
        canvas.drag_ended.connect(film.end_drag)
        canvas.probed.connect(film.probe)
        panel, layer = self.findings, self.findings.layer
        panel.ai_toggled.connect(self._set_ai)
        panel.chosen.connect(lambda head, number: room.findings.choose(number, head))
        panel.retry.connect(room.findings.retry)
        layer.visible_toggled.connect(room.layer.set_visible)
        layer.opacity_changed.connect(room.layer.set_opacity)
        layer.colours_changed.connect(room.layer.set_colours)
        layer.map_wanted.connect(room.request_map)
        layer.tick.connect(room.findings.tick)
        work = self.worklist
        work.selected.connect(room.worklist.select)
        work.searched.connect(room.worklist.search)
        work.thumbnail_wanted.connect(room.worklist.want_thumbnail, Qt.ConnectionType.QueuedConnection)
        work.cancel_requested.connect(room.worklist.cancel_scan)
        work.skipped_requested.connect(self.skipped)
        self._actions["ai"].setChecked(room.findings.enabled)

    def action(self, name: str) -> QAction:
        """Return a command's action."""
        return self._actions[name]

    def tell(self, text: str) -> None:
        """Put a sentence into the status bar."""
        self._status.setText(text)

    # Commands; each is named in `actions`.

    def open_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Open files"), shown_folder(self.last_folder))
        if names:
            self.open_paths(tuple(Path(n) for n in names))

    def open_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Open folder"), shown_folder(self.last_folder))
        if name:
            self.open_paths((Path(name),))

    def open_recent(self) -> None:
        if self.last_folder:
            self._open((Path(self.last_folder),))

    def open_demo(self) -> None:
        self.demo_requested.emit()

    def close_all(self) -> None:
        self.room.close_all()

    def skipped(self) -> None:
        SkippedSheet(self.room.worklist.skipped, self).open()

    def quit(self) -> None:
        self.close()

    def tool_window(self) -> None:
        self.canvas.set_tool(Tool.WINDOW)

    def tool_zoom(self) -> None:
        self.canvas.set_tool(Tool.ZOOM)

    def tool_pan(self) -> None:
        self.canvas.set_tool(Tool.PAN)

    def next_preset(self) -> None:
        self.room.film.step_preset(1)

    def previous_preset(self) -> None:
        self.room.film.step_preset(-1)

    def auto(self) -> None:
        self.room.film.auto()

    def invert(self) -> None:
        self.room.film.invert()

    def reset(self) -> None:
        self.room.film.reset()
        self.canvas.fit()

    def fit(self) -> None:
        self.canvas.fit()

    def one_to_one(self) -> None:
        self.canvas.one_to_one()

    def turn_right(self) -> None:
        self.room.film.turn(1)

    def turn_left(self) -> None:
        self.room.film.turn(-1)

    def flip(self) -> None:
        self.room.film.flip()

    def overlays(self) -> None:
        self.room.film.toggle_overlays()

    def shutter(self) -> None:
        self.room.film.toggle_shutter()

    def zoom_in(self) -> None:
        self.canvas.zoom_by(ZOOM_STEP)

    def zoom_out(self) -> None:
        self.canvas.zoom_by(1 / ZOOM_STEP)

    def pan_left(self) -> None:
        self.canvas.pan_by(-PAN_STEP, 0)

    def pan_right(self) -> None:
        self.canvas.pan_by(PAN_STEP, 0)

    def pan_up(self) -> None:
        self.canvas.pan_by(0, -PAN_STEP)

    def pan_down(self) -> None:
        self.canvas.pan_by(0, PAN_STEP)

    def next_film(self) -> None:
        self.room.worklist.step(1)

    def previous_film(self) -> None:
        self.room.worklist.step(-1)

    def search(self) -> None:
        self.worklist.setVisible(True)
        self.worklist.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.worklist.search.selectAll()

    def heat_map(self) -> None:
        self.room.layer.set_visible(not self.room.layer.visible)

    def opacity_up(self) -> None:
        self.room.layer.set_opacity(self._opacity + OPACITY_STEP)

    def opacity_down(self) -> None:
        self.room.layer.set_opacity(self._opacity - OPACITY_STEP)

    def next_finding(self) -> None:
        self.room.findings.next_finding()

    def compute_map(self) -> None:
        self.room.request_map()

    def ai(self) -> None:
        self._set_ai(not self.room.findings.enabled)

    def heads(self) -> None:
        self.heads_requested.emit()

    def show_worklist(self) -> None:
        self.worklist.setVisible(self._actions["show_worklist"].isChecked())

    def show_findings(self) -> None:
        self.findings.setVisible(self._actions["show_findings"].isChecked())

    def theme_dark(self) -> None:
        self.theme_chosen.emit(theme.DARK.name)

    def theme_light(self) -> None:
        self.theme_chosen.emit(theme.LIGHT.name)

    def theme_reading_room(self) -> None:
        self.theme_chosen.emit(theme.READING_ROOM.name)

    def use_theme(self, name: str) -> None:
        """Dress the whole application in the theme of that name, or in the dark one where there is none."""
        chosen = theme.THEMES.get(name, theme.DARK)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        if chosen is not theme.current() or not application.styleSheet():
            theme.apply(application, chosen)
        for one in theme.THEMES.values():
            self._actions[f"theme_{one.name.replace(' ', '_')}"].setChecked(one is chosen)

    def shortcuts(self) -> None:
        ShortcutSheet(self).open()

    def about(self) -> None:
        AboutSheet(self.findings.head_words(), self).open()

    # Events.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_paths(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = local_paths(event)
        if paths:
            event.acceptProposedAction()
            self.open_paths(paths)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.changed.emit()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.changed.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.hide()  # gone for the eye at once, whatever still has to end
        self.closing.emit()
        event.accept()

    # Inside.

    @property
    def room(self) -> ReadingRoom:
        assert self._room is not None, "use() joins the window to its presenters"
        return self._room

    def open_paths(self, paths: tuple[Path, ...]) -> None:
        """Open films; a model head among them is installed instead, one at a time."""
        packs = [path for path in paths if is_pack(path)]
        if packs:
            self.head_dropped.emit(packs[0])
        films = tuple(path for path in paths if path not in packs)
        if films:
            self._open(films)

    def _open(self, paths: tuple[Path, ...]) -> None:
        paths = tuple(absolute(path) for path in paths)
        self.last_folder = str(paths[0] if paths[0].is_dir() else paths[0].parent)
        self._actions["open_recent"].setEnabled(True)
        self.changed.emit()
        self.room.open_paths(paths)

    def _set_ai(self, enabled: bool) -> None:
        self.room.findings.set_enabled(enabled)
        self._actions["ai"].setChecked(enabled)
        self.changed.emit()

    def _layer_told(self, controls: LayerControls) -> None:
        self._opacity = controls.opacity
        self.changed.emit()
        if "heat_map" in self._actions:
            self._actions["heat_map"].setChecked(controls.visible)

    def _make_actions(self) -> None:
        for title, commands in actions.MENUS:
            menu = self.menuBar().addMenu(title)
            for command in commands:
                action = QAction(command.text, self)
                action.setShortcuts([QKeySequence(key) for key in command.keys])
                action.setCheckable(command.checkable)
                keys = f"  ({command.keys[0]})" if command.keys else ""
                action.setToolTip((command.tip or actions.plain(command.text)) + keys)
                action.triggered.connect(getattr(self, command.name))
                menu.addAction(action)
                self._actions[command.name] = action
            if commands is actions.WINDOW:
                menu.addSeparator()
                menu.addMenu(self._presets)
        for name in ("show_worklist", "show_findings"):
            self._actions[name].setChecked(True)
        self._actions["open_recent"].setEnabled(False)
        tools = QActionGroup(self)
        for command in actions.TOOLS:
            tools.addAction(self._actions[command.name])
        self._actions["tool_window"].setChecked(True)
        themes = QActionGroup(self)
        for command in actions.THEMES:
            themes.addAction(self._actions[command.name])
        for number in range(10):
            action = QAction(self)
            action.setShortcut(QKeySequence(f"Ctrl+{number}" if number else "0"))
            action.triggered.connect(_preset_caller(self, max(0, number - 1)))
            self.addAction(action)
        self.canvas.presets_changed.connect(self._show_presets)
        self._show_presets(Presets((), None), False)
        self.canvas.marks_changed.connect(self._show_marks)

    def _make_toolbar(self) -> None:
        bar = QToolBar(self.tr("Tools"))
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._add_open_button(bar)
        self._presets_button.setText(self.tr("Presets ▾"))
        self._presets_button.setMenu(self._presets)
        self._presets_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        for group in actions.TOOLBAR:
            bar.addSeparator()
            for name in group:
                if name == "presets":
                    bar.addWidget(self._presets_button)
                else:
                    self._add_button(bar, name)
        self.addToolBar(bar)
        self.addToolBar(notice_bar(self.tr("Research use only")))

    def _add_open_button(self, bar: QToolBar) -> None:
        button = QToolButton()
        button.setText(self.tr("Open ▾"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for name in ("open_files", "open_folder", "open_recent", "open_demo"):
            menu.addAction(self._actions[name])
        button.setMenu(menu)
        bar.addWidget(button)

    def _add_button(self, bar: QToolBar, name: str) -> None:
        command = next(c for _, commands in actions.MENUS for c in commands if c.name == name)
        button = QToolButton()
        button.setDefaultAction(self._actions[name])
        words = actions.plain(command.text)
        key = command.keys[0] if command.keys else words
        self._actions[name].setIconText(words if key == words else f"{words}  {key}")
        bar.addWidget(button)

    def _make_middle(self) -> None:
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        for widget, least, most in ((self.worklist, 200, 420), (self.canvas, 320, 0), (self.findings, 250, 460)):
            widget.setMinimumWidth(least)
            if most:
                widget.setMaximumWidth(most)
            splitter.addWidget(widget)
        splitter.setStretchFactor(1, 1)
        splitter.splitterMoved.connect(self.changed)
        splitter.setSizes([252, 738, 290])
        self.splitter = splitter
        self.setCentralWidget(splitter)
        self.canvas.setFocus()

    def _make_status(self) -> None:
        self._status = QLabel(self.tr("? shows every shortcut"))
        self.statusBar().addWidget(self._status, 1)
        self.statusBar().setSizeGripEnabled(False)

    def _show_presets(self, presets: Presets, inverted: bool) -> None:
        self._presets.clear()
        for number, name in enumerate(presets.names):
            action = self._presets.addAction(name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(number == presets.current)
            action.triggered.connect(_preset_caller(self, number))
        self._presets_button.setEnabled(bool(presets.names))
        for name in ("auto", "invert", "reset", "next_preset", "previous_preset"):
            self._actions[name].setEnabled(bool(presets.names))
        self._actions["invert"].setChecked(inverted)

    def _show_marks(self, switches: MarkSwitches) -> None:
        for name in ("overlays", "shutter"):  # the commands are called as the switches are
            self._actions[name].setChecked(getattr(switches, name))
            self._actions[name].setEnabled(getattr(switches, f"has_{name}"))

    def sizeHint(self) -> QSize:
        return QSize(1280, 800)

    def keep(self) -> tuple[str, str]:
        """Return the window's place and its panels' widths, for the settings."""
        geometry = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        return geometry, bytes(self.splitter.saveState().toBase64().data()).decode("ascii")

    def restore(self, geometry: str, state: str) -> None:
        """Take what `keep` returned; nonsense is ignored by Qt."""
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode("ascii", "ignore")))
        if state:
            self.splitter.restoreState(QByteArray.fromBase64(state.encode("ascii", "ignore")))


def _preset_caller(window: MainWindow, number: int) -> Callable[[], None]:
    return lambda: window.room.film.preset(number)
