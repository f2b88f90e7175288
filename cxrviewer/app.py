"""The composition root: builds everything once and joins it; decides nothing.

The window comes first, what is behind it after its first paint (docs/decisions/0091-start.md): what only the second
part needs is imported there.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
import logging
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from cxrviewer.commands.facts import Fact
from cxrviewer.errors import CxrError, SettingsError
from cxrviewer.isolation.sandbox import forbid_core_dumps, return_free_memory
from cxrviewer.jobs import Lane
from cxrviewer.leftovers import sweep
from cxrviewer.log import independently, start_logging, stop_logging
from cxrviewer.paths import AppPaths, resources_dir
from cxrviewer.qt import language, theme
from cxrviewer.qt.crash import CrashNet
from cxrviewer.qt.icon import program_icon
from cxrviewer.qt.job_runner import PATIENCE, QtJobRunner
from cxrviewer.qt.main_window import MainWindow
from cxrviewer.qt.signals import SignalNet
from cxrviewer.qt.splash import close_splash
from cxrviewer.settings import SettingsStore
from cxrviewer.text import tr, translated

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cxrviewer.cancel import CancelToken
    from cxrviewer.commands.registry import Facts
    from cxrviewer.decoder.client import DecoderPool
    from cxrviewer.heads.registry.store import HeadStore
    from cxrviewer.imaging.contents import Image
    from cxrviewer.imaging.radiograph import Radiograph
    from cxrviewer.presenters.head_plans import HeadSearch
    from cxrviewer.presenters.heads import HeadsPresenter
    from cxrviewer.presenters.reading_room import ReadingRoom
    from cxrviewer.studies.index.chosen_charsets import RecodingReader

logger = logging.getLogger(__name__)

REMEMBER_AFTER = 300
"""Milliseconds without another change, after which the settings are saved."""

WATCH_AFTER = 1500
"""Milliseconds after the first picture of the window, before folders are watched again: what is opened goes first."""

PICTURE_AT_THE_LATEST = 60_000
"""Milliseconds after which the rest is started although there is no picture: a drive may not answer."""

PATIENCE_ON_REQUEST = 0.5
"""Seconds for jobs and settings to end where a signal asks for it; see `job_runner.PATIENCE`."""

PAINTED_AT_THE_LATEST = 1000
"""Milliseconds after which the rest is built although the window was never painted: minimised, on another desktop."""

TRIM_EVERY = 4
"""Images opened between two returns of free memory.

glibc keeps the memory of images that are closed: 1,026 MB after 500 of them. A fixed M_MMAP_THRESHOLD bounds that
too, but made the click slower (118 to 139 ms to the picture of a JPEG Lossless image of 3000 x 2500 against 79 to
89 ms, `benchmarks.bench_window`, two runs each in turns).
"""


class App:
    """Window, presenters and workers of one run.

    Made in two steps: the window here, `room` and the decoder when they are first used or, at the latest, once `start`
    has painted the window.

    Parameters
    ----------
    paths : AppPaths
        Where settings are kept and heads are looked for.
    with_head : bool
        False starts no model process.
    decoder : DecoderPool, optional
        What reads files, where it was started earlier than the window; closed with the window.
    """

    def __init__(self, paths: AppPaths, *, with_head: bool = True, decoder: DecoderPool | None = None) -> None:
        self._paths = paths
        self._news = _News()
        self._store = SettingsStore(paths.config, self._news.sentence.emit)
        self._with_head = with_head
        self._closed = False
        self._ended = False
        self._patience = PATIENCE
        settings = self._store.current
        self._decoder = decoder
        self._room: ReadingRoom | None = None
        self._files: RecodingReader | None = None
        self._started: tuple[Path, ...] | None = None
        self._demo = self._empty = False
        self._rest_started = False
        self._opened = itertools.count(1)
        self.jobs = QtJobRunner()
        language.install(settings.language)
        self.window = MainWindow()
        self.window.last_folder = settings.last_folder
        self.window.library_columns = settings.library_columns
        self.window.use_keys(settings.shortcuts)
        self.window.screens = dict(settings.screens)
        self.window.screens_changed.connect(lambda screens: self._store.change_soon(screens=screens))
        self.window.use_theme(settings.theme)
        self.window.theme_chosen.connect(self._choose_theme)
        self.window.mark_language(settings.language)
        self.window.language_chosen.connect(self._choose_language)
        self.window.command_actions.keys_changed.connect(self._keep_keys)
        self._news.sentence.connect(self.window.notify, Qt.ConnectionType.QueuedConnection)
        self._news.further.connect(self.window.add, Qt.ConnectionType.QueuedConnection)
        self._to_remember = QTimer(self.window)
        self._to_remember.setSingleShot(True)
        self._to_remember.setInterval(REMEMBER_AFTER)
        self._to_remember.timeout.connect(self._keep_settings)
        self.window.restore(settings.window_geometry, settings.window_state)
        self.window.places = settings.further_windows
        self.window.room_needed.connect(self._join)
        self.window.painted.connect(self._after_paint)
        self.window.closing.connect(self.close)
        self.window.changed.connect(self._to_remember.start)
        self.window.demo_requested.connect(self.open_demo)
        self._heads: HeadsPresenter | None = None
        self._head_store: HeadStore | None = None
        self._processes = _Processes(self.window)
        self._search: HeadSearch | None = None
        self.window.heads_requested.connect(self.open_heads)
        self.window.heads_dropped.connect(lambda packs: self.open_heads(*packs))

    @property
    def room(self) -> ReadingRoom:
        """What is behind the window."""
        self._join()
        assert self._room is not None
        return self._room

    @property
    def decoder(self) -> DecoderPool:
        """What reads files."""
        if self._decoder is None:
            from cxrviewer.decoder.client import DecoderPool

            self._decoder = DecoderPool.for_window()
        return self._decoder

    def start(self, files: tuple[Path, ...], *, demo: bool = False, empty: bool = False) -> None:
        """Show the window; everything else follows once it is on the screen. `empty` as in `run_window`."""
        self._started, self._demo, self._empty = files, demo, empty
        self.window.show()
        notice = self._store.take_notice()
        if notice:
            self.window.notify(notice)
        QTimer.singleShot(PAINTED_AT_THE_LATEST, self.window, self._after_paint)

    def open_demo(self) -> None:
        """Make the phantom study off the GUI thread where needed, then open it."""
        folder = self._paths.cache / "demo"

        def make(cancel: CancelToken) -> list[Path]:
            from cxrviewer.demo import ensure_demo

            return ensure_demo(folder, cancel)

        self.window.notify(tr("Making the demo study, a phantom…"))
        # Not among the scans: it takes seconds, and a file that the reader opens meanwhile would wait for it.
        self.jobs.submit(Lane.AHEAD, "demo", make, on_done=self._demo_made, on_failed=self._demo_failed)

    def open_heads(self, *packs: Path) -> None:
        """Show the Heads dialog, and install `packs`."""
        from cxrviewer.heads.registry.discover import shipped_folder
        from cxrviewer.heads.registry.store import HeadStore
        from cxrviewer.presenters.heads import HeadsPresenter
        from cxrviewer.qt.heads_dialog import HeadsDialog

        if self._heads is None:
            self._head_store = store = HeadStore(self._paths.heads, shipped_folder(), isolated=True)
            self._heads = HeadsPresenter(store, self.jobs, _Preferences(self._store), self._start_heads)
        if not self._heads.attached:
            HeadsDialog(self._heads, self.window).open()
        if packs:
            self._heads.install_all(packs)

    def _join(self) -> None:
        """Build what is behind the window, once."""
        if self._room is None:
            with _no_collections():
                self._build_room()

    def _build_room(self) -> None:
        from cxrviewer.presenters.head_plans import HeadSearch
        from cxrviewer.presenters.reading_room import ReadingRoom
        from cxrviewer.studies.index.chosen_charsets import ChosenCharsets, RecodingReader
        from cxrviewer.studies.index.files import FOLDER, USER_NAME, LibraryFiles
        from cxrviewer.studies.thumbnail_cache import ThumbnailCache

        paths, settings, decoder = self._paths, self._store.current, self.decoder
        files = self._files = RecodingReader(decoder, ChosenCharsets(paths.data / FOLDER / USER_NAME))
        room = self._room = ReadingRoom(
            self.window,
            self.jobs,
            read_header=files.read_header,
            read_directory=decoder.read_directory,
            read_ahead=decoder.read_ahead,
            list_members=decoder.list_members,
            open_image=self._open_image,
            open_ahead=self._open_ahead,
            read_thumbnail=files.thumbnail,
            thumbnail=_thumbnail,
            readings=paths.data / "readings",
            check_readings=decoder.check_readings,
            make_copy=files.deidentify,
            read_tags=files.list_tags,
            templates=paths.config / "templates",
            workspaces=paths.data / "workspaces",
            ai_enabled=settings.ai_enabled,
            layer_visible=settings.map_visible,
            opacity=settings.map_opacity,
            colours=settings.colour_map,
            hide_identity=settings.hide_identity,
            snap_to_ends=settings.snap_to_ends,
            hang_priors=settings.hang_priors,
            timeline_shown=settings.timeline_shown,
            thumbnails=ThumbnailCache(paths.cache / "thumbnails"),
            library=LibraryFiles(
                paths.data, paths.cache, paths.config / "hanging.toml", resources_dir() / "hanging.toml"
            ),
            library_reader=decoder,
        )
        self.window.use(room)
        room.privacy.listen(self._to_remember.start)
        self._search = HeadSearch(paths.heads, on_change=self._processes.changed.emit)
        self._processes.changed.connect(room.findings.processes_changed, Qt.ConnectionType.QueuedConnection)

    def _start_heads(self) -> None:
        # Read here, on the GUI thread: the search runs on another one and must not touch the settings.
        self._join()
        settings, search = self._store.current, self._search
        assert search is not None, "_join made it"
        default, disabled = settings.head_id, settings.disabled_heads
        self.room.start_heads(lambda: search.plans(default, disabled))

    def end(self, signal_number: int) -> None:
        """Close the window and end the program because the system or the terminal asks for it, without delay."""
        self._patience = PATIENCE_ON_REQUEST
        QApplication.setQuitOnLastWindowClosed(False)  # its own end may come later, and would replace the status by 0
        self.window.close()
        # Not the last window's own end: a file dialog may run an event loop of its own above it.
        QApplication.exit(128 + signal_number)  # as shells count

    def notify(self, text: str) -> None:
        """Put a sentence into the status bar, from any thread."""
        self._news.sentence.emit(translated(text))

    def add(self, text: str) -> None:
        """Put a sentence behind that of the status bar, from any thread: it matters less than what stands there."""
        self._news.further.emit(translated(text))

    def close(self) -> bool:
        """End model, workers and settings; quick, and harmless when called again.

        Returns
        -------
        bool
            Whether all workers have ended (`QtJobRunner.shutdown`).
        """
        if self._closed:
            return self._ended
        self._closed = True
        independently(
            self._keep_settings,  # before anything that may hang
            self._close_settings,
            self._close_room,  # first of the workers: an image being scored fails at once instead of being waited for
            self._close_search,
            self._close_head_store,
            self._end_jobs,  # with the decoder, whose processes also end what hangs in the system
            self._close_room,  # a model that was only just being made
            self._close_library,
        )
        return self._ended

    def _close_room(self) -> None:
        if self._room is not None:
            self._room.close()

    def _close_search(self) -> None:
        if self._search is not None:
            self._search.close()

    def _close_head_store(self) -> None:
        if self._head_store is not None:
            self._head_store.close()

    def _close_library(self) -> None:
        if self._room is not None:
            self._room.close_library()

    def _end_jobs(self) -> None:
        decoder_ended = self._decoder is None or self._decoder.close()
        self._ended = self.jobs.shutdown(self._patience) and decoder_ended

    def _open_image(self, path: Path, cancel: CancelToken, frame: int = 0, /) -> Image:
        self._trim()
        assert self._files is not None, "_join made it"
        return self._files.open_image(path, frame, cancel)

    def _open_ahead(self, path: Path, cancel: CancelToken, frame: int = 0, /) -> Image:
        self._trim()
        assert self._files is not None, "_join made it"
        return self._files.open_image(path, frame, cancel, urgent=False)

    def _trim(self) -> None:
        if next(self._opened) % TRIM_EVERY == 0:
            return_free_memory()

    def _after_paint(self) -> None:
        files, self._started = self._started, None
        if files is None or self._closed:
            return
        self._join()
        if files:
            self._await_picture()
            self.room.hold()  # until `complete`
            try:
                self.window.open_paths(files, empty=self._empty)
            finally:
                if not self.jobs.busy:  # nothing of it can be opened
                    self._start_rest()
            return
        if self._empty:
            self.window.open_paths((), empty=True)
        if not self._store.current.tour_seen:
            self.window.show_tour()
            self._store.change_soon(tour_seen=True)  # shown once, however it is left
        self._start_rest()

    def _await_picture(self) -> None:
        """Start the rest once what was named is on the screen: on two cores it would take half of the time from it."""

        def look(facts: Facts) -> None:
            if Fact.IMAGE in facts and not self._rest_started:
                self.window.later(0, self._start_rest)  # the presenter is still showing it

        self.window.commands.listen(look)
        self.jobs.idle.connect(self._start_rest)  # it could not be opened
        self.window.later(PICTURE_AT_THE_LATEST, self._start_rest)

    def _start_rest(self) -> None:
        """Start what no reader waits for yet, once: the second decoder, tidying, the heads, watching.

        A part that fails reaches the crash dialog and costs none of the others: nobody starts them later.
        """
        if self._closed or self._rest_started:
            return
        self._rest_started = True
        parts = (
            *((self.open_demo,) if self._demo else ()),
            self.decoder.end_begun,
            self.decoder.start,
            self.room.complete,
            self._tidy,
            *((self._start_heads,) if self._with_head else ()),
            self._watch_soon,
        )
        with contextlib.ExitStack() as stack:
            for part in reversed(parts):
                stack.callback(part)

    def _tidy(self) -> None:
        """Remove what killed runs left, and readings that were deleted long ago, in a thread that nobody waits for."""
        folders = self._paths.config, self._paths.heads, self._paths.cache / "demo", self._paths.cache / "thumbnails"
        readings = self._paths.data / "readings"

        cache = self._paths.cache

        def tidy() -> None:
            from cxrviewer.reading.shelf import purge
            from cxrviewer.studies.index.files import DISCS, FOLDER
            from cxrviewer.studies.media import sweep_copies

            for folder in folders:
                sweep(folder)
            purge(readings)
            sweep_copies(cache / FOLDER / DISCS)

        threading.Thread(target=tidy, name="sweep", daemon=True).start()

    def _watch_soon(self) -> None:
        if self.room.library is not None:
            self.window.later(WATCH_AFTER, self.room.library.resume_watching)
        self.room.offer_library()

    def _demo_made(self, files: list[Path]) -> None:
        self.room.opened_paths.overtaken()
        self.room.open_paths(tuple(files))
        self.window.notify(tr("The demo study is a computed phantom, nobody's film."))

    def _demo_failed(self, error: Exception) -> None:
        message = (
            translated(error.user_message) if isinstance(error, CxrError) else tr("The demo study could not be made.")
        )
        self.window.notify(message)

    def _choose_theme(self, name: str) -> None:
        self.window.use_theme(name)
        self._store.change_soon(theme=name)

    def _choose_language(self, name: str) -> None:
        self.window.mark_language(name)
        self._store.change_soon(language=name)
        self.window.notify(language.restart_note(name))

    def _keep_keys(self) -> None:
        self._store.change_soon(shortcuts=dict(self.window.command_actions.keys.changes))

    def _keep_settings(self) -> None:
        """Have saved how the window is used now."""
        geometry, state = self.window.keep()
        room = self._room
        if room is not None:
            self._store.change_soon(
                ai_enabled=room.findings.enabled,
                map_visible=room.layer.visible,
                map_opacity=room.layer.opacity,
                colour_map=room.layer.colours,
                hide_identity=room.privacy.hidden,
                snap_to_ends=room.snapping.on,
                hang_priors=room.hangs.on,
                timeline_shown=room.timeline_shown,
            )
        self._store.change_soon(
            last_folder=self.window.last_folder,
            library_columns=self.window.library_columns,
            further_windows=self.window.keep_windows(),
            window_geometry=geometry,
            window_state=state,
        )

    def _close_settings(self) -> None:
        self._to_remember.stop()
        self._store.close(self._patience)


@contextlib.contextmanager
def _no_collections() -> Iterator[None]:
    """Keep the collector from looking through what is being loaded, all of which stays: 25 ms of a launch."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class _News(QObject):
    """Brings a sentence for the status bar to the GUI thread."""

    sentence = Signal(str)
    further = Signal(str)


class _Processes(QObject):
    """Brings the news that a model process was ended to the GUI thread."""

    changed = Signal()


class _Preferences:
    """The part of the settings that is about heads."""

    def __init__(self, store: SettingsStore) -> None:
        self._store = store

    @property
    def default(self) -> str:
        return self._store.current.head_id

    @property
    def disabled(self) -> tuple[str, ...]:
        return self._store.current.disabled_heads

    def keep(self, default: str, disabled: tuple[str, ...]) -> None:
        self._store.change(head_id=default, disabled_heads=disabled)


def run_window(
    paths: Sequence[Path] = (), *, demo: bool = False, empty: bool = False, decoder: DecoderPool | None = None
) -> int:
    """Open the window on files and folders and run until it is closed; the exit status.

    Parameters
    ----------
    paths : sequence of Path
        What to open; empty shows the start page.
    demo : bool
        Open the phantom study, making it first where needed.
    empty : bool
        An empty path was given beside `paths`, which the window says.
    decoder : DecoderPool, optional
        See `App`.
    """
    forbid_core_dumps()
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("cxrviewer")
    # Names the menu entry the window belongs to; X11 and Wayland take the icon of the task bar from it.
    application.setDesktopFileName("org.cxrviewer.viewer")
    icon = program_icon()
    if icon is not None:
        application.setWindowIcon(icon)
    theme.apply(application)
    folders = AppPaths.for_user()
    app = App(folders, decoder=decoder)
    try:
        handler = start_logging(folders.logs, on_lost=app.add)
    except SettingsError as error:
        # Without any handler Python prints messages with their arguments, which may name a patient.
        handler = logging.NullHandler()
        logging.getLogger().addHandler(handler)
        app.notify(translated(error.user_message))
    net = CrashNet(app.window)
    net.install()
    signals = SignalNet(app.window)
    signals.requested.connect(app.end)
    signals.install()
    try:
        app.start(tuple(paths), demo=demo, empty=empty)
        close_splash()
        status = application.exec()
    finally:
        ended = app.close()
        independently(signals.remove, net.remove, lambda: stop_logging(handler))
    if not ended:
        # A read hangs in the system. Settings and log are on the disk, the models have ended; waiting would leave
        # a process without a window that nobody can end but by force.
        os._exit(status)
    return status


def _thumbnail(radiograph: Radiograph) -> npt.NDArray[np.uint8]:
    from cxrviewer.imaging.thumbnails import thumbnail

    return thumbnail(radiograph)
