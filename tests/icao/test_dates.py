from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscan.icao.dates import (
    EXPIRY_YEARS_AHEAD,
    PartialDate,
    Span,
    birth,
    day_texts,
    expiry,
    printed_day,
    read,
    read_printed,
    span,
    year_texts,
    years_between,
)

ON = date(2026, 3, 1)
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("420712", PartialDate(42, 7, 12)),
        ("<<<<<<", PartialDate(None, None, None)),
        ("74<<<<", PartialDate(74, None, None)),
        ("7408<<", PartialDate(74, 8, None)),
        ("<<0812", PartialDate(None, 8, 12)),
        ("000229", PartialDate(0, 2, 29)),
        ("960229", PartialDate(96, 2, 29)),
        ("<<0229", PartialDate(None, 2, 29)),
        ("970229", None),
        ("990431", None),
        ("991301", None),
        ("990001", None),
        ("990100", None),
        ("99<<32", None),
        ("7<0812", None),
        ("99O101", None),
        ("99010", None),
        ("٩٩٠١٠١", None),
    ],
)
def test_reading_an_mrz_date(text: str, printed: PartialDate | None) -> None:
    assert read(text) == printed


def test_a_date_of_birth_is_never_after_the_examination() -> None:
    assert birth(PartialDate(26, 3, 1), ON) == Span(ON, ON)
    assert birth(PartialDate(26, 3, 2), ON) == Span(date(1926, 3, 2), date(1926, 3, 2))
    assert birth(PartialDate(74, 8, 12), ON) == Span(date(1974, 8, 12), date(1974, 8, 12))


def test_a_date_of_birth_is_never_after_the_expiry() -> None:
    assert birth(PartialDate(20, 1, 1), ON, date(2015, 1, 1)) == Span(date(1920, 1, 1), date(1920, 1, 1))


def test_a_leap_day_is_of_a_leap_year() -> None:
    assert birth(PartialDate(0, 2, 29), ON) == Span(date(2000, 2, 29), date(2000, 2, 29))
    assert span(1900, PartialDate(0, 2, 29)) is None


def test_a_date_of_expiry_lies_at_most_fifty_years_ahead() -> None:
    assert expiry(PartialDate(76, 12, 31), ON) == Span(date(2076, 12, 31), date(2076, 12, 31))
    assert expiry(PartialDate(77, 1, 1), ON) == Span(date(1977, 1, 1), date(1977, 1, 1))


def test_unknown_parts_are_spans() -> None:
    assert birth(PartialDate(74, None, None), ON) == Span(date(1974, 1, 1), date(1974, 12, 31))
    assert birth(PartialDate(76, 2, None), ON) == Span(date(1976, 2, 1), date(1976, 2, 29))
    assert birth(PartialDate(None, 8, 12), ON) is None
    assert birth(PartialDate(26, None, None), ON) == Span(date(2026, 1, 1), date(2026, 12, 31))


@given(days, days)
def test_the_century_rules_hold_on_every_day(day: date, on: date) -> None:
    printed = read(day.strftime("%y%m%d"))
    assert printed is not None
    born, expires = birth(printed, on), expiry(printed, on)
    assert born is not None
    assert expires is not None
    assert born.latest <= on < date(born.latest.year + 200, 12, 31)
    assert (born.latest.year - day.year) % 100 == 0
    if (day.month, day.day) != (2, 29):
        assert years_between(born.latest, on) < 100
        assert on.year + EXPIRY_YEARS_AHEAD - 100 < expires.latest.year <= on.year + EXPIRY_YEARS_AHEAD


@given(days)
def test_every_day_is_read_back(day: date) -> None:
    text = day.strftime("%y%m%d")
    assert read(text) == PartialDate(day.year % 100, day.month, day.day)


@given(st.text(alphabet="0123456789<", min_size=6, max_size=6))
def test_texts_of_years_and_days_are_those_that_can_be_read(text: str) -> None:
    year, day = text[:2], text[2:]
    listed = day in day_texts() and year in year_texts(leap=day == "0229")
    assert listed == (read(text) is not None)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("12 July 1942", {(1942, 7, 12)}),
        ("12 LUG/JUIL 1942", {(1942, 7, 12)}),
        ("12 LUG / JUIL 42", {(42, 7, 12)}),
        ("12JUIL42", {(42, 7, 12)}),
        ("12.07.1942", {(1942, 7, 12)}),
        ("12 07 42", {(42, 7, 12)}),
        ("120742", {(42, 7, 12)}),
        ("12071942", {(1942, 7, 12)}),
        ("1942-07-12", {(1942, 7, 12)}),
        ("12/07/1942", {(1942, 7, 12), (1942, 12, 7)}),
        ("07/13/1942", {(1942, 7, 13)}),
        ("03 AOÛT/AUG 2001", {(2001, 8, 3)}),
        ("15 MAR/MARS 2012", {(2012, 3, 15)}),
        ("2 DÉC/DEC 99", {(99, 12, 2)}),
        ("XX XX 1942", {(1942, None, None)}),
        ("XX/XX/XX", {(None, None, None)}),
        ("XX JUN 1980", {(1980, 6, None)}),
        ("10 de enero de 2010", {(2010, 1, 10)}),
        ("31.02.2010", set()),
        ("12 JAN/FEB 2010", set()),
        ("PERMANENT", set()),
        ("", set()),
    ],
)
def test_dates_of_the_visual_zone(text: str, printed: set[tuple[int | None, int | None, int | None]]) -> None:
    assert read_printed(text) == printed


def test_one_day_of_the_visual_zone() -> None:
    assert printed_day("12 JUL 1942", ON) == date(1942, 7, 12)
    assert printed_day("12.07.42", ON) == date(1942, 7, 12)
    assert printed_day("12.07.2042", ON) == date(2042, 7, 12)
    assert printed_day("12/07/1942", ON) is None
    assert printed_day("XX.07.1942", ON) is None


def test_dates_agree_in_the_digits_that_both_print() -> None:
    assert PartialDate(1942, 7, 12).agrees(PartialDate(42, 7, 12))
    assert not PartialDate(1942, 7, 12).agrees(PartialDate(2042, 7, 12))
    assert not PartialDate(42, 7, 12).agrees(PartialDate(42, 7, None))
    assert PartialDate(None, 7, 12).agrees(PartialDate(None, 7, 12))
    assert not PartialDate(None, 7, 12).agrees(PartialDate(42, 7, 12))


@given(st.text(max_size=30))
def test_any_text_may_be_a_date(text: str) -> None:
    for printed in read_printed(text):
        assert printed.month is None or 1 <= printed.month <= 12
    assert read(text) is None or len(text) == 6
    assert printed_day(text, ON) is None or read_printed(text)
