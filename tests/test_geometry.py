"""Boxes and regions in their coordinate systems."""

import numpy as np
import pytest

from docscan.document import Face, Quality
from docscan.geometry import Box, Region

QUALITY = Quality(sharpness=0.1, glare=0.0, exposure=0.6)


@pytest.fixture
def turned() -> Face:
    turn = np.deg2rad(30)
    to_page = np.array([[np.cos(turn), -np.sin(turn), 400], [np.sin(turn), np.cos(turn), 100], [0, 0, 1]])
    return Face(np.zeros((400, 600, 3), np.uint8), 10.0, to_page, QUALITY)


def agree(region: Region, wanted: Region) -> None:
    assert (region.face, region.label) == (wanted.face, wanted.label)
    assert region.box.corners() == pytest.approx(wanted.box.corners())
    assert region.mm.corners() == pytest.approx(wanted.mm.corners())
    assert np.array(region.on_page) == pytest.approx(np.array(wanted.on_page), abs=0.2)


def test_a_frame_leaves_room_on_the_face_and_on_the_page(turned: Face) -> None:
    region = turned.region(Box(x=100, y=50, width=80, height=30), "surname")
    agree(region.framed(0.5), turned.region(Box(x=95, y=45, width=90, height=40), "surname"))


def test_two_regions_joined_are_the_region_around_both(turned: Face) -> None:
    region, other = (
        turned.region(Box(x=x, y=y, width=30, height=20), "MRZ character") for x, y in ((90, 50), (140, 54))
    )
    wanted = turned.region(Box(x=90, y=50, width=80, height=24), "MRZ character")
    agree(region.joined(other), wanted)
    agree(other.joined(region), wanted)
