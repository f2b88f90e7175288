"""A log file that cannot hold a patient.

Every record goes through `PrivateFormatter`: our own messages are constant text whose arguments
are numbers, enumerations or `Safe` words; anything else is replaced by its type. Messages of other
libraries are dropped and only their place is kept, for pydicom's warnings quote the header and
every decoder's error may quote a path. Of an exception the log keeps types and places, not texts.
"""

from __future__ import annotations

import contextlib
import enum
import hashlib
import hmac
import logging
import logging.handlers
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from cxrviewer.errors import CxrError, SettingsError
from cxrviewer.text import msg

logger = logging.getLogger(__name__)

FILE_NAME = "cxrviewer.log"
_OURS = ("cxrviewer", "model_training")
_SESSION_KEY = secrets.token_bytes(32)


class Safe(str):
    """Text that may be logged: a word of the program's own, never anything read from a file."""

    __slots__ = ()


def image_tag(image_key: str) -> Safe:
    """Return eight hex digits that stand for an image within this run of the program.

    The key of the hash is drawn at start and kept nowhere, so that two logs cannot be joined
    and nobody can test whether a given image was opened.
    """
    return Safe("image-" + hmac.new(_SESSION_KEY, image_key.encode(), hashlib.sha256).hexdigest()[:8])


class PrivateFormatter(logging.Formatter):
    """Writes time, level, place and what is safe to say."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        # Not `super().format`: it reuses `record.exc_text`, which another handler may have filled with the full text.
        stamp = self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ")
        text = f"{stamp} {record.levelname} {record.name}: {_message(record)}"
        if record.exc_info and record.exc_info[1] is not None:
            text += "\n" + describe_exception(record.exc_info[1])
        return text


LOST = msg("The log could not be written; check that the disk has room. The program goes on without one.")


class _PrivateFileHandler(logging.handlers.RotatingFileHandler):
    """Writes until the file cannot be written, says so once, and from then on drops what comes."""

    def __init__(self, file: Path, on_lost: Callable[[str], None]) -> None:
        super().__init__(file, maxBytes=1_000_000, backupCount=3, encoding="utf-8")
        self._on_lost = on_lost
        self._lost = False

    def emit(self, record: logging.LogRecord) -> None:
        if not self._lost:
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Lose the record: the library's own answer prints the arguments to stderr."""
        if self._lost or not isinstance(sys.exc_info()[1], OSError):
            return
        self._lost = True
        # What the stream still holds would be written, and fail, again at every flush.
        stream, self.stream = self.stream, None  # as the library does after closing
        with contextlib.suppress(OSError, ValueError):
            if stream is not None:
                stream.close()
        with contextlib.suppress(Exception):  # whatever the listener does, logging never stops the caller
            self._on_lost(LOST)

    def close(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # a buffer that finds no room
            super().close()


def _tell_terminal(text: str) -> None:
    if sys.stderr is not None:  # there is none without a console
        sys.stderr.write(f"{text}\n")


def start_logging(
    folder: Path, *, level: int = logging.INFO, on_lost: Callable[[str], None] = _tell_terminal
) -> logging.Handler:
    """Log to a rotating file in `folder`, at most 4 MB altogether; warnings of libraries too.

    Once started, logging never raises and never stops what logs.

    Parameters
    ----------
    folder : Path
    level : int
    on_lost : callable
        Called with a sentence, once and on whatever thread it happens, when the file can be written no more.

    Raises
    ------
    SettingsError
        When the folder cannot be written to; the program can go on without a log.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = _PrivateFileHandler(folder / FILE_NAME, on_lost)
    except OSError as error:
        raise SettingsError(msg("The log file cannot be written; the program runs without one.")) from error
    handler.setFormatter(PrivateFormatter())
    handler.setLevel(level)
    root = logging.getLogger()
    root.addHandler(handler)
    if root.level > level or root.level == logging.NOTSET:
        root.setLevel(level)
    # pydicom warns with the value it dislikes; on stderr a desktop session would keep it in its journal.
    logging.captureWarnings(True)
    return handler


def stop_logging(handler: logging.Handler) -> None:
    """Undo `start_logging`."""
    logging.captureWarnings(False)
    logging.getLogger().removeHandler(handler)
    handler.close()


def independently(*steps: Callable[[], object]) -> None:
    """Take every step in order; one that fails goes to the log and costs nobody the others."""
    for step in steps:
        try:
            step()
        except Exception:  # whatever it is, the next step must be taken
            logger.exception("a step failed; the others are taken all the same")


def describe_exception(error: BaseException) -> str:
    """Return types and places of an exception and of what caused it; texts only of `CxrError`."""
    lines: list[str] = []
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        kind = type(link)
        said = f": {link.user_message} [{link.code}]" if isinstance(link, CxrError) else ""
        lines.append(f"  {'caused by ' if lines else ''}{kind.__module__}.{kind.__qualname__}{said}")
        lines += _frames(link.__traceback__)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\n".join(lines)


def _frames(trace: TracebackType | None) -> list[str]:
    places = []
    while trace is not None:
        frame = trace.tb_frame
        # The module's name, not the file's: that one begins with somebody's home folder.
        module = frame.f_globals.get("__name__", "?")
        places.append(f"    at {module}:{trace.tb_lineno} in {frame.f_code.co_name}")
        trace = trace.tb_next
    return places


def _message(record: logging.LogRecord) -> str:
    if record.name.split(".")[0] not in _OURS:
        return f"message of a library, at line {record.lineno} of {record.module}, in {record.funcName}"
    if not record.args:
        return str(record.msg)
    args = record.args
    try:
        if isinstance(args, dict):
            return str(record.msg) % {name: _argument(value) for name, value in args.items()}
        return str(record.msg) % tuple(_argument(value) for value in args)
    except (TypeError, ValueError):
        return f"{record.msg} (arguments do not fit)"


def _argument(value: object) -> object:
    if value is None or isinstance(value, Safe | bool | int | float):
        return value
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, CxrError):
        return f"{value.user_message} [{value.code}]"
    return f"<{type(value).__name__}>"
