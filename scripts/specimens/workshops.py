"""Workshops: forgers who make many documents, and leave the same hand on each.

A workshop is a set of habits and machines, drawn once from its number. Every document it makes has another holder,
another sheet, another day of the same machines, and is later scanned by somebody else. A loner is a workshop that made
one document.

Two kinds. A **counterfeit** workshop has its own artwork after a design (colours, label typeface, places of labels, a
misspelling or two; its line nets traced from a scan of a genuine page, or drawn anew), prints it on its own one to
three machines (a dot screen, scattered dots or fine enough to show neither) and sets the holder's data in its own way.
An **alteration** workshop takes genuine documents and always works alike: the same eraser, the same
replacement typeface, size, ink and offset, often another portrait; which fields it alters follows from the document.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from . import background, draw, handiwork, holder, lettering, press
from .design import Design, Layout, design, label
from .draw import Press, Specimen, SpecimenFace, Writing
from .faces import portrait
from .holder import Holder
from .visage import rgb

Pixels = npt.NDArray[np.uint8]
Kind = Literal["counterfeit", "alteration"]
Reproduction = Literal["screen", "dots", "fine"]

DESIGNS = ("UTO-P-2020", "QMR-P-2018", "UTO-I-2021")
COUNTERFEITS = 0.65
"""Share of workshops that counterfeit; in Sri Lanka's airport, 2023, 110 of 181 documents were counterfeit."""
ALTERABLE = ("surname", "given_names", "date_of_birth", "date_of_expiry", "document_number")


@dataclass(frozen=True, slots=True)
class Machine:
    """One of a workshop's printers: the model is the workshop's, wear and adjustment are its own."""

    gain: tuple[float, float, float]
    soft: float
    """Blur, millimetres."""
    feed: float
    """Stretch along the paper's way."""


@dataclass(frozen=True, slots=True)
class Artwork:
    """A counterfeit page and how it is printed."""

    design: Design
    bend: tuple[float, ...]
    """Millimetres of eight smooth distortions from scanning and tracing."""
    how: Reproduction
    lines: float
    """Of the dot screen, per inch."""
    angles: tuple[float, float, float]
    depth: float
    machines: tuple[Machine, ...]
    mrz_font: str
    mrz_pitch: float
    mrz_line: float
    """Millimetres from line to line."""
    mrz_place: tuple[float, float]
    """Millimetres off the true place."""


@dataclass(frozen=True, slots=True)
class Hand:
    """How values are set: departures from the genuine writing."""

    font: str
    scale: float
    dx: float
    dy: float
    spacing: float
    colour: tuple[float, float, float]
    strength: float


@dataclass(frozen=True, slots=True)
class Knife:
    """How an altering workshop removes what stood there and puts in a portrait."""

    skill: handiwork.Skill
    flat: tuple[float, float, float]
    """Cast of a flat patch against the paper."""
    margin: float
    """Millimetres touched around the letters."""
    portraits: float
    """Share of documents in which the portrait is replaced."""
    photo: tuple[float, float, float]
    """Cast of the photograph."""
    photo_scale: float
    photo_dx: float
    photo_dy: float
    photo_feather: float
    """Millimetres over which it is blended in."""


@dataclass(frozen=True, slots=True)
class Workshop:
    number: int
    kind: Kind
    base: Design
    """Of the genuine documents imitated or altered."""
    hand: Hand
    artwork: Artwork | None
    knife: Knife | None


@lru_cache(maxsize=64)
def workshop(number: int) -> Workshop:
    """The workshop with this number; the same for the same number."""
    rng = np.random.default_rng([number, 0x5E21E5])
    base = design(str(rng.choice(DESIGNS)))
    kind: Kind = "counterfeit" if rng.random() < COUNTERFEITS else "alteration"
    hand = _hand(base, kind, rng)
    if kind == "counterfeit":
        return Workshop(number, kind, base, hand, _artwork(base, rng), None)
    return Workshop(number, kind, base, hand, None, _knife(rng))


def _hand(base: Design, kind: Kind, rng: np.random.Generator) -> Hand:
    choice = rng.random()
    font = base.value_font
    if choice < 0.35:
        font = handiwork.other_font(base.value_font, rng)
    elif choice < 0.7:
        font = handiwork.near_font(base.value_font, rng)
    ink = np.clip(np.array(press.INK[base.technology]) + rng.normal(0, 14, 3), 0, 90)
    return Hand(
        font=font,
        scale=float(rng.normal(1.0, 0.035)),
        dx=float(rng.normal(0, 0.35)),
        dy=float(rng.normal(0, 0.16)),
        spacing=float(max(0.0, rng.normal(0, 0.05))),
        colour=(float(ink[0]), float(ink[1]), float(ink[2])),
        strength=float(rng.uniform(0.86, 1.0)),
    )


def _artwork(base: Design, rng: np.random.Generator) -> Artwork:
    how: Reproduction = str(rng.choice(["screen", "dots", "fine"], p=[0.5, 0.3, 0.2]))  # type: ignore[assignment]
    first = float(rng.uniform(0, 90))
    typewriter = rng.random() < 0.25
    return Artwork(
        design=_drawn_after(base, rng),
        bend=tuple(rng.normal(0, 0.09, 8).tolist()),
        how=how,
        lines=float(rng.uniform(60, 110)),
        angles=(first, (first + 30) % 90, (first + 60) % 90),
        depth=float(rng.uniform(0.35, 0.8)),
        machines=tuple(_machine(rng) for _ in range(int(rng.integers(1, 4)))),
        mrz_font="NotoSansMono-Regular" if typewriter else lettering.OCR_B,
        mrz_pitch=draw.MRZ_PITCH * float(rng.normal(1.0, 0.006)),
        mrz_line=draw.MRZ_LINE + float(rng.normal(0, 0.12)),
        mrz_place=(float(rng.normal(0, 0.5)), float(rng.normal(0, 0.4))),
    )


def _machine(rng: np.random.Generator) -> Machine:
    gain = rng.normal(1.0, 0.03) + rng.normal(0, 0.012, 3)
    return Machine(
        (float(gain[0]), float(gain[1]), float(gain[2])),
        float(rng.uniform(0.03, 0.075)),
        float(rng.normal(1.0, 0.0008)),
    )


def _drawn_after(base: Design, rng: np.random.Generator) -> Design:
    """The counterfeiter's design: near in colours, labels set anew in their own places."""
    off = float(rng.uniform(4, 16))

    def drift(colour: str) -> str:
        r, g, b = (int(v) for v in np.clip(rgb(colour) + rng.normal(0, off, 3), 0, 255))
        return f"{r:02x}{g:02x}{b:02x}"

    fonts = (base.label_font, handiwork.near_font(base.label_font, rng), handiwork.other_font(base.label_font, rng))
    plate = rng.normal(0, 0.22, 2)
    return replace(
        base,
        seed=base.seed if rng.random() < 0.75 else base.seed + 1000 * int(rng.integers(1, 1000)),
        paper=drift(base.paper),
        ink=tuple(tuple(drift(c) for c in plate) for plate in base.ink),
        accent=drift(base.accent),
        label_font=str(rng.choice(fonts)),
        layouts=tuple(_set_anew(one, plate, rng) for one in base.layouts),
        misprints=_misprints(base, rng),
    )


def _set_anew(layout: Layout, plate: npt.NDArray[np.float64], rng: np.random.Generator) -> Layout:
    """Labels, title and emblem each a little off: all together by the plate, each by the hand that set it."""

    def off(spread: float) -> tuple[float, float]:
        dx, dy = plate + rng.normal(0, spread, 2)
        return float(dx), float(dy)

    places = []
    for place in layout.places:
        dx, dy = off(0.1)
        places.append(replace(place, x=place.x + dx, y=place.y + dy))
    header = layout.header
    if header is not None:
        dx, dy = off(0.25)
        header = (header[0] + dx, header[1] + dy)
    dx, dy = off(0.2)
    emblem = (layout.emblem[0] + dx, layout.emblem[1] + dy, layout.emblem[2] * float(rng.normal(1, 0.01)))
    return replace(layout, places=tuple(places), header=header, emblem=emblem)


def _misprints(base: Design, rng: np.random.Generator) -> tuple[tuple[str, str], ...]:
    """None, one or two labels with two letters exchanged or one left out."""
    names = sorted({place.name for one in base.layouts for place in one.places})
    wrong = []
    for name in rng.choice(names, int(rng.choice([0, 1, 2], p=[0.5, 0.35, 0.15])), replace=False):
        true = label(str(name), base.state.language)[0]
        at = int(rng.integers(1, max(2, len(true) - 2)))
        swapped = true[:at] + true[at : at + 2][::-1] + true[at + 2 :]
        wrong.append((str(name), swapped if swapped != true else true[:at] + true[at + 1 :]))
    return tuple(wrong)


def _knife(rng: np.random.Generator) -> Knife:
    flat = rng.normal(2, 4, 3)
    photo = rng.normal(1.0, 0.05, 3)
    return Knife(
        skill=str(rng.choice(handiwork.SKILLS, p=[0.4, 0.4, 0.2])),  # type: ignore[arg-type]
        flat=(float(flat[0]), float(flat[1]), float(flat[2])),
        margin=float(rng.uniform(0.25, 0.7)),
        portraits=float(rng.uniform(0.4, 1.0)),
        photo=(float(photo[0]), float(photo[1]), float(photo[2])),
        photo_scale=float(rng.normal(1.0, 0.02)),
        photo_dx=float(rng.normal(0, 0.3)),
        photo_dy=float(rng.normal(0, 0.3)),
        photo_feather=float(rng.choice([0.0, 0.2, 0.5])),
    )


def made(by: Workshop, seed: int, ppi: float) -> Specimen:
    """Document number `seed` of a workshop; the same for the same arguments."""
    who = holder.invent(by.base, seed)
    if by.artwork is not None:
        return _counterfeited(by, by.artwork, who, ppi)
    return _altered(by, who, ppi)


# --- counterfeits -----------------------------------------------------------------------------------------------------


def _counterfeited(by: Workshop, art: Artwork, who: Holder, ppi: float) -> Specimen:
    rng = np.random.default_rng([by.number, who.seed, 0xC0F])
    machine = art.machines[int(rng.integers(len(art.machines)))]
    run = replace(Press.run(who.seed), gain=(1.0, 1.0, 1.0))
    picture = portrait(who.face, who.sex, who.age)
    faces = tuple(_print_face(by, art, machine, who, run, one, picture, ppi, rng) for one in art.design.layouts)
    return Specimen(by.base, who, run, faces)


@lru_cache(maxsize=8)
def _blank(by: Workshop, side: str, ppi: float) -> Pixels:
    """The artwork's page with the distortions of its tracing."""
    assert by.artwork is not None  # noqa: S101
    page = background.background(by.artwork.design, side, ppi)
    h, w = page.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    u, v = 2 * x / w - 1, 2 * y / h - 1
    bend = np.array(by.artwork.bend, np.float32) * np.float32(ppi / 25.4)
    terms = (u * u, u * v, v * v, u * u * v)
    dx = sum(b * t for b, t in zip(bend[:4], terms, strict=True))
    dy = sum(b * t for b, t in zip(bend[4:], terms, strict=True))
    return cv2.remap(page, x + dx, y + dy, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


@lru_cache(maxsize=8)
def _screens(by: Workshop, shape: tuple[int, int], ppi: float) -> npt.NDArray[np.float32]:
    """(h, w, 3) thresholds 0 to 1 of the dot screen of each ink, a little larger than the page."""
    assert by.artwork is not None  # noqa: S101
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    k = np.float32(2 * np.pi * by.artwork.lines / ppi)
    masks = []
    for degrees in by.artwork.angles:
        c, s = np.float32(np.cos(np.deg2rad(degrees))), np.float32(np.sin(np.deg2rad(degrees)))
        masks.append(0.5 + 0.25 * (np.cos(k * (c * x + s * y)) + np.cos(k * (c * y - s * x))))
    return np.stack(masks, axis=-1)


def _print_face(
    by: Workshop,
    art: Artwork,
    machine: Machine,
    who: Holder,
    run: Press,
    layout: Layout,
    picture: Pixels,
    ppi: float,
    rng: np.random.Generator,
) -> SpecimenFace:
    page = _blank(by, layout.side, ppi).copy()
    dx, dy = run.shift
    zones: dict[str, background.Rect] = {}
    texts: dict[str, str] = {}
    if layout.ghost:
        zones["ghost"] = layout.ghost.moved(dx, dy)
        press.put_ghost(page, picture, zones["ghost"], ppi, rgb(art.design.accent))
    if layout.portrait:
        zones["portrait"] = layout.portrait.moved(dx, dy)
        press.put_portrait(page, picture, zones["portrait"], ppi, "laminate", rng)
    if layout.signature:
        zones["signature"] = layout.signature.moved(dx, dy)
        draw.sign(page, zones["signature"], ppi, who.face)
    printed = holder.values(by.base, who)
    true = draw.value_writing(by.base, run)
    for place in layout.places:
        how = draw.fitted(printed[place.name], _set(true, by.hand, 0.0, rng), place.room)
        zones[place.name] = draw.write(page, printed[place.name], place.x, place.y, how, ppi, "inkjet", rng)
        texts[place.name] = printed[place.name]
    if layout.mrz:
        how = Writing(art.mrz_font, dx=dx + art.mrz_place[0], dy=dy + art.mrz_place[1], strength=by.hand.strength)
        places = draw.mrz_places(by.base)
        for i, (text, (x, y)) in enumerate(zip(holder.mrz_lines(by.base, who), places, strict=True), 1):
            rise = (art.mrz_line - draw.MRZ_LINE) * (i - len(places))
            zones[f"mrz.{i}"] = draw.write_mrz_line(page, text, x, y + rise, ppi, "inkjet", rng, how, art.mrz_pitch)
            texts[f"mrz.{i}"] = text
        zones["mrz"] = zones["mrz.1"].union(zones[f"mrz.{len(places)}"])
    return SpecimenFace(layout.side, _through(page, by, art, machine, ppi, rng), ppi, zones, texts)


def _through(
    page: Pixels, by: Workshop, art: Artwork, machine: Machine, ppi: float, rng: np.random.Generator
) -> Pixels:
    """The page as the machine prints it that day: colours, dots, softness, feed."""
    today = np.array(machine.gain) * rng.normal(1.0, 0.012) * rng.normal(1.0, 0.005, 3)
    inked = 255 - (255 - page.astype(np.float32)) * today.astype(np.float32)
    if art.how != "fine":
        inked = _in_dots(np.clip(inked, 0, 255), by, art, ppi, rng)
    soft = machine.soft * float(rng.normal(1.0, 0.06)) * ppi / 25.4
    printed = np.clip(cv2.GaussianBlur(inked, (0, 0), max(0.3, soft)), 0, 255).astype(np.uint8)
    h, w = printed.shape[:2]
    stretch = machine.feed * float(rng.normal(1.0, 0.0003))
    slip = rng.normal(0, 0.08, 2) * ppi / 25.4
    matrix = np.array([[1, 0, slip[0]], [0, stretch, slip[1] + (1 - stretch) * h / 2]])
    return cv2.warpAffine(printed, matrix, (w, h), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _in_dots(
    page: npt.NDArray[np.float32], by: Workshop, art: Artwork, ppi: float, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    if art.how == "dots":
        return press.halftone(page, rng, 0.4, art.depth)
    room = 64
    screens = _screens(by, (page.shape[0] + room, page.shape[1] + room), ppi)
    y, x = (int(v) for v in rng.integers(room, size=2))
    at = screens[y : y + page.shape[0], x : x + page.shape[1]]
    dots = np.clip((page / 255 - at) * 5 + 0.5, 0, 1) * 255
    return page * (1 - art.depth) + dots * np.float32(art.depth)


def _set(true: Writing, hand: Hand, jitter: float, rng: np.random.Generator) -> Writing:
    """The hand's writing; by hand (`jitter` millimetres) no two values lie alike."""
    off = rng.normal(0, 1, 2) * jitter
    return Writing(
        hand.font,
        true.points * hand.scale * (1 + 0.03 * float(rng.normal(0, jitter))),
        true.dx + hand.dx + float(off[0]),
        true.dy + hand.dy + float(off[1]),
        hand.spacing,
        hand.colour,
        hand.strength,
    )


# --- alterations ------------------------------------------------------------------------------------------------------


def _altered(by: Workshop, who: Holder, ppi: float) -> Specimen:
    assert by.knife is not None  # noqa: S101
    rng = np.random.default_rng([by.number, who.seed, 0xA17])
    true = draw.draw(by.base, who, ppi)
    pages = {face.side: face.pixels.copy() for face in true.faces}
    sides = {place.name: (one.side, place) for one in by.base.layouts for place in one.places}
    wanted = holder.values(by.base, holder.invent(by.base, who.seed + 50_000_000))
    able = [name for name in ALTERABLE if name in sides]
    for name in rng.choice(able, int(rng.integers(1, 4)), replace=False):
        side, place = sides[str(name)]
        page, face = pages[side], true.face(side)
        _erase(page, true, side, face.zones[str(name)], by.knife, rng)
        how = _set(draw.value_writing(by.base, true.press), by.hand, 0.06, rng)
        technology = handiwork.hand_press(by.base, by.knife.skill)
        text = wanted[str(name)]
        draw.write(page, text, place.x, place.y, draw.fitted(text, how, place.room), ppi, technology, rng)
    if rng.random() < by.knife.portraits:
        _put_photo(pages, true, who, by.knife, rng)
    return replace(true, faces=tuple(replace(face, pixels=pages[face.side]) for face in true.faces))


def _erase(
    page: Pixels, true: Specimen, side: str, rect: background.Rect, knife: Knife, rng: np.random.Generator
) -> None:
    if knife.skill != "crude":
        handiwork.erase(page, true, side, rect, knife.skill, rng)
        return
    at = press.window(page, rect.grown(knife.margin), true.face(side).ppi)
    part = page[at]
    grey = part.mean(axis=2)
    light = part[grey > np.percentile(grey, 60)].mean(axis=0) + np.array(knife.flat) + rng.normal(0, 1.0, 3)
    page[at] = np.clip(light + rng.normal(0, 1.2, part.shape), 0, 255)


def _put_photo(pages: dict[str, Pixels], true: Specimen, who: Holder, knife: Knife, rng: np.random.Generator) -> None:
    side = next(one.side for one in true.design.layouts if one.portrait)
    face, page = true.face(side), pages[side]
    rect = face.zones["portrait"]
    dx, dy = np.array([knife.photo_dx, knife.photo_dy]) + rng.normal(0, 0.1, 2)
    rect = replace(rect, w=rect.w * knife.photo_scale, h=rect.h * knife.photo_scale).moved(float(dx), float(dy))
    at = press.window(page, rect, face.ppi)
    part = page[at].astype(np.float32)
    photo = portrait(int(rng.integers(2**31)), who.sex, who.age)
    photo = cv2.resize(photo, part.shape[1::-1], interpolation=cv2.INTER_CUBIC).astype(np.float32)
    photo = np.clip(photo * np.array(knife.photo) * rng.normal(1.0, 0.01, 3), 0, 255)
    mask = press.feather(part.shape[:2], knife.photo_feather * face.ppi / 25.4)[..., None]
    page[at] = np.clip(part + (photo - part) * mask, 0, 255)
