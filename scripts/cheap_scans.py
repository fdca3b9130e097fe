"""Scans that cost little to examine, for tests and benches of what happens around them: the MRZ strip of a passport of
Utopia, low in resolution, no template, nothing beside it. Same number, same bytes."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from docscan import icao
from docscan.icao.formats import Format

PPMM = 5.0
WIDTH_MM, HEIGHT_MM = 125.0, 24.0
_OCR_B = Path("/usr/share/fonts/opentype/ocr-b/OCRB.otf")
_SURNAMES = ("FALCONER", "WEAVER", "CARTER", "MILLER", "THATCHER", "CHANDLER", "COOPER", "TURNER")


def lines(number: int, *, holder: int | None = None) -> tuple[str, ...]:
    """The MRZ of passport `number`; `holder` is another one's whose holder it shows."""
    who = number if holder is None else holder
    return icao.build(
        Format.TD3,
        document_code="P",
        issuing_state="UTO",
        surname=_SURNAMES[who % len(_SURNAMES)],
        given_names=_given(who),
        document_number=f"S{1_000_000 + 7919 * number % 9_000_000}",
        nationality="UTO",
        date_of_birth=f"{50 + who % 50:02}{1 + who % 12:02}{1 + who % 28:02}",
        sex="FM"[who % 2],
        date_of_expiry="340608",
    )


def picture(number: int, *, holder: int | None = None) -> Image.Image:
    image = Image.new("RGB", (round(WIDTH_MM * PPMM), round(HEIGHT_MM * PPMM)), (228, 232, 226))
    pen = ImageDraw.Draw(image)
    for row, line in enumerate(lines(number, holder=holder)):
        for column, char in enumerate(line):
            place = ((6.0 + 2.54 * column) * PPMM, (4.5 + 6.35 * row) * PPMM)
            pen.text(place, char, font=_font(), fill=(30, 30, 34))
    return image


def png(number: int, *, holder: int | None = None) -> bytes:
    stream = BytesIO()
    picture(number, holder=holder).save(stream, "PNG", compress_level=1, dpi=(PPMM * 25.4, PPMM * 25.4))
    return stream.getvalue()


def broken(number: int) -> bytes:
    """A file that cannot be examined: cut off, empty, or no picture; by turns."""
    return (png(number)[:400], b"", b"No picture at all.\n", b"%PDF-1.7\nnothing follows")[number % 4]


def _given(number: int) -> str:
    """A name of its own for each number."""
    letters = []
    for _ in range(5):
        number, place = divmod(number, 21)
        letters.append("BCDFGHJKLMNPQRSTVWXYZ"[place] + "AEIOU"[place % 5])
    return "".join(letters)


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_OCR_B), round(3.5 * PPMM))
