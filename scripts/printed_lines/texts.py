"""What printed fields say: dates, numbers and names in many forms, and random texts in which nothing but the pixels
tells one character from its like."""

from __future__ import annotations

import string
import unicodedata

import numpy as np
from mrz_lines.texts import TWINS, name

from docscan.reading.mrz.decode import SYMBOLS

MARKS = ".,-/:'()&"
ACCENTED = "ÁÀÂÃÄÅÇÉÈÊËÍÎÏÑÓÔÕÖÚÙÛÜÝŠŽČáàâãäåçéèêëíîïñóôõöúùûüýšžč"
CHARACTERS = string.ascii_letters + string.digits + MARKS + ACCENTED
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
LIKE = (
    *(twins.replace("<", "") for twins in TWINS),
    *("Il1i", "Oo0", "S5s", "Zz2", "B8", "38", "68", "56", "89", "17", "06", "rnm", "cld", "vvw", "gq9"),
)
"""Characters that are taken for one another, in type and by engines."""


def label(char: str) -> int:
    """Place in SYMBOLS, of small letters and accented ones that of the capital they come from; -1 for others."""
    return SYMBOLS.find(plain(char).upper())


def plain(char: str) -> str:
    """Without its accent."""
    return unicodedata.normalize("NFKD", char)[0]


def any_text(rng: np.random.Generator) -> str:
    kind = rng.random()
    if kind < 0.25:
        text = _date(rng)
    elif kind < 0.4:
        text = _number(rng)
    elif kind < 0.6:
        text = _case(" ".join(name(rng) for _ in range(rng.integers(1, 4))), rng)
    elif kind < 0.8:
        few = str(rng.choice(LIKE))
        text = _pick(rng, few + str(rng.choice(LIKE)), int(rng.integers(4, 24)))
    else:
        text = _pick(rng, CHARACTERS[:62] + string.digits + "  ", int(rng.integers(3, 24)))
    if rng.random() < 0.1:
        places = rng.random(len(text)) < 0.3
        text = "".join(_pick(rng, ACCENTED, 1) if hit else char for char, hit in zip(text, places, strict=True))
    for place in np.flatnonzero(rng.random(len(text)) < 0.04):
        text = text[:place] + _pick(rng, CHARACTERS, 1) + text[place + 1 :]
    return text.strip() or "0"


def _pick(rng: np.random.Generator, alphabet: str, count: int) -> str:
    return "".join(alphabet[i] for i in rng.integers(0, len(alphabet), count))


def _case(text: str, rng: np.random.Generator) -> str:
    return (text, text, text.title(), text.lower())[int(rng.integers(0, 4))]


def _date(rng: np.random.Generator) -> str:
    """Any digits, so that no day or month is likelier than another."""
    day, month, year = _pick(rng, string.digits, 2), _pick(rng, string.digits, 2), _pick(rng, string.digits, 4)
    word = _case(str(rng.choice(MONTHS)), rng)
    if rng.random() < 0.3:
        word = f"{word}/{_case(name(rng)[:4], rng)}"
    short = year[2:] if rng.random() < 0.3 else year
    mark = str(rng.choice(list(".-/ ")))
    forms = (mark.join((day, month, short)), mark.join((year, month, day)), f"{day} {word} {short}")
    return forms[int(rng.integers(0, len(forms)))]


def _number(rng: np.random.Generator) -> str:
    parts = []
    for _ in range(int(rng.integers(1, 4))):
        letters = rng.random() < 0.4
        parts.append(_pick(rng, string.ascii_uppercase if letters else string.digits, int(rng.integers(1, 8))))
    return str(rng.choice(["", "", " ", "-", "/"])).join(parts)
