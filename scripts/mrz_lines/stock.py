"""What is drawn once and used for every line: atlases, backgrounds, overprints, noise, texts that are no MRZ."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from mrz_lines import glyphs
from mrz_lines.texts import DIGITS, name

Field = npt.NDArray[np.float32]

WIDTH, HEIGHT = 2400, 256
"""Of each stocked field, in pixels of the master (cap height 40)."""
CUTS = (0.3, 0.7, 1.0, 1.0, 1.0, 1.3, 1.6, 1.6)
"""How far other foundries' cuts depart from each font."""


@dataclass(frozen=True, slots=True, eq=False)
class Stock:
    """Fields are float32 in 0..1 (noise: zero mean, unit variance), (HEIGHT, WIDTH)."""

    ocr_b: tuple[glyphs.Atlas, ...]
    wrong: tuple[glyphs.Atlas, ...]
    backgrounds: tuple[Field, ...]
    overprints: tuple[Field, ...]
    others: tuple[Field, ...]
    """Ink that is no MRZ: texts, tables, bar codes."""
    noise: tuple[Field, ...]
    """By grain: 0 white, 1 fine, 2 coarse, 3 clouds."""


def _noise(rng: np.random.Generator) -> tuple[Field, ...]:
    fields = []
    for sigma in (0.0, 1.2, 3.0, 40.0):
        field = rng.standard_normal((HEIGHT, WIDTH)).astype(np.float32)
        if sigma:
            field = cv2.GaussianBlur(field, (0, 0), sigma)
        fields.append(np.asarray((field - field.mean()) / field.std(), dtype=np.float32))
    return tuple(fields)


def guilloche(rng: np.random.Generator) -> Field:
    """Families of waving lines, 1 paper."""
    y, x = np.mgrid[0:HEIGHT:2, 0:WIDTH:2].astype(np.float32)
    ground = np.ones(x.shape, np.float32)
    for _ in range(rng.integers(1, 4)):
        angle, period = rng.uniform(0, np.pi), rng.uniform(7, 50)
        along = x * np.cos(angle) + y * np.sin(angle)
        across = y * np.cos(angle) - x * np.sin(angle)
        wave = rng.uniform(0, 2) * period * np.sin(across / rng.uniform(20, 200) + rng.uniform(0, 6))
        ring = rng.uniform(0, 1) * np.hypot(x - rng.uniform(0, WIDTH), y - rng.uniform(-300, 700))
        phase = np.abs(np.sin(np.pi * (along + wave + ring) / period))
        line = np.clip((rng.uniform(0.1, 0.5) - phase) / 0.15, 0, 1)
        ground -= line * rng.uniform(0.1, 0.5)
    return cv2.resize(np.clip(ground, 0, 1), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)


def patches(rng: np.random.Generator) -> Field:
    """Flags, photographs' edges, fields of tint: a few large polygons of flat tone, some blurred."""
    ground = np.full((HEIGHT, WIDTH), rng.uniform(0.6, 1), np.float32)
    for _ in range(rng.integers(1, 6)):
        corners = rng.integers((-300, -200), (WIDTH + 300, HEIGHT + 200), (rng.integers(3, 6), 2))
        cv2.fillPoly(ground, [corners.astype(np.int32)], float(rng.uniform(0.35, 1)))
    return cv2.GaussianBlur(ground, (0, 0), rng.uniform(0.5, 15))


def weave(rng: np.random.Generator, noise: tuple[Field, ...]) -> Field:
    """Paper, wood, cloth, sensor mottle."""
    grain = noise[rng.integers(1, 4)]
    stretch = cv2.resize(grain, None, fx=float(rng.uniform(1, 8)), fy=float(rng.uniform(1, 3)))[:HEIGHT, :WIDTH]
    return np.asarray(np.clip(0.8 + rng.uniform(0.03, 0.14) * stretch, 0, 1), dtype=np.float32)


def _text(rng: np.random.Generator, words: str, size: float, font: glyphs.Font) -> Field:
    face = glyphs.load(font, size)
    box = face.getbbox(words, anchor="ls")
    image = Image.new("L", (int(box[2] - box[0]) + 4, int(box[3] - box[1]) + 4))
    ImageDraw.Draw(image).text((2 - box[0], 2 - box[1]), words, fill=255, font=face, anchor="ls")
    return np.asarray(image, dtype=np.float32) / 255


def _put(ground: Field, ink: Field, x: int, y: int) -> None:
    left, top = max(x, 0), max(y, 0)
    right, bottom = min(x + ink.shape[1], WIDTH), min(y + ink.shape[0], HEIGHT)
    if right > left and bottom > top:
        part = ground[top:bottom, left:right]
        np.maximum(part, ink[top - y : bottom - y, left - x : right - x], out=part)


def overprint(rng: np.random.Generator) -> Field:
    """Large slanting words, stamps, scribbles: ink 1."""
    ground = np.zeros((HEIGHT, WIDTH), np.float32)
    kind = rng.random()
    if kind < 0.6:
        word = str(rng.choice(["SPECIMEN", "MUSTER", "SAMPLE", "VOID", "VZOR", "COPY", "WZOR", "ESPECIMEN"]))
        font = glyphs.ORDINARY[rng.integers(0, len(glyphs.ORDINARY))]
        ink = _text(rng, "   ".join([word] * 5), float(rng.uniform(50, 260)), font)
        turn = cv2.getRotationMatrix2D((ink.shape[1] / 2, ink.shape[0] / 2), float(rng.uniform(-50, 50)), 1.0)
        turn[:, 2] += (WIDTH / 2 - ink.shape[1] / 2, HEIGHT / 2 - ink.shape[0] / 2)
        ground = cv2.warpAffine(ink, turn, (WIDTH, HEIGHT))
    else:
        for _ in range(rng.integers(1, 8)):
            points = rng.integers((-100, -100), (WIDTH + 100, HEIGHT + 100), (rng.integers(2, 6), 2))
            cv2.polylines(ground, [points.astype(np.int32)], False, 1.0, int(rng.integers(1, 9)), cv2.LINE_AA)
    return np.asarray(ground, dtype=np.float32)


def _words(rng: np.random.Generator) -> str:
    parts = []
    for _ in range(12):
        word = name(rng)
        word = (word, word.lower(), word.title())[rng.integers(0, 3)]
        if rng.random() < 0.3:
            word = "".join(str(rng.choice(list(DIGITS + ".-/ "))) for _ in range(rng.integers(2, 9)))
        if rng.random() < 0.1:
            word = "".join(chr(rng.integers(0x0391, 0x044F)) for _ in range(rng.integers(3, 9)))
        parts.append(word)
    return " ".join(parts)


def other(rng: np.random.Generator) -> Field:
    """Ink that is no MRZ, 1 ink: paragraphs, table rules, bar codes, checks and dots."""
    ground = np.zeros((HEIGHT, WIDTH), np.float32)
    kind = rng.random()
    if kind < 0.6:
        size, y = float(rng.uniform(18, 90)), int(rng.integers(-40, 60))
        font = glyphs.ORDINARY[rng.integers(0, len(glyphs.ORDINARY))]
        while y < HEIGHT:
            _put(ground, _text(rng, _words(rng), size, font), int(rng.integers(-400, 100)), y)
            y += int(size * rng.uniform(1.0, 2.2))
        if kind < 0.15:
            for x in rng.integers(0, WIDTH, 5):
                ground[:, x : x + int(rng.integers(1, 6))] = 1
    elif kind < 0.8:
        x, step = 0.0, rng.uniform(2, 9)
        while x < WIDTH:
            wide = step * rng.integers(1, 5)
            ground[:, round(x) : round(x + wide)] = 1
            x += wide + step * rng.integers(1, 5)
        ground[: int(rng.integers(0, 200))] = 0
        ground[int(rng.integers(250, HEIGHT)) :] = 0
    else:
        cell = rng.uniform(4, 30)
        grid = (rng.random((int(HEIGHT / cell) + 1, int(WIDTH / cell) + 1)) < 0.5).astype(np.float32)
        ground = cv2.resize(grid, (WIDTH, HEIGHT), interpolation=int(rng.choice([cv2.INTER_NEAREST, cv2.INTER_CUBIC])))
    return np.asarray(np.clip(ground, 0, 1), dtype=np.float32)


def stock(seed: int, *, size: int = 96, wrong: tuple[glyphs.Font, ...] = glyphs.WRONG) -> Stock:
    """The same for the same seed; `size` fields of each kind; `wrong` names the fonts other than OCR-B."""
    rng = np.random.default_rng([seed, 0])
    noise = _noise(rng)
    ocr_b = [glyphs.atlas(font, stroke=stroke) for font in glyphs.OCR_B for stroke in (0.0, 0.0, 1.0)]
    cuts = [glyphs.varied(base, rng, amount) for base in ocr_b for amount in CUTS]
    others = [glyphs.atlas(font, dotted=dotted) for font in wrong for dotted in (True, False)]
    grounds = [
        (guilloche(rng), patches(rng), weave(rng, noise), guilloche(rng) * patches(rng))[i % 4] for i in range(size)
    ]
    return Stock(
        ocr_b=(*ocr_b, *cuts),
        wrong=tuple(others),
        backgrounds=tuple(np.asarray(ground, dtype=np.float32) for ground in grounds),
        overprints=tuple(overprint(rng) for _ in range(size)),
        others=tuple(other(rng) for _ in range(size)),
        noise=noise,
    )
