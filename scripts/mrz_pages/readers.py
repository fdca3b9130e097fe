"""The readers that are measured side by side, each as its own project runs it."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable

import cv2
import numpy as np

from docscan.document import Face, Quality
from docscan.icao.formats import Format
from docscan.reading import tesseract
from docscan.reading.mrz import read_page
from docscan.reading.shape import is_mrz_line
from mrz_pages.documents import Pixels
from mrz_pages.tally import Lines

OURS, ANSWER, RAW, TESSERACT = "docscan", "PassportEye, its answer", "PassportEye, raw text", "Tesseract"
"""PassportEye's answer is what its own cleaning made of the raw text: letters in the place of digits put right."""
NAMES = (OURS, ANSWER, RAW, TESSERACT)
Readings = dict[str, list[Lines]]
"""By reader: one call may give two of them."""
Reader = Callable[[Pixels, Format], Readings]


def docscan(pixels: Pixels, _: Format) -> Readings:
    return {OURS: [mrz.reading.lines for mrz in read_page(pixels)]}


def passporteye(pixels: Pixels, _: Format) -> Readings:
    picture = cv2.imencode(".bmp", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))[1].tobytes()
    from passporteye import read_mrz
    from passporteye.mrz.text import MRZOCRCleaner

    silent = io.StringIO()
    with warnings.catch_warnings(), contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent):
        warnings.simplefilter("ignore")
        try:
            found = read_mrz(io.BytesIO(picture))
        except Exception:  # any of its libraries may fail on a picture: nothing found
            found = None
    if found is None:
        return {ANSWER: [], RAW: []}
    raw = str(found.aux.get("raw_text", ""))
    lines = tuple(line for line in ("".join(part.split()) for part in raw.splitlines()) if is_mrz_line(line))
    answer = tuple(str(line) for line in MRZOCRCleaner.apply(raw))
    return {ANSWER: [answer] if answer else [], RAW: [lines] if lines else []}


def tesseract_alone(pixels: Pixels, form: Format) -> Readings:
    """On the picture as if it were one upright document, which is the best case for it."""
    ppmm = pixels.shape[1] / form.size_mm[0]
    face = Face(pixels, ppmm, np.eye(3), Quality(sharpness=0.1, glare=0, exposure=0.5))
    reading = tesseract.read(face)
    return {TESSERACT: [reading.lines] if reading else []}


SLOW: tuple[Reader, ...] = (passporteye, tesseract_alone)
"""Those that take seconds a picture."""
