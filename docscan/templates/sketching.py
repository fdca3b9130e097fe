"""From a plate of registered specimens to a sketch: the ground of a side and its zones, how they vary still unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import Floats, components, cut
from docscan.document import Zone
from docscan.geometry import Box
from docscan.templates import ground as grounds
from docscan.templates import laying
from docscan.templates import zones as finding
from docscan.templates.laying import Ground
from docscan.templates.plates import Plate

Mask = npt.NDArray[np.bool_]

RELIEF = 0.4
"""Share of one side's change that the other has from which print is relief rather than ink."""
SHOWN = 1.5
"""Specimens that must show the ground for it to be known: more than one."""
PAPER_MM = 0.35
"""Height of the strips above and below a line of print in which its paper is seen."""
MIN_PRINT = 5.0
"""Departure (L) from the paper from which anything counts as print."""
LETTER_DEPTH = 0.45
"""Share of a line's contrast from which a pixel is of a letter; background print is far paler."""
EDGE_MM = 0.12
"""How far the soft edge of a letter reaches."""
SAME_TEXT = 0.92
"""Correlation of two specimens' print from which it is the same text."""


@dataclass(frozen=True, eq=False)
class Sketch:
    """A side whose ground and zones are known and whose variation is not yet."""

    plate: Plate
    zones: tuple[Zone, ...]
    bare: tuple[Mask, ...]
    """For each specimen, where the ground was seen."""
    base: Floats
    """A guess at the ground where no specimen shows it."""

    @cached_property
    def ground(self) -> Ground:
        return self._total.mean(self.base, self.plate.ppmm)

    @property
    def portrait(self) -> Zone | None:
        return next((z for z in self.zones if z.kind == "portrait"), None)

    def without(self, specimen: int) -> Ground:
        """The ground as the other specimens show it."""
        own = _Total.of([self.plate.labs[specimen] - self.base], [self.bare[specimen]])
        return self._total.less(own).mean(self.base, self.plate.ppmm)

    @cached_property
    def _total(self) -> _Total:
        return _Total.of([lab - self.base for lab in self.plate.labs], self.bare)


@dataclass(frozen=True, eq=False)
class _Total:
    """Sums over specimens of what they show bare, as differences from the base."""

    sums: Floats
    squares: Floats
    counts: Floats
    specimens: int

    @classmethod
    def of(cls, differences: Sequence[Floats], bare: Sequence[Mask]) -> _Total:
        sums, counts = np.zeros_like(differences[0]), np.zeros(bare[0].shape, np.float32)
        squares = np.zeros_like(counts)
        for difference, mask in zip(differences, bare, strict=True):
            shown = difference * mask[..., None]
            sums += shown
            squares += np.einsum("ijk,ijk->ij", shown, shown)
            counts += mask
        return cls(sums, squares, counts, len(bare))

    def less(self, part: _Total) -> _Total:
        return _Total(
            self.sums - part.sums,
            self.squares - part.squares,
            self.counts - part.counts,
            self.specimens - part.specimens,
        )

    def mean(self, base: Floats, ppmm: float) -> Ground:
        mean = self.sums / np.maximum(self.counts, 1)[..., None]
        around = self.squares - self.counts * np.einsum("ijk,ijk->ij", mean, mean)
        spread = np.sqrt(np.maximum(around, 0) / np.maximum(self.counts - 1, 1))
        return Ground(base + mean, self.counts / self.specimens, spread, ppmm)


def sketch(plate: Plate, joined: Sequence[Box] = ()) -> Sketch:
    """`joined` are fields (millimetres) in place of the lines of print that lie in them."""
    other = finding.departures(plate.labs, plate.covered, plate.median)
    variable = np.any(other, axis=0)
    ppmm = plate.ppmm
    mrz = plate.mrz_box
    if mrz is not None:
        mrz = mrz.grown(0.6 * ppmm)
        cut(variable, mrz)[...] = False
    pictures = [
        finding.squared(box, variable, ppmm)
        for box in finding.pictures([o & variable for o in other], plate.labs, ppmm)
    ]
    lines, scrawls = finding.lines(
        other, [box.grown(0.5 * ppmm) for box in pictures] + ([mrz] if mrz is not None else []), ppmm
    )
    whole = [box.scaled(ppmm) for box in joined]
    lines = finding.ordered([*(line for line in lines if not any(_in(line, box) for box in whole)), *whole])
    zones = [
        *(
            _zone("portrait" if i == 0 else f"picture_{i}", "portrait" if i == 0 else "ghost", b, ppmm)
            for i, b in enumerate(pictures)
        ),
        *(_zone(f"signature_{i}", "signature", box, ppmm) for i, box in enumerate(scrawls, start=1)),
    ]
    for i, box in enumerate(lines, start=1):
        light = _lighter_than_paper(box, plate.labs, ppmm)
        zones.append(_zone(f"field_{i}", "field", box, ppmm).model_copy(update={"light_on_dark": light}))
    if mrz is not None:
        zones.append(_zone("mrz", "mrz", mrz, ppmm))
    base = plate.median.copy()
    for zone in zones:
        if zone.kind in laying.WRITTEN:
            _show_bare(base, plate, zone)
    departed = finding.departures(plate.labs, plate.covered, base)
    kernel = np.ones((max(3, round(0.35 * ppmm) | 1),) * 2, np.uint8)
    bare = tuple(
        c & (cv2.dilate(o.astype(np.uint8), kernel) == 0) for o, c in zip(departed, plate.covered, strict=True)
    )
    pictured = np.zeros(variable.shape, bool)
    for zone in zones:
        if zone.kind in laying.PICTURES:
            cut(pictured, zone.box.scaled(ppmm))[...] = True
    bare = tuple(np.where(pictured, c, b) for b, c in zip(bare, plate.covered, strict=True))
    sketched = Sketch(plate, zones=tuple(zones), bare=bare, base=base)
    hidden = _hidden(sketched)
    sketched = replace(sketched, bare=tuple(b & ~hidden for b in bare), base=_filled(base, hidden, ppmm))
    return replace(sketched, zones=tuple(_relief(zone, sketched, departed) for zone in zones))


def _in(line: Box, box: Box) -> bool:
    """Whether the middle of a line lies in a box."""
    x, y = line.x + line.width / 2, line.y + line.height / 2
    return box.x <= x <= box.right and box.y <= y <= box.bottom


def _relief(zone: Zone, sketched: Sketch, departed: Sequence[Mask]) -> Zone:
    """The zone, as relief where its print is both lighter and darker than the ground."""
    if zone.kind != "field":
        return zone
    ground = sketched.ground
    rise, fall = _sides(zone.box.scaled(ground.ppmm), sketched.plate.labs, departed, ground.lab)
    return zone.model_copy(update={"kind": "relief"}) if min(rise, fall) > RELIEF * max(rise, fall) else zone


def _hidden(sketched: Sketch) -> Mask:
    """Where in fields and MRZ fewer than SHOWN specimens show the ground, or all have the same letters."""
    ground = sketched.ground
    hidden = np.zeros(ground.support.shape, bool)
    for zone in sketched.zones:
        if zone.kind not in laying.WRITTEN:
            continue
        box, window = zone.box.scaled(ground.ppmm), zone.box.grown(1.2).scaled(ground.ppmm)
        unseen = cut(ground.support, window) * len(sketched.bare) < SHOWN
        dark = grounds.printed_on(cut(ground.lab[..., 0], window), ground.ppmm, zone.light_on_dark)
        strokes = unseen | (dark > LETTER_DEPTH * _contrast(sketched.plate, box, zone.light_on_dark))
        inside = np.zeros(hidden.shape, bool)
        cut(inside, box)[...] = True
        labels, _ = components(strokes)
        touched = np.unique(labels[cut(inside, window) & strokes])
        strokes = np.isin(labels, touched[touched > 0])
        cut(hidden, window)[...] |= cv2.dilate(strokes.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return hidden


def _contrast(plate: Plate, box: Box, light_on_dark: bool) -> float:
    """How far from its paper (L) a line of print in a box (pixels) is, letters in common included."""
    depths = []
    for lab in plate.labs:
        lightness = cut(lab[..., 0], box) * (-1 if light_on_dark else 1)
        paper, ink = np.percentile(lightness, (80, 3))
        depths.append(paper - ink)
    return float(np.median(depths))


def _filled(base: Floats, hidden: Mask, ppmm: float) -> Floats:
    """`base` with what is hidden drawn in from around it."""
    known = (~hidden).astype(np.float32)[..., None]
    filled = base.copy()
    for sigma in (0.25 * ppmm, 0.6 * ppmm, 1.5 * ppmm, 5.0 * ppmm):
        weight = cv2.GaussianBlur(known, (0, 0), sigma)[..., None]
        mean = cv2.GaussianBlur(base * known, (0, 0), sigma) / np.maximum(weight, 1e-6)
        take = hidden & (weight[..., 0] > 0.05)
        filled[take] = mean[take]
        hidden = hidden & ~take
    return filled


def standing_texts(sketched: Sketch) -> set[str]:
    """The names of fields that hold one of a few texts, as a label in the holder's language does: nearly every specimen
    has, to the pixel, the text of another."""
    names = set()
    for zone in sketched.zones:
        if zone.kind != "field":
            continue
        box = zone.box.scaled(sketched.ground.ppmm)
        below = cut(sketched.ground.lab, box)[..., 0]
        prints = np.stack([(cut(lab, box)[..., 0] - below).ravel() for lab in sketched.plate.labs])
        prints -= prints.mean(axis=1, keepdims=True)
        prints /= np.linalg.norm(prints, axis=1, keepdims=True) + 1e-3
        alike = prints @ prints.T - 2 * np.eye(len(prints))
        if np.mean(alike.max(axis=1) > SAME_TEXT) >= 0.75:
            names.add(zone.name)
    return names


def _zone(name: str, kind: str, box: Box, ppmm: float) -> Zone:
    mm = box.scaled(1 / ppmm)
    rounded = {k: round(getattr(mm, k), 3) for k in ("x", "y", "width", "height")}
    return Zone(name=name, kind=kind, box=Box(**rounded))


def _sides(box: Box, labs: Sequence[Floats], other: Sequence[Mask], below: Floats) -> tuple[float, float]:
    """How much lighter and how much darker, summed, what seldom stands in a place of a box is than `below`."""
    seldom = cut(np.mean(other, axis=0), box) < 0.4
    rise = fall = 0.0
    for lab, mask in zip(labs, other, strict=True):
        change = (cut(lab, box)[..., 0] - cut(below, box)[..., 0])[cut(mask, box) & seldom]
        rise += float(change[change > 0].sum())
        fall -= float(change[change < 0].sum())
    return rise, fall


def _lighter_than_paper(box: Box, labs: Sequence[Floats], ppmm: float) -> bool:
    """Whether what is printed in a box (pixels) is lighter than the paper, as seen in the rows just above and below.

    What all specimens have in common counts like what varies, for a nationality hardly varies.
    """
    wide = Box(x=box.x, y=box.y - PAPER_MM * ppmm, width=box.width, height=box.height + 2 * PAPER_MM * ppmm)
    rim = max(1, round(PAPER_MM * ppmm))
    across = (max(1, round(3.0 * ppmm)), 1)
    rise = fall = 0.0
    for lab in labs:
        crop = cut(lab[..., 0], wide)
        above, below = (cv2.blur(np.median(rows, axis=0)[None], across) for rows in (crop[:rim], crop[-rim:]))
        down = np.linspace(0.0, 1.0, len(crop), dtype=np.float32)[:, None]
        change = crop - (above * (1 - down) + below * down)
        rise += float(np.maximum(change - MIN_PRINT, 0).sum())
        fall += float(np.maximum(-change - MIN_PRINT, 0).sum())
    return rise > fall


def _show_bare(base: Floats, plate: Plate, zone: Zone) -> None:
    """Writes into `base` what the specimens show between their letters: per pixel, the median of those that have no
    letter there, and where all have one, one of the lightest."""
    box = zone.box.grown(0.8).scaled(plate.ppmm)
    stack = np.stack([cut(lab, box) for lab in plate.labs])
    lightness = -stack[..., 0] if zone.light_on_dark else stack[..., 0]
    rank = round(0.8 * (len(stack) - 1))
    order = np.argsort(lightness, axis=0, kind="stable")[rank]
    lightest = np.take_along_axis(stack, order[None, ..., None], axis=0)[0]
    depth = np.take_along_axis(lightness, order[None], axis=0)[0] - lightness
    contrast = _contrast(plate, zone.box.scaled(plate.ppmm), zone.light_on_dark)
    reach = np.ones((max(3, round(EDGE_MM * plate.ppmm) * 2 + 1),) * 2, np.uint8)
    letters = np.stack([cv2.dilate((d > LETTER_DEPTH * contrast).astype(np.uint8), reach) for d in depth]) > 0
    shown = np.where(letters[..., None], np.nan, stack)
    enough = (~letters).sum(axis=0) > SHOWN
    known = np.nanmedian(np.where(enough[None, ..., None], shown, stack), axis=0)
    cut(base, box)[...] = np.where(enough[..., None], known, lightest)
