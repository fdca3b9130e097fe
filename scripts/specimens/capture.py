"""Capture: what a scanner, a phone or a document camera makes of specimens lying before it.

Genuine or forged, all take the same path. The picture comes with the homography of each face (millimetres to
pixels of the picture), so that a change known on the face is known in the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from .background import BAND
from .design import Rect
from .draw import SpecimenFace

Pixels = npt.NDArray[np.uint8]
Homography = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Device:
    """A camera or scanner: optics, sensor, colours and file."""

    name: str
    kind: Literal["flatbed", "camera"]
    ppi: float
    """Pixels an inch on the document."""
    psf: float
    """Standard deviation of the blur, pixels of the picture."""
    noise: tuple[float, float]
    """Read noise, and shot noise at white, in grey levels."""
    colour: tuple[tuple[float, float, float], ...]
    gamma: float
    quality: int
    """JPEG quality."""
    sharpen: float = 0.0
    tilt: float = 0.0
    """Greatest perspective tilt, degrees."""


DEVICES: dict[str, Device] = {
    d.name: d
    for d in (
        Device(
            "flatbed-200",
            "flatbed",
            200,
            0.55,
            (1.0, 1.2),
            ((0.98, 0.02, 0), (0.01, 0.98, 0.01), (0, 0.03, 0.96)),
            1.02,
            82,
            0.3,
        ),
        Device(
            "flatbed-300",
            "flatbed",
            300,
            0.65,
            (0.9, 1.3),
            ((1.0, 0, 0), (0.01, 0.99, 0), (0, 0.02, 0.98)),
            1.0,
            90,
            0.35,
        ),
        Device(
            "flatbed-400",
            "flatbed",
            400,
            0.85,
            (1.3, 1.5),
            ((0.96, 0.04, 0), (0.02, 0.97, 0.01), (0, 0, 1.0)),
            0.96,
            88,
        ),
        Device(
            "flatbed-600",
            "flatbed",
            600,
            1.15,
            (1.5, 1.8),
            ((0.99, 0.01, 0), (0, 1.0, 0), (0.01, 0.01, 0.97)),
            1.0,
            92,
            0.2,
        ),
        Device(
            "phone-a",
            "camera",
            330,
            1.0,
            (1.4, 2.6),
            ((1.03, -0.02, 0), (0, 1.0, 0), (-0.01, -0.02, 1.0)),
            0.94,
            86,
            0.9,
            9.0,
        ),
        Device(
            "phone-b",
            "camera",
            270,
            1.2,
            (2.2, 3.4),
            ((1.0, 0.03, -0.02), (0.01, 0.97, 0.02), (0, 0.05, 0.92)),
            1.05,
            78,
            0.6,
            14.0,
        ),
        Device(
            "document-camera",
            "camera",
            240,
            0.9,
            (1.8, 2.0),
            ((0.97, 0.02, 0), (0.02, 0.97, 0), (0.02, 0.02, 0.93)),
            1.0,
            84,
            0.4,
            3.0,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a face's middle lies (millimetres on the page) and how it is turned (degrees, clockwise)."""

    x: float
    y: float
    turn: float


@dataclass(frozen=True, slots=True, eq=False)
class Capture:
    picture: Pixels
    device: Device
    homographies: tuple[Homography, ...]
    """Of each face in the order given: millimetres on the face to pixels of the picture."""

    def locate(self, face: int, rect: Rect) -> tuple[int, int, int, int]:
        """The upright box (x, y, w, h) in pixels around a rectangle on a face."""
        corners = np.array([[rect.x, rect.y], [rect.right, rect.y], [rect.right, rect.bottom], [rect.x, rect.bottom]])
        xy = np.column_stack([corners, np.ones(4)]) @ self.homographies[face].T
        xy = xy[:, :2] / xy[:, 2:]
        low, high = np.floor(xy.min(axis=0)), np.ceil(xy.max(axis=0))
        return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])


def _lay(face: SpecimenFace, pose: Pose) -> Homography:
    """Millimetres on the face to millimetres on the page."""
    w, h = (n / face.ppi * 25.4 for n in face.pixels.shape[1::-1])
    a = np.deg2rad(pose.turn)
    c, s = np.cos(a), np.sin(a)
    return np.array(
        [[c, -s, pose.x - c * w / 2 + s * h / 2], [s, c, pose.y - s * w / 2 - c * h / 2], [0, 0, 1]], dtype=np.float64
    )


def _rounded(shape: tuple[int, int], radius: int) -> npt.NDArray[np.uint8]:
    """A face's outline: corners are rounded (3.18 mm on books and cards)."""
    mask = np.zeros(shape, dtype=np.uint8)
    cv2.rectangle(mask, (radius, 0), (shape[1] - 1 - radius, shape[0] - 1), 255, -1)
    cv2.rectangle(mask, (0, radius), (shape[1] - 1, shape[0] - 1 - radius), 255, -1)
    for x in (radius, shape[1] - 1 - radius):
        for y in (radius, shape[0] - 1 - radius):
            cv2.circle(mask, (x, y), radius, 255, -1, cv2.LINE_AA)
    return mask


def _place(table: npt.NDArray[np.float32], face: SpecimenFace, to_picture: Homography, shadow: float) -> None:
    """Warp the face onto the table, with its shadow."""
    scale = np.sqrt(abs(np.linalg.det(to_picture[:2, :2]))) * 25.4 / face.ppi
    pixels = face.pixels
    if scale < 0.75:
        # Light falls on the whole of a pixel: average before sampling coarsely.
        size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    sx, sy = pixels.shape[1] / face.pixels.shape[1], pixels.shape[0] / face.pixels.shape[0]
    per_mm = np.diag([face.ppi / 25.4 * sx, face.ppi / 25.4 * sy, 1.0])
    centre = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    warp = np.linalg.inv(centre) @ to_picture @ np.linalg.inv(per_mm) @ centre
    outline = np.array(
        [[0, 0], [pixels.shape[1], 0], list(pixels.shape[1::-1]), [0, pixels.shape[0]]], dtype=np.float64
    )
    edge = cv2.perspectiveTransform(outline[None], warp)[0]
    margin = 24
    x0, y0 = (max(0, int(v) - margin) for v in edge.min(axis=0))
    x1 = min(table.shape[1], int(edge[:, 0].max()) + margin)
    y1 = min(table.shape[0], int(edge[:, 1].max()) + margin)
    move = np.array([[1, 0, -x0], [0, 1, -y0], [0, 0, 1.0]]) @ warp
    size = (x1 - x0, y1 - y0)
    mask = _rounded(pixels.shape[:2], round(3.18 * per_mm[0, 0]))
    laid = cv2.warpPerspective(pixels, move, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.warpPerspective(mask, move, size, flags=cv2.INTER_LINEAR).astype(np.float32) / 255
    part = table[y0:y1, x0:x1]
    # The shadow is soft: a quarter of the resolution is enough for it.
    small = cv2.resize(np.roll(alpha, (3, 4), (0, 1)), None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    dark = cv2.resize(cv2.GaussianBlur(small, (0, 0), 5.0 / 4), size)
    # The ground's weight is what the face leaves, less what the shadow takes.
    left = 1 - alpha
    blended = cv2.blendLinear(laid.astype(np.float32), part, alpha, left)
    left *= dark
    left *= shadow
    for top in range(0, len(part), BAND):
        band = slice(top, top + BAND)
        np.subtract(blended[band], part[band] * left[band, :, None], out=part[band])


def _lid(shape: tuple[int, int], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """A scanner's lid: nearly white, or dark grey."""
    tone = rng.uniform(236, 250) if rng.random() < 0.75 else rng.uniform(40, 90)
    colour = (tone + rng.normal(0, 1.5, 3)).astype(np.float32)
    rows = colour * (1 - 0.02 * np.linspace(0, 1, shape[0], dtype=np.float32)[:, None, None])
    return np.repeat(rows, shape[1], axis=1)


def _table(shape: tuple[int, int], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Wood, cloth or laminate by seed."""
    h, w = shape
    tone = np.array([(150, 110, 75), (92, 96, 102), (58, 66, 82), (186, 170, 150), (70, 92, 74)][int(rng.integers(5))])
    coarse = rng.normal(0, 1, (h // 90 + 3, w // 700 + 3)).astype(np.float32)
    fine = rng.normal(0, 1, (h // 3 + 1, w // 60 + 2)).astype(np.float32)
    grain = 9 * cv2.resize(coarse, (w, h), interpolation=cv2.INTER_CUBIC) + 4 * cv2.resize(fine, (w, h))
    return (tone.astype(np.float32) + grain[..., None] * np.array([1.0, 0.95, 0.85], dtype=np.float32)).astype(
        np.float32
    )


def _camera(
    device: Device, size_mm: tuple[float, float], rng: np.random.Generator
) -> tuple[Homography, tuple[int, int]]:
    """A pinhole that looks down on the table, a little from the side: (millimetres to pixels, shape of the picture)."""
    w, h = size_mm
    ax, ay = np.deg2rad(rng.uniform(-device.tilt, device.tilt, 2))
    turn = np.deg2rad(rng.uniform(-4, 4))
    distance = 3.2 * max(w, h)
    rx = np.array([[1, 0, 0], [0, np.cos(ax), -np.sin(ax)], [0, np.sin(ax), np.cos(ax)]])
    ry = np.array([[np.cos(ay), 0, np.sin(ay)], [0, 1, 0], [-np.sin(ay), 0, np.cos(ay)]])
    rz = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    pose = rz @ ry @ rx
    pinhole = np.column_stack([pose[:, 0], pose[:, 1], [0, 0, distance]])
    scale = device.ppi / 25.4
    lens = np.diag([scale * distance, scale * distance, 1.0])
    shape = (round(h * scale), round(w * scale))
    centre = np.array([[1, 0, shape[1] / 2], [0, 1, shape[0] / 2], [0, 0, 1]])
    return centre @ lens @ pinhole @ np.array([[1, 0, -w / 2], [0, 1, -h / 2], [0, 0, 1]]), shape


def _light(picture: npt.NDArray[np.float32], rng: np.random.Generator, glare: float) -> None:
    """A lamp from one side, and a bright patch where the surface mirrors it."""
    down, across = (np.arange(n, dtype=np.float32) / n - 0.5 for n in picture.shape[:2])
    a, strength = rng.uniform(0, 2 * np.pi), rng.uniform(0.06, 0.2)
    colour = rng.normal(1.0, 0.012, 3).astype(np.float32)
    if glare > 0:
        cx, cy = rng.uniform(-0.35, 0.35, 2)
        wide, high = rng.uniform(0.05, 0.12), rng.uniform(0.04, 0.1)
    x = across[None, :]
    for top in range(0, len(picture), BAND):
        y, part = down[top : top + BAND, None], picture[top : top + BAND]
        lamp = 1.0 + strength * (np.cos(a) * x + np.sin(a) * y) - 0.16 * (x * x + y * y)
        part *= lamp[..., None] * colour
        if glare > 0:
            spot = np.exp(-(((x - cx) / wide) ** 2) - ((y - cy) / high) ** 2)
            part += (255 * glare * spot)[..., None]


def _sense(picture: npt.NDArray[np.float32], device: Device, rng: np.random.Generator) -> Pixels:
    """Blur, colours, noise, sharpening and rounding of one device."""
    seen = cv2.GaussianBlur(picture, (0, 0), device.psf)
    levels = cv2.add(cv2.transform(seen, np.array(device.colour, dtype=np.float32)), 0, dtype=cv2.CV_8U)
    read, shot = device.noise
    tones = 255 * np.power(np.arange(256, dtype=np.float32) / 255, device.gamma)
    sigmas = np.sqrt(read**2 + shot**2 * tones / 255).astype(np.float32)
    cv2.setRNGSeed(int(rng.integers(2**31)))
    noise = cv2.randn(np.empty_like(seen), 0, 1)
    np.multiply(noise, cv2.LUT(levels, sigmas), out=noise)
    np.add(noise, cv2.LUT(levels, tones.astype(np.float32)), out=seen)
    if device.sharpen:
        seen = cv2.addWeighted(seen, 1 + device.sharpen, cv2.GaussianBlur(seen, (0, 0), 1.2), -device.sharpen, 0)
    return np.asarray(cv2.add(seen, 0, dtype=cv2.CV_8U), dtype=np.uint8)


def capture(
    faces: Sequence[SpecimenFace],
    device: Device,
    seed: int,
    *,
    poses: Sequence[Pose] | None = None,
    page: tuple[float, float] | None = None,
    glare: float = 0.0,
) -> Capture:
    """Take a picture of `faces` lying on a page of `page` millimetres; by default one under the other, a little askew,
    with a border around them."""
    rng = np.random.default_rng([seed, 0xCA97])
    if poses is None:
        poses, needed = stacked(faces, rng)
        page = page or needed
    assert page is not None  # noqa: S101
    if device.kind == "flatbed":
        scale = device.ppi / 25.4
        shape = (round(page[1] * scale), round(page[0] * scale))
        view = np.diag([scale, scale, 1.0])
        table = _lid(shape, rng)
    else:
        view, shape = _camera(device, page, rng)
        table = _table(shape, rng)
    homographies = []
    for face, pose in zip(faces, poses, strict=True):
        homographies.append(view @ _lay(face, pose))
        _place(table, face, homographies[-1], 0.28 if device.kind == "flatbed" else 0.4)
    if device.kind == "camera":
        _light(table, rng, glare)
    return Capture(_sense(table, device, rng), device, tuple(homographies))


def stacked(
    faces: Sequence[SpecimenFace], rng: np.random.Generator, turn: float = 2.0
) -> tuple[tuple[Pose, ...], tuple[float, float]]:
    """Poses one under the other with a border, and the page that takes them."""
    sizes = [tuple(n / f.ppi * 25.4 for n in f.pixels.shape[1::-1]) for f in faces]
    width = max(w for w, _ in sizes) + 18
    poses, y = [], 4.0
    for _, h in sizes:
        dx, dy = rng.uniform(-2.5, 2.5, 2)
        poses.append(Pose(width / 2 + dx, y + h / 2 + 3.5 + dy * 0.6, float(rng.uniform(-turn, turn))))
        y += h + 7
    return tuple(poses), (width, y + 4)


def scattered(faces: Sequence[SpecimenFace], page: tuple[float, float], rng: np.random.Generator) -> tuple[Pose, ...]:
    """Poses all over the page, any way up, none on another. ValueError where no such arrangement was found."""
    sizes = [tuple(n / f.ppi * 25.4 for n in f.pixels.shape[1::-1]) for f in faces]
    for _ in range(300):
        poses = _thrown(sizes, page, rng)
        if poses:
            return poses
    raise ValueError(f"{len(faces)} faces do not fit on a page of {page[0]:.0f} x {page[1]:.0f} mm")


def _thrown(
    sizes: Sequence[tuple[float, ...]], page: tuple[float, float], rng: np.random.Generator
) -> tuple[Pose, ...]:
    """One attempt to lay them one after the other; empty where one found no room."""
    placed: list[tuple[Pose, float, float]] = []
    for w, h in sizes:
        for _ in range(60):
            turn = float(rng.choice([0.0, 90.0, 180.0, 270.0]) + rng.uniform(-4, 4))
            c, s = abs(np.cos(np.deg2rad(turn))), abs(np.sin(np.deg2rad(turn)))
            half_w, half_h = (w * c + h * s) / 2 + 1.5, (w * s + h * c) / 2 + 1.5
            if 2 * half_w > page[0] or 2 * half_h > page[1]:
                continue
            x, y = rng.uniform(half_w, page[0] - half_w), rng.uniform(half_h, page[1] - half_h)
            if all(abs(x - p.x) > half_w + pw or abs(y - p.y) > half_h + ph for p, pw, ph in placed):
                placed.append((Pose(float(x), float(y), turn), half_w, half_h))
                break
        else:
            return ()
    return tuple(pose for pose, _, _ in placed)


def encode(taken: Capture, suffix: str = ".jpg") -> bytes:
    """The file that the device writes at its quality: JPEG, TIFF and PDF with JPEG inside, or PNG."""
    image, out = Image.fromarray(taken.picture), BytesIO()
    ppi = round(taken.device.ppi)
    dpi = (ppi, ppi) if taken.device.kind == "flatbed" else (72, 72)
    if suffix == ".jpg":
        image.save(out, "JPEG", quality=taken.device.quality, optimize=True, dpi=dpi)
    elif suffix == ".tif":
        image.save(out, "TIFF", compression="jpeg", quality=taken.device.quality, dpi=dpi)
    elif suffix == ".pdf":
        image.save(out, "PDF", resolution=float(ppi), quality=taken.device.quality)
    else:
        image.save(out, "PNG", dpi=dpi)
    return out.getvalue()


def save(taken: Capture, path: Path) -> None:
    path.write_bytes(encode(taken, path.suffix))
