"""Distillation of one student from labels and teachers, as an objective with named terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from model_training.config.experiment import LossConfig
from model_training.distill.batch import Batch, Objective
from model_training.distill.explanations import explanation_alignment, gradcam_maps
from model_training.distill.losses import (
    focal_bce,
    inter_label_relation,
    intra_label_order,
    intra_label_relation,
    masked_mean,
    multi_label_kl,
    sigmoid_kd,
    soft_label_mix,
    softmax_mse,
)
from model_training.distill.vid import VIDLoss, unit_scale
from model_training.models.zoo import Network, feature_channels

AUXILIARY_TASKS = ("female", "age", "ap", "child")


class DistillObjective(Objective):
    """The student and, while it trains, heads that read the same pooled vector.

    The auxiliary heads never leave training: `network` alone is exported.
    """

    def __init__(self, network: nn.Module, config: LossConfig, teacher_channels: int = 0) -> None:
        super().__init__()
        self.student = network
        self._config = config
        self.weights = {name: weight for name, weight in config.weights().items() if weight}
        width = cast(Network, network).num_features
        # Made only where used: a parameter without a gradient stops distributed training.
        self.auxiliary = nn.Linear(width, len(AUXILIARY_TASKS)) if config.auxiliary else None
        self.orientation = nn.Linear(width, 1) if config.orientation else None
        self.vid = VIDLoss(feature_channels(network), teacher_channels) if config.vid else None

    @property
    def network(self) -> nn.Module:
        return self.student

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        student = cast(Network, self.student)
        features = student.forward_features(batch.images)
        embedding = student.embed(features)
        logits = student.classify(embedding)[: batch.count]
        terms = {**label_terms(self._config, logits, batch), **teacher_terms(self._config, logits, batch)}
        if self.auxiliary is not None:
            terms["auxiliary"] = auxiliary_term(self.auxiliary(embedding[: batch.count]), batch.auxiliary)
        if self.orientation is not None:
            terms["orientation"] = orientation_term(self.orientation(embedding)[:, 0], batch.count)
        return {**terms, **self._feature_terms(features[: batch.count], batch)}

    def _feature_terms(self, features: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Return the terms in use that need what a teacher's network sees, not only what it says."""
        terms = {}
        teacher = batch.teacher
        if self.vid is not None and teacher is not None and teacher.features is not None:
            terms["vid"] = self.vid(features, unit_scale(teacher.features.float()))
        if self._config.explanation and teacher is not None and teacher.maps is not None:
            maps = gradcam_maps(self.student, features)
            terms["explanation"] = explanation_alignment(maps, teacher.maps, teacher.logits)
        return terms


def label_terms(config: LossConfig, logits: Tensor, batch: Batch) -> dict[str, Tensor]:
    """Return the terms in use that need labels."""
    return {"labels": focal_bce(logits, batch.labels, config.focal_gamma)} if config.labels else {}


def teacher_terms(config: LossConfig, logits: Tensor, batch: Batch) -> dict[str, Tensor]:
    """Return the terms in use that need the teachers' logits."""
    taught = batch.precomputed if batch.teacher is None else batch.teacher.logits
    terms: dict[str, Callable[[], Tensor]] = {
        "softmax_mse": lambda: softmax_mse(logits, taught, config.temperature),
        "sigmoid_kd": lambda: sigmoid_kd(logits, taught, config.temperature),
        "multi_label_kl": lambda: multi_label_kl(logits, taught),
        "intra_label_relation": lambda: intra_label_relation(logits, taught),
        "intra_label_order": lambda: intra_label_order(logits, taught),
        "inter_label_relation": lambda: inter_label_relation(logits, taught),
        "soft_label_mix": lambda: soft_label_mix(logits, batch.labels, taught, config.teacher_share),
    }
    return {name: term() for name, term in terms.items() if config.weights()[name]}


def auxiliary_term(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean loss of known auxiliary tasks: squared error for age, cross-entropy for the others."""
    known = ~torch.isnan(targets)
    target = torch.where(known, targets, torch.zeros_like(targets))
    binary = functional.binary_cross_entropy_with_logits(outputs, target.clamp(0, 1), reduction="none")
    is_age = torch.tensor([task == "age" for task in AUXILIARY_TASKS], device=outputs.device)
    return masked_mean(torch.where(is_age, (outputs - target) ** 2, binary), known)


def orientation_term(logits: Tensor, count: int) -> Tensor:
    """Return the cross-entropy of telling the first `count` films from the outliers behind them."""
    is_image = (torch.arange(len(logits), device=logits.device) < count).to(logits.dtype)
    return functional.binary_cross_entropy_with_logits(logits, is_image)
