"""Feature distillation by a variational bound on mutual information (VID)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

EPS = 1e-5


def to_common_size(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Return both (n, c, h, w) maps, averaged down to the smaller height and the smaller width."""
    size = (min(a.shape[2], b.shape[2]), min(a.shape[3], b.shape[3]))
    return functional.adaptive_avg_pool2d(a, size), functional.adaptive_avg_pool2d(b, size)


def unit_scale(features: Tensor) -> Tensor:
    """Return a teacher's (n, c, h, w) map with every channel divided by its deviation over the batch.

    A teacher's features have a scale of their own; VID's first variance of 5 is meant for about 1.
    """
    return features.float() / (features.float().std((0, 2, 3), keepdim=True) + 1e-3)


class VIDLoss(nn.Module):
    """``mean(0.5 * ((t - mu(s))^2 / var + log var))``: the teacher's features as seen from the student's.

    ``mu`` is 1x1 conv - ReLU - 1x1 conv - ReLU - 1x1 conv without bias, ``var = softplus(rho) + 1e-5``
    per channel of the teacher. Minimising it raises a lower bound of the mutual information of both
    maps. Ahn et al., "Variational Information Distillation", CVPR 2019; constants as in method section
    C.3.2. The larger of the two maps is pooled to the size of the smaller.

    Parameters
    ----------
    student_channels, teacher_channels : int
    hidden : int
        Width between the convolutions. Published code takes the teacher's channels; with the 2,208 of
        a DenseNet161 the regressor would then cost twice the student, so the width here is our own.
    init_variance : float
        Variance of every channel at the start.

    """

    def __init__(
        self, student_channels: int, teacher_channels: int, hidden: int = 256, init_variance: float = 5.0
    ) -> None:
        super().__init__()
        self.regress = nn.Sequential(
            nn.Conv2d(student_channels, hidden, 1, bias=False),
            nn.ReLU(inplace=True),
            nn.Conv2d(hidden, hidden, 1, bias=False),
            nn.ReLU(inplace=True),
            nn.Conv2d(hidden, teacher_channels, 1, bias=False),
        )
        # The inverse of softplus.
        self.rho = nn.Parameter(torch.full((teacher_channels,), math.log(math.expm1(init_variance - EPS))))

    @property
    def variance(self) -> Tensor:
        """Return the variance per channel of the teacher, (c,)."""
        return functional.softplus(self.rho) + EPS

    def forward(self, student: Tensor, teacher: Tensor) -> Tensor:
        """Return the scalar loss of (n, c_s, h, w) and (n, c_t, h', w') maps; the teacher's has no gradient."""
        student, target = to_common_size(student, teacher.detach())
        variance = self.variance[:, None, None]
        loss: Tensor = 0.5 * ((target - self.regress(student)) ** 2 / variance + torch.log(variance))
        return loss.mean()
