"""consistency.viz_mrz: the printed page against the MRZ."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pages import at, lines, row

from docscan.checks.comparing import LOOKALIKES
from docscan.checks.consistency_viz_mrz import VizMrz, agreements, compare
from docscan.document import Outcome
from docscan.geometry import Box
from docscan.icao import Format, build
from docscan.icao.layouts import Place

check = VizMrz()
PASS, FAIL, UNSURE, NOT_DONE = Outcome.PASS, Outcome.FAIL, Outcome.UNSURE, Outcome.NOT_DONE


def test_a_page_that_agrees_passes_once(make_exam):
    exam = make_exam(
        lines(),
        surname="Eriksson",
        given_names="Anna Maria",
        document_number="L2349C1X7",
        nationality="Utopian",
        date_of_birth="25 JAN/JAN 1987",
        date_of_expiry="01.05.2028",
        sex="F",
    )
    (finding,) = check(exam)
    assert (finding.outcome, finding.code) == (PASS, "fields_agree")
    assert finding.measures == {
        "fields_contradicting": 0,
        "worst_distance": 0,
        "worst_doubt": 0,
        "number_distance": 0,
        "name_distance": 0,
        "nationality_distance": 0,
        "birth_distance": 0,
        "expiry_distance": 0,
        "sex_distance": 0,
    }


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("in_mrz", "printed"),
    [
        ({"surname": "Muller"}, "Müller"),
        ({"surname": "MUELLER"}, "MÜLLER"),
        ({"surname": "MUXXLLER"}, "Müller"),
        ({"surname": "MUELLER"}, "MULLER"),
        ({"surname": "GUENESOGLU"}, "GUNESOGLU"),
        ({"surname": "BJOERN"}, "BJ@RN"),
        ({"surname": "TSVETAEV"}, "LIBETAEB / TSVETAEV"),
        ({"surname": "TSVETAEV"}, "LIBETAEB/TSVETAEV"),
        ({"surname": "D'Artagnan"}, "d'Artagnan"),
        ({"surname": "Smith-Jones"}, "SMITH-JONES"),
        ({"surname": "Smith-Jones"}, "SMITH JONES"),
        ({"surname": "van der Berg"}, "VAN DER BERG"),
        ({"surname": "VANDERBERG"}, "van der Berg"),
        ({"surname": "Mustermann"}, "MUSTERMANN GEB. GABLER"),
        ({"surname": "Nilavadhanananda Dejthamrong"}, "NILAVADHANANANDA DEJTHAMRONG"),
    ],
)
def test_surnames_that_agree(make_exam, in_mrz, printed):
    assert row(make_exam(lines(**in_mrz), surname=printed), "surname").outcome is PASS


def test_a_name_in_two_scripts_of_which_neither_is_the_mrz_does_not_agree(make_exam):
    assert row(make_exam(lines(surname="TSVETAEV"), surname="LIBETAEB / TSVETKOV"), "surname").outcome is not PASS


def test_an_accent_is_lost_from_a_name_but_no_letter_from_a_number(make_exam):
    assert row(make_exam(lines(surname="MUELLER"), surname="MALLER"), "surname").outcome is not PASS
    assert row(make_exam(lines(surname="MULLER"), surname="MUELLER"), "surname").outcome is not PASS
    assert (
        row(make_exam(lines(document_number="L23OE1X7"), document_number="L23O1X7"), "document_number").outcome
        is UNSURE
    )


def test_a_cut_name_agrees_with_the_whole(make_exam):
    whole = "Nilavadhanananda Chayapa Dejthamrong Krasuang"
    exam = make_exam(lines(surname=whole, given_names="Arnpol Petch"), surname=whole, given_names="Arnpol Petch")
    assert {found.name: found.outcome for found in compare(exam)}["surname"] is PASS
    assert row(exam, "given_names").outcome is PASS


def test_another_name_fails_and_is_marked(make_exam):
    found = row(make_exam(lines(), surname="Svensson"), "surname")
    assert found.outcome is FAIL
    assert found.mrz == "ERIKSSON"
    assert set(found.differs) <= set(range(len("Svensson")))
    assert found.differs[0] == 0


def test_one_other_letter_surely_read_fails(make_exam):
    found = row(make_exam(lines(surname="Perera"), surname="PERESA"), "surname")
    assert (found.outcome, found.differs) == (FAIL, (4,))


def test_one_other_letter_less_surely_read_is_unsure(make_exam):
    exam = make_exam(lines(surname="Perera"), surname=("PERESA", 0.85))
    assert row(exam, "surname").outcome is UNSURE


@pytest.mark.parametrize(("name", "printed"), [("Olsen", "0LSEN"), ("Singh", "S1NGH"), ("Vance", "UANCE")])
def test_a_lookalike_is_unsure(make_exam, name, printed):
    found = row(make_exam(lines(surname=name), surname=printed), "surname")
    assert found.outcome is UNSURE
    assert 0 < (found.distance or 0) < 0.1


def test_a_letter_in_doubt_in_the_mrz_is_unsure(make_exam):
    exam = make_exam(lines(surname="Perera"), {(0, 9): (0.6, [("S", 0.4)])}, surname="PERESA")
    assert row(exam, "surname").outcome is UNSURE


def test_an_engine_without_detail_is_never_sure(make_exam):
    assert row(make_exam(lines(), detail=False, surname="Svensson"), "surname").outcome is UNSURE


@pytest.mark.parametrize("capture", [{"ppmm": 4.0}, {"sharpness": 0.9}])
def test_a_bad_picture_is_never_a_contradiction(make_exam, capture):
    assert row(make_exam(lines(), surname="Svensson", **capture), "surname").outcome is UNSURE


@pytest.mark.parametrize("printed", ["Anna", "Anna Maria Lovisa", "Anna Maria ~"])
def test_missing_and_spare_words_are_no_contradiction(make_exam, printed):
    assert row(make_exam(lines(), given_names=printed), "given_names").outcome in (PASS, UNSURE)


def test_another_word_among_right_ones_fails(make_exam):
    found = row(make_exam(lines(), given_names="Anna Lovisa"), "given_names")
    assert found.outcome is FAIL
    assert min(found.differs) >= len("Anna ")


def test_a_label_that_led_to_the_other_identifier_is_unsure(make_exam):
    assert row(make_exam(lines(), surname="Anna Maria"), "surname").outcome is UNSURE


@pytest.mark.parametrize("printed", ["Anna Maria Eriksson", "ERIKSSON ANNA MARIA", "Eriksson, Anna Maria"])
def test_a_whole_name_in_any_order_agrees(make_exam, printed):
    exam = make_exam(lines(), name=printed)
    assert row(exam, "name").outcome is PASS
    assert not [found for found in compare(exam) if found.name in ("surname", "given_names")]


def test_undivided_malaysian_names_agree(make_exam):
    mrz = lines(issuing_state="MYS", nationality="MYS", surname="Ahmad bin Abdullah", given_names="")
    assert row(make_exam(mrz, name="AHMAD BIN ABDULLAH"), "name").outcome is PASS
    assert row(make_exam(mrz, surname="ABDULLAH", given_names="AHMAD BIN"), "given_names").outcome is PASS
    assert row(make_exam(mrz, name="AHMAD BIN OSMAN"), "name").outcome is FAIL


def test_a_stroke_in_a_name_agrees_with_both_ways_to_print_it(make_exam):
    for printed in ("RAJU AL MUTHU", "RAJU A L MUTHU"):
        mrz = lines(issuing_state="MYS", surname=printed, given_names="")
        assert row(make_exam(mrz, name="RAJU A/L MUTHU"), "name").outcome is PASS


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_other_digits_in_the_number_fail_and_are_marked(make_exam):
    found = row(make_exam(lines(), document_number="L2399C1X4"), "document_number")
    assert (found.outcome, found.differs) == (FAIL, (3, 8))
    assert found.distance == pytest.approx(2 / 9 * 0.95, abs=0.01)


def test_spaces_in_the_number_do_not_matter(make_exam):
    assert row(make_exam(lines(), document_number="L 2349 C1X7"), "document_number").outcome is PASS


@pytest.mark.parametrize(("number", "printed"), [("CK65628DJ", "CK65628D)"), ("S2938733", "$2938733")])
def test_marks_that_an_engine_makes_of_letters_are_read_as_those(make_exam, number, printed):
    assert row(make_exam(lines(document_number=number), document_number=printed), "document_number").outcome is PASS
    other = number.replace("J", "T").replace("S", "T")
    exam = make_exam(lines(document_number=other), document_number=printed)
    assert row(exam, "document_number").outcome is not PASS


def test_one_character_too_many_or_few_is_unsure(make_exam):
    for printed in ("L2349C1X", "L2349C1X77", "|L2349C1X7A"):
        assert row(make_exam(lines(), document_number=printed), "document_number").outcome is UNSURE


def test_another_text_without_a_template_is_unsure_with_one_it_fails(make_exam):
    exam = make_exam(lines(), document_number="KWG55ZZ30")
    assert row(exam, "document_number").outcome is UNSURE
    exam = make_exam(lines(), document_number=at("KWG55ZZ30", "document_number"))
    assert row(exam, "document_number").outcome is FAIL


def test_a_long_number_is_compared_whole(make_exam):
    mrz = build(
        Format.TD1,
        document_code="ID",
        issuing_state="UTO",
        document_number="KV643EX3044",
        date_of_birth="460611",
        sex="M",
        date_of_expiry="271205",
        nationality="UTO",
        surname="Badel",
    )
    assert row(make_exam(mrz, document_number="KV643EX3044"), "document_number").outcome is PASS


def test_the_personal_number_is_compared_where_optional_data_may_be_it(make_exam):
    mrz = lines(optional_data="880314105127")
    assert row(make_exam(mrz, personal_number="880314-10-5127"), "personal_number").outcome is PASS
    assert row(make_exam(mrz, personal_number="880914-10-4127"), "personal_number").outcome is FAIL
    assert row(make_exam(mrz, personal_number="KOWL31"), "personal_number").outcome is NOT_DONE


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "printed",
    [
        "25 JAN 1987",
        "25IJANI1987",
        "25.01.87",
        "1987-01-25",
        "25 JAN/JAN 1987",
        "25 GEN/JAN 87",
        "25 ENE 1987",
        "25-JAN-1987",
        "25.01.1987 / Grayfort",
        "25.01.1987 Mar del Plata",
        "25 January 1987",
    ],
)
def test_dates_that_agree(make_exam, printed):
    assert row(make_exam(lines(), date_of_birth=printed), "date_of_birth").outcome is PASS


@pytest.mark.parametrize("printed", ["12 OGOS 1990", "12 AGU 1990", "12 AUG/AOÛT 90", "12 AĞU/AUG 1990"])
def test_months_in_other_languages(make_exam, printed):
    assert row(make_exam(lines(date_of_birth="900812"), date_of_birth=printed), "date_of_birth").outcome is PASS


@pytest.mark.parametrize(
    ("printed", "differs"),
    [("25 JAN 1984", (10,)), ("25 MAR 1987", (3, 4, 5)), ("29.04.1982", (1, 4, 9)), ("25.01.42", (6, 7))],
)
def test_another_date_fails_and_is_marked(make_exam, printed, differs):
    found = row(make_exam(lines(), date_of_birth=printed), "date_of_birth")
    assert (found.outcome, found.differs) == (FAIL, differs)


@pytest.mark.parametrize("printed", ["06.02.1968", "02/06/1968", "6 2 68", "-6.2.1968"])
def test_day_or_month_may_come_first(make_exam, printed):
    assert row(make_exam(lines(date_of_birth="680602"), date_of_birth=printed), "date_of_birth").outcome is PASS


def test_a_lookalike_digit_is_unsure(make_exam):
    found = row(make_exam(lines(), date_of_birth="25 JAN 1981"), "date_of_birth")
    assert (found.outcome, found.differs) == (UNSURE, (10,))


def test_a_date_whose_first_digit_was_read_for_a_mark_is_unsure(make_exam):
    found = row(make_exam(lines(), date_of_birth="~5.01.1987"), "date_of_birth")
    assert (found.outcome, found.differs) == (UNSURE, (0,))


def test_another_name_beside_one_that_cannot_be_read_is_a_distance(make_exam):
    found = row(make_exam(lines(given_names="DARIA"), given_names=("OJIBTA / OLGA", 0.37)), "given_names")
    assert (found.outcome, found.explained) == (UNSURE, False)


@pytest.mark.parametrize(("confidence", "explained"), [(0.45, True), (0.6, False)])
def test_what_was_hardly_read_is_a_doubt_and_no_distance(make_exam, confidence, explained):
    found = row(make_exam(lines(), date_of_birth=("24.01.1983", confidence)), "date_of_birth")
    assert (found.outcome, found.explained) == (UNSURE, explained)


def test_an_illegible_date_is_unsure(make_exam):
    assert row(make_exam(lines(), date_of_birth="2s jam l9B7"), "date_of_birth").outcome is UNSURE


def test_a_date_against_what_is_none_in_the_mrz_fails(make_exam):
    assert row(make_exam(lines(date_of_birth="870149"), date_of_birth="25 JAN 1987"), "date_of_birth").outcome is FAIL


def test_unknown_parts_of_a_date_agree(make_exam):
    assert row(make_exam(lines(date_of_birth="42<<<<"), date_of_birth="XX XX 1942"), "date_of_birth").outcome is PASS


def test_an_expiry_that_may_be_the_date_of_issue_is_unsure(make_exam):
    exam = make_exam(lines(), date_of_expiry="02 MAY 2018")
    assert row(exam, "date_of_expiry").outcome is UNSURE
    exam = make_exam(lines(), date_of_issue="02 MAY 2014", date_of_expiry="02 MAY 2018")
    assert row(exam, "date_of_expiry").outcome is FAIL
    exam = make_exam(lines(), date_of_expiry=at("02 MAY 2018", "date_of_expiry"))
    assert row(exam, "date_of_expiry").outcome is FAIL


def test_an_expiry_later_than_the_mrz_says_fails(make_exam):
    assert row(make_exam(lines(), date_of_expiry="01 MAY 2033"), "date_of_expiry").outcome is FAIL


# --- sex, nationality -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mrz", "printed", "outcome"),
    [
        ("F", "F", PASS),
        ("F", "K/F", PASS),
        ("F", "Female", PASS),
        ("M", "M/H", PASS),
        ("M", "E / M", PASS),
        ("<", "X", PASS),
        ("<", "U", PASS),
        ("F", "M", FAIL),
        ("M", "F/V", FAIL),
        ("F", "E", UNSURE),
        ("M", "P", FAIL),
        ("F", ("M", 0.6), UNSURE),
        ("F", "?A", NOT_DONE),
    ],
)
def test_sex(make_exam, mrz, printed, outcome):
    assert row(make_exam(lines(sex=mrz), sex=printed), "sex").outcome is outcome


@pytest.mark.parametrize(
    ("mrz", "printed", "outcome"),
    [
        ("LKA", "SRI LANKAN", PASS),
        ("LKA", "Sri Lanka", PASS),
        ("LKA", "LKA", PASS),
        ("MYS", "MALAYSIA", PASS),
        ("D", "D", PASS),
        ("D", "DEU", PASS),
        ("LKA", "MALAYSIA", FAIL),
        ("MYS", "LKA", FAIL),
        ("GBR", "BRITISH CITIZEN", NOT_DONE),
        ("FRA", "Française", NOT_DONE),
    ],
)
def test_nationality(make_exam, mrz, printed, outcome):
    assert row(make_exam(lines(nationality=mrz), nationality=printed), "nationality").outcome is outcome


def test_a_card_may_repeat_its_issuer_a_passport_may_not(make_exam):
    card = lines(document_code="AR", issuing_state="LKA", nationality="LKA")
    assert row(make_exam(card, nationality="CHE"), "nationality").outcome is UNSURE
    assert all(finding.measures["worst_doubt"] == 0 for finding in check(make_exam(card, nationality="CHE")))
    passport = lines(issuing_state="LKA", nationality="LKA")
    assert row(make_exam(passport, nationality="CHE"), "nationality").outcome is FAIL


# --- the check --------------------------------------------------------------------------------------------------------


def test_each_difference_is_one_finding_with_both_places(make_exam):
    exam = make_exam(lines(), surname="Svensson", sex="F", document_number="L2349C1X1")
    failed, doubted, agreed = sorted(check(exam), key=lambda finding: finding.outcome)
    assert (failed.code, doubted.code, agreed.code) == ("field_contradicts", "fields_agree", "field_in_doubt")
    assert (failed.expected, failed.seen) == ("ERIKSSON", "Svensson")
    assert [region.label for region in failed.regions] == ["surname on the page", "surname in the MRZ"]
    assert failed.measures["fields_contradicting"] == 1
    assert failed.measures["name_distance"] == failed.measures["worst_distance"] > 0.3
    assert all(set(finding.measures) <= set(check.measures) for finding in check(exam))


def test_nothing_read_on_the_page_is_not_done(make_exam):
    (finding,) = check(make_exam(lines()))
    assert (finding.outcome, finding.code, finding.measures) == (NOT_DONE, "no_printed_fields", {})
    assert all(found.outcome is NOT_DONE and found.printed is None for found in compare(make_exam(lines())))


def test_no_mrz_is_not_done(make_exam):
    (finding,) = check(make_exam(surname="Eriksson"))
    assert (finding.outcome, finding.code) == (NOT_DONE, "no_mrz")
    assert compare(make_exam(surname="Eriksson")) == ()


def test_lookalikes_go_both_ways():
    assert all(char in LOOKALIKES[other] for char, others in LOOKALIKES.items() for other in others)
    assert not [char for char, others in LOOKALIKES.items() if char in others]


@settings(
    max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(
    mrz=st.lists(st.text(max_size=44), max_size=3)
    | st.lists(st.text("ABCP<019", min_size=44, max_size=44), min_size=2, max_size=2),
    texts=st.lists(st.text(max_size=30), min_size=10, max_size=10),
)
def test_no_content_is_an_error(make_exam, mrz, texts):
    names = ["surname", "given_names", "name", "document_number", "nationality", "issuing_state", "date_of_birth",
             "date_of_expiry", "sex", "personal_number"]  # fmt: skip
    exam = make_exam(mrz, **{name: (text, 0.9) for name, text in zip(names, texts, strict=True)})
    assert list(check(exam))
    for found in compare(exam):
        assert all(0 <= index < len(found.printed or "") for index in found.differs)
        assert found.distance is None or 0 <= found.distance <= 1


def test_a_field_that_agrees_has_its_digits_and_its_check_digit_in_the_mrz(make_exam):
    place = Box(x=40, y=50, width=60, height=8)
    born = at("25.01.1987", "date_of_birth").model_copy(update={"box": place})
    ((places, (region,)),) = agreements(make_exam(lines(), date_of_birth=born, sex=at("M", "sex")))
    assert places == {Place(1, column) for column in range(13, 20)}
    assert region.box == place
