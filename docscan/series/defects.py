"""The defect vector: how a side departs from its template, in measures that one workshop repeats.

All lengths are millimetres on the template, so that they do not depend on the scanner; colours are compared after a
smooth fit to the template, which takes away what a scanner does to them and leaves what inks do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import Floats, cut
from docscan.document import MrzReading, RegisteredFace, TemplateFace, Zone
from docscan.geometry import Box, project
from docscan.series import photo, screens
from docscan.templates import ground as grounds
from docscan.templates import laying, portrait, typography

CELL_MM = 12.0
"""Side of a cell of the grids."""
MIN_CELL_MM2 = 8.0
"""Area of a cell that must be measurable."""
MIN_POINTS = 3
"""Tracked points from which a cell's offset is told."""
LETTERS = 14.0
"""Difference of L from which print is there that the template has not, or the other way round."""
PATCH_NORMAL = {"patch_l": 0.8, "patch_a": 0.5, "patch_b": 0.5}
"""What the colour of the ground next to a field departs by on genuine documents (CIELAB)."""
MRZ_REACH_MM = 2.5
"""From the middle of an MRZ line to where nothing of it stands; the next line is 6.35 mm away."""
FARTHEST = 99.0
"""Departures beyond are kept as this."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Defects:
    whole: Mapping[str, float]
    fields: Mapping[str, Mapping[str, float]]
    grids: Mapping[str, tuple[float | None, ...]]


def size_mm(face: TemplateFace) -> tuple[float, float]:
    height, width = face.reference.shape[:2]
    return width / face.ppmm, height / face.ppmm


def grid_shape(size: tuple[float, float]) -> tuple[int, int]:
    """(columns, rows) of the cells over a side of so many millimetres."""
    return int(np.ceil(size[0] / CELL_MM)), int(np.ceil(size[1] / CELL_MM))


def cell_box(index: int, size: tuple[float, float]) -> Box:
    """The cell number `index` of a grid, in millimetres."""
    columns, _ = grid_shape(size)
    row, column = divmod(index, columns)
    return Box(x=column * CELL_MM, y=row * CELL_MM, width=CELL_MM, height=CELL_MM)


def measure(registered: RegisteredFace, mrz: MrzReading | None) -> Defects:
    """All defects of a registered face; `mrz` is its document's, boxes in pixels of its face."""
    laid = laying.laid(registered)
    face = registered.template_face
    shared, fields = _fields(registered, laid)
    whole = shared | _print(registered, laid) | _portrait(registered, laid)
    if mrz is not None and mrz.face == registered.face:
        whole |= _mrz(registered, laid, mrz)
    grids = _grids(registered, laid, face)
    return Defects(
        whole={name: _rounded(value) for name, value in whole.items()},
        fields={zone: {name: _rounded(v) for name, v in values.items()} for zone, values in fields.items()},
        grids={name: tuple(_cell(v) for v in values) for name, values in grids.items()},
    )


def _rounded(value: float) -> float:
    return round(float(np.clip(value, -FARTHEST, FARTHEST)), 3)


def _cell(value: float) -> float | None:
    return _rounded(value) if np.isfinite(value) else None


# --- how the holder's data are written --------------------------------------------------------------------------------


def _fields(registered: RegisteredFace, laid: laying.LaidFace) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """What all fields share, and what each has besides, in normal spreads of the template."""
    face = registered.template_face
    # What is lighter than its ground, or was never measured in full, is seldom a field of the holder's.
    zones = {z.name: z for z in face.zones if z.kind == "field" and not z.light_on_dark and "height" in z.normal}
    bank = face.arrays["glyphs"].astype(np.uint8)
    below = laying.zone_backgrounds(laid, face)
    deviates: dict[str, dict[str, float]] = {}
    for name, line in laid.written.items():
        if name not in zones:
            continue
        normal = zones[name].normal
        measured = typography.with_glyphs(line, bank) | {"background": below.get(name, np.nan)}
        deviates[name] = {
            measure: (value - normal[measure][0]) / normal[measure][1]
            for measure, value in measured.items()
            if measure in normal and np.isfinite(value)
        }
    measures = sorted({measure for values in deviates.values() for measure in values})
    shared = {}
    for measure in measures:
        values = [own[measure] for own in deviates.values() if measure in own]
        if len(values) >= typography.FEW:
            shared[measure] = float(np.median(values))
    fields = {
        zone: {measure: value - shared.get(measure, 0.0) for measure, value in own.items()}
        | _patch(laid, zones[zone], face.ppmm)
        for zone, own in deviates.items()
    }
    return {f"type_{measure}": value for measure, value in shared.items()}, fields


def _patch(laid: laying.LaidFace, zone: Zone, ppmm: float) -> dict[str, float]:
    """How the colour of the ground next to the letters departs: what a flat patch or a retouch leaves."""
    box = zone.box.grown(0.6).scaled(ppmm)
    bare = cut(laid.bare, box)
    if bare.sum() < 4 * ppmm**2:
        return {}
    mean = (cut(laid.lab, box) - cut(laid.ground.lab, box))[bare].mean(axis=0)
    return {name: float(value) / PATCH_NORMAL[name] for name, value in zip(PATCH_NORMAL, mean, strict=True)}


# --- how the page is printed ------------------------------------------------------------------------------------------


def _print(registered: RegisteredFace, laid: laying.LaidFace) -> dict[str, float]:
    """The side's print as a whole: contrast of its pattern, colour of its paper, noise, screen."""
    face = registered.template_face
    found: dict[str, float] = {
        "misprint": laid.residual.misprint - face.normal["misprint"][0],
        "noise": float(np.log(laid.residual.noise + 0.05)),
    }
    weight = laid.bare.astype(np.float32)
    for channel, name in enumerate("lab"):
        seen = grounds.high_pass(laid.lab[..., channel], weight, face.ppmm)
        known = grounds.high_pass(laid.ground.lab[..., channel], weight, face.ppmm)
        found[f"pattern_{name}"] = float(np.sum(seen * known) / (np.sum(known * known) + 1e-6))
    if laid.bare.any():
        raw = grounds.to_lab(registered.pixels)[laid.bare][::97]
        known = laid.ground.lab[laid.bare][::97]
        found |= {f"paper_{name}": float(np.median(raw[:, c] - known[:, c])) for c, name in ((1, "a"), (2, "b"))}
    rest = laid.lab[..., 0] - found["pattern_l"] * laid.ground.lab[..., 0]
    screen = screens.screen_in(rest, laid.bare, face.ppmm)
    if screen is not None:
        angle = np.radians(2 * screen.angle)
        found |= {
            "screen_frequency": screen.frequency,
            "screen_angle_cosine": float(np.cos(2 * angle)),
            "screen_angle_sine": float(np.sin(2 * angle)),
        }
    return found


def _grids(registered: RegisteredFace, laid: laying.LaidFace, face: TemplateFace) -> dict[str, Floats]:
    """Measure -> (rows, columns), NaN where nothing can be told."""
    size = size_mm(face)
    columns, rows = grid_shape(size)
    cell = CELL_MM * face.ppmm
    at = np.minimum((registered.flow[:, 1] / cell).astype(int), rows - 1) * columns + np.minimum(
        (registered.flow[:, 0] / cell).astype(int), columns - 1
    )
    moved = registered.flow[:, 2:] / face.ppmm
    shift = np.full((2, rows * columns), np.nan)
    for index in np.unique(at):
        if np.count_nonzero(at == index) >= MIN_POINTS:
            shift[:, index] = np.median(moved[at == index], axis=0)
    static = _static(registered, laid)
    rest = laid.lab - laid.ground.lab
    grids = {"shift_x": shift[0], "shift_y": shift[1]}
    for channel, name in enumerate("lab"):
        grids[f"tone_{name}"] = _means(rest[..., channel], laid.bare, size, face.ppmm)
    grids["letters_added"] = 100 * _means((laid.darkness > LETTERS).astype(np.float32), static, size, face.ppmm)
    grids["letters_missing"] = 100 * _means((laid.darkness < -LETTERS).astype(np.float32), static, size, face.ppmm)
    texture = laid.residual.texture - face.arrays["texture_median"]
    known = np.isfinite(texture)
    grids["texture"] = _means(np.where(known, texture, 0), known, size, texture.shape[1] / size[0])
    return grids


def _static(registered: RegisteredFace, laid: laying.LaidFace) -> Mask:
    """Where only what all specimens have is printed: no field, no picture, no rim."""
    face = registered.template_face
    static = registered.covered & (laid.ground.support >= laying.SUPPORT)
    margin = round(laying.MARGIN_MM * face.ppmm)
    static[:margin] = static[-margin:] = static[:, :margin] = static[:, -margin:] = False
    for window in laying.windows(face.zones, laid.ground).values():
        cut(static, window)[...] = False
    for zone in face.zones:
        if zone.kind in laying.PICTURES:
            cut(static, zone.box.grown(laying.CLEARANCE_MM[zone.kind]).scaled(face.ppmm))[...] = False
    return static


def _means(
    values: Floats, where: Mask, size: tuple[float, float], per_mm: float, least: float = MIN_CELL_MM2
) -> Floats:
    """(rows * columns,) mean over each cell's pixels in `where`; NaN where they cover less than `least` mm2."""
    columns, rows = grid_shape(size)
    # Summed over squares of about a millimetre first: there are a million pixels and a hundred cells.
    step = max(1, round(per_mm))
    weight = where.astype(np.float32)
    small = (-(-values.shape[1] // step), -(-values.shape[0] // step))
    border = (0, small[1] * step - values.shape[0], 0, small[0] * step - values.shape[1])
    summed, covered = (
        cv2.resize(cv2.copyMakeBorder(a, *border, cv2.BORDER_CONSTANT, value=0), small, interpolation=cv2.INTER_AREA)
        for a in (np.asarray(values * weight, np.float32), weight)
    )
    y = np.minimum((np.arange(small[1]) + 0.5) * step / per_mm // CELL_MM, rows - 1).astype(int)
    x = np.minimum((np.arange(small[0]) + 0.5) * step / per_mm // CELL_MM, columns - 1).astype(int)
    index = (y[:, None] * columns + x[None]).ravel()
    total = np.bincount(index, weights=summed.ravel(), minlength=rows * columns)
    area = np.bincount(index, weights=covered.ravel(), minlength=rows * columns)
    return np.where(area * (step / per_mm) ** 2 >= least, total / np.maximum(area, 1e-6), np.nan)


# --- portrait and MRZ -------------------------------------------------------------------------------------------------


def _portrait(registered: RegisteredFace, laid: laying.LaidFace) -> dict[str, float]:
    """How the portrait is joined to the page and printed."""
    face = registered.template_face
    zone = next((zone for zone in face.zones if zone.kind == "portrait" and zone.normal), None)
    if zone is None:
        return {}
    box = zone.box.scaled(face.ppmm)
    measured = portrait.measure(laid.lightness, laid.ground.planes[0], laid.bare, box, face.ppmm)
    found = {f"portrait_{n}": (measured[n] - zone.normal[n][0]) / zone.normal[n][1] for n in portrait.FLOORS}
    others = [other.box for other in face.zones if other is not zone]
    laid_over = photo.measure(laid.lab, laid.ground.lab, zone.box, others, face.ppmm)
    return found | {f"portrait_{name}": value for name, value in laid_over.items()}


def _mrz(registered: RegisteredFace, laid: laying.LaidFace, mrz: MrzReading) -> dict[str, float]:
    """Where the MRZ stands and how it is printed, on the millimetres of the template."""
    face = registered.template_face
    zone = next((zone for zone in face.zones if zone.kind == "mrz"), None)
    combs = [comb for line in mrz.symbols if (comb := _comb([s.box for s in line], registered)) is not None]
    if zone is None or not combs or len(combs) != len(mrz.symbols):
        return {}
    tint = [laid.ground.lab[..., channel] - laid.lab[..., channel] for channel in (1, 2)]
    lines = [typography.measure(laid.darkness, tint, comb.window.scaled(face.ppmm), face.ppmm) for comb in combs]
    found = {
        "mrz_pitch": float(np.mean([comb.pitch for comb in combs])),
        "mrz_lean": float(np.mean([comb.lean for comb in combs])),
        "mrz_left": float(np.mean([comb.left for comb in combs])) - zone.box.x,
    }
    written = [line.measures for line in lines if line is not None]
    if len(written) == len(lines):
        baselines = [line["baseline"] for line in written]
        found["mrz_baseline"] = baselines[-1] - zone.box.bottom
        if len(baselines) > 1:
            found["mrz_spacing"] = float(np.mean(np.diff(baselines)))
    for name in ("height", "stroke", "slant", "depth", "hue_a", "hue_b", "crispness"):
        values = [line[name] for line in written if name in line]
        if values:
            found[f"mrz_{name}"] = float(np.mean(values))
    return found


@dataclass(frozen=True)
class _Comb:
    pitch: float
    lean: float
    """Millimetres by which the line falls over its length."""
    left: float
    window: Box


def _comb(boxes: list[Box | None], registered: RegisteredFace) -> _Comb | None:
    """The straight comb through a line's characters, in template millimetres."""
    known = [box for box in boxes if box is not None]
    if len(known) < max(10, len(boxes)):
        return None
    middles = np.array([(box.x + box.width / 2, box.y + box.height / 2) for box in known])
    on_template = project(middles, registered.to_template) / registered.template_face.ppmm
    n = np.arange(len(known))
    (pitch, first), (fall, _) = (np.polyfit(n, on_template[:, axis], 1) for axis in (0, 1))
    window = Box.around(on_template).grown(MRZ_REACH_MM)
    return _Comb(float(pitch), float(fall * len(known)), float(first), window)
