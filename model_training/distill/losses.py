"""Distillation losses as pure functions of logits.

All take logits of shape (n, classes) and a mask or NaN targets of the same shape; all return a
scalar that is a mean over *known* entries, 0 (with a gradient of 0) when nothing is known.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def masked_mean(values: Tensor, known: Tensor) -> Tensor:
    """Return the mean of `values` where `known`; 0 where nothing is."""
    # where, not multiplication: 0 * NaN is NaN.
    total = torch.where(known, values, torch.zeros_like(values)).sum()
    return total / known.sum().clamp(min=1)


def focal_bce(logits: Tensor, labels: Tensor, gamma: float = 2.0) -> Tensor:
    """Focal binary cross-entropy over known labels (NaN marks unknown).

    ``-(1-p)^gamma y log p - p^gamma (1-y) log(1-p)``: method section B.1; Lin et al.,
    arXiv 1708.02002. `gamma` 0 is plain binary cross-entropy.
    """
    known = ~torch.isnan(labels)
    target = torch.where(known, labels, torch.zeros_like(labels))
    cross_entropy = functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    probability = torch.sigmoid(logits)
    wrong = torch.where(target > 0.5, 1 - probability, probability)
    return masked_mean(wrong**gamma * cross_entropy, known)


def _rows_known(teacher: Tensor) -> Tensor:
    return ~torch.isnan(teacher).any(dim=1)


def softmax_mse(logits: Tensor, teacher: Tensor, temperature: float = 2.0) -> Tensor:
    """``T^2 * MSE(softmax(z_s / T), softmax(z_t / T))``: the paper's distillation term (section B.1)."""
    known = _rows_known(teacher)
    if not known.any():
        return logits.sum() * 0
    student = torch.softmax(logits[known] / temperature, 1)
    target = torch.softmax(teacher[known] / temperature, 1)
    loss: Tensor = temperature**2 * functional.mse_loss(student, target)
    return loss


def multi_label_kl(logits: Tensor, teacher: Tensor) -> Tensor:
    """Multi-label logit distillation: mean over films of the sum over labels of KL between Bernoullis.

    Labels do not compete as they do under a softmax. Yang et al., "Multi-Label Knowledge
    Distillation", ICCV 2023 (method section D.2, MLD). Computed from logits, so that it needs
    no clamping.
    """
    known = _rows_known(teacher)
    if not known.any():
        return logits.sum() * 0
    student, target = logits[known], teacher[known]
    p = torch.sigmoid(target)
    # KL(p||q) = H(p, q) - H(p), both as cross-entropies with logits.
    cross = functional.binary_cross_entropy_with_logits(student, p, reduction="none")
    entropy = functional.binary_cross_entropy_with_logits(target, p, reduction="none")
    return (cross - entropy).sum(1).mean()


def _uncorrelated(student: Tensor, target: Tensor, dim: int) -> Tensor:
    """Return the mean of 1 - Pearson's correlation along `dim`."""
    student, target = (values - values.mean(dim, keepdim=True) for values in (student, target))
    correlation = (student * target).sum(dim) / (student.norm(dim=dim) * target.norm(dim=dim) + 1e-8)
    loss: Tensor = (1 - correlation).mean()
    return loss


def intra_label_relation(logits: Tensor, teacher: Tensor) -> Tensor:
    """DIST's intra-class term: 1 - Pearson correlation over the batch, per label, of the probabilities.

    Rewards the teacher's *ranking* of films per label, which is what AUC measures. Huang et al.,
    arXiv 2205.10536 (method section D.2, DIST).
    """
    known = _rows_known(teacher)
    if int(known.sum()) < 3:
        return logits.sum() * 0
    return _uncorrelated(torch.sigmoid(logits[known]), torch.sigmoid(teacher[known]), 0)


def intra_label_order(logits: Tensor, teacher: Tensor) -> Tensor:
    """1 - Pearson correlation over the batch, per label, of the *logits*: the teacher's order of all films.

    Where findings are rare nearly all probabilities are near 0, so DIST's correlation of probabilities sees
    the few films a teacher is sure of; logits spread over all of them. It equals half the mean squared error of
    logits standardised per label: the idea of Sun et al., arXiv 2403.01427, who standardise per film. Our own term.
    """
    known = _rows_known(teacher)
    if int(known.sum()) < 3:
        return logits.sum() * 0
    return _uncorrelated(logits[known], teacher[known], 0)


def inter_label_relation(logits: Tensor, teacher: Tensor) -> Tensor:
    """DIST's inter-class term: 1 - Pearson correlation over the labels, per film, of the probabilities.

    DIST is this and `intra_label_relation` together. Huang et al., arXiv 2205.10536, equation 6, has
    softmax scores here; sigmoids are our adaptation to several labels per film (method section D.2).
    """
    known = _rows_known(teacher)
    if not known.any() or logits.shape[1] < 2:
        return logits.sum() * 0
    return _uncorrelated(torch.sigmoid(logits[known]), torch.sigmoid(teacher[known]), 1)


def sigmoid_kd(logits: Tensor, teacher: Tensor, temperature: float = 2.0) -> Tensor:
    """``T^2 * KL(Bern(sigmoid(z_t / T)) || Bern(sigmoid(z_s / T)))``, mean over known entries.

    Hinton et al., arXiv 1503.02531, with one Bernoulli per label instead of one softmax over all.
    ``T^2`` keeps the gradient's size where the temperature changes.
    """
    known = ~torch.isnan(teacher)
    target = torch.where(known, teacher, torch.zeros_like(teacher)) / temperature
    p = torch.sigmoid(target)
    # KL(p||q) = H(p, q) - H(p), both as cross-entropies with logits.
    cross = functional.binary_cross_entropy_with_logits(logits / temperature, p, reduction="none")
    entropy = functional.binary_cross_entropy_with_logits(target, p, reduction="none")
    return temperature**2 * masked_mean(cross - entropy, known)


def mixed_target(labels: Tensor, teacher: Tensor, share: float = 0.5) -> Tensor:
    """Return ``(1 - share) * y + share * sigmoid(z_t)``; one alone where the other is NaN, NaN where both are."""
    target = torch.sigmoid(teacher)
    mixed = torch.where(torch.isnan(target), labels, (1 - share) * labels + share * target)
    return torch.where(torch.isnan(labels), target, mixed)


def soft_label_mix(
    logits: Tensor, labels: Tensor, teacher: Tensor, share: float = 0.5, gamma_negative: float = 0.0
) -> Tensor:
    """Cross-entropy with targets between label and teacher, mean over known entries.

    Method section D.2: half label, half calibrated teacher, under the asymmetric loss of Ridnik et
    al. (arXiv 2009.14119), here without its clipping: ``-t log p - p^gamma_negative (1 - t) log(1 - p)``.
    `gamma_negative` 0 is plain cross-entropy. Where a label is unknown the teacher alone is the target.

    Parameters
    ----------
    labels, teacher : (n, classes)
        1, 0 or NaN; logits or NaN.
    share : float
        Of the teacher, in [0, 1].
    """
    target = mixed_target(labels, teacher, share)
    known = ~torch.isnan(target)
    target = torch.where(known, target, torch.zeros_like(target))
    present, absent = functional.softplus(-logits), functional.softplus(logits)  # -log p, -log(1 - p)
    loss = target * present + torch.sigmoid(logits) ** gamma_negative * (1 - target) * absent
    return masked_mean(loss, known)
