"""Where something rectangular lies on a page, before anyone knows what it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import cv2
import numpy as np
import numpy.typing as npt

from docscan.geometry import Pixels

Points = npt.NDArray[np.float64]
Mask = npt.NDArray[np.uint8]

_SIDE = 900
"""Most pixels of the long side of the copy in which shapes are sought: 0.35 mm each on A4."""
_SMALLEST = 0.012
"""Share of the page: a card on A3 takes 0.037."""
_SOLID = 0.90
"""Share of a quadrilateral that its shape must fill; rounded corners take 2 %."""
_MOST_OF_PAGE = 0.9
"""Share of the page above which nothing is told apart: the ground's own noise or pattern was taken for print."""
_BORDER_PX, _RIM_PX = 3, 14
_PATTERNED = 0.03
"""Share of a border with edges from which it counts as patterned; dust and noise have less."""
_INK = 120.0
"""Sobel's answer to a step of 30 grey levels."""
_EXPLAINED, _CONVINCING = 0.5, 0.85
"""Share of a mask that must lie in quadrilaterals: below the first it shows something else than documents on a ground;
above the second the mask with the largest quadrilaterals is right, the others see parts of documents."""


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """The quadrilaterals one way of telling a page's ground from what lies on it has found."""

    quads: tuple[Points, ...]
    """(4, 2) page pixels each, clockwise, from any corner."""
    inside: float
    """Area of theirs that the mask fills, less for ragged ones."""
    explained: float
    """The same as a share of all that is not ground."""


def find_shapes(page: Pixels) -> tuple[Points, ...]:
    """(4, 2) page pixels of each convex quadrilateral that stands out from the page's ground; clockwise.

    The ground is told apart in several ways (by its colour, by its smoothness); the one whose quadrilaterals account
    for nearly all that is not ground is believed.
    """
    small, shrink = _small(page)
    opinions = [_shapes(mask, swell) for mask, swell in _masks(small)]
    convincing = [opinion for opinion in opinions if opinion.explained > _CONVINCING]
    if convincing:
        best = max(convincing, key=lambda opinion: opinion.inside)
    else:
        best = max(opinions, key=lambda opinion: opinion.explained)
        if best.explained < _EXPLAINED:
            return ()
    return tuple(quad * shrink + (shrink - 1) / 2 for quad in best.quads)


def share_of_print(page: Pixels, quads: Sequence[Points]) -> float:
    """Share of all the page's print (strong steps of luminance) that lies in the quadrilaterals or on their edges."""
    small, shrink = _small(page)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    steps = cv2.magnitude(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    ink = (np.asarray(steps) > _INK).astype(np.uint8)
    inside = np.zeros_like(ink)
    cv2.fillPoly(inside, [np.round(quad / shrink).astype(np.int32) for quad in quads], 1)
    near = np.asarray(cv2.dilate(inside, np.ones((7, 7), np.uint8)), dtype=np.uint8)
    return float((ink & near).sum()) / max(int(ink.sum()), 1)


def _small(page: Pixels) -> tuple[Pixels, int]:
    """The page reduced by a whole factor, which OpenCV averages fast, and the factor."""
    h, w = page.shape[:2]
    shrink = min(-(-max(h, w) // _SIDE), h, w)
    part = page[: h // shrink * shrink, : w // shrink * shrink]
    size = (w // shrink, h // shrink)
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), shrink


def _masks(small: Pixels) -> Iterator[tuple[Mask, float]]:
    """What is not ground, in several opinions, and by how many pixels each makes it too large."""
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
    b = _BORDER_PX
    rim = np.concatenate(
        [lab[:b].reshape(-1, 3), lab[-b:].reshape(-1, 3), lab[:, :b].reshape(-1, 3), lab[:, -b:].reshape(-1, 3)]
    )
    ground = np.median(rim, axis=0)
    spread = 1.4826 * np.median(np.abs(rim - ground), axis=0) + np.array([2.0, 1.0, 1.0])
    calm = cv2.GaussianBlur(lab, (0, 0), 1.5).astype(np.float32)
    apart = (calm - ground.astype(np.float32)) / spread.astype(np.float32)
    distance = np.sqrt(cv2.transform(apart * apart, np.ones((1, 3))))
    clipped = np.minimum(distance * 4, 255).astype(np.uint8)
    otsu, _ = cv2.threshold(clipped, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    for level in {max(16.0, otsu), 24.0}:
        yield _solid((clipped > level).astype(np.uint8), 5), 0.0
    quiet = cv2.GaussianBlur(lab, (0, 0), 0.8)
    slopes = [np.abs(c) for dx, dy in ((1, 0), (0, 1)) for c in cv2.split(cv2.Sobel(quiet, cv2.CV_16S, dx, dy))]
    steps = reduce(cv2.max, slopes)
    for level in (10, 20, 40):
        edges = (np.asarray(steps) > level).astype(np.uint8)
        if _is_patterned(edges):
            continue
        edges[:b], edges[-b:], edges[:, :b], edges[:, -b:] = 0, 0, 0, 0
        yield _solid(edges, 9), 1.0


def _is_patterned(edges: Mask) -> bool:
    """Whether the ground itself has edges: there are some along three of the page's borders or more, where documents
    seldom reach."""
    rim = (edges[2:_RIM_PX], edges[-_RIM_PX:-2], edges[:, 2:_RIM_PX], edges[:, -_RIM_PX:-2])
    return sum(float(side.mean()) > _PATTERNED for side in rim if side.size) >= 3


def _solid(mask: Mask, gap: int) -> Mask:
    """Gaps of `gap` pixels closed, holes filled, threads and specks removed."""
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8))
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    filled = np.zeros_like(mask)
    cv2.drawContours(filled, contours, -1, 1, cv2.FILLED)
    return np.asarray(cv2.morphologyEx(filled, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8)), dtype=np.uint8)


def _shapes(mask: Mask, swell: float) -> Shapes:
    area = mask.size
    foreground = float(mask.sum())
    if not 0 < foreground < _MOST_OF_PAGE * area:
        return Shapes((), 0.0, 0.0)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    quads, inside = [], 0.0
    for contour in contours:
        covered = cv2.contourArea(contour)
        if covered < _SMALLEST * area:
            continue
        quad = _quadrilateral(contour.reshape(-1, 2).astype(np.float64))
        if quad is None:
            continue
        quad_area = cv2.contourArea(quad.astype(np.float32))
        if quad_area > 0 and _SOLID < covered / quad_area < 1 / _SOLID:
            quads.append(_shrunk(quad, swell))
            inside += covered * min(covered / quad_area, quad_area / covered) ** 3
    return Shapes(tuple(quads), inside, inside / foreground)


def _quadrilateral(contour: Points) -> Points | None:
    """Four lines through the contour's sides, corners clockwise; None where it has not four sides."""
    hull = cv2.convexHull(contour.astype(np.float32)).reshape(-1, 2)
    length = cv2.arcLength(hull, True)
    rough = next(
        (
            c
            for c in (cv2.approxPolyDP(hull, f * length, True).reshape(-1, 2) for f in (0.01, 0.02, 0.04, 0.06))
            if len(c) <= 4
        ),
        None,
    )
    if rough is None or len(rough) != 4:
        rough = cv2.boxPoints(cv2.minAreaRect(hull))
    rough = clockwise(rough.astype(np.float64))
    dense = _resampled(contour)
    sides = []
    for start, end in zip(rough, np.roll(rough, -1, axis=0), strict=True):
        run = float(np.linalg.norm(end - start))
        if run < 8:
            return None
        unit = (end - start) / run
        along = (dense - start) @ unit
        across = (dense - start) @ np.array([-unit[1], unit[0]])
        near = (along > 0.12 * run) & (along < 0.88 * run) & (np.abs(across) < 0.06 * run + 3)
        if near.sum() < 0.4 * 0.76 * run:
            return None
        vx, vy, x, y = cv2.fitLine(dense[near].astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel().astype(float)
        sides.append((vx, vy, x, y))
    corners = [_crossing(sides[i - 1], sides[i]) for i in range(4)]
    if any(corner is None for corner in corners):
        return None
    quad = np.array(corners, dtype=np.float64)
    return quad if cv2.isContourConvex(quad.astype(np.float32)) and np.abs(quad - rough).max() < 0.1 * length else None


def _resampled(contour: Points) -> Points:
    """A point a pixel along the closed contour."""
    closed = np.vstack([contour, contour[:1]])
    at = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
    spots = np.arange(0.0, at[-1], 1.0)
    return np.column_stack([np.interp(spots, at, closed[:, 0]), np.interp(spots, at, closed[:, 1])])


def _crossing(one: tuple[float, ...], other: tuple[float, ...]) -> Points | None:
    (ax, ay, px, py), (bx, by, qx, qy) = one, other
    turn = ax * by - ay * bx
    if abs(turn) < 0.2:
        return None
    t = ((qx - px) * by - (qy - py) * bx) / turn
    return np.array([px + t * ax, py + t * ay])


def _shrunk(quad: Points, by: float) -> Points:
    middle = quad.mean(axis=0)
    away = quad - middle
    return np.asarray(middle + away * (1 - by * np.sqrt(2) / np.linalg.norm(away, axis=1, keepdims=True)))


def clockwise(quad: Points) -> Points:
    """The same corners in the order in which one sees them going round clockwise (y grows downward)."""
    x, y = quad[:, 0], quad[:, 1]
    area = float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
    return quad if area > 0 else np.ascontiguousarray(quad[::-1])
