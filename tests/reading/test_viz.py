import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from docscan.document import Document, Face, FieldReading, Format, Ink, MrzReading, Quality
from docscan.geometry import Box, Pixels
from docscan.reading import strips, tesseract
from docscan.reading.layout import Word
from docscan.reading.viz import read_fields

PPMM = 12.0
UNMOVED = np.eye(3)
TEXTS = {
    "surname": ("Surname / Nom", "ERIKSSON", 40, 15),
    "given_names": ("Given names / Prénoms", "ANNA MARIA", 40, 24),
    "sex": ("Sex / Sexe", "F", 40, 33),
    "date_of_birth": ("Date of birth", "12 AUG 1974", 60, 33),
    "document_number": ("Passport No.", "L898902C3", 90, 15),
}


def face(pixels: Pixels, ppmm: float = PPMM) -> Face:
    return Face(pixels, ppmm, np.eye(3), Quality(sharpness=0.1, glare=0, exposure=0.5), edges_seen=True)


def drawn(size_mm: tuple[float, float] = (125, 60), labels: bool = True) -> Pixels:
    """A page with wavy background print and the fields of `TEXTS`."""
    width, height = (int(mm * PPMM) for mm in size_mm)
    y, x = np.mgrid[0:height, 0:width]
    wave = np.sin(y / 3.0 + 6 * np.sin(x / 90.0)) * 14
    paper = np.stack([205 + wave, 215 + wave, 200 - wave], axis=2).astype(np.uint8)
    image = Image.fromarray(paper)
    draw = ImageDraw.Draw(image)
    small, large = ImageFont.load_default(size=1.9 * PPMM), ImageFont.load_default(size=3.2 * PPMM)
    for label, value, left, top in TEXTS.values():
        if labels:
            draw.text((left * PPMM, top * PPMM), label, font=small, fill=(30, 60, 30))
        draw.text((left * PPMM, (top + 2.6) * PPMM), value, font=large, fill=(25, 25, 35))
    return np.asarray(image)


def inked(index: int, pixels: Pixels, zones: Mapping[str, Box], to_face: np.ndarray = UNMOVED) -> Ink:
    """A page as a template would leave it: its own print faded, fields where `zones` (millimetres) are."""
    places = {name: box.scaled(PPMM) for name, box in zones.items()}
    return Ink(index, strips.flatten(pixels, PPMM, PPMM), PPMM, to_face, places)


ZONES = {
    name: Box(x=left - 1, y=top + 2.5, width=18 if name == "sex" else 34, height=4)
    for name, (_, _, left, top) in TEXTS.items()
}


def by_name(fields: tuple[FieldReading, ...]) -> dict[str, str]:
    return {field.name: field.text for field in fields}


EXPECTED = {name: value for name, (_, value, _, _) in TEXTS.items()}


def test_fields_are_found_by_their_labels() -> None:
    fields = read_fields(Document((face(drawn()),)), None)
    assert by_name(fields) == EXPECTED
    assert {field.found_by for field in fields} == {"label"}
    assert all(field.engine.startswith("tesseract ") for field in fields)


def test_boxes_lie_on_the_printed_texts() -> None:
    for field in read_fields(Document((face(drawn()),)), None):
        _, _, left, top = TEXTS[field.name]
        assert field.box is not None
        assert field.box.x / PPMM == pytest.approx(left, abs=1.0)
        assert field.box.y / PPMM == pytest.approx(top + 3.1, abs=1.2)


def test_resolution_does_not_matter() -> None:
    double = cv2.resize(drawn(), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    assert by_name(read_fields(Document((face(double, 2 * PPMM),)), None)) == EXPECTED


def test_without_labels_the_mrz_tells_what_a_text_is() -> None:
    mrz = MrzReading(
        engine="drawn",
        format=Format.TD3,
        lines=("P<UTOERIKSSON<<ANNA<MARIA".ljust(44, "<"), "L898902C36UTO7408122F1204159<<<<<<<<<<<<<<00"),
    )
    fields = read_fields(Document((face(drawn(labels=False)),)), mrz)
    assert by_name(fields) == {name: text for name, text in EXPECTED.items() if name != "sex"}
    assert {field.found_by for field in fields} == {"mrz"}


def test_of_two_readings_the_more_certain_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    words = tesseract.words

    def unsure_of_strips(image: strips.Grey, psm: int) -> tuple[Word, ...]:
        read = words(image, psm)
        return read if psm == tesseract.SPARSE else tuple(replace(w, text="GARBLED", confidence=0.01) for w in read)

    monkeypatch.setattr(tesseract, "words", unsure_of_strips)
    assert by_name(read_fields(Document((face(drawn()),)), None))["surname"] == "ERIKSSON"


def test_the_mrz_itself_is_not_read_as_a_field() -> None:
    pixels = drawn(labels=False)
    everything = Box(x=0, y=0, width=pixels.shape[1], height=pixels.shape[0])
    mrz = MrzReading(
        engine="drawn", format=Format.TD3, lines=("P<UTOERIKSSON<<ANNA".ljust(44, "<"),) * 2, box=everything
    )
    assert read_fields(Document((face(pixels),)), mrz) == ()


def test_fields_of_a_template_are_read_on_its_ink_and_found_on_the_face() -> None:
    shift = np.array([[1, 0, 5 * PPMM], [0, 1, 3 * PPMM], [0, 0, 1.0]])
    blank = np.full((100, 100, 3), 255, np.uint8)
    fields = read_fields(Document((face(blank),)), None, [inked(0, drawn(labels=False), ZONES, shift)])
    assert by_name(fields) == EXPECTED
    assert {field.found_by for field in fields} == {"template"}
    surname = next(field for field in fields if field.name == "surname")
    assert surname.box is not None
    assert surname.box.x / PPMM == pytest.approx(45, abs=0.7)
    assert surname.box.y / PPMM == pytest.approx(21.1, abs=1.2)


def test_a_face_without_template_is_read_by_its_labels() -> None:
    front, back = drawn(labels=False), drawn()
    fields = read_fields(Document((face(front), face(back))), None, [inked(0, front, ZONES)])
    assert {(f.face, f.found_by) for f in fields} == {(0, "template"), (1, "label")}
    assert by_name(tuple(f for f in fields if f.face == 1)) == EXPECTED


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((300, 500, 3), 255, np.uint8),
        np.zeros((300, 500, 3), np.uint8),
        np.random.default_rng(1).integers(0, 256, (300, 500, 3), dtype=np.uint8),
        np.full((3, 500, 3), 128, np.uint8),
    ],
    ids=["white", "black", "noise", "sliver"],
)
def test_nothing_is_read_where_nothing_is_printed(pixels: Pixels) -> None:
    assert [f for f in read_fields(Document((face(pixels),)), None) if f.confidence > 0.9] == []


def test_a_field_outside_the_ink_is_left_out() -> None:
    white = np.full((300, 300, 3), 255, np.uint8)
    away = {"surname": Box(x=500, y=500, width=30, height=4)}
    assert read_fields(Document((face(white),)), None, [inked(0, white, away)]) == ()


def test_flattening_keeps_type_and_drops_background_print() -> None:
    flat = strips.flatten(drawn(), PPMM, PPMM)
    text_row = slice(int(17.6 * PPMM), int(21 * PPMM))
    assert flat[text_row, int(40 * PPMM) : int(60 * PPMM)].min() == 0
    assert np.percentile(flat[:, : int(35 * PPMM)], 5) > 180


def test_nothing_but_letters_is_left_of_a_page() -> None:
    """Lines as long as the page, specks and a dark picture go; letters, their points and accents stay as they are."""
    page = np.full((600, 1000), 255, np.uint8)
    for top in range(20, 600, 40):
        cv2.line(page, (0, top), (999, top + 15), 60, 2)
    cv2.rectangle(page, (700, 80), (990, 500), 30, -1)
    page[300:304, 40:44] = 0
    letters = Image.fromarray(np.full((60, 400), 255, np.uint8))
    ImageDraw.Draw(letters).text((10, 10), "Müller-Jiří.", 0, ImageFont.load_default(size=36))
    page[200:260, 100:500] = np.asarray(letters)
    alone = strips.letters_alone(page, 18.0)
    inside = np.s_[205:255, 105:495]
    assert np.array_equal(alone[inside] < 128, page[inside] < 128)
    alone[200:260, 100:500] = 255
    assert (alone == 255).all()


def test_a_box_that_cuts_letters_is_widened_to_hold_them() -> None:
    page = face(drawn(labels=False))
    _, _, left, top = TEXTS["surname"]
    cutting = Box(x=left + 1.2, y=top + 2.6, width=12.9, height=4).scaled(PPMM)
    whole = strips.whole_letters(page, cutting).scaled(1 / PPMM)
    assert whole.x < left
    assert whole.right > cutting.right / PPMM
    clear = Box(x=left - 1.5, y=top + 2.6, width=26, height=4).scaled(PPMM)
    assert strips.whole_letters(page, clear) == clear


@pytest.mark.parametrize("folder", ["id_card_td1_b", "rp_card_td1"])
def test_dates_and_codes_of_specimens_that_nobody_here_drew(specimens: Path, folder: str) -> None:
    annotations = {a["file"]: a["fields"] for a in json.loads((specimens / folder / "annotations.json").read_text())}
    asked = right = 0
    for number in range(0, 16, 4):
        fields = annotations[f"{number:02d}-front.jpg"]
        pixels = cv2.cvtColor(cv2.imread(str(specimens / folder / f"{number:02d}-front.jpg")), cv2.COLOR_BGR2RGB)
        truth = {
            "sex": fields["gender"],
            "nationality": fields.get("nationality") or fields["foreign_nationality"],
            "surname": fields["family_name"],
            "date_of_expiry": fields["expires"],
        }
        ppmm = pixels.shape[1] / 85.6
        marked = {n: _box(f).grown(0.3 * ppmm).scaled(1 / ppmm) for n, f in truth.items()}
        sized = cv2.resize(pixels, None, fx=PPMM / ppmm, fy=PPMM / ppmm, interpolation=cv2.INTER_CUBIC)
        read = by_name(read_fields(Document((face(pixels, ppmm),)), None, [inked(0, sized, marked)]))
        asked += len(truth)
        right += sum(read.get(name) == field["value"] for name, field in truth.items())
    assert right >= 0.75 * asked, f"{right} of {asked}"


def _box(field: dict[str, float]) -> Box:
    return Box(**{key: field[key] for key in ("x", "y", "width", "height")})
