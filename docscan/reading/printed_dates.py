"""Dates as pages print them: in many languages, twice, or with a place beside them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, product

from docscan.icao.dates import PartialDate, read_printed
from docscan.reading.strokes import divided

_MONTHS = (
    ("JAN", "JANUARY JANVIER JANUAR JANNER ENERO GENNAIO JANEIRO JANUARI IANUARIE OCAK"),
    ("FEB", "FEBRUARY FEVRIER FEBRUAR FEBRERO FEBBRAIO FEVEREIRO FEBRUARI FEBRUARIE SUBAT"),
    ("MAR", "MARCH MARS MARZ MARZO MARCO MAART MRT MARET MAC MARTIE MART"),
    ("APR", "APRIL AVRIL ABRIL APRILE APRILIE NISAN"),
    ("MAY", "MAY MAI MAYO MAGGIO MAIO MEI MAJ MAYIS"),
    ("JUN", "JUNE JUIN JUNI JUNIO GIUGNO JUNHO JUN IUNIE HAZIRAN"),
    ("JUL", "JULY JUILLET JULI JULIO LUGLIO JULHO JULAI IULIE TEMMUZ"),
    ("AUG", "AUGUST AOUT AGOSTO AUGUSTUS AUGUSTI AGUSTUS OGOS AGUSTOS"),
    ("SEP", "SEPTEMBER SEPTEMBRE SEPTIEMBRE SETTEMBRE SETEMBRO SEPTEMBRIE EYLUL"),
    ("OCT", "OCTOBER OCTOBRE OKTOBER OCTUBRE OTTOBRE OUTUBRO OCTOMBRIE EKIM"),
    ("NOV", "NOVEMBER NOVEMBRE NOVIEMBRE NOVEMBRO NOIEMBRIE KASIM"),
    ("DEC", "DECEMBER DECEMBRE DEZEMBER DICIEMBRE DICEMBRE DEZEMBRO DESEMBER DISEMBER DECEMBRIE ARALIK"),
)
"""English short name; the month in the languages of passports that spell it."""
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
"""A number or a word."""
_THREE = re.compile(r"(?<![^\W_])(?=[^\W_]*[0-9])[^\W_]{3}(?![^\W_])")
"""Letters and digits that stand by themselves, as many as a month's short name has."""
_SHORTEST = 3
_PARTS = 3
_DIGITS = "0123456789"
_MOST_MENDED = 2


def printed_dates(text: str) -> frozenset[PartialDate]:
    """Every date that a printed field may mean, whatever words stand beside it; empty where there is none.

    Of a date in numbers both orders are given: States print the day first or the month.
    """
    tokens = _TOKEN.findall(_plain(lettered(divided(text))))
    numbers = [token for token in tokens if token.isdecimal() or set(token) == {"X"}]
    if len(numbers) == _PARTS:
        return read_printed("/".join(numbers))
    # A date in two languages has its month twice.
    months = list(dict.fromkeys(month for token in tokens if (month := _month(token))))
    return read_printed(" ".join([*numbers[:1], *months, *numbers[1:]]))


def differing(text: str, printed: PartialDate, expected: PartialDate) -> tuple[tuple[int, str], ...]:
    """Places in `text` of what `printed` has otherwise than `expected`, each with what should stand there: the digits
    of a number, the whole of a word with nothing to stand for its letters."""
    places: dict[int, str] = {}
    for part, right in zip(printed, expected, strict=True):
        if part is None or right is None or part % 100 == right % 100:
            continue
        for token in _TOKEN.finditer(lettered(text)):
            if token[0].isdecimal() and int(token[0]) == part:
                wanted = f"{right % 100:02}".rjust(len(token[0]), " ")
                alike = len(wanted) == len(token[0])
                places |= {
                    token.start() + i: wanted[i] if alike else ""
                    for i, c in enumerate(token[0])
                    if wanted[i] not in (" ", c)
                }
            elif not token[0].isdecimal() and (short := _month(_plain(token[0]))) and _MONTH_NUMBER[short] == part:
                places |= dict.fromkeys(range(token.start(), token.end()), "")
    return tuple(sorted(places.items()))


def altered(text: str, expected: PartialDate) -> tuple[tuple[int, str], ...]:
    """Places in a text that is no date, with the digits that would make it `expected`; () where half of its
    digits would have to be others, or it has another form than a date. A day 00 or a month 53 is nobody's slip."""
    tokens = list(_TOKEN.finditer(lettered(text)))
    numbers = [token for token in tokens if token[0].isdecimal()]
    words = {month for token in tokens if not token[0].isdecimal() and (month := _month(_plain(token[0])))}
    if None in expected or words - {_MONTHS[(expected.month or 1) - 1][0]}:
        return ()
    orders = ("dy", "yd") if words else ("dmy", "mdy", "ymd")
    parts = {"d": expected.day, "m": expected.month, "y": expected.year}
    found = [_unlike(numbers, [parts[part] or 0 for part in order]) for order in orders if len(numbers) == len(order)]
    nearest = min((places for places in found if places is not None), key=len, default=())
    return tuple(nearest) if 2 * len(nearest) < sum(len(number[0]) for number in numbers) else ()


def another_year(text: str, expected: PartialDate) -> tuple[tuple[int, str], ...]:
    """Places of the last two digits of a year with those of `expected`, where they differ, in a date of which another
    number cannot be read; () where it is no such date."""
    tokens = list(_TOKEN.finditer(lettered(text)))
    numbers = [token for token in tokens if token[0].isdecimal()]
    named = any(_month(_plain(token[0])) for token in tokens if not token[0].isdecimal())
    years = [number for number in numbers if len(number[0]) == 4]
    left = sorted(len(number[0]) for number in numbers)
    if expected.year is None or left != ([4] if named else [2, 4]):
        return ()
    return tuple(_unlike(years, [expected.year]) or ())


def lost_digit(text: str, expected: PartialDate) -> int | None:
    """Place of a mark before a single digit that was read for the other digit of a number of `expected`, such as foil
    leaves of it; None where there is none."""
    for mark in re.finditer(r"(?<!\w)[^\w\s](?=[0-9](?![0-9]))", text):
        written = (text[: mark.start()] + digit + text[mark.end() :] for digit in _DIGITS)
        if any(day.agrees(expected) for one in written for day in printed_dates(one)):
            return mark.start()
    return None


def mendings(text: str, possible: Callable[[PartialDate], bool]) -> tuple[tuple[tuple[int, str], ...], ...]:
    """Every way to make a possible date of a text by the fewest other digits, one or two: places with what should stand
    there. () where it is a possible date already, has another form than a date, or more would have to be others."""
    printed = lettered(divided(text))
    if not _has_form(printed) or any(map(possible, printed_dates(printed))):
        return ()
    places = [i for i, char in enumerate(printed) if char in _DIGITS]
    for count in range(1, _MOST_MENDED + 1):
        found = tuple(
            way for way in _ways(printed, places, count) if any(map(possible, printed_dates(_with(printed, way))))
        )
        if found:
            return found
    return ()


def _has_form(text: str) -> bool:
    tokens = _TOKEN.findall(_plain(text))
    numbers = sorted(len(token) for token in tokens if token.isdecimal())
    words = [token for token in tokens if not token.isdecimal()]
    months = {_month(word) for word in words} - {None}
    return (numbers in ([2, 2, 2], [2, 2, 4]) and not words) or (numbers in ([2, 2], [2, 4]) and len(months) == 1)


def _ways(text: str, places: Sequence[int], count: int) -> Iterator[tuple[tuple[int, str], ...]]:
    for chosen in combinations(places, count):
        for digits in product(*(_DIGITS.replace(text[place], "") for place in chosen)):
            yield tuple(zip(chosen, digits, strict=True))


def _with(text: str, way: Sequence[tuple[int, str]]) -> str:
    chars = list(text)
    for place, char in way:
        chars[place] = char
    return "".join(chars)


def _unlike(numbers: Sequence[re.Match[str]], wanted: Sequence[int]) -> list[tuple[int, str]] | None:
    """Places of digits other than those of `wanted`, which stand for all but the century of a year."""
    places = []
    for number, value in zip(numbers, wanted, strict=True):
        digits = f"{value % 100:02}"
        if len(number[0]) not in (2, 4):
            return None
        start = number.end() - 2
        places += [(start + i, digit) for i, digit in enumerate(digits) if number[0][i - 2] != digit]
    return places


def lettered(date: str) -> str:
    """A date as read, of the same length: 03/3UL/2024 has a letter for the digit in the name of its month."""
    return _THREE.sub(lambda word: _whole(word[0]), date)


def _whole(word: str) -> str:
    """The English short name of the one month whose name begins so, whatever stands for the one digit in it."""
    plain = _plain(word)
    if len(plain) != len(word) or sum(map(plain.count, _DIGITS)) != 1:
        return word
    found = {
        month
        for month, names in _MONTHS
        for name in names.split()
        if all(char in _DIGITS or char == letter for char, letter in zip(plain, name, strict=False))
    }
    return found.pop() if len(found) == 1 else word


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.upper()) if not unicodedata.combining(c))


_MONTH_NUMBER = {short: number for number, (short, _) in enumerate(_MONTHS, start=1)}


def _month(word: str) -> str | None:
    """The English short name of the month that `word` is or shortens, whatever strokes between date and year an engine
    read as letters beside it; None where it is none or might be two."""
    return _spelt(word) or _spelt(word.strip("I"))


def _spelt(word: str) -> str | None:
    found = {
        short
        for short, names in _MONTHS
        if len(word) >= _SHORTEST and any(name.startswith(word) for name in names.split())
    }
    return found.pop() if len(found) == 1 else None
