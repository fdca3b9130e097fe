"""Check digits of the MRZ (Doc 9303 Part 3, section 4.9) and what they cannot see."""

from collections.abc import Iterable

FILLER = "<"
DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALPHABET = DIGITS + LETTERS + FILLER
"""The 37 characters an MRZ may hold (Part 3, section 4.3)."""

WEIGHTS = (7, 3, 1)
_VALUES = {char: value for value, char in enumerate(DIGITS + LETTERS)} | {FILLER: 0}


def value(char: str) -> int | None:
    """What a character counts: digits as they are, A = 10 ... Z = 35, filler 0; None for any other character."""
    return _VALUES.get(char)


def weight(index: int) -> int:
    """The weight of the character at `index` (from 0) of the covered text."""
    return WEIGHTS[index % len(WEIGHTS)]


def check_digit(text: str) -> str | None:
    """The digit over `text`, or None where a character has no value."""
    total = 0
    for index, char in enumerate(text):
        counts = value(char)
        if counts is None:
            return None
        total += counts * weight(index)
    return str(total % 10)


def blind_spots(char: str, alphabet: Iterable[str] = ALPHABET) -> frozenset[str]:
    """The characters that may stand in the place of `char` without any check digit noticing.

    7, 3 and 1 have no factor in common with 10, so the place does not matter: a substitution escapes if and only if
    the two values are the same modulo 10 (0 A K U <, 1 B L V, 6 G Q, 8 I S ...).
    """
    counts = value(char)
    if counts is None:
        return frozenset()
    return frozenset(
        other
        for other in alphabet
        if other != char and (rival := value(other)) is not None and (rival - counts) % 10 == 0
    )
