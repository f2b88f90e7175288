"""The library as a window uses it: its files opened together, with a connection of its own for reading."""

from __future__ import annotations

from pathlib import Path

from cxrviewer.cancel import CancelToken
from cxrviewer.studies.index.files import FOLDER, INDEX_NAME, USER_NAME, replacements
from cxrviewer.studies.index.patience import OnWaiting, Patience
from cxrviewer.studies.index.scores import Scores
from cxrviewer.studies.index.store import Index
from cxrviewer.studies.index.user_store import UserStore
from cxrviewer.studies.index.worklist import Worklist


class Stores:
    """Index, user's store and what reads them. Safe to use from any thread.

    Parameters
    ----------
    data, cache : Path
        See `AppPaths`.
    on_waiting : callable, optional
        See `Patience`: told, from any thread, of another program that holds the files.
    cancel : CancelToken, optional
        Opening waits for such a program as long as it takes, until this is cancelled; without it, for ten seconds.

    Attributes
    ----------
    user : UserStore
    index, reading : Index
        The same file: one writes, one is only read.
    replaced : Message or None
        See `files.replacements`.

    Raises
    ------
    NewerLibraryError, LibraryError, JobCancelled
        See `Index`.
    """

    def __init__(
        self, data: Path, cache: Path, on_waiting: OnWaiting | None = None, cancel: CancelToken | None = None
    ) -> None:
        self.patience = patience = Patience() if on_waiting is None else Patience(on_waiting)
        patience.opening = cancel
        self.user = UserStore(data / FOLDER / USER_NAME, patience)
        try:
            self.index = Index(cache / FOLDER / INDEX_NAME, self.user, patience)
            try:
                # Its own connection: the list does not wait for a scan that is writing.
                self.reading = Index(cache / FOLDER / INDEX_NAME, patience=patience)
            except BaseException:
                self.index.close()
                raise
        except BaseException:
            self.user.close()
            raise
        patience.opening = None
        self.replaced = replacements(self.index, self.user)
        self.worklist = Worklist(self.reading.database, self.user.pairs)
        self.scores = Scores(self.index)

    def close(self) -> None:
        ending = CancelToken()
        ending.cancel()
        with self.patience.until(ending):  # whoever holds the files is not waited for: nothing is lost
            self.scores.close()
        self.reading.close()
        self.index.close()
        self.user.close()
