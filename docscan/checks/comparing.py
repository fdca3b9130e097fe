"""Comparing what the page prints with what the MRZ prints, as pure functions over texts.

The page is read by a general OCR engine that is often wrong by a character and tells one confidence a field. So a
difference is *explained* where the two characters are known to be taken for one another, where the MRZ's own character
is in doubt, where an engine makes one or two characters of two or three, or where it read a part of the field; any
other difference is *clear*.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, product
from typing import Literal

from rapidfuzz.distance import Levenshtein

from docscan.checks.mrz_text import MrzText
from docscan.icao import transliterations

_PAIRS = (
    "0O 0D 0Q 0C 1I 1L 1J 1T 2Z 4A 5S 6G 7T 8B 8S 3B "  # a digit and a letter
    "06 08 17 27 38 56 68 89 "
    "OQ OD OC IL IJ IT CG EF UV VY HN MN RK PF NW"
)
LOOKALIKES = {
    char: "".join(sorted({*"".join(pair for pair in _PAIRS.split() if char in pair)} - {char}))
    for char in sorted({*_PAIRS} - {" "})
}
"""Characters of the MRZ and those that OCR engines take them for."""
_MARKS = {"$": "S", "§": "S", ")": "J", "]": "J", "!": "I", "|": "I", "@": "O", "€": "E", "£": "E"}
"""Marks that an OCR engine makes of letters."""
EXPLAINED = 0.25
"""What an explained difference counts, a clear one counting 1."""
_MOST_SHIFTS = 2
"""So many missing or spare characters, and what differs beside them, may be characters run together or cut apart."""
_MOST_SPELLINGS = 256


Kind = Literal["characters", "more", "fewer", "other", "unread", "issuer"]
"""What differs: characters; the page prints more or fewer words, what belongs to another field, or nothing legible; the
MRZ has the issuer where the page has the holder."""


@dataclass(frozen=True, slots=True)
class Difference:
    distance: float
    """0 (the same) to 1: share of characters that differ, explained ones counting less, weighted by the certainty of
    the MRZ's characters."""
    clear: int = 0
    """Characters whose difference nothing explains."""
    differs: tuple[int, ...] = ()
    """Their places, and those of explained differences, in the printed text."""
    kind: Kind = "characters"
    instead: tuple[tuple[int, str], ...] = ()
    """Each place in the printed text that differs and the character that the MRZ has, surely, in its place; () where
    the two do not differ character by character, or the MRZ is in doubt."""

    @property
    def same(self) -> bool:
        return self == SAME


SAME = Difference(0.0)


def text_difference(mrz: MrzText, printed: str) -> Difference:
    """`mrz` (without fillers) against a printed text, in the spelling of it that comes nearest."""
    return min((_letters_difference(mrz, spelt) for spelt in spellings(printed)), key=lambda d: (d.distance, d.clear))


def aligned_difference(mrz: MrzText, printed: str) -> Difference:
    """Two texts of one length, character by character; `differs` is left to the caller."""
    cost, clear, instead, sure = 0.0, 0, [], True
    for index, (char, other) in enumerate(zip(mrz.text, printed, strict=True)):
        if char != other:
            explained = _explained(mrz, index, other)
            clear += not explained
            cost += (EXPLAINED if explained else 1.0) * mrz.confidence_at(index)
            sure &= not mrz.may_be(index, other)
            instead.append((index, char))
    return Difference(cost / len(printed), clear, instead=tuple(instead) if sure else ())


def spellings(printed: str) -> Iterator[tuple[tuple[str, int], ...]]:
    """Every way to print a text in the MRZ (Doc 9303-3 section 6), as letters with their places in `printed`."""
    chars = sorted(set(printed))
    for choice in islice(product(*(_options(char) for char in chars)), _MOST_SPELLINGS):
        chosen = dict(zip(chars, choice, strict=True))
        yield tuple((letter, index) for index, char in enumerate(printed) for letter in chosen[char])


@cache
def _options(char: str) -> tuple[str, ...]:
    return (*sorted({text.replace("<", "") for text in transliterations(char)}), *_MARKS.get(char, ""))


def _letters_difference(mrz: MrzText, spelt: Sequence[tuple[str, int]]) -> Difference:
    letters = "".join(letter for letter, _ in spelt)
    if letters == mrz.text:
        return SAME
    if not mrz.text or not letters:
        return Difference(1.0, 0, tuple(index for _, index in spelt), "unread")
    edits = Levenshtein.editops(mrz.text, letters)
    shifts = [edit.src_pos for edit in edits if edit.tag != "replace"]
    partly_read = letters in mrz.text
    cost, clear, differs, instead = 0.0, 0, [], []
    one_by_one = not shifts
    for edit in edits:
        at = min(edit.src_pos, len(mrz.text) - 1)
        if edit.tag != "replace":
            explained = partly_read or len(shifts) <= _MOST_SHIFTS
        else:
            run_together = any(abs(edit.src_pos - shift) <= 1 for shift in shifts)
            explained = run_together or _explained(mrz, at, letters[edit.dest_pos])
            one_by_one &= not mrz.may_be(at, letters[edit.dest_pos])
            instead.append((spelt[edit.dest_pos][1], mrz.text[at]))
        clear += not explained
        cost += (EXPLAINED if explained else 1.0) * mrz.confidence_at(at)
        if edit.tag != "delete":
            differs.append(spelt[edit.dest_pos][1])
    return Difference(
        distance=cost / max(len(mrz.text), len(letters)),
        clear=clear,
        differs=tuple(sorted(set(differs))),
        instead=tuple(instead) if one_by_one else (),
    )


def _explained(mrz: MrzText, index: int, char: str) -> bool:
    return char in LOOKALIKES.get(mrz.text[index], "") or mrz.may_be(index, char)
