"""Keys of patients, studies, series and images: what makes two files show the same one."""

from __future__ import annotations

import hashlib

from msgspec import Struct

from cxrviewer.imaging.contents import Header, Identity
from cxrviewer.imaging.stamp import FileStamp
from cxrviewer.studies.index.text import name_key, normalised

_APART = "\x1f"
DIGEST_UID = "digest:"
"""Begins the surrogate of a missing SOP Instance UID."""

FOLDER_UID = "folder:"
"""Begins the surrogate of a missing Study or Series Instance UID."""


class Keys(Struct, frozen=True):
    """What the rows of an image are found by.

    Attributes
    ----------
    patient : str
        ID, name and birth date as they are compared; the folder or study for images that name nobody.
    study, series, image : str
        UID, or its surrogate.
    digest : str
        See `content_digest`.
    mark : str
        64 hex digits: what the reader noted of the study is kept under it.
    """

    patient: str
    study: str
    series: str
    image: str
    digest: str
    mark: str


def content_digest(stamp: FileStamp) -> str:
    """Return 32 hex digits of what was read of a file: its size, header and 64 KiB behind it. No path, no time."""
    return hashlib.sha256(f"{stamp.size} {stamp.head_bytes} {stamp.digest}".encode()).hexdigest()[:32]


def begin_of(digest: str) -> str:
    """Return the `content_digest` of an image's digest.

    Behind a dash stands what tells a content from another one that begins alike (`IndexScan._own_digest`).
    """
    return digest.partition("-")[0]


def holds(stamp: FileStamp | None, digest: str) -> bool:
    """Return whether a file holds what an image's digest stands for, as far as a `content_digest` covers it."""
    return stamp is not None and content_digest(stamp) == begin_of(digest)


def image_uid(header: Header) -> str:
    """Return what an image is found by: its SOP Instance UID, or the surrogate. Empty where there is neither."""
    uid, stamp = header.identity.sop_instance_uid, header.stamp
    return uid or ("" if stamp is None else DIGEST_UID + content_digest(stamp))


def patient_key(who: Identity, where: str) -> str:
    """Return what makes a patient one row: ID, name and birth date; `where` for images that name nobody."""
    if who.patient_id or who.patient_name:
        return _APART.join((normalised(who.patient_id), name_key(who.patient_name), who.birth_date))
    return _APART.join(("", "", "", where))


def keys_of(header: Header, folder: str) -> Keys:
    """Return the keys of an image that was found in `folder` (any text that stands for it)."""
    assert header.stamp is not None, "what is indexed was read from a file"
    who = header.identity
    digest = content_digest(header.stamp)
    place = "" if who.study_uid and who.series_uid else _place_uid(folder)
    study = who.study_uid or place
    return Keys(
        patient_key(who, study),
        study,
        who.series_uid or place,
        image_uid(header),
        digest,
        mark_key(study, who),
    )


def _place_uid(folder: str) -> str:
    return FOLDER_UID + hashlib.sha256(folder.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def mark_key(study: str, who: Identity) -> str:
    """Return the key of what a reader notes of a study: UID, patient ID and birth date, hashed.

    The name is left out where there is an ID or a birth date, so that a corrected spelling keeps its notes.
    """
    person = (normalised(who.patient_id), who.birth_date)
    if not any(person):
        person = (name_key(who.patient_name), "")
    return hashlib.sha256(_APART.join((study, *person)).encode("utf-8", "surrogatepass")).hexdigest()
