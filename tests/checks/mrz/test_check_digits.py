import math
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docscan.checks.mrz_check_digits import CheckDigits, likeliest_fit
from docscan.checks.mrz_evidence import MARGIN, log_likelihoods
from docscan.document import Examination, MrzReading, Outcome, Symbol
from docscan.icao import Format, build, parse
from docscan.icao.check_digits import ALPHABET, check_digit
from docscan.icao.layouts import Place
from docscan.icao.mrz import CheckDigit

LINES = build(
    Format.TD3,
    document_code="PP",
    issuing_state="UTO",
    surname="Eriksson",
    given_names="Anna Maria",
    document_number="L898902C3",
    nationality="UTO",
    date_of_birth="740812",
    sex="F",
    date_of_expiry="320415",
    optional_data="ZE184226B",
)
Examine = Callable[..., Examination]
check = CheckDigits()
hypothetical = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def altered(line: int, column: int, char: str) -> tuple[str, ...]:
    lines = list(LINES)
    lines[line] = lines[line][:column] + char + lines[line][column + 1 :]
    return tuple(lines)


def test_digits_that_fit(examine: Examine) -> None:
    (finding,) = check(examine(LINES))
    assert finding.outcome is Outcome.PASS
    assert finding.code == "check_digits_right"
    assert finding.message == "All 5 check digits fit."
    assert finding.measures == {"digits_failed": 0.0, "log_odds": 0.0}


def test_an_altered_date_fails_twice_and_the_places_are_shown(examine: Examine) -> None:
    findings = list(check(examine(altered(1, 14, "5"))))
    assert [(f.outcome, f.code) for f in findings] == [(Outcome.FAIL, "check_digit_wrong")] * 2
    birth, composite = findings
    assert birth.message == (
        "The check digit of the date of birth is printed as 2, but what it covers needs 5. "
        "No likely misreading explains it."
    )
    assert (birth.seen, birth.expected) == ("2", "5")
    assert [region.label for region in birth.regions] == ["check digit of the date of birth", "date of birth"]
    digit, dates = birth.regions
    assert digit.box.x == 20 + 19 * 10
    assert (dates.box.x, dates.box.right) == (20 + 13 * 10, 20 + 18 * 10 + 8)
    assert birth.measures["digits_failed"] == composite.measures["digits_failed"] == 2
    assert birth.measures["log_odds"] > MARGIN
    assert [region.label for region in composite.regions].count("whole MRZ") == 3


def test_a_likely_misreading_of_a_covered_character_is_no_accusation(examine: Examine) -> None:
    exam = examine(altered(1, 14, "1"), doubts={(1, 14): (0.7, (("4", 0.25),))})
    findings = list(check(exam))
    assert {f.outcome for f in findings} == {Outcome.UNSURE}
    assert "The 1 in line 2, character 15 may be 4." in findings[0].message
    assert findings[0].regions[0].label == "in doubt"
    assert findings[0].regions[0].box.x == 20 + 14 * 10
    assert findings[0].measures["digits_failed"] == 0


def test_a_zero_that_is_taken_for_a_letter_each_time_is_one_doubt(examine: Examine) -> None:
    """Each by itself is hardly doubtful, and the typeface is the same for all."""
    doubts = {(1, i): (0.95, (("0", 0.04),)) for i, char in enumerate(LINES[1]) if char == "0"}
    lines = (LINES[0], LINES[1].replace("0", "O"))
    assert len(doubts) * math.log(0.95 / 0.04) > MARGIN > math.log(0.95 / 0.04)
    findings = list(check(examine(lines, doubts=doubts)))
    assert {f.outcome for f in findings} == {Outcome.UNSURE}
    assert "The O in line 2, character 6 may be 0." in findings[-1].message


def test_a_zero_that_is_taken_for_one_letter_here_and_another_there_is_one_doubt(examine: Examine) -> None:
    zeros = [i for i, char in enumerate(LINES[1]) if char == "0"]
    taken = {i: "OD"[n % 2] for n, i in enumerate(zeros)}
    doubts = {(1, i): (0.95, (("0", 0.04),)) for i in zeros}
    lines = (LINES[0], "".join(taken.get(i, char) for i, char in enumerate(LINES[1])))
    findings = list(check(examine(lines, doubts=doubts)))
    assert {f.outcome for f in findings} == {Outcome.UNSURE}
    assert re.search(r"The D in line 2, character \d+ may be 0", findings[-1].message)


def test_zeros_taken_for_letters_beside_a_true_letter_are_one_doubt(examine: Examine) -> None:
    """The composite digit covers an O that is one, and the surest of the doubts decides nothing by itself."""
    lines = build(
        Format.TD1,
        document_code="I",
        issuing_state="UTO",
        document_number="O62700588",
        nationality="UTO",
        date_of_birth="241100",
        date_of_expiry="700404",
        sex="F",
        surname="BEE",
    )
    first = {(0, 5): (0.95, (("0", 0.04),))}
    zeros = [(row, i) for row in (0, 1) for i, char in enumerate(lines[row]) if char == "0"]
    doubts = first | {at: (0.95, (("0", 0.01 if n else 0.001),)) for n, at in enumerate(zeros)}
    misread = [line.replace("0", "O") for line in lines[:2]]
    findings = list(check(examine((*misread, lines[2]), doubts=doubts)))
    assert {f.outcome for f in findings} == {Outcome.UNSURE}


def test_a_zero_that_is_surely_a_letter_is_wrong(examine: Examine) -> None:
    lines = (LINES[0], LINES[1].replace("0", "O"))
    assert {f.outcome for f in check(examine(lines))} == {Outcome.FAIL}


def test_a_likely_misreading_of_the_digit_is_no_accusation(examine: Examine) -> None:
    exam = examine(altered(1, 27, "1"), doubts={(1, 27): (0.6, (("3", 0.4),))})
    assert parse(LINES).check_digits[2].printed == "3"
    findings = list(check(exam))
    assert {f.outcome for f in findings} == {Outcome.UNSURE}
    assert "The 1 in line 2, character 28 may be 3." in findings[0].message


def test_a_runner_up_that_does_not_help_is_no_excuse(examine: Examine) -> None:
    exam = examine(altered(1, 14, "1"), doubts={(1, 14): (0.7, (("7", 0.2999),))})
    assert {f.outcome for f in check(exam)} == {Outcome.FAIL}


def test_what_an_engine_does_not_list_it_does_not_exclude(examine: Examine) -> None:
    assert {f.outcome for f in check(examine(altered(1, 14, "1"), confidence=0.98))} == {Outcome.UNSURE}


def test_without_confidences_a_misfit_is_unsure(examine: Examine) -> None:
    findings = list(check(examine(altered(1, 14, "1"), detail=False)))
    assert {f.outcome for f in findings} == {Outcome.UNSURE}
    assert "does not say how sure" in findings[0].message
    assert findings[0].measures == {"digits_failed": 0.0}
    assert len(findings[0].regions) == 2, "the whole MRZ, for the digit and for what it covers"
    assert [f.outcome for f in check(examine(LINES, detail=False))] == [Outcome.PASS]


def test_a_foreign_character_is_unsure_or_wrong_never_an_error(examine: Examine) -> None:
    exam = examine(altered(1, 14, "?"), doubts={(1, 14): (0.5, ())})
    findings = list(check(exam))
    assert {f.outcome for f in findings} == {Outcome.UNSURE}
    assert "cannot have one" in findings[0].message


def test_a_reading_that_no_digit_could_tell_apart_is_told(examine: Examine) -> None:
    (finding,) = check(examine(LINES, doubts={(1, 1): (0.6, (("S", 0.3), ("B", 0.1)))}))
    assert finding.outcome is Outcome.PASS
    assert finding.code == "check_digits_right_but_blind"
    assert "In line 2, character 2, no check digit tells 8, S apart." in finding.message


def test_a_character_hard_to_read_is_told(examine: Examine) -> None:
    (finding,) = check(examine(LINES, doubts={(1, 1): (0.6, (("3", 0.4),))}))
    assert finding.outcome is Outcome.PASS
    assert finding.code == "check_digits_right_but_hard_to_read"
    assert "In line 2, character 2, 8 is hard to read." in finding.message
    assert finding.regions


def test_nothing_to_check(examine: Examine) -> None:
    (none,) = check(examine(None))
    (shapeless,) = check(examine(["HELLO"]))
    assert (none.outcome, none.code) == (Outcome.NOT_DONE, "no_mrz")
    assert (shapeless.outcome, shapeless.code) == (Outcome.NOT_DONE, "no_check_digits")


def test_a_short_line_leaves_the_digits_of_the_others(examine: Examine) -> None:
    card = build(Format.TD1, document_number="D23145890", date_of_birth="740812", date_of_expiry="320415")
    (finding,) = check(examine((card[0][:-1], *card[1:])))
    assert finding.message == "All 2 check digits fit."


probabilities = st.floats(0.01, 1)


@st.composite
def doubtful_symbols(draw: st.DrawFn) -> list[Symbol]:
    found = []
    for _ in range(draw(st.integers(2, 3))):
        chars = draw(st.lists(st.sampled_from("0158BSZA<"), min_size=2, max_size=3, unique=True))
        weights = [draw(probabilities) for _ in chars]
        ranked = sorted(zip(weights, chars, strict=True), reverse=True)
        total = sum(weights) * draw(st.floats(1.0, 1.2))
        (first, char), *others = [(weight / total, char) for weight, char in ranked]
        found.append(Symbol(char=char, confidence=first, runners_up=tuple((c, p) for p, c in others)))
    return found


@given(doubtful_symbols(), st.booleans())
@hypothetical
def test_the_likeliest_fit_is_what_trying_every_reading_finds(symbols: list[Symbol], composite: bool) -> None:
    text = "".join(symbol.char for symbol in symbols)
    places = tuple(Place(0, column) for column in range(len(symbols)))
    digit = CheckDigit(
        "composite" if composite else "optional_data",
        text[:-1],
        places[:-1],
        text[-1],
        places[-1],
        check_digit(text[:-1]),
    )
    reading = MrzReading(engine="own", format=None, lines=(text,), symbols=(tuple(symbols),))
    tables = [log_likelihoods(symbol) for symbol in symbols]
    # Of the characters that no reader lists, one of each value is enough to try.
    tried = "0123456789BSZA<"
    best = -math.inf
    for chars in product(tried, repeat=len(symbols)):
        covered, last = "".join(chars[:-1]), chars[-1]
        blank = last == "<" and not composite and not covered.strip("<")
        if last == check_digit(covered) or blank:
            best = max(best, sum(table[char] for table, char in zip(tables, chars, strict=True)))
    rival = likeliest_fit(digit, reading)
    assert rival is not None
    printed = sum(table[char] for table, char in zip(tables, text, strict=True))
    assert rival.log_odds == pytest.approx(printed - best)
    changed = list(text)
    for place, old, new in rival.changes:
        assert changed[place.column] == old
        changed[place.column] = new
    fits = "".join(changed)
    assert fits[-1] == check_digit(fits[:-1]) or (not composite and not fits.strip("<"))


@given(st.data(), st.lists(st.text(ALPHABET + "?a ", max_size=46), max_size=4))
@hypothetical
def test_any_reading_gets_an_answer(examine: Examine, data: st.DataObject, lines: list[str]) -> None:
    doubts = {
        (data.draw(st.integers(0, 3)), data.draw(st.integers(0, 45))): (
            data.draw(st.floats(0, 1)),
            ((data.draw(st.sampled_from("0OB8")), data.draw(st.floats(0, 1))),),
        )
    }
    findings = list(check(examine(lines, doubts=doubts)))
    assert findings
    assert all(set(finding.measures) <= set(check.measures) for finding in findings)


def test_a_fine_picture_is_believed_sooner_than_a_coarse_one(examine: Examine) -> None:
    from docscan.checks.mrz_evidence import FINE_MARGIN, FINE_PPMM, digit_margin

    exam = examine(LINES)
    (face,) = exam.document.faces
    assert face.ppmm < FINE_PPMM
    assert digit_margin(exam) == MARGIN
    fine = replace(exam, document=replace(exam.document, faces=(replace(face, ppmm=FINE_PPMM),)))
    assert digit_margin(fine) == FINE_MARGIN < MARGIN
