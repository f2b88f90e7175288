"""Settings of MED-TEX-style distillation, without torch."""

from __future__ import annotations

from dataclasses import dataclass

BASELINES = ("blur", "mean", "both")
EXPLAINERS = ("film", "features")
DRAWS = ("all", "seen")
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
    rest : float
        Weight of what the mask leaves out: shown the rest of the film alone, the student should not say the drawn
        finding. Only for ``draw = "seen"``; 0 leaves it out (Dabkowski and Gal, NeurIPS 2017, arXiv 1705.07857).
    features : float
        lambda_f, the weight of the feature bound; 0 leaves it out.
    temperature : float
        Of the relaxed Bernoulli masks (Maddison et al., arXiv 1611.00712); towards 0 they become hard.
    baseline : str
        What is shown where the mask is closed: ``blur``, ``mean``, or ``both``, drawn per film.
    blur : float
        Sigma of the blur, as a share of the film's shorter side.
    whole : float
        Share of the films of a step the student sees without a mask, so that it can be used on
        whole films. From them only the prior reaches the explainer.
    random : float
        Share of the masked films that are shown through random cells instead of the explainer's mask. A student that
        has seen films with any part missing answers by what is left; one that has seen its explainer's masks
        only may read their shape (Jethani et al., AISTATS 2021, arXiv 2103.01890).
    reads : str
        What the explainer reads: ``film``, or ``features``, the film and the student's features of it.
    width : int
        Of the explainer.
    hold : bool
        The student stays as it is and only the explainer learns: for a last stretch, in which what is explained no
        longer moves. With a MED-TEX-style checkpoint as ``weights`` the explainer goes on from its own.
    rate : float
        The explainer's learning rate as a multiple of the student's, which mostly comes trained.
    """

    kind: str = "class_agnostic"
    draw: str = "all"
    keep: float = 0.2
    prior: float = 0.5
    rest: float = 0.0
    features: float = 0.0
    temperature: float = 0.5
    baseline: str = "blur"
    blur: float = 0.07
    whole: float = 0.25
    random: float = 0.0
    reads: str = "film"
    width: int = 16
    hold: bool = False
    rate: float = 1.0

    def __post_init__(self) -> None:
        known = {"kind": KINDS, "draw": DRAWS, "reads": EXPLAINERS, "baseline": BASELINES}
        problems = [
            f"{key}: must be one of {', '.join(values)}"
            for key, values in known.items()
            if getattr(self, key) not in values
        ]
        rules = {
            "draw: seen only with one mask per label": self.draw != "seen" or self.kind == "per_class",
            "rest: only with draw = seen": not self.rest or self.draw == "seen",
            "keep: must lie between 0 and 1": 0 < self.keep < 1,
            "temperature, blur, rate: must be above 0": min(self.temperature, self.blur, self.rate) > 0,
            "prior, features, rest: must not be negative": min(self.prior, self.features, self.rest) >= 0,
            "whole: must be at least 0 and below 1": 0 <= self.whole < 1,
            "random: must be at least 0 and below 1": 0 <= self.random < 1,
            "width: must be at least 1": self.width >= 1,
            "hold: films shown whole or at random teach nothing then; whole, random must be 0": not (
                self.hold and max(self.whole, self.random) > 0
            ),
        }
        problems += [problem for problem, kept in rules.items() if not kept]
        if problems:
            raise ValueError("; ".join(problems))
