"""Finds on the disk what a DICOMDIR names."""

from __future__ import annotations

import os
import re
from pathlib import Path

from cxrviewer.imaging.contents import FileId
from cxrviewer.text import msg

MISSING = msg("The DICOMDIR names this file, but it is not there.")
NO_FILE = msg("The DICOMDIR names a folder where a file should be; it is not read.")
OUTSIDE = msg("The DICOMDIR refers to a file outside its own folder, which is not read.")

_VERSION = re.compile(r";[0-9]+$")
_FORBIDDEN = frozenset("/\\:\0")


class FileSet:
    """The folder of a DICOMDIR.

    Discs are written and mounted in many ways: names come in lower case, or as ISO 9660 stores
    them, with a trailing dot and a version (``IM000001.;1``).

    Parameters
    ----------
    folder : Path
        Where the DICOMDIR lies. Nothing outside of it is ever returned, not through links either.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._real = os.path.realpath(folder)
        self._names: dict[Path, dict[str, str]] = {}

    def path(self, file_id: FileId) -> Path:
        """Return where a file would lie by its name alone; for the screen."""
        return self._folder.joinpath(*(part.replace("/", "_") for part in file_id))

    def find(self, file_id: FileId) -> Path | str:
        """Return the file with this ID, or why there is none."""
        if any(part in (".", "..") or not _FORBIDDEN.isdisjoint(part) for part in file_id):
            return OUTSIDE
        found = self._folder
        for part in file_id:
            name = self._in(found).get(_plain(part))
            if name is None:
                return MISSING
            found = found / name
        real = os.path.realpath(found)
        if os.path.commonpath((real, self._real)) != self._real:
            return OUTSIDE
        # Of a folder everything below would be read, links out of the disc included.
        return NO_FILE if os.path.isdir(real) else found

    def _in(self, folder: Path) -> dict[str, str]:
        """Return the names in a folder by what they are compared by."""
        if folder not in self._names:
            try:
                names = sorted(os.listdir(folder), reverse=True)
            except OSError:
                names = []
            self._names[folder] = {_plain(name): name for name in names}
        return self._names[folder]


def _plain(name: str) -> str:
    return _VERSION.sub("", name).rstrip(".").casefold()
