"""The portrait and its ghost: how they join the page, how they are printed, and whether they show one face."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import Floats, averaged, cut
from docscan.geometry import Box
from docscan.templates.ground import low_pass

Mask = npt.NDArray[np.bool_]

EDGE_REACH_MM = 1.5
EDGE_STEPS = 25
GHOST_ROWS = 40

FLOORS: Mapping[str, float] = {"overlay": 0.08, "grain_fine": 0.4, "grain_middle": 0.4, "noise": 0.35}
"""Smallest spread of each measure that a template may claim."""
GHOST_FLOOR = 0.05
AROUND_MM, LEAST_FOLLOWED = 8.0, 0.3
"""How far around the portrait the page tells how well print can be followed, and how little of it is believed."""


def edge_profile(lightness: Floats, box: Box, ppmm: float) -> Floats:
    """(4, EDGE_STEPS) log of the step in L across each side (left, top, right, bottom) of the portrait, from
    EDGE_REACH_MM inside to as much outside."""
    offsets = np.linspace(-EDGE_REACH_MM, EDGE_REACH_MM, EDGE_STEPS + 1) * ppmm
    along_x = np.linspace(box.x + 0.12 * box.width, box.right - 0.12 * box.width, 96)
    along_y = np.linspace(box.y + 0.12 * box.height, box.bottom - 0.12 * box.height, 96)
    profiles = []
    for at, sign, vertical in ((box.x, -1, True), (box.y, -1, False), (box.right, 1, True), (box.bottom, 1, False)):
        across = (at + sign * offsets).astype(np.float32)
        if vertical:
            x, y = np.meshgrid(across, along_y.astype(np.float32))
        else:
            y, x = np.meshgrid(across, along_x.astype(np.float32))
        sampled = cv2.remap(lightness, x, y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        profiles.append(np.log(np.abs(np.diff(sampled, axis=1)).mean(axis=0) + 0.1))
    return np.asarray(profiles, np.float32)


def measure(lightness: Floats, ground: Floats, bare: Mask, box: Box, ppmm: float) -> dict[str, float]:
    """How the portrait is printed, against the page around it, by L of the face and of its ground, (h, w) each.

    `overlay`: how little the portrait follows what every specimen shows over its portrait (lines, emblem), 0 to 2, as a
    blurred or noisy picture lets it: the bare page around follows its own print no better;
    `noise`, `grain_fine`, `grain_middle`: logarithms of ratios between portrait and page.
    """
    inner = box.grown(-0.8 * ppmm)
    inside = np.zeros(bare.shape, bool)
    cut(inside, inner)[...] = True
    shares = _share(inside), _share(bare)
    blurred = [low_pass(lightness, sigma) for sigma in (0.6, 1.2, 2.4, 4.8)]
    fine, middle, wide = (np.subtract(one, next_one, out=one) for one, next_one in pairwise(blurred))
    coarse = _log_ratio(wide, *shares, 50)
    measures = {
        "noise": _log_ratio(lightness - cv2.medianBlur(lightness, 3), *shares, 20),
        "grain_fine": _log_ratio(fine, *shares, 50) - coarse,
        "grain_middle": _log_ratio(middle, *shares, 50) - coarse,
    }
    lines = middle + fine
    around = box.grown(AROUND_MM * ppmm)
    free = cut(bare, around)
    followed = _correlation(cut(lines, around)[free], _lines(ground, around)[free]) if free.any() else 1.0
    measures["overlay"] = 1.0 - _correlation(cut(lines, inner), _lines(ground, inner)) / max(followed, LEAST_FOLLOWED)
    return measures


def _lines(ground: Floats, box: Box) -> Floats:
    """The fine print of the ground in a box."""
    below = np.ascontiguousarray(cut(ground, box))
    return np.asarray(low_pass(below, 0.6) - low_pass(below, 2.4), np.float32)


def _small(image: Floats) -> Floats:
    """Means of windows of 8 x 8 pixels."""
    return averaged(image, (image.shape[1] // 8, image.shape[0] // 8))


def _share(mask: Mask) -> Mask:
    """Which windows are on the mask as good as whole."""
    return np.asarray(_small(mask.astype(np.float32)) > 0.95)


def _log_ratio(image: Floats, inside: Mask, page: Mask, percentile: float) -> float:
    """Log of the energy of small windows (a percentile of them) inside over that on the page."""
    power = _small(image * image)
    if inside.sum() < 8 or page.sum() < 8:
        return 0.0
    a, b = (float(np.percentile(power[share], percentile)) for share in (inside, page))
    return 0.5 * float(np.log((a + 1e-3) / (b + 1e-3)))


def _correlation(a: Floats, b: Floats) -> float:
    a, b = a - a.mean(), b - b.mean()
    return float(np.sum(a * b) / np.sqrt(np.sum(a * a) * np.sum(b * b) + 1e-6))


def likeness(lightness: Floats, ground: Floats, box: Box) -> Floats:
    """What of a face picture is its holder's own: L less the specimens' mean, GHOST_ROWS high, normalised."""
    columns = max(8, round(GHOST_ROWS * box.width / max(box.height, 1.0)))
    own = cv2.resize(_exact(lightness - ground, box), (columns, GHOST_ROWS), interpolation=cv2.INTER_AREA)
    own = cv2.GaussianBlur(own, (0, 0), 1.0)
    own = own - cv2.GaussianBlur(own, (0, 0), 12.0)
    return np.asarray(own / (np.linalg.norm(own) + 1e-3), np.float32)


def _exact(image: Floats, box: Box) -> Floats:
    """The crop at a box that need not lie on whole pixels."""
    size = (max(2, round(box.width)), max(2, round(box.height)))
    x = (box.x + (np.arange(size[0], dtype=np.float32) + 0.5) * box.width / size[0] - 0.5)[None].repeat(size[1], 0)
    y = (box.y + (np.arange(size[1], dtype=np.float32) + 0.5) * box.height / size[1] - 0.5)[:, None].repeat(size[0], 1)
    cut = cv2.remap(
        image, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(cut, np.float32)


def same_face(portrait: Floats, ghost: Floats) -> float:
    """Correlation of two likenesses, -1 to 1."""
    columns = min(portrait.shape[1], ghost.shape[1])
    resized = [cv2.resize(image, (columns, GHOST_ROWS), interpolation=cv2.INTER_AREA) for image in (portrait, ghost)]
    return _correlation(resized[0], resized[1])


def ghost_source(
    portraits: Sequence[tuple[Floats, Floats]], ghosts: Sequence[tuple[Floats, Floats]], portrait: Box, ghost: Box
) -> tuple[Box, Floats, Floats] | None:
    """The part of the portrait (pixels of its face) that a picture repeats, if it does.

    `portraits` and `ghosts` are (L, ground L) of the same specimens. Returns that part, the correlations of
    the specimens' own two pictures and those of pictures of two specimens; None where it is no ghost of the portrait.
    """
    rows = 96
    scale = rows / portrait.height
    large = [
        cv2.resize(_exact(a - b, portrait), (round(portrait.width * scale), rows), interpolation=cv2.INTER_AREA)
        for a, b in portraits
    ]
    padded = [cv2.copyMakeBorder(image, 24, 24, 24, 24, cv2.BORDER_CONSTANT, value=0) for image in large]
    best: tuple[float, Box] | None = None
    for tall in range(56, 129, 4):
        size = (round(tall * ghost.width / ghost.height), tall)
        if size[0] >= padded[0].shape[1] or tall >= padded[0].shape[0]:
            continue
        total = np.mean(
            [
                cv2.matchTemplate(
                    p, cv2.resize(_exact(a - b, ghost), size, interpolation=cv2.INTER_AREA), cv2.TM_CCOEFF_NORMED
                )
                for p, (a, b) in zip(padded, ghosts, strict=True)
            ],
            axis=0,
        )
        _, value, _, (x, y) = cv2.minMaxLoc(total)
        if best is None or value > best[0]:
            part = Box(x=x - 24, y=y - 24, width=size[0], height=size[1]).scaled(1 / scale)
            best = (float(value), part.model_copy(update={"x": part.x + portrait.x, "y": part.y + portrait.y}))
    if best is None:
        return None
    source = best[1]
    own = [likeness(a, b, source) for a, b in portraits]
    repeated = [likeness(a, b, ghost) for a, b in ghosts]
    table = np.array([[same_face(p, g) for g in repeated] for p in own])
    same, other = np.diag(table), table[~np.eye(len(table), dtype=bool)]
    if np.mean(same) < 0.25 or np.mean(same) < np.mean(other) + 2 * np.std(other):
        return None
    return source, same.astype(np.float32), other.astype(np.float32)
