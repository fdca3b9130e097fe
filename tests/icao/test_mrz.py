import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from docscan.icao.check_digits import ALPHABET, FILLER, LETTERS, blind_spots
from docscan.icao.formats import Format
from docscan.icao.layouts import LAYOUTS
from docscan.icao.mrz import build, detect_format, parse

# Printed MRZs of the standard: Part 4 appendix A, Part 5 appendix A, Part 6 appendix B, Part 7 appendices.
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
MRV_A = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<")
MRV_B = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<")
# The card that France's administration printed as the specimen of its card of 1988.
FRA_ID = ("IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512068F6")

WITH_DIGITS = [
    (Format.TD1, TD1),
    (Format.TD2, TD2),
    (Format.TD3, TD3),
    (Format.MRV_A, MRV_A),
    (Format.MRV_B, MRV_B),
    (Format.FRA_ID, FRA_ID),
]

words = st.text(LETTERS, min_size=1, max_size=9)
full_names = st.lists(words, min_size=1, max_size=3).map(" ".join)
dates = st.dates(date(1930, 1, 1), date(2029, 12, 31)).map(lambda day: day.strftime("%y%m%d"))
numbers = st.text(ALPHABET.replace(FILLER, ""), min_size=1, max_size=9)


@st.composite
def documents(draw: st.DrawFn) -> tuple[Format, dict[str, str]]:
    """A format and values that fit it."""
    fmt = draw(st.sampled_from(list(Format)))
    widths = {slot.name: slot.end - slot.start for slot in LAYOUTS[fmt].slots}
    values = {
        "document_code": {"V": "V", "F": "ID"}.get(fmt.name[0], "P") if fmt is not Format.FRA_ID else "ID",
        "issuing_state": "FRA" if fmt is Format.FRA_ID else draw(st.sampled_from(["UTO", "D", "LKA"])),
        "document_number": draw(numbers),
        "nationality": "UTO",
        "date_of_birth": draw(st.one_of(dates, st.just("74<<<<"))),
        "sex": draw(st.sampled_from(["F", "M", "<"])),
        "date_of_expiry": draw(dates),
        "optional_data": draw(st.text(ALPHABET, max_size=7)),
        "optional_data_2": draw(st.text(ALPHABET, max_size=7)),
        "issuing_department": draw(st.text("0123456789", min_size=3, max_size=3)),
    }
    if LAYOUTS[fmt].continues and draw(st.booleans()):
        values["document_number"] = draw(st.text(ALPHABET.replace(FILLER, ""), min_size=10, max_size=12))
        values["optional_data"] = draw(st.text(ALPHABET, max_size=2))
    values["optional_data"] = values["optional_data"].rstrip(FILLER)
    values["optional_data_2"] = values["optional_data_2"].rstrip(FILLER)
    values = {name: value for name, value in values.items() if name in widths}
    return fmt, values | {"surname": draw(full_names), "given_names": draw(full_names)}


def with_char(lines: tuple[str, ...], line: int, column: int, char: str) -> tuple[str, ...]:
    return tuple(
        text[:column] + char + text[column + 1 :] if index == line else text for index, text in enumerate(lines)
    )


@pytest.mark.parametrize(("fmt", "lines"), WITH_DIGITS)
def test_printed_examples_are_known_for_what_they_are(fmt: Format, lines: tuple[str, ...]) -> None:
    assert detect_format(lines) is fmt
    assert parse(lines).misfit == ""


@pytest.mark.parametrize("lines", [TD1, TD2, TD3, FRA_ID])
def test_check_digits_of_printed_examples_are_right(lines: tuple[str, ...]) -> None:
    digits = parse(lines).check_digits
    assert digits[-1].name == "composite"
    assert [digit.name for digit in digits if not digit.right] == []


def test_fields_of_the_passport_example() -> None:
    mrz = parse(TD3)
    assert mrz.document_number == "L898902C3"
    assert mrz.value("issuing_state") == mrz.value("nationality") == "UTO"
    assert mrz.value("date_of_birth") == "740812"
    assert mrz.value("optional_data") == "ZE184226B"
    assert mrz.names == (("ERIKSSON",), ("ANNA", "MARIA"), False)
    sex = mrz.field("sex")
    assert sex is not None
    assert (sex.text, sex.line, sex.start, sex.end) == ("F", 1, 20, 21)


def test_the_french_card_prints_its_names_in_two_fields() -> None:
    mrz = parse(FRA_ID)
    assert mrz.names == (("BERTHIER",), ("CORINNE",), False)
    assert mrz.document_number == "880692310285"
    built = build(Format.FRA_ID, document_code="ID", issuing_state="FRA", surname="Duval-Noël", given_names="Zoé Marie")
    assert built[0][5:15] == "DUVAL<NOEL"
    assert built[1][13:27] == "ZOE<<MARIE<<<<"


def test_visas_have_no_composite() -> None:
    for lines in (MRV_A, MRV_B):
        assert [digit.name for digit in parse(lines).check_digits] == [
            "document_number",
            "date_of_birth",
            "date_of_expiry",
        ]


@pytest.mark.parametrize("fmt", [Format.TD1, Format.TD2])
def test_a_long_number_goes_on_in_the_optional_data(fmt: Format) -> None:
    lines = build(fmt, document_number="D23145890734", optional_data="AB" if fmt is Format.TD1 else "")
    mrz = parse(lines, fmt)
    number = next(digit for digit in mrz.check_digits if digit.name == "document_number")
    assert mrz.document_number == "D23145890734"
    assert number.text == "D23145890734"
    assert number.right
    assert mrz.value("optional_data") == ("AB" if fmt is Format.TD1 else "")
    assert mrz.value("document_number_continues") == ""
    assert "".join(lines[place.line][place.column] for place in number.covered) == number.text


def test_a_passport_number_does_not_go_on() -> None:
    mrz = parse((TD3[0], "L898902C3<UTO7408122F1204159123<<<<<<<<<<<<0"))
    assert mrz.document_number == "L898902C3"
    assert not mrz.check_digits[0].right


@pytest.mark.parametrize("blank", ["0", "<"])
def test_empty_optional_data_may_have_a_zero_or_a_filler(blank: str) -> None:
    values = {"document_number": "AB2134", "date_of_birth": "520727", "date_of_expiry": "960108"}
    lines = build(Format.TD3, blank=blank, **values)  # type: ignore[arg-type]
    assert lines[1][42] == blank
    assert all(digit.right for digit in parse(lines).check_digits)
    for wrong in "1A":
        assert not parse(with_char(lines, 1, 42, wrong)).check_digits[3].right


def test_a_filler_is_no_composite_digit_and_no_digit_over_data() -> None:
    lines = build(Format.TD3, document_number="AB2134", optional_data="0")
    assert not parse(with_char(lines, 1, 43, "<")).check_digits[-1].right
    assert not parse(with_char(lines, 1, 42, "<")).check_digits[3].right


@given(documents())
def test_what_is_built_is_parsed_back(document: tuple[Format, dict[str, str]]) -> None:
    fmt, values = document
    lines = build(fmt, **values)
    mrz = parse(lines, fmt)
    assert [len(line) for line in lines] == [fmt.columns] * fmt.rows
    assert [digit.name for digit in mrz.check_digits if not digit.right] == []
    assert mrz.document_number == values.pop("document_number")
    surname, given_names = values.pop("surname").split(), values.pop("given_names").split()
    if fmt is Format.FRA_ID:  # cut without ceremony
        assert ("<<".join(given_names) + FILLER * 14).startswith(mrz.text("given_names"))
    elif not mrz.names.maybe_truncated:
        assert mrz.names[:2] == (tuple(surname), tuple(given_names))
    for name, value in values.items():
        assert mrz.value(name) == value.rstrip(FILLER)


@given(documents())
def test_fields_cover_each_character_once(document: tuple[Format, dict[str, str]]) -> None:
    fmt, values = document
    mrz = parse(build(fmt, **values), fmt)
    places = [place for field in mrz.fields for place in field.places]
    assert sorted(places) == [(line, column) for line in range(fmt.rows) for column in range(fmt.columns)]
    for field in mrz.fields:
        assert mrz.lines[field.line][field.start : field.end] == field.text


@given(documents(), st.data())
def test_any_single_substitution_under_a_digit_is_caught_unless_a_blind_spot(
    document: tuple[Format, dict[str, str]], data: st.DataObject
) -> None:
    fmt, values = document
    lines = build(fmt, **values)
    covered = sorted({place for digit in parse(lines, fmt).check_digits for place in (*digit.covered, digit.place)})
    line, column = data.draw(st.sampled_from(covered))
    old = lines[line][column]
    new = data.draw(st.sampled_from([char for char in ALPHABET if char != old]))
    assume(new not in blind_spots(old))
    assert not all(digit.right for digit in parse(with_char(lines, line, column, new), fmt).check_digits)


@given(st.lists(st.text(max_size=50), max_size=4), st.none() | st.sampled_from(list(Format)))
def test_any_text_is_parsed(lines: list[str], fmt: Format | None) -> None:
    mrz = parse(lines, fmt)
    assert mrz.lines == tuple(lines)
    assert mrz.names is not None
    assert mrz.misfit or [len(line) for line in lines] == [mrz.format.columns] * mrz.format.rows


@given(st.data(), st.sampled_from(list(Format)))
def test_any_text_of_the_right_shape_is_parsed(data: st.DataObject, fmt: Format) -> None:
    line = st.text(min_size=fmt.columns, max_size=fmt.columns)
    mrz = parse(data.draw(st.lists(line, min_size=fmt.rows, max_size=fmt.rows)), fmt)
    assert mrz.misfit == ""
    assert sum(len(field.text) for field in mrz.fields) == fmt.rows * fmt.columns


def test_a_line_of_wrong_length_says_so_and_leaves_the_others_readable() -> None:
    mrz = parse((TD1[0][:-1], TD1[1], TD1[2]))
    assert mrz.format is Format.TD1
    assert mrz.misfit == "Line 1 has 29 characters, not 30."
    assert mrz.field("document_number") is None
    assert mrz.value("date_of_birth") == "740812"
    assert [digit.name for digit in mrz.check_digits] == ["date_of_birth", "date_of_expiry"]


def test_other_shapes_are_no_format() -> None:
    assert detect_format(()) is None
    assert detect_format(("P<UTO", "123")) is None
    assert detect_format(("A" * 40, "B" * 40)) is None
    assert parse(("hello",)).format is None
    assert "lines" in parse(TD1, Format.TD3).misfit


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"document_number": "A234567890"}, "room for 9"),
        ({"document_number": "AB-34"}, "may only hold"),
        ({"height": "170"}, "no field height"),
    ],
)
def test_what_cannot_be_printed_is_refused(values: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        build(Format.TD3, **values)


def test_published_specimens_have_the_format_and_digits_that_are_printed(published: Path) -> None:
    for item in json.loads((published / "truth.json").read_text(encoding="utf-8")):
        mrz = parse(item["lines"])
        assert mrz.format is not None
        assert mrz.format.value.replace("-", "") == item["format"]
        assert all(digit.right for digit in mrz.check_digits) == item["printed_checks_valid"], item["file"]
