"""How likely each character is at a place of the MRZ."""

import math

from docscan.checks.mrz_evidence import log_likelihoods
from docscan.document import Symbol
from docscan.icao.check_digits import ALPHABET


def test_every_character_has_a_likelihood_and_nothing_else_has() -> None:
    table = log_likelihoods(Symbol(char="0", confidence=0.9, runners_up=(("O", 0.06), ("o", 0.02))))
    assert set(table) == set(ALPHABET)
    assert table["0"] == math.log(0.9)
    assert table["O"] == math.log(0.06)
    assert table["7"] < table["O"]
