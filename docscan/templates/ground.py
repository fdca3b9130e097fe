"""The ground: what is printed under the personal data, and what of a questioned document departs from it.

A scanner changes colour, contrast and sharpness, so the questioned face is fitted to the ground by a smooth colour
surface and the ground is blurred to the face's sharpness. What then remains is judged in windows of about a
millimetre against what this very face leaves elsewhere, and against what genuine specimens left in the same window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import Floats, averaged
from docscan.geometry import Pixels

CELL_MM = 0.6
"""Side of a window's grid cell."""
MIN_SHARE = 0.2
"""Share of a window that must be bare to be judged."""
ENERGY_FLOOR = 0.3
"""Residual energy (square of L) that no capture can be held to."""
MISPLACED = 0.15
"""Pixels by which steep print may stand beside its place in any capture: what resampling alone brings."""
TONE_FLOOR = 0.6
"""Colour difference (CIELAB) that no capture can be held to."""
TONE_SHARE = 0.08
"""Share of a window's colour difference from its surroundings that a capture may change."""

LEAST_FOLLOWED = 0.05
"""Share of the ground's own pattern that a genuine capture may not follow: at 200 pixels an inch, or taken with a
phone, up to 0.045 is lost."""

BLURS = ((0.5, 0.0), (0.5, 0.5), (0.5, 0.9), (0.5, 1.3), (0.5, 1.8), (0.9, 0.5), (1.3, 0.5))
"""Blurs (sigma, pixels) of face and ground that are tried."""
BAND = 64
"""Rows of a band on which they are tried."""
CACHED = 16
"""Rows whose colours stay in the processor's cache from one step to the next."""

Mask = npt.NDArray[np.bool_]


def to_lab(pixels: Pixels) -> Floats:
    """(h, w, 3) CIELAB, L from 0 to 100."""
    return np.asarray(cv2.cvtColor(_shares(pixels), cv2.COLOR_RGB2Lab), np.float32)


def _shares(pixels: Pixels) -> Floats:
    """0 to 255 as 0 to 1."""
    return np.asarray(cv2.LUT(pixels, np.arange(256, dtype=np.float32) / np.float32(255)), np.float32)


def to_rgb(lab: Floats) -> Pixels:
    return np.asarray(np.clip(np.rint(255 * cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)), 0, 255), np.uint8)


def sparse_rgb(ground: Floats) -> Floats:
    """What `colour_fit` wants of a ground in CIELAB: its colours (RGB, 0 to 1) at some twelve thousand places."""
    return np.asarray(cv2.cvtColor(_sparse(ground), cv2.COLOR_Lab2RGB), np.float32)


def _sparse(image: Floats) -> Floats:
    """Means of squares side by side; what is less than a square at the right and below is left out."""
    step = _step(image.shape)
    rows, columns = image.shape[0] // step, image.shape[1] // step
    whole = image[: rows * step, : columns * step]
    return np.asarray(cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)


def _step(shape: tuple[int, ...]) -> int:
    """Pixels from one to the next of the places that `colour_fit` compares."""
    return max(3, round(float(np.sqrt(shape[0] * shape[1] / 12_000))))


def colour_fit(pixels: Pixels, ground: Floats, bare: Mask) -> Floats:
    """The face in CIELAB with the colours of the ground (its `sparse_rgb`): RGB and its squares mixed, plus a quadratic
    surface for uneven light, fitted to bare pixels. What cannot be fitted comes as it is."""
    height, width = bare.shape
    step = _step(bare.shape)
    at = np.s_[step // 2 : height // step * step : step, step // 2 : width // step * step : step]
    chosen = bare[at]
    if int(chosen.sum()) < 200:
        return to_lab(pixels)
    rgb = _shares(pixels)
    seen, wanted = (sparse[chosen].astype(np.float64) for sparse in (_sparse(rgb), ground))
    rows, columns = np.mgrid[at]
    design = np.hstack([seen, seen**2, _surface(rows / height, columns / width)[chosen]])
    identity = np.zeros((design.shape[1], 3))
    identity[:3] = np.eye(3)
    weight = np.sqrt(1e-3 * len(seen))
    kept = np.ones(len(seen), bool)
    for _ in range(4):
        # A light pull towards no change keeps colours that the ground does not hold (ink, portrait) where they belong.
        change = least_squares(
            np.vstack([design[kept], weight * np.eye(design.shape[1])]),
            np.vstack([wanted[kept] - design[kept] @ identity, np.zeros((design.shape[1], 3))]),
        )
        solution = identity + change
        error = np.abs(wanted - design @ solution).max(axis=1)
        kept = error <= max(0.01, 3.0 * float(np.median(error)))
    rows, columns = np.mgrid[0:height:16, 0:width:16]
    light = cv2.resize((_surface(rows / height, columns / width) @ solution[6:]).astype(np.float32), (width, height))
    return _mixed(rgb, solution[:3].T.copy(), solution[3:6].T.copy(), light)


def _mixed(rgb: Floats, once: npt.NDArray[np.float64], squared: npt.NDArray[np.float64], light: Floats) -> Floats:
    """`rgb` and its squares mixed, plus light, in CIELAB."""
    lab = np.empty_like(rgb)
    for top in range(0, len(rgb), CACHED):
        band = np.s_[top : top + CACHED]
        fitted: Floats = cv2.transform(rgb[band], once)
        fitted += cv2.transform(cv2.multiply(rgb[band], rgb[band]), squared)
        fitted += light[band]
        cv2.cvtColor(np.clip(fitted, 0, 1, out=fitted), cv2.COLOR_RGB2Lab, dst=lab[band])
    return lab


def _surface(rows: npt.NDArray[np.float64], columns: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(..., 6) terms of a quadratic over the face."""
    u, v = 2 * columns - 1, 2 * rows - 1
    return np.stack([np.ones_like(u), u, v, u * u, u * v, v * v], axis=-1)


def printed_on(lightness: Floats, ppmm: float, light_on_dark: bool = False) -> Floats:
    """(h, w) how much darker (or lighter) than what is around it each pixel of a narrow stroke is."""
    kernel = np.ones((max(3, round(2.4 * ppmm) | 1),) * 2, np.uint8)
    kind = cv2.MORPH_TOPHAT if light_on_dark else cv2.MORPH_BLACKHAT
    return np.asarray(cv2.morphologyEx(lightness, kind, kernel), np.float32)


def least_squares(design: npt.NDArray[np.float64], wanted: Floats) -> npt.NDArray[np.float64]:
    """By the normal equations, with a trace of damping: many rows, few columns, and rarely ill-conditioned."""
    return _solved(design.T @ design, design.T @ wanted)


def _solved(square: npt.NDArray[np.float64], wanted: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    damped = square + 1e-9 * np.trace(square) * np.eye(len(square))
    return np.asarray(np.linalg.solve(damped, wanted), np.float64)


def low_pass(image: Floats, sigma: float) -> Floats:
    """A Gaussian blur of large sigma (pixels), computed on a smaller picture."""
    factor = max(1, int(sigma / 1.6))
    if factor == 1:
        return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.float32)
    height, width = image.shape[:2]
    small = averaged(image, (max(1, width // factor), max(1, height // factor)))
    blurred = cv2.GaussianBlur(small, (0, 0), sigma / factor)
    return np.asarray(cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def high_pass(image: Floats, bare: Floats, sigma: float) -> Floats:
    """`image` less its local mean over bare pixels (weights 0 to 1)."""
    return _high_passes(bare, sigma)(image)


def _high_passes(bare: Floats, sigma: float) -> Callable[[Floats], Floats]:
    """`high_pass` of several images over the same pixels."""
    weight = np.maximum(low_pass(bare, sigma), 1e-3)

    def high_pass_of(image: Floats) -> Floats:
        mean = low_pass(image * bare, sigma)
        mean /= weight
        found = np.subtract(image, mean, out=mean)
        found *= bare
        return found

    return high_pass_of


@dataclass(frozen=True, eq=False)
class Residual:
    """What a face leaves after the ground is taken away, on the grid of windows."""

    texture: Floats
    """Log of the window's residual energy over what this face's noise and sharpness explain; NaN where not bare."""
    tone: Floats
    """Log of the squared colour difference of the window from its surroundings over what a capture may bring; NaN where
    not bare."""
    misprint: float
    """Log of the share of the ground's own pattern that the face does not follow, over the whole face."""
    noise: float
    """Root mean square residual in L where the ground is plain."""


def grid_of(shape: tuple[int, ...], ppmm: float) -> tuple[int, int]:
    """(columns, rows) of the grid of windows over a face."""
    return max(4, round(shape[1] / (CELL_MM * ppmm))), max(4, round(shape[0] / (CELL_MM * ppmm)))


def _sharpened_alike(face: Floats, ground: Floats, bare: Floats, sigma: float) -> tuple[Floats, Floats]:
    """High-passed face and ground after the blur of either that makes them most alike."""
    high_pass_of = _high_passes(bare, sigma)
    some = _high_passes(_bands(bare), sigma)
    faces = _unit_blurs(some(_bands(face)), {first for first, _ in BLURS})
    grounds = _unit_blurs(some(_bands(ground)), {second for _, second in BLURS})
    face_blur, ground_blur = max(BLURS, key=lambda blurs: np.vdot(faces[blurs[0]], grounds[blurs[1]]))
    return high_pass_of(blurred(face, face_blur)), high_pass_of(blurred(ground, ground_blur))


def _bands(image: Floats) -> Floats:
    """A third of the rows, in bands from top to bottom: enough to tell how sharp the whole is."""
    return np.concatenate([image[top : top + BAND] for top in range(0, image.shape[0], 3 * BAND)])


def _unit_blurs(image: Floats, sigmas: Iterable[float]) -> dict[float, Floats]:
    """Sigma -> the blurred image, brought to length 1."""
    found = {sigma: blurred(image, sigma) for sigma in sigmas}
    return {sigma: b / np.float32(np.sqrt(np.vdot(b, b)) + 1e-6) for sigma, b in found.items()}


def blurred(image: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.float32) if sigma else image


def residual(
    lightness: Floats,
    change: Sequence[Floats],
    ground: Sequence[Floats],
    bare: Mask,
    ink: Mask,
    spread: Floats,
    ppmm: float,
) -> Residual:
    """Compares a colour-fitted face, of which `lightness` is L, with its ground over `bare` pixels.

    `ground` is its planes of CIELAB, `change` those less the face's. `ink` is where letters stand, whose blur and
    compression reach into their surroundings; `spread` is the ground's normal variation.
    """
    size = grid_of(bare.shape, ppmm)
    weight = bare.astype(np.float32)
    face, plain = _sharpened_alike(lightness, ground[0], weight, ppmm)
    gain = float(np.vdot(face, plain) / (np.vdot(plain, plain) + 1e-6))
    gain = min(max(gain, 0.2), 3.0)
    pattern = gain * plain
    across, down = (cv2.Sobel(pattern, cv2.CV_32F, dx, 1 - dx, scale=0.125) for dx in (1, 0))
    gradient = cv2.add(cv2.multiply(across, across), cv2.multiply(down, down))

    share = cv2.GaussianBlur(averaged(weight, size), (0, 0), 0.8)
    judged = share > MIN_SHARE
    divisor = np.maximum(share, 1e-3)

    def bare_window(image: Floats) -> Floats:
        """Means over the bare pixels of each window, of an image that is 0 elsewhere."""
        return np.asarray(cv2.GaussianBlur(averaged(image, size), (0, 0), 0.8) / divisor, np.float32)

    def window(image: Floats) -> Floats:
        return bare_window(cv2.multiply(image, weight))

    energy = bare_window((face - pattern) ** 2)
    halo = low_pass(ink.astype(np.float32), 0.4 * ppmm)
    explained = np.stack([np.ones_like(energy), window(gradient), window(spread**2), window(halo)], axis=-1)
    coefficients = _explain(energy[judged].astype(np.float64), explained[judged].astype(np.float64))
    expected = explained @ coefficients.astype(np.float32)
    floor = ENERGY_FLOOR + MISPLACED**2 * explained[..., 1]
    excess = np.log((energy + floor) / (expected + floor))
    # Where steep print explains most of what is left, the explanation itself is rough.
    doubt = explained[..., 1] * np.float32(coefficients[1]) / (expected + floor)
    texture = np.where(judged, excess / (1 + doubt), np.nan)

    shift, contrast = (
        _from_surroundings(np.stack([window(plane) for plane in planes], axis=-1), share) for planes in (change, ground)
    )
    usual = TONE_FLOOR**2 + TONE_SHARE**2 * contrast
    tone = np.where(judged, np.log((shift + usual) / usual), np.nan)

    power = bare_window(pattern**2)[judged]
    strong = power > np.median(power)
    excess = np.median(energy[judged][strong] - coefficients[0]) / max(float(np.median(power[strong])), 1e-3)
    return Residual(
        texture=texture.astype(np.float32),
        tone=tone.astype(np.float32),
        misprint=float(np.log(max(float(excess), LEAST_FOLLOWED))),
        noise=float(np.sqrt(coefficients[0])),
    )


def _from_surroundings(windows: Floats, share: Floats) -> Floats:
    """Squared colour distance of each window from the mean within about 5 mm."""
    sigma = 5 / CELL_MM
    weight = np.maximum(cv2.GaussianBlur(share, (0, 0), sigma), 1e-3)[..., None]
    wide = cv2.GaussianBlur(windows * share[..., None], (0, 0), sigma) / weight
    return np.asarray(((windows - wide) ** 2).sum(axis=2), np.float32)


def _explain(energy: npt.NDArray[np.float64], explained: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Coefficients (not negative) of noise and the other explanations in the windows' energy: relative least
    squares that leaves out windows far above the fit, so that a forged part does not explain itself."""
    count = explained.shape[1]
    coefficients = np.array([max(float(np.median(energy)), 1e-3)] + [0.0] * (count - 1))
    for _ in range(6):
        expected = explained @ coefficients + 1e-3
        ratio = energy / expected
        weight = (ratio < 3.0 * max(1.0, float(np.median(ratio)))) / expected
        relative = explained * weight[:, None]
        square, wanted = relative.T @ relative, relative.T @ (energy * weight)
        used = list(range(count))
        while True:
            solution = _solved(square[np.ix_(used, used)], wanted[used])
            if (solution >= 0).all() or len(used) == 1:
                break
            used = [u for u, s in zip(used, solution, strict=True) if s > 0] or [0]
        coefficients = np.zeros(count)
        coefficients[used] = np.maximum(solution, 0)
        coefficients[0] = max(coefficients[0], 1e-3)
    return coefficients
