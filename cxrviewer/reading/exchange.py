"""Readings as one JSON file, to take them to another computer: what was made, without its history.

The file is that of a stranger until it is checked: every value is built anew through its constructor, every problem
is named, and nothing is taken from a file with a problem.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from cxrviewer.errors import CxrError
from cxrviewer.reading.annotations import Annotation
from cxrviewer.reading.document import (
    Change,
    Edit,
    Reading,
    SetAnnotation,
    SetDecision,
    SetFrame,
    SetImpression,
    SetKeyImage,
    SetPicture,
    SetView,
    StaleEditError,
)
from cxrviewer.reading.values import ImageRef, WindowGrey
from cxrviewer.text import Message, msg

SCHEMA = 2
"""2: intervals of decisions, frames. Files of schema 1 are read too."""
MAX_BYTES = 64 * 2**20
MAX_READINGS = 1_000
MAX_CHANGES = 50_000
"""Of one reading; more than a reading can hold."""
MAX_PROBLEMS = 50
MAX_NAME = 1_024
"""Characters of identifiers, UIDs and digests."""
MAX_FRAME = 2**31 - 1
MAX_WINDOW = 1e12
"""Of center and width; no image has such values."""
FREE_TEXT = frozenset({"text", "comment", "before", "after"})
"""Fields with limits of their own, for what a reader types."""

Changes = tuple[Change, ...]


class ExchangeError(CxrError):
    """Readings cannot be taken from a file."""

    code = "readings"


class Checked(Struct, frozen=True):
    """What a file of readings held.

    Attributes
    ----------
    readings : bytes
        For `readings_of`; empty where there is a problem.
    problems : tuple of str
        The first of them; empty for a file that can be imported.
    more : int
        Further problems.
    """

    readings: bytes
    problems: tuple[str, ...]
    more: int = 0


def exported(readings: Iterable[Reading], program: str) -> bytes:
    """Return readings as a file."""
    made = [{"changes": reading.as_edit().changes} for reading in readings]
    body = msgspec.json.encode({"schema": SCHEMA, "program": program, "readings": made})
    return msgspec.json.format(body, indent=1) + b"\n"


def check_file(path: Path) -> Checked:
    """Return what a file holds, checked; for a worker process. A file that cannot be read is a problem too."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError:
        return Checked(b"", (msg("The file could not be read; check that it is still there."),))
    return check(data)


def check(data: bytes) -> Checked:
    """Return what the bytes of a file hold, with every problem by its place."""
    document = _document(data)
    if isinstance(document, Message):
        return Checked(b"", (document,))
    listed = document["readings"]
    problems: list[Message] = [
        msg("“{name}” is no part of such a file.", name=_short(name))
        for name in document
        if name not in ("schema", "program", "readings")
    ]
    if len(listed) > MAX_READINGS:
        problems.append(msg("There are more than {limit:,} readings.", limit=MAX_READINGS))
        listed = listed[:MAX_READINGS]
    made = [_reading(number, one, problems) for number, one in enumerate(listed, 1)]
    if problems:
        return Checked(b"", tuple(problems[:MAX_PROBLEMS]), max(0, len(problems) - MAX_PROBLEMS))
    return Checked(msgspec.json.encode(made), ())


def readings_of(checked: Checked) -> tuple[Reading, ...]:
    """Return the readings of a file without problems.

    Raises
    ------
    ExchangeError
        For bytes that `check` did not make: those of a worker that was taken over.
    """
    try:
        lists = msgspec.json.decode(checked.readings, type=list[Changes])
        return tuple(Reading().apply(Edit("import", changes)) for changes in lists)
    except (msgspec.MsgspecError, StaleEditError, ValueError, RecursionError) as error:
        raise ExchangeError(msg("The file of readings could not be checked; nothing was imported.")) from error


def study_of(reading: Reading) -> ImageRef | None:
    """Return any image of a reading, which stands for its study; None for one without images."""
    return next(iter(_images(reading.as_edit().changes)), None)


class Merge(Struct, frozen=True):
    """How a reading is taken into the one that is there: one step, and how many entries stay as they were."""

    edit: Edit
    kept: int


def merged(here: Reading, other: Reading) -> Merge:
    """Return the step that adds `other` to the reading `here`; where both have an entry, that of `here` stays.

    A drawing of the same identifier that differs is added beside the other one.
    """
    changes: list[Change] = [SetView(k, None, v) for k, v in other.views.items() if k not in here.views]
    changes += [SetFrame(k, None, v) for k, v in other.frames.items() if k not in here.frames]
    changes += [SetPicture(k, None, v) for k, v in other.pictures.items() if k not in here.pictures]
    changes += [SetKeyImage(k, None, True) for k in other.key_images if k not in here.key_images]
    kept = 0
    for key, one in other.annotations.items():
        name = key if here.annotations.get(key, one) == one else _other_key(key, one)
        if name not in here.annotations:
            changes.append(SetAnnotation(name, None, one))
    for finding, decision in other.decisions.items():
        if finding not in here.decisions:
            changes.append(SetDecision(finding, None, decision))
        else:
            kept += here.decisions[finding] != decision
    if other.impression and not here.impression:
        changes.append(SetImpression("", other.impression))
    else:
        kept += bool(other.impression) and other.impression != here.impression
    return Merge(Edit("import", tuple(changes)), kept)


# Inside.


def _document(data: bytes) -> dict[str, Any] | Message:
    """Return the object in a file that may hold readings, or why it does not."""
    if len(data) > MAX_BYTES:
        return msg("The file is larger than the allowed {limit} MiB.", limit=MAX_BYTES // 2**20)
    try:
        document = msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return msg("The file is not JSON, or is cut short.")
    if not isinstance(document, dict) or not isinstance(document.get("readings"), list):
        return msg("The file holds no readings of this program.")
    schema = document.get("schema")
    if isinstance(schema, bool) or not isinstance(schema, int) or schema < 1:
        return msg("The file does not name its schema.")
    if schema > SCHEMA:
        return msg("The file was written by a newer version of this program; use that version.")
    return document


def _reading(number: int, given: Any, problems: list[Message]) -> Sequence[Change]:
    changes = given.get("changes") if isinstance(given, dict) else None
    if not isinstance(given, dict) or set(given) != {"changes"} or not isinstance(changes, list):
        problems.append(msg("Reading {reading} is not one list of changes.", reading=number))
        return ()
    if len(changes) > MAX_CHANGES:
        problems.append(msg("Reading {reading} has more than {limit:,} entries.", reading=number, limit=MAX_CHANGES))
        return ()
    before = len(problems)
    made = [change for place, one in enumerate(changes, 1) if (change := _change(number, place, one, problems))]
    if len(problems) == before:
        _check_whole(number, made, problems)
    return made


def _change(number: int, place: int, given: Any, problems: list[Message]) -> Change | None:
    try:
        change: Change = msgspec.convert(given, type=Change)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        problems.append(
            msg("Reading {reading}, entry {entry}: {reason}", reading=number, entry=place, reason=_short(str(error)))
        )
        return None
    if strange := _strange(change):
        problems.append(
            msg(
                "Reading {reading}, entry {entry}: “{name}” is longer or larger than this program makes it.",
                reading=number,
                entry=place,
                name=strange,
            )
        )
        return None
    if change.before or not change.after:
        problems.append(
            msg("Reading {reading}, entry {entry}: it does not start from nothing.", reading=number, entry=place)
        )
    return change


def _strange(value: Any, name: str = "key") -> str:
    """Return the name of the first part that no version of this program writes; empty for none."""
    if isinstance(value, str):
        return name if len(value) > MAX_NAME and name not in FREE_TEXT else ""
    if isinstance(value, SetPicture) and len(value.after or "") > MAX_NAME:
        return "after"
    if isinstance(value, WindowGrey) and max(abs(value.center), value.width) > MAX_WINDOW:
        return "window"
    if isinstance(value, int) and abs(value) > MAX_FRAME:
        return name
    if isinstance(value, tuple):
        parts: Iterable[tuple[str, Any]] = ((name, one) for one in value)
    elif isinstance(value, msgspec.Struct):
        parts = ((field, getattr(value, field)) for field in value.__struct_fields__)
    else:
        return ""
    return next((found for field, one in parts if (found := _strange(one, field))), "")


def _check_whole(number: int, changes: list[Change], problems: list[Message]) -> None:
    if len({(image.study, "" if image.study else image.instance) for image in _images(changes)}) > 1:
        problems.append(msg("Reading {reading} is about images of several studies.", reading=number))
    elif not _images(changes):
        problems.append(msg("Reading {reading} names no image, so it is about no study.", reading=number))
    try:
        Reading().apply(Edit("import", tuple(changes)))
    except StaleEditError:
        problems.append(msg("Reading {reading} has an entry twice.", reading=number))
    except ValueError as error:
        problems.append(msg("Reading {reading}: {reason}", reading=number, reason=_short(str(error))))


def _images(changes: Iterable[Change]) -> list[ImageRef]:
    found: list[ImageRef] = []
    for change in changes:
        if isinstance(change, SetView | SetFrame | SetPicture | SetKeyImage):
            found.append(change.key)
        elif isinstance(change, SetDecision):
            found.append(change.key.image)
        elif isinstance(change, SetAnnotation) and change.after is not None:
            found.append(change.after.image)
    return found


def _other_key(key: str, annotation: Annotation) -> str:
    """Return an identifier that is the same whenever the same drawing is imported."""
    return hashlib.sha256(key.encode() + msgspec.json.encode(annotation)).hexdigest()[:32]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 200 else text[:199] + "…"
