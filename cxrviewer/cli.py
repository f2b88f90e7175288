"""The command line. Imports what a command needs when it runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import cxrviewer

if TYPE_CHECKING:
    from cxrviewer.heads.batch import Entry
    from cxrviewer.heads.contract import DiscoveredHead

OK, INCOMPLETE, USAGE, INTERRUPTED = 0, 1, 2, 130

_EPILOG = """\
commands:
  cxrviewer [PATH...]        open films or folders in the window (see: cxrviewer open --help)
  cxrviewer demo             open the bundled phantom study
  cxrviewer score PATH...    score films without a window
  cxrviewer heads list       list the model heads
  cxrviewer heads check DIR  run every check on a model head
  cxrviewer heads --help     install, remove, restore, show and make model heads
  cxrviewer self-test        check this installation

A file or folder that is called like a command is opened as ./demo.
Research use only. Not a medical device.
"""


def run(arguments: Sequence[str]) -> int:
    """Run one command. Returns the exit status; wrong usage is 2.

    The first argument decides: a command's name, or else a path to open.
    """
    commands: dict[str, Callable[[Sequence[str]], int]] = {
        "open": _open,
        "demo": _demo,
        "score": _score,
        "heads": _heads,
        "self-test": _self_test,
    }
    command = commands.get(arguments[0]) if arguments else None
    try:
        return command(arguments[1:]) if command else _open(arguments)
    except SystemExit as error:  # argparse's way to end
        return error.code if isinstance(error.code, int) else USAGE
    except KeyboardInterrupt:
        print("Interrupted; nothing was written.", file=sys.stderr)
        return INTERRUPTED


def _open(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="cxrviewer",
        description="An offline viewer for chest films. Research use only.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="DICOM files or folders")
    parser.add_argument("--version", action="version", version=f"cxrviewer {cxrviewer.__version__}")
    given = parser.parse_args(arguments)
    from cxrviewer.app import run_window

    return run_window(given.paths)


def _demo(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="cxrviewer demo", description="Open the bundled phantom study.")
    parser.parse_args(arguments)
    from cxrviewer.app import run_window

    return run_window(demo=True)


def _self_test(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="cxrviewer self-test", description="Check this installation.")
    parser.parse_args(arguments)
    from cxrviewer.selftest import run as run_self_test

    return run_self_test()


def _score(arguments: Sequence[str]) -> int:
    given = _score_parser().parse_args(arguments)
    missing = [path for path in given.paths if not path.exists()]
    if len(missing) == len(given.paths):
        return _complain("None of the given files or folders exists.")
    for folder in (given.maps, given.output.parent if given.output else None):
        if folder is not None and not _is_writable_folder(folder, create=folder is given.maps):
            return _complain(f"The folder {folder} does not exist or cannot be written to.")
    if given.output is not None and given.output.is_dir():
        return _complain("The output is a folder; name a file.")
    head = _find_head(given.head)
    if head is None:
        return USAGE
    return _score_with(head, given)


def _score_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cxrviewer score",
        description="Score films without a window. Research use only.",
        epilog="Exit status: 0 the run completed, whatever became of the films; 1 the result could not be written; "
        "2 wrong usage or an unusable head.",
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="DICOM, PNG or JPEG films, or folders")
    parser.add_argument("--head", metavar="ID_OR_FOLDER", help="the model head (default: the shipped one)")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="result file (default: standard output)")
    parser.add_argument("--format", choices=("json", "csv"), default="json")
    parser.add_argument("--maps", type=Path, metavar="FOLDER", help="write raw maps as .npy, (n, h, w) per film")
    parser.add_argument("--jobs", type=_jobs, default=2, metavar="N", help="films decoded at a time (default: 2)")
    return parser


def _jobs(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= 64:
        raise argparse.ArgumentTypeError("must be a number from 1 to 64")
    return number


def _is_writable_folder(folder: Path, *, create: bool) -> bool:
    import os

    if create:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return False
    return folder.is_dir() and os.access(folder, os.W_OK)


def _score_with(head: DiscoveredHead, given: argparse.Namespace) -> int:
    from cxrviewer.cli_heads import discover_heads
    from cxrviewer.errors import CxrError
    from cxrviewer.heads import score_output
    from cxrviewer.heads.atomic import write_bytes
    from cxrviewer.heads.batch import OutputError, score_files
    from cxrviewer.heads.rack import HeadRack
    from cxrviewer.heads.walk import collect

    rack = HeadRack()
    needs_another = head.manifest is not None and head.manifest.backbone is not None
    try:
        scorer = rack.scorer(head, discover_heads() if needs_another else ())
    except CxrError as error:
        return _unusable(getattr(error, "problems", None) or [error.user_message])
    with _QuietLog():
        try:
            scorer.warm_up()
            candidates = collect(given.paths)
            entries = score_files(
                scorer, candidates, maps=given.maps, jobs=given.jobs, on_entry=_Progress(len(candidates))
            )
        except OutputError as error:
            print(error.user_message, file=sys.stderr)
            return INCOMPLETE
        except CxrError as error:
            return _unusable([error.user_message])
        finally:
            rack.close()
    write = score_output.to_json if given.format == "json" else score_output.to_csv
    data = write(scorer.manifest, entries)
    try:
        if given.output is not None:
            write_bytes(given.output, data)
        else:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
    except OSError:
        print("The result could not be written; check the folder's rights and the space on the disk.", file=sys.stderr)
        return INCOMPLETE
    return OK


class _Progress:
    """Counts on standard error: on one line in a terminal, now and then in a log. Names no file."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._counts = {"scored": 0, "refused": 0, "failed": 0}
        self._tty = sys.stderr.isatty()
        if not total:
            print("Nothing to score: no files were found.", file=sys.stderr)

    def __call__(self, entry: Entry) -> None:
        self._counts[entry.status] += 1
        done = sum(self._counts.values())
        last = done == self._total
        if not (self._tty or last or done % 50 == 0):
            return
        line = f"{done}/{self._total} " + ", ".join(f"{count} {name}" for name, count in self._counts.items())
        print(
            f"\r{line}" if self._tty else line, end="" if self._tty and not last else "\n", file=sys.stderr, flush=True
        )


class _QuietLog:
    """Logs to the program's own file; keeps libraries' warnings, which quote headers, off the terminal."""

    def __enter__(self) -> None:
        import logging

        from cxrviewer.errors import SettingsError
        from cxrviewer.log import start_logging
        from cxrviewer.paths import AppPaths

        try:
            self._handler = start_logging(AppPaths.for_user().logs)
        except SettingsError:  # a read-only home must not keep anybody from scoring
            self._handler = logging.NullHandler()
            logging.getLogger().addHandler(self._handler)
            logging.captureWarnings(True)

    def __exit__(self, *_: object) -> None:
        from cxrviewer.log import stop_logging

        stop_logging(self._handler)


def _heads(arguments: Sequence[str]) -> int:
    from cxrviewer.cli_heads import run as run_heads

    return run_heads(arguments)


def _find_head(wanted: str | None) -> DiscoveredHead | None:
    """Return the head `wanted` names: a folder, an id, or with None the first usable one. Complains itself."""
    from cxrviewer.cli_heads import discover_heads, look_at
    from cxrviewer.heads.files import MANIFEST_NAME

    if wanted is not None and (Path(wanted) / MANIFEST_NAME).exists():
        return look_at(Path(wanted))
    heads = discover_heads()
    if wanted is None:
        usable = [head for head in heads if not head.problems]
        if usable:
            return usable[0]
        _unusable([problem for head in heads for problem in head.problems] or ["no model head is installed"])
        return None
    for head in heads:
        if head.manifest is not None and head.manifest.id == wanted:
            return head
        if head.manifest is None and head.folder.name == wanted:
            return head
    _unusable(["there is no head of this id, and no folder of this name with a head.toml"])
    return None


def _complain(sentence: str) -> int:
    print(f"cxrviewer: {sentence}", file=sys.stderr)
    return USAGE


def _unusable(problems: Sequence[str]) -> int:
    print("cxrviewer: the model head cannot be used:", file=sys.stderr)
    for problem in problems:
        print(f"  {problem}", file=sys.stderr)
    return USAGE
