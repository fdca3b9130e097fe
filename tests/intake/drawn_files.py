"""What the tests of files draw and look for."""

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from docscan.intake import pages

WIDTH, HEIGHT = 120, 80


def quadrants() -> Image.Image:
    """Red, green, blue and white quadrants: turned or flipped, it shows."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH // 2 - 1, HEIGHT // 2 - 1), fill=(255, 0, 0))
    draw.rectangle((WIDTH // 2, 0, WIDTH, HEIGHT // 2 - 1), fill=(0, 255, 0))
    draw.rectangle((0, HEIGHT // 2, WIDTH // 2 - 1, HEIGHT), fill=(0, 0, 255))
    return image


def corners(pixels: np.ndarray) -> list[str]:
    h, w = pixels.shape[:2]
    spots = [
        pixels[h // 4, w // 4],
        pixels[h // 4, 3 * w // 4],
        pixels[3 * h // 4, w // 4],
        pixels[3 * h // 4, 3 * w // 4],
    ]
    return ["".join("1" if v > 127 else "0" for v in spot) for spot in spots]


UPRIGHT = ["100", "010", "001", "111"]


def only_page(path: Path) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (page,) = pages(path)
    assert page.pixels.dtype == np.uint8
    assert page.pixels.flags.c_contiguous
    return page.pixels


def noisy(size: tuple[int, int], seed: int = 0) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8))
