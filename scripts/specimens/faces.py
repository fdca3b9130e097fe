"""Drawn faces: a head as a height field, lit from the front, with painted eyes, mouth, hair and clothes.

Nobody real is shown: every proportion and colour is drawn by seed. Lengths are in half face widths around the middle of
the face (u to the right, v down).
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from .visage import Visage, rgb

Field = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]

HEIGHT, WIDTH = 540, 420
"""Pixels of a drawn portrait: 45 x 35 mm."""
_NOTHING = 1e-9
"""Share of a colour that changes no pixel."""


def _step(x: Field, soft: float) -> Field:
    """1 where x is below 0, 0 above, soft in between."""
    t = np.clip(0.5 - x / (2 * soft), 0, 1)
    return t * t * (3 - 2 * t)


def _bump(u: Field, v: Field, at: tuple[float, float], size: tuple[float, float]) -> Field:
    return np.exp(-(((u - at[0]) / size[0]) ** 2) - ((v - at[1]) / size[1]) ** 2)


@lru_cache(maxsize=4)
def _noise(kind: int) -> Field:
    return np.random.default_rng([kind, 77]).normal(size=(512, 512)).astype(np.float32)


def _strands(angle: Field, along: Field, rng: np.random.Generator, curl: float) -> Field:
    """Noise drawn out along the hair: fine across `angle`, slow `along` it."""
    shift = rng.uniform(0, 512, size=4)
    wave = curl * 14 * np.sin(along * (9 + 5 * curl) + 6 * np.sin(angle * 3))
    fine = _look_up(angle * 90 + shift[0] + wave, along * 7 + shift[1])
    broad = _look_up(angle * 24 + shift[2] + wave * 0.4, along * 4 + shift[3])
    return 0.55 * fine + 0.75 * broad


@lru_cache(maxsize=1)
def _hairs() -> Field:
    texture = cv2.GaussianBlur(_noise(0), (0, 0), 0.8)
    return texture / texture.std()


@lru_cache(maxsize=1)
def _pores() -> Field:
    pores = cv2.GaussianBlur(cv2.resize(_noise(1), (WIDTH, HEIGHT)), (0, 0), 1.2)
    return 0.012 * pores / pores.std()


def _look_up(x: Field, y: Field) -> Field:
    return cv2.remap(
        _hairs(),
        (x % 511).astype(np.float32),
        (y % 511).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_WRAP,
    )


def _mix(picture: Field, colour: Field, mask: Field) -> None:
    """Only where the mask is not nothing, which is seldom everywhere."""
    rows, columns = np.flatnonzero(mask.max(axis=1) > _NOTHING), np.flatnonzero(mask.max(axis=0) > _NOTHING)
    if len(rows):
        at = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        picture[at] += (np.broadcast_to(colour, picture.shape)[at] - picture[at]) * mask[at][..., None]


def _window(u: Field, v: Field, left: float, top: float, right: float, bottom: float) -> tuple[slice, slice]:
    """Rows and columns where (u, v) may lie in the box: painting small things there alone is quicker."""
    rows, columns = (
        np.flatnonzero(((v > top) & (v < bottom)).any(axis=1)),
        np.flatnonzero(((u > left) & (u < right)).any(axis=0)),
    )
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _half_width(face: Visage, v: Field) -> Field:
    """Half width of the head at height v: round skull, cheekbones, jaw, chin."""
    skull = np.sqrt(np.clip(1 - ((v + 0.22) / 1.10) ** 2, 0, 1))
    lower = np.clip((v + 0.05) / (face.chin + 0.05), 0, 1)
    jaw = (1 - lower**2.1 * (1 - face.jaw)) * np.power(np.clip(1 - lower**3.6, 0, 1), 0.5)
    return np.where(v < 0.0, skull * 1.005, jaw * (1 + face.cheeks * 0.4 * np.sin(np.pi * lower))).astype(np.float32)


def _head_relief(face: Visage, u: Field, v: Field, width: Field) -> Field:
    across = np.clip(u / np.maximum(width, 1e-3), -1, 1)
    z = np.power(np.clip(1 - across**2, 0, 1), 0.42) * (0.92 - 0.12 * (v / 1.3) ** 2)
    tip = face.nose_length - 0.02
    ridge = np.clip((v + 0.25) / (tip + 0.25), 0, 1)
    z += (
        0.30
        * ridge**1.3
        * np.exp(-((u / (face.nose_width * (0.45 + 0.35 * ridge))) ** 2))
        * _step(v - tip - 0.03, 0.07)
    )
    for side in (-1.0, 1.0):
        z += 0.10 * _bump(u, v, (side * face.nose_width * 0.88, tip - 0.01), (0.075, 0.075))
        z -= 0.13 * _bump(u, v, (side * face.eye_gap, -0.10), (0.25, 0.13))
        z += 0.07 * _bump(u, v, (side * face.eye_gap, -0.055), (0.17, 0.08))
        z += 0.05 * _bump(u, v, (side * 0.42, face.brow_height + 0.02), (0.3, 0.07))
        z += (0.06 + face.cheeks) * _bump(u, v, (side * 0.58, 0.26), (0.26, 0.2))
        z -= 0.05 * face.age * _bump(u, v, (side * 0.36, 0.12), (0.16, 0.04))
    z += 0.085 * _bump(u, v, (0, 0.70), (face.mouth_width * 0.95, 0.15))
    z -= 0.04 * _bump(u, v, (0, 0.90), (0.25, 0.05))
    z += 0.09 * _bump(u, v, (0, face.chin - 0.17), (0.24, 0.14))
    return z.astype(np.float32)


def _shade(z: Field, scale: float, light: float) -> Field:
    """Diffuse and ambient light on a relief; 1 is evenly lit."""
    smooth = cv2.GaussianBlur(z, (0, 0), 0.022 * scale)
    dy, dx = np.gradient(smooth * scale)
    length = np.sqrt(dx * dx + dy * dy + 1.0)
    sun = np.array([light, -0.45, 0.9], dtype=np.float32)
    sun /= np.linalg.norm(sun)
    diffuse = np.clip((-dx * sun[0] - dy * sun[1] + sun[2]) / length, 0, 1)
    hollow = cv2.GaussianBlur(smooth, (0, 0), 0.10 * scale) - smooth
    return (0.42 + 0.66 * diffuse - 0.9 * np.clip(hollow, -0.05, 0.2)).astype(np.float32)


def _paint_eye(picture: Field, face: Visage, u: Field, v: Field, side: float) -> None:
    x = (u - side * face.eye_gap) * side
    y = v + 0.06 + face.eye_tilt * x
    w, h = face.eye_width, face.eye_open
    arch = np.clip(1 - (x / w) ** 2, 0, 1)
    upper, lower = -h * 1.05 * np.power(arch, 0.72), h * 0.62 * np.power(arch, 0.85)
    inside = _step(np.maximum(upper - y, y - lower), 0.012) * (np.abs(x) < w)
    gaze = np.hypot(x + 0.012 * side, y + h * 0.14)
    radius = min(0.098, h * 1.22)
    white = np.array([236, 230, 224], dtype=np.float32) * (0.74 + 0.26 * np.clip(1 - np.abs(x / w), 0, 1))[..., None]
    white = white * (0.78 + 0.22 * np.clip((y - upper) / (h * 0.9), 0, 1))[..., None]
    _mix(picture, white, inside)
    iris = _step(gaze - radius, 0.012) * inside
    _mix(picture, face.iris * (0.75 + 0.6 * np.clip(gaze / radius, 0, 1) * (y > -0.02))[..., None], iris)
    _mix(picture, face.iris * 0.35, np.exp(-(((gaze - radius) / 0.014) ** 2)) * inside)
    _mix(picture, rgb("0b0807"), _step(gaze - radius * 0.45, 0.012) * inside)
    spark = np.hypot(x * side - 0.03 * np.sign(face.light), y + h * 0.42)
    _mix(picture, rgb("ffffff"), 0.9 * _step(spark - 0.017, 0.012) * inside)
    lash = np.exp(-(((y - upper) / 0.017) ** 2)) * (np.abs(x) < w * 1.03)
    _mix(picture, face.hair * 0.25, 0.8 * lash)
    _mix(picture, face.skin * 0.55, 0.45 * np.exp(-(((y - lower) / 0.012) ** 2)) * (np.abs(x) < w * 0.95))
    crease = -h * 1.05 * np.power(np.clip(1 - (x / (w * 1.12)) ** 2, 0, 1), 0.6) - 0.045
    _mix(picture, face.skin * 0.5, 0.42 * np.exp(-(((y - crease) / 0.014) ** 2)) * (np.abs(x) < w * 1.08))
    _mix(picture, rgb("c98a7c"), 0.5 * _bump(x, y, (-w * 0.93, 0.012), (0.022, 0.016)))


def _paint_brow(picture: Field, face: Visage, u: Field, v: Field, side: float, rng: np.random.Generator) -> None:
    x = (u - side * face.eye_gap) * side
    t = np.clip((x + 0.26) / 0.54, 0, 1)
    middle = face.brow_height + 0.035 - 0.075 * np.sin(t * 2.2) + 0.03 * t
    thick = face.brow_weight * (1.0 - 0.75 * t) + 0.006
    hairs = np.clip(0.75 + 0.4 * _look_up((x + 0.6 * v) * 260 + rng.uniform(0, 500), v * 60), 0, 1.15)
    mask = _step(np.abs(v - middle) - thick, 0.03) * _step(-(x + 0.25), 0.05) * _step(x - 0.3, 0.06)
    _mix(picture, face.hair * 0.62 + face.skin * 0.06, np.clip(0.9 * mask * hairs, 0, 1))


def _paint_mouth(picture: Field, face: Visage, u: Field, v: Field) -> None:
    x, y = u, v - 0.70 + face.mouth_curve * (u / face.mouth_width) ** 2
    w = face.mouth_width
    arch = np.clip(1 - (x / w) ** 2, 0, 1)
    bow = 1 - 0.35 * np.exp(-((x / 0.05) ** 2)) + 0.12 * np.exp(-(((np.abs(x) - 0.09) / 0.06) ** 2))
    top, bottom = -face.upper_lip * np.power(arch, 0.7) * bow, face.lower_lip * np.power(arch, 0.62)
    red = face.skin * np.array([0.86, 0.60, 0.58], dtype=np.float32)
    _mix(picture, red * 0.88, 0.85 * _step(np.maximum(top - y, y), 0.018) * (np.abs(x) < w))
    lower = _step(np.maximum(-y, y - bottom), 0.022) * (np.abs(x) < w)
    _mix(picture, red * (1.08 - 0.16 * (y / face.lower_lip) ** 2)[..., None], 0.85 * lower)
    _mix(picture, rgb("fff0ea"), 0.16 * _bump(x, y, (0.04, face.lower_lip * 0.45), (0.11, 0.018)))
    line = np.exp(-(((y - 0.006 * np.cos(x * 14)) / 0.013) ** 2)) * _step(np.abs(x) - w * 1.0, 0.03)
    _mix(picture, face.skin * 0.26, 0.85 * line)
    _mix(picture, face.skin * 0.45, 0.4 * _bump(x, y, (0, bottom.max() + 0.045), (0.16, 0.025)))
    for side in (-1.0, 1.0):
        _mix(picture, face.skin * 0.4, 0.5 * _bump(x, y, (side * w * 1.02, 0.004), (0.03, 0.025)))


def _paint_nose(picture: Field, face: Visage, u: Field, v: Field) -> None:
    for side in (-1.0, 1.0):
        nostril = _bump(u, v, (side * face.nose_width * 0.52, face.nose_length + 0.035), (0.055, 0.026))
        _mix(picture, face.skin * 0.22, np.clip(0.85 * nostril, 0, 1))
        wing = np.hypot((u - side * face.nose_width * 0.92) / 0.085, (v - face.nose_length + 0.01) / 0.10)
        crease = np.exp(-(((wing - 1) / 0.2) ** 2)) * (u * side > face.nose_width * 0.9)
        _mix(picture, face.skin * 0.5, 0.32 * crease)
    _mix(picture, face.skin * 0.5, 0.4 * _bump(u, v, (0, face.nose_length + 0.055), (face.nose_width * 0.9, 0.03)))


def _paint_age(picture: Field, face: Visage, u: Field, v: Field) -> None:
    for side in (-1.0, 1.0):
        x = u * side
        fold = face.nose_width * 1.05 + 0.03 + (v - 0.36) * 0.42
        band = _step(-(v - 0.36), 0.05) * _step(v - 0.66, 0.1)
        _mix(picture, face.skin * 0.55, (0.12 + 0.34 * face.age) * np.exp(-(((x - fold) / 0.028) ** 2)) * band)
        bag = 0.07 + 0.10 * np.clip(1 - ((x - face.eye_gap) / 0.24) ** 2, 0, 1)
        _mix(
            picture,
            face.skin * 0.55,
            (0.1 + 0.3 * face.age) * np.exp(-(((v - bag) / 0.022) ** 2)) * _step(np.abs(x - face.eye_gap) - 0.18, 0.07),
        )
    for k in range(3):
        line = np.exp(-(((v - (-0.58 - 0.1 * k) - 0.02 * np.cos(u * 4 + k)) / 0.014) ** 2)) * _step(
            np.abs(u) - 0.42, 0.2
        )
        _mix(picture, face.skin * 0.55, 0.3 * max(0.0, face.age - 0.3) * line)


def _paint_beard(picture: Field, face: Visage, u: Field, v: Field, width: Field, rng: np.random.Generator) -> None:
    hairs = np.clip(0.8 + 0.35 * _look_up(u * 190 + rng.uniform(0, 500), v * 70), 0, 1.2)
    edge = np.abs(u) - (width - 0.02)
    jaw = _step(0.36 + 0.28 * np.cos(u * 2.6) - v, 0.12) * _step(edge, 0.05)
    lips = 1 - _step(np.hypot(u / (face.mouth_width * 1.02), (v - 0.71) / 0.115) - 1, 0.15)
    lip = _step(np.abs(v - 0.555) - 0.05, 0.04) * _step(np.abs(u) - 0.34, 0.08)
    if face.beard:
        _mix(
            picture,
            face.hair * 0.75,
            np.clip(jaw * lips * hairs * (0.30 if face.beard < 0.5 else face.beard * 0.9), 0, 1),
        )
    if face.beard >= 0.8 or face.moustache:
        _mix(picture, face.hair * 0.7, np.clip(lip * hairs * 0.9, 0, 1))


def _paint_glasses(picture: Field, face: Visage, u: Field, v: Field) -> None:
    power = 2.2 if face.glasses == "round" else 4.5
    for side in (-1.0, 1.0):
        x, y = np.abs(u - side * face.eye_gap) / 0.32, np.abs(v + 0.03) / 0.235
        rim = np.power(x**power + y**power, 1 / power)
        _mix(picture, rgb("1d1a1c"), 0.9 * np.exp(-(((rim - 1) / 0.055) ** 4)))
        arm = _step(np.abs(v + 0.09) - 0.016, 0.015) * (u * side > face.eye_gap + 0.31) * (np.abs(u) < 1.02)
        _mix(picture, rgb("1d1a1c"), 0.9 * arm)
    bridge = np.exp(-(((v + 0.09 - 0.04 * np.cos(u * 9)) / 0.02) ** 2)) * (np.abs(u) < face.eye_gap - 0.29)
    _mix(picture, rgb("1d1a1c"), 0.9 * bridge)


def _hair_masks(face: Visage, u: Field, v: Field) -> tuple[Field, Field]:
    """(behind the head, over the forehead)"""
    top = np.hypot(u / (1.03 + face.volume * 0.75), (v + 0.25) / (1.10 + face.volume)) - 1
    crown = _step(top, 0.03) * _step(v - 0.05, 0.15)
    line = face.hairline + 0.42 * (u - face.parting * 0.3) ** 2 + 0.10 * np.abs(u - face.parting)
    sides = _step(0.93 - np.abs(u) + 0.16 * np.clip(v + 0.5, -0.5, 1.0), 0.05) * _step(v - 0.08, 0.12)
    front = crown * np.clip(_step(v - line, 0.05) + sides, 0, 1)
    if face.bald:
        front = crown * sides * 0.55 * _step(-v - 0.42, 0.2)
        return np.zeros_like(front), front
    if face.hair_length > 0:
        bulge = 1.06 + face.volume * 0.8 + 0.10 * np.sin(v * 2.0 + face.curl)
        behind = _step(np.abs(u) - bulge, 0.05) * _step(v - face.hair_length, 0.16) * _step(-v - 0.35, 0.1)
        strands = _step(0.90 - np.abs(u) + 0.04 * np.sin(v * 5), 0.05) * _step(v - face.hair_length * 0.9, 0.2)
        over = strands * _step(np.abs(u) - bulge, 0.05) * _step(-v - 0.6, 0.15)
        return np.clip(behind + crown, 0, 1), np.clip(front + over, 0, 1)
    return crown, front


def _hair_colour(face: Visage, u: Field, v: Field, rng: np.random.Generator) -> Field:
    angle = np.arctan2(u - face.parting * 0.5, -(v + 1.45) * 0.6 - 0.55).astype(np.float32)
    along = np.hypot(u - face.parting * 0.5, v + 1.3).astype(np.float32)
    strands = _strands(angle, along, rng, face.curl)
    shine = np.exp(-(((along - 0.55 - 0.1 * np.cos(angle * 3)) / 0.2) ** 2))
    tone = 0.82 + 0.17 * strands + 0.35 * shine * np.clip(0.5 + 0.3 * strands, 0, 1)
    tone = tone * (0.72 + 0.28 * np.clip(1 - (np.abs(u) - 0.5), 0, 1))
    return face.hair * np.clip(tone, 0.35, 1.6)[..., None] + 8


def _paint_body(picture: Field, face: Visage, u: Field, v: Field, scale: float, rng: np.random.Generator) -> None:
    throat = 0.60 + 0.05 * (face.jaw - 0.78) / 0.05 * 0.3
    neck_width = throat + 0.10 * np.clip(v - 1.25, 0, 1) ** 2
    neck = _step(np.abs(u) - neck_width, 0.04) * _step(0.6 - v, 0.05)
    shadow = 0.60 + 0.4 * np.clip((v - face.chin + 0.05) / 0.55, 0, 1)
    round_neck = 0.62 + 0.38 * np.sqrt(np.clip(1 - (u / (neck_width * 1.05)) ** 2, 0, 1))
    _mix(picture, face.skin * (shadow * round_neck * (1 + 0.12 * np.sign(face.light) * u))[..., None], neck)
    shoulder = 1.72 + 0.36 * np.clip(np.abs(u) - 0.45, 0, 3) ** 0.8
    fold = 0.035 * np.sin(u * 7 + v * 5 + face.seed % 7) + 0.05 * np.clip(1.2 - np.abs(u), -1, 1)
    weave = 0.025 * cv2.resize(_noise(2), picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    cloth = face.clothes * (0.86 + fold + weave + 0.10 * np.sign(face.light) * u)[..., None]
    opening = {
        "shirt": 1.66 + 0.55 * np.clip(0.42 - np.abs(u), 0, 1),
        "round": 1.56 + 0.42 * np.sqrt(np.clip(1 - (u / 0.72) ** 2, 0, 1)),
        "v": 1.52 + 1.0 * np.clip(0.62 - np.abs(u), 0, 1),
    }[face.collar]
    cloth_mask = _step(np.maximum(shoulder - 0.30 * _step(np.abs(u) - 0.75, 0.2), opening) - v, 0.025)
    _mix(picture, cloth, cloth_mask)
    _mix(picture, face.clothes * 0.45, 0.6 * cloth_mask * np.exp(-(((v - opening) / 0.035) ** 2)) * (np.abs(u) < 0.8))
    if face.collar == "shirt":
        for side in (-1.0, 1.0):
            x = u * side
            wing = _step(np.maximum(np.maximum(x - 0.66, 0.05 - x), np.abs(v - 1.86 + 0.42 * x) - 0.13), 0.02)
            _mix(picture, np.minimum(face.clothes * 1.25 + 26, 250), wing)
            _mix(picture, face.clothes * 0.5, 0.5 * wing * np.exp(-(((v - 1.99 + 0.42 * x) / 0.02) ** 2)))


def _paint_ears(picture: Field, face: Visage, u: Field, v: Field) -> None:
    wide, high = 0.15 * face.ears, 0.31 * face.ears  # where it has faded out
    for side in (-1.0, 1.0):
        at = _window(u, v, side - wide, 0.08 - high, side + wide, 0.08 + high)
        x, y = (u[at] * side - 1.0) / (0.13 * face.ears), (v[at] - 0.08) / (0.27 * face.ears)
        ear = _step(np.hypot(x, y) - 1, 0.12)
        inner = 0.72 + 0.28 * np.clip(np.hypot(x + 0.3, y), 0, 1)
        _mix(picture[at], face.skin * (0.86 * inner)[..., None], ear)


def portrait(seed: int, sex: str, age: int) -> Pixels:
    """A face in front of a light wall: RGB, `HEIGHT` x `WIDTH`; the same for the same arguments."""
    face = Visage.invent(seed, sex, age)
    rng = np.random.default_rng([seed, 0xB0D1])
    scale = HEIGHT * 0.262  # crown to chin is 70-80 % of the height (Doc 9303-3, 3.9.1)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    u0, v0 = (x - WIDTH / 2) / (scale * 0.87), (y - HEIGHT * 0.455) / scale
    turn = np.deg2rad(face.tilt)
    u = (u0 * np.cos(turn) - v0 * np.sin(turn) + face.turn).astype(np.float32)
    v = (u0 * np.sin(turn) + v0 * np.cos(turn)).astype(np.float32)

    wall = np.array([226, 229, 231], dtype=np.float32) - rng.uniform(0, 10, 3)
    picture = np.broadcast_to(wall, (HEIGHT, WIDTH, 3)).astype(np.float32)
    picture = picture * (1 - 0.05 * np.hypot(u0, v0 * 0.7))[..., None]

    behind, over = _hair_masks(face, u, v)
    hair = _hair_colour(face, u, v, rng)
    if face.hair_length > 0:
        _mix(picture, hair * 0.72, behind)
    _paint_body(picture, face, u0, v0, scale, rng)
    if face.hair_length == 0:
        _mix(picture, hair * 0.8, behind)
    _paint_ears(picture, face, u, v)

    width = _half_width(face, v)
    head = _step(np.maximum(np.abs(u) - width, v - face.chin), 0.02) * (width > 0)
    shade = _shade(_head_relief(face, u, v, width), scale, face.light)
    skin = np.broadcast_to(face.skin, picture.shape).astype(np.float32)
    for at, size, amount in (
        ((-0.6, 0.3), (0.26, 0.2), 0.30),
        ((0.6, 0.3), (0.26, 0.2), 0.30),
        ((0, 0.34), (0.2, 0.12), 0.25),
    ):
        skin = skin - (amount * _bump(u, v, at, size))[..., None] * np.array([4, 34, 30], dtype=np.float32)
    lit = skin * (shade + _pores())[..., None]
    gloss = _bump(u, v, (0.03, face.nose_length - 0.08), (0.06, 0.06)) + 0.6 * _bump(u, v, (0.1, -0.62), (0.35, 0.18))
    lit = lit + (20 * gloss)[..., None]
    _mix(picture, lit, head)

    at = _window(u, v, -0.45, 0.1, 0.45, 0.7)
    _paint_nose(picture[at], face, u[at], v[at])
    at = _window(u, v, -0.7, 0.4, 0.7, 1.1)
    _paint_mouth(picture[at], face, u[at], v[at])
    at = _window(u, v, -1.2, -0.95, 1.2, 0.8)
    _paint_age(picture[at], face, u[at], v[at])
    if face.beard or face.moustache:
        _paint_beard(picture, face, u, v, width, rng)
    for side in (-1.0, 1.0):
        at = _window(u, v, min(0, side * 0.85), -0.7, max(0, side * 0.85), 0.25)
        _paint_eye(picture[at], face, u[at], v[at], side)
        _paint_brow(picture[at], face, u[at], v[at], side, rng)
    _mix(picture, face.skin * 0.35, 0.35 * np.clip(cv2.GaussianBlur(over, (0, 0), 9) - over, 0, 1) * head)
    _mix(picture, hair, np.clip(over, 0, 1))
    if face.glasses:
        _paint_glasses(picture, face, u, v)
    picture = cv2.GaussianBlur(picture, (0, 0), 0.8) + rng.normal(0, 1.6, (HEIGHT, WIDTH, 1)).astype(np.float32)
    return np.clip(picture, 0, 255).astype(np.uint8)
