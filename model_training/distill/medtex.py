"""MED-TEX-style distillation: student and explainer trained jointly from the teacher alone.

Nguyen-Duc et al., "MED-TEX", ISBI 2022, arXiv 2008.02593. Only the abstract's facts are the paper's:
no labels, a small student, an explainer that shows what matters for the *teacher's* answer, joint
training from an information-theoretic view. The equations are our reconstruction (method section C.3):

    maximise I(Y_T; X~) + I(t; s) by two variational lower bounds,  x~ = m x + (1 - m) b
    output bound   E -sum_c [p_T log p_S(x~) + (1 - p_T) log(1 - p_S(x~))]     (L2X, arXiv 1802.07814)
    feature bound  VID between the teacher's map and the student's of x~       (Ahn et al., CVPR 2019)
    mask prior     sum over masks, mean over patches of KL(Bern(m) || Bern(r))                 (keeps masks small)

Our own extensions, beyond that: one mask per label, films shown whole to the student (`whole`), films shown through
random cells (`random`), and an explainer that reads the student's features (`reads`).
"""

from __future__ import annotations

from typing import Self

import torch
from torch import Tensor, nn
from torch.nn import functional

from model_training.config.medtex import MedTexConfig
from model_training.data.masking import baseline_of, enlarge, show_through
from model_training.distill.batch import Batch, Objective
from model_training.distill.losses import masked_mean
from model_training.distill.vid import VIDLoss, unit_scale
from model_training.errors import TrainingError
from model_training.models.explainer import Explainer, MedTexNetwork
from model_training.models.zoo import feature_channels

RANDOM_GRIDS = (4, 7, 14)


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
    taught = torch.where(known, torch.sigmoid(teacher), torch.zeros_like(teacher))
    uniform = known / known.sum(1, keepdim=True).clamp(min=1)
    by_teacher = taught / taught.sum(1, keepdim=True).clamp(min=1e-12)
    return (uniform + by_teacher) / 2


def seen_drawing(teacher: Tensor) -> Tensor:
    """Return by how much the teacher sees more of each label than in the other films, (n, labels), not negative.

    Log-odds above their mean over the films of the step. A label without a teacher, or one it sees no more of
    than elsewhere, is 0 and is not drawn.
    """
    known = ~torch.isnan(teacher)
    taught = torch.where(known, teacher, torch.zeros_like(teacher))
    usual = taught.sum(0, keepdim=True) / known.sum(0, keepdim=True).clamp(min=1)
    return torch.where(known, (taught - usual).clamp(min=0), torch.zeros_like(taught))


class MedTexObjective(Objective):
    """Terms ``output_bound``, ``mask_prior``, ``feature_bound`` and ``rest`` of one student and its explainer.

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
        seen = feature_channels(student) if config.reads == "features" else 0
        self.pair = MedTexNetwork(student, Explainer(masks, config.width, seen))
        self.rates = {"pair.explainer.": config.rate}
        self.weights = {"output_bound": 1.0, "mask_prior": config.prior}
        if config.rest:
            self.weights["rest"] = config.rest
        self.features: VIDLoss | None = None
        if config.features:
            if teacher_channels is None:
                raise TrainingError(
                    "medtex.features needs a teacher that is a network: precomputed ones have no features"
                )
            self.features = VIDLoss(feature_channels(student), teacher_channels)
            self.weights["feature_bound"] = config.features

        if config.hold:
            student.requires_grad_(False)

    @property
    def network(self) -> nn.Module:
        return self.pair

    def train(self, mode: bool = True) -> Self:
        """Switch as every module; a student that is held stays in evaluation mode, its batch norms too."""
        super().train(mode)
        if self._config.hold:
            self.pair.student.eval()
        return self

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        images = batch.images[: batch.count]
        teacher = batch.precomputed if batch.teacher is None else batch.teacher.logits
        logits = self.pair.mask_logits(images)
        weight = torch.ones_like(teacher)
        if self._config.kind == "per_class":
            drawn, weight = self._drawn(teacher)
            of_drawn = logits.gather(1, drawn[:, :, None, None].expand(-1, -1, *logits.shape[2:]))
        else:
            of_drawn = logits
        prior = mask_prior(of_drawn if self._config.draw == "seen" else logits, self._config.keep)
        mask = enlarge(relaxed_bernoulli(of_drawn, self._config.temperature), (images.shape[2], images.shape[3]))
        baseline = self._baseline(images)
        shown, every = self._shown(mask)
        features = self.pair.forward_features(show_through(images, shown, baseline))
        answer = self.pair.forward_head(features)
        bound = output_bound(answer, teacher, torch.where(every, torch.ones_like(weight), weight))
        terms = {"output_bound": bound, "mask_prior": prior}
        if self._config.rest:
            terms["rest"] = self._rest(show_through(images, 1 - mask, baseline), weight)
        if self.features is not None:
            if batch.teacher is None or batch.teacher.features is None:
                raise TrainingError(
                    "medtex.features needs a teacher that is a network: precomputed ones have no features"
                )
            terms["feature_bound"] = self.features(features, unit_scale(batch.teacher.features))
        return terms

    def _drawn(self, teacher: Tensor) -> tuple[Tensor, Tensor]:
        """Return one label for each film, (n, 1), and how much each label's answer through its mask counts."""
        drawing = seen_drawing(teacher) if self._config.draw == "seen" else label_drawing(teacher)
        drawn = torch.multinomial(torch.where(drawing.sum(1, keepdim=True) > 0, drawing, 1.0), 1)
        of_drawn = drawing.gather(1, drawn)
        # Divided by its probability, a drawn label's term is in the mean the sum over all labels. Of labels the
        # teacher sees each counts once: there is no sum to be had over those it does not.
        counts = (of_drawn > 0).to(teacher.dtype) if self._config.draw == "seen" else 1 / of_drawn.clamp(min=1e-6)
        return drawn, torch.zeros_like(teacher).scatter(1, drawn, counts)

    def _shown(self, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return what each film is shown through, (n, 1, H, W), and for which, (n, 1), that is not its mask.

        Shown whole or by chance, a film asks for every label's answer, and tells the explainer nothing.
        """
        by_chance = torch.zeros(len(mask), 1, dtype=torch.bool, device=mask.device)
        if self._config.random:
            by_chance = torch.rand(len(mask), 1, device=mask.device) < self._config.random
            cells = random_cells(len(mask), (mask.shape[2], mask.shape[3]), mask.device)
            mask = torch.where(by_chance[:, :, None, None], cells, mask)
        whole = torch.rand(len(mask), 1, device=mask.device) < self._config.whole
        return torch.where(whole[:, :, None, None], torch.ones_like(mask), mask), whole | by_chance

    def _rest(self, images: Tensor, weight: Tensor) -> Tensor:
        """Return the cross-entropy of "not there" for the drawn finding of films shown without what its mask shows.

        The student is held still: it could learn to say no wherever it sees a hole.
        """
        student = self.pair.student
        held = {name: value.detach().clone() for name, value in student.state_dict().items()}
        answer: Tensor = torch.func.functional_call(student, held, (images,))
        return masked_mean((functional.softplus(answer) * weight).sum(1), weight.any(1))

    def _baseline(self, images: Tensor) -> Tensor:
        """Return what the films of a step show where they are masked, (n, 1 or channels, H, W) or broadcastable."""
        if self._config.baseline != "both":
            return baseline_of(images, self._config.baseline, self._config.blur)
        blurred = torch.rand(len(images), 1, 1, 1, device=images.device) < 0.5
        return torch.where(
            blurred, baseline_of(images, "blur", self._config.blur), baseline_of(images, "mean", self._config.blur)
        )


def random_cells(count: int, size: tuple[int, int], device: torch.device) -> Tensor:
    """Return (n, 1, H, W) masks of open and closed cells: of each film a random share, from none to all.

    Cells of three sizes, so that the student meets whole regions missing as well as scattered patches.
    """
    masks = []
    for side in torch.randint(len(RANDOM_GRIDS), (count,)).tolist():
        share = torch.rand(1, device=device)
        cells = (torch.rand(1, 1, RANDOM_GRIDS[side], RANDOM_GRIDS[side], device=device) < share).float()
        masks.append(functional.interpolate(cells, size, mode="nearest"))
    return torch.cat(masks)


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


__all__ = [
    "MedTexConfig",
    "MedTexObjective",
    "label_drawing",
    "mask_prior",
    "output_bound",
    "random_cells",
    "relaxed_bernoulli",
    "seen_drawing",
]
