"""The lines of an MRZ as they lie on a face: where each character should stand, and what the lines tell together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from docscan.checks.mrz_glyphs import COLUMNS, SYMBOLS, Cells
from docscan.document import Examination, Face, MrzReading, Symbol
from docscan.geometry import Box
from docscan.icao.formats import Format
from docscan.templates import mrz_setting
from docscan.templates.normal import deviate

Floats = npt.NDArray[np.float64]
_DEGREE = 3
"""Of the curve of a line: open booklets and what perspective is left bend it."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One line on the face: its symbols, and the smooth curve of their centres over the number, x and y."""

    symbols: tuple[Symbol, ...]
    boxes: tuple[Box, ...]
    x: Floats
    y: Floats

    def at(self, n: npt.ArrayLike) -> Floats:
        """(k, 2) centres, beyond both ends too."""
        return np.column_stack([np.polyval(self.x, np.asarray(n, float)), np.polyval(self.y, np.asarray(n, float))])

    def along(self, n: npt.ArrayLike) -> Floats:
        """(k, 2) steps from a character to the next."""
        return np.column_stack([np.polyval(np.polyder(c), np.asarray(n, float)) for c in (self.x, self.y)])

    @property
    def middle(self) -> float:
        return (len(self.symbols) - 1) / 2

    @property
    def pitch(self) -> float:
        """Pixels, on the average."""
        ends = self.at([0, len(self.symbols) - 1])
        return float(np.hypot(*(ends[1] - ends[0]))) / max(1, len(self.symbols) - 1)

    @property
    def slope(self) -> float:
        """Radians against the face's rows, clockwise."""
        ends = self.at([0, len(self.symbols) - 1])
        return float(np.arctan2(*(ends[1] - ends[0])[::-1]))


def rows_of(reading: MrzReading) -> tuple[Row, ...]:
    """The lines whose characters all have boxes."""
    rows = []
    for line in reading.symbols:
        boxes = tuple(symbol.box for symbol in line if symbol.box is not None)
        if len(boxes) < max(2 * _DEGREE, len(line)):
            continue
        centres = np.array([(box.x + box.width / 2, box.y + box.height / 2) for box in boxes])
        n = np.arange(len(boxes), dtype=float)
        rows.append(Row(line, boxes, _smooth(n, centres[:, 0]), _smooth(n, centres[:, 1])))
    return tuple(rows)


def _smooth(n: Floats, places: Floats) -> Floats:
    """Coefficients of a curve that single displaced characters do not draw aside."""
    weight = np.ones_like(places)
    for _ in range(4):
        curve = np.polyfit(n, places, _DEGREE, w=weight)
        off = np.abs(places - np.polyval(curve, n))
        weight = 1 / np.maximum(1.0, off / max(2.0 * float(np.median(off)), 1e-3))
    return np.asarray(curve)


def cells_of(rows: Sequence[Row]) -> Cells:
    """Of all characters of all lines, in order."""
    numbers = [np.arange(len(row.symbols)) for row in rows]
    return Cells(
        centres=np.vstack([row.at(n) for row, n in zip(rows, numbers, strict=True)]),
        steps=np.vstack([row.along(n) for row, n in zip(rows, numbers, strict=True)]) / COLUMNS,
        capital=COLUMNS * float(np.median([box.height / row.pitch for row in rows for box in row.boxes])),
        symbols=np.array([SYMBOLS.index(symbol.char) for row in rows for symbol in row.symbols]),
    )


def true_ppmm(face: Face, rows: Sequence[Row]) -> float:
    """Pixels a millimetre that the page had there, where the face was resampled finer than it came."""
    at = rows[0].at([rows[0].middle])[0]
    around = at + np.array([[0, 0], [1, 0], [0, 1]])
    ones = np.column_stack([around, np.ones(3)]) @ face.to_page.T
    on_page = ones[:, :2] / ones[:, 2:]
    grown = np.sqrt(abs(float(np.linalg.det(on_page[1:] - on_page[0]))))
    return float(face.ppmm * min(1.0, grown))


def between(rows: Sequence[Row]) -> dict[str, float]:
    """What genuine lines have in common: deviates of pitch, beginning, direction and distance. Measures are named as in
    docs/checks.md."""
    pitches = np.array([row.pitch for row in rows])
    usual = float(np.median(pitches))
    turn = float(np.median([row.slope for row in rows]))
    right, down = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    starts = np.array([row.at([0])[0] @ right for row in rows]) / usual
    middles = np.array([row.at([row.middle])[0] @ down for row in rows]) / usual
    order = np.arange(len(rows))
    # Perspective that is left moves each line's beginning on by the same step; two lines cannot tell it from a shift.
    steady = np.polyval(np.polyfit(order, starts, 1), order) if len(rows) > 2 else starts.mean()
    steps = np.abs(np.diff(middles))
    return {
        "line_pitch": float(np.ptp(pitches) / usual / _PITCH_SPREAD),
        "line_start": float(np.abs(starts - steady).max() / _START_SPREAD),
        "line_slope": float(np.ptp([row.slope for row in rows]) / _SLOPE_SPREAD),
        "line_distance": float(np.ptp(steps) / _DISTANCE_SPREAD) if len(steps) > 1 else 0.0,
    }


_PITCH_SPREAD, _START_SPREAD, _SLOPE_SPREAD, _DISTANCE_SPREAD = 0.004, 0.04, 0.0035, 0.04
"""Between the lines of genuine print as captures leave it: share, pitches, radians, pitches."""

PITCH_MM = 2.54
FIRST_MM = {Format.TD1: 5.0, Format.TD3: 6.0, Format.MRV_A: 6.0, Format.TD2: 4.0, Format.MRV_B: 4.0, Format.FRA_ID: 4.0}
"""Left edge of the first character from the left edge of the document."""
TOLERANCE_MM, ZONE_MM, SKEW = 1.0, 24.2, np.radians(3)
"""Of that edge; greatest height of the zone over the lower edge; greatest skew (Doc 9303 parts 3 to 7)."""
_STANDARD_PITCH_SPREAD, _MM_SPREAD, _SKEW_SPREAD = 0.012, 0.35, np.radians(0.5)


def against_standard(face: Face, rows: Sequence[Row], form: Format | None) -> dict[str, float]:
    """Deviates of pitch, margin, skew and height in the zone, in true millimetres; {} where the document's edges were
    not seen."""
    if not face.edges_seen or form is None:
        return {}
    pitch = float(np.median([row.pitch for row in rows])) / face.ppmm
    first = float(np.median([row.at([0])[0, 0] - row.pitch / 2 for row in rows])) / face.ppmm
    tops = [box.y for row in rows for box in row.boxes]
    feet = [box.bottom for row in rows for box in row.boxes]
    high = (face.pixels.shape[0] - float(np.median(sorted(tops)[: len(rows[0].boxes)]))) / face.ppmm
    low = (face.pixels.shape[0] - float(np.median(sorted(feet)[-len(rows[0].boxes) :]))) / face.ppmm
    skew = abs(float(np.median([row.slope for row in rows])))
    return {
        "pitch": abs(pitch / PITCH_MM - 1) / _STANDARD_PITCH_SPREAD,
        "margin": max(0.0, abs(first - FIRST_MM[form]) - TOLERANCE_MM) / _MM_SPREAD,
        "zone": max(0.0, high - ZONE_MM, TOLERANCE_MM - low) / _MM_SPREAD,
        "skew": max(0.0, skew - SKEW) / _SKEW_SPREAD,
    }


def against_template(exam: Examination, reading: MrzReading) -> dict[str, float]:
    """Deviates of pitch, size, distance of lines and place from the specimens' MRZ; {} without a template that has one
    on this face."""
    match = exam.match
    registered = next((r for r in match.faces if r.face == reading.face), None) if match else None
    zone = next((z for z in registered.template_face.zones if z.kind == "mrz"), None) if registered else None
    if match is None or registered is None or zone is None:
        return {}
    seen = mrz_setting.measure(reading, registered.to_template, registered.template_face.ppmm)
    return {
        f"template_{name}": abs(float(deviate(value, *zone.normal[name], match.template.specimens)))
        for name, value in seen.items()
        if name in zone.normal
    }
