import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscan.icao.check_digits import ALPHABET, blind_spots, check_digit, value

# Doc 9303 Part 3, appendix A, examples 1 to 5 (TD1 and the others without the positions that no digit covers).
OFFICIAL = [
    ("520727", "3"),
    ("AB2134<<<", "5"),
    ("HA672242<6" + "5802254" + "9601086<<<<<<<<<<<<<<0", "8"),
    ("D231458907<<<<<<<<<<<<<<<" + "3407127" + "9507122" + "<<<<<<<<<<<", "2"),
    ("HA672242<6" + "5802254" + "9601086<<<<<<<", "8"),
]

mrz_text = st.text(ALPHABET, min_size=1, max_size=50)


@pytest.mark.parametrize(("text", "digit"), OFFICIAL)
def test_examples_of_the_standard(text: str, digit: str) -> None:
    assert check_digit(text) == digit


def test_a_character_outside_the_alphabet_has_no_value_and_no_digit() -> None:
    assert value("é") is None
    assert value("²") is None
    assert check_digit("12a") is None
    assert blind_spots("?") == frozenset()


def test_blind_spots_are_those_that_officers_should_know() -> None:
    assert blind_spots("0") == set("AKU<")
    assert blind_spots("1") == set("BLV")
    assert blind_spots("8") == set("IS")
    assert blind_spots("G") == set("6Q")
    assert blind_spots("8", "0123456789") == frozenset()


@given(mrz_text, st.data())
def test_one_substitution_escapes_if_and_only_if_it_is_a_blind_spot(text: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([char for char in ALPHABET if char != text[index]]))
    changed = text[:index] + other + text[index + 1 :]
    assert (check_digit(changed) == check_digit(text)) == (other in blind_spots(text[index]))


@given(st.text(max_size=60))
def test_any_text_has_a_digit_or_none(text: str) -> None:
    digit = check_digit(text)
    assert (digit is None) == any(char not in ALPHABET for char in text)
