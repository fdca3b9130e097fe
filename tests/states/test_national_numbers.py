"""What national numbers say of their holder. All numbers are made up or python-stdnum's own examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscan.states import all_states
from docscan.states.national_numbers import RULES, Claims, mykad, nic


def said(births: set[str], sex: str | None) -> Claims:
    return Claims(frozenset(births), sex)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("880314-10-5127", said({"880314"}, "M")),
        ("880314105126", said({"880314"}, "F")),
        (" 880314 10 5126 ", said({"880314"}, "F")),
        ("000229-14-0001", said({"000229"}, "M")),
        ("880230-10-5127", None),
        ("881314-10-5127", None),
        ("870229-10-5127", None),
        ("880314-10-512", None),
        ("880314-10-51277", None),
        ("B80314-10-5127", None),
    ],
)
def test_mykad(text: str, claims: Claims | None) -> None:
    assert mykad(text) == claims


@pytest.mark.parametrize("place", [0, 17, 18, 19, 20, 69, 70, 73, 80, 81, 94, 95, 96, 97])
def test_mykad_places_that_do_not_exist(place: int) -> None:
    assert mykad(f"880314-{place:02}-5127") is None


@pytest.mark.parametrize("place", [1, 16, 21, 59, 60, 68, 71, 72, 74, 79, 82, 93, 98, 99])
def test_mykad_places_that_do(place: int) -> None:
    assert mykad(f"880314-{place:02}-5127") is not None


@pytest.mark.parametrize(
    ("text", "day", "sex"),
    [
        ("853400937V", "851206", "M"),
        ("853400937x", "851206", "M"),
        ("856400937V", "850520", "F"),
        ("198534000937", "851206", "M"),
        ("200050100012", "000101", "F"),
        ("198886612345", "881231", "F"),
    ],
)
def test_nic(text: str, day: str, sex: str) -> None:
    claims = nic(text)
    assert claims is not None
    assert day in claims.births
    assert claims.sex == sex


def test_nic_allows_one_day_more_or_less() -> None:
    assert nic("198534000937") == said({"851205", "851206", "851207"}, "M")
    assert nic("198500100012") == said({"850101", "850102"}, "M")


@pytest.mark.parametrize(
    "text", ["85340093V", "8534009377", "850000937V", "853670937V", "855000937V", "858670937V", "218534000937"]
)
def test_what_is_no_nic(text: str) -> None:
    assert nic(text) is None


def test_old_and_new_form_of_a_nic_say_the_same() -> None:
    old = "853400937V"
    assert nic(old) == nic("19" + old[:5] + "0" + old[5:9])


@pytest.mark.parametrize(
    ("rule", "number", "birth", "sex"),
    [
        ("be.nn", "85.07.30-033 28", "850730", "M"),
        ("bg.egn", "7523169263", "750316", "M"),
        ("cn.ric", "360426199101010071", "910101", "M"),
        ("dk.cpr", "211062-5629", "621021", "M"),
        ("ee.ik", "36805280109", "680528", "M"),
        ("fi.hetu", "131052-308T", "521013", "F"),
        ("id.nik", "3171011708450001", "450817", "M"),
        ("is.kennitala", "450401-3150", None, None),
        ("is.kennitala", "120174-3399", "740112", None),
        ("jmbg", "0101006500006", "060101", "M"),
        ("kr.rrn", "971013-9019902", "971013", "M"),
        ("kz.iin", "860904350504", "860904", "M"),
        ("lt.asmens", "33309240064", "330924", "M"),
        ("no.fodselsnummer", "15108695088", "861015", "F"),
        ("pl.pesel", "44051401359", "440514", "M"),
        ("ro.cnp", "1630615123457", "630615", "M"),
        ("se.personnummer", "880320-0016", "880320", "M"),
        ("th.pin", "1-2345-45678-78-1", None, None),
        ("ua.record", "19850101-12345", "850101", None),
        ("za.idnr", "7503305044089", "750330", "M"),
    ],
)
def test_other_numbers(rule: str, number: str, birth: str | None, sex: str | None) -> None:
    assert RULES[rule](number) == said({birth} if birth else set(), sex)


@pytest.mark.parametrize("rule", ["cz.rc", "pl.pesel", "ee.ik", "kz.iin", "it.codicefiscale", "nl.bsn", "ua.record"])
def test_a_wrong_check_digit_or_form_is_no_number(rule: str) -> None:
    assert RULES[rule]("12345678901") is None


@pytest.mark.parametrize("rule", sorted(RULES))
@given(text=st.text(max_size=20) | st.from_regex(r"[0-9<+A-Z-]{6,18}", fullmatch=True))
def test_no_text_is_an_error(rule: str, text: str) -> None:
    claims = RULES[rule](text)
    assert claims is None or all(len(birth) == 6 and birth.isdigit() for birth in claims.births)


def test_every_rule_is_some_states() -> None:
    assert {n.rule for state in all_states() for n in state.national_numbers} == set(RULES)
