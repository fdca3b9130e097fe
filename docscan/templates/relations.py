"""Values that depend on one another on all specimens: date of issue and date of expiry, date of birth and a number.

What an office issues is valid for so many years, to the day or to a day before; many a personal number begins with the
date of birth. Whoever alters one of them must know of the others. What is learned is written into the grammar of the
depending zone, where a person can read and correct it:

- `years` and `days` (of a date of issue): the document expires so many years later, `10` or `5 | 10`, and so many days
  after that, `-1` the day before;
- `birth` (of a number, or of the MRZ for its optional data): where the date of birth stands among its letters and
  digits, `YYMMDD` at the beginning, `..YYMMDD` after two others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from docscan.document import MrzReading
from docscan.icao import dates
from docscan.icao.dates import PartialDate
from docscan.icao.mrz import Mrz, MrzField, parse
from docscan.reading.printed_dates import printed_dates

LEAST = 6
"""Specimens on which something must have been read to be a rule."""
SPARED = 1
"""Of them so many may say otherwise: one is misread now and then."""
_DAYS = 3
"""Days from the anniversary of the issue up to which the date of expiry follows it."""
_YEARS = 99
BIRTH_FORMS = ("YYYYMMDD", "DDMMYYYY", "YYMMDD", "DDMMYY")


def learn(values: Sequence[str], mrzs: Sequence[MrzReading | None]) -> dict[str, str]:
    """How the values of a field follow from what the specimens' MRZs say; empty where they do not."""
    validity = learn_validity(values, _dates("date_of_expiry", mrzs))
    return validity or learn_birth(values, _dates("date_of_birth", mrzs))


def learn_mrz(mrzs: Sequence[MrzReading | None]) -> dict[str, str]:
    """The same for the optional data of the MRZs themselves."""
    optional = [optional_data(parse(mrz.lines, mrz.format)) if mrz else None for mrz in mrzs]
    return learn_birth([field.text if field else "" for field in optional], _dates("date_of_birth", mrzs))


def optional_data(mrz: Mrz) -> MrzField | None:
    """The first optional data that are filled in."""
    fields = (mrz.field(name) for name in ("optional_data", "optional_data_2"))
    return next((field for field in fields if field is not None and field.value), None)


def demand_sense(grammar: Mapping[str, str]) -> None:
    """Raises ValueError where a person wrote a rule that cannot be followed."""
    years, days, birth = (grammar.get(key) for key in ("years", "days", "birth"))
    if (years is None) != (days is None):
        raise ValueError("grammar: years and days belong together.")
    if years is not None and not re.fullmatch(r"[1-9]\d?( \| [1-9]\d?)*", years):
        raise ValueError('grammar.years: write years as "10" or "5 | 10".')
    if days is not None and not (re.fullmatch(r"-?\d", days) and abs(int(days)) <= _DAYS):
        raise ValueError(f'grammar.days: write days from "-{_DAYS}" to "{_DAYS}".')
    if birth is not None and birth.lstrip(".") not in BIRTH_FORMS:
        raise ValueError('grammar.birth: write the place of the date of birth as "YYMMDD" or "..DDMMYY".')


def _dates(name: str, mrzs: Sequence[MrzReading | None]) -> list[PartialDate | None]:
    return [dates.read(parse(mrz.lines, mrz.format).value(name)) if mrz else None for mrz in mrzs]


# --- date of issue and date of expiry ---------------------------------------------------------------------------------


def learn_validity(issued: Sequence[str], expires: Sequence[PartialDate | None]) -> dict[str, str]:
    """`years` and `days` of the validity, from the printed dates of issue and the MRZ's dates of expiry; empty where
    the specimens do not agree on them."""
    told = [
        {term for day in days for term in terms(day, expiry)}
        for text, expiry in zip(issued, expires, strict=True)
        if expiry is not None and expiry.complete and (days := printed_dates(text))
    ]
    offsets = Counter(days for own in told for days in {days for _, days in own})
    if len(told) < LEAST or not offsets:
        return {}
    (offset, count), *_ = offsets.most_common()
    if count < len(told) - SPARED:
        return {}
    years = {years for own in told for years, days in own if days == offset}
    return {"years": " | ".join(map(str, sorted(years))), "days": str(offset)}


def terms(issued: PartialDate, expires: PartialDate) -> Iterator[tuple[int, int]]:
    """The years and days that lie between two days; of 29 February also counted from the 28th or 1 March."""
    for first in _days_of(issued, 2000):
        for century in (2000, 2100):
            for last in _days_of(expires, century):
                for years in range(last.year - first.year, last.year - first.year + 2):
                    for whole in _later(first, years):
                        off = (last - whole).days
                        if 0 < years <= _YEARS and abs(off) <= _DAYS:
                            yield years, off


def issue_dates(expires: PartialDate, grammar: Mapping[str, str]) -> frozenset[PartialDate]:
    """Every date of issue from which a document expires on the given day by the rule of `grammar`, years of two
    digits; empty where there is no such rule."""
    if "years" not in grammar or not expires.complete:
        return frozenset()
    days = int(grammar["days"])
    found = set()
    for years in map(int, grammar["years"].split(" | ")):
        for last in _days_of(expires, 2000):
            for near in _later(last - timedelta(days=days), -years):
                for leap in (-1, 0, 1):
                    first = near + timedelta(days=leap)
                    issued = PartialDate(first.year % 100, first.month, first.day)
                    if (years, days) in terms(issued, expires):
                        found.add(issued)
    return frozenset(found)


def _days_of(printed: PartialDate, century: int) -> Iterator[date]:
    """The day in a century; none for a 29 February that it does not have."""
    assert printed.year is not None and printed.month is not None and printed.day is not None  # noqa: S101, PT018
    try:
        yield date(century + printed.year % 100, printed.month, printed.day)
    except ValueError:
        return


def _later(day: date, years: int) -> Iterator[date]:
    """The same day so many years later; where there is none, the days beside it."""
    try:
        yield day.replace(year=day.year + years)
    except ValueError:
        yield from (date(day.year + years, 2, 28), date(day.year + years, 3, 1))


# --- date of birth in a number ----------------------------------------------------------------------------------------


def learn_birth(numbers: Sequence[str], born: Sequence[PartialDate | None]) -> dict[str, str]:
    """`birth`, from the values of a number and the MRZ's dates of birth; empty where it does not hold them."""
    known = [(text, day) for text, day in zip(numbers, born, strict=True) if _written(text) and day is not None]
    if len(known) < LEAST or len({day for _, day in known}) < LEAST - SPARED:
        return {}
    for form in BIRTH_FORMS:
        for at in range(max(len(text) for text, _ in known)):
            pattern = "." * at + form
            if sum(birth_instead(text, pattern, day) == () for text, day in known) >= len(known) - SPARED:
                return {"birth": pattern}
    return {}


def birth_instead(number: str, pattern: str, born: PartialDate) -> tuple[tuple[int, str], ...] | None:
    """Places in a number that hold another digit than the date of birth has there, each with that digit; () where it
    holds the date of birth, None where it is too short to hold one."""
    places = _written(number)
    if len(places) < len(pattern):
        return None
    wanted = ((places[i], digit) for i, digit in sorted(birth_digits(pattern, born).items()))
    return tuple((place, digit) for place, digit in wanted if number[place] != digit)


def birth_lost(number: str, grammar: Mapping[str, str], born: PartialDate) -> bool:
    """Whether a number of fewer characters than its grammar's shape would hold the date of birth if an engine had not
    lost one of its digits, or made two of them one."""
    places = _written(number)
    if len(places) >= len(_written(grammar.get("shape", ""))):
        return False
    return any(
        birth_instead(number[: places[i]] + digit + number[places[i] :], grammar["birth"], born) == ()
        for i, digit in birth_digits(grammar["birth"], born).items()
        if i < len(places)
    )


def _written(number: str) -> list[int]:
    """Places of the letters and digits of a number."""
    return [place for place, char in enumerate(number) if char.isalnum()]


def birth_digits(pattern: str, born: PartialDate) -> dict[int, str]:
    """Places among the letters and digits of a number, and the digits of the date of birth that belong there. The
    century, which the MRZ does not tell, is left out."""
    parts = {"Y": born.year, "M": born.month, "D": born.day}
    digits: dict[int, str] = {}
    for letter, part in parts.items():
        places = [i for i, char in enumerate(pattern) if char == letter][-2:]
        if part is not None:
            digits |= dict(zip(places, f"{part % 100:02}", strict=True))
    return digits
