"""One line, printed, captured and cut out, with the truth about every character.

Three coordinate systems: the ideal strip (cap height 20, capitals' middle at row 16, x from the first character's
centre), the master (ideal x 2, where ink meets paper), the picture (any size), and back to a strip of 32 rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from docscan.reading.mrz.decode import NOTHING
from mrz_lines import texts
from mrz_lines.conditions import Capture, Conditions, Cut, Print
from mrz_lines.glyphs import CAP, CELL, Atlas
from mrz_lines.stock import HEIGHT, WIDTH, Field, Stock

ROWS = 32
IDEAL_CAP = 20.0
TOP, BOTTOM = -16, 48
"""Ideal rows that the master shows."""
SCALE = CAP / IDEAL_CAP
EITHER = -1
"""The label of what may be called an MRZ character or none: an O that stands on its head."""
LAID_WRONG = {(-1, -1): "0258HINOSXZ69MW", (1, -1): "08AHIMOTUVWXY", (-1, 1): "038BCDEHIKOX<"}
"""Ways to lay a strip (rows, columns reversed) and the symbols that look much the same so."""

_KERNELS = (cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """`strip` uint8 (32, width). Per printed character within it: `centres` (n,) in pixels from the strip's left edge,
    pixel i covering i to i + 1; `labels` (n,) places in SYMBOLS, NOTHING or EITHER; `middles` (n,) rows of the middle
    of the capitals; `caps` (n,) their height in rows. `pitch` in pixels."""

    strip: npt.NDArray[np.uint8]
    centres: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]
    middles: npt.NDArray[np.float32]
    caps: npt.NDArray[np.float32]
    pitch: float


def _crop(field: Field, rows: int, columns: int, rng: np.random.Generator) -> Field:
    """A random part, flipped at random; wider than stocked by mirroring."""
    if columns > WIDTH:
        field = np.hstack([field, field[:, ::-1]])
    y = int(rng.integers(0, HEIGHT - rows + 1))
    x = int(rng.integers(0, field.shape[1] - columns + 1))
    part = field[y : y + rows, x : x + columns]
    return part[:: int(rng.choice([-1, 1])), :: int(rng.choice([-1, 1]))]


def _one(fields: tuple[Field, ...], rng: np.random.Generator) -> Field:
    return fields[rng.integers(0, len(fields))]


def _paste(
    ground: Field, text: str, atlas: Atlas, xs: npt.NDArray[np.float64], y: float, how: Print, rng: np.random.Generator
) -> None:
    """`text` with character centres at master columns `xs`, capitals' middle at master row `y`; spaces are gaps."""
    jitter = rng.normal(0, how.jitter, (len(text), 2)) if how.jitter else np.zeros((len(text), 2))
    ink = rng.uniform(1 - how.unevenness, 1, len(text))
    rows, columns = ground.shape
    for char, x, (dx, dy), strength in zip(text, xs, jitter, ink, strict=True):
        left, top = round(x + dx) - CELL // 2, round(y + dy) - CELL // 2
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + CELL, columns), min(top + CELL, rows)
        if x1 <= x0 or y1 <= y0 or char == " ":
            continue
        part = ground[y0:y1, x0:x1]
        mask = atlas.masks[char][y0 - top : y1 - top, x0 - left : x1 - left]
        np.maximum(part, mask * np.float32(strength / 255), out=part)


def _ink(ground: Field, how: Print, stock: Stock, rng: np.random.Generator) -> Field:
    """Clean masks to ink on paper: spread, edge, roughness, dots, uneven supply."""
    spread = cv2.GaussianBlur(ground, (0, 0), how.spread)
    if how.roughness:
        near = np.minimum(1, cv2.blur(ground, (17, 17)) * 12)  # no ink far from any stroke
        spread += near * how.roughness * _crop(stock.noise[rng.integers(1, 3)], *ground.shape, rng)
    ink = np.clip((spread - how.edge) / how.softness + 0.5, 0, 1)
    if how.dots:
        rows, columns = (2 * np.pi / how.dots * np.arange(n, dtype=np.float32) for n in ground.shape)
        raster = np.sin(rows)[:, None] * np.sin(columns)[None]
        ink *= np.clip(0.75 + rng.uniform(0.3, 1.2) * raster, 0, 1)
    if how.unevenness:
        ink *= np.clip(1 - how.unevenness * 0.5 * np.abs(_crop(_one(stock.noise[1:], rng), *ground.shape, rng)), 0, 1)
    return np.asarray(ink, dtype=np.float32)


def _paper(shape: tuple[int, int], how: Print, stock: Stock, rng: np.random.Generator) -> Field:
    if not how.texture:
        return np.full(shape, rng.uniform(0.6, 1), np.float32)
    ground = _crop(_one(stock.backgrounds, rng), *shape, rng)
    return np.asarray(1 - how.texture * rng.uniform(0.3, 0.75) * (1 - ground), dtype=np.float32)


def _frames(ink: Field, how: Print, rng: np.random.Generator) -> None:
    """Rules above and below the line, a page edge beside it."""
    columns = ink.shape[1]
    tone, thick = float(rng.uniform(0.4, 1)), int(rng.integers(1, 6))
    for side in (-1, 1):
        if rng.random() < 0.6:
            y = round((16 - TOP + side * rng.uniform(12.5, 26)) * SCALE)
            cv2.line(ink, (0, y), (columns, y + int(rng.integers(-3, 4))), tone, thick)
    if rng.random() < 0.4:
        x = int(rng.integers(0, columns))
        edge = slice(0, x) if x < columns / 2 else slice(x, None)
        if min(x, columns - x) < 60:
            ink[:, edge] = tone


def _blur(picture: Field, how: Capture, rng: np.random.Generator) -> Field:
    if how.defocus:
        picture = cv2.GaussianBlur(picture, (0, 0), how.defocus)
    if how.motion > 0.5:
        size = 2 * int(np.ceil(how.motion)) + 1
        streak = np.zeros((size, size), np.float32)
        angle = rng.uniform(0, np.pi)
        reach = how.motion / 2 * np.array([np.cos(angle), np.sin(angle)]) * 16
        middle = size // 2 * 16
        ends = [tuple(int(v) for v in (middle + sign * reach)) for sign in (-1, 1)]
        cv2.line(streak, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
        picture = cv2.filter2D(picture, -1, streak / streak.sum())
    return picture


def _light(picture: Field, how: Capture, stock: Stock, rng: np.random.Generator) -> Field:
    rows, columns = picture.shape
    if how.shade:
        ramp = np.linspace(0, 1, columns, dtype=np.float32)
        turn = rng.uniform(0, 1)
        width = rng.uniform(0.03, 1.5)
        shadow = np.clip((ramp - turn) / width * float(rng.choice([-1, 1])) + 0.5, 0, 1)
        picture = picture * (1 - how.shade * shadow)[None]
    if how.glare:
        x = np.arange(columns, dtype=np.float32)[None] - rng.uniform(0, columns)
        y = np.arange(rows, dtype=np.float32)[:, None] - rng.uniform(0, rows)
        spot = np.exp(-(x**2) / (2 * (columns * rng.uniform(0.03, 0.2)) ** 2) - y**2 / (2 * (rows * 0.4) ** 2))
        picture = picture + (1.1 - picture) * np.float32(how.glare) * spot
    picture = np.clip(picture, 0, 1) ** how.gamma
    return np.asarray(picture, dtype=np.float32)


def _compressed(picture: npt.NDArray[np.uint8], quality: int) -> npt.NDArray[np.uint8]:
    _, code = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(code, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def _onto(
    picture: npt.NDArray[np.uint8] | Field, affine: npt.NDArray[np.float64], shape: tuple[int, int], blur: float
) -> npt.NDArray[np.uint8] | Field:
    """Sampled by pixels of finite size: `blur` is their aperture, sigma in pixels of `picture`."""
    if blur > 0.4:
        picture = cv2.GaussianBlur(picture, (0, 0), blur)
    return cv2.warpAffine(picture, affine, shape[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _captured(
    page: Field, how: Capture, stock: Stock, rng: np.random.Generator
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float64]]:
    """The picture, and the affine (2, 3) from master to picture pixels."""
    rows, columns = page.shape

    def geometry(cap: float) -> tuple[npt.NDArray[np.float64], tuple[int, int]]:
        factor = cap / CAP
        turn = np.deg2rad(how.rotation)
        cos, sin = factor * np.cos(turn), factor * np.sin(turn)
        linear = np.array([[cos, -sin], [sin, cos]])
        corners = np.array([[0, 0], [columns, 0], [0, rows], [columns, rows]]) @ linear.T
        low = corners.min(axis=0) - rng.uniform(0, 1, 2)
        high = corners.max(axis=0)
        return np.column_stack([linear, -low]), (int(high[1] - low[1]) + 2, int(high[0] - low[0]) + 2)

    affine, shape = geometry(how.cap)
    if how.copied:
        first = how.copied / CAP
        early = cv2.resize(page, None, fx=first, fy=first, interpolation=cv2.INTER_AREA if first < 1 else 1)
        early = _compressed(np.asarray(early * 255, dtype=np.uint8), int(rng.integers(60, 96)))
        page = np.asarray(early, dtype=np.float32) / 255
        fit = np.array([page.shape[1] / columns, page.shape[0] / rows])
        shift = (fit - 1) / 2  # pixel centres of a resized picture lie at (i + 1/2) * factor - 1/2
        inner = np.column_stack([affine[:, :2] / fit, affine[:, 2] - affine[:, :2] @ (shift / fit)])
        picture = _onto(page, inner, shape, how.aperture * how.copied / how.cap)
    else:
        picture = _onto(page, affine, shape, how.aperture * CAP / how.cap)
    picture = _light(_blur(np.asarray(picture, dtype=np.float32), how, rng), how, stock, rng) * 255
    if how.noise:
        picture = picture + how.noise * cv2.resize(
            _crop(stock.noise[0], min(shape[0], HEIGHT), min(shape[1], WIDTH), rng), shape[::-1]
        )
    if how.sharpening:
        picture = picture + how.sharpening * (picture - cv2.GaussianBlur(picture, (0, 0), 1.0))
    pixels = np.asarray(np.clip(picture, 0, 255), dtype=np.uint8)
    return (_compressed(pixels, how.jpeg) if how.jpeg else pixels), affine


def _cut_out(
    picture: npt.NDArray[np.uint8],
    affine: npt.NDArray[np.float64],
    how: Cut,
    origin: float,
    left: float,
    width: int,
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The strip; ideal x along its columns' left edges at the capitals' middle (width + 1,); the middle's row there.

    `origin` is the master column of ideal x 0; `left` the ideal x where the strip begins."""
    edge = np.arange(width + 1, dtype=np.float64)
    bent = (edge - width / 2) / 250
    xs = left + edge / how.width
    xs += how.drift * 125 * bent * np.abs(bent) if how.drift else 0.0
    middles = 16 + how.down + how.tilt * (edge - width / 2) + how.bow * (bent**2 - 0.5)
    columns = np.arange(width) + 0.5
    x = np.interp(columns, edge, xs)[None]
    v = (np.arange(ROWS)[:, None] + 0.5 - np.interp(columns, edge, middles)[None]) / how.height
    master_x = (x + how.slant * v) * SCALE + origin - 0.5
    master_y = (v + 16 - TOP) * SCALE - 0.5
    picture_x = affine[0, 0] * master_x + affine[0, 1] * master_y + affine[0, 2]
    picture_y = affine[1, 0] * master_x + affine[1, 1] * master_y + affine[1, 2]
    strip = cv2.remap(
        picture,
        picture_x.astype(np.float32),
        picture_y.astype(np.float32),
        _KERNELS[how.kernel],
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(strip, dtype=np.uint8), xs, middles


def _shrunk_to_strip(
    picture: npt.NDArray[np.uint8], affine: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float64]]:
    """A picture much finer than the strip, averaged down first, as any careful locator does."""
    factor = IDEAL_CAP / CAP / float(np.hypot(*affine[:, 0]))
    if factor > 0.8:
        return picture, affine
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    fit = np.array([small.shape[1] / picture.shape[1], small.shape[0] / picture.shape[0]])
    fitted = affine * fit[:, None]
    fitted[:, 2] += (fit - 1) / 2
    return small, fitted


def print_line(
    text: str, conditions: Conditions, stock: Stock, rng: np.random.Generator, *, left: float, width: int
) -> Line:
    """`text` in one pitch on a strip `width` pixels wide that begins at ideal x `left` (first character's centre 0)."""
    how = conditions.print
    atlas = _atlas(how, stock, rng)
    pitch = how.pitch * IDEAL_CAP
    if how.wrong_font and rng.random() < 0.7:
        pitch = atlas.advance * IDEAL_CAP * float(rng.uniform(0.97, 1.1))
    setting = Setting(
        atlas=atlas,
        pitch=pitch,
        places=lambda shown: np.arange(len(shown)) * pitch,
        other=lambda: texts.random_line(rng, len(text)),
        label=texts.SYMBOLS.find,
    )
    return set_line(text, setting, conditions, stock, rng, left=left, width=width)


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """How texts are set in type."""

    atlas: Atlas
    pitch: float
    """Mean distance of characters, ideal pixels."""
    places: Callable[[str], npt.NDArray[np.float64]]
    """Centres of a text's characters, ideal pixels from the first."""
    other: Callable[[], str]
    """What stands in the lines above and below."""
    label: Callable[[str], int]
    """A character's place in SYMBOLS, negative for one that is none."""


def set_line(
    text: str,
    setting: Setting,
    conditions: Conditions,
    stock: Stock,
    rng: np.random.Generator,
    *,
    left: float,
    width: int,
) -> Line:
    """`text` on a strip `width` pixels wide that begins at ideal x `left` (first character's centre at 0)."""
    how, cut = conditions.print, conditions.cut
    reach = width / cut.width * 1.12 + 40
    origin = (30 - left) * SCALE
    shape = (round((BOTTOM - TOP) * SCALE), round((reach + 40) * SCALE))
    centres = setting.places(text)
    ground = np.zeros(shape, np.float32)
    middle = (16 - TOP) * SCALE
    _paste(ground, text, setting.atlas, centres * SCALE + origin, middle, how, rng)
    if how.neighbours:
        for side in (-1, 1):
            if rng.random() < 0.7:
                other = setting.other()
                at = setting.places(other) * SCALE + origin
                _paste(ground, other, setting.atlas, at, middle + side * how.neighbours * CAP, how, rng)
    strip, xs, middles = _through(ground, conditions, stock, rng, origin, left, width)
    edge = np.arange(width + 1)
    seen = np.interp(centres, xs, edge, left=-1e3, right=1e6)
    labels = np.array([setting.label(char) for char in text])
    labels[labels < 0] = NOTHING
    inside = (seen > 0) & (seen < width)
    inside &= np.array([char != " " for char in text])
    return Line(
        strip=strip,
        centres=seen[inside].astype(np.float32),
        labels=labels[inside],
        middles=np.interp(seen[inside], edge, middles).astype(np.float32),
        caps=np.full(int(inside.sum()), cut.height * IDEAL_CAP, np.float32),
        pitch=setting.pitch * cut.width,
    )


def print_other(conditions: Conditions, stock: Stock, rng: np.random.Generator, *, width: int) -> Line:
    """A strip cut where there is no MRZ."""
    shape = (round((BOTTOM - TOP) * SCALE), round((width / conditions.cut.width * 1.12 + 80) * SCALE))
    ground = np.ascontiguousarray(_crop(_one(stock.others, rng), *shape, rng))
    if rng.random() < 0.15:
        ground[:] = 0
    strip, _, _ = _through(ground, conditions, stock, rng, 60.0, 0.0, width)
    none = np.zeros(0, np.float32)
    return Line(strip=strip, centres=none, labels=np.zeros(0, np.int64), middles=none, caps=none, pitch=0.0)


def _atlas(how: Print, stock: Stock, rng: np.random.Generator) -> Atlas:
    atlases = stock.wrong if how.wrong_font else stock.ocr_b
    return atlases[rng.integers(0, len(atlases))]


def _through(
    ground: Field,
    conditions: Conditions,
    stock: Stock,
    rng: np.random.Generator,
    origin: float,
    left: float,
    width: int,
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    how = conditions.print
    ink = _ink(ground, how, stock, rng)
    if how.frame:
        _frames(ink, how, rng)
    paper = _paper(ground.shape, how, stock, rng)
    page = paper * (1 - how.cover * ink) + how.ink * how.cover * ink
    if how.overprint:
        page = page * (1 - how.overprint * _crop(_one(stock.overprints, rng), *ground.shape, rng))
    picture, affine = _shrunk_to_strip(*_captured(page, conditions.capture, stock, rng))
    return _cut_out(picture, affine, conditions.cut, origin, left, width)


def training_line(stock: Stock, rng: np.random.Generator, width: int) -> Line:
    """What training sees: a window on a line at any place, one in eight where there is none."""
    conditions = Conditions.draw(rng)
    if rng.random() < 0.12:
        return print_other(conditions, stock, rng, width=width)
    pitch = conditions.print.pitch * IDEAL_CAP
    length = int(width / pitch / 0.84) + 4
    text = texts.any_line(rng, length)
    place = rng.random()
    if place < 0.3:
        left = -float(rng.uniform(0, 4)) * pitch
    elif place < 0.6:
        shown = int(rng.integers(4, width / pitch - 1))
        left = (length - shown) * pitch
    else:
        left = float(rng.uniform(0, 2)) * pitch
    line = print_line(text, conditions, stock, rng, left=left, width=width)
    if rng.random() < 0.06:
        return laid_wrong(line, list(LAID_WRONG)[rng.integers(0, len(LAID_WRONG))])
    return line


def laid_wrong(line: Line, way: tuple[int, int]) -> Line:
    """A line upside down, mirrored or both: rows, columns reversed where `way` is -1. Its characters are none."""
    same = {texts.SYMBOLS.index(char) for char in LAID_WRONG[way]}
    width = line.strip.shape[1]
    return replace(
        line,
        strip=np.ascontiguousarray(line.strip[:: way[0], :: way[1]]),
        centres=line.centres if way[1] == 1 else width - line.centres,
        middles=line.middles if way[0] == 1 else ROWS - line.middles,
        labels=np.array([EITHER if label in same else NOTHING for label in line.labels], dtype=np.int64),
    )
