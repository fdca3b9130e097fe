"""Forgeries made on a scan with a picture editor, and the editor's way of saving: what pixels alone give away.

A genuine document was captured and saved by a device; the forger opens that file, changes it and saves it again. The
innocent do that too, to crop or rename, so that a second saving by itself means nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from . import draw, forge, handiwork, holder, lettering, retouch
from .capture import Capture, encode
from .design import Rect
from .draw import Specimen
from .faces import portrait
from .forge import Change, Truth
from .handiwork import SKILLS, Skill

Pixels = npt.NDArray[np.uint8]

EDITOR_QUALITIES = (75, 85, 90, 92, 95, 97)
"""JPEG qualities that programs and people choose."""


def saved_again(taken: Capture, seed: int) -> Capture:
    """`taken` as its file shows it, to be saved at an editor's quality."""
    rng = np.random.default_rng([seed, 0x5A7E])
    picture = np.array(Image.open(BytesIO(encode(taken))).convert("RGB"))
    quality = int(rng.choice(EDITOR_QUALITIES))
    return replace(taken, picture=picture, device=replace(taken.device, quality=quality))


@dataclass(slots=True, eq=False)
class _Desk:
    """One forgery under work."""

    specimen: Specimen
    skill: Skill
    rng: np.random.Generator
    picture: Pixels
    ways: Mapping[str, npt.NDArray[np.float64]]
    """Side -> millimetres on the face to pixels of the picture."""
    changes: list[Change] = field(default_factory=list)

    def write_over(
        self,
        side: str,
        zone: Rect,
        text: str,
        baseline: tuple[float, float],
        font: str,
        points: float,
        what: str,
    ) -> None:
        """Erase `zone` and set `text` from `baseline` on, in the letters' own colour unless crude."""
        way = self.ways[side]
        taken = retouch.ink_colour(self.picture, way, zone)
        colour = np.array([8, 8, 10], dtype=np.float32) if self.skill == "crude" else taken
        touched = retouch.erase(self.picture, way, zone, self.skill, self.rng)
        how = (text, baseline, font, points, colour, self.skill, self.rng)
        written = retouch.write(self.picture, way, *how) if text else touched
        self.changes.append(Change(side, touched.union(written), what))


def _field(desk: _Desk) -> tuple[str, ...]:
    """A printed field erased and written over."""
    d, run = desk.specimen.design, desk.specimen.press
    faces = desk.specimen.faces
    able = [(f, n) for f in faces for n in forge.ALTERED if n in f.texts]
    face, name = able[int(desk.rng.integers(len(able)))]
    who = forge.altered(desk.specimen.holder, d, name, desk.rng)
    text = holder.values(d, who)[name]
    place = next(p for p in d.layout(face.side).places if p.name == name)
    true = draw.fitted(text, draw.value_writing(d, run), place.room)
    font = {
        "crude": handiwork.other_font(true.font, desk.rng),
        "careful": handiwork.near_font(true.font, desk.rng),
        "professional": true.font,
    }[desk.skill]
    off = {"crude": 0.35, "careful": 0.12, "professional": 0.04}[desk.skill]
    x, y, larger = (float(v) for v in desk.rng.uniform(-off, off, 3))
    points = true.points * (1 + 0.2 * larger)
    at = (place.x + true.dx + x, place.y + true.dy + y)
    desk.write_over(face.side, face.zones[name], text, at, font, points, f"{name} edited on the scan")
    return "image.compression", "image.noise", "consistency.viz_mrz", "template.typeface", *forge.relations(name)


def _mrz(desk: _Desk) -> tuple[str, ...]:
    """The document number or a date of the MRZ edited, check digits recomputed."""
    d, side = desk.specimen.design, handiwork.mrz_side(desk.specimen)
    name = str(desk.rng.choice(["document_number", "date_of_birth", "date_of_expiry"]))
    who = forge.altered(desk.specimen.holder, d, name, desk.rng)
    old, new = (holder.mrz_lines(d, h) for h in (desk.specimen.holder, who))
    dx, dy = desk.specimen.press.shift
    points = draw.MRZ_PITCH / draw.OCR_B_ADVANCE / 25.4 * 72
    for line, (before, after) in enumerate(zip(old, new, strict=True)):
        x, y = draw.mrz_places(d)[line]
        for column in (c for c in range(len(before)) if before[c] != after[c]):
            cell = handiwork.mrz_cell(desk.specimen, line, column).grown(-0.25)
            glyph = lettering.length(after[column], lettering.OCR_B, 100.0) / 100 * points * 25.4 / 72
            at = (x + dx + column * draw.MRZ_PITCH + (draw.MRZ_PITCH - glyph) / 2, y + dy)
            font = "DejaVuSansMono" if desk.skill == "crude" else lettering.OCR_B
            desk.write_over(side, cell, after[column], at, font, points, f"MRZ line {line + 1} edited on the scan")
    return "image.compression", "consistency.viz_mrz", "mrz.print", *forge.relations(name)


def _portrait(desk: _Desk) -> tuple[str, ...]:
    """Another face laid over the portrait."""
    who = desk.specimen.holder
    face = next(f for f in desk.specimen.faces if "portrait" in f.zones)
    other = portrait(int(desk.rng.integers(2**31)), who.sex, who.age)
    if desk.specimen.design.technology == "laser":
        other = np.repeat(other.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    way, zone = desk.ways[face.side], face.zones["portrait"]
    touched = retouch.paste(desk.picture, way, zone, other, desk.skill, desk.rng)
    desk.changes.append(Change(face.side, touched, "portrait pasted on the scan"))
    return "image.compression", "portrait.substitution", "portrait.ghost"


def _copy_move(desk: _Desk) -> tuple[str, ...]:
    """Characters of a field covered by copies of others from the same page."""
    d, run = desk.specimen.design, desk.specimen.press
    names = ("date_of_birth", "date_of_expiry", "document_number", "date_of_issue")
    able = [(f, n) for f in desk.specimen.faces for n in names if n in f.texts]
    face, name = able[int(desk.rng.integers(len(able)))]
    text, place = face.texts[name], next(p for p in d.layout(face.side).places if p.name == name)
    how = draw.fitted(text, draw.value_writing(d, run), place.room)
    digits = [i for i, c in enumerate(text) if c.isdigit()]
    pairs = [(i, j) for i in digits for j in digits if text[i] != text[j]]
    for source, target in desk.rng.permutation(pairs).tolist()[: 1 + int(desk.rng.integers(2))]:
        boxes = [forge.glyph_box(text, k, place, how) for k in (source, target)]
        touched = retouch.copy_within(desk.picture, desk.ways[face.side], *boxes, desk.skill, desk.rng)
        desk.changes.append(Change(face.side, touched, f"a character of {name} covered by a copy of another one"))
    return "image.copy_move", "image.compression", "consistency.viz_mrz", *forge.relations(name)


ATTACKS: dict[str, Callable[[_Desk], tuple[str, ...]]] = {
    "edited_field": _field,
    "edited_mrz": _mrz,
    "edited_portrait": _portrait,
    "edited_copy_move": _copy_move,
}


def edit(specimen: Specimen, taken: Capture, attack: str, skill: Skill, seed: int) -> tuple[Capture, Truth]:
    """The capture of a genuine `specimen` after `attack` and saving; the same for the same arguments. KeyError for an
    unknown attack. The faces of `taken` are the specimen's, in its order."""
    again = saved_again(taken, seed)
    rng = np.random.default_rng([seed, 0xED17, list(ATTACKS).index(attack), SKILLS.index(skill)])
    ways = {face.side: way for face, way in zip(specimen.faces, taken.homographies, strict=True)}
    desk = _Desk(specimen, skill, rng, again.picture.copy(), ways)
    checks = ATTACKS[attack](desk)
    return replace(again, picture=desk.picture), Truth(attack, skill, checks, tuple(desk.changes))
