"""The library's dialog with many studies: first screen, search, sorting, and the time of each scrolling step.

Run ``QT_QPA_PLATFORM=offscreen python -m benchmarks.bench_library``. Beside each time stands the processor time of
this process meanwhile, of all its threads: on a busy machine only that can be judged. Aims with 100,000 studies: first
screen within 100 ms of the open library, a search within 50 ms besides the wait for the next letter, a scrolling step
within 16 ms.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
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


class Watch:
    """Measures time and processor time from its making on."""

    def __init__(self) -> None:
        self._begun, self._used = time.perf_counter(), time.process_time()

    def passed(self) -> str:
        return f"{1000 * (time.perf_counter() - self._begun):.0f} ms (processor {self._processor():.0f} ms)"

    def _processor(self) -> float:
        return 1000 * (time.process_time() - self._used)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=100_000)
    parser.add_argument("--steps", type=int, default=300)
    given = parser.parse_args()
    from PySide6.QtWidgets import QApplication

    from cxrviewer.app import App
    from cxrviewer.paths import AppPaths
    from cxrviewer.presenters.library_rows import COLUMNS
    from cxrviewer.qt import theme
    from cxrviewer.qt.library_dialog import LibraryDialog
    from cxrviewer.studies.index.worklist import Column

    application = QApplication([])
    theme.apply(application)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        fill(home, given.studies)
        app = App(AppPaths.under(home), with_head=False)
        app.start(())
        library = app.room.library
        assert library is not None

        def until(ready: Callable[[], bool], watch: Watch | None = None) -> str:
            watch = watch or Watch()
            while not ready():
                application.processEvents()
                time.sleep(0.0005)  # the interpreter belongs to the workers too
            return watch.passed()

        until(lambda: not app.jobs.busy)
        watch = Watch()
        app.window.commands.run("library.open")
        dialog = app.window.findChildren(LibraryDialog)[-1]

        def rows_shown() -> bool:
            table = dialog.table
            rows = range(table.rowAt(0), max(0, table.rowAt(table.viewport().height() - 1)) + 1)
            keys = [dialog.model.key(row) for row in rows if 0 <= row < dialog.model.rowCount()]
            return bool(keys) and not app.jobs.busy and all(dialog.model.row_of(key) for key in keys)

        print(f"{given.studies:,} studies; first screen, library opened and dialog made: {until(rows_shown, watch)}")
        for column in (Column.NAME, Column.FLAG, Column.DATE):
            library.sort(column, descending=column is Column.DATE)
            print(f"sorted by {column.name.lower()}: {until(rows_shown)}")
        for query in ("muller", "name:kowalska date:2015..2018", "山田", "a", ""):
            library.search(query)
            print(f"search {query!r}: {until(rows_shown)}, {dialog.model.rowCount():,} studies")
        bar = dialog.table.verticalScrollBar()
        times, busy = [], time.process_time()
        for step in range(given.steps):
            bar.setValue(round(bar.maximum() * (step * 7919 % given.steps) / given.steps))
            begin = time.perf_counter()
            application.processEvents()
            dialog.table.viewport().repaint()
            times.append(1000 * (time.perf_counter() - begin))
            time.sleep(0.002)
        busy = 1000 * (time.process_time() - busy) / given.steps
        times.sort()
        print(f"scrolling, {given.steps} jumps over {len(COLUMNS)} columns: median {statistics.median(times):.1f} ms, "
              f"95 % {times[int(0.95 * len(times))]:.1f} ms, worst {times[-1]:.1f} ms; "
              f"processor {busy:.1f} ms each")  # fmt: skip
        app.window.close()


if __name__ == "__main__":
    main()
