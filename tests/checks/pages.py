"""A passport's MRZ, fields as a page prints them, and how the two compare."""

from docscan.checks.consistency_viz_mrz import FieldComparison, compare
from docscan.document import FieldReading
from docscan.icao import Format, build


def lines(**changed: str) -> tuple[str, ...]:
    values = {
        "document_code": "P<",
        "issuing_state": "UTO",
        "surname": "Eriksson",
        "given_names": "Anna Maria",
        "document_number": "L2349C1X7",
        "nationality": "UTO",
        "date_of_birth": "870125",
        "sex": "F",
        "date_of_expiry": "280501",
    }
    return build(Format.TD3, **(values | changed))


def row(exam, name: str) -> FieldComparison:
    return next(found for found in compare(exam) if found.name == name)


def at(text: str, name: str, found_by: str = "template", confidence: float = 0.95) -> FieldReading:
    return FieldReading(name=name, text=text, confidence=confidence, engine="test", found_by=found_by)  # type: ignore[arg-type]
