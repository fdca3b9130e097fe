"""From a plate of registered specimens to a template face: the ground, the zones, and their normal variation.

Every normal variation is measured by leaving one out: a specimen is compared with the ground of the others, as a
questioned document will be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from docscan.document import Box, Pixels, Side, TemplateFace, Zone
from docscan.templates import folder, laying, portrait, registration, typography
from docscan.templates import ground as grounds
from docscan.templates import zones as finding
from docscan.templates.arrays import Floats, cut
from docscan.templates.laying import Ground, LaidFace
from docscan.templates.normal import normal
from docscan.templates.plates import Plate

Mask = npt.NDArray[np.bool_]

BANK = 360
"""Glyphs that a template face keeps."""
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
FILLED = 6
"""Specimens from which a field that all have filled in may never be empty."""
MISPRINT_FLOOR = 0.5
UNLISTED_FLOOR = 0.5
BACKGROUND_FLOOR = 0.4
"""Smallest spreads (logarithm, deviate) that a template may claim."""


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


def sketch(plate: Plate) -> Sketch:
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
        _, labels = cv2.connectedComponents(strokes.astype(np.uint8), connectivity=8)
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


# --- normal variation -------------------------------------------------------------------------------------------------


def lay_specimens(sketched: Sketch, zones: Sequence[Zone]) -> list[LaidFace]:
    """Each specimen on the ground of the others, with what storing the reference as a JPEG adds to it."""
    plate = sketched.plate
    stored = folder.decoded(folder.encoded(grounds.to_rgb(sketched.ground.lab)))
    assert stored is not None  # noqa: S101 - just encoded
    added = grounds.to_lab(stored) - sketched.ground.lab
    grounds_of = (sketched.without(i) for i in range(len(plate.pixels)))
    return [
        laying.lay(pixels, covered, replace(ground, lab=ground.lab + added), zones)
        for pixels, covered, ground in zip(plate.pixels, plate.covered, grounds_of, strict=True)
    ]


def learn(sketched: Sketch, zones: Sequence[Zone], side: Side) -> TemplateFace:
    """The template face with the normal variation of the given (named) zones."""
    specimens = lay_specimens(sketched, zones)
    ground = sketched.ground
    arrays: dict[str, Floats] = {"support": ground.support}
    for name in ("texture", "tone"):
        values = np.stack([getattr(s.residual, name) for s in specimens])
        arrays[f"{name}_median"], arrays[f"{name}_spread"] = _window_normal(values)
    bank, owners = _glyphs(specimens)
    reference = grounds.to_rgb(ground.lab)
    face = TemplateFace(
        side=side,
        ppmm=ground.ppmm,
        reference=reference,
        spread=ground.spread,
        zones=tuple(zones),
        arrays={
            **arrays,
            "glyphs": _spread_out(bank, BANK).astype(np.float32),
            **_landmarks(reference, ground, zones, sketched.plate.pixels),
        },
        normal={
            "misprint": normal([s.residual.misprint for s in specimens], MISPRINT_FLOOR),
            "unlisted": normal([s.unlisted for s in specimens], UNLISTED_FLOOR),
        },
    )
    written = _type_normals(specimens, bank, owners)
    background = _background_normals(specimens, face)
    learned = []
    for zone in zones:
        usual = {**zone.normal, **written.get(zone.name, {}), **background.get(zone.name, {})}
        if zone.kind == "portrait":
            profiles, portrait_normals = _portrait_normals(specimens, zone)
            usual |= portrait_normals
            face = replace(face, arrays={**face.arrays, **profiles})
        grammar = dict(zone.grammar)
        if zone.kind == "field" and len(specimens) >= FILLED and all(zone.name in s.written for s in specimens):
            grammar["empty"] = "never"
        learned.append(zone.model_copy(update={"normal": usual, "grammar": grammar}))
    return replace(face, zones=tuple(learned))


def _window_normal(values: Floats) -> tuple[Floats, Floats]:
    """Median and spread of each window over the specimens; NaN where fewer than three were bare."""
    known = np.isfinite(values).sum(axis=0)
    filled = np.where(known >= 3, values, 0.0)
    median = np.nanmedian(filled, axis=0)
    spread = 1.4826 * np.nanmedian(np.abs(filled - median), axis=0)
    return (
        np.where(known >= 3, median, np.nan).astype(np.float32),
        np.where(known >= 3, spread, np.nan).astype(np.float32),
    )


def _glyphs(specimens: Sequence[LaidFace]) -> tuple[npt.NDArray[Any], npt.NDArray[np.intp]]:
    glyphs = [line.glyphs for s in specimens for line in s.written.values()]
    owners = [np.full(len(line.glyphs), i) for i, s in enumerate(specimens) for line in s.written.values()]
    if not glyphs:
        return np.zeros((0, typography.GLYPH**2), np.uint8), np.zeros(0, np.intp)
    return np.concatenate(glyphs), np.concatenate(owners)


def _type_normals(
    specimens: Sequence[LaidFace], bank: npt.NDArray[Any], owners: npt.NDArray[np.intp]
) -> dict[str, dict[str, tuple[float, float]]]:
    measured = [
        {zone: typography.with_glyphs(line, bank[owners != i]) for zone, line in s.written.items()}
        for i, s in enumerate(specimens)
    ]
    medians = {zone: {name: float(np.median(v)) for name, v in values.items()} for zone, values in _columns(measured)}
    deviations = dict(_columns([typography.against_siblings(m, medians) for m in measured]))
    return {
        zone: {
            name: (medians[zone][name], normal(deviations[zone][name], typography.FLOORS[name])[1])
            for name, found in values.items()
            if len(found) >= 3
        }
        for zone, values in _columns(measured)
    }


def _columns(
    rows: Iterable[Mapping[str, Mapping[str, float]]],
) -> Iterable[tuple[str, dict[str, list[float]]]]:
    table: dict[str, dict[str, list[float]]] = {}
    for row in rows:
        for zone, values in row.items():
            for name, value in values.items():
                table.setdefault(zone, {}).setdefault(name, []).append(value)
    return table.items()


def _background_normals(specimens: Sequence[LaidFace], face: TemplateFace) -> dict[str, dict[str, tuple[float, float]]]:
    table: dict[str, list[float]] = {}
    for specimen in specimens:
        for zone, value in laying.zone_backgrounds(specimen, face).items():
            table.setdefault(zone, []).append(value)
    return {
        zone: {"background": normal(values, BACKGROUND_FLOOR)} for zone, values in table.items() if len(values) >= 3
    }


def _portrait_normals(
    specimens: Sequence[LaidFace], zone: Zone
) -> tuple[dict[str, Floats], dict[str, tuple[float, float]]]:
    """The portrait's edge profiles, median and spread, and the normals of what else is measured of it."""
    ppmm = specimens[0].ground.ppmm
    box = zone.box.scaled(ppmm)
    profiles = np.stack([portrait.edge_profile(s.lab[..., 0], box, ppmm) for s in specimens])
    arrays = {
        "edge_median": np.median(profiles, axis=0).astype(np.float32),
        "edge_spread": profiles.std(axis=0, ddof=1).astype(np.float32),
    }
    measured = [portrait.measure(s.lab, s.ground.lab, s.bare, box, ppmm) for s in specimens]
    return arrays, {name: normal([m[name] for m in measured], floor) for name, floor in portrait.FLOORS.items()}


def _spread_out(bank: npt.NDArray[Any], count: int) -> npt.NDArray[Any]:
    """At most `count` glyphs, each next one the least like those chosen."""
    if len(bank) <= count:
        return bank
    chosen = [0]
    distance = typography.strangeness(bank, bank[:1])
    while len(chosen) < count:
        chosen.append(int(np.argmax(distance)))
        distance = np.minimum(distance, typography.strangeness(bank, bank[chosen[-1:]]))
    return bank[chosen]


def _landmarks(
    reference: npt.NDArray[Any], ground: Ground, zones: Sequence[Zone], specimens: Sequence[Pixels]
) -> dict[str, Floats]:
    """What registration needs: SIFT features and points to track on what does not vary."""
    static = ground.support > 0.95
    for zone in zones:
        cut(static, zone.box.grown(0.3).scaled(ground.ppmm))[...] = False
    seen = registration.recurring(specimens, ground.ppmm)
    contrast = registration.local_contrast(cv2.cvtColor(reference, cv2.COLOR_RGB2GRAY), ground.ppmm)
    points = registration.static_points(contrast, static, ground.ppmm)
    return {
        "sift_xy": seen.xy,
        "sift": seen.descriptors.astype(np.float32),
        "points": points[registration.steady(points, contrast, specimens, ground.ppmm)],
    }
