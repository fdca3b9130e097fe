"""Glyph atlases: every symbol of a font as a mask at one size, drawn once, pasted often."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from mrz_lines.texts import STRANGERS, SYMBOLS

Mask = npt.NDArray[np.uint8]

CAP = 40
"""Cap height of the masks in pixels."""
CELL = 72
"""Side of a mask in pixels; the middle of a capital lies in its middle."""


@dataclass(frozen=True, slots=True)
class Font:
    """Where a font lies and which Debian package brings it."""

    path: str
    package: str


_ROOT = Path("/usr/share/fonts")
OCR_B = (
    Font("opentype/ocr-b/OCRB.otf", "fonts-ocr-b"),
    Font("opentype/ocr-b/OCRBS.otf", "fonts-ocr-b"),
)
"""As made: with round and with sharp stroke ends."""
WRONG = (
    Font("truetype/liberation/LiberationMono-Regular.ttf", "fonts-liberation"),
    Font("truetype/liberation/LiberationMono-Bold.ttf", "fonts-liberation"),
    Font("truetype/dejavu/DejaVuSansMono.ttf", "fonts-dejavu-core"),
    Font("truetype/dejavu/DejaVuSansMono-Bold.ttf", "fonts-dejavu-core"),
    Font("truetype/noto/NotoMono-Regular.ttf", "fonts-noto-mono"),
    Font("opentype/urw-base35/NimbusMonoPS-Regular.otf", "fonts-urw-base35"),
    Font("opentype/urw-base35/NimbusMonoPS-Bold.otf", "fonts-urw-base35"),
    Font("truetype/freefont/FreeMonoBold.ttf", "fonts-freefont-ttf"),
    Font("truetype/inconsolata/Inconsolata.otf", "fonts-inconsolata"),
    Font("truetype/hack/Hack-Regular.ttf", "fonts-hack"),
    Font("truetype/jetbrains-mono/JetBrainsMono-Regular.ttf", "fonts-jetbrains-mono"),
    Font("opentype/b612/B612Mono-Regular.otf", "fonts-b612"),
    Font("truetype/anonymous-pro/Anonymous Pro.ttf", "fonts-anonymous-pro"),
    Font("opentype/courier-prime/Courier Prime.otf", "fonts-courier-prime"),
    Font("opentype/courier-prime/Courier Prime Sans.otf", "fonts-courier-prime"),
    Font("truetype/liberation/LiberationSans-Regular.ttf", "fonts-liberation"),
)
"""What renderings, careless issuers and forgers print an MRZ in."""
ORDINARY = (
    Font("truetype/liberation/LiberationSans-Regular.ttf", "fonts-liberation"),
    Font("truetype/liberation/LiberationSans-Bold.ttf", "fonts-liberation"),
    Font("truetype/liberation/LiberationSerif-Regular.ttf", "fonts-liberation"),
    Font("truetype/dejavu/DejaVuSans.ttf", "fonts-dejavu-core"),
    Font("truetype/dejavu/DejaVuSerif.ttf", "fonts-dejavu-core"),
)
"""Of texts that are no MRZ."""


def load(font: Font, size: float) -> ImageFont.FreeTypeFont:
    """Raises FileNotFoundError naming the package to install."""
    path = _ROOT / font.path
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: apt-get install {font.package}")
    return ImageFont.truetype(str(path), size)


def _size_for_cap(font: Font, cap: float) -> float:
    box = load(font, 400).getbbox("H")
    return 400 * cap / (box[3] - box[1])


def _without_dot(mask: Mask) -> Mask:
    """A zero without the dot inside; other zeros come back as they are."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((mask > 127).astype(np.uint8))
    if count < 3:
        return mask
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    keep = cv2.dilate((labels == largest).astype(np.uint8), np.ones((3, 3), np.uint8))
    return np.asarray(mask * keep, dtype=np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """The masks of one font: uint8, (CELL, CELL), ink 255."""

    masks: dict[str, Mask]
    advance: float
    """Natural pitch in units of the cap height."""


def atlas(font: Font, *, stroke: float = 0.0, dotted: bool = True, characters: str = SYMBOLS + STRANGERS) -> Atlas:
    """`stroke` grows the outline by so many pixels on each side; `dotted` keeps the dot of a zero."""
    face = load(font, _size_for_cap(font, CAP))
    box = face.getbbox("H", anchor="ls")
    middle = (box[1] + box[3]) / 2
    masks = {}
    for char in characters:
        image = Image.new("L", (CELL, CELL))
        place = (CELL / 2 - face.getlength(char) / 2, CELL / 2 - middle)
        ImageDraw.Draw(image).text(place, char, fill=255, font=face, anchor="ls", stroke_width=stroke)
        mask = np.asarray(image)
        masks[char] = mask if dotted or char != "0" else _without_dot(mask)
    return Atlas(masks=masks, advance=face.getlength("H") / CAP)


def _stretch(x: float, y: float) -> npt.NDArray[np.float64]:
    middle = (CELL - 1) / 2
    return np.array([[x, 0, (1 - x) * middle], [0, y, (1 - y) * middle]])


def varied(base: Atlas, rng: np.random.Generator, amount: float = 1.0) -> Atlas:
    """Another foundry's cut of the same design: each glyph bent smoothly by a pixel or so, O and Q rounder, digits
    nearer to the height of capitals or farther from it, all of it a little narrower or wider."""
    width, round_o, digits = rng.uniform(0.93, 1.07), rng.uniform(1.0, 1.25), rng.uniform(0.96, 1.03)
    grid = np.arange(CELL, dtype=np.float32)
    masks = {}
    for char, mask in base.masks.items():
        x = width * (round_o if char in "OQ" else 1.0) * rng.normal(1, 0.015 * amount)
        y = (digits if char.isdigit() else 1.0) * rng.normal(1, 0.008 * amount)
        stretched = cv2.warpAffine(mask, _stretch(x, y), (CELL, CELL))
        bend = rng.normal(0, 0.55 * amount, (2, 5, 5)).astype(np.float32)
        dx, dy = (cv2.resize(part, (CELL, CELL), interpolation=cv2.INTER_CUBIC) for part in bend)
        masks[char] = cv2.remap(stretched, grid[None] + dx, grid[:, None] + dy, cv2.INTER_LINEAR)
    return Atlas(masks=masks, advance=base.advance)
