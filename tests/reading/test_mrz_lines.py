"""The synthetic lines: reproducible, and true about what they show."""

from dataclasses import replace

import numpy as np
import pytest
from mrz_lines import glyphs, texts
from mrz_lines.conditions import Capture, Conditions, Cut, Print
from mrz_lines.lines import EITHER, laid_wrong, print_line, print_other, training_line
from mrz_lines.stock import stock

from docscan.reading.mrz.decode import NOTHING, SYMBOLS

CLEAN = Conditions(
    print=Print(
        pitch=1.05,
        wrong_font=False,
        spread=0.6,
        edge=0.5,
        softness=0.2,
        roughness=0,
        unevenness=0,
        dots=0,
        jitter=0,
        ink=0,
        cover=1,
        texture=0,
        overprint=0,
        frame=False,
        neighbours=0,
    ),
    capture=Capture(
        cap=20,
        aperture=0.4,
        rotation=0,
        defocus=0,
        motion=0,
        sharpening=0,
        shade=0,
        glare=0,
        gamma=1,
        noise=0,
        copied=0,
        jpeg=0,
    ),
    cut=Cut(width=1, height=1, down=0, tilt=0, slant=0, bow=0, drift=0, kernel=0),
)


@pytest.fixture(scope="module")
def drawn():
    wrong = tuple(font for font in glyphs.WRONG if font.package in {"fonts-liberation", "fonts-dejavu-core"})
    return stock(1, size=4, wrong=wrong)


def rows_and_columns_of_ink(strip):
    dark = strip < (int(strip.min()) + int(strip.max())) / 2
    return np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))


@pytest.mark.parametrize(
    "conditions",
    [
        CLEAN,
        replace(CLEAN, capture=replace(CLEAN.capture, cap=9.0)),
        replace(CLEAN, capture=replace(CLEAN.capture, cap=47.0)),
        replace(CLEAN, capture=replace(CLEAN.capture, copied=33.0)),
        replace(CLEAN, capture=replace(CLEAN.capture, rotation=5.0)),
        replace(CLEAN, cut=replace(CLEAN.cut, width=0.9, height=1.12, down=-2.0, drift=0.06)),
    ],
)
def test_characters_stand_where_the_line_says(drawn, conditions):
    line = print_line("H     H     H", conditions, drawn, np.random.default_rng(2), left=-30, width=330)
    assert [SYMBOLS[i] for i in line.labels] == ["H", "H", "H"]
    for x, middle, cap in zip(line.centres, line.middles, line.caps, strict=True):
        left = round(float(x)) - 14
        rows, columns = rows_and_columns_of_ink(line.strip[:, left : left + 28])
        assert left + (columns[0] + columns[-1] + 1) / 2 == pytest.approx(x, abs=1.3)
        assert (rows[0] + rows[-1] + 1) / 2 == pytest.approx(middle, abs=1.0)
        assert rows[-1] - rows[0] + 1 == pytest.approx(cap, abs=2.0)


def test_the_same_seed_gives_the_same_line(drawn):
    one, two = (training_line(drawn, np.random.default_rng([7, 3]), 480) for _ in range(2))
    np.testing.assert_array_equal(one.strip, two.strip)
    np.testing.assert_array_equal(one.centres, two.centres)


def test_stock_depends_on_its_seed_alone(drawn):
    again = stock(1, size=4, wrong=())
    np.testing.assert_array_equal(drawn.backgrounds[3], again.backgrounds[3])
    assert not np.array_equal(drawn.noise[0], stock(2, size=1, wrong=()).noise[0])


def test_training_lines_keep_to_their_shape_and_labels(drawn):
    for number in range(150):
        line = training_line(drawn, np.random.default_rng([5, number]), 320)
        assert line.strip.shape == (32, 320)
        assert line.strip.dtype == np.uint8
        assert len(line.centres) == len(line.labels) == len(line.middles) == len(line.caps)
        assert ((line.centres > 0) & (line.centres < 320)).all()
        assert (np.diff(np.sort(line.centres)) > 8).all()
        assert set(line.labels) <= {*range(NOTHING + 1), EITHER}


def test_strangers_are_no_mrz_characters(drawn):
    line = print_line("A>a7", CLEAN, drawn, np.random.default_rng(0), left=-30, width=150)
    assert line.labels.tolist() == [SYMBOLS.index("A"), NOTHING, NOTHING, SYMBOLS.index("7")]


def test_where_there_is_no_mrz_no_character_is_told(drawn):
    assert len(print_other(CLEAN, drawn, np.random.default_rng(0), width=200).centres) == 0


def test_a_line_on_its_head_holds_no_characters_but_those_that_look_alike(drawn):
    line = print_line("AB0<", CLEAN, drawn, np.random.default_rng(0), left=-30, width=150)
    turned = laid_wrong(line, (-1, -1))
    assert turned.labels.tolist() == [NOTHING, NOTHING, EITHER, NOTHING]
    np.testing.assert_array_equal(turned.strip, line.strip[::-1, ::-1])
    np.testing.assert_allclose(turned.centres, 150 - line.centres)


@pytest.mark.parametrize("length", [30, 36, 44])
def test_texts_have_the_length_asked_for(length):
    rng = np.random.default_rng(0)
    for make in (texts.document_line, texts.random_line, texts.any_line):
        for _ in range(50):
            assert len(make(rng, length)) == length


def test_random_texts_hold_every_symbol_about_as_often():
    rng = np.random.default_rng(0)
    text = "".join(texts.random_line(rng, 44) for _ in range(2000))
    share = {symbol: text.count(symbol) / len(text) for symbol in SYMBOLS if symbol != "<"}
    assert min(share.values()) > 0.012
    assert max(share.values()) < 0.05


def test_a_missing_font_names_its_package():
    with pytest.raises(FileNotFoundError, match="apt-get install fonts-nowhere"):
        glyphs.load(glyphs.Font("truetype/nowhere.ttf", "fonts-nowhere"), 20)
