"""Which template a document is of, and laying its faces on it.

Candidates are chosen by what the MRZ says and by a thumbnail of each face; the few nearest are tried in earnest.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from docscan.document import (
    Document,
    Face,
    MrzReading,
    Reading,
    RegisteredFace,
    Template,
    TemplateFace,
    TemplateMatch,
)
from docscan.icao.mrz import parse
from docscan.templates import registration
from docscan.templates.arrays import Floats
from docscan.templates.descriptor import constancy, describe, distance
from docscan.templates.registration import Features

TRIED = 4
"""Templates that a face is laid on in earnest."""
FITS = 0.15
"""Score from which a face is of a template."""
SAME_CODES = 0.6
"""By how much the same codes in the MRZ bring a template nearer than its thumbnail says."""


def match(document: Document, reading: Reading, templates: Sequence[Template]) -> TemplateMatch | None:
    """The template that the document's faces fit best, or None where no template is near.

    A document whose MRZ names the state and type of a template, but which fits none, is answered with that template,
    no faces and score 0.
    """
    claimed = [t for t in templates if reading.mrz is not None and claims(reading.mrz, t)]
    seen = [registration.features(face.pixels, face.ppmm) for face in document.faces]
    best: TemplateMatch | None = None
    for template in _candidates(document, claimed, templates):
        faces = _lay_all(document, seen, template)
        score = max((_score(laid) for laid in faces), default=0.0)
        if score >= FITS and (best is None or score > best.score):
            best = TemplateMatch(template=template, faces=faces, score=score)
    if best is None and claimed:
        return TemplateMatch(template=claimed[0], faces=(), score=0.0)
    return best


def claims(mrz: MrzReading, template: Template) -> bool:
    """True where the MRZ gives the template's issuing State and type of document, in its format."""
    printed = parse(mrz.lines, mrz.format)
    return (
        printed.format is template.format
        and printed.value("issuing_state") == template.state.upper()
        and printed.value("document_code").startswith(template.type[:1].upper())
    )


def _candidates(document: Document, claimed: Sequence[Template], templates: Sequence[Template]) -> list[Template]:
    """The templates nearest by thumbnail; those that the MRZ names come nearer."""
    thumbnails = [describe(face.pixels) for face in document.faces]

    def far(template: Template) -> float:
        nearest = min(distance(seen, *_thumbnail(face)) for seen in thumbnails for face in template.faces)
        return nearest - (SAME_CODES if template in claimed else 0.0)

    return sorted(templates, key=far)[:TRIED]


@lru_cache(maxsize=2048)
def _thumbnail(face: TemplateFace) -> tuple[Floats, Floats]:
    return describe(face.reference), constancy(face)


@lru_cache(maxsize=64)
def _known(face: TemplateFace) -> tuple[Features, npt.NDArray[np.uint8]]:
    """What laying a face on a template face needs."""
    contrast = registration.local_contrast(cv2.cvtColor(face.reference, cv2.COLOR_RGB2GRAY), face.ppmm)
    return Features(face.arrays["sift_xy"], face.arrays["sift"].astype(np.uint8)), contrast


def _lay_all(document: Document, seen: Sequence[Features], template: Template) -> tuple[RegisteredFace, ...]:
    """The document's faces on the template's, each on the one it fits best, no two on one."""
    tried = [
        laid
        for index, face in enumerate(document.faces)
        for template_face in template.faces
        if (laid := _lay(index, face, seen[index], template_face)) is not None and _score(laid) >= FITS
    ]
    chosen: list[RegisteredFace] = []
    for laid in sorted(tried, key=_score, reverse=True):
        if all(laid.face != c.face and laid.template_face is not c.template_face for c in chosen):
            chosen.append(laid)
    return tuple(sorted(chosen, key=lambda laid: laid.face))


def _lay(index: int, face: Face, seen: Features, template_face: TemplateFace) -> RegisteredFace | None:
    known, contrast = _known(template_face)
    found = registration.coarse(seen, known)
    if found is None:
        return None
    homography = registration.in_pixels(found[0], face.ppmm, template_face.ppmm)
    fit = registration.refine(face.pixels, homography, contrast, template_face.arrays["points"], template_face.ppmm)
    if fit is None:
        return None
    size = (contrast.shape[1], contrast.shape[0])
    bend = registration.bending(fit.flow, size, template_face.ppmm)
    pixels, covered = registration.resample(face.pixels, fit.to_fixed, bend, size)
    near = np.linalg.norm(fit.flow[:, 2:], axis=1) / template_face.ppmm
    return RegisteredFace(
        face=index,
        template_face=template_face,
        pixels=pixels,
        to_template=fit.to_fixed,
        inliers=int((near < 0.15).sum()),
        residual=float(np.sqrt(np.mean(near[near < 0.3] ** 2))) if (near < 0.3).any() else 1.0,
        covered=covered,
        flow=fit.flow,
    )


def _score(laid: RegisteredFace) -> float:
    """Share of the template's trackable points that the face has in their place."""
    return laid.inliers / max(1, len(laid.template_face.arrays["points"]))
