"""The library's dialog with many studies: first screen, search, sorting, and the time of each scrolling step.

Run ``QT_QPA_PLATFORM=offscreen python -m benchmarks.bench_library``. Beside each time stands the processor time of
this process meanwhile, of all its threads: on a busy machine only that can be judged. Aims with 100,000 studies: first
screen within 100 ms of the open library, a search within 50 ms besides the wait for the next letter, a scrolling step
within 16 ms.

The library is opened in a window that has been there for `SETTLED` seconds, as a reader opens it; ``--at-start`` opens
it while the rest of the program is still starting, its second decoder process among it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.bench_index import synthetic


def fill(home: Path, count: int) -> None:
    """Write an index of made-up studies, and the root they lie in."""
    from cxrviewer.paths import AppPaths
    from cxrviewer.studies.index.files import open_index
    from cxrviewer.studies.index.store import FileRow, FileState

    with open_index(AppPaths.under(home)) as index:
        root = index.add_root(home)
        folder = index.folder(root, b"")
        for start in range(0, count, 1000):
            numbers = range(start, min(start + 1000, count))
            index.write([
                FileRow(folder, os.fsencode(f"f{number}"), FileState(1000, 1, 1), header=synthetic(number))
                for number in numbers
            ])  # fmt: skip


SETTLED = 2.0
"""Seconds after which nothing of the start of the program is left to do."""


class Watch:
    """Measures time and processor time from its making on."""

    def __init__(self) -> None:
        self._begun, self._used = time.perf_counter(), time.process_time()

    def passed(self) -> str:
        return f"{1000 * (time.perf_counter() - self._begun):.0f} ms (processor {self._processor():.0f} ms)"

    def _processor(self) -> float:
        return 1000 * (time.process_time() - self._used)


class Dialog:
    """The library's dialog in a window of its own process, and what of its list was shown.

    Parameters
    ----------
    home : Path
        With an index.
    settled : bool
        The start of the program is over.
    """

    def __init__(self, home: Path, *, settled: bool = True) -> None:
        from PySide6.QtWidgets import QApplication

        from cxrviewer.app import App
        from cxrviewer.paths import AppPaths
        from cxrviewer.qt import theme
        from cxrviewer.qt.library_dialog import LibraryDialog

        self._application = QApplication([])
        theme.apply(self._application)
        self.app = App(AppPaths.under(home), with_head=False)
        self.app.start(())
        assert self.app.room.library is not None
        self.library = self.app.room.library
        until = time.perf_counter() + SETTLED * settled
        self._until(lambda: time.perf_counter() >= until and not self.app.jobs.busy)
        self._lists = 0
        self._begun = Watch()
        self.app.window.commands.run("library.open")
        self._dialog = self.app.window.findChildren(LibraryDialog)[-1]
        self.table, self.model = self._dialog.table, self._dialog.model
        self._show_keys = self._dialog.show_keys
        self._dialog.show_keys = self._count_lists  # type: ignore[method-assign]

    def opened(self) -> str:
        """Return how long the first screen and the list took from the command on."""
        return self._screen(self._begun, 1)

    def after(self, act: Callable[[], None]) -> str:
        """Return how long the first screen and the whole of another list take."""
        watch, number = Watch(), self._lists + 1
        act()
        return self._screen(watch, number)

    def jump(self, share: float) -> float:
        """Return the milliseconds that scrolling to another place takes."""
        bar = self.table.verticalScrollBar()
        bar.setValue(round(bar.maximum() * share))
        begin = time.perf_counter()
        self._application.processEvents()
        self.table.viewport().repaint()
        return 1000 * (time.perf_counter() - begin)

    def _count_lists(self, keys: Sequence[int], *, fresh: bool, more: bool = False) -> None:
        self._show_keys(keys, fresh=fresh, more=more)
        self._lists += fresh

    def _until(self, ready: Callable[[], bool]) -> None:
        while not ready():
            self._application.processEvents()
            time.sleep(0.0005)  # the interpreter belongs to the workers too

    def _screen(self, watch: Watch, number: int) -> str:
        def shown() -> bool:
            rows = range(self.table.rowAt(0), max(0, self.table.rowAt(self.table.viewport().height() - 1)) + 1)
            keys = [self.model.key(row) for row in rows if 0 <= row < self.model.rowCount()]
            return self._lists == number and bool(keys) and all(self.model.row_of(key) for key in keys)

        self._until(shown)
        self.table.viewport().repaint()
        first = watch.passed()
        self._until(lambda: not self.library.list.listing)
        return f"first screen {first}, whole list {watch.passed()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=100_000)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--home", type=Path, help="folder in which the index of an earlier run is used again")
    parser.add_argument("--at-start", action="store_true", help="open the library while the program is starting")
    given = parser.parse_args()
    from cxrviewer.presenters.library_rows import COLUMNS
    from cxrviewer.studies.index.worklist import Column

    with tempfile.TemporaryDirectory() as scratch:
        home = given.home or Path(scratch)
        if not (home / "cache" / "library").exists():
            fill(home, given.studies)
        dialog = Dialog(home, settled=not given.at_start)
        library = dialog.library
        print(f"library opened and dialog made: {dialog.opened()}, {dialog.model.rowCount():,} studies")
        for column in (Column.NAME, Column.FLAG, Column.DATE):
            took = dialog.after(lambda column=column: library.list.sort(column, descending=column is Column.DATE))
            print(f"sorted by {column.name.lower()}: {took}")
        for query in ("muller", "name:kowalska date:2015..2018", "山田", "a", ""):
            took = dialog.after(lambda query=query: library.list.search(query))
            print(f"search {query!r}: {took}, {dialog.model.rowCount():,} studies")
        across = dialog.table.horizontalScrollBar()
        for words, place in ("", 0), (", columns scrolled to the last", across.maximum()):
            across.setValue(place)
            times, busy = [], time.process_time()
            for step in range(given.steps):
                times.append(dialog.jump((step * 7919 % given.steps) / given.steps))
                time.sleep(0.002)
            busy = 1000 * (time.process_time() - busy) / given.steps
            times.sort()
            print(f"scrolling, {given.steps} jumps over {len(COLUMNS)} columns{words}: "
                  f"median {statistics.median(times):.1f} ms, 95 % {times[int(0.95 * len(times))]:.1f} ms, "
                  f"worst {times[-1]:.1f} ms; processor {busy:.1f} ms each")  # fmt: skip
        dialog.app.window.close()


if __name__ == "__main__":
    main()
