"""Lets the C library keep freed memory: a training step frees and asks for the same large tensors again and again."""

from __future__ import annotations

import ctypes

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
"""Parameters of glibc's mallopt, malloc.h."""

_LARGEST = 2**31 - 1


def keep_freed_memory() -> bool:
    """Tell glibc to serve large tensors from its heap, and not to hand freed pages back to the system.

    By default every tensor from 128 KiB to 32 MiB on is mapped and unmapped, and the system fills each of its pages
    with zeros anew. The process is as large as its largest step; it would be so at every step anyway.

    Returns
    -------
    bool
        False where the C library is another one (macOS, Windows, musl); nothing is changed there.
    """
    mallopt = getattr(_c_library(), "mallopt", None)
    if mallopt is None:
        return False
    settings = ((_MMAP_THRESHOLD, _LARGEST), (_TRIM_THRESHOLD, _LARGEST), (_TOP_PAD, 2**26))
    # musl has a mallopt that answers 0 to everything.
    return all(mallopt(parameter, value) == 1 for parameter, value in settings)


def _c_library() -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(None)
    except (OSError, TypeError):  # Windows cannot open its own process by no name
        return None
