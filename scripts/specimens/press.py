"""How the holder's data come onto the page: laser engraving, inkjet, or a photo and thermal print below a laminate."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from .design import Rect, Technology

Pixels = npt.NDArray[np.uint8]
Coverage = npt.NDArray[np.uint8]
Colours = npt.NDArray[np.float32]

INK: dict[Technology, tuple[float, float, float]] = {
    "laser": (52.0, 47.0, 46.0),
    "inkjet": (34.0, 31.0, 42.0),
    "laminate": (24.0, 26.0, 40.0),
}


@lru_cache(maxsize=2)
def _screen(size: int = 256) -> npt.NDArray[np.float32]:
    """A tiling threshold mask whose dots keep away from each other."""
    rng = np.random.default_rng(2024)
    mask = rng.random((size, size)).astype(np.float32)
    for _ in range(6):
        high = mask - cv2.GaussianBlur(np.tile(mask, (3, 3)), (0, 0), 1.4)[size : 2 * size, size : 2 * size]
        mask = (np.argsort(np.argsort(high.ravel())) / high.size).reshape(size, size).astype(np.float32)
    return mask


def _tiled(tile: npt.NDArray[np.float32], shape: tuple[int, int], shift: tuple[int, int]) -> npt.NDArray[np.float32]:
    rows = (np.arange(shape[0]) + shift[0]) % tile.shape[0]
    columns = (np.arange(shape[1]) + shift[1]) % tile.shape[1]
    return tile[np.ix_(rows, columns)]


def halftone(picture: Colours, rng: np.random.Generator, soft: float, depth: float = 0.55) -> Colours:
    """Dots of each ink on the grid, spread by `soft` pixels in the paper; `depth` 1 is all or nothing.

    A grey picture is printed in black alone.
    """
    grey = np.ptp(picture[:: max(1, picture.shape[0] // 16)], axis=2).max() < 1
    out = np.empty_like(picture)
    for i in range(3):
        if i == 0 or not grey:
            shift = (int(rng.integers(256)), int(rng.integers(256)))
            mask = _tiled(_screen(), picture.shape[:2], shift)
        dots = np.where(picture[..., i] / 255 > 0.02 + 0.96 * mask, 255, 0)
        out[..., i] = picture[..., i] * (1 - depth) + dots * depth
    return cv2.GaussianBlur(out, (0, 0), soft)


def engraving_tones(picture: Colours) -> Colours:
    """Grey tones 0 (black) to 1 (untouched) in which a laser draws `picture`, skin at a middle grey."""
    grey = np.clip(picture @ np.array([0.299, 0.587, 0.114], dtype=np.float32) / 222, 0.004, 1)
    h, w = grey.shape
    skin = float(np.median(grey[int(0.42 * h) : int(0.6 * h), int(0.38 * w) : int(0.62 * w)]))
    return np.power(grey, np.clip(np.log(0.62) / np.log(min(skin, 0.98)), 0.55, 1.7))


def window(page: npt.NDArray, rect: Rect, ppi: float) -> tuple[slice, slice]:
    """Rows and columns of `rect` on the page, cut at its edges."""
    x, y, right, bottom = (round(v * ppi / 25.4) for v in (rect.x, rect.y, rect.right, rect.bottom))
    return slice(max(0, y), min(page.shape[0], bottom)), slice(max(0, x), min(page.shape[1], right))


def put_text(
    page: Pixels,
    mask: Coverage,
    left: int,
    top: int,
    ppi: float,
    technology: Technology,
    rng: np.random.Generator,
    colour: tuple[float, float, float] | None = None,
    strength: float = 0.94,
) -> None:
    """Lay `mask` of letters onto the page at (left, top) in the manner of `technology`."""
    x0, y0 = max(0, left), max(0, top)
    mask = mask[y0 - top :, x0 - left :][: max(0, page.shape[0] - y0), : max(0, page.shape[1] - x0)]
    if mask.size == 0:
        return
    a = mask.astype(np.float32) / 255
    grain = rng.standard_normal(mask.shape, dtype=np.float32)
    dot = ppi / 600
    if technology == "laser":
        a = cv2.GaussianBlur(a, (0, 0), 0.6 * dot) * (1 + 0.05 * grain)
    elif technology == "inkjet":
        ragged = cv2.GaussianBlur(grain, (0, 0), dot)
        rough = cv2.GaussianBlur(a, (0, 0), dot) - 0.42 + 0.028 * ragged / ragged.std()
        a = cv2.GaussianBlur(np.clip(rough * 4 + 0.5, 0, 1), (0, 0), 0.5 * dot)
    else:
        a = cv2.GaussianBlur(a, (0, 0), 0.9 * dot)
    a = np.clip(a * strength, 0, 1)[..., None]
    part = page[y0 : y0 + mask.shape[0], x0 : x0 + mask.shape[1]]
    ink = np.array(colour or INK[technology], dtype=np.float32)
    part[...] = part + (ink - part) * a


def feather(shape: tuple[int, int], soft: float) -> npt.NDArray[np.float32]:
    """1 inside, falling to 0 at the edges over `soft` pixels."""
    y = np.minimum(np.arange(shape[0]), np.arange(shape[0])[::-1])
    x = np.minimum(np.arange(shape[1]), np.arange(shape[1])[::-1])
    edge = np.minimum(y[:, None], x[None, :]).astype(np.float32)
    return np.clip((edge + 0.5) / max(soft, 0.5), 0, 1)


def put_portrait(
    page: Pixels, face: Pixels, rect: Rect, ppi: float, technology: Technology, rng: np.random.Generator
) -> None:
    """Personalise the portrait zone with `face`."""
    at = window(page, rect, ppi)
    below = page[at].astype(np.float32)
    shape = below.shape[:2]
    wanted = cv2.resize(cropped(face, shape), shape[::-1], interpolation=cv2.INTER_CUBIC).astype(np.float32)
    mm = ppi / 25.4
    if technology == "laser":
        tone = engraving_tones(wanted)
        tone = tone + 0.03 * rng.standard_normal(shape, dtype=np.float32) * (0.3 + tone)
        tone += 0.012 * np.sin(np.arange(shape[0], dtype=np.float32)[:, None] * (2 * np.pi * 300 / ppi / 2))
        engraved = below * (0.16 + 0.84 * np.clip(tone, 0, 1))[..., None]
        alpha = feather(shape, 0.7 * mm)[..., None]
    elif technology == "inkjet":
        engraved = halftone(wanted, rng, 0.75 * ppi / 600) * (0.35 + 0.65 * below / 255)
        alpha = feather(shape, 1.2 * mm)[..., None]
    else:
        engraved = cv2.GaussianBlur(wanted, (0, 0), 0.8) * np.array([1.0, 0.985, 0.96], dtype=np.float32)
        alpha = feather(shape, 0.06 * mm)[..., None]
    page[at] = np.clip(below + (engraved - below) * alpha, 0, 255)


def put_ghost(page: Pixels, face: Pixels, rect: Rect, ppi: float, colour: Colours, strength: float = 0.62) -> None:
    """A second, faint portrait in one ink, over the background."""
    at = window(page, rect, ppi)
    below = page[at].astype(np.float32)
    shape = below.shape[:2]
    grey = cv2.cvtColor(cv2.resize(cropped(face, shape), shape[::-1], interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    dark = np.clip(1 - grey.astype(np.float32) / 218, 0, 1) * feather(shape, 1.6 * ppi / 25.4) * strength
    page[at] = np.clip(below * (1 - dark[..., None] * (1 - colour / 255)), 0, 255)


def cropped(face: Pixels, shape: tuple[int, int]) -> Pixels:
    """The middle of `face` with the proportions of `shape`."""
    h, w = face.shape[:2]
    want = shape[1] / shape[0]
    if want > w / h:
        keep = round(w / want)
        return face[: max(1, keep)]
    keep = round(h * want)
    return face[:, (w - keep) // 2 : (w - keep) // 2 + keep]
