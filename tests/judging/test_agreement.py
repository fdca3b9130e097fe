"""Kinds of evidence that meet at one place."""

import pytest

from docscan.document import Finding, Outcome
from docscan.geometry import Box, Region
from docscan.judging import features
from docscan.judging.agreement import HIGHEST_MM, agreement
from docscan.judging.reasons import explain

BACKGROUND, TYPEFACE, LAYOUT, VIZ = (
    "template.background",
    "template.typeface",
    "template.layout",
    "consistency.viz_mrz",
)


def told(
    check: str, x: float = 10, width: float = 30, height: float = 4, face: int = 0, outcome: Outcome = Outcome.UNSURE
) -> Finding:
    box = Box(x=x, y=20, width=width, height=height)
    corners = tuple((float(a), float(b)) for a, b in box.corners())
    region = Region(face=face, box=box, mm=box, on_page=corners)
    return Finding(check=check, outcome=outcome, code="odd", message="Odd.", regions=(region,))


@pytest.mark.parametrize(
    ("findings", "kinds"),
    [
        ([], 0),
        ([told(BACKGROUND)], 1),
        ([told(BACKGROUND), told(TYPEFACE)], 2),
        ([told(BACKGROUND, width=3), told(TYPEFACE)], 2),
        ([told(BACKGROUND), told(TYPEFACE), told(VIZ, outcome=Outcome.FAIL)], 3),
        ([told(TYPEFACE), told(LAYOUT)], 1),
        ([told(VIZ), told("template.field_grammar")], 1),
        ([told(BACKGROUND), told(TYPEFACE, x=45)], 1),
        ([told(BACKGROUND), told(TYPEFACE, face=1)], 1),
        ([told(BACKGROUND), told(TYPEFACE, outcome=Outcome.PASS)], 1),
        ([told(BACKGROUND, height=HIGHEST_MM), told(TYPEFACE)], 1),
    ],
)
def test_kinds_that_speak_against_one_place(findings, kinds):
    assert agreement(findings).kinds == kinds
    measured = dict(zip(features.NAMES, features.vector(findings), strict=True))
    assert measured[features.AGREEING] == max(0, kinds - 1)


def test_what_meets_shares_what_the_meeting_adds():
    elsewhere = told("image.noise", x=80)
    reasons = explain([told(BACKGROUND), elsewhere, told(TYPEFACE)], {features.AGREEING: 3.0})
    assert {reason.check: reason.weight for reason in reasons} == {BACKGROUND: 1.5, TYPEFACE: 1.5}
