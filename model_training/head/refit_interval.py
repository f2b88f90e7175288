"""Gives a head that stands the intervals of its probabilities; network, thresholds and calibration stay."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch
from msgspec.structs import replace

from cxrviewer.heads.contract import CalibrationInterval, HeadManifest
from cxrviewer.heads.package.files import MANIFEST_NAME, hash_files
from cxrviewer.heads.package.manifest import read_manifest, write_manifest
from model_training.data.development_set import EVALUATED_SETS
from model_training.data.packed import PackedSet, folds_of, predict
from model_training.data.splits import Part
from model_training.errors import TrainingError
from model_training.evaluate import intervals_on_images, network_of_head
from model_training.head.card_interval import exchange_interval, interval_section, interval_table, intervals_as_dict
from model_training.head.write import (
    CARD,
    changed_head,
    check_place,
    interval_specs,
    interval_words,
    recover_folder,
)
from model_training.provenance import PROVENANCE, commit, read_provenance
from model_training.stats.calibrate import Calibration, fit_penalised
from model_training.stats.interval import CalibrationErrors, Coverage

SAME = 1e-3
"""By how much a probability of the images may differ when slope and offset are fitted again: the head's have six
digits, and another version of the solver stops elsewhere. Other images move probabilities by more."""


def _rewrite(
    folder: Path,
    manifest: HeadManifest,
    intervals: tuple[CalibrationInterval | None, ...],
    errors: CalibrationErrors,
    coverage: Coverage | None,
) -> None:
    """Write everything in a copy of the head's folder that is about the intervals."""
    former = read_manifest(folder).version
    card = folder / CARD
    told = exchange_interval(card.read_text(encoding="utf-8"), interval_section(errors, coverage))
    told = told.replace(f"({manifest.id} {former})", f"({manifest.id} {manifest.version})", 1)
    card.write_text(told, encoding="utf-8", newline="\n")
    provenance = read_provenance(folder)
    provenance |= {"intervals": intervals_as_dict(errors, coverage), "commit_of_intervals": commit()}
    (folder / PROVENANCE).write_text(json.dumps(provenance, indent=1) + "\n", encoding="utf-8", newline="\n")
    stated = replace(
        manifest,
        findings=tuple(replace(finding, interval=intervals[finding.index]) for finding in manifest.findings),
        files=hash_files(folder, model=manifest.model.file),
    )
    (folder / MANIFEST_NAME).write_text(write_manifest(stated), encoding="utf-8", newline="\n")


def _penalty(head: Path) -> float:
    told = read_provenance(head).get("calibration")
    if not isinstance(told, dict) or not isinstance(told.get("penalty"), int | float):
        raise TrainingError(f"The head's {PROVENANCE} does not say with which penalty it was calibrated.")
    return float(told["penalty"])


def calibrated_on(head: Path, dev_set: PackedSet) -> str:
    """Return the set a head was calibrated on: heads without figures near the natural mix come from before `nih128`."""
    return dev_set.natural if read_provenance(head).get("natural_mix") else EVALUATED_SETS[0]


def run_refit_interval(*, head: Path, version: str, cache: Path) -> int:
    """Fit, check and write the intervals of the head in the folder `head`; returns the exit status.

    Raises
    ------
    TrainingError, DataError
        For a head that was calibrated on other films, one that fails the viewer's checks with its intervals, or films
        that are not there. The folder is then as it was.
    """
    torch.set_num_threads(1)
    recover_folder(head)
    manifest = read_manifest(head)
    check_place(head, head_id=manifest.id, title=manifest.title, version=version)
    network, config, calibration = network_of_head(head)
    penalty = _penalty(head)
    dev_set = PackedSet.open(manifest.recipe, cache, **folds_of(config))
    name = calibrated_on(head, dev_set)
    images = dev_set.evaluated(Part.VALIDATION, name)
    logits = predict(network, dev_set, images)
    slope, offset = fit_penalised(dev_set.labels(images), logits, penalty)
    again = Calibration(slope, offset, penalty, {}).probabilities(logits)
    apart = float(np.abs(again - calibration.probabilities(logits)).max())
    if apart > SAME:
        raise TrainingError(
            f"The head '{manifest.id}' was calibrated on other films: fitted again, a probability differs by "
            f"{apart:.3g}. Its intervals cannot be told from these."
        )
    errors, checked = intervals_on_images(network, dev_set, calibration, penalty, name)
    intervals = interval_specs(errors, interval_words(config, name))
    with changed_head(head) as made:
        _rewrite(made, replace(manifest, version=version), intervals, errors, checked)
    sys.stdout.write("\n".join(interval_section(errors, checked)) + "\n\n" + interval_table(calibration, errors) + "\n")
    return 0
