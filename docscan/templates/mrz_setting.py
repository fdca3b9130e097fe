"""How the MRZ is set on a template: pitch and size of its characters, where its lines lie and how far apart.

Doc 9303 part 3, section 4.4 allows a machine some tolerance, and every machine uses it in its own way: what one State's
machines print differs from specimen to specimen by far less than the standard allows.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from docscan.document import MrzReading
from docscan.geometry import Homography, project

FLOORS = {"pitch": 0.005, "size": 0.04, "distance": 0.04, "left": 0.15, "top": 0.15}
"""Millimetres of spread that a template claims at least: what registering and measuring a page leave."""
_FEWEST = 10
"""Characters of a line with their places."""

Floats = npt.NDArray[np.float64]


def measure(reading: MrzReading, to_template: Homography, ppmm: float) -> Mapping[str, float]:
    """Millimetres on the template: pitch, height of a character, distance from line to line, left and height of where
    the first line stands, by the middles of characters; {} where the reader does not say where they stand.

    `to_template` takes pixels of the face to pixels of the template, of which `ppmm` make a millimetre.
    """
    lines, sizes = [], []
    for symbols in reading.symbols:
        boxes = [symbol.box for symbol in symbols if symbol.box is not None]
        if len(boxes) < max(_FEWEST, len(symbols)):
            return {}
        corners = project(np.concatenate([box.corners() for box in boxes]), to_template).reshape(-1, 4, 2) / ppmm
        lines.append(_straight(corners.mean(axis=1)))
        sizes += np.linalg.norm(corners[:, 3] - corners[:, 0], axis=1).tolist()
    if not lines:
        return {}
    starts, steps = (np.array(part) for part in zip(*lines, strict=True))
    middles = starts + steps * (len(reading.lines[0]) - 1) / 2
    found = {
        "pitch": float(np.median(np.linalg.norm(steps, axis=1))),
        "size": float(np.median(sizes)),
        "left": float(np.median(starts[:, 0])),
        "top": float(middles[0, 1]),
    }
    if len(lines) > 1:
        found["distance"] = float(np.diff(middles[:, 1]).mean())
    return found


def _straight(centres: Floats) -> tuple[Floats, Floats]:
    """(2,) the first centre and (2,) the step to the next one of (n, 2) centres, single stray ones left aside."""
    n = np.arange(len(centres), dtype=float)
    kept = np.ones(len(centres), bool)
    for _ in range(3):
        line = np.polyfit(n[kept], centres[kept], 1)
        off = np.linalg.norm(centres - (line[1] + n[:, None] * line[0]), axis=1)
        kept = off <= max(3 * float(np.median(off)), 1e-6)
    return line[1], line[0]
