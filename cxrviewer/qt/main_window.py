"""The window: lays the panels out and joins them to the presenters. What commands do is in `commands_binding`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QMoveEvent,
    QPaintEvent,
    QResizeEvent,
    QScreen,
)
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QSplitter, QToolBar, QVBoxLayout, QWidget

from cxrviewer.commands.facts import Fact
from cxrviewer.commands.keys import KeyMap
from cxrviewer.commands.registry import Facts, Registry
from cxrviewer.commands.table import COMMANDS
from cxrviewer.paths import absolute
from cxrviewer.presenters.privacy import BURNED_IN
from cxrviewer.qt import theme
from cxrviewer.qt.command_actions import CommandActions
from cxrviewer.qt.commands_binding import WindowCommands
from cxrviewer.qt.findings_panel import FindingsPanel
from cxrviewer.qt.person_bar import PersonBar
from cxrviewer.qt.screen_size import screen_name
from cxrviewer.qt.start_page import StartPage
from cxrviewer.qt.viewport_grid import ViewportGrid
from cxrviewer.qt.widgets import ElidedLabel, has_empty_path, local_paths, mark_overflow, notice_bar, press_by_enter
from cxrviewer.qt.worklist_panel import WorklistPanel
from cxrviewer.qt.written_files import WrittenFiles
from cxrviewer.text import tr, translated

if TYPE_CHECKING:
    from cxrviewer.presenters.annotations import AnnotationsView
    from cxrviewer.presenters.findings import FindingsView
    from cxrviewer.presenters.frames import FramesState, FramesView
    from cxrviewer.presenters.image_presenter import ImageView
    from cxrviewer.presenters.layer import LayerControls, LayerPicture, LayerView
    from cxrviewer.presenters.library_opening import PersonQuestion
    from cxrviewer.presenters.opened_paths import Sorted
    from cxrviewer.presenters.reading_room import ReadingRoom
    from cxrviewer.presenters.score_change import ScoreChange
    from cxrviewer.presenters.timeline import TimelineView
    from cxrviewer.presenters.worklist import WorklistView
    from cxrviewer.qt.further_window import FurtherWindow
    from cxrviewer.qt.image_canvas import ImageCanvas
    from cxrviewer.qt.timeline_strip import TimelineStrip
    from cxrviewer.qt.tour import TourCard
    from cxrviewer.reading.values import Point
    from cxrviewer.workspace.layout import Workspace


class _Layer:
    """The active canvas and the panel, told together."""

    def __init__(self, grid: ViewportGrid, panel: FindingsPanel, notified: Callable[[], None]) -> None:
        self._grid, self._panel, self._notified = grid, panel, notified

    def show_layer(self, picture: LayerPicture | None, label: str) -> None:
        self._grid.active.show_layer(picture, label)

    def show_layer_controls(self, controls: LayerControls) -> None:
        self._panel.layer.show_layer_controls(controls)
        self._notified()


class _Frames:
    """The controls of a viewport's frames and its canvas, told together."""

    def __init__(self, grid: ViewportGrid, number: int) -> None:
        self._bar, self._canvas = grid.frame_bar(number), grid.canvas(number)

    def show_frames(self, state: FramesState | None) -> None:
        self._bar.show_frames(state)
        self._canvas.has_frames = state is not None


class MainWindow(QMainWindow):
    """Worklist, canvas and findings, with a menu and a key for everything.

    Built and painted first, joined to its presenters by `use`: until then it shows the start page, and loads neither
    numpy nor pyqtgraph (docs/decisions/0091-start.md).
    """

    painted = Signal()
    """The window was drawn for the first time."""
    room_needed = Signal()
    """The reader is faster than the presenters; they are made in the slot."""

    closing = Signal()
    demo_requested = Signal()
    changed = Signal()
    """Something that is remembered between runs was changed."""
    heads_requested = Signal()
    heads_dropped = Signal(tuple)
    """Paths of packs."""
    theme_chosen = Signal(str)
    language_chosen = Signal(str)
    screens_changed = Signal(dict)

    _sentence: str = ""  # what was notified last

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("cxrviewer")
        self.setAcceptDrops(True)
        self.resize(self.sizeHint().boundedTo(self.screen().availableSize()))
        self._room: ReadingRoom | None = None
        self._was_painted = False
        self.library_columns = ""
        """How the table of the library is arranged, for the settings."""
        self._joined: set[int] = set()
        self._tour: TourCard | None = None
        self._has_image = False
        self.further: dict[int, FurtherWindow] = {}
        """Windows beside this one, by the number of their viewport."""
        self.places: tuple[str, ...] = ()
        """Where they are, or were last."""
        self.commands = Registry(COMMANDS, on_unbound=self.room_needed.emit)
        start = self._start = StartPage()
        self.viewports = ViewportGrid(start, self._make_canvas)
        self.worklist = WorklistPanel()
        self.findings = FindingsPanel()
        self._timeline: TimelineStrip | None = None
        self.person_bar = PersonBar()
        self._layer = _Layer(self.viewports, self.findings, self.changed.emit)
        self.command_actions = CommandActions(self.commands, self)
        self.command_actions.fill_menu_bar(self.menuBar())
        self._make_toolbar()
        self._make_middle()
        self._make_status()
        self.screens: dict[str, float] = {}
        self._handlers = WindowCommands(self)
        self.action("ai.on").toggled.connect(self.changed)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenRemoved.connect(self._screen_gone)
        application.applicationStateChanged.connect(self._look_when_active)
        self._written = WrittenFiles(self)
        self._written.written.connect(self._look_elsewhere)
        start.folder_requested.connect(self._handlers.open_folder)
        start.files_requested.connect(self._handlers.open_files)
        start.library_requested.connect(lambda: self.commands.run("library.open"))
        start.demo_requested.connect(self.demo_requested)
        self.commands.listen(lambda facts: start.offer_library(on=Fact.LIBRARY in facts))
        self.command_actions.keys_changed.connect(self._name_start_keys)
        self._name_start_keys()

    @property
    def canvas(self) -> ImageCanvas:
        """The canvas of the active viewport."""
        return self.viewports.active

    # RoomView.

    @property
    def image_view(self) -> ImageView:
        return self.viewports.canvas(0)

    def viewport_view(self, number: int) -> ImageCanvas:
        return self.viewports.canvas(number)

    def frames_view(self, number: int) -> FramesView:
        return _Frames(self.viewports, number)

    def show_workspace(self, workspace: Workspace) -> None:
        self.viewports.show_workspace(workspace)
        self.worklist.use_drag(on=len(workspace.shown) > 1)
        for number in workspace.shown:
            self._join(number)
        self.places = self.keep_windows()
        for number in [one for one in self.further if one not in workspace.windows]:
            self.further.pop(number).end()
        for number in workspace.windows:
            if number not in self.further:
                self._open_window(number)

    @property
    def findings_view(self) -> FindingsView:
        return self.findings

    @property
    def layer_view(self) -> LayerView:
        return self._layer

    @property
    def worklist_view(self) -> WorklistView:
        return self.worklist

    @property
    def timeline(self) -> TimelineStrip:
        """The strip below the viewports, made when it is first used."""
        if self._timeline is None:
            from cxrviewer.qt.timeline_strip import TimelineStrip

            self._timeline = strip = TimelineStrip()
            self._below.addWidget(strip)
            # Looked up at the click: the presenter is only being made now.
            strip.opened.connect(lambda key, beside: self.room.timeline.open(key, beside=beside))
            strip.picture_wanted.connect(lambda key: self.room.timeline.want_picture(key))  # noqa: PLW0108
            strip.doubtful_asked.connect(lambda: self.room.timeline.ask_doubtful())  # noqa: PLW0108
            strip.chosen.connect(lambda finding, on: self.room.timeline.choose(finding, on=on))
            strip.flagged_chosen.connect(lambda: self.room.timeline.choose_flagged())  # noqa: PLW0108
        return self._timeline

    @property
    def timeline_view(self) -> TimelineView:
        return self.timeline

    @property
    def annotations_view(self) -> AnnotationsView:
        return self.viewports.canvas(0)

    def show_score_changes(self, changes: Sequence[ScoreChange], about: str) -> None:
        from cxrviewer.qt.score_change_dialog import ScoreChangeDialog

        ScoreChangeDialog(changes, about, self).open()

    def ask_person(self, question: PersonQuestion | None, answer: Callable[[bool], None]) -> None:
        """Ask in a bar over the images; nothing waits for the answer."""
        self.person_bar.ask(question, answer)

    def watch_file(self, path: Path) -> None:
        self._written.watch(path)

    def _look_when_active(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive:  # a system that reports no writing
            self._look_elsewhere()

    def _look_elsewhere(self) -> None:
        if self._room is not None and self.isVisible():
            self._room.look_elsewhere()

    def keep_library_columns(self, columns: str) -> None:
        self.library_columns = columns
        self.changed.emit()

    def later(self, milliseconds: int, call: Callable[[], None]) -> None:
        """Call something once, later; never after the window is gone."""
        # Not `call` itself: of a bound method PySide keeps no reference and crashes where its object has gone.
        QTimer.singleShot(milliseconds, self, lambda: call())  # noqa: PLW0108

    def use(self, room: ReadingRoom) -> None:
        """Join the widgets' signals to the presenters."""
        self._room = room
        self.commands.listen(self._opened)
        self._join(0)
        self.canvas.setFocus()
        self.worklist.search_left.connect(lambda: self.canvas.setFocus())  # noqa: PLW0108  # as below
        panel, layer = self.findings, self.findings.layer
        panel.ai_toggled.connect(room.findings.set_enabled)
        for used in (panel.chosen, panel.decided, panel.commented):
            used.connect(lambda *_: room.hangs.touch())
        panel.chosen.connect(lambda head, number: room.findings.choose(number, head))
        panel.retry.connect(room.findings.retry)
        panel.decided.connect(lambda head, number, verdict: room.decisions.decide(verdict, number, head))
        panel.commented.connect(lambda head, number, text: room.decisions.comment(text, number, head))
        panel.comment_finished.connect(room.decisions.flush)
        panel.comment_left.connect(lambda: self.canvas.setFocus())  # noqa: PLW0108  # the active one at that time
        layer.visible_toggled.connect(room.layer.set_visible)
        layer.opacity_changed.connect(room.layer.set_opacity)
        layer.colours_changed.connect(room.layer.set_colours)
        layer.map_requested.connect(room.request_map)
        layer.tick.connect(room.findings.tick)
        room.privacy.listen(self._show_privacy)
        self._show_privacy()
        work = self.worklist
        work.selected.connect(room.worklist.select)
        work.searched.connect(room.worklist.search)
        work.thumbnail_requested.connect(room.worklist.want_thumbnail, Qt.ConnectionType.QueuedConnection)
        work.cancel_requested.connect(room.worklist.cancel_scan)
        work.skipped_requested.connect(self._handlers.show_skipped)
        work.drag_ended.connect(lambda: room.worklist.mark(room.worklist.current))

    def action(self, id_: str) -> QAction:
        """Return a command's action."""
        return self.command_actions.action(id_)

    @property
    def last_folder(self) -> str:
        """The folder that was opened last; empty for none."""
        return self._handlers.last_folder

    @last_folder.setter
    def last_folder(self, folder: str) -> None:
        self._handlers.last_folder = folder

    def _name_start_keys(self) -> None:
        self._start.name_keys(self.command_actions.first_key)

    def notify(self, text: str) -> None:
        """Put a sentence into the status bar; an empty one takes the last away, and leaves a hint."""
        if text or self._sentence:
            self._sentence = text
            self._status.setText(translated(text))

    def add(self, text: str) -> None:
        """Put a sentence behind the one that stands in the status bar, if any does."""
        self.notify(f"{self._sentence} {text}".strip())

    def withdraw(self, text: str) -> None:
        """Take a sentence out of the status bar where it stands there, alone or among others."""
        if text and text in self._sentence:
            self.notify(" ".join(self._sentence.replace(text, "", 1).split()))

    def hint(self, text: str) -> None:
        """Put words into the status bar that stay until something is notified."""
        self._sentence = ""
        self._status.setText(text)

    def use_theme(self, name: str) -> None:
        """Dress the whole application in the theme of that name, or in the dark one where there is none."""
        chosen = theme.THEMES.get(name, theme.DARK)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        if chosen is not theme.current() or not application.styleSheet():
            theme.apply(application, chosen)
        self._handlers.publish_theme(chosen.name)

    def mark_language(self, name: str) -> None:
        """Check the language that is chosen in the menu."""
        self._handlers.publish_language(name)

    def use_keys(self, changes: Mapping[str, tuple[str, ...]]) -> None:
        """Give the commands whose keys the reader has changed those keys."""
        self.command_actions.use_keys(KeyMap.of(self.commands, changes))

    # Events.

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            # Queued: the panels are painted after their window, and all of it then reaches the screen at once.
            QTimer.singleShot(0, self, lambda: self.painted.emit())  # noqa: PLW0108

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_paths(event) or has_empty_path(event) or self.worklist.dragged(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        key = self.worklist.dragged(event.mimeData())
        if key:
            number = self.viewports.number_at(self.viewports.mapFrom(self, event.position().toPoint()))
            if number is not None:
                event.acceptProposedAction()
                self.room.open_in(number, key)
            return
        paths, empty = local_paths(event), has_empty_path(event)
        if paths or empty:
            event.acceptProposedAction()
            self.open_paths(paths, empty=empty)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_by_enter(event, self.focusWidget()):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.changed.emit()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._refresh_sizes()  # on another screen true size may be none
        self.changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._handlers.publish_full_screen(full=self.isFullScreen())

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._room is not None and not self._room.may_close():
            event.ignore()
            return
        self.places = self.keep_windows()
        for window in self.further.values():
            window.hide()
        self.hide()  # gone for the eye at once, whatever still has to end
        self.closing.emit()
        for window in self.further.values():
            window.end()
        self.further.clear()
        event.accept()

    # Inside.

    @property
    def room(self) -> ReadingRoom:
        if self._room is None:
            self.room_needed.emit()
        assert self._room is not None, "use() joins the window to its presenters"
        return self._room

    def open_paths(self, paths: tuple[Path, ...], *, empty: bool = False) -> None:
        """Open images; the model heads among them are installed instead.

        With `empty` an empty path was given as well. It is none of `paths`: as a `Path` it would be the current folder.
        """
        if paths:
            self.room.opened_paths.ask(tuple(absolute(path) for path in paths), lambda found: self._open(found, empty))
        elif empty:
            self._say_empty()

    def _open(self, found: Sorted, empty: bool = False) -> None:
        if found.packs:
            self.heads_dropped.emit(found.packs)
        if found.images:
            self.last_folder = found.folder
            self.changed.emit()
            self.room.open_paths(found.images)
        if empty:
            self._say_empty()  # now: opening took away what stood there

    def _say_empty(self) -> None:
        from cxrviewer.presenters.opened_paths import EMPTY_PATH

        self.add(translated(EMPTY_PATH))

    def _make_toolbar(self) -> None:
        bar = QToolBar(tr("Tools"))
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.command_actions.fill_tool_bar(bar)
        mark_overflow(bar)
        self.addToolBar(bar)
        self.addToolBar(notice_bar(tr("Research use only")))

    def _make_middle(self) -> None:
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        images = QWidget()
        below = QVBoxLayout(images)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(1)
        below.addWidget(self.viewports, 1)
        self._below = below
        for widget, least, most in ((self.worklist, 200, 420), (images, 320, 0), (self.findings, 250, 460)):
            widget.setMinimumWidth(max(least, widget.minimumSizeHint().width()))
            if most:
                widget.setMaximumWidth(most)
            splitter.addWidget(widget)
        splitter.setStretchFactor(1, 1)
        splitter.splitterMoved.connect(self.changed)
        splitter.setSizes([252, 738, 290])
        self.splitter = splitter
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.person_bar)
        column.addWidget(splitter, 1)
        self.setCentralWidget(whole)

    def _make_canvas(self, number: int) -> ImageCanvas:
        from cxrviewer.qt.image_canvas import ImageCanvas

        if number == 0:
            canvas = ImageCanvas(start_page=self._start)
        else:
            canvas = ImageCanvas()
        canvas.empty_text = tr("Drag a film here, or choose one in the worklist.")
        self._handlers.dress(canvas)
        return canvas

    def _join(self, number: int) -> None:
        """Join the signals of a viewport's canvas to its presenters, once."""
        if number in self._joined:
            return
        self._joined.add(number)
        viewports = self.room.viewports
        canvas, pane = self.viewports.canvas(number), viewports.pane(number)
        canvas.drag_began.connect(pane.image.begin_drag)
        canvas.dragged.connect(pane.image.drag)
        canvas.drag_ended.connect(pane.image.end_drag)
        canvas.probed.connect(pane.image.probe)
        canvas.placed.connect(pane.image.placed)
        canvas.annotator = pane.annotations
        canvas.hinted.connect(lambda text: self._show_hint(number, text))
        canvas.region_drawn.connect(lambda one, other: self._window_region(number, one, other))
        canvas.tool_left.connect(lambda: self.commands.run("tool.window"))
        canvas.tool_left.connect(self.end_tour)
        canvas.activated.connect(lambda: self._touched(number))
        canvas.offer_taken.connect(lambda: self.room.next_priors.take(number))
        bar = self.viewports.frame_bar(number)
        frames = (bar.requested, bar.stepped, bar.play_requested, bar.rate_chosen, bar.loop_requested)
        for used in (canvas.frames_stepped, *frames):
            used.connect(lambda *_: self.room.hangs.touch())
        canvas.frames_stepped.connect(pane.frames.step)
        bar.requested.connect(pane.frames.go)
        bar.stepped.connect(pane.frames.step)
        bar.play_requested.connect(pane.frames.toggle_play)
        bar.rate_chosen.connect(pane.frames.set_rate)
        bar.loop_requested.connect(pane.frames.toggle_loop)
        canvas.alone_requested.connect(lambda: viewports.toggle(number))
        if number:
            self._handlers.use_same_tool(number)

    def _touched(self, number: int) -> None:
        """Make a viewport the active one; what is drawn there is drawn on a frame that stays."""
        viewports = self.room.viewports
        self.room.hangs.touch()
        self.end_tour()  # the reader does what it explains
        viewports.activate(number)
        pane = viewports.pane(number)
        if pane.annotations.drawing:
            pane.frames.pause()

    def show_tour(self, *, focus: bool = False) -> None:
        """Show the tour from its first step; `focus` where the reader asked for it."""
        from cxrviewer.qt.tour import TourCard

        self.end_tour()
        self._tour = TourCard(self.viewports)
        self._tour.finished.connect(self._forget_tour)
        if focus:
            self._tour.following.setFocus()

    def _opened(self, facts: Facts) -> None:
        """Leave the tour when another image is on the screen: it would lie over it."""
        before, self._has_image = self._has_image, Fact.IMAGE in facts
        if self._has_image and not before:
            self.end_tour()

    def end_tour(self) -> None:
        """Leave the tour, where it is shown."""
        if self._tour is not None:
            self._tour.finish()

    def _forget_tour(self) -> None:
        self._tour = None
        self.canvas.setFocus()

    def _open_window(self, number: int) -> None:
        """Show a viewport in a window of its own, on a screen without one where there is such a screen."""

        def drop(event: QDropEvent) -> None:
            key, paths = self.worklist.dragged(event.mimeData()), local_paths(event)
            if key or paths:
                event.acceptProposedAction()
            if key:
                self.room.open_in(number, key)
            elif paths:
                self.room.viewports.activate(number)
                self.open_paths(paths)

        def accepts(event: QDragEnterEvent) -> bool:
            return bool(local_paths(event) or self.worklist.dragged(event.mimeData()))

        from cxrviewer.qt.further_window import FurtherWindow, free_screen
        from cxrviewer.workspace.layout import IN_LAYOUT

        window = FurtherWindow(self.viewports.frame(number), accepts, drop)
        window.addActions([self.action(command.id) for command in self.commands])
        window.closed.connect(lambda: self.room.viewports.close_window(number))
        window.changed.connect(self.viewports.canvas(number).refresh_readout)
        window.changed.connect(self.changed)
        taken = [self.screen(), *(one.screen() for one in self.further.values())]
        free = free_screen(QGuiApplication.screens(), taken)
        self.further[number] = window
        self.viewports.frame(number).show()
        place = self.places[number - IN_LAYOUT :][:1]
        window.open_on(free, self.geometry(), place[0] if place else "")
        window.come_back(QGuiApplication.screens(), self.screen())
        self.changed.emit()

    def _screen_gone(self, _: QScreen) -> None:
        QTimer.singleShot(0, self, self._bring_back)  # Qt moves its windows after this signal

    def _bring_back(self) -> None:
        """Move what was on a screen that is gone to the one of this window."""
        for window in self.further.values():
            window.come_back(QGuiApplication.screens(), self.screen())

    def pixels_per_mm(self, canvas: ImageCanvas | None = None) -> float | None:
        """Return device pixels per millimetre of the screen of a canvas's window, None where nobody measured it."""
        window = self if canvas is None else canvas.window()
        return self.screens.get(screen_name(window.screen()))

    def keep_screen(self, screen: QScreen, pixels_per_mm: float) -> None:
        """Remember how large the pixels of a screen are."""
        self.screens = {**self.screens, screen_name(screen): pixels_per_mm}
        self.screens_changed.emit(self.screens)
        self._refresh_sizes()

    def _refresh_sizes(self) -> None:
        for canvas in self.viewports.canvases:
            canvas.refresh_readout()

    def _window_region(self, number: int, corner: Point, opposite: Point) -> None:
        if not self.room.viewports.pane(number).image.window_region(corner, opposite):
            self._show_hint(number, tr("No window can be made of this region."))

    def _show_privacy(self) -> None:
        hidden = self.room.privacy.hidden
        self.worklist.hide_typed(hidden=hidden)
        self._hidden.setVisible(hidden)
        self.person_bar.hide_identity(hidden=hidden)

    def _make_status(self) -> None:
        # What a drawing tool waits for never takes the place of a warning.
        self._hint = QLabel()
        self._hint.setObjectName("hint")
        self.statusBar().addWidget(self._hint)
        self._status = ElidedLabel()
        self.statusBar().addWidget(self._status, 1)
        self._hidden = QLabel(tr("Identity hidden"))
        self._hidden.setObjectName("flag")
        self._hidden.setToolTip(translated(BURNED_IN))
        self._hidden.hide()
        self.statusBar().addPermanentWidget(self._hidden)
        self.statusBar().setSizeGripEnabled(False)

    def _show_hint(self, number: int, text: str) -> None:
        if number in self.further:
            self.further[number].hint.setText(text)
        if number == self.room.viewports.active.number:
            self._hint.setText(text)

    def sizeHint(self) -> QSize:
        return QSize(1280, 800)

    def keep_windows(self) -> tuple[str, ...]:
        """Return where the further windows are, or were last, for the settings."""
        if not self.further:
            return self.places
        from cxrviewer.workspace.layout import IN_LAYOUT, WINDOWS

        before = (*self.places, *[""] * WINDOWS)[:WINDOWS]
        now = {number - IN_LAYOUT: window.keep() for number, window in self.further.items()}
        return tuple(now.get(index, place) for index, place in enumerate(before))

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
