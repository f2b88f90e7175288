"""``cxrviewer score``: scores images without a window."""

from __future__ import annotations

import argparse
import contextlib
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cxrviewer.atomic import missing_folders, remove_empty
from cxrviewer.cli_terminal import (
    ProgressLine,
    QuietLog,
    is_writable_folder,
    jobs_argument,
    path_argument,
)

if TYPE_CHECKING:
    from cxrviewer.batch.output import Writer
    from cxrviewer.batch.score import Entry
    from cxrviewer.batch.walk import Candidate
    from cxrviewer.heads.contract import DiscoveredHead
    from cxrviewer.heads.inference.scoring import HeadScorer
    from cxrviewer.imaging.reader import ImageReader

OK, INCOMPLETE, USAGE, INTERRUPTED = 0, 1, 2, 130
NOT_WRITTEN = "The result could not be written; check the folder's rights and the space on the disk."


def run(arguments: Sequence[str]) -> int:
    """Run the command. Returns the exit status its help describes."""
    from cxrviewer.imaging.member_paths import split_member

    given = _parser().parse_args(arguments)
    if not any(path.exists() or split_member(path) is not None for path in given.paths):
        return _complain("None of the given files or folders exists.")
    missing = missing_folders(given.maps)
    status = _with_output(given)
    if status != OK:
        remove_empty(missing)
    return status


def _with_output(given: argparse.Namespace) -> int:
    """Check where the results go, then score."""
    if given.output is not None:
        # Results go to what a link points to; the link stays. A loop of links has no such place.
        given.output = _target(given.output)
    special = _is_special(given.output)
    if given.output is not None and given.output.is_symlink() and not special:
        return _complain("The output is a link that leads back to itself; name another file.")
    for folder in (given.maps, given.output.parent if given.output and not special else None):
        if folder is not None and not is_writable_folder(folder, create=folder is given.maps):
            return _complain(f"The folder {folder} does not exist or cannot be written to.")
    if given.output is not None and given.output.is_dir():
        return _complain("The output is a folder; name a file.")
    if given.resume and (given.output is None or special):
        return _complain("--resume needs an output file (-o) that keeps what was done.")
    head = _find_head(given.head)
    return USAGE if head is None else _score_with(head, given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cxrviewer score",
        description="Score images without a window. Research use only.",
        epilog="Exit status: 0 the run completed, whatever became of the images; 1 the result could not be written; "
        "2 wrong usage or an unusable head; 130 interrupted. What a run to a file has done is kept in FILE.partial "
        "until it completes.",
    )
    parser.add_argument(
        "paths", nargs="+", type=path_argument, metavar="PATH", help="DICOM, PNG or JPEG images, folders, ZIP files"
    )
    parser.add_argument("--head", metavar="ID_OR_FOLDER", help="the model head (default: the shipped one)")
    parser.add_argument(
        "-o", "--output", type=path_argument, metavar="FILE", help="result file (default: standard output)"
    )
    parser.add_argument("--format", choices=("json", "csv"), default="json")
    parser.add_argument(
        "--maps", type=path_argument, metavar="FOLDER", help="write raw maps as .npy, (n, h, w) per image"
    )
    parser.add_argument(
        "--jobs", type=jobs_argument, default=2, metavar="N", help="images decoded at a time (default: 2)"
    )
    parser.add_argument("--resume", action="store_true", help="continue an interrupted run; only with -o")
    return parser


def _target(path: Path) -> Path:
    """Return the file behind links. ``/dev/stdout`` is kept: the name behind it, such as ``pipe:[123]``, is none."""
    return path if _is_special(path) else Path(os.path.realpath(path))


def _is_special(path: Path | None) -> bool:
    """Return whether `path` is there and neither file nor folder: a pipe or a device is written to, never replaced."""
    if path is None:
        return False
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _score_with(head: DiscoveredHead, given: argparse.Namespace) -> int:
    from cxrviewer.batch.journal import JournalError
    from cxrviewer.batch.score import OutputError
    from cxrviewer.batch.walk import collect
    from cxrviewer.cli_heads import discover_heads
    from cxrviewer.decoder.client import DecoderPool
    from cxrviewer.errors import CxrError
    from cxrviewer.heads.inference.model_pool import ModelPool
    from cxrviewer.leftovers import sweep

    model_pool, decoder = ModelPool(), DecoderPool(given.jobs)
    needs_another = head.manifest is not None and head.manifest.backbone is not None
    try:
        scorer = model_pool.scorer(head, discover_heads() if needs_another else ())
    except CxrError as error:
        return _unusable(getattr(error, "problems", None) or [error.user_message])
    with QuietLog():
        try:
            for folder in {given.output and given.output.parent, given.maps} - {None}:
                sweep(folder)
            decoder.start()  # beside the model, which takes as long
            scorer.warm_up()
            candidates = collect(given.paths, decoder.list_members)
            if given.output is None or _is_special(given.output):
                return _to_stream(scorer, decoder, candidates, given)
            return _to_file(scorer, decoder, candidates, given)
        except JournalError as error:
            return _complain(error.user_message)
        except OutputError as error:
            print(error.user_message, file=sys.stderr)
            return INCOMPLETE
        except CxrError as error:
            return _unusable([error.user_message])
        finally:
            decoder.close()
            model_pool.close()


def _writer(scorer: HeadScorer, format_: str) -> Writer:
    from cxrviewer.batch.output import CsvWriter, JsonWriter

    return JsonWriter(scorer.manifest) if format_ == "json" else CsvWriter()


def _to_stream(
    scorer: HeadScorer, reader: ImageReader, candidates: Sequence[Candidate], given: argparse.Namespace
) -> int:
    """Write each entry as it comes. What was written is a whole document even where the run is interrupted."""
    from cxrviewer.batch.output import record_of
    from cxrviewer.batch.score import score_files

    writer, progress = _writer(scorer, given.format), _Progress(len(candidates))
    with _stream(given.output) as put:
        put(writer.begin())

        def take(entry: Entry) -> None:
            put(writer.entry(record_of(entry)))
            progress(entry)

        try:
            score_files(scorer, reader, candidates, maps=given.maps, jobs=given.jobs, on_entry=take)
        except KeyboardInterrupt:
            progress.interrupted("the result holds those.")
            put(writer.end())
            return INTERRUPTED
        put(writer.end())
    return OK


@contextlib.contextmanager
def _stream(path: Path | None) -> Iterator[Callable[[bytes], None]]:
    """Yield a function that writes to standard output or to the pipe or device at `path`, and raises OutputError."""
    from cxrviewer.batch.score import OutputError

    try:
        file: BinaryIO = sys.stdout.buffer if path is None else path.open("wb", buffering=0)
    except OSError as error:
        raise OutputError(NOT_WRITTEN) from error

    def put(data: bytes) -> None:
        try:
            file.write(data)
            file.flush()
        except OSError as error:
            if path is None:
                _drop_standard_output()
            raise OutputError(NOT_WRITTEN) from error

    try:
        yield put
    finally:
        if path is not None:
            with contextlib.suppress(OSError):
                file.close()


def _drop_standard_output() -> None:
    """Let the interpreter's own flush at its end go nowhere: it would print a traceback for a closed pipe."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _to_file(
    scorer: HeadScorer, reader: ImageReader, candidates: Sequence[Candidate], given: argparse.Namespace
) -> int:
    """Keep every entry in the journal, and put the result in its place when the run completes."""
    from cxrviewer.atomic import replacing
    from cxrviewer.batch.journal import Journal
    from cxrviewer.batch.output import describe_head
    from cxrviewer.batch.score import OutputError, score_files

    output: Path = given.output
    about = {"head": describe_head(scorer.manifest), "maps": None if given.maps is None else str(given.maps)}
    with Journal(output.with_name(f"{output.name}.partial"), about, resume=given.resume) as journal:
        rest = [candidate for candidate in candidates if not journal.has(candidate.path)]
        progress = _Progress(len(rest), kept=len(candidates) - len(rest))

        def take(entry: Entry) -> None:
            journal.add(entry)
            progress(entry)

        try:
            score_files(scorer, reader, rest, maps=given.maps, jobs=given.jobs, on_entry=take)
        except KeyboardInterrupt:
            progress.interrupted(f"they are kept in {journal.path.name}; the same command with --resume continues.")
            return INTERRUPTED
        writer = _writer(scorer, given.format)
        try:
            with replacing(output) as file:
                file.write(writer.begin())
                for record in journal.records(candidate.path for candidate in candidates):
                    file.write(writer.entry(record))
                file.write(writer.end())
        except OSError as error:
            raise OutputError(f"{NOT_WRITTEN} The scores are kept in {journal.path.name}; add --resume.") from error
        journal.delete()
    return OK


class _Progress:
    """Says on standard error how many files were scored."""

    def __init__(self, total: int, kept: int = 0) -> None:
        self._total = total
        self._counts = {"scored": 0, "refused": 0, "failed": 0}
        self._line = ProgressLine(total)
        if kept:
            print(f"{kept} files have their scores from the earlier run.", file=sys.stderr)
        elif not total:
            print("Nothing to score: no files were found.", file=sys.stderr)

    def __call__(self, entry: Entry) -> None:
        self._counts[entry.status] += 1
        self._line.show(self._counts)

    def interrupted(self, what: str) -> None:
        """Print how far the run came and how it ended."""
        self._line.end()
        print(f"Interrupted after {sum(self._counts.values())} of {self._total} files; {what}", file=sys.stderr)


def _find_head(wanted: str | None) -> DiscoveredHead | None:
    """Return the head `wanted` names: a folder, an id, or with None the first usable one. Complains itself."""
    from cxrviewer.cli_heads import discover_heads, look_at
    from cxrviewer.heads.package.files import MANIFEST_NAME

    if wanted and (Path(wanted) / MANIFEST_NAME).exists():
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
