from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docscan.checks.mrz_format import MrzFormat
from docscan.document import Examination, MrzReading, Outcome, Reading
from docscan.geometry import Box
from docscan.icao import Format, build

CARD = build(
    Format.TD1,
    document_code="ID",
    issuing_state="UTO",
    surname="Eriksson",
    given_names="Anna Maria",
    document_number="D23145890",
    nationality="UTO",
    date_of_birth="740812",
    sex="F",
    date_of_expiry="320415",
)
Examine = Callable[..., Examination]
check = MrzFormat()


def altered(line: int, column: int, text: str) -> tuple[str, ...]:
    lines = list(CARD)
    lines[line] = lines[line][:column] + text + lines[line][column + len(text) :]
    return tuple(lines)


def outcomes(exam: Examination) -> list[tuple[Outcome, str]]:
    return [(finding.outcome, finding.code) for finding in check(exam)]


def test_a_right_shape(examine: Examine) -> None:
    assert outcomes(examine(CARD)) == [(Outcome.PASS, "format_right")]
    (full,) = check(examine((*CARD[:2], "PAPANDROPOULOUS<<JONATHON<ALEC")))
    assert full.outcome is Outcome.PASS
    assert full.message.endswith("so it may be cut.")


def test_nothing_read(examine: Examine) -> None:
    assert outcomes(examine(None)) == [(Outcome.NOT_DONE, "no_mrz")]
    assert outcomes(examine(["ABC"])) == [(Outcome.UNSURE, "no_format")]


def test_a_missing_line(examine: Examine) -> None:
    assert outcomes(examine(CARD[:2], format=Format.TD1)) == [(Outcome.UNSURE, "line_count")]


def test_a_spare_character_in_an_even_row(examine: Examine) -> None:
    lines = (CARD[0] + "<", *CARD[1:])
    (finding,) = check(examine(lines))
    assert (finding.outcome, finding.code) == (Outcome.FAIL, "line_length")
    assert finding.message == "Line 1 has 31 characters; format TD1 has 30."
    assert finding.measures == {"violations": 1.0}
    assert finding.regions[0].box.right == 20 + 30 * 10 + 8
    assert outcomes(examine(lines, confidence=0.8)) == [(Outcome.UNSURE, "line_length")]
    assert outcomes(examine(lines, detail=False)) == [(Outcome.UNSURE, "line_length")]


def test_a_spare_character_out_of_step_is_a_reading_error(examine: Examine) -> None:
    exam = examine((CARD[0] + "<", *CARD[1:]))
    reading = exam.reading.mrz
    assert reading is not None
    first = list(reading.symbols[0])
    first[-1] = first[-1].model_copy(update={"box": Box(x=20 + 29 * 10 + 3, y=100, width=4, height=16)})
    squeezed: MrzReading = reading.model_copy(update={"symbols": (tuple(first), *reading.symbols[1:])})
    exam = Examination(exam.document, Reading(mrz=squeezed), None, exam.on)
    assert outcomes(exam) == [(Outcome.UNSURE, "line_length")]


def test_a_missing_character_may_have_been_overlooked(examine: Examine) -> None:
    assert outcomes(examine((CARD[0][:-1], *CARD[1:]))) == [(Outcome.UNSURE, "line_length")]


@pytest.mark.parametrize(
    ("line", "column", "char", "said"),
    [
        (2, 3, "0", "The name may hold letters and fillers only. Line 3, character 4 is 0."),
        (0, 3, "7", "The issuing State may hold letters and fillers only. Line 1, character 4 is 7."),
        (1, 2, "O", "The date of birth may hold digits and fillers only. Line 2, character 3 is O."),
        (1, 7, "K", "The sex may hold F, M or a filler only. Line 2, character 8 is K."),
        (1, 29, "A", "The check digit of the whole MRZ may hold a digit only. Line 2, character 30 is A."),
        (0, 8, "é", "The document number may hold A to Z, 0 to 9 and fillers only. Line 1, character 9 is é."),
    ],
)
def test_impossible_characters(examine: Examine, line: int, column: int, char: str, said: str) -> None:
    lines = altered(line, column, char)
    (finding,) = check(examine(lines))
    assert (finding.outcome, finding.code, finding.message) == (Outcome.FAIL, "impossible_character", said)
    assert finding.regions[0].box.x == 20 + column * 10
    (doubtful,) = check(examine(lines, doubts={(line, column): (0.6, (("2", 0.2), ("F", 0.2)))}))
    assert doubtful.outcome is Outcome.UNSURE
    assert "may be " in doubtful.message
    (unknown,) = check(examine(lines, detail=False))
    assert "does not say how sure" in unknown.message


def test_an_x_for_the_sex_is_met_on_genuine_documents(examine: Examine) -> None:
    (finding,) = check(examine(altered(1, 7, "X")))
    assert finding.outcome is Outcome.UNSURE
    assert finding.measures == {"violations": 0.0}


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (altered(0, 5, "<"), "does_not_begin_left"),
        (altered(0, 2, "U<O"), "filler_inside"),
        (altered(2, 0, "<" * 30), "no_name"),
        (altered(2, 8, "<<<"), "fillers_inside_name"),
    ],
)
def test_impossible_fillers(examine: Examine, lines: tuple[str, ...], code: str) -> None:
    assert (Outcome.FAIL, code) in outcomes(examine(lines))
    assert (Outcome.UNSURE, code) in outcomes(examine(lines, confidence=0.9))


@pytest.mark.parametrize(
    ("name", "code"),
    [("<<ANNA<MARIA", "no_primary_identifier"), ("ERIKSSON<<ANNA<<MARIA", "name_in_three_parts")],
)
def test_odd_names_that_issuers_print(examine: Examine, name: str, code: str) -> None:
    assert outcomes(examine((*CARD[:2], name.ljust(30, "<")))) == [(Outcome.UNSURE, code)]


def test_a_cut_name_ends_in_a_letter(examine: Examine) -> None:
    printed = {"surname": "Bennelong Wooloomooloo", "given_names": "Dingo Potoroo"}
    cut = (*CARD[:2], "BENNELONG<WOOLOOMOOLOO<<DINGO<")
    assert outcomes(examine(cut, printed=printed)) == [(Outcome.UNSURE, "cut_name_ends_in_filler")]
    assert outcomes(examine(cut, printed=printed, printed_confidence=0.5)) == [(Outcome.PASS, "format_right")]
    right = (*CARD[:2], "BENNELONG<WOOLOOMOOLO<<DINGO<P")
    assert outcomes(examine(right, printed=printed)) == [(Outcome.PASS, "format_right")]


@given(st.lists(st.text(max_size=46), max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_lines_get_an_answer(examine: Examine, lines: list[str]) -> None:
    findings = list(check(examine(lines)))
    assert findings
    assert all(finding.message.endswith(".") for finding in findings)


@given(st.lists(st.text("AB12<?é", min_size=30, max_size=30), min_size=3, max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_lines_of_the_right_shape_get_an_answer(examine: Examine, lines: list[str]) -> None:
    assert list(check(examine(lines)))
