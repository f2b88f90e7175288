"""What the fields of a template stand for in one report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cxrviewer.reading import measure
from cxrviewer.reading.annotations import CardiothoracicRatio
from cxrviewer.reading.document import Reading
from cxrviewer.reports.report import Report, clean
from cxrviewer.reports.templates import PATIENT_FIELDS
from cxrviewer.text import tr


def values_of(reading: Reading, report: Report, patient: Mapping[str, str]) -> dict[str, str]:
    """Return the value of every field, empty for what there is not.

    Parameters
    ----------
    reading, report
        The report is that of the reading.
    patient : mapping of str to str
        Values of `PATIENT_FIELDS`; empty where the patient is not to be named.
    """
    present = _unique(one.name for one in report.findings if one.present)
    absent = _unique(one.name for one in report.findings if not one.present)
    ratios = [one.shape for one in reading.annotations.values() if isinstance(one.shape, CardiothoracicRatio)]
    values = [measure.cardiothoracic_ratio(shape) for shape in ratios]
    comma = tr(", ", context="between items")
    return {
        "findings": comma.join(present),
        "absent": comma.join(name for name in absent if name not in present),
        "comments": "\n".join(f"{one.name}: {one.comment}" for one in report.findings if one.comment),
        "measurements": "\n".join(one.label for one in report.measurements),
        "ratio": ", ".join(f"{value:.2f}" for value in values if value is not None),
        "images": "; ".join(report.images),
        **{name: clean(patient.get(name, "")) for name in sorted(PATIENT_FIELDS)},
    }


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
