"""How a field is written: where it stands, how high, how heavy, how slanted, in which ink and with which letters.

Everything is measured on `darkness`: how far the print departs from the ground below it, so that guilloche and labels
are gone. Lengths are millimetres.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import Floats, components, cut
from docscan.geometry import Box

Mask = npt.NDArray[np.bool_]

GLYPH = 20
"""Side of a normalised glyph, pixels."""
MIN_CONTRAST = 9.0
"""Departure in L below which nothing is called ink."""
FEW = 3
"""Letters from which more than place and ink is measured."""
LETTER_WIDTH = 1.5
"""Heights of a line that one letter is wide at most; what is wider are several that touch."""
MOSTLY_APART = 0.1
"""Share of a line's ink, by width, that may be letters that touch before they are no longer counted."""
FEW_GLYPHS, BEST_KNOWN = 5, 0.3
"""Letters from which their shapes are compared, and the share of them that must be known."""
UNLIKE = 0.25
"""Share of what a capture shifts for all fields by which it shifts them differently: blur tells more on small type."""
READABLE = 20.0
"""Contrast (L) of the ink from which its writing is measured."""

FLOORS: Mapping[str, float] = {
    "left": 0.2,
    "baseline": 0.1,
    "height": 0.05,
    "stroke": 0.8,
    "slant": 2.5,
    "depth": 0.1,
    "hue_a": 0.06,
    "hue_b": 0.06,
    "advance": 0.1,
    "crispness": 0.12,
    "glyphs": 0.04,
    "oddest_glyph": 0.2,
}
"""Smallest spread of each measure that a template may claim: lengths in millimetres; height, advance, crispness
and depth (contrast of the ink) as logarithms; stroke as the square of its width in tenths of a millimetre, to which
blur adds alike for all; slant in degrees; the ink's hue as its departure in a and b for
each unit of L; glyphs in distance to the nearest known glyph."""

OF_LETTERS = ("glyphs", "oddest_glyph")
"""Measures that need known letters. A zone of a few standing texts knows the letters of those so well that any other
text would stand out."""
SHARED = ("height", "stroke", "slant", "depth", "hue_a", "hue_b", "crispness", "glyphs", "oddest_glyph")
"""Measures that a capture shifts for all fields of a document alike, so that siblings tell how much."""


@dataclass(frozen=True, eq=False)
class Written:
    """One line of print in one zone."""

    measures: Mapping[str, float]
    glyphs: npt.NDArray[Any]
    """(n, GLYPH * GLYPH) glyphs scaled to the line's height."""
    glyph_boxes: tuple[Box, ...]
    """Pixels of the template face, aligned with `glyphs`."""
    box: Box
    """Pixels of the template face around all ink."""


@dataclass(frozen=True, slots=True, eq=False)
class Inked:
    """Where the ink of a crop is, and its contrast (L)."""

    mask: Mask
    contrast: float


def ink_of(darkness: Floats, ppmm: float) -> Inked:
    """The ink of a zone's crop; no pixel of it where nothing is written."""
    smooth = cv2.GaussianBlur(darkness, (0, 0), 0.6)
    top = float(np.percentile(smooth, 99))
    strong = smooth[smooth > max(MIN_CONTRAST, 0.5 * top)]
    if len(strong) < 12:
        return Inked(np.zeros(darkness.shape, bool), 0.0)
    contrast = float(np.percentile(strong, 70))
    # Part of a line may lie below a hologram or tint, so ink is told by the contrast of its neighbourhood.
    reach = np.ones((round(1.5 * ppmm) | 1, round(2.5 * ppmm) | 1), np.uint8)
    near = np.minimum(cv2.dilate(smooth, reach), contrast)
    return Inked(np.asarray(smooth > np.maximum(max(0.6 * MIN_CONTRAST, 0.25 * contrast), 0.42 * near)), contrast)


def measure(
    darkness: Floats, tint: Sequence[Floats], zone: Box, ppmm: float, inked: Inked | None = None
) -> Written | None:
    """Measures the line in `zone` (pixels of the template face); None where nothing is written that can be measured.

    `darkness` (h, w) is the ground's L less the face's; `tint` (h, w) the ground's a less the face's, and the
    same of b; `inked` the ink in the zone where it is known.
    """
    crop = cut(darkness, zone)
    if min(crop.shape, default=0) < 6:
        return None
    origin = (max(0, round(zone.x)), max(0, round(zone.y)))
    inked = inked or ink_of(crop, ppmm)
    mask, contrast = inked.mask, inked.contrast
    labels, stats = components(mask)
    parts = stats[:, cv2.CC_STAT_AREA] >= (0.12 * ppmm) ** 2 * 4
    parts[0] = False
    if not parts.any() or contrast < READABLE:
        return None
    stats = stats[parts]
    mask = parts[labels]
    tops, bottoms = stats[:, 1].astype(float), (stats[:, 1] + stats[:, 3]).astype(float)
    tall = stats[:, 3] >= 0.5 * stats[:, 3].max()
    if stats[:, 3].max() < 0.6 * ppmm:
        return None
    baseline = float(np.median(bottoms[tall]))
    resting = tall & (np.abs(bottoms - baseline) <= max(1.5, 0.12 * stats[:, 3].max()))
    height = baseline - float(tops[resting].min()) if resting.any() else float(np.median(stats[tall, 3]))

    level = np.clip(crop / contrast, 0.0, 1.3) * cv2.dilate(mask.astype(np.float32), np.ones((5, 5)))
    top_edge, bottom_edge = _edges(level, mask, baseline, height)
    gx = cv2.Sobel(level, cv2.CV_32F, 1, 0, scale=0.125)
    gy = cv2.Sobel(level, cv2.CV_32F, 0, 1, scale=0.125)
    slope = np.hypot(gx, gy)
    stroke = 2 * float(level.sum()) / max(float(slope.sum()), 1e-6)
    slant = _slant(gx, gy, slope)
    left, right = float(stats[:, 0].min()), float((stats[:, 0] + stats[:, 2]).max())
    box = Box(
        x=left + origin[0],
        y=float(tops.min()) + origin[1],
        width=right - left,
        height=float(np.ptp([tops.min(), bottoms.max()])),
    )
    ink = float(crop[mask].sum())
    hue_a, hue_b = (float(cut(plane, zone)[mask].sum()) / ink for plane in tint)
    glyphs, boxes = _glyphs(level, stats, baseline, height, origin)
    if not boxes:  # no letter stands on the line: it is none, or not this one
        return Written({}, glyphs, boxes, box)
    measures = {
        "left": (origin[0] + left) / ppmm,
        "baseline": (origin[1] + bottom_edge) / ppmm,
        "depth": float(np.log(contrast)),
        "hue_a": hue_a,
        "hue_b": hue_b,
    }
    if len(stats) >= FEW:
        measures |= {
            "height": float(np.log(max(bottom_edge - top_edge, 1.0) / ppmm)),
            "stroke": (10 * stroke / ppmm) ** 2,
            "crispness": float(np.log(np.percentile(slope[mask], 90) + 1e-3)),
        }
        if _apart(stats, height):
            measures["advance"] = float(np.log((right - left) / ppmm / len(stats)))
        if slant is not None:
            measures["slant"] = slant
    return Written(measures, glyphs, boxes, box)


def _apart(stats: npt.NDArray[Any], height: float) -> bool:
    """Whether letters stand apart, so that they can be counted; where a blurred picture joins them, they are fewer."""
    widths = stats[:, 2]
    joined = widths[widths > LETTER_WIDTH * height].sum()
    return bool(joined <= MOSTLY_APART * widths.sum())


def _slant(gx: Floats, gy: Floats, slope: Floats) -> float | None:
    """Mean lean of the upright strokes in degrees, to the right positive."""
    upright = (np.abs(gx) > 1.2 * np.abs(gy)) & (slope > 0.5 * slope.max())
    if upright.sum() < 20:
        return None
    # Both edges of a stroke count alike, so gradients are averaged by their doubled angle.
    double = np.average(np.exp(2j * np.arctan2(gy[upright], gx[upright])), weights=slope[upright])
    return float(np.degrees(np.angle(double)) / 2)


def _edges(level: Floats, mask: Mask, baseline: float, height: float) -> tuple[float, float]:
    """Rows (to a fraction of a pixel) where the line's letters begin and end, from the profile of its ink."""
    profile = level.sum(axis=1)
    bottom = _crossing(profile, round(baseline), max(2, round(0.25 * height)))
    top = _crossing(profile[::-1], len(profile) - round(baseline - height), max(2, round(0.2 * height)))
    return (baseline - height if top is None else len(profile) - top), (baseline if bottom is None else bottom)


def _crossing(profile: Floats, near: int, reach: int) -> float | None:
    """Where a profile falls, near an index: the centroid of its fall."""
    start, stop = max(0, near - reach), min(len(profile), near + reach)
    fall = np.maximum(-np.diff(profile[start:stop]), 0.0)
    if fall.sum() <= 0:
        return None
    fall = np.where(fall >= 0.4 * fall.max(), fall, 0.0)
    return float(start + 1 + np.average(np.arange(len(fall)), weights=fall))


def _glyphs(
    level: Floats, stats: npt.NDArray[Any], baseline: float, height: float, origin: tuple[int, int]
) -> tuple[npt.NDArray[Any], tuple[Box, ...]]:
    """Each letter scaled so that the line's height takes 14 of 20 rows with its baseline at row 16."""
    scale = 14.0 / max(height, 1.0)
    blur = max(0.3, 0.45 / scale)
    room = int(10 * blur)
    images, boxes = [], []
    for x, y, width, tall, _ in stats:
        if tall < 0.55 * height or width > LETTER_WIDTH * height:
            continue
        centre = x + width / 2 - 0.5
        own = level[:, max(0, x - 1) : x + width + 1]
        alone = cv2.copyMakeBorder(own, 0, 0, room, room, cv2.BORDER_CONSTANT, value=0)
        left = max(0, x - 1) - room
        matrix = np.array([[scale, 0, 9.5 - scale * (centre - left)], [0, scale, 15.5 - scale * (baseline - 0.5)]])
        shrunk = cv2.GaussianBlur(alone, (0, 0), blur) if scale < 1 else alone
        glyph = cv2.warpAffine(shrunk, matrix, (GLYPH, GLYPH), flags=cv2.INTER_LINEAR)
        images.append(np.clip(180 * cv2.GaussianBlur(glyph, (0, 0), 0.7), 0, 255).astype(np.uint8).ravel())
        boxes.append(Box(x=float(x + origin[0]), y=float(y + origin[1]), width=float(width), height=float(tall)))
    return np.array(images, np.uint8).reshape(-1, GLYPH * GLYPH), tuple(boxes)


def strangeness(glyphs: npt.NDArray[Any], bank: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """(n,) distance of each glyph to the nearest of the bank: 1 less their correlation."""

    def unit(images: npt.NDArray[Any]) -> Floats:
        centred = images.astype(np.float32) - images.mean(axis=1, keepdims=True, dtype=np.float32)
        return np.asarray(centred / (np.linalg.norm(centred, axis=1, keepdims=True) + 1e-3), np.float32)

    if not len(glyphs) or not len(bank):
        return np.zeros(0)
    return np.asarray(1.0 - (unit(glyphs) @ unit(bank).T).max(axis=1), np.float64)


def with_glyphs(written: Written, bank: npt.NDArray[Any]) -> dict[str, float]:
    """The measures with those that need known glyphs.

    `glyphs` is of the letters that are known best: a dozen specimens do not have every letter of the alphabet, but
    among any five letters of a name some stand on one of them.
    """
    distance = np.sqrt(strangeness(written.glyphs, bank))
    if len(distance) < FEW_GLYPHS:
        return dict(written.measures)
    best_known = float(np.quantile(distance, BEST_KNOWN))
    return {**written.measures, "glyphs": best_known, "oddest_glyph": float(distance.max())}


def against_siblings(
    measured: Mapping[str, Mapping[str, float]], medians: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, float]]:
    """Deviation of each zone's measures from their medians, less what its siblings on the document share; the more that
    is, the less what is left counts."""
    plain = {
        zone: {name: value - medians[zone][name] for name, value in values.items() if name in medians.get(zone, {})}
        for zone, values in measured.items()
    }
    corrected: dict[str, dict[str, float]] = {}
    for zone, values in plain.items():
        corrected[zone] = {}
        for name, value in values.items():
            others = [v[name] for z, v in plain.items() if z != zone and name in v] if name in SHARED else []
            shared = _shared(others, FLOORS[name]) if len(others) > 1 else 0.0
            corrected[zone][name] = (value - shared) / float(np.hypot(1, UNLIKE * shared / FLOORS[name]))
    return corrected


def _shared(others: Sequence[float], floor: float) -> float:
    """What the siblings' deviations have in common: of two of them two thirds of their median, of ten nearly all; and
    the more of it, the further it lies beyond what fields differ by anyway (James and Stein 1961)."""
    median = statistics.median(others)
    beyond = 1 - (floor / median) ** 2 if median else 0.0
    return median * max(len(others) / (len(others) + 1), beyond)
