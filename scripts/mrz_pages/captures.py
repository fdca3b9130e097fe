"""Drawn documents as they arrive: on a flatbed at any angle, cut out, photographed, shrunk to a thumbnail."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from docscan.geometry import Homography, project
from docscan.icao.formats import Format
from mrz_pages.documents import CAP_MM, Drawn, Pixels, document

KINDS = ("flatbed 300", "flatbed other", "cut out", "phone", "thumbnail")


@dataclass(frozen=True, slots=True, eq=False)
class Printed:
    """One MRZ that is on the page."""

    format: Format
    lines: tuple[str, ...]
    outline: npt.NDArray[np.float64]
    """(4, 2) page pixels, clockwise from the top left of the first line."""
    height: float
    """Of a character, page pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Captured:
    pixels: Pixels
    kind: str
    printed: tuple[Printed, ...]


def capture(seed: int, kind: str) -> Captured:
    """A page of one of `KINDS`; the same seed gives the same page."""
    rng = np.random.default_rng(seed)
    match kind:
        case "flatbed 300":
            return _flatbed(rng, kind, 300)
        case "flatbed other":
            return _flatbed(rng, kind, int(rng.choice([150, 200, 400, 600], p=[0.3, 0.4, 0.2, 0.1])))
        case "cut out":
            return _cut_out(rng, kind, float(rng.uniform(150, 450)))
        case "phone":
            return _phone(rng, kind)
        case "thumbnail":
            return _thumbnail(rng, kind)
    raise ValueError(f"no capture {kind!r}; there are {', '.join(KINDS)}")


def kept(folder: Path, seed: int, kind: str) -> Captured:
    """The same page, drawn once and kept in `folder`."""
    file = folder / f"{kind.replace(' ', '-')}-{seed}.npz"
    if file.exists():
        with np.load(file) as stored:
            printed = [
                Printed(Format[form], tuple(lines), np.array(outline), height)
                for form, lines, outline, height in json.loads(str(stored["printed"]))
            ]
            return Captured(stored["pixels"], kind, tuple(printed))
    page = capture(seed, kind)
    facts = [(p.format.name, p.lines, p.outline.tolist(), p.height) for p in page.printed]
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(file, pixels=page.pixels, printed=json.dumps(facts))
    return page


def _any_format(rng: np.random.Generator) -> Format:
    return list(Format)[rng.integers(0, len(Format))]


def _placed(drawn: Drawn, to_page: Homography) -> Printed:
    outline = project(drawn.outline, to_page)
    middle = drawn.outline.mean(axis=0)
    ends = project([middle, middle + np.array([0, CAP_MM * drawn.ppmm])], to_page)
    return Printed(drawn.format, drawn.lines, outline, float(np.hypot(*(ends[1] - ends[0]))))


def _moved(turn: float, scale: float, source: npt.NDArray[np.float64], target: npt.NDArray[np.float64]) -> Homography:
    """Turned by degrees and scaled, the point `source` coming to lie at `target`."""
    c, s = scale * np.cos(np.radians(turn)), scale * np.sin(np.radians(turn))
    linear = np.array([[c, -s], [s, c]])
    return np.vstack([np.column_stack([linear, target - linear @ source]), [0, 0, 1]])


def _lay(page: Pixels, drawn: Drawn, to_page: Homography) -> Pixels:
    height, width = page.shape[:2]
    flags = cv2.INTER_AREA if abs(np.linalg.det(to_page[:2, :2])) < 0.5 else cv2.INTER_LINEAR
    shape = np.full(drawn.pixels.shape[:2], 255, np.uint8)
    mask = cv2.warpPerspective(shape, to_page, (width, height), flags=cv2.INTER_LINEAR)
    laid = cv2.warpPerspective(drawn.pixels, to_page, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.where(mask[..., None] > 127, laid, page), np.uint8)


def _scanned(rng: np.random.Generator, page: Pixels, blur: float) -> Pixels:
    """Optics, sensor noise, and mostly JPEG."""
    page = cv2.GaussianBlur(page, (0, 0), blur)
    rough = rng.normal(0, rng.uniform(0.5, 4.0), (min(page.shape[0], 700), min(page.shape[1], 700), 1))
    tiled = np.tile(rough, (page.shape[0] // 700 + 1, page.shape[1] // 700 + 1, 1))[: page.shape[0], : page.shape[1]]
    page = np.clip(page + tiled.astype(np.float32), 0, 255).astype(np.uint8)
    if rng.random() < 0.8:
        _, data = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(55, 96))])
        page = cv2.imdecode(data, cv2.IMREAD_COLOR)
    return np.asarray(page, np.uint8)


def _flatbed(rng: np.random.Generator, kind: str, ppi: int) -> Captured:
    """A4 with one to four documents."""
    ppmm = ppi / 25.4
    width, height = round(210 * ppmm), round(297 * ppmm)
    lid = rng.integers(225, 256) if rng.random() < 0.8 else rng.integers(5, 60)
    page = np.full((height, width, 3), lid, np.uint8)
    count = int(rng.choice([1, 2, 4], p=[0.5, 0.35, 0.15]))
    columns, rows = (2, 2) if count == 4 else (1, count)
    printed = []
    for k in range(count):
        form = Format.TD1 if count == 4 else _any_format(rng)
        drawn = document(rng, form, ppmm * (1.0 if ppi > 300 else 1.25))
        centre = np.array([(k % columns + 0.5) / columns * 210, (k // columns + 0.5) / rows * 297]) * ppmm
        turn = rng.uniform(0, 360) if rng.random() < 0.5 else rng.choice([0, 90, 180, 270]) + rng.uniform(-4, 4)
        middle = np.array(drawn.pixels.shape[1::-1]) / 2
        to_page = _moved(float(turn), ppmm / drawn.ppmm, middle, centre)
        page = _lay(page, drawn, to_page)
        printed.append(_placed(drawn, to_page))
    page = _scanned(rng, page, rng.uniform(0.4, 0.9) * max(1.0, ppi / 300))
    if rng.random() < 0.05:
        page = np.ascontiguousarray(page[:, ::-1])
        printed = [
            Printed(p.format, p.lines, np.array([width - 1, 0]) + p.outline * [-1, 1], p.height) for p in printed
        ]
    return Captured(page, kind, tuple(printed))


def _cut_out(rng: np.random.Generator, kind: str, ppi: float) -> Captured:
    """The document fills the picture, a little askew, any side up."""
    drawn = document(rng, _any_format(rng), ppi / 25.4)
    turn = float(rng.choice([0, 90, 180, 270], p=[0.7, 0.1, 0.1, 0.1]) + rng.uniform(-3, 3))
    height, width = drawn.pixels.shape[:2]
    size = (width, height) if abs(turn % 180) < 45 or abs(turn % 180) > 135 else (height, width)
    room = int(rng.integers(0, 40))
    to_page = _moved(turn, 1.0, np.array([width, height]) / 2, np.array(size) / 2 + room)
    page = np.full((size[1] + 2 * room, size[0] + 2 * room, 3), rng.integers(0, 256), np.uint8)
    page = _scanned(rng, _lay(page, drawn, to_page), rng.uniform(0.4, 0.9))
    return Captured(page, kind, (_placed(drawn, to_page),))


def _phone(rng: np.random.Generator, kind: str) -> Captured:
    """Tilted, turned, bent a little, shadowed, blurred by hand and lens."""
    long = int(rng.integers(1400, 4000))
    size = (long, round(long * 0.75)) if rng.random() < 0.6 else (round(long * 0.75), long)
    form = _any_format(rng)
    ppmm = min(size[0] / form.size_mm[0], size[1] / form.size_mm[1]) * rng.uniform(0.55, 0.9)
    drawn = document(rng, form, max(ppmm, 9.0))
    height, width = drawn.pixels.shape[:2]
    turn = rng.normal(0, 8) if rng.random() < 0.6 else rng.uniform(0, 360)
    tilt = rng.uniform(-30, 30, 2) * np.pi / 180
    flat = (np.array([[0, 0], [width, 0], [width, height], [0, height]]) - [width / 2, height / 2]) / drawn.ppmm
    far = 280.0
    depth = 1 + (flat[:, 0] * np.sin(tilt[0]) + flat[:, 1] * np.sin(tilt[1])) / far
    seen = flat * np.cos(tilt) / depth[:, None] * ppmm
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    seen = seen @ np.array([[c, s], [-s, c]])
    seen *= min(1.0, 0.97 * size[0] / np.ptp(seen[:, 0]), 0.97 * size[1] / np.ptp(seen[:, 1]))
    seen += np.array(size) / 2 - (seen.min(axis=0) + seen.max(axis=0)) / 2
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    to_page = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    desk = cv2.resize(rng.integers(40, 200, (9, 9, 3)).astype(np.uint8), size, interpolation=cv2.INTER_CUBIC)
    page = _lay(np.asarray(desk, np.uint8), drawn, to_page)
    light = cv2.resize(rng.uniform(0.55, 1.05, (3, 3)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    page = np.clip(page * light[..., None], 0, 255).astype(np.uint8)
    placed = _placed(drawn, to_page)
    page = _bent(rng, page, placed)
    blur = placed.height * rng.uniform(0.02, 0.085)
    if rng.random() < 0.3:
        page = _shaken(rng, page, placed.height * 0.12)
    return Captured(_scanned(rng, page, max(0.5, blur)), kind, (placed,))


def _bent(rng: np.random.Generator, page: Pixels, placed: Printed) -> Pixels:
    """A page that does not lie flat: its lines sag by up to half a character."""
    if rng.random() < 0.5:
        return page
    height, width = page.shape[:2]
    sag = placed.height * rng.uniform(0.1, 0.5)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    y += (sag * np.cos((x / width - 0.5) * np.pi * rng.uniform(0.8, 1.4))).astype(np.float32)
    return np.asarray(cv2.remap(page, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _shaken(rng: np.random.Generator, page: Pixels, length: float) -> Pixels:
    size = max(3, 2 * round(length) + 1)
    kernel = np.zeros((size, size), np.float32)
    angle, middle = rng.uniform(0, np.pi), size // 2
    reach = np.array([np.cos(angle), np.sin(angle)]) * length / 2
    start, end = (np.array([middle, middle]) + way * reach for way in (-1, 1))
    cv2.line(kernel, start.round().astype(int).tolist(), end.round().astype(int).tolist(), 1.0, 1, cv2.LINE_AA)
    return np.asarray(cv2.filter2D(page, -1, kernel / kernel.sum()), np.uint8)


def _thumbnail(rng: np.random.Generator, kind: str) -> Captured:
    """The whole document 270 to 600 pixels wide."""
    form = _any_format(rng)
    width = int(rng.integers(270, 601))
    drawn = document(rng, form, 10.0)
    scale = width / drawn.pixels.shape[1]
    small = cv2.resize(drawn.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if rng.random() < 0.8:
        _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(65, 96))])
        small = cv2.imdecode(data, cv2.IMREAD_COLOR)
    to_page = np.diag([scale, scale, 1.0])
    return Captured(np.asarray(small, np.uint8), kind, (_placed(drawn, to_page),))
