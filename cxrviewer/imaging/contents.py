"""What a file holds, as values. They can be had without pydicom: the window never parses a file itself."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.imaging.radiograph import ImageFacts, Radiograph
from cxrviewer.imaging.stamp import FileStamp

FileId = tuple[str, ...]
"""Folders and name of a file, from the folder of its DICOMDIR on (PS3.10 8.2)."""


class Member(Struct, frozen=True):
    """A file in a ZIP.

    Attributes
    ----------
    name : str
        With its folders; not a path on the disk.
    size, packed : int
        Bytes, unpacked and as stored.
    checksum : int
        CRC-32 of the content, as the ZIP states it.
    reason : str
        Why it is not read, empty where it can be.
    """

    name: str
    size: int
    packed: int
    checksum: int
    reason: str = ""


class Identity(Struct, frozen=True, kw_only=True):
    """Who and when, for the screen only: never for logs, errors, file names or keys.

    Text is decoded with the file's (0008,0005) Specific Character Set; empty where absent.
    Names keep the standard's carets and component groups (PS3.5 6.2.1.1).
    Dates and times as ISO text (``2026-11-18``, ``16:02``) or empty.
    """

    patient_name: str = ""
    patient_id: str = ""
    birth_date: str = ""
    sex: str = ""
    age: str = ""
    study_uid: str = ""
    study_date: str = ""
    study_time: str = ""
    study_description: str = ""
    accession_number: str = ""
    series_uid: str = ""
    series_number: int | None = None
    series_description: str = ""
    sop_instance_uid: str = ""
    instance_number: int | None = None


class Header(Struct, frozen=True):
    """Everything known of a file before its pixels are decoded.

    `stamp` is what the file was when this was read; None where there is no file behind it.
    """

    facts: ImageFacts
    identity: Identity
    has_pixels: bool
    stamp: FileStamp | None = None


class Image(Struct, frozen=True, eq=False):
    """An image and everything its header says; `header.facts` is `radiograph.facts`.

    Header and pixels were read from one open file that did not change meanwhile, so the
    identity is that of the picture. `header.stamp` and `radiograph.key` say which content it was.
    """

    header: Header
    radiograph: Radiograph


class SmallPicture(Struct, frozen=True, eq=False):
    """A thumbnail, (height, width, 3) uint8, and the header that was read with its pixels."""

    header: Header
    picture: npt.NDArray[np.uint8]
