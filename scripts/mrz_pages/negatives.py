"""Pages with no MRZ that look as if they might: tables, receipts, listings, bar codes, letters, card fronts."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from mrz_lines.glyphs import OCR_B, ORDINARY, WRONG, Font, load
from mrz_lines.texts import DIGITS, LETTERS, name
from PIL import Image, ImageDraw, ImageFont

from mrz_pages.documents import Pixels, ground

KINDS = ("table", "receipt", "listing", "bar codes", "letter", "form", "texture")


def negative(seed: int) -> tuple[str, Pixels]:
    """Kind and picture; the same seed gives the same picture."""
    rng = np.random.default_rng(seed)
    kind = KINDS[seed % len(KINDS)]
    width, height = (int(v) for v in rng.integers(600, 2600, 2))
    pale = ground(rng, width, height) if rng.random() < 0.3 else np.full((height, width, 3), rng.integers(200, 256))
    image = Image.fromarray(np.asarray(pale, np.uint8))
    draw = ImageDraw.Draw(image)
    size = float(rng.uniform(10, 42))
    match kind:
        case "table":
            _table(rng, image, draw, size)
        case "receipt":
            _lines(rng, image, draw, load(_any(rng, WRONG + OCR_B), size), size, _receipt)
        case "listing":
            _lines(rng, image, draw, load(_any(rng, WRONG + OCR_B), size), size, _code)
        case "bar codes":
            _bar_codes(rng, image, draw, size)
        case "letter":
            _lines(rng, image, draw, load(_any(rng, ORDINARY), size), size, _prose)
        case "form":
            _form(rng, image, draw, size)
        case "texture":
            _texture(rng, image, draw, size)
    return kind, _captured(rng, np.asarray(image, np.uint8))


def _captured(rng: np.random.Generator, page: Pixels) -> Pixels:
    height, width = page.shape[:2]
    turn = rng.uniform(0, 360) if rng.random() < 0.3 else rng.normal(0, 3)
    move = cv2.getRotationMatrix2D((width / 2, height / 2), float(turn), float(rng.uniform(0.7, 1.1)))
    page = cv2.warpAffine(page, move, (width, height), borderValue=[int(v) for v in rng.integers(30, 256, 3)])
    page = cv2.GaussianBlur(page, (0, 0), rng.uniform(0.3, 1.2))
    noisy = page + rng.normal(0, rng.uniform(0.5, 6), (height, width, 1))
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


def _lines(
    rng: np.random.Generator,
    image: Image.Image,
    draw: ImageDraw.ImageDraw,
    font: ImageFont.FreeTypeFont,
    size: float,
    text: Callable[[np.random.Generator], str],
) -> None:
    y = size
    spacing = size * rng.uniform(1.05, 2.4)
    while y < image.height - size:
        draw.text((size, y), text(rng), fill=tuple(int(v) for v in rng.integers(0, 70, 3)), font=font)
        y += spacing


def _receipt(rng: np.random.Generator) -> str:
    if rng.random() < 0.15:
        return str(rng.choice(list("-=*#<>."))) * int(rng.choice([30, 32, 36, 40, 42, 44]))
    price = f"{rng.integers(0, 300)}.{rng.integers(0, 100):02d}"
    item = f"{rng.integers(1, 9)} X {name(rng)} {name(rng)}"[:24]
    return item + price.rjust(int(rng.integers(38, 44)) - len(item))


def _code(rng: np.random.Generator) -> str:
    indent = "    " * int(rng.integers(0, 4))
    kind = rng.integers(0, 6)
    word = [name(rng).lower() for _ in range(4)]
    if kind == 0:
        return ""
    if kind == 1:
        return indent + f"if {word[0]} <= {word[1]}[{rng.integers(0, 99)}] << {rng.integers(0, 9)}:"
    if kind == 2:
        return indent + f"std::vector<std::pair<{word[0]}, {word[1]}>> {word[2]};"
    if kind == 3:
        return " ".join("".join(rng.choice(list(DIGITS + "ABCDEF"), 2)) for _ in range(16))
    if kind == 4:
        return indent + "".join(rng.choice(list(LETTERS + LETTERS.lower() + DIGITS + "+/"), int(rng.integers(30, 77))))
    return indent + f"{word[0]}({word[1]}, {word[2]}={rng.integers(0, 999)})  # {word[3]}"


def _prose(rng: np.random.Generator) -> str:
    upper = rng.random() < 0.15
    words = " ".join(name(rng) if upper else name(rng).lower() for _ in range(rng.integers(4, 12)))
    return words if upper else words.capitalize() + "."


def _table(rng: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, size: float) -> None:
    font = load(_any(rng, WRONG + ORDINARY + OCR_B), size)
    step, rule = size * rng.uniform(1.3, 2.2), rng.random() < 0.6
    column = size * rng.uniform(3, 9)
    for y in np.arange(size, image.height - size, step):
        for x in np.arange(size, image.width - column, column):
            length = int(rng.integers(1, max(2, int(column / size * 1.5))))
            text = name(rng) if rng.random() < 0.2 else "".join(rng.choice(list(DIGITS + ".-"), length))
            draw.text((x, y), text, fill=(20, 20, 30), font=font)
            if rule:
                draw.rectangle((x - 4, y - 2, x - 4 + column, y - 2 + step), outline=(90, 90, 90))


def _bar_codes(rng: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, size: float) -> None:
    y = size
    while y < image.height - 5 * size:
        x, module = size, max(1.0, size / rng.uniform(4, 12))
        tall = size * rng.uniform(1, 6)
        while x < image.width - size:
            bar = module * int(rng.integers(1, 5))
            draw.rectangle((x, y, x + max(bar - 1, 0), y + tall), fill=(0, 0, 0))
            x += bar + module * int(rng.integers(1, 5))
        digits = " ".join(rng.choice(list(DIGITS), 40)) if rng.random() < 0.5 else "".join(rng.choice(list(DIGITS), 40))
        draw.text((size, y + tall + 2), digits, fill=(0, 0, 0), font=load(_any(rng, OCR_B), size))
        y += tall + size * rng.uniform(1.5, 4)


def _form(rng: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, size: float) -> None:
    """One character a box, in rows: as regular as an MRZ."""
    font = load(_any(rng, WRONG + OCR_B), size)
    pitch, spacing = size * rng.uniform(0.9, 1.6), size * rng.uniform(1.6, 3.0)
    boxed = rng.random() < 0.7
    for y in np.arange(size, image.height - 2 * size, spacing):
        for x in np.arange(size, image.width - 2 * size, pitch):
            if boxed:
                draw.rectangle((x, y, x + pitch * 0.85, y + size * 1.2), outline=(60, 60, 60))
            if rng.random() < 0.6:
                draw.text((x + pitch * 0.15, y), str(rng.choice(list(DIGITS + LETTERS))), fill=(10, 10, 60), font=font)


def _texture(rng: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, size: float) -> None:
    """Rows of one mark, as in borders, perforations, keyboards and fences."""
    step, spacing = size * rng.uniform(0.5, 1.6), size * rng.uniform(1.2, 3.0)
    font = load(_any(rng, OCR_B + WRONG), size)
    mark = str(rng.choice(list("<>ox+*#0IVX|=")))
    for y in np.arange(size, image.height - size, spacing):
        for x in np.arange(size, image.width - size, step):
            draw.text((x, y), mark, fill=(30, 30, 30), font=font)


def _any(rng: np.random.Generator, fonts: tuple[Font, ...]) -> Font:
    return fonts[rng.integers(0, len(fonts))]
