"""How well a face was captured, in numbers and in sentences for the person at the scanner."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import components
from docscan.document import MrzReading, Quality
from docscan.geometry import Box, Pixels

Side = Literal["left", "top", "right", "bottom"]
Mask = npt.NDArray[np.bool_]

MIN_PPI = 60.0
"""An MRZ character is 2.4 mm high: below 6 pixels nobody tells them apart."""
MAX_RISE_MM = 0.9
"""10-90 % rise at which the strokes of an MRZ, 0.35 mm wide and 1 mm apart, run into each other."""
MIN_EXPOSURE, MAX_EXPOSURE = 0.12, 0.985
"""Mean luminance: darker, print drowns in noise; brighter, in white. White paper with sparse print has 0.95."""
MAX_GLARE = 0.12
"""Share of a face that may be blown out where it is not known what lies below: a corner, but no field."""
MAX_GLARE_IN_ZONE = 0.04
"""The same for the MRZ and the portrait: two characters of a line, or an eye."""
LEGIBLE = 0.5
"""Mean confidence of a reading from which the picture evidently allowed to read the MRZ."""
LOST = 0.6
"""Confidence of a character below which glare over it counts as having hidden it."""

_FINEST_PPMM = 12.0
"""300 ppi: finer blur than this resolves harms nothing."""
_BLOWN = 250
_SMALLEST_MM2 = 12.0
_NEAR_MM, _FAR_SHARE = 0.5, 0.6
_BRIGHT, _FADES = 240, 6.0
"""Glare fades out: within half a millimetre it is nearly as bright, and at 0.6 of its own radius it is less so. White
paper is as white right to its edge."""
_COMPACT = 0.6
"""Share of its own outline that glare fills: nothing shows through. In white paper there is print."""
_CUT: dict[Side, str] = {
    "left": "The document is cut off at the left.",
    "top": "The document is cut off at the top.",
    "right": "The document is cut off at the right.",
    "bottom": "The document is cut off at the bottom.",
}
_PORTRAIT = (0.02, 0.12, 0.36, 0.62)
"""Left, top, width, height: the part of a face where Doc 9303 part 3, 2.3 puts the portrait (zone V)."""


def assess(
    pixels: Pixels, ppmm: float, mrz: MrzReading | None, cut: tuple[Side, ...] = (), is_document: bool = True
) -> Quality:
    """Quality of a straightened face of (h, w, 3) uint8 RGB pixels, `ppmm` of them a millimetre.

    `mrz`: its reading with boxes in pixels of the face; one that came out well overrules what the numbers say.
    `is_document`: False where the whole page was taken because nothing on it looked like a document.
    """
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    ppi, sharpness, exposure = ppmm * 25.4, rise_mm(grey, ppmm), float(grey.mean()) / 255
    glare = glare_mask(pixels, ppmm)
    share = float(glare.mean())
    fatal: list[str] = []
    notes: list[str] = []
    if mrz is None or _confidence(mrz) < LEGIBLE:
        if ppi < MIN_PPI:
            fatal.append(f"Take it again from nearer: {ppi:.0f} pixels an inch are too few to read it.")
        if sharpness > MAX_RISE_MM:
            fatal.append("Take it again: the picture is blurred.")
        if exposure < MIN_EXPOSURE:
            fatal.append("Take it again: the picture is too dark.")
        if exposure > MAX_EXPOSURE:
            fatal.append("Take it again: the picture is too bright.")
        if share > MAX_GLARE:
            fatal.append("Take it again: glare over the document.")
    if mrz is not None and mrz.box is not None and _share(glare, mrz.box) > MAX_GLARE_IN_ZONE:
        hidden = _confidence(mrz) < LEGIBLE or _hidden(glare, mrz)
        (fatal if hidden else notes).append("Take it again: glare over the MRZ.")
    h, w = grey.shape
    left, top, width, height = _PORTRAIT
    if _share(glare, Box(x=left * w, y=top * h, width=width * w, height=height * h)) > MAX_GLARE_IN_ZONE:
        notes.append("Take it again for the portrait: there is glare over it.")
    notes += [_CUT[side] for side in cut]
    if not is_document:
        fatal.append("No travel document was found: take it again, whole and on a plain ground.")
    return Quality(
        ppi=round(ppi, 1),
        sharpness=round(sharpness, 3),
        glare=round(share, 4),
        exposure=round(exposure, 4),
        cut_edges=cut,
        usable=not fatal,
        reasons=(*fatal, *notes),
    )


def rise_mm(grey: npt.NDArray[np.uint8], ppmm: float) -> float:
    """10-90 % rise distance of the sharpest strong edges, in millimetres: what optics, focus and motion left of them.

    An edge blurred by a Gaussian rises from 10 to 90 % over 1.02 times its height divided by its steepest slope.
    """
    if ppmm > _FINEST_PPMM:
        scale = _FINEST_PPMM / ppmm
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        ppmm = _FINEST_PPMM
    reach = 2 * max(2, round(ppmm)) + 1
    around = np.ones((reach, reach), np.uint8)
    smooth = cv2.GaussianBlur(grey, (3, 3), 0.6)
    height = cv2.subtract(cv2.dilate(smooth, around), cv2.erode(smooth, around))
    strong = height > int(max(24.0, 0.6 * float(np.quantile(height[::4, ::4], 0.99))))
    if np.count_nonzero(strong) < 30:
        return float(reach / ppmm)
    across, down = (cv2.Sobel(smooth, cv2.CV_16S, dx, 1 - dx, ksize=1)[strong].astype(np.float32) for dx in (1, 0))
    steepest = cv2.magnitude(across / 2, down / 2).ravel() / height[strong]
    return float(1.02 / max(float(np.quantile(steepest, 0.98)), 1e-3) / ppmm)


def glare_mask(pixels: Pixels, ppmm: float) -> Mask:
    """(h, w) where a reflection has blown out all three colours: spots of 12 square millimetres or more that fade out
    around. White paper is as bright but does not fade."""
    blown = cv2.inRange(pixels, (_BLOWN, _BLOWN, _BLOWN), (255, 255, 255))
    if not blown.any():
        return blown.astype(bool)
    scale = min(1.0, 4.0 / ppmm)  # 4 pixels a millimetre are plenty for spots of that size
    h, w = blown.shape
    size = (max(1, round(w * scale)), max(1, round(h * scale)))
    small = cv2.resize(blown, size, interpolation=cv2.INTER_AREA) > 200
    per_mm = ppmm * scale
    labels, stats = components(small)
    large = [int(k) for k in np.flatnonzero(stats[:, cv2.CC_STAT_AREA] >= _SMALLEST_MM2 * per_mm**2) if k > 0]
    if not large:
        return np.zeros((h, w), bool)
    reduced = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    luminance = np.asarray(cv2.cvtColor(reduced, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    glare = np.zeros(small.shape, np.uint8)
    for label in large:
        radius = float(np.sqrt(stats[label, cv2.CC_STAT_AREA] / np.pi))
        far = round(max(1.5 * per_mm, _FAR_SHARE * radius)) + 1
        x, y, width, height = (int(v) for v in stats[label, :4])
        window = np.s_[max(0, y - far) : y + height + far, max(0, x - far) : x + width + far]
        spot = (labels[window] == label).astype(np.uint8)
        if _is_compact(spot) and _fades(spot, luminance[window], _NEAR_MM * per_mm, far):
            glare[window] |= spot
    return cv2.resize(glare, (w, h), interpolation=cv2.INTER_NEAREST).astype(bool)


def _is_compact(spot: npt.NDArray[np.uint8]) -> bool:
    contours, _ = cv2.findContours(spot, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.contourArea(cv2.convexHull(np.concatenate(contours)))
    return float(spot.sum()) > _COMPACT * hull


def _fades(spot: npt.NDArray[np.uint8], luminance: npt.NDArray[np.uint8], near: float, far: float) -> bool:
    away = np.asarray(cv2.distanceTransform(1 - spot, cv2.DIST_L2, 3))
    inner, outer = luminance[(away > 0) & (away <= max(near, 1.5))], luminance[(away > far - 2.5) & (away <= far)]
    if not (inner.size and outer.size):
        return False
    return bool(np.median(inner) >= _BRIGHT and np.median(inner) - np.median(outer) >= _FADES)


def _confidence(mrz: MrzReading) -> float:
    symbols = [symbol.confidence for line in mrz.symbols for symbol in line]
    return float(np.mean(symbols)) if symbols else 1.0


def _hidden(glare: Mask, mrz: MrzReading) -> bool:
    """Whether a character that lies in glare was not surely read."""
    return any(
        symbol.confidence < LOST and symbol.box is not None and _share(glare, symbol.box) > 0.3
        for line in mrz.symbols
        for symbol in line
    )


def _share(mask: Mask, box: Box) -> float:
    top, left = max(0, round(box.y)), max(0, round(box.x))
    part = mask[top : max(top, round(box.bottom)), left : max(left, round(box.right))]
    return float(part.mean()) if part.size else 0.0
