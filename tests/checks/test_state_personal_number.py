"""state.personal_number: numbers on the page and in the optional data."""

import pytest

from docscan.checks.state_personal_number import StatePersonalNumber
from docscan.document import Finding, Outcome
from docscan.icao import Format, build

check = StatePersonalNumber()


def lines(state: str = "MYS", sex: str = "M", birth: str = "880314", optional: str = "", code: str = "P<"):
    return build(
        Format.TD3,
        document_code=code,
        issuing_state=state,
        surname="SPECIMEN",
        document_number="A12345678",
        nationality=state,
        date_of_birth=birth,
        sex=sex,
        date_of_expiry="280501",
        optional_data=optional,
    )


def answers(exam) -> list[Finding]:
    found = list(check(exam))
    assert all(set(finding.measures) <= set(check.measures) for finding in found)
    return found


def codes(exam) -> dict[str, Outcome]:
    return {finding.code: finding.outcome for finding in answers(exam)}


AGREES = {"personal_number_agrees": Outcome.PASS}


@pytest.mark.parametrize(
    ("state", "number", "birth", "sex"),
    [
        ("MYS", "880314-10-5127", "880314", "M"),
        ("MYS", "880314105126", "880314", "F"),
        ("LKA", "880740937V", "880314", "M"),
        ("LKA", "885740937V", "880314", "F"),
        ("LKA", "198807400937", "880314", "M"),
        ("LKA", "198857400937", "880313", "F"),
        ("LKA", "198857500937", "880314", "F"),
        ("POL", "44051401359", "440514", "M"),
    ],
)
def test_a_number_that_agrees_passes(make_exam, state, number, birth, sex):
    assert codes(make_exam(lines(state, sex, birth), personal_number=number)) == AGREES


def test_a_mykad_of_another_birth_date_fails(make_exam):
    (finding,) = answers(make_exam(lines(birth="750222"), personal_number="880314-10-5127"))
    assert (finding.outcome, finding.code) == (Outcome.FAIL, "personal_number_contradicts_birth")
    assert (finding.expected, finding.seen) == ("880314", "750222")
    assert finding.measures["birth_mismatch"] == pytest.approx(0.95)
    assert {region.label for region in finding.regions} == {"personal number on the page", "date of birth in the MRZ"}


def test_a_mykad_of_another_sex_fails(make_exam):
    assert codes(make_exam(lines(sex="F"), personal_number="880314-10-5121")) == {
        "personal_number_contradicts_sex": Outcome.FAIL
    }


def test_a_nic_of_another_birth_date_and_sex_fails_twice(make_exam):
    assert codes(make_exam(lines("LKA", "M", "750222"), personal_number="885740411V")) == {
        "personal_number_contradicts_birth": Outcome.FAIL,
        "personal_number_contradicts_sex": Outcome.FAIL,
    }


def test_a_nic_two_days_off_fails(make_exam):
    exam = make_exam(lines("LKA", "M", "880312"), personal_number="198807444444")
    assert codes(exam) == {"personal_number_contradicts_birth": Outcome.FAIL}


def test_a_lookalike_that_would_agree_makes_it_unsure(make_exam):
    exam = make_exam(lines(birth="830314"), personal_number="880314-10-5127")
    (finding,) = answers(exam)
    assert (finding.outcome, finding.code) == (Outcome.UNSURE, "personal_number_contradicts_birth")
    assert 0 < finding.measures["birth_mismatch"] < 0.5


def test_the_sex_rests_on_the_confidence_alone(make_exam):
    """5 looks like 6, but so does nearly every digit like one of the other parity."""
    assert codes(make_exam(lines(sex="F"), personal_number="880314-10-5125")) == {
        "personal_number_contradicts_sex": Outcome.FAIL
    }
    assert codes(make_exam(lines(sex="F"), personal_number=("880314-10-5125", 0.85))) == {
        "personal_number_contradicts_sex": Outcome.UNSURE
    }


def test_a_badly_read_number_is_unsure(make_exam):
    exam = make_exam(lines(birth="750222"), personal_number=("880314-10-5127", 0.5))
    assert codes(exam) == {"personal_number_contradicts_birth": Outcome.UNSURE}


def test_a_badly_read_birth_date_is_unsure(make_exam):
    exam = make_exam(lines(birth="750222"), {(1, 13): (0.6, [("8", 0.3)])}, personal_number="880314-10-5127")
    assert codes(exam) == {"personal_number_contradicts_birth": Outcome.UNSURE}


def test_what_is_no_such_number_is_unsure(make_exam):
    assert codes(make_exam(lines(), personal_number="880314-17-5127")) == {"personal_number_malformed": Outcome.UNSURE}


def test_optional_data_is_compared_but_soft(make_exam):
    assert codes(make_exam(lines(optional="880314105127"))) == AGREES
    assert codes(make_exam(lines(birth="750222", optional="880314105127"))) == {
        "personal_number_contradicts_birth": Outcome.UNSURE
    }


def test_optional_data_with_a_filler_for_a_hyphen_is_understood(make_exam):
    assert codes(make_exam(lines("FIN", "F", "521013", optional="131052<308T"))) == AGREES


def test_optional_data_of_other_use_says_nothing(make_exam):
    assert codes(make_exam(lines(optional="KUL12345"))) == {"no_personal_number": Outcome.NOT_DONE}


def test_an_unknown_birth_date_leaves_the_sex(make_exam):
    assert codes(make_exam(lines(birth="<<<<<<"), personal_number="880314-10-5127")) == AGREES
    assert codes(make_exam(lines(birth="<<<<<<", sex="<"), personal_number="880314-10-5127")) == {
        "personal_number_silent": Outcome.NOT_DONE
    }


def test_a_number_without_birth_or_sex_is_silent(make_exam):
    exam = make_exam(lines("THA"), personal_number="1-2345-45678-78-1")
    assert codes(exam) == {"personal_number_silent": Outcome.NOT_DONE}


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ((), "no_mrz"),
        (lines("ZZZ"), "state_not_known"),
        (lines("AUS"), "no_personal_number_facts"),
        (lines("MYS"), "no_personal_number"),
    ],
)
def test_what_cannot_be_asked_is_not_done(make_exam, printed, code):
    assert codes(make_exam(printed)) == {code: Outcome.NOT_DONE}
