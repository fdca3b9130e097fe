"""Printed letters by their shape, as installed, in fonts that training never saw. Figures are in models/shapes.json."""

from dataclasses import replace

import numpy as np
import pytest
from mrz_lines import glyphs
from mrz_lines.conditions import Conditions
from mrz_lines.lines import IDEAL_CAP
from PIL import Image, ImageDraw
from printed_lines import lines, texts
from rapidfuzz.distance import Levenshtein

from docscan.reading import shapes
from docscan.reading.mrz.recognise import ROWS
from docscan.reading.strips import CAP_HEIGHT

SEED = 30_000
TEXTS = ("12 AUG 1990", "L8898902C", "06.08.1966", "31/12/2029", "ANNA MARIA", "Eriksson", "K5S6G8B3")


def strip(text: str, font: glyphs.Font, cap: int = CAP_HEIGHT) -> np.ndarray:
    """One line as the cleaning of a field leaves it: grey, capitals `cap` pixels high."""
    face = glyphs.load(font, glyphs._size_for_cap(font, cap))
    image = Image.new("L", (int(face.getlength(text)) + cap, 2 * cap), 255)
    ImageDraw.Draw(image).text((cap // 2, round(1.4 * cap)), text, fill=0, font=face, anchor="ls")
    return np.asarray(image)


def plain(text: str) -> str:
    return "".join(texts.plain(char).upper() for char in text if texts.label(char) >= 0)


@pytest.mark.parametrize("font", lines.UNSEEN, ids=lambda font: font.path.rsplit("/", 1)[-1])
def test_clean_print_is_read_in_fonts_never_seen(font: glyphs.Font) -> None:
    read = shapes.read([strip(text, font) for text in TEXTS], CAP_HEIGHT)
    wrong = sum(
        Levenshtein.distance(plain(text), "".join(symbol.char for symbol in symbols))
        for text, symbols in zip(TEXTS, read, strict=True)
    )
    assert wrong <= 2


def test_digits_that_engines_mix_up_are_told_apart_surely() -> None:
    """Of like digits, each in ten fonts, what is printed is likelier than the other by a wide margin."""
    apart = []
    for font in lines.UNSEEN:
        for one, other in ("68", "86", "38", "17", "56", "89"):
            (symbols,) = shapes.read([strip(f"1{one}.04.20{one}3", font)], CAP_HEIGHT)
            table = {symbols[1].char: symbols[1].confidence, **dict(symbols[1].runners_up)}
            apart.append(np.log(table.get(one, 1e-9) / max(table.get(other, 1e-6), 1e-6)))
    assert np.mean(np.array(apart) > 4) > 0.95
    assert min(apart) > -4


def test_size_and_place_of_the_line_do_not_matter() -> None:
    font = lines.UNSEEN[0]
    usual, small = strip("12 AUG 1990", font), strip("12 AUG 1990", font, 24)
    moved = np.pad(usual, ((40, 25), (60, 10)), constant_values=255)
    for picture, cap in ((usual, 32), (moved, 32), (small, 24)):
        (symbols,) = shapes.read([picture], cap)
        assert "".join(symbol.char for symbol in symbols) == "12AUG1990"


def test_what_holds_no_single_line_is_not_read() -> None:
    assert shapes.read([], CAP_HEIGHT) == []
    assert shapes.read([np.full((64, 300), 255, np.uint8)], CAP_HEIGHT) == [()]
    one = strip("HHHH", lines.UNSEEN[0])
    (symbols,) = shapes.read([np.vstack([one, one, one])], CAP_HEIGHT)
    assert symbols == ()


def test_training_lines_say_what_they_show() -> None:
    drawn = lines.prepared(SEED, lines.FONTS[:2])
    for number in range(6):
        line = lines.training_line(drawn, np.random.default_rng([SEED, number]), 480)
        assert line.strip.shape == (ROWS, 480)
        assert len(line.centres) == len(line.labels) == len(line.caps)
        assert (np.diff(line.centres) > 0).all()


def test_a_field_stands_where_its_letters_are_said_to_stand() -> None:
    """The ink of wide-set letters lies around the centres that the truth gives, narrow ones among wide ones too."""
    drawn = lines.prepared(SEED, lines.FONTS[:1])
    rng = np.random.default_rng(SEED)
    drawn_so = Conditions.draw(rng)
    ink = {
        "texture": 0,
        "overprint": 0,
        "frame": False,
        "neighbours": 0,
        "dots": 0,
        "cover": 1,
        "ink": 0,
        "roughness": 0,
    }
    seen = {"cap": 30, "rotation": 0, "defocus": 0, "motion": 0, "shade": 0, "glare": 0, "noise": 0, "copied": 0}
    cut = {"width": shapes.STRETCH, "tilt": 0, "slant": 0, "bow": 0, "drift": 0}
    conditions = Conditions(
        replace(drawn_so.print, **ink), replace(drawn_so.capture, jpeg=0, **seen), replace(drawn_so.cut, **cut)
    )
    text = "H   I   W   1   8"
    line = lines.field(text, conditions, drawn, rng, left=-IDEAL_CAP, width=560)
    assert len(line.centres) == len(text.split())
    dark = 255 - line.strip.min(axis=0).astype(float)
    for centre in line.centres:
        around = slice(round(centre) - 22, round(centre) + 22)
        columns = np.flatnonzero(dark[around] > 0.4 * dark.max())
        assert (columns[0] + columns[-1] + 1) / 2 == pytest.approx(centre - around.start, abs=2.0)
