"""What a forger's hand does to a scan on a computer: erase, write over, paste, copy - crude, careful or professional.

Everything works on the picture's own pixels and changes it in place. A place is a rectangle in millimetres with the
homography that carries it into the picture; the identity, scaled, serves for a picture that is no photograph.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from . import lettering, press
from .design import Rect
from .handiwork import Skill

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Homography = npt.NDArray[np.float64]

_FINE = 24.0
"""Pixels a millimetre at which text is set before it is laid into the picture."""
_BRIM = 12
"""Pixels around a place that are looked at: for colours and noise, and to blend into."""


def _corners(rect: Rect, to_picture: Homography) -> Floats:
    """(4, 2) pixels of the picture, clockwise from the top left."""
    box = np.array([[rect.x, rect.y], [rect.right, rect.y], [rect.right, rect.bottom], [rect.x, rect.bottom]])
    return cv2.perspectiveTransform(box[None], to_picture)[0].astype(np.float32)


def _window(picture: Pixels, corners: Floats) -> tuple[tuple[slice, slice], Floats]:
    """The rows and columns around a place, and the place's corners in that window."""
    x0, y0 = (max(0, int(v) - _BRIM) for v in corners.min(axis=0))
    x1, y1 = (int(np.ceil(v)) + _BRIM for v in corners.max(axis=0))
    return (slice(y0, min(y1, picture.shape[0])), slice(x0, min(x1, picture.shape[1]))), corners - np.array(
        [x0, y0], dtype=np.float32
    )


def _filled(shape: tuple[int, ...], corners: Floats) -> Pixels:
    mask = np.zeros(shape[:2], dtype=np.uint8)
    cv2.fillConvexPoly(mask, np.round(corners * 16).astype(np.int32), 255, cv2.LINE_8, 4)
    return mask


def _noise_of(part: Pixels) -> float:
    """Standard deviation of the noise in a window, by its diagonal second differences (Immerkaer 1996)."""
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY).astype(np.float32)
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
    return float(np.median(np.abs(cv2.filter2D(grey, -1, kernel)))) / (0.6745 * 6)


def erase(picture: Pixels, to_picture: Homography, rect: Rect, skill: Skill, rng: np.random.Generator) -> Rect:
    """Remove the print in `rect`: a flat patch, inpainting, or inpainting with noise like its surroundings'; the
    rectangle that was touched."""
    touched = rect.grown(0.2)
    at, corners = _window(picture, _corners(touched, to_picture))
    part, inside = picture[at], _filled(picture[at].shape, corners) > 0
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY).astype(np.float32)
    noise = _noise_of(part)
    if skill == "crude":
        part[inside] = np.median(part[inside & (grey >= np.percentile(grey[inside], 55))], axis=0)
        return touched
    dark = (grey < np.percentile(grey[inside], 70) - 22) & inside
    ink = cv2.dilate(dark.astype(np.uint8), np.ones((5, 5), dtype=np.uint8))
    method = cv2.INPAINT_TELEA if skill == "careful" else cv2.INPAINT_NS
    bgr = np.ascontiguousarray(part[..., ::-1])
    clean = cv2.inpaint(bgr, ink, 5, method)[..., ::-1].astype(np.float32)
    if skill == "professional":
        clean += noise * rng.standard_normal(clean.shape, dtype=np.float32)
    soft = cv2.GaussianBlur(ink * 255, (0, 0), 0.8)[..., None].astype(np.float32) / 255 * (ink > 0)[..., None]
    part[...] = np.clip(part + (clean - part) * soft + 0.5, 0, 255)
    return touched


def ink_colour(picture: Pixels, to_picture: Homography, rect: Rect) -> Floats:
    """The colour of the letters in `rect`, as an eye-dropper takes it."""
    at, corners = _window(picture, _corners(rect, to_picture))
    part = picture[at][_filled(picture[at].shape, corners) > 0].astype(np.float32)
    grey = part.mean(axis=1)
    return np.asarray(np.median(part[grey <= np.percentile(grey, 7)], axis=0), dtype=np.float32)


def write(
    picture: Pixels,
    to_picture: Homography,
    text: str,
    at: tuple[float, float],
    font: str,
    points: float,
    colour: Floats,
    skill: Skill,
    rng: np.random.Generator,
) -> Rect:
    """Set `text` with the left end of its baseline at `at` (millimetres); its box. Only a professional softens and
    grains it as the device would have."""
    mask, (ox, oy) = lettering.stamp(text, font, points / 72 * 25.4 * _FINE)
    per_mm = np.array([[1 / _FINE, 0, at[0] - ox / _FINE], [0, 1 / _FINE, at[1] - oy / _FINE], [0, 0, 1.0]])
    x, y, w, h = cv2.boundingRect(mask)
    box = Rect(at[0] + (x - ox) / _FINE, at[1] + (y - oy) / _FINE, w / _FINE, h / _FINE)
    window, corners = _window(picture, _corners(box, to_picture))
    part = picture[window]
    noise = _noise_of(part)
    move = np.array([[1, 0, -window[1].start], [0, 1, -window[0].start], [0, 0, 1.0]])
    scale = float(np.linalg.norm(corners[1] - corners[0])) / max(w, 1)
    fine = cv2.GaussianBlur(mask, (0, 0), max(0.3, 0.42 / scale))
    cover = cv2.warpPerspective(fine, move @ to_picture @ per_mm, part.shape[1::-1], flags=cv2.INTER_LINEAR)
    alpha = cover.astype(np.float32) / 255
    if skill == "professional":
        alpha = cv2.GaussianBlur(alpha, (0, 0), 0.7)
    changed = part + (colour - part) * alpha[..., None]
    if skill == "professional":
        changed += noise * rng.standard_normal(changed.shape, dtype=np.float32) * (alpha[..., None] > 0.02)
    part[...] = np.clip(changed + 0.5, 0, 255)
    return box


def paste(
    picture: Pixels, to_picture: Homography, rect: Rect, other: Pixels, skill: Skill, rng: np.random.Generator
) -> Rect:
    """Lay the picture `other` over `rect`: as it is, with its colours fitted and its edge blended, or with noise like
    its surroundings' as well; the rectangle that was touched."""
    if skill == "crude":
        rect = rect.moved(*rng.uniform(-0.5, 0.5, 2))
    at, corners = _window(picture, _corners(rect, to_picture))
    part = picture[at]
    other = press.cropped(other, (round(rect.h * 100), round(rect.w * 100)))
    h, w = other.shape[:2]
    frame = np.array([[0, 0], [w, 0], [w, h], [0, h]], dtype=np.float32)
    scale = float(np.linalg.norm(corners[1] - corners[0])) / w
    source = cv2.GaussianBlur(other, (0, 0), 0.5 / scale) if scale < 0.8 else other
    move = cv2.getPerspectiveTransform(frame, corners)
    laid = cv2.warpPerspective(source, move, part.shape[1::-1], flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    inside = _filled(part.shape, corners)
    new, alpha = laid.astype(np.float32), inside.astype(np.float32)[..., None] / 255
    if skill != "crude":
        old, put = part[inside > 0].astype(np.float32), new[inside > 0]
        new = (new - put.mean(axis=0)) * (old.std(axis=0) / np.maximum(put.std(axis=0), 1)) + old.mean(axis=0)
        alpha = np.clip(cv2.GaussianBlur(alpha, (0, 0), 2.0) * 2 - 1, 0, 1)[..., None]
    if skill == "professional":
        new = cv2.GaussianBlur(new, (0, 0), 0.6)
        new += _noise_of(part) * rng.standard_normal(new.shape, dtype=np.float32)
    part[...] = np.clip(part + (new - part) * alpha + 0.5, 0, 255)
    return rect


def copy_within(
    picture: Pixels, to_picture: Homography, source: Rect, target: Rect, skill: Skill, rng: np.random.Generator
) -> Rect:
    """Cover `target` by the pixels of `source`, moved by whole pixels, with a hard or a blended edge; the rectangle
    that was touched."""
    (x0, y0), (x1, y1) = _corners(source, to_picture).min(axis=0), _corners(source, to_picture).max(axis=0)
    dx, dy = np.round(_corners(target, to_picture).mean(axis=0) - _corners(source, to_picture).mean(axis=0)).astype(int)
    x0, y0, x1, y1 = (round(float(v)) for v in (x0, y0, x1, y1))
    patch = picture[y0:y1, x0:x1].astype(np.float32)
    below = picture[y0 + dy : y1 + dy, x0 + dx : x1 + dx]
    patch = patch[: below.shape[0], : below.shape[1]]
    alpha = np.ones(patch.shape[:2], dtype=np.float32)
    if skill != "crude":
        brim = 1 if skill == "careful" else 2
        alpha[:brim] = alpha[-brim:] = alpha[:, :brim] = alpha[:, -brim:] = 0.5
    if skill == "professional":
        patch += 0.5 * _noise_of(picture[y0:y1, x0:x1]) * rng.standard_normal(patch.shape, dtype=np.float32)
    below[...] = np.clip(below + (patch - below) * alpha[..., None] + 0.5, 0, 255)
    return target.grown(0.1)
