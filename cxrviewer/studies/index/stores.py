"""The library as a window uses it: its files opened together, with a connection of its own for reading."""

from __future__ import annotations

from pathlib import Path

from cxrviewer.studies.index.files import FOLDER, INDEX_NAME, USER_NAME, replacements
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

    Attributes
    ----------
    user : UserStore
    index, reading : Index
        The same file: one writes, one is only read.
    replaced : Message or None
        See `files.replacements`.

    Raises
    ------
    NewerLibraryError, LibraryError
        See `Index`.
    """

    def __init__(self, data: Path, cache: Path) -> None:
        self.user = UserStore(data / FOLDER / USER_NAME)
        try:
            self.index = Index(cache / FOLDER / INDEX_NAME, self.user)
            try:
                # Its own connection: the list does not wait for a scan that is writing.
                self.reading = Index(cache / FOLDER / INDEX_NAME)
            except BaseException:
                self.index.close()
                raise
        except BaseException:
            self.user.close()
            raise
        self.replaced = replacements(self.index, self.user)
        self.worklist = Worklist(self.reading.database)
        self.scores = Scores(self.index)

    def close(self) -> None:
        self.reading.close()
        self.index.close()
        self.user.close()
