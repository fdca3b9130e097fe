from datetime import date

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscan.icao.codes import (
    CodeKind,
    issuing_codes,
    lookup,
    nationality_codes,
    no_state_in,
    passport_types,
    second_letter_right,
    user_assigned,
    wrong_document_code,
)
from docscan.icao.formats import Format

ON = date(2030, 6, 1)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("MYS", CodeKind.STATE),
        ("LKA", CodeKind.STATE),
        ("D<<", CodeKind.STATE),
        ("D", CodeKind.STATE),
        ("GBN", CodeKind.STATE),
        ("RKS", CodeKind.STATE),
        ("XXK", CodeKind.STATE),
        ("UNO", CodeKind.ORGANIZATION),
        ("XPO", CodeKind.ORGANIZATION),
        ("EUE", CodeKind.ORGANIZATION),
        ("XXA", CodeKind.PERSON),
        ("XXX", CodeKind.PERSON),
        ("UTO", CodeKind.SPECIMEN),
        ("IAO", CodeKind.UNPRINTED),
        ("WSA", CodeKind.FANTASY),
        ("ANT", CodeKind.WITHDRAWN),
        ("NTZ", CodeKind.WITHDRAWN),
        ("SUN", CodeKind.WITHDRAWN),
        ("ROM", CodeKind.WITHDRAWN),
        ("QQQ", CodeKind.UNKNOWN),
        ("<D<", CodeKind.UNKNOWN),
        ("", CodeKind.UNKNOWN),
    ],
)
def test_codes_stand_for(code: str, kind: CodeKind) -> None:
    assert lookup(code).kind is kind


def test_only_withdrawn_codes_have_an_end() -> None:
    assert lookup("ANT").withdrawn == date(2010, 12, 15)
    assert lookup("AFI").withdrawn == date(1977, 12, 31)
    assert lookup("ATF").kind is CodeKind.STATE, "withdrawn once, in use again"
    assert lookup("MYS").withdrawn is None


def test_every_current_country_may_issue_and_be_a_nationality() -> None:
    for country in pycountry.countries:
        code = lookup(country.alpha_3)
        assert code.issues, country.alpha_3
        assert code.may_be_nationality
    assert nationality_codes() - issuing_codes() == {"XXA", "XXB", "XXC", "XXX"}
    assert not nationality_codes() & {"WSA", "IAO", "ANT"}


def test_user_assigned_codes() -> None:
    assert all(user_assigned(code) for code in ("AAA", "QMA", "QZZ", "XAB", "ZZZ"))
    assert not any(user_assigned(code) for code in ("QAT", "UTO", "ABA", "X", "AA<"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("British Honduras", "BRITISH HONDURAS"),
        ("Republic of  RHODESIA", "RHODESIA"),
        ("World Service Authority / Autorité", "WORLD SERVICE AUTHORITY"),
        ("NEW ZEALAND", None),
        ("Guinea", None),
        ("", None),
    ],
)
def test_names_of_no_state(text: str, name: str | None) -> None:
    assert no_state_in(text) == name


@pytest.mark.parametrize(
    ("fmt", "code", "right"),
    [
        (Format.TD3, "P<", True),
        (Format.TD3, "PB", True),
        (Format.TD3, "I<", False),
        (Format.TD3, "P1", False),
        (Format.MRV_A, "V<", True),
        (Format.MRV_B, "P<", False),
        (Format.TD1, "ID", True),
        (Format.TD1, "C<", True),
        (Format.TD1, "AC", True),  # crew member certificate
        (Format.TD1, "AI", False),
        (Format.TD1, "IV", False),
        (Format.TD1, "P<", False),
        (Format.TD2, "AC", False),
        (Format.TD2, "AI", True),
        (Format.FRA_ID, "ID", True),
        (Format.FRA_ID, "I<", False),
    ],
)
def test_document_codes_whenever_issued(fmt: Format, code: str, right: bool) -> None:
    assert (wrong_document_code(fmt, code) == "") == right


@pytest.mark.parametrize(
    ("code", "issued", "expires", "right"),
    [
        ("PP", date(2029, 1, 1), date(2039, 1, 1), True),
        ("PB", date(2025, 12, 31), date(2035, 12, 31), True),
        ("PB", date(2026, 1, 1), date(2035, 12, 31), False),
        ("P<", date(2027, 12, 31), date(2037, 12, 31), True),
        ("P<", date(2028, 1, 1), date(2037, 12, 31), False),
        ("P<", date(2027, 12, 31), date(2038, 1, 1), False),
        ("P<", None, date(2038, 1, 1), False),
        ("P<", None, date(2035, 1, 1), None),
        ("PB", None, date(2025, 12, 31), True),  # expired before the rule began
        ("PB", None, None, None),
    ],
)
def test_the_second_letter_depends_on_the_date_of_issue(
    code: str, issued: date | None, expires: date | None, right: bool | None
) -> None:
    assert second_letter_right(code, issued, expires, ON) is right


def test_before_the_rule_began_every_letter_is_right() -> None:
    assert second_letter_right("PB", None, date(2034, 1, 1), date(2025, 12, 31))
    assert second_letter_right("P<", None, date(2034, 1, 1), date(2027, 12, 31))
    assert second_letter_right("PB", None, date(2034, 1, 1), date(2027, 12, 31)) is None


def test_the_table_of_passports() -> None:
    assert set(passport_types()) == {"PP", "PE", "PD", "PO", "PR", "PT", "PS", "PL", "PM", "PU"}


@given(st.text(max_size=6), st.sampled_from(list(Format)))
def test_any_text_may_be_asked(text: str, fmt: Format) -> None:
    assert lookup(text).code == text.rstrip("<")
    assert isinstance(wrong_document_code(fmt, text), str)
    assert no_state_in(text) is None
