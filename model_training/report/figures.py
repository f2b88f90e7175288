"""The report's plots, drawn by matplotlib without a screen.

Colours are Okabe and Ito's, told apart by colour-blind readers; lines differ in style as well,
so that a print in grey stays readable.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_curve

from model_training.data.development_set import LABELS
from model_training.data.packed import FloatArray
from model_training.head.breakdown import Breakdown, why_not
from model_training.head.scored import Scored
from model_training.stats.metrics import Interval, enough, reliability
from model_training.stats.proportion import Proportion

BLUE, ORANGE, GREEN, GREY = "#0072b2", "#d55e00", "#009e73", "#6b7680"
COLUMNS = 4
STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10.0,
    "axes.edgecolor": GREY,
    "legend.frameon": False,
    "svg.hashsalt": "cxrviewer",
    "svg.fonttype": "path",
}


def as_svg(figure: Figure) -> bytes:
    """Return the figure as SVG; equal figures give equal bytes."""
    out = io.BytesIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def as_png(figure: Figure, dpi: int = 130) -> bytes:
    """Return the figure as PNG, for pictures of films."""
    out = io.BytesIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(out, format="png", dpi=dpi, metadata={"Software": None})
    return out.getvalue()


def name(label: str) -> str:
    """Return a label as words."""
    return label.replace("_", " ").capitalize()


def _grid(title: str) -> tuple[Figure, list[Axes]]:
    rows = -(-len(LABELS) // COLUMNS)
    figure = Figure(figsize=(10, 2.55 * rows), layout="constrained")
    axes = [axis for row in np.atleast_2d(figure.subplots(rows, COLUMNS)) for axis in row]
    for axis in axes[len(LABELS) :]:
        axis.axis("off")
    figure.suptitle(title, fontsize=11)
    return figure, axes


def _empty(axis: Axes, words: str) -> None:
    axis.set_xticks([])
    axis.set_yticks([])
    for side in axis.spines.values():
        side.set_visible(False)
    axis.text(0.5, 0.5, words, ha="center", va="center", color=GREY, transform=axis.transAxes, wrap=True)


def _share_axes(axis: Axes, across: str, up: str) -> None:
    axis.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1], aspect="equal")
    axis.set_xlabel(across)
    axis.set_ylabel(up)


def roc(scored: Scored, thresholds: Sequence[float], areas: Sequence[Interval | None]) -> Figure:
    """Draw one ROC curve per finding, its threshold as a point, the teachers' curve on their films dashed."""
    with matplotlib.rc_context(STYLE):
        figure, axes = _grid("Sensitivity against false alarms")
        for i, label in enumerate(LABELS):
            axis = axes[i]
            rows = np.isfinite(scored.labels[:, i])
            truth, predicted = scored.labels[rows, i], scored.probabilities[rows, i]
            axis.set_title(f"{name(label)} (n+ = {int((truth == 1).sum())})")
            if not enough(truth):
                _empty(axis, why_not(truth))
                continue
            axis.plot([0, 1], [0, 1], color=GREY, lw=0.8, ls=":")
            taught = rows & np.isfinite(scored.teacher[:, i])
            if enough(scored.labels[taught, i]):
                axis.plot(
                    *roc_curve(scored.labels[taught, i], scored.teacher[taught, i])[:2], color=ORANGE, lw=1, ls="--"
                )
            axis.plot(*roc_curve(truth, predicted)[:2], color=BLUE, lw=1.6)
            flagged = predicted >= thresholds[i]
            axis.plot(flagged[truth == 0].mean(), flagged[truth == 1].mean(), "o", color=BLUE, mec="white", ms=6)
            area = areas[i]
            if area is not None:
                axis.text(0.98, 0.06, f"{area.value:.2f}\n({area.low:.2f}–{area.high:.2f})", ha="right", fontsize=8.5)
            _share_axes(axis, "1 − specificity", "sensitivity")
    return figure


def precision_recall(scored: Scored, thresholds: Sequence[float]) -> Figure:
    """Draw one precision-recall curve per finding; the dotted line is what guessing gives."""
    with matplotlib.rc_context(STYLE):
        figure, axes = _grid("Precision against recall")
        for i, label in enumerate(LABELS):
            axis = axes[i]
            rows = np.isfinite(scored.labels[:, i])
            truth, predicted = scored.labels[rows, i], scored.probabilities[rows, i]
            axis.set_title(f"{name(label)} (n+ = {int((truth == 1).sum())})")
            if not enough(truth):
                _empty(axis, why_not(truth))
                continue
            precision, recall, _ = precision_recall_curve(truth, predicted)
            axis.axhline(truth.mean(), color=GREY, lw=0.8, ls=":")
            axis.step(recall, precision, where="post", color=BLUE, lw=1.6)
            flagged = predicted >= thresholds[i]
            if flagged.any():
                axis.plot(flagged[truth == 1].mean(), truth[flagged].mean(), "o", color=BLUE, mec="white", ms=6)
            area = average_precision_score(truth, predicted)
            axis.text(0.98, 0.88, f"AP {area:.2f}", ha="right", fontsize=8.5)
            _share_axes(axis, "recall", "precision")
    return figure


def _bars(intervals: Sequence[tuple[float, tuple[float, float]]]) -> npt.NDArray[np.float64]:
    """Return matplotlib's (2, n) lengths below and above; a percentile interval may miss its own value."""
    return np.array([[max(v - low, 0.0), max(high - v, 0.0)] for v, (low, high) in intervals]).T


def calibration(scored: Scored, bins: int = 10) -> Figure:
    """Draw predicted against observed: all findings in bins of equal count, and each finding as a whole."""
    known = np.isfinite(scored.labels)
    table = reliability(scored.labels[known], scored.probabilities[known], bins=bins, adaptive=True)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(10, 4.6), layout="constrained")
        left, right = figure.subplots(1, 2)
        counts = [Proportion(round(b.frequency * b.count), b.count) for b in table]
        pairs = [(b.frequency, c.interval or (0.0, 1.0)) for b, c in zip(table, counts, strict=True)]
        _said_observed(left, [b.confidence for b in table], pairs, BLUE)
        left.set_title(f"All findings, {bins} bins of equal count")
        _each_finding(right, scored)
    return figure


def _each_finding(axis: Axes, scored: Scored) -> None:
    """Draw each finding's mean predicted probability beside the share of films that have it."""
    rows = [(i, scored.labels[:, i]) for i in range(len(LABELS)) if enough(scored.labels[:, i])]
    predicted, observed = [], []
    for i, labels in rows:
        known = np.isfinite(labels)
        share = Proportion(int(labels[known].sum()), int(known.sum()))
        observed.append((share.count / share.total, share.interval or (0.0, 1.0)))
        predicted.append(float(scored.probabilities[known, i].mean()))
    places = range(len(rows))
    if rows:
        bars = _bars(observed)
        axis.errorbar(
            [v for v, _ in observed],
            places,
            xerr=bars,
            fmt="o",
            color=BLUE,
            ms=4,
            lw=1.2,
            capsize=2,
            label="share with it",
        )
        axis.plot(predicted, places, "D", color=ORANGE, mfc="white", ms=6, label="mean predicted")
        axis.legend(loc="lower right")
    axis.set_yticks(places, [name(LABELS[i]) for i, _ in rows])
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.set_xlim(left=0)
    axis.set_xlabel("share of films")
    axis.set_title("Each finding as a whole")


def _said_observed(
    axis: Axes, predicted: Sequence[float], observed: Sequence[tuple[float, tuple[float, float]]], colour: str
) -> None:
    top = max([*predicted, *(high for _, (_, high) in observed)]) * 1.08
    axis.plot([0, top], [0, top], color=GREY, lw=0.8, ls=":")
    axis.errorbar(
        predicted, [v for v, _ in observed], yerr=_bars(observed), fmt="o", color=colour, ms=4, lw=1.2, capsize=2
    )
    axis.set(xlim=(0, top), ylim=(0, top), aspect="equal")
    axis.set_xlabel("calibrated probability (mean)")
    axis.set_ylabel("share of films with the finding")


def areas(student: Sequence[Interval | None], other: Sequence[Interval | None] | None, other_name: str) -> Figure:
    """Draw the ROC area of each finding with its interval, a second network's beside it."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(8, 5.2), layout="constrained")
        axis = figure.subplots()
        _forest(axis, student, -0.12 if other else 0.0, BLUE, "o", "this network")
        if other:
            _forest(axis, other, 0.16, ORANGE, "s", other_name)
            axis.legend(loc="upper center", bbox_to_anchor=(0.5, 1.09), ncols=2)
        axis.axvline(0.5, color=GREY, lw=0.8, ls=":")
        axis.set_yticks(range(len(LABELS)), [name(label) for label in LABELS])
        axis.set_xlim(min(0.3, axis.get_xlim()[0]), 1.01)
        axis.set_xlabel("area under the ROC curve, 95 % interval by patient")
    return figure


def _forest(axis: Axes, found: Sequence[Interval | None], shift: float, colour: str, marker: str, words: str) -> None:
    shown = [(i, f) for i, f in enumerate(found) if f is not None]
    if shown:
        axis.errorbar(
            [f.value for _, f in shown],
            [i + shift for i, _ in shown],
            xerr=_bars([(f.value, (f.low, f.high)) for _, f in shown]),
            fmt=marker,
            color=colour,
            ms=5,
            lw=1.4,
            capsize=2.5,
            label=words,
        )
    axis.set_ylim(len(found) - 0.4, -0.6)


def gains(found: Sequence[Interval | None], mean: Interval, words: str) -> Figure:
    """Draw paired differences of ROC areas, the mean on top."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(8, 5.4), layout="constrained")
        axis = figure.subplots()
        _forest(axis, [mean, *found], 0.0, BLUE, "o", "")
        axis.axvline(0, color=GREY, lw=0.8, ls=":")
        axis.axhline(0.5, color=GREY, lw=0.5)
        axis.set_yticks(range(len(LABELS) + 1), ["mean", *(name(label) for label in LABELS)])
        axis.set_xlabel(words)
    return figure


def groups(breakdowns: Sequence[Breakdown]) -> Figure | None:
    """Draw the mean area of every group that has one; None where none has."""
    rows = [(b, g, g.mean) for b in breakdowns for g in b.groups if g.mean is not None]
    if not rows:
        return None
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(8, 0.8 + 0.38 * len(rows)), layout="constrained")
        axis = figure.subplots()
        colours = {b.variable: c for b, c in zip(breakdowns, (GREY, BLUE, ORANGE, GREEN), strict=False)}
        for place, (part, _, mean) in enumerate(rows):
            axis.errorbar(
                [mean.value],
                [place],
                xerr=_bars([(mean.value, (mean.low, mean.high))]),
                fmt="o",
                color=colours[part.variable],
                capsize=2.5,
            )
        axis.axvline(0.5, color=GREY, lw=0.8, ls=":")
        axis.set_yticks(range(len(rows)), [f"{b.variable}: {g.name} (n={g.images})" for b, g, _ in rows])
        axis.invert_yaxis()
        axis.set_xlabel("mean ROC area over the findings shared by the groups of a property, 95 % interval by patient")
    return figure


def share_matrix(values: FloatArray, columns: Sequence[str]) -> Figure:
    """Draw (14, 4) shares as a heat map with figures; NaN cells stay empty."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(6.6, 5.4), layout="constrained")
        axis = figure.subplots()
        axis.imshow(values, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for (row, column), value in np.ndenumerate(values):
            if np.isfinite(value):
                axis.text(
                    column, row, f"{value:.0%}", ha="center", va="center", color="white" if value > 0.6 else "#1d2328"
                )
            else:
                axis.text(column, row, "too few", ha="center", va="center", color=GREY, fontsize=8)
        axis.set_yticks(range(len(LABELS)), [name(label) for label in LABELS])
        axis.set_xticks(range(len(columns)), columns)
        axis.tick_params(length=0)
        for side in axis.spines.values():
            side.set_visible(False)
    return figure
