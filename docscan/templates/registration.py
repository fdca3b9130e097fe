"""Laying one picture of a document on another to a fraction of a pixel.

Coarse by SIFT matches and a robust homography, at half the usual resolution; fine by tracking a few hundred points
of the static print and fitting the homography to them again; what bends beyond a homography (curved paper, a scanner's
uneven feed) by a smooth field over the same points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import Floats
from docscan.geometry import Homography, Pixels
from docscan.templates.ground import low_pass

COARSE_PPMM = 5.9
"""150 pixels an inch: enough for SIFT on print, and fast."""
FEATURES = 900
SAME_PLACE_MM, ALIKE = 0.3, 0.85
"""How near and how alike (cosine) two specimens' features are that show the same print."""
TRACKED = 700
MIN_INLIERS = 18
MIN_TRACKED = 40
WINDOW_MM, COARSER = 1.6, 2
"""Side of the window by which a point is tracked, and how often it doubles to find the point from afar."""
QUICK, EXACT = (0.5, 1.0), (0.5, 1.0, 1.0)
"""Shares of the resolution at which a face is laid, round after round: the first only brings it near."""
TILE = 16
"""Pixels from one to the next place of which it is calculated where it comes from."""
REACH_MM = WINDOW_MM * 2**COARSER / 2
"""How far from a point what is printed has a say in where it is found."""
STEADY_MM = 0.12
"""How far from its place a static point may be tracked on a genuine specimen."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Features:
    """SIFT keypoints in millimetres and their descriptors (root of the L1-normalised histogram, as uint8)."""

    xy: Floats
    descriptors: npt.NDArray[Any]


def features(pixels: Pixels, ppmm: float, mask: Mask | None = None) -> Features:
    scale = min(1.0, COARSE_PPMM / ppmm)
    gray = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small_mask = None
    if mask is not None:
        small_mask = cv2.resize(mask.astype(np.uint8), (gray.shape[1], gray.shape[0]), interpolation=cv2.INTER_NEAREST)
    sift = cv2.SIFT.create(nfeatures=FEATURES, contrastThreshold=0.02)
    keypoints, descriptors = sift.detectAndCompute(gray, small_mask)
    if descriptors is None:
        return Features(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.uint8))
    xy = (np.array([k.pt for k in keypoints], np.float32) + 0.5) / (scale * ppmm)
    root = np.sqrt(descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-6))
    return Features(xy, np.rint(255 * root).astype(np.uint8))


def recurring(specimens: Sequence[Pixels], ppmm: float) -> Features:
    """The features of registered specimens that come again, alike and in their place, on at least two fifths of them:
    what is printed on all, and no holder's own."""
    seen = [features(pixels, ppmm) for pixels in specimens]
    kept: list[tuple[Floats, npt.NDArray[np.uint8]]] = []
    for i, one in enumerate(seen[:4]):
        count = np.zeros(len(one.xy))
        for other in seen[:i] + seen[i + 1 :]:
            if len(one.xy) and len(other.xy):
                near = np.linalg.norm(one.xy[:, None] - other.xy[None], axis=2) < SAME_PLACE_MM
                product = one.descriptors.astype(np.float32) @ other.descriptors.astype(np.float32).T
                count += (near & (product > ALIKE * 255**2)).any(axis=1)
        chosen = np.argsort(-count, kind="stable")[:FEATURES]
        chosen = chosen[count[chosen] >= 0.4 * (len(seen) - 1)]
        taken = np.concatenate([xy for xy, _ in kept]) if kept else np.zeros((0, 2), np.float32)
        new = [j for j in chosen if not len(taken) or np.linalg.norm(taken - one.xy[j], axis=1).min() > SAME_PLACE_MM]
        kept.append((one.xy[new], one.descriptors[new]))
    return Features(
        np.concatenate([xy for xy, _ in kept])[:FEATURES],
        np.concatenate([descriptors for _, descriptors in kept])[:FEATURES],
    )


def coarse(moving: Features, fixed: Features) -> tuple[Homography, int] | None:
    """The homography from moving to fixed millimetres and its inliers; None where too few points agree."""
    if min(len(moving.xy), len(fixed.xy)) < MIN_INLIERS:
        return None
    matches = cv2.BFMatcher(cv2.NORM_L2).knnMatch(
        moving.descriptors.astype(np.float32), fixed.descriptors.astype(np.float32), k=2
    )
    good = [pair[0] for pair in matches if len(pair) == 2 and pair[0].distance < 0.8 * pair[1].distance]
    if len(good) < MIN_INLIERS:
        return None
    source = moving.xy[[m.queryIdx for m in good]]
    target = fixed.xy[[m.trainIdx for m in good]]
    homography, inliers = cv2.findHomography(source, target, cv2.USAC_MAGSAC, 0.5, maxIters=3000, confidence=0.999)
    if homography is None or int(inliers.sum()) < MIN_INLIERS or not _plausible(homography, fixed.xy):
        return None
    return np.asarray(homography, np.float64), int(inliers.sum())


def _plausible(homography: npt.NDArray[Any], around: Floats) -> bool:
    """True where the map keeps area within a factor of 2.5 (a card taken for a page is 2.1 times as large) and does not
    fold."""
    if abs(np.linalg.det(homography)) < 1e-9:
        return False
    centre = around.mean(axis=0).astype(np.float64)
    square = centre + 10.0 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    mapped = cv2.perspectiveTransform(square[None].astype(np.float64), np.linalg.inv(homography))[0]
    area = cv2.contourArea(mapped.astype(np.float32), oriented=True)
    return bool(160 < area < 1000 and cv2.isContourConvex(mapped.astype(np.float32)))


def in_pixels(homography_mm: Homography, moving_ppmm: float, fixed_ppmm: float) -> Homography:
    """A homography between millimetres as one between pixels (centres at whole numbers)."""
    to_mm = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, moving_ppmm]])
    to_pixels = np.array([[fixed_ppmm, 0, -0.5], [0, fixed_ppmm, -0.5], [0, 0, 1]])
    return np.asarray(to_pixels @ homography_mm @ to_mm, np.float64)


def warp(pixels: Pixels, to_fixed: Homography, size: tuple[int, int]) -> tuple[Pixels, Mask]:
    """`pixels` on a canvas of (width, height), and where the canvas is covered."""
    warped = cv2.warpPerspective(
        pixels, to_fixed, size, flags=_interpolation(to_fixed), borderMode=cv2.BORDER_REPLICATE
    )
    ones = np.ones(pixels.shape[:2], np.uint8)
    covered = cv2.warpPerspective(ones, to_fixed, size, flags=cv2.INTER_NEAREST)
    return np.asarray(warped, np.uint8), cv2.erode(covered, np.ones((3, 3), np.uint8), borderValue=1) > 0


def _interpolation(to_fixed: Homography) -> int:
    shrink = float(np.sqrt(abs(np.linalg.det(to_fixed[:2, :2])))) < 0.6
    return int(cv2.INTER_AREA if shrink else cv2.INTER_CUBIC)


def local_contrast(gray: npt.NDArray[Any], ppmm: float) -> npt.NDArray[Any]:
    """Print without light and paper tone: deviation from the local mean in units of local contrast."""
    high = gray.astype(np.float32)
    high -= low_pass(high, ppmm)
    deviation = low_pass(high * high, 2 * ppmm)
    np.sqrt(deviation, out=deviation)
    deviation += 3.0
    high *= 40
    high /= deviation
    high += 128
    return np.clip(high, 0, 255, out=high).astype(np.uint8)


def static_points(contrast: npt.NDArray[Any], static: Mask, ppmm: float) -> Floats:
    """(n, 2) pixels of the static print that can be tracked, spread over the face."""
    allowed = cv2.erode(static.astype(np.uint8), np.ones((5, 5), np.uint8))
    points = cv2.goodFeaturesToTrack(contrast, TRACKED, 0.01, 1.2 * ppmm, mask=allowed, blockSize=7)
    return np.zeros((0, 2), np.float32) if points is None else np.asarray(points[:, 0], np.float32)


@dataclass(frozen=True, eq=False)
class Fit:
    to_fixed: Homography
    flow: Floats
    """(n, 4): x, y of a tracked point in fixed pixels, dx, dy left after the homography."""


def refine(
    pixels: Pixels,
    to_fixed: Homography,
    fixed_contrast: npt.NDArray[Any],
    points: Floats,
    ppmm: float,
    rounds: Sequence[float] = QUICK,
) -> Fit | None:
    """`to_fixed` fitted again to tracked points in `rounds`; None where too few can be tracked."""
    gray = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    for factor in rounds:
        smaller = np.array([[factor, 0, (factor - 1) / 2], [0, factor, (factor - 1) / 2], [0, 0, 1]])
        contrast = cv2.resize(fixed_contrast, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        onto = smaller @ to_fixed
        warped = cv2.warpPerspective(
            gray, onto, contrast.shape[1::-1], flags=_interpolation(onto), borderMode=cv2.BORDER_REPLICATE
        )
        seen = local_contrast(warped, factor * ppmm)
        tracked = _track(contrast, seen, (points * factor + (factor - 1) / 2).astype(np.float32), factor * ppmm)
        if tracked is None:
            return None
        start, end = tracked
        homography, _ = cv2.findHomography(end, start, cv2.USAC_MAGSAC, 1.5 * factor, maxIters=2000, confidence=0.999)
        if homography is None:
            return None
        to_fixed = np.asarray(np.linalg.inv(smaller) @ homography @ onto, np.float64)
    moved = cv2.perspectiveTransform(end[None].astype(np.float64), homography)[0]
    return Fit(to_fixed / to_fixed[2, 2], np.hstack([start, moved - start]).astype(np.float32))


def _track(
    fixed: npt.NDArray[Any], moving: npt.NDArray[Any], points: Floats, ppmm: float
) -> tuple[Floats, Floats] | None:
    if len(points) < MIN_TRACKED:
        return None
    window = max(11, round(WINDOW_MM * ppmm) | 1)
    start = points[:, None]
    size = (window, window)
    end, found, _ = cv2.calcOpticalFlowPyrLK(fixed, moving, start, start.copy(), winSize=size, maxLevel=COARSER)
    back, found_back, _ = cv2.calcOpticalFlowPyrLK(moving, fixed, end, start.copy(), winSize=size, maxLevel=COARSER)
    kept = (found[:, 0] > 0) & (found_back[:, 0] > 0) & (np.linalg.norm(back - start, axis=2)[:, 0] < 0.5)
    if int(kept.sum()) < MIN_TRACKED:
        return None
    return start[kept, 0], end[kept, 0]


def steady(points: Floats, fixed_contrast: npt.NDArray[Any], specimens: Sequence[Pixels], ppmm: float) -> Mask:
    """(n,) which points are found within STEADY_MM of their place on nearly every registered specimen."""
    found = np.zeros(len(points))
    for pixels in specimens:
        contrast = local_contrast(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), ppmm)
        tracked = _track(fixed_contrast, contrast, points, ppmm)
        if tracked is None:
            continue
        start, end = tracked
        near = start[np.linalg.norm(end - start, axis=1) < STEADY_MM * ppmm]
        found += (points[:, None] == near[None]).all(axis=2).any(axis=1)
    return np.asarray(found >= 0.9 * len(specimens))


@dataclass(frozen=True, eq=False)
class Bend:
    """A smooth displacement over the fixed canvas."""

    moved: Floats
    """(rows, columns, 2) pixels to the right and down, at every `step`-th pixel from the top left one on."""
    step: float

    def at(self, points: Floats) -> Floats:
        """The displacement at (n, 2) or (rows, columns, 2) fixed pixels, in the same shape."""
        grid = points if points.ndim == 3 else points[None]  # OpenCV takes no more than 32,766 in a row
        spots = (grid / self.step).astype(np.float32)
        moved = cv2.remap(self.moved, spots, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
        return np.asarray(moved.reshape(points.shape), np.float32)


def bending(flow: Floats, size: tuple[int, int], ppmm: float) -> Bend:
    """What the homography leaves: a robust local mean over about 8 mm, drawn to nothing where few points tell."""
    step, sigma = 4.0 * ppmm, 6.0 * ppmm
    columns, rows = int(size[0] / step) + 2, int(size[1] / step) + 2
    # A Gaussian of the distance is one across times one down, and so cheap.
    across = np.exp(-((np.arange(columns)[:, None] * step - flow[:, 0]) ** 2) / (2 * sigma**2))
    down = np.exp(-((np.arange(rows)[:, None] * step - flow[:, 1]) ** 2) / (2 * sigma**2))
    near = (down[:, None] * across[None]).reshape(rows * columns, -1).astype(np.float32)
    moved = flow[:, 2:].astype(np.float32)
    field = np.zeros((len(near), 2), np.float32)
    for _ in range(3):
        off, more = (moved[:, axis] - field[:, None, axis] for axis in (0, 1))
        off *= off
        off += np.multiply(more, more, out=more)
        off /= np.float32(0.5**2)
        off += 1
        weight = np.divide(near, off, out=off)
        field = (weight @ moved) / (weight.sum(axis=1, keepdims=True) + 3.0)
    return Bend(np.ascontiguousarray(field.reshape(rows, columns, 2)), step)


def resample(pixels: Pixels, to_fixed: Homography, bend: Bend, size: tuple[int, int]) -> tuple[Pixels, Mask]:
    """`pixels` laid on the fixed canvas of (width, height) in one interpolation, and where they cover it."""
    shrink = 1 / float(np.sqrt(abs(np.linalg.det(to_fixed[:2, :2]))))
    if shrink > 1.4:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.35 * shrink), np.uint8)
    origins = _origins(np.asarray(np.linalg.inv(to_fixed), np.float64), bend, size)
    laid = cv2.remap(pixels, origins, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    height, width = pixels.shape[:2]
    inside = cv2.inRange(origins, (1, 1), (width - 2, height - 2))
    return np.asarray(laid, np.uint8), np.asarray(inside > 0)


def _origins(from_fixed: Homography, bend: Bend, size: tuple[int, int]) -> Floats:
    """(h, w, 2) where each pixel of the canvas comes from: exactly at the middles of tiles, between them by a straight
    line: over so few pixels neither perspective nor paper bends."""
    columns, rows = (-(-side // TILE) + 2 for side in size)  # with a tile more on each side, or the rim had none
    x, y = ((np.arange(count) - 0.5) * TILE - 0.5 for count in (columns, rows))
    middles = np.stack(np.meshgrid(x, y), axis=-1).astype(np.float32)
    exact = cv2.perspectiveTransform((middles + bend.at(middles)).astype(np.float64), from_fixed)
    between = cv2.resize(exact.astype(np.float32), (columns * TILE, rows * TILE), interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(between[TILE : TILE + size[1], TILE : TILE + size[0]])
