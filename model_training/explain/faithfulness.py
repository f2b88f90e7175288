"""Does a map show what the network answers by? Insertion, deletion, sufficiency, agreement on masked films.

A map says which parts of a film count for one finding. Here the parts are the cells of a coarse grid, so
that maps of every size are judged alike, and the network is asked again with some cells hidden.
Every score is a probability or a difference of two, per film and finding, before any averaging.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from model_training.data.masking import baseline_of
from model_training.stats.metrics import Interval, patient_weights

Predict = Callable[[Tensor], Tensor]
"""(n, channels, H, W) films to (n, labels) logits."""

FloatArray = npt.NDArray[np.float64]

STEPS = 28
CELLS = 14
TOP_SHARES = (0.05, 0.1, 0.2, 0.5)
"""Shares of the cells that sufficiency and comprehensiveness average over (ERASER has 1 to 50 %)."""
MASK_SHARE = 0.2
"""Share of a film that is shown where agreement is measured."""


@dataclass(frozen=True, slots=True, eq=False)
class Faithfulness:
    """Scores of (film, finding) pairs, each (n,).

    Attributes
    ----------
    insertion : array
        Area under the probability while a blurred film is filled in, most important cells first;
        RISE (Petsiuk et al., BMVC 2018, arXiv 1806.07421). Higher is better.
    deletion : array
        Area while cells are taken away, most important first. Lower is better. RISE takes them to
        zero; here to the film's mean, because a black patch on a film is a finding of its own.
    sufficiency : array
        Probability of the whole film less that of its most important cells alone, mean over
        `TOP_SHARES` (ERASER, DeYoung et al., ACL 2020). Lower is better.
    comprehensiveness : array
        Probability of the whole film less that without those cells. Higher is better.
    agreement : array
        1 where the network, shown the most important fifth of the film only, still says what it
        reported for the whole film (above or below the threshold); L2X's post-hoc fidelity.
    """

    insertion: FloatArray
    deletion: FloatArray
    sufficiency: FloatArray
    comprehensiveness: FloatArray
    agreement: FloatArray

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f.name for f in fields(self))


def joined(parts: list[Faithfulness]) -> Faithfulness:
    """Return all pairs of several results, in order."""
    names = [f.name for f in fields(Faithfulness)]
    return Faithfulness(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def cell_order(maps: Tensor, cells: int = CELLS) -> Tensor:
    """Return each cell's rank by importance, 0 the most important: (n, cells, cells).

    Maps (n, h, w) are brought to the grid as they are drawn, bilinearly; ties go by position, so an
    empty map is read row by row and not at random.
    """
    grid = functional.interpolate(maps[:, None].double(), (cells, cells), mode="bilinear", align_corners=False)
    order = grid.flatten(1).argsort(dim=1, descending=True, stable=True)
    ranks = torch.empty_like(order).scatter_(1, order, torch.arange(cells * cells).expand_as(order).contiguous())
    return ranks.reshape(-1, cells, cells)


def shown_cells(ranks: Tensor, count: int, size: tuple[int, int]) -> Tensor:
    """Return (n, 1, H, W) masks, 1 on the `count` most important cells."""
    return functional.interpolate((ranks < count)[:, None].float(), size, mode="nearest")


def trapezoid(curve: Tensor) -> Tensor:
    """Return the area under evenly spaced values (steps + 1, n) over [0, 1], (n,)."""
    area: Tensor = (curve[:-1] + curve[1:]).mean(0) / 2
    return area


@dataclass(frozen=True, slots=True)
class Protocol:
    """Fixed settings of a study; the same for every method that is compared.

    Attributes
    ----------
    steps : int
        Of insertion and deletion; all cells are spread over them evenly.
    blur : float
        Sigma of insertion's baseline, as a share of the film's side: RISE's 11-pixel kernel leaves
        every finding of a film visible, so it is much stronger here.
    """

    steps: int = STEPS
    cells: int = CELLS
    blur: float = 0.07
    batch: int = 32


@torch.inference_mode()
def measure(
    predict: Predict,
    images: Tensor,
    findings: Tensor,
    maps: Tensor,
    *,
    thresholds: float | Tensor = 0.5,
    protocol: Protocol | None = None,
) -> Faithfulness:
    """Return the scores of n (film, finding) pairs.

    Parameters
    ----------
    predict : callable
        The network that is explained, in evaluation mode.
    images : (n, channels, H, W)
        Standardised.
    findings : (n,) int
        The explained logit of each pair.
    maps : (n, h, w)
        Importance; only its order counts.
    thresholds : float or (n,)
        Probability from which a pair's finding counts as reported.
    """
    p = protocol or Protocol()
    size = (images.shape[2], images.shape[3])
    ranks = cell_order(maps, p.cells)
    blurred, mean = baseline_of(images, "blur", p.blur), baseline_of(images, "mean", p.blur)
    total = p.cells * p.cells

    def ask(mask: Tensor, baseline: Tensor) -> Tensor:
        """Return the probability of each pair's finding, (n,), where only `mask` is shown."""
        shown = mask * images + (1 - mask) * baseline
        logits = torch.cat([predict(part) for part in shown.split(p.batch)])
        return torch.sigmoid(logits.double()).gather(1, findings[:, None])[:, 0]

    counts = [round(total * step / p.steps) for step in range(p.steps + 1)]
    kept = [shown_cells(ranks, count, size) for count in counts]
    insertion = torch.stack([ask(mask, blurred) for mask in kept])
    deletion = torch.stack([ask(1 - mask, mean) for mask in kept])
    top = [shown_cells(ranks, max(1, round(total * share)), size) for share in TOP_SHARES]
    whole = insertion[-1]
    sufficiency = torch.stack([whole - ask(mask, mean) for mask in top]).mean(0)
    comprehensiveness = torch.stack([whole - ask(1 - mask, mean) for mask in top]).mean(0)
    fifth = ask(shown_cells(ranks, round(total * MASK_SHARE), size), blurred)
    agreement = ((fifth >= thresholds) == (whole >= thresholds)).double()
    scores = (trapezoid(insertion), trapezoid(deletion), sufficiency, comprehensiveness, agreement)
    return Faithfulness(*(score.numpy() for score in scores))


def paired_gain(ours: FloatArray, others: FloatArray, patients: list[str], *, resamples: int = 2000) -> Interval:
    """Return the mean of ``ours - others`` with a 95 % bootstrap interval by patient.

    Both are scores of the same pairs; films of one patient, and findings of one film, are drawn together.
    """
    difference = ours - others
    weights, _ = patient_weights(patients, resamples, seed=0)
    counts = weights.sum(axis=1)
    samples = (weights @ difference)[counts > 0] / counts[counts > 0]
    low, high = np.percentile(samples, [2.5, 97.5])
    return Interval(float(difference.mean()), float(low), float(high), len(samples))
