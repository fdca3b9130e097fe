"""A State as rows for a person to read."""

from collections.abc import Iterator
from typing import NamedTuple

from docscan.states.state import Confidence, Dated, NationalNumber, State


class Row(NamedTuple):
    label: str
    value: str
    source: str
    confidence: Confidence


def facts(state: State) -> tuple[Row, ...]:
    """Every fact known of `state`, one row each."""
    return tuple(_rows(state))


def _rows(state: State) -> Iterator[Row]:
    yield Row("name", f"{state.name} ({state.kind})", state.source, "firm")
    codes = ", ".join(state.codes) + (f"; alpha-2 {state.alpha2}" if state.alpha2 else "")
    yield Row("codes", codes, state.source, "firm")
    for code in state.document_codes:
        yield Row("document code", _noted(f"{code.code} {code.name}", code.note), code.source, code.confidence)
    for pattern in state.numbers:
        value = f"{'/'.join(pattern.documents)}: {pattern.pattern}{_period(pattern)}"
        yield Row("document number", _noted(value, pattern.note), pattern.source, pattern.confidence)
    for validity in state.validity:
        value = f"{'/'.join(validity.documents)}: at most {_span(validity.months)}{_period(validity)}"
        yield Row("validity", _noted(value, validity.note), validity.source, validity.confidence)
    if state.names is not None:
        value = "surname and given names divided" if state.names.divided else "names not divided"
        yield Row("names", _noted(value, state.names.note), state.names.source, state.names.confidence)
    for number in state.national_numbers:
        value = f"{number.name} (rule {number.rule}){_places(number)}"
        yield Row("national number", _noted(value, number.note), number.source, number.confidence)


def _noted(value: str, note: str) -> str:
    return f"{value} - {note}" if note else value


def _period(fact: Dated) -> str:
    begin = f" from {fact.issued_from}" if fact.issued_from else ""
    end = f" until {fact.issued_until}" if fact.issued_until else ""
    return f", issued{begin}{end}" if begin or end else ""


def _span(months: int) -> str:
    years, rest = divmod(months, 12)
    parts = [f"{years} y"] if years else []
    return " ".join([*parts, f"{rest} m"] if rest else parts)


def _places(number: NationalNumber) -> str:
    places = []
    if number.page:
        places.append(f"printed page ({number.page})")
    if number.optional_data:
        places.append(f"optional data ({number.optional_data})")
    return f", {' and '.join(places)}" if places else ""
