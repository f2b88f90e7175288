"""What one step of training hands to an objective, and what an objective is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from torch import Tensor, nn


@dataclass(frozen=True, slots=True, eq=False)
class TeacherOutput:
    """What the teachers say about the films of a batch.

    Attributes
    ----------
    logits : (n, labels)
        Weighted mean in logit space of every teacher that knows the label; NaN where none does.
    features : (n, c, h, w) or None
        Map of the first network among the teachers, without gradient.
    maps : (n, labels, h, w) or None
        That network's Grad-CAM, only where an objective aligns with it.
    """

    logits: Tensor
    features: Tensor | None = None
    maps: Tensor | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Films and what is known about them.

    Attributes
    ----------
    images : (n + outliers, channels, H, W)
        Standardised by the recipe. Self-supervised methods get the second view of every film
        where the outliers would be.
    count : int
        The n rows that are films.
    labels, precomputed : (n, labels)
        1, 0 or NaN for unknown; logits of precomputed teachers or NaN.
    auxiliary : (n, 4)
        Targets of the auxiliary tasks, NaN for unknown.
    teacher : TeacherOutput or None
    """

    images: Tensor
    count: int
    labels: Tensor
    precomputed: Tensor
    auxiliary: Tensor
    teacher: TeacherOutput | None = None


class Objective(nn.Module, ABC):
    """Everything trainable of a method: `forward` of a `Batch` gives its named, unweighted terms.

    Attributes
    ----------
    weights : dict of str to float
        Weight of each term in the total; a term without a weight is only logged.
    rates : dict of str to float
        Learning rates as multiples of the stage's, by the beginning of the parameters' names; 1 for all others.
    """

    weights: dict[str, float]

    def __init__(self) -> None:
        super().__init__()
        self.rates: dict[str, float] = {}

    def rate_of(self, name: str) -> float:
        """Return the multiple of the stage's learning rate that the parameter `name` is trained at."""
        return next((rate for prefix, rate in self.rates.items() if name.startswith(prefix)), 1.0)

    @property
    @abstractmethod
    def network(self) -> nn.Module:
        """What is averaged over the steps, validated and exported."""

    @abstractmethod
    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """Return every term as a scalar with a gradient."""
