"""How a line is printed, captured and cut out: one frozen value, drawn at random, any part of it fixed for a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np


def _rarely(rng: np.random.Generator, share: float, low: float, high: float) -> float:
    """0 mostly; in `share` of the cases something between `low` and `high`."""
    return float(rng.uniform(low, high)) if rng.random() < share else 0.0


@dataclass(frozen=True, slots=True)
class Print:
    """Lengths in pixels of the master: cap height 40."""

    pitch: float
    """In units of the cap height."""
    wrong_font: bool
    spread: float
    """Sigma of the ink's spread before the ink's edge is set."""
    edge: float
    """Level of the spread ink at which its edge lies: low is fat, high is thin."""
    softness: float
    roughness: float
    unevenness: float
    dots: float
    """Period of a dot raster, 0 none."""
    jitter: float
    """Of single characters, standard deviation."""
    ink: float
    """Reflectance of full ink, 0 black."""
    cover: float
    """How much of the paper full ink hides."""
    texture: float
    """Contrast of the printed background, 0 plain paper."""
    overprint: float
    frame: bool
    neighbours: float
    """Distance to the lines above and below in units of the cap height; 0 none."""

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        spread = float(rng.uniform(0.6, 2.4))
        return cls(
            pitch=float(np.clip(rng.normal(1.03, 0.06), 0.84, 1.22)),
            wrong_font=bool(rng.random() < 0.13),
            spread=spread,
            edge=float(rng.uniform(0.24, 0.66)) * (1.06 - 0.12 * spread),  # a wider spread lowers the crest of a stroke
            softness=float(rng.uniform(0.1, 0.7)),
            roughness=_rarely(rng, 0.35, 0.02, 0.2),
            unevenness=_rarely(rng, 0.4, 0.05, 0.4),
            dots=_rarely(rng, 0.1, 3.0, 6.5),
            jitter=_rarely(rng, 0.3, 0.2, 1.2),
            ink=float(rng.uniform(0, 0.35)),
            cover=float(rng.uniform(0.25, 1) if rng.random() < 0.35 else rng.uniform(0.75, 1)),
            texture=_rarely(rng, 0.65, 0.1, 1.0),
            overprint=_rarely(rng, 0.15, 0.1, 0.75),
            frame=bool(rng.random() < 0.12),
            neighbours=float(rng.uniform(1.35, 2.9)) if rng.random() < 0.8 else 0.0,
        )


@dataclass(frozen=True, slots=True)
class Capture:
    """Lengths in pixels of the picture."""

    cap: float
    """Cap height."""
    aperture: float
    """Sigma of a pixel's sensitivity; small aliases."""
    rotation: float
    """Of the text against the pixel grid, degrees."""
    defocus: float
    """Sigma."""
    motion: float
    """Length of a streak along a random direction."""
    sharpening: float
    shade: float
    glare: float
    gamma: float
    noise: float
    """Standard deviation, grey levels of 255."""
    copied: float
    """Cap height of an earlier generation, itself compressed; 0 none."""
    jpeg: int
    """Quality; 0 not compressed."""

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        cap = float(np.exp(rng.uniform(np.log(4.8), np.log(34))))
        blurred = 0.22 * np.sqrt(cap)
        return cls(
            cap=cap,
            aperture=float(rng.uniform(0.25, 0.55)),
            rotation=float(rng.normal(0, 2.5)) if rng.random() < 0.3 else 0.0,
            defocus=_rarely(rng, 0.6, 0.2, 1.5 * blurred),
            motion=_rarely(rng, 0.12, 0.3, 4 * blurred),
            sharpening=_rarely(rng, 0.25, 0.3, 2.0),
            shade=_rarely(rng, 0.3, 0.1, 0.7),
            glare=_rarely(rng, 0.12, 0.2, 0.9),
            gamma=float(np.exp(rng.normal(0, 0.25))),
            noise=_rarely(rng, 0.5, 0.5, 12) * min(1.0, cap / 12),
            copied=_rarely(rng, 0.25, max(cap, 6), 40),
            jpeg=int(rng.integers(30, 98)) if rng.random() < 0.75 else 0,
        )


@dataclass(frozen=True, slots=True)
class Cut:
    """What the locator leaves: the strip against the ideal strip, in pixels of the strip (cap height 20)."""

    width: float
    height: float
    down: float
    tilt: float
    """Rise of the baseline in pixels per pixel."""
    slant: float
    """Shear of the uprights, pixels per pixel."""
    bow: float
    """Sagitta of the baseline over 500 pixels."""
    drift: float
    """Change of the pitch over 500 pixels, relative."""
    kernel: int
    """0 linear, 1 cubic, 2 Lanczos."""

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        return cls(
            width=float(np.clip(rng.normal(1, 0.06), 0.85, 1.15)),
            height=float(np.clip(rng.normal(1, rng.choice([0.025, 0.07])), 0.84, 1.16)),
            down=float(np.clip(rng.normal(0, 1.1), -3.2, 3.2)),
            tilt=float(np.clip(rng.normal(0, 0.004), -0.012, 0.012)),
            slant=float(np.clip(rng.normal(0, 0.025), -0.09, 0.09)),
            bow=_rarely(rng, 0.3, -1.5, 1.5),
            drift=_rarely(rng, 0.4, -0.08, 0.08),
            kernel=int(rng.integers(0, 3)),
        )


@dataclass(frozen=True, slots=True)
class Conditions:
    print: Print
    capture: Capture
    cut: Cut

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        return cls(print=Print.draw(rng), capture=Capture.draw(rng), cut=Cut.draw(rng))
