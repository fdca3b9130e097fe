"""Is the MRZ printed evenly, as one machine prints it in one go, in OCR-B, and where Doc 9303 wants it?

Every character is explained as its OCR-B glyph moved, sized, turned, fattened, blurred and inked (mrz_glyphs), and its
explanation is compared with that of its siblings in the same MRZ (mrz_siblings): one that was altered within a line
stands out. The lines are compared with each other; pitch, margin and height with Doc 9303 Part 3 (4.4) and Parts 4 to 7
where the edges of the document were seen, so that millimetres are true (mrz_rows).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docscan.checks.consistency_viz_mrz import agreements
from docscan.checks.mrz_evidence import NO_MRZ, runs
from docscan.checks.mrz_glyphs import COLUMNS, PARAMETERS, Cells, Explained, explain, like_a_glyph
from docscan.checks.mrz_rows import Row, against_standard, against_template, between, cells_of, rows_of, true_ppmm
from docscan.checks.mrz_siblings import Places, outstanding
from docscan.document import Examination, Face, Finding, Outcome
from docscan.geometry import Box
from docscan.icao.layouts import Place
from docscan.templates.normal import of_many, of_squares

MIN_PPMM = 175 / 25.4
"""Resolution below which print is not judged."""
STANDS_OUT, CLEARLY = 4.0, 6.0
"""Deviates, chance among so many characters taken off, from which a character is not printed as its siblings are, and
from which certainly not."""
LEAST = 20
"""Clean characters without which nothing is even or uneven."""
FAINT = 20.0
"""Grey levels between paper and ink below which nothing is measured."""

FLOORS = {
    "spacing": 0.24,
    "baseline": 0.24,
    "width": 0.016,
    "height": 0.012,
    "turn": 0.01,
    "stroke": 0.1,
    "edge": 0.1,
    "ink": 0.024,
    "shape": 0.2,
}
"""Spread that genuine print has at least: columns (a pitch has 32), columns, shares, shares, radians, columns, columns,
share of the paper's brightness, natural log."""
TOGETHER = ("spacing", "baseline", "width", "height", "turn", "stroke", "edge", "ink")
"""Measures that say little each, but much together."""
LINE_FLOORS = {"width": 0.015, "height": 0.013, "turn": 0.009, "stroke": 0.07, "edge": 0.1, "ink": 0.035}
"""The same for what the lines differ by as wholes: light, focus and perspective are not even over a page."""
TYPEFACE, TYPEFACE_SPREAD = 0.05, 0.015
"""Shape, as a share of the ink, that OCR-B of any foundry leaves unexplained, and its spread."""
_LEAST_SHAPE = 0.03
MEANINGS = {
    "spacing": "It stands beside its place.",
    "baseline": "It stands off the line.",
    "width": "It is of another width.",
    "height": "It is of another height.",
    "turn": "It is turned.",
    "stroke": "It has strokes of another weight.",
    "edge": "It has edges of another sharpness.",
    "ink": "It is printed in another strength.",
    "shape": "It is of another shape.",
    "together": "It differs a little in many things.",
}

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Print:
    """What was measured of an MRZ; deviates throughout."""

    characters: Mapping[tuple[int, int], Mapping[str, float]]
    """(line, character) -> measure -> how far it stands out from its siblings."""
    whole: Mapping[str, float]
    """Of lines, typeface and surroundings."""
    odd_lines: Mapping[str, int]
    """Of a line measure: the line that differs most."""


def measured(face: Face, rows: Sequence[Row]) -> Print | None:
    """None for too few clean characters."""
    gray = np.asarray(cv2.cvtColor(face.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    factor = rows[0].pitch / (1.5 * COLUMNS)
    cells = cells_of(rows)
    if factor > 1:  # finer than the cells: average first, so that no detail folds over
        gray = np.asarray(cv2.resize(gray, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA), np.uint8)
        cells = Cells((cells.centres + 0.5) / factor - 0.5, cells.steps / factor, cells.symbols, cells.capital)
    seen = explain(gray, cells, FAINT)
    clean = np.flatnonzero(seen.clean)
    if len(clean) < LEAST:
        return None
    lines = np.concatenate([np.full(len(row.symbols), k) for k, row in enumerate(rows)])
    columns = np.concatenate([np.arange(len(row.symbols)) for row in rows])
    places = Places(lines[clean], columns[clean], cells.symbols[clean])
    characters: dict[tuple[int, int], dict[str, float]] = {
        (int(line), int(column)): {} for line, column in zip(places.lines, places.columns, strict=True)
    }
    whole, odd_lines = {"typeface": _typeface(seen, cells.symbols)}, {}
    squares = np.zeros(len(clean))
    measures = _values(seen)
    values, errors = (np.stack(part)[:, clean] for part in zip(*measures.values(), strict=True))
    found = outstanding(values, errors, places, np.array([FLOORS[name] for name in measures]))
    for name, deviates, levels in zip(measures, found.deviates, found.levels, strict=True):
        z = np.maximum(deviates, 0) if name == "shape" else np.abs(deviates)
        if name in TOGETHER:
            squares += z**2
        for own, value in zip(characters.values(), z, strict=True):
            own[name] = of_many(float(value), len(clean))
        if name in LINE_FLOORS and len(rows) > 1 and np.isfinite(levels).all():
            whole[f"line_{name}"] = float(np.ptp(levels)) / (np.sqrt(2) * LINE_FLOORS[name])
            odd_lines[f"line_{name}"] = int(np.argmax(np.abs(levels - np.median(levels))))
    for own, value in zip(characters.values(), of_squares(squares, len(TOGETHER)), strict=True):
        own["together"] = of_many(float(value), len(clean))
    return Print(characters, whole, odd_lines)


def _values(seen: Explained) -> dict[str, tuple[Floats, Floats]]:
    """Measure -> values and their errors, (n,) each."""
    none = np.zeros(len(seen.ink))
    return {
        **{name: (seen.values[:, k], seen.errors[:, k]) for k, name in enumerate(PARAMETERS)},
        "ink": (seen.ink, none),
        "shape": (np.log(np.maximum(seen.shape, _LEAST_SHAPE)), none),
    }


def _typeface(seen: Explained, symbols: npt.NDArray[np.intp]) -> float:
    """How much shape, beyond what the ground brings, no OCR-B glyph explains: the upper quartile over the symbols."""
    unexplained = []
    for symbol in np.unique(symbols[seen.clean]):
        usual = np.median(seen.left[seen.clean & (symbols == symbol)], axis=0)
        near = seen.near[int(symbol)]
        rest = float((usual[near] ** 2).mean()) - float((usual[~near] ** 2).mean())
        unexplained.append(np.sqrt(max(0.0, rest)))
    return max(0.0, (float(np.percentile(unexplained, 75)) - TYPEFACE) / TYPEFACE_SPREAD)


def spare(face: Face, rows: Sequence[Row]) -> Iterator[tuple[int, Box]]:
    """Characters that stand in a line before its first or behind its last: line and place on the face."""
    gray = np.asarray(cv2.cvtColor(face.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    for line, row in enumerate(rows):
        for n in (-1, len(row.symbols)):
            centre, step = row.at([n]), row.along([n])
            size = float(np.median([box.height for box in row.boxes]))
            box = Box(
                x=float(centre[0, 0]) - row.pitch / 2, y=float(centre[0, 1]) - size / 2, width=row.pitch, height=size
            )
            inside = box.x >= 0 and box.right < gray.shape[1] and box.y >= 0 and box.bottom < gray.shape[0]
            if inside and like_a_glyph(gray, centre, step / COLUMNS, size / row.pitch * COLUMNS, FAINT):
                yield line, box


_OF_THE_WHOLE = {
    "line_pitch": ("lines_uneven", "The lines of the MRZ are not set at one pitch."),
    "line_start": ("lines_uneven", "The lines of the MRZ do not begin below each other."),
    "line_slope": ("lines_uneven", "The lines of the MRZ are not parallel."),
    "line_distance": ("lines_uneven", "The lines of the MRZ are not evenly spaced."),
    **{f"line_{name}": ("lines_unlike", MEANINGS[name]) for name in LINE_FLOORS},
    "typeface": ("not_ocr_b", "The MRZ is not printed in OCR-B."),
    "pitch": ("pitch_not_standard", "The MRZ is not set at 10 characters an inch."),
    "margin": ("not_in_place", "The MRZ does not begin where the standard places it."),
    "zone": ("not_in_place", "The MRZ reaches out of the zone that the standard keeps for it."),
    "skew": ("not_in_place", "The MRZ lies askew on its document."),
    "template_pitch": ("unlike_template", "The MRZ is set at another pitch than on genuine specimens."),
    "template_size": ("unlike_template", "The characters of the MRZ are of another size than on genuine specimens."),
    "template_distance": ("unlike_template", "The lines of the MRZ are spaced otherwise than on genuine specimens."),
    "template_left": ("unlike_template", "The MRZ begins elsewhere than on genuine specimens."),
    "template_top": ("unlike_template", "The MRZ stands higher or lower than on genuine specimens."),
}


_NEVER_CERTAIN = ("margin", "zone", "skew", "template_left", "template_top")
"""The first hang on the document's edges, which a careless crop moves; the last on how a page lay in the machine."""


class MrzPrint:
    """Compares the characters of the MRZ with each other, its lines with each other, its place with the standard."""

    name = "mrz.print"
    measures = (*FLOORS, "together", *_OF_THE_WHOLE)

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        reading = exam.reading.mrz
        if reading is None:
            return [self._short(Outcome.NOT_DONE, "no_mrz", NO_MRZ)]
        rows = rows_of(reading)
        if not rows or reading.face >= len(exam.document.faces):
            said = "The reader does not say where each character of the MRZ stands."
            return [self._short(Outcome.NOT_DONE, "no_places", said)]
        face = exam.document.faces[reading.face]
        if true_ppmm(face, rows) < MIN_PPMM:
            said = "The scan has fewer than 175 pixels an inch: too few to judge the print of the MRZ by."
            return [self._short(Outcome.UNSURE, "too_coarse", said)]
        seen = measured(face, rows)
        if seen is None:
            said = "Too few characters of the MRZ stand on clear ground to be compared."
            return [self._short(Outcome.UNSURE, "not_clear", said)]
        whole = {**between(rows), **against_standard(face, rows, reading.format), **seen.whole}
        whole |= against_template(exam, reading)
        found = [
            *self._of_the_whole(face, reading.face, rows, whole, seen.odd_lines),
            *self._of_characters(exam, reading.face, rows, seen),
            *self._spare(face, reading.face, rows),
        ]
        for name in (*FLOORS, "together"):
            whole[name] = max(own[name] for own in seen.characters.values())
        return self._told(found, whole)

    def _short(self, outcome: Outcome, code: str, message: str) -> Finding:
        return Finding(check=self.name, outcome=outcome, code=code, message=message)

    def _of_the_whole(
        self,
        face: Face,
        number: int,
        rows: Sequence[Row],
        whole: Mapping[str, float],
        odd_lines: Mapping[str, int],
    ) -> Iterator[Finding]:
        for name, z in whole.items():
            if z >= STANDS_OUT:
                code, said = _OF_THE_WHOLE[name]
                if code == "lines_unlike":
                    said = f"Line {odd_lines[name] + 1} of the MRZ is unlike the rest. {said}"
                meant = [rows[odd_lines[name]]] if name in odd_lines else rows
                place = Box.around([corner for row in meant for box in row.boxes for corner in box.corners()])
                yield Finding(
                    check=self.name,
                    outcome=Outcome.UNSURE if name in _NEVER_CERTAIN else _outcome(z),
                    code=code,
                    message=said,
                    regions=(face.region(place, "MRZ", number),),
                    measures={name: z},
                )

    def _of_characters(self, exam: Examination, number: int, rows: Sequence[Row], seen: Print) -> Iterator[Finding]:
        """One a character. Where one certainly was altered and the page says the same, the page was altered as well."""
        face = exam.document.faces[number]
        standing_out = {
            at: odd
            for at, own in sorted(seen.characters.items())
            if (odd := {name: z for name, z in own.items() if z >= STANDS_OUT})
        }
        certain = {Place(*at) for at, odd in standing_out.items() if _outcome(max(odd.values())) is Outcome.FAIL}
        agreeing = agreements(exam) if certain else ()
        for run in runs(Place(*at) for at in standing_out):
            place = Box.around([corner for line, column in run for corner in rows[line].boxes[column].corners()])
            regions = [face.region(place, "MRZ character", number)]
            if not certain.isdisjoint(run):
                regions += [region for at, on_page in agreeing if not at.isdisjoint(run) for region in on_page]
            for line, column in run:
                odd = standing_out[line, column]
                telling = sorted(odd, key=lambda n: -odd[n])
                said = [MEANINGS[name] for name in telling if name != "together" or len(odd) == 1]
                yield Finding(
                    check=self.name,
                    outcome=_outcome(max(odd.values())),
                    code="character_stands_out",
                    message=" ".join([f"Character {column + 1} of line {line + 1} is unlike its siblings.", *said]),
                    seen=rows[line].symbols[column].char,
                    regions=tuple(regions),
                    measures=odd,
                )

    def _spare(self, face: Face, number: int, rows: Sequence[Row]) -> Iterator[Finding]:
        for line, box in spare(face, rows):
            yield Finding(
                check=self.name,
                outcome=Outcome.UNSURE,
                code="spare_character",
                message=f"A character more than the format has stands in line {line + 1} of the MRZ.",
                regions=(face.region(box, "MRZ character", number),),
            )

    def _told(self, found: list[Finding], measures: Mapping[str, float]) -> Iterator[Finding]:
        """The findings, the farthest out first; that one carries all measures."""
        if not found:
            found = [self._short(Outcome.PASS, "print_even", "The MRZ is printed evenly.")]
        first, *rest = sorted(found, key=lambda f: -max(f.measures.values(), default=0.0))
        yield first.model_copy(update={"measures": measures})
        yield from rest


def _outcome(z: float) -> Outcome:
    return Outcome.FAIL if z >= CLEARLY else Outcome.UNSURE
