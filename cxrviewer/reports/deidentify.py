"""De-identified copies: the Basic Application Level Confidentiality Profile of PS3.15 Annex E.

Runs in a decoder process, for it parses files of strangers. What the table of the profile does not name is kept, as
the standard has it, but for what no image needs and a person may be named in: private and unknown elements, names,
free text, dates and UIDs that are not the standard's own, graphics and curves (decision 0090).
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import io
import re
import struct
import uuid
from typing import Any, BinaryIO

import numpy as np
import pydicom
from msgspec import Struct
from pydicom import uid
from pydicom.datadict import dictionary_has_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_data_element
from pydicom.tag import BaseTag, Tag

import cxrviewer
from cxrviewer.errors import NotDicomError, UnsupportedImageError
from cxrviewer.imaging.dataset import Parsed, PixelElement, parse, recoded
from cxrviewer.imaging.guard import guarded
from cxrviewer.imaging.header import dicom_stamp
from cxrviewer.imaging.stamp import FileStamp, read_steadily
from cxrviewer.imaging.values import text
from cxrviewer.paths import resources_dir
from cxrviewer.reports.copies import CopiedImage, CopyOptions
from cxrviewer.text import msg

MAX_BYTES = 256 * 2**20
"""Of a file. It is in memory twice, and a process has 900 MiB."""
MAX_DEPTH = 16
MAX_SHIFT_DAYS = 3650
DUMMY = "REMOVED"
STANDARD_UIDS = "1.2.840.10008."

ORDINARY_CLASSES = frozenset(
    {
        uid.ComputedRadiographyImageStorage,
        uid.DigitalXRayImageStorageForPresentation,
        uid.DigitalXRayImageStorageForProcessing,
        uid.SecondaryCaptureImageStorage,
    }
)
"""In these every attribute with the action X/D or X/Z/D is of type 3 (PS3.3 A.2, A.8, A.26), so it is removed."""

# Age, sex, size, weight, ethnic group, smoking and pregnancy status: "K" of Retain Patient Characteristics.
_CHARACTERISTICS = frozenset({0x00101010, 0x00100040, 0x00101020, 0x00101030, 0x00102160, 0x001021A0, 0x001021C0})
# Study, series, protocol, requested and performed procedure step.
_DESCRIPTIONS = frozenset({0x00081030, 0x0008103E, 0x00181030, 0x00321060, 0x00400254})
# SOP classes and coding schemes: which kind of thing it is, not which one.
_UIDS_OF_KINDS = frozenset({0x00080016, 0x00081150, 0x0008010C, 0x00080117, 0x0008001A})
_OWN = frozenset({0x00120062, 0x00120063, 0x00120064, 0x00280303, 0x00080005})
NAMELESS = frozenset({"LT", "ST", "UT", "UR", "UN", "DA", "DT"})
"""Kinds of values that are removed where the table does not name them: free text and dates."""
_OLDEST_AGE = 89
_TEXTS, _WORDING = frozenset({"AE", "CS", "LO", "SH", "UC"}), frozenset({"LO", "SH", "UC"})
SHORTEST_WORD, SHORTEST_IN_WORDING = 4, 3
"""Letters of a word of name or ID that is looked for in what stays, and of one of the name in what is no code."""
WORDS = frozenset(
    "chest thorax lung lungs abdomen rib ribs clavicle sternum spine shoulder heart ap pa lat lateral lateralis left "
    "right l r decubitus supine erect upright sitting standing portable bedside mobile frontal oblique lordotic "
    "inspiration expiration inspiratory expiratory view views image images xr cr dr dx rx x ray xray radiograph "
    "radiography grid single two one adult child paediatric pediatric with without and of the in for "
    "follow up control preoperative postoperative routine trauma emergency".split()
)
"""What may stay of a description."""


@functools.lru_cache(maxsize=1)
def profile() -> dict[int, str]:
    """Return the action of each attribute in the table of the Basic Profile (PS3.15 Table E.1-1), by tag.

    Examples
    --------
    >>> profile()[0x00100010], profile()[0x00080018]
    ('Z', 'U')
    """
    rows = (resources_dir() / "confidentiality" / "profile.tsv").read_text(encoding="ascii").splitlines()
    pairs = (row.split("\t") for row in rows if not row.startswith("#"))
    return {int(tag, 16): action for tag, action in pairs}


def deidentified(stream: BinaryIO, options: CopyOptions, secret: bytes, charset: str = "") -> CopiedImage:
    """Return a copy of an open DICOM image that tells nothing of whom it is of, as far as the header goes.

    Pixels are copied as they are stored. The file on the disk is not changed.

    Parameters
    ----------
    stream : BinaryIO
    options : CopyOptions
    secret : bytes
        The same for images that belong together: UIDs, pseudonyms and shifts follow from it and the original
        values. Who has it can test guesses, so it is never stored.
    charset : str
        See `imaging.dataset.recoded`.

    Raises
    ------
    NotDicomError
        For everything that is no DICOM file.
    UnsupportedImageError
        For objects without pixels, files that are cut short, and those above `MAX_BYTES`.
    FileChangingError
    """
    return read_steadily(stream, lambda: _read(stream, options, secret, charset))


def _read(stream: BinaryIO, options: CopyOptions, secret: bytes, charset: str) -> tuple[CopiedImage, FileStamp]:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if size > MAX_BYTES:
        raise UnsupportedImageError(
            msg("Files above {size} MB are not copied: make the copy with another program.", size=MAX_BYTES // 2**20)
        )
    parsed = recoded(parse(stream), charset)
    stamp = dicom_stamp(stream, parsed)
    with guarded(lambda: NotDicomError(msg("This file is damaged in a way that no safe copy can be made of it."))):
        return _copy(parsed, options, secret), stamp


def _copy(parsed: Parsed, options: CopyOptions, secret: bytes) -> CopiedImage:
    if parsed.pixels is None:
        raise UnsupportedImageError(msg("Only images are copied; this object has no pixels."))
    if parsed.damage:
        raise UnsupportedImageError(msg("The header of this file is damaged, so no safe copy can be made of it."))
    source = parsed.dataset
    pixels = _stored_pixels(parsed.pixels)
    _reject_hidden_graphics(source)
    if not parsed.transfer_syntax.startswith(STANDARD_UIDS) or not uid.UID(parsed.transfer_syntax).is_valid:
        raise UnsupportedImageError(
            msg("(0002,0010) Transfer Syntax UID is none of the standard, so it is not copied.")
        )
    work = _Work(options, secret, _person(source), text(source, "SOPClassUID") in ORDINARY_CLASSES, _patient(source))
    copy = work.dataset(source, 0)
    _state(copy, options)
    syntax = parsed.transfer_syntax
    if syntax == uid.DeflatedExplicitVRLittleEndian:
        syntax = uid.ExplicitVRLittleEndian
    data = _written(copy, syntax) + _pixel_header(parsed.pixels, syntax, len(pixels)) + pixels
    return CopiedImage(
        np.frombuffer(data, np.uint8), _notes(source), work.removed, work.emptied, work.replaced, work.unreadable
    )


# Values.


def _digest(secret: bytes, kind: str, value: str) -> bytes:
    return hashlib.sha256(secret + b"\0" + kind.encode() + b"\0" + value.encode("utf-8", "surrogatepass")).digest()


def mapped_uid(secret: bytes, original: str) -> str:
    """Return the UID that stands for `original` in all copies made with `secret` (PS3.5 B.2)."""
    return f"2.25.{uuid.UUID(bytes=_digest(secret, 'uid', original)[:16], version=4).int}"


def _person(dataset: Dataset) -> str:
    """Return what images of one patient have in common; never written anywhere."""
    if number := text(dataset, "PatientID").strip():
        return f"id {number}"
    name = text(dataset, "PatientName").strip().upper()
    if name.strip("^= "):
        return f"name {name} {text(dataset, 'PatientBirthDate')}"
    return f"study {text(dataset, 'StudyInstanceUID')}"


def shifted(value: str, days: int) -> str:
    """Return a DA or DT value (PS3.5 6.2) as many days earlier; empty where it has no day.

    Examples
    --------
    >>> shifted("20240301", 1), shifted("20240301101500.5+0100", 366), shifted("2024", 1)
    ('20240229', '20230301101500.5+0100', '')
    """
    found = re.fullmatch(r"(\d{4})\.?(\d\d)\.?(\d\d)((?:\d\d){0,3}(?:\.\d{1,6})?(?:[+-]\d{4})?)", value.strip())
    if not found:
        return ""
    try:
        day = datetime.date(int(found[1]), int(found[2]), int(found[3])) - datetime.timedelta(days)
    except (ValueError, OverflowError):
        return ""
    return f"{day:%Y%m%d}".zfill(8) + found[4]


def cleaned(words: str) -> str:
    """Return what of a description is among `WORDS`.

    Examples
    --------
    >>> cleaned("Chest PA, Mrs. Doe 1948 (Dr. Right)")
    'Chest PA Dr Right'
    """
    return " ".join(word for word in re.findall(r"[^\W_]+", words) if word.lower() in WORDS)[:64]


_DUMMIES: dict[str, Any] = {
    **dict.fromkeys(("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UT"), DUMMY),
    **dict.fromkeys(("DS", "IS"), "0"),
    **dict.fromkeys(("FD", "FL", "SL", "SS", "SV", "UL", "US", "UV"), 0),
    **dict.fromkeys(("OB", "OD", "OF", "OL", "OV", "OW", "UN"), bytes(8)),
    "AS": "000Y",
    "AT": Tag(0),
    "DA": "19000101",
    "DT": "19000101000000",
    "TM": "000000",
    "UR": "http://removed.invalid",
}


class _Patient(Struct, frozen=True):
    """How writers quote name and ID of a patient where no table expects it.

    Attributes
    ----------
    words : frozenset of str
        Words that stand for the patient wherever they are found.
    name : frozenset of str
        All words of the name; two of them are the patient, however short they are.
    parts : tuple of str
        The ID, and names of scripts that write them without blanks: found within a word, and across blanks.
    """

    words: frozenset[str]
    name: frozenset[str]
    parts: tuple[str, ...]

    def is_quoted(self, value: str, vr: str) -> bool:
        """Return whether a value holds name or ID."""
        found = _words(value)
        run, named, words = "".join(found), self.name & set(found), self.words & set(found)
        short = vr in _WORDING and any(len(word) >= SHORTEST_IN_WORDING for word in named)
        return bool(words) or short or len(named) > 1 or any(part in run for part in self.parts)


def _patient(dataset: Dataset) -> _Patient:
    name = text(dataset, "PatientName")
    groups = [_words(group) for group in name.split("=")]
    said = {word for group in groups for word in group}
    # "LI^NA" is LINA as well, and NALI; of three or more parts writers join the first two.
    joined = {"".join(pair) for group in groups for pair in (group[:2], group[1::-1]) if len(pair) > 1}
    number = _words(text(dataset, "PatientID"))
    whole = {word for word in (*said, *joined, *number) if len(word) >= SHORTEST_WORD}
    parts = {word for word in (*said, *joined) if sum(not letter.isascii() for letter in word) > 1}
    parts |= {word for word in ("".join(number),) if len(word) > SHORTEST_WORD}
    return _Patient(frozenset(whole), frozenset(word for word in said if len(word) > 1), tuple(parts))


class _Work(Struct):
    """What is done to the elements of one file, and how often."""

    options: CopyOptions
    secret: bytes
    person: str
    ordinary: bool
    patient: _Patient
    removed: int = 0
    emptied: int = 0
    replaced: int = 0
    unreadable: int = 0
    _days: int = 0
    _name: str = ""

    def __post_init__(self) -> None:
        seed = _digest(self.secret, "patient", self.person)
        self._days = 1 + int.from_bytes(seed[:8], "big") % MAX_SHIFT_DAYS
        self._name = f"ANON-{seed[8:13].hex().upper()}"

    def dataset(self, source: Dataset, depth: int) -> Dataset:
        """Return the copy of a data set or of an item of a sequence."""
        copy = Dataset()
        for tag in list(source.keys()):
            if self._dropped(tag):
                self.removed += tag.element != 0
                continue
            try:
                element = source[tag]
                kept = self._element(element, depth)
                if kept is not None:
                    _check(kept)
                    copy.add(kept)
            except (OSError, MemoryError):
                raise
            except Exception:  # noqa: BLE001  # pydicom raises anything on a damaged value
                self.unreadable += 1
        return copy

    @staticmethod
    def _dropped(tag: BaseTag) -> bool:
        """Return whether an element goes whatever it holds."""
        group = tag.group
        repeating = 0x5000 <= group <= 0x50FF or 0x6000 <= group <= 0x60FF
        pixels = tag in (0x7FE00008, 0x7FE00009, 0x7FE00010)
        return (
            tag.is_private or tag.element == 0 or group < 8 or repeating or pixels or tag in _OWN
            or not dictionary_has_tag(tag)
        )  # fmt: skip

    def _element(self, element: DataElement, depth: int) -> DataElement | None:
        """Return what stands in the copy for an element."""
        tag, vr = int(element.tag), element.VR
        match self._special(tag, vr) or self._listed(tag, vr):
            case "name":
                return self._new(element, self._name)
            case "shift":
                return self._shifted(element)
            case "words":
                return self._cleaned(element)
            case "age":
                return self._aged(element)
            case "X":
                self.removed += 1
                kept = None
            case "Z":
                self.emptied += not element.is_empty
                kept = DataElement(element.tag, vr, None if vr != "SQ" else [])
            case "D":
                dummy = [Dataset()] if vr == "SQ" else mapped_uid(self.secret, "") if vr == "UI" else _DUMMIES[vr]
                kept = self._new(element, dummy)
            case _:
                kept = self._kept(element, depth)
        return kept

    def _special(self, tag: int, vr: str) -> str:
        """Return what an option or a pseudonym asks for, empty where the table decides."""
        if tag in (0x00100010, 0x00100020):
            return "name"
        if self.options.keep_characteristics and tag in _CHARACTERISTICS:
            return "age" if vr == "AS" else "K"
        if self.options.clean_descriptions and tag in _DESCRIPTIONS:
            return "words"
        # Of group 0010 they are the patient's own, which no option keeps.
        dated = vr in ("DA", "DT", "TM") and tag >> 16 not in (0x0010, 0x0012)
        return "shift" if dated and self.options.shift_dates else ""

    def _listed(self, tag: int, vr: str) -> str:
        listed = profile().get(tag, "")
        if vr == "UI" and listed in ("", "U"):
            return "U"
        if listed:
            return self._only(listed)
        return "Z" if vr == "PN" else "X" if vr in NAMELESS else "K"

    def _only(self, action: str) -> str:
        """Return the one of several actions (PS3.15 E.1.1) that this kind of object needs."""
        if action in ("X/D", "X/Z/D"):
            return "X" if self.ordinary else "D"
        return {"X/Z": "Z", "Z/D": "Z" if self.ordinary else "D", "X/Z/U*": "K", "U": "U"}.get(action, action)

    def _new(self, element: DataElement, value: Any) -> DataElement:
        self.replaced += 1
        return DataElement(element.tag, element.VR, value)

    def _shifted(self, element: DataElement) -> DataElement | None:
        if element.VR == "TM" or element.is_empty:
            return element
        values = _texts(element)
        moved = [shifted(value, self._days) for value in values]
        if not all(moved):
            self.emptied += 1
            return DataElement(element.tag, element.VR, None)
        return self._new(element, moved if len(moved) > 1 else moved[0])

    def _cleaned(self, element: DataElement) -> DataElement | None:
        words = cleaned(" ".join(_texts(element)))
        if not words:
            self.removed += 1
            return None
        return self._new(element, words)

    def _aged(self, element: DataElement) -> DataElement | None:
        age = "".join(_texts(element)[:1])
        if not re.fullmatch(r"\d{3}[DWMY]", age):
            self.removed += 1
            return None
        if age[3] == "Y" and int(age[:3]) > _OLDEST_AGE:
            return self._new(element, "090Y")  # so old that the age alone may tell who it is (45 CFR 164.514)
        return element

    def _kept(self, element: DataElement, depth: int) -> DataElement | None:
        if element.VR == "SQ":
            if depth >= MAX_DEPTH:
                self.removed += 1
                return None
            return DataElement(element.tag, "SQ", [self.dataset(item, depth + 1) for item in element.value])
        if element.VR == "UI" and int(element.tag) not in _UIDS_OF_KINDS and not element.is_empty:
            before = _texts(element)
            after = [one if one.startswith(STANDARD_UIDS) else mapped_uid(self.secret, one) for one in before if one]
            return self._new(element, after) if after != before else element
        if element.VR in _TEXTS and any(self.patient.is_quoted(one, element.VR) for one in _texts(element)):
            self.removed += 1
            return None
        return element


def _words(value: str) -> list[str]:
    return re.findall(r"[^\W_]+", value.upper())


def _texts(element: DataElement) -> list[str]:
    """Return the values of an element as text; of none, one empty text."""
    value = element.value
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        return ["" if value is None else str(value)]
    return [str(one) for one in value]


def _check(element: DataElement) -> None:
    """Raise where an element cannot be written; the whole file would not be either."""
    if element.VR != "SQ" and " or " not in element.VR:  # those are decided when the file is written
        target = DicomBytesIO()
        target.is_implicit_VR, target.is_little_endian = False, True
        write_data_element(target, element, ["utf-8"])


# The file.


def _state(copy: Dataset, options: CopyOptions) -> None:
    """Write into a copy what was done (PS3.15 E.1.1, PS3.3 C.7.1.1)."""
    codes = [("113100", "Basic Application Confidentiality Profile")]
    if options.clean_descriptions:
        codes.append(("113105", "Clean Descriptors Option"))
    if options.shift_dates:
        codes.append(("113107", "Retain Longitudinal Temporal Information Modified Dates Option"))
    if options.keep_characteristics:
        codes.append(("113108", "Retain Patient Characteristics Option"))
    items = []
    for value, meaning in codes:
        item = Dataset()
        item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
        items.append(item)
    copy.SpecificCharacterSet = "ISO_IR 192"
    copy.PatientIdentityRemoved = "YES"
    copy.DeidentificationMethod = [
        "PS3.15 Annex E Basic Profile; private elements removed",
        f"cxrviewer {cxrviewer.__version__}; text in pixels was not looked for",
    ]
    copy.DeidentificationMethodCodeSequence = items
    copy.LongitudinalTemporalInformationModified = "MODIFIED" if options.shift_dates else "REMOVED"


def _notes(source: Dataset) -> tuple[str, ...]:
    """Return what nobody but a person can see to."""
    burned = text(source, "BurnedInAnnotation").strip().upper()
    if burned == "YES":
        return (msg("The file says that text is part of its pixels. Look at the copy before you pass it on."),)
    if burned != "NO" or text(source, "SOPClassUID") == uid.SecondaryCaptureImageStorage:
        return (msg("Text may be part of the pixels, and it is still there. Look at the copy before you pass it on."),)
    return ()


def _reject_hidden_graphics(source: Dataset) -> None:
    """Raise where overlays lie in unused bits of the pixels: those are copied, and graphics may be writing."""
    for group in range(0x6000, 0x6020, 2):
        if Tag(group, 0x0102) in source and Tag(group, 0x3000) not in source:
            raise UnsupportedImageError(
                msg("Graphics lie in unused bits of the pixels of this file, so no safe copy can be made of it.")
            )


def _stored_pixels(pixels: PixelElement) -> bytes:
    """Return the value of the pixel element as it is stored; of encapsulated pixels up to the delimiter."""
    stream = pixels.stream
    if pixels.length is not None:
        stream.seek(pixels.start)
        data = stream.read(pixels.length)
        if len(data) < pixels.length or len(data) % 2:
            raise UnsupportedImageError(msg("The pixels of this file are cut short, so it is not copied."))
        return data
    parts: list[bytes] = []
    stream.seek(pixels.start)
    while True:
        head = stream.read(8)
        if len(head) < 8:
            raise UnsupportedImageError(msg("The pixels of this file are cut short, so it is not copied."))
        group, element, length = struct.unpack("<HHI" if pixels.little else ">HHI", head)
        if (group, element) == (0xFFFE, 0xE0DD):
            return b"".join((*parts, head))
        body = stream.read(length) if (group, element) == (0xFFFE, 0xE000) and length < MAX_BYTES else b""
        if (group, element) != (0xFFFE, 0xE000) or len(body) < length:
            raise UnsupportedImageError(msg("The pixels of this file are cut short, so it is not copied."))
        parts.append(head + without_comments(body))


def without_comments(stream: bytes) -> bytes:
    """Return a JPEG, JPEG-LS or JPEG 2000 code stream with comments and camera data overwritten by zeros.

    Its length stays, so that offset tables hold. What is no such stream is returned as it is.
    """
    if stream[:2] not in (b"\xff\xd8", b"\xff\x4f"):
        return stream
    blank = bytearray(stream)
    position = 2
    while position + 4 <= len(stream) and stream[position] == 0xFF:
        marker, length = stream[position + 1], int.from_bytes(stream[position + 2 : position + 4], "big")
        if marker in (0xDA, 0x90):  # SOS, SOT: what follows is compressed
            break
        # JPEG 2000 has the kind of its comment in two bytes; APP0, APP8 and APP14 say how to decode.
        start = position + (6 if marker == 0x64 else 4)
        if marker in (0xFE, 0x64) or (0xE0 <= marker <= 0xEF and marker not in (0xE0, 0xE8, 0xEE)):
            end = min(position + 2 + length, len(stream))
            blank[start:end] = bytes(max(0, end - start))
        position += 2 + max(2, length)
    return bytes(blank)


def _pixel_header(pixels: PixelElement, syntax: uid.UID, size: int) -> bytes:
    order = "<" if pixels.little else ">"
    length = size if pixels.length is not None else 0xFFFFFFFF
    tag = struct.pack(f"{order}HH", pixels.tag >> 16, pixels.tag & 0xFFFF)
    if syntax == uid.ImplicitVRLittleEndian:
        return tag + struct.pack(f"{order}I", length)
    return tag + pixels.vr.encode("ascii") + b"\0\0" + struct.pack(f"{order}I", length)


def _written(copy: Dataset, syntax: uid.UID) -> bytes:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = copy.SOPClassUID
    meta.MediaStorageSOPInstanceUID = copy.SOPInstanceUID
    meta.TransferSyntaxUID = syntax
    meta.ImplementationVersionName = "CXRVIEWER"
    copy.file_meta = meta
    out = io.BytesIO()
    pydicom.dcmwrite(
        out,
        copy,
        implicit_vr=syntax == uid.ImplicitVRLittleEndian,
        little_endian=syntax != uid.ExplicitVRBigEndian,
        enforce_file_format=True,
    )
    return out.getvalue()
