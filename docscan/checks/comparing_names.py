"""Comparing the names that the page prints with the components of the MRZ's name field (Doc 9303-3 section 4.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docscan.checks.comparing import EXPLAINED, SAME, Difference, spellings, text_difference
from docscan.checks.mrz_text import MrzText
from docscan.icao import transliterations

Word = tuple[int, str]
"""A printed word and its place in the printed text."""

_WORD = r"[^\s,<\u2010-\u2015-]+"
_BIRTH_NAME = frozenset({"GEB", "GEBORENE", "GEBORENER", "GEBOREN", "NEE", "BORN", "EPOUSE", "EPSE", "VEUVE"})
"""Words after which the page prints a name that the MRZ leaves out."""
_SECOND = re.compile("(?<=A)[AE]|(?<=[OU])E")
"""What the MRZ adds to the base letters of Ä, Æ, Å, Ö, Ø and Ü; an OCR engine may read nothing but those."""


def name_difference(own: Sequence[MrzText], others: Sequence[MrzText], printed: str, *, cut: bool) -> Difference:
    """Components of an identifier against its printed words, in any order.

    Words of `others`, the other identifier, may stand among them. `cut`: the MRZ's name field is full, so that
    components may have lost letters or be missing. A difference is clear only where other words stand in the place of
    the MRZ's: a missing or spare word may be the engine's. A page that prints the name in the State's own script, too,
    parts the two by an oblique, and one of them agrees.
    """
    scripts = printed.split("/") if "/" in printed else []
    if any(name_difference(own, others, script, cut=cut).same for script in scripts):
        return SAME
    words = _without_birth_name([(found.start(), found[0]) for found in re.finditer(_WORD, printed)])
    missing, spare = _unmatched(own, words, cut)
    _, alien = _unmatched(others, spare, cut)
    if missing and _same_word(_joined(missing).text, "".join(word for _, word in spare), cut=False):
        return SAME
    size = max(sum(len(part.text) for part in own), 1)
    marked = tuple(index for start, word in alien for index in range(start, start + len(word)))
    if not missing:
        return SAME if cut or not alien else Difference(EXPLAINED * min(1.0, len(marked) / size), 0, marked, "more")
    absent = _joined(missing)
    share = len(absent.text) / size
    if not alien:
        elsewhere = bool(spare) and len(missing) == len(own)
        return Difference(EXPLAINED * share, 0, (), "other" if elsewhere else "fewer")
    first, last = alien[0][0], alien[-1][0] + len(alien[-1][1])
    found = text_difference(absent, printed[first:last])
    return Difference(
        distance=found.distance * share,
        clear=found.clear,
        differs=tuple(first + index for index in found.differs),
        instead=tuple((first + index, char) for index, char in found.instead),
    )


def components(mrz: MrzText) -> tuple[MrzText, ...]:
    """The parts of a name field between fillers."""
    return tuple(
        MrzText(found[0], mrz.places[found.start() : found.end()], mrz.reading)
        for found in re.finditer(r"[^<]+", mrz.text)
    )


def _joined(parts: Sequence[MrzText]) -> MrzText:
    whole = parts[0]
    for part in parts[1:]:
        whole += part
    return whole


def _without_birth_name(words: list[Word]) -> list[Word]:
    for index, (_, word) in enumerate(words):
        if index and _BIRTH_NAME.intersection(transliterations(word.strip("."))):
            return words[:index]
    return words


def _unmatched(parts: Sequence[MrzText], words: Sequence[Word], cut: bool) -> tuple[list[MrzText], list[Word]]:
    """Components without their word and words without their component."""
    spare = list(words)
    missing = []
    for part in parts:
        match = next((entry for entry in spare if _same_word(part.text, entry[1], cut)), None)
        if match is None:
            missing.append(part)
        else:
            spare.remove(match)
    return missing, [(start, word) for start, word in spare if any(_letters(word))]


def _letters(printed: str) -> Iterator[str]:
    """Every way in which the MRZ may print a text, without fillers."""
    return ("".join(letter for letter, _ in spelt) for spelt in spellings(printed))


def _same_word(part: str, word: str, cut: bool) -> bool:
    spelt = re.compile(_SECOND.sub(lambda second: f"{second[0]}?", re.escape(part)))
    return any((spelt.match if cut else spelt.fullmatch)(letters) for letters in _letters(word))
