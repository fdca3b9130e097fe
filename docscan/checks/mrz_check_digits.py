"""Do the check digits of the MRZ fit what is printed?

A digit that does not fit is FAIL only if every reading of the pixels that would make it fit, of the covered characters
and of the digit itself, is less likely than what was read by a margin; otherwise UNSURE, with the characters in doubt.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docscan.checks.mrz_evidence import (
    HARD_TO_READ,
    MARGIN,
    NO_MRZ,
    char_odds,
    digit_margin,
    label,
    log_likelihoods,
    parsed,
    regions,
    symbol_at,
)
from docscan.document import Examination, Finding, MrzReading, Outcome, Symbol
from docscan.geometry import Region
from docscan.icao.check_digits import DIGITS, FILLER, blind_spots, value, weight
from docscan.icao.layouts import Place
from docscan.icao.mrz import CheckDigit

LOOK_ALIKE = (("ODQ", "0"), ("I", "1"))
"""What is taken, any of these letters, and what may be printed, where a typeface makes them much alike."""
_NAMED = 3
"""More doubtful characters than these are not named in a sentence."""


@dataclass(frozen=True, slots=True)
class Rival:
    """The likeliest reading under which a check digit would fit."""

    log_odds: float
    """How much likelier the reading as printed is, nats."""
    changes: tuple[tuple[Place, str, str], ...]
    """Where it differs from what is printed: place, printed character, other character."""


def likeliest_fit(digit: CheckDigit, reading: MrzReading) -> Rival | None:
    """The likeliest reading of the same pixels under which `digit` fits; None where the engine gives no detail.

    Exact: dynamic programming over the weighted sum modulo 10 of the characters so far.
    """
    symbols = [symbol_at(reading, place) for place in (*digit.covered, digit.place)]
    known = [symbol for symbol in symbols if symbol is not None]
    if len(known) < len(symbols):
        return None
    tables = [log_likelihoods(symbol) for symbol in known]
    best: dict[int, tuple[float, str]] = {0: (0.0, "")}
    for index, table in enumerate(tables[:-1]):
        by_value: dict[int, tuple[float, str]] = {}
        for char, likelihood in table.items():
            counts = value(char)
            if counts is not None:
                residue = counts * weight(index) % 10
                by_value[residue] = max(by_value.get(residue, (-math.inf, "")), (likelihood, char))
        sums: dict[int, tuple[float, str]] = {}
        for total, (so_far, text) in best.items():
            for residue, (likelihood, char) in by_value.items():
                reached = (total + residue) % 10
                sums[reached] = max(sums.get(reached, (-math.inf, "")), (so_far + likelihood, text + char))
        best = sums
    fits = [(so_far + tables[-1][str(total)], text + str(total)) for total, (so_far, text) in best.items()]
    if digit.may_be_blank:
        fits.append((sum(table[FILLER] for table in tables), FILLER * len(tables)))
    likelihood, text = max(fits)
    printed = sum(table[symbol.char] for table, symbol in zip(tables, known, strict=True))
    places = (*digit.covered, digit.place)
    changes = tuple(
        (place, symbol.char, char)
        for place, symbol, char in zip(places, known, text, strict=True)
        if symbol.char != char
    )
    return Rival(printed - likelihood, changes)


def confused(digit: CheckDigit, reading: MrzReading) -> Rival | None:
    """The likeliest reading under which `digit` fits because of one confusion alone, made at any of the places where it
    can be made: a typeface whose zero is taken for O has it taken so again and again. All of these are one doubt, not
    as many as there are zeros, so the odds are the mean of theirs."""
    places = (*digit.covered, digit.place)
    symbols = [symbol for place in places if (symbol := symbol_at(reading, place)) is not None]
    if len(symbols) < len(places) or any(value(symbol.char) is None for symbol in symbols):
        return None
    found = (_confused(places, symbols, taken, printed) for taken, printed in LOOK_ALIKE)
    return min((rival for rival in found if rival is not None), key=lambda rival: rival.log_odds, default=None)


def _confused(places: Sequence[Place], symbols: Sequence[Symbol], taken: str, printed: str) -> Rival | None:
    """The same for one confusion of letters with a digit. Places are tried from the most doubtful on; what sums modulo
    10 can be reached, and by changing which, tells whether a digit fits."""
    end = len(places) - 1
    against = {i: char_odds(symbol, symbol.char, printed) for i, symbol in enumerate(symbols) if symbol.char in taken}
    if symbols[end].char not in DIGITS and end not in against:
        return None
    weights = [*map(weight, range(end)), -1]
    total = sum(_counts(symbol.char) * factor for symbol, factor in zip(symbols, weights, strict=True))
    reached: dict[int, tuple[int, ...]] = {total % 10: ()}
    for i in sorted(against, key=lambda i: (i != end, against[i])):
        step = (_counts(printed) - _counts(symbols[i].char)) * weights[i]
        changed = {(so_far + step) % 10: (*before, i) for so_far, before in reached.items()}
        # A letter cannot stay in the place of the digit itself.
        reached = changed if i == end else changed | reached
        if 0 in reached:
            own = sorted(reached[0])
            changes = tuple((places[i], symbols[i].char, printed) for i in own)
            return Rival(sum(against[i] for i in own) / len(own), changes)
    return None


def _counts(char: str) -> int:
    return value(char) or 0


def likeliest(digit: CheckDigit, reading: MrzReading) -> Rival | None:
    """The likelier of both, by which the check decides."""
    found = (likeliest_fit(digit, reading), confused(digit, reading))
    return min((rival for rival in found if rival is not None), key=lambda rival: rival.log_odds, default=None)


class CheckDigits:
    name = "mrz.check_digits"
    measures = ("digits_failed", "log_odds")
    """Digits that certainly do not fit; nats by which the surest misfit is likelier than any reading that fits."""

    def __call__(self, exam: Examination) -> Iterator[Finding]:
        mrz, reading = parsed(exam), exam.reading.mrz
        if mrz is None or reading is None:
            yield Finding(check=self.name, outcome=Outcome.NOT_DONE, code="no_mrz", message=NO_MRZ)
            return
        if not mrz.check_digits:
            said = f"No check digit could be placed. {mrz.misfit}"
            yield Finding(check=self.name, outcome=Outcome.NOT_DONE, code="no_check_digits", message=said)
            return
        wrong = [(digit, likeliest(digit, reading)) for digit in mrz.check_digits if not digit.right]
        margin = digit_margin(exam)
        failed = sum(rival is not None and rival.log_odds >= margin for _, rival in wrong)
        odds = [max(0.0, rival.log_odds) for _, rival in wrong if rival is not None]
        measured = {"digits_failed": float(failed)}
        if len(odds) == len(wrong):
            measured["log_odds"] = max(odds, default=0.0)
        for digit, rival in wrong:
            yield self._misfit(exam, digit, rival, measured)
        if not wrong:
            yield self._fit(exam, mrz.check_digits, reading, measured)

    def _misfit(self, exam: Examination, digit: CheckDigit, rival: Rival | None, measured: dict[str, float]) -> Finding:
        doubtful: tuple[Region, ...] = ()
        certain = rival is not None and rival.log_odds >= digit_margin(exam)
        if rival is None:
            why = "The reader does not say how sure it is of each character."
        elif certain:
            why = "No likely misreading explains it."
        else:
            doubtful = regions(exam, [place for place, _, _ in rival.changes], "in doubt")
            why = _listed(
                [
                    f"The {char} in line {place.line + 1}, character {place.column + 1} may be {other}."
                    for place, char, other in rival.changes
                ]
            )
        said = label(f"{digit.name}_check")
        told = (
            f"The {said} is printed as {digit.printed}, but what it covers needs {digit.expected}."
            if digit.expected is not None
            else f"The {said} is printed as {digit.printed}, but what it covers cannot have one."
        )
        return Finding(
            check=self.name,
            outcome=Outcome.FAIL if certain else Outcome.UNSURE,
            code="check_digit_wrong" if certain else "check_digit_unsure",
            message=f"{told} {why}",
            expected=digit.expected or "",
            seen=digit.printed,
            regions=doubtful + _where(exam, digit),
            measures=measured,
        )

    def _fit(
        self, exam: Examination, digits: tuple[CheckDigit, ...], reading: MrzReading, measured: dict[str, float]
    ) -> Finding:
        places = sorted({place for digit in digits for place in (*digit.covered, digit.place)})
        seen = [(place, symbol) for place in places if (symbol := symbol_at(reading, place)) is not None]
        unseen = [
            (place, ", ".join((symbol.char, *rivals))) for place, symbol in seen if (rivals := _blind_rivals(symbol))
        ]
        hard = [(place, symbol.char) for place, symbol in seen if symbol.confidence < HARD_TO_READ]
        count = "The check digit fits." if len(digits) == 1 else f"All {len(digits)} check digits fit."
        if unseen:
            code = "check_digits_right_but_blind"
            doubts = [
                f"In line {place.line + 1}, character {place.column + 1}, no check digit tells {chars} apart."
                for place, chars in unseen
            ]
        elif hard:
            code = "check_digits_right_but_hard_to_read"
            doubts = [
                f"In line {place.line + 1}, character {place.column + 1}, {char} is hard to read."
                for place, char in hard
            ]
        else:
            return Finding(
                check=self.name,
                outcome=Outcome.PASS,
                code="check_digits_right",
                message=count,
                measures=measured,
            )
        return Finding(
            check=self.name,
            outcome=Outcome.PASS,
            code=code,
            message=f"{count} {_listed(doubts)}",
            regions=regions(exam, [place for place, _ in unseen or hard], "in doubt"),
            measures=measured,
        )


def _listed(sentences: list[str]) -> str:
    more = ["More characters are in doubt."] if len(sentences) > _NAMED else []
    return " ".join([*sentences[:_NAMED], *more])


def _blind_rivals(symbol: Symbol) -> list[str]:
    """Likely other readings of a character that no check digit would notice."""
    likelihoods = log_likelihoods(symbol)
    listed = {char for char, _ in symbol.runners_up}
    return sorted(
        char for char in listed & blind_spots(symbol.char) if likelihoods[symbol.char] - likelihoods[char] < MARGIN
    )


def _where(exam: Examination, digit: CheckDigit) -> tuple[Region, ...]:
    said = label(digit.name)
    return regions(exam, [digit.place], f"check digit of the {said}") + regions(exam, digit.covered, said)
