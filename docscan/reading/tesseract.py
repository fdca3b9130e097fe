"""Tesseract: whether it is there, which one, and what it reads.

Nothing else in docscan asks it. One thread a call, because a batch runs one process a core. Blocks of lines that
docscan put together are read by its library in this process, whose model is loaded once; whole pages by the program,
which can be stopped whatever it is busy with. pytesseract hands that the pixels through a temporary file that only this
user can read and removes it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from html.parser import HTMLParser
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt
import pytesseract
from PIL import Image

from docscan.document import Face, MrzReading, Symbol
from docscan.errors import EngineError
from docscan.geometry import Box
from docscan.icao.mrz import detect_format
from docscan.reading import libtesseract
from docscan.reading.layout import Word, around
from docscan.reading.shape import is_mrz_line, mrz_lines

Result = TypeVar("Result")

OLDEST = (4, 1, 0)
"""The first with the LSTM recogniser and confidences a character."""
TIMEOUT_S = 30
BLOCK, SPARSE = 6, 11
"""Page segmentation modes: one block of lines, and text anywhere."""
MRZ_SHARE = 0.45
"""The MRZ stands in the lowest 23.2 mm (Doc 9303 parts 4-7, section 4): 43 % of the smallest document's height."""
MRZ_PPMM = 12.0
_COLUMNS = (
    *("level", "page_num", "block_num", "par_num", "line_num", "word_num"),
    *("left", "top", "width", "height", "conf", "text"),
)
"""Of Tesseract's TSV."""
_WHITELIST = "-c tessedit_char_whitelist=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
_NO_WORDS = "-c load_system_dawg=0 -c load_freq_dawg=0"


@cache
def version() -> str:
    """The program's version, for example "5.3.0".

    Raises EngineError where it is missing or older than `OLDEST`.
    """
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    try:
        found = pytesseract.get_tesseract_version()
    except (pytesseract.TesseractNotFoundError, OSError) as error:
        raise EngineError("The program tesseract is not installed.") from error
    except SystemExit as error:  # how pytesseract answers to a version it cannot parse
        raise EngineError("The program tesseract does not say its version.") from error
    if tuple(found.release) < OLDEST:
        raise EngineError(f"tesseract {found} is too old; {'.'.join(map(str, OLDEST))} or later is needed.")
    return str(found.base_version)


def engine() -> str:
    """The engine's name in readings."""
    return f"tesseract {version()}"


def words(image: npt.NDArray[np.uint8], psm: int) -> tuple[Word, ...]:
    """The words on a grey (h, w) picture, boxes in its pixels.

    `psm` is Tesseract's page segmentation mode: `BLOCK` or `SPARSE`.
    Empty where it took longer than `TIMEOUT_S`, as on a page strewn with marks: what is not read is not
    compared, and the rest of the document is examined. Raises EngineError where Tesseract is missing or fails.
    """
    library = libtesseract.engine(version()) if psm == BLOCK else None
    table = library.tsv(image, psm, TIMEOUT_S) if library else _run(partial(_tsv, psm), image)
    rows = (row.split("\t", len(_COLUMNS) - 1) for row in (table or "").split("\n"))
    return tuple(_word(dict(zip(_COLUMNS, row, strict=True))) for row in rows if _says_something(row))


def _tsv(psm: int, picture: Image.Image) -> str:
    config = " ".join([f"--psm {psm}", *(f"-c {name}={value}" for name, value in libtesseract.VARIABLES.items())])
    return str(pytesseract.image_to_data(picture, lang=libtesseract.LANGUAGE, config=config, timeout=TIMEOUT_S))


def _says_something(row: list[str]) -> bool:
    """True of a whole row about a word: those about lines and blocks, and the heading, have no confidence."""
    whole = len(row) == len(_COLUMNS) and row[-2] != _COLUMNS[-2]
    return whole and float(row[-2]) >= 0 and bool(row[-1].strip())


def _word(row: dict[str, str]) -> Word:
    return Word(
        row["text"],
        min(1.0, float(row["conf"]) / 100),
        Box(x=int(row["left"]), y=int(row["top"]), width=int(row["width"]), height=int(row["height"])),
        line=(int(row["block_num"]) * 1000 + int(row["par_num"])) * 1000 + int(row["line_num"]),
    )


def read(face: Face) -> MrzReading | None:
    """The MRZ of an upright face as Tesseract sees it, or None where it sees none.

    Raises EngineError as `words` does.
    """
    top = int(face.pixels.shape[0] * (1 - MRZ_SHARE))
    scale = MRZ_PPMM / face.ppmm
    strip = cv2.resize(
        cv2.cvtColor(face.pixels[top:], cv2.COLOR_RGB2GRAY),
        None,
        fx=scale,
        fy=scale,
        interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC,
    )
    hocr = _run(
        lambda picture: pytesseract.image_to_pdf_or_hocr(
            picture,
            extension="hocr",
            config=f"--psm {BLOCK} -c hocr_char_boxes=1 {_WHITELIST} {_NO_WORDS}",
            timeout=TIMEOUT_S,
        ),
        strip.astype(np.uint8),
    )
    if hocr is None:
        return None
    read_lines = [line for line in _lines(hocr.decode("utf-8")) if is_mrz_line(_text(line))]
    chosen = mrz_lines([_text(line) for line in read_lines])
    if not chosen:
        return None
    symbols = tuple(
        tuple(s.model_copy(update={"box": _on_face(s.box, scale, top)}) for s in read_lines[i] if s.box) for i in chosen
    )
    lines = tuple("".join(s.char for s in line) for line in symbols)
    return MrzReading(
        engine=engine(),
        format=detect_format(lines),
        lines=lines,
        symbols=symbols,
        box=around(s.box for line in symbols for s in line if s.box),
    )


def _on_face(box: Box, scale: float, top: int) -> Box:
    on_face = box.scaled(1 / scale)
    return on_face.model_copy(update={"y": on_face.y + top})


def _run(call: Callable[[Image.Image], Result], image: npt.NDArray[np.uint8]) -> Result | None:
    """What the program says of a picture; None where it took too long."""
    version()
    picture = Image.fromarray(image)
    picture.format = "BMP"  # handed over uncompressed: quicker than PNG
    try:
        return call(picture)
    except pytesseract.TesseractError as error:
        raise EngineError(f"tesseract failed with status {error.status}.") from error
    except RuntimeError:  # how pytesseract tells that time is up
        return None


# --- character boxes --------------------------------------------------------------------------------------------------


def _text(line: tuple[Symbol, ...]) -> str:
    return "".join(s.char for s in line)


def _lines(hocr: str) -> Iterator[tuple[Symbol, ...]]:
    parser = _Characters()
    parser.feed(hocr)
    return (tuple(line) for line in parser.lines if line)


class _Characters(HTMLParser):
    """Collects the characters of an hOCR page line by line."""

    _TITLE = re.compile(r"x_bboxes (\d+) (\d+) (\d+) (\d+); x_conf ([\d.]+)")

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[list[Symbol]] = []
        self._next: re.Match[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._next = None
        if given.get("class") == "ocr_line":
            self.lines.append([])
        elif given.get("class") == "ocrx_cinfo":
            self._next = self._TITLE.search(given.get("title") or "")

    def handle_data(self, data: str) -> None:
        if self._next is None or not self.lines or len(data.strip()) != 1:
            return
        left, top, right, bottom = (int(n) for n in self._next.groups()[:4])
        box = Box(x=left, y=top, width=max(0, right - left), height=max(0, bottom - top))
        confidence = min(1.0, float(self._next[5]) / 100)
        self.lines[-1].append(Symbol(char=data.strip(), confidence=confidence, box=box))
        self._next = None
