"""The words and signs in which a report is shown, the same on every surface.

Each outcome has a word, a sign and a colour; none is told by colour alone. The colours are dark shades of Okabe and
Ito's, which stay apart in all common forms of colour blindness; the two that meet on a picture are red and blue.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from itertools import groupby
from typing import NamedTuple

from docscan.document import Decision, Outcome, Symbol
from docscan.report import Report

DOUBTFUL = 0.95
"""Confidence below which a character is shown as doubtful."""
_LONGEST = 400
"""Characters of one text from a document that are shown."""


class Sign(NamedTuple):
    """How one answer is shown."""

    symbol: str
    word: str
    colour: str
    meaning: str


DECISIONS = {
    Decision.CLEAR: Sign("✓", "Clear", "#007a5a", "Nothing was found against this document in what could be checked."),
    Decision.REFER: Sign("▲", "Refer", "#8a5a00", "Something needs a closer look by a person."),
    Decision.SUSPECT: Sign("■", "Suspect", "#c0440e", "Several things or one grave thing speak against this document."),
    Decision.UNREADABLE: Sign("?", "Unreadable", "#4a6a8a", "The picture does not allow an answer. Take it again."),
}
OUTCOMES = {
    Outcome.PASS: Sign("✓", "pass", "#007a5a", "as it should be"),
    Outcome.FAIL: Sign("✕", "fail", "#c0440e", "certainly not as it should be"),
    Outcome.UNSURE: Sign("?", "unsure", "#0b5cad", "the picture does not allow to say"),
    Outcome.NOT_DONE: Sign("–", "not done", "#5f6770", "could not be asked"),
}
AGREEMENT = {
    Outcome.PASS: "agree",
    Outcome.FAIL: "contradict",
    Outcome.UNSURE: "not certain",
    Outcome.NOT_DONE: "not compared",
}
"""An outcome in the table of MRZ against printed page."""
FACES = {"page": "Data page", "front": "Front", "back": "Back"}

_LIKELIHOODS = ((0.05, "very low"), (0.25, "low"), (0.60, "moderate"), (0.90, "high"), (1.01, "very high"))
UNDER, OVER = "under {0}", "over {0}"
WIDTH, PLACE = "{0} mm wide", "line {0}, character {1}"
OPERATING_POINTS = {
    "checkpoint": "few genuine documents flagged",
    "seizure": "few forgeries missed",
}


class Piece(NamedTuple):
    """Part of a text, and whether it is marked."""

    text: str
    marked: bool


def likelihood(probability: float) -> str:
    """A probability in words, then as a share of a hundred: "high (83 %)". Never "0 %" or "100 %"."""
    words = next(word for limit, word in _LIKELIHOODS if probability < limit)
    if probability < 0.01:
        share = UNDER.format("1 %")
    elif probability > 0.99:
        share = OVER.format("99 %")
    else:
        share = f"{100 * probability:.0f} %"
    return f"{words} ({share})"


def operating_point(name: str, say: Callable[[str], str] = str) -> str:
    meaning = OPERATING_POINTS.get(name)
    return f"{name} ({say(meaning)})" if meaning else name


def field_name(name: str, say: Callable[[str], str] = str) -> str:
    """ "date_of_birth" as "Date of birth", as `say` says it; "field_7", whose name nothing told, as "Field 7"."""
    number = re.fullmatch(r"field_(\d+)", name)
    return f"{say('Field')} {number[1]}" if number else printable(say(name.replace("_", " ").capitalize()))


def face_name(report: Report, index: int) -> str:
    """ "Data page", "Front" ...; "" where nothing tells and there is but one."""
    side = report.faces[index].side if index < len(report.faces) else None
    return FACES[side] if side else "" if len(report.faces) == 1 else f"Face {index + 1}"


def not_done(report: Report) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Why something was not checked, each reason once with the checks that it stopped."""
    checks: dict[str, list[str]] = {}
    for missing in report.not_done:
        checks.setdefault(printable(missing.message), []).append(missing.check)
    return tuple((message, tuple(dict.fromkeys(names))) for message, names in checks.items())


def headline(report: Report) -> str:
    """Where the document lies: "scan.pdf, page 2, document 1"."""
    source = report.source
    return f"{printable(source.path)}, page {source.page}, document {source.document}"


def printable(text: str) -> str:
    """`text` with everything that is not to be seen, or that would move what follows, spelled out as its code point.

    A document's text is hostile: it may hold terminal commands or marks that turn the order of writing around.
    """
    shown = "".join(c if unicodedata.category(c)[0] != "C" and c not in "\u2028\u2029" else _code(c) for c in text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def pieces(text: str, marked: Collection[int]) -> tuple[Piece, ...]:
    """`text` cut where marking begins and ends; `marked` are places in it."""
    runs = groupby(enumerate(text[:_LONGEST]), key=lambda item: item[0] in marked)
    return tuple(Piece(printable("".join(char for _, char in run)), is_marked) for is_marked, run in runs)


def doubtful(line: Sequence[Symbol]) -> frozenset[int]:
    """The places of a line's characters that are in doubt."""
    return frozenset(i for i, symbol in enumerate(line) if symbol.confidence < DOUBTFUL)


def doubts(symbols: Sequence[Sequence[Symbol]]) -> tuple[str, ...]:
    """What else each doubtful character may be: "line 2, character 14: O (62 %), 0 (31 %)"."""
    return tuple(
        f"{PLACE.format(row + 1, column + 1)}: "
        + ", ".join(f"{printable(c)} ({p:.0%})" for c, p in ((s.char, s.confidence), *s.runners_up[:2]) if p >= 0.01)
        for row, line in enumerate(symbols)
        for column, s in enumerate(line)
        if s.confidence < DOUBTFUL
    )


def _code(char: str) -> str:
    return f"‹U+{ord(char):04X}›"
