"""Dates as documents print them: YYMMDD in the MRZ, perhaps with unknown parts, without a century; spelt on the page.

Doc 9303 Part 3, sections 3.8 and 4.8. The standard has no rule for the century. docscan's:

- a date of birth is the latest one that lies neither after the day of examination nor after the date of expiry;
- a date of expiry is the latest one at most EXPIRY_YEARS_AHEAD years after the year of examination.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from docscan.icao.check_digits import FILLER

EXPIRY_YEARS_AHEAD = 50
"""Permanent residents' cards are valid for decades; no MRZ is older than the 1980s, so 50 years back are enough."""
OLDEST = 130
"""Years before its examination of which no document tells."""
_LEAP_YEAR = 2000
_PAIRS = (*(f"{number:02}" for number in range(100)), FILLER * 2)

# The first letters tell the months of English, French and Spanish apart (Part 3, table 1), in full or shortened.
_MONTHS = {
    1: ("JAN", "ENE"),
    2: ("FEB", "FEV"),
    3: ("MAR",),
    4: ("APR", "AVR", "ABR"),
    5: ("MAY", "MAI"),
    6: ("JUN", "JUIN"),
    7: ("JUL", "JUIL"),
    8: ("AUG", "AOU", "AGO"),
    9: ("SEP",),
    10: ("OCT",),
    11: ("NOV",),
    12: ("DEC", "DIC"),
}


class PartialDate(NamedTuple):
    """A date as printed; None for what is printed as unknown. The year has two digits (0-99) or four."""

    year: int | None
    month: int | None
    day: int | None

    @property
    def complete(self) -> bool:
        return None not in self

    def agrees(self, other: "PartialDate") -> bool:
        """Whether both print the same date, years compared in the digits that both have."""
        if self.year is None or other.year is None or min(self.year, other.year) > 99:
            years = self.year == other.year
        else:
            years = self.year % 100 == other.year % 100
        return years and self[1:] == other[1:]


class Span(NamedTuple):
    """The days that a date may mean, both included: one day, or a month or year where parts are unknown."""

    earliest: date
    latest: date


def read(text: str) -> PartialDate | None:
    """An MRZ date; None for what is no date of any century (`991301`, `990231`, `99O101`)."""
    if not re.fullmatch(r"(?:[0-9]{2}|<<){3}", text):
        return None
    year, month, day = (None if pair == FILLER * 2 else int(pair) for pair in (text[:2], text[2:4], text[4:]))
    return _possible(year, month, day)


@cache
def year_texts(leap: bool = False) -> frozenset[str]:
    """Every printed year, unknown included; only those that may have a 29 February if `leap`."""
    return frozenset(pair for pair in _PAIRS if read(pair + ("0229" if leap else "0101")) is not None)


@cache
def day_texts() -> frozenset[str]:
    """Every printed month and day, unknown parts included; all go with any year, but 0229."""
    return frozenset(m + d for m in _PAIRS for d in _PAIRS if read(FILLER * 2 + m + d) is not None)


def _possible(year: int | None, month: int | None, day: int | None) -> PartialDate | None:
    if month is not None and not 1 <= month <= 12:
        return None
    # 00 may be 2000, which was a leap year.
    days = monthrange(_LEAP_YEAR if year is None or year == 0 else year, month or 1)[1]
    return PartialDate(year, month, day) if day is None or 1 <= day <= days else None


def span(year: int, printed: PartialDate) -> Span | None:
    """The days that `printed` means in a given four-digit year; None where it has no such day (29 February)."""
    first, last = printed.month or 1, printed.month or 12
    try:
        return Span(
            date(year, first, printed.day or 1),
            date(year, last, printed.day or monthrange(year, last)[1]),
        )
    except ValueError:
        return None


def birth(printed: PartialDate, on: date, expires: date | None = None) -> Span | None:
    """The days that a date of birth may mean as of the day of examination; None where its year is unknown."""
    limit = min(on, expires or on)
    return _latest(printed, limit.year, limit)


def expiry(printed: PartialDate, on: date) -> Span | None:
    """The days that a date of expiry may mean as of the day of examination; None where its year is unknown."""
    return _latest(printed, on.year + EXPIRY_YEARS_AHEAD, date.max)


def _latest(printed: PartialDate, last_year: int, last_day: date) -> Span | None:
    """The latest days with the printed two digits of the year that do not begin after `last_day`; of a year printed in
    full, its days."""
    if printed.year is None:
        return None
    if printed.year > 99:
        return span(printed.year, printed)
    candidates = (span(year, printed) for year in range(last_year, last_year - 200, -1) if year % 100 == printed.year)
    return next((days for days in candidates if days is not None and days.earliest <= last_day), None)


def may_be_past(printed: PartialDate, on: date) -> bool:
    """Whether a holder was born, or a document issued, on a printed date that is examined on a day."""
    return _within(printed, on.year - OLDEST, on)


def may_expire(printed: PartialDate, on: date) -> bool:
    """Whether a document that is examined on a day expires, or expired, on a printed date."""
    return _within(printed, on.year - OLDEST, date(on.year + EXPIRY_YEARS_AHEAD, 12, 31))


def _within(printed: PartialDate, first_year: int, last: date) -> bool:
    """Of a year of two digits nothing is known."""
    if printed.year is None or printed.year <= 99:
        return True
    days = span(printed.year, printed)
    return days is not None and days.latest.year >= first_year and days.earliest <= last


def years_between(earlier: date, later: date) -> int:
    """Full years, as an age is counted; negative where `later` comes first."""
    return later.year - earlier.year - ((later.month, later.day) < (earlier.month, earlier.day))


def read_printed(text: str) -> frozenset[PartialDate]:
    """Every date that a text of the visual zone can mean: `12 JUL 1942`, `12 LUG/JUIL 42`, `12.07.1942`,
    `1942-07-12`, `XX XX 1942`; empty where it is no date.

    Day before month, as the standard wants it; a year of four digits may come first. Between oblique strokes
    (`07/12/1942`) the month may come first too, so that both orders are given where both are dates.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.upper()) if not unicodedata.combining(c))
    parts = re.findall(r"[0-9]+|[^\W\d_]+", plain)
    if len(parts) == 1 and re.fullmatch(r"[0-9]{6}|[0-9]{8}", parts[0]):
        parts = [parts[0][:2], parts[0][2:4], parts[0][4:]]
    months = {month for part in parts if (month := _month(part))}
    numbers = [part for part in parts if part.isdecimal() or set(part) == {"X"}]
    if len(months) == 1 and len(numbers) == 2:
        numbers.insert(1, str(*months))
    elif months or len(numbers) != 3:
        return frozenset()
    first, second, third = numbers
    orders = [(first, second, third)] if len(first) == 4 else [(third, second, first)]
    if "/" in plain and not months and len(first) != 4:
        orders.append((third, first, second))
    return frozenset(_readable(orders))


def printed_day(text: str, on: date) -> date | None:
    """The one past or future day that a text of the visual zone means; None where it means none or several. A year of
    two digits is the latest that lies not after the day of examination."""
    meant = read_printed(text)
    if len(meant) != 1 or not (printed := next(iter(meant))).complete:
        return None
    found = _latest(printed, on.year, on)
    return found.earliest if found is not None else None


def _month(word: str) -> int | None:
    return next((month for month, starts in _MONTHS.items() if word.startswith(starts)), None)


def _readable(orders: list[tuple[str, str, str]]) -> Iterator[PartialDate]:
    for year, month, day in orders:
        if len(year) in (2, 4) and len(month) <= 2 and len(day) <= 2:
            printed = _possible(*(None if "X" in part else int(part) for part in (year, month, day)))
            if printed is not None:
                yield printed
