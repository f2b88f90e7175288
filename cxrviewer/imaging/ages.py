"""The patient's age at the study, and whether the header can be trusted about it.

A wrong age lets a child's image reach a head that was never tested on children. So what cannot
be read, and what contradicts itself, is reported as a doubt and never replaced by a guess
(docs/decisions/0038-eligibility-by-age.md).
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from msgspec import Struct
from pydicom.dataset import Dataset

from cxrviewer.imaging.dates import date_span, full_date
from cxrviewer.imaging.radiograph import AgeDoubt
from cxrviewer.imaging.values import text, texts

OLDEST = 130.0
"""Years; nobody has grown so old."""
TOLERANCE = 2.0
"""Years that age and birth date may differ: ages are rounded, and birth dates coarsened or shifted."""
_DAYS_PER_YEAR = 365.25
_CLOCKS = timedelta(days=1)  # that time zones put apart

_AGE = re.compile(r"([0-9]{1,6}(?:[.,][0-9]{1,3})?)([A-Z]*)")
_YEARS = {
    **dict.fromkeys(("D", "DAY", "DAYS"), 1 / _DAYS_PER_YEAR),
    **dict.fromkeys(("W", "WK", "WKS", "WEEK", "WEEKS"), 7 / _DAYS_PER_YEAR),
    **dict.fromkeys(("M", "MO", "MON", "MONTH", "MONTHS"), 1 / 12),
    **dict.fromkeys(("", "Y", "YR", "YRS", "YEAR", "YEARS"), 1.0),
}
# What de-identification writes over a value: as good as an empty one.
_FILLERS = frozenset(
    {
        *("ANON", "ANONYMOUS", "ANONYMIZED", "ANONYMISED", "DEIDENTIFIED", "REDACTED", "REMOVED"),
        *("NONE", "NULL", "NA", "N/A", "UNK", "UNKNOWN", "XXX", "XXXX", "XXXY", "00000000", "XXXXXXXX"),
    }
)
_STUDY_DATES = ("StudyDate", "AcquisitionDate", "ContentDate", "SeriesDate")


class Age(Struct, frozen=True):
    """What a header says about the age at the study.

    Attributes
    ----------
    years : float or None
        (0010,1010) Patient's Age, else birth date to study date; None where neither can be read.
    by_birth : (lowest, highest) or None
        Years from the birth date to the study. `lowest` is 0 where no study date is known, and the
        span is longer than a day where the birth date is a year or a month.
    doubt : AgeDoubt or None
    """

    years: float | None = None
    by_birth: tuple[float, float] | None = None
    doubt: AgeDoubt | None = None


def read_age(dataset: Dataset, *, today: date | None = None) -> Age:
    """Return the age at the study.

    Patient's Age goes first: it was written at the study. A number without unit, which de-identified
    collections carry, is taken as years. A birth date is compared with the study date. Without a study date
    it gives no age, only a bound: nobody was older at the study than today. So does one that lies in the future.
    """
    stated, stated_doubt = _stated(dataset)
    by_birth, birth_doubt = _by_birth(dataset, today)
    if stated == 0 and by_birth is not None and _is_filler(dataset):
        stated = None
    if stated_doubt is not None:
        return Age(stated, by_birth, stated_doubt)
    if birth_doubt is AgeDoubt.BORN_AFTER_STUDY:
        return Age(stated, by_birth, birth_doubt)
    if stated is not None:
        apart = by_birth is not None and not by_birth[0] - TOLERANCE <= stated <= by_birth[1] + TOLERANCE
        return Age(stated, by_birth, AgeDoubt.CONTRADICTION if apart else None)
    if by_birth is None or birth_doubt is not None:
        return Age(None, by_birth, birth_doubt)
    if by_birth[0] > OLDEST:
        return Age(None, by_birth, AgeDoubt.IMPLAUSIBLE)
    # One day's width is an age; a wider span is only a bound.
    exact = by_birth[1] - by_birth[0] < 2 / _DAYS_PER_YEAR
    return Age(by_birth[0] if exact else None, by_birth)


def _stated(dataset: Dataset) -> tuple[float | None, AgeDoubt | None]:
    """Return (0010,1010) Patient's Age in years."""
    written = {"".join(value.upper().split()) for value in texts(dataset, "PatientAge")}
    written -= _FILLERS
    if not written:
        return None, None
    value = written.pop()
    match = _AGE.fullmatch(value)
    if written or match is None or match[2] not in _YEARS:
        return None, AgeDoubt.UNREADABLE
    count = float(match[1].replace(",", "."))
    years = count * _YEARS[match[2]]
    return (None, AgeDoubt.IMPLAUSIBLE) if years > OLDEST else (years, None)


def _is_filler(dataset: Dataset) -> bool:
    """Return whether the age is a bare 0, which stands for "unknown" at least as often as for a newborn."""
    return not text(dataset, "PatientAge").strip(" 0")


def _by_birth(dataset: Dataset, today: date | None) -> tuple[tuple[float, float] | None, AgeDoubt | None]:
    written = text(dataset, "PatientBirthDate")
    if not written or written.upper() in _FILLERS:
        return None, None
    born = date_span(written)
    if born is None:
        return None, AgeDoubt.BIRTH_DATE_UNREADABLE
    first, last = born
    today = today or date.today()
    days = [day for keyword in _STUDY_DATES if (day := full_date(text(dataset, keyword))) is not None]
    if first <= today:  # a study of tomorrow has a wrong clock; where both lie ahead, both were shifted
        days = [day for day in days if day <= today + _CLOCKS]
    later = next((day for day in days if day >= first), None)
    if days and later is None:
        return None, AgeDoubt.BORN_AFTER_STUDY
    if later is None:
        return (None, AgeDoubt.BORN_AFTER_STUDY) if first > today else ((0.0, _years(first, today)), None)
    return (_years(last, later) if last < later else 0.0, _years(first, later)), None


def _years(born: date, day: date) -> float:
    """Return completed years and the part of the next: 18.0 on the 18th birthday, whatever leap years lie between."""
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    try:
        birthday = born.replace(year=born.year + years)
    except ValueError:  # born on 29 February
        birthday = date(born.year + years, 3, 1)
    return years + max(0, (day - birthday).days) / 366
