"""Whole pages that never left the true press: printed again from a scan, shown on a screen, drawn anew."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from . import press
from .design import Design
from .handiwork import SKILLS, Skill, near_font, other_font
from .visage import rgb

Pixels = npt.NDArray[np.uint8]


def printed_again(page: Pixels, ppi: float, skill: Skill, rng: np.random.Generator) -> Pixels:
    """Scanned, then printed by a colour inkjet: fine lines melt into dots, colours drift, edges soften."""
    ways = {"crude": (150, 1.15, 1.15), "careful": (240, 0.95, 1.08), "professional": (400, 0.8, 1.02)}
    scan_ppi, soft, contrast = ways[skill]
    small = cv2.resize(page, None, fx=scan_ppi / ppi, fy=scan_ppi / ppi, interpolation=cv2.INTER_AREA)
    seen = cv2.resize(small, page.shape[1::-1], interpolation=cv2.INTER_CUBIC).astype(np.float32)
    drift = np.eye(3, dtype=np.float32) + rng.normal(0, 0.015, (3, 3)).astype(np.float32)
    seen = cv2.transform((seen - 128) * contrast + 128, drift)
    return np.clip(press.halftone(np.clip(seen, 0, 255), rng, soft * ppi / 600 * 1.1, depth=1.0), 0, 255).astype(
        np.uint8
    )


def photocopied(page: Pixels, ppi: float, skill: Skill, rng: np.random.Generator) -> Pixels:
    """Copied on a laser machine: toner in rows of dots that grow with darkness. Crude on an old grey one, careful on a
    fine grey one, professional in colours whose rows lie at angles to each other."""
    small = cv2.resize(page, None, fx=300 / ppi, fy=300 / ppi, interpolation=cv2.INTER_AREA)
    seen = cv2.resize(small, page.shape[1::-1], interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
    seen = np.clip((seen - 0.5) * 1.12 + 0.53 + rng.normal(0, 0.01, 3).astype(np.float32), 0, 1)
    pitch = ppi / {"crude": 106, "careful": 141, "professional": 190}[skill]
    angles = (45.0,)
    if skill == "professional":
        angles = (15.0, 75.0, 0.0)
    else:
        seen = seen @ np.array([[0.299], [0.587], [0.114]], dtype=np.float32)
    turned = np.deg2rad(np.array(angles) + rng.normal(0, 1.5))
    y, x = np.mgrid[0 : page.shape[0], 0 : page.shape[1]].astype(np.float32) * np.float32(2 * np.pi / pitch)
    toner = np.empty_like(seen)
    for i, a in enumerate(turned):
        c, s = np.float32(np.cos(a)), np.float32(np.sin(a))
        dots = 0.5 + 0.25 * (np.cos(c * x + s * y) + np.cos(c * y - s * x))
        toner[..., i] = np.clip((seen[..., i] - dots) * 5 + 0.5, 0, 1)
    toner = cv2.GaussianBlur(toner, (0, 0), 0.9 * ppi / 600).reshape(*page.shape[:2], -1)
    # Row by row: else the colours lie apart in memory, as they do in what was broadcast, and each copy walks the page.
    return np.broadcast_to(28 + 222 * toner, page.shape).astype(np.uint8, order="C")


def shown_on_screen(page: Pixels, ppi: float, skill: Skill, rng: np.random.Generator) -> Pixels:
    """Displayed on a panel of so many pixels an inch: red, green and blue stripes with dark gaps."""
    pitch = {"crude": 6, "careful": 4, "professional": 3}[skill]
    h, w = page.shape[:2]
    small = cv2.resize(page, (w // pitch, h // pitch), interpolation=cv2.INTER_AREA)
    lit = cv2.resize(small, (w, h), interpolation=cv2.INTER_NEAREST).astype(np.float32) / 255
    lit = np.power(lit, 1.1) * np.array([0.95, 1.0, 1.06], dtype=np.float32)
    x, y = np.arange(w) % pitch / pitch, np.arange(h) % pitch / pitch
    depth = 0.42
    stripes = np.stack([1 - depth + depth * np.cos(2 * np.pi * (x - i / 3)) for i in range(3)], axis=1)
    gaps = 1 - 0.25 * (y < 1 / pitch)
    panel = lit * stripes[None].astype(np.float32) * gaps[:, None, None].astype(np.float32) / (1 - depth * 0.8)
    glow = 8 + 6 * float(rng.random())
    return np.clip(panel * 235 + glow, 0, 255).astype(np.uint8)


def redrawn(design: Design, skill: Skill, rng: np.random.Generator) -> Design:
    """A counterfeiter's own artwork after the design: near in colour and layout, other in every line.

    Three workshops for each design and skill, so that artwork recurs as it does in seizures.
    """
    workshop = int(rng.integers(1, 4))
    rng = np.random.default_rng([design.seed, SKILLS.index(skill), workshop])
    off = {"crude": 26.0, "careful": 12.0, "professional": 6.0}[skill]

    def drift(colour: str) -> str:
        r, g, b = (int(v) for v in np.clip(rgb(colour) + rng.normal(0, off, 3), 0, 255))
        return f"{r:02x}{g:02x}{b:02x}"

    fonts = {
        "crude": (other_font(design.value_font, rng), other_font(design.label_font, rng)),
        "careful": (near_font(design.value_font, rng), near_font(design.label_font, rng)),
        "professional": (design.value_font, design.label_font),
    }[skill]
    return replace(
        design,
        seed=design.seed + workshop * 1000,
        paper=drift(design.paper),
        ink=tuple(tuple(drift(c) for c in plate) for plate in design.ink),
        accent=drift(design.accent),
        value_font=fonts[0],
        label_font=fonts[1],
        technology="inkjet",
        nets=(design.nets[1], design.nets[0]) if skill == "crude" else design.nets,
    )
