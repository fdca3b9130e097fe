"""Finding on the page what the MRZ says, where no label tells which field a text is.

Names and numbers may differ a little, for a page that differs from its MRZ is what the comparison is there to find.
Dates must be the MRZ's, for a date of issue often differs from a date of expiry in one digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from docscan.document import MrzReading
from docscan.icao.mrz import Mrz, parse
from docscan.icao.transliteration import transliterate
from docscan.reading.layout import Segment

ALIKE = 75.0
"""Similarity (0 to 100) from which a printed text is taken for a name or number of the MRZ."""
_LONGEST = 6
"""Words that one field of the MRZ may be printed in."""


def printed_fields(parts: Sequence[Segment], mrz: MrzReading, known: set[str]) -> Iterator[tuple[str, Segment]]:
    """Name and place of each field of the MRZ that is found among `parts`, those in `known` left out."""
    for name, value in _values(parse(mrz.lines, mrz.format)):
        if name in known:
            continue
        found = _date(parts, value) if name.startswith("date_of_") else _alike(parts, value)
        if found is not None:
            yield name, found


def _values(mrz: Mrz) -> Iterator[tuple[str, str]]:
    yield "document_number", _letters(mrz.document_number)
    yield "surname", "".join(mrz.names.primary)
    yield "given_names", "".join(mrz.names.secondary)
    yield "nationality", mrz.value("nationality")
    yield "date_of_birth", mrz.value("date_of_birth")
    yield "date_of_expiry", mrz.value("date_of_expiry")
    yield "personal_number", _letters(mrz.value("optional_data"))


def _windows(parts: Sequence[Segment]) -> Iterator[Segment]:
    for part in parts:
        for start in range(len(part.words)):
            for end in range(start + 1, min(len(part.words), start + _LONGEST) + 1):
                yield Segment(part.words[start:end])


def _letters(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text)


def _alike(parts: Sequence[Segment], value: str) -> Segment | None:
    """The words most like `value`; a short one must be met exactly by a whole segment."""
    if len(value) < 4:
        return next((p for p in parts if value and _letters(transliterate(p.text)) == value), None)
    scored = ((fuzz.ratio(_letters(transliterate(w.text)), value), w) for w in _windows(parts))
    score, best = max(scored, key=lambda s: s[0], default=(0.0, None))
    return best if score >= ALIKE else None


def _date(parts: Sequence[Segment], yymmdd: str) -> Segment | None:
    """The fewest words that spell a date, in whatever order and with whatever name of the month."""
    if not re.fullmatch(r"\d{6}", yymmdd):
        return None
    spelt = [w for w in _windows(parts) if _spells(w.text, yymmdd)]
    return min(spelt, key=lambda w: len(w.text), default=None)


def _spells(text: str, yymmdd: str) -> bool:
    year, month, day = yymmdd[:2], int(yymmdd[2:4]), int(yymmdd[4:])
    numbers = re.findall(r"\d+", text)

    def is_year(number: str) -> bool:
        return len(number) in (2, 4) and number.endswith(year)

    if len(numbers) == 2 and re.search(r"[^\W\d_]{3}", text):
        first, last = numbers
        return (int(first) == day and is_year(last)) or (is_year(first) and int(last) == day)
    if len(numbers) != 3:
        return False
    a, b, c = numbers
    return (is_year(c) and {(int(a), int(b))} <= {(day, month), (month, day)}) or (
        is_year(a) and (int(b), int(c)) == (month, day)
    )
