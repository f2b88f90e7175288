"""Writes pictures and reports: whole or not at all, never through a link, never over an input."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy.typing as npt

from cxrviewer.atomic import remove_empty, replacing
from cxrviewer.errors import CxrError
from cxrviewer.imaging.member_paths import file_of
from cxrviewer.leftovers import sweep
from cxrviewer.render.picture import encode
from cxrviewer.render.plan import Job
from cxrviewer.render.settings import PictureFormat, RenderSettings

REPORT_VERSION = 1
MAX_REPORT_BYTES = 4_000_000
_ENDS_THE_RUN = frozenset({errno.ENOSPC, errno.EROFS, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC)})


class OutputFullError(CxrError):
    """The disk takes no more: the run ends, because going on would lose results."""


class NotWrittenError(CxrError):
    """One picture or report cannot be written; others may."""


class Output:
    """The folder of a run.

    Parameters
    ----------
    root : Path
        Exists, without links in it.
    settings : RenderSettings
    inputs : iterable of str
        Paths of every input: none of them is ever replaced.
    """

    def __init__(self, root: Path, settings: RenderSettings, inputs: Iterable[str]) -> None:
        self._root = root
        self._settings = settings
        self._inputs = {identity for path in inputs if (identity := _identity(path)) is not None}
        self._folders: dict[tuple[str, ...], Path] = {}
        self._made: list[Path] = []

    def is_done(self, job: Job) -> bool:
        """Return whether an earlier run rendered this very content with the same settings."""
        report = self._report(job)
        if report is None or report.get("settings") != self._settings.as_json():
            return False
        folder = self._root.joinpath(*job.folder)
        whole = all(_kind(folder / name) == "file" for name in _own_files(report, job.name))
        return whole and report.get("source") is not None and report["source"] == _source(job.source)

    def begin(self, job: Job) -> None:
        """Remove what an earlier run made of this input: an old picture must not outlive its image.

        Raises NotWrittenError, OutputFullError.
        """
        folder = self._folder(job)
        old = self._report(job)
        with _translated():
            for name in (f"{job.name}.json", *_own_files(old, job.name)) if old is not None else ():
                path = folder / name
                if _kind(path) == "file" and _identity(str(path)) not in self._inputs:
                    path.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove the folders that were made for what could then not be written."""
        remove_empty(reversed(self._made))

    def write_picture(self, job: Job, frame: int, pixels: npt.NDArray[Any]) -> str:
        """Write the picture of a frame (from 0) and return its file name. Raises NotWrittenError, OutputFullError."""
        name = picture_name(job.name, frame, self._settings.format)
        self._write(job, name, lambda file: encode(pixels, self._settings, file))
        return name

    def write_report(self, job: Job, report: dict[str, Any]) -> None:
        """Write ``<file name>.json``, the last file of an input. Raises NotWrittenError, OutputFullError."""
        whole = {
            **report,
            "source": _source(job.source),
            "settings": self._settings.as_json(),
            "report": REPORT_VERSION,
        }
        text = (json.dumps(whole, indent=1) + "\n").encode()
        self._write(job, f"{job.name}.json", lambda file: file.write(text))

    def take_back(self, job: Job, names: Iterable[str]) -> None:
        """Remove the pictures of an input whose others, or whose report, cannot be written."""
        for name in names:
            with contextlib.suppress(OSError):
                self._root.joinpath(*job.folder, name).unlink()

    def _write(self, job: Job, name: str, write: Callable[[BinaryIO], object]) -> None:
        path = self._folder(job) / name
        kind = _kind(path)
        if kind not in ("", "file"):
            raise NotWrittenError(f"The name of the output is taken by a {kind}; it was left alone.")
        if kind and _identity(str(path)) in self._inputs:
            raise NotWrittenError("The name of the output is that of an input, which is never replaced.")
        with _translated(), replacing(path) as file:
            write(file)

    def _folder(self, job: Job) -> Path:
        """Return the folder of a job, made where needed; a link on the way is not followed."""
        known = self._folders.get(job.folder)
        if known is not None:
            return known
        folder = self._root
        for part in job.folder:
            folder = folder / part
            with _translated():
                with contextlib.suppress(FileExistsError):
                    folder.mkdir()
                    self._made.append(folder)
            if _kind(folder) != "folder":
                raise NotWrittenError("A folder of the output is a link; it was left alone.")
        sweep(folder)
        self._folders[job.folder] = folder
        return folder

    def _report(self, job: Job) -> dict[str, Any] | None:
        """Return the report of an earlier run, None where there is none or it is another program's."""
        try:
            path = self._root.joinpath(*job.folder, f"{job.name}.json")
            if _kind(path) != "file" or path.stat().st_size > MAX_REPORT_BYTES:
                return None
            report = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        return report if isinstance(report, dict) and report.get("report") == REPORT_VERSION else None


def picture_name(name: str, frame: int, kind: PictureFormat) -> str:
    """Return the file name of the picture of a frame (from 0)."""
    return f"{name}{'' if frame == 0 else f'.f{frame + 1}'}.{kind.value}"


def _own_files(report: dict[str, Any], name: str) -> list[str]:
    """Return the pictures an earlier report lists, as far as they bear this input's name."""
    endings = "|".join(kind.value for kind in PictureFormat)
    pattern = re.compile(rf"{re.escape(name)}(\.f[0-9]{{1,9}})?\.({endings})\Z")
    files = report.get("files")
    return [file for file in files if isinstance(file, str) and pattern.match(file)] if isinstance(files, list) else []


def _source(path: str) -> dict[str, int] | None:
    """Return what tells whether the input is still the same content, None where it cannot be looked at."""
    try:
        found = os.stat(file_of(Path(path)))
    except OSError:
        return None
    return {"size": found.st_size, "modified_ns": found.st_mtime_ns, "changed_ns": found.st_ctime_ns}


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(file_of(Path(path)))
    except (OSError, ValueError):
        return None
    return (found.st_dev, found.st_ino) if found.st_ino else None


def _kind(path: Path) -> str:
    """Return what lies at `path` itself, links not followed; empty where nothing does."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return ""
    kinds = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link"}
    return kinds.get(stat.S_IFMT(mode), "device or pipe")


@contextmanager
def _translated() -> Iterator[None]:
    """Turn an OSError of writing into one of the two errors of this module."""
    try:
        yield
    except OSError as error:
        if error.errno in _ENDS_THE_RUN:
            raise OutputFullError(
                "The pictures could not be written; check the folder's rights and the space on the disk."
            ) from error
        raise NotWrittenError("The output could not be written under this name; check the folder.") from error
