"""What documents of an invented State look like: states, layouts, designs and labels, read from `data/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from docscan.icao.formats import Format

_DATA = Path(__file__).parent / "data"

Technology = Literal["laser", "inkjet", "laminate"]
Side = Literal["page", "front", "back"]


@dataclass(frozen=True, slots=True)
class Rect:
    """Left, top, width, height in millimetres from the top left corner of a face."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    def grown(self, margin: float) -> Rect:
        return Rect(self.x - margin, self.y - margin, self.w + 2 * margin, self.h + 2 * margin)

    def moved(self, dx: float, dy: float) -> Rect:
        return Rect(self.x + dx, self.y + dy, self.w, self.h)

    def union(self, other: Rect) -> Rect:
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Rect(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def overlap(self, other: Rect) -> float:
        """Square millimetres in common."""
        w = min(self.right, other.right) - max(self.x, other.x)
        h = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(0.0, w) * max(0.0, h)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field's value stands: left end of its baseline, and the room to its right, in millimetres."""

    name: str
    x: float
    y: float
    room: float


@dataclass(frozen=True, slots=True)
class Layout:
    """One face: where things stand."""

    side: Side
    places: tuple[Place, ...]
    header: tuple[float, float] | None
    emblem: tuple[float, float, float]
    portrait: Rect | None
    ghost: Rect | None
    signature: Rect | None
    mrz: bool


@dataclass(frozen=True, slots=True)
class State:
    code: str
    name: tuple[str, str]
    nationality: str
    language: str
    people: str
    cities: tuple[str, ...]
    authority: tuple[str, ...]
    personal: str
    emblem: tuple[str, str, str]
    """Charge, shield, wreath."""
    validity: int
    """Years."""


@dataclass(frozen=True, slots=True)
class Design:
    """One series of one document type of one State."""

    id: str
    state: State
    format: Format
    code: str
    """Document code of the MRZ."""
    title: tuple[str, str]
    number: str
    """Pattern of document numbers."""
    seed: int
    """Of the guilloche."""
    paper: str
    ink: tuple[tuple[str, ...], ...]
    accent: str
    value_font: str
    label_font: str
    title_font: str
    date_form: str
    technology: Technology
    nets: tuple[str, str]
    valid: tuple[int, int]
    """First and last year of issue."""
    layouts: tuple[Layout, ...]
    misprints: tuple[tuple[str, str], ...] = ()
    """(field, label) as a counterfeiter's artwork has it instead of the true label."""

    @property
    def size(self) -> tuple[float, float]:
        return self.format.size_mm

    @property
    def is_visa(self) -> bool:
        return self.format in (Format.MRV_A, Format.MRV_B)

    def layout(self, side: str) -> Layout:
        return next(layout for layout in self.layouts if layout.side == side)


@lru_cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))


def label(field: str, language: str) -> tuple[str, str]:
    """(English, own language)."""
    words = _toml("labels.toml")[field]
    return words["en"], words[language]


def _rect(numbers: list[float] | None) -> Rect | None:
    return None if numbers is None else Rect(*numbers)


def _places(row: str, right: float) -> list[Place]:
    words = row.split()
    y, names, lefts = float(words[0]), words[1::2], [float(x) for x in words[2::2]]
    ends = [*lefts[1:], right]
    return [Place(name, x, y, end - x - 1.8) for name, x, end in zip(names, lefts, ends, strict=True)]


def _layout(side: Side, data: Mapping[str, Any], form: Format) -> Layout:
    pictures = {key: _rect(data.get(key)) for key in ("portrait", "ghost", "signature")}
    x, y, radius = data["emblem"]
    obstacles = [Rect(x - radius, y - radius, 2 * radius, 2 * radius), *[r for r in pictures.values() if r is not None]]

    def right_of(row: str) -> float:
        y, first = float(row.split(maxsplit=1)[0]), float(row.split()[2])
        stops = [r.x - 0.5 for r in obstacles if r.x > first and r.y < y + 0.5 and r.bottom > y - 2.5]
        return min([form.size_mm[0] - 3.0, *stops])

    places = [place for row in data["rows"] for place in _places(row, right_of(row))]
    header = (float(data["header"][0]), float(data["header"][1])) if "header" in data else None
    return Layout(
        side=side,
        places=tuple(places),
        header=header,
        emblem=(x, y, radius),
        mrz=side != "front",
        **pictures,
    )


def _state(code: str) -> State:
    data = dict(_toml("states.toml")[code])
    for key in ("name", "cities", "authority", "emblem"):
        data[key] = tuple(data[key])
    return State(code=code, **data)


@lru_cache
def design(design_id: str) -> Design:
    """The design with this id; KeyError where there is none."""
    data = _toml("designs.toml")[design_id]
    state = _state(design_id[:3])
    faces = _toml("layouts.toml")[data["layout"]]
    form = Format(faces["format"])
    sides: tuple[Side, ...] = ("front", "back") if "front" in faces else ("page",)
    year = int(design_id[-4:])
    return Design(
        id=design_id,
        state=state,
        format=form,
        code=data["code"],
        title=tuple(data["title"]),
        number=data["number"],
        seed=data["seed"],
        paper=data["paper"],
        ink=tuple(tuple(colours) for colours in data["ink"]),
        accent=data["accent"],
        value_font=data["type"][0],
        label_font=data["type"][1],
        title_font=data["type"][2],
        date_form=data["date"],
        technology=data["technology"],
        nets=tuple(data["nets"]),
        valid=tuple(data.get("valid", (year, min(year + 8, 2024)))),
        layouts=tuple(_layout(side, faces[side], form) for side in sides),
    )


def design_ids() -> tuple[str, ...]:
    return tuple(_toml("designs.toml"))
