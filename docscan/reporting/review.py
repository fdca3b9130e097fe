"""A template as a page: what was learned, laid over the picture, so that a person can correct template.toml."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from docscan.document import Template, TemplateFace, Zone
from docscan.geometry import Pixels
from docscan.reporting import page
from docscan.reporting.terminal import issued
from docscan.reporting.wording import FACES

COLOURS = {
    "portrait": "#c0440e",
    "ghost": "#8a5a00",
    "mrz": "#007a5a",
    "field": "#0b5cad",
    "label": "#5f6770",
    "signature": "#7a3d8f",
    "relief": "#7a3d8f",
}
"""Of a zone's outline, by its kind; its number and kind are written beside it too."""
_WIDEST = 1500
_MOST_SPREAD = 20.0
"""CIELAB distance that is shown darkest."""


@dataclass(frozen=True, slots=True)
class Numbered:
    number: int
    zone: Zone
    colour: str


@dataclass(frozen=True, slots=True)
class Side:
    """One face of the template as the page shows it."""

    name: str
    reference: str
    """A data: address."""
    spread: str
    width_mm: float
    height_mm: float
    zones: tuple[Numbered, ...]
    normal: dict[str, tuple[float, float]]


def html(template: Template) -> str:
    """The page of a template, self-contained."""
    sides = [_side(face) for face in template.faces]
    return page.environment().get_template("review.html.j2").render(t=template, issued=issued(template), sides=sides)


def write_html(template: Template, path: Path) -> None:
    """Raises OutputError where `path` cannot be written."""
    page.write(path, html(template).encode("utf-8", errors="replace"))


def _side(face: TemplateFace) -> Side:
    height, width = face.reference.shape[:2]
    zones = sorted(face.zones, key=lambda zone: (round(zone.box.y), zone.box.x))
    return Side(
        name=FACES[face.side],
        reference=_picture(face.reference),
        spread=_picture(_as_heat(face)),
        width_mm=width / face.ppmm,
        height_mm=height / face.ppmm,
        zones=tuple(Numbered(i, zone, COLOURS[zone.kind]) for i, zone in enumerate(zones, start=1)),
        normal=dict(face.normal),
    )


def _as_heat(face: TemplateFace) -> Pixels:
    """White where all specimens are alike, dark where they vary."""
    share = np.clip(np.nan_to_num(face.spread, nan=_MOST_SPREAD) / _MOST_SPREAD, 0, 1)
    return np.asarray(cv2.applyColorMap((255 * (1 - share)).astype(np.uint8), cv2.COLORMAP_BONE)[..., ::-1], np.uint8)


def _picture(pixels: Pixels) -> str:
    scale = min(1.0, _WIDEST / pixels.shape[1])
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    encoded = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 85])[1]
    return "data:image/jpeg;base64," + base64.b64encode(encoded.tobytes()).decode("ascii")
