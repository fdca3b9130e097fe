import cv2
import numpy as np
import pytest
from specimens import reproduce

from docscan.checks.capture_recapture import CaptureRecapture
from docscan.document import Outcome
from docscan.traces import lattice

from .conftest import lying_flat

check = CaptureRecapture()


def finding_of(pixels: np.ndarray, ppmm: float = 300 / 25.4):
    (finding,) = check(lying_flat(pixels, ppmm))
    return finding


@pytest.fixture(scope="module")
def page(scans) -> np.ndarray:
    """A genuine side at 600 pixels an inch, as a forger has it before screen or copier."""
    face = scans["01-passport.jpg"].document.faces[0].pixels
    return cv2.resize(face, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)


def at_300(pixels: np.ndarray) -> np.ndarray:
    noise = np.random.default_rng(3).normal(0, 1.5, (pixels.shape[0] // 2, pixels.shape[1] // 2, 3))
    small = cv2.resize(pixels, noise.shape[1::-1], interpolation=cv2.INTER_AREA)
    return np.clip(small + noise, 0, 255).astype(np.uint8)


def test_genuine_captures_are_silent(scans):
    for name, exam in scans.items():
        for finding in check(exam):
            assert finding.outcome is Outcome.PASS, name
            assert finding.measures["grid"] < 1.3, name


def test_rendered_cards_are_silent(rendered):
    for exam in rendered:
        assert all(finding.outcome is Outcome.PASS for finding in check(exam))


@pytest.mark.parametrize("skill", ["crude", "professional"])
def test_a_screen_is_seen_by_its_grid(page, skill):
    finding = finding_of(at_300(reproduce.shown_on_screen(page, 600, skill, np.random.default_rng(1))))
    assert (finding.outcome, finding.code) == (Outcome.FAIL, "grid")
    assert len(finding.regions) == 1


def test_a_grid_is_seen_at_its_pitch():
    y, x = np.mgrid[0:800, 0:1200]
    waves = 20 * (np.cos(2 * np.pi * x / 4.0) + np.cos(2 * np.pi * y / 4.0))
    noise = np.random.default_rng(1).normal(0, 3, waves.shape)
    grey = np.clip(150 + waves + noise, 0, 255).astype(np.uint8)
    finding = finding_of(np.repeat(grey[..., None], 3, axis=2), ppmm=10.0)
    assert finding.code == "grid"
    assert float(finding.seen.split()[3]) == pytest.approx(0.4, abs=0.02)


def test_the_raster_of_the_page_itself_is_taken_off():
    """A raster of the design is in the template's print as well; a finer one beside it is still seen."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:800, 0:1200]

    def spectrum(*pitches: float) -> np.ndarray:
        waves = sum(20 * (np.cos(2 * np.pi * x / p) + np.cos(2 * np.pi * y / p)) for p in pitches)
        found = lattice.spectrum((150 + waves + rng.normal(0, 3, x.shape)).astype(np.float32))
        assert found is not None
        return found

    own = spectrum(5.0)
    assert lattice.grid(spectrum(5.0))[0] > 1.6
    assert lattice.grid(spectrum(5.0), own)[0] < 0.5
    more, pitch = lattice.grid(spectrum(5.0, 3.6), own)
    assert more > 1.6
    assert pitch == pytest.approx(3.6, abs=0.1)


def test_what_is_finer_than_two_pixels_is_the_cameras_own():
    """A checkerboard of single pixels is how a sensor's mosaic and JPEG's highest coefficient look."""
    y, x = np.mgrid[0:800, 0:1200]
    noise = np.random.default_rng(1).normal(0, 3, y.shape)
    mosaic = np.clip(150 + 20 * np.cos(np.pi * (x + y) * 0.98) + 20 * np.cos(np.pi * (x - y) * 0.98) + noise, 0, 255)
    finding = finding_of(np.repeat(mosaic.astype(np.uint8)[..., None], 3, axis=2))
    assert finding.measures["grid"] < 0.5
    assert finding.code != "grid"


def test_straight_lines_of_one_direction_are_no_grid():
    y, _ = np.mgrid[0:800, 0:1200]
    noise = np.random.default_rng(1).normal(0, 3, y.shape)
    grey = np.clip(150 + 40 * np.cos(2 * np.pi * y / 6.0) + noise, 0, 255).astype(np.uint8)
    assert finding_of(np.repeat(grey[..., None], 3, axis=2)).measures["grid"] < 1.3


def test_a_copy_shows_by_its_rows_of_dots_or_by_what_it_lacks(page):
    dots = finding_of(at_300(reproduce.photocopied(page, 600, "crude", np.random.default_rng(2))))
    assert (dots.outcome, dots.code) == (Outcome.FAIL, "grid")
    grey = np.repeat(cv2.cvtColor(at_300(page), cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    assert (finding_of(grey).outcome, finding_of(grey).code) == (Outcome.UNSURE, "no_colours")


def test_a_small_picture_is_not_judged():
    assert finding_of(np.full((220, 400, 3), 200, np.uint8)).code == "too_few_pixels"


def test_a_blank_picture_has_no_grid():
    assert finding_of(np.full((800, 1200, 3), 200, np.uint8)).measures["grid"] == 0
