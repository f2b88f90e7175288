"""The start of a new head: an annotated manifest, and the hashes that end it."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

from cxrviewer.atomic import made_folder, write_bytes
from cxrviewer.errors import HeadError
from cxrviewer.heads.package.files import MANIFEST_NAME, MAX_MANIFEST_BYTES, hash_files, read_file, sha256
from cxrviewer.heads.package.toml_limits import load_toml
from cxrviewer.paths import resources_dir

# Of [model] and no other table: a features head names its backbone by a sha256 as well.
_MODEL_HASH = re.compile(r'^(\[model\][^\n]*\n(?:(?!\[)[^\n]*\n)*?sha256\s*=\s*)"[^"\n]*"', re.MULTILINE)
_FILES = re.compile(r"^\[files\][^\n]*\n", re.MULTILINE)


def write_template(folder: Path) -> None:
    """Make `folder` with an annotated ``head.toml`` to fill in.

    Raises
    ------
    HeadError
        There is a ``head.toml`` already, or the folder cannot be written.
    SettingsError
        The installation is incomplete.
    """
    source = resources_dir() / "head-template" / MANIFEST_NAME
    try:
        data = source.read_bytes()
        with made_folder(folder):
            if os.path.lexists(folder / MANIFEST_NAME):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            write_bytes(folder / MANIFEST_NAME, data)
    except FileExistsError as error:
        raise HeadError("The folder holds a head.toml already; name another folder.") from error
    except OSError as error:
        raise HeadError("The folder cannot be written; check its rights and the disk.") from error


def fill_hashes(folder: Path) -> None:
    """Write the SHA-256 of the model and of every other file into ``head.toml``; all else in it stays as it is.

    Raises
    ------
    HeadError
        The manifest or a file cannot be read, or ``[files]`` is not the last table.
    """
    try:
        text = read_file(folder, MANIFEST_NAME, MAX_MANIFEST_BYTES).decode("utf-8")
        model = load_toml(text)["model"]["file"]
    except (ValueError, KeyError, TypeError) as error:
        raise HeadError("head.toml is no readable TOML with a [model] and its file.") from error
    files = _FILES.search(text)
    if files is None or re.search(r"^\[", text[files.end() :], re.MULTILINE) or not _MODEL_HASH.search(text):
        raise HeadError("head.toml must hold model.sha256, and [files] as its last table.")
    if not isinstance(model, str):
        raise HeadError("model.file in head.toml must be text.")
    digest = sha256(read_file(folder, model))
    kept = _MODEL_HASH.sub(lambda found: f'{found[1]}"{digest}"', text[: files.end()], count=1)
    listed = "".join(f'"{name}" = "{value}"\n' for name, value in hash_files(folder, model=model))
    try:
        write_bytes(folder / MANIFEST_NAME, (kept + listed).encode())
    except OSError as error:
        raise HeadError("head.toml cannot be written; check its rights and the disk.") from error
