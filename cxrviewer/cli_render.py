"""``cxrviewer render``: writes images as pictures or arrays, as the window shows them."""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cxrviewer.atomic import missing_folders, remove_empty
from cxrviewer.cli_terminal import (
    ProgressLine,
    QuietLog,
    is_writable_folder,
    jobs_argument,
    path_argument,
)

if TYPE_CHECKING:
    from cxrviewer.render.run import Outcome
    from cxrviewer.render.settings import RenderSettings

OK, INCOMPLETE, USAGE, INTERRUPTED = 0, 1, 2, 130
MAX_SIZE = 20_000


def run(arguments: Sequence[str]) -> int:
    """Run the command. Returns the exit status its help describes."""
    from cxrviewer.batch.walk import is_named

    given = _parser().parse_args(arguments)
    if not any(is_named(path) for path in given.paths):
        return _complain("None of the given files or folders exists.")
    settings = _settings(given)
    if isinstance(settings, str):
        return _complain(settings)
    missing = missing_folders(given.output)
    status = _into_folder(given, settings)
    if status != OK:
        remove_empty(missing)
    return status


def _into_folder(given: argparse.Namespace, settings: RenderSettings) -> int:
    if not is_writable_folder(given.output, create=True):
        return _complain("The output folder does not exist and cannot be made, or cannot be written to.")
    given.output = Path(os.path.realpath(given.output))
    with QuietLog():
        return _render(given, settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cxrviewer render",
        description="Write images as the window shows them, without a window. Research use only.",
        epilog="For every input FILE the folder receives FILE.png (.tiff, .npy; further frames FILE.f2.png ...) and "
        "FILE.json: status, message, notes, frames, photometric. What lies in a folder keeps its place below it. "
        "Exit status: 0 the run completed, whatever became of the images; 1 some output could not be written; "
        "2 wrong usage; 130 interrupted.",
    )
    parser.add_argument(
        "paths", nargs="+", type=path_argument, metavar="PATH", help="DICOM, PNG or JPEG images, folders, ZIP files"
    )
    parser.add_argument("-o", "--output", type=path_argument, metavar="FOLDER", required=True, help="made where needed")
    parser.add_argument(
        "--format",
        choices=("png", "tiff", "npy"),
        default="png",
        help="png: 8 bits; tiff: 16 bits for grey; npy: float32 in 0..1 on the file's own rows and columns",
    )
    window = parser.add_mutually_exclusive_group()
    window.add_argument("--preset", type=_number, default=1, metavar="N", help="of the window's list, from 1")
    window.add_argument("--window", type=_real, nargs=2, metavar=("C", "W"), help="center and width instead")
    parser.add_argument("--size", type=_number, metavar="N", help="longest side at most; nothing is enlarged")
    parser.add_argument(
        "--raw", action="store_true", help="values after the Modality LUT instead of grey (npy, or 32-bit float tiff)"
    )
    default = min(4, os.cpu_count() or 1)
    parser.add_argument(
        "--jobs", type=jobs_argument, default=default, metavar="N", help="files at a time (here: %(default)s)"
    )
    parser.add_argument("--resume", action="store_true", help="leave out what an earlier run rendered the same way")
    return parser


def _number(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 1 <= number <= MAX_SIZE:
        raise argparse.ArgumentTypeError(f"must be a number from 1 to {MAX_SIZE}")
    return number


def _real(text: str) -> float:
    try:
        value = float(text) if len(text) < 40 else math.nan
    except ValueError:
        value = math.nan
    if not abs(value) <= 1e9:
        raise argparse.ArgumentTypeError("must be a number of at most a billion")
    return value


def _settings(given: argparse.Namespace) -> RenderSettings | str:
    """Return the settings, or the sentence why there are none."""
    from cxrviewer.render.settings import PictureFormat, RenderSettings

    if given.window is not None and given.window[1] <= 0:
        return "The width of a window is more than 0."
    if given.raw and given.format == "png":
        return "--raw needs --format npy or tiff: PNG cannot hold such values."
    if given.raw and (given.window is not None or given.preset != 1 or given.size is not None):
        return "--raw writes every value as it is: it goes with no preset, window or size."
    return RenderSettings(
        format=PictureFormat(given.format),
        preset=given.preset,
        window=None if given.window is None else (given.window[0], given.window[1]),
        size=given.size,
        raw=given.raw,
    )


def _render(given: argparse.Namespace, settings: RenderSettings) -> int:
    from cxrviewer.decoder.client import DecoderPool
    from cxrviewer.errors import CxrError
    from cxrviewer.render.output import Output, OutputFullError
    from cxrviewer.render.plan import PlanError, plan
    from cxrviewer.render.run import render_files
    from cxrviewer.render.workers import RenderWorkers

    progress = _Progress()
    try:
        with contextlib.closing(DecoderPool(1)) as reader:  # no process is started where there is no ZIP
            jobs = plan(given.paths, given.output, reader.list_members)
        progress.begin(len(jobs))
        output = Output(given.output, settings, (job.source for job in jobs))
        with contextlib.closing(output), RenderWorkers(max(1, min(given.jobs, len(jobs)))) as draw:
            render_files(jobs, settings, output, draw, resume=given.resume, workers=given.jobs, on_outcome=progress)
    except KeyboardInterrupt:
        progress.interrupted()
        return INTERRUPTED
    except PlanError as error:
        return _complain(error.user_message)
    except (OutputFullError, CxrError) as error:
        progress.failed(error.user_message)
        return INCOMPLETE
    return progress.finish()


class _Progress:
    """Says on standard error how many files were rendered, and at the end what was not written and why."""

    def __init__(self) -> None:
        self._total = 0
        self._counts = {"shown": 0, "not_shown": 0, "kept": 0, "not_written": 0}
        self._not_written: dict[str, int] = {}
        self._line = ProgressLine(0)

    def begin(self, total: int) -> None:
        self._total, self._line = total, ProgressLine(total)
        if not total:
            print("Nothing to render: no files were found.", file=sys.stderr)

    def __call__(self, outcome: Outcome) -> None:
        self._counts[outcome.status] += 1
        if outcome.status == "not_written":
            self._not_written[outcome.message] = self._not_written.get(outcome.message, 0) + 1
        counts = {"shown": self._counts["shown"], "not shown": self._counts["not_shown"]}
        rare = {"from an earlier run": self._counts["kept"], "not written": self._counts["not_written"]}
        self._line.show(counts | {words: count for words, count in rare.items() if count})

    def failed(self, sentence: str) -> None:
        """Print why the run ends early."""
        self._line.end()
        print(sentence, file=sys.stderr)

    def interrupted(self) -> None:
        """Print how far the run came and how to go on."""
        done = sum(self._counts.values())
        self.failed(
            f"Interrupted after {done} of {self._total} files; their pictures are complete. "
            "The same command with --resume continues."
        )

    def finish(self) -> int:
        """Print what was not written; return the exit status."""
        for sentence, count in self._not_written.items():
            print(f"{count} {'file was' if count == 1 else 'files were'} not written: {sentence}", file=sys.stderr)
        return INCOMPLETE if self._not_written else OK


def _complain(sentence: str) -> int:
    print(f"cxrviewer: {sentence}", file=sys.stderr)
    return USAGE
