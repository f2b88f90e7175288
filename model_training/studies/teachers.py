"""How good are an experiment's teachers on films that none of them has learned from, each and on average?

A teacher that is no better than its student has little to say; one that is far better has not been listened to enough.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model_training.config.experiment import PRECOMPUTED_KINDS, TeacherConfig, TrainConfig, data_of
from model_training.data.development_set import EVALUATED_SETS
from model_training.data.record_set import RecordSet, open_record_set
from model_training.data.splits import Part
from model_training.distill.precomputed import precomputed_logits
from model_training.engine.train import config_dict
from model_training.errors import TrainingError
from model_training.provenance import check_held_out
from model_training.stats.metrics import Interval, auc_with_intervals
from model_training.stats.paired import paired_auc

FloatArray = npt.NDArray[np.float64]
AVERAGE = "average"


@dataclass(frozen=True, slots=True)
class Judged:
    """One teacher, or the average of all, on the films of one part of one set.

    Attributes
    ----------
    alone : Interval or None
        Mean ROC area on every film it has predictions for, `images` of them; None where no finding has both classes.
    shared : Interval or None
        The same on the films that all teachers have predictions for.
    below : str
        How much better the average is than it on those, as a sentence; empty for the average and for a single teacher.
    """

    name: str
    images: int
    alone: Interval | None
    shared: Interval | None
    below: str = ""


def name_of(teacher: TeacherConfig) -> str:
    """Return the folder of a table of predictions, or ``precomputed``."""
    return Path(teacher.checkpoint).parent.name if teacher.checkpoint else teacher.kind


def judge(teachers: tuple[TeacherConfig, ...], used: RecordSet, places: list[int], runs: Path) -> list[Judged]:
    """Return every teacher and, where there are several, their average by their weights.

    None is calibrated: it would be on the labels that it is measured by.

    Raises
    ------
    TrainingError
        Where a teacher is a network: its outputs must be precomputed (``predict``, ``cross-fit``).
    DataError
        For a table that cannot be read.
    """
    if any(teacher.kind not in PRECOMPUTED_KINDS for teacher in teachers):
        raise TrainingError("Teachers are judged by their predictions; write them with 'predict' or 'cross-fit'.")
    teachers = tuple(dataclasses.replace(teacher, calibrate=False) for teacher in teachers)
    records = [used.records[i] for i in places]
    labels = np.array([record.labels for record in records], np.float64)
    patients = np.array([record.patient_hash for record in records])

    def logits(chosen: tuple[TeacherConfig, ...]) -> FloatArray:
        return precomputed_logits(chosen, records, used.labels, runs).numpy().astype(np.float64)

    def area(said: FloatArray, where: npt.NDArray[np.bool_]) -> Interval | None:
        return auc_with_intervals(labels[where], said[where], patients[where]).mean if where.any() else None

    each = [logits((teacher,)) for teacher in teachers]
    known = [np.asarray(np.isfinite(said).all(axis=1), np.bool_) for said in each]
    all_of_them: npt.NDArray[np.bool_] = np.asarray(np.stack(known).all(axis=0), np.bool_)
    found = []
    mean = logits(teachers)
    for teacher, said, where in zip(teachers, each, known, strict=True):
        shared = area(said, all_of_them) if len(teachers) > 1 else None
        below = ""
        if shared is not None:
            both = all_of_them
            below = paired_auc(labels[both], mean[both], said[both], patients[both]).sentence
        found.append(Judged(name_of(teacher), int(where.sum()), area(said, where), shared, below))
    if len(teachers) > 1:
        somebody = np.asarray(np.isfinite(mean).all(axis=1), np.bool_)
        found.append(Judged(AVERAGE, int(somebody.sum()), area(mean, somebody), area(mean, all_of_them)))
    return found


def _cell(found: Interval | None) -> str:
    return "-" if found is None else f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"


def run_teacher_study(config: TrainConfig, runs: Path, root: Path | None = None) -> str:
    """Return a Markdown table of an experiment's teachers on its validation and test films, per set.

    Parameters
    ----------
    runs : Path
        The folder that paths of teachers are relative to.

    Raises
    ------
    TrainingError, DataError
        As `judge`; and where a network at hand, of which there is a table, has learned from these films.
    """
    check_held_out(config_dict(config), runs)
    used = open_record_set(data_of(config), root)
    lines = [
        "| films | teacher | films with predictions | mean AUC on these | on those that all have | average above it |",
        "|---|---|---|---|---|---|",
    ]
    sets = EVALUATED_SETS if config.data.kind == "development_set" else sorted({record.set for record in used.records})
    for name in sets:
        for part in (Part.VALIDATION, Part.TEST):
            places = [i for i, one in enumerate(used.parts) if one is part and used.records[i].set == name]
            if not places:
                continue
            lines += [
                f"| {part.value}, `{name}` | {one.name} | {one.images} | {_cell(one.alone)} | {_cell(one.shared)} "
                f"| {one.below} |"
                for one in judge(config.teachers, used, places, runs)
            ]
    return "\n".join(lines) + "\n"
