"""What a head's card and provenance say of the intervals of its probabilities."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from scipy.special import expit, logit

from model_training.data.development_set import LABELS
from model_training.stats.calibrate import Calibration
from model_training.stats.interval import LIMIT, MIN_PATIENTS, CalibrationErrors, Coverage

INTERVAL_HEADING = "## Interval of a probability"


def interval_section(errors: CalibrationErrors, coverage: Coverage | None) -> list[str]:
    """Return the lines of the section about the intervals, its heading first."""
    stated = [label for label, known in zip(LABELS, errors.stated, strict=True) if known]
    left_out = [
        f"{label} ({count})" for label, known, count in zip(LABELS, errors.stated, errors.with_finding, strict=True)
        if not known
    ]  # fmt: skip
    lines = [
        INTERVAL_HEADING,
        "",
        "Beside each probability stands its 95 % interval: of the share of films with this score that carry the label, "
        f"as well as the {int(errors.n.max())} calibration films of {errors.patients} patients tell it. It comes from "
        "fitting slope and offset again on resamples of these patients, with the same penalty. It does not say how "
        "sure the network is about this patient, and it holds where findings are as frequent, and labelled, as in "
        "these films.",
        f"{len(stated)} of {len(LABELS)} findings have one. Fewer than {MIN_PATIENTS} calibration patients have the "
        f"others, and no interval is given: {', '.join(left_out) or 'none'}.",
    ]
    if coverage is None:
        return [*lines, "The intervals were not checked on other films."]
    return [
        *lines,
        "",
        f"Checked on the {coverage.images} films of {coverage.patients} patients of the held-out fold, which "
        "calibrated nothing, per finding and decile of the score; intervals by resampling the findings:",
        "",
        "| check, 95 % wanted | deciles |",
        "|---|---|",
        f"| share of films with the label within interval and binomial chance | {coverage.shares} |",
        f"| the same if the calibration had no error (binomial chance alone) | {coverage.chance_alone} |",
        "| a calibration fitted to the held-out films alone differs by no more than both errors allow "
        f"| {coverage.twins} |",
        "",
        "The first check has little power: in one decile chance is wider than the interval. The third compares the "
        "calibrations themselves. Films of one patient are alike, so chance is wider than binomial. The intervals are "
        "not widened.",
    ]


def intervals_as_dict(errors: CalibrationErrors, coverage: Coverage | None) -> dict[str, Any]:
    """Return what ``PROVENANCE.json`` keeps."""
    checks = {}
    if coverage is not None:
        for name in ("shares", "chance_alone", "twins"):
            share = getattr(coverage, name)
            held = dict(zip((LABELS[i] for i in coverage.findings), share.held.sum(axis=1).tolist(), strict=True))
            checks[name] = {"value": share.value, "interval": share.interval, "deciles_held": held}
    return {
        "min_patients": MIN_PATIENTS,
        "patients_with_finding": dict(zip(LABELS, errors.with_finding.tolist(), strict=True)),
        "coverage": checks or None,
    }


def exchange_interval(card: str, section: list[str]) -> str:
    """Return the model card with its section on the intervals written anew, or put behind that on the calibration."""
    text = "\n".join(section) + "\n\n"
    found = re.search(rf"^{re.escape(INTERVAL_HEADING)}$.*?(?=^## |\Z)", card, re.MULTILINE | re.DOTALL)
    if found is not None:
        return card[: found.start()] + text + card[found.end() :]
    before = re.search(r"^## Calibration$.*?(?=^## )", card, re.MULTILINE | re.DOTALL)
    place = before.end() if before is not None else len(card)
    return card[:place] + text + card[place:]


def interval_table(calibration: Calibration, errors: CalibrationErrors) -> str:
    """Return the intervals of a few probabilities per finding, for people."""
    shown = (0.02, 0.1, 0.3)
    lines = [f"{'finding':<20}{'patients':>9}" + "".join(f"{f'at {p:.0%}':>20}" for p in shown)]
    for i, label in enumerate(LABELS):
        cells = []
        for p in shown:
            x = (logit(p) - calibration.offset[i]) / calibration.slope[i]
            away = LIMIT * float(errors.margin_error(i, np.array([x]))[0])
            cells.append(f"{expit(logit(p) - away):.3f} to {expit(logit(p) + away):.3f}")
        told = cells if errors.stated[i] else ["none: too few", "", ""]
        lines.append(f"{label:<20}{errors.with_finding[i]:>9}" + "".join(f"{cell:>20}" for cell in told))
    return "\n".join(lines)
