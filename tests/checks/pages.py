"""A passport's MRZ, fields as a page prints them, how the two compare, and a page that lies on a template."""

from dataclasses import replace

import numpy as np

from docscan.checks.consistency_viz_mrz import FieldComparison, compare
from docscan.document import (
    Examination,
    FieldReading,
    RegisteredFace,
    Symbol,
    Template,
    TemplateFace,
    TemplateMatch,
    Zone,
)
from docscan.geometry import Box
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


def shapes(text: str, doubts: dict[int, dict[str, float]]) -> tuple[Symbol, ...]:
    """The letters and digits of `text`, sure but for those whose place is in `doubts`."""
    chars = [char for char in text.upper() if char.isalnum()]
    return tuple(
        Symbol(
            char=max(doubts[i], key=doubts[i].__getitem__) if i in doubts else char,
            confidence=max(doubts[i].values()) if i in doubts else 0.999999,
            runners_up=tuple(sorted(doubts[i].items(), key=lambda p: -p[1])[1:]) if i in doubts else (),
        )
        for i, char in enumerate(chars)
    )


def laid_on(exam: Examination, known: Template, *kin: Template, fits: bool = True) -> Examination:
    """The document as one that lies on its template's first face."""
    face = known.faces[0]
    laid = RegisteredFace(
        face=0,
        template_face=face,
        pixels=face.reference,
        to_template=np.eye(3),
        inliers=100,
        residual=0.02,
        covered=np.ones((4, 4), bool),
        flow=np.zeros((0, 4), np.float32),
        bent=np.zeros((0, 2), np.float32),
    )
    match = TemplateMatch(template=known, faces=(laid,) if fits else (), score=0.8 if fits else 0.0, kin=kin)
    return replace(exam, match=match)


def on_template(exam: Examination, *zones: Zone) -> Examination:
    face = TemplateFace("page", 2.0, np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.float32), zones)
    return laid_on(exam, Template("UTO-P-2020", "UTO", "P", Format.TD3, "", 12, (face,)))


def printed(name: str, text: str, doubts: dict[int, dict[str, float]] | None = None) -> FieldReading:
    """A field whose characters were looked at; a doubt is by its place among letters and digits."""
    return FieldReading(
        name=name,
        text=text,
        confidence=0.9,
        engine="test",
        found_by="template",
        box=Box(x=400, y=100, width=200, height=30),
        symbols=shapes(text, doubts or {}),
    )
