"""Finding the lines of an MRZ on drawn pages at any angle, and the strips cut from them."""

import cv2
import numpy as np
import pytest
from mrz_pages.captures import capture
from mrz_pages.documents import document

from docscan.icao.formats import Format
from docscan.reading.mrz.combs import Comb
from docscan.reading.mrz.locate import find_combs
from docscan.reading.mrz.straighten import CAP, PITCH, ROWS, straighten

SEED = 31_000


def gray(pixels):
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)


def turned(pixels, degrees):
    """The whole picture turned, and where its points come to lie."""
    height, width = pixels.shape[:2]
    side = int(np.hypot(height, width)) + 2
    move = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    move[:, 2] += side / 2 - np.array([width, height]) / 2
    return cv2.warpAffine(pixels, move, (side, side), flags=cv2.INTER_CUBIC, borderValue=(210, 210, 210)), move


def line_middles(outline, rows):
    """(rows, 2, 2) ends of the middle of each line; the outline reaches from the top of the first to the last foot."""
    down = np.linalg.norm(outline[3] - outline[0])
    cap = np.linalg.norm(outline[1] - outline[0]) / Format.TD3.columns * 2.42 / 2.54
    shares = [(cap / 2 + row * (down - cap) / (rows - 1)) / down for row in range(rows)]
    return np.array(
        [[a + s * (b - a) for a, b in ((outline[0], outline[3]), (outline[1], outline[2]))] for s in shares]
    )


@pytest.mark.parametrize("degrees", [0, 17, 45, 90, 133, 180, 261, 359])
def test_both_lines_of_a_passport_are_found_at_any_angle(degrees):
    drawn = document(np.random.default_rng(SEED), Format.TD3, 8.0)
    page, move = turned(drawn.pixels, degrees)
    combs = find_combs(gray(page))[0]
    outline = drawn.outline @ move[:, :2].T + move[:, 2]
    assert len(combs) == 2
    for ends in line_middles(outline, 2):
        assert min(_farthest(comb, ends) for comb in combs) < 0.35 * combs[0].pitch
    for comb in combs:
        assert 42 <= comb.cells <= 46
        assert comb.pitch == pytest.approx(8.0 * 2.54, rel=0.025)


def _farthest(comb, ends):
    """How far the comb's characters lie from the line through `ends`, pixels."""
    along = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])
    off = comb.at(np.arange(comb.first, comb.last + 1)) - ends[0]
    return float(np.abs(off @ np.array([-along[1], along[0]])).max())


def test_every_document_of_a_page_is_found():
    page = next(p for s in range(40) if len((p := capture(SEED + s, "flatbed other")).printed) == 4)
    groups = [combs for combs in find_combs(gray(page.pixels)) if len(combs) == 3]
    for printed in page.printed:
        outline = printed.outline.astype(np.float32)
        assert any(
            all(cv2.pointPolygonTest(outline, comb.at([comb.middle])[0].tolist(), False) >= 0 for comb in combs)
            for combs in groups
        )


def test_a_comb_counted_from_the_other_end_has_the_same_characters():
    comb = Comb(np.array([0.01, 20.0, 5.0]), np.array([0.0, 2.0, 7.0]), 0, 43, 19.0, 44)
    back = comb.turned()
    assert (back.first, back.last) == (-43, 0)
    np.testing.assert_allclose(back.at(np.arange(-43, 1)), comb.at(np.arange(44))[::-1])
    assert back.pitch == pytest.approx(comb.pitch)


def test_a_comb_on_a_larger_picture_is_larger():
    comb = Comb(np.array([0.0, 20.0, 5.0]), np.array([0.0, 2.0, 7.0]), 0, 43, 19.0, 44)
    doubled = comb.scaled(2.0, 0.5)
    np.testing.assert_allclose(doubled.at([0, 10]), comb.at([0, 10]) * 2 + 0.5)
    assert doubled.size == 38.0


@pytest.mark.parametrize("picture", [np.zeros((1, 1)), np.full((500, 700), 255), np.full((3, 2000), 9)])
def test_nothing_is_found_where_nothing_is(picture):
    assert find_combs(picture.astype(np.uint8)) == ()


def test_noise_holds_no_lines():
    noise = np.random.default_rng(SEED).integers(0, 256, (600, 800)).astype(np.uint8)
    assert find_combs(noise) == ()


@pytest.mark.parametrize("degrees", [0, 38, 200])
def test_strips_stand_straight_with_capitals_in_their_rows(degrees):
    drawn = document(np.random.default_rng(SEED + 1), Format.TD3, 9.0)
    page, _ = turned(drawn.pixels, degrees)
    strips = straighten(gray(page), find_combs(gray(page))[0])
    assert len(strips) == 2
    for strip in strips:
        assert strip.pixels.shape[0] == ROWS
        assert strip.pixels.shape[1] >= 48 * PITCH
        ink = np.percentile(255 - strip.pixels.astype(float), 90, axis=1)
        inside = np.flatnonzero(ink > (ink.min() + ink.max()) / 2)
        assert inside[0] == pytest.approx((ROWS - CAP) / 2, abs=2.5)
        assert inside[-1] == pytest.approx((ROWS + CAP) / 2 - 1, abs=2.5)


def test_the_way_back_from_a_strip_leads_to_the_same_pixels():
    drawn = document(np.random.default_rng(SEED + 2), Format.TD2, 9.0)
    page, _ = turned(drawn.pixels, 63)
    strip = straighten(gray(page), find_combs(gray(page))[0])[0]
    x, y = np.meshgrid(np.arange(40, strip.pixels.shape[1] - 40), np.arange(4, 28))
    at = strip.to_page(np.column_stack([x.ravel(), y.ravel()])).astype(np.float32)
    seen = cv2.remap(gray(page), at[:, :1], at[:, 1:], cv2.INTER_LINEAR).reshape(x.shape)
    cut = strip.pixels[4:28, 40:-40]
    assert np.corrcoef(seen.ravel(), cut.ravel())[0, 1] > 0.98


def test_perspective_is_followed_to_both_ends_of_a_line():
    page = capture(SEED + 3, "phone")
    printed = page.printed[0]
    combs = find_combs(gray(page.pixels))[0]
    left, right = printed.outline[[0, 3]], printed.outline[[1, 2]]
    for comb in combs:
        ends = comb.at([comb.first - 0.5, comb.last + 0.5])
        if np.linalg.norm(ends[0] - left.mean(axis=0)) > np.linalg.norm(ends[1] - left.mean(axis=0)):
            ends = ends[::-1]
        assert _off(ends[0], *left) < 1.2 * comb.pitch
        assert _off(ends[1], *right) < 1.2 * comb.pitch


def _off(point, start, end):
    """Distance of a point from a line."""
    along = (end - start) / np.linalg.norm(end - start)
    return abs(float((point - start) @ np.array([-along[1], along[0]])))
