"""Where each field of an MRZ stands: one table a format, positions as the standard prints them (from 1, inclusive).

Sources: TD1 Doc 9303 Part 5 section 4.2; TD2 Part 6 section 4.2; TD3 Part 4 section 4.2; MRV-A Part 7 section 4.2;
MRV-B Part 7 section 7.2. The French card of 1988-2021 is older than Doc 9303's TD2 and follows the prefectures' layout:
surname and issuing office above; number (year, month, department, serial), given names, birth and sex below.
"""

from enum import Enum
from typing import NamedTuple

from docscan.icao.check_digits import ALPHABET, DIGITS, FILLER, LETTERS
from docscan.icao.formats import Format


class Charset(Enum):
    """Which characters a field may hold."""

    ANY = ALPHABET
    LETTERS = LETTERS + FILLER
    DIGITS = DIGITS
    DATE = DIGITS + FILLER
    """Fillers stand for unknown parts."""
    SEX = "FM" + FILLER


class Place(NamedTuple):
    """One character position, both from 0."""

    line: int
    column: int


class Slot(NamedTuple):
    """One field: its line and its columns `start <= column < end`, all from 0."""

    name: str
    line: int
    start: int
    end: int
    charset: Charset

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(Place(self.line, column) for column in range(self.start, self.end))


class DigitRule(NamedTuple):
    """One check digit: where it is printed and what it covers, in the order in which the weights run."""

    name: str
    digit: Place
    covered: tuple[Place, ...]


class Layout(NamedTuple):
    slots: tuple[Slot, ...]
    digits: tuple[DigitRule, ...]
    continues: bool = False
    """Whether a document number longer than its field goes on in the optional data (TD1 and TD2, note j)."""


_CODE = "document_code"
_STATE = "issuing_state"
_NUMBER = "document_number"
_BIRTH = "date_of_birth"
_EXPIRY = "date_of_expiry"


def _slot(name: str, line: int, first: int, last: int, charset: Charset) -> Slot:
    return Slot(name, line - 1, first - 1, last, charset)


def _rule(name: str, digit: tuple[int, int], *covered: tuple[int, int, int]) -> DigitRule:
    """`covered` are (line, first, last)."""
    return DigitRule(
        name,
        Place(digit[0] - 1, digit[1] - 1),
        tuple(Place(line - 1, column - 1) for line, first, last in covered for column in range(first, last + 1)),
    )


def _upper_line(last: int) -> tuple[Slot, ...]:
    return (
        _slot(_CODE, 1, 1, 2, Charset.ANY),
        _slot(_STATE, 1, 3, 5, Charset.LETTERS),
        _slot("name", 1, 6, last, Charset.LETTERS),
    )


_LOWER_LINE = (
    _slot(_NUMBER, 2, 1, 9, Charset.ANY),
    _slot("document_number_check", 2, 10, 10, Charset.DATE),
    _slot("nationality", 2, 11, 13, Charset.LETTERS),
    _slot(_BIRTH, 2, 14, 19, Charset.DATE),
    _slot("date_of_birth_check", 2, 20, 20, Charset.DATE),
    _slot("sex", 2, 21, 21, Charset.SEX),
    _slot(_EXPIRY, 2, 22, 27, Charset.DATE),
    _slot("date_of_expiry_check", 2, 28, 28, Charset.DATE),
)
_LOWER_DIGITS = (
    _rule(_NUMBER, (2, 10), (2, 1, 9)),
    _rule(_BIRTH, (2, 20), (2, 14, 19)),
    _rule(_EXPIRY, (2, 28), (2, 22, 27)),
)

LAYOUTS: dict[Format, Layout] = {
    Format.TD1: Layout(
        slots=(
            _slot(_CODE, 1, 1, 2, Charset.ANY),
            _slot(_STATE, 1, 3, 5, Charset.LETTERS),
            _slot(_NUMBER, 1, 6, 14, Charset.ANY),
            _slot("document_number_check", 1, 15, 15, Charset.DATE),
            _slot("optional_data", 1, 16, 30, Charset.ANY),
            _slot(_BIRTH, 2, 1, 6, Charset.DATE),
            _slot("date_of_birth_check", 2, 7, 7, Charset.DATE),
            _slot("sex", 2, 8, 8, Charset.SEX),
            _slot(_EXPIRY, 2, 9, 14, Charset.DATE),
            _slot("date_of_expiry_check", 2, 15, 15, Charset.DATE),
            _slot("nationality", 2, 16, 18, Charset.LETTERS),
            _slot("optional_data_2", 2, 19, 29, Charset.ANY),
            _slot("composite_check", 2, 30, 30, Charset.DIGITS),
            _slot("name", 3, 1, 30, Charset.LETTERS),
        ),
        digits=(
            _rule(_NUMBER, (1, 15), (1, 6, 14)),
            _rule(_BIRTH, (2, 7), (2, 1, 6)),
            _rule(_EXPIRY, (2, 15), (2, 9, 14)),
            _rule("composite", (2, 30), (1, 6, 30), (2, 1, 7), (2, 9, 15), (2, 19, 29)),
        ),
        continues=True,
    ),
    Format.TD2: Layout(
        slots=(
            *_upper_line(36),
            *_LOWER_LINE,
            _slot("optional_data", 2, 29, 35, Charset.ANY),
            _slot("composite_check", 2, 36, 36, Charset.DIGITS),
        ),
        digits=(*_LOWER_DIGITS, _rule("composite", (2, 36), (2, 1, 10), (2, 14, 20), (2, 22, 35))),
        continues=True,
    ),
    Format.TD3: Layout(
        slots=(
            *_upper_line(44),
            *_LOWER_LINE,
            _slot("optional_data", 2, 29, 42, Charset.ANY),
            _slot("optional_data_check", 2, 43, 43, Charset.DATE),
            _slot("composite_check", 2, 44, 44, Charset.DIGITS),
        ),
        digits=(
            *_LOWER_DIGITS,
            _rule("optional_data", (2, 43), (2, 29, 42)),
            _rule("composite", (2, 44), (2, 1, 10), (2, 14, 20), (2, 22, 43)),
        ),
    ),
    Format.MRV_A: Layout(
        slots=(*_upper_line(44), *_LOWER_LINE, _slot("optional_data", 2, 29, 44, Charset.ANY)),
        digits=_LOWER_DIGITS,
    ),
    Format.MRV_B: Layout(
        slots=(*_upper_line(36), *_LOWER_LINE, _slot("optional_data", 2, 29, 36, Charset.ANY)),
        digits=_LOWER_DIGITS,
    ),
    Format.FRA_ID: Layout(
        slots=(
            _slot(_CODE, 1, 1, 2, Charset.ANY),
            _slot(_STATE, 1, 3, 5, Charset.LETTERS),
            _slot("surname", 1, 6, 30, Charset.LETTERS),
            _slot("issuing_department", 1, 31, 33, Charset.ANY),
            _slot("issuing_office", 1, 34, 36, Charset.ANY),
            _slot(_NUMBER, 2, 1, 12, Charset.ANY),
            _slot("document_number_check", 2, 13, 13, Charset.DIGITS),
            _slot("given_names", 2, 14, 27, Charset.LETTERS),
            _slot(_BIRTH, 2, 28, 33, Charset.DATE),
            _slot("date_of_birth_check", 2, 34, 34, Charset.DATE),
            _slot("sex", 2, 35, 35, Charset.SEX),
            _slot("composite_check", 2, 36, 36, Charset.DIGITS),
        ),
        digits=(
            _rule(_NUMBER, (2, 13), (2, 1, 12)),
            _rule(_BIRTH, (2, 34), (2, 28, 33)),
            _rule("composite", (2, 36), (1, 1, 36), (2, 1, 35)),
        ),
    ),
}
