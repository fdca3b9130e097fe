import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from docscan.document import (
    Box,
    Document,
    Face,
    FieldReading,
    Format,
    MrzReading,
    Pixels,
    Quality,
    RegisteredFace,
    Template,
    TemplateFace,
    TemplateMatch,
    Zone,
)
from docscan.reading import strips, tesseract
from docscan.reading.layout import Word
from docscan.reading.viz import read_fields

PPMM = 12.0
SPECIMENS = Path(__file__).parents[3] / "shared" / "data" / "specimens"
TEXTS = {
    "surname": ("Surname / Nom", "ERIKSSON", 40, 15),
    "given_names": ("Given names / Prénoms", "ANNA MARIA", 40, 24),
    "sex": ("Sex / Sexe", "F", 40, 33),
    "date_of_birth": ("Date of birth", "12 AUG 1974", 60, 33),
    "document_number": ("Passport No.", "L898902C3", 90, 15),
}


def face(pixels: Pixels, ppmm: float = PPMM) -> Face:
    return Face(pixels, ppmm, np.eye(3), Quality(sharpness=0.1, glare=0, exposure=0.5), edges_seen=True)


def drawn(size_mm: tuple[float, float] = (125, 60), labels: bool = True, light_on_dark: bool = False) -> Pixels:
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
    pixels = np.asarray(image)
    return ~pixels if light_on_dark else pixels


def registered(index: int, zones: tuple[Zone, ...], shape: tuple[int, ...], to_template: np.ndarray) -> RegisteredFace:
    reference = np.zeros((*shape[:2], 3), np.uint8)
    template_face = TemplateFace("page", PPMM / 2, reference, np.zeros(shape[:2], np.float32), zones)
    covered, flow = np.ones(shape[:2], np.bool_), np.zeros((0, 4), np.float32)
    return RegisteredFace(index, template_face, reference, to_template, 50, 0.05, covered, flow)


def matched(*faces: RegisteredFace) -> TemplateMatch:
    template = Template("UTO-P-1", "UTO", "P", Format.TD3, "0", 3, tuple(f.template_face for f in faces))
    return TemplateMatch(template, faces, 1.0)


def zones(**kind: bool) -> tuple[Zone, ...]:
    return tuple(
        Zone(
            name=name,
            kind="field",
            box=Box(x=left - 1, y=top + 2.5, width=18 if name == "sex" else 34, height=4),
            **kind,
        )
        for name, (_, _, left, top) in TEXTS.items()
    )


def by_name(fields: tuple[FieldReading, ...]) -> dict[str, str]:
    return {field.name: field.text for field in fields}


EXPECTED = {name: value for name, (_, value, _, _) in TEXTS.items()}


def test_fields_are_found_by_their_labels() -> None:
    fields = read_fields(Document((face(drawn()),)), None, None)
    assert by_name(fields) == EXPECTED
    assert {field.found_by for field in fields} == {"label"}
    assert all(field.engine.startswith("tesseract ") for field in fields)


def test_boxes_lie_on_the_printed_texts() -> None:
    for field in read_fields(Document((face(drawn()),)), None, None):
        _, _, left, top = TEXTS[field.name]
        assert field.box is not None
        assert field.box.x / PPMM == pytest.approx(left, abs=1.0)
        assert field.box.y / PPMM == pytest.approx(top + 3.1, abs=1.2)


def test_resolution_does_not_matter() -> None:
    double = cv2.resize(drawn(), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    assert by_name(read_fields(Document((face(double, 2 * PPMM),)), None, None)) == EXPECTED


def test_without_labels_the_mrz_tells_what_a_text_is() -> None:
    mrz = MrzReading(
        engine="drawn",
        format=Format.TD3,
        lines=("P<UTOERIKSSON<<ANNA<MARIA".ljust(44, "<"), "L898902C36UTO7408122F1204159<<<<<<<<<<<<<<00"),
    )
    fields = read_fields(Document((face(drawn(labels=False)),)), mrz, None)
    assert by_name(fields) == {name: text for name, text in EXPECTED.items() if name != "sex"}
    assert {field.found_by for field in fields} == {"mrz"}


def test_of_two_readings_the_more_certain_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    words = tesseract.words

    def unsure_of_strips(image: strips.Grey, psm: int, lang: str = "eng") -> tuple[Word, ...]:
        read = words(image, psm, lang)
        return read if psm == 11 else tuple(replace(w, text="GARBLED", confidence=0.01) for w in read)

    monkeypatch.setattr(tesseract, "words", unsure_of_strips)
    assert by_name(read_fields(Document((face(drawn()),)), None, None))["surname"] == "ERIKSSON"


def test_the_mrz_itself_is_not_read_as_a_field() -> None:
    pixels = drawn(labels=False)
    everything = Box(x=0, y=0, width=pixels.shape[1], height=pixels.shape[0])
    mrz = MrzReading(
        engine="drawn", format=Format.TD3, lines=("P<UTOERIKSSON<<ANNA".ljust(44, "<"),) * 2, box=everything
    )
    assert read_fields(Document((face(pixels),)), mrz, None) == ()


def test_zones_of_a_template_are_read_where_they_lie_on_the_face() -> None:
    pixels = drawn(labels=False)
    shift, half = np.array([[1, 0, 5 * PPMM], [0, 1, 3 * PPMM], [0, 0, 1.0]]), np.diag([0.5, 0.5, 1.0])
    size = (pixels.shape[1] + 100, pixels.shape[0] + 50)
    moved = cv2.warpPerspective(pixels, shift, size, borderValue=(205, 215, 200))
    fields = read_fields(
        Document((face(moved),)), None, matched(registered(0, zones(), pixels.shape, half @ np.linalg.inv(shift)))
    )
    assert by_name(fields) == EXPECTED
    assert {field.found_by for field in fields} == {"template"}
    surname = next(field for field in fields if field.name == "surname")
    assert surname.box is not None
    assert surname.box.x / PPMM == pytest.approx(45, abs=0.7)


def test_light_type_on_dark_print() -> None:
    pixels = drawn(labels=False, light_on_dark=True)
    match = matched(registered(0, zones(light_on_dark=True), pixels.shape, np.diag([0.5, 0.5, 1.0])))
    assert by_name(read_fields(Document((face(pixels),)), None, match)) == EXPECTED


def test_a_face_without_template_is_read_by_its_labels() -> None:
    front, back = drawn(labels=False), drawn()
    match = matched(registered(0, zones(), front.shape, np.diag([0.5, 0.5, 1.0])))
    fields = read_fields(Document((face(front), face(back))), None, match)
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
    assert [f for f in read_fields(Document((face(pixels),)), None, None) if f.confidence > 0.9] == []


def test_a_zone_outside_the_face_is_left_out() -> None:
    away = (Zone(name="surname", kind="field", box=Box(x=500, y=500, width=30, height=4)),)
    match = matched(registered(0, away, (300, 300), np.eye(3)))
    assert read_fields(Document((face(np.full((300, 300, 3), 255, np.uint8)),)), None, match) == ()


def test_flattening_keeps_type_and_drops_background_print() -> None:
    flat = strips.flatten(drawn(), PPMM, PPMM)
    text_row = slice(int(17.6 * PPMM), int(21 * PPMM))
    assert flat[text_row, int(40 * PPMM) : int(60 * PPMM)].min() == 0
    assert np.percentile(flat[:, : int(35 * PPMM)], 5) > 180


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
def test_dates_and_codes_of_specimens_that_nobody_here_drew(folder: str) -> None:
    if not SPECIMENS.is_dir():
        pytest.skip(f"needs the specimens in {SPECIMENS.name}")
    annotations = {a["file"]: a["fields"] for a in json.loads((SPECIMENS / folder / "annotations.json").read_text())}
    asked = right = 0
    for number in range(0, 16, 4):
        fields = annotations[f"{number:02d}-front.jpg"]
        pixels = cv2.cvtColor(cv2.imread(str(SPECIMENS / folder / f"{number:02d}-front.jpg")), cv2.COLOR_BGR2RGB)
        truth = {
            "sex": fields["gender"],
            "nationality": fields.get("nationality") or fields["foreign_nationality"],
            "surname": fields["family_name"],
            "date_of_expiry": fields["expires"],
        }
        ppmm = pixels.shape[1] / 85.6
        marked = tuple(Zone(name=n, kind="field", box=_box(f).scaled(1 / ppmm)) for n, f in truth.items())
        half = np.diag([PPMM / 2 / ppmm, PPMM / 2 / ppmm, 1.0])
        match = matched(registered(0, marked, pixels.shape, half))
        read = by_name(read_fields(Document((face(pixels, ppmm),)), None, match))
        asked += len(truth)
        right += sum(read.get(name) == field["value"] for name, field in truth.items())
    assert right >= 0.75 * asked, f"{right} of {asked}"


def _box(field: dict[str, float]) -> Box:
    return Box(**{key: field[key] for key in ("x", "y", "width", "height")})
