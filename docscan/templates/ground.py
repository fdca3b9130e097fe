"""The ground: what is printed under the personal data, and what of a questioned document departs from it.

A scanner changes colour, contrast and sharpness, so the questioned face is fitted to the ground by a smooth colour
surface and the ground is blurred to the face's sharpness. What then remains is judged in windows of about a
millimetre against what this very face leaves elsewhere, and against what genuine specimens left in the same window.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docscan.document import Pixels
from docscan.templates.arrays import Floats

CELL_MM = 0.6
"""Side of a window's grid cell."""
MIN_SHARE = 0.2
"""Share of a window that must be bare to be judged."""
TONE_FLOOR = 0.35
"""Colour difference (CIELAB) that no capture can be held to."""

Mask = npt.NDArray[np.bool_]


def to_lab(pixels: Pixels) -> Floats:
    """(h, w, 3) CIELAB, L from 0 to 100."""
    return np.asarray(cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_RGB2Lab), np.float32)


def to_rgb(lab: Floats) -> Pixels:
    return np.asarray(np.clip(np.rint(255 * cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)), 0, 255), np.uint8)


def colour_fit(lab: Floats, ground: Floats, bare: Mask) -> Floats:
    """`lab` with the colours of `ground`: each channel times a gain plus a quadratic surface, fitted to bare pixels."""
    height, width = bare.shape
    step = max(3, round(np.sqrt(height * width / 12_000)))
    y, x = np.mgrid[0:height:step, 0:width:step]
    chosen = bare[::step, ::step]
    if int(chosen.sum()) < 200:
        return lab
    small = cv2.blur(lab, (step, step))[::step, ::step]
    target = cv2.blur(ground, (step, step))[::step, ::step]

    def surface(u: npt.NDArray[np.float64], v: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.stack([np.ones_like(u), u, v, u * u, u * v, v * v], axis=-1)

    basis = surface(2 * x / width - 1.0, 2 * y / height - 1.0)[chosen]
    fitted = np.empty_like(lab)
    coarse_y, coarse_x = np.mgrid[0:height:16, 0:width:16]
    coarse_basis = surface(2 * coarse_x / width - 1.0, 2 * coarse_y / height - 1.0)
    for channel in range(3):
        value, wanted = small[..., channel][chosen], target[..., channel][chosen]
        design = np.column_stack([value, basis]).astype(np.float64)
        kept = np.ones(len(value), bool)
        for _ in range(4):
            solution = least_squares(design[kept], wanted[kept])
            error = np.abs(wanted - design @ solution)
            kept = error <= max(1.0, 3.0 * float(np.median(error)))
        offset = cv2.resize((coarse_basis @ solution[1:]).astype(np.float32), (width, height))
        fitted[..., channel] = solution[0] * lab[..., channel] + offset
    return fitted


def least_squares(design: npt.NDArray[np.float64], wanted: Floats) -> npt.NDArray[np.float64]:
    """By the normal equations, with a trace of damping: many rows, few columns, and rarely ill-conditioned."""
    square = design.T @ design
    damped = square + 1e-9 * np.trace(square) * np.eye(len(square))
    return np.asarray(np.linalg.solve(damped, design.T @ wanted), np.float64)


def low_pass(image: Floats, sigma: float) -> Floats:
    """A Gaussian blur of large sigma (pixels), computed on a smaller picture."""
    factor = max(1, int(sigma / 2.5))
    if factor == 1:
        return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.float32)
    height, width = image.shape[:2]
    small = cv2.resize(image, (max(1, width // factor), max(1, height // factor)), interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (0, 0), sigma / factor)
    return np.asarray(cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def high_pass(image: Floats, bare: Floats, sigma: float) -> Floats:
    """`image` less its local mean over bare pixels (weights 0 to 1)."""
    weight = low_pass(bare, sigma)
    return np.asarray((image - low_pass(image * bare, sigma) / np.maximum(weight, 1e-3)) * bare, np.float32)


@dataclass(frozen=True, eq=False)
class Residual:
    """What a face leaves after the ground is taken away, on the grid of windows."""

    texture: Floats
    """Log of the window's residual energy over what this face's noise and sharpness explain; NaN where not bare."""
    tone: Floats
    """Log of the squared colour difference (CIELAB) of the window from its surroundings; NaN where not bare."""
    misprint: float
    """Log of the share of the ground's own pattern that the face does not follow, over the whole face."""
    noise: float
    """Root mean square residual in L where the ground is plain."""


def grid_of(shape: tuple[int, ...], ppmm: float) -> tuple[int, int]:
    """(columns, rows) of the grid of windows over a face."""
    return max(4, round(shape[1] / (CELL_MM * ppmm))), max(4, round(shape[0] / (CELL_MM * ppmm)))


def _sharpened_alike(face: Floats, ground: Floats, bare: Floats, sigma: float) -> tuple[Floats, Floats]:
    """High-passed face and ground after the blur of either that makes them most alike."""
    best: tuple[float, Floats, Floats] | None = None
    plain_face, plain_ground = high_pass(face, bare, sigma), high_pass(ground, bare, sigma)
    for face_blur, ground_blur in ((0.5, 0.0), (0.5, 0.5), (0.5, 0.9), (0.5, 1.3), (0.5, 1.8), (0.9, 0.5), (1.3, 0.5)):
        first = cv2.GaussianBlur(plain_face, (0, 0), face_blur)
        second = cv2.GaussianBlur(plain_ground, (0, 0), ground_blur) if ground_blur else plain_ground
        product = float(np.sum(first * second))
        alike = product / float(np.sqrt(np.sum(first**2) * np.sum(second**2) + 1e-9))
        if best is None or alike > best[0]:
            best = (alike, first, second)
    assert best is not None  # noqa: S101 - the loop above is never empty
    return best[1], best[2]


def residual(lab: Floats, ground: Floats, bare: Mask, spread: Floats, ppmm: float) -> Residual:
    """Compares a colour-fitted face with its ground over `bare` pixels. `spread` is the ground's normal variation."""
    size = grid_of(bare.shape, ppmm)
    weight = bare.astype(np.float32)
    face, plain = _sharpened_alike(lab[..., 0], ground[..., 0], weight, ppmm)
    gain = float(np.sum(face * plain) / (np.sum(plain * plain) + 1e-6))
    gain = min(max(gain, 0.2), 3.0)
    pattern = gain * plain
    gradient = (
        cv2.Sobel(pattern, cv2.CV_32F, 1, 0, scale=0.125) ** 2 + cv2.Sobel(pattern, cv2.CV_32F, 0, 1, scale=0.125) ** 2
    )

    share = cv2.GaussianBlur(cv2.resize(weight, size, interpolation=cv2.INTER_AREA), (0, 0), 0.8)

    def window(image: Floats) -> Floats:
        mean = cv2.GaussianBlur(cv2.resize(image * weight, size, interpolation=cv2.INTER_AREA), (0, 0), 0.8)
        return np.asarray(mean / np.maximum(share, 1e-3), np.float32)

    energy = window((face - pattern) ** 2)
    explained = np.stack([np.ones_like(energy), window(gradient), window(spread**2)], axis=-1)
    judged = share > MIN_SHARE
    coefficients = _explain(energy[judged].astype(np.float64), explained[judged].astype(np.float64))
    expected = explained @ coefficients.astype(np.float32)
    texture = np.where(judged, np.log((energy + 0.02) / (expected + 0.02)), np.nan)

    difference = np.stack([window(lab[..., c] - ground[..., c]) for c in range(3)], axis=-1)
    wide = cv2.GaussianBlur(difference * share[..., None], (0, 0), 5 / CELL_MM)
    wide = wide / np.maximum(cv2.GaussianBlur(share, (0, 0), 5 / CELL_MM), 1e-3)[..., None]
    shift = ((difference - wide) ** 2).sum(axis=2)
    tone = np.where(judged, np.log(shift + TONE_FLOOR**2), np.nan)

    power = window(pattern**2)[judged]
    strong = power > np.median(power)
    excess = np.median(energy[judged][strong] - coefficients[0]) / max(float(np.median(power[strong])), 1e-3)
    return Residual(
        texture=texture.astype(np.float32),
        tone=tone.astype(np.float32),
        misprint=float(np.log(max(float(excess), 0.0) + 0.02)),
        noise=float(np.sqrt(coefficients[0])),
    )


def _explain(energy: npt.NDArray[np.float64], explained: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Coefficients (not negative) of noise, gradient and normal variation in the windows' energy: relative least
    squares that leaves out windows far above the fit, so that a forged part does not explain itself."""
    coefficients = np.array([max(float(np.median(energy)), 1e-3), 0.0, 0.0])
    for _ in range(6):
        expected = explained @ coefficients + 1e-3
        ratio = energy / expected
        kept = ratio < 3.0 * max(1.0, float(np.median(ratio)))
        weight = 1 / expected[kept]
        used = [0, 1, 2]
        while True:
            solution = least_squares(explained[kept][:, used] * weight[:, None], energy[kept] * weight)
            if (solution >= 0).all() or len(used) == 1:
                break
            used = [u for u, s in zip(used, solution, strict=True) if s > 0] or [0]
        coefficients = np.zeros(3)
        coefficients[used] = np.maximum(solution, 0)
        coefficients[0] = max(coefficients[0], 1e-3)
    return coefficients
