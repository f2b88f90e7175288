"""The command line. Imports what a command needs when it runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import cxrviewer
from cxrviewer.errors import CxrError

USAGE, INTERRUPTED = 2, 130

_EPILOG = """\
commands:
  cxrviewer [PATH...]        open films or folders in the window (see: cxrviewer open --help)
  cxrviewer demo             open the bundled phantom study
  cxrviewer score PATH...    score films without a window
  cxrviewer render PATH...   write images as pictures or arrays without a window
  cxrviewer index PATH...    add folders to the library and index them
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
        "render": _render,
        "index": _index,
        "heads": _heads,
        "self-test": _self_test,
    }
    command = commands.get(arguments[0]) if arguments else None
    try:
        return command(arguments[1:]) if command else _open(arguments)
    except SystemExit as error:  # argparse's way to end
        return error.code if isinstance(error.code, int) else USAGE
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    except CxrError as error:
        # Of the surroundings, such as a home folder that cannot be: what a command meets in its files it handles.
        print(f"cxrviewer: {error.user_message}", file=sys.stderr)
        return USAGE


def _open(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="cxrviewer",
        description="An offline viewer for chest films. Research use only.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    # Not `type=Path`: an empty path would be the current folder.
    parser.add_argument("paths", nargs="*", metavar="PATH", help="DICOM files or folders")
    parser.add_argument("--version", action="version", version=f"cxrviewer {cxrviewer.__version__}")
    given = parser.parse_args(arguments)
    paths = [Path(one) for one in given.paths if one]
    return _window(paths, empty=len(paths) < len(given.paths))


def _demo(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="cxrviewer demo", description="Open the bundled phantom study.")
    parser.parse_args(arguments)
    return _window(demo=True)


def _window(paths: Sequence[Path] = (), *, demo: bool = False, empty: bool = False) -> int:
    if not paths and not demo:
        # The start page needs no decoder: no process is started before it is painted.
        from cxrviewer.app import run_window

        return run_window(empty=empty)
    from cxrviewer.decoder.client import DecoderPool

    # Before Qt is even imported: the first image should not wait for pydicom and the codecs.
    decoder = DecoderPool.for_window()
    decoder.start(1)
    if len(paths) == 1:  # of several, the list decides which one is shown first
        decoder.begin(paths[0])
    try:
        from cxrviewer.app import run_window

        return run_window(paths, demo=demo, empty=empty, decoder=decoder)
    finally:
        decoder.close()


def _self_test(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="cxrviewer self-test", description="Check this installation.")
    parser.parse_args(arguments)
    from cxrviewer.selftest import run as run_self_test

    return run_self_test()


def _score(arguments: Sequence[str]) -> int:
    from cxrviewer.cli_score import run as run_score

    return run_score(arguments)


def _render(arguments: Sequence[str]) -> int:
    from cxrviewer.cli_render import run as run_render

    return run_render(arguments)


def _index(arguments: Sequence[str]) -> int:
    from cxrviewer.cli_index import run as run_index

    return run_index(arguments)


def _heads(arguments: Sequence[str]) -> int:
    from cxrviewer.cli_heads import run as run_heads

    return run_heads(arguments)
