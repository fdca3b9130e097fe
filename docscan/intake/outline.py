"""The outline of a document whose place is roughly known: four straight edges, sought near where they should be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
import numpy.typing as npt

from docscan.geometry import Homography, Pixels, project

Points = npt.NDArray[np.float64]
Scores = npt.NDArray[np.float64]

LEFT, TOP, RIGHT, BOTTOM = range(4)

SEEN = 0.45
"""Share of a side's length along which there must be an edge for the side to count as seen."""
_UNSEEN = 0.3
"""Support of a side nobody saw, at its nominal place: weaker than any seen one."""
_BORDER = 0.8
"""Support of the picture's own border as a document's edge: pictures are often cut out along it."""
_WEIGHT = 7.0
"""Weight of a side's support against misfits: that an edge is clear and not of text outweighs its being off."""
_BENT, _BENT_MOST = 0.03, 3.0
"""Share of the width by which corners off a rectangle cost 1, and the most they cost, since photographs have such."""
_PEAKS = 3
_FLOOR = 3.0
"""Grey levels a pixel: weaker steps are noise of the sensor and of JPEG."""
_GLYPH_MM = 1.9
"""From the centre of a character to where its own edges certainly end."""
_BLUR_PX = 2
"""As far as an edge still answers in the map of edges."""
_CORNER = 0.06
"""Share of a side at each end that rounded corners may take."""


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A document's four edges."""

    to_page: Homography
    """Millimetres from the document's top left corner -> page pixels."""
    support: tuple[float, float, float, float]
    """Left, top, right, bottom: share of the side along which an edge was seen; 0 for the picture's border."""
    score: float

    @property
    def seen(self) -> bool:
        return min(self.support) >= SEEN


@dataclass(frozen=True, slots=True)
class Search:
    """How far and how finely edges are sought around their expected place."""

    ppmm: float
    margin: float
    """mm to either side of the expected edge."""
    slope: float
    """Greatest tangent of the angle to the expected edge."""


WIDE = Search(ppmm=2.5, margin=14.0, slope=0.2)
CLOSE = Search(ppmm=5.0, margin=3.0, slope=0.03)


def fit(
    page: Pixels,
    guess: Homography,
    size_mm: tuple[float, float],
    misfits: Callable[[Points], Scores],
    search: Search,
    print_at: Points | None = None,
) -> Outline:
    """The best four edges around `guess` (millimetres -> page pixels).

    `misfits` takes (m, 3, 3) candidate homographies page -> millimetres and says how little each fits what else is
    known of the document. Around `print_at`, (n, 2) centres of an MRZ's characters in page pixels, no edge is
    sought: dense lines of print look like one.
    """
    width, height = size_mm
    margin = min(search.margin, 0.25 * height)
    steps_x, steps_y = _edge_maps(page, guess, size_mm, margin, search.ppmm)
    to_frame = np.asarray(np.linalg.inv(guess), dtype=np.float64)
    if print_at is not None:
        printed = (project(print_at, to_frame) + margin) * search.ppmm
        hull = cv2.convexHull(printed.astype(np.float32)).astype(np.int32)
        for steps in (steps_x, steps_y):
            cv2.fillConvexPoly(steps, hull, 0.0)
            cv2.polylines(steps, [hull], True, 0.0, thickness=round(2 * (_GLYPH_MM * search.ppmm + _BLUR_PX)))
    inset_x, inset_y = _CORNER * width, _CORNER * height
    origin = np.array([-margin, -margin])

    def window(steps: npt.NDArray[np.float32], x0: float, x1: float, y0: float, y1: float) -> npt.NDArray[np.float32]:
        (left, top), (right, bottom) = (
            np.round((np.array(p) - origin) * search.ppmm).astype(int) for p in ((x0, y0), (x1, y1))
        )
        return steps[top:bottom, left:right]

    borders = _picture_borders(page, guess, size_mm, margin)
    sides = []
    for side, nominal in enumerate((0.0, 0.0, width, height)):
        if side in (LEFT, RIGHT):
            strip = window(steps_x, nominal - margin, nominal + margin, inset_y, height - inset_y)
        else:
            strip = window(steps_y, inset_x, width - inset_x, nominal - margin, nominal + margin).T
        lines = [(nominal - margin + o / search.ppmm, s, support) for o, s, support in _peaks(strip, search.slope)]
        lines += [(offset, slope, _BORDER) for offset, slope in borders[side]]
        sides.append(np.array([*lines, (nominal, 0.0, _UNSEEN)]))
    combos = np.array(list(product(*(range(len(side)) for side in sides))))
    chosen = np.stack([side[combos[:, i]] for i, side in enumerate(sides)], axis=1)
    corners = _corners(chosen, size_mm)
    rectangle = rectangle_of(size_mm)
    usable = np.abs(corners - rectangle).max(axis=(1, 2)) < 4 * margin
    chosen, corners = chosen[usable], corners[usable]
    candidates = _homographies(corners, rectangle) @ to_frame
    bent = _unlike_rectangle(corners, rectangle) / (_BENT * width)
    scores = _WEIGHT * chosen[:, :, 2].sum(axis=1) - misfits(candidates) - np.minimum(bent, _BENT_MOST)
    best = int(np.argmax(scores))
    support = tuple(float(s) if s not in (_BORDER, _UNSEEN) else 0.0 for s in chosen[best, :, 2])
    return Outline(np.linalg.inv(candidates[best]), support, float(scores[best]))  # type: ignore[arg-type]


def rectangle_of(size_mm: tuple[float, float]) -> Points:
    """(4, 2) corners, clockwise from the top left."""
    width, height = size_mm
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)


def homography(source: Points, target: Points) -> Homography:
    """The 3x3 matrix that takes four points to four others."""
    return np.asarray(
        _homographies(np.asarray(source, dtype=np.float64)[None], np.asarray(target, dtype=np.float64))[0]
    )


def _edge_maps(
    page: Pixels, guess: Homography, size_mm: tuple[float, float], margin: float, ppmm: float
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """How certainly each pixel around the document lies on a vertical and on a horizontal edge, 0 to 1."""
    width, height = ((round((side + 2 * margin) * ppmm)) for side in size_mm)
    from_map = guess @ np.array([[1 / ppmm, 0, -margin], [0, 1 / ppmm, -margin], [0, 0, 1]])
    view = warp(page, from_map, (width, height))
    view = np.asarray(cv2.GaussianBlur(view, (0, 0), 0.8), dtype=np.uint8)
    return _steps(view, 1, 0), _steps(view, 0, 1)


def _steps(view: Pixels, dx: int, dy: int) -> npt.NDArray[np.float32]:
    red, green, blue = (np.abs(c, out=c) for c in cv2.split(cv2.Scharr(view, cv2.CV_16S, dx, dy)))
    slope = cv2.max(cv2.max(red, green), blue)  # Scharr answers 16 to a grey level a pixel
    full = max(16.0 * _FLOOR, 2.0 * float(np.median(slope[::4, ::4])))
    across = np.ones((1, 3), np.uint8) if dx else np.ones((3, 1), np.uint8)
    steps = cv2.dilate(slope, across).astype(np.float32)
    steps /= full
    steps -= 0.5
    return np.clip(steps, 0.0, 1.0, out=steps)


def warp(page: Pixels, to_page: Homography, size: tuple[int, int]) -> Pixels:
    """`page` seen through `to_page` (view pixels -> page pixels), (width, height) pixels large, without aliasing."""
    width, height = size
    corners = project([[0, 0], [width, 0], [width, height], [0, height]], to_page)
    scale = min(np.linalg.norm(corners[1] - corners[0]) / width, np.linalg.norm(corners[3] - corners[0]) / height)
    shrink = int(scale + 0.2)
    if shrink > 1:  # whole factors are what OpenCV averages fast
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        x0, y0 = (max(0, int(v) // shrink * shrink) for v in (left, top))
        part = page[y0 : max(y0, int(bottom) + shrink), x0 : max(x0, int(right) + shrink)]
        part = part[: part.shape[0] // shrink * shrink, : part.shape[1] // shrink * shrink]
        if part.size == 0:
            return np.zeros((height, width, 3), np.uint8)
        small = (part.shape[1] // shrink, part.shape[0] // shrink)
        page = np.asarray(cv2.resize(part, small, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        f = 1 / shrink
        to_page = np.array([[f, 0, f * (0.5 - x0) - 0.5], [0, f, f * (0.5 - y0) - 0.5], [0, 0, 1]]) @ to_page
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpPerspective(page, to_page, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8
    )


def _peaks(strip: npt.NDArray[np.float32], steepest: float) -> list[tuple[float, float, float]]:
    """Best lines down a strip (rows along the edge, columns across): offset at half length, slope, support."""
    length, breadth = strip.shape
    step = 3.0 / length
    slopes = np.arange(-np.floor(steepest / step), np.floor(steepest / step) + 1) * step
    votes = np.empty((len(slopes), breadth), np.float32)
    for i, slope in enumerate(slopes):
        shear = np.array([[1, slope, -slope * (length - 1) / 2], [0, 1, 0]])
        straight = cv2.warpAffine(strip, shear, (breadth, length), flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
        votes[i] = cv2.reduce(straight, 0, cv2.REDUCE_AVG)[0]
    peaks = cv2.GaussianBlur(votes, (5, 3), 0)  # the middle of a plateau stands out
    found = []
    for _ in range(_PEAKS):
        row, column = np.unravel_index(int(np.argmax(peaks)), votes.shape)
        support = float(votes[row, column])
        if support < SEEN:
            break
        found.append((float(column) + 0.5, float(slopes[row]), support))
        reach = np.abs(np.arange(breadth) - column) <= 4
        peaks[:, reach] = 0.0
    return found


def _picture_borders(
    page: Pixels, guess: Homography, size_mm: tuple[float, float], margin: float
) -> list[list[tuple[float, float]]]:
    """For each side of the document the picture's borders that run along it nearby: (offset, slope)."""
    h, w = page.shape[:2]
    frame = project([[0, 0], [w, 0], [w, h], [0, h]], np.asarray(np.linalg.inv(guess), dtype=np.float64))
    result: list[list[tuple[float, float]]] = [[], [], [], []]
    for start, end in zip(frame, np.roll(frame, -1, axis=0), strict=True):
        for side, nominal in enumerate((0.0, 0.0, *size_mm)):
            across, along = (0, 1) if side in (LEFT, RIGHT) else (1, 0)
            run = end[along] - start[along]
            if abs(run) < 1e-6:
                continue
            slope = (end[across] - start[across]) / run
            offset = start[across] + slope * (size_mm[along] / 2 - start[along])
            if abs(slope) < 0.1 and abs(offset - nominal) < margin:
                result[side].append((float(offset), float(slope)))
    return result


def _corners(lines: npt.NDArray[np.float64], size_mm: tuple[float, float]) -> Points:
    """(m, 4 sides, [offset, slope, support]) -> (m, 4, 2) corners, clockwise from the top left."""
    xc, yc = size_mm[0] / 2, size_mm[1] / 2

    def cross(upright: int, level: int) -> Points:
        o1, s1 = lines[:, upright, 0], lines[:, upright, 1]
        o2, s2 = lines[:, level, 0], lines[:, level, 1]
        x = (o1 + s1 * (o2 - s2 * xc - yc)) / (1 - s1 * s2)
        return np.column_stack([x, o2 + s2 * (x - xc)])

    return np.stack([cross(LEFT, TOP), cross(RIGHT, TOP), cross(RIGHT, BOTTOM), cross(LEFT, BOTTOM)], axis=1)


def _homographies(source: Points, target: Points) -> npt.NDArray[np.float64]:
    """(m, 4, 2) points each to the (4, 2) target: (m, 3, 3)."""
    m = len(source)
    x, y = source[..., 0], source[..., 1]
    u, v = np.broadcast_to(target[:, 0], (m, 4)), np.broadcast_to(target[:, 1], (m, 4))
    zero, one = np.zeros_like(x), np.ones_like(x)
    across = np.stack([x, y, one, zero, zero, zero, -u * x, -u * y], axis=-1)
    down = np.stack([zero, zero, zero, x, y, one, -v * x, -v * y], axis=-1)
    solved = np.linalg.solve(np.concatenate([across, down], axis=1), np.concatenate([u, v], axis=1)[..., None])
    return np.concatenate([solved[..., 0], np.ones((m, 1))], axis=1).reshape(m, 3, 3)


def _unlike_rectangle(corners: Points, rectangle: Points) -> Scores:
    """(m,) mm: root mean square distance of each quadrilateral from the nearest similar copy of the rectangle."""
    z = (corners - corners.mean(axis=1, keepdims=True)) @ np.array([1, 1j])
    r = (rectangle - rectangle.mean(axis=0)) @ np.array([1, 1j])
    turn = (z @ r.conj()) / (r @ r.conj())
    return np.asarray(np.sqrt((np.abs(z - turn[:, None] * r) ** 2).mean(axis=1)))


def refine(page: Pixels, outline: Outline, size_mm: tuple[float, float]) -> Outline:
    """The seen sides moved onto the strongest step within 1 mm, by a line through many places along each."""
    reach, count = 1.2, 64
    rectangle = rectangle_of(size_mm)
    on_page = project(rectangle, outline.to_page)
    ppmm = float(np.linalg.norm(on_page[1] - on_page[0])) / size_mm[0]
    across = np.arange(-reach, reach, 1 / min(ppmm, 12.0))
    along = np.linspace(_CORNER * 1.5, 1 - _CORNER * 1.5, count)
    lines = np.zeros((1, 4, 3))
    for side in range(4):
        nominal, length = ((0.0, size_mm[1]), (0.0, size_mm[0]), (size_mm[0], size_mm[1]), (size_mm[1], size_mm[0]))[
            side
        ]
        lines[0, side] = nominal, 0.0, 0.0
        if outline.support[side] < SEEN:
            continue
        a, b = np.meshgrid(along * length, nominal + across, indexing="ij")
        mm = np.column_stack([b.ravel(), a.ravel()] if side in (LEFT, RIGHT) else [a.ravel(), b.ravel()])
        xy = project(mm, outline.to_page).astype(np.float32).reshape(*a.shape, 2)
        profile = cv2.remap(page, xy[..., 0], xy[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        profile = cv2.GaussianBlur(profile, (5, 1), 1.0).astype(np.float32)
        step = np.abs(np.diff(profile, axis=1)).max(axis=2) * np.exp(-0.5 * (across[:-1] / 0.8) ** 2)
        place = (across[:-1] + across[1:])[np.argmax(step, axis=1)] / 2
        fitted = _robust_line(along * length - length / 2, place, step.max(axis=1))
        if fitted is not None:
            lines[0, side, :2] = nominal + fitted[0], fitted[1]
    moved = homography(rectangle, _corners(lines, size_mm)[0])
    return Outline(outline.to_page @ moved, outline.support, outline.score)


def _robust_line(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], weight: npt.NDArray[np.floating]
) -> tuple[float, float] | None:
    """(offset at x = 0, slope) of the line most places agree on; None where fewer than a third agree."""
    weights = np.asarray(weight, dtype=np.float64) / max(float(weight.max()), 1e-6)
    offset, slope = float(np.median(y)), 0.0
    for tolerance in (0.8, 0.4, 0.25, 0.15, 0.15):
        near = np.abs(y - offset - slope * x) < tolerance
        if near.sum() < len(x) / 3:
            return None
        slope, offset = (float(v) for v in np.polyfit(x[near], y[near], 1, w=weights[near] + 0.05))
    return offset, slope
