"""How the viewports were arranged, as a file: one for each set of files and folders that were opened together.

The file holds paths and UIDs, hence it lies in the user's data folder and is never logged.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

import msgspec

from cxrviewer.reading.values import ImageRef, Value, ViewState
from cxrviewer.workspace.layout import MAX_VIEWPORTS, Aspect, Layout, Viewport, Workspace

FORMAT = 1
MAX_BYTES = 2**20
"""A larger file is damaged."""
MAX_FILES = 200
"""Older files are removed."""
SUFFIX = ".workspace"


class SavedViewport(Value, frozen=True, omit_defaults=True):
    """One viewport.

    Attributes
    ----------
    path : str
        Where the file of its image was (`path_text`); empty for a viewport without an image.
    image : ImageRef or None
    view : ViewState or None
        How the image was seen in this viewport; two viewports may show one image differently.
    synced : tuple of Aspect
    joined : bool
    missed : tuple of str
        See `Pane.missed`. A version that does not know it opens as on a fresh start, rather than without it.
    """

    path: str = ""
    image: ImageRef | None = None
    view: ViewState | None = None
    synced: tuple[Aspect, ...] = tuple(Aspect)
    joined: bool = True
    missed: tuple[str, ...] = ()


class SavedWorkspace(Value, frozen=True):
    """The arrangement of a window.

    Attributes
    ----------
    layout : str
        Name of a `Layout`.
    windows : tuple of int
        Viewports that have a window of their own.
    home : int
        See `Workspace`.
    own : bool
        The program hung it so, and the reader has changed neither layout nor images.
    """

    layout: str
    viewports: tuple[SavedViewport, ...]
    active: int = 0
    single: bool = False
    format: int = FORMAT
    windows: tuple[int, ...] = ()
    home: int = -1
    own: bool = False

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise ValueError("an arrangement of another version")
        self.workspace()  # raises for a layout or a number that does not exist

    def workspace(self) -> Workspace:
        """Return the layout with empty viewports."""
        if self.layout not in Layout.__members__:
            raise ValueError(f"there is no layout {self.layout!r}")
        viewports = tuple(Viewport(None, frozenset(one.synced), joined=one.joined) for one in self.viewports)
        viewports += (Viewport(),) * (MAX_VIEWPORTS - len(viewports))  # of a version without windows
        return Workspace(Layout[self.layout], viewports, self.active, self.single, self.windows, self.home)

    def to_bytes(self) -> bytes:
        return msgspec.json.encode(self)


def saved(
    workspace: Workspace,
    shown: Iterable[tuple[str, ImageRef | None, ViewState | None]],
    *,
    own: bool = False,
    missed: Mapping[int, tuple[str, ...]] | None = None,
) -> SavedWorkspace:
    """Return the value of a workspace.

    Parameters
    ----------
    shown : iterable of tuple
        Path, image and view of each viewport, by its number.
    own : bool
        See `SavedWorkspace`.
    missed : mapping, optional
        Number of a viewport to what `SavedViewport` says.
    """
    given = [*shown]
    given += [("", None, None)] * (MAX_VIEWPORTS - len(given))
    viewports = tuple(
        SavedViewport(
            *one,
            tuple(aspect for aspect in Aspect if aspect in viewport.synced),
            viewport.joined,
            (missed or {}).get(number, ()),
        )
        for number, (one, viewport) in enumerate(zip(given, workspace.viewports, strict=True))
    )
    return SavedWorkspace(
        workspace.layout.name,
        viewports,
        workspace.active,
        workspace.single,
        windows=workspace.windows,
        home=workspace.home,
        own=own,
    )


def read(data: bytes) -> SavedWorkspace | None:
    """Return the arrangement of a file's bytes, None for damage or another version of the program."""
    if len(data) > MAX_BYTES:
        return None
    try:
        return msgspec.json.decode(data, type=SavedWorkspace)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def path_text(path: Path) -> str:
    """Return a path as ASCII; names need not be text in any encoding."""
    return quote_from_bytes(os.fsencode(path))


def text_path(text: str) -> Path:
    """Return the path of `path_text`."""
    return Path(os.fsdecode(unquote_to_bytes(text)))


def file_name(roots: Iterable[Path]) -> str:
    """Return the name of the file for what was opened together; its order does not count.

    From the name nobody reads what that was.
    """
    names = sorted({os.fsencode(root) for root in roots})
    return hashlib.sha256(b"\0".join(names)).hexdigest()[:40] + SUFFIX
