"""Paths of files inside a ZIP: the path of the ZIP, and below it the name (docs/decisions/0093)."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote

SUFFIX = ".zip"
"""What the name of an archive ends with, in any case; others are not looked into."""

_QUOTED = "%member%"


def is_archive_name(name: str) -> bool:
    """Return whether a file of this name is looked into as a ZIP."""
    return name.lower().endswith(SUFFIX)


def member_path(archive: Path, name: str) -> Path:
    """Return the path that stands for a file in a ZIP; `split_member` returns both again.

    A name that is no plain relative path (``../x``, ``/etc/x``, ``a//b``) is written as one quoted part, so that
    nothing in a ZIP can name a file outside of it.

    Examples
    --------
    >>> member_path(Path("disc.zip"), "A/IM1").as_posix(), member_path(Path("disc.zip"), "../../x").as_posix()
    ('disc.zip/A/IM1', 'disc.zip/%member%..%2F..%2Fx')
    """
    parts = name.split("/")
    plain = not name.startswith(_QUOTED) and all(part not in ("", ".", "..") for part in parts)
    if plain and "\0" not in name:
        made = archive.joinpath(*parts)
        if made.parts == (*archive.parts, *parts):  # no drive or separator of this system is hidden in a part
            return made
    return archive / f"{_QUOTED}{quote(name, safe='', errors='surrogatepass')}"


def place_of(file: Path, member: str) -> Path:
    """Return the path that stands for a file, or for a member of it where it is a ZIP; `member` is empty for none."""
    return member_path(file, member) if member else file


def split_member(path: Path) -> tuple[Path, str] | None:
    """Return the ZIP and the name in it, None for a path of the file system.

    A folder may be called ``a.zip`` too, hence the disk is asked, for such names only.
    """
    for above in path.parents:
        if is_archive_name(above.name) and _is_file(above):
            below = path.relative_to(above)
            first = below.parts[0]
            if first.startswith(_QUOTED):
                return above, unquote(first.removeprefix(_QUOTED), errors="surrogatepass")
            return above, below.as_posix()
    return None


def file_of(path: Path) -> Path:
    """Return the file on the disk that holds what `path` names: the ZIP of a member, else `path` itself."""
    held = split_member(path)
    return path if held is None else held[0]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
