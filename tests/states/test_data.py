"""The files themselves."""

import re
from datetime import date

import pytest

from docscan.icao.formats import Format
from docscan.states import all_states, facts, load
from docscan.states.state import State

STATES = all_states()


def test_there_are_at_least_sixty_states_with_number_patterns() -> None:
    assert sum(bool(state.numbers) for state in STATES) >= 60


def test_no_code_is_used_twice() -> None:
    codes = [code for state in STATES for code in state.codes]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.code)
def test_every_code_leads_to_its_state(state: State) -> None:
    assert all(load(code) is state for code in state.codes)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.code)
def test_unconfirmed_facts_are_soft(state: State) -> None:
    known = [*state.document_codes, *state.numbers, *state.validity, *state.national_numbers]
    assert not [fact for fact in known if fact.firm and "unconfirmed" in fact.source]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.code)
def test_number_patterns_fit_numbers_that_the_mrz_can_hold(state: State) -> None:
    """No pattern may hold characters that a document number cannot have (separators, lower case)."""
    assert not [n.pattern for n in state.numbers if re.search(r"[a-ce-z <.-](?![^\[]*\])", n.pattern)]


@pytest.mark.parametrize(
    "code", ["D", "DEU", "D<<", "GBR", "GBD", "GBN", "GBO", "GBP", "GBS", "UNO", "EUE", "RKS", "UTO"]
)
def test_codes_that_are_not_iso_are_known(code: str) -> None:
    assert load(code) is not None


@pytest.mark.parametrize("code", ["", "<<<", "ZZZ", "../MYS", "M*", "\x00"])
def test_other_codes_are_not(code: str) -> None:
    assert load(code) is None


@pytest.mark.parametrize(
    ("state", "code", "number", "fits"),
    [
        ("MYS", "P<", "A12345678", True),
        ("MYS", "P<", "B12345678", False),
        ("MYS", "P<", "A1234567", False),
        ("LKA", "PB", "N1234567", True),
        ("LKA", "PB", "N12345678", True),
        ("LKA", "PB", "P1234567", True),
        ("LKA", "PB", "X1234567", False),
        ("D", "P<", "C01X0006H", True),
        ("D", "P<", "B01X0006H", False),
        ("SVN", "P<", "PB0123456", True),
        ("CAN", "P<", "P123456AA", True),
        ("KOR", "PM", "M123A4567", True),
        ("CHN", "PO", "EI1234567", False),
    ],
)
def test_document_numbers(state: str, code: str, number: str, fits: bool) -> None:
    known = load(state)
    assert known is not None
    assert any(pattern.matches(number) for pattern in known.number_patterns(code)) is fits


@pytest.mark.parametrize(
    ("state", "code", "issued", "months"),
    [
        ("MYS", "P<", date(2020, 1, 1), 66),
        ("LKA", "PB", None, 120),
        ("LKA", "PE", None, 24),
        ("SGP", "PA", date(2015, 1, 1), 69),
        ("SGP", "PA", date(2022, 1, 1), 120),
        ("SGP", "PA", None, 120),
    ],
)
def test_longest_validity(state: str, code: str, issued: date | None, months: int) -> None:
    known = load(state)
    assert known is not None
    validity = known.longest_validity(code, issued)
    assert validity is not None
    assert validity.months == months


def test_nothing_is_known_of_other_documents() -> None:
    known = load("MYS")
    assert known is not None
    assert known.longest_validity("ID") is None
    assert known.number_patterns("V<") == ()


def test_malaysian_names_are_not_divided() -> None:
    known = load("MYS")
    assert known is not None
    assert known.names is not None
    assert not known.names.divided


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.code)
def test_every_fact_becomes_a_row_with_its_source(state: State) -> None:
    rows = facts(state)
    expected = 2 + sum(map(len, (state.document_codes, state.numbers, state.validity, state.national_numbers)))
    assert len(rows) == expected + (state.names is not None)
    assert all(row.value and row.source and row.confidence in ("firm", "soft") for row in rows)


def test_rows_tell_period_and_span() -> None:
    known = load("MYS")
    assert known is not None
    values = [row.value for row in facts(known)]
    assert any("at most 5 y 6 m" in value for value in values)
    sri_lanka = load("LKA")
    assert sri_lanka is not None
    assert any("issued from 2024-10-01" in row.value for row in facts(sri_lanka))


def test_formats_have_room_for_every_fixed_length_number() -> None:
    """A document number longer than nine characters only fits TD1, TD2 (continued) and the French card."""
    assert Format.TD3.columns == 44
    long = [s.code for s in STATES for n in s.numbers if re.fullmatch(r"\\d\{1[0-9].*\}|.*\{12\}", n.pattern)]
    assert set(long) <= {"MEX", "FRA"}
