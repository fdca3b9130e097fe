import cv2
import numpy as np
import pytest

from docscan.checks.image_copy_move import CLEARLY, STANDS_OUT, ImageCopyMove
from docscan.document import Outcome

from .conftest import lying_flat, saved, with_page

check = ImageCopyMove()


def page_of_letters(seed: int = 1) -> np.ndarray:
    """The same two letters again and again over a ground that nowhere repeats, with the noise of a sensor."""
    rng = np.random.default_rng(seed)
    ground = cv2.GaussianBlur(rng.normal(0, 1, (640, 1008)), (0, 0), 1.2)
    page = 200 + 8 * ground / ground.std()
    letters = np.zeros(page.shape, np.uint8)
    for row in range(100, 560, 60):
        for k, x in enumerate(range(80, 920, 50)):
            cv2.putText(letters, "AO"[k % 2], (x, row), cv2.FONT_HERSHEY_SIMPLEX, 1.3, 255, 2, cv2.LINE_AA)
    page -= 150 * (letters / 255.0)
    page += rng.normal(0, 2, page.shape)
    return np.repeat(np.clip(page, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def test_letters_printed_many_times_are_no_copies():
    (finding,) = check(lying_flat(saved(page_of_letters(), 92)))
    assert (finding.outcome, finding.code) == (Outcome.PASS, "no_copies")


@pytest.mark.parametrize(("quality", "repeat"), [(95, STANDS_OUT), (100, CLEARLY)])
def test_a_letter_copied_with_its_ground_is_found_and_marked(quality, repeat):
    pixels = page_of_letters()
    source, target = (slice(244, 288), slice(376, 416)), (slice(364, 408), slice(526, 566))
    pixels[target] = pixels[source]
    (finding,) = check(lying_flat(saved(pixels, quality)))
    assert (finding.outcome, finding.code) == (Outcome.FAIL, "letter_copied")
    assert finding.measures["repeat"] >= repeat
    middles = sorted(tuple(np.array(r.on_page).mean(axis=0)) for r in finding.regions)
    assert middles[0] == pytest.approx((396, 266), abs=14)
    assert middles[1] == pytest.approx((546, 386), abs=14)


def plain_page(seed: int = 3) -> np.ndarray:
    """Letters on plain paper, each at other fractions of a pixel."""
    rng = np.random.default_rng(seed)
    page = np.full((640, 1008), 210.0)
    for row in range(80, 520, 60):
        for k, left in enumerate(range(60, 920, 50)):
            large = np.zeros((52 * 8, 50 * 8), np.uint8)
            cv2.putText(large, "ABDEGHKMNOPRSTU"[k % 15], (64, 288), cv2.FONT_HERSHEY_SIMPLEX, 8, 255, 18, cv2.LINE_AA)
            blurred = cv2.GaussianBlur(large, (0, 0), 5.0)
            shift = np.array([[8, 0, rng.uniform(-4, 4)], [0, 8, rng.uniform(-4, 4)]])
            letter = cv2.warpAffine(blurred, shift, (50, 52), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
            page[row : row + 52, left : left + 50] -= 150 / 255 * letter
    page += rng.normal(0, 8, page.shape)
    return np.repeat(np.clip(page, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def test_a_letter_on_plain_paper_is_found_by_itself():
    """No ground tells anything there, but letters printed twice differ by the fractions of a pixel they fall on."""
    pixels = plain_page()
    (finding,) = check(lying_flat(pixels))
    assert finding.outcome is Outcome.PASS
    pixels[260:312, 460:510] = pixels[140:192, 360:410]
    (finding,) = check(lying_flat(pixels))
    assert (finding.outcome, finding.code) == (Outcome.FAIL, "letter_copied")
    assert finding.measures["twins"] > 1.6
    assert sorted(round(np.array(r.on_page).mean(axis=0)[0], -1) for r in finding.regions) == [380, 480]


def test_genuine_captures_are_silent(scans):
    for name, exam in scans.items():
        findings = list(check(with_page(exam, exam.page.pixels)))
        assert all(f.outcome in (Outcome.PASS, Outcome.NOT_DONE) for f in findings), name


def test_blank_and_coarse_pictures_are_not_judged(make_exam):
    (blank,) = check(lying_flat(np.full((640, 1008, 3), 220, np.uint8)))
    (coarse,) = check(lying_flat(page_of_letters(), ppmm=5.0))
    assert blank.code == coarse.code == "no_letters_alike"
    (lost,) = check(make_exam())
    assert lost.code == "no_page"
