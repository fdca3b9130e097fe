"""Marks that hang together are found alike by whichever of OpenCV's ways, few of them or more than 16 bits count."""

import cv2
import numpy as np
import pytest

from docscan.arrays import averaged, components


@pytest.mark.parametrize(("share", "side"), [(0.0, 40), (0.05, 300), (0.2, 1400), (1.0, 30)])
def test_marks_are_those_of_the_standard_way(share: float, side: int) -> None:
    mask = np.random.default_rng(7).random((side, side + 3)) < share
    labels, stats = components(mask)
    _, expected, of_each, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    assert (labels == expected).all()
    assert (stats == of_each).all()


def test_there_are_pictures_with_more_marks_than_16_bits_count() -> None:
    """Otherwise the test above would not see labels run over."""
    mask = np.random.default_rng(7).random((1400, 1403)) < 0.2
    assert np.count_nonzero(mask[:, 1:] > mask[:, :-1]) > np.iinfo(np.uint16).max


def test_a_mean_is_that_of_the_pixels_it_stands_for() -> None:
    image = np.random.default_rng(3).random((64, 96)).astype(np.float32)
    assert averaged(image, (12, 8)) == pytest.approx(image.reshape(8, 8, 12, 8).mean(axis=(1, 3)), abs=1e-6)
