"""What the process that reads the files of strangers' heads does. Only there are they parsed, unless they are known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.errors import HeadRejectedError
from cxrviewer.heads.eligibility.ood_detector import MAX_BYTES, OodDetector
from cxrviewer.heads.package.arrays import MAX_HEADER_BYTES, ArrayFileError, parse_npy
from cxrviewer.heads.package.files import sha256
from cxrviewer.heads.package.manifest import load_table, read_manifest_bytes
from cxrviewer.heads.package.sources import HeadFile
from cxrviewer.text import cause, msg


class ManifestTable(Struct, frozen=True):
    """The table of a ``head.toml`` as JSON, and the SHA-256 of the bytes it was read from."""

    digest: str
    table: bytes


def manifest_table(folder: str) -> ManifestTable:
    """Parse ``head.toml`` of `folder`; dates, which no key holds, become null. Raises `ManifestError`."""
    data = read_manifest_bytes(Path(folder))
    return ManifestTable(sha256(data), json.dumps(load_table(data), default=lambda _: None).encode())


def ood_detector(folder: str, name: str, size: int, digest: str) -> OodDetector:
    """Read the density of a head.

    Raises
    ------
    HeadRejectedError
        ``check="density"``, or ``"sha256"`` where the file was changed after the check.
    """
    data = HeadFile(Path(folder), name, size, digest).read(MAX_BYTES, check="density")
    try:
        return OodDetector.from_bytes(data)
    except ValueError as error:
        raise HeadRejectedError(
            msg("The head's density file is not usable: {error}.", error=cause(error)), check="density"
        ) from error


def test_array(folder: str, name: str, size: int, digest: str, allowed: int) -> npt.NDArray[np.float32]:
    """Read a test vector of at most `allowed` bytes.

    Raises
    ------
    HeadRejectedError
        ``check="test_vector"``, or ``"sha256"`` where the file was changed after the check.
    """
    data = HeadFile(Path(folder), name, size, digest).read(allowed + MAX_HEADER_BYTES, check="test_vector")
    try:
        array: npt.NDArray[Any] = parse_npy(data)
    except ArrayFileError as error:
        raise HeadRejectedError(
            msg("{name} is not a usable .npy file: {error}.", name=name, error=cause(error)), check="test_vector"
        ) from error
    if array.dtype != np.float32:
        raise HeadRejectedError(msg("{name} must be a float32 .npy file.", name=name), check="test_vector")
    return array


test_array.__test__ = False  # type: ignore[attr-defined]  # not a pytest function
