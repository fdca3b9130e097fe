"""Laying one picture on another."""

import cv2
import numpy as np

from docscan.templates.registration import Bend, resample


def test_a_bend_is_told_at_any_number_of_places() -> None:
    columns, rows = np.meshgrid(np.arange(0.0, 210), np.arange(0.0, 190))
    places = np.stack([columns, rows], axis=-1).astype(np.float32)
    bend = Bend(np.stack([np.full((3, 3), 0.25), np.tile([0.0, 1.0, 2.0], (3, 1))], axis=-1).astype(np.float32), 100.0)
    moved = bend.at(places)
    assert moved.shape == places.shape
    assert np.allclose(moved[..., 0], 0.25)
    assert np.allclose(moved[..., 1], np.minimum(columns / 100, 2), atol=0.02)
    assert np.allclose(bend.at(places[5, :40]), moved[5, :40])


def test_pixels_are_laid_where_perspective_and_bend_put_them() -> None:
    size = (230, 150)
    seen = cv2.GaussianBlur(np.random.default_rng(1).integers(0, 256, (190, 270, 3)).astype(np.uint8), (0, 0), 3)
    to_fixed = np.array([[0.95, 0.02, -6.0], [-0.03, 0.97, 4.0], [1e-4, 5e-5, 1.0]])
    bend = Bend(np.full((4, 5, 2), (0.7, -0.4), np.float32), 70.0)
    laid, covered = resample(seen, to_fixed, bend, size)
    x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    moved = np.stack([x + 0.7, y - 0.4], axis=-1)
    origins = cv2.perspectiveTransform(moved.astype(np.float64), np.linalg.inv(to_fixed)).astype(np.float32)
    exact = cv2.remap(seen, origins, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    assert np.abs(laid.astype(int) - exact).max() <= 2
    inside = (origins >= 1).all(axis=-1) & (origins[..., 0] <= 268) & (origins[..., 1] <= 188)
    assert 0.5 < inside.mean() < 1
    assert (covered == inside).mean() > 0.998
