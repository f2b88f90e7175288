"""Where the library's files lie, and opening them together."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from cxrviewer.paths import AppPaths
from cxrviewer.text import Message, joined, msg

if TYPE_CHECKING:  # the first image of a launch does not wait for the library
    from cxrviewer.studies.index.store import Index
    from cxrviewer.studies.index.user_store import UserStore

FOLDER = "library"
INDEX_NAME, USER_NAME = "index.sqlite", "user.sqlite"
DISCS = "discs"
"""Folder of the copies of discs, beside the index."""

REBUILT = msg("The index was damaged and is built again. Scan the folders; status and notes are kept.")
INDEX_FOREIGN = msg(
    "In the place of the index lay a file of another program. It has been renamed and is kept; the index is built "
    "again. Scan the folders; status and notes are kept."
)
NOTES_SET_ASIDE = msg("The file with status and notes was damaged and has been set aside beside the new one.")
NOTES_FOREIGN = msg(
    "In the place of the file with status and notes lay one of another program. It has been renamed and is kept "
    "beside the new one."
)


def replacements(index: Index, user: UserStore) -> Message | None:
    """Return what was found in the place of the library's files and set aside when they were opened, None for nothing.

    The second sentence matters more where both were: notes cannot be made again.
    """
    found = []
    if index.rebuilt:
        found.append(INDEX_FOREIGN if index.database.foreign else REBUILT)
    if user.set_aside is not None:
        found.append(NOTES_FOREIGN if user.foreign else NOTES_SET_ASIDE)
    return joined(found, " ") if found else None


class LibraryFiles(Struct, frozen=True):
    """Where the library's files lie.

    Attributes
    ----------
    data, cache : Path
        See `AppPaths`.
    rules : Path
        The reader's own hanging rules; need not be there.
    shipped_rules : Path
    """

    data: Path
    cache: Path
    rules: Path
    shipped_rules: Path


@contextlib.contextmanager
def open_index(
    paths: AppPaths | None = None, *, on_replaced: Callable[[str], None] = lambda words: None
) -> Iterator[Index]:
    """Open this account's library and close it at the end.

    Parameters
    ----------
    paths : AppPaths, optional
    on_replaced : callable
        Called with the sentence that `replacements` returns, where it returns one.

    Raises
    ------
    NewerLibraryError, LibraryError
        See `Index`.
    """
    from cxrviewer.studies.index.store import Index
    from cxrviewer.studies.index.user_store import UserStore

    folders = AppPaths.for_user() if paths is None else paths
    user = UserStore(folders.data / FOLDER / USER_NAME)
    try:
        index = Index(folders.cache / FOLDER / INDEX_NAME, user)
        try:
            words = replacements(index, user)
            if words is not None:
                on_replaced(words)
            yield index
        finally:
            index.close()
    finally:
        user.close()
