"""PDF pages -> pixels: the scanned picture itself where a page is nothing else, the rendered page otherwise."""

from __future__ import annotations

import math
from collections.abc import Iterator
from threading import Lock
from typing import BinaryIO

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from docscan.errors import DamagedSource, EmptySource, EncryptedSource
from docscan.geometry import Pixels
from docscan.intake.pictures import MAX_PIXELS, MAX_SIDE, check_size, decoding

RENDER_PPI = 400.0
_POINTS_PER_INCH = 72.0
_WHOLE_PAGE = 0.9
"""A picture that covers this share of the page's width and height is the page."""
_NESTING = 8
_PDFIUM = Lock()  # PDFium may be called by one thread at a time


def count_pdf(stream: BinaryIO) -> int:
    """Number of pages.

    Raises:
        EncryptedSource: it needs a password.
        DamagedSource, EmptySource
    """
    with _PDFIUM:
        document = _open(stream)
        try:
            pages = len(document)
        finally:
            document.close()
    if pages == 0:
        raise EmptySource("The PDF has no pages.")
    return pages


def read_pdf(stream: BinaryIO, only: int | None = None) -> Iterator[tuple[Pixels, float | None]]:
    """Each page, or `only` the one of that number, as (h, w, 3) uint8 RGB pixels with its ppi on the page; one page in
    memory at a time.

    Raises:
        DamagedSource, EmptySource, EncryptedSource, SourceTooLarge
    """
    with _PDFIUM:
        document = _open(stream)
    try:
        for number in range(len(document)) if only is None else (only - 1,):
            with _PDFIUM, decoding(f"PDF's page {number + 1}"):
                page = document[number]
                try:
                    result = _read_page(page)
                finally:
                    page.close()
            yield result
    finally:
        with _PDFIUM:
            document.close()


def _open(stream: BinaryIO) -> pdfium.PdfDocument:
    stream.seek(0)
    with decoding("PDF"):
        try:
            return pdfium.PdfDocument(stream)
        except pdfium.PdfiumError as error:
            if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
                raise EncryptedSource("The PDF needs a password.") from error
            raise DamagedSource("The PDF is cut off or corrupt.") from error


def _read_page(page: pdfium.PdfPage) -> tuple[Pixels, float | None]:
    pictures = list(page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=_NESTING))
    for picture in pictures:
        width, height = picture.get_px_size()
        if width and height:  # PDFium decodes all of a picture to draw any of it
            check_size(max(width, 32), max(height, 32))
    scan = _sole_picture(page)
    if scan is not None:
        found = _embedded(scan, page.get_rotation())
        if found is not None:
            return found
    return _rendered(page)


def _sole_picture(page: pdfium.PdfPage) -> pdfium.PdfImage | None:
    """The picture that is all one sees of the page: nothing beside it but the invisible text that OCR lays over."""
    scan = None
    for item in page.get_objects(max_depth=1):
        if item.type == pdfium_c.FPDF_PAGEOBJ_IMAGE and scan is None:
            scan = item
        elif item.type != pdfium_c.FPDF_PAGEOBJ_TEXT or (
            pdfium_c.FPDFTextObj_GetTextRenderMode(item) != pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
        ):
            return None
    if scan is None:
        return None
    left, bottom, right, top = scan.get_bounds()
    page_left, page_bottom, page_right, page_top = page.get_cropbox()
    covered_x = min(right, page_right) - max(left, page_left) >= _WHOLE_PAGE * (page_right - page_left)
    covered_y = min(top, page_top) - max(bottom, page_bottom) >= _WHOLE_PAGE * (page_top - page_bottom)
    inside = left >= page_left - 1 and right <= page_right + 1 and bottom >= page_bottom - 1 and top <= page_top + 1
    return scan if covered_x and covered_y and inside else None


def _embedded(picture: pdfium.PdfImage, page_turn: int) -> tuple[Pixels, float | None] | None:
    """The picture's own samples, turned and flipped as the page shows them; None if it is placed askew."""
    a, b, c, d, _, _ = picture.get_matrix().get()
    extent = max(abs(a), abs(b), abs(c), abs(d))
    upright = max(abs(b), abs(c)) < 1e-3 * extent
    if not upright and max(abs(a), abs(d)) >= 1e-3 * extent:
        return None
    width_px, _ = picture.get_px_size()
    pixels = _rgb(picture.get_bitmap(render=False))
    if upright:
        pixels = pixels[:: 1 if d > 0 else -1, :: 1 if a > 0 else -1]
    else:  # columns of the picture run along the page's y
        pixels = pixels.transpose(1, 0, 2)[:: -1 if b > 0 else 1, :: -1 if c > 0 else 1]
    pixels = np.ascontiguousarray(np.rot90(pixels, -(page_turn // 90) % 4))
    check_size(pixels.shape[1], pixels.shape[0])
    width_points = math.hypot(a, b)
    ppi = width_px / width_points * _POINTS_PER_INCH
    return pixels, ppi if ppi > 73 else None  # 72 means that the producer made one point of a pixel


def _rendered(page: pdfium.PdfPage) -> tuple[Pixels, float | None]:
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        raise EmptySource("The PDF's page has no size.")
    scale = min(
        RENDER_PPI / _POINTS_PER_INCH,
        math.sqrt(0.99 * MAX_PIXELS / (width * height)),
        0.99 * MAX_SIDE / max(width, height),
    )
    check_size(round(width * scale), round(height * scale))
    return _rgb(page.render(scale=scale)), scale * _POINTS_PER_INCH


def _rgb(bitmap: pdfium.PdfBitmap) -> Pixels:
    # Freed with its last reference: a picture's own bitmap is not ours to close.
    return np.array(bitmap.to_pil().convert("RGB"))
