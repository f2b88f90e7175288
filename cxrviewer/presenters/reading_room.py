"""Joins the presenters of one window: what is selected is opened, what is opened is scored."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from cxrviewer.commands.registry import Registry
from cxrviewer.errors import FileGoneError
from cxrviewer.heads.contract import CancelToken
from cxrviewer.imaging.contents import SmallPicture
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.stamp import still_holds
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.log import independently
from cxrviewer.presenters.annotations import AnnotationsPresenter, AnnotationsView
from cxrviewer.presenters.film import FilmPresenter, FilmView, OpenedFilm, OpenFilm
from cxrviewer.presenters.findings import FindingsPresenter, FindingsView, HeadName, Scorer
from cxrviewer.presenters.layer import LayerPresenter, LayerView
from cxrviewer.presenters.readings import Readings
from cxrviewer.presenters.room_commands import handlers
from cxrviewer.presenters.words import sentence
from cxrviewer.presenters.worklist import MakeThumbnail, Thumbnail, WorklistPresenter, WorklistView
from cxrviewer.studies.library import FilmEntry
from cxrviewer.studies.scan import DirectoryReader, HeaderReader, ReadAhead

HEAD_SLOT = "head"

Note = Callable[[Scorer], None]
ReadThumbnail = Callable[[Path, CancelToken], SmallPicture]


@dataclass(frozen=True, slots=True)
class HeadPlan:
    """A head that is on and how to get its model; `make` runs on a worker's thread.

    `make` hands the scorer to its argument as soon as it exists and returns it when it is
    ready: a window closed between the two must still end the model's process.
    """

    name: HeadName
    make: Callable[[Note], Scorer]


class RoomView(Protocol):
    """The window's parts; one object may be several of them."""

    @property
    def film_view(self) -> FilmView: ...
    @property
    def findings_view(self) -> FindingsView: ...
    @property
    def layer_view(self) -> LayerView: ...
    @property
    def worklist_view(self) -> WorklistView: ...
    @property
    def annotations_view(self) -> AnnotationsView: ...
    @property
    def commands(self) -> Registry: ...

    def tell(self, text: str) -> None:
        """Bring a sentence to the reader."""
        ...

    def later(self, milliseconds: int, call: Callable[[], None]) -> None:
        """Call something once, later, on this thread; never after the window is gone."""
        ...


class _Models:
    """The scorers that exist. Noted on worker threads, closed on the GUI thread; safe from any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scorers: list[Scorer] = []

    def note(self, scorer: Scorer) -> None:
        with self._lock:
            self._scorers.append(scorer)

    def keep(self, wanted: Collection[Scorer]) -> None:
        """Forget all others: whoever looked for heads has closed them."""
        with self._lock:
            self._scorers = [scorer for scorer in self._scorers if scorer in wanted]

    def close(self) -> None:
        with self._lock:
            scorers, self._scorers = self._scorers, []
        independently(*(scorer.close for scorer in scorers))


class ReadingRoom:
    """Everything behind the window. Built once by `app.py`, driven by the widgets' signals.

    Parameters
    ----------
    view : RoomView
    jobs : JobRunner
    read_header, read_directory, open_film, read_thumbnail : callable
        ``(path, cancel)`` to a header, file IDs, a film or a small picture; see `decoder.client.DecoderPool`.
    read_ahead : callable, optional
        See `studies.scan.Scan`.
    thumbnail : callable
        `imaging.thumbnails.thumbnail`: the small picture of a film that is decoded already.
    readings : Path, optional
        Folder where what the reader draws is kept; without it, in memory only.
    ai_enabled, layer_visible, opacity, colours
        How the panels start; see `Settings`.
    """

    def __init__(
        self,
        view: RoomView,
        jobs: JobRunner,
        *,
        read_header: HeaderReader,
        read_directory: DirectoryReader,
        read_ahead: ReadAhead | None = None,
        open_film: OpenFilm,
        read_thumbnail: ReadThumbnail,
        thumbnail: Callable[[Radiograph], Thumbnail],
        readings: Path | None = None,
        ai_enabled: bool = True,
        layer_visible: bool = False,
        opacity: float = 0.45,
        colours: str = "inferno",
    ) -> None:
        self._jobs = jobs
        self._read_thumbnail, self._thumbnail = read_thumbnail, thumbnail
        self._models = _Models()
        self._to_start: deque[HeadPlan] = deque()
        self._names: tuple[HeadName, ...] | None = None
        commands = view.commands
        self.layer = LayerPresenter(
            view.layer_view, visible=layer_visible, opacity=opacity, colours=colours, facts=commands
        )
        self.readings = Readings(readings, jobs, view.tell, view.later)
        self.annotations = AnnotationsPresenter(view.annotations_view, self.readings, tell=view.tell, facts=commands)
        self.film = FilmPresenter(
            view.film_view,
            jobs,
            open_film,
            still_holds=still_holds,
            on_opened=self._opened,
            on_renewed=self._renewed,
            on_failed=self._undecodable,
            on_stale=self._stale,
            recall=self.annotations.recall,
            on_looked=self.annotations.look,
            facts=commands,
        )
        self.worklist = WorklistPresenter(
            view.worklist_view,
            jobs,
            read_header,
            read_directory,
            self._small,
            on_selected=self._selected,
            on_replaced=self._replaced,
            on_nothing=self._nothing,
            read_ahead=read_ahead,
            facts=commands,
        )
        self.findings = FindingsPresenter(
            view.findings_view, jobs, self.layer.show, self.worklist.status, enabled=ai_enabled, facts=commands
        )
        commands.bind(handlers(self))

    def open_paths(self, paths: tuple[Path, ...]) -> None:
        self.worklist.open_paths(paths)

    def close_all(self) -> None:
        self.worklist.close_all()
        self.annotations.close()
        self.film.close()
        self.findings.clear()

    def start_heads(self, find: Callable[[], Sequence[HeadPlan]]) -> None:
        """Find the heads that are on and start those that are new, off the GUI thread, the default one first.

        Called again after heads were installed, switched or removed: the ones that stayed the
        same keep their process and their answers.
        """
        self._to_start.clear()
        self._jobs.submit(
            Lane.INFER,
            HEAD_SLOT,
            lambda cancel: tuple(find()),
            on_done=self._found_heads,
            on_failed=self._no_heads,
        )

    def request_map(self) -> None:
        """Compute the chosen finding's map and show it; asked again meanwhile, stop."""
        if self.findings.computing_map:
            self.findings.cancel_map()
        else:
            self.layer.set_visible(True)
            self.findings.request_map()

    def _found_heads(self, plans: tuple[HeadPlan, ...]) -> None:
        names = tuple(plan.name for plan in plans)
        if self._names is not None and names != self._names:
            self.worklist.outdate()
        self._names = names
        # What is no longer wanted has been closed by `find`; what is, is noted again when it is ready.
        self._models.keep(self.findings.scorers)
        wanted = self.findings.expect(names)
        self._to_start.extend(plan for plan in plans if plan.name in wanted)
        self._start_next()

    def _no_heads(self, error: Exception) -> None:
        if self._names:
            self.worklist.outdate()
        self._names = ()
        self.findings.no_head(sentence(error, "Starting the model"))

    def _start_next(self) -> None:
        """Start one model; the next only when this one has been asked about the film: its answer comes first."""
        if not self._to_start:
            return
        plan, note = self._to_start.popleft(), self._models.note

        def work(cancel: CancelToken) -> Scorer:
            cancel.raise_if_cancelled()
            return plan.make(note)

        def done(scorer: Scorer) -> None:
            self.findings.use(scorer)
            self._start_next()

        def failed(error: Exception) -> None:
            self.findings.unusable(plan.name.key, sentence(error, "Starting the model"))
            self._start_next()

        self._jobs.submit(Lane.INFER, HEAD_SLOT, work, on_done=done, on_failed=failed)

    def close(self) -> None:
        """End the models, from whatever they are doing; safe to call again."""
        self._to_start.clear()
        independently(self.readings.close, self._models.close)

    def _selected(self, entry: FilmEntry) -> None:
        # Findings leave the screen in the same turn of the event loop as their film.
        self.findings.opening()
        self.annotations.close()
        self.film.open(entry)

    def _replaced(self, entry: FilmEntry) -> None:
        self.findings.opening()
        self.annotations.close()
        self.film.open(entry, changed=True)

    def _renewed(self, entry: FilmEntry) -> None:
        self.worklist.renew(entry)

    def _stale(self, entry: FilmEntry) -> None:
        # Neither a film nor what was listed: the scan finds out what it is, and the row follows.
        self.worklist.look_again(entry.path)

    def _opened(self, film: OpenedFilm) -> None:
        self.annotations.show()
        self.findings.open(film.entry.key, film.radiograph)

    def _undecodable(self, entry: FilmEntry, error: Exception) -> None:
        if isinstance(error, FileGoneError):
            self.findings.gone(entry.key, error.user_message)
        else:
            self.findings.undecodable(entry.key)

    def _nothing(self, title: str, message: str) -> None:
        self.annotations.close()
        self.film.failure(title, message)
        self.findings.clear()

    def _small(self, entry: FilmEntry) -> MakeThumbnail:
        # Looked up here, on the GUI thread: the work below must not touch a presenter.
        kept = self.film.kept(entry.key)
        path, read, thumbnail = entry.path, self._read_thumbnail, self._thumbnail

        def make(cancel: CancelToken) -> SmallPicture:
            if kept is None or not still_holds(path, kept.header.stamp):
                return read(path, cancel)
            return SmallPicture(kept.header, np.ascontiguousarray(thumbnail(kept.radiograph)))

        return make
