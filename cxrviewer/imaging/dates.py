"""Dates and times of headers: DA and TM (PS3.5 6.2) and the other ways files write them."""

from __future__ import annotations

import calendar
import re
from datetime import date

from cxrviewer.imaging.ascii_numbers import whole_number

# YYYYMMDD with any separator (ACR-NEMA, exports); what follows a full date, such as a time, is ignored.
_DAY = re.compile(r"([0-9]{4})[.\-/ ]?([0-9]{2})[.\-/ ]?([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})[.\-/]?([0-9]{2})")
_YEAR = re.compile(r"([0-9]{4})")
_YEAR_LAST = re.compile(r"[0-9]{1,2}[.\-/ ][0-9]{1,2}[.\-/ ]([0-9]{4})")


def full_date(value: str) -> date | None:
    """Return the day of a DA value, None where it is none.

    Examples
    --------
    >>> full_date("2019.04.16"), full_date("20191341"), full_date("16/04/2019")
    (datetime.date(2019, 4, 16), None, None)
    """
    match = _DAY.match(value)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def date_span(value: str) -> tuple[date, date] | None:
    """Return first and last day that a date of day, month or year precision can mean.

    Zeros for an unknown month or day count as less precision. ``16/04/2019`` gives its year only,
    because nobody can tell day and month apart.

    Examples
    --------
    >>> [d.isoformat() for d in date_span("202402")]
    ['2024-02-01', '2024-02-29']
    """
    day = full_date(value)
    if day is not None:
        return day, day
    match = _MONTH.match(value)
    if match and 1 <= int(match[2]) <= 12 and int(match[1]):
        year, month = int(match[1]), int(match[2])
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    match = _YEAR.match(value) or _YEAR_LAST.match(value)
    if match and int(match[1]):
        return date(int(match[1]), 1, 1), date(int(match[1]), 12, 31)
    return None


def iso_date(value: str) -> str:
    """Return ``YYYY-MM-DD``, empty where `value` is no full date."""
    day = full_date(value)
    return "" if day is None else day.isoformat()


def iso_time(value: str) -> str:
    """Return ``HH:MM`` of a TM value, also of the ``HH:MM:SS`` of ACR-NEMA; empty where it is none.

    Examples
    --------
    >>> iso_time("160200.5"), iso_time("16:02"), iso_time("1²0000")
    ('16:02', '16:02', '')
    """
    digits = value.replace(":", "")[:4]
    hour, minute = whole_number(digits[:2]), whole_number(digits[2:])
    if len(digits) < 4 or hour is None or minute is None or hour > 23 or minute > 59:
        return ""
    return f"{hour:02}:{minute:02}"
