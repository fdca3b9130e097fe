import numpy as np
import pytesseract
import pytest
from packaging.version import Version
from PIL import Image, ImageDraw, ImageFont

from docscan.errors import EngineError
from docscan.reading import tesseract


@pytest.fixture
def asked_again() -> object:
    """Forgets what was found out about the program, before and after."""
    tesseract.version.cache_clear()
    yield
    tesseract.version.cache_clear()


def test_words_have_text_confidence_and_place() -> None:
    image = Image.new("L", (600, 120), 255)
    ImageDraw.Draw(image).text((50, 40), "ZENITH 1974", font=ImageFont.load_default(size=40), fill=0)
    found = tesseract.words(np.asarray(image), psm=6)
    assert [w.text for w in found] == ["ZENITH", "1974"]
    assert all(0.5 < w.confidence <= 1 for w in found)
    assert found[0].box.x == pytest.approx(52, abs=6)
    assert found[0].line == found[1].line


def test_an_empty_picture_has_no_words() -> None:
    assert tesseract.words(np.full((80, 200), 255, np.uint8), psm=11) == ()


def test_a_missing_program_is_an_error_with_a_remedy(monkeypatch: pytest.MonkeyPatch, asked_again: object) -> None:
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", "/nonexistent/tesseract")
    with pytest.raises(EngineError, match="not installed") as caught:
        tesseract.words(np.zeros((20, 20), np.uint8), psm=6)
    assert caught.value.remedy


def test_an_old_program_is_an_error(monkeypatch: pytest.MonkeyPatch, asked_again: object) -> None:
    monkeypatch.setattr(pytesseract, "get_tesseract_version", lambda: Version("3.5.2"))
    with pytest.raises(EngineError, match="too old"):
        tesseract.version()


def test_what_takes_too_long_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "TIMEOUT_S", 0.001)
    assert tesseract.words(np.zeros((2000, 2000), np.uint8), psm=6) == ()


def test_a_program_that_fails_is_an_error() -> None:
    with pytest.raises(EngineError, match="failed"):
        tesseract.words(np.zeros((20, 20), np.uint8), psm=6, lang="nosuch")
