"""From an examined document to its profile."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from docscan.document import Examination, Finding, RegisteredFace
from docscan.geometry import Homography
from docscan.icao.mrz import parse
from docscan.series import defects, general
from docscan.series.profile import FaceProfile, Profile
from docscan.templates.likeness import likeness_of


def profile_of(exam: Examination, findings: Iterable[Finding] = ()) -> Profile:
    """The profile of an examined document; its general features alone where no template fits it."""
    mrz = exam.reading.mrz
    printed = parse(mrz.lines, mrz.format) if mrz is not None else None
    template = exam.match.template if exam.match is not None else None
    registered = exam.match.faces if exam.match is not None else ()
    faces = tuple(_face(exam, one) for one in registered)
    return Profile(
        state=(printed and printed.value("issuing_state")) or (template.state if template else None),
        type=(printed and printed.value("document_code")[:1]) or (template.type if template else None),
        template=template.id if template else None,
        template_version=template.version[:12] if template else "",
        document_number=(printed and printed.document_number) or None,
        fraud=general.kinds(findings),
        processes={zone: process for face in faces for zone, process in general.processes(face.whole).items()},
        faces=faces,
        portrait=next((seen for one in registered if (seen := likeness_of(one)) is not None), None),
    )


def _face(exam: Examination, registered: RegisteredFace) -> FaceProfile:
    face = registered.template_face
    found = defects.measure(registered, exam.reading.mrz)
    return FaceProfile(
        side=face.side,
        face=registered.face,
        size_mm=defects.size_mm(face),
        to_page=tuple(float(v) for v in _mm_to_page(exam, registered).ravel()),
        whole=found.whole,
        fields=found.fields,
        grids=found.grids,
        zones={
            zone.name: zone.box for zone in face.zones if zone.kind in ("portrait", "mrz") or zone.name in found.fields
        },
    )


def _mm_to_page(exam: Examination, registered: RegisteredFace) -> Homography:
    scale = np.diag([registered.template_face.ppmm, registered.template_face.ppmm, 1.0])
    to_page = exam.document.faces[registered.face].to_page @ np.linalg.inv(registered.to_template) @ scale
    return np.asarray(to_page / to_page[2, 2], np.float64)
