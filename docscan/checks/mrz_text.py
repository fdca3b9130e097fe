"""A text of the MRZ, the places it stands at, and the other readings of its pixels that are likely enough to matter."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from docscan.checks.mrz_evidence import HARD_TO_READ, MARGIN, log_likelihoods, symbol_at
from docscan.document import Examination, FieldReading, MrzReading
from docscan.geometry import Box, Region
from docscan.icao import Mrz
from docscan.icao.layouts import Place

_UNTOLD = 0.8
"""Taken for the certainty of a character where the engine does not tell one: not enough to be sure."""
_MOST_READINGS = 5000


@dataclass(frozen=True, slots=True)
class MrzText:
    """Characters as printed; `places` are aligned with `text`."""

    text: str
    places: tuple[Place, ...]
    reading: MrzReading

    @property
    def confidence(self) -> float:
        """That of the least certain character; 1 for no characters."""
        return min((self.confidence_at(index) for index in range(len(self.text))), default=1.0)

    @property
    def sure(self) -> bool:
        return self.confidence >= HARD_TO_READ

    @property
    def box(self) -> Box | None:
        symbols = [symbol_at(self.reading, place) for place in self.places]
        corners = [corner for symbol in symbols if symbol and symbol.box for corner in symbol.box.corners()]
        return Box.around(corners) if corners else None

    def confidence_at(self, index: int) -> float:
        symbol = symbol_at(self.reading, self.places[index])
        return symbol.confidence if symbol else _UNTOLD

    def may_be(self, index: int, char: str) -> bool:
        """Whether the character at `index` is hard to read or may as well be `char`."""
        symbol = symbol_at(self.reading, self.places[index])
        if symbol is None or symbol.confidence < HARD_TO_READ:
            return True
        table = log_likelihoods(symbol)
        return any(other == char and table[symbol.char] - table[char] < MARGIN for other, _ in symbol.runners_up)

    def likely_readings(self) -> Iterator[tuple[float, str]]:
        """Readings of the same pixels, what was read first: nats by which what was read is likelier, and the text.

        Only readings within MARGIN; none but the first where the engine gives no detail.
        """
        options = [self._options(index) for index in range(len(self.text))]
        return islice(_cheapest_first(options), _MOST_READINGS)

    def _options(self, index: int) -> list[tuple[float, str]]:
        symbol = symbol_at(self.reading, self.places[index])
        if symbol is None:
            return [(0.0, self.text[index])]
        table = log_likelihoods(symbol)
        others = sorted(
            (max(0.0, table[symbol.char] - log_p), char) for char, log_p in table.items() if char != symbol.char
        )
        return [(0.0, symbol.char), *((nats, char) for nats, char in others if nats < MARGIN)]

    def only(self, *, fillers: bool) -> MrzText:
        """Without padding (`fillers` kept within the text), or without any filler."""
        bare = self.text.rstrip("<")
        kept = [index for index, char in enumerate(bare) if fillers or char != "<"]
        return MrzText("".join(bare[i] for i in kept), tuple(self.places[i] for i in kept), self.reading)

    def __add__(self, other: MrzText) -> MrzText:
        return MrzText(self.text + other.text, self.places + other.places, self.reading)


def _cheapest_first(options: list[list[tuple[float, str]]]) -> Iterator[tuple[float, str]]:
    """Choices of one option a place by growing sum, as long as it is below MARGIN; each choice once.

    Options are sorted. From a choice only its last changed place and those after it are moved on.
    """
    queue: list[tuple[float, int, tuple[int, ...]]] = [(0.0, 0, (0,) * len(options))]
    while queue:
        nats, last, choice = heapq.heappop(queue)
        yield nats, "".join(options[place][index][1] for place, index in enumerate(choice))
        for place in range(last, len(options)):
            index = choice[place] + 1
            if index < len(options[place]):
                total = nats + options[place][index][0] - options[place][index - 1][0]
                if total < MARGIN:
                    heapq.heappush(queue, (total, place, (*choice[:place], index, *choice[place + 1 :])))


def field_text(mrz: Mrz, reading: MrzReading, name: str) -> MrzText:
    """A field with its padding; empty where the format or these lines do not have it."""
    field = mrz.field(name)
    return MrzText(field.text, field.places, reading) if field else MrzText("", (), reading)


def document_number(mrz: Mrz, reading: MrzReading) -> MrzText:
    """The number without padding, with its continuation where it is longer than its field."""
    parts = (field_text(mrz, reading, name) for name in ("document_number", "document_number_rest"))
    first, rest = (part.only(fillers=True) for part in parts)
    return first + rest


def printed_region(exam: Examination, field: FieldReading, label: str) -> tuple[Region, ...]:
    """Where a field of the printed page stands, if that is known."""
    if field.box is None or field.face >= len(exam.document.faces):
        return ()
    return (exam.document.faces[field.face].region(field.box, label, field.face),)
