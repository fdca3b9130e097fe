"""One genuine specimen: a design's blank page with a holder's data, at print resolution, before any capture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from docscan.icao.formats import Format

from . import background, holder, lettering, press
from .design import Design, Layout, Rect, Technology
from .faces import portrait
from .holder import Holder
from .visage import rgb

Pixels = npt.NDArray[np.uint8]

VALUE_PT = 8.2
MRZ_PITCH, MRZ_LINE = 2.54, 6.35
"""Millimetres: 10 characters an inch; 4 lines an inch."""
_MRZ_LEFT = {Format.TD1: 5.0, Format.TD2: 4.0, Format.MRV_B: 4.0}
_MRZ_FOOT = {Format.TD1: 4.2}
OCR_B_ADVANCE = 0.723
"""Width of a character of the font in ems: a pitch of 2.54 mm makes it size I."""


@dataclass(frozen=True, slots=True)
class Press:
    """How one copy came out: within the tolerances of a genuine press."""

    seed: int
    shift: tuple[float, float]
    """Holder's data against the background, millimetres."""
    gain: tuple[float, float, float]
    """Strength of the background's colours."""
    ink: float

    @classmethod
    def run(cls, seed: int) -> Press:
        rng = np.random.default_rng([seed, 0x9E55])
        gain = rng.normal(1.0, 0.02) + rng.normal(0, 0.008, 3)
        shift = rng.normal(0, 0.09, 2)
        return cls(seed, (float(shift[0]), float(shift[1])), tuple(gain.tolist()), float(rng.normal(0.93, 0.015)))

    def rng(self, part: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, part])


@dataclass(frozen=True, slots=True, eq=False)
class SpecimenFace:
    side: str
    pixels: Pixels
    ppi: float
    zones: Mapping[str, Rect]
    """Millimetres: `portrait`, `ghost`, `signature`, `mrz`, `mrz.1` ..., and the ink box of each field."""
    texts: Mapping[str, str]
    """What is printed in each field, and in each line of the MRZ."""


@dataclass(frozen=True, slots=True, eq=False)
class Specimen:
    design: Design
    holder: Holder
    press: Press
    faces: tuple[SpecimenFace, ...]

    def face(self, side: str) -> SpecimenFace:
        return next(f for f in self.faces if f.side == side)


@lru_cache(maxsize=2)
def _paper(shape: tuple[int, int]) -> Pixels:
    """Fibres and grain around 128, larger than any page."""
    rng = np.random.default_rng(4711)
    fine = rng.normal(0, 1.5, (shape[0] // 2, shape[1] // 2)).astype(np.float32)
    grain = cv2.resize(fine, shape[::-1], interpolation=cv2.INTER_LINEAR) * 1.5
    cloud = cv2.resize(rng.normal(0, 1.0, (40, 56)).astype(np.float32), shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.clip(128 + grain + cloud, 0, 255).astype(np.uint8)


WHOLE = (slice(None), slice(None))


def bare(design: Design, side: str, ppi: float, run: Press, at: tuple[slice, slice] = WHOLE) -> Pixels:
    """The page, or the rows and columns `at` of it, as it lay in the press before personalisation."""
    blank = background.background(design, side, ppi)
    lut = np.arange(256, dtype=np.float32)
    table = np.clip(np.stack([255 - (255 - lut) * g for g in run.gain], axis=1), 0, 255).astype(np.uint8)
    page = cv2.LUT(np.ascontiguousarray(blank[at]), table[None])
    paper = _paper((blank.shape[0] + 256, blank.shape[1] + 256))
    y, x = (int(v) for v in run.rng(1).integers(256, size=2))
    grain = paper[y : y + blank.shape[0], x : x + blank.shape[1]][at]
    return cv2.addWeighted(page, 1.0, cv2.merge([grain] * 3), 1.0, -128.0)


@dataclass(frozen=True, slots=True)
class Writing:
    """How a text is set; what a forger gets wrong."""

    font: str
    points: float = VALUE_PT
    dx: float = 0.0
    dy: float = 0.0
    spacing: float = 0.0
    colour: tuple[float, float, float] | None = None
    strength: float = 0.93


def write(
    page: Pixels,
    text: str,
    x: float,
    y: float,
    how: Writing,
    ppi: float,
    technology: Technology,
    rng: np.random.Generator,
) -> Rect:
    """Print `text` with the left end of its baseline at (x, y) mm; its ink box in millimetres."""
    mm = ppi / 25.4
    px, py = (x + how.dx) * mm, (y + how.dy) * mm
    fraction = (px - np.floor(px), py - np.floor(py))
    mask, (ox, oy) = lettering.stamp(text, how.font, how.points * ppi / 72, fraction, how.spacing * mm)
    left, top = int(np.floor(px)) - ox, int(np.floor(py)) - oy
    press.put_text(page, mask, left, top, ppi, technology, rng, how.colour, how.strength)
    bx, by, bw, bh = cv2.boundingRect(mask)
    return Rect((left + bx) / mm, (top + by) / mm, bw / mm, bh / mm)


def fitted(text: str, how: Writing, room: float) -> Writing:
    """`how`, narrower where `text` would not fit into `room` millimetres."""
    width = lettering.length(text, how.font, 100.0) / 100 * how.points * 25.4 / 72
    if width <= room:
        return how
    return Writing(how.font, how.points * room / width, how.dx, how.dy, how.spacing, how.colour, how.strength)


def mrz_places(design: Design) -> tuple[tuple[float, float], ...]:
    """Left end and baseline of each line in millimetres (Doc 9303 parts 4-7: the MRZ)."""
    left = _MRZ_LEFT.get(design.format, 6.0)
    foot = design.size[1] - _MRZ_FOOT.get(design.format, 8.0)
    rows = design.format.rows
    return tuple((left, foot - (rows - 1 - i) * MRZ_LINE) for i in range(rows))


def write_mrz_line(
    page: Pixels,
    text: str,
    x: float,
    y: float,
    ppi: float,
    technology: Technology,
    rng: np.random.Generator,
    how: Writing | None = None,
    pitch: float = MRZ_PITCH,
) -> Rect:
    """One line of the MRZ, each character in its own cell; its box in millimetres."""
    how = how or Writing(lettering.OCR_B)
    mm = ppi / 25.4
    size = MRZ_PITCH / OCR_B_ADVANCE * mm * how.points / VALUE_PT
    width = int((len(text) + 2) * pitch * mm)
    mask = np.zeros((int(size * 1.6), width), dtype=np.uint8)
    left, base = int(np.floor((x + how.dx) * mm)), int(np.floor((y + how.dy) * mm))
    start = (x + how.dx) * mm - left + round(pitch * mm)
    for i, char in enumerate(text):
        advance = lettering.length(char, how.font, size)
        at = start + i * pitch * mm + (OCR_B_ADVANCE * size - advance) / 2
        glyph, (ox, oy) = lettering.stamp(char, how.font, size, (at - np.floor(at), (y + how.dy) * mm - base))
        gx, gy = int(np.floor(at)) - ox, round(size * 1.2) - oy
        y0, x0 = max(0, gy), max(0, gx)
        glyph = glyph[y0 - gy :, x0 - gx :][: mask.shape[0] - y0, : mask.shape[1] - x0]
        part = mask[y0 : y0 + glyph.shape[0], x0 : x0 + glyph.shape[1]]
        np.maximum(part, glyph, out=part)
    corner = (left - round(pitch * mm), base - round(size * 1.2))
    press.put_text(page, mask, *corner, ppi, technology, rng, how.colour, how.strength)
    bx, by, bw, bh = cv2.boundingRect(mask)
    return Rect((corner[0] + bx) / mm, (corner[1] + by) / mm, bw / mm, bh / mm)


def sign(page: Pixels, rect: Rect, ppi: float, seed: int) -> None:
    """An invented signature: loops that lean and run out."""
    rng = np.random.default_rng([seed, 0x516])
    t = np.linspace(0, 1, 500)
    turns = rng.uniform(5, 9)
    swell = np.interp(t, np.linspace(0, 1, 9), rng.uniform(0.15, 1.0, 9) * np.linspace(1.1, 0.35, 9))
    lean = rng.uniform(0.25, 0.6)
    y = np.sin(2 * np.pi * turns * t + rng.uniform(0, 6)) * swell * 0.45
    x = 0.04 + 0.88 * t + 0.05 * np.cos(2 * np.pi * turns * t) * swell - lean * 0.12 * y
    xy = np.column_stack([rect.x + x * rect.w, rect.y + (0.55 + y * 0.9) * rect.h]) * ppi / 25.4
    mask = np.zeros(page.shape[:2], dtype=np.uint8)
    cv2.polylines(
        mask, [np.round(xy * 16).astype(np.int32)], False, 255, max(1, round(0.32 * ppi / 25.4)), cv2.LINE_AA, 4
    )
    bx, by, bw, bh = cv2.boundingRect(mask)
    press.put_text(page, mask[by : by + bh, bx : bx + bw], bx, by, ppi, "laminate", rng, (38, 44, 96), 0.85)


def lay_foil(page: Pixels, design: Design, side: str, ppi: float) -> None:
    """The transparent foil over the portrait's corner."""
    foil = background.foil(design, side, ppi)
    if foil is None:
        return
    mm = ppi / 25.4
    x, y = round(foil.rect.x * mm), round(foil.rect.y * mm)
    x0, y0 = max(0, x), max(0, y)
    alpha = foil.alpha[y0 - y :, x0 - x :][: page.shape[0] - y0, : page.shape[1] - x0]
    colours = foil.colours[y0 - y :, x0 - x :][: page.shape[0] - y0, : page.shape[1] - x0]
    part = page[y0 : y0 + alpha.shape[0], x0 : x0 + alpha.shape[1]]
    part[...] = part + (colours.astype(np.float32) - part) * alpha[..., None]


def value_writing(design: Design, run: Press) -> Writing:
    """How a genuine value is set on this copy."""
    small = design.size[0] < 100
    return Writing(design.value_font, VALUE_PT * (0.9 if small else 1.0), *run.shift, strength=run.ink)


def _draw_face(design: Design, who: Holder, run: Press, layout: Layout, ppi: float, picture: Pixels) -> SpecimenFace:
    page = bare(design, layout.side, ppi, run)
    zones: dict[str, Rect] = {}
    texts: dict[str, str] = {}
    dx, dy = run.shift
    if layout.ghost:
        zones["ghost"] = layout.ghost.moved(dx, dy)
        press.put_ghost(page, picture, zones["ghost"], ppi, rgb(design.accent))
    if layout.portrait:
        zones["portrait"] = layout.portrait.moved(dx, dy)
        press.put_portrait(page, picture, zones["portrait"], ppi, design.technology, run.rng(2))
    if layout.signature:
        zones["signature"] = layout.signature.moved(dx, dy)
        sign(page, zones["signature"], ppi, who.face)
    printed = holder.values(design, who)
    rng = run.rng(3 + len(layout.side))
    for place in layout.places:
        text = printed[place.name]
        how = fitted(text, value_writing(design, run), place.room)
        zones[place.name] = write(page, text, place.x, place.y, how, ppi, design.technology, rng)
        texts[place.name] = text
    if layout.mrz:
        how = Writing(lettering.OCR_B, dx=dx, dy=dy, strength=run.ink)
        for i, (text, (x, y)) in enumerate(zip(holder.mrz_lines(design, who), mrz_places(design), strict=True), 1):
            zones[f"mrz.{i}"] = write_mrz_line(page, text, x, y, ppi, design.technology, rng, how)
            texts[f"mrz.{i}"] = text
        zones["mrz"] = zones["mrz.1"].union(zones[f"mrz.{design.format.rows}"])
    lay_foil(page, design, layout.side, ppi)
    return SpecimenFace(layout.side, page, ppi, zones, texts)


def draw(design: Design, who: Holder, ppi: float = 600) -> Specimen:
    """Every face of one genuine document; the same for the same arguments."""
    run = Press.run(who.seed)
    picture = portrait(who.face, who.sex, who.age)
    return Specimen(design, who, run, tuple(_draw_face(design, who, run, one, ppi, picture) for one in design.layouts))
