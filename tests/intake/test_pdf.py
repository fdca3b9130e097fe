"""Every page of a PDF comes in as pixels."""

from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from drawn_files import HEIGHT, UPRIGHT, WIDTH, corners, only_page, quadrants
from PIL import Image

from docscan.intake import open_scan, pages


def pdf_of(pictures: list[Image.Image], path: Path, ppi: float = 200.0) -> None:
    pictures[0].save(path, save_all=True, append_images=pictures[1:], resolution=ppi)


def test_scanned_pdf_gives_its_pictures_as_they_are(tmp_path: Path) -> None:
    shots = [quadrants(), quadrants().resize((240, 160))]
    pdf_of(shots, tmp_path / "a.pdf")
    assert open_scan(tmp_path / "a.pdf").pages == 2
    first, second = pages(tmp_path / "a.pdf")
    assert first.pixels.shape == (HEIGHT, WIDTH, 3)
    assert second.pixels.shape == (160, 240, 3)
    assert first.ppi == pytest.approx(200, rel=0.02)
    assert corners(first.pixels) == corners(second.pixels) == UPRIGHT


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_page_is_shown_as_a_viewer_shows_it(tmp_path: Path, turn: int) -> None:
    pdf_of([quadrants()], tmp_path / "a.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    document[0].set_rotation(turn)
    document.save(tmp_path / "b.pdf")
    viewer = np.asarray(document[0].render(scale=2).to_pil().convert("RGB"))
    assert corners(only_page(tmp_path / "b.pdf")) == corners(viewer)


@pytest.mark.parametrize(
    "matrix", [(0, 57, -86, 0, 86, 0), (0, -57, 86, 0, 0, 57), (-86, 0, 0, 57, 86, 0), (86, 0, 0, -57, 0, 57)]
)
def test_placed_picture_is_turned_as_its_matrix_says(tmp_path: Path, matrix: tuple[float, ...]) -> None:
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(86, 57)
    picture = pypdfium2.PdfImage.new(document)
    picture.set_bitmap(pypdfium2.PdfBitmap.from_pil(quadrants()))
    picture.set_matrix(pypdfium2.PdfMatrix(*matrix))
    page.insert_obj(picture)
    page.gen_content()
    document.save(tmp_path / "a.pdf")
    viewer = np.asarray(document[0].render(scale=2).to_pil().convert("RGB"))
    assert corners(only_page(tmp_path / "a.pdf")) == corners(viewer)


def test_pdf_with_more_than_a_picture_is_rendered(tmp_path: Path) -> None:
    pdf_of([quadrants()], tmp_path / "a.pdf", ppi=50)
    document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    page = document[0]
    picture = next(iter(page.get_objects()))
    picture.set_matrix(pypdfium2.PdfMatrix().scale(60, 40).translate(20, 20))
    page.gen_content()
    document.save(tmp_path / "b.pdf")
    (rendered,) = pages(tmp_path / "b.pdf")
    assert rendered.ppi == pytest.approx(400)
    assert rendered.pixels.shape[1] == pytest.approx(WIDTH / 50 * 400, abs=2)


def test_huge_pdf_page_is_rendered_within_the_limit(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(9000, 9000)
    document.save(tmp_path / "a.pdf")
    (page,) = pages(tmp_path / "a.pdf")
    assert page.pixels.size // 3 <= 80_000_000
