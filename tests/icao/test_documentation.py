import doctest
from itertools import product
from pathlib import Path

import pytest

from docscan.icao.check_digits import ALPHABET, blind_spots, check_digit, value

DOCUMENT = Path(__file__).parents[2] / "docs" / "icao.md"


def test_the_example_runs() -> None:
    failed, tried = doctest.testfile(str(DOCUMENT), module_relative=False, encoding="utf-8")
    assert tried > 3
    assert failed == 0


def test_the_blind_spots_are_those_listed() -> None:
    groups = {frozenset({char} | blind_spots(char)) for char in ALPHABET}
    text = DOCUMENT.read_text(encoding="utf-8")
    listed = next(line for line in text.splitlines() if line.startswith("`0AKU<`"))
    assert {frozenset(group.strip("`")) for group in listed.split(" · ")} == groups


@pytest.mark.parametrize("start", range(3))
def test_neighbours_change_places_unnoticed_as_said(start: int) -> None:
    values = {char: value(char) or 0 for char in ALPHABET}
    before = "0" * start
    for one, other in product(ALPHABET, repeat=2):
        unnoticed = check_digit(before + one + other) == check_digit(before + other + one)
        assert unnoticed == ((values[one] - values[other]) % 5 == 0)
