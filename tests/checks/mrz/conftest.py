"""Examinations of an MRZ as a reader would hand them to the checks."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy as np
import pytest

from docscan.document import Document, Examination, Face, FieldReading, MrzReading, Quality, Reading, Symbol
from docscan.geometry import Box
from docscan.icao import Format

PITCH, HEIGHT = 10.0, 16.0
Examine = Callable[..., Examination]
Doubts = Mapping[tuple[int, int], tuple[float, tuple[tuple[str, float], ...]]]


def symbols_of(lines: Sequence[str], confidence: float, doubts: Doubts) -> tuple[tuple[Symbol, ...], ...]:
    def symbol(line: int, column: int, char: str) -> Symbol:
        sure, runners_up = doubts.get((line, column), (confidence, ()))
        box = Box(x=20 + column * PITCH, y=100 + line * 2 * HEIGHT, width=0.8 * PITCH, height=HEIGHT)
        return Symbol(char=char, confidence=sure, runners_up=runners_up, box=box)

    return tuple(tuple(symbol(i, j, char) for j, char in enumerate(line)) for i, line in enumerate(lines))


@pytest.fixture
def examine() -> Examine:
    """An examination of printed lines: `doubts` maps (line, column) to confidence and runners-up, `printed` names
    fields of the page."""

    def build(
        lines: Sequence[str] | None,
        *,
        format: Format | None = None,
        confidence: float = 0.9999,
        doubts: Doubts | None = None,
        detail: bool = True,
        printed: Mapping[str, str] | None = None,
        printed_confidence: float = 0.97,
        on: date = date(2026, 3, 1),
        known_states: frozenset[str] = frozenset(),
    ) -> Examination:
        face = Face(
            pixels=np.zeros((200, 500, 3), np.uint8),
            ppmm=4.0,
            to_page=np.eye(3),
            quality=Quality(ppi=300, sharpness=0.1, glare=0, exposure=0.5),
        )
        mrz = None
        if lines is not None:
            symbols = symbols_of(lines, confidence, doubts or {}) if detail else ()
            box = Box(x=20, y=100, width=440, height=50)
            mrz = MrzReading(engine="own", format=format, lines=tuple(lines), symbols=symbols, box=box)
        fields = tuple(
            FieldReading(
                name=name,
                text=text,
                confidence=printed_confidence,
                engine="tesseract",
                found_by="label",
                box=Box(x=5, y=5, width=50, height=10),
            )
            for name, text in (printed or {}).items()
        )
        return Examination(Document((face,)), Reading(mrz=mrz, fields=fields), None, on, known_states)

    return build
