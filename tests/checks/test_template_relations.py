"""Values that depend on one another: the date of issue on the date of expiry, a number on the date of birth."""

import pytest
from pages import lines, on_template, printed

from docscan.checks.template_relations import TemplateRelations
from docscan.document import Examination, Finding, Outcome, Zone
from docscan.geometry import Box

BOX = Box(x=10, y=10, width=30, height=4)
ISSUE = Zone(name="date_of_issue", kind="field", box=BOX, grammar={"years": "10", "days": "-1"})
NUMBER = Zone(name="personal_number", kind="field", box=BOX, grammar={"birth": "YYMMDD"})
MRZ = Zone(name="mrz", kind="mrz", box=BOX, grammar={"birth": "YYMMDD"})


def only(exam: Examination) -> Finding:
    (finding,) = TemplateRelations()(exam)
    return finding


def issued(make_exam, text: str, doubts: dict[int, dict[str, float]] | None = None) -> Finding:
    exam = make_exam(lines(date_of_expiry="320415"), date_of_issue=printed("date_of_issue", text, doubts))
    return only(on_template(exam, ISSUE))


@pytest.mark.parametrize("text", ["16 APR 2022", "16/04/2022", "2022-04-16", "16 AVR/APR 22"])
def test_a_date_of_issue_ten_years_before_goes_with_it(make_exam, text):
    found = issued(make_exam, text)
    assert (found.outcome, found.code, found.measures) == (Outcome.PASS, "relations_agree", {"validity": 0.0})


@pytest.mark.parametrize("text", ["18 APR 2022", "16/08/2022", "46 APR 2022", "16.14.2022"])
def test_another_day_or_month_does_not(make_exam, text):
    """Nor a day or a month that is none, as a copied digit leaves it."""
    found = issued(make_exam, text)
    assert (found.outcome, found.code, found.expected) == (Outcome.FAIL, "validity_departs", "220416")
    assert found.measures["validity"] > 7
    assert {region.label for region in found.regions} >= {"date of issue on the page"}


def test_a_digit_that_may_be_the_right_one_is_no_accusation(make_exam):
    found = issued(make_exam, "18 APR 2022", {1: {"8": 0.9, "6": 0.1}})
    assert (found.outcome, found.code) == (Outcome.UNSURE, "validity_departs")
    assert 0 < found.measures["validity"] < 7
    assert issued(make_exam, "18 APR 2022", {1: {"6": 0.9, "8": 0.1}}).outcome is Outcome.PASS


def test_another_month_in_letters_leaves_a_doubt_whatever_the_digits_say(make_exam):
    found = issued(make_exam, "18 MAY 2022", {1: {"6": 0.9, "8": 0.1}})
    assert (found.outcome, found.measures) == (Outcome.UNSURE, {"validity": 1.0})


def test_another_term_is_told_and_is_no_contradiction(make_exam):
    found = issued(make_exam, "16 APR 2027")
    assert (found.outcome, found.code) == (Outcome.UNSURE, "validity_unusual")
    assert found.measures["years"] > 7


def test_what_is_no_date_is_not_compared(make_exam):
    assert issued(make_exam, "NEVER").code == "not_read"


def test_an_expiry_that_its_digit_does_not_confirm_is_not_relied_upon(make_exam):
    upper, lower = lines(date_of_expiry="320415")
    exam = make_exam((upper, lower.replace("320415", "320416")), date_of_issue=printed("date_of_issue", "16 APR 2022"))
    assert only(on_template(exam, ISSUE)).code == "not_read"


@pytest.mark.parametrize(
    ("text", "outcome"), [("870125-11-1231", Outcome.PASS), ("850125-11-1231", Outcome.FAIL), ("8701", None)]
)
def test_a_number_that_holds_the_date_of_birth(make_exam, text, outcome):
    exam = make_exam(lines(), personal_number=printed("personal_number", text))
    found = only(on_template(exam, NUMBER))
    assert found.outcome is (outcome or Outcome.NOT_DONE)
    if outcome is Outcome.FAIL:
        assert (found.code, found.expected, found.seen) == ("birth_departs", "870125-11-1231", text)


@pytest.mark.parametrize(("optional", "outcome"), [("870125111231", Outcome.PASS), ("850125111231", Outcome.FAIL)])
def test_the_same_of_the_optional_data_of_the_mrz(make_exam, optional, outcome):
    found = only(on_template(make_exam(lines(optional_data=optional)), MRZ))
    assert found.outcome is outcome


def test_a_doubtful_character_of_the_mrz_is_no_accusation(make_exam):
    upper, lower = lines(optional_data="850125111231")
    exam = make_exam((upper, lower), doubts={(1, 29): (0.9, (("7", 0.09),))})
    assert only(on_template(exam, MRZ)).outcome is Outcome.UNSURE


def test_nothing_to_compare(make_exam):
    assert only(make_exam(lines())).code == "no_template"
    assert only(on_template(make_exam(lines()))).code == "no_relations"
    assert only(on_template(make_exam(lines()), ISSUE)).code == "not_read"
