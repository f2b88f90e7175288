"""``python -m model_training explain-study``: one network, every explanation method, one table."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from scipy.special import expit
from torch import Tensor, nn

from cxrviewer import atomic
from model_training.data.development_set import LABELS
from model_training.data.masking import baseline_of
from model_training.data.packed import FloatArray, PackedSet, folds_of, predict, recipe_of, standardise
from model_training.data.splits import Part
from model_training.errors import TrainingError
from model_training.explain.faithfulness import Faithfulness, Protocol, measure, paired_gain
from model_training.explain.methods import RANDOM, Maps, build_methods, grey_scale
from model_training.export.onnx import has_explainer, load_checkpoint, load_student
from model_training.models.explainer import MedTexNetwork, load_pair
from model_training.provenance import config_of_head
from model_training.stats.calibrate import choose_threshold
from model_training.stats.metrics import Interval

LOWER_IS_BETTER = frozenset({"deletion", "sufficiency"})
FINDINGS_PER_IMAGE = 2


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """What is explained: n films, each with one finding.

    Attributes
    ----------
    images : (n, channels, H, W)
    findings : (n,) int
    thresholds : (n,)
        Probability from which the network says that finding.
    patients : list of str
    count : int
        Different films.
    """

    images: Tensor
    findings: Tensor
    thresholds: Tensor
    patients: list[str]
    count: int


def choose_pairs(
    labels: FloatArray, taught: FloatArray, predicted: FloatArray, images: int, thresholds: FloatArray | None = None
) -> list[tuple[int, int]]:
    """Return (row, finding) of findings that are there by label, or by the precomputed teachers at even odds or more.

    Parameters
    ----------
    labels, taught : (n, labels)
        1, 0 or NaN; logits or NaN.
    predicted : (n, labels)
        The explained network's logits: of several findings of a film, the `FINDINGS_PER_IMAGE` it is surest of.
    images : int
        How many films; a fixed random choice where there are more.
    thresholds : (labels,) or None
        Probabilities from which the network says a finding: then only findings that it says are chosen. Of one it
        does not say a map has nothing to show, and a blurred film may seem to hold more of it than the whole film.
    """
    # A comparison with NaN is false: what nobody knows is not there.
    there = (labels == 1) | (taught >= 0)
    if thresholds is not None:
        there &= expit(predicted) >= thresholds
    rows = np.flatnonzero(there.any(axis=1))
    chosen = np.sort(np.random.default_rng(0).permutation(rows)[:images])
    pairs = []
    for row in chosen.tolist():
        findings = sorted(np.flatnonzero(there[row]).tolist(), key=lambda finding: -predicted[row, finding])
        pairs += [(row, finding) for finding in findings[:FINDINGS_PER_IMAGE]]
    return pairs


def pick(dev_set: PackedSet, network: nn.Module, images: int, *, also_absent: bool = False) -> Pairs:
    """Return pairs of the test fold; thresholds are chosen on the validation fold as for a head.

    Raises
    ------
    TrainingError
        Where nothing can be explained.
    """
    validation, test = dev_set.evaluated(Part.VALIDATION), dev_set.evaluated(Part.TEST)
    labels = dev_set.labels(validation)
    probabilities = expit(predict(network, dev_set, validation))
    values = [choose_threshold(labels[:, i], probabilities[:, i]).value for i in range(labels.shape[1])]
    said_by = None if also_absent else np.array(values)
    pairs = choose_pairs(dev_set.labels(test), dev_set.teacher(test), predict(network, dev_set, test), images, said_by)
    if not pairs:
        raise TrainingError(
            "No film of the test fold has a finding that the network says, so nothing can be explained."
        )
    index = test[[row for row, _ in pairs]]
    grey = np.stack([dev_set.grey(i) for i in index])
    findings = torch.tensor([finding for _, finding in pairs])
    return Pairs(
        torch.from_numpy(standardise(grey, dev_set.recipe)),
        findings,
        torch.tensor(values, dtype=torch.float64)[findings],
        dev_set.patients(index),
        len(set(index.tolist())),
    )


def compare(
    network: nn.Module, methods: dict[str, Maps], pairs: Pairs, protocol: Protocol | None = None
) -> dict[str, Faithfulness]:
    """Return the scores of every method on the same pairs."""
    network.eval()
    return {
        name: measure(
            network,
            pairs.images,
            pairs.findings,
            maps(pairs.images, pairs.findings),
            thresholds=pairs.thresholds,
            protocol=protocol,
        )
        for name, maps in methods.items()
    }


@torch.inference_mode()
def mean_without_image(network: nn.Module, pairs: Pairs, protocol: Protocol | None = None) -> dict[str, float]:
    """Return the mean probability of the findings on whole films, on their blurred films and on their mean grey.

    Between these lie all curves: where the blurred film says more than the whole one, insertion rewards whatever
    keeps the film blurred.
    """
    network.eval()
    p = protocol or Protocol()
    mean: dict[str, float] = {}
    for kind in ("whole", "blur", "mean"):
        predicted = []
        for images, findings in zip(pairs.images.split(p.batch), pairs.findings.split(p.batch), strict=True):
            shown = images if kind == "whole" else baseline_of(images, kind, p.blur).expand_as(images)
            predicted.append(torch.sigmoid(network(shown)).gather(1, findings[:, None]))
        mean[kind] = float(torch.cat(predicted).mean())
    return mean


FEW_PATIENTS = 10
"""Below so many, resampling draws the same few patients again: an interval that leaves zero out shows nothing."""


def _cell(value: float, gain: Interval, lower: bool, patients: int) -> str:
    better = patients >= FEW_PATIENTS and (gain.high < 0 if lower else gain.low > 0)
    worse = patients >= FEW_PATIENTS and (gain.low > 0 if lower else gain.high < 0)
    mark = " **better**" if better else " worse" if worse else ""
    return f"{value:.3f}, {gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f}){mark}"


def table(scores: dict[str, Faithfulness], patients: list[str]) -> str:
    """Return a Markdown table: each mean, and its paired difference to the random map with a 95 % interval."""
    first = scores[RANDOM]
    heads = [f"{name} ({'lower' if name in LOWER_IS_BETTER else 'higher'} is better)" for name in first.names]
    lines = ["| method | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    for method, result in scores.items():
        cells = []
        for name in first.names:
            ours: npt.NDArray[np.float64] = getattr(result, name)
            if method == RANDOM:
                cells.append(f"{ours.mean():.3f}")
            else:
                gain = paired_gain(ours, getattr(first, name), patients)
                cells.append(_cell(float(ours.mean()), gain, name in LOWER_IS_BETTER, len(set(patients))))
        lines.append(f"| {method} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def load_explained(checkpoint: Path) -> tuple[nn.Module, MedTexNetwork | None, dict[str, Any]]:
    """Return the network of a checkpoint, its explainer's pair where it has one, and the configuration.

    Raises
    ------
    TrainingError
        Where the file is no checkpoint of the development set's fourteen labels.
    """
    network, state = load_checkpoint(checkpoint)
    if len(state.get("labels", LABELS)) != len(LABELS):
        raise TrainingError("The study runs on the development set's fourteen labels; this checkpoint has others.")
    pair = load_pair(checkpoint)[0] if has_explainer(state) else None
    return network, pair, state["config"]


def run_explain_study(
    *,
    checkpoint: Path | None,
    head: Path | None,
    explainer: Path | None,
    images: int,
    cache: Path,
    output: Path | None,
    also_absent: bool = False,
) -> int:
    """Print the table of one network, and write it where asked; returns the exit status.

    Parameters
    ----------
    checkpoint, head : Path or None
        The network that is explained *and* asked; exactly one.
    explainer : Path or None
        Checkpoint of a MED-TEX-style training whose masks are judged by that network: with a
        teacher's checkpoint this is post-hoc fidelity to the teacher.
    also_absent : bool
        Explain findings that are there though the network does not say them, too.

    Raises
    ------
    TrainingError, DataError
        For what cannot be measured.
    """
    torch.set_num_threads(1)
    pair = None
    if checkpoint is not None:
        network, pair, config = load_explained(checkpoint)
    else:
        network, config = _of_head(cast(Path, head))
    rescale = (1.0, 0.0)
    if explainer is not None:
        pair, state = load_pair(explainer)
        if folds_of(state["config"])["test_fold"] != folds_of(config)["test_fold"]:
            raise TrainingError(
                "The explainer was trained on other folds: it may know the films it would be judged by."
            )
        rescale = grey_scale(recipe_of(config["recipe"]), recipe_of(state["config"]["recipe"]))
    dev_set = PackedSet.open(recipe_of(config["recipe"]), cache, **folds_of(config))
    pairs = pick(dev_set, network, images, also_absent=also_absent)
    scores = compare(network, build_methods(network, pairs.images[:1], pair, rescale), pairs)
    predicted = mean_without_image(network, pairs)
    text = (
        f"{len(pairs.findings)} findings {'that are there' if also_absent else 'that are there and predicted'} on "
        f"{pairs.count} films of {len(set(pairs.patients))} patients, held-out fold. "
        f"Their mean probability is {predicted['whole']:.2f} on whole films, {predicted['blur']:.2f} on blurred ones "
        f"and {predicted['mean']:.2f} on mean grey. "
        "Behind each mean: paired difference to the random map with 95 % interval, bootstrapped by patient.\n\n"
        f"{table(scores, pairs.patients)}\n"
    )
    if len(set(pairs.patients)) < FEW_PATIENTS:
        text += f"\nFewer than {FEW_PATIENTS} patients: no difference is called better or worse.\n"
    sys.stdout.write(text)
    if output is not None:
        atomic.write_bytes(output, text.encode())
    return 0


def _of_head(folder: Path) -> tuple[nn.Module, dict[str, Any]]:
    return load_student(folder), config_of_head(folder)
