"""Joins the presenters of one window: what is selected is opened, what is opened is scored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np

from cxrviewer.heads.contract import CancelToken
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.film import FilmPresenter, FilmView, OpenedFilm, OpenFilm
from cxrviewer.presenters.findings import FindingsPresenter, FindingsView, Scorer
from cxrviewer.presenters.layer import LayerPresenter, LayerView
from cxrviewer.presenters.words import sentence
from cxrviewer.presenters.worklist import Thumbnail, WorklistPresenter, WorklistView
from cxrviewer.studies.library import FilmEntry
from cxrviewer.studies.scan import HeaderReader

HEAD_SLOT = "head"


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


class ReadingRoom:
    """Everything behind the window. Built once by `app.py`, driven by the widgets' signals.

    Parameters
    ----------
    view : RoomView
    jobs : JobRunner
    read_header, open_film : callable
        See `imaging.header` and `imaging.film`.
    thumbnail : callable
        `imaging.thumbnails.thumbnail`: (radiograph) to a small grey picture.
    ai_enabled, layer_visible, opacity, colours
        How the panels start; see `Settings`.
    """

    def __init__(
        self,
        view: RoomView,
        jobs: JobRunner,
        *,
        read_header: HeaderReader,
        open_film: OpenFilm,
        thumbnail: Callable[[Radiograph], Thumbnail],
        ai_enabled: bool = True,
        layer_visible: bool = False,
        opacity: float = 0.45,
        colours: str = "inferno",
    ) -> None:
        self._jobs = jobs
        self._open_film = open_film
        self._thumbnail = thumbnail
        self._made: list[Scorer] = []
        self.layer = LayerPresenter(view.layer_view, visible=layer_visible, opacity=opacity, colours=colours)
        self.film = FilmPresenter(view.film_view, jobs, open_film, on_opened=self._opened, on_failed=self._undecodable)
        self.worklist = WorklistPresenter(
            view.worklist_view,
            jobs,
            read_header,
            self._small,
            on_selected=self._selected,
            on_nothing=self._nothing,
        )
        self.findings = FindingsPresenter(
            view.findings_view, jobs, self.layer.show, self.worklist.status, enabled=ai_enabled
        )

    def open_paths(self, paths: tuple[Path, ...]) -> None:
        self.worklist.open_paths(paths)

    def close_all(self) -> None:
        self.worklist.close_all()
        self.film.close()
        self.findings.clear()

    def start_head(self, make: Callable[[Callable[[Scorer], None]], Scorer]) -> None:
        """Start the model off the GUI thread; until it answers the panel says so.

        `make` hands the scorer to its argument as soon as it exists and returns it when it is
        ready: a window closed between the two must still end the model's process.
        """

        def work(cancel: CancelToken) -> Scorer:
            scorer = make(self._made.append)
            if cancel.cancelled:
                scorer.close()  # another head was chosen meanwhile
            return scorer

        self._jobs.submit(
            Lane.INFER,
            HEAD_SLOT,
            work,
            on_done=self.findings.use,
            on_failed=lambda error: self.findings.no_head(sentence(error, "Starting the model")),
        )

    def switch_head(self, make: Callable[[Callable[[Scorer], None]], Scorer]) -> None:
        """End the model in use and start another one; the open film is scored again with that."""
        self._jobs.cancel(HEAD_SLOT)
        self.findings.starting()
        self.close()
        self.start_head(make)

    def close(self) -> None:
        """End the model, from whatever it is doing; safe to call again."""
        while self._made:
            self._made.pop().close()

    def _selected(self, entry: FilmEntry) -> None:
        # Findings leave the screen in the same turn of the event loop as their film.
        self.findings.opening()
        self.film.open(entry)

    def _opened(self, film: OpenedFilm) -> None:
        self.findings.open(film.entry.key, film.radiograph)

    def _undecodable(self, entry: FilmEntry) -> None:
        self.findings.undecodable(entry.key)

    def _nothing(self, title: str, message: str) -> None:
        self.film.failure(title, message)
        self.findings.clear()

    def _small(self, entry: FilmEntry) -> Thumbnail:
        kept = self.film.kept(entry.key)
        radiograph = kept.radiograph if kept is not None else self._open_film(entry.path).radiograph
        return np.ascontiguousarray(self._thumbnail(radiograph))
