import numpy as np
import pytest

from docscan.document import Zone
from docscan.geometry import Box
from docscan.templates import zones
from docscan.templates.enrolment import _as_field, _whole_ghosts
from docscan.templates.learning import _judged

PPMM = 10


def words(height_mm: float, gap_mm: float) -> list[np.ndarray]:
    """Of five specimens, where a line of three words is printed: 6 mm each, so high and so far apart."""
    mask = np.zeros((200, 500), bool)
    for word in range(3):
        left = round(50 + word * (6 + gap_mm) * PPMM)
        mask[100 : 100 + round(height_mm * PPMM), left : left + 60] = True
    return [mask] * 5


@pytest.mark.parametrize(
    ("height_mm", "gap_mm", "count"), [(2.2, 1.5, 1), (2.2, 2.3, 1), (2.2, 3.0, 3), (1.2, 1.5, 1), (1.2, 2.3, 3)]
)
def test_words_of_a_line_are_as_far_apart_as_its_letters_are_high(height_mm: float, gap_mm: float, count: int) -> None:
    lines, tall = zones.lines(words(height_mm, gap_mm), (), PPMM)
    assert (len(lines), len(tall)) == (count, 0)


def zone(width_mm: float) -> Zone:
    return Zone(name="field_1", kind="field", box=Box(x=5, y=5, width=width_mm, height=2.2))


@pytest.mark.parametrize(
    ("width_mm", "name", "read", "kind"),
    [
        (1.2, None, "", "label"),
        (1.2, None, "M", "field"),
        (1.2, "sex", "", "field"),
        (9.0, None, "", "field"),
    ],
)
def test_a_mark_that_nobody_reads_is_no_field(width_mm: float, name: str | None, read: str, kind: str) -> None:
    assert _as_field(zone(width_mm), name, [read] * 8, standing=False).kind == kind


def test_a_standing_text_is_a_field_only_where_there_are_no_others() -> None:
    closed = _as_field(zone(9.0), None, ["MONTARIAN"] * 7 + ["MONTARIANA"] * 5, standing=True)
    assert (closed.kind, closed.grammar) == ("field", {"texts": "MONTARIAN"})
    assert _as_field(zone(9.0), None, ["NAME"] * 7 + ["PRENOM"] * 5, standing=True).kind == "label"
    assert _as_field(zone(9.0), None, [""] * 9, standing=True).kind == "label"
    assert _as_field(zone(9.0), "nationality", ["UTO"] * 9, standing=True).kind == "field"


def test_a_zone_of_a_few_texts_has_no_letters_to_hold_another_text_against() -> None:
    usual = {"height": (0.9, 0.05), "glyphs": (0.01, 0.02), "oddest_glyph": (0.02, 0.1)}
    field = zone(9.0)
    assert _judged(field, usual) == usual
    assert set(_judged(field.model_copy(update={"grammar": {"texts": "NAME | NOM"}}), usual)) == {"height"}


def test_what_lies_on_a_larger_ghost_is_a_part_of_it() -> None:
    def at(kind: str, name: str, x: float, width: float) -> Zone:
        return Zone(name=name, kind=kind, box=Box(x=x, y=10, width=width, height=width))

    large, part, scrawl = at("ghost", "large", 50, 20), at("ghost", "part", 60, 15), at("signature", "scrawl", 45, 8)
    apart, portrait, field = (
        at("ghost", "apart", 90, 10),
        at("portrait", "portrait", 40, 30),
        at("field", "field", 52, 9),
    )
    found = _whole_ghosts([portrait, part, large, scrawl, apart, field])
    assert found == (portrait, large, apart, field)
