"""PassportEye as a second opinion on the MRZ.

PassportEye tries several pictures of a zone and keeps the one with the best check digits, so its reading leans towards
readings that come out right: evidence beside the record, never the record. Its own corrections (O for 0 and the like)
are left aside; what is reported is the text that its OCR gave.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from importlib.metadata import version as package_version

import cv2

from docscan.document import Face, MrzReading
from docscan.icao.mrz import detect_format
from docscan.reading import tesseract
from docscan.reading.shape import is_mrz_line


def engine() -> str:
    """The engine's name in readings."""
    return f"passporteye {package_version('passporteye')}"


def read(face: Face) -> MrzReading | None:
    """The MRZ of a face as PassportEye's OCR printed it, or None where it finds none.

    Raises EngineError where Tesseract, which it calls, is missing.
    """
    tesseract.version()
    text = _raw_text(cv2.imencode(".bmp", cv2.cvtColor(face.pixels, cv2.COLOR_RGB2BGR))[1].tobytes())
    lines = tuple(line for line in ("".join(raw.split()) for raw in text.splitlines()) if is_mrz_line(line))
    if not lines:
        return None
    return MrzReading(engine=engine(), format=detect_format(lines), lines=lines)


def _raw_text(picture: bytes) -> str:
    """What PassportEye's OCR printed for an encoded picture; it warns and prints on many pictures, which is dropped."""
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        from passporteye import read_mrz  # takes 2.7 s and 170 MB

        try:
            found = read_mrz(picture)
        except Exception:  # any of its many libraries may fail on a picture: no opinion
            return ""
    return str(found.aux.get("raw_text", "")) if found is not None else ""
