"""A forger who does not know the specimen factory: scans of foreign specimens, changed in a picture editor.

Everything is done in the pixels of a scan whose fields somebody annotated: a place is painted out from around it and
written anew in a font that lies at hand, or covered with a piece of another document or of the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from specimens import lettering

from docscan.geometry import Box
from docscan.icao.check_digits import check_digit

Pixels = npt.NDArray[np.uint8]

FONTS = ("DejaVuSans", "LiberationSans-Regular", "NimbusSans-Regular", "NimbusSansNarrow-Regular")
MARGIN = 3
"""Pixels around a place that are changed with it."""
BORDER = 50
"""White pixels around each side on a page."""
QUALITY = 95
SAME_PORTRAIT = 10.0
"""Mean difference in grey levels; two photographs of these specimens differ by more than twice as much."""


@dataclass(frozen=True)
class Field:
    """What stands at a place of a scan."""

    value: str
    box: Box


@dataclass(slots=True, eq=False)
class Document:
    """The scans of one document by side, RGB, its fields by side and name, and the places that were changed."""

    sides: dict[str, Pixels]
    fields: Mapping[str, Mapping[str, Field]]
    changed: list[tuple[str, Box]] = field(default_factory=list)

    def the(self, part: str) -> tuple[str, Field]:
        """Side and place of the field whose name begins with `part`, the front first. KeyError where there is none."""
        for side in ("front", "back"):
            for name, found in self.fields[side].items():
                if name.startswith(part):
                    return side, found
        raise KeyError(part)

    def copy(self) -> Document:
        return Document({side: pixels.copy() for side, pixels in self.sides.items()}, self.fields)


def read(folder: Path, number: str) -> Document:
    """Document `number` of a folder of annotated specimens."""
    pages = json.loads((folder / "annotations.json").read_text(encoding="utf-8"))
    own = {page["side"]: page for page in pages if page["file"].startswith(f"{number}-")}
    sides = {}
    for side, page in own.items():
        with Image.open(folder / page["file"]) as scan:
            sides[side] = np.array(scan.convert("RGB"))
    fields = {side: {name: _field(of) for name, of in page["fields"].items()} for side, page in own.items()}
    return Document(sides, fields)


def same_portrait(one: Document, other: Document) -> bool:
    """Whether both show one photograph, as some of these specimens do."""
    first, second = (cv2.resize(_piece(document, "photo"), (64, 80)).astype(np.int16) for document in (one, other))
    return float(np.abs(first - second).mean()) < SAME_PORTRAIT


def _field(written: Mapping[str, str | int | None]) -> Field:
    size = {key: float(written[key] or 0) for key in ("x", "y", "width", "height")}
    return Field(str(written["value"] or ""), Box(**size))


def page(document: Document) -> tuple[Pixels, list[Box]]:
    """Both sides one under the other on white, and the changed places there."""
    width = max(pixels.shape[1] for pixels in document.sides.values()) + 2 * BORDER
    height = sum(pixels.shape[0] + BORDER for pixels in document.sides.values()) + BORDER
    sheet = np.full((height, width, 3), 250, np.uint8)
    top, boxes = BORDER, []
    for side in ("front", "back"):
        pixels = document.sides[side]
        sheet[top : top + pixels.shape[0], BORDER : BORDER + pixels.shape[1]] = pixels
        moved = [box for at, box in document.changed if at == side]
        boxes += [box.model_copy(update={"x": box.x + BORDER, "y": box.y + top}) for box in moved]
        top += pixels.shape[0] + BORDER
    return sheet, boxes


# --- tools of a picture editor ----------------------------------------------------------------------------------------


def _place(box: Box, margin: int = MARGIN) -> tuple[slice, slice]:
    x, y = round(box.x), round(box.y)
    rows = slice(max(0, y - margin), y + round(box.height) + margin)
    return rows, slice(max(0, x - margin), x + round(box.width) + margin)


def _lay(document: Document, side: str, box: Box, piece: Pixels, soft: float = 0.0) -> None:
    """`piece` over the place of `box`, brought to its size; its edges blended over `soft` pixels."""
    rows, columns = _place(box, 0)
    below = document.sides[side][rows, columns]
    sized = cv2.resize(piece, below.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    mask = np.ones(below.shape[:2], np.float32)
    if soft:
        mask = cv2.copyMakeBorder(mask[6:-6, 6:-6], 6, 6, 6, 6, cv2.BORDER_CONSTANT, value=0)
        mask = cv2.GaussianBlur(mask, (0, 0), soft)
    below[...] = np.rint(below + (sized.astype(np.float32) - below) * mask[..., None])
    document.changed.append((side, box))


def _paint_out(pixels: Pixels) -> tuple[Pixels, npt.NDArray[np.float64]]:
    """A place without its ink, painted from around it, and the colour of the ink."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.int32)
    darker = cv2.medianBlur(grey.astype(np.uint8), 31).astype(np.int32) - grey
    ink = cv2.dilate((darker > 25).astype(np.uint8), np.ones((5, 5), np.uint8))
    darkest = darker >= max(40, np.percentile(darker, 98))
    colour = np.median(pixels[darkest], axis=0) if darkest.any() else np.full(3, 30.0)
    return np.asarray(cv2.inpaint(pixels, ink, 4, cv2.INPAINT_TELEA), np.uint8), colour


def _erase(document: Document, side: str, box: Box) -> tuple[Pixels, npt.NDArray[np.float64]]:
    """The place of `box` and a little to its right painted out: the pixels there, and the colour of the ink."""
    grown = box.model_copy(update={"width": box.width * 1.05})
    place = document.sides[side][_place(grown)]
    place[...], colour = _paint_out(place)
    document.changed.append((side, grown))
    return place, colour


def _write_over(document: Document, side: str, box: Box, text: str, font: str, fill: bool = False) -> None:
    """The place painted out and `text` written there, as high as the box (`fill`: and as wide)."""
    place, colour = _erase(document, side, box)
    sheet = Image.new("L", (place.shape[1], place.shape[0]))
    size = box.height * 0.78
    letters = lettering.font(font, size)
    if fill:
        letters = lettering.font(font, size * box.width / letters.getlength(text))
    ImageDraw.Draw(sheet).text((MARGIN, place.shape[0] / 2), text, 255, letters, anchor="lm")
    ink = cv2.GaussianBlur(np.asarray(sheet, np.float32) / 255, (0, 0), 0.6)[..., None]
    place[...] = np.rint(place * (1 - ink) + colour * ink)


def _piece(document: Document, part: str) -> Pixels:
    side, there = document.the(part)
    return document.sides[side][_place(there.box)]


def _paste(document: Document, other: Document, part: str) -> None:
    """The field of another document, ground and all."""
    side, here = document.the(part)
    piece = _piece(other, part)
    box = Box(x=here.box.x - MARGIN, y=here.box.y - MARGIN, width=piece.shape[1], height=piece.shape[0])
    _erase(document, side, here.box)
    document.sides[side][_place(box, 0)] = piece
    document.changed.append((side, box))


def _later(text: str, years: int) -> str:
    """A date of day, month and year, so many years later."""
    return f"{text[:6]}{int(text[6:10]) + years}{text[10:]}"


def middle_line_expiring_later(upper: str, middle: str, years: int) -> str:
    """The second line of a card's MRZ so many years later, its check digits recomputed (Doc 9303 part 5, 4.2.2)."""
    expiry = f"{int(middle[8:10]) + years:02d}{middle[10:14]}"
    later = f"{middle[:8]}{expiry}{check_digit(expiry)}{middle[15:29]}"
    return f"{later}{check_digit(upper[5:] + later[:7] + later[8:15] + later[18:])}"


# --- ways of forging: the document to change, another one, chance -----------------------------------------------------

Way = Callable[[Document, Document, np.random.Generator], None]


def portrait_pasted(document: Document, other: Document, rng: np.random.Generator) -> None:
    side, here = document.the("photo")
    _lay(document, side, here.box, _resized(_piece(other, "photo"), rng))


def portrait_blended(document: Document, other: Document, rng: np.random.Generator) -> None:
    side, here = document.the("photo")
    _lay(document, side, here.box, _resized(_piece(other, "photo"), rng), soft=3.0)


def _resized(photo: Pixels, rng: np.random.Generator) -> Pixels:
    """A photograph that was not made for this place: of another size, cut a little otherwise."""
    left, right, top, bottom = (int(n) for n in rng.integers(2, 16, 4))
    return photo[top:-bottom, left:-right]


def name_pasted(document: Document, other: Document, rng: np.random.Generator) -> None:
    _paste(document, other, "family_name")


def expiry_pasted(document: Document, other: Document, rng: np.random.Generator) -> None:
    _paste(document, other, "expires")


def number_pasted(document: Document, other: Document, rng: np.random.Generator) -> None:
    _paste(document, other, "document_number")


def expiry_rewritten(document: Document, other: Document, rng: np.random.Generator) -> None:
    side, here = document.the("expires")
    _write_over(document, side, here.box, _later(here.value, int(rng.integers(1, 5))), str(rng.choice(FONTS)))


def name_rewritten(document: Document, other: Document, rng: np.random.Generator) -> None:
    side, here = document.the("family_name")
    _write_over(document, side, here.box, other.the("family_name")[1].value, str(rng.choice(FONTS)))


def name_typed_again(document: Document, other: Document, rng: np.random.Generator) -> None:
    """The same words in another font: nothing but the type is wrong."""
    side, here = document.the("family_name")
    _write_over(document, side, here.box, here.value, str(rng.choice(FONTS)))


def issue_rewritten(document: Document, other: Document, rng: np.random.Generator) -> None:
    """A date that the MRZ does not repeat."""
    side, here = document.the("date_")
    _write_over(document, side, here.box, _later(here.value, -int(rng.integers(1, 4))), str(rng.choice(FONTS)))


def expiry_and_mrz_rewritten(document: Document, other: Document, rng: np.random.Generator) -> None:
    """Page and MRZ say the same, check digits and all."""
    years = int(rng.integers(1, 5))
    side, here = document.the("expires")
    _write_over(document, side, here.box, _later(here.value, years), str(rng.choice(FONTS)))
    side, upper = document.the("mrz_1")
    _, middle = document.the("mrz_2")
    old, new = middle.value, middle_line_expiring_later(upper.value, middle.value, years)
    pitch = middle.box.width / len(old)
    for column in (i for i in range(len(old)) if old[i] != new[i]):
        cell = middle.box.model_copy(update={"x": middle.box.x + column * pitch, "width": pitch * 0.95})
        _write_over(document, side, cell, new[column], lettering.OCR_B)


def typed_anew(document: Document, other: Document, rng: np.random.Generator) -> None:
    """All personal data taken off and typed anew in one font, as on a blank that was made of a scan."""
    font = str(rng.choice(FONTS))
    for side, fields in document.fields.items():
        for name, here in fields.items():
            if here.value and here.box.width > here.box.height and "signature" not in name:
                mrz = name.startswith("mrz")
                _write_over(document, side, here.box, here.value, lettering.OCR_B if mrz else font, fill=mrz)


WAYS: dict[Way, tuple[str, ...]] = {
    portrait_pasted: ("portrait.substitution", "portrait.ghost"),
    portrait_blended: ("portrait.substitution", "portrait.ghost"),
    name_pasted: ("consistency.viz_mrz", "template.typeface", "template.background"),
    expiry_pasted: ("consistency.viz_mrz", "template.relations", "template.typeface", "template.background"),
    number_pasted: ("consistency.viz_mrz", "template.typeface", "template.background"),
    expiry_rewritten: ("consistency.viz_mrz", "template.relations", "template.typeface", "template.background"),
    name_rewritten: ("consistency.viz_mrz", "template.typeface", "template.background"),
    name_typed_again: ("template.typeface", "template.background"),
    issue_rewritten: ("template.relations", "mrz.dates", "template.typeface", "template.background"),
    expiry_and_mrz_rewritten: ("template.relations", "mrz.print", "template.typeface", "template.background"),
    typed_anew: ("template.typeface", "mrz.print", "template.background"),
}
"""Each way with the checks that should see it; besides, those of `EDITED` should see all of them."""
EDITED = ("image.compression", "image.noise", "image.copy_move")
