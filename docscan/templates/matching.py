"""Which template a document is of, and laying its faces on it.

Candidates are chosen by what the MRZ says and by a thumbnail of each face; the few nearest are tried in earnest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from docscan.document import Document, Face, MrzReading, Reading, RegisteredFace, Template, TemplateFace, TemplateMatch
from docscan.geometry import Homography
from docscan.icao.mrz import parse
from docscan.templates import registration
from docscan.templates.descriptor import Index
from docscan.templates.registration import Features, Fit

TRIED = 4
"""Templates that a face is laid on in earnest."""
FITS = 0.12
"""Score from which a face is of a template, or a counterfeit of it: between what redrawn pages and what other designs
reach by chance."""
SURELY = 0.5
"""Score from which a face is not tried in any other way, nor on any other side."""
SAME_STATE = 0.6
"""By how much the State that the MRZ names brings its templates of that format nearer than their thumbnails say."""


def match(document: Document, reading: Reading, templates: Sequence[Template]) -> TemplateMatch | None:
    """The template that the document's faces fit best, or None where no template is near.

    A document whose MRZ names the state and type of a template, but which fits none, is answered with that template,
    no faces and score 0.
    """
    if not templates:
        return None
    of_state, claimed = named_by(reading.mrz, templates)
    shown = [_Shown(index, face) for index, face in enumerate(document.faces)]
    best: tuple[float, Template, list[_Fitted]] | None = None
    for template in candidates(document, of_state, templates):
        if best is not None and best[0] >= SURELY and best[1] in claimed and template not in claimed:
            break
        fitted = _fit_all(shown, template, named=template in claimed)
        score = max((one.score for one in fitted), default=0.0)
        if fitted and (best is None or score > best[0]):
            best = score, template, fitted
    if best is None:
        return TemplateMatch(template=claimed[0], faces=(), score=0.0, kin=tuple(claimed[1:])) if claimed else None
    score, template, fitted = best
    return TemplateMatch(
        template=template,
        faces=tuple(_laid(document, one) for one in fitted),
        score=score,
        kin=tuple(other for other in templates if other is not template and _kin(other, template)),
    )


def _kin(one: Template, other: Template) -> bool:
    return (one.state, one.type, one.format) == (other.state, other.type, other.format)


def named_by(mrz: MrzReading | None, templates: Sequence[Template]) -> tuple[list[Template], list[Template]]:
    """The templates of the issuing State that the MRZ gives, in its format, of any type, which a forger gets wrong; and
    those of them that are of the type it gives."""
    if mrz is None:
        return [], []
    printed = parse(mrz.lines, mrz.format)
    state, code = printed.value("issuing_state"), printed.value("document_code")
    of_state = [t for t in templates if printed.format is t.format and state == t.state.upper()]
    return of_state, [t for t in of_state if code.startswith(t.type[:1].upper())]


def candidates(document: Document, of_state: Sequence[Template], templates: Sequence[Template]) -> list[Template]:
    """The few templates nearest by thumbnail, nearest first; those of the State that the MRZ names come nearer."""
    index = _index(tuple(templates))
    far = np.min([index.distances(face.pixels) for face in document.faces], axis=0)
    named = {id(template) for template in of_state}
    far = far - np.array([SAME_STATE if id(template) in named else 0.0 for template in templates])
    return [templates[i] for i in np.argsort(far, kind="stable")[:TRIED]]


@lru_cache(maxsize=8)
def _index(templates: tuple[Template, ...]) -> Index:
    return Index.of(templates)


@lru_cache(maxsize=64)
def _known(face: TemplateFace) -> tuple[Features, npt.NDArray[np.uint8]]:
    """What laying a face on a template face needs."""
    contrast = registration.local_contrast(cv2.cvtColor(face.reference, cv2.COLOR_RGB2GRAY), face.ppmm)
    return Features(face.arrays["sift_xy"], face.arrays["sift"].astype(np.uint8)), contrast


@dataclass(frozen=True, eq=False)
class _Fitted:
    """A face registered to a template face, and how well that fits."""

    face: int
    template_face: TemplateFace
    fit: Fit
    off_mm: npt.NDArray[np.float64]
    """How far each tracked point of the template is from its place."""

    @property
    def inliers(self) -> int:
        return int((self.off_mm < 0.15).sum())

    @property
    def score(self) -> float:
        """Share of the template's trackable points that the face has in their place."""
        return self.inliers / max(1, len(self.template_face.arrays["points"]))


@dataclass(frozen=True, eq=False)
class _Shown:
    """A face of the document that is tried on templates."""

    index: int
    face: Face

    @cached_property
    def features(self) -> Features:
        return registration.features(self.face.pixels, self.face.ppmm)


def _fit_all(shown: Sequence[_Shown], template: Template, *, named: bool) -> list[_Fitted]:
    """The document's faces on the template's, each on the one it fits best, no two on one, in the document's order."""
    tried: list[_Fitted] = []
    for one in shown:
        for template_face in template.faces:
            if any(t.score >= SURELY and (t.face == one.index or t.template_face is template_face) for t in tried):
                continue
            fitted = _fit(one, template_face, edges=named and one.face.format is template.format)
            if fitted is not None and fitted.score >= FITS:
                tried.append(fitted)
    chosen: list[_Fitted] = []
    for fitted in sorted(tried, key=lambda one: one.score, reverse=True):
        if all(fitted.face != c.face and fitted.template_face is not c.template_face for c in chosen):
            chosen.append(fitted)
    return sorted(chosen, key=lambda one: one.face)


def _fit(shown: _Shown, template_face: TemplateFace, *, edges: bool) -> _Fitted | None:
    """The face laid edge to edge where it is known to be of the template's size and the print then agrees, else by the
    print that the two share; a page that is drawn anew in every line has only its edges."""
    known, _ = _known(template_face)
    by_edges = _refined(shown, template_face, _edge_to_edge(shown.face, template_face)) if edges else None
    if by_edges is not None and by_edges.score >= SURELY:
        return by_edges
    found = registration.coarse(shown.features, known)
    by_print = _refined(shown, template_face, found[0]) if found is not None else None
    return max((one for one in (by_print, by_edges) if one is not None), key=lambda one: one.score, default=None)


def _refined(shown: _Shown, template_face: TemplateFace, to_fixed: Homography) -> _Fitted | None:
    """`to_fixed`, between millimetres, fitted to the template's points; None where too few are found."""
    _, contrast = _known(template_face)
    homography = registration.in_pixels(to_fixed, shown.face.ppmm, template_face.ppmm)
    fit = registration.refine(
        shown.face.pixels, homography, contrast, template_face.arrays["points"], template_face.ppmm
    )
    if fit is None:
        return None
    return _Fitted(shown.index, template_face, fit, np.linalg.norm(fit.flow[:, 2:], axis=1) / template_face.ppmm)


def _edge_to_edge(face: Face, template_face: TemplateFace) -> Homography:
    """Millimetres of the face to those of the template face, were both cut out alike."""
    height, width = face.pixels.shape[:2]
    full_height, full_width = template_face.reference.shape[:2]
    return np.diag(
        [
            full_width / template_face.ppmm * face.ppmm / width,
            full_height / template_face.ppmm * face.ppmm / height,
            1.0,
        ]
    )


def _laid(document: Document, fitted: _Fitted) -> RegisteredFace:
    face, fit, off = fitted.template_face, fitted.fit, fitted.off_mm
    size = (face.reference.shape[1], face.reference.shape[0])
    bend = registration.bending(fit.flow, size, face.ppmm)
    pixels, covered = registration.resample(document.faces[fitted.face].pixels, fit.to_fixed, bend, size)
    return RegisteredFace(
        face=fitted.face,
        template_face=face,
        pixels=pixels,
        to_template=fit.to_fixed,
        inliers=fitted.inliers,
        residual=float(np.sqrt(np.mean(off[off < 0.3] ** 2))) if (off < 0.3).any() else 1.0,
        covered=covered,
        flow=fit.flow,
        bent=bend.at(fit.flow[:, :2]),
    )
