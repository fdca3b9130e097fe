"""Specimens' faces sorted into sides and laid on one frame each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import Floats
from docscan.document import Face, Reading
from docscan.geometry import Box, Homography, Pixels, project
from docscan.templates import ground as grounds
from docscan.templates import registration
from docscan.templates.registration import Features
from docscan.templates.zones import departures

Mask = npt.NDArray[np.bool_]

MIN_SPECIMENS = 3
MAX_SPECIMENS = 24
"""More of one side teach little and cost memory; the first so many are used."""
MAX_PPMM = 300 / 25.4
SAME_DESIGN = 30
"""Agreeing points from which two faces are the same side of one design."""
COMPARED = 4
"""Faces of a side that another face is compared with: pale backs have few points, and not all agree with the first."""


@dataclass(frozen=True, eq=False)
class Sighting:
    """One face of one specimen."""

    document: int
    """Which of the specimens."""
    index: int
    """The face's place in its document."""
    face: Face
    reading: Reading


@dataclass(frozen=True, eq=False)
class Plate:
    """All sightings of one side, laid on one frame; the sequences are aligned."""

    sightings: tuple[Sighting, ...]
    pixels: tuple[Pixels, ...]
    covered: tuple[Mask, ...]
    labs: tuple[Floats, ...]
    """CIELAB in common colours."""
    to_frame: tuple[Homography, ...]
    median: Floats
    ppmm: float

    @property
    def mrz_box(self) -> Box | None:
        """Where the MRZ stands, in pixels of the frame."""
        corners = [
            project(s.reading.mrz.box.corners(), h)
            for s, h in zip(self.sightings, self.to_frame, strict=True)
            if s.reading.mrz is not None and s.reading.mrz.box is not None and s.reading.mrz.face == s.index
        ]
        return Box.around(np.median(corners, axis=0)) if corners else None


def sort_sides(sightings: Sequence[Sighting]) -> list[list[Sighting]]:
    """Groups of at least MIN_SPECIMENS faces that lie on one another, the two largest, in the order of their first
    specimen."""
    order = sorted(range(len(sightings)), key=lambda i: (not sightings[i].face.edges_seen, i))
    seen = [registration.features(s.face.pixels, s.face.ppmm) for s in sightings]
    groups: list[list[int]] = []
    for i in order:
        agreeing = [max(_agreeing(seen[i], seen[j]) for j in members[:COMPARED]) for members in groups]
        if agreeing and max(agreeing) >= SAME_DESIGN:
            groups[agreeing.index(max(agreeing))].append(i)
        else:
            groups.append([i])
    large = sorted((m for m in groups if len(m) >= MIN_SPECIMENS), key=len, reverse=True)[:2]
    return [[sightings[i] for i in members[:MAX_SPECIMENS]] for members in sorted(large, key=min)]


def _agreeing(one: Features, other: Features) -> int:
    found = registration.coarse(one, other)
    return found[1] if found else 0


def _on_the_first(side: Sequence[Sighting]) -> list[tuple[Sighting, Homography]]:
    """Each face with its homography to the first in millimetres, by way of another where the two do not agree."""
    placed: list[tuple[Sighting, Features, Homography]] = []
    for sighting in side:
        seen = registration.features(sighting.face.pixels, sighting.face.ppmm)
        if not placed:
            placed.append((sighting, seen, np.eye(3)))
            continue
        for _, known, to_first in placed[:COMPARED]:
            found = registration.coarse(seen, known)
            if found is not None and found[1] >= SAME_DESIGN:
                placed.append((sighting, seen, to_first @ found[0]))
                break
    return [(sighting, to_first) for sighting, _, to_first in placed]


def superpose(side: Sequence[Sighting]) -> Plate | None:
    """Lays all faces of one side on the frame of the first, then on their median; None where fewer than MIN_SPECIMENS
    can be."""
    ppmm = min(MAX_PPMM, float(np.median([s.face.ppmm for s in side])))
    leader = side[0].face
    scale = ppmm / leader.ppmm
    size = (round(leader.pixels.shape[1] * scale), round(leader.pixels.shape[0] * scale))
    placed = [(s, registration.in_pixels(h, s.face.ppmm, ppmm)) for s, h in _on_the_first(side)]
    warped = [registration.warp(s.face.pixels, h, size)[0] for s, h in placed]
    median = np.median(np.stack(warped), axis=0).astype(np.uint8)
    bends: list[registration.Bend] = []
    for _ in range(2):
        contrast = registration.local_contrast(cv2.cvtColor(median, cv2.COLOR_RGB2GRAY), ppmm)
        points = registration.static_points(contrast, np.ones(contrast.shape, bool), ppmm)
        fits = [
            (s, registration.refine(s.face.pixels, h, contrast, points, ppmm, registration.EXACT)) for s, h in placed
        ]
        kept = [(s, fit) for s, fit in fits if fit is not None]
        if len(kept) < MIN_SPECIMENS:
            return None
        placed = [(s, fit.to_fixed) for s, fit in kept]
        bends = [registration.bending(fit.flow, size, ppmm) for _, fit in kept]
        laid = [registration.resample(s.face.pixels, h, bend, size) for (s, h), bend in zip(placed, bends, strict=True)]
        median = np.median(np.stack([pixels for pixels, _ in laid]), axis=0).astype(np.uint8)
    return _in_common_colours(placed, laid, median, ppmm)


def _in_common_colours(
    placed: Sequence[tuple[Sighting, Homography]], laid: Sequence[tuple[Pixels, Mask]], median: Pixels, ppmm: float
) -> Plate:
    middle = grounds.to_lab(median)
    covered = tuple(mask for _, mask in laid)
    plain = [grounds.to_lab(p) for p, _ in laid]
    other = departures(plain, covered, middle)
    pixels = tuple(p for p, _ in laid)
    wanted = grounds.sparse_rgb(middle)
    labs = tuple(grounds.colour_fit(p, wanted, c & ~o) for p, c, o in zip(pixels, covered, other, strict=True))
    return Plate(
        sightings=tuple(s for s, _ in placed),
        pixels=pixels,
        covered=covered,
        labs=labs,
        to_frame=tuple(h for _, h in placed),
        median=np.median(np.stack(labs), axis=0).astype(np.float32),
        ppmm=ppmm,
    )
