"""Specimens that nobody here drew, laid on scanner glass, come back whole and the right way up."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from laid_down import Drawn, Placed, background, flat, place

from docscan.document import MrzOnPage, MrzReading, Page
from docscan.geometry import project
from docscan.icao.formats import Format
from docscan.intake import find_faces, group_faces, pages

PPMM = 300 / 25.4


def specimen(path: Path) -> Drawn:
    (page,) = pages(path)
    return Drawn(np.dstack([page.pixels, np.full(page.pixels.shape[:2], 255, np.uint8)]), PPMM, Format.TD1, [])


def mrz_on(placed: Placed, folder: Path, name: str) -> MrzOnPage:
    """As a reader would find it: one outline, from the first line's top left to the last one's bottom right."""
    notes = json.loads((folder / "annotations.json").read_text())
    fields = next(n["fields"] for n in notes if n["file"] == name)
    lines = [fields[f"mrz_{i}"] for i in (1, 2, 3)]
    first, last = lines[0], lines[-1]
    left, right = first["x"], first["x"] + first["width"]
    top, bottom = first["y"], last["y"] + last["height"]
    outline = project([[left, top], [right, top], [right, bottom], [left, bottom]], placed.to_page)
    reading = MrzReading(engine="annotation", format=Format.TD1, lines=tuple(line["value"] for line in lines))
    return MrzOnPage(reading=reading, quads=(), outline=outline)


def off_mm(corners: np.ndarray, placed: Placed) -> float:
    return float(np.linalg.norm(corners - placed.corners, axis=1).max() / PPMM)


@pytest.mark.parametrize("folder", ["id_card_td1_b", "rp_card_td1"])
@pytest.mark.parametrize("lid", ["white", "dark", "grey"])
@pytest.mark.parametrize("number", [0, 5, 10])
def test_card_with_front_and_back_on_glass(specimens: Path, folder: str, lid: str, number: int) -> None:
    pixels = background(lid, (2480, 3508), number)
    back, front = (specimen(specimens / folder / f"{number:02}-{side}.jpg") for side in ("back", "front"))
    placed_back = place(pixels, back, flat(back, PPMM, (1250, 900), 17.0 * number + 3))
    placed_front = place(pixels, front, flat(front, PPMM, (1250, 2300), 17.0 * number + 1))
    mrz = mrz_on(placed_back, specimens / folder, f"{number:02}-back.jpg")
    faces = find_faces(Page(number=1, pixels=pixels), [mrz])
    assert len(faces) == 2
    (document,) = group_faces(faces, [mrz])
    for face, truth in zip(document.faces, (placed_front, placed_back), strict=True):
        h, w = face.pixels.shape[:2]
        assert off_mm(project([[0, 0], [w, 0], [w, h], [0, h]], face.to_page), truth) < 0.7
        assert face.format is Format.TD1
        assert face.quality.usable


def test_most_fronts_are_turned_upright_by_their_portrait(specimens: Path) -> None:
    upright = 0
    paths = sorted(specimens.glob("*/*-front.jpg"))
    for path in paths:
        front = specimen(path)
        pixels = background("dark", (1600, 1300))
        placed = place(pixels, front, flat(front, PPMM, (800, 650), 178.0))
        (face,) = find_faces(Page(number=1, pixels=pixels), [])
        h, w = face.pixels.shape[:2]
        upright += off_mm(project([[0, 0], [w, 0], [w, h], [0, h]], face.to_page), placed) < 1.0
    assert upright > len(paths) / 3, f"{upright} of {len(paths)}"


@pytest.mark.parametrize("side", ["front", "back"])
def test_specimen_as_it_comes_is_the_whole_picture(specimens: Path, side: str) -> None:
    for path in sorted(specimens.glob(f"*/*-{side}.jpg"))[::5]:
        (page,) = pages(path)
        mrzs = []
        if side == "back":
            placed = Placed(specimen(path), np.eye(3))
            mrzs = [mrz_on(placed, path.parent, path.name)]
        (face,) = find_faces(page, mrzs)
        assert face.format is Format.TD1
        assert face.quality.usable
        here = cv2.boundingRect(
            project([[0, 0], [1, 0], [1, 1], [0, 1]] * np.array(face.pixels.shape[1::-1]), face.to_page).astype(
                np.float32
            )
        )
        assert np.abs(np.array(here) - [0, 0, page.pixels.shape[1], page.pixels.shape[0]]).max() < 0.7 * PPMM
