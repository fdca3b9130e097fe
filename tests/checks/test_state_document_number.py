"""state.document_number on lines that docscan.icao builds."""

import pytest

from docscan.checks.state_document_number import StateDocumentNumber
from docscan.document import Finding, Outcome
from docscan.icao import Format, build

check = StateDocumentNumber()


def lines(state: str, number: str, code: str = "P<", expiry: str = "280501") -> tuple[str, ...]:
    return build(
        Format.TD3,
        document_code=code,
        issuing_state=state,
        surname="SPECIMEN",
        given_names="ANNA",
        document_number=number,
        nationality=state,
        date_of_birth="870125",
        sex="F",
        date_of_expiry=expiry,
    )


def answer(exam) -> Finding:
    (finding,) = check(exam)
    assert set(finding.measures) <= set(check.measures)
    return finding


def test_a_number_of_known_form_passes(make_exam):
    finding = answer(make_exam(lines("MYS", "A12345678")))
    assert (finding.outcome, finding.code) == (Outcome.PASS, "number_of_known_form")
    assert finding.measures == {"mismatch": 0, "firm_mismatch": 0, "series_mismatch": 0}


def test_a_surely_read_number_against_a_firm_pattern_fails(make_exam):
    finding = answer(make_exam(lines("MYS", "B12345678")))
    assert (finding.outcome, finding.code) == (Outcome.FAIL, "number_of_unknown_form")
    assert finding.measures == {"mismatch": 1, "firm_mismatch": 1}
    assert finding.seen == "B12345678"
    assert finding.expected == r"[AHK]\d{8}"
    assert finding.regions[0].box.x == 0
    assert finding.regions[0].box.width == pytest.approx(178)


def test_a_soft_pattern_is_at_most_unsure(make_exam):
    finding = answer(make_exam(lines("THA", "12345678")))
    assert (finding.outcome, finding.code) == (Outcome.UNSURE, "number_of_unknown_form")
    assert finding.measures == {"mismatch": 1}


def test_a_likely_other_reading_that_fits_makes_it_unsure(make_exam):
    doubts = {(1, 0): (0.7, [("A", 0.25), ("R", 0.05)])}
    finding = answer(make_exam(lines("MYS", "B12345678"), doubts))
    assert (finding.outcome, finding.code) == (Outcome.UNSURE, "number_in_doubt")
    assert 0 < finding.measures["mismatch"] < 0.5


def test_suspicion_grows_with_the_certainty_of_the_reading(make_exam):
    def mismatch(confidence: float) -> float:
        doubts = {(1, 0): (confidence, [("A", 1 - confidence)])}
        return answer(make_exam(lines("MYS", "B12345678"), doubts)).measures["mismatch"]

    assert mismatch(0.6) < mismatch(0.9) < mismatch(0.99) < mismatch(0.9999)


def test_an_engine_without_detail_is_never_sure(make_exam):
    assert answer(make_exam(lines("MYS", "B12345678"), detail=False)).outcome is Outcome.UNSURE


def test_a_badly_read_character_that_cannot_help_leaves_it_unsure(make_exam):
    doubts = {(1, 8): (0.6, [("1", 0.399), ("7", 0.001)])}
    finding = answer(make_exam(lines("MYS", "BB2345678"), doubts))
    assert (finding.outcome, finding.code) == (Outcome.UNSURE, "number_of_unknown_form")


def test_a_series_begun_after_the_printed_date_of_issue_is_told(make_exam):
    finding = answer(make_exam(lines("D", "C01X0006H", expiry="160101"), date_of_issue="02 JAN 2006"))
    assert (finding.outcome, finding.code) == (Outcome.FAIL, "number_outside_series")
    assert finding.measures["series_mismatch"] == 1
    assert [region.label for region in finding.regions] == ["document number", "date of issue on the page"]


def test_a_series_in_use_on_the_date_of_issue_passes(make_exam):
    assert answer(make_exam(lines("D", "C01X0006H"), date_of_issue="02.05.2018")).outcome is Outcome.PASS


def test_without_a_date_of_issue_the_expiry_bounds_it(make_exam):
    assert answer(make_exam(lines("D", "123456789", expiry="171031"))).outcome is Outcome.PASS
    finding = answer(make_exam(lines("D", "123456789", expiry="220101")))
    assert (finding.outcome, finding.code) == (Outcome.FAIL, "number_outside_series")


def test_a_badly_read_date_of_issue_does_not_count(make_exam):
    exam = make_exam(lines("D", "C01X0006H"), date_of_issue=("02 JAN 2006", 0.5))
    assert answer(exam).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        (lines("ZZZ", "A1234567"), "state_not_known"),
        (lines("UTO", "A1234567"), "no_number_facts"),
        (lines("MYS", "A1234567", code="V<"), "no_number_facts"),
        (lines("MYS", ""), "no_number"),
        ((), "no_mrz"),
        (("too", "short"), "state_not_known"),
    ],
)
def test_what_cannot_be_asked_is_not_done(make_exam, printed, code):
    finding = answer(make_exam(printed))
    assert (finding.outcome, finding.code, finding.measures) == (Outcome.NOT_DONE, code, {})
