"""Halftone screens: frequency and angle of the dots in which a copy was printed again.

A genuine page is printed in lines and flat inks; a copy from an office printer or offset press is broken into dots on
a regular grid, which stands in the spectrum as a peak. Frequency and angle of the grid belong to the machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import Floats

WINDOW = 96
"""Side of the windows whose spectra are averaged, pixels."""
STEP, FEWEST, MOST = 64, 4, 120
"""Pixels from window to window; windows without which there is no spectrum, and that are enough for one."""
MIN_BARE = 0.6
"""Share of a window that must be bare."""
LOWEST, HIGHEST = 1.6, 5.6
"""Frequencies (cycles a millimetre) looked at: below lie guilloche lines, above the limit of 300 pixels an inch."""
STANDS_OUT_DB = 12.0
"""Height of a peak over the spectrum at like frequencies from which it is a screen."""


@dataclass(frozen=True)
class Screen:
    frequency: float
    """Cycles a millimetre."""
    angle: float
    """Degrees, 0 to 90: a grid looks the same turned by a right angle."""
    strength: float
    """Decibels over the spectrum at like frequencies."""


def screen_in(residual: Floats, bare: npt.NDArray[np.bool_], ppmm: float) -> Screen | None:
    """The screen in (h, w) print from which the template was taken away; None where none stands out or too little is
    bare."""
    power = _spectrum(residual, bare)
    if power is None:
        return None
    axis = np.fft.fftshift(np.fft.fftfreq(WINDOW, 1 / ppmm))
    fx, fy = np.meshgrid(axis, axis)
    radius = np.hypot(fx, fy)
    decibels = 10 * np.log10(power + 1e-9)
    level = np.full(decibels.shape, np.inf)
    rings = np.rint(radius / (ppmm / WINDOW)).astype(int)
    for ring in range(rings.max() + 1):
        around = np.abs(rings - ring) <= 1
        if around.any():
            level[rings == ring] = np.median(decibels[around])
    # Axes of the pixel grid hold the marks of JPEG blocks and of the scanner's line.
    judged = (radius > LOWEST) & (radius < HIGHEST) & (fy >= 0) & (np.minimum(np.abs(fx), np.abs(fy)) > 0.3)
    excess = np.where(judged, decibels - level, -np.inf)
    row, column = (int(v) for v in np.unravel_index(int(np.argmax(excess)), excess.shape))
    strength = float(excess[row, column])
    if strength < STANDS_OUT_DB:
        return None
    rows, columns = slice(max(0, row - 1), row + 2), slice(max(0, column - 1), column + 2)
    weight = power[rows, columns]
    x, y = float(np.average(fx[rows, columns], weights=weight)), float(np.average(fy[rows, columns], weights=weight))
    return Screen(float(np.hypot(x, y)), float(np.degrees(np.arctan2(y, x))) % 90, strength)


def _spectrum(residual: Floats, bare: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64] | None:
    """(WINDOW, WINDOW) mean power, zero frequency in the middle."""
    hann = (np.hanning(WINDOW)[:, None] * np.hanning(WINDOW)[None]).astype(np.float32)
    share = cv2.boxFilter(bare.astype(np.float32), -1, (WINDOW, WINDOW), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
    windows = []
    for top in range(0, residual.shape[0] - WINDOW + 1, STEP):
        for left in range(0, residual.shape[1] - WINDOW + 1, STEP):
            if share[top, left] < MIN_BARE:
                continue
            at = slice(top, top + WINDOW), slice(left, left + WINDOW)
            weight = hann * bare[at]
            mean = float((residual[at] * weight).sum() / weight.sum())
            windows.append((residual[at] - mean) * weight)
    if len(windows) < FEWEST:
        return None
    spectra = np.abs(np.fft.fft2(np.stack(windows[:MOST]).astype(np.float32))) ** 2
    return np.asarray(np.fft.fftshift(spectra.mean(axis=0)), np.float64)
