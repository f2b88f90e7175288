"""The elements of a header as rows for reading. Without pydicom: the window never parses a file itself."""

from __future__ import annotations

from msgspec import Struct


class TagRow(Struct, frozen=True):
    """An element, or an item of a sequence.

    Attributes
    ----------
    depth : int
        0 for the data set itself; items and their elements are below their sequence.
    tag, name, vr : str
        ``(0010,0010)``, ``Patient's Name``, ``PN``; an item has only a name, such as ``Item 1``.
    value : str
        Several values with backslashes between them; cut where long.
    length : int
        Letters or bytes of the whole value where it was cut or is binary, else 0.
    binary : bool
    identifies : bool
        It may tell who or when, and is not shown while identity is hidden.
    """

    depth: int
    tag: str
    name: str
    vr: str
    value: str = ""
    length: int = 0
    binary: bool = False
    identifies: bool = False


class TagList(Struct, frozen=True):
    """The rows of a header in the order of the file; not `complete` where it has more than fit."""

    rows: tuple[TagRow, ...]
    complete: bool
