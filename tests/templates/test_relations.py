"""What follows from what on all specimens: learned from their texts, and turned round for a questioned document."""

import pytest

from docscan.icao import dates
from docscan.templates.relations import (
    birth_digits,
    birth_instead,
    birth_lost,
    demand_sense,
    issue_dates,
    learn_birth,
    learn_validity,
)

EXPIRES = [dates.read(text) for text in ("250304", "290831", "261231", "280229", "240101", "270615", "300228")]
ISSUED = ("05 MAR 2015", "01 SEP 2019", "01 JAN 2017", "01 MAR 2018", "02 JAN 2014", "16 JUN 2017", "01 MAR 2020")
TEN = {"years": "10", "days": "-1"}
BORN = [dates.read(f"7{i}0304") for i in range(7)]


def test_a_validity_to_the_day_before_is_learned_beyond_one_misread_date() -> None:
    assert learn_validity(ISSUED, EXPIRES) == TEN
    assert learn_validity(("05 MAR 2016", *ISSUED[1:]), EXPIRES) == {"years": "9 | 10", "days": "-1"}
    assert learn_validity(("25 MAR 2015", *ISSUED[1:]), EXPIRES) == TEN
    assert learn_validity(("25 MAR 2015", "11 SEP 2019", *ISSUED[2:]), EXPIRES) == {}


def test_several_terms_are_kept() -> None:
    issued = ("04 MAR 2024", "31 AUG 2027", "31 DEC 2025", "29 FEB 2026", "01 JAN 2023", "15 JUN 2026", "28 FEB 2028")
    expires = [dates.read(text) for text in ("250304", "290831", "261231", "280228", "240101", "270615", "300228")]
    assert learn_validity(issued, expires) == {"years": "1 | 2", "days": "0"}


def test_numeric_dates_with_the_month_first_are_understood_by_what_agrees() -> None:
    issued = ("03/05/2015", "09/01/2019", "01/01/2017", "03/01/2018", "01/02/2014", "06/16/2017", "03/01/2020")
    assert learn_validity(issued, EXPIRES) == TEN


def test_too_few_specimens_make_no_rule() -> None:
    assert learn_validity(ISSUED[:5], EXPIRES[:5]) == {}
    assert learn_birth(["700304-11"] * 7, [BORN[0]] * 7) == {}


@pytest.mark.parametrize("text", ["250304", "280229", "240101", "290831"])
def test_from_a_date_of_issue_by_the_rule_the_document_expires_that_day(text: str) -> None:
    expires = dates.read(text)
    assert expires is not None
    found = issue_dates(expires, TEN)
    assert found
    again = [str(day.year + 2000) + f"{day.month:02}{day.day:02}" for day in found]
    assert all(learn_validity([f"{d[:4]}-{d[4:6]}-{d[6:]}"] * 6, [expires] * 6) == TEN for d in again)


@pytest.mark.parametrize(
    ("expires", "issued"), [("340227", "240229"), ("340227", "240228"), ("320229", "220301"), ("340228", "240229")]
)
def test_a_leap_day_may_be_a_date_of_issue(expires: str, issued: str) -> None:
    last, first = dates.read(expires), dates.read(issued)
    assert last is not None
    assert first in issue_dates(last, {"years": "10", "days": "-1"})


@pytest.mark.parametrize(
    ("number", "lost"),
    [
        ("79520-5522", True),
        ("@90520-5522", True),
        ("790520-5522", False),
        ("790521-5522", False),
        ("890520-552", False),
    ],
)
def test_a_digit_that_the_engine_lost_is_no_other_digit(number: str, lost: bool) -> None:
    born = dates.PartialDate(79, 5, 20)
    assert birth_lost(number, {"birth": "YYMMDD", "shape": "999999-9999"}, born) is lost
    assert not birth_lost(number, {"birth": "YYMMDD"}, born)


def test_without_a_rule_no_date_is_expected() -> None:
    assert issue_dates(dates.PartialDate(25, 3, 4), {}) == frozenset()
    assert issue_dates(dates.PartialDate(25, None, None), TEN) == frozenset()


@pytest.mark.parametrize(
    ("write", "pattern"),
    [
        (lambda day: f"{day.year:02}{day.month:02}{day.day:02}-11-1231", "YYMMDD"),
        (lambda day: f"AB {day.day:02}{day.month:02}{day.year:02}7", "..DDMMYY"),
        (lambda day: f"19{day.year:02}{day.month:02}{day.day:02}4", "YYYYMMDD"),
    ],
)
def test_where_a_number_holds_the_date_of_birth_is_learned(write, pattern: str) -> None:
    numbers = [write(day) for day in BORN]
    assert learn_birth(numbers, BORN) == {"birth": pattern}
    assert learn_birth(["999999", *numbers[1:]], BORN) == {"birth": pattern}
    assert learn_birth(["999999", "888888", *numbers[2:]], BORN) == {}


def test_the_century_is_not_asked_for() -> None:
    born = dates.PartialDate(75, 3, 4)
    assert birth_digits("YYYYMMDD", born) == {2: "7", 3: "5", 4: "0", 5: "3", 6: "0", 7: "4"}
    assert birth_instead("187503041", "YYYYMMDD", born) == ()
    assert birth_instead("18-74-0304", "YYYYMMDD", born) == ((4, "5"),)
    assert birth_instead("1875030", "YYYYMMDD", born) is None


@pytest.mark.parametrize(
    "rule",
    [
        {"years": "ten", "days": "0"},
        {"years": "0", "days": "0"},
        {"years": "10"},
        {"days": "-1"},
        {"years": "10", "days": "30"},
        {"birth": "YY.MM.DD"},
        {"birth": ""},
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused(rule) -> None:
    with pytest.raises(ValueError, match="grammar"):
        demand_sense(rule)


@pytest.mark.parametrize("rule", [TEN, {"years": "5 | 10", "days": "0"}, {"birth": "..DDMMYY"}, {"date": "DD.MM.YYYY"}])
def test_a_rule_that_can_is_not(rule) -> None:
    demand_sense(rule)
