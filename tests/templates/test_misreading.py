import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscan.templates.grammar import shape
from docscan.templates.misreading import may_be, may_be_part


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("$6576323", "A9999999"),
        ("v9121114", "A9999999"),
        ("Y¥2039405", "A9999999"),
        ("Pp", "AA"),
        ("Pp", "A"),
        ("@11218-9469", "999999-9999"),
        ("760818 3891", "999999-9999"),
        ("CK65628D)", "AA99999AA"),
        ("30/0CT/2023", "99/AAA/9999"),
        ("22IMAYI2022", "99/AAA/9999"),
        ("MAR :", "AAA"),
    ],
)
def test_what_engines_do_is_no_other_form(value: str, form: str) -> None:
    assert may_be(value, form)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("MALE", "A"),
        ("D7116144X", "A99999999"),
        ("D7116144", "A99999999"),
        ("2024/09/06", "99-99-99"),
        ("12/34/56", "99-99-99"),
        ("KV643925", "A9999999"),
    ],
)
def test_what_was_printed_otherwise_is_another_form(value: str, form: str) -> None:
    assert not may_be(value, form)


def test_a_part_may_be_lost() -> None:
    assert may_be_part("1969", "99AAA9999")
    assert may_be_part("'07 NOV", "99AAA9999")
    assert not may_be_part("ZENITH", "99AAA9999")
    assert not may_be_part("MAR 10 2031", "99/99/9999")


@given(st.text(max_size=12))
def test_every_text_may_be_what_it_is(text: str) -> None:
    assert may_be(text, shape(text))
