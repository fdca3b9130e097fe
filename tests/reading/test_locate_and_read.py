"""Whole pages through the own MRZ reader: drawn ones, and published specimens where they are at hand."""

import json

import cv2
import numpy as np
import pytest
from mrz_pages import documents, texts
from mrz_pages.captures import capture
from mrz_pages.documents import document
from mrz_pages.negatives import KINDS, negative

from docscan.icao.formats import Format
from docscan.icao.mrz import parse
from docscan.reading.mrz import ENGINE, read_page

SEED = 47_000


def drawn(seed, form=Format.TD3):
    """A document at about 300 ppi on a grey table."""
    face = document(np.random.default_rng(SEED + seed), form, 12.0)
    return face, cv2.copyMakeBorder(face.pixels, 60, 60, 60, 60, cv2.BORDER_CONSTANT, value=(190, 190, 185))


def lines_of(found):
    return [mrz.reading.lines for mrz in found]


@pytest.mark.parametrize("form", Format)
def test_every_format_is_read_and_named(form):
    face, page = drawn(1, form)
    (mrz,) = read_page(page)
    assert mrz.reading.lines == face.lines
    assert mrz.reading.format is form
    assert mrz.reading.engine == ENGINE
    assert [len(line) for line in mrz.reading.symbols] == [form.columns] * form.rows


@pytest.mark.parametrize("quarter", [0, 1, 2, 3])
@pytest.mark.parametrize("mirrored", [False, True])
def test_any_side_up_and_mirrored(quarter, mirrored):
    face, page = drawn(2)
    page = np.ascontiguousarray(np.rot90(page[:, ::-1] if mirrored else page, quarter))
    (mrz,) = read_page(page)
    assert mrz.reading.lines == face.lines
    assert mrz.mirrored is mirrored


def test_quads_and_outline_lie_on_the_print_in_reading_order():
    face, page = drawn(3)
    (mrz,) = read_page(page[::-1, ::-1].copy())
    truth = np.array(page.shape[1::-1]) - 1 - (face.outline + 60)
    np.testing.assert_allclose(mrz.outline, truth, atol=0.35 * 2.54 * 12)
    for quads in mrz.quads:
        assert quads.shape == (44, 4, 2)
        steps = np.diff(quads.mean(axis=1), axis=0)
        assert (steps[:, 0] < 0).all()  # the page lies upside down: reading order runs to the left


def test_all_documents_of_a_page_are_read():
    page = capture(SEED + 4, "flatbed 300")
    assert sorted(lines_of(read_page(page.pixels))) == sorted(p.lines for p in page.printed)


def test_light_print_on_a_dark_ground():
    face, page = drawn(5, Format.TD1)
    assert lines_of(read_page(255 - page)) == [face.lines]


def test_a_wrong_check_digit_is_read_as_printed(monkeypatch):
    """The reader takes the pixels' side: a digit that does not fit stays."""
    genuine = texts.mrz(np.random.default_rng(SEED), Format.TD3)
    digit = genuine[1][9]
    altered = (genuine[0], genuine[1][:9] + str((int(digit) + 3) % 10) + genuine[1][10:])
    monkeypatch.setattr(documents, "mrz", lambda rng, form: altered)
    _, page = drawn(6)
    assert lines_of(read_page(page)) == [altered]


def test_runners_up_are_other_symbols_in_order():
    page = capture(SEED + 7, "thumbnail")
    symbols = [s for mrz in read_page(page.pixels) for line in mrz.reading.symbols for s in line]
    assert symbols
    for symbol in symbols:
        shares = [share for _, share in symbol.runners_up]
        assert symbol.char not in [char for char, _ in symbol.runners_up]
        assert shares == sorted(shares, reverse=True)
        assert symbol.confidence + sum(shares) <= 1.0 + 1e-6


@pytest.mark.parametrize("seed", range(2 * len(KINDS)))
def test_pages_without_an_mrz_hold_none(seed):
    assert read_page(negative(SEED + seed)[1]) == ()


@pytest.mark.parametrize("shape", [(1, 1, 3), (5, 3000, 3), (400, 600, 3)])
@pytest.mark.parametrize("value", [0, 128, 255])
def test_blank_pictures_hold_none(shape, value):
    assert read_page(np.full(shape, value, np.uint8)) == ()


def test_published_specimens(published):
    truths = json.loads((published / "truth.json").read_text(encoding="utf-8"))
    exact, valid_but_wrong = 0, []
    for truth in truths:
        found = read_page(cv2.cvtColor(cv2.imread(str(published / truth["file"])), cv2.COLOR_BGR2RGB))
        right = tuple(truth["lines"]) in lines_of(found)
        exact += right
        for mrz in found:
            digits = parse(mrz.reading.lines, mrz.reading.format).check_digits
            if not right and all(digit.right for digit in digits):
                valid_but_wrong.append(truth["file"])
    assert not valid_but_wrong
    assert exact >= 23


def test_a_character_too_many_before_a_narrow_one_does_not_shift_the_line(monkeypatch):
    """An I is seen less surely than the digit that stands behind the line: only the other line tells which is first."""
    real = documents.mrz
    monkeypatch.setattr(documents, "mrz", lambda rng, form: ("I" + real(rng, form)[0][1:], real(rng, form)[1]))
    face, page = drawn(4, Format.TD2)
    pitch = (face.outline[1, 0] - face.outline[0, 0]) / 36
    left, right = round(face.outline[1, 0] - pitch) + 60, round(face.outline[1, 0]) + 60
    top, bottom = round(face.outline[0, 1]) + 50, round(face.outline[0, 1] + 2.4 * 12) + 70
    source = round(face.outline[0, 0] + 4 * pitch) + 60
    width = min(right - left, page.shape[1] - right)
    page[top:bottom, right : right + width] = page[top:bottom, source : source + width]
    assert [mrz.reading.lines for mrz in read_page(page)] == [face.lines]
