import numpy as np
import pytest

from docscan.checks.image_noise import ImageNoise
from docscan.document import Outcome

from .conftest import lying_flat, saved, with_page

check = ImageNoise()


@pytest.fixture(scope="module")
def noisy() -> np.ndarray:
    """A tinted page with the noise of a sensor."""
    rng = np.random.default_rng(8)
    page = np.full((640, 1008, 3), (205, 210, 190), np.float32)
    return np.clip(page + rng.normal(0, 4, page.shape), 0, 255).astype(np.uint8)


def test_genuine_captures_are_silent(scans):
    for name, exam in scans.items():
        for pixels in (exam.page.pixels, saved(exam.page.pixels, 80)):
            assert all(f.outcome is Outcome.PASS for f in check(with_page(exam, pixels))), name


def test_rendered_cards_without_any_noise_are_silent(rendered):
    for exam in rendered:
        assert all(f.outcome is Outcome.PASS for f in check(exam))


def test_a_flat_patch_in_noise_is_found_and_marked(noisy):
    pixels = noisy.copy()
    pixels[304:352, 400:520] = (205, 210, 190)
    (finding,) = check(lying_flat(saved(pixels, 92)))
    assert (finding.outcome, finding.code) == (Outcome.FAIL, "no_noise")
    corners = np.array(finding.regions[0].on_page)
    assert corners.min(axis=0) == pytest.approx((400, 304), abs=17)
    assert corners.max(axis=0) == pytest.approx((520, 352), abs=17)


def test_noise_that_is_the_same_everywhere_is_silent(noisy):
    (finding,) = check(lying_flat(noisy))
    assert (finding.outcome, finding.code) == (Outcome.PASS, "noise_everywhere")
    assert finding.measures["smooth"] < 2


def test_a_blank_or_tiny_picture_and_a_lost_page_are_not_judged(make_exam):
    (white,) = check(lying_flat(np.full((640, 1008, 3), 255, np.uint8)))
    (tiny,) = check(lying_flat(np.full((60, 90, 3), 128, np.uint8)))
    assert white.code == tiny.code == "too_few_blocks"
    (lost,) = check(make_exam())
    assert lost.code == "no_page"
