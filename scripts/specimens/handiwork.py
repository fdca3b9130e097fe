"""What a forger's hand does on the printed page: erase, write over, paste - crude, careful or professional."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from . import draw, lettering, press
from .design import Design, Place, Rect, Technology
from .draw import Press, Specimen, Writing

Pixels = npt.NDArray[np.uint8]
Skill = Literal["crude", "careful", "professional"]
SKILLS: tuple[Skill, ...] = ("crude", "careful", "professional")

_SANS_BOLD = ("DejaVuSans-Bold", "LiberationSans-Bold", "NimbusSans-Bold", "DejaVuSansCondensed-Bold")
_SANS = ("LiberationSans-Regular", "NimbusSans-Regular", "DejaVuSans", "DejaVuSansCondensed")
_NARROW = ("LiberationSansNarrow-Bold", "NimbusSansNarrow-Bold", "DejaVuSansCondensed-Bold")
_SERIF = ("LiberationSerif-Bold", "NimbusRoman-Bold", "DejaVuSerif-Bold")
_MONO = ("LiberationMono-Bold", "DejaVuSansMono-Bold", "NotoSansMono-Bold")
_FAMILIES = (_SANS_BOLD, _SANS, _NARROW, _SERIF, _MONO)
_STANDARD = ("DejaVuSans", "LiberationSans-Regular", "LiberationSerif-Regular", "DejaVuSansMono", "NimbusRoman-Regular")
"""What lies to hand on an office computer, and covers every script here."""


def near_font(font: str, rng: np.random.Generator) -> str:
    """Another font of the same kind."""
    family = next((f for f in _FAMILIES if font in f), _SANS_BOLD)
    return str(rng.choice([f for f in family if f != font]))


def other_font(font: str, rng: np.random.Generator) -> str:
    """A font of another kind."""
    family = next((f for f in _FAMILIES if font in f), ())
    return str(rng.choice([f for f in _STANDARD if f != font and f not in family]))


def bare_copy(specimen: Specimen, side: str, at: tuple[slice, slice], rng: np.random.Generator) -> Pixels:
    """A window of the blank page as a professional has it: rebuilt from another copy of the series, a touch off."""
    face = specimen.face(side)
    other = replace(Press.run(int(rng.integers(2**31))), gain=specimen.press.gain)
    part = cv2.GaussianBlur(draw.bare(specimen.design, side, face.ppi, other, at), (0, 0), 0.9)
    dx, dy = rng.normal(0, 0.06, 2) * face.ppi / 25.4
    return cv2.warpAffine(part, np.array([[1, 0, dx], [0, 1, dy]]), part.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)


def _ink_mask(part: Pixels) -> Pixels:
    """The dark letters in a window, with a brim."""
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    dark = (grey < np.percentile(grey, 75) - 45).astype(np.uint8) * 255
    return cv2.dilate(dark, np.ones((7, 7), dtype=np.uint8))


def erase(page: Pixels, specimen: Specimen, side: str, rect: Rect, skill: Skill, rng: np.random.Generator) -> Rect:
    """Remove what stands in `rect`; the rectangle that was touched."""
    ppi = specimen.face(side).ppi
    touched = rect.grown({"crude": 0.55, "careful": 0.3, "professional": 0.3}[skill])
    at = press.window(page, touched, ppi)
    part = page[at]
    if skill == "crude":
        grey = part.mean(axis=2)
        light = part[grey > np.percentile(grey, 60)].mean(axis=0) + rng.normal(2, 2, 3)
        page[at] = np.clip(light + rng.normal(0, 1.2, part.shape), 0, 255)
    elif skill == "careful":
        half = cv2.resize(part, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        filled = cv2.inpaint(half, _ink_mask(half), 4, cv2.INPAINT_TELEA)
        filled = cv2.resize(filled, part.shape[1::-1], interpolation=cv2.INTER_CUBIC).astype(np.float32)
        mask = cv2.GaussianBlur(_ink_mask(part), (0, 0), 2.0).astype(np.float32)[..., None] / 255
        page[at] = np.clip(part + (filled + rng.normal(0, 1.2, part.shape) - part) * mask, 0, 255)
    else:
        clean = bare_copy(specimen, side, at, rng).astype(np.float32)
        mask = press.feather(part.shape[:2], 0.25 * ppi / 25.4)[..., None]
        page[at] = np.clip(part + (clean - part) * mask, 0, 255)
    return touched


def forgers_writing(design: Design, run: Press, skill: Skill, rng: np.random.Generator) -> Writing:
    """How the forger sets a value: other font, near font, or the same one but for a hair."""
    true = draw.value_writing(design, run)
    sign_x, sign_y = rng.choice([-1.0, 1.0], 2)
    if skill == "crude":
        return Writing(
            other_font(true.font, rng),
            true.points * rng.uniform(1.04, 1.14),
            true.dx + sign_x * rng.uniform(0.4, 0.9),
            true.dy + sign_y * rng.uniform(0.18, 0.4),
            spacing=rng.uniform(0.0, 0.12),
            colour=(12.0, 12.0, 14.0),
            strength=1.0,
        )
    if skill == "careful":
        return Writing(
            near_font(true.font, rng),
            true.points * rng.uniform(0.97, 1.05),
            true.dx + sign_x * rng.uniform(0.15, 0.4),
            true.dy + sign_y * rng.uniform(0.06, 0.18),
            colour=(24.0, 23.0, 26.0),
            strength=0.97,
        )
    grey = rng.normal(0, 5, 3) + np.array(press.INK[design.technology])
    return Writing(
        true.font,
        true.points * rng.uniform(0.985, 1.015),
        true.dx + sign_x * rng.uniform(0.05, 0.15),
        true.dy + sign_y * rng.uniform(0.02, 0.07),
        colour=(float(grey[0]), float(grey[1]), float(grey[2])),
        strength=float(np.clip(true.strength + rng.normal(0, 0.02), 0, 1)),
    )


def hand_press(design: Design, skill: Skill) -> Technology:
    """A forger prints by inkjet; only a professional on a thermal printer comes near a photo page."""
    return "laminate" if skill == "professional" and design.technology != "inkjet" else "inkjet"


def rewrite(
    page: Pixels, specimen: Specimen, side: str, place: Place, text: str, skill: Skill, rng: np.random.Generator
) -> Rect:
    """Erase a field and write `text` in its place; the rectangle that was touched."""
    face, design = specimen.face(side), specimen.design
    touched = erase(page, specimen, side, face.zones[place.name], skill, rng)
    how = draw.fitted(text, forgers_writing(design, specimen.press, skill, rng), place.room)
    written = draw.write(page, text, place.x, place.y, how, face.ppi, hand_press(design, skill), rng)
    return touched.union(written.grown(0.2))


def mrz_cell(specimen: Specimen, line: int, column: int, count: int = 1) -> Rect:
    """The cell of `count` characters of the MRZ, lines and columns from 0."""
    x, y = draw.mrz_places(specimen.design)[line]
    dx, dy = specimen.press.shift
    return Rect(x + dx + column * draw.MRZ_PITCH - 0.1, y + dy - 2.85, count * draw.MRZ_PITCH + 0.1, 3.1)


def rewrite_mrz(
    page: Pixels, specimen: Specimen, line: int, column: int, text: str, skill: Skill, rng: np.random.Generator
) -> Rect:
    """Write `text` over the MRZ's characters from (line, column) on."""
    design, side = specimen.design, mrz_side(specimen)
    touched = erase(page, specimen, side, mrz_cell(specimen, line, column, len(text)).grown(-0.2), skill, rng)
    x, y = draw.mrz_places(design)[line]
    dx, dy = specimen.press.shift
    off = {"crude": 0.35, "careful": 0.14, "professional": 0.04}[skill]
    colour = {"crude": (8.0, 8.0, 10.0), "careful": (22.0, 21.0, 24.0), "professional": press.INK[design.technology]}[
        skill
    ]
    how = Writing(
        "DejaVuSansMono" if skill == "crude" else lettering.OCR_B,
        draw.VALUE_PT * (1.0 + float(rng.uniform(-1, 1)) * off * 0.12),
        dx + float(rng.choice([-1.0, 1.0])) * off,
        dy + float(rng.choice([-1.0, 1.0])) * off * 0.8,
        colour=colour,
        strength=specimen.press.ink,
    )
    technology = hand_press(design, skill)
    ppi = specimen.face(side).ppi
    written = draw.write_mrz_line(page, text, x + column * draw.MRZ_PITCH, y, ppi, technology, rng, how)
    return touched.union(written.grown(0.2))


def mrz_side(specimen: Specimen) -> str:
    return next(layout.side for layout in specimen.design.layouts if layout.mrz)


def paste_portrait(
    page: Pixels, specimen: Specimen, side: str, face: Pixels, skill: Skill, rng: np.random.Generator
) -> Rect:
    """Put another face in the portrait's place; the rectangle that was touched."""
    ppi, rect, design = specimen.face(side).ppi, specimen.face(side).zones["portrait"], specimen.design
    if skill == "crude":
        rect = Rect(rect.x, rect.y, rect.w * rng.uniform(0.97, 1.04), rect.h * rng.uniform(0.96, 1.03))
        rect = rect.moved(*rng.uniform(-0.7, 0.7, 2))
        at = press.window(page, rect, ppi)
        h, w = page[at].shape[:2]
        photo = cv2.resize(face, (w, h), interpolation=cv2.INTER_CUBIC).astype(np.float32)
        photo = np.clip(photo * rng.uniform(0.94, 1.08, 3), 0, 255)
        turn = cv2.getRotationMatrix2D((w / 2, h / 2), float(rng.uniform(-1.6, 1.6)), 1.0)
        photo = cv2.warpAffine(photo, turn, (w, h), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        brim = max(1, round(0.14 * ppi / 25.4))
        photo[:brim], photo[:, :brim] = 246, 246
        photo[-brim:], photo[:, -brim:] = 96, 104
        page[at] = photo
    elif skill == "careful":
        at = press.window(page, rect, ppi)
        part = page[at].astype(np.float32)
        photo = cv2.resize(face, part.shape[1::-1], interpolation=cv2.INTER_CUBIC).astype(np.float32)
        if design.technology == "laser":
            photo = press.engraving_tones(photo)[..., None] * np.full(
                3, 222 * rng.uniform(0.96, 1.04), dtype=np.float32
            )
        mask = press.feather(part.shape[:2], 0.4 * ppi / 25.4)[..., None]
        page[at] = np.clip(part + (photo - part) * mask, 0, 255)
    else:
        at = press.window(page, rect, ppi)
        page[at] = bare_copy(specimen, side, at, rng)
        technology: Technology = "inkjet" if design.technology == "laser" else design.technology
        grey = np.repeat(press.engraving_tones(face.astype(np.float32))[..., None] * 232, 3, axis=2)
        photo = grey if design.technology == "laser" else face.astype(np.float32)
        photo = np.clip(photo * rng.uniform(0.95, 1.03), 0, 255).astype(np.uint8)
        press.put_portrait(page, photo, rect, ppi, technology, rng)
    return rect.grown(0.3)
