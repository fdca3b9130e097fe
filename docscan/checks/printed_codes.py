"""What the page prints where the MRZ has a code: sex, nationality, issuing State."""

from __future__ import annotations

import re

import pycountry

from docscan.icao.codes import CodeKind, lookup
from docscan.states import load

_SEXES = {
    "M": "M", "MALE": "M", "MASCULINO": "M", "MASCULIN": "M", "LELAKI": "M", "L": "M", "E": "M", "H": "M",
    "F": "F", "FEMALE": "F", "FEMENINO": "F", "FEMININ": "F", "PEREMPUAN": "F", "P": "F", "K": "F", "V": "F", "W": "F",
    "X": "<", "U": "<", "D": "<",
}  # fmt: skip
"""What pages print for the sex, in the languages that have letters of their own, and what the MRZ prints for it."""


def sexes(printed: str) -> frozenset[str]:
    """What the MRZ may print (`M`, `F`, `<`) for a sex as the page prints it (`F`, `K/F`); empty for unknown words.

    A letter beside which M or F stands is that letter in another language.
    """
    said = [_SEXES[word] for word in re.findall(r"[A-Z]+", printed.upper()) if word in _SEXES]
    plain = {word for word in re.findall(r"[A-Z]+", printed.upper()) if word in ("M", "F")}
    return frozenset(plain or said)


def names_code(printed: str, code: str) -> bool:
    """Whether a text is the code, or the State's name or adjective (`LKA`, `Sri Lanka`, `SRI LANKAN`)."""
    state = load(code)
    ours = {code.rstrip("<"), lookup(code).name.upper()} | ({*state.codes, state.name.upper()} if state else set())
    return any(text in ours for text in _candidates(printed)) or bool(ours & countries(printed))


def countries(printed: str) -> frozenset[str]:
    """Codes of the countries that a text names or codes; empty for words that name none (`CITIZEN`)."""
    found = set()
    for text in _candidates(printed):
        if len(text) == 3 and lookup(text).kind not in (CodeKind.UNKNOWN, CodeKind.FANTASY):
            found.add(text)
        elif len(text) > 3 and (country := pycountry.countries.get(name=text)):
            found.add(country.alpha_3)
    return frozenset(found)


def _candidates(printed: str) -> tuple[str, ...]:
    """The text and its parts between strokes, each also without the ending of an adjective."""
    parts = [part.strip(" .") for part in (printed.upper(), *re.split(r"[/()]", printed.upper()))]
    endings = ("", "N", "AN")
    return tuple(dict.fromkeys(part.removesuffix(end) for part in parts if part for end in endings))
