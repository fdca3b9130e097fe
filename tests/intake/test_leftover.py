"""Two pictures joined to one: what lies beside a document that reaches from side to side."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from docscan import intake, reading
from docscan.document import Format, Page
from docscan.intake.leftover import leftovers


def textured(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(1).integers(60, 200, (height, width, 3), dtype=np.uint8)


def corners(x: int, y: int, width: int, height: int) -> np.ndarray:
    return np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], dtype=np.float64)


def test_a_part_above_is_left_without_its_blank_margin() -> None:
    page = np.vstack([textured(100, 160), np.full((20, 160, 3), 255, np.uint8), textured(100, 160)])
    (left,) = leftovers(page, corners(0, 120, 160, 100))
    assert left.tolist() == corners(0, 0, 160, 100).tolist()


def test_parts_on_both_sides_are_left() -> None:
    page = np.hstack([textured(100, 50), textured(100, 160), textured(100, 40)])
    parts = [part.tolist() for part in leftovers(page, corners(50, 0, 160, 100))]
    assert parts == [corners(0, 0, 50, 100).tolist(), corners(210, 0, 40, 100).tolist()]


def test_nothing_is_left_of_a_blank_page_or_beside_a_document_in_its_midst() -> None:
    blank = np.full((300, 200, 3), 250, np.uint8)
    assert list(leftovers(blank, corners(0, 100, 200, 100))) == []
    assert list(leftovers(textured(300, 300), corners(60, 100, 160, 100))) == []


@pytest.mark.parametrize("gap", [0, 40])
@pytest.mark.parametrize("side_by_side", [False, True])
def test_front_and_back_joined_to_one_picture_are_one_document(specimens: Path, gap: int, side_by_side: bool) -> None:
    folder = specimens / "rp_card_td1"
    front, back = (
        cv2.cvtColor(cv2.imread(str(folder / f"03-{side}.jpg")), cv2.COLOR_BGR2RGB) for side in ("front", "back")
    )
    axis = 1 if side_by_side else 0
    between = np.full((front.shape[0], gap, 3) if side_by_side else (gap, front.shape[1], 3), 255, np.uint8)
    page = Page(1, np.concatenate([front, between, back], axis=axis))
    mrzs = reading.read_page(page.pixels)
    (document,) = intake.group_faces(intake.find_faces(page, mrzs), mrzs)
    assert [face.format for face in document.faces] == [Format.TD1, Format.TD1]
    first, second = (face.to_page[:2, 2] for face in document.faces)
    assert first == pytest.approx([0, 0], abs=2)
    assert second[1 - axis] == pytest.approx(front.shape[axis] + gap, abs=3)
