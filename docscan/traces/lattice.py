"""Fine regular grids: a screen's pixels, a copier's rows of dots, and the moiré of either with the camera's pixels."""

from __future__ import annotations

import cv2
import numpy as np
from scipy.fft import rfft2

from docscan.traces.blocks import Floats

WINDOW = 256
"""Side of the windows, pixels."""
ACROSS, DOWN = 6, 4
"""Most windows that are looked at in each direction."""
_COARSEST = 24
"""Periods in a window from which a grid is fine: coarser ones are print."""
_FINEST = WINDOW // 2 - 2
"""Periods in a window up to which pixels show a grid: finer ones are the camera's own mosaic or the compression's."""
_NEAR, _FAR = 4, 8
"""Frequencies around a peak that it must tower above: lines of print are never so straight and even."""
_FLOOR = 10.0


def spectrum(grey: Floats) -> Floats | None:
    """(256, 256) mean logarithm of the power spectra of windows all over a picture, frequency 0 in the middle: what
    recurs everywhere at the same pitch stays, what bends or ends is smeared. None where the picture is too small."""
    h, w = grey.shape
    if min(h, w) < WINDOW:
        return None
    taper = np.hanning(WINDOW).astype(np.float32)
    tapers = np.outer(taper, taper)
    half = np.zeros((WINDOW, WINDOW // 2 + 1), np.float32)
    tops = np.linspace(0, h - WINDOW, min(DOWN, max(1, h // WINDOW))).astype(int)
    lefts = np.linspace(0, w - WINDOW, min(ACROSS, max(1, w // WINDOW))).astype(int)
    for y in tops:
        for x in lefts:
            part = grey[y : y + WINDOW, x : x + WINDOW]
            waves = rfft2((part - part.mean()) * tapers)
            half += np.log(waves.real**2 + waves.imag**2 + np.float32(_FLOOR))
    # A picture's spectrum is the same half a turn on.
    turned = np.roll(half[::-1, -2:0:-1], 1, axis=0)
    return np.asarray(np.fft.fftshift(np.hstack([half, turned]) / (len(tops) * len(lefts))), np.float32)


def grid(spectrum: Floats, own: Floats | None = None) -> tuple[float, float]:
    """How far (nats) the strongest square grid stands out of a spectrum, and its pitch in pixels.

    A grid is two peaks, one a quarter turn from the other, that both tower above all frequencies around them. A net of
    lines has one, or broad ones. Where the page's own print makes one, `own`, the spectrum of that print at the same
    size, tells by how much.
    """
    both = _towering(spectrum)
    if own is not None:
        both -= np.maximum(cv2.dilate(_towering(own), np.ones((3, 3), np.uint8)), 0.0)
    middle = WINDOW // 2
    v, u = np.mgrid[-middle:middle, -middle:middle]
    frequency = np.hypot(v, u)
    both[(frequency < _COARSEST) | (frequency > _FINEST)] = -np.inf
    place = int(np.argmax(both))
    return max(0.0, float(both.flat[place])), WINDOW / float(frequency.flat[place])


def _towering(spectrum: Floats) -> Floats:
    """(256, 256) nats by which each frequency and the one a quarter turn from it tower above those around them."""
    ys, xs = np.mgrid[-_FAR : _FAR + 1, -_FAR : _FAR + 1]
    radius = np.hypot(ys, xs)
    around = ((radius >= _NEAR) & (radius <= _FAR)).astype(np.uint8)
    alone = cv2.dilate(spectrum - cv2.dilate(spectrum, around), np.ones((3, 3), np.uint8))
    # Rows and columns run from -128 to 127: after a quarter turn frequency 0 is one row too high.
    return np.asarray(np.minimum(alone, np.roll(np.rot90(alone), 1, axis=0)), np.float32)
