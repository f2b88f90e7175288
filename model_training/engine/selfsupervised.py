"""A start without labels: SimSiam on any network of the zoo, with lightly's heads and loss."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from model_training.distill.batch import Batch, Objective
from model_training.models.zoo import Network
from model_training.torchvision_shim import ensure_importable


class SimSiamObjective(Objective):
    """Chen and He, "Exploring Simple Siamese Representation Learning", CVPR 2021.

    Two augmented views of a film shall predict each other's projection; the gradient stops at
    the predicted side. `spread` is logged without a weight: the mean standard deviation of the
    normalised projections times sqrt(dimensions), 1 for vectors spread evenly, 0 after a collapse
    (section 4.1 of the paper).
    """

    def __init__(self, network: nn.Module, projection: int = 512) -> None:
        super().__init__()
        ensure_importable()
        from lightly.loss import NegativeCosineSimilarity
        from lightly.models.modules.heads import SimSiamPredictionHead, SimSiamProjectionHead

        self.backbone = network
        width = cast(Network, network).num_features
        self.project = SimSiamProjectionHead(width, projection, projection)
        self.guess = SimSiamPredictionHead(projection, projection // 4, projection)
        self._distance = NegativeCosineSimilarity()
        self.weights = {"similarity": 1.0}

    @property
    def network(self) -> nn.Module:
        return self.backbone

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        network = cast(Network, self.backbone)
        # Both views in one pass would share their batch statistics; SimSiam passes them one by one.
        projections, guesses = [], []
        for view in (batch.images[: batch.count], batch.images[batch.count :]):
            projection = self.project(network.embed(network.forward_features(view)))
            projections.append(projection.detach())
            guesses.append(self.guess(projection))
        similarity = (self._distance(guesses[0], projections[1]) + self._distance(guesses[1], projections[0])) / 2
        unit = nn.functional.normalize(projections[0].float(), dim=1)
        spread = unit.std(0).mean() * unit.shape[1] ** 0.5 if len(unit) > 1 else torch.zeros(())
        return {"similarity": similarity, "spread": spread}
