"""Finds on the disk, or in a ZIP, what a DICOMDIR names."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from cxrviewer.imaging.contents import FileId
from cxrviewer.imaging.member_paths import member_path
from cxrviewer.text import msg

MISSING = msg("The DICOMDIR names this file, but it is not there.")
NO_FILE = msg("The DICOMDIR names a folder where a file should be; it is not read.")
OUTSIDE = msg("The DICOMDIR refers to a file outside its own folder, which is not read.")

_VERSION = re.compile(r";[0-9]+$")
_FORBIDDEN = frozenset("\\:\0")


class FileSet:
    """The folder of a DICOMDIR.

    Discs are written and mounted in many ways: names come in lower case, or as ISO 9660 stores
    them, with a trailing dot and a version (``IM000001.;1``). Some writers put a whole path with
    slashes where the parts of it belong.

    Parameters
    ----------
    folder : Path
        Where the DICOMDIR lies. Nothing outside of it is ever returned, not through links either.
    elsewhere : FileSet, optional
        Where a file lies that is not in `folder`.
    """

    def __init__(self, folder: Path, elsewhere: FileSet | None = None) -> None:
        self._folder = folder
        self._elsewhere = elsewhere
        self._real = os.path.realpath(folder)
        self._names: dict[Path, dict[str, str]] = {}
        self._inside: dict[Path, bool] = {}

    @classmethod
    def of(cls, directory: Path) -> FileSet:
        """Return the files of a DICOMDIR; of a link to one they lie beside it, or beside what it leads to."""
        if not os.path.islink(directory):
            return cls(directory.parent)
        return cls(directory.parent, cls(Path(os.path.realpath(directory)).parent))

    def path(self, file_id: FileId) -> Path:
        """Return where a file would lie by its name alone; for the screen."""
        return self._folder.joinpath(*(part.replace("/", "_") for part in file_id))

    def find(self, file_id: FileId) -> Path | str:
        """Return the file with this ID, or why there is none."""
        parts = [part for whole in file_id for part in whole.split("/")]
        if any(part in ("", ".", "..") or not _FORBIDDEN.isdisjoint(part) for part in parts):
            return OUTSIDE
        found = self._find(parts)
        if found == MISSING and self._elsewhere is not None:
            other = self._elsewhere.find(file_id)
            return other if isinstance(other, Path) else found
        return found

    def _find(self, parts: list[str]) -> Path | str:
        found = self._folder
        for part in parts:
            name = self._in(found).get(_plain(part))
            if name is None:
                return MISSING
            found = found / name
        try:
            mode = found.lstat().st_mode
        except OSError:
            return MISSING
        # What is no link lies where its folder does, which is resolved once for all that is in it.
        inside = self._lies_inside(os.path.realpath(found)) if stat.S_ISLNK(mode) else self._is_inside(found.parent)
        if found != self._folder and not inside:
            return OUTSIDE
        # Of a folder everything below would be read, links out of the disc included.
        return NO_FILE if os.path.isdir(found) else found

    def _is_inside(self, folder: Path) -> bool:
        if folder not in self._inside:
            self._inside[folder] = self._lies_inside(os.path.realpath(folder))
        return self._inside[folder]

    def _lies_inside(self, real: str) -> bool:
        try:
            return os.path.commonpath((real, self._real)) == self._real
        except ValueError:  # on another drive
            return False

    def _in(self, folder: Path) -> dict[str, str]:
        """Return the names in a folder by what they are compared by."""
        if folder not in self._names:
            try:
                names = sorted(os.listdir(folder), reverse=True)
            except OSError:
                names = []
            self._names[folder] = {_plain(name): name for name in names}
        return self._names[folder]


class ZippedFileSet(FileSet):
    """The files beside a DICOMDIR in a ZIP.

    Parameters
    ----------
    archive : Path
    directory : str
        Name of the DICOMDIR in it.
    names : iterable of str
        Of all that is in it.
    """

    def __init__(self, archive: Path, directory: str, names: Iterable[str]) -> None:
        super().__init__(member_path(archive, directory).parent)
        self._archive = archive
        self._above = [_plain(part) for part in directory.split("/")[:-1]]
        self._members = {tuple(map(_plain, name.split("/"))): name for name in sorted(names, reverse=True)}

    def _find(self, parts: list[str]) -> Path | str:
        name = self._members.get((*self._above, *map(_plain, parts)))
        return MISSING if name is None else member_path(self._archive, name)


def _plain(name: str) -> str:
    return _VERSION.sub("", name).rstrip(".").casefold()
