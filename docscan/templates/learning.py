"""From a sketch to a template face: the normal variation of the ground and of each zone.

Every normal variation is measured by leaving one out: a specimen is compared with the ground of the others, as a
questioned document will be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import Floats, cut
from docscan.document import Side, TemplateFace, Zone
from docscan.geometry import Pixels
from docscan.templates import folder, laying, mrz_setting, portrait, registration, typography
from docscan.templates import ground as grounds
from docscan.templates.laying import Ground, LaidFace
from docscan.templates.normal import normal
from docscan.templates.plates import Plate
from docscan.templates.sketching import Sketch

BANK = 360
"""Glyphs that a template face keeps."""
FILLED = 6
"""Specimens from which a field that all have filled in may never be empty."""
MISPRINT_FLOOR = 0.5
UNLISTED_FLOOR = 0.5
BACKGROUND_FLOOR = 0.4
"""Smallest spreads (logarithm, deviate) that a template may claim."""


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
        usual = {**zone.normal, **_judged(zone, written.get(zone.name, {})), **background.get(zone.name, {})}
        if zone.kind == "mrz":
            usual |= _mrz_normals(sketched.plate)
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


def _judged(zone: Zone, normals: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Those of a zone's measures that another document's may be held against."""
    unlike = typography.OF_LETTERS if "texts" in zone.grammar else ()
    return {name: own for name, own in normals.items() if name not in unlike}


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


def _mrz_normals(plate: Plate) -> dict[str, tuple[float, float]]:
    measured = [
        mrz_setting.measure(sighting.reading.mrz, to_frame, plate.ppmm)
        for sighting, to_frame in zip(plate.sightings, plate.to_frame, strict=True)
        if sighting.reading.mrz is not None and sighting.reading.mrz.face == sighting.index
    ]
    table = {name: [own[name] for own in measured if name in own] for name in mrz_setting.FLOORS}
    return {name: normal(values, mrz_setting.FLOORS[name]) for name, values in table.items() if len(values) >= 3}


def _portrait_normals(
    specimens: Sequence[LaidFace], zone: Zone
) -> tuple[dict[str, Floats], dict[str, tuple[float, float]]]:
    """The portrait's edge profiles, median and spread, and the normals of what else is measured of it."""
    ppmm = specimens[0].ground.ppmm
    box = zone.box.scaled(ppmm)
    profiles = np.stack([portrait.edge_profile(s.lightness, box, ppmm) for s in specimens])
    arrays = {
        "edge_median": np.median(profiles, axis=0).astype(np.float32),
        "edge_spread": profiles.std(axis=0, ddof=1).astype(np.float32),
    }
    measured = [portrait.measure(s.lightness, s.ground.planes[0], s.bare, box, ppmm) for s in specimens]
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
        # A picture looks different on each document: in the window of a point, it draws the point along the pattern.
        around = 0.3 if zone.kind in ("field", "mrz") else registration.REACH_MM
        cut(static, zone.box.grown(around).scaled(ground.ppmm))[...] = False
    seen = registration.recurring(specimens, ground.ppmm)
    contrast = registration.local_contrast(cv2.cvtColor(reference, cv2.COLOR_RGB2GRAY), ground.ppmm)
    points = registration.static_points(contrast, static, ground.ppmm)
    return {
        "sift_xy": seen.xy,
        "sift": seen.descriptors.astype(np.float32),
        "points": points[registration.steady(points, contrast, specimens, ground.ppmm)],
    }
