import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscan.templates.grammar import breaches, date_form, learn, letter_case, shape

DATES = ["23 JUL 1992", "14 JAN 2033", "01 MAR 1960", "30 DEC 2001"]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("28.03.2018, Jennifershire", "DD.MM.YYYY"),
        ("23 JUL 1992", "DD MMM YYYY"),
        ("2018-03-28", "YYYY-MM-DD"),
        ("ZENITH", None),
    ],
)
def test_date_forms(text: str, form: str | None) -> None:
    assert date_form(text) == form


def test_shape_and_case() -> None:
    assert shape("KV643 ex") == "AA999aa"
    assert [letter_case(t) for t in ("ZENITH", "Port Anyder", "mixED", "7")] == ["upper", "title", "mixed", None]


def test_a_date_field_takes_dates_only() -> None:
    grammar = learn(DATES)
    assert grammar == {"date": "DD MMM YYYY"}
    assert breaches("05 MAY 1970", grammar) == []
    assert breaches("ZENITH", grammar)[0][0] == "date"


def test_one_misreading_does_not_spoil_the_rule() -> None:
    assert learn([*DATES, "23 JUL I992"])["date"] == "DD MMM YYYY"


def test_a_number_field_keeps_its_form() -> None:
    grammar = learn(["D71161440", "K00512345", "A98765432"])
    assert breaches("D7116144O", grammar)
    assert breaches("B12345678", grammar) == []


@given(st.lists(st.text(max_size=12), min_size=3, max_size=12))
def test_most_learned_values_keep_the_grammar(values: list[str]) -> None:
    kept = [value for value in values if value.strip()]
    grammar = learn(values)
    if grammar:
        assert sum(not breaches(value, grammar) for value in kept) >= 0.25 * len(kept)
