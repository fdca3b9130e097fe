"""A design at a glance: a thumbnail for finding the few templates worth laying a face on."""

from __future__ import annotations

import cv2
import numpy as np

from docscan.document import Pixels, TemplateFace
from docscan.templates.arrays import Floats, cut
from docscan.templates.ground import to_lab

COLUMNS, ROWS = 24, 16


def describe(pixels: Pixels) -> Floats:
    """(ROWS, COLUMNS, 3) colours less their mean, L at half weight because light differs most between scanners."""
    smaller = cv2.resize(pixels, (8 * COLUMNS, 8 * ROWS), interpolation=cv2.INTER_AREA)
    small = np.asarray(cv2.resize(smaller, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA), np.uint8)
    lab = to_lab(small) * np.array([0.5, 1.0, 1.0], np.float32)
    return np.asarray(lab - lab.mean(axis=(0, 1)), np.float32)


def constancy(face: TemplateFace) -> Floats:
    """(ROWS, COLUMNS) weight of each cell of a template face: how much of it is the same on every specimen."""
    weight = np.where(face.spread < 6, face.arrays["support"], 0).astype(np.float32)
    for zone in face.zones:
        if zone.kind in ("portrait", "ghost"):
            cut(weight, zone.box.scaled(face.ppmm))[...] = 0
    return np.asarray(cv2.resize(weight, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA) + 0.02, np.float32)


def distance(seen: Floats, known: Floats, weight: Floats) -> float:
    """0 for the same design; about 1 for unrelated ones. Upright or upside down, whichever is nearer."""
    scale = float((weight * (known**2).sum(axis=2)).sum()) + 1e-3
    ways = (seen, seen[::-1, ::-1])
    return min(float((weight * ((way - known) ** 2).sum(axis=2)).sum()) / scale for way in ways)
