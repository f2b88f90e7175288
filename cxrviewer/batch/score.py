"""Scores many files with one head, one entry per file whatever happens to it."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.atomic import write_array
from cxrviewer.batch.walk import Candidate
from cxrviewer.cancel import CancelToken
from cxrviewer.errors import CxrError, HeadError, ImageError, JobCancelled
from cxrviewer.heads.contract import (
    FindingScore,
    Prediction,
    RejectedError,
    Rejection,
    RejectionCode,
)
from cxrviewer.heads.inference.scoring import HeadScorer
from cxrviewer.imaging.member_paths import file_of
from cxrviewer.imaging.reader import ImageReader
from cxrviewer.log import Safe, describe_exception
from cxrviewer.ordered import run_in_order

_log = logging.getLogger(__name__)

SCORED, REJECTED, FAILED = "scored", "refused", "failed"


class OutputError(CxrError):
    """Results cannot be written: the run ends, because going on would lose them."""


Stamp = tuple[int, int, int]


def stamp_of(path: str) -> Stamp | None:
    """Return what tells whether a file is still the one that was read, None where the system does not say.

    Size, time of the content and, as no copying program can set it, that of content or status (POSIX ctime); of a file
    in a ZIP those of the ZIP.
    """
    try:
        found = os.stat(file_of(Path(path)))
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


class Entry(Struct, frozen=True, kw_only=True):
    """What became of one file.

    Attributes
    ----------
    source : str or None
        ``dicom`` or ``raster``; None where the file could not even be recognised.
    status : str
        `SCORED`, `REJECTED` or `FAILED`.
    reason : Rejection or None
        None only for `SCORED`.
    maps : str or None
        Path of the ``.npy`` file with the raw maps, (n, h, w) float32 in the order of `findings`.
    seconds : float
        From opening the file to the answer, on this machine.
    notes : tuple of str
        What was repaired or left out of a scored image (`Radiograph.notes`): the score is that of the repaired image.
    stamp : (size in bytes, time of content in ns, time of content or status in ns) or None
        Read before the file was opened: a file that changes afterwards is scored again by a resumed run.
    """

    path: str
    source: str | None
    status: str
    reason: Rejection | None = None
    findings: tuple[FindingScore, ...] = ()
    maps: str | None = None
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    stamp: Stamp | None = None


def score_files(
    scorer: HeadScorer,
    reader: ImageReader,
    candidates: Sequence[Candidate],
    *,
    maps: Path | None = None,
    jobs: int = 2,
    on_entry: Callable[[Entry], None],
) -> None:
    """Score `candidates` in their order and hand each entry over at once.

    `reader` decodes `jobs` files at a time while the one model process scores them one by one;
    no more than that many images are in memory. `on_entry` is called on this thread, in order.

    Raises
    ------
    OutputError
    KeyboardInterrupt
        After the jobs going on were cancelled and have ended.
    """
    cancel = CancelToken()

    def work(candidate: Candidate) -> Entry:
        return score_file(scorer, reader, candidate, maps, cancel)

    run_in_order(work, candidates, on_entry, cancel, workers=jobs, thread_name="cxr-score")


def score_file(
    scorer: HeadScorer, reader: ImageReader, candidate: Candidate, maps: Path | None, cancel: CancelToken
) -> Entry:
    """Score one file; every failure becomes an entry, only a cancel is raised."""
    started = time.perf_counter()
    stamp = stamp_of(candidate.path)
    entry = _attempt(scorer, reader, candidate, maps, cancel)
    return replace(entry, seconds=time.perf_counter() - started, stamp=stamp)


def _attempt(
    scorer: HeadScorer, reader: ImageReader, candidate: Candidate, maps: Path | None, cancel: CancelToken
) -> Entry:
    path, source = candidate.path, None
    if candidate.problem is not None:
        rejection = Rejection(RejectionCode.DECODE_FAILED, candidate.problem)
        return Entry(path=path, source=None, status=FAILED, reason=rejection)
    try:
        cancel.raise_if_cancelled()
        header = reader.read_header(Path(path), cancel)
        source = header.facts.source.value
        header_says = scorer.reject_header(header.facts, has_pixels=header.has_pixels)
        if header_says is not None:
            raise RejectedError(header_says)  # its pixels are never decoded
        radiograph = reader.open_image(Path(path), cancel=cancel).radiograph
        prediction = scorer.score(radiograph, cancel)
        written, notes = _write_maps(prediction, maps), radiograph.notes
        return Entry(path=path, source=source, status=SCORED, findings=prediction.scores, maps=written, notes=notes)
    except (JobCancelled, OutputError):
        raise
    except Exception as error:  # noqa: BLE001  # one bad file never stops the rest, not even one that finds a bug
        status, reason = _explain(error)
        return Entry(path=path, source=source, status=status, reason=reason)


def _explain(error: Exception) -> tuple[str, Rejection]:
    """Return status and reason of a file that was not scored."""
    if isinstance(error, RejectedError):
        return REJECTED, error.rejection
    if isinstance(error, ImageError):
        return FAILED, Rejection(RejectionCode.DECODE_FAILED, error.user_message)
    if isinstance(error, HeadError):
        return FAILED, Rejection(RejectionCode.HEAD_FAILED, error.user_message)
    if isinstance(error, MemoryError):
        sentence = "There is not enough memory for this film; close other programs or use fewer jobs."
        return FAILED, Rejection(RejectionCode.DECODE_FAILED, sentence)
    _log.error("scoring a file failed unexpectedly:\n%s", Safe(describe_exception(error)))
    sentence = "The file could not be read because of an error in this program; please report it."
    return FAILED, Rejection(RejectionCode.DECODE_FAILED, sentence)


def _write_maps(prediction: Prediction, folder: Path | None) -> str | None:
    """Write the raw maps and return the file's path.

    Named by the image's key, which tells nothing of the patient; equal images share a file.
    """
    if folder is None or not prediction.maps:
        return None
    path = folder / f"{prediction.image_key[:32]}.npy"
    try:
        write_array(path, [saliency.values for saliency in prediction.maps])
    except OSError as error:
        raise OutputError("A map could not be written; check the folder's rights and the space on the disk.") from error
    return str(path)
