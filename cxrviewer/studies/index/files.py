"""Where the library's files lie, and opening them together."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from cxrviewer.paths import AppPaths
from cxrviewer.studies.index.store import Index
from cxrviewer.studies.index.user_store import UserStore

FOLDER = "library"
INDEX_NAME, USER_NAME = "index.sqlite", "user.sqlite"
DISCS = "discs"
"""Folder of the copies of discs, beside the index."""


@contextlib.contextmanager
def open_index(paths: AppPaths | None = None) -> Iterator[Index]:
    """Open this account's library and close it at the end.

    Raises
    ------
    NewerLibraryError, LibraryError
        See `Index`.
    """
    folders = AppPaths.for_user() if paths is None else paths
    user = UserStore(folders.data / FOLDER / USER_NAME)
    try:
        index = Index(folders.cache / FOLDER / INDEX_NAME, user)
        try:
            yield index
        finally:
            index.close()
    finally:
        user.close()
