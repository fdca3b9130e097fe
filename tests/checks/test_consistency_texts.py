"""The texts that the comparisons work on: likely readings, spellings, printed dates."""

import math
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscan.checks.comparing import EXPLAINED, SAME, spellings, text_difference
from docscan.checks.mrz_evidence import MARGIN
from docscan.checks.mrz_text import MrzText, document_number, field_text
from docscan.document import MrzReading, Symbol
from docscan.icao import Format, build, parse
from docscan.icao.dates import PartialDate
from docscan.icao.layouts import Place
from docscan.reading.printed_dates import another_year, differing, lettered, lost_digit, printed_dates


def seen(*symbols: tuple[str, float, tuple[tuple[str, float], ...]]) -> MrzText:
    line = tuple(Symbol(char=char, confidence=p, runners_up=others) for char, p, others in symbols)
    text = "".join(symbol.char for symbol in line)
    reading = MrzReading(engine="test", format=None, lines=(text,), symbols=(line,))
    return MrzText(text, tuple(Place(0, i) for i in range(len(text))), reading)


def sure(text: str) -> MrzText:
    return seen(*((char, 0.9999, ()) for char in text))


def test_likely_readings_come_in_order_each_once():
    text = seen(("8", 0.6, (("B", 0.3), ("S", 0.1))), ("0", 0.7, (("O", 0.3),)))
    read = list(text.likely_readings())
    assert [reading for _, reading in read[:4]] == ["80", "B0", "8O", "BO"]
    assert [nats for nats, _ in read] == sorted(nats for nats, _ in read)
    assert len({reading for _, reading in read}) == len(read)
    assert read[1][0] == pytest.approx(math.log(0.6 / 0.3))
    assert all(nats < MARGIN for nats, _ in read)


@given(st.lists(st.floats(0.2, 0.999), min_size=1, max_size=4))
def test_the_first_likely_reading_is_what_was_read(confidences):
    text = seen(*(("A", p, (("B", round((1 - p) / 2, 6)),)) for p in confidences))
    assert next(text.likely_readings()) == (0.0, "A" * len(confidences))
    nats = [nats for nats, _ in islice(text.likely_readings(), 500)]
    assert all(later - earlier > -1e-9 for earlier, later in pairwise(nats))


def test_without_detail_there_is_one_reading_and_no_certainty():
    text = MrzText("A1", (Place(0, 0), Place(0, 1)), MrzReading(engine="test", format=None, lines=("A1",)))
    assert list(text.likely_readings()) == [(0.0, "A1")]
    assert not text.sure


def test_fields_keep_their_places():
    lines = build(Format.TD1, document_code="ID", issuing_state="UTO", document_number="KV643EX3044", surname="Badel")
    reading = MrzReading(engine="test", format=Format.TD1, lines=lines)
    mrz = parse(lines)
    number = document_number(mrz, reading)
    assert number.text == "KV643EX3044"
    assert [lines[place.line][place.column] for place in number.places] == list(number.text)
    name = field_text(mrz, reading, "name").only(fillers=False)
    assert (name.text, name.places[0]) == ("BADEL", Place(2, 0))
    assert field_text(mrz, reading, "no such field").text == ""


@pytest.mark.parametrize(("printed", "ways"), [("Ö", {"O", "OE"}), ("ß", {"SS"}), ("d'A-B c", {"DABC"})])
def test_spellings(printed, ways):
    assert {"".join(letter for letter, _ in spelt) for spelt in spellings(printed)} >= ways


def test_spellings_know_where_each_letter_stands():
    (spelt,) = spellings("a-ßc")
    assert spelt == (("A", 0), ("S", 2), ("S", 2), ("C", 3))


@pytest.mark.parametrize(
    ("mrz", "printed", "clear", "differs"),
    [
        ("AB12", "AB12", 0, ()),
        ("AB12", "AB13", 1, (3,)),
        ("AB1O", "AB10", 0, (3,)),
        ("VELDE", "Vek", 0, (2,)),
        ("ABCDEFG", "ABCDEFGH", 0, (7,)),
        ("ABCD", "WXYZ", 4, (0, 1, 2, 3)),
    ],
)
def test_clear_and_explained_differences(mrz, printed, clear, differs):
    found = text_difference(sure(mrz), printed)
    assert (found.clear, found.differs) == (clear, differs)
    assert found.same is (mrz == printed)


def test_an_explained_difference_counts_less():
    explained = text_difference(sure("AB1O"), "AB10").distance
    assert explained == pytest.approx(EXPLAINED / 4, rel=1e-3)
    assert explained < text_difference(sure("AB1O"), "AB1Z").distance


@given(st.text("ABCDEFGH0123456789", min_size=1, max_size=12), st.text(max_size=14))
def test_distances_stay_between_0_and_1(mrz, printed):
    found = text_difference(sure(mrz), printed)
    assert 0 <= found.distance <= 1
    assert (found == SAME) == (mrz in {"".join(letter for letter, _ in spelt) for spelt in spellings(printed)})


@given(st.text(max_size=30))
def test_no_text_is_an_error_as_a_date(text):
    for day in printed_dates(text):
        assert all(0 <= index < len(text) for index, _ in differing(text, day, PartialDate(87, 1, 25)))


@pytest.mark.parametrize(
    ("printed", "instead"),
    [
        ("25 JAN 1984", ((10, "7"),)),
        ("29.04.1982", ((1, "5"), (4, "1"), (9, "7"))),
        ("25 MAR 1987", ((3, ""), (4, ""), (5, ""))),
    ],
)
def test_what_a_date_should_say_instead(printed, instead):
    (day,) = [day for day in printed_dates(printed) if day.day in (25, 29)]
    assert differing(printed, day, PartialDate(87, 1, 25)) == instead


@pytest.mark.parametrize("printed", ["03/3UL/2024", "03/0UL/2024", "3UL/03/2024", "03 7EM 2024"])
def test_a_digit_in_the_name_of_a_month_is_no_number(printed: str):
    assert printed_dates(printed) == {PartialDate(2024, 7, 3)}


@pytest.mark.parametrize(
    "printed", ["03JUL2024", "03 12 2024", "03 JU1 2024", "07/A3/2024", "07/⑴3A/2024", "0X/X1X/2024"]
)
def test_what_is_no_month_with_a_digit_in_it_is_read_as_before(printed: str):
    assert lettered(printed) == printed


def test_what_should_stand_in_such_a_date_is_told_at_its_places():
    (day,) = printed_dates("03/3UL/2024")
    assert differing("03/3UL/2024", day, PartialDate(2027, 7, 3)) == ((10, "7"),)
    assert differing("03/3UL/2024", day, PartialDate(2024, 6, 3)) == ((3, ""), (4, ""), (5, ""))


@pytest.mark.parametrize(
    ("printed", "place"),
    [
        ("~5.01.1987", 0),
        ("-5 JAN 1987", 0),
        ("~6.01.1987", None),
        ("25.01.1987", None),
        ("-25.01.1987", None),
        ("5.01.1987", None),
    ],
)
def test_a_mark_may_have_been_a_digit_of_the_date(printed: str, place: int | None):
    """What foil leaves of a digit is read for a mark; another date behind it is another date."""
    assert lost_digit(printed, PartialDate(87, 1, 25)) == place


@pytest.mark.parametrize(
    ("printed", "instead"),
    [
        ("~v.01.1989", ((9, "7"),)),
        ("25.~v.1989", ((9, "7"),)),
        ("~v JAN 1996", ((9, "8"), (10, "7"))),
        ("~v.01.1987", ()),
        ("~v.1989", ()),
        ("25.01.12.1989", ()),
        ("19.89", ()),
        ("1989 1989", ()),
    ],
)
def test_a_year_is_compared_where_the_day_cannot_be_read(printed: str, instead: tuple[tuple[int, str], ...]):
    assert another_year(printed, PartialDate(87, 1, 25)) == instead


@pytest.mark.parametrize(("printed", "clear"), [("707476", 0), ("69707", 0), ("69797476", 3)])
def test_a_part_of_a_field_that_agrees_accuses_nobody(printed: str, clear: int):
    found = text_difference(sure("69707476G"), printed)
    assert not found.same
    assert (found.clear == 0) == (clear == 0)
