"""Is the MRZ printed evenly, as one machine prints it in one go, and where Doc 9303 wants it?

Every character is measured against its siblings in the same MRZ: a character that was altered within a line differs
from them in place, size, weight, ink, edge or shape. The lines are measured against each other, and pitch and margin
against Doc 9303 Part 3 (4.4) and Parts 4 to 7 (10 characters an inch; first character 4.0 to 6.0 mm from the left edge,
1.0 mm either way) where the edges of the document were seen, so that millimetres are true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docscan.checks.mrz_evidence import NO_MRZ
from docscan.document import Box, Examination, Face, Finding, MrzReading, Outcome, Symbol
from docscan.icao.check_digits import FILLER
from docscan.icao.formats import Format
from docscan.templates.normal import deviate, of_many

MIN_PPMM = 200 / 25.4
"""Resolution below which single characters are not judged."""
STANDS_OUT, CLEARLY = 4.5, 7.0
"""Deviates from which a character, and from which certainly, is not printed as its siblings are."""
PITCH_MM = 2.54
FIRST_MM = {Format.TD1: 5.0, Format.TD3: 6.0, Format.MRV_A: 6.0, Format.TD2: 4.0, Format.MRV_B: 4.0, Format.FRA_ID: 4.0}
"""Left edge of the first character from the left edge of the document."""

ROWS, COLUMNS = 52, 32
"""Of a character's patch: one pitch wide, so that a capital is about 31 rows high."""
SIBLINGS = 4
"""Characters of one kind from which they are compared among themselves; fewer are compared with all."""
LEAST = 20
"""Clean characters without which nothing is even or uneven."""
FAINT = 20
"""Grey levels between paper and ink below which nothing is measured."""
STAIN, CLEAN = 0.28, 0.08
"""Ground darker than this share of a character's ink is stained; a character on more stained ground than this share has
something printed across it."""

FLOORS = {
    "spacing": 0.012,
    "baseline": 0.015,
    "height": 0.025,
    "stroke": 0.06,
    "ink": 0.03,
    "edge": 0.07,
    "shape": 0.25,
}
"""Spread that genuine print has at least: pitches, heights, heights, then shares of the siblings' own."""
BY_DESIGN = ("stroke", "edge", "shape")
"""What different letters differ in by design: M has more ink than I."""
MEANINGS = {
    "spacing": "stands beside its place",
    "baseline": "stands off the line",
    "height": "is of another height",
    "stroke": "has strokes of another weight",
    "ink": "is printed in another strength",
    "edge": "has edges of another sharpness",
    "shape": "is of another shape",
}
LINE_PITCH, LINE_START = 0.004, 0.04
"""Spread of the pitch (share) and of the first character's place (pitches) between the lines of genuine print."""
PITCH_SPREAD, MARGIN_SPREAD_MM = 0.012, 0.35

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """One line on the face: its symbols and the straight comb through their boxes, x and y over the number."""

    symbols: tuple[Symbol, ...]
    boxes: tuple[Box, ...]
    x: Floats
    y: Floats

    @property
    def pitch(self) -> float:
        return float(np.hypot(self.x[0], self.y[0]))


def _rows(reading: MrzReading) -> list[_Row]:
    rows = []
    for line in reading.symbols:
        boxes = tuple(symbol.box for symbol in line if symbol.box is not None)
        if len(boxes) < max(2, len(line)):
            continue
        centres = np.array([(box.x + box.width / 2, box.y + box.height / 2) for box in boxes])
        n = np.arange(len(boxes))
        rows.append(_Row(line, boxes, np.polyfit(n, centres[:, 0], 1), np.polyfit(n, centres[:, 1], 1)))
    return rows


def _patches(face: Face, row: _Row) -> npt.NDArray[np.float32]:
    """(n, ROWS, COLUMNS) luminance, a cell of the comb each."""
    gray = cv2.cvtColor(face.pixels, cv2.COLOR_RGB2GRAY)
    n = (np.arange(len(row.symbols) * COLUMNS) + 0.5) / COLUMNS - 0.5
    up = (np.arange(ROWS) + 0.5 - ROWS / 2) / COLUMNS
    x = np.polyval(row.x, n)[None] - up[:, None] * row.y[0]
    y = np.polyval(row.y, n)[None] + up[:, None] * row.x[0]
    strip = cv2.remap(
        gray, x.astype(np.float32), y.astype(np.float32), cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.ascontiguousarray(strip.reshape(ROWS, len(row.symbols), COLUMNS).transpose(1, 0, 2).astype(np.float32))


def _reach(profile: Floats) -> tuple[float, float]:
    """First and last place, between samples, where a profile of ink passes one half."""
    inside = np.flatnonzero(profile >= 0.5)
    if not len(inside):
        return 0.0, float(len(profile))
    first, last = int(inside[0]), int(inside[-1])
    before = float(profile[first - 1]) if first else 0.0
    after = float(profile[last + 1]) if last + 1 < len(profile) else 0.0
    start = first - (float(profile[first]) - 0.5) / max(float(profile[first]) - before, 1e-6)
    end = last + (float(profile[last]) - 0.5) / max(float(profile[last]) - after, 1e-6)
    return start, end


def _slope(ink: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    across, down = np.gradient(ink)
    return np.asarray(np.hypot(across, down), np.float32)


def _character(patch: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], dict[str, float]] | None:
    """Ink from 0 to 1 and what is measured of it; None where the character is not cleanly set off from its ground."""
    paper, dark = float(np.percentile(patch, 80)), float(np.percentile(patch, 3))
    contrast = paper - dark
    if contrast < FAINT:
        return None
    ink = np.clip((paper - patch) / contrast, 0, 1).astype(np.float32)
    ground = ink[cv2.dilate((ink >= 0.5).astype(np.uint8), np.ones((7, 7), np.uint8)) == 0]
    if not ground.size or float((ground > STAIN).mean()) > CLEAN:
        return None
    firm = np.clip(2 * ink - 0.5, 0, 1)  # what is lighter than a quarter of the ink is no part of a stroke
    top, foot = _reach(firm.max(axis=1).astype(np.float64))
    left, right = _reach(firm.max(axis=0).astype(np.float64))
    return firm, {
        "spacing": (left + right) / 2 / COLUMNS,
        "baseline": foot / (COLUMNS * 0.95),
        "height": (foot - top) / (COLUMNS * 0.95),
        "stroke": float(np.log(2 * firm.sum() / max(float(_slope(firm).sum()), 1e-6))),
        "ink": float(np.log(contrast / max(paper, 1.0))),
        "edge": float(np.log(max(float(np.percentile(_slope(ink), 97)), 1e-6))),
    }


def deviates(face: Face, rows: Sequence[_Row]) -> dict[tuple[int, int], dict[str, float]]:
    """(line, character) -> measure -> how far the character stands out from its siblings; {} for too few clean ones."""
    inks: dict[tuple[int, int], npt.NDArray[np.float32]] = {}
    values: dict[tuple[int, int], dict[str, float]] = {}
    for line, row in enumerate(rows):
        for column, patch in enumerate(_patches(face, row)):
            measured = _character(patch)
            if measured is not None:
                inks[line, column], values[line, column] = measured
    if len(values) < LEAST:
        return {}
    places = list(values)
    kinds = np.array([rows[line].symbols[column].char for line, column in places])
    stack = np.stack([inks[place] for place in places])
    for place, distance in zip(places, _shape_distances(stack, kinds), strict=True):
        if np.isfinite(distance):
            values[place]["shape"] = float(distance)
    found: dict[tuple[int, int], dict[str, float]] = {place: {} for place in places}
    for name, floor in FLOORS.items():
        having = [k for k, place in enumerate(places) if name in values[place]]
        if len(having) < LEAST:
            continue
        value = np.array([values[places[k]][name] for k in having])
        rest, comparable = _against_siblings(value, kinds[having], name)
        spread = max(1.4826 * float(np.median(np.abs(rest[comparable]))), floor) if comparable.any() else floor
        z = deviate(rest, 0.0, spread, len(having))
        for k, own, counts in zip(having, z, comparable, strict=True):
            if counts:
                found[places[k]][name] = max(0.0, float(own)) if name == "shape" else abs(float(own))
    return found


def _against_siblings(value: Floats, kinds: npt.NDArray[np.str_], name: str) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Distance from the median of the same kind; where those are few, from that of all letters or all digits (OCR-B's
    digits are higher than its letters) unless different letters differ in it by design."""
    rest, comparable = np.zeros_like(value), np.zeros(len(value), bool)
    digits, fillers = np.char.isdigit(kinds), kinds == FILLER
    for kind in np.unique(kinds):
        own = kinds == kind
        alike = own
        if own.sum() < SIBLINGS:
            by_design = (name in BY_DESIGN and not kind.isdigit()) or name == "spacing"
            alike = (
                np.zeros_like(own) if by_design or kind == FILLER else digits if kind.isdigit() else ~digits & ~fillers
            )
        if alike.sum() >= SIBLINGS:
            rest[own] = value[own] - np.median(value[alike])
            comparable |= own
    return rest, comparable


def _shape_distances(inks: npt.NDArray[np.float32], kinds: npt.NDArray[np.str_]) -> Floats:
    """Log of the mean distance from the median picture of the same kind; NaN where siblings are few."""
    distances = np.full(len(inks), np.nan)
    for kind in np.unique(kinds):
        own = kinds == kind
        if own.sum() >= SIBLINGS:
            away = np.abs(inks[own] - np.median(inks[own], axis=0)).mean(axis=(1, 2))
            distances[own] = np.log(np.maximum(away, 0.02))
    return distances


def _between_lines(rows: Sequence[_Row]) -> dict[str, float]:
    pitches = np.array([row.pitch for row in rows])
    starts = np.array([row.x[1] for row in rows])
    usual = float(np.median(pitches))
    lines = np.polyfit(np.arange(len(rows)), starts, 1) if len(rows) > 2 else np.array([0.0, starts.mean()])
    off = np.abs(starts - np.polyval(lines, np.arange(len(rows)))).max()
    return {
        "line_pitch": float(np.ptp(pitches) / usual / LINE_PITCH),
        "line_start": float(off / usual / LINE_START),
    }


def _against_standard(face: Face, rows: Sequence[_Row], form: Format | None) -> dict[str, float]:
    """Pitch and left margin in true millimetres; {} where the document's edges were not seen."""
    if not face.edges_seen or form is None:
        return {}
    pitch = float(np.median([row.pitch for row in rows])) / face.ppmm
    first = float(np.median([row.x[1] - row.pitch / 2 for row in rows])) / face.ppmm
    return {
        "pitch": abs(pitch / PITCH_MM - 1) / PITCH_SPREAD,
        "margin": max(0.0, abs(first - FIRST_MM[form]) - 1.0) / MARGIN_SPREAD_MM,
    }


_OF_THE_WHOLE = {
    "line_pitch": ("lines_uneven", "The lines of the MRZ are not set at one pitch."),
    "line_start": ("lines_uneven", "The lines of the MRZ do not begin below each other."),
    "pitch": ("pitch_not_standard", "The MRZ is not set at 10 characters an inch."),
    "margin": ("not_in_place", "The MRZ does not begin where the standard places it."),
}


class MrzPrint:
    """Compares the characters of the MRZ with each other, its lines with each other, its place with the standard."""

    name = "mrz.print"
    measures = (*FLOORS, *_OF_THE_WHOLE)

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        reading = exam.reading.mrz
        if reading is None:
            return [self._short(Outcome.NOT_DONE, "no_mrz", NO_MRZ)]
        rows = _rows(reading)
        if not rows or reading.face >= len(exam.document.faces):
            said = "The reader does not say where each character of the MRZ stands."
            return [self._short(Outcome.NOT_DONE, "no_places", said)]
        face = exam.document.faces[reading.face]
        if face.ppmm < MIN_PPMM:
            said = "The scan has fewer than 200 pixels an inch: too few to judge the print of the MRZ by."
            return [self._short(Outcome.UNSURE, "too_coarse", said)]
        whole = _between_lines(rows) | _against_standard(face, rows, reading.format)
        characters = deviates(face, rows)
        if not characters:
            said = "Too few characters of the MRZ stand on clear ground to be compared."
            return [self._short(Outcome.UNSURE, "not_clear", said)]
        return list(self._findings(face, reading.face, rows, characters, whole))

    def _short(self, outcome: Outcome, code: str, message: str) -> Finding:
        return Finding(check=self.name, outcome=outcome, code=code, message=message)

    def _findings(
        self,
        face: Face,
        number: int,
        rows: Sequence[_Row],
        characters: Mapping[tuple[int, int], Mapping[str, float]],
        whole: Mapping[str, float],
    ) -> Iterator[Finding]:
        measures = dict(whole)
        for name in FLOORS:
            seen = [own[name] for own in characters.values() if name in own]
            if seen:
                measures[name] = of_many(max(seen), len(seen))
        found = [self._whole(name, z) for name, z in whole.items() if z >= STANDS_OUT]
        for (line, column), own in sorted(characters.items()):
            reduced = {name: of_many(z, len(characters)) for name, z in own.items()}
            odd = {name: z for name, z in reduced.items() if z >= STANDS_OUT}
            if odd:
                said = ", ".join(MEANINGS[name] for name in sorted(odd, key=lambda n: -odd[n]))
                found.append(
                    Finding(
                        check=self.name,
                        outcome=Outcome.FAIL if max(odd.values()) >= CLEARLY else Outcome.UNSURE,
                        code="character_stands_out",
                        message=f"Character {column + 1} of line {line + 1} {said}, unlike its siblings.",
                        seen=rows[line].symbols[column].char,
                        regions=(face.region(rows[line].boxes[column], "MRZ character", number),),
                        measures=odd,
                    )
                )
        if not found:
            found = [self._short(Outcome.PASS, "print_even", "The MRZ is printed evenly.")]
        first, *rest = sorted(found, key=lambda f: -max(f.measures.values(), default=0.0))
        yield first.model_copy(update={"measures": measures})
        yield from rest

    def _whole(self, name: str, z: float) -> Finding:
        code, said = _OF_THE_WHOLE[name]
        outcome = Outcome.FAIL if z >= CLEARLY else Outcome.UNSURE
        return Finding(check=self.name, outcome=outcome, code=code, message=said, measures={name: z})
