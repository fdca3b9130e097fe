"""The print of the MRZ: genuine documents are even, a character that was altered within a line stands out."""

from dataclasses import replace
from datetime import date

import cv2
import numpy as np
import pytest
from draw_ocr_b import sheet
from mrz_lines.glyphs import ORDINARY, WRONG, load
from mrz_pages import documents
from mrz_pages.documents import document
from PIL import Image, ImageDraw

from docscan.checks.mrz_glyphs import MASTERS
from docscan.checks.mrz_print import MIN_PPMM, STANDS_OUT, MrzPrint
from docscan.document import Document, Examination, Face, FieldReading, Outcome, Quality, Reading
from docscan.geometry import Box
from docscan.icao.formats import Format
from docscan.reading.mrz import read_page

PPMM = 12.0
QUALITY = Quality(sharpness=0.1, glare=0.0, exposure=0.6)
SEEDS = (3, 8, 11, 12)


def printed(seed, form=Format.TD3):
    """A document on plain paper: what stands below the MRZ is not under test."""
    drawn = document(np.random.default_rng(seed), form, PPMM)
    pixels = drawn.pixels.copy()
    zone = pixels[-round(23 * PPMM) :]
    zone[zone.min(axis=2) > 150] = 236
    return drawn, pixels


def examined(pixels, ppmm=PPMM, edges_seen=True):
    rng = np.random.default_rng(1)
    scanned = cv2.GaussianBlur(pixels, (0, 0), 0.7) + rng.normal(0, 1.5, (*pixels.shape[:2], 1))
    pixels = np.clip(scanned, 0, 255).astype(np.uint8)
    face = Face(pixels, ppmm, np.eye(3), QUALITY, edges_seen=edges_seen)
    (mrz,) = read_page(pixels)
    return Examination(Document((face,)), Reading(mrz=mrz.on(face)), None, date(2024, 1, 1))


def findings(exam):
    return tuple(MrzPrint()(exam))


def cell(drawn, row, column):
    """Left, top, right, bottom of one character's cell."""
    left, top = drawn.outline[0]
    pitch = (drawn.outline[1, 0] - left) / len(drawn.lines[0])
    cap = 2.42 * PPMM
    spacing = (drawn.outline[3, 1] - top - cap) / (len(drawn.lines) - 1)
    x, y = left + column * pitch, top + row * spacing
    return round(x), round(y - 0.3 * cap), round(x + pitch), round(y + 1.3 * cap)


def turned(part, degrees=6.0):
    middle = (part.shape[1] / 2, part.shape[0] / 2)
    move = cv2.getRotationMatrix2D(middle, degrees, 1.0)
    return cv2.warpAffine(part, move, part.shape[1::-1], flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def sized(part, factor=1.12):
    middle = (part.shape[1] / 2, part.shape[0] / 2)
    move = cv2.getRotationMatrix2D(middle, 0.0, factor)
    return cv2.warpAffine(part, move, part.shape[1::-1], flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


ALTERATIONS = {
    "baseline": lambda part: np.roll(part, -3, axis=0),
    "spacing": lambda part: np.roll(part, 3, axis=1),
    "turn": turned,
    "height": sized,
    "ink": lambda part: (255 - (255 - part.astype(float)) * 0.65).astype(np.uint8),
    "edge": lambda part: cv2.GaussianBlur(part, (0, 0), 2.4),
    "stroke": lambda part: cv2.erode(part, np.ones((3, 3), np.uint8)),
}


@pytest.mark.parametrize("seed", SEEDS)
def test_genuine_print_is_even(seed):
    _, pixels = printed(seed)
    (finding,) = findings(examined(pixels))
    assert (finding.outcome, finding.code) == (Outcome.PASS, "print_even")
    assert set(finding.measures) <= set(MrzPrint().measures)
    assert max(finding.measures.values()) < STANDS_OUT


@pytest.mark.parametrize("measure", ALTERATIONS)
@pytest.mark.parametrize("seed", SEEDS[:2])
def test_an_altered_digit_stands_out(seed, measure):
    drawn, pixels = printed(seed)
    left, top, right, bottom = cell(drawn, 1, 15)
    pixels[top:bottom, left:right] = ALTERATIONS[measure](pixels[top:bottom, left:right])
    odd = [f for f in findings(examined(pixels)) if f.code == "character_stands_out"]
    assert odd[0].measures[measure] >= STANDS_OUT
    assert not any(f.outcome is Outcome.FAIL for f in odd[1:])
    x, y = odd[0].regions[0].box.x, odd[0].regions[0].box.y
    assert left - 4 < x < right
    assert top - 4 < y < bottom


def test_neighbours_that_stand_out_are_one_place():
    drawn, pixels = printed(SEEDS[0])
    left, top, _, bottom = cell(drawn, 1, 15)
    _, _, right, _ = cell(drawn, 1, 16)
    pixels[top:bottom, left:right] = np.roll(pixels[top:bottom, left:right], -4, axis=0)
    odd = [f for f in findings(examined(pixels)) if f.code == "character_stands_out"]
    assert len(odd) == 2
    (place,) = {f.regions[0] for f in odd}
    assert place.box.width > 0.8 * (right - left)


@pytest.mark.parametrize("same", [True, False])
def test_where_the_page_says_the_same_as_an_altered_mrz_it_is_pointed_at_too(same):
    drawn, pixels = printed(SEEDS[0])
    left, top, right, bottom = cell(drawn, 1, 15)
    part = cv2.erode(pixels[top:bottom, left:right], np.ones((3, 3), np.uint8))
    pixels[top:bottom, left:right] = np.roll(part, (-5, 4), axis=(0, 1))
    exam = examined(pixels)
    year, month, day = (drawn.lines[1][i : i + 2] for i in (13, 15, 17))
    text = f"{day}.{month}.{year}" if same else f"{day}.{month}.{(int(year) + 5) % 100:02d}"
    place = Box(x=300, y=200, width=250, height=30)
    field = FieldReading(
        name="date_of_birth", text=text, confidence=0.99, engine="test", found_by="template", box=place
    )
    odd = findings(replace(exam, reading=exam.reading.model_copy(update={"fields": (field,)})))[0]
    assert odd.outcome is Outcome.FAIL
    assert [region.box for region in odd.regions[1:]] == ([place] if same else [])


def test_a_character_of_another_font_stands_out():
    drawn, pixels = printed(SEEDS[0])
    left, top, right, bottom = cell(drawn, 1, 16)
    pixels[top:bottom, left:right] = 236
    image = Image.fromarray(pixels)
    font = load(ORDINARY[0], 3.3 * PPMM)
    foot = top + 0.3 / 1.6 * (bottom - top) + 2.42 * PPMM
    ImageDraw.Draw(image).text(
        ((left + right) / 2, foot), drawn.lines[1][16], fill=(20, 20, 20), font=font, anchor="ms"
    )
    codes = [f.code for f in findings(examined(np.asarray(image)))]
    assert codes == ["character_stands_out"]


def test_a_line_printed_fatter_than_the_other_is_told():
    drawn, pixels = printed(SEEDS[0])
    _, top, _, bottom = cell(drawn, 1, 0)
    pixels[top:bottom] = cv2.erode(pixels[top:bottom], np.ones((3, 3), np.uint8))
    (finding,) = (f for f in findings(examined(pixels)) if f.code == "lines_unlike")
    assert finding.measures["line_stroke"] >= STANDS_OUT


def test_a_line_of_another_pitch_is_told():
    drawn, pixels = printed(SEEDS[0])
    _, top, _, bottom = cell(drawn, 1, 0)
    line = pixels[top:bottom]
    stretched = cv2.resize(line, None, fx=1.02, fy=1.0, interpolation=cv2.INTER_CUBIC)
    pixels[top:bottom] = stretched[:, : line.shape[1]]
    codes = {f.code for f in findings(examined(pixels))}
    assert "lines_uneven" in codes


def test_another_typeface_is_told(monkeypatch):
    monkeypatch.setattr(documents, "OCR_B", (WRONG[2],))
    _, pixels = printed(SEEDS[0])
    told = next(f for f in findings(examined(pixels)) if f.code == "not_ocr_b")
    assert told.regions[0].mm.width > 80, "all of the MRZ is shown"


def test_a_spare_character_is_told():
    drawn, pixels = printed(SEEDS[1])
    exam = examined(pixels)
    symbols = tuple(line[:-1] for line in exam.reading.mrz.symbols)
    lines = tuple(line[:-1] for line in exam.reading.mrz.lines)
    shorter = exam.reading.mrz.model_copy(update={"symbols": symbols, "lines": lines})
    codes = [f.code for f in findings(Examination(exam.document, Reading(mrz=shorter), None, exam.on))]
    assert codes.count("spare_character") == len(drawn.lines)


@pytest.mark.parametrize("factor", [0.98, 1.02])
def test_a_pitch_two_per_cent_off_is_genuine(factor):
    _, pixels = printed(SEEDS[0])
    codes = {f.code for f in findings(examined(pixels, ppmm=PPMM * factor))}
    assert codes == {"print_even"}


def test_a_bent_page_is_no_forgery():
    _, pixels = printed(SEEDS[0])
    height, width = pixels.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    y += (6 * np.cos((x / width - 0.5) * np.pi)).astype(np.float32)
    bent = cv2.remap(pixels, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    assert [f.code for f in findings(examined(bent))] == ["print_even"]


def test_a_pitch_that_no_standard_knows_is_told_where_millimetres_are_true():
    _, pixels = printed(SEEDS[0])
    wide = {f.code for f in findings(examined(pixels, ppmm=PPMM * 0.92))}
    assert "pitch_not_standard" in wide
    unknown = {f.code for f in findings(examined(pixels, ppmm=PPMM * 0.92, edges_seen=False))}
    assert "pitch_not_standard" not in unknown


def test_the_masters_are_what_the_script_draws():
    np.testing.assert_array_equal(cv2.imread(str(MASTERS), cv2.IMREAD_GRAYSCALE), sheet())


def test_a_coarse_scan_is_not_judged():
    _, pixels = printed(SEEDS[0])
    small = cv2.resize(pixels, None, fx=0.55, fy=0.55, interpolation=cv2.INTER_AREA)
    assert PPMM * 0.55 < MIN_PPMM
    (finding,) = findings(examined(small, ppmm=PPMM * 0.55))
    assert (finding.outcome, finding.code, dict(finding.measures)) == (Outcome.UNSURE, "too_coarse", {})


def test_without_an_mrz_or_its_places_nothing_is_asked():
    _, pixels = printed(SEEDS[0])
    exam = examined(pixels)
    none = Examination(exam.document, Reading(), None, exam.on)
    bare = exam.reading.mrz.model_copy(update={"symbols": ()})
    placeless = Examination(exam.document, Reading(mrz=bare), None, exam.on)
    assert [(f.outcome, f.code) for f in findings(none)] == [(Outcome.NOT_DONE, "no_mrz")]
    assert [(f.outcome, f.code) for f in findings(placeless)] == [(Outcome.NOT_DONE, "no_places")]


def test_an_mrz_that_is_painted_over_is_unsure():
    _, pixels = printed(SEEDS[0])
    exam = examined(pixels)
    face = exam.document.faces[0]
    covered = Face(np.full_like(face.pixels, 128), face.ppmm, face.to_page, QUALITY)
    (finding,) = findings(Examination(Document((covered,)), exam.reading, None, exam.on))
    assert (finding.outcome, finding.code) == (Outcome.UNSURE, "not_clear")
