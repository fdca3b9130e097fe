"""The visual inspection zone (VIZ): what the page prints beside portrait and MRZ, field by field.

With a template the fields are read where genuine specimens have them, on what is left when the template's own print is
taken away. Without one the whole face is read first, fields
are found by the labels beside them or, where no label is understood, by saying what the MRZ says, and then each is read
again by itself. What is reported is what is printed, never a normal form of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from docscan.document import Document, Face, FieldReading, Ink, MrzReading, Symbol
from docscan.geometry import Box, project
from docscan.reading import shapes, strips, tesseract
from docscan.reading.labels import labelled
from docscan.reading.layout import Segment, Word, segments
from docscan.reading.printed import printed_fields

PAGE_PPMM = 18.0
"""Pixels per millimetre at which a whole face is read: type of 1 mm is 18 pixels high."""
BY_SHAPE = frozenset(
    {
        "document_number",
        "surname",
        "given_names",
        "name",
        "date_of_birth",
        "date_of_issue",
        "date_of_expiry",
        "personal_number",
    }
)
"""Fields whose characters are looked at one by one: the MRZ says what they should be, or what they follow from."""
_UNSURE = 0.3
"""Confidence below which what a label announced may be noise, and the MRZ may know better where the field is."""
_MARGIN_MM = 0.6
"""White left around a text when it is read again by itself."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a field stands and, if the whole face was read, what it seemed to say."""

    name: str
    face: int
    box: Box
    found_by: Literal["template", "label", "layout", "mrz"]
    ink: Ink | None = None
    """In whose pixels `box` is; in the face's where there is none."""
    at_first: Segment | None = None


def read_fields(document: Document, mrz: MrzReading | None, inks: Sequence[Ink] = ()) -> tuple[FieldReading, ...]:
    """The printed fields of a document's upright faces.

    `mrz` tells where not to read and, for fields without a label, what to look for; `inks` what is written where a
    template has fields. Takes one call of Tesseract where all faces have an ink, else two. Raises EngineError where
    Tesseract is missing or fails.
    """
    rest = [i for i in range(len(document.faces)) if i not in {ink.face for ink in inks}]
    zoned = (
        _Place(name, ink.face, box, "template", ink=ink)
        for ink in sorted(inks, key=lambda ink: ink.face)
        for name, box in ink.places.items()
    )
    places = [*zoned, *(_by_layout(document, rest, mrz) if rest else ())]
    return tuple(_read(document, places))


def _read(document: Document, places: Sequence[_Place]) -> Iterator[FieldReading]:
    cut = [_cut(document.faces[place.face], place) for place in places]
    said = strips.read([strip for strip in cut if strip is not None])
    seen = _shapes(places, cut)
    for place, strip, symbols in zip(places, cut, seen, strict=True):
        found = next(said) if strip is not None else None
        if place.at_first is not None and (found is None or found[0].confidence < place.at_first.confidence):
            found = place.at_first, place.box
        if found is not None:
            text, box = found
            yield FieldReading(
                name=place.name,
                text=text.text,
                confidence=text.confidence,
                engine=tesseract.engine(),
                found_by=place.found_by,
                face=place.face,
                box=Box.around(project(box.corners(), place.ink.to_face)) if place.ink else box,
                symbols=symbols,
            )


def _shapes(places: Sequence[_Place], cut: Sequence[strips.Strip | None]) -> list[tuple[Symbol, ...]]:
    """The characters of each field that is looked at by shape, () for every other."""
    asked = [s.pixels if s is not None and p.name in BY_SHAPE else None for p, s in zip(places, cut, strict=True)]
    seen = iter(shapes.read([pixels for pixels in asked if pixels is not None], strips.CAP_HEIGHT))
    return [next(seen) if pixels is not None else () for pixels in asked]


def _cut(face: Face, place: _Place) -> strips.Strip | None:
    if place.ink is not None:
        return strips.of_ink(place.ink.pixels, place.ink.ppmm, place.box)
    return strips.cut(face, strips.whole_letters(face, place.box.grown(_MARGIN_MM * face.ppmm)))


# --- without one ------------------------------------------------------------------------------------------------------


def _by_layout(document: Document, faces: Sequence[int], mrz: MrzReading | None) -> Iterator[_Place]:
    pages = [_page(document.faces[i], mrz if mrz is not None and mrz.face == i else None) for i in faces]
    canvas, tops = strips.stack(pages)
    words = tesseract.words(canvas, tesseract.SPARSE)
    for i, page, top in zip(faces, pages, tops, strict=True):
        here = [_in_millimetres(w, top) for w in words if top <= w.box.y + w.box.height / 2 < top + page.shape[0]]
        yield from _places(i, document.faces[i], [s for s in segments(here) if "<<" not in s.text], mrz)


def _page(face: Face, mrz: MrzReading | None) -> strips.Grey:
    flat = strips.flatten(face.pixels, face.ppmm, PAGE_PPMM)
    if mrz is not None and mrz.box is not None:
        mrz.box.grown(face.ppmm).scaled(PAGE_PPMM / face.ppmm).crop(flat)[:] = 255
    return strips.letters_alone(flat, PAGE_PPMM)


def _in_millimetres(word: Word, top: int) -> Word:
    moved = word.box.model_copy(update={"x": word.box.x - strips.GAP, "y": word.box.y - top})
    return replace(word, box=moved.scaled(1 / PAGE_PPMM))


def _places(index: int, face: Face, parts: Sequence[Segment], mrz: MrzReading | None) -> Iterator[_Place]:
    answers = {answer.field: answer for answer in labelled(parts)}
    sure = {name for name, a in answers.items() if a.value is None or a.value.confidence >= _UNSURE}
    for name, value in printed_fields(parts, mrz, sure) if mrz is not None else ():
        answers.pop(name, None)
        yield _Place(name, index, value.box.scaled(face.ppmm), "mrz", at_first=value)
    for name, answer in answers.items():
        found_by: Literal["label", "layout"] = "layout" if answer.shared else "label"
        yield _Place(name, index, answer.box.scaled(face.ppmm), found_by, at_first=answer.value)
