"""What a model process is given: its limits, and what it must know of a Python head."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from cxrviewer.heads.package.sources import Source

USUAL_START_SECONDS = 1.0
"""Of an empty process on an ordinary computer, its imports included."""

MAX_SLOWNESS = 5.0


class Limits(Struct, frozen=True, kw_only=True):
    """What a model process may use.

    Attributes
    ----------
    start_seconds : float
        Time for the empty process to start: the computer's doing, not the model's.
    load_seconds, run_seconds : float
        Time to load the model, and to answer for one image.
    scaled : bool
        Multiply both by how many times slower than `USUAL_START_SECONDS` the empty process started, up to
        `MAX_SLOWNESS`: a limit meant for an ordinary computer would reject honest models on a slow or busy one.
    cancel_seconds : float
        Time between a cancel and the end of the process, should it not stop by itself.
    memory_bytes : int
        Address space on top of what the empty process needs (Linux only).
    threads : int
        More than four buy nothing at 224 x 224, and each reserves address space.
    """

    start_seconds: float = 60.0
    load_seconds: float = 60.0
    run_seconds: float = 30.0
    cancel_seconds: float = 1.0
    memory_bytes: int = 2 * 2**30
    threads: int = min(4, os.cpu_count() or 1)
    scaled: bool = False


PROGRAM_LIMITS = Limits(load_seconds=120.0, run_seconds=60.0, memory_bytes=16 * 2**30)
"""Of a Python head that was approved: it may import a training framework, which alone maps gigabytes."""


class ProgramSpec(Struct, frozen=True, eq=False):
    """What a process needs to know of a Python head besides its program file.

    Attributes
    ----------
    name : str
        Of the program file, for tracebacks.
    files : name -> Source
        Handed to the program, in this order behind the program file.
    tensors : role -> name
        ``input`` and ``logits``, ``maps`` and ``features`` where there are such.
    shape : (1, channels, height, width)
    """

    name: str
    files: Mapping[str, Source]
    tensors: Mapping[str, str]
    shape: tuple[int, ...]

    def described(self) -> dict[str, Any]:
        """Return it as JSON; the bytes of the files travel before it."""
        sizes = [[name, file.size] for name, file in self.files.items()]
        return {"name": self.name, "files": sizes, "shape": list(self.shape), **self.tensors}
