"""Likenesses: small, and the same for one picture only."""

import cv2
import numpy as np
import pytest
from pydantic import ValidationError

from docscan.geometry import Box
from docscan.templates.likeness import ROWS, Likeness, bits_apart, likeness, same_picture

BOX = Box(x=40, y=30, width=300, height=400)
GROUND = np.full((480, 380), 90, np.float32)


def page(seed):
    """A portrait of blobs of all sizes in BOX, lightness of the whole page."""
    rng = np.random.default_rng(seed)
    image = sum(
        cv2.GaussianBlur(rng.normal(size=GROUND.shape).astype(np.float32), (0, 0), sigma) * sigma * 10
        for sigma in (4, 8, 16, 40)
    )
    return (GROUND - 30 + np.clip(image, -30, 30)).astype(np.float32)


def of(lightness):
    return likeness(lightness, GROUND, BOX)


def copied(lightness, noise=3.0):
    """Another print and scan of the same picture: moved, stretched, paler, blurred, noisy."""
    matrix = np.array([[1.02, 0, 3.0], [0, 1.02, -5.0]], np.float32)
    moved = cv2.warpAffine(lightness, matrix, lightness.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    rng = np.random.default_rng(0)
    return cv2.GaussianBlur(0.7 * moved + 20, (0, 0), 1.5) + rng.normal(0, noise, moved.shape).astype(np.float32)


def test_a_likeness_comes_back_from_json():
    one = of(page(1))
    assert Likeness.model_validate_json(one.model_dump_json()) == one
    assert one.array().shape == (ROWS, one.columns)


def test_the_same_picture_printed_again_is_alike_and_another_is_not():
    own = of(page(2))
    assert same_picture(own, of(copied(page(2)))) > 0.85
    assert max(same_picture(own, of(page(seed))) for seed in range(10, 20)) < 0.5


def test_hashes_of_one_picture_are_near():
    own = of(page(3))
    assert bits_apart(own.hash, of(copied(page(3))).hash) <= 14
    assert np.mean([bits_apart(own.hash, of(page(s)).hash) for s in range(10, 20)]) > 20


def test_portraits_of_two_proportions_can_be_compared():
    narrow = likeness(page(5), GROUND, BOX.model_copy(update={"width": 240}))
    assert -1 <= same_picture(of(page(5)), narrow) <= 1


def test_an_empty_picture_is_like_nothing():
    assert abs(same_picture(of(GROUND), of(page(6)))) < 0.5


@pytest.mark.parametrize("hash", ["", "xyz", "0" * 17])
def test_a_hash_that_is_none_is_refused(hash):
    with pytest.raises(ValidationError):
        Likeness(hash=hash, columns=28, pixels="")
