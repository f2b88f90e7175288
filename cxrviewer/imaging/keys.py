"""Keys of films: equal keys, equal pictures."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from cxrviewer.imaging.lut import LookupTable
from cxrviewer.imaging.modality import ModalityTransform
from cxrviewer.imaging.voi import Voi, VoiLut

Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]

_VERSION = "film 1"
"""Raise it when the meaning of stored values changes, so that no old result is taken for a new one's."""


def _transform(value: ModalityTransform | Voi | None) -> str:
    table = value.table if isinstance(value, VoiLut) else value
    if isinstance(table, LookupTable):
        digest = hashlib.blake2b(table.entries.tobytes(), digest_size=16).hexdigest()
        return f"LUT {table.first_mapped} {table.bits} {digest}"
    return repr(table)


def film_key(
    codes: Codes,
    *,
    first_stored: int,
    modality: ModalityTransform,
    default: Voi | None,
    inverted: bool,
    padding: tuple[int, int] | None,
) -> str:
    """Return 32 hex digits of the pixels and of all that makes their default grey.

    Two copies of a film in different transfer syntaxes (lossless) share a key, a copy with
    another window or polarity does not: a model would see another picture. No identity
    goes in, so the key may be stored and logged.
    """
    settings = (_VERSION, codes.shape, codes.dtype.str, first_stored, _transform(modality), _transform(default))
    digest = hashlib.blake2b(repr((*settings, inverted, padding)).encode(), digest_size=16)
    digest.update(np.ascontiguousarray(codes).data)
    return digest.hexdigest()
