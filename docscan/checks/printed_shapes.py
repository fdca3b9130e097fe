"""What the shapes of a printed field's characters say for and against what an engine read there."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from rapidfuzz.distance import Levenshtein

from docscan.checks.mrz_evidence import char_odds
from docscan.document import FieldReading, Symbol
from docscan.icao.check_digits import DIGITS, LETTERS

SURE_OF_SHAPE = 7.0
"""Nats by which one character must be likelier than another by its shape to be believed; models/shapes.json has the
share of characters of which another one is so much likelier than what is printed."""
SURE_AGAINST_BOTH = 11.0
"""The same where engine and MRZ agree on a character."""
SPARE = 1
"""Characters that engine and shapes may differ by where both saw the whole field."""
LIKELIER = 2.0
"""The same where the shape is that of the MRZ's character and the engine alone read another."""


def shapes(printed: FieldReading) -> Mapping[int, Symbol]:
    """By place in the text, the character that stands there by its shape; of places where engine and shapes do not
    come apart into the same characters nothing is known."""
    places = [(index, plain) for index, char in enumerate(printed.text) if (plain := _plain(char))]
    read, seen = "".join(plain for _, plain in places), "".join(symbol.char for symbol in printed.symbols)
    known = {}
    for block in Levenshtein.opcodes(read, seen):
        if block.tag in ("equal", "replace") and block.src_end - block.src_start == block.dest_end - block.dest_start:
            for source, seen_at in zip(
                range(block.src_start, block.src_end), range(block.dest_start, block.dest_end), strict=True
            ):
                known[places[source][0]] = printed.symbols[seen_at]
    return known


def respelt(printed: FieldReading, mrz: Mapping[int, str], agreed: bool) -> FieldReading:
    """The field with each character replaced that is another one by its shape. `mrz` names the MRZ's characters where
    the text differs from it; `agreed` says that it differs nowhere."""

    def margin(place: int, symbol: Symbol) -> float:
        if symbol.char == mrz.get(place):
            return LIKELIER
        return SURE_AGAINST_BOTH if agreed else SURE_OF_SHAPE

    return _spelt(
        printed,
        {
            place: symbol.char
            for place, symbol in shapes(printed).items()
            if char_odds(symbol, symbol.char, _plain(printed.text[place])) >= margin(place, symbol)
        },
    )


def by_shape(printed: FieldReading) -> FieldReading:
    """The field as its shapes alone spell it, for a text that cannot be understood."""
    return _spelt(printed, {place: symbol.char for place, symbol in shapes(printed).items()})


def _spelt(printed: FieldReading, chars: Mapping[int, str]) -> FieldReading:
    text = "".join(chars.get(i, c) if chars.get(i) != _plain(c) else c for i, c in enumerate(printed.text))
    return printed if text == printed.text else printed.model_copy(update={"text": text})


def shape_odds(printed: FieldReading, instead: Sequence[tuple[int, str]]) -> float | None:
    """Nats by which the characters of the text are likelier than those that `instead` names for their places; None
    where the shape of one of them is not known, `instead` is empty, or the engine read but a part of what stands there:
    a name in two scripts may lose one of them."""
    known = shapes(printed)
    read = sum(bool(_plain(char)) for char in printed.text)
    if not instead or abs(len(printed.symbols) - read) > SPARE or any(place not in known for place, _ in instead):
        return None
    return sum(char_odds(known[place], _plain(printed.text[place]), char) for place, char in instead)


def _plain(char: str) -> str:
    """As a capital without its accent; "" for what is no letter or digit of the MRZ."""
    plain = unicodedata.normalize("NFKD", char)[0].upper()
    return plain if plain in LETTERS or plain in DIGITS else ""
