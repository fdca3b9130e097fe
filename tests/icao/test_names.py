import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscan.icao.check_digits import FILLER, LETTERS
from docscan.icao.names import Names, could_print, fit, lay_out, split

# surname, given names, printed name field: Doc 9303 Part 4, 4.2.3.1 and 4.2.3.4, Part 5, 4.2.3.3 to 4.2.3.5.
WHOLE = [
    ("Eriksson", "Anna Maria", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"),
    ("Heng", "Deborah Ming Lo", "HENG<<DEBORAH<MING<LO<<<<<<<<<<<<<<<<<<"),
    ("Smith-Jones", "Susie Margaret", "SMITH<JONES<<SUSIE<MARGARET<<<<<<<<<<<<"),
    ("O'Connor", "Enya Siobhan", "OCONNOR<<ENYA<SIOBHAN<<<<<<<<<<<<<<<<<<"),
    ("Van Der Muellen", "Martin", "VAN<DER<MUELLEN<<MARTIN<<<<<<<<<<<<<<<<"),
    ("Al-Basri", "Huda Muhammad Jawad", "AL<BASRI<<HUDA<MUHAMMAD<JAWAD<<<<<<<<<<"),
    ("Arkfreith", "", "ARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"),
    ("Satriya Sudarpa", "", "SATRIYA<SUDARPA<<<<<<<<<<<<<<<<<<<<<<<<"),
    ("Papandropoulous", "Jonathon Warren Trevor", "PAPANDROPOULOUS<<JONATHON<WARREN<TREVOR"),
    ("Papandropoulous", "Jonathon Alec", "PAPANDROPOULOUS<<JONATHON<ALEC"),
]
KRASUANG = ("Nilavadhanananda", "Chayapa Dejthamrong Krasuang")
CHARONGUANG = ("Nilavadhanananda", "Arnpol Petch Charonguang")
WARNAMBOOL = ("Bennelong Wooloomooloo Warrandyte Warnambool", "Dingo Potoroo")
# Part 4, 4.2.3.2 and 4.2.3.3 (but c, which is printed with one character too many for its field); Part 5, 4.2.3.1,
# 4.2.3.2 and 4.2.3.4; Part 6, 4.2.3.1 and 4.2.3.2.
CUT = [
    (*KRASUANG, "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"),
    (*CHARONGUANG, "NILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU"),
    (*WARNAMBOOL, "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI"),
    (*WARNAMBOOL, "BENNELONG<WOOLOOM<WARRAND<WARNAM<<DINGO"),
    (*KRASUANG, "NILAVADHANANANDA<<CHAYAPA<DE<K"),
    (*CHARONGUANG, "NILAVADHANANANDA<<ARNPOL<PE<CH"),
    (*WARNAMBOOL, "BENNELONG<WOOLOOMOOLOO<W<W<<DI"),
    (*WARNAMBOOL, "BENNELONG<WOOLOOM<WA<WARN<<D<P"),
    (*WARNAMBOOL, "BENNE<WOOLO<WARRA<WARNA<<DIN<P"),
    (*KRASUANG, "NILAVADHANANANDA<<CHAYAPA<DEJ<K"),
    (*CHARONGUANG, "NILAVADHANANANDA<<ARN<PET<CHARO"),
    (*WARNAMBOOL, "BENNELONG<WOOLOOMOOLOO<W<W<<D<P"),
    (*WARNAMBOOL, "BENNEL<WOOLO<WARRA<WARNA<<DIN<P"),
    ("Vilarchao Fernandez", "Jose Ramon", "VILARCHAO<FERNANDEZ<<JOSE<RAMO"),
]

components = st.lists(st.text(LETTERS, min_size=1, max_size=20), max_size=5).map(tuple)


@pytest.mark.parametrize(("surname", "given_names", "printed"), WHOLE)
def test_names_that_fit_are_printed_as_the_standard_prints_them(surname: str, given_names: str, printed: str) -> None:
    assert lay_out(surname, given_names, len(printed)) == printed
    assert could_print(surname, given_names, printed)


@pytest.mark.parametrize(("surname", "given_names", "printed"), CUT)
def test_the_standards_truncations_are_allowed(surname: str, given_names: str, printed: str) -> None:
    assert could_print(surname, given_names, printed)
    assert split(printed).maybe_truncated


@pytest.mark.parametrize(
    "printed",
    [
        "BENNELONG<WOOLOOM<WARRAND<WARNAM<<DING<",  # ends in a filler
        "BENNELONG<WOOLOOM<WARRAND<WARNAM<<RINGO",  # another name
        "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WARNA",  # no secondary identifier left
        "WOOLOOMOOLOO<WARRANDYTE<WARNAMBO<<DINGO",  # first component missing
        "BENNELONG<WOOLOOM<WARRAND<WARNA<<<DINGO",  # a filler too many
    ],
)
def test_other_cuts_are_not(printed: str) -> None:
    assert not could_print(*WARNAMBOOL, printed)


def test_a_name_that_fits_must_not_be_cut() -> None:
    assert not could_print("Eriksson", "Anna Maria", "ERIKSSON<<ANNA<M".ljust(30, FILLER))
    assert not could_print("Eriksson", "Anna Maria", "ERIKSSON<<ANNA<".ljust(30, FILLER))
    assert could_print("Müller", "Åsa", "MUELLER<<AASA<<<<<<<<<<<<<<<<<")
    assert could_print("Müller", "Åsa", "MULLER<<ASA<<<<<<<<<<<<<<<<<<<")
    assert not could_print("Müller", "Åsa", "MILLER<<ASA<<<<<<<<<<<<<<<<<<<")


def test_splitting() -> None:
    assert split("ERIKSSON<<ANNA<MARIA<<<") == Names(("ERIKSSON",), ("ANNA", "MARIA"), False)
    assert split("ARKFREITH<<<<") == Names(("ARKFREITH",), (), False)
    assert split("") == split("<<<") == Names((), (), False)
    assert split("A<<B<<C") == Names(("A",), ("B", "C"), True)


def test_a_cut_that_would_end_in_a_filler_gives_up_an_earlier_letter() -> None:
    assert fit(("LONGNAME",), ("ANN", "MARY"), 14) == "LONGNAM<<ANN<M"
    assert fit(("A",) * 30, (), 10) == "A<A<A<A<A"[:9] + FILLER


@given(components, components, st.integers(30, 39))
def test_what_is_laid_out_fits_and_could_be_printed(
    primary: tuple[str, ...], secondary: tuple[str, ...], width: int
) -> None:
    printed = fit(primary, secondary, width)
    assert len(printed) == width
    if primary:
        assert could_print(" ".join(primary), " ".join(secondary), printed)


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=39))
def test_any_text_may_be_asked(surname: str, given_names: str, field: str) -> None:
    assert could_print(surname, given_names, field) in (True, False)
    assert len(lay_out(surname, given_names, 39)) == 39
    assert all(split(field)[:2]) or not field.replace(FILLER, "") or not split(field).secondary
