"""A screen, a mouse and a keyboard: Xvfb, whose picture is a file, and xdotool. Linux.

Nothing here waits a fixed time. What is waited for is a window, a file, or that the program has nothing left to do.
"""

from __future__ import annotations

import mmap
import os
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import psutil

Picture = npt.NDArray[np.uint8]
T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 1280, 800
PATIENCE = 180.0
"""Seconds after which something is taken for lost; on a busy machine the program is rarely idle for three looks."""
BETWEEN_LOOKS = 0.05
"""Seconds between two looks at another process; there is no event to wait for."""
QUIET_LOOKS = 3
"""Together shorter than half a second: a text cursor blinks in that time."""


def until(look: Callable[[], T | None], words: str) -> T:
    """Look until there is something, and return it."""
    end = time.monotonic() + PATIENCE
    while True:
        found = look()
        if found is not None and found is not False:
            return found
        assert time.monotonic() < end, f"not within {PATIENCE:.0f} s: {words}"
        time.sleep(BETWEEN_LOOKS)


class Screen:
    """A screen of `WIDTH` x `HEIGHT` and the hand before it."""

    def __init__(self, display: str, frame: Path, server: int) -> None:
        self.display, self.server = display, server
        self._frame = frame

    def picture(self) -> Picture:
        """Return what is on the screen, (rows, columns, 3) RGB."""
        with self._frame.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held:
            # XWD: thirteen and more 32-bit numbers, most significant byte first; a name; colours of 12 bytes; pixels.
            head = np.frombuffer(held[:100], ">u4")
            start = int(head[0]) + 12 * int(head[19])
            rows, width, line = int(head[5]), int(head[4]), int(head[12])
            pixels = np.frombuffer(held[start : start + rows * line], np.uint8).reshape(rows, line)
        return pixels[:, : 4 * width].reshape(rows, width, 4)[:, :, 2::-1].copy()  # BGRX

    def state(self) -> int:
        """Return a number that differs where the picture does."""
        return zlib.crc32(self._frame.read_bytes())

    def hand(self, *words: str | int) -> str:
        """Run one line of xdotool and return what it printed."""
        environment = {**os.environ, "DISPLAY": self.display}
        command = ["xdotool", *(str(word) for word in words)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stdout

    def window(self, title: str) -> str | None:
        """Return the visible window with a title (a regular expression), None for none."""
        found = self.hand("search", "--onlyvisible", "--name", title).split()
        return found[-1] if found else None

    def focus(self, title: str) -> None:
        """Give the keyboard to a window once it is there: without a window manager nobody else does."""
        window = until(lambda: self.window(title), f"a window {title}")

        def focused() -> bool:
            self.hand("windowfocus", window)
            return self.hand("getwindowfocus").strip() == window

        until(focused, f"the focus of {title}")

    def fill(self, title: str) -> None:
        """Give a window the whole screen, as a window manager would; Qt leaves room for a frame that is not there."""
        self.focus(title)
        window = self.window(title)
        assert window is not None
        self.hand("windowmove", window, 0, 0, "windowsize", window, WIDTH, HEIGHT)

    def keys(self, *names: str) -> None:
        self.hand("key", "--clearmodifiers", *names)

    def click(self, x: int, y: int) -> None:
        self.hand("mousemove", x, y, "click", 1)

    def drag(self, *places: tuple[int, int]) -> None:
        """Press at the first place, pass through the others, and let go at the last."""
        (x, y), *others = places
        words: list[str | int] = ["mousemove", x, y, "mousedown", 1]
        for column, row in others:
            words += ["mousemove", column, row]
        self.hand(*words, "mouseup", 1)


def command_of(home: Path) -> tuple[list[str], dict[str, str]]:
    """Return what starts the program, and the environment for it: of the source, or of the program in ``CXR_PROGRAM``.

    A built program gets nothing of the environment of the tests, so that no Python or library of theirs is found.

    Parameters
    ----------
    home : Path
        Where the program keeps what is made.
    """
    kept = {"CXRVIEWER_HOME": str(home)}
    built = os.environ.get("CXR_PROGRAM")
    if built is None:
        return [sys.executable, "-m", "cxrviewer"], {**os.environ, **kept, "PYTHONPATH": str(ROOT)}
    return [str(Path(built).resolve())], {**kept, "HOME": str(home), "PATH": "/usr/bin:/bin"}


class Program:
    """The program in a process of its own."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path) -> None:
        with log.open("ab") as file:
            self.process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)

    def idle(self, screen: Screen) -> None:
        """Wait until nothing runs in it, its children or the X server, and its picture stays the same.

        The server counts: while it waits for a processor, keys have not arrived and nothing asked of it is answered.

        On a busy machine a thread that waits for a processor counts as running, so that slow is never taken for done.
        """
        quiet, before = 0, (-1.0, 0)

        def look() -> bool:
            nonlocal quiet, before
            assert self.process.poll() is None, f"the program ended with {self.process.returncode}"
            now = (self._busy(screen.server), screen.state())
            quiet, before = (quiet + 1 if now == before else 0), now
            return quiet >= QUIET_LOOKS

        until(look, "the program has nothing to do")

    def kill(self) -> None:
        """Kill it as a crash or the system does, and wait until its children have noticed."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        self.process.wait()
        gone, left = psutil.wait_procs(children, timeout=PATIENCE)
        assert not left, f"{len(left)} of {len(gone) + len(left)} child processes outlived the window"

    def end(self) -> None:
        """End it, if it has not ended."""
        if self.process.poll() is None:
            self.kill()

    def _busy(self, server: int) -> float:
        """Return the processor time of all processes, a new number while a thread runs."""
        total = 0.0
        try:
            root = psutil.Process(self.process.pid)
            for pid in (server, root.pid, *(one.pid for one in root.children(recursive=True))):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    fields = (task / "stat").read_text().rpartition(")")[2].split()
                    if fields[0] in "RD":
                        return time.monotonic()
                    total += int(fields[11]) + int(fields[12])
        except (psutil.NoSuchProcess, OSError):
            return time.monotonic()
        return total


@contextmanager
def made_screen(folder: Path) -> Iterator[Screen]:
    """Run an X server that listens in the file system only, with its picture in `folder`."""
    read, write = os.pipe()
    # -noreset: otherwise the server starts anew whenever its last client leaves, under a program just arriving.
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", str(folder)]
    server = subprocess.Popen([*command, "-noreset", "-nolisten", "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as reader:
            number = reader.readline().strip()
        yield Screen(f":{number}", folder / "Xvfb_screen0", server.pid)
    finally:
        server.terminate()
        server.wait()
