"""Documents for the checks, made of what was read: no pictures. Lets the tests of this room import `pages`."""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from docscan.document import Document, Examination, Face, FieldReading, MrzReading, Quality, Reading, Symbol
from docscan.geometry import Box
from docscan.icao import detect_format

MakeExam = Callable[..., Examination]


def _symbol(char: str, line: int, column: int, confidence: float, rivals: Sequence[tuple[str, float]]) -> Symbol:
    box = Box(x=20 * column, y=1000 + 60 * line, width=18, height=30)
    return Symbol(char=char, confidence=confidence, runners_up=tuple(rivals), box=box)


def _field(name: str, value: str | tuple[str, float] | FieldReading, row: int) -> FieldReading:
    if isinstance(value, FieldReading):
        return value
    text, confidence = (value, 0.95) if isinstance(value, str) else value
    box = Box(x=400, y=100 + 40 * row, width=200, height=30)
    return FieldReading(name=name, text=text, confidence=confidence, engine="test", found_by="label", box=box)


@pytest.fixture
def make_exam() -> MakeExam:
    """`make_exam(lines, doubts, fields..., detail=True)`: an examination of one face.

    `doubts` maps (line, column) to (confidence, runners-up); a field is its text, (text, confidence) or a FieldReading.
    """

    def make(
        lines: Sequence[str] = (),
        doubts: Mapping[tuple[int, int], tuple[float, Sequence[tuple[str, float]]]] | None = None,
        *,
        detail: bool = True,
        on: date = date(2024, 6, 1),
        ppmm: float = 12.0,
        sharpness: float = 0.1,
        **fields: str | tuple[str, float] | FieldReading,
    ) -> Examination:
        symbols = tuple(
            tuple(_symbol(c, i, j, *((doubts or {}).get((i, j), (0.9999, ())))) for j, c in enumerate(line))
            for i, line in enumerate(lines)
        )
        mrz = MrzReading(
            engine="test", format=detect_format(lines), lines=tuple(lines), symbols=symbols if detail else ()
        )
        read = tuple(_field(name, value, row) for row, (name, value) in enumerate(fields.items()))
        quality = Quality(sharpness=sharpness, glare=0.0, exposure=0.6)
        face = Face(pixels=np.zeros((1100, 1500, 3), np.uint8), ppmm=ppmm, to_page=np.eye(3), quality=quality)
        return Examination(
            document=Document(faces=(face,)),
            reading=Reading(mrz=mrz if lines else None, fields=read),
            match=None,
            on=on,
        )

    return make
