"""Dates as pages print them: in many languages, twice, or with a place beside them."""

from __future__ import annotations

import re
import unicodedata

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
_SHORTEST = 3
_PARTS = 3


def printed_dates(text: str) -> frozenset[PartialDate]:
    """Every date that a printed field may mean, whatever words stand beside it; empty where there is none.

    Of a date in numbers both orders are given: States print the day first or the month.
    """
    tokens = re.findall(r"[0-9]+|[^\W\d_]+", _plain(divided(text)))
    numbers = [token for token in tokens if token.isdecimal() or set(token) == {"X"}]
    if len(numbers) == _PARTS:
        return read_printed("/".join(numbers))
    # A date in two languages has its month twice.
    months = list(dict.fromkeys(month for token in tokens if (month := _month(token))))
    return read_printed(" ".join([*numbers[:1], *months, *numbers[1:]]))


def differing(text: str, printed: PartialDate, expected: PartialDate) -> tuple[int, ...]:
    """Places in `text` of what `printed` has otherwise than `expected`: the digits of a number, the whole of a word."""
    places: list[int] = []
    for part, right in zip(printed, expected, strict=True):
        if part is None or right is None or part % 100 == right % 100:
            continue
        for token in re.finditer(r"[0-9]+|[^\W\d_]+", text):
            if token[0].isdecimal() and int(token[0]) == part:
                wanted = f"{right % 100:02}".rjust(len(token[0]), " ")
                places += [token.start() + i for i, c in enumerate(token[0]) if wanted[i] not in (" ", c)]
            elif not token[0].isdecimal() and (short := _month(_plain(token[0]))) and _MONTH_NUMBER[short] == part:
                places += range(token.start(), token.end())
    return tuple(sorted(set(places)))


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.upper()) if not unicodedata.combining(c))


_MONTH_NUMBER = {short: number for number, (short, _) in enumerate(_MONTHS, start=1)}


def _month(word: str) -> str | None:
    """The English short name of the month that `word` is or shortens; None where it is none or might be two."""
    found = {
        short
        for short, names in _MONTHS
        if len(word) >= _SHORTEST and any(name.startswith(word) for name in names.split())
    }
    return found.pop() if len(found) == 1 else None
