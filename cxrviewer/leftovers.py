"""Temporary files and folders whose names tell who makes them, so that those of killed runs can be removed.

Only names of this form are ever removed, and only where their maker is gone: two windows, or two computers with one
home folder, must not take each other's files away.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import secrets
import shutil
import sys
import time
from pathlib import Path

STALE_SECONDS = 24 * 3600.0
"""Age from which a file goes whose maker cannot be looked up: on another computer, or on Windows."""

_MARK = re.compile(r"^\..*\.([0-9a-f]{6})-([0-9]{1,10})-[0-9a-f]{8}\.part$", re.DOTALL)


def temporary_name(name: str) -> str:
    """Return a fresh hidden name for a file or folder that later becomes `name`.

    It holds the number of this process and a hash of this computer's name.
    """
    return f".{name[:40]}.{_host()}-{os.getpid()}-{secrets.token_hex(4)}.part"


def sweep(folder: Path) -> int:
    """Remove what killed runs left in `folder`, not below it; return how much. Never raises for what cannot be."""
    removed = 0
    try:
        with os.scandir(folder) as listing:
            found = [entry for entry in listing if _MARK.match(entry.name)]
    except OSError:
        return 0
    for entry in found:
        with contextlib.suppress(OSError):
            if _abandoned(entry):
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path)
                else:
                    os.unlink(entry.path)
                removed += 1
    return removed


def _abandoned(entry: os.DirEntry[str]) -> bool:
    mark = _MARK.match(entry.name)
    assert mark is not None, "only such entries are looked at"
    # Windows can only look a process up by opening it, which `os.kill` would end.
    if mark[1] == _host() and sys.platform != "win32":
        return not _lives(int(mark[2]))
    return time.time() - entry.stat(follow_symlinks=False).st_mtime > STALE_SECONDS


def _host() -> str:
    return hashlib.sha256(platform.node().encode("utf-8", "surrogateescape")).hexdigest()[:6]


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True  # somebody else's
    return True
