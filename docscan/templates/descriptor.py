"""A design at a glance: a thumbnail for finding the few templates worth laying a face on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import Floats, averaged, cut
from docscan.document import Template, TemplateFace
from docscan.geometry import Pixels
from docscan.templates.ground import to_lab

COLUMNS, ROWS = 24, 16


def describe(pixels: Pixels) -> Floats:
    """(ROWS, COLUMNS, 3) colours less their mean, L at half weight because light differs most between scanners."""
    small = np.asarray(averaged(pixels, (COLUMNS, ROWS)), np.uint8)
    lab = to_lab(small) * np.array([0.5, 1.0, 1.0], np.float32)
    return np.asarray(lab - lab.mean(axis=(0, 1)), np.float32)


def constancy(face: TemplateFace) -> Floats:
    """(ROWS, COLUMNS) weight of each cell of a template face: how much of it is the same on every specimen."""
    weight = np.where(face.spread < 6, face.arrays["support"], 0).astype(np.float32)
    for zone in face.zones:
        if zone.kind in ("portrait", "ghost"):
            cut(weight, zone.box.scaled(face.ppmm))[...] = 0
    return np.asarray(cv2.resize(weight, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA) + 0.02, np.float32)


@dataclass(frozen=True, eq=False)
class Index:
    """The thumbnails of many template faces side by side, so that all are compared in one go."""

    owners: npt.NDArray[np.intp]
    """(faces,) number of the template whose face it is."""
    weighted: Floats
    """(faces, cells) thumbnail times weight."""
    weights: Floats
    """(faces, cells) weight of each number of a thumbnail."""
    energy: Floats
    """(faces,) weighted sum of squares of the thumbnail."""

    @classmethod
    def of(cls, templates: Sequence[Template]) -> Index:
        faces = [(number, face) for number, template in enumerate(templates) for face in template.faces]
        known = np.stack([describe(face.reference).ravel() for _, face in faces])
        weights = np.stack([np.repeat(constancy(face).ravel(), 3) for _, face in faces])
        owners = np.array([number for number, _ in faces], dtype=np.intp)
        return cls(owners, known * weights, weights, (known**2 * weights).sum(axis=1))

    def distances(self, pixels: Pixels) -> Floats:
        """(templates,) 0 for a template with this very design, about 1 for unrelated ones; a template is as near as the
        nearest of its faces, upright or upside down."""
        seen = describe(pixels)
        far = np.full(int(self.owners.max()) + 1, np.inf, np.float32)
        for way in (seen, seen[::-1, ::-1]):
            flat = way.ravel()
            apart = self.weights @ flat**2 - 2 * (self.weighted @ flat) + self.energy
            np.minimum.at(far, self.owners, apart / (self.energy + 1e-3))
        return far
