"""How much colour a picture has, and how grainy its colours are."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import averaged

Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]

PPMM = 5.0
"""Pixels a millimetre at which grain is measured: dots of ink that clump, not those of the sensor."""
COLOUR_PPMM = 2.0
"""The same for colours as such: noise is averaged away."""
_SOME = np.s_[::2, ::2]
"""Neighbours are smoothed together: a quarter of the pixels tells what is typical."""


def _resized(pixels: Pixels, ppmm: float, wanted: float) -> Floats:
    scale = min(1.0, wanted / ppmm)
    small = averaged(pixels, (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale)))
    return small.astype(np.float32)


def variety(pixels: Pixels, ppmm: float) -> float:
    """CIELAB chroma by which the most colourful twentieth of (h, w, 3) pixels differs from the usual colour."""
    small = _resized(pixels, ppmm, COLOUR_PPMM) / 255
    chroma = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)[..., 1:].reshape(-1, 2)
    return float(np.percentile(np.linalg.norm(chroma - np.median(chroma, axis=0), axis=1), 95))


def grains(pixels: Pixels, ppmm: float) -> tuple[Floats, Floats]:
    """(h', w') grey levels by which two colour differences of (h, w, 3) pixels differ over 0.2 to 0.4 mm, at PPMM."""
    red, green, blue = cv2.split(_resized(pixels, ppmm, PPMM))
    red_green, yellow_blue = (
        np.abs(cv2.GaussianBlur(difference, (0, 0), 0.2 * PPMM) - cv2.GaussianBlur(difference, (0, 0), 0.4 * PPMM))
        for difference in (red - green, (red + green) / 2 - blue)
    )
    return red_green, yellow_blue


def grain(differing: tuple[Floats, Floats], judged: Mask) -> float:
    """Grey levels by which colours typically differ, by the `grains` of a picture, where it is `judged` (h, w).

    An inkjet makes a tint of dots of few inks, strewn at random; offset print makes it of one even ink, or of lines.
    """
    size = differing[0].shape[1::-1]
    where = (cv2.resize(judged.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0)[_SOME]
    return sum(float(np.median(band[_SOME][where])) for band in differing) if where.any() else 0.0
