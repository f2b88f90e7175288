"""``cxrviewer index``: brings the library's index up to date without a window."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cxrviewer.cli_terminal import QuietLog, duration, jobs_argument, path_argument

if TYPE_CHECKING:
    from cxrviewer.studies.index.scan import ScanState
    from cxrviewer.studies.index.store import Index

OK, INCOMPLETE, USAGE, INTERRUPTED = 0, 1, 2, 130
EVERY_SECONDS = 5.0
"""Between two lines of progress where standard error is no terminal."""


def run(arguments: Sequence[str]) -> int:
    """Run the command. Returns the exit status its help describes."""
    given = _parser().parse_args(arguments)
    missing = [path for path in given.paths if not path.exists()]
    if given.paths and len(missing) == len(given.paths):
        return _complain("None of the given files or folders exists.")
    with QuietLog():
        return _index(given, missing)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cxrviewer index",
        description="Add folders to the library and bring its index up to date. Research use only.",
        epilog="Without PATH every folder of the library is looked at again. Nothing is copied. "
        "Exit status: 0 the run completed, whatever became of the files; 1 the index could not be written; "
        "2 wrong usage; 130 interrupted, and the same command goes on from there.",
    )
    parser.add_argument(
        "paths", nargs="*", type=path_argument, metavar="PATH", help="folders, ZIP files, a DICOMDIR, or files"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--skipped", action="store_true", help="print each file without an image and why")
    parser.add_argument(
        "--jobs", type=jobs_argument, default=min(4, os.cpu_count() or 1), metavar="N",
        help="files read at a time (here: %(default)s)",
    )  # fmt: skip
    return parser


def _index(given: argparse.Namespace, missing: Sequence[Path]) -> int:
    from cxrviewer.cancel import CancelToken
    from cxrviewer.decoder.client import DecoderPool
    from cxrviewer.errors import LibraryError, NewerLibraryError
    from cxrviewer.studies.index.files import open_index
    from cxrviewer.studies.index.scan import IndexScan, root_kinds

    for path in missing:
        print(f"cxrviewer: {path} does not exist; it is left out.", file=sys.stderr)
    progress, cancel = _Progress(), CancelToken()
    decoder = DecoderPool(given.jobs)
    try:
        with open_index(on_replaced=lambda words: print(f"cxrviewer: {words}", file=sys.stderr)) as index:
            paths = [path for path in given.paths if path not in missing]
            roots = [index.add_root(path, kind) for path, kind in root_kinds(paths)] or index.roots()
            if not roots:
                return _complain("The library has no folders yet: name one.")
            decoder.start()
            scan = IndexScan(index, decoder, roots, workers=given.jobs)
            try:
                state = scan.run(cancel, progress)
            except KeyboardInterrupt:
                cancel.cancel()
                scan.close()
                progress.end("Interrupted; what was read is in the index, and the same command goes on from there.")
                return INTERRUPTED
            progress.end("")
            _report(index, state, given)
    except NewerLibraryError as error:
        return _complain(error.user_message)
    except LibraryError as error:
        progress.end(error.user_message)
        return INCOMPLETE
    finally:
        decoder.close()
    return OK


def _report(index: Index, state: ScanState, given: argparse.Namespace) -> None:
    from cxrviewer.studies.index.worklist import Worklist

    counts = {
        "files": state.total,
        "unchanged": state.unchanged,
        "read": state.read,
        "skipped": state.skipped,
        "removed": state.removed,
        "studies": Worklist(index.database).count(),
    }
    skipped = index.skipped() if given.skipped else ()
    if given.json:
        document: dict[str, object] = {**counts, "offline": [str(root.path) for root in state.offline]}
        if given.skipped:
            document["why_skipped"] = [{"path": str(one.path), "reason": one.reason} for one in skipped]
        print(json.dumps(document, indent=2))
        return
    for root in state.offline:
        print(f"Offline, its studies stay listed: {root.path}")
    for place in state.silent:
        print(f"Does not answer, so it was not scanned: {place}")
    for one in skipped:
        print(f"{str(one.path)!r}: {one.reason}")
    print(", ".join(f"{count:,} {words}" for words, count in counts.items()))


class _Progress:
    """Says on standard error how far a scan is. Names no file."""

    def __init__(self) -> None:
        self._tty = sys.stderr.isatty()
        self._shown = time.monotonic()
        self._open = False

    def __call__(self, state: ScanState) -> None:
        now = time.monotonic()
        if not (self._tty or state.finished or now - self._shown >= EVERY_SECONDS):
            return
        self._shown = now
        line = f"{state.done}/{state.total} files, {state.read} images read, {state.skipped} skipped"
        if not state.listed:
            line += ", listing"
        elif not state.finished and state.seconds_left is not None:
            line += f", {duration(state.seconds_left)} left"
        self._open = self._tty
        # Blanks cover what a longer line left behind.
        print(f"\r{line:<70}" if self._tty else line, end="" if self._tty else "\n", file=sys.stderr, flush=True)

    def end(self, sentence: str) -> None:
        """Begin a new line and report how the run ended."""
        if self._open:
            print(file=sys.stderr)
        if sentence:
            print(sentence, file=sys.stderr)


def _complain(sentence: str) -> int:
    print(f"cxrviewer: {sentence}", file=sys.stderr)
    return USAGE
