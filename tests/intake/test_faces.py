"""Drawn documents, laid down in known places, come back upright, straight and whole."""

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from laid_down import LINES, Placed, background, draw, flat, photographed, place

from docscan.document import Face, MrzOnPage, MrzReading, Page
from docscan.geometry import project
from docscan.icao.formats import Format
from docscan.intake import find_faces, group_faces

PPMM = 200 / 25.4
A4 = (1654, 2339)
TOLERANCE_MM = 0.7


def page_of(pixels: np.ndarray, ppi: float | None = None) -> Page:
    return Page(number=1, pixels=pixels, ppi=ppi)


def corners(face: Face) -> np.ndarray:
    h, w = face.pixels.shape[:2]
    return project([[0, 0], [w, 0], [w, h], [0, h]], face.to_page)


def off_mm(face: Face, placed: Placed, *, upside_down: bool = False) -> float:
    """Largest distance of a corner from where it is, in millimetres of the document."""
    truth = placed.corners
    seen = np.roll(corners(face), 2, axis=0) if upside_down else corners(face)
    return float(
        np.linalg.norm(seen - truth, axis=1).max()
        / np.linalg.norm(truth[1] - truth[0])
        * placed.drawn.format.size_mm[0]
    )


def straight_copy_agrees(face: Face, placed: Placed) -> bool:
    """Whether the face's pixels are the drawn document's, upright and unmirrored."""
    drawn = placed.drawn.pixels[..., :3]
    seen = cv2.resize(face.pixels, drawn.shape[1::-1], interpolation=cv2.INTER_AREA)
    a, b = (cv2.GaussianBlur(cv2.cvtColor(v, cv2.COLOR_RGB2GRAY), (0, 0), 6)[20:-20, 20:-20] for v in (drawn, seen))
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1]) > 0.9


@pytest.mark.parametrize("lid", ["white", "grey", "dark"])
@pytest.mark.parametrize("kind", [Format.TD1, Format.TD2, Format.TD3, Format.MRV_A, Format.MRV_B])
@pytest.mark.parametrize("degrees", [0, 2.5, 137, 268])
def test_on_a_flatbed_with_its_mrz(lid: str, kind: Format, degrees: float) -> None:
    pixels = background(lid, A4, seed=int(degrees))
    placed = place(pixels, draw(kind, PPMM, seed=int(degrees)), flat(draw(kind, PPMM), PPMM, (800, 1150), degrees))
    (face,) = find_faces(page_of(pixels), [placed.mrz()])
    assert off_mm(face, placed) < TOLERANCE_MM
    assert face.format is kind
    assert face.edges_seen
    assert face.ppmm == pytest.approx(PPMM, rel=0.01)
    assert straight_copy_agrees(face, placed)
    assert face.quality.usable
    assert face.quality.cut_edges == ()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10**6),
    table=st.sampled_from(["wood", "cloth", "dark", "grey"]),
    kind=st.sampled_from([Format.TD1, Format.TD2, Format.TD3, Format.MRV_A]),
    degrees=st.floats(0, 360),
    tilt=st.floats(0, 30),
    azimuth=st.floats(0, 360),
)
def test_photographed_with_its_mrz(
    seed: int, table: str, kind: Format, degrees: float, tilt: float, azimuth: float
) -> None:
    size = (1600, 1200)
    pixels = background(table, size, seed)
    drawn = draw(kind, 9.0, seed=seed)
    placed = place(pixels, drawn, photographed(drawn, size, degrees, tilt, azimuth, fill=0.75))
    (face,) = find_faces(page_of(pixels), [placed.mrz()])
    assert off_mm(face, placed) < TOLERANCE_MM
    assert face.format is kind
    assert straight_copy_agrees(face, placed)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10**6),
    lid=st.sampled_from(["white", "dark", "grey"]),
    kind=st.sampled_from([Format.TD1, Format.TD2, Format.TD3]),
    degrees=st.floats(0, 360),
)
def test_on_a_flatbed_without_an_mrz(seed: int, lid: str, kind: Format, degrees: float) -> None:
    pixels = background(lid, A4, seed)
    drawn = draw(kind, PPMM, seed=seed, mrz=False)
    placed = place(pixels, drawn, flat(drawn, PPMM, (800, 1150), degrees))
    (face,) = find_faces(page_of(pixels, 200.0), [])
    assert min(off_mm(face, placed), off_mm(face, placed, upside_down=True)) < TOLERANCE_MM
    assert face.format is kind


def test_document_about_as_bright_as_the_lid() -> None:
    for seed in range(6):
        pixels = background("white", A4, seed)
        drawn = draw(Format.TD3, PPMM, seed=seed, paper=243)
        placed = place(pixels, drawn, flat(drawn, PPMM, (800, 1150), 31 * seed), shadow=0.08)
        (face,) = find_faces(page_of(pixels), [placed.mrz()])
        assert off_mm(face, placed) < TOLERANCE_MM


def test_several_documents_on_one_page() -> None:
    pixels = background("dark", A4)
    spots = [
        (Format.TD1, (420, 400), 3.0),
        (Format.TD1, (1230, 400), 180.0),
        (Format.TD3, (560, 1200), 90.0),
        (Format.TD2, (1100, 1950), -4.0),
    ]
    placed = []
    for i, (kind, centre, degrees) in enumerate(spots):
        drawn = draw(kind, PPMM, seed=i)
        placed.append(place(pixels, drawn, flat(drawn, PPMM, centre, degrees)))
    faces = find_faces(page_of(pixels), [p.mrz() for p in reversed(placed)])
    assert [face.format for face in faces] == [kind for kind, _, _ in spots]
    for face, truth in zip(faces, placed, strict=True):
        assert off_mm(face, truth) < TOLERANCE_MM
    assert len(group_faces(faces, [p.mrz() for p in placed])) == 4


@pytest.mark.parametrize("ppi", [None, 200.0])
def test_front_and_back_of_a_card(ppi: float | None) -> None:
    pixels = background("white", A4)
    back, front = draw(Format.TD1, PPMM, seed=1), draw(Format.TD1, PPMM, seed=2, mrz=False)
    placed_back = place(pixels, back, flat(back, PPMM, (800, 500), 1.0))
    placed_front = place(pixels, front, flat(front, PPMM, (820, 1300), -2.0))
    faces = find_faces(page_of(pixels, ppi), [placed_back.mrz()])
    assert len(faces) == 2
    (document,) = group_faces(faces, [placed_back.mrz()])
    assert document.format is Format.TD1
    assert off_mm(document.faces[0], placed_front) < TOLERANCE_MM
    assert off_mm(document.faces[1], placed_back) < TOLERANCE_MM


def test_two_cards_with_front_and_back_are_two_documents() -> None:
    pixels = background("grey", A4)
    mrzs, truth = [], []
    for row, y in enumerate((450, 1500)):
        for column, x in enumerate((430, 1220)):
            drawn = draw(Format.TD1, PPMM, seed=10 * row + column, mrz=column == 1)
            truth.append(place(pixels, drawn, flat(drawn, PPMM, (x, y), 1.5 * row)))
            if column == 1:
                mrzs.append(truth[-1].mrz())
    documents = group_faces(find_faces(page_of(pixels), mrzs), mrzs)
    assert [len(d.faces) for d in documents] == [2, 2]
    for document, (front, back) in zip(documents, (truth[:2], truth[2:]), strict=True):
        assert off_mm(document.faces[0], front) < TOLERANCE_MM
        assert off_mm(document.faces[1], back) < TOLERANCE_MM


@pytest.mark.parametrize("kind", [Format.TD1, Format.TD3])
@pytest.mark.parametrize("turn", range(4))
def test_picture_that_is_the_document_is_not_resampled(kind: Format, turn: int) -> None:
    drawn = draw(kind, PPMM, seed=3, round_mm=0.0)
    h, w = drawn.pixels.shape[:2]
    turned = np.ascontiguousarray(np.rot90(drawn.pixels[..., :3], -turn))
    to_page = {
        0: np.eye(3),
        1: np.array([[0, -1, h - 1], [1, 0, 0], [0, 0, 1.0]]),
        2: np.array([[-1, 0, w - 1], [0, -1, h - 1], [0, 0, 1.0]]),
        3: np.array([[0, 1, 0], [-1, 0, w - 1], [0, 0, 1.0]]),
    }[turn]
    (face,) = find_faces(page_of(turned), [Placed(drawn, to_page).mrz()])
    assert np.array_equal(face.pixels, drawn.pixels[..., :3])
    assert np.allclose(face.to_page, to_page)
    assert face.format is kind
    assert face.ppmm == pytest.approx(PPMM, rel=0.01)


def test_cropped_card_front_without_an_mrz_is_the_whole_picture() -> None:
    drawn = draw(Format.TD1, 11.811, seed=5, mrz=False, round_mm=0.0)
    for ppi in (300.0, None):
        (face,) = find_faces(page_of(drawn.pixels[..., :3].copy(), ppi), [])
        assert np.array_equal(face.pixels, drawn.pixels[..., :3])
        assert face.format is Format.TD1
        assert face.quality.usable


def test_open_booklet_gives_its_data_page() -> None:
    """The page above touches the data page along the fold."""
    pixels = background("dark", A4)
    data, above = draw(Format.TD3, PPMM, seed=1), draw(Format.TD3, PPMM, seed=2, mrz=False)
    place(pixels, above, flat(above, PPMM, (800, 1200 - 88 * PPMM), 0.0), shadow=0.0)
    placed = place(pixels, data, flat(data, PPMM, (800, 1200), 0.0), shadow=0.1)
    faces = find_faces(page_of(pixels), [placed.mrz()])
    assert off_mm(faces[0], placed) < 1.0 or off_mm(faces[-1], placed) < 1.0


def test_mrz_without_an_outline_is_extrapolated() -> None:
    """The same paper all round: nothing but Doc 9303 tells where the document ends."""
    drawn = draw(Format.TD3, PPMM, seed=4)
    pixels = np.full((A4[1], A4[0], 3), 225, np.uint8)
    rows = slice(round(62 * PPMM), round(86 * PPMM))
    only_mrz = drawn.pixels.copy()
    only_mrz[..., 3] = 0
    only_mrz[rows, 30:-30, 3] = 255
    only_mrz[only_mrz[..., :3].min(axis=2) > 120] = (225, 225, 225, 255)
    drawn.pixels = only_mrz
    placed = place(pixels, drawn, flat(drawn, PPMM, (800, 1150), 10), shadow=0.0)
    (face,) = find_faces(page_of(pixels), [placed.mrz()])
    assert not face.edges_seen
    assert off_mm(face, placed) < 3.5  # Doc 9303's own tolerance of the MRZ's place, and 0.1 degrees


def test_part_of_a_card_ends_where_the_picture_ends() -> None:
    drawn = draw(Format.TD1, PPMM, seed=6, round_mm=0.0)
    top = round(24 * PPMM)
    strip = drawn.pixels[top:, :, :3].copy()
    shift = np.array([[1, 0, 0], [0, 1, -top], [0, 0, 1.0]])
    (face,) = find_faces(page_of(strip), [Placed(drawn, shift).mrz()])
    assert face.format is Format.TD1
    assert not face.edges_seen
    assert "top" in face.quality.cut_edges
    h, w = face.pixels.shape[:2]
    assert abs(h - strip.shape[0]) < 2 * PPMM
    assert abs(w - strip.shape[1]) < 2 * PPMM
    assert any("cut off at the top" in reason for reason in face.quality.reasons)


def test_mirrored_scan_is_unmirrored() -> None:
    pixels = background("dark", A4)
    drawn = draw(Format.TD3, PPMM, seed=7)
    placed = place(pixels, drawn, flat(drawn, PPMM, (800, 1150), 20))
    mirrored = np.ascontiguousarray(pixels[:, ::-1])
    flip = np.array([[-1, 0, A4[0] - 1], [0, 1, 0], [0, 0, 1.0]])
    truth = Placed(drawn, flip @ placed.to_page)
    (face,) = find_faces(page_of(mirrored), [truth.mrz(mirrored=True)])
    assert off_mm(face, truth) < TOLERANCE_MM
    assert straight_copy_agrees(face, truth)


def test_page_with_no_document_is_told_so() -> None:
    rng = np.random.default_rng(0)
    letter = background("white", A4)
    for y in range(200, 2100, 40):
        for x in range(200, 1450, 24):
            if rng.random() < 0.8:
                cv2.rectangle(letter, (x, y), (x + 14, y + 18), (20, 20, 20), -1)
    (face,) = find_faces(page_of(letter, 200.0), [])
    assert face.format is None
    assert np.array_equal(face.pixels, letter)
    assert not face.quality.usable
    assert face.quality.reasons


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("size", [(32, 32), (33, 4000), (700, 500)])
def test_nothing_at_all(level: int, size: tuple[int, int]) -> None:
    faces = find_faces(page_of(np.full((*size, 3), level, np.uint8)), [])
    assert len(faces) == 1
    assert len(group_faces(faces, [])) == 1


@settings(max_examples=60, deadline=None)
@given(
    points=st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), min_size=8, max_size=8),
    kind=st.sampled_from([None, *Format]),
    mirrored=st.booleans(),
)
def test_nonsensical_mrz_places_do_no_harm(points: list[float], kind: Format | None, mirrored: bool) -> None:
    reading = MrzReading(engine="drawn", format=kind, lines=("A" * 44, "B" * 44))
    outline = np.array(points).reshape(4, 2)
    mrz = MrzOnPage(reading=reading, quads=(), outline=outline, mirrored=mirrored)
    pixels = background("cloth", (300, 200))
    faces = find_faces(page_of(pixels), [mrz, mrz])
    assert 1 <= len(faces) <= 2
    assert group_faces(faces, [mrz])


def test_outline_alone_is_anchor_enough() -> None:
    pixels = background("grey", A4)
    drawn = draw(Format.TD3, PPMM, seed=8)
    placed = place(pixels, drawn, flat(drawn, PPMM, (800, 1150), 200))
    whole = placed.mrz()
    reading = MrzReading(engine="drawn", format=Format.TD3, lines=LINES[Format.TD3])
    (face,) = find_faces(page_of(pixels), [MrzOnPage(reading=reading, quads=(), outline=whole.outline)])
    assert off_mm(face, placed) < TOLERANCE_MM
