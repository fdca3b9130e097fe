"""Boxes and regions in their coordinate systems."""

import numpy as np
import pytest

from docscan.document import Face, Quality
from docscan.geometry import Box

QUALITY = Quality(sharpness=0.1, glare=0.0, exposure=0.6)


def test_a_frame_leaves_room_on_the_face_and_on_the_page() -> None:
    turn = np.deg2rad(30)
    to_page = np.array([[np.cos(turn), -np.sin(turn), 400], [np.sin(turn), np.cos(turn), 100], [0, 0, 1]])
    face = Face(np.zeros((400, 600, 3), np.uint8), 10.0, to_page, QUALITY)
    region = face.region(Box(x=100, y=50, width=80, height=30), "surname")
    framed = region.framed(0.5)
    wanted = face.region(Box(x=95, y=45, width=90, height=40), "surname")
    assert (framed.box, framed.label) == (wanted.box, "surname")
    assert framed.mm.corners() == pytest.approx(wanted.mm.corners())
    assert np.array(framed.on_page) == pytest.approx(np.array(wanted.on_page), abs=0.2)
