"""Each character of an MRZ explained as its OCR-B glyph: moved, sized, turned, fattened, blurred, inked.

A linear fit of the picture to the glyph and its derivatives, repeated on the picture sampled anew (Lucas and Kanade
1981). What one machine prints in one go needs the same explanation everywhere; what no explanation covers is shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from docscan.reading.mrz.decode import SYMBOLS

__all__ = [
    "CAP",
    "COLUMNS",
    "FINER",
    "MASTERS",
    "PARAMETERS",
    "ROWS",
    "SYMBOLS",
    "Cells",
    "Explained",
    "explain",
    "like_a_glyph",
]

MASTERS = Path(__file__).parent / "data" / "ocr_b.png"
"""The glyphs, drawn by scripts/draw_ocr_b.py."""
ROWS, COLUMNS = 52, 32
"""Of a cell: one pitch is 32 columns, a capital about 30 rows."""
CAP = 2.4 / 2.54
"""Height of a capital in pitches (ISO 1073-2, size I)."""
FINER = 2
"""How much finer the masters are drawn."""
PARAMETERS = ("spacing", "baseline", "width", "height", "turn", "stroke", "edge")
"""Moved right and down, wider, higher (shares), turned (radians, clockwise), fattened on each side and blurred; lengths
in columns of a cell."""

Floats = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.float32]

_PRIOR = np.array([4.0, 4.0, 0.15, 0.15, 0.15, 1.5, 1.5])
"""What any printed character may differ by, so that what its shape does not tell (how far an O is turned) stays 0."""
_FARTHEST = np.array([10.0, 10.0, 0.3, 0.3, 0.3])
"""Place, size and turn of one character against those of all: farther is something else."""
_LONGEST = np.array([2.0, 2.0, 0.1, 0.1, 0.05, 0.8, 0.8])
_LEAST, _MOST = np.array([-9, -9, -0.5, -0.5, -0.2, -1.5, 0.6]), np.array([9, 9, 0.6, 0.6, 0.2, 2.5, 6.0])
"""Steps towards, and bounds of, what all characters have in common."""
_ENOUGH = 24
"""Characters that tell what all have in common."""
_MOST_ROUNDS, _SETTLED = 4, 0.1
"""Of steps towards it, and the share of the longest step below which the next one adds nothing."""
_ROUGH = 0.08
"""Residual of a usual fit as a share of the ink: with it the prior is weighed."""
_ROUNDS, _REWEIGHTED = 2, 2
_SAMPLED = 3
"""Every so many pixels tell the spread of what is left; their number is odd, so that one of them is the median."""
_MIDDLE = len(range(0, ROWS * COLUMNS, _SAMPLED)) // 2
_ALONE = 8.0
"""Neighbouring samples are not independent: so many count as one."""
_ASIDE = 4
"""Rows and columns by which a mark may stand beside its cell."""
_ALIKE = 0.86
"""Correlation with a glyph from which a mark is a character."""
_STAIN, _CLEAN = 0.28, 0.08
"""Ground darker than this share of the ink is stained; a cell stained beyond this share has something printed on it."""
_TALLEST = 20
"""Rows from the middle of a cell beyond which no character reaches: ink there is a rule or another line."""
_UNKNOWNS = 4 + len(PARAMETERS)
"""Of a fit: ground, its two slopes, the ink, and what every parameter adds."""
_PAIRS = np.triu_indices(_UNKNOWNS)
_PAIR_OF = np.zeros((_UNKNOWNS, _UNKNOWNS), np.intp)
"""Which pair two columns are, in either order."""
_PAIR_OF[_PAIRS] = _PAIR_OF[_PAIRS[::-1]] = np.arange(len(_PAIRS[0]))
_X = np.arange(COLUMNS, dtype=np.float32) + 0.5 - COLUMNS / 2
_Y = np.arange(ROWS, dtype=np.float32)[:, None] + 0.5 - ROWS / 2


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Where n characters stand in a picture: (n, 2) centres, (n, 2) steps to the right by one column, and what is
    printed there (places in SYMBOLS); how high capitals are, in columns, at a guess."""

    centres: Floats
    steps: Floats
    symbols: npt.NDArray[np.intp]
    capital: float


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """Of n characters."""

    values: Floats
    """(n, 7) by PARAMETERS."""
    errors: Floats
    """(n, 7) their standard errors."""
    ink: Floats
    """(n,) contrast as a share of the paper's brightness."""
    paper: Floats
    """(n,) grey levels."""
    shape: Floats
    """(n,) root mean square of what is left, as a share of the contrast."""
    clean: npt.NDArray[np.bool_]
    """(n,) False where something else is printed across, or nothing is set off from the ground."""
    left: Pixels
    """(n, ROWS, COLUMNS) what is left, as shares of the contrast, darker positive."""
    near: Mapping[int, npt.NDArray[np.bool_]]
    """Place in SYMBOLS -> (ROWS, COLUMNS) where the glyph and its brim are."""


def explain(gray: npt.NDArray[np.uint8], cells: Cells, faintest: float) -> Explained:
    """`gray` has dark characters on a lighter ground; contrasts under `faintest` grey levels are not explained."""
    usual = _usual(gray, cells)
    designs = _designs(cells.symbols, *usual[5:])
    values = np.tile(usual, (len(cells.symbols), 1))
    for _ in range(_ROUNDS):
        patches = sampled(gray, cells, values)
        step, errors, paper, contrast, left = _fit(patches, cells.symbols, designs)
        values[:, :5] = usual[:5] + np.clip(values[:, :5] + step[:, :5] - usual[:5], -_FARTHEST, _FARTHEST)
        values[:, 5:] = usual[5:] + step[:, 5:]
    near = {symbol: cv2.dilate(glyph, np.ones((3, 3))) > 0.05 for symbol, glyph in designs.glyphs.items()}
    around = np.stack([near[int(symbol)] for symbol in cells.symbols])
    shape = np.sqrt((left**2 * around).sum(axis=(1, 2)) / around.sum(axis=(1, 2)))
    return Explained(
        values=values,
        errors=errors,
        ink=contrast / np.maximum(paper, 1.0),
        paper=paper,
        shape=shape,
        clean=(contrast >= faintest) & _unstained(patches, paper, contrast),
        left=left.astype(np.float32),
        near=near,
    )


def like_a_glyph(gray: npt.NDArray[np.uint8], centre: Floats, step: Floats, capital: float, faintest: float) -> bool:
    """Whether some OCR-B glyph explains what stands at `centre` (1, 2); `step` (1, 2) and `capital` as in Cells."""
    larger = capital / (CAP * COLUMNS) - 1
    cell = Cells(centre, step, np.zeros(1, np.intp), capital)
    patch = sampled(gray, cell, np.array([[0.0, 0.0, larger, larger, 0.0, 0.0, 0.0]]))[0]
    if np.percentile(patch, 80) - np.percentile(patch, 3) < faintest:
        return False
    dark = np.pad(patch.max() - patch, _ASIDE, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(dark, (ROWS, COLUMNS)).reshape(-1, ROWS * COLUMNS)
    return bool((_centred(windows) @ _centred(_usual_glyphs().reshape(-1, ROWS * COLUMNS)).T).max() > _ALIKE)


def _centred(rows: Pixels) -> Pixels:
    """Each row with mean 0 and length 1, so that the product of two is their correlation."""
    apart = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(apart / np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-6), np.float32)


def sampled(gray: npt.NDArray[np.uint8], cells: Cells, values: Floats) -> Pixels:
    """(n, ROWS, COLUMNS): the cells moved, sized and turned by `values` (n, 7)."""
    dx, dy, wider, higher, turn = (values[:, k, None, None] for k in range(5))
    u = (1 + wider) * _X - turn * _Y + dx
    v = (1 + higher) * _Y + turn * _X + dy
    step_x, step_y = cells.steps[:, 0, None, None], cells.steps[:, 1, None, None]
    x = cells.centres[:, 0, None, None] + u * step_x - v * step_y
    y = cells.centres[:, 1, None, None] + u * step_y + v * step_x
    flat = (-1, COLUMNS)
    found = cv2.remap(
        gray,
        x.reshape(flat).astype(np.float32),
        y.reshape(flat).astype(np.float32),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(found.reshape(-1, ROWS, COLUMNS), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Designs:
    """Of the symbols that occur, by their place in SYMBOLS."""

    glyphs: Mapping[int, Pixels]
    """(ROWS, COLUMNS), ink 1."""
    columns: Mapping[int, Pixels]
    """(_UNKNOWNS, ROWS * COLUMNS): ground, its two slopes, the glyph, its derivative by each parameter."""
    products: Mapping[int, Pixels]
    """(66, ROWS * COLUMNS): the product of each two of the columns, by _PAIRS."""


@cache
def _distances() -> Pixels:
    """(37, ROWS * FINER, COLUMNS * FINER) signed distance from the masters' outlines in columns of a cell, ink
    positive. Raises OSError where the file is missing."""
    sheet = cv2.imread(str(MASTERS), cv2.IMREAD_GRAYSCALE)
    if sheet is None:
        raise OSError(f"{MASTERS.name} is missing from the installation")
    cells = sheet.reshape(ROWS * FINER, len(SYMBOLS), COLUMNS * FINER).transpose(1, 0, 2)
    far = []
    for cell in cells:
        inner = cv2.distanceTransform(np.ascontiguousarray(cell), cv2.DIST_L2, 5)
        outer = cv2.distanceTransform(255 - cell, cv2.DIST_L2, 5)
        far.append(np.where(cell > 0, inner - 0.5, 0.5 - outer))  # the outline runs between two pixels
    return np.asarray(np.stack(far) / FINER, np.float32)


def _drawn(symbols: npt.NDArray[np.intp], fat: float, blur: float) -> Pixels:
    """(k, ROWS, COLUMNS) glyphs printed so much fatter on each side and captured with such a blur (columns)."""
    ink = np.clip((_distances()[symbols] + np.float32(fat)) * FINER + np.float32(0.5), 0, 1)
    tall = ink.reshape(-1, COLUMNS * FINER)  # one above the other: no glyph reaches the edge of its cell
    soft = cv2.GaussianBlur(tall, (0, 0), max(blur, 0.3) * FINER)
    means = cv2.resize(soft, None, fx=1 / FINER, fy=1 / FINER, interpolation=cv2.INTER_AREA)
    return np.asarray(means.reshape(-1, ROWS, COLUMNS), np.float32)


@cache
def _usual_glyphs() -> Pixels:
    """(37, ROWS, COLUMNS) as most printers set them."""
    return _drawn(np.arange(len(SYMBOLS)), 0.2, 1.2)


def _designs(symbols: npt.NDArray[np.intp], fat: float, blur: float) -> _Designs:
    own = np.unique(symbols)
    glyphs = _drawn(own, fat, blur)
    down, right = np.gradient(glyphs, axis=(1, 2))
    sharper = max(blur - 0.2, 0.3)
    fatter = (_drawn(own, fat + 0.2, blur) - _drawn(own, fat - 0.2, blur)) / 0.4
    softer = (_drawn(own, fat, blur + 0.2) - _drawn(own, fat, sharper)) / (blur + 0.2 - sharper)
    flat, turned = np.ones_like(glyphs), right * _Y - down * _X
    parts = (flat, flat * _X, flat * _Y, glyphs, -right, -down, -right * _X, -down * _Y, turned, fatter, softer)
    columns = np.stack([part.reshape(len(own), -1) for part in parts], axis=1).astype(np.float32)
    products = [c[_PAIRS[0]] * c[_PAIRS[1]] for c in columns]
    kinds = [int(symbol) for symbol in own]
    return _Designs(*(dict(zip(kinds, part, strict=True)) for part in (glyphs, columns, products)))


def _usual(gray: npt.NDArray[np.uint8], cells: Cells) -> Floats:
    """(7,) what all characters have in common: the middle character's size, place, weight and blur."""
    larger = cells.capital / (CAP * COLUMNS) - 1
    usual = np.array([0.0, 0.0, larger, larger, 0.0, 0.0, 1.6])
    some = np.arange(0, len(cells.symbols), max(1, len(cells.symbols) // _ENOUGH))
    few = Cells(cells.centres[some], cells.steps[some], cells.symbols[some], cells.capital)
    for _ in range(_MOST_ROUNDS):
        patches = sampled(gray, few, np.tile(usual, (len(some), 1)))
        step = np.median(_fit(patches, few.symbols, _designs(few.symbols, *usual[5:]))[0], axis=0)
        usual += np.clip(step, -_LONGEST, _LONGEST)
        usual = np.clip(usual, _LEAST, _MOST)
        if (np.abs(step) < _SETTLED * _LONGEST).all():
            break
    return usual


def _fit(
    patches: Pixels, symbols: npt.NDArray[np.intp], designs: _Designs
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """(n, 7) parameters and their standard errors, (n,) paper and contrast, (n, ROWS, COLUMNS) what is left, by
    reweighted least squares."""
    count = len(patches)
    answer, left, errors = np.zeros((count, _UNKNOWNS)), np.zeros((count, ROWS * COLUMNS)), np.zeros((count, 7))
    held = np.diag([1e-6] * 4 + list((_ROUGH / _PRIOR) ** 2))
    for symbol, columns in designs.columns.items():
        own = symbols == symbol
        dark = -patches[own].reshape(int(own.sum()), -1)
        weight = np.ones_like(dark)
        for _ in range(_REWEIGHTED):
            inner = (weight @ designs.products[symbol].T)[:, _PAIR_OF] + held
            outer = (weight * dark) @ columns.T
            found = np.linalg.solve(inner, outer[:, :, None])[:, :, 0]
            rest = (dark - found.astype(np.float32) @ columns) / np.maximum(found[:, 3:4], 1.0).astype(np.float32)
            some = np.abs(rest[:, ::_SAMPLED])
            median = np.partition(some, _MIDDLE, axis=1)[:, _MIDDLE, None]
            spread = np.maximum(1.4826 * median, 0.01)
            weight = 1 / np.maximum(1.0, np.abs(rest) / (2.5 * spread))
        noise = (weight * rest**2).sum(axis=1) / weight.sum(axis=1)
        certain = np.diagonal(np.linalg.inv(inner), axis1=1, axis2=2)[:, 4:]
        answer[own], left[own] = found, rest
        errors[own] = np.sqrt(np.maximum(certain, 0) * noise[:, None] * _ALONE)
    contrast = answer[:, 3]
    values = answer[:, 4:] / np.maximum(contrast, 1.0)[:, None]
    return values, errors, -answer[:, 0], contrast, left.reshape(count, ROWS, COLUMNS)


def _unstained(patches: Pixels, paper: Floats, contrast: Floats) -> npt.NDArray[np.bool_]:
    """Whether the ground around a character's own ink, whatever its shape, is free of other print."""
    ink = (paper[:, None, None] - patches) / np.maximum(contrast, 1.0)[:, None, None]
    ruled = (ink[:, np.abs(_Y[:, 0]) > _TALLEST].mean(axis=2) > _STAIN).any(axis=1)
    clean = np.zeros(len(ink), bool)
    for k, own in enumerate(ink):
        ground = own[cv2.dilate((own >= 0.5).astype(np.uint8), np.ones((7, 7), np.uint8)) == 0]
        clean[k] = ground.size > 0 and float((ground > _STAIN).mean()) <= _CLEAN
    return np.asarray(clean & ~ruled, np.bool_)
