"""A face laid on its template and taken apart: ground, ink, lines of print, and what stands out of the ground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import Floats, components, cut
from docscan.document import RegisteredFace, TemplateFace, Zone
from docscan.geometry import Box, Pixels
from docscan.templates import ground as grounds
from docscan.templates import typography
from docscan.templates.ground import Residual
from docscan.templates.typography import Inked, Written

Mask = npt.NDArray[np.bool_]

WRITTEN = ("field", "label", "mrz")
PICTURES = ("portrait", "ghost", "signature", "relief")
CLEARANCE_MM = {"portrait": 2.0, "ghost": 1.5, "signature": 2.5, "relief": 1.0}
"""How far around a picture the ground is not judged: hair, ghosts and signatures reach further on one holder than
another."""
SUPPORT = 0.3
"""Share of the specimens that must have shown a pixel bare before it is judged."""
LETTER_SHARE = 0.3
"""Share of the fields' contrast from which a stroke is taken for a letter."""
THICKEST_MM = 0.8
"""Width up to which a stroke is one of type."""
MARGIN_MM = 1.5
"""Rim of a face that is not judged: cuts, rounded corners, shadow."""
MAP_FLOORS = {"texture": 0.3, "tone": 0.5}
"""Smallest spread (logarithm) of what a window leaves that a template may claim."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What is printed below the personal data, as arrays of one shape."""

    lab: Floats
    support: Floats
    spread: Floats
    ppmm: float

    @property
    def size(self) -> tuple[int, int]:
        return self.support.shape[1], self.support.shape[0]

    @cached_property
    def planes(self) -> Sequence[Floats]:
        return cv2.split(self.lab)

    @cached_property
    def sparse_rgb(self) -> Floats:
        return grounds.sparse_rgb(self.lab)


@dataclass(frozen=True, eq=False)
class LaidFace:
    lab: Floats
    """The face in the template's colours."""
    lightness: Floats
    """Its L, in one piece."""
    ground: Ground
    darkness: Floats
    inked: Mapping[str, Inked]
    """Zone name -> the ink in its window, for zones that are written."""
    bare: Mask
    """Pixels on which nothing personal is printed and which the specimens showed bare."""
    residual: Residual
    written: Mapping[str, Written]
    """Zone name -> the line in it."""
    unlisted: float
    """Logarithm of 1 + the area (square millimetres) of letters outside all zones that the template does not have, or
    that it has and the face has not."""


@lru_cache(maxsize=8)
def ground_of(face: TemplateFace) -> Ground:
    return Ground(grounds.to_lab(face.reference), face.arrays["support"], face.spread, face.ppmm)


@lru_cache(maxsize=4)
def laid(registered: RegisteredFace) -> LaidFace:
    """The registered face taken apart; several checks of one document share it."""
    face = registered.template_face
    return lay(registered.pixels, registered.covered, ground_of(face), face.zones)


def lay(pixels: Pixels, covered: Mask, ground: Ground, zones: Sequence[Zone]) -> LaidFace:
    fixed = covered & (ground.support >= SUPPORT)
    margin = round(MARGIN_MM * ground.ppmm)
    fixed[:margin] = fixed[-margin:] = fixed[:, :margin] = fixed[:, -margin:] = False
    for zone in zones:
        if zone.kind in PICTURES:
            cut(fixed, zone.box.grown(CLEARANCE_MM[zone.kind]).scaled(ground.ppmm))[...] = False
    reach = windows(zones, ground)
    unwritten = fixed.copy()
    for window in reach.values():
        cut(unwritten, window)[...] = False
    lab = grounds.colour_fit(pixels, ground.sparse_rgb, unwritten)
    planes = cv2.split(lab)
    change = [
        np.asarray(cv2.subtract(known, seen), np.float32) for known, seen in zip(ground.planes, planes, strict=True)
    ]
    darkness = change[0].copy()
    for zone in zones:
        if zone.name in reach and zone.light_on_dark:
            cut(darkness, reach[zone.name])[...] *= -1
    inked = {name: typography.ink_of(cut(darkness, window), ground.ppmm) for name, window in reach.items()}
    ink = np.zeros(fixed.shape, np.uint8)
    for name, window in reach.items():
        cut(ink, window)[...] |= inked[name].mask
    unlisted = _unlisted(darkness, [one.contrast for one in inked.values()], ground.ppmm) & fixed
    elsewhere = np.count_nonzero(unlisted & unwritten) / ground.ppmm**2
    ink |= unlisted
    radius = max(3, round(0.4 * ground.ppmm) | 1)
    bare = fixed & (cv2.dilate(ink, np.ones((radius, radius), np.uint8)) == 0)
    written = {}
    for zone in zones:
        if zone.kind == "field":
            line = typography.measure(darkness, change[1:], reach[zone.name], ground.ppmm, inked[zone.name])
            if line is not None:
                written[zone.name] = line
    residual = grounds.residual(planes[0], change, ground.planes, bare, ink > 0, ground.spread, ground.ppmm)
    return LaidFace(lab, planes[0], ground, darkness, inked, bare, residual, written, float(np.log1p(elsewhere)))


def _unlisted(darkness: Floats, contrasts: Sequence[float], ppmm: float) -> Mask:
    """Letters that are not the template's, or the template's that are missing, anywhere: a rare entry or a label in
    another language, which is no damage to the ground around it."""
    strong = [c for c in contrasts if c > 0]
    found = np.zeros(darkness.shape, bool)
    if not strong:
        return found
    level = max(typography.MIN_CONTRAST, LETTER_SHARE * float(np.median(strong)))
    smooth = cv2.GaussianBlur(darkness, (0, 0), 0.6)
    for strokes in (smooth > level, smooth < -level):
        labels, stats = components(strokes)
        width, height = stats[:, cv2.CC_STAT_WIDTH] / ppmm, stats[:, cv2.CC_STAT_HEIGHT] / ppmm
        letters = (height > 0.5) & (height < 5.0) & (width < 6.0)
        solid = cv2.erode(strokes.astype(np.uint8), np.ones((round(THICKEST_MM * ppmm),) * 2, np.uint8)) > 0
        letters[labels[solid]] = False
        found[strokes] = letters[labels[strokes]]  # no stroke is darker and lighter
    return found


def windows(zones: Sequence[Zone], ground: Ground) -> dict[str, Box]:
    """Where each written zone's print may stand (pixels): its box with room for a longer value, as far as the next
    zone."""
    width, height = ground.size[0] / ground.ppmm, ground.size[1] / ground.ppmm
    found = {}
    for zone in zones:
        if zone.kind not in WRITTEN:
            continue
        box = zone.box
        extra = 0.0 if zone.kind == "mrz" else min(0.6 * box.width + 3.0, 15.0)
        left, right = box.x - 1.2, box.right + 1.0 + extra
        top, bottom = box.y - 0.7, box.bottom + 0.7
        for other in zones:
            if other is zone:
                continue
            apart = other.box
            if apart.y < box.bottom and apart.bottom > box.y:
                if apart.x >= box.right - 0.2:
                    right = min(right, max(box.right + 0.3, apart.x - 0.3))
                elif apart.right <= box.x + 0.2:
                    left = max(left, min(box.x - 0.3, apart.right + 0.3))
            if apart.x < box.right and apart.right > box.x:
                if apart.y >= box.bottom - 0.2:
                    bottom = min(bottom, (box.bottom + apart.y) / 2)
                elif apart.bottom <= box.y + 0.2:
                    top = max(top, (apart.bottom + box.y) / 2)
        left, top = max(0.0, left), max(0.0, top)
        window = Box(x=left, y=top, width=min(width, right) - left, height=min(height, bottom) - top)
        found[zone.name] = window.scaled(ground.ppmm)
    return found


def standing_out(values: Floats, median: Floats, spread: Floats, floor: float) -> Floats:
    """Map of deviates: each window against genuine specimens in that window and against this face's other windows.

    NaN where not judged; one-sided, so only what leaves more than usual is positive.
    """
    excess = values - median
    known = np.isfinite(excess)
    if known.sum() < 50:
        return np.full(values.shape, np.nan, np.float32)
    centre = np.median(excess[known])
    own = 1.4826 * np.median(np.abs(excess[known] - centre))
    scale = np.sqrt(np.maximum(spread, floor) ** 2 + max(own, floor) ** 2)
    return np.asarray((excess - centre) / scale, np.float32)


def standing_out_on(laid: LaidFace, face: TemplateFace, name: str) -> Floats:
    """`standing_out` of one of the residual's maps ("texture" or "tone") on a template face."""
    normal = face.arrays[f"{name}_median"], face.arrays[f"{name}_spread"]
    return standing_out(getattr(laid.residual, name), *normal, floor=MAP_FLOORS[name])


def zone_backgrounds(laid: LaidFace, face: TemplateFace) -> dict[str, float]:
    """For each field and the MRZ, the mean deviate of the ground below it: how far it is not what belongs there."""
    deviates = standing_out_on(laid, face, "texture")
    cells_mm = deviates.shape[1] * face.ppmm / laid.ground.size[0]
    found = {}
    for zone in face.zones:
        if zone.kind in ("field", "mrz"):
            cells = cut(deviates, zone.box.grown(0.6).scaled(cells_mm))
            known = cells[np.isfinite(cells)]
            if len(known) >= 4:
                found[zone.name] = float(np.mean(known))
    return found
