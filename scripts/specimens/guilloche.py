"""Line work of security print as coverage plates: nets, rosettes, bands, relief lines, microprint, all from curves.

A plate is drawn at twice the asked resolution with anti-aliasing and brought down, so that a line of 60 micrometres has
its true weight. Lengths are millimetres.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from .lettering import line as text_line

Coverage = npt.NDArray[np.uint8]
Curve = npt.NDArray[np.float64]

_OVER = 2
_SHIFT = 4
MM = 25.4


class Plate:
    """One printing plate under work: curves are added, `coverage` gives 0 (no ink) to 255."""

    def __init__(self, size: tuple[float, float], ppi: float) -> None:
        self.size = size
        self._scale = ppi / MM * _OVER
        self._shape = (round(size[1] * ppi / MM), round(size[0] * ppi / MM))
        self._canvas = np.zeros((self._shape[0] * _OVER, self._shape[1] * _OVER), dtype=np.uint8)

    def curves(self, curves: list[Curve], width: float, closed: bool = False) -> None:
        """Draw (n, 2) polylines `width` wide."""
        pixels = width * self._scale
        thick = max(1, round(pixels))
        points = [np.round(c * self._scale * 2**_SHIFT).astype(np.int32) for c in curves]
        cv2.polylines(self._canvas, points, closed, min(255, round(255 * pixels / thick)), thick, cv2.LINE_AA, _SHIFT)

    def polygon(self, outline: Curve, value: int = 255) -> None:
        points = np.round(outline * self._scale * 2**_SHIFT).astype(np.int32)
        cv2.fillPoly(self._canvas, [points], value, cv2.LINE_AA, _SHIFT)

    def microprint(self, text: str, font: str, height: float, x: float, y: float, length: float) -> None:
        """`text` again and again from (x, baseline y) on, letters `height` high."""
        strip = text_line(text + " ", font, height * self._scale, round(length * self._scale))
        top, left = round(y * self._scale) - strip.shape[0], round(x * self._scale)
        window = self._canvas[max(0, top) : top + strip.shape[0], left : left + strip.shape[1]]
        np.maximum(window, strip[-window.shape[0] :, : window.shape[1]], out=window)

    def coverage(self) -> Coverage:
        return cv2.resize(self._canvas, self._shape[::-1], interpolation=cv2.INTER_AREA)


Net = Callable[[Plate, np.random.Generator, Coverage], None]


def waves(plate: Plate, rng: np.random.Generator, raised: Coverage) -> None:
    """Waves across the page whose phase drifts from line to line."""
    width, height = plate.size
    x = np.linspace(-1, width + 1, 420)
    pitch, swing = rng.uniform(0.55, 0.75), rng.uniform(2.0, 4.0)
    length, drift, second = rng.uniform(28, 60), rng.uniform(0.02, 0.07), rng.uniform(0.2, 0.45)
    rows = np.arange(-swing * 2, height + swing * 2, pitch)
    plate.curves(
        [
            np.column_stack(
                [
                    x,
                    y
                    + swing * np.sin(2 * np.pi * x / length + drift * k)
                    + swing * second * np.sin(2 * np.pi * x / (length * 0.37) - 2.3 * drift * k),
                ]
            )
            for k, y in enumerate(rows)
        ],
        0.075,
    )


def mesh(plate: Plate, rng: np.random.Generator, raised: Coverage) -> None:
    """Two families of slanting waves that cross."""
    width, height = plate.size
    reach = np.hypot(width, height)
    t = np.linspace(-reach, reach, 500)
    angle, pitch, swing = rng.uniform(18, 42), rng.uniform(0.85, 1.2), rng.uniform(0.8, 1.8)
    length = rng.uniform(12, 22)
    for side in (-1, 1):
        a = np.deg2rad(angle) * side
        curves = []
        for k, offset in enumerate(np.arange(-reach, reach, pitch)):
            across = offset + swing * np.sin(2 * np.pi * t / length + 0.11 * k * side)
            curves.append(
                np.column_stack(
                    [
                        width / 2 + t * np.cos(a) - across * np.sin(a),
                        height / 2 + t * np.sin(a) + across * np.cos(a),
                    ]
                )
            )
        plate.curves(curves, 0.065)


def bands(plate: Plate, rng: np.random.Generator, raised: Coverage) -> None:
    """Braids: many phases of one wave between two envelopes, band under band."""
    width, height = plate.size
    x = np.linspace(-1, width + 1, 700)
    gap, phases = rng.uniform(9, 13), int(rng.integers(9, 14))
    length, beat = rng.uniform(9, 16), rng.uniform(38, 70)
    for row, y in enumerate(np.arange(gap / 3, height + gap, gap)):
        envelope = gap * (0.26 + 0.2 * np.sin(2 * np.pi * x / beat + row))
        plate.curves(
            [np.column_stack([x, y + envelope * np.sin(2 * np.pi * (x / length + k / phases))]) for k in range(phases)],
            0.06,
        )


def fan(plate: Plate, rng: np.random.Generator, raised: Coverage) -> None:
    """Swinging rays around a focus, and rings that breathe."""
    width, height = plate.size
    focus = np.array([width * rng.uniform(0.25, 0.75), height * rng.uniform(0.2, 0.8)])
    r = np.linspace(1.5, np.hypot(width, height), 420)
    count, twist, swing = int(rng.integers(190, 260)), rng.uniform(0.4, 1.1), rng.uniform(0.02, 0.05)
    rays = []
    for k in range(count):
        a = 2 * np.pi * k / count + twist * np.log1p(r / 14) + swing * np.sin(r / 3.1 + k % 2 * np.pi)
        rays.append(focus + np.column_stack([r * np.cos(a), r * np.sin(a)]))
    plate.curves(rays, 0.065)


def relief(plate: Plate, rng: np.random.Generator, raised: Coverage) -> None:
    """Straight lines that step aside where the emblem and the title stand, so that these rise out of the net."""
    width, height = plate.size
    x = np.linspace(0, width, 1100)
    pitch, lift = rng.uniform(0.5, 0.62), rng.uniform(0.5, 0.62)
    columns = np.clip(x / width * raised.shape[1], 0, raised.shape[1] - 1).astype(int)
    curves = []
    for y in np.arange(0, height + pitch, pitch):
        row = min(raised.shape[0] - 1, int(y / height * raised.shape[0]))
        curves.append(np.column_stack([x, y - lift * raised[row, columns] / 255.0 + 0.2 * np.sin(x / 9.0)]))
    plate.curves(curves, 0.085)


NETS: dict[str, Net] = {"waves": waves, "mesh": mesh, "bands": bands, "fan": fan, "relief": relief}


def rosette(plate: Plate, centre: tuple[float, float], radius: float, rng: np.random.Generator) -> None:
    """Three rings of phase-shifted hypotrochoid-like curves around a centre."""
    t = np.linspace(0, 2 * np.pi, 900)
    for inner, outer, weight in ((0.08, 0.42, 0.055), (0.36, 0.74, 0.06), (0.68, 1.0, 0.06)):
        petals, phases = int(rng.integers(6, 15)), int(rng.integers(4, 7) if inner < 0.1 else rng.integers(7, 13))
        middle, swing = radius * (inner + outer) / 2, radius * (outer - inner) / 2
        lobes = int(rng.integers(3, 8))
        curves = []
        for k in range(phases):
            phase = 2 * np.pi * k / phases
            wave = np.sin(petals * t + phase) * (0.78 + 0.22 * np.cos(lobes * t))
            r = middle + swing * wave
            curves.append(np.column_stack([centre[0] + r * np.cos(t), centre[1] + r * np.sin(t)]))
        plate.curves(curves, weight, closed=True)


def frame(plate: Plate, rng: np.random.Generator, inset: float, depth: float) -> None:
    """A braid along the four edges."""
    width, height = plate.size
    phases = int(rng.integers(5, 8))
    length = rng.uniform(4.5, 7.0)
    for axis, reach, lows in ((0, width, (inset, height - inset)), (1, height, (inset, width - inset))):
        t = np.linspace(inset, reach - inset, 600)
        for at in lows:
            for k in range(phases):
                wave = at + depth / 2 * np.sin(2 * np.pi * (t / length + k / phases))
                plate.curves([np.column_stack([t, wave] if axis == 0 else [wave, t])], 0.06)
