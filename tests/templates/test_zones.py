import pytest

from docscan.document import Zone
from docscan.geometry import Box
from docscan.templates.enrolment import _as_field, _whole_ghosts
from docscan.templates.learning import _judged


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
    assert _as_field(zone(width_mm), name, [read] * 8, standing=False, small=False).kind == kind


@pytest.mark.parametrize(
    ("name", "values", "small", "kind"),
    [
        (None, ["MONTARIAN"] * 7 + ["MONTARIANA"] * 5, True, "field"),
        (None, ["NAME"] * 7 + ["PRENOM"] * 5, True, "label"),
        (None, ["CONSULATE"] * 7 + ["PASSPORT OFFICE"] * 5, False, "field"),
        (None, [""] * 9, False, "label"),
        ("nationality", ["UTO"] * 9, True, "field"),
    ],
)
def test_one_of_several_standing_texts_in_small_type_is_a_label(
    name: str | None, values: list[str], small: bool, kind: str
) -> None:
    assert _as_field(zone(9.0), name, values, standing=True, small=small).kind == kind


def test_the_text_that_all_specimens_have_is_kept() -> None:
    found = _as_field(zone(9.0), None, ["MONTARIAN"] * 7 + ["MONTARIANA"] * 5, standing=True, small=True)
    assert found.grammar == {"texts": "MONTARIAN"}


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
