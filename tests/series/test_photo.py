"""Where a photograph lies that was put over a page, and the wall behind its head."""

import numpy as np
import pytest

from docscan.geometry import Box
from docscan.series import photo

PPMM = 300 / 25.4
PORTRAIT = Box(x=12, y=14, width=26, height=32)


@pytest.fixture
def ground():
    """(h, w, 3) CIELAB of a pale page of 60 x 60 mm with fine waves."""
    y, x = np.mgrid[0 : round(60 * PPMM), 0 : round(60 * PPMM)].astype(np.float32)
    waves = 5 * np.sin(2 * np.pi * (x + 3 * np.sin(y / 40)) / 9)
    return np.stack([85 + waves, 1 - 0.4 * waves, 4 + 0.6 * waves], axis=-1)


def put(ground, box, wall, rng):
    """A photograph: a plain wall with a dark head, which reaches neither the upper corners nor the border."""
    laid = ground + rng.normal(0, 0.6, ground.shape).astype(np.float32)
    y, x = np.mgrid[0 : ground.shape[0], 0 : ground.shape[1]] / PPMM
    laid[(x >= box.x) & (x < box.right) & (y >= box.y) & (y < box.bottom)] = wall
    head = ((x - box.x - box.width / 2) / 9) ** 2 + ((y - box.y - box.height / 2) / 12) ** 2 < 1
    laid[head] = (30, 8, 12)
    return laid


def test_place_size_and_wall_are_told(ground, rng):
    over = Box(x=10.2, y=12.9, width=30.0, height=35.5)
    found = photo.measure(put(ground, over, (84, 2, 3), rng), ground, PORTRAIT, [], PPMM)
    assert found["across"] == pytest.approx(over.x + over.width / 2 - 25, abs=0.1)
    assert found["down"] == pytest.approx(over.y + over.height / 2 - 30, abs=0.1)
    assert found["width"] == pytest.approx(over.width - 26, abs=0.1)
    assert found["height"] == pytest.approx(over.height - 32, abs=0.1)
    assert [found[f"wall_{name}"] for name in "lab"] == pytest.approx([-1, 1, -1], abs=1.5)


def test_of_a_page_with_nothing_put_over_it_no_place_is_told(ground, rng):
    found = photo.measure(ground + rng.normal(0, 0.6, ground.shape), ground, PORTRAIT, [], PPMM)
    assert not found.keys() & {"across", "down", "width", "height"}


def test_a_field_beside_the_portrait_is_no_border(ground, rng):
    over = Box(x=10.2, y=12.9, width=30.0, height=35.5)
    laid = put(ground, over, (84, 2, 3), rng)
    field = Box(x=42.5, y=14, width=15, height=32)
    y, x = np.mgrid[0 : ground.shape[0], 0 : ground.shape[1]] / PPMM
    laid[(x > field.x) & (x < field.right) & (y > field.y) & (y < field.bottom)] = (20, 0, 0)
    found = photo.measure(laid, ground, PORTRAIT, [field], PPMM)
    assert found["width"] == pytest.approx(over.width - 26, abs=0.1)


def test_where_there_is_no_room_to_look_nothing_is_told(ground, rng):
    laid = put(ground, PORTRAIT, (84, 2, 3), rng)
    small = Box(x=0, y=0, width=1, height=1)
    assert photo.measure(laid[:4, :4], ground[:4, :4], small, [], PPMM).keys() <= {"wall_l", "wall_a", "wall_b"}
