"""What the checks against a template share: where a template's place lies on the face, and when a deviate counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from docscan.document import Examination, Finding, Outcome, RegisteredFace
from docscan.geometry import Box, Region, project
from docscan.templates import laying, typography
from docscan.templates.normal import deviate

STANDS_OUT = 3.5
"""Deviate from which a place is shown to a person."""
CLEARLY = 5.5
"""Deviate from which it is called a failure."""
MIN_PPMM = 200 / 25.4
"""Resolution below which print is not judged."""

NO_TEMPLATE = "No template of this document is enrolled here, so its design was not compared."
TOO_COARSE = "The scan has fewer than 200 pixels an inch: too few to judge print by."


def outcome(deviate: float) -> Outcome:
    if deviate >= CLEARLY:
        return Outcome.FAIL
    return Outcome.UNSURE if deviate >= STANDS_OUT else Outcome.PASS


def judged_faces(check: str, exam: Examination) -> tuple[tuple[RegisteredFace, ...], tuple[Finding, ...]]:
    """The registered faces sharp enough to be judged, and findings that say why others are not."""
    if exam.match is None or not exam.match.faces:
        return (), (Finding(check=check, outcome=Outcome.NOT_DONE, code="no_template", message=NO_TEMPLATE),)
    fine = tuple(r for r in exam.match.faces if exam.document.faces[r.face].ppmm >= MIN_PPMM)
    if fine:
        return fine, ()
    return (), (Finding(check=check, outcome=Outcome.UNSURE, code="too_coarse", message=TOO_COARSE),)


def region(exam: Examination, registered: RegisteredFace, box: Box, label: str) -> Region:
    """A box in millimetres of the template face as a region of the document."""
    corners = box.scaled(registered.template_face.ppmm).corners()
    on_face = Box.around(project(corners, np.asarray(np.linalg.inv(registered.to_template), np.float64)))
    return exam.document.faces[registered.face].region(on_face, label=label, face=registered.face)


def judged_sides(exam: Examination) -> tuple[Region, ...]:
    """The sides whose design the template is about."""
    faces = exam.match.faces if exam.match is not None else ()
    return tuple(exam.document.faces[registered.face].whole(registered.face) for registered in faces)


@lru_cache(maxsize=4)
def type_deviates(registered: RegisteredFace, specimens: int) -> Mapping[str, Mapping[str, float]]:
    """Field -> measure -> deviate (with sign) of how it is written, siblings considered."""
    face = registered.template_face
    bank = face.arrays["glyphs"].astype(np.uint8)
    normals = {zone.name: zone.normal for zone in face.zones if zone.kind == "field"}
    written = laying.laid(registered).written
    measured = {zone: typography.with_glyphs(line, bank) for zone, line in written.items()}
    medians = {zone: {name: pair[0] for name, pair in normal.items()} for zone, normal in normals.items()}
    return {
        zone: {name: float(deviate(value, 0.0, normals[zone][name][1], specimens)) for name, value in values.items()}
        for zone, values in typography.against_siblings(measured, medians).items()
    }


def answers(found: Sequence[Finding], measures: Mapping[str, float], agreed: Finding) -> Iterable[Finding]:
    """The findings, strongest first and the first with all measures; `agreed` with them where nothing was found."""
    ranked = sorted(found, key=lambda f: -worst(f.measures.values()))
    first, *rest = ranked or [agreed]
    yield first.model_copy(update={"measures": dict(measures)})
    yield from rest


def worst(values: Iterable[float]) -> float:
    return max(values, default=0.0)


def words(name: str) -> str:
    """A zone's name as an officer reads it; a number where nothing told its name."""
    return re.sub(r"^field_(\d+)$", r"\1", name).replace("_", " ").replace("+", ", ")
