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
import contextlib
import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from cxrviewer.errors import HeadError, HeadRejectedError
from cxrviewer.heads.package.files import MANIFEST_NAME, SIGNATURE_NAME, open_file
from cxrviewer.text import msg

if TYPE_CHECKING:  # libsodium is loaded only where there is something to verify or to sign
    from nacl.signing import SigningKey

CONTEXT = b"cxrviewer head.toml 1\0"
"""Stands before the manifest, so that a signature made for another purpose is none of a head."""

MAX_SIGNATURE_BYTES = 512
_FIRST_LINE = b"cxrviewer-head-signature 1"
_MAX_KEY_FILE = 4096

_PKCS8_ED25519 = bytes.fromhex("302e020100300506032b657004220420")
"""Everything of an Ed25519 key in PKCS #8 that stands before its 32 bytes (RFC 8410, section 7)."""
_PEM = re.compile(rb"-----BEGIN PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----")
_OTHER_KEYS = re.compile(rb"-----BEGIN (RSA|EC|DSA) PRIVATE KEY-----")


class _Signature(Struct, frozen=True):
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
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    try:
        # libsodium takes no key of small order: under such a key one signature fits every manifest.
        VerifyKey(given.public).verify(CONTEXT + manifest, given.value)
    except (BadSignatureError, ValueError) as error:
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
    from nacl.signing import SigningKey

    if (target.parent / MANIFEST_NAME).exists():
        raise HeadError(msg("A private key must not lie in a head's folder; name another place."))
    key = SigningKey.generate()
    text = base64.b64encode(_PKCS8_ED25519 + bytes(key))
    data = b"-----BEGIN PRIVATE KEY-----\n" + text + b"\n-----END PRIVATE KEY-----\n"
    try:
        # The mode is that of the first moment: written first and narrowed later, others could read it in between.
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
        except BaseException:
            with contextlib.suppress(OSError):  # half a key, which the next attempt would take for one
                os.unlink(target)
            raise
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
    value = key.sign(CONTEXT + manifest).signature
    lines = (_FIRST_LINE, base64.b64encode(public), base64.b64encode(value), b"")
    return b"\n".join(lines), fingerprint(public)


def _read_key(file: Path) -> SigningKey:
    from nacl.signing import SigningKey

    try:
        with file.open("rb") as stream:
            data = stream.read(_MAX_KEY_FILE)
    except OSError as error:
        raise HeadError(msg("The key file cannot be read.")) from error
    found = _PEM.search(data)
    try:
        inside = base64.b64decode(b"".join(found.group(1).split()), validate=True) if found is not None else b""
    except binascii.Error:
        inside = b""
    # A private key of whatever kind is a SEQUENCE, which begins with 0x30.
    if not inside.startswith(b"\x30") and _OTHER_KEYS.search(data) is None:
        raise HeadError(msg("The key file is no private key without a password; make one with `heads keygen`."))
    if len(inside) != len(_PKCS8_ED25519) + 32 or not inside.startswith(_PKCS8_ED25519):
        raise HeadError(msg("The key is not an Ed25519 key; make one with `cxrviewer heads keygen`."))
    return SigningKey(inside[len(_PKCS8_ED25519) :])


def _public(key: SigningKey) -> bytes:
    return bytes(key.verify_key)
