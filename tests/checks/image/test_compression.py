import cv2
import numpy as np
import pytest
from specimens import retouch
from specimens.design import Rect

from docscan.checks.image_compression import ImageCompression
from docscan.document import Examination, Outcome
from docscan.traces import blocks, compression

from .conftest import lying_flat, saved, with_page

check = ImageCompression()
FLATBED = "01-passport.jpg"


def finding_of(exam: Examination):
    (finding,) = check(exam)
    return finding


def test_genuine_captures_are_silent(scans):
    for name, exam in scans.items():
        assert all(f.outcome in (Outcome.PASS, Outcome.NOT_DONE) for f in check(exam)), name


@pytest.mark.parametrize("quality", [60, 92])
def test_a_picture_that_was_merely_saved_again_is_silent(scans, quality):
    for name, exam in scans.items():
        again = with_page(exam, saved(exam.page.pixels, quality))
        assert all(f.outcome in (Outcome.PASS, Outcome.NOT_DONE) for f in check(again)), name


def test_glaring_tints_are_on_the_grid_of_their_saving():
    """What rounding of colours adds to luminance slants over a tint; a tint beside plain paper was not put in later."""
    rng = np.random.default_rng(4)
    y, x = np.mgrid[0:640, 0:1008].astype(np.float32)
    tint = np.stack([200 + 0.05 * y + 0.02 * x, 110 + 0.12 * x, 60 + 0.08 * (x + y)], axis=-1)
    paper = np.stack([200 + 0.03 * y] * 3, axis=-1)
    page = np.where((x < 700)[..., None], tint, paper) + rng.normal(0, 1, (640, 1008, 1)).astype(np.float32)
    finding = finding_of(lying_flat(saved(np.clip(page, 0, 255).astype(np.uint8), 80)))
    assert finding.outcome is Outcome.PASS
    assert finding.measures["later"] < 6, "half of what luminance that was not rounded gives"


def test_rendered_cards_are_silent(rendered):
    for exam in rendered:
        assert finding_of(exam).outcome in (Outcome.PASS, Outcome.NOT_DONE)
        again = with_page(exam, saved(exam.page.pixels, 95))
        assert finding_of(again).outcome in (Outcome.PASS, Outcome.NOT_DONE)


@pytest.mark.parametrize("skill", ["crude", "careful", "professional"])
def test_a_field_edited_on_a_saved_scan_is_found_and_marked(scans, skill):
    exam = scans[FLATBED]
    pixels, face = exam.page.pixels.copy(), exam.document.faces[0]
    per_mm = face.to_page @ np.diag([face.ppmm, face.ppmm, 1.0])
    rng, place = np.random.default_rng(5), Rect(60.0, 40.0, 24.0, 3.0)
    retouch.erase(pixels, per_mm, place, skill, rng)
    colour = np.array([40, 38, 40], np.float32)
    retouch.write(pixels, per_mm, "JANE ROE", (place.x, place.bottom), "DejaVuSans", 8.2, colour, skill, rng)
    finding = finding_of(with_page(exam, saved(pixels, 95)))
    assert finding.outcome is Outcome.FAIL
    assert finding.code == "put_in_later"
    assert finding.measures["later"] > 20
    box = finding.regions[0].mm
    assert min(box.right, place.right) - max(box.x, place.x) > 0.4 * place.w
    assert min(box.bottom, place.bottom + 1) > max(box.y, place.y - 1)


def test_pixels_put_into_a_jpeg_and_kept_without_loss_are_found(rendered):
    exam = rendered[0]
    pixels = exam.page.pixels.copy()
    part = pixels[300:360, 400:620]
    part[...] = cv2.GaussianBlur(part, (0, 0), 2.0)[:, ::-1]
    finding = finding_of(with_page(exam, pixels))
    assert finding.outcome is Outcome.FAIL
    corners = np.array(finding.regions[0].on_page)
    assert (corners.max(axis=0) > (450, 310)).all()
    assert (corners.min(axis=0) < (600, 350)).all()


def test_without_the_pages_pixels_nothing_is_said(make_exam):
    assert finding_of(make_exam()).code == "no_page"


def test_a_picture_that_never_was_a_jpeg_is_not_judged():
    noise = np.random.default_rng(1).normal(150, 20, (400, 640, 3)).clip(0, 255).astype(np.uint8)
    assert finding_of(lying_flat(noise)).code == "saved_once"


def test_flat_and_tiny_pictures_are_not_judged():
    assert finding_of(lying_flat(np.full((400, 640, 3), 200, np.uint8))).code == "saved_once"
    assert finding_of(lying_flat(np.full((20, 30, 3), 200, np.uint8))).code == "saved_once"


@pytest.mark.parametrize(("quality", "step"), [(50, 12), (75, 6), (90, 2)])
def test_the_step_of_a_saving_is_told_from_the_pixels(quality, step):
    """T.81, table K.1 has 12 for the first diagonal frequency; qualities scale it as libjpeg does."""
    smooth = cv2.GaussianBlur(np.random.default_rng(2).normal(0, 60, (512, 512)), (0, 0), 1.0)
    pixels = np.repeat((128 + smooth).clip(5, 250).astype(np.uint8)[..., None], 3, axis=2)
    values = blocks.coefficients(blocks.luminance(saved(pixels, quality)))[..., 1, 1].ravel()
    assert compression.step(values[np.abs(values) > 0.8]) == step
