import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscan.templates.grammar import breaches, date_form, learn, letter_case, shape, standing_texts

DATES = ["23 JUL 1992", "14 JAN 2033", "01 MAR 1960", "30 DEC 2001"]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("28.03.2018, Jennifershire", "DD.MM.YYYY"),
        ("23 JUL 1992", "DD MMM YYYY"),
        ("2018-03-28", "YYYY-MM-DD"),
        ("28,03.2018", "DD.MM.YYYY"),
        ("04/DEC/2032", "DD/MMM/YYYY"),
        ("04/DECI2032", "DD/MMM/YYYY"),
        ("O9/MAR12022", "DD/MMM/YYYY"),
        ("04-DECI2032", None),
        ("ZENITH", None),
    ],
)
def test_date_forms(text: str, form: str | None) -> None:
    assert date_form(text) == form


def test_shape_and_case() -> None:
    assert shape("KV643 ex") == "AA999aa"
    assert [letter_case(t) for t in ("ZENITH", "Port Anyder", "mixED", "7")] == ["upper", "title", "mixed", None]
    assert letter_case("CABO DAS iRiS") == "upper"
    assert [letter_case(t) for t in ("r Ivy, Jolie", "van der Berg", "harald, edna")] == ["title", "title", "lower"]
    assert letter_case("CiCEKCi") is None, "its small letters are capitals made small"


def test_a_date_field_takes_dates_only() -> None:
    grammar = learn(DATES)
    assert grammar == {"date": "DD MMM YYYY"}
    assert breaches("05 MAY 1970", grammar) == []
    assert breaches("ZENITH", grammar)[0][0] == "date"
    assert breaches("05.05.1970", grammar) == [("date", "DD MMM YYYY", "DD.MM.YYYY")]
    assert breaches("19 jUL-1988", grammar) == breaches("1988", grammar) == []


def test_one_misreading_does_not_spoil_the_rule() -> None:
    assert learn([*DATES, "23 JUL I992"])["date"] == "DD MMM YYYY"


def test_a_number_field_keeps_its_form() -> None:
    grammar = learn(["D71161440", "K00512345", "A98765432"])
    assert breaches("D7116144X", grammar)
    assert breaches("D7116144", grammar)
    assert breaches("D7116144O", grammar) == [], "O may be a misread 0"
    assert breaches("B12345678", grammar) == []


@given(st.lists(st.text(max_size=12), min_size=3, max_size=12))
def test_most_learned_values_keep_the_grammar(values: list[str]) -> None:
    kept = [value for value in values if value.strip()]
    grammar = learn(values)
    if grammar:
        assert sum(not breaches(value, grammar) for value in kept) >= 0.25 * len(kept)


def test_words_have_no_form_but_their_letter_case() -> None:
    grammar = learn(["TOUTE PROFESSION"] * 10 + ["ELK BEROEP"] * 2)
    assert "shape" not in grammar
    assert breaches("TOUT METIER", grammar) == []
    assert breaches("tout metier", grammar)[0][0] == "case"


def test_a_name_may_have_small_and_inner_capital_letters() -> None:
    grammar = learn(["Port Anyder", "Gibbonsland", "Amaurote", "Hythloday", "New Harbour", "East Cape"])
    assert breaches("Port of McGregor", grammar) == []
    assert breaches("PORT ANYDER", grammar)[0][0] == "case"


def test_a_place_that_holds_one_text_takes_no_other() -> None:
    grammar = standing_texts(["MONTARIAN"] * 7 + ["MONTARIANA"] * 4 + [""])
    assert grammar == {"texts": "MONTARIAN"}
    assert breaches("MONTARIANA", grammar) == []
    assert breaches("M0NTARIAN", grammar) == []
    assert standing_texts(["PP"] * 8 + ["Pp"] * 2 + ["P"] * 2) == {"texts": "PP"}
    assert breaches("QMR", grammar)[0][0] == "text"
    assert standing_texts(["AMAUROTE", "HYTHLODAY", "LIBERTEVILLE"] * 4) == {}, "there may be a fourth place"
    assert standing_texts(["NATIONAL CENTRE"] * 10 + ["A.E.A.", "D.D.-E.D."]) == {}, "there is another authority"
    assert standing_texts(["NOM"] * 6 + ["BEZEICHNUNG"] * 6) == {}, "a third language"
    assert standing_texts(["AMARA", "BODO", "CELINE", "DAVID", "EVA", "FINN"]) == {}
