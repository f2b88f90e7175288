"""Reads a pack, a ``.cxrhead`` zip or a folder, as a stranger's: nothing is written before everything is counted.

Formats: APPNOTE.TXT 6.3.10 of PKWARE for the zip; ``../docs/heads.md`` for what is inside.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Protocol

from msgspec import Struct

from cxrviewer.atomic import replacing
from cxrviewer.cancel import CancelToken
from cxrviewer.errors import HeadRejectedError, ManifestError, PackRejectedError
from cxrviewer.heads.contract import HeadManifest
from cxrviewer.heads.package.arrays import ArrayFileError, check_directory
from cxrviewer.heads.package.files import (
    IGNORED_NAMES,
    MANIFEST_NAME,
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_MANIFEST_BYTES,
    SIGNATURE_NAME,
    is_plain_name,
    list_names,
    open_file,
    reject_private_key,
)
from cxrviewer.heads.package.signature import MAX_SIGNATURE_BYTES, verify
from cxrviewer.heads.runtime.parsing import DIRECT, Parser
from cxrviewer.heads.runtime.runner import clean
from cxrviewer.text import msg

MAX_PACK_BYTES = 512 * 2**20
"""Of a zip file, and of all it unpacks to."""

_CHUNK = 2**20
_MAX_DIRECTORY_BYTES = 2**15
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000
_SPARE_BYTES = 64 * 2**20
_MAX_ENTRIES = 2 * MAX_FILES + 8
"""Besides the files: their folder, and what macOS adds for each."""

_KEY_PEEK = 4096


class Pack(Protocol):
    """Names with their sizes in bytes, and a way to read each."""

    sizes: Mapping[str, int]

    def open(self, name: str) -> contextlib.AbstractContextManager[BinaryIO]: ...


class Copied(Struct, frozen=True):
    """What `copy_pack` found; `signer` is a fingerprint, empty for an unsigned pack."""

    manifest: HeadManifest
    signer: str


def copy_pack(source: Path, target: Path, cancel: CancelToken, parser: Parser = DIRECT) -> Copied:
    """Copy the files the manifest names into the empty folder `target`, comparing signature and hashes on the way.

    Each byte of `source` is read once: what is checked later is this copy, so a source that changes
    meanwhile changes nothing.

    Raises
    ------
    PackRejectedError, JobCancelled
        Whatever was written by then is the caller's to remove.
    """
    with contextlib.ExitStack() as stack:
        try:
            pack = stack.enter_context(_open_pack(source))
            text = _manifest_bytes(pack)
            _write(target / MANIFEST_NAME, [text])  # the parser may want to read it by itself
            manifest = parser.manifest(target, text)
            if manifest.program and isinstance(pack, _ZipPack):
                raise _rejected(
                    msg("it holds a Python program. A pack never does; such heads are installed as folders.")
                )
            signature = _signature(pack)
            signer = verify(text, signature)
            expected = {manifest.model.file: manifest.model.sha256, **dict(manifest.files)}
            _compare_names(pack, expected)
            _make_room(target, sum(pack.sizes.values()))
            if signature is not None:
                _write(target / SIGNATURE_NAME, [signature])
            problems = []
            for name, digest in expected.items():
                if _copy_file(pack, name, target / name, cancel) != digest:
                    problems.append(f"{name} is not the file head.toml describes (SHA-256 differs)")
        except ManifestError as error:
            check = "contract_version" if error.other_contract else "manifest"
            raise PackRejectedError(error.problems, check=check) from error
        except HeadRejectedError as error:
            check = "signature" if error.check == "signature" else "pack"
            raise PackRejectedError((error.user_message,), check=check) from error
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            raise PackRejectedError((msg("the zip file is damaged."),), check="pack") from error
        except OSError as error:
            sentence = "the pack could not be copied; check that it can be read and that the disk has room."
            raise PackRejectedError((sentence,), check="pack") from error
    if problems:
        raise PackRejectedError(tuple(problems), check="sha256")
    return Copied(manifest, signer)


@contextlib.contextmanager
def _open_pack(source: Path) -> Iterator[Pack]:
    if source.is_dir():
        yield _FolderPack(source)
    elif not source.exists():
        raise _rejected(msg("there is no such file or folder."))
    elif not stat.S_ISREG(source.stat().st_mode):
        raise _rejected(msg("it is not a plain file."))
    else:
        with source.open("rb") as file:
            _look_at_end(file)
            with zipfile.ZipFile(file) as archive:
                yield _ZipPack(archive)


def _rejected(*problems: str) -> PackRejectedError:
    return PackRejectedError(problems, check="pack")


def _look_at_end(file: BinaryIO) -> None:
    if file.seek(0, os.SEEK_END) > MAX_PACK_BYTES:
        raise _rejected(msg("the file is larger than the allowed {value} MiB.", value=MAX_PACK_BYTES // 2**20))
    try:
        check_directory(file, _MAX_ENTRIES, _MAX_DIRECTORY_BYTES, files=MAX_FILES)
    except ArrayFileError as error:
        raise _rejected(f"{error}.") from error


class _ZipPack:
    """A zip file with nothing in it but plain files of allowed size, or one folder of them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        entries = archive.infolist()
        if len(entries) > _MAX_ENTRIES:
            raise _rejected(msg("the zip file holds more than {max_files} files.", max_files=MAX_FILES))
        if sum(entry.file_size for entry in entries) > MAX_PACK_BYTES:
            raise _rejected(msg("the zip file unpacks to more than {value} MiB.", value=MAX_PACK_BYTES // 2**20))
        prefix, entries = _inside_folder(entries)
        if len(entries) > MAX_FILES:
            raise _rejected(msg("the zip file holds more than {max_files} files.", max_files=MAX_FILES))
        names = [entry.orig_filename.removeprefix(prefix) for entry in entries]
        problems = [p for entry, name in zip(entries, names, strict=True) if (p := _entry_problem(entry, name))]
        seen: set[str] = set()
        for name in names:
            # Two names that differ in case only are one file on Windows and macOS.
            if name.casefold() in seen:
                problems.append(msg("{clean} is in the zip file twice.", clean=clean(name)))
            seen.add(name.casefold())
        if problems:
            raise _rejected(*problems)
        self._entries = dict(zip(names, entries, strict=True))
        self.sizes: Mapping[str, int] = {name: entry.file_size for name, entry in self._entries.items()}

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        with self._archive.open(self._entries[name]) as file:
            yield file  # type: ignore[misc]  # IO[bytes] is what BinaryIO promises


def _inside_folder(entries: list[zipfile.ZipInfo]) -> tuple[str, list[zipfile.ZipInfo]]:
    """Return ``FOLDER/`` and what is in it where all entries lie in one folder that holds a manifest.

    That is what "compress this folder" makes in every file manager. What systems leave there is passed over:
    the folder's own entry, ``.DS_Store`` and its like, and macOS's twin folder.
    """
    names = [entry.orig_filename for entry in entries if not entry.orig_filename.startswith("__MACOSX/")]
    folder = names[0].split("/", 1)[0] if names else ""
    prefix = f"{folder}/"
    if f"{prefix}{MANIFEST_NAME}" not in names or not all(name.startswith(prefix) for name in names):
        return "", entries
    passed_over = {prefix} | {prefix + name for name in IGNORED_NAMES}
    return prefix, [e for e in entries if e.orig_filename in set(names) - passed_over]


def _entry_problem(entry: zipfile.ZipInfo, inside: str) -> str:
    # `filename` is already mended by zipfile, cut at a NUL for one; the name as it stands is what counts.
    name = clean(entry.orig_filename)
    mode = stat.S_IFMT(entry.external_attr >> 16)
    if not is_plain_name(inside):
        return msg(
            "{value} is not the plain name of a file: a pack holds no folders and no paths.", value=name or "an entry"
        )
    if mode not in (0, stat.S_IFREG):
        return msg("{name} is a link or another special file; a pack holds plain files only.", name=name)
    if entry.flag_bits & _ENCRYPTED:
        return msg("{name} is encrypted.", name=name)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return msg("{name} is compressed in a way this program does not read; use deflate.", name=name)
    if entry.file_size > MAX_FILE_BYTES:
        return msg("{name} unpacks to more than {value} MiB.", name=name, value=MAX_FILE_BYTES // 2**20)
    return ""


class _FolderPack:
    """A folder; links and folders in it are rejected when they are opened."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        names = _names(folder)
        self.sizes: Mapping[str, int] = {name: (folder / name).lstat().st_size for name in names}
        if sum(self.sizes.values()) > MAX_PACK_BYTES:
            raise _rejected(msg("the folder holds more than {value} MiB.", value=MAX_PACK_BYTES // 2**20))

    def open(self, name: str) -> contextlib.AbstractContextManager[BinaryIO]:
        return open_file(self._folder, name)


def _names(folder: Path) -> list[str]:
    """Return the names of all files of a head, manifest and signature first where there are such."""
    first = [name for name in (MANIFEST_NAME, SIGNATURE_NAME) if os.path.lexists(folder / name)]
    return [*first, *list_names(folder)]


def _manifest_bytes(pack: Pack) -> bytes:
    if MANIFEST_NAME not in pack.sizes:
        raise _rejected(
            msg("{manifest_name} is missing; a pack is the files of a head's folder.", manifest_name=MANIFEST_NAME)
        )
    with pack.open(MANIFEST_NAME) as file:
        data = file.read(MAX_MANIFEST_BYTES + 1)
    if len(data) > MAX_MANIFEST_BYTES:
        problem = f"{MANIFEST_NAME}: is larger than {MAX_MANIFEST_BYTES // 2**20} MiB"
        raise ManifestError("unknown", (problem,))
    return data


def _signature(pack: Pack) -> bytes | None:
    if SIGNATURE_NAME not in pack.sizes:
        return None
    with pack.open(SIGNATURE_NAME) as file:
        return file.read(MAX_SIGNATURE_BYTES + 1)  # one more than allowed: `verify` says so


def _compare_names(pack: Pack, expected: Mapping[str, str]) -> None:
    present = set(pack.sizes) - {MANIFEST_NAME, SIGNATURE_NAME}
    problems = [f"{name} is missing from the pack" for name in sorted(set(expected) - present)]
    problems += [f"{clean(name)} is not listed in head.toml" for name in sorted(present - set(expected))]
    if problems:
        raise PackRejectedError(tuple(problems), check="sha256")


def _make_room(target: Path, size: int) -> None:
    if shutil.disk_usage(target).free < size + _SPARE_BYTES:
        raise _rejected(msg("there is not enough room on the disk."))


def _copy_file(pack: Pack, name: str, target: Path, cancel: CancelToken) -> str:
    """Copy one file and return its SHA-256; never writes more than the size that was declared."""
    digest = hashlib.sha256()

    def chunks(file: BinaryIO) -> Iterator[bytes]:
        left = min(pack.sizes[name], MAX_FILE_BYTES)
        while chunk := file.read(_CHUNK):
            cancel.raise_if_cancelled()
            left -= len(chunk)
            if left < 0:
                raise _rejected(msg("{name} is larger than it says or than allowed.", name=name))
            digest.update(chunk)
            yield chunk

    with pack.open(name) as file:
        _write(target, chunks(file))
    return digest.hexdigest()


def _write(target: Path, chunks: Iterator[bytes] | list[bytes]) -> None:
    with target.open("xb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def write_pack(folder: Path, target: Path) -> None:
    """Write the head in `folder` as a ``.cxrhead`` zip; equal files give equal bytes.

    Raises
    ------
    HeadRejectedError
        For anything the viewer would refuse to read.
    OSError
        Nothing is left then. FileExistsError where there is such a file.
    """
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    for name in _names(folder):
        with open_file(folder, name) as source:
            reject_private_key(name, source.read(_KEY_PEEK))
    with replacing(target) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in _names(folder):
            entry = zipfile.ZipInfo(name)  # of 1980, whenever the file was written
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            with open_file(folder, name) as source, archive.open(entry, "w") as packed:
                shutil.copyfileobj(source, packed, _CHUNK)
