"""Documents of no state, drawn and laid on scanner lids and tables, with the truth about where they lie."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from docscan.document import MrzOnPage, MrzReading, Symbol
from docscan.geometry import project
from docscan.icao.formats import Format

OCR_B = Path("/usr/share/fonts/opentype/ocr-b/OCRB.otf")
LEFT = {Format.TD1: 5.0, Format.TD2: 4.0, Format.FRA_ID: 4.0, Format.TD3: 6.0, Format.MRV_A: 6.0, Format.MRV_B: 4.0}
LINES = {
    Format.TD1: ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
    Format.TD2: ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"),
    Format.TD3: ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"),
    Format.MRV_A: ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"),
    Format.MRV_B: ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"),
}


@dataclass
class Drawn:
    """A document's own pixels with the quads (rows, columns, 4 corners, xy) of its MRZ, if it has one."""

    pixels: np.ndarray
    ppmm: float
    format: Format
    quads: list[np.ndarray]


@dataclass
class Placed:
    drawn: Drawn
    to_page: np.ndarray
    """Drawn pixels -> page pixels."""

    @property
    def corners(self) -> np.ndarray:
        h, w = self.drawn.pixels.shape[:2]
        return project([[0, 0], [w, 0], [w, h], [0, h]], self.to_page)

    def mrz(self, *, mirrored: bool = False) -> MrzOnPage:
        lines = LINES[self.drawn.format]
        symbols = tuple(tuple(Symbol(char=c, confidence=0.99) for c in line) for line in lines)
        quads = tuple(project(q.reshape(-1, 2), self.to_page).reshape(-1, 4, 2) for q in self.drawn.quads)
        outline = np.array([quads[0][0, 0], quads[0][-1, 1], quads[-1][-1, 2], quads[-1][0, 3]])
        reading = MrzReading(engine="drawn", format=self.drawn.format, lines=lines, symbols=symbols)
        return MrzOnPage(reading=reading, quads=quads, outline=outline, mirrored=mirrored)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(OCR_B), size) if OCR_B.exists() else ImageFont.load_default(size)


def draw(
    kind: Format,
    ppmm: float = 11.811,
    *,
    seed: int = 0,
    mrz: bool = True,
    paper: int = 225,
    round_mm: float | None = None,
) -> Drawn:
    """A document with guilloche-like tint, a portrait at the left, lines of text, and its MRZ."""
    rng = np.random.default_rng(seed)
    width, height = (round(side * ppmm) for side in kind.size_mm)
    y, x = np.mgrid[:height, :width] / ppmm
    waves = np.sin(x * rng.uniform(0.5, 2) + 3 * np.sin(y / rng.uniform(4, 9))) + np.sin(
        y * rng.uniform(0.5, 2) + x / 5
    )
    tint = paper + 6.0 * waves[..., None] * rng.uniform(-1, 1, 3) + rng.uniform(-10, 4, 3)
    image = Image.fromarray(tint.clip(0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(image)

    def mm(*values: float) -> tuple[float, ...]:
        return tuple(v * ppmm for v in values)

    h_mm = kind.size_mm[1]
    zone = 23.2 if mrz else 2.0
    portrait_h = min(35.0, h_mm - zone - 12)
    if portrait_h > 12:
        left, top = 4.0, 8.0
        pen.rectangle(mm(left, top, left + 0.78 * portrait_h, top + portrait_h), fill=(170, 185, 200))
        pen.ellipse(
            mm(left + 0.2 * portrait_h, top + 4, left + 0.6 * portrait_h, top + 0.7 * portrait_h), fill=(205, 160, 130)
        )
        pen.rectangle(
            mm(left + 0.1 * portrait_h, top + 0.75 * portrait_h, left + 0.7 * portrait_h, top + portrait_h),
            fill=(60, 60, 90),
        )
    pen.text(mm(4, 2), "UTOPIA  SPECIMEN", fill=(30, 40, 110), font=_font(round(3.4 * ppmm)))
    for i in range(int((h_mm - zone - 12) // 6)):
        text = "".join(rng.choice(list("ABCDEFGHIKLMNOPRSTUVWY abcdefghiklmnoprstuy"), 18))
        pen.text(mm(34, 9 + 6 * i), text, fill=(25, 25, 25), font=_font(round(2.6 * ppmm)))
    quads = []
    if mrz:
        rows = kind.rows
        pitch = 6.35 if rows == 2 else 4.23
        font = _font(round(3.55 * ppmm))
        shift_x, shift_y = rng.uniform(-0.8, 0.8), rng.uniform(-1.0, 1.0)
        for row, line in enumerate(LINES[kind]):
            middle = h_mm - 11.6 + (row - (rows - 1) / 2) * pitch + shift_y
            line_quads = []
            for column, char in enumerate(line):
                x0, y0 = LEFT[kind] + shift_x + 2.54 * column, middle - 1.25
                pen.text(mm(x0 + 0.8, middle), char, fill=(15, 15, 15), font=font, anchor="mm")
                line_quads.append([mm(x0, y0), mm(x0 + 1.6, y0), mm(x0 + 1.6, y0 + 2.5), mm(x0, y0 + 2.5)])
            quads.append(np.array(line_quads))
    pixels = np.asarray(image).copy()
    rounded = 3.18 if kind is Format.TD1 else 0.0
    return Drawn(_rounded(pixels, (rounded if round_mm is None else round_mm) * ppmm), ppmm, kind, quads)


def _rounded(pixels: np.ndarray, radius: float) -> np.ndarray:
    """RGBA pixels whose corners are transparent."""
    h, w = pixels.shape[:2]
    mask = Image.new("L", (w, h), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, w - 1, h - 1), radius=radius, fill=255)
    return np.dstack([pixels, np.asarray(mask)])


def background(name: str, size: tuple[int, int], seed: int = 0) -> np.ndarray:
    """(h, w, 3) of `size` (width, height): a scanner's lid or a table."""
    rng = np.random.default_rng(seed)
    w, h = size
    if name in ("white", "grey", "dark"):
        level = {"white": 246, "grey": 128, "dark": 22}[name]
        noise = rng.normal(0, 1.2, (h // 2 + 1, w // 2 + 1, 1)).repeat(2, 0).repeat(2, 1)[:h, :w]
        return (np.full((h, w, 3), level) + noise).clip(0, 255).astype(np.uint8)
    y, x = np.mgrid[:h, :w] / max(w, h)
    if name == "wood":
        grain = np.sin(x * 60 + 4 * np.sin(y * 9) + rng.normal(0, 0.4, (h, 1)).cumsum(0) * 0.15)
        base = np.array([122, 82, 50]) + 16 * grain[..., None] + rng.normal(0, 5, (h, w, 1))
    else:  # a checked cloth
        cells = (np.floor(x * 14) + np.floor(y * 14)) % 2
        base = np.array([70, 92, 120]) + 26 * cells[..., None] + rng.normal(0, 6, (h, w, 1))
    light = 1.0 + 0.25 * (x * rng.uniform(-1, 1) + y * rng.uniform(-1, 1))
    return (base * light[..., None]).clip(0, 255).astype(np.uint8)


def place(page: np.ndarray, drawn: Drawn, to_page: np.ndarray, *, shadow: float = 0.25, blur: float = 0.7) -> Placed:
    """Lay `drawn` on `page` (in place) through `to_page` (drawn pixels -> page pixels), with the shadow of its edge."""
    h, w = page.shape[:2]
    rgb = cv2.warpPerspective(
        drawn.pixels[..., :3], to_page, (w, h), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
    )
    # coverage at 4 times the resolution, so that edges are soft as optics make them
    alpha = cv2.warpPerspective(drawn.pixels[..., 3], to_page, (w, h), flags=cv2.INTER_LINEAR).astype(np.float32) / 255
    scale = np.sqrt(abs(np.linalg.det(to_page[:2, :2]))) * drawn.ppmm
    moved = cv2.warpAffine(alpha, np.array([[1, 0, 0.25 * scale], [0, 1, 0.25 * scale]]), (w, h))
    dark = 1 - shadow * cv2.GaussianBlur(moved, (0, 0), max(0.5, 0.15 * scale)) * (1 - alpha)
    alpha = cv2.GaussianBlur(alpha, (0, 0), blur)[..., None]
    page[:] = (page * dark[..., None] * (1 - alpha) + rgb * alpha).clip(0, 255).astype(np.uint8)
    return Placed(drawn, to_page)


def flat(drawn: Drawn, ppmm: float, centre: tuple[float, float], degrees: float) -> np.ndarray:
    """Drawn pixels -> page pixels of a flatbed: turned about `centre` (page pixels)."""
    h, w = drawn.pixels.shape[:2]
    scale, angle = ppmm / drawn.ppmm, np.radians(degrees)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.vstack([np.column_stack([turn, np.array(centre) - turn @ [w / 2, h / 2]]), [0, 0, 1]])


def photographed(
    drawn: Drawn, size: tuple[int, int], degrees: float, tilt: float, azimuth: float, fill: float = 0.62
) -> np.ndarray:
    """Drawn pixels -> pixels of a photo of `size`: a pinhole at a phone's field of view, tilted by `tilt` degrees."""
    h, w = drawn.pixels.shape[:2]
    theta, t, a = np.radians([degrees, tilt, azimuth])
    spin = np.array([[np.cos(theta), -np.sin(theta), 0], [np.sin(theta), np.cos(theta), 0], [0, 0, 1]])
    axis = np.array([np.cos(a), np.sin(a), 0])
    k = np.array([[0, 0, axis[1]], [0, 0, -axis[0]], [-axis[1], axis[0], 0]])
    lean = np.eye(3) + np.sin(t) * k + (1 - np.cos(t)) * k @ k
    focal = 1.1 * max(size)
    distance = focal * w / (fill * min(size))
    turn = lean @ spin
    matrix = np.column_stack([turn[:, 0], turn[:, 1], turn @ [-w / 2, -h / 2, 0] + [0, 0, distance]])
    camera = np.array([[focal, 0, size[0] / 2], [0, focal, size[1] / 2], [0, 0, 1]])
    result = camera @ matrix
    return result / result[2, 2]
