"""Pages -> upright, straightened faces of documents -> documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import cv2
import numpy as np
import numpy.typing as npt

from docscan.document import Document, Face, MrzOnPage, Page, Quality
from docscan.geometry import Homography, Pixels, project
from docscan.icao.formats import Format
from docscan.intake import outline as outlines
from docscan.intake.anchor import Anchor, anchor, centre, misfits
from docscan.intake.leftover import leftovers
from docscan.intake.outline import CLOSE, WIDE, rectangle_of
from docscan.intake.portrait import turn_of_head
from docscan.intake.quality import Side, assess
from docscan.intake.shapes import find_shapes, share_of_print

Points = npt.NDArray[np.float64]

_CARDS = (Format.TD1, Format.TD3, Format.TD2)
"""Formats by which a shape without an MRZ is known; visas lie in a booklet and have no shape of their own."""
_SAME_SIZE = 0.03
"""Deviation of a side from nominal at which a shape of known scale still is of that format (ISO/IEC 7810: 0.5 %;
the rest is wear, and the scanner)."""
_SAME_SIZE_PHOTOGRAPHED = 0.07
"""The same beside an MRZ on a photograph, where the scale changes over the picture."""
_SAME_ASPECT = 0.035
_ASPECTS = (1.25, 1.8)
"""Of anything that may be a document: TD3's is 1.42, TD1's 1.585; perspective takes or adds a tenth."""
_PASSABLE_MISFIT = 8.0
"""Misfit of an MRZ in a shape up to which the shape may be its document, seen in perspective."""
_UNBROKEN = 0.75
"""Share of each of three sides along which a shape without an MRZ must have an edge: a block of text has less."""
_LARGE, _MOST = 0.35, 0.6
"""Share of a page that no portrait takes; share of its print, or of itself, that is most of it."""
_WHOLE_MM = 3.0
"""A document whose picture lacks more than this at a side is cut; its face ends there."""
_CUT_MM = 1.0
_NOT_YET = Quality(sharpness=0.0, glare=0.0, exposure=0.0)
_SIDES: tuple[Side, ...] = ("left", "top", "right", "bottom")


def find_faces(page: Page, mrzs: Sequence[MrzOnPage]) -> tuple[Face, ...]:
    """The documents' sides on a page, upright and straightened at the page's own resolution, in reading order.

    `mrzs` are the MRZs read on this page. Each says where its document lies, which way up and how large it is
    (Doc 9303 parts 3-7); its outline is then sought around. What else stands out from the ground with a document's
    shape is a face too. Where there is nothing of either kind, the whole page is the one face, its format None unless
    its proportions tell.
    """
    shapes = find_shapes(page.pixels)
    found: list[_Found] = []
    for mrz in mrzs:
        place = anchor(mrz)
        if place is None or not _inside(page.pixels, centre(mrz)) or any(f.holds(centre(mrz)) for f in found):
            continue
        fitted = _around_mrz(page.pixels, place, shapes)
        if fitted is not None:
            found.append(replace(fitted, mrz=mrz))
    if not found and not _tell_the_page(page.pixels, shapes):
        shapes = ()
    for shape in shapes:
        if any(f.holds(shape.mean(axis=0)) or _holds(shape, f.middle) for f in found):
            continue
        fitted = _shape(page, shape, [f for f in found if f.mrz is not None])
        if fitted is not None and not _is_frame(page, fitted):
            found.append(fitted)
    for known in [f for f in found if f.mrz is not None]:
        for part in leftovers(page.pixels, known.corners):
            joined = _joined(page, part, known)
            if joined is not None and not any(f.holds(joined.middle) for f in found):
                found.append(joined)
    if not found:
        found.append(_whole(page))
    found.sort(key=lambda f: (round(f.middle[1] / (0.25 * page.pixels.shape[0])), f.middle[0]))
    return tuple(_face(page, f) for f in found)


def group_faces(faces: Sequence[Face], mrzs: Sequence[MrzOnPage]) -> tuple[Document, ...]:
    """Faces of one page as documents: a card's back, which bears its MRZ, with the nearest face of the same size that
    bears none, front first; everything else by itself. Order as in `faces`."""
    bearing = [any(_on_face(face, mrz) for mrz in mrzs) for face in faces]
    fronts = {i for i, face in enumerate(faces) if not bearing[i]}
    partner: dict[int, int] = {}
    for i, back in enumerate(faces):
        if not bearing[i] or back.format is not Format.TD1:
            continue
        alike = [j for j in fronts if faces[j].format is Format.TD1]
        if alike:
            front = min(alike, key=lambda j: float(np.linalg.norm(_middle(faces[j]) - _middle(back))))
            partner[i] = front
            fronts.discard(front)
    documents = []
    for i, face in enumerate(faces):
        if i in partner:
            documents.append(Document((faces[partner[i]], face), face.format))
        elif i not in partner.values():
            documents.append(Document((face,), face.format))
    return tuple(documents)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A document's side that was found, before its pixels are cut out."""

    to_page: Homography
    """Millimetres from its top left corner -> page pixels."""
    size_mm: tuple[float, float]
    format: Format | None
    edges_seen: bool
    mrz: MrzOnPage | None = None
    is_document: bool = True

    @property
    def corners(self) -> Points:
        return project(rectangle_of(self.size_mm), self.to_page)

    @property
    def middle(self) -> Points:
        return np.asarray(project([[self.size_mm[0] / 2, self.size_mm[1] / 2]], self.to_page)[0])

    def holds(self, point: Points) -> bool:
        return _holds(self.corners, point)


def _around_mrz(page: Pixels, place: Anchor, shapes: Sequence[Points]) -> _Found | None:
    size = place.format.size_mm

    misfit = partial(misfits, place)
    by_lines = place.to_page()
    if not _credible(by_lines, size, page):
        return None
    candidates = [outlines.fit(page, by_lines, size, misfit, WIDE, place.page)]
    for shape in shapes:
        guesses = _ways_to_lie(shape, size, place.mirrored)
        costs = misfit(np.linalg.inv(np.stack(guesses)))
        if float(costs.min()) < _PASSABLE_MISFIT:
            candidates.append(outlines.fit(page, guesses[int(np.argmin(costs))], size, misfit, CLOSE, place.page))
    best = max(candidates, key=lambda o: o.score)
    best = outlines.fit(page, best.to_page, size, misfit, CLOSE, place.page)
    best = outlines.refine(page, best, size)
    if not _credible(best.to_page, size, page):
        return _Found(by_lines, size, place.format, edges_seen=False)
    return _Found(best.to_page, size, place.format, best.seen)


def _tell_the_page(page: Pixels, shapes: Sequence[Points]) -> bool:
    """Whether shapes are what the page is about, and not the portrait of a document that fills it."""
    area = sum(cv2.contourArea(shape.astype(np.float32)) for shape in shapes)
    return area > _LARGE * page.shape[0] * page.shape[1] or share_of_print(page, shapes) > _MOST


def _is_frame(page: Page, found: _Found) -> bool:
    """Whether a large shape of no format's proportions is a frame printed on a document that fills the page."""
    h, w = page.pixels.shape[:2]
    if found.format is not None or cv2.contourArea(found.corners.astype(np.float32)) < _MOST * h * w:
        return False
    return _size(page, np.array([[0, 0], [w, 0], [w, h], [0, h]], dtype=np.float64), ())[0] is not None


def _ways_to_lie(shape: Points, size_mm: tuple[float, float], mirrored: bool = False) -> list[Homography]:
    """Millimetres -> page pixels for each corner of `shape` (clockwise) that may be the document's top left one."""
    rectangle = rectangle_of(size_mm)
    order = shape[::-1] if mirrored else shape
    return [outlines.homography(rectangle, np.roll(order, -k, axis=0)) for k in range(4)]


def _shape(page: Page, shape: Points, beside: Sequence[_Found]) -> _Found | None:
    """A shape that bears no MRZ as a face; None where its proportions or edges are no document's."""
    if np.linalg.norm(shape[1] - shape[0]) < np.linalg.norm(shape[2] - shape[1]):
        shape = np.roll(shape, -1, axis=0)
    kind, size = _size(page, shape, beside)
    if size is None:
        return None
    guesses = [outlines.homography(rectangle_of(size), np.roll(shape, -k, axis=0)) for k in (0, 2)]
    up = beside[0].to_page[:2, 1] if beside else np.array([0.0, 1.0])
    guesses.sort(key=lambda g: -float(_downward(g, size) @ up))
    fitted = outlines.fit(page.pixels, guesses[0], size, lambda h: np.zeros(len(h)), CLOSE)
    if sorted(fitted.support)[1] < _UNBROKEN:
        return None
    fitted = outlines.refine(page.pixels, fitted, size)
    if not _credible(fitted.to_page, size, page.pixels):
        return None
    return _Found(_head_up(page.pixels, fitted.to_page, size), size, kind, fitted.seen)


def _joined(page: Page, part: Points, beside: _Found) -> _Found | None:
    """A part of the page that has the size of the document beside it as that document's other side, whose outline ends
    with the picture and cannot be seen."""
    across, down = part[2] - part[0]
    shape = part if across > down else np.roll(part, -1, axis=0)
    kind, size = _size(page, shape, [beside])
    if kind is not beside.format or size is None:
        return None
    return _Found(
        _head_up(page.pixels, outlines.homography(rectangle_of(size), shape), size), size, kind, edges_seen=False
    )


def _size(page: Page, shape: Points, beside: Sequence[_Found]) -> tuple[Format | None, tuple[float, float] | None]:
    """Format and size in millimetres by the scale of the MRZs beside, of the file, or else by proportions."""
    sides = np.linalg.norm(np.roll(shape, -1, axis=0) - shape, axis=1)
    long, short = float(sides[[0, 2]].mean()), float(sides[[1, 3]].mean())
    scales = [(_ppmm(found), _SAME_SIZE_PHOTOGRAPHED) for found in beside]
    if page.ppi is not None:
        scales.append((page.ppi / 25.4, _SAME_SIZE))
    for ppmm, tolerance in scales:
        for kind in _CARDS:
            width, height = kind.size_mm
            if abs(long / ppmm / width - 1) < tolerance and abs(short / ppmm / height - 1) < tolerance:
                return kind, kind.size_mm
    aspect = long / max(short, 1.0)
    if beside or not _ASPECTS[0] < aspect < _ASPECTS[1]:
        return None, None
    return _by_aspect(aspect)


def _by_aspect(aspect: float) -> tuple[Format | None, tuple[float, float]]:
    """TD1 is alone with its proportions; TD2 and TD3 share theirs, so that TD3, the commoner, gives only the scale."""
    width, height = Format.TD1.size_mm
    if abs(aspect / (width / height) - 1) < _SAME_ASPECT:
        return Format.TD1, Format.TD1.size_mm
    width = Format.TD3.size_mm[0]
    return None, (width, width / aspect)


def _head_up(page: Pixels, to_page: Homography, size_mm: tuple[float, float]) -> Homography:
    """Millimetres -> page pixels, turned by 180 degrees if only so a head is seen."""
    view = outlines.warp(page, to_page @ np.diag([1 / 4, 1 / 4, 1]), (round(size_mm[0] * 4), round(size_mm[1] * 4)))
    if turn_of_head(view, (0, 2)) == 2:
        return np.asarray(to_page @ np.array([[-1, 0, size_mm[0]], [0, -1, size_mm[1]], [0, 0, 1.0]]))
    return to_page


def _whole(page: Page) -> _Found:
    """The whole page, turned so that a head on it is upright. A document if its proportions are one's and, where these
    leave the format open, there is a head."""
    head = turn_of_head(page.pixels)
    turn = head or 0
    h, w = page.pixels.shape[:2]
    across, down = (w, h) if turn % 2 == 0 else (h, w)
    corners = np.roll(np.array([[0, 0], [w, 0], [w, h], [0, h]], dtype=np.float64), -turn, axis=0)
    kind, size = _size(page, corners, ()) if across > down else (None, None)
    is_document = kind is not None or (size is not None and head is not None)
    if size is None:
        ppmm = page.ppi / 25.4 if page.ppi is not None else max(across, down) / Format.TD3.size_mm[0]
        size = (across / ppmm, down / ppmm)
    to_page = outlines.homography(rectangle_of(size), corners)
    return _Found(to_page, size, kind, edges_seen=False, is_document=is_document)


def _face(page: Page, found: _Found) -> Face:
    """Cut out and straighten what was found, as far as the page shows it."""
    width, height = found.size_mm
    left, top, right, bottom = _visible(page.pixels, found)
    missing = (left, top, width - right, height - bottom)
    cut = tuple(side for side, mm in zip(_SIDES, missing, strict=True) if mm > _CUT_MM)
    left, top = (v if v > _WHOLE_MM else 0.0 for v in (left, top))
    right, bottom = (v if full - v > _WHOLE_MM else full for v, full in ((right, width), (bottom, height)))
    seen_mm = (right - left, bottom - top)
    to_page = found.to_page @ np.array([[1, 0, left], [0, 1, top], [0, 0, 1.0]])
    corners = project(rectangle_of(seen_mm), to_page)
    whole = _as_it_is(page.pixels, corners)
    if whole is not None:
        pixels, from_face = whole
        ppmm = float(np.sqrt(pixels.shape[0] * pixels.shape[1] / (seen_mm[0] * seen_mm[1])))
    else:
        ppmm = float(np.sqrt(cv2.contourArea(corners.astype(np.float32)) / (seen_mm[0] * seen_mm[1])))
        size = (max(1, round(seen_mm[0] * ppmm)), max(1, round(seen_mm[1] * ppmm)))
        from_face = to_page @ np.diag([1 / ppmm, 1 / ppmm, 1])
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        pixels = np.asarray(
            cv2.warpPerspective(page.pixels, from_face, size, flags=flags, borderMode=cv2.BORDER_REPLICATE),
            dtype=np.uint8,
        )
    face = Face(
        pixels=pixels,
        ppmm=ppmm,
        to_page=from_face,
        quality=_NOT_YET,
        format=found.format,
        edges_seen=found.edges_seen and not cut,
        page=page.number,
    )
    mrz = found.mrz.on(face) if found.mrz is not None else None
    return replace(face, quality=assess(pixels, ppmm, mrz, cut, found.is_document))


def _as_it_is(page: Pixels, corners: Points) -> tuple[Pixels, Homography] | None:
    """The page's own pixels, merely turned, where the document is the whole picture: resampling would only blur."""
    h, w = page.shape[:2]
    picture = np.array([[0, 0], [w, 0], [w, h], [0, h]], dtype=np.float64)
    for turn in range(4):
        if np.abs(np.roll(picture, -turn, axis=0) - corners).max() <= 1.5:
            pixels = np.ascontiguousarray(np.rot90(page, turn))
            matrix = np.eye(3)
            for _ in range(turn):  # (x, y) after a turn counter-clockwise was (w - 1 - y, x) before
                matrix = matrix @ np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1.0]])
            matrix[:2, 2] = picture[turn] - (picture[turn] > 0)
            return pixels, matrix
    return None


def _visible(page: Pixels, found: _Found) -> tuple[float, float, float, float]:
    """Left, top, right, bottom in millimetres of what the page shows of a document that may reach beyond it."""
    width, height = found.size_mm
    h, w = page.shape[:2]

    def on_page(points: Points) -> npt.NDArray[np.bool_]:
        at = project(points, found.to_page)
        return np.asarray(((at >= -1) & (at <= [w, h])).all(axis=1))

    if on_page(rectangle_of(found.size_mm)).all():
        return 0.0, 0.0, width, height
    x, y = (np.arange(0.125, side, 0.25) for side in (width, height))
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    inside = on_page(grid).reshape(len(y), len(x))
    columns = np.flatnonzero(inside.mean(axis=0) > 0.5 * inside.mean(axis=0).max(initial=1e-9))
    rows = np.flatnonzero(inside.mean(axis=1) > 0.5 * inside.mean(axis=1).max(initial=1e-9))
    if not (len(columns) and len(rows)):
        return 0.0, 0.0, width, height
    return (
        float(x[columns[0]]) - 0.125,
        float(y[rows[0]]) - 0.125,
        min(width, float(x[columns[-1]]) + 0.125),
        min(height, float(y[rows[-1]]) + 0.125),
    )


def _credible(to_page: Homography, size_mm: tuple[float, float], page: Pixels) -> bool:
    """Whether a document could lie so: a convex quadrilateral, not tiny, not far larger than the page."""
    if not np.isfinite(to_page).all():
        return False
    depth = np.column_stack([rectangle_of(size_mm), np.ones(4)]) @ to_page[2]
    if not (depth > 0).all():
        return False
    corners = project(rectangle_of(size_mm), to_page).astype(np.float32)
    area, limit = cv2.contourArea(corners), page.shape[0] * page.shape[1]
    return bool(np.isfinite(corners).all() and cv2.isContourConvex(corners) and 0.002 * limit < area < 4 * limit)


def _inside(page: Pixels, point: Points) -> bool:
    h, w = page.shape[:2]
    return bool(0 <= point[0] < w and 0 <= point[1] < h)


def _holds(quad: Points, point: Points) -> bool:
    return cv2.pointPolygonTest(quad.astype(np.float32), (float(point[0]), float(point[1])), False) >= 0


def _downward(to_page: Homography, size_mm: tuple[float, float]) -> Points:
    top, bottom = project([[size_mm[0] / 2, 0], [size_mm[0] / 2, size_mm[1]]], to_page)
    return np.asarray((bottom - top) / max(float(np.linalg.norm(bottom - top)), 1e-9))


def _ppmm(found: _Found) -> float:
    return float(np.sqrt(cv2.contourArea(found.corners.astype(np.float32)) / (found.size_mm[0] * found.size_mm[1])))


def _middle(face: Face) -> Points:
    h, w = face.pixels.shape[:2]
    return np.asarray(project([[w / 2, h / 2]], face.to_page)[0])


def _on_face(face: Face, mrz: MrzOnPage) -> bool:
    h, w = face.pixels.shape[:2]
    return _holds(project([[0, 0], [w, 0], [w, h], [0, h]], face.to_page), centre(mrz))
