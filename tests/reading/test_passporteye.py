import sys
import types

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from docscan.document import Face, Quality
from docscan.geometry import Pixels
from docscan.reading import passporteye, tesseract
from docscan.reading.shape import is_mrz_line, mrz_lines

LINES = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
OCR_B = "/usr/share/fonts/opentype/ocr-b/OCRB.otf"
PPMM = 12.0


def page(lines: tuple[str, ...] = LINES) -> Face:
    """A page of 125 x 88 mm with an MRZ in its place."""
    image = Image.new("RGB", (int(125 * PPMM), int(88 * PPMM)), (235, 240, 232))
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(OCR_B, size=4.2 * PPMM)
    for row, text in enumerate(lines):
        for column, char in enumerate(text):
            draw.text(((6 + 2.54 * column) * PPMM, (70 + 6.35 * row) * PPMM), char, font=font, fill=(15, 15, 20))
    return face(np.asarray(image))


def face(pixels: Pixels) -> Face:
    return Face(pixels, PPMM, np.eye(3), Quality(sharpness=0.1, glare=0, exposure=0.5))


def test_mrz_as_seen_with_confidences_and_boxes() -> None:
    read = tesseract.read(page())
    assert read is not None
    assert read.engine == f"tesseract {tesseract.version()}"
    assert len(read.lines) == 2
    assert read.lines == tuple("".join(s.char for s in line) for line in read.symbols)
    assert read.lines[0].startswith(LINES[0][:25])
    assert read.lines[1][13:28] == LINES[1][13:28]
    assert read.box is not None
    assert read.box.y / PPMM > 68


def test_a_wrong_check_digit_stays_as_printed() -> None:
    altered = (LINES[0], LINES[1].replace("7408122", "7408129"))
    read = tesseract.read(page(altered))
    assert read is not None
    assert read.lines[1][13:20] == "7408129"


@pytest.mark.parametrize("engine", [tesseract, passporteye])
def test_no_mrz_is_no_reading(engine: object) -> None:
    for pixels in (np.full((800, 1200, 3), 255, np.uint8), np.zeros((40, 60, 3), np.uint8)):
        assert engine.read(face(pixels)) is None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "answer"),
    [(LINES[0], True), (LINES[1], True), ("A" * 40, False), ("P<UTO", False), (LINES[0].lower(), False), ("", False)],
)
def test_shape_of_a_line(text: str, answer: bool) -> None:
    assert is_mrz_line(text) is answer


@pytest.mark.parametrize(
    ("lengths", "chosen"),
    [
        ((44, 44), (0, 1)),
        ((30, 30, 30), (0, 1, 2)),
        ((44, 30, 30, 30), (1, 2, 3)),
        ((36, 36), (0, 1)),
        ((44,), ()),
        ((), ()),
    ],
)
def test_which_lines_are_the_mrz(lengths: tuple[int, ...], chosen: tuple[int, ...]) -> None:
    assert mrz_lines(["<" * n for n in lengths]) == chosen


# --- PassportEye ------------------------------------------------------------------------------------------------------


def test_raw_lines_are_reported(capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder) -> None:
    read = passporteye.read(page())
    assert read is not None
    assert read.engine.startswith("passporteye ")
    assert read.lines[0].startswith("P<UTO")
    assert len(read.lines) == 2
    assert capfd.readouterr() == ("", "")
    assert len(recwarn) == 0


def test_its_corrections_are_left_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    misread = LINES[1].replace("740812", "74O8I2")
    found = types.SimpleNamespace(aux={"raw_text": f"noise\n{LINES[0]}\n{misread}"}, date_of_birth="740812")
    monkeypatch.setitem(sys.modules, "passporteye", types.SimpleNamespace(read_mrz=lambda picture: found))
    read = passporteye.read(page())
    assert read is not None
    assert read.lines == (LINES[0], misread)
    assert read.symbols == ()


def test_a_crash_of_its_libraries_is_no_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(picture: bytes) -> None:
        raise ValueError(np.zeros(3))

    monkeypatch.setitem(sys.modules, "passporteye", types.SimpleNamespace(read_mrz=crash))
    assert passporteye.read(page()) is None
