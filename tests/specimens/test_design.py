import pytest
from specimens.design import Design, design, design_ids, label
from specimens.draw import MRZ_PITCH, mrz_places
from specimens.holder import invent, mrz_lines, values

from docscan.icao import mrz
from docscan.icao.formats import Format

DESIGNS = [design(i) for i in design_ids()]
SEEDS = range(25)


def user_assigned(code: str) -> bool:
    """ISO 3166-1 alpha-3's ranges that no State will ever get."""
    ranges = (("AAA", "AAZ"), ("QMA", "QZZ"), ("XAA", "XZZ"), ("ZZA", "ZZZ"))
    return any(low <= code <= high for low, high in ranges)


TAKEN_BY_ICAO = {
    "XXA", "XXB", "XXC", "XXX", "XXK", "XKX", "XBA", "XIM", "XCC", "XCE", "XCO", "XEC", "XPO", "XES", "XMP",
    "XOM", "XDC",
}  # fmt: skip


def test_there_are_enough_states_designs_and_formats() -> None:
    assert len({d.state.code for d in DESIGNS}) >= 8
    assert len(DESIGNS) >= 14
    assert {d.format for d in DESIGNS} == {Format.TD1, Format.TD2, Format.TD3, Format.MRV_A, Format.MRV_B}
    assert {d.technology for d in DESIGNS} == {"laser", "inkjet", "laminate"}


@pytest.mark.parametrize("d", DESIGNS, ids=lambda d: d.id)
def test_no_design_claims_a_real_issuer(d: Design) -> None:
    code = d.state.code
    assert code == "UTO" or (user_assigned(code) and code not in TAKEN_BY_ICAO)


@pytest.mark.parametrize("d", DESIGNS, ids=lambda d: d.id)
def test_the_mrz_is_right(d: Design) -> None:
    for seed in SEEDS:
        who = invent(d, seed)
        lines = mrz_lines(d, who)
        assert [len(line) for line in lines] == [d.format.columns] * d.format.rows
        parsed = mrz.parse(lines, d.format)
        assert all(digit.right for digit in parsed.check_digits)
        assert parsed.document_number == who.number
        assert parsed.text("issuing_state") == d.state.code
        assert parsed.text("date_of_birth") == f"{who.birth:%y%m%d}"
        assert parsed.text("date_of_expiry") == f"{who.expiry:%y%m%d}"
        assert parsed.text("sex") == who.sex


@pytest.mark.parametrize("d", DESIGNS, ids=lambda d: d.id)
def test_the_mrz_stands_where_doc_9303_wants_it(d: Design) -> None:
    width, height = d.size
    left = {Format.TD1: 5.0, Format.TD2: 4.0, Format.MRV_B: 4.0}.get(d.format, 6.0)
    for x, baseline in mrz_places(d):
        assert abs(x - left) <= 1.0
        assert height - 23.2 < baseline - 2.72 < baseline < height
        assert x + d.format.columns * MRZ_PITCH < width


@pytest.mark.parametrize("d", DESIGNS, ids=lambda d: d.id)
def test_holders_differ_and_are_the_same_for_the_same_seed(d: Design) -> None:
    holders = [invent(d, seed) for seed in SEEDS]
    assert holders == [invent(d, seed) for seed in SEEDS]
    assert len({who.number for who in holders}) == len(holders)
    assert len({who.face for who in holders}) == len(holders)
    for who in holders:
        assert who.birth < who.issue < who.expiry


@pytest.mark.parametrize("d", DESIGNS, ids=lambda d: d.id)
def test_every_place_has_a_value_and_a_label_in_two_languages(d: Design) -> None:
    printed = values(d, invent(d, 1))
    for layout in d.layouts:
        for place in layout.places:
            assert printed[place.name]
            english, own = label(place.name, d.state.language)
            assert english
            assert own
            assert place.room > 3


@pytest.mark.parametrize("d", DESIGNS, ids=lambda d: d.id)
def test_the_portrait_is_of_the_standards_size(d: Design) -> None:
    """Doc 9303-3, 2.3: 32 x 26 mm to 45 x 35 mm; cards have less room, and get as near as the layout allows."""
    portraits = [layout.portrait for layout in d.layouts if layout.portrait]
    assert len(portraits) == 1
    assert 24.0 <= portraits[0].w <= 35.0
    assert 31.0 <= portraits[0].h <= 45.0
