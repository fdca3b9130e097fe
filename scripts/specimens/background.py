"""What is the same on every specimen of a design: paper, line nets, emblem, titles, labels, microprint, SPECIMEN."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from . import emblem, guilloche, lettering
from .design import Design, Layout, Rect, label
from .visage import rgb

Pixels = npt.NDArray[np.uint8]
Coverage = npt.NDArray[np.uint8]
Colours = npt.NDArray[np.float32]

PT = 25.4 / 72
LABEL_PT, TITLE_PT = 4.6, 10.5
LABEL_RISE = 2.95
"""Millimetres from a value's baseline up to its label's."""
MRZ_HEIGHT = 23.2
BAND = 16
"""Rows of a page that are inked at a time, so that they stay near the processor."""
_KEPT = 48
"""Pages that are kept: the faces of all designs and some that a forger drew."""


@dataclass(frozen=True, slots=True, eq=False)
class Foil:
    """A see-through foil over the portrait's corner, laid on after personalisation."""

    rect: Rect
    colours: Pixels
    alpha: npt.NDArray[np.float32]


def rainbow(colours: tuple[str, ...], shape: tuple[int, int], slope: float) -> Colours:
    """Ink colours that run into one another across the page."""
    h, w = shape
    t = np.linspace(0, 1, w, dtype=np.float32)[None, :] + slope * np.linspace(-0.5, 0.5, h, dtype=np.float32)[:, None]
    t = np.clip(t, 0, 1)
    stops = np.linspace(0, 1, len(colours))
    table = np.stack([np.interp(np.linspace(0, 1, 256), stops, [rgb(c)[i] for c in colours]) for i in range(3)], axis=1)
    place = (t * 255).astype(np.uint8)
    return cv2.LUT(cv2.merge([place] * 3), table.astype(np.float32)[None])


def _ink(page: Colours, coverage: npt.NDArray[np.float32], colour: Colours) -> None:
    """Transparent ink: what is below shines through."""
    even = 1 - colour / 255 if colour.ndim == 1 else None
    for top in range(0, len(page), BAND):
        columns = np.flatnonzero(coverage[top : top + BAND].any(axis=0))
        if len(columns):
            at = slice(top, top + BAND), slice(columns[0], columns[-1] + 1)
            page[at] *= 1 - coverage[at][..., None] * (1 - colour[at] / 255 if even is None else even)


def _emblem_plate(plate: guilloche.Plate, d: Design, centre: tuple[float, float], radius: float, weight: float) -> None:
    filled, lines = emblem.outlines(d.state.emblem)
    for shape in filled:
        plate.polygon(shape * radius + centre)
    plate.curves([shape * radius + centre for shape in lines], weight, closed=True)


def _raised(d: Design, size: tuple[float, float], centre: tuple[float, float], ppi: float) -> Coverage:
    """The height map of relief lines: a great emblem, soft at its edges."""
    plate = guilloche.Plate(size, min(ppi, 300))
    _emblem_plate(plate, d, centre, min(size) * 0.36, 1.2)
    return cv2.GaussianBlur(plate.coverage(), (0, 0), 2.5)


def _write(plate_shape: tuple[int, int], ppi: float, items: list[tuple[str, str, float, float, float]]) -> Coverage:
    """Coverage of (text, font, pt, x mm, baseline mm)."""
    out = np.zeros(plate_shape, dtype=np.uint8)
    for text, font, points, x, y in items:
        mask, (ox, oy) = lettering.stamp(text, font, points * ppi / 72)
        left, top = round(x * ppi / 25.4) - ox, round(y * ppi / 25.4) - oy
        x0, y0 = max(0, left), max(0, top)
        part = mask[y0 - top : y0 - top + out.shape[0] - y0, x0 - left : x0 - left + out.shape[1] - x0]
        window = out[y0 : y0 + part.shape[0], x0 : x0 + part.shape[1]]
        np.maximum(window, part, out=window)
    return out


def _fitting(text: str, font: str, points: float, room: float) -> float:
    """`points`, or as much smaller as `text` needs to fit into `room` millimetres."""
    width = lettering.length(text, font, 100.0) / 100 * points * PT
    return points * min(1.0, room / width)


def _label(d: Design, field: str, x: float, y: float, room: float) -> tuple[str, str, float, float, float]:
    """Both languages where they fit, else English alone."""
    english, own = label(field, d.state.language)
    english = dict(d.misprints).get(field, english)
    text = english if own == english else f"{english} / {own}"
    points = _fitting(text, d.label_font, LABEL_PT, room)
    if points < 0.8 * LABEL_PT:
        text, points = english, _fitting(english, d.label_font, LABEL_PT, room)
    return text, d.label_font, points, x, y


def _labels(d: Design, layout: Layout) -> list[tuple[str, str, float, float, float]]:
    items = [_label(d, place.name, place.x, place.y - LABEL_RISE, place.room) for place in layout.places]
    if layout.signature:
        s = layout.signature
        items.append(_label(d, "signature", s.x, s.bottom + 1.9, s.w))
    return items


def _titles(d: Design, layout: Layout) -> list[tuple[str, str, float, float, float]]:
    if layout.header is None:
        return []
    x, y = layout.header
    small = d.size[0] < 100
    rise = TITLE_PT * (0.72 if small else 1.0)
    room = d.size[0] - x - (14 if layout.emblem[0] > x else 6)
    title = "  ".join(d.title)
    name = f"{d.state.name[0]}  ·  {d.state.name[1]}"
    if d.title[0] in name:
        name = d.state.name[0]
    return [
        (title, d.title_font, _fitting(title, d.title_font, rise, room), x, y),
        (name, d.title_font, _fitting(name, d.title_font, rise * 0.56, room), x, y + rise * PT * 0.86),
    ]


def _specimen(d: Design, side: str, shape: tuple[int, int], ppi: float) -> tuple[Coverage, Coverage]:
    """(fill, outline) of SPECIMEN, slanting across the page above the MRZ."""
    width, height = d.size
    points = width * 0.40
    mask, _ = lettering.stamp("SPECIMEN", "DejaVuSans-Bold", points * ppi / 72, spacing=points * ppi / 72 * 0.12)
    turned = np.asarray(Image.fromarray(mask).rotate(16, Image.Resampling.BICUBIC, expand=True))
    out = np.zeros(shape, dtype=np.uint8)
    middle = (height - MRZ_HEIGHT) * 0.52 if side != "front" else height * 0.55
    left = round(width * 0.52 * ppi / 25.4) - turned.shape[1] // 2
    top = round(middle * ppi / 25.4) - turned.shape[0] // 2
    x0, y0 = max(0, left), max(0, top)
    part = turned[y0 - top :, x0 - left :][: out.shape[0] - y0, : out.shape[1] - x0]
    out[y0 : y0 + part.shape[0], x0 : x0 + part.shape[1]] = part
    brim = max(3, round(0.22 * ppi / 25.4) | 1)
    outline = out - cv2.erode(out, np.ones((brim, brim), dtype=np.uint8))
    return out, outline


def _quiet(d: Design, layout: Layout, shape: tuple[int, int], ppi: float) -> npt.NDArray[np.float32]:
    """How strongly the nets print: weaker below the MRZ and the portrait, so that both keep their contrast."""
    strength = np.ones(shape, dtype=np.float32)
    if layout.mrz:
        strength[round((d.size[1] - MRZ_HEIGHT) * ppi / 25.4) :] = 0.42
    if layout.portrait:
        r = layout.portrait
        x, y, right, bottom = (round(v * ppi / 25.4) for v in (r.x, r.y, r.right, r.bottom))
        strength[y:bottom, x:right] = 0.5
    if layout.ghost:
        r = layout.ghost
        x, y, right, bottom = (round(v * ppi / 25.4) for v in (r.x, r.y, r.right, r.bottom))
        strength[y:bottom, x:right] = 0.35
    return cv2.GaussianBlur(strength, (0, 0), 0.8 * ppi / 25.4)


@lru_cache(maxsize=_KEPT)
def background(d: Design, side: str, ppi: float) -> Pixels:
    """The blank page of a design: RGB; read-only, as it is kept."""
    layout, size = d.layout(side), d.size
    rng = np.random.default_rng([d.seed, len(side)])
    first = guilloche.Plate(size, ppi)
    centre = (size[0] * rng.uniform(0.48, 0.62), (size[1] - (MRZ_HEIGHT if layout.mrz else 4)) * 0.55)
    raised = _raised(d, size, centre, ppi)
    guilloche.NETS[d.nets[0]](first, rng, raised)
    coverage = first.coverage()
    shape = coverage.shape
    quiet = _quiet(d, layout, shape, ppi)

    page = np.full((*shape, 3), rgb(d.paper), np.float32)
    wash = rainbow(d.ink[0][::-1], shape, 0.6)
    for top in range(0, len(page), BAND):
        band = slice(top, top + BAND)
        page[band] *= 1 - 0.10 * (1 - wash[band] / 255) * quiet[band, :, None]
    _ink(page, coverage * (quiet * (0.50 / 255)), rainbow(d.ink[0], shape, 0.35))

    second = guilloche.Plate(size, ppi)
    guilloche.NETS[d.nets[1]](second, rng, raised)
    _ink(page, second.coverage() * (quiet * (0.50 / 255)), rainbow(d.ink[1], shape, -0.3))

    third = guilloche.Plate(size, ppi)
    for _ in range(2):
        at = (size[0] * rng.uniform(0.3, 0.95), (size[1] - (MRZ_HEIGHT if layout.mrz else 0)) * rng.uniform(0.2, 0.85))
        guilloche.rosette(third, at, rng.uniform(0.16, 0.26) * size[1], rng)
    guilloche.frame(third, rng, 2.4, 2.0)
    _ink(page, third.coverage() * (quiet * (0.52 / 255)), rainbow(d.ink[2], shape, 0.2))

    vignette = guilloche.Plate(size, min(ppi, 300))
    _emblem_plate(vignette, d, centre, min(size) * 0.34, 0.8)
    soft = cv2.resize(cv2.GaussianBlur(vignette.coverage(), (0, 0), 1.2), shape[::-1])
    _ink(page, soft * (quiet * (0.07 / 255)), rgb(d.ink[2][0]))

    fill, outline = _specimen(d, side, shape, ppi)
    _ink(page, fill * np.float32(0.10 / 255), rgb("c0392b"))
    _ink(page, outline * np.float32(0.42 / 255), rgb("c0392b"))

    accent = guilloche.Plate(size, ppi)
    x, y, radius = layout.emblem
    _emblem_plate(accent, d, (x, y), radius, 0.14)
    words = f"{d.state.name[0]} {d.title[0]} SPECIMEN"
    if layout.mrz:
        accent.microprint(words, d.label_font, 0.34, 3.5, size[1] - MRZ_HEIGHT - 0.2, size[0] - 7)
    if layout.header:
        accent.microprint(words, d.label_font, 0.34, layout.header[0], layout.header[1] + 4.1, size[0] * 0.42)
    if layout.signature:
        s = layout.signature
        accent.microprint(words, d.label_font, 0.3, s.x, s.bottom, s.w)
    _ink(page, accent.coverage() * np.float32(0.86 / 255), rgb(d.accent))
    _ink(page, _write(shape, ppi, _titles(d, layout)) * np.float32(0.92 / 255), rgb(d.accent))
    _ink(page, _write(shape, ppi, _labels(d, layout)) * np.float32(0.85 / 255), rgb(d.accent) * 0.9)
    done = np.clip(page, 0, 255).astype(np.uint8)
    done.setflags(write=False)
    return done


@lru_cache(maxsize=_KEPT)
def foil(d: Design, side: str, ppi: float) -> Foil | None:
    """The foil of a design's face; None where the face has no portrait."""
    portrait = d.layout(side).portrait
    if portrait is None:
        return None
    rng = np.random.default_rng([d.seed, 0xF011])
    radius = portrait.w * 0.3
    inner = portrait.right if portrait.x < d.size[0] / 2 else portrait.x
    inner += -0.45 * radius if inner == portrait.right else 0.45 * radius
    centre = (inner, portrait.bottom - radius * 0.8)
    rect = Rect(centre[0] - radius, centre[1] - radius, 2 * radius, 2 * radius)
    plate = guilloche.Plate((rect.w, rect.h), ppi)
    guilloche.rosette(plate, (radius, radius), radius * 0.97, rng)
    _emblem_plate(plate, d, (radius, radius), radius * 0.42, 0.12)
    coverage = plate.coverage().astype(np.float32) / 255
    colours = rainbow(("d9f2ff", "f5e9ff", "fff3d6", "dcffe9"), coverage.shape, 0.8)
    disc = guilloche.Plate((rect.w, rect.h), ppi)
    disc.polygon(emblem.disc() * radius + radius)
    return Foil(rect, colours.astype(np.uint8), 0.34 * coverage + 0.05 * disc.coverage().astype(np.float32) / 255)
