"""Functions that tests run in worker processes: honest, broken and hostile ones."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import force_setattr

from cxrviewer.errors import DecodeError, SettingsError


class Answer(Struct, frozen=True):
    text: str
    number: int
    share: float
    pixels: npt.NDArray[np.uint16]

    def __post_init__(self) -> None:
        if self.number < 0:
            raise ValueError("number must not be negative")


def warm_up() -> None:
    return


def answer(text: str, number: int, rows: int, columns: int) -> Answer:
    pixels = np.arange(rows * columns, dtype=np.uint16).reshape(rows, columns)
    return Answer(text, number, 0.5, pixels)


def negative() -> Any:
    made = answer("", 0, 1, 1)
    force_setattr(made, "number", -1)
    return made


def text() -> str:
    return "not an answer"


def pid() -> int:
    return os.getpid()


def environment(name: str) -> str:
    return os.environ.get(name, "")


def numbers() -> Any:
    return object()


def damaged() -> None:
    raise DecodeError("The pixel data is damaged.", transfer_syntax="RLE", missing="nothing")


def settings() -> None:
    raise SettingsError("Settings\x1b[31m cannot be read.")


def bug() -> None:
    raise KeyError("DOE^JANE")


def eat(mebibytes: int) -> int:
    return len(b"x" * (mebibytes * 2**20))


def eat_and_disguise() -> None:
    try:
        eat(4096)
    except MemoryError as error:
        raise DecodeError("The pixel data is damaged: fetch it again.") from error


def spin() -> None:
    while True:
        pass


def spin_in_native_code() -> None:
    10 ** (10**9)


def hang() -> None:
    time.sleep(3600)


def short_nap(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def end(number: int) -> None:
    os.kill(os.getpid(), number)
    time.sleep(60)


def end_once(marker: str, number: int) -> int:
    """Die at the first call and answer the second."""
    if not os.path.exists(marker):
        with open(marker, "w", encoding="ascii"):
            pass
        end(number)
    return 7


def kill_hard() -> None:
    end(signal.SIGKILL)


def crash() -> None:
    end(signal.SIGSEGV)


def leave() -> None:
    os._exit(3)


def core_limit() -> tuple[int, int]:
    import resource

    return resource.getrlimit(resource.RLIMIT_CORE)


def long_text() -> str:
    return "x" * 2**21


def nested(depth: int) -> Any:
    tree: Any = None
    for _ in range(depth):
        tree = [tree]
    return tree


def write_raw(data: bytes, then_die: bool = False) -> None:
    """Send `data` over the pipe to the app, as a worker that was taken over may."""
    import gc
    from multiprocessing.connection import Connection

    gc.unfreeze()  # a worker freezes what it has at its start, and frozen objects are not listed
    for found in gc.get_objects():
        if isinstance(found, Connection) and found.writable and not found.closed:
            found.send_bytes(data)
    if then_die:
        os._exit(0)


def write_raw_long() -> None:
    write_raw(b"x" * 2**22)
    time.sleep(60)


def early(rows: int, fail: bool = False, replace: bool = False) -> Answer:
    """Hand pixels over before the answer; optionally fail afterwards, or answer with others."""
    from cxrviewer.isolation.early import hand_over, handing_over

    made = answer("early", 1, rows, 1000)
    with handing_over():
        hand_over(made.pixels)
        hand_over(np.zeros((2000, 1000), np.uint16))  # only the first one of a job goes early
    if fail:
        raise DecodeError("failed after the pixels")
    return answer("late", 1, 3, 5) if replace else made


def early_then_die() -> None:
    early(2000)
    crash()


def early_then_nap(seconds: float) -> Answer:
    made = early(2000)
    time.sleep(seconds)
    return made
