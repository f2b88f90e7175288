"""Lists the elements of a header. Runs in a decoder process, for it parses files of strangers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, cast

import pydicom
from pydicom.datadict import dictionary_description, dictionary_has_tag
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from cxrviewer.imaging.dataset import Parsed, parse, recoded
from cxrviewer.imaging.header import dicom_stamp
from cxrviewer.imaging.stamp import FileStamp, read_steadily
from cxrviewer.reports.deidentify import NAMELESS, STANDARD_UIDS, profile
from cxrviewer.reports.tag_rows import TagList, TagRow

MAX_LETTERS = 300
"""Of a value; the rest is cut off."""
MAX_ANSWER = 600_000
"""Bytes of all rows as text, about: an answer of a worker has 1 MiB."""
MAX_DEPTH = 16
ROW_BYTES = 160


def list_tags(stream: BinaryIO, charset: str = "") -> TagList:
    """Return the elements of an open DICOM file, sequences opened, pixels named only.

    Raises
    ------
    NotDicomError, FileChangingError
    """
    return read_steadily(stream, lambda: _read(stream, charset))


def _read(stream: BinaryIO, charset: str) -> tuple[TagList, FileStamp]:
    parsed = recoded(parse(stream), charset)
    stamp = dicom_stamp(stream, parsed)
    rows: list[TagRow] = []
    size = 0
    meta = getattr(parsed.dataset, "file_meta", Dataset())
    private = _private(stream, parsed)
    for row in (*_rows(meta, 0, inherited=False), *_rows(parsed.dataset, 0, inherited=False, private=private)):
        size += ROW_BYTES + 6 * (len(row.value) + len(row.name))  # JSON writes a letter with up to six
        if size > MAX_ANSWER:
            return TagList(tuple(rows), complete=False), stamp
        rows.append(row)
    pixels = parsed.pixels
    if pixels is not None:
        length = 0 if pixels.length is None else pixels.length
        rows.append(TagRow(0, _tag(BaseTag(pixels.tag)), "Pixel Data", pixels.vr, length=length, binary=True))
    return TagList(tuple(rows), complete=True), stamp


def _private(stream: BinaryIO, parsed: Parsed) -> Dataset:
    """Return the private elements of the data set, which `parse` leaves out; none where pydicom cannot read the file.

    Those inside of sequences of the standard are not among them.
    """
    found = Dataset(parent_encoding=cast(Any, parsed.dataset.original_character_set))  # as the text beside them
    stream.seek(0)
    try:
        whole = pydicom.dcmread(stream, stop_before_pixels=True, force=True)
        found.update({tag: whole.get_item(tag) for tag in whole.keys() if tag.is_private})
    except (OSError, MemoryError):
        raise
    except Exception:  # noqa: BLE001  # pydicom raises anything on a damaged file, and the rest is listed anyway
        return Dataset()
    return found


def _rows(dataset: Dataset, depth: int, *, inherited: bool, private: Dataset | None = None) -> Iterator[TagRow]:
    others = Dataset() if private is None else private
    for tag in sorted({*dataset.keys(), *others.keys()}):
        name = dictionary_description(tag) if dictionary_has_tag(tag) else "Private" if tag.is_private else "Unknown"
        try:
            element = others[tag] if tag in others else dataset[tag]
            value, vr = element.value, str(element.VR)
            name = element.name if tag.is_private else name
        except Exception:  # noqa: BLE001  # pydicom raises anything on a damaged value
            yield TagRow(depth, _tag(tag), name, "", value="?", identifies=True)
            continue
        hidden = inherited or _identifies(tag, vr, value)
        if vr != "SQ":
            text, length, binary = _text(value)
            yield TagRow(depth, _tag(tag), name, vr, text, length, binary, hidden)
            continue
        yield TagRow(depth, _tag(tag), name, vr, identifies=False)
        for number, item in enumerate(value if depth < MAX_DEPTH else (), 1):
            yield TagRow(depth + 1, "", f"Item {number}", "")
            yield from _rows(item, depth + 2, inherited=hidden)


def _tag(tag: BaseTag) -> str:
    return f"({tag.group:04X},{tag.element:04X})"


def _identifies(tag: BaseTag, vr: str, value: Any) -> bool:
    """Return whether the profile of PS3.15 Annex E, or our own rules beyond it, take the element out of a copy."""
    if vr == "UI" and tag not in (0x00020003,):
        values = [value] if isinstance(value, str) else value or ()
        return not all(str(one).startswith(STANDARD_UIDS) for one in values if one)
    repeating = 0x5000 <= tag.group <= 0x50FF or 0x6000 <= tag.group <= 0x60FF
    unknown = tag.is_private or not dictionary_has_tag(tag)
    meta = tag in (0x00020016, 0x00020017, 0x00020018, 0x00020102)
    return unknown or repeating or meta or vr == "PN" or vr in NAMELESS or int(tag) in profile()


def _text(value: Any) -> tuple[str, int, bool]:
    """Return a value for reading, its length where that is not all of it, and whether it is binary."""
    if isinstance(value, bytes | bytearray | memoryview):
        return "", len(value), True
    if value is None:
        return "", 0, False
    if isinstance(value, str) or not isinstance(value, Sequence):  # a person's name can be iterated, by letters
        text = str(value)
    else:
        text = "\\".join(str(one) for one in list(value)[:MAX_LETTERS])
        if len(value) > MAX_LETTERS:
            return text[:MAX_LETTERS], max(len(text), len(value)), False
    shown = "".join(letter if letter.isprintable() else " " for letter in text[:MAX_LETTERS])
    return shown, len(text) if len(text) > MAX_LETTERS else 0, False
