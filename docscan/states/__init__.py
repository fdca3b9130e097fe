"""What is publicly known of issuing States: one TOML a State in data/, loaded one at a time."""

from docscan.states.facts import Row, facts
from docscan.states.loading import all_states, load
from docscan.states.national_numbers import Claims
from docscan.states.state import (
    Confidence,
    DocumentCode,
    NameConvention,
    NationalNumber,
    NumberPattern,
    State,
    Validity,
)

__all__ = [
    "Claims",
    "Confidence",
    "DocumentCode",
    "NameConvention",
    "NationalNumber",
    "NumberPattern",
    "Row",
    "State",
    "Validity",
    "all_states",
    "facts",
    "load",
]
