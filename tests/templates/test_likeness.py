"""Likenesses: small, lossless enough, and the same for one face only."""

import cv2
import numpy as np
import pytest
from pydantic import ValidationError

from docscan.templates.likeness import ROWS, Likeness, bits_apart, encoded, same_face

COLUMNS = 28


def features(seed):
    rng = np.random.default_rng(seed)
    image = cv2.GaussianBlur(rng.normal(size=(ROWS, COLUMNS)).astype(np.float32), (0, 0), 2.0)
    return (image / np.linalg.norm(image)).astype(np.float32)


def test_a_likeness_comes_back_from_json():
    one = encoded(features(1))
    assert Likeness.model_validate_json(one.model_dump_json()) == one
    assert one.array().shape == (ROWS, COLUMNS)


def test_the_same_face_shifted_and_scaled_is_alike_and_another_is_not():
    own = features(2)
    matrix = np.array([[1.03, 0, 0.7], [0, 1.03, -1.4]], np.float32)
    moved = cv2.warpAffine(own, matrix, (COLUMNS, ROWS), borderMode=cv2.BORDER_REPLICATE)
    assert same_face(encoded(own), encoded(moved)) > 0.85
    assert max(same_face(encoded(own), encoded(features(seed))) for seed in range(10, 30)) < 0.7


def test_hashes_of_one_face_are_near():
    own = features(3)
    noisy = own + np.random.default_rng(4).normal(0, 0.15 * own.std(), own.shape).astype(np.float32)
    assert bits_apart(encoded(own).hash, encoded(noisy).hash) <= 8
    assert np.mean([bits_apart(encoded(own).hash, encoded(features(s)).hash) for s in range(10, 20)]) > 20


def test_a_portrait_of_another_width_can_be_compared():
    assert -1 <= same_face(encoded(features(5)), encoded(np.ascontiguousarray(features(6)[:, :24]))) <= 1


@pytest.mark.parametrize("hash", ["", "xyz", "0" * 17])
def test_a_hash_that_is_none_is_refused(hash):
    with pytest.raises(ValidationError):
        Likeness(hash=hash, columns=28, pixels="")
