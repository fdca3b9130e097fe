"""A report as rows: pure functions, so that `docscan audit verify` can make them again and compare.

What a report says never changes once it is in a store, so neither may what is made of it here.
"""

from __future__ import annotations

from typing import Any

from docscan import icao
from docscan.report import Report

Row = dict[str, Any]


def report_text(report: Report) -> str:
    """The report as the store keeps it: ASCII, so that no database stumbles over what a document holds."""
    return report.model_dump_json(ensure_ascii=True)


def document(report: Report) -> Row:
    """What is searched for."""
    read = icao.parse(report.mrz.lines, report.mrz.format) if report.mrz else None
    printed = {field.name: field.printed or "" for field in report.fields}

    def value(name: str) -> str:
        return storable((read.value(name) if read else "") or printed.get(name, ""))

    number = storable((read.document_number if read else "") or printed.get("document_number", ""))
    return {
        "scan": report.source.sha256,
        "page": report.source.page,
        "number": report.source.document,
        "format": report.format,
        "template": report.template.id if report.template else None,
        "state": value("issuing_state"),
        "type": value("document_code"),
        "document_number": number,
        "number_key": number_key(number),
        "name": _name(read, printed),
        "nationality": value("nationality"),
        "date_of_birth": value("date_of_birth"),
        "date_of_expiry": value("date_of_expiry"),
        "sex": value("sex"),
        "outcome": str(report.verdict.outcome),
        "probability": report.verdict.probability,
    }


def readings(report: Report) -> list[Row]:
    return [
        {
            "position": position,
            "name": storable(field.name),
            "mrz": None if field.mrz is None else storable(field.mrz),
            "printed": None if field.printed is None else storable(field.printed),
            "outcome": str(field.outcome),
        }
        for position, field in enumerate(report.fields, start=1)
    ]


def findings(report: Report) -> list[Row]:
    return [
        {
            "position": position,
            "check": finding.check,
            "code": finding.code,
            "outcome": str(finding.outcome),
            "message": storable(finding.message),
        }
        for position, finding in enumerate(report.findings, start=1)
    ]


def reasons(report: Report) -> list[Row]:
    return [
        {"position": position, "check": reason.check, "code": reason.code, "weight": reason.weight}
        for position, reason in enumerate(report.verdict.reasons, start=1)
    ]


def number_key(number: str) -> str:
    """Letters and digits alone, in capitals: "L 898902-C3" and "L898902C3" are one number."""
    return "".join(char for char in number.upper() if char.isalnum())


def storable(text: str) -> str:
    """What every database can hold: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


def _name(read: icao.Mrz | None, printed: dict[str, str]) -> str:
    primary: tuple[str, ...] = ()
    secondary: tuple[str, ...] = ()
    if read is not None:
        primary, secondary, _ = read.names
    surname = " ".join(primary) or printed.get("surname", "") or printed.get("name", "")
    given = " ".join(secondary) or printed.get("given_names", "")
    return storable(", ".join(part for part in (surname, given) if part))
