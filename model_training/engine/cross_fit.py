"""Cross-fitting: a teacher for every training film that has never seen its patient.

A network is surer of films that it learned from than it should be. So five are trained, each without a fifth of the
training patients, and each speaks of the fifth it has not seen. Of all other films (held out, or of no patient that
trains) their average speaks.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import torch

from model_training.config.data import FOLDS
from model_training.config.experiment import TrainConfig, checkpoint_named, data_of
from model_training.data.record_set import RecordSet, open_record_set, pack_record_set
from model_training.data.splits import Part, fifth_of
from model_training.distill.teachers import from_checkpoint, mean_logits
from model_training.engine.predict import FloatArray, ask, write_predictions
from model_training.engine.train import Trainer
from model_training.errors import TrainingError

PREDICTIONS = "predictions.csv"
"""What `run_cross_fit` writes into its folder."""


def places_of(record_set: RecordSet, fifth: int) -> list[int]:
    """Return the films the network without `fifth` speaks of: that fifth, and all that no network has learned from."""
    return [
        i
        for i, (record, part) in enumerate(zip(record_set.records, record_set.parts, strict=True))
        if part is not Part.TRAIN or fifth_of(record.patient_hash) == fifth
    ]


def combined(count: int, answers: list[tuple[list[int], FloatArray]]) -> FloatArray:
    """Return probabilities (count, labels): for every film the mean, as logits, of the networks that spoke of it.

    Parameters
    ----------
    answers : list of (places, probabilities (len(places), labels))
    """
    logits = []
    for places, probabilities in answers:
        spread = torch.full((count, probabilities.shape[1]), float("nan"))
        spread[places] = torch.logit(torch.from_numpy(probabilities).double(), eps=1e-6).float()
        logits.append(spread)
    mean: FloatArray = torch.sigmoid(mean_logits(logits, [1.0] * len(logits))).numpy()
    return mean


def run_cross_fit(config: TrainConfig, folder: Path, cache: Path, root: Path | None = None) -> int:
    """Train the five networks of an experiment and write their outputs for every film; returns how many films.

    Killed and called again, it goes on. The networks lie in ``fifth-0`` to ``fifth-4`` of `folder`, the table beside
    them (`PREDICTIONS`); paths in the experiment are relative to `folder`.

    Raises
    ------
    TrainingError, ConfigError
        As for ``train``; and where the networks would begin from one that has seen the patients they are to speak of.
    """
    if named := checkpoint_named(config.weights):
        raise TrainingError(
            f"The five networks would start from {named}, which has seen the patients that each of them is to speak "
            'of. Cross-fitting starts from weights = "imagenet", "select:imagenet" or none.'
        )
    for fifth in range(FOLDS):
        trainer = Trainer(
            dataclasses.replace(config, name=f"{config.name} without fifth {fifth}", left_out=fifth),
            folder / f"fifth-{fifth}",
            cache,
            root,
        )
        trainer.run()
        trainer.accelerator.end_training()
    record_set = open_record_set(data_of(config), root)
    used, packed = pack_record_set(record_set, config.recipe, cache, unreadable=config.data.unreadable)
    answers = []
    for fifth in range(FOLDS):
        teacher = from_checkpoint(folder / f"fifth-{fifth}" / "checkpoint.pt", used.labels)
        places = places_of(used, fifth)
        probabilities, _ = ask(teacher, packed[np.array(places)], config.stages[-1].size)
        answers.append((places, probabilities))
    predictions = combined(len(used.records), answers)
    write_predictions(folder / PREDICTIONS, used.records, used.labels, predictions, config.name)
    return len(predictions)
