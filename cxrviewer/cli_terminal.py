"""What the commands that work on many files share: arguments, progress, and a quiet log."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

EVERY = 50
"""Files between two lines of progress where standard error is no terminal."""


def jobs_argument(text: str) -> int:
    """Return the number of ``--jobs``. Raises ArgumentTypeError."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    if not 1 <= number <= 64:
        raise argparse.ArgumentTypeError("must be a number from 1 to 64")
    return number


def path_argument(text: str) -> Path:
    """Return a path that is given; an empty one would be the current folder. Raises ArgumentTypeError."""
    if not text:
        raise argparse.ArgumentTypeError("is an empty path, which names no file or folder")
    return Path(text)


def is_writable_folder(folder: Path, *, create: bool) -> bool:
    """Return whether `folder` is there, made if asked for, and may be written to."""
    if create:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return False
    return folder.is_dir() and os.access(folder, os.W_OK)


class ProgressLine:
    """Counts on standard error with the time left: on one line in a terminal, now and then in a log. Names no file."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._began = time.monotonic()
        self._tty = sys.stderr.isatty()

    def show(self, counts: Mapping[str, int]) -> None:
        """Print what became of how many files so far, in the order of `counts`."""
        done = sum(counts.values())
        last = done == self._total
        if not (self._tty or last or done % EVERY == 0):
            return
        line = f"{done}/{self._total} " + ", ".join(f"{count} {words}" for words, count in counts.items())
        if not last:
            line += f", {duration((time.monotonic() - self._began) / done * (self._total - done))} left"
        # Blanks cover what a longer line left behind.
        text, end = (f"\r{line:<70}", "" if not last else "\n") if self._tty else (line, "\n")
        print(text, end=end, file=sys.stderr, flush=True)

    def end(self) -> None:
        """Begin a new line in a terminal where a run ends early."""
        if self._tty:
            print(file=sys.stderr)


def duration(seconds: float) -> str:
    """Return a duration in words, in its largest unit.

    Examples
    --------
    >>> duration(59), duration(61), duration(7300)
    ('59 s', '1 min', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"


class QuietLog:
    """Logs to the program's own file; keeps libraries' warnings, which quote headers, off the terminal."""

    def __enter__(self) -> None:
        import logging

        from cxrviewer.errors import SettingsError
        from cxrviewer.log import start_logging
        from cxrviewer.paths import AppPaths

        try:
            self._handler = start_logging(AppPaths.for_user().logs)
        except SettingsError:  # a read-only home must not keep anybody from working
            self._handler = logging.NullHandler()
            logging.getLogger().addHandler(self._handler)
            logging.captureWarnings(True)

    def __exit__(self, *_: object) -> None:
        from cxrviewer.log import stop_logging

        with contextlib.suppress(OSError):  # closing flushes, and the log's disk may be full
            stop_logging(self._handler)
