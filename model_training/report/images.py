"""Films the network was most right and most wrong about, with their maps as the viewer draws them."""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from scipy.special import logit

from cxrviewer.heads.contract import Code, SaliencyMap
from cxrviewer.heads.inference.saliency import intensity, map_to_image
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.tensor import make_input, model_grey
from model_training.data.development_set import LABELS
from model_training.data.packed import PackedSet
from model_training.explain.localisation import map_on_image
from model_training.head.scored import Scored
from model_training.report.figures import GREY, STYLE, name
from model_training.report.scored import Subject

EACH = 4
PER_FINDING = 2
OPACITY = 0.6
LAYER = ListedColormap(matplotlib.colormaps["inferno"](np.linspace(0.25, 1, 256)), "inferno without its dark end")
"""Over a film the dark end reads as air (docs/decisions/0022)."""
SIDE = 448
"""Longest side films are drawn at, in pixels."""


@dataclass(frozen=True, slots=True)
class Case:
    """One film and finding; `row` is its place in `Scored`."""

    row: int
    finding: int
    truth: bool
    probability: float
    threshold: float

    @property
    def words(self) -> str:
        return (
            f"{name(LABELS[self.finding])}: {'labelled' if self.truth else 'not labelled'}, "
            f"predicted {self.probability:.2f} (flagged from {self.threshold:.2f})"
        )


@dataclass(frozen=True, slots=True)
class Cases:
    """The chosen films.

    Attributes
    ----------
    found, missed : tuple of Case
        With the finding: highest above and farthest below the threshold.
    alarms : tuple of Case
        Without the finding, highest above the threshold.
    """

    found: tuple[Case, ...]
    missed: tuple[Case, ...]
    alarms: tuple[Case, ...]


def choose(scored: Scored, subject: Subject, *, each: int = EACH) -> Cases:
    """Return the extreme films by distance of probability and threshold on the log-odds scale.

    Only findings shown as a score take part. A patient appears once in each list, a finding at
    most twice, or one finding's films would fill it.
    """
    limits = np.array(subject.thresholds)
    margin = logit(np.clip(scored.probabilities, 1e-6, 1 - 1e-6)) - logit(limits)
    shown = np.array(subject.validated)

    def pick(chosen: npt.NDArray[np.bool_], order: npt.NDArray[np.float64]) -> tuple[Case, ...]:
        rows, findings = np.nonzero(chosen & shown)
        taken: list[Case] = []
        patients: set[str] = set()
        counts = [0] * len(LABELS)
        for place in np.argsort(order[rows, findings], kind="stable"):
            row, finding = int(rows[place]), int(findings[place])
            if scored.patients[row] in patients or counts[finding] >= PER_FINDING:
                continue
            patients.add(scored.patients[row])
            counts[finding] += 1
            predicted = float(scored.probabilities[row, finding])
            taken.append(Case(row, finding, bool(scored.labels[row, finding]), predicted, float(limits[finding])))
            if len(taken) == each:
                break
        return tuple(taken)

    flagged = scored.probabilities >= limits
    present, absent = scored.labels == 1, scored.labels == 0
    return Cases(
        pick(present & flagged, -margin),
        pick(present & ~flagged, margin),
        pick(absent & flagged, -margin),
    )


def overlay(
    case: Case, scored: Scored, subject: Subject, dev_set: PackedSet
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float64]]:
    """Return a film as a head sees its grey levels and its map's intensity, both (rows, columns) in [0, 1].

    Intensity is the raw map over the head's fixed reference, placed by the viewer's own geometry;
    nothing is stretched to this film.
    """
    radiograph = open_image(dev_set.records[int(scored.index[case.row])].path).radiograph
    given = make_input(radiograph, subject.recipe)
    values = scored.maps[case.row, case.finding]
    to_image = map_to_image(given.to_image, given.tensor.shape[2:], (values.shape[0], values.shape[1]))
    code = Code("", "", LABELS[case.finding])
    drawn = intensity(SaliencyMap(code, values, subject.references[case.finding], "", to_image))
    placed = map_on_image(drawn, to_image, radiograph.rows, radiograph.columns, order=3)
    step = max(1, -(-max(radiograph.rows, radiograph.columns) // SIDE))
    return model_grey(radiograph, subject.recipe.grey)[::step, ::step], placed[::step, ::step]


def picture(cases: tuple[Case, ...], scored: Scored, subject: Subject, dev_set: PackedSet) -> Figure:
    """Draw each case twice: the film alone above, with its map below."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(2.6 * len(cases) + 0.6, 5.9), layout="constrained")
        axes = figure.subplots(2, len(cases), squeeze=False)
        layer = None
        for column, case in enumerate(cases):
            grey, shown = overlay(case, scored, subject, dev_set)
            axes[0, column].imshow(grey, cmap="gray", vmin=0, vmax=1)
            axes[1, column].imshow(grey, cmap="gray", vmin=0, vmax=1)
            layer = axes[1, column].imshow(shown, cmap=LAYER, vmin=0, vmax=1, alpha=OPACITY * shown)
            title, _, rest = case.words.partition(": ")
            axes[0, column].set_title(f"{title}\n{rest.replace(' (', chr(10) + '(')}", fontsize=8.5)
            record = dev_set.records[int(scored.index[case.row])]
            peak = scored.maps[case.row, case.finding].max() / subject.references[case.finding]
            view = {0.0: "PA", 1.0: "AP"}.get(record.ap, "?")
            axes[1, column].set_xlabel(f"{view}, map peak {peak:.0%} of the reference", fontsize=8, color=GREY)
            for axis in axes[:, column]:
                axis.set_xticks([])
                axis.set_yticks([])
                for side in axis.spines.values():
                    side.set_visible(False)
        if layer is not None:
            scale = ScalarMappable(cmap=LAYER)
            scale.set_clim(0, 1)
            bar = figure.colorbar(scale, ax=axes, shrink=0.5, pad=0.01)
            bar.set_label("map value / the head's fixed reference", fontsize=8)
    return figure
