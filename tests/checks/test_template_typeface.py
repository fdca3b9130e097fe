"""Small departures of one field in many measures come together."""

import pytest

from docscan.checks.template_typeface import FEWEST, TOGETHER, _together

NORMAL = dict.fromkeys(TOGETHER, 0.7)


def test_many_small_departures_stand_out_where_one_large_one_does_not():
    assert _together(dict.fromkeys(TOGETHER, 2.2)) > 3.5
    assert _together(NORMAL | {"stroke": 40.0}) < 2
    assert _together(NORMAL) < 1


def test_letters_that_are_more_alike_than_usual_speak_against_nobody():
    assert _together(NORMAL | {"glyphs": -9.0}) <= _together(NORMAL)


def test_few_measures_are_not_put_together():
    few = dict.fromkeys(TOGETHER[: FEWEST - 1], 3.0)
    assert _together(few) == pytest.approx(0.0)
