import tomllib
from importlib.resources import files

import pytest

from docscan.document import MrzReading
from docscan.geometry import Box
from docscan.icao.formats import Format
from docscan.icao.mrz import build
from docscan.reading.labels import dictionary, labelled, labels_in
from docscan.reading.layout import Segment, Word, fold, segments
from docscan.reading.printed import printed_fields


def line(text: str, x: float, y: float, height: float = 2.0, number: int = 0) -> list[Word]:
    """The words of a line at (x, y) mm, letters 0.6 of their height wide."""
    words = []
    for word in text.split():
        width = 0.6 * height * len(word)
        words.append(Word(word, 0.95, Box(x=x, y=y, width=width, height=height), number))
        x += width + 0.4 * height
    return words


def page(*lines: tuple[str, float, float, float]) -> tuple[Segment, ...]:
    return segments([w for n, (text, x, y, h) in enumerate(lines) for w in line(text, x, y, h, n)])


def answers(*lines: tuple[str, float, float, float]) -> dict[str, str]:
    return {a.field: a.value.text if a.value else "" for a in labelled(page(*lines))}


def test_every_phrase_of_the_dictionary_is_found_as_printed() -> None:
    for phrase, fields in dictionary().items():
        labels, value = labels_in(Segment(tuple(line(phrase, 0, 0))))
        assert value is None
        assert labels[0].fields == fields or len(labels) > 1, phrase


def test_no_phrase_announces_two_different_things() -> None:
    table = tomllib.loads(files("docscan.reading").joinpath("data/labels.toml").read_text(encoding="utf-8"))
    announced: dict[str, str] = {}
    for field, phrases in table.items():
        for phrase in phrases:
            assert announced.setdefault(fold(phrase), field) == field, phrase


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("Surname / Nom", "surname"),
        ("Nama / Name", "name"),
        ("Name / Surname / Nom", "surname"),
        ("Nazwisko / Surname", "surname"),
        ("1. Apellidos", "surname"),
        ("Tarikh lahir / Date of birth", "date_of_birth"),
        ("Geburtsdatum / Date of birth / Date de naissance", "date_of_birth"),
        ("Data di scadenza", "date_of_expiry"),
        ("Berlaku hingga", "date_of_expiry"),
        ("N° do passaporte", "document_number"),
        ("PASSPORT NO.", "document_number"),
        ("Dote of birth", "date_of_birth"),
    ],
)
def test_value_below_its_label(label: str, field: str) -> None:
    assert answers((label, 40, 20, 1.2), ("PRINTED 1234", 40, 22.5, 2)) == {field: "PRINTED 1234"}


def test_value_on_the_line_of_its_label() -> None:
    assert answers(("Passport No. A12345678", 10, 10, 2)) == {"document_number": "A12345678"}
    assert answers(("Sex:", 10, 10, 2), ("M", 24, 10, 2)) == {"sex": "M"}


def test_columns_keep_their_values() -> None:
    found = answers(
        ("Nationality", 40, 20, 1.2),
        ("Sex", 70, 20, 1.2),
        ("UTOPIAN", 40, 22.5, 2),
        ("F", 70, 22.5, 2),
        ("Place of birth", 40, 27, 1.2),
        ("ZENITH", 40, 29.5, 2),
    )
    assert found == {"nationality": "UTOPIAN", "sex": "F", "place_of_birth": "ZENITH"}


def test_one_label_for_two_fields() -> None:
    assert answers(
        ("NOM, Prénoms / SURNAME, Given names", 40, 20, 1.2), ("Doe", 40, 22.5, 2), ("Jo Ann", 40, 25, 2)
    ) == {
        "surname": "Doe",
        "given_names": "Jo Ann",
    }
    assert answers(("Date of birth / Place of birth", 40, 20, 1.2), ("01.02.1990 / Zenith", 40, 22.5, 2)) == {
        "date_of_birth": "01.02.1990",
        "place_of_birth": "Zenith",
    }
    assert answers(("Tempat/Tgl Lahir", 40, 20, 1.2), ("ZENITH, 01-02-1990", 40, 22.5, 2)) == {
        "place_of_birth": "ZENITH,",
        "date_of_birth": "01-02-1990",
    }


def test_labels_run_together_with_a_slash() -> None:
    found = answers(
        ("7. Place of birth/Geburtsort/Lieu", 40, 20, 1.2),
        ("BERLIN", 40, 22.5, 2),
        ("8. Date of expiry/Gultig bis/Date d expiration", 40, 26, 1.2),
        ("21 FEB/FEV 2018", 40, 28.5, 2),
    )
    assert found == {"place_of_birth": "BERLIN", "date_of_expiry": "21 FEB/FEV 2018"}


def test_a_date_or_number_takes_one_line_a_name_may_take_more() -> None:
    below = (("L898902C3 X", 40, 22.5, 2), ("MORE 22", 40, 25, 2))
    assert answers(("Passport No.", 40, 20, 1.2), *below) == {"document_number": "L898902C3 X"}
    assert answers(("Authority", 40, 20, 1.2), *below) == {"authority": "L898902C3 X MORE 22"}


def test_a_text_that_no_such_field_holds_is_passed_over() -> None:
    assert answers(("Expires", 40, 20, 1.2), ("Unknown label", 40, 22, 1.2), ("15 APR 2012", 40, 24.5, 2)) == {
        "date_of_expiry": "15 APR 2012"
    }
    assert answers(("Sex", 40, 20, 1.2), ("ZS0000177", 40, 22.5, 2)) == {"sex": ""}


def test_one_name_label_over_two_lines() -> None:
    assert answers(("Name / Nom", 40, 20, 1.2), ("CITIZEN", 40, 22.5, 2), ("JANE", 40, 25, 2)) == {
        "surname": "CITIZEN",
        "given_names": "JANE",
    }


def test_a_label_of_its_own_counts_before_a_shared_one() -> None:
    found = answers(
        ("Name / Surname / Nom", 40, 20, 1.2),
        ("MUSTER", 40, 22.5, 2),
        ("GEB. BEISPIEL", 40, 25, 2),
        ("Vornamen / Given names", 40, 29, 1.2),
        ("ERIKA", 40, 31.5, 2),
    )
    assert found["given_names"] == "ERIKA"


def test_a_value_that_holds_a_label_word_is_a_value() -> None:
    assert answers(("Remarks", 40, 20, 1.2), ("ANY PROFESSION", 40, 22.5, 2)) == {"observations": "ANY PROFESSION"}
    assert answers(("Authority", 40, 20, 1.2), ("PASSPORT OFFICE OF NAME", 40, 22.5, 2)) == {
        "authority": "PASSPORT OFFICE OF NAME"
    }


def test_nothing_is_taken_across_another_label() -> None:
    found = answers(("Surname", 40, 20, 1.2), ("Given names", 40, 23, 1.2), ("ANNA", 40, 25.5, 2))
    assert found == {"given_names": "ANNA"}


def test_a_letter_passed_over_is_looked_for_again() -> None:
    (only,) = labelled(page(("Sex / Sexe", 40, 20, 1.2)))
    assert only.value is None
    assert only.box.x < 40
    assert only.box.y > 21


def test_texts_are_not_changed() -> None:
    found = answers(("Surname", 40, 20, 1.2), ("O'NEILL-D0E [b]É", 40, 22.5, 2))
    assert found == {"surname": "O'NEILL-D0E [b]É"}


# --- by what the MRZ says ---------------------------------------------------------------------------------------------

MRZ = MrzReading(
    engine="drawn",
    format=Format.TD3,
    lines=build(
        Format.TD3,
        document_code="P",
        issuing_state="UTO",
        surname="Müller-Eriksson",
        given_names="Anna Maria",
        document_number="L898902C3",
        nationality="UTO",
        date_of_birth="740812",
        sex="F",
        date_of_expiry="120415",
    ),
)


def found(*lines: tuple[str, float, float, float], known: set[str] | None = None) -> dict[str, str]:
    return {name: segment.text for name, segment in printed_fields(page(*lines), MRZ, known or set())}


def test_what_the_mrz_says_is_found_and_reported_as_printed() -> None:
    printed = found(
        ("Müller-Eriksson", 10, 10, 2),
        ("Anna Maria", 10, 14, 2),
        ("L898902C3", 10, 18, 2),
        ("UTO", 60, 18, 2),
        ("12 AUG/AOÛT 1974", 10, 22, 2),
        ("15.04.12", 10, 26, 2),
    )
    assert printed == {
        "surname": "Müller-Eriksson",
        "given_names": "Anna Maria",
        "document_number": "L898902C3",
        "nationality": "UTO",
        "date_of_birth": "12 AUG/AOÛT 1974",
        "date_of_expiry": "15.04.12",
    }


def test_a_page_that_differs_from_its_mrz_is_reported_with_the_difference() -> None:
    assert found(("L898902Z3", 10, 10, 2), ("Anne Maria", 10, 14, 2)) == {
        "document_number": "L898902Z3",
        "given_names": "Anne Maria",
    }


@pytest.mark.parametrize("text", ["1974-08-12", "08/12/1974", "12.08.74", "12 08 1974", "12 August 1974"])
def test_forms_of_a_date(text: str) -> None:
    assert found((text, 10, 10, 2)) == {"date_of_birth": text}


@pytest.mark.parametrize("text", ["12.08.1975", "13 AUG 1974", "1974", "12 08", "120874 99 99"])
def test_another_date_is_not_taken_for_it(text: str) -> None:
    assert found((text, 10, 10, 2)) == {}


def test_what_a_label_told_is_not_looked_for() -> None:
    assert found(("L898902C3", 10, 10, 2), known={"document_number"}) == {}


def test_an_mrz_of_no_format_finds_nothing() -> None:
    nonsense = MrzReading(engine="drawn", format=None, lines=("<<<", ""))
    assert list(printed_fields(page(("ANYTHING", 10, 10, 2)), nonsense, set())) == []
