from pathlib import Path

import numpy as np
import pytesseract
import pytest
from packaging.version import Version
from PIL import Image, ImageDraw, ImageFont

from docscan.errors import EngineError
from docscan.reading import libtesseract, tesseract


@pytest.fixture
def asked_again() -> object:
    """Forgets what was found out about the program, before and after."""
    tesseract.version.cache_clear()
    yield
    tesseract.version.cache_clear()


@pytest.fixture(params=["library", "program"])
def by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Blocks are read by either: the program alone where no library is found."""
    if request.param == "program":
        monkeypatch.setattr(libtesseract, "engine", lambda version: None)
    else:
        assert libtesseract.engine(tesseract.version()), "Debian's program is made of a library that others can use"
    return str(request.param)


def printed(*lines: str) -> np.ndarray:
    image = Image.new("L", (600, 20 + 80 * len(lines)), 255)
    for row, line in enumerate(lines):
        ImageDraw.Draw(image).text((50, 40 + 80 * row), line, font=ImageFont.load_default(size=40), fill=0)
    return np.asarray(image)


def test_words_have_text_confidence_and_place(by: str) -> None:
    found = tesseract.words(printed("ZENITH 1974"), tesseract.BLOCK)
    assert [w.text for w in found] == ["ZENITH", "1974"]
    assert all(0.5 < w.confidence <= 1 for w in found)
    assert found[0].box.x == pytest.approx(52, abs=6)
    assert found[0].line == found[1].line


@pytest.mark.parametrize("psm", [tesseract.BLOCK, tesseract.SPARSE])
def test_an_empty_picture_has_no_words(psm: int, by: str) -> None:
    assert tesseract.words(np.full((80, 200), 255, np.uint8), psm) == ()


def test_library_and_program_say_the_same_whatever_was_read_before(monkeypatch: pytest.MonkeyPatch) -> None:
    assert libtesseract.engine(tesseract.version())
    pages = [
        printed("Surname 12 MAY 1974", "GON\u00c7ALO"),
        printed("0O1I 8B5S", "Surname 12 MAV l974"),
        printed("QZX<<"),
    ]
    by_library = [tesseract.words(page, tesseract.BLOCK) for page in (*pages, *reversed(pages))]
    assert by_library[:3] == by_library[:2:-1]
    monkeypatch.setattr(libtesseract, "engine", lambda version: None)
    assert by_library[:3] == [tesseract.words(page, tesseract.BLOCK) for page in pages]


def test_rows_that_are_none_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    class Odd:
        def tsv(self, *asked: object) -> str:
            row = "5\t1\t1\t1\t1\t1\t3\t4\t50\t20\t96.5\t"
            return f"{row}ZEN\u2028ITH\n\nhalf a row\t96\n1\t1\t0\t0\t0\t0\t0\t0\t9\t9\t-1\n{row} \n"

    monkeypatch.setattr(libtesseract, "engine", lambda version: Odd())
    (word,) = tesseract.words(np.zeros((20, 20), np.uint8), tesseract.BLOCK)
    assert (word.text, word.confidence, word.box.right) == ("ZEN\u2028ITH", 0.965, 53)


def test_a_library_of_another_version_than_the_program_is_not_used() -> None:
    assert libtesseract.engine("3.0.0") is None


def test_a_missing_program_is_an_error_with_a_remedy(monkeypatch: pytest.MonkeyPatch, asked_again: object) -> None:
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", "/nonexistent/tesseract")
    with pytest.raises(EngineError, match="not installed") as caught:
        tesseract.words(np.zeros((20, 20), np.uint8), tesseract.BLOCK)
    assert caught.value.remedy


def test_an_old_program_is_an_error(monkeypatch: pytest.MonkeyPatch, asked_again: object) -> None:
    monkeypatch.setattr(pytesseract, "get_tesseract_version", lambda: Version("3.5.2"))
    with pytest.raises(EngineError, match="too old"):
        tesseract.version()


def test_what_takes_too_long_is_not_read(monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    monkeypatch.setattr(tesseract, "TIMEOUT_S", 0.001)
    assert tesseract.words(printed(*["ZENITH 1974"] * 12), tesseract.BLOCK) == ()


@pytest.mark.parametrize("psm", [tesseract.BLOCK, tesseract.SPARSE])
def test_no_model_of_the_language_is_an_error(
    psm: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, by: str
) -> None:
    if by == "library":
        libtesseract.engine.cache_clear()
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    with pytest.raises(EngineError, match="failed"):
        tesseract.words(np.zeros((20, 20), np.uint8), psm)
