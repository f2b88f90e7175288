"""Settings of MED-TEX-style distillation, without torch."""

from __future__ import annotations

from dataclasses import dataclass

BASELINES = ("blur", "mean")
KINDS = ("class_agnostic", "per_class")


@dataclass(frozen=True, slots=True, kw_only=True)
class MedTexConfig:
    """Settings of the method, a table ``[medtex]`` in an experiment.

    Attributes
    ----------
    kind : str
        ``class_agnostic``: one mask for all labels. ``per_class``: one per label; per step each film
        is shown through the mask of one label drawn at random, and only that label's answer counts.
    keep : float
        r of the prior: the share of a film a mask keeps where nothing speaks for more.
    prior : float
        beta, the weight of the prior. It is a mean over patches, so that the weight holds at every size.
    features : float
        lambda_f, the weight of the feature bound; 0 leaves it out.
    temperature : float
        Of the relaxed Bernoulli masks (Maddison et al., arXiv 1611.00712); towards 0 they become hard.
    baseline : str
        What is shown where the mask is closed: ``blur`` or ``mean``.
    blur : float
        Sigma of the blur, as a share of the film's shorter side.
    whole : float
        Share of the films of a step the student sees without a mask, so that it can be used on
        whole films. From them only the prior reaches the explainer.
    width : int
        Of the explainer.
    """

    kind: str = "class_agnostic"
    keep: float = 0.2
    prior: float = 0.5
    features: float = 0.0
    temperature: float = 0.5
    baseline: str = "blur"
    blur: float = 0.07
    whole: float = 0.25
    width: int = 16

    def __post_init__(self) -> None:
        problems = []
        if self.kind not in KINDS:
            problems.append(f"kind: must be one of {', '.join(KINDS)}")
        if self.baseline not in BASELINES:
            problems.append(f"baseline: must be one of {', '.join(BASELINES)}")
        if not 0 < self.keep < 1:
            problems.append("keep: must lie between 0 and 1")
        if not (self.temperature > 0 and self.blur > 0):
            problems.append("temperature, blur: must be above 0")
        if min(self.prior, self.features) < 0:
            problems.append("prior, features: must not be negative")
        if not 0 <= self.whole < 1:
            problems.append("whole: must be at least 0 and below 1")
        if self.width < 1:
            problems.append("width: must be at least 1")
        if problems:
            raise ValueError("; ".join(problems))
