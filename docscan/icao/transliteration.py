"""From what the page prints to what the MRZ may print (Doc 9303 Part 3, sections 4.6 and 6, and appendix B).

A letter may have several transliterations and the issuing State chooses, so the answer is a set. A State keeps to its
choice: within one text each letter goes one way, which bounds the set (48 for Latin letters) however long the text.
"""

import itertools
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from anyascii import anyascii

from docscan.icao.check_digits import DIGITS, FILLER, LETTERS

_TEH_MARBUTA = "\u0629"
_SHADDA = "\u0651"

Options = Mapping[str, tuple[str, ...]]


class _Tables(NamedTuple):
    letters: Options
    languages: Mapping[str, Options]
    first_letters: Mapping[str, Options]


@cache
def _tables() -> _Tables:
    def options(table: Mapping[str, list[str]]) -> Options:
        return {char: tuple(values) for char, values in table.items()}

    raw = tomllib.loads(files("docscan.icao").joinpath("data/transliteration.toml").read_text(encoding="utf-8"))
    return _Tables(
        options({**raw["latin"], **raw["cyrillic"], **raw["arabic"]}),
        {"": {}} | {language: options(table) for language, table in raw["languages"].items()},
        {language: options(table) for language, table in raw["first_letter"].items()},
    )


def transliterate(text: str) -> str:
    """`text` as docscan would print it: each letter's first transliteration, components separated by one filler."""
    return next(_readings(text))


def transliterations(text: str) -> frozenset[str]:
    """Every way in which the MRZ may print `text`, components separated by one filler; never empty.

    Letters outside the standard's tables lose their diacritics or go the way of anyascii; apostrophes and other
    punctuation vanish, spaces, hyphens and commas become fillers.
    """
    return frozenset(_readings(text))


def _readings(text: str) -> Iterator[str]:
    components = _components(text)
    chars = sorted(set("".join(components)))
    tables = _tables()
    special = frozenset().union(*tables.languages.values(), *tables.first_letters.values())
    languages = tables.languages if special.intersection(chars) else {"": {}}
    for language, exceptions in languages.items():
        options = {char: exceptions.get(char) or _options(char) for char in chars}
        options[_SHADDA] = ("double", "single") if _SHADDA in chars else ("double",)
        first = tables.first_letters.get(language, {})
        for choice in itertools.product(*options.values()):
            chosen = dict(zip(options, choice, strict=True))
            printed = (_component(component, chosen, first) for component in components)
            yield FILLER.join(filter(None, printed))


def _components(text: str) -> list[str]:
    spaced = "".join(
        " " if char in (",", FILLER) or unicodedata.category(char) == "Pd" else char
        for char in unicodedata.normalize("NFC", text).upper()
    )
    return spaced.split()


def _component(component: str, chosen: Mapping[str, str], first: Options) -> str:
    printed: list[str] = []
    for index, char in enumerate(component):
        if char == _SHADDA:
            if chosen[_SHADDA] == "double" and printed:
                printed.append(printed[-1])
        elif index == 0 and char in first:
            printed.append(first[char][0])
        elif char == _TEH_MARBUTA and index < len(component) - 1:
            printed.append("XTA")
        else:
            printed.append(chosen[char])
    return "".join(printed)


def _options(char: str) -> tuple[str, ...]:
    if char in LETTERS or char in DIGITS:
        return (char,)
    listed = _tables().letters.get(char)
    if listed is not None:
        return listed
    if unicodedata.category(char)[0] in "PSCZ":
        return ("",)
    bare = unicodedata.normalize("NFKD", char)
    plain = "".join(base for base in bare if base in LETTERS or base in DIGITS)
    return (plain or "".join(c for c in anyascii(char).upper() if c in LETTERS),)
