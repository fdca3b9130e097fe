"""Free fonts of Debian (fonts-dejavu, fonts-liberation, fonts-urw-base35, fonts-noto-mono, fonts-ocr-b) as coverage."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Coverage = npt.NDArray[np.uint8]

_FOLDERS = ("truetype/dejavu", "truetype/liberation", "opentype/urw-base35", "truetype/noto", "opentype/ocr-b")
_ROOT = Path("/usr/share/fonts")

OCR_B = "OCRB"


@lru_cache
def font_path(name: str) -> Path:
    """FileNotFoundError, naming the packages, where the font is not installed."""
    for folder in _FOLDERS:
        for suffix in (".ttf", ".otf"):
            path = _ROOT / folder / f"{name}{suffix}"
            if path.exists():
                return path
    raise FileNotFoundError(
        f"font {name} not found: install fonts-dejavu, fonts-liberation, fonts-urw-base35, fonts-noto-mono, fonts-ocr-b"
    )


@lru_cache(maxsize=256)
def font(name: str, pixels: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_path(name)), pixels)


def length(text: str, name: str, pixels: float) -> float:
    """Width of `text` in pixels."""
    return float(font(name, pixels).getlength(text))


def stamp(
    text: str, name: str, pixels: float, fraction: tuple[float, float] = (0.0, 0.0), spacing: float = 0.0
) -> tuple[Coverage, tuple[int, int]]:
    """Coverage of `text` and where the left end of its baseline lies in it (x, y).

    `fraction` moves the text by a part of a pixel; `spacing` is added between characters.
    """
    face = font(name, pixels)
    margin = max(2, round(pixels * 0.3))
    width = face.getlength(text) + spacing * len(text)
    image = Image.new("L", (int(width) + 2 * margin, int(pixels * 1.35) + 2 * margin))
    origin = (margin, round(pixels) + margin)
    draw = ImageDraw.Draw(image)
    if spacing:
        x = origin[0] + fraction[0]
        for c in text:
            draw.text((x, origin[1] + fraction[1]), c, 255, face, anchor="ls")
            x += face.getlength(c) + spacing
    else:
        draw.text((origin[0] + fraction[0], origin[1] + fraction[1]), text, 255, face, anchor="ls")
    return np.asarray(image), origin


def line(text: str, name: str, pixels: float, width: int) -> Coverage:
    """One line of `text` again and again, cut at `width`, as high as its capitals."""
    face = font(name, pixels * 1.38)
    image = Image.new("L", (width, max(1, round(pixels * 1.05))))
    times = int(width / face.getlength(text)) + 2
    ImageDraw.Draw(image).text((0, image.height), text * times, 255, face, anchor="ls")
    return np.asarray(image)
