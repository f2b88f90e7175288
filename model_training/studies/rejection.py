"""What a head rejects, by type of image, and whether it finds negatives from the pixels.

Every picture goes the viewer's way: opened by `cxrviewer.imaging`, made to a tensor by the head's
own recipe, run through the head's ONNX file, judged by its density. Headers are ignored, except
in the table that asks the whole viewer about real DICOM files; so is the rule for pictures without
detail, which has a table of its own (`blank_study`).

The shipped detector is fitted on frontal films and on pictures made from them. Real pictures of other
body parts never take part, so for them nothing has to be left out. The outlier types do take part:
each is measured once more by detectors fitted without it (`left_out`).
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import torch
from msgspec import structs
from tqdm import tqdm

from cxrviewer import atomic
from cxrviewer.batch.score import score_file
from cxrviewer.batch.walk import Candidate
from cxrviewer.cancel import CancelToken
from cxrviewer.errors import CxrError
from cxrviewer.heads.eligibility.checks import LEAST_DETAILED
from cxrviewer.heads.inference.scoring import HeadScorer
from cxrviewer.heads.package.manifest import read_manifest
from cxrviewer.heads.registry.discover import discover_one
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.reader import DirectReader
from cxrviewer.imaging.recipe import InputRecipe
from cxrviewer.imaging.tensor import make_input
from model_training.data.development_set import development_root
from model_training.data.packed import PackedSet, folds_of
from model_training.data.splits import Part
from model_training.ood.detector import ADULT_SETS, LIMIT_AT_MOST, choose_records, other_pictures
from model_training.ood.evaluator import Evaluator
from model_training.provenance import config_of_head, names_in_files
from model_training.stats.proportion import Proportion, total
from model_training.studies.flat_field import FlatFieldStudy, study_flat_fields
from model_training.studies.leave_one_kind_out import Kept, WithoutType, study_leave_one_kind_out

T = TypeVar("T")
Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]

SYNTHETIC_PER_SET = 100
"""Held-out films of each set that are turned, cut and emptied."""
REJECTED_AT_LEAST = 0.98
FRONTAL_REJECTED_AT_MOST = 0.02


def _noise(codes: Codes, generator: np.random.Generator) -> Codes:
    made: Codes = generator.permutation(codes.reshape(-1)).reshape(codes.shape)
    return made


def _piece(top: float, left: float, height: float, width: float) -> Callable[[Codes, np.random.Generator], Codes]:
    """Return a cut to a part of the film, given in shares of its sides; its shape is kept, not stretched."""

    def cut(codes: Codes, generator: np.random.Generator) -> Codes:
        rows, columns = codes.shape
        first_row, first_column = round(top * rows), round(left * columns)
        return codes[
            first_row : first_row + round(height * rows), first_column : first_column + round(width * columns)
        ].copy()

    return cut


def _quarters(turns: int) -> Callable[[Codes, np.random.Generator], Codes]:
    return lambda codes, generator: np.rot90(codes, turns).copy()


def _level(share: float) -> Callable[[Codes, np.random.Generator], Codes]:
    return lambda codes, generator: np.full_like(codes, round(share * int(codes.max())))


SYNTHETIC: dict[str, tuple[str, Callable[[Codes, np.random.Generator], Codes]]] = {
    "rotated by 90 degrees": ("turned", _quarters(1)),
    "rotated by 180 degrees": ("turned", _quarters(2)),
    "rotated by 270 degrees": ("turned", _quarters(3)),
    "cropped: upper half": ("cut", _piece(0, 0, 0.5, 1)),
    "cropped: lower half": ("cut", _piece(0.5, 0, 0.5, 1)),
    "cropped: left half": ("cut", _piece(0, 0, 1, 0.5)),
    "cropped: right half": ("cut", _piece(0, 0.5, 1, 0.5)),
    "cropped: middle quarter": ("cut", _piece(0.25, 0.25, 0.5, 0.5)),
    "cropped: upper left quarter": ("cut", _piece(0, 0, 0.5, 0.5)),
    "cropped: a third of the side": ("cut", _piece(0.3, 0.15, 0.33, 0.33)),
    "noise: its pixels in any order": ("empty", _noise),
    "blank: black": ("empty", _level(0.0)),
    "blank: grey": ("empty", _level(0.5)),
    "blank: white": ("empty", _level(1.0)),
}
"""What is made of held-out films at their own size, and the family of outlier types it belongs to.
Drawn by other code than the kinds a detector is fitted on."""


@dataclass(frozen=True, slots=True)
class Polarity:
    """What the pixels of a group say about black and white.

    Attributes
    ----------
    upright_read, upright_called_negative : Proportion
        Of the films as they are: read; rejected and told to be a negative (false alarms).
    negative_read, negative_found : Proportion
        Of their inverted copies: read as if nothing were wrong; rejected and told to be a negative.
    """

    group: str
    upright_read: Proportion
    upright_called_negative: Proportion
    negative_read: Proportion
    negative_found: Proportion


@dataclass(frozen=True, slots=True)
class Answer:
    """What the whole viewer says about one real DICOM file."""

    file: str
    role: str
    status: str
    sentence: str


@dataclass(slots=True)
class RejectionStudy:
    """All tables; `rejected` maps a group to how many of it the head's OOD detector rejects."""

    head: str
    frontal: dict[str, Proportion] = field(default_factory=dict)
    made: dict[str, Proportion] = field(default_factory=dict)
    other: dict[str, Proportion] = field(default_factory=dict)
    polarity: list[Polarity] = field(default_factory=list)
    other_called_negative: Proportion = field(default_factory=lambda: Proportion(0, 0))
    left_out: list[WithoutType] = field(default_factory=list)
    blank: FlatFieldStudy | None = None
    answers: list[Answer] = field(default_factory=list)


def inverted(radiograph: Radiograph) -> Radiograph:
    """Return the film as a header that lies about its polarity would have it."""
    return structs.replace(radiograph, inverted=not radiograph.inverted)


def _tensor(radiograph: Radiograph, recipe: InputRecipe) -> npt.NDArray[np.float32]:
    return make_input(radiograph, recipe).tensor


def _progress(items: Sequence[T], what: str) -> Iterator[T]:
    yield from tqdm(items, desc=what, mininterval=5)


def _count(flags: dict[str, list[bool]]) -> dict[str, Proportion]:
    return {name: Proportion(sum(given), len(given)) for name, given in flags.items()}


def study_polarity(groups: Iterable[tuple[str, Path]], evaluator: Evaluator) -> list[Polarity]:
    """Ask about each film as it is and inverted, by the question `HeadScorer` asks of rejected films."""
    seen: dict[str, list[tuple[bool, bool]]] = {}
    for name, path in _progress(list(groups), "polarity"):
        image = open_image(path).radiograph
        seen.setdefault(name, []).append(
            (
                evaluator.accepts(_tensor(image, evaluator.recipe)),
                evaluator.accepts(_tensor(inverted(image), evaluator.recipe)),
            )
        )
    rows = [_polarity(name, pairs) for name, pairs in sorted(seen.items())]
    return [*rows, _polarity("all", [pair for pairs in seen.values() for pair in pairs])]


def _polarity(name: str, pairs: list[tuple[bool, bool]]) -> Polarity:
    count = len(pairs)
    # A rejected film is called a negative when its inversion would be read; a film and its inversion
    # ask the same two questions, so one pair answers for both.
    return Polarity(
        name,
        Proportion(sum(up for up, _ in pairs), count),
        Proportion(sum(not up and down for up, down in pairs), count),
        Proportion(sum(down for _, down in pairs), count),
        Proportion(sum(up and not down for up, down in pairs), count),
    )


def study_synthetic(
    images: Sequence[Path], evaluator: Evaluator, kept: Kept, *, seed: int = 2
) -> dict[str, Proportion]:
    """Return how many of the films are rejected once they are turned, cut or emptied."""
    generator = np.random.default_rng(seed)
    flags: dict[str, list[bool]] = {name: [] for name in SYNTHETIC}
    for path in _progress(images, "synthetic outliers"):
        image = open_image(path).radiograph
        for name, (family, make) in SYNTHETIC.items():
            tensor = _tensor(structs.replace(image, codes=make(image.codes, generator)), evaluator.recipe)
            flags[name].append(not evaluator.accepts(tensor))
            kept.add(family, tensor)
    return _count(flags)


def study_other(
    pictures: Iterable[tuple[str, Path]], evaluator: Evaluator, kept: Kept
) -> tuple[dict[str, Proportion], Proportion]:
    """Return how many real pictures of other kinds are rejected, and how many of all are called a negative."""
    flags: dict[str, list[bool]] = {}
    negative: list[bool] = []
    for name, path in _progress(list(pictures), "other pictures"):
        try:
            image = open_image(path).radiograph
            tensor = _tensor(image, evaluator.recipe)
        except (CxrError, ValueError):
            continue  # colour, lost pixels, several frames: rejected before any detector
        inside = evaluator.accepts(tensor)
        flags.setdefault(name, []).append(not inside)
        if name.partition(": ")[2] not in ("accept", "mislabelled_polarity"):
            negative.append(not inside and evaluator.accepts(_tensor(inverted(image), evaluator.recipe)))
            kept.add("other", tensor)
    return _count(flags), Proportion(sum(negative), len(negative))


def study_answers(folder: Path, data: Path) -> list[Answer]:
    """Ask the whole viewer, header and pixels, about each real DICOM file a head should read or reject."""
    table = data / "dicom" / "INDEX.csv"
    if not table.is_file():
        return []
    with table.open(newline="", encoding="utf-8") as handle:
        rows = [(row["file"], row["role"]) for row in csv.DictReader(handle)]
    scorer = HeadScorer(discover_one(folder))
    answers = []
    try:
        for name, role in rows:
            if not role.startswith(("accept", "refuse", "mislabelled", "chest_tiny")):
                continue
            entry = score_file(scorer, DirectReader(), Candidate(str(table.parent / name)), None, CancelToken())
            answers.append(Answer(name, role, entry.status, entry.reason.message if entry.reason else ""))
    finally:
        scorer.close()
    return answers


def study(folder: Path, dev_set: PackedSet, data: Path) -> RejectionStudy:
    """Run every part of the study on one head; about a quarter of an hour on one core."""
    evaluator, kept = Evaluator(folder), Kept()
    result = RejectionStudy(head=read_manifest(folder).id)
    test = choose_records(dev_set, Part.TEST, dict.fromkeys(ADULT_SETS, LIMIT_AT_MOST), 1)
    result.polarity = study_polarity([(dev_set.records[i].set, dev_set.records[i].path) for i in test], evaluator)
    result.frontal = {
        p.group: Proportion(p.upright_read.total - p.upright_read.count, p.upright_read.total) for p in result.polarity
    }
    few = choose_records(dev_set, Part.TEST, dict.fromkeys(ADULT_SETS, SYNTHETIC_PER_SET), 1)
    result.made = study_synthetic([dev_set.records[i].path for i in few], evaluator, kept)
    result.other, result.other_called_negative = study_other(other_pictures(data), evaluator, kept)
    result.blank = study_flat_fields(dev_set, evaluator)
    result.left_out = study_leave_one_kind_out(dev_set, kept)
    result.answers = study_answers(folder, data)
    return result


def run_rejection_study(*, head: Path, cache: Path, output: Path | None = None) -> int:
    """Print the study of a head as Markdown, with `output` also as JSON; returns the exit status.

    Raises
    ------
    TrainingError, DataError
        For a head without a OOD detector, or films that are not there.
    """
    torch.set_num_threads(1)
    config = config_of_head(head)
    dev_set = PackedSet.open(read_manifest(head).recipe, cache, **folds_of(config))
    result = study(head, dev_set, development_root().parent)
    sys.stdout.write(markdown(result))
    if output is not None:
        atomic.write_bytes(output, (json.dumps(asdict(result, dict_factory=names_in_files), indent=1) + "\n").encode())
    return 0


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return [*lines, *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows), ""]


def to_reject(result: RejectionStudy) -> dict[str, Proportion]:
    """Return the groups that are no upright frontal chest film."""
    real = {n: p for n, p in result.other.items() if n not in ("dicom: accept", "dicom: mislabelled_polarity")}
    return {**real, **result.made}


def verdict(result: RejectionStudy) -> list[str]:
    """Return one sentence per target, naming every group that misses it."""
    groups = to_reject(result)
    wrong = total(list(groups.values()))
    short = [f"{n} {p}" for n, p in groups.items() if p.total and p.count < REJECTED_AT_LEAST * p.total]
    frontal = result.frontal["all"]
    reached = wrong.count >= REJECTED_AT_LEAST * wrong.total
    kept = frontal.count <= FRONTAL_REJECTED_AT_MOST * frontal.total
    lines = [
        f"Of pictures that are no upright frontal chest film, {wrong} are rejected; the target, at least "
        f"{REJECTED_AT_LEAST:.0%}, is {'reached' if reached else 'missed'}.",
        f"Of held-out frontal chest films of adults, {frontal} are rejected; the target, at most "
        f"{FRONTAL_REJECTED_AT_MOST:.0%}, is {'reached' if kept else 'missed'}.",
    ]
    if short:
        lines.append(f"Groups below {REJECTED_AT_LEAST:.0%}: {'; '.join(short)}.")
    return lines


def _polarity_table(rows: list[Polarity]) -> list[str]:
    return _table(
        ("set", "inverted: rejected as a negative", "inverted: read as if upright", "upright: called a negative"),
        ((r.group, r.negative_found, r.negative_read, r.upright_called_negative) for r in rows),
    )


def _blank_lines(found: FlatFieldStudy | None) -> list[str]:
    if found is None:
        return []
    sentence = (
        f"Of all {found.images.total:,} films of the development set the rule would reject {found.images.count}; "
        f"the emptiest shows something in {found.least:.1%} of its area, the rule asks for {LEAST_DETAILED:.0%}."
    )
    rows = ((d.sort, d.by_rule, d.by_detector, d.by_either) for d in found.drawn)
    return [*_table(("drawn", "by the rule alone", "by the detector alone", "by either"), rows), sentence, ""]


def _without_table(rows: list[WithoutType]) -> list[str]:
    return _table(
        (
            "left out of the fit",
            "rejected of what was left out",
            "same family, drawn otherwise",
            "frontal",
            "real others",
        ),
        ((r.what, r.made, r.drawn_otherwise or "", r.frontal, r.other) for r in rows),
    )


def markdown(result: RejectionStudy) -> str:
    """Return the study; every figure is a count, a share and Wilson's 95 % interval."""
    return "\n".join(
        [
            f"# Rejection study of {result.head}",
            "",
            *(f"* {line}" for line in verdict(result)),
            "",
            "Pixels only, headers ignored. Each figure: rejected of all (share; Wilson's 95 % interval).",
            "",
            "## Held-out frontal chest films of adults",
            "",
            *_table(("set", "rejected"), result.frontal.items()),
            "## Real pictures of other kinds; none of them takes part in fitting the detector",
            "",
            *_table(("kind", "rejected"), result.other.items()),
            "## Held-out films turned, cut and emptied",
            "",
            *_table(("made", "rejected"), result.made.items()),
            "## Negatives",
            "",
            "A rejected film is called a negative when its inversion would be read.",
            "",
            *_polarity_table(result.polarity),
            f"Real pictures of other kinds called a negative of a chest film: {result.other_called_negative}.",
            "",
            "## Smooth pictures, which show nothing",
            "",
            *_blank_lines(result.blank),
            "## Detectors fitted without a outlier type",
            "",
            *_without_table(result.left_out),
            "## The whole viewer on real DICOM files",
            "",
            *_table(
                ("file", "role", "answer", "sentence"), ((a.file, a.role, a.status, a.sentence) for a in result.answers)
            ),
        ]
    )
