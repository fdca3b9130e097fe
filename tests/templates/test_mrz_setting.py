"""How the MRZ is set: measured on the template's frame, and compared with what specimens measured."""

from datetime import date

import numpy as np
import pytest

from docscan.checks.mrz_rows import against_template
from docscan.document import (
    Document,
    Examination,
    Face,
    MrzReading,
    Quality,
    Reading,
    RegisteredFace,
    Symbol,
    Template,
    TemplateFace,
    TemplateMatch,
    Zone,
)
from docscan.geometry import Box, project
from docscan.icao import Format
from docscan.templates import mrz_setting
from docscan.templates.normal import normal

PPMM = 10.0
TURN = np.array([[1.02, 0.03, 12.0], [-0.03, 1.02, -7.0], [0, 0, 1]])
"""From the template's pixels to the face's."""
TO_TEMPLATE = np.linalg.inv(TURN)
USUAL = {"pitch": 2.54, "size": 2.6, "left": 7.3, "top": 72.0, "distance": 6.35}


def reading(stray: float = 0.0, **changed: float) -> MrzReading:
    """Two lines of 44 characters, set as `changed` says, seen on a face that is turned and enlarged."""
    how = USUAL | changed

    def box(line: int, n: int) -> Box:
        x, y = how["left"] + n * how["pitch"], how["top"] + line * how["distance"] + stray * (n == 5)
        place = Box(x=x - 0.9, y=y - how["size"] / 2, width=1.8, height=how["size"]).scaled(PPMM)
        centre = project([(place.x + place.width / 2, place.y + place.height / 2)], TURN)[0]
        wide, high = 1.8 * PPMM * 1.02, how["size"] * PPMM * 1.02
        return Box(x=centre[0] - wide / 2, y=centre[1] - high / 2, width=wide, height=high)

    symbols = tuple(tuple(Symbol(char="A", confidence=1, box=box(k, n)) for n in range(44)) for k in range(2))
    return MrzReading(engine="test", format=Format.TD3, lines=("A" * 44,) * 2, symbols=symbols)


def deviates(read: MrzReading) -> dict[str, float]:
    zone = Zone(
        name="mrz",
        kind="mrz",
        box=Box(x=3, y=70, width=118, height=12),
        normal={name: normal([value] * 12, mrz_setting.FLOORS[name]) for name, value in USUAL.items()},
    )
    blank = np.zeros((880, 1250, 3), np.uint8)
    face = TemplateFace("page", PPMM, blank, np.zeros((880, 1250), np.float32), (zone,))
    template = Template(id="t", state="UTO", type="P", format=Format.TD3, version="v", specimens=12, faces=(face,))
    registered = RegisteredFace(
        face=0,
        template_face=face,
        pixels=blank,
        to_template=TO_TEMPLATE,
        inliers=99,
        residual=0.0,
        covered=np.ones((880, 1250), bool),
        flow=np.zeros((0, 4), np.float32),
        bent=np.zeros((0, 2), np.float32),
    )
    questioned = Face(blank, PPMM, np.eye(3), Quality(sharpness=0.1, glare=0, exposure=0.5))
    match = TemplateMatch(template=template, faces=(registered,), score=1.0)
    return against_template(Examination(Document((questioned,)), Reading(mrz=read), match, date(2026, 1, 1)), read)


def test_measures_are_millimetres_of_the_template() -> None:
    assert mrz_setting.measure(reading(), TO_TEMPLATE, PPMM) == pytest.approx(USUAL, abs=0.01)


def test_one_character_out_of_place_moves_nothing() -> None:
    assert mrz_setting.measure(reading(stray=0.8), TO_TEMPLATE, PPMM) == pytest.approx(USUAL, abs=0.01)


def test_a_reading_without_places_has_no_setting() -> None:
    bare = MrzReading(engine="test", format=Format.TD3, lines=("A" * 44,) * 2)
    assert mrz_setting.measure(bare, TO_TEMPLATE, PPMM) == {}
    assert deviates(bare) == {}


def test_what_is_set_as_the_specimens_deviates_in_nothing() -> None:
    assert max(deviates(reading()).values()) < 1


@pytest.mark.parametrize(("name", "value"), [("pitch", 2.57), ("size", 2.8), ("distance", 6.55), ("left", 8.0)])
def test_another_machine_stands_out_though_the_standard_allows_it(name: str, value: float) -> None:
    found = deviates(reading(**{name: value}))
    assert max(found, key=found.__getitem__) == f"template_{name}"
    assert found[f"template_{name}"] > 3.5
