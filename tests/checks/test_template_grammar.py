"""Values of another form than specimens have, and dates that no document can bear."""

from datetime import date

import pytest
from pages import lines, on_template, printed

from docscan.checks.template_grammar import TemplateGrammar
from docscan.document import Outcome, Zone
from docscan.geometry import Box
from docscan.icao.dates import PartialDate, may_be_past, may_expire
from docscan.reading.printed_dates import mendings

BOX = Box(x=10, y=10, width=30, height=4)


@pytest.fixture
def asked(make_exam):
    """What the check says of a date field of this name and text; doubts are by place among letters and digits."""

    def ask(name: str, text: str, doubts: dict[int, dict[str, float]] | None = None, form: str = "DD.MM.YYYY"):
        zone = Zone(name=name, kind="field", box=BOX, grammar={"date": form})
        exam = make_exam(lines(), **{name: printed(name, text, doubts)})
        (finding,) = TemplateGrammar()(on_template(exam, zone))
        return finding

    return ask


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("date_of_birth", "09.11.1180"),
        ("date_of_birth", "24.07.2053"),
        ("date_of_issue", "23.31.2019"),
        ("date_of_issue", "15.06.2222"),
        ("date_of_expiry", "27.09.2729"),
        ("date_of_expiry", "31.04.2030"),
    ],
)
def test_a_date_that_cannot_be_fails(asked, name, text):
    finding = asked(name, text)
    assert (finding.outcome, finding.code, finding.seen) == (Outcome.FAIL, "date_impossible", text)
    assert finding.measures["breach"] == 5.0
    assert text not in finding.message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("date_of_birth", "09.11.1980"),
        ("date_of_birth", "09.11.1920"),
        ("date_of_issue", "29.02.2020"),
        ("date_of_expiry", "27.09.2066"),
        ("date_of_expiry", "27.09.1989"),
    ],
)
def test_a_date_that_can_be_passes(asked, name, text):
    assert asked(name, text).code == "grammar_agrees"


def test_what_is_written_is_pointed_at_be_it_longer_than_its_place(make_exam):
    zone = Zone(name="sex", kind="field", box=BOX, grammar={"characters": "letters", "shape": "A"})
    place = Box(x=100, y=100, width=700, height=30)
    written = printed("sex", "MALE").model_copy(update={"box": place})
    (finding,) = TemplateGrammar()(on_template(make_exam(lines(), sex=written), zone))
    assert finding.outcome is Outcome.FAIL
    assert finding.regions[0].box == place


def test_a_digit_in_doubt_leaves_an_impossible_date_in_doubt(asked):
    finding = asked("date_of_issue", "23.31.2019", {2: {"3": 0.9, "0": 0.1}})
    assert (finding.outcome, finding.code) == (Outcome.UNSURE, "date_impossible")
    assert finding.measures["breach"] < 5.0


def test_a_digit_that_the_engine_misread_is_no_finding(asked):
    assert asked("date_of_issue", "95.11.2022", {0: {"0": 0.9, "9": 0.1}}).code == "grammar_agrees"


def test_where_no_shapes_are_known_an_impossible_date_stays_in_doubt(make_exam):
    zone = Zone(name="date_of_issue", kind="field", box=BOX, grammar={"date": "DD.MM.YYYY"})
    unseen = printed("date_of_issue", "23.31.2019").model_copy(update={"symbols": ()})
    (finding,) = TemplateGrammar()(on_template(make_exam(lines(), date_of_issue=unseen), zone))
    assert (finding.outcome, finding.code) == (Outcome.UNSURE, "date_impossible")
    assert finding.measures == {"breach": 0.0}


def test_a_date_with_the_month_in_letters(asked):
    assert asked("date_of_issue", "88 JUN 89", form="DD MMM YY").code == "date_impossible"
    assert asked("date_of_issue", "28 JUN 19", form="DD MMM YY").code == "grammar_agrees"
    # Months of languages that nobody taught it are no month 0.
    assert asked("date_of_issue", "28 HAZ 19", form="DD MMM YY").code == "grammar_agrees"


def anything(printed):
    return True


def test_mendings_are_the_fewest_digits_that_make_a_date():
    assert mendings("28.06.2019", anything) == ()
    ways = mendings("28.16.2019", anything)
    assert ((3, "0"),) in ways
    assert {len(way) for way in ways} == {1}
    # 61 and 79 are neither days nor months, so one digit is not enough.
    assert {len(way) for way in mendings("61.79.2019", anything)} == {2}


def test_what_has_no_form_of_a_date_has_no_mendings():
    for text in ("", "ABC", "99", "28.16", "28.16.2019.01", "28/16/19X", "1.16.2019"):
        assert mendings(text, anything) == ()


def test_years_are_held_against_the_day_of_examination():
    on = date(2026, 6, 1)
    assert may_be_past(PartialDate(2026, 6, 1), on)
    assert not may_be_past(PartialDate(2026, 6, 2), on)
    assert may_be_past(PartialDate(2026, None, None), on)
    assert not may_be_past(PartialDate(1895, 12, 31), on)
    assert may_expire(PartialDate(2076, 12, 31), on)
    assert not may_expire(PartialDate(2077, 1, 1), on)
    assert may_be_past(PartialDate(99, 1, 1), on)
