"""Files that are there completely or not at all."""

from __future__ import annotations

import contextlib
import io
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cxrviewer.leftovers import temporary_name

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@contextlib.contextmanager
def replacing(path: Path, *, private: bool = False, durable: bool = True) -> Iterator[BinaryIO]:
    """Write beside `path`; when the block ends, flush to disk and put in place. Raises OSError.

    Whatever ends the block early, Ctrl-C included, leaves the old file or none, and no temporary one. A file that is
    replaced keeps its access rights; a `private` one is readable for its owner only. What is not `durable` is not
    waited for: after a loss of power it may hold anything, so whoever reads it checks it.
    """
    # Not tempfile.mkstemp: that one is readable for its owner only, and results are shared.
    temporary = path.with_name(temporary_name(path.name))
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(temporary, flags, 0o600 if private else 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if not private:
                with contextlib.suppress(OSError):
                    os.chmod(temporary, stat.S_IMODE(path.stat().st_mode))
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


@contextlib.contextmanager
def made_folder(folder: Path) -> Iterator[None]:
    """Make `folder` and those above it where they are missing; those that are empty when the block fails go again.

    Raises OSError.
    """
    made = missing_folders(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        remove_empty(made)
        raise


def missing_folders(folder: Path | None) -> tuple[Path, ...]:
    """Return `folder` and those above it that are not there, the inner ones first: a run that fails removes them."""
    return () if folder is None else tuple(one for one in (folder, *folder.parents) if not os.path.lexists(one))


def remove_empty(folders: Iterable[Path]) -> None:
    """Remove those of `folders`, the inner ones first, that hold nothing. Never raises for what cannot be removed."""
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` with `replacing`. Raises OSError."""
    with replacing(path) as file:
        file.write(data)


def write_array(path: Path, rows: Sequence[npt.NDArray[np.float32]]) -> None:
    """Write `rows` stacked as a ``.npy`` file. Raises OSError."""
    import numpy as np  # the settings are written through this module, too, and need none

    out = io.BytesIO()
    np.save(out, np.stack(rows), allow_pickle=False)
    write_bytes(path, out.getvalue())
