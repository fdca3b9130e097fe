"""What the lines say.

A reader that knows names and dates reads them where they are not printed. So most lines are random strings, half of
those that look like documents are enciphered, and all get foreign characters at random places: only the pixels tell
which, not even whether digits or letters stand around.
"""

from __future__ import annotations

import string

import numpy as np

from docscan.reading.mrz.decode import SYMBOLS

LETTERS = string.ascii_uppercase
DIGITS = string.digits
STRANGERS = string.ascii_lowercase + ">/-.,:;+*&#()="
"""Printed in a slot of the line, yet no MRZ characters."""

LOOKALIKES = "0ODQ1I5S2Z8B6G4AUVMNWHKXY7TCL<"
TWINS = ("0O", "0O", "0ODQ", "1IL", "1I7TJ", "5S", "2Z", "8B", "6G", "VUY", "MNWH", "C0GO", "KXY", "4A", "<CL", "PRF")
"""Runs of these teach where the line between like shapes lies; each symbol of a run is as frequent as its twin."""

_ONSETS = (*"BCDFGHJKLMNPRSTVWZQXY", "CH", "SH", "TR", "KR", "ST", "BR", "GR")
_NUCLEI = (*"AEIOUY", "AA", "EE", "IE", "OU", "EI", "AU")
_CODAS = ("", *"NRSTLMKDH", "NG", "RT")


def _pick(rng: np.random.Generator, alphabet: str, n: int) -> str:
    return "".join(alphabet[i] for i in rng.integers(0, len(alphabet), n))


def name(rng: np.random.Generator) -> str:
    """A pronounceable word nobody bears on purpose."""
    syllables = rng.integers(1, 5)
    return "".join(str(rng.choice(part)) for _ in range(syllables) for part in (_ONSETS, _NUCLEI, _CODAS))


def _number(rng: np.random.Generator, n: int) -> str:
    letters = int(rng.integers(0, 3))
    return (_pick(rng, LETTERS, letters) + _pick(rng, DIGITS, n))[:n]


def date(rng: np.random.Generator) -> str:
    """YYMMDD."""
    return f"{rng.integers(0, 100):02d}{rng.integers(1, 13):02d}{rng.integers(1, 32):02d}"


def document_line(rng: np.random.Generator, length: int) -> str:
    """One line laid out as Doc 9303 parts 4 to 7 lay them out; check digits are just digits here."""
    state = _pick(rng, LETTERS, 3) if rng.random() < 0.9 else "D<<"
    check = _pick(rng, DIGITS, 1)
    names = "<".join(name(rng) for _ in range(rng.integers(1, 3)))
    given = "<".join(name(rng) for _ in range(rng.integers(1, 4)))
    sex = str(rng.choice(list("MF<")))
    optional = _number(rng, int(rng.integers(4, 13))) if rng.random() < 0.4 else ""
    kind = rng.integers(0, 3)
    if kind == 0:
        prefix = "" if length == 30 else str(rng.choice(list("PVIAC"))) + str(rng.choice(list("<<<MDO"))) + state
        line = f"{prefix}{names}<<{given}"
    elif length == 30:
        first = f"{rng.choice(list('IAC'))}{rng.choice(list('<<DRP'))}{state}{_number(rng, 9)}{check}{optional}"
        second = f"{date(rng)}{check}{sex}{date(rng)}{check}{state}{optional[:11]}"
        line = first if kind == 1 else f"{second:<<29}{check}"
    else:
        numbers = f"{_number(rng, 9)}{check}{state}{date(rng)}{check}{sex}{date(rng)}{check}"
        line = f"{numbers + optional:<<{length - 1}}{check}"
    return f"{line:<<{length}}"[:length]


def random_line(rng: np.random.Generator, length: int) -> str:
    """Runs from changing alphabets, single characters among fillers, long runs of one symbol."""
    few = "".join(rng.choice(list(LETTERS + DIGITS), 8, replace=False))
    alphabets = (SYMBOLS, SYMBOLS, SYMBOLS, LOOKALIKES, few, few, "<", SYMBOLS + "<" * 30, *rng.choice(TWINS, 3))
    line = ""
    while len(line) < length:
        run = int(rng.integers(2, 25))
        if rng.random() < 0.08:
            line += _pick(rng, SYMBOLS, 1) * int(rng.integers(2, 6))
        else:
            line += _pick(rng, alphabets[rng.integers(0, len(alphabets))], run)
    return line[:length]


def any_line(rng: np.random.Generator, length: int) -> str:
    """What training sees: a third document-like, in plain or in cipher, the rest random; foreign characters and gaps
    strewn in."""
    line = list(document_line(rng, length) if rng.random() < 0.35 else random_line(rng, length))
    if rng.random() < 0.5:
        cipher = dict(zip(LETTERS + DIGITS, rng.permutation(list(LETTERS + DIGITS)), strict=True))
        line = [str(cipher.get(char, char)) for char in line]
    for place in np.flatnonzero(rng.random(length) < 0.06):
        line[place] = _pick(rng, SYMBOLS, 1)
    if rng.random() < 0.06:
        for place in np.flatnonzero(rng.random(length) < 0.12):
            line[place] = _pick(rng, STRANGERS + "   ", 1)
    return "".join(line)
