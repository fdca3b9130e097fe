"""What is printed on a document, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

from docscan import models
from docscan.document import Document, MrzOnPage, MrzReading
from docscan.geometry import project
from docscan.reading import mrz as own
from docscan.reading import passporteye, tesseract
from docscan.reading.mrz import read_page
from docscan.reading.viz import read_fields

__all__ = ["mrz_of", "opinions", "read_fields", "read_page", "versions"]

SURE = 0.95
"""Confidence from which a symbol needs no second opinion."""


def mrz_of(document: Document, mrzs: Sequence[MrzOnPage]) -> MrzReading | None:
    """The MRZ whose middle lies on one of the document's faces, in pixels of that face."""
    for index, face in enumerate(document.faces):
        height, width = face.pixels.shape[:2]
        for mrz in mrzs:
            x, y = project(mrz.outline, face.from_page).mean(axis=0)
            if 0 <= x < width and 0 <= y < height:
                return mrz.on(face, index)
    return None


def opinions(document: Document, mrz: MrzReading | None) -> tuple[MrzReading, ...]:
    """What PassportEye and Tesseract read of the MRZ, asked only where `mrz` is missing or unsure of a symbol.

    Raises EngineError where Tesseract is missing or fails.
    """
    if mrz is not None and all(symbol.confidence >= SURE for line in mrz.symbols for symbol in line):
        return ()
    faces = enumerate(document.faces) if mrz is None else [(mrz.face, document.faces[mrz.face])]
    return tuple(
        reading.model_copy(update={"face": index})
        for index, face in faces
        for engine in (passporteye, tesseract)
        if (reading := engine.read(face)) is not None
    )


def versions() -> dict[str, str]:
    """Of the engines and models that read."""
    return {"mrz reader": models.version(own.MODEL), "tesseract": tesseract.version()}
