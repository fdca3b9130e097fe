import cv2
import numpy as np
import pytest

from docscan.geometry import Box
from docscan.templates import typography
from docscan.templates.typography import FLOORS

PPMM = 12.0


def line(text: str, blur: float = 0.0) -> dict[str, float]:
    """What is measured of a line of black letters, seen through so many pixels of blur."""
    drawn = np.zeros((60, 700), np.uint8)
    cv2.putText(drawn, text, (20, 42), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 60, 2, cv2.LINE_AA)
    darkness = drawn.astype(np.float32)
    if blur:
        darkness = cv2.GaussianBlur(darkness, (0, 0), blur)
    whole, tint = Box(x=0, y=0, width=700, height=60), [np.zeros((60, 700), np.float32)] * 2
    written = typography.measure(darkness, tint, whole, PPMM)
    assert written is not None
    return dict(written.measures)


def test_distances_of_letters_are_measured_where_letters_stand_apart():
    sharp, blurred = line("KINDBERG OST"), line("KINDBERG OST", blur=1.6)
    assert sharp["advance"] == pytest.approx(np.log(20 / PPMM), abs=0.15)
    assert "advance" not in blurred, "the blur joins letters, so that there seem to be fewer"
    assert blurred["height"] == pytest.approx(sharp["height"], abs=0.1)


def test_what_a_blurred_picture_shifts_for_all_fields_is_held_against_none():
    """A field that is bolder than its siblings still stands out, by less than in a sharp picture."""
    medians = {zone: {"stroke": 10.0} for zone in "abcd"}
    far = 20 * FLOORS["stroke"]
    blurred = {"a": {"stroke": 10.0 + far}, "b": {"stroke": 10.2 + far}, "c": {"stroke": 9.8 + far}}
    found = typography.against_siblings(blurred | {"d": {"stroke": 14.0 + far}}, medians)
    assert max(abs(found[zone]["stroke"]) for zone in "abc") < FLOORS["stroke"] / 2
    assert found["d"]["stroke"] == pytest.approx(4.0 / np.hypot(1, 5), abs=0.1)


def test_little_that_siblings_share_is_shared_with_caution():
    medians = {zone: {"height": 0.0} for zone in "abc"}
    small = FLOORS["height"] / 2
    found = typography.against_siblings({zone: {"height": small} for zone in "abc"}, medians)
    assert found["a"]["height"] == pytest.approx(small / 3, rel=0.01)


def test_two_fields_have_too_few_siblings():
    medians = {zone: {"height": 0.0} for zone in "ab"}
    assert typography.against_siblings({"a": {"height": 1.0}, "b": {"height": 1.0}}, medians)["a"]["height"] == 1.0
