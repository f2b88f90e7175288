"""What a process does to itself before it touches untrusted bytes. Keep the imports tiny: paid at every start."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator

NICER = 5
"""Steps that `lower_priority` goes down on POSIX: a process of the window's has three times the time of such a one."""

_BELOW_NORMAL = 0x4000
"""BELOW_NORMAL_PRIORITY_CLASS of Windows."""


def silence() -> None:
    """Send the process's own output nowhere: native libraries print paths, and stdout carries the app's JSON."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def use_one_thread() -> None:
    """Keep numerical libraries from starting threads; call before numpy is imported.

    OpenBLAS reserves 32 MiB of address space for each, which would count against the limit.
    """
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = "1"


def lower_priority() -> bool:
    """Let the window and other programs go before this process, and the threads that it starts from now on.

    Returns
    -------
    bool
        False where the system refuses.
    """
    try:
        if sys.platform == "win32":
            import ctypes

            kernel = ctypes.windll.kernel32
            kernel.GetCurrentProcess.restype = ctypes.c_void_p  # a handle does not fit into the default, an int
            kernel.SetPriorityClass.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
            return bool(kernel.SetPriorityClass(kernel.GetCurrentProcess(), _BELOW_NORMAL))
        # Relative, so that a program that was started below others stays there.
        lower = min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICER)
        for thread in _threads():
            os.setpriority(os.PRIO_PROCESS, thread, lower)
    except (OSError, AttributeError):
        return False
    return True


def _threads() -> list[int]:
    """Return the threads of this process: on Linux each has a priority of its own, and numpy has started some."""
    try:
        return [int(name) for name in os.listdir("/proc/self/task")]
    except OSError:
        return [0]


def forbid_core_dumps() -> bool:
    """Keep a crash of this process and its children from writing its memory, and so an image, to a disk.

    Returns
    -------
    bool
        False where the system has no such limit.
    """
    try:
        import resource  # does not exist on Windows

        # Linux hands a core to a collecting program even at a limit of 0, but not at 1 (core(5)); no file has one byte.
        size = 1 if sys.platform.startswith("linux") else 0
        resource.setrlimit(resource.RLIMIT_CORE, (size, size))
    except (ImportError, OSError, ValueError):
        return False
    return True


def limit_memory(memory_bytes: int) -> bool:
    """Allow this process `memory_bytes` more than it uses now. False where the system cannot.

    Only Linux enforces an address-space limit and tells the present size; see docs/heads.md.
    """
    if not sys.platform.startswith("linux"):
        return False
    import resource

    try:
        limit = _pages()[0] * os.sysconf("SC_PAGE_SIZE") + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    except (OSError, ValueError):
        return False
    return True


def resident_bytes() -> int:
    """Return the memory this process uses; 0 where the system does not tell as Linux does."""
    try:
        return _pages()[1] * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _pages() -> tuple[int, int]:
    """Return the pages of this process's address space and those in memory."""
    with open("/proc/self/statm", encoding="ascii") as file:
        total, resident = file.read().split()[:2]
    return int(total), int(resident)


@contextlib.contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """End this process unless the body ends within `seconds` of processor time of all threads. Not on Windows.

    A profiling timer and not RLIMIT_CPU: that one counts whole seconds since the start of the process. Nothing
    handles SIGPROF, so it ends the process also inside native code.
    """
    if sys.platform == "win32":
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def return_free_memory() -> None:
    """Give back to the system what glibc keeps of large blocks that were freed."""
    if sys.platform.startswith("linux"):
        import ctypes

        with contextlib.suppress(OSError, AttributeError):  # not glibc
            ctypes.CDLL(None).malloc_trim(0)
