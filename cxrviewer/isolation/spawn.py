"""Starting a process without the second one that Python starts beside it."""

from __future__ import annotations

import os
import threading
from multiprocessing.context import SpawnProcess

_one_at_a_time = threading.Lock()


def start(process: SpawnProcess) -> None:
    """Start a process as `process.start` does, but without Python's resource tracker.

    On POSIX, `multiprocessing` first starts an interpreter that only removes semaphores and shared memory which a
    crashed process has left behind. No process of this program has any, and a launch would wait for that interpreter
    (docs/decisions/0105-what-waits-for-the-picture.md).

    Raises
    ------
    OSError
        The process could not be started.
    """
    if os.name != "posix":
        process.start()
        return
    from multiprocessing import resource_tracker

    with _one_at_a_time, open(os.devnull, "wb") as nowhere:
        tracker = resource_tracker.getfd
        resource_tracker.getfd = nowhere.fileno  # what the child would tell its tracker goes there
        try:
            process.start()
        finally:
            resource_tracker.getfd = tracker
