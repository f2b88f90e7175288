"""MED-TEX-style distillation: student and explainer trained jointly from the teacher alone.

Nguyen-Duc et al., "MED-TEX", ISBI 2022, arXiv 2008.02593. Only the abstract's facts are the paper's:
no labels, a small student, an explainer that shows what matters for the *teacher's* answer, joint
training from an information-theoretic view. The equations are our reconstruction (method section C.3):

    maximise I(Y_T; X~) + I(t; s) by two variational lower bounds,  x~ = m x + (1 - m) b
    output bound   E -sum_c [p_T log p_S(x~) + (1 - p_T) log(1 - p_S(x~))]     (L2X, arXiv 1802.07814)
    feature bound  VID between the teacher's map and the student's of x~       (Ahn et al., CVPR 2019)
    mask prior     sum over masks, mean over patches of KL(Bern(m) || Bern(r))                 (keeps masks small)

Our own extensions, beyond that: one mask per label, and films shown whole to the student (`whole`).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from model_training.distill.losses import masked_mean
from model_training.distill.medtex_config import MedTexConfig
from model_training.distill.vid import VIDLoss, unit_scale
from model_training.engine.batch import Batch, Objective
from model_training.errors import TrainingError
from model_training.explain.masking import baseline_of, show_through
from model_training.models.explainer import Explainer, MedTexNetwork
from model_training.models.zoo import feature_channels


def relaxed_bernoulli(logits: Tensor, temperature: float) -> Tensor:
    """Return one draw of the concrete distribution per logit, in (0, 1), differentiable in the logits.

    ``sigmoid((z + log u - log(1 - u)) / tau)``, u uniform: above 1/2 with probability sigmoid(z) at every
    temperature. Maddison et al., arXiv 1611.00712, section 3.3. Draws from torch's global generator.
    """
    u = torch.rand_like(logits).clamp(1e-6, 1 - 1e-6)
    return torch.sigmoid((logits + torch.log(u) - torch.log1p(-u)) / temperature)


def mask_prior(logits: Tensor, keep: float) -> Tensor:
    """Return KL(Bern(sigmoid(z)) || Bern(keep)) of (n, masks, h, w): mean over films and patches, sum over masks."""
    m = torch.sigmoid(logits)
    prior = torch.logit(torch.tensor(keep, dtype=logits.dtype, device=logits.device)).expand_as(logits)
    cross = functional.binary_cross_entropy_with_logits(prior, m, reduction="none")
    entropy = functional.binary_cross_entropy_with_logits(logits, m, reduction="none")
    return (cross - entropy).mean((0, 2, 3)).sum()


def label_drawing(teacher: Tensor) -> Tensor:
    """Return the probability of each label to be drawn for a film, (n, labels): half uniform, half the teacher's.

    A label the teacher sees is drawn more often than one of many it does not see; a label without
    a teacher never is. Rows without any teacher are all 0.
    """
    known = ~torch.isnan(teacher)
    said = torch.where(known, torch.sigmoid(teacher), torch.zeros_like(teacher))
    uniform = known / known.sum(1, keepdim=True).clamp(min=1)
    by_teacher = said / said.sum(1, keepdim=True).clamp(min=1e-12)
    return (uniform + by_teacher) / 2


class MedTexObjective(Objective):
    """Terms ``output_bound``, ``feature_bound`` and ``mask_prior`` of one student and its explainer.

    Parameters
    ----------
    student : Module
        A `Network`.
    labels : int
        Outputs of the student.
    teacher_channels : int or None
        Of the teacher's feature map; None where the teacher gives logits only.

    Raises
    ------
    TrainingError
        Where the feature bound has a weight and the teacher gives no features.

    Notes
    -----
    Randomness (masks, drawn labels, whole films) comes from torch's global generator. The labels
    of the batch are never read.
    """

    def __init__(self, student: nn.Module, config: MedTexConfig, *, labels: int, teacher_channels: int | None) -> None:
        super().__init__()
        self._config = config
        masks = labels if config.kind == "per_class" else 1
        self.pair = MedTexNetwork(student, Explainer(masks, config.width))
        self.weights = {"output_bound": 1.0, "mask_prior": config.prior}
        self.features: VIDLoss | None = None
        if config.features:
            if teacher_channels is None:
                raise TrainingError("medtex.features needs a teacher that is a network: cached ones have no features")
            self.features = VIDLoss(feature_channels(student), teacher_channels)
            self.weights["feature_bound"] = config.features

    @property
    def network(self) -> nn.Module:
        return self.pair

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        films = batch.films[: batch.count]
        teacher = batch.cached if batch.teacher is None else batch.teacher.logits
        logits = self.pair.explainer(films)
        mask = relaxed_bernoulli(logits, self._config.temperature)
        chosen = torch.ones_like(teacher)
        if self._config.kind == "per_class":
            drawing = label_drawing(teacher)
            drawn = torch.multinomial(torch.where(drawing.sum(1, keepdim=True) > 0, drawing, 1.0), 1)
            mask = mask.gather(1, drawn[:, :, None, None].expand(-1, -1, *mask.shape[2:]))
            # Divided by its probability, a drawn label's term is in the mean the sum over all labels.
            chosen = torch.zeros_like(teacher).scatter(1, drawn, 1 / drawing.gather(1, drawn).clamp(min=1e-6))
        whole = torch.rand(len(films), 1, device=films.device) < self._config.whole
        mask = torch.where(whole[:, :, None, None], torch.ones_like(mask), mask)
        baseline = baseline_of(films, self._config.baseline, self._config.blur)
        features = self.pair.forward_features(show_through(films, mask, baseline))
        answer = self.pair.forward_head(features)
        terms = {
            "output_bound": output_bound(answer, teacher, torch.where(whole, torch.ones_like(chosen), chosen)),
            "mask_prior": mask_prior(logits, self._config.keep),
        }
        if self.features is not None:
            if batch.teacher is None or batch.teacher.features is None:
                raise TrainingError("medtex.features needs a teacher that is a network: cached ones have no features")
            terms["feature_bound"] = self.features(features, unit_scale(batch.teacher.features))
        return terms


def output_bound(logits: Tensor, teacher: Tensor, weight: Tensor) -> Tensor:
    """Return the mean over taught films of the weighted sum over labels of the soft cross-entropy.

    Parameters
    ----------
    logits, teacher, weight : (n, labels)
        Teacher's logits are NaN where it does not know.
    """
    known = ~torch.isnan(teacher)
    p = torch.sigmoid(torch.where(known, teacher, torch.zeros_like(teacher)))
    entries = weight * functional.binary_cross_entropy_with_logits(logits, p, reduction="none")
    rows = torch.where(known, entries, torch.zeros_like(entries)).sum(1)
    return masked_mean(rows, known.any(1))


__all__ = ["MedTexConfig", "MedTexObjective", "label_drawing", "mask_prior", "output_bound", "relaxed_bernoulli"]
