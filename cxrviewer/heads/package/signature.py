"""Ed25519 signatures of heads (RFC 8032): who made a pack, as far as a key can say.

``head.toml.sig`` holds three lines of ASCII, each ended by one LF:

1. ``cxrviewer-head-signature 1``
2. the public key, 32 bytes in base64 (RFC 4648 section 4)
3. the signature, 64 bytes in base64

Signed is `CONTEXT` followed by the bytes of ``head.toml`` as they lie on the disk. The manifest names the SHA-256 of
every other file, so the signature is one over the whole head.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cxrviewer.errors import HeadError, HeadRejectedError
from cxrviewer.heads.package.files import MANIFEST_NAME, SIGNATURE_NAME, open_file
from cxrviewer.text import msg

if TYPE_CHECKING:  # 30 ms and a library of OpenSSL, paid only where there is something to verify
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

CONTEXT = b"cxrviewer head.toml 1\0"
"""Stands before the manifest, so that a signature made for another purpose is none of a head."""

MAX_SIGNATURE_BYTES = 512
_FIRST_LINE = b"cxrviewer-head-signature 1"
_MAX_KEY_FILE = 4096


@dataclass(frozen=True, slots=True)
class _Signature:
    public: bytes
    value: bytes


def fingerprint(public: bytes) -> str:
    """Return the short name of a public key: 100 bits of its SHA-256 in base32, which has no 0, 1, 8 and 9.

    Examples
    --------
    >>> fingerprint(bytes(32))
    'MZUHV-LPYMK-6XO3E-PYGFY'
    """
    text = base64.b32encode(hashlib.sha256(public).digest()).decode()[:20]
    return "-".join(text[start : start + 5] for start in range(0, 20, 5))


def normal_fingerprint(text: str) -> str:
    """Return what somebody typed as `fingerprint` writes it, empty where it is none.

    Examples
    --------
    >>> normal_fingerprint("mzuhv lpymk 6xo3e pygfy")
    'MZUHV-LPYMK-6XO3E-PYGFY'
    >>> normal_fingerprint("MZUHV")
    ''
    """
    letters = "".join(text.split()).replace("-", "").upper()
    if len(letters) != 20 or set(letters) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"):
        return ""
    return "-".join(letters[start : start + 5] for start in range(0, 20, 5))


def read_signature(folder: Path) -> bytes | None:
    """Return the bytes of a head's signature file, None where there is none; one byte more than allowed at most.

    Raises
    ------
    HeadRejectedError
        It is a link or cannot be read.
    """
    if not os.path.lexists(folder / SIGNATURE_NAME):
        return None
    with open_file(folder, SIGNATURE_NAME) as file:
        return file.read(MAX_SIGNATURE_BYTES + 1)


def verify(manifest: bytes, signature: bytes | None) -> str:
    """Return the fingerprint of the key that signed `manifest`, empty where `signature` is None.

    Raises
    ------
    HeadRejectedError
        ``check="signature"``: the file is no signature, or it does not fit.
    """
    if signature is None:
        return ""
    given = _parse(signature)
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(given.public).verify(given.value, CONTEXT + manifest)
    except (InvalidSignature, ValueError) as error:
        raise _bad(msg("does not fit head.toml: one of the two was changed, or belongs to another head")) from error
    return fingerprint(given.public)


def _parse(data: bytes) -> _Signature:
    lines = data.split(b"\n")
    if len(data) > MAX_SIGNATURE_BYTES or len(lines) != 4 or lines[0] != _FIRST_LINE or lines[3]:
        raise _bad(msg("is not a signature file of this program"))
    try:
        public, value = (base64.b64decode(line, validate=True) for line in lines[1:3])
    except (binascii.Error, ValueError) as error:
        raise _bad(msg("is damaged")) from error
    if len(public) != 32 or len(value) != 64:
        raise _bad(msg("is damaged"))
    return _Signature(public, value)


def _bad(what: str) -> HeadRejectedError:
    return HeadRejectedError(
        msg("The signature {signature_name} {what}; do not use this head.", signature_name=SIGNATURE_NAME, what=what),
        check="signature",
    )


def make_key(target: Path) -> str:
    """Write a new private key to `target`, readable for its owner only, and return its fingerprint.

    The file is PKCS #8 in PEM, without a password.

    Raises
    ------
    HeadError
        There is such a file, it would lie in a head's folder, or it cannot be written.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if (target.parent / MANIFEST_NAME).exists():
        raise HeadError(msg("A private key must not lie in a head's folder; name another place."))
    key = Ed25519PrivateKey.generate()
    data = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        # The mode is that of the first moment: written first and narrowed later, others could read it in between.
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
    except FileExistsError as error:
        raise HeadError(msg("There is a file of this name; a key is never overwritten.")) from error
    except OSError as error:
        raise HeadError(msg("The key cannot be written; check the folder's rights and the disk.")) from error
    return fingerprint(_public(key))


def sign(manifest: bytes, key_file: Path) -> tuple[bytes, str]:
    """Return the signature file of `manifest` and the fingerprint of the key.

    Raises
    ------
    HeadError
        The key cannot be read, is locked by a password, or is not Ed25519.
    """
    key = _read_key(key_file)
    public = _public(key)
    lines = (_FIRST_LINE, base64.b64encode(public), base64.b64encode(key.sign(CONTEXT + manifest)), b"")
    return b"\n".join(lines), fingerprint(public)


def _read_key(file: Path) -> Ed25519PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        with file.open("rb") as stream:
            key = serialization.load_pem_private_key(stream.read(_MAX_KEY_FILE), password=None)
    except OSError as error:
        raise HeadError(msg("The key file cannot be read.")) from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise HeadError(
            msg("The key file is no private key without a password; make one with `heads keygen`.")
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise HeadError(msg("The key is not an Ed25519 key; make one with `cxrviewer heads keygen`."))
    return key


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()
