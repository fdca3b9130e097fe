"""Documents as they leave the printer: a patterned ground, a portrait, labels and values, the MRZ in OCR-B size I."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from mrz_lines.glyphs import OCR_B, ORDINARY, Font, load
from mrz_lines.texts import DIGITS, name
from PIL import Image, ImageDraw

from docscan.icao.formats import Format
from mrz_pages.texts import mrz

Pixels = npt.NDArray[np.uint8]
PITCH_MM = 2.54
CAP_MM = 2.4
"""Height of an OCR-B size I capital."""
_LEFT_MM = {Format.TD1: 5.0, Format.TD2: 4.0, Format.TD3: 6.0, Format.MRV_A: 6.0, Format.MRV_B: 4.0, Format.FRA_ID: 4.0}


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """One face with an MRZ."""

    pixels: Pixels
    ppmm: float
    format: Format
    lines: tuple[str, ...]
    outline: npt.NDArray[np.float64]
    """(4, 2) corners of the MRZ, clockwise from its top left."""


def document(rng: np.random.Generator, form: Format, ppmm: float) -> Drawn:
    """A face of the given format, `ppmm` pixels a millimetre."""
    width, height = (round(side * ppmm) for side in form.size_mm)
    paper = ground(rng, width, height)
    paper = _portrait(rng, paper, ppmm)
    image = Image.fromarray(paper)
    _values(rng, image, ppmm, form)
    if rng.random() < 0.35:
        image = _overprint(rng, image, ppmm)
    if rng.random() < 0.4:  # a plain zone below the MRZ, as many issuers have
        pale = tuple(int(v) for v in rng.integers(215, 256, 3))
        ImageDraw.Draw(image).rectangle((0, height - 23.2 * ppmm, width, height), fill=pale)
    lines = mrz(rng, form)
    outline = _print_mrz(rng, image, ppmm, form, lines)
    return Drawn(np.asarray(image), ppmm, form, lines, outline)


def ground(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """Pale colours running into each other under families of fine lines."""
    corners = rng.integers(185, 256, (2, 3, 3)).astype(np.uint8)
    paper = cv2.resize(corners, (width, height), interpolation=cv2.INTER_CUBIC)
    x = np.arange(0, width, max(1, width // 200), dtype=np.float64)
    for _ in range(rng.integers(0, 4)):
        colour = tuple(int(v) for v in rng.integers(110, 225, 3))
        waves, swing = rng.uniform(1, 12) * 2 * np.pi / width, rng.uniform(0.01, 0.12) * height
        step = rng.uniform(0.012, 0.05) * height
        for k in range(int(height / step) + 6):
            y = (k - 3) * step + swing * np.sin(waves * x + rng.uniform(0.0, 0.6) + k * 0.15)
            cv2.polylines(paper, [np.column_stack([x, y]).round().astype(np.int32)], False, colour, 1, cv2.LINE_AA)
    return np.asarray(paper, np.uint8)


def _portrait(rng: np.random.Generator, paper: Pixels, ppmm: float) -> Pixels:
    """A head and shoulders in flat tones."""
    height, width = paper.shape[:2]
    left, top = round(width * rng.uniform(0.03, 0.08)), round(height * rng.uniform(0.15, 0.25))
    w, h = round(min(27 * ppmm, width * 0.3)), round(min(35 * ppmm, height - top - 25 * ppmm))
    box = paper[top : top + h, left : left + w]
    box[:] = rng.integers(190, 245, 3)
    skin, cloth, hair = rng.integers((120, 90, 70), (235, 200, 180)), rng.integers(20, 160, 3), rng.integers(10, 130, 3)
    for centre, axes, colour in (
        ((0.5, 1.05), (0.48, 0.35), cloth),
        ((0.5, 0.42), (0.29, 0.33), hair),
        ((0.5, 0.50), (0.23, 0.29), skin),
    ):
        at = (round(centre[0] * w), round(centre[1] * h))
        cv2.ellipse(box, at, (round(axes[0] * w), round(axes[1] * h)), 0, 0, 360, [int(v) for v in colour], -1)
    return paper


def _values(rng: np.random.Generator, image: Image.Image, ppmm: float, form: Format) -> None:
    width, height = form.size_mm
    draw = ImageDraw.Draw(image)
    labels, values = load(_any(rng, ORDINARY), 1.9 * ppmm), load(_any(rng, ORDINARY + OCR_B), 3.0 * ppmm)
    ink = tuple(int(v) for v in rng.integers(0, 90, 3))
    draw.text((width * 0.3 * ppmm, 4 * ppmm), " ".join(name(rng) for _ in range(3)), fill=ink, font=values)
    y = height * 0.18
    while y < height - 30 and y < height * 0.68:
        x = width * 0.38
        for _ in range(rng.integers(1, 3)):
            label = f"{name(rng).title()} / {name(rng).title()}"
            value = name(rng) if rng.random() < 0.6 else "".join(rng.choice(list(DIGITS), 8))
            draw.text((x * ppmm, y * ppmm), label, fill=ink, font=labels)
            draw.text((x * ppmm, (y + 2.2) * ppmm), value, fill=ink, font=values)
            x += width * 0.3
        y += rng.uniform(6.3, 7.5)


def _overprint(rng: np.random.Generator, image: Image.Image, ppmm: float) -> Image.Image:
    """SPECIMEN across the face, MRZ included."""
    layer = Image.new("RGBA", image.size)
    font = load(_any(rng, ORDINARY), rng.uniform(9, 20) * ppmm)
    colour = (*(int(v) for v in rng.integers((120, 0, 0), (256, 200, 200))), int(rng.integers(50, 150)))
    middle = (image.width / 2, image.height * rng.uniform(0.5, 0.9))
    ImageDraw.Draw(layer).text(middle, "SPECIMEN", fill=colour, font=font, anchor="mm")
    layer = layer.rotate(rng.uniform(-35, 35), resample=Image.Resampling.BILINEAR, center=middle)
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


def _print_mrz(
    rng: np.random.Generator, image: Image.Image, ppmm: float, form: Format, lines: tuple[str, ...]
) -> npt.NDArray[np.float64]:
    width, height = form.size_mm
    pitch = PITCH_MM * rng.uniform(0.985, 1.015) if form is not Format.MRV_A else PITCH_MM
    spacing = rng.uniform(5.6, 6.5) if form is not Format.TD1 else rng.uniform(5.5, 6.35)
    left = min(_LEFT_MM[form] + rng.uniform(-1, 1), width - pitch * form.columns - 1)
    foot = height - rng.uniform(5, 8)
    face = _any(rng, OCR_B)
    cap = CAP_MM * rng.uniform(0.97, 1.05)
    box = load(face, 1000).getbbox("H")
    font = load(face, 1000 * cap * ppmm / (box[3] - box[1]))
    mask = Image.new("L", image.size)
    draw = ImageDraw.Draw(mask)
    stroke = float(rng.uniform(0, 0.035)) * ppmm
    for row, line in enumerate(reversed(lines)):
        for column, char in enumerate(line):
            at = ((left + (column + 0.5) * pitch) * ppmm, (foot - row * spacing) * ppmm)
            draw.text(at, char, fill=255, font=font, anchor="ms", stroke_width=stroke)
    strength = np.asarray(mask, np.float32)[..., None] / 255 * rng.uniform(0.72, 1.0)
    ink = rng.integers(0, 60, 3).astype(np.float32)
    image.paste(Image.fromarray((np.asarray(image) * (1 - strength) + ink * strength).round().astype(np.uint8)))
    right, top = left + pitch * form.columns, foot - spacing * (len(lines) - 1) - cap
    return np.array([[left, top], [right, top], [right, foot], [left, foot]]) * ppmm


def _any(rng: np.random.Generator, choices: tuple[Font, ...]) -> Font:
    return choices[rng.integers(0, len(choices))]
