"""Bad captures are told apart from good ones, and from white paper."""

import cv2
import numpy as np
import pytest
from laid_down import LINES, draw

from docscan.document import MrzReading, Symbol
from docscan.geometry import Box
from docscan.icao.formats import Format
from docscan.intake.quality import assess, glare_mask, rise_mm

PPMM = 200 / 25.4


def document(seed: int = 0) -> np.ndarray:
    return draw(Format.TD3, PPMM, seed=seed, round_mm=0.0).pixels[..., :3].copy()


def mrz_reading(confidence: float) -> MrzReading:
    """An MRZ where `draw` puts it, every character read with `confidence`."""
    lines, symbols = LINES[Format.TD3], []
    for row, line in enumerate(lines):
        y = 88 - 11.6 + (row - 0.5) * 6.35 - 1.5
        boxes = [Box(x=(6 + 2.54 * i) * PPMM, y=y * PPMM, width=1.6 * PPMM, height=3 * PPMM) for i in range(44)]
        symbols.append(tuple(Symbol(char=c, confidence=confidence, box=b) for c, b in zip(line, boxes, strict=True)))
    box = Box(x=6 * PPMM, y=71 * PPMM, width=111 * PPMM, height=11 * PPMM)
    return MrzReading(engine="drawn", format=Format.TD3, lines=lines, symbols=tuple(symbols), box=box)


def with_glare(pixels: np.ndarray, x_mm: float, y_mm: float, radius_mm: float) -> np.ndarray:
    """A lamp's reflection: blown out within `radius_mm`, fading over as much again."""
    y, x = np.mgrid[: pixels.shape[0], : pixels.shape[1]] / PPMM
    distance = np.hypot(x - x_mm, y - y_mm)
    light = np.exp(-0.5 * (np.maximum(distance - radius_mm, 0) / (0.7 * radius_mm)) ** 2)[..., None]
    return (pixels * (1 - light) + 262 * light).clip(0, 255).astype(np.uint8)


def test_good_scan_is_usable() -> None:
    quality = assess(document(), PPMM, mrz_reading(0.99))
    assert quality.usable
    assert quality.reasons == ()
    assert quality.glare == 0.0
    assert quality.ppi == pytest.approx(200)


@pytest.mark.parametrize("sigma_mm", [0.2, 0.3, 0.5])
def test_rise_is_that_of_the_blur(sigma_mm: float) -> None:
    """A step blurred by a Gaussian rises from 10 to 90 % within 2.56 standard deviations."""
    step = np.full((400, 400), 40, np.uint8)
    step[:, 200:] = 220
    blurred = cv2.GaussianBlur(step, (0, 0), sigma_mm * PPMM)
    assert rise_mm(blurred, PPMM) == pytest.approx(2.56 * sigma_mm, rel=0.3)


def test_rise_grows_with_blur() -> None:
    grey = cv2.cvtColor(document(), cv2.COLOR_RGB2GRAY)
    rises = [rise_mm(cv2.GaussianBlur(grey, (0, 0), sigma) if sigma else grey, PPMM) for sigma in (0, 1, 2, 4)]
    assert rises == sorted(rises)
    assert rises[-1] > 2 * rises[0]


def test_blurred_dark_and_tiny_pictures_are_to_be_taken_again() -> None:
    blurred = assess(cv2.GaussianBlur(document(), (0, 0), 8), PPMM, None)
    dark = assess((document() * 0.08).astype(np.uint8), PPMM, None)
    tiny = assess(cv2.resize(document(), None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA), 0.2 * PPMM, None)
    for quality, word in ((blurred, "blurred"), (dark, "dark"), (tiny, "nearer")):
        assert not quality.usable
        assert any(word in reason for reason in quality.reasons)


def test_what_was_read_well_was_good_enough() -> None:
    soft = cv2.GaussianBlur(document(), (0, 0), 8)
    assert assess(soft, PPMM, mrz_reading(0.97)).usable


@pytest.mark.parametrize("seed", range(4))
def test_glare_over_the_mrz(seed: int) -> None:
    glared = with_glare(document(seed), 60, 77, 7)
    assert assess(glared, PPMM, mrz_reading(0.99)).usable  # it was read all the same
    quality = assess(glared, PPMM, mrz_reading(0.55))
    assert not quality.usable
    assert "Take it again: glare over the MRZ." in quality.reasons
    assert 0.005 < quality.glare < 0.1


def test_glare_over_the_portrait_is_a_note() -> None:
    quality = assess(with_glare(document(), 18, 30, 6), PPMM, mrz_reading(0.99))
    assert quality.usable
    assert any("portrait" in reason for reason in quality.reasons)


def test_glare_over_much_of_a_document_that_was_not_read() -> None:
    quality = assess(with_glare(document(), 62, 44, 24), PPMM, None)
    assert not quality.usable
    assert "Take it again: glare over the document." in quality.reasons


def test_white_paper_is_no_glare() -> None:
    paper = document()
    paper[paper.min(axis=2) > 180] = 255
    assert not glare_mask(paper, PPMM).any()
    panel = document()
    panel[300:420, 500:800] = 255  # a panel for the signature
    assert not glare_mask(panel, PPMM).any()


def test_cut_edges_are_named() -> None:
    quality = assess(document(), PPMM, mrz_reading(0.99), ("left", "top"))
    assert quality.cut_edges == ("left", "top")
    assert {"The document is cut off at the left.", "The document is cut off at the top."} <= set(quality.reasons)
    assert quality.usable


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (40, 40)])
@pytest.mark.parametrize("level", [0, 255])
def test_any_pixels_have_a_quality(shape: tuple[int, int], level: int) -> None:
    assert not assess(np.full((*shape, 3), level, np.uint8), 10.0, None).usable
