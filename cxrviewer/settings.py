"""What the program remembers between runs: one JSON file, frozen values, no surprises."""

from __future__ import annotations

import json
import logging
import math
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict, replace

from cxrviewer.atomic import replacing
from cxrviewer.errors import SettingsError
from cxrviewer.text import msg

logger = logging.getLogger(__name__)

SCHEMA = 10
"""Raised whenever a field is added, renamed or read differently: an older program must see that it is older.
A field added without it would make the version before set the whole file aside as damaged."""


def _without(*names: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return a migration that drops settings."""
    return lambda document: {name: value for name, value in document.items() if name not in names}


MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {3: _without("show_all_findings", "thumbnails")}
"""Schema -> what turns a document of it into one of the next. New fields need no entry: they get their defaults."""

FILE_NAME = "settings.json"
SET_ASIDE_NAME = "settings.unreadable.json"

COLOUR_MAPS = ("inferno", "viridis", "cividis", "turbo", "red")
"""Names the canvas has a table for; the first is the default."""

THEMES = ("dark", "light", "reading room")
"""Names of the window's colours; the first is the default."""

PIXELS_PER_MM = (0.5, 100.0)
"""Lowest and highest number of device pixels in a millimetre of a screen."""
LANGUAGES = ("system", "en", "zh_CN")
"""The system's own where there is a catalogue for it, or a language; the first is the default."""


class Settings(Struct, frozen=True, kw_only=True):
    """Everything remembered, valid by construction.

    Attributes
    ----------
    ai_enabled : bool
        Off: no head runs at all, and the panel says so.
    head_id : str
        Head to use; empty for the shipped one.
    disabled_heads : tuple of str
        Ids of heads that are switched off.
    map_visible : bool
        Whether the Grad-CAM layer starts switched on. Off until asked for.
    map_opacity : float
        Opacity of the layer, 0 (invisible) to 1.
    colour_map : str
        One of `COLOUR_MAPS`.
    last_folder : str
        Where the next open dialog starts, as an absolute path. May name a patient: never logged.
    theme : str
        One of `THEMES`.
    language : str
        One of `LANGUAGES`.
    hide_identity : bool
        Whether names, numbers, dates and file names are left out of the window.
    snap_to_ends : bool
        Whether ends of distances and calipers snap to existing ends. Off until asked for.
    hang_priors : bool
        Whether the newest study of an opened folder or file hangs beside its prior by itself.
    tour_seen : bool
        Whether the tour of the window was shown.
    further_windows : tuple of str
        Where the windows beside the main one were last, each as `window_geometry`.
    timeline_shown : bool
        Whether the strip with the patient's studies is shown.
    shortcuts : dict of str to tuple of str
        Keys by command id, only of commands whose keys the reader has changed; see `commands.keys.KeyMap`.
    screens : dict of str to float
        Device pixels per millimetre of the screens that the reader measured, within `PIXELS_PER_MM`.
    library_columns, window_geometry, window_state : str
        Base64 of Qt's own bytes; only ``cxrviewer.qt`` knows what they mean.

    Raises
    ------
    ValueError
        For a value outside its range; all of them are named.
    """

    ai_enabled: bool = True
    head_id: str = ""
    disabled_heads: tuple[str, ...] = ()
    map_visible: bool = False
    map_opacity: float = 0.45
    colour_map: str = COLOUR_MAPS[0]
    last_folder: str = ""
    theme: str = THEMES[0]
    language: str = LANGUAGES[0]
    hide_identity: bool = False
    snap_to_ends: bool = False
    hang_priors: bool = True
    tour_seen: bool = False
    further_windows: tuple[str, ...] = ()
    timeline_shown: bool = False
    shortcuts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    screens: dict[str, float] = field(default_factory=dict)
    library_columns: str = ""
    window_geometry: str = ""
    window_state: str = ""

    def __post_init__(self) -> None:
        problems = []
        if not (math.isfinite(self.map_opacity) and 0 <= self.map_opacity <= 1):
            problems.append("map_opacity must lie between 0 and 1")
        if self.colour_map not in COLOUR_MAPS:
            problems.append(f"colour_map must be one of {', '.join(COLOUR_MAPS)}")
        if self.theme not in THEMES:
            problems.append(f"theme must be one of {', '.join(THEMES)}")
        if self.language not in LANGUAGES:
            problems.append(f"language must be one of {', '.join(LANGUAGES)}")
        if not all(PIXELS_PER_MM[0] <= pixels <= PIXELS_PER_MM[1] for pixels in self.screens.values()):
            problems.append(f"screens must have {PIXELS_PER_MM[0]} to {PIXELS_PER_MM[1]} pixels per millimetre")
        if problems:
            raise ValueError("; ".join(problems))


class Loaded(Struct, frozen=True):
    """Settings with one sentence for the user, or None when all is well.

    Attributes
    ----------
    settings : Settings
    notice : str or None
    keep_file : bool
        True where the file is a newer version's: it must stay as it is.
    """

    settings: Settings
    notice: str | None = None
    keep_file: bool = False


class _NewerSchema(ValueError):
    """The file was written by a newer program."""


class SettingsStore:
    """The current settings and the file they are kept in.

    For one thread only, the window's. What `change_soon` saves is written by a thread of its own,
    because a slow or full disk must not be felt.

    Parameters
    ----------
    folder : Path
        ``AppPaths.config``; created at the first write, not before.
    on_failed : callable, optional
        Called with a sentence, once, when `change_soon` could not save. On the writing thread.
    """

    def __init__(self, folder: Path, on_failed: Callable[[str], None] = lambda _: None) -> None:
        self._file = folder / FILE_NAME
        self._on_failed = on_failed
        self._failed = False
        self._lock = threading.Lock()
        """Held while the file is written: what was changed last is also written last."""
        self._waiting = threading.Event()
        self._closing = False
        self._writer: threading.Thread | None = None
        loaded = load(self._file)
        self._current = self._written = loaded.settings
        self._notice = loaded.notice
        self._keep_file = loaded.keep_file

    @property
    def current(self) -> Settings:
        return self._current

    def take_notice(self) -> str | None:
        """Return the sentence about the settings file that the user must see, once."""
        notice, self._notice = self._notice, None
        return notice

    def change(self, **changes: Any) -> Settings:
        """Change fields and write the file, unless it is a newer version's: then the change holds for this run only.

        Raises
        ------
        ValueError
            For a value outside its range; nothing has changed then.
        SettingsError
            When the file cannot be written; the change holds until the program ends.
        """
        self._current = replace(self._current, **changes)
        self._write()
        return self._current

    def change_soon(self, **changes: Any) -> Settings:
        """Change fields and have the file written shortly, on another thread.

        A file that cannot be written is no error here; `on_failed` says so once.

        Raises
        ------
        ValueError
            For a value outside its range; nothing has changed then.
        """
        self._current = replace(self._current, **changes)
        if self._current != self._written and not self._keep_file and not self._closing:
            if self._writer is None:
                self._writer = threading.Thread(target=self._write_on, name="cxr-settings", daemon=True)
                self._writer.start()
            self._waiting.set()
        return self._current

    def close(self, patience: float = 2.0) -> None:
        """Write what is not written yet and end the writing thread, within `patience` seconds."""
        self._closing = True
        self._waiting.set()
        if self._writer is not None:
            self._writer.join(patience)

    def _write_on(self) -> None:
        while True:
            self._waiting.wait()
            self._waiting.clear()
            closing = self._closing  # read first: a change made before closing is seen below
            try:
                self._write()
            except SettingsError as error:
                if not self._failed:
                    self._failed = True
                    self._on_failed(error.user_message)
            except Exception:  # a side task: the next change tries again
                logger.exception("saving the settings failed unexpectedly")
            if closing:
                return

    def _write(self) -> None:
        with self._lock:
            current = self._current
            if current != self._written and not self._keep_file:
                save(self._file, current)
                self._written = current


def load(file: Path) -> Loaded:
    """Read settings; a file that cannot be used is set aside, never overwritten and never fatal.

    One of a newer version is left where it is, so that going back and forth between two versions loses nothing.
    """
    try:
        text = file.read_bytes()
    except FileNotFoundError:
        return Loaded(Settings())
    except OSError:
        return Loaded(Settings(), msg("The settings file cannot be read; the program starts with its defaults."))
    try:
        return Loaded(_parse(text))
    except _NewerSchema:
        sentence = msg(
            "The settings are of a newer version of this program and stay as they are; this version "
            "starts with its defaults and does not save changes."
        )
        return Loaded(Settings(), sentence, keep_file=True)
    except ValueError:
        return Loaded(Settings(), _set_aside(file))


def save(file: Path, settings: Settings) -> None:
    """Write settings so that a crash or a full disk leaves either the old or the new file, whole.

    Raises
    ------
    SettingsError
        When the folder cannot be written to.
    """
    # ASCII: the bytes of a folder's name that are no text are lone surrogates here, which UTF-8 does not know.
    text = json.dumps({"schema": SCHEMA, **asdict(settings)}, indent=2) + "\n"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, text.encode("ascii"))
    except OSError as error:
        raise SettingsError(msg("The settings could not be saved; check that the disk has room.")) from error


def write_whole(file: Path, data: bytes) -> None:
    """Write `data` beside `file`, flush it to the disk, then take the name in one step.

    Raises
    ------
    OSError
        From the file system; `file` is then as it was and nothing is left beside it.
    """
    # For the owner only, as settings are: they name folders.
    with replacing(file, private=True) as stream:
        stream.write(data)


def _set_aside(file: Path) -> str:
    try:
        os.replace(file, file.with_name(SET_ASIDE_NAME))
    except OSError:
        return msg("The settings file is damaged; the program starts with its defaults.")
    return msg(
        "The settings file was damaged and has been set aside as {set_aside_name}; defaults are in use.",
        set_aside_name=SET_ASIDE_NAME,
    )


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _number(value: object) -> float:
    # bool is an int in Python: `true` would otherwise be read as an opacity of 1.
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number")
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("must be a list of texts")
    return tuple(_text(one) for one in value)


def _text_lists(value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise ValueError("must be an object of lists of texts")
    return {_text(name): _texts(texts) for name, texts in value.items()}


def _numbers(value: object) -> dict[str, float]:
    if not isinstance(value, dict):
        raise ValueError("must be an object of numbers")
    return {_text(name): _number(number) for name, number in value.items()}


_READERS: dict[str, Callable[[object], object]] = {
    "bool": _boolean,
    "float": _number,
    "str": _text,
    "tuple[str, ...]": _texts,
    "dict[str, tuple[str, ...]]": _text_lists,
    "dict[str, float]": _numbers,
}


def _parse(text: bytes) -> Settings:
    document = json.loads(text.decode("utf-8"))
    if not isinstance(document, dict):
        raise ValueError("settings must be one JSON object")
    schema = document.pop("schema", None)
    # bool is an int in Python, and `true` is no schema.
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise ValueError("settings must name their schema")
    if schema > SCHEMA:
        raise _NewerSchema(f"this program reads settings up to schema {SCHEMA}")
    for older in range(schema, SCHEMA):
        document = MIGRATIONS[older](document) if older in MIGRATIONS else document
    readers = {name: _READERS[kind] for name, kind in Settings.__annotations__.items()}
    unknown = sorted(set(document) - set(readers))
    if unknown:
        raise ValueError(f"unknown settings: {', '.join(unknown)}")
    values = {name: readers[name](value) for name, value in document.items()}
    if not os.path.isabs(str(values.get("last_folder", ""))):
        values["last_folder"] = ""  # of an older version, relative to nobody knows which folder
    return Settings(**values)  # type: ignore[arg-type]
