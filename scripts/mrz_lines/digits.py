"""How far check digits that do not fit can be believed: genuine lines against lines with one or two digits altered."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from docscan.checks.mrz_check_digits import likeliest
from docscan.document import MrzReading, Symbol
from docscan.icao.formats import Format
from docscan.icao.mrz import build, parse
from docscan.reading.mrz.decode import NOTHING, SYMBOLS, LineReading, decode
from mrz_lines import texts
from mrz_lines.conditions import Conditions
from mrz_lines.measure import Change, Reader, whole_line
from mrz_lines.stock import Stock

_RUNNERS_UP = 3
"""As many as a reading carries."""


def genuine(rng: np.random.Generator) -> tuple[str, ...]:
    """The lines of a passport whose digits fit."""
    optional = "".join(rng.choice(list(string.digits), 10)) if rng.random() < 0.5 else ""
    number = str(rng.choice(list(texts.LETTERS))) + "".join(rng.choice(list(string.digits), 8))
    return build(
        Format.TD3,
        document_code="P",
        issuing_state="UTO",
        document_number=number,
        nationality="UTO",
        date_of_birth=texts.date(rng),
        date_of_expiry=texts.date(rng),
        sex="F",
        surname=texts.name(rng)[:12],
        given_names=texts.name(rng)[:12],
        optional_data=optional,
    )


def altered(lines: tuple[str, ...], edits: int, rng: np.random.Generator) -> tuple[str, ...]:
    """So many digits of the lower line replaced by others, such that a check digit notices."""
    upper, lower = lines
    places = [i for i, char in enumerate(lower) if char.isdigit()]
    while True:
        changed = list(lower)
        for place in rng.choice(places, edits, replace=False):
            changed[place] = str(rng.choice([digit for digit in string.digits if digit != lower[place]]))
        forged = (upper, "".join(changed))
        if any(not digit.right for digit in parse(forged, Format.TD3).check_digits):
            return forged


def _symbols(reading: LineReading) -> tuple[Symbol, ...]:
    symbols = []
    for row in reading.probabilities[:, :NOTHING]:
        first, *others = np.argsort(-row)[: _RUNNERS_UP + 1]
        runners_up = tuple((SYMBOLS[k], float(row[k])) for k in others if row[k] > 0.002)
        symbols.append(Symbol(char=SYMBOLS[first], confidence=min(1.0, float(row[first])), runners_up=runners_up))
    return tuple(symbols)


def odds_against(lines: tuple[str, ...], reading: LineReading) -> float:
    """Nats by which the surest misfit of a check digit is likelier than any reading that fits; 0 where all fit.

    The upper line is taken as read, the lower one from `reading`."""
    printed = (lines[0], reading.chars)
    upper = tuple(Symbol(char=char, confidence=1.0) for char in lines[0])
    read = MrzReading(engine="docscan", format=Format.TD3, lines=printed, symbols=(upper, _symbols(reading)))
    wrong = [digit for digit in parse(printed, Format.TD3).check_digits if not digit.right]
    rivals = [likeliest(digit, read) for digit in wrong]
    return max((rival.log_odds for rival in rivals if rival is not None), default=0.0)


def misfits(stock: Stock, seed: Sequence[int], count: int, read: Reader, change: Change, edits: int) -> Iterator[float]:
    """Odds against each of `count` passports with so many digits altered; none for a line that was not found."""
    for number in range(count):
        rng = np.random.default_rng([*seed, edits, number])
        lines = genuine(rng) if not edits else altered(genuine(rng), edits, rng)
        conditions = change(Conditions.draw(rng))
        conditions = replace(conditions, print=replace(conditions.print, wrong_font=False))
        line = whole_line(lines[1], conditions, stock, rng)
        (response,) = read([line.strip])
        reading = decode(response, (len(lines[1]),))
        if reading.chars:
            yield odds_against(lines, reading)
