"""One printed field on a strip, with the truth about every character."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from mrz_lines import glyphs, stock
from mrz_lines.conditions import Conditions
from mrz_lines.glyphs import Atlas, Font
from mrz_lines.lines import IDEAL_CAP, Line, Setting, print_other, set_line
from PIL import ImageFont

from docscan.reading.shapes import STRETCH
from printed_lines.texts import CHARACTERS, any_text, label, plain

Widths = dict[str, float]

_CUTS = (0.0, 0.6, 1.2)
"""How far other foundries' cuts depart from each font; 0 the font itself."""
_NONE = 0.05
"""Share of strips on which no text stands."""


def _fonts(folder: str, package: str, names: str, suffix: str = "ttf") -> list[Font]:
    return [Font(f"{folder}/{name.strip()}.{suffix}", package) for name in names.split(",")]


FONTS = (
    *_fonts("truetype/freefont", "fonts-freefont-ttf", "FreeSans, FreeSansBold, FreeSerif, FreeSerifBold, FreeMono"),
    *_fonts("truetype/freefont", "fonts-freefont-ttf", "FreeMonoBold"),
    *_fonts("truetype/liberation", "fonts-liberation", "LiberationSerif-Regular, LiberationMono-Regular"),
    *_fonts("truetype/liberation", "fonts-liberation", "LiberationSansNarrow-Regular"),
    *_fonts("truetype/dejavu", "fonts-dejavu-extra", "DejaVuSerif, DejaVuSerif-Bold, DejaVuSerifCondensed-Bold"),
    *_fonts("truetype/dejavu", "fonts-dejavu-extra", "DejaVuSans, DejaVuSansCondensed, DejaVuSansMono"),
    *_fonts("opentype/urw-base35", "fonts-urw-base35", "NimbusRoman-Regular, NimbusSans-Regular", "otf"),
    *_fonts("opentype/urw-base35", "fonts-urw-base35", "NimbusSansNarrow-Regular, NimbusSansNarrow-Bold", "otf"),
    *_fonts("opentype/urw-base35", "fonts-urw-base35", "C059-Roman, P052-Roman, P052-Bold, URWBookman-Light", "otf"),
    *_fonts("opentype/urw-base35", "fonts-urw-base35", "URWBookman-Demi, URWGothic-Book", "otf"),
    *_fonts("opentype/urw-base35", "fonts-urw-base35", "NimbusMonoPS-Regular", "otf"),
    *_fonts("opentype/b612", "fonts-b612", "B612-Regular, B612-Bold, B612Mono-Regular, B612Mono-Bold", "otf"),
    *_fonts("opentype/courier-prime", "fonts-courier-prime", "Courier Prime, Courier Prime Bold", "otf"),
    *_fonts("opentype/courier-prime", "fonts-courier-prime", "Courier Prime Sans", "otf"),
    *_fonts("truetype/hack", "fonts-hack", "Hack-Regular, Hack-Bold"),
    *_fonts("truetype/jetbrains-mono", "fonts-jetbrains-mono", "JetBrainsMono-Regular, JetBrainsMono-ExtraBold"),
    *_fonts("truetype/inconsolata", "fonts-inconsolata", "Inconsolata", "otf"),
    *_fonts("truetype/noto", "fonts-noto-mono", "NotoSansMono-Regular"),
    *_fonts("truetype/anonymous-pro", "fonts-anonymous-pro", "Anonymous Pro, Anonymous Pro B"),
    *_fonts("opentype/ocr-b", "fonts-ocr-b", "OCRB, OCRBS", "otf"),
)
"""None of them sets values on the specimens of scripts/specimens."""
UNSEEN = (
    *_fonts("truetype/liberation", "fonts-liberation", "LiberationSans-Regular, LiberationSans-Bold"),
    *_fonts("truetype/liberation", "fonts-liberation", "LiberationSerif-Bold, LiberationSansNarrow-Bold"),
    *_fonts("truetype/dejavu", "fonts-dejavu-core", "DejaVuSans-Bold, DejaVuSansMono-Bold"),
    *_fonts("truetype/dejavu", "fonts-dejavu-extra", "DejaVuSansCondensed-Bold"),
    *_fonts("opentype/urw-base35", "fonts-urw-base35", "URWGothic-Demi, NimbusRoman-Bold, C059-Bold", "otf"),
)
"""Of held-out lines: those that do."""


@dataclass(frozen=True, slots=True, eq=False)
class Typeface:
    atlas: Atlas
    widths: Widths
    """Advance of each character in units of the cap height."""


@dataclass(frozen=True, slots=True, eq=False)
class Stock:
    common: stock.Stock
    typefaces: tuple[Typeface, ...]


def prepared(seed: int, fonts: tuple[Font, ...] = FONTS) -> Stock:
    """The same for the same seed. Raises FileNotFoundError naming the package of a font that is missing."""
    rng = np.random.default_rng([seed, 1])
    faces = []
    for font in fonts:
        atlas = _complete(glyphs.atlas(font, characters=CHARACTERS), font)
        widths = _widths(font)
        for cut in _CUTS:
            faces.append(Typeface(glyphs.varied(atlas, rng, cut) if cut else atlas, widths))
    return Stock(stock.stock(seed), tuple(faces))


def _complete(atlas: Atlas, font: Font) -> Atlas:
    """The atlas with plain letters where the font has no accented ones."""
    face = glyphs.load(font, 40)
    box = bytes(face.getmask("\uffff"))
    masks = {c: atlas.masks[plain(c)] if bytes(face.getmask(c)) == box else mask for c, mask in atlas.masks.items()}
    return Atlas(masks=masks, advance=atlas.advance)


def _widths(font: Font) -> Widths:
    face: ImageFont.FreeTypeFont = glyphs.load(font, 400)
    box = face.getbbox("H")
    cap = box[3] - box[1]
    return {char: face.getlength(char) / cap for char in CHARACTERS + " "}


def training_line(drawn: Stock, rng: np.random.Generator, width: int) -> Line:
    """What training sees: a strip of a field at any place, few with none."""
    conditions = _conditions(rng)
    if rng.random() < _NONE:
        return print_other(conditions, drawn.common, rng, width=width)
    left = -float(rng.uniform(0, 4)) * IDEAL_CAP if rng.random() < 0.7 else float(rng.uniform(0, 6)) * IDEAL_CAP
    return _cleaned(field(any_text(rng), conditions, drawn, rng, left=left, width=width), rng)


def whole_field(drawn: Stock, rng: np.random.Generator) -> tuple[str, Line]:
    """A held-out text and its strip, the whole of it with a margin to either side."""
    text = any_text(rng)
    width = round((len(text) * 1.6 + 3) * IDEAL_CAP * STRETCH)
    conditions = _conditions(rng)
    cut = replace(conditions.cut, tilt=conditions.cut.tilt / 4, bow=conditions.cut.bow / 4)
    line = field(text, replace(conditions, cut=cut), drawn, rng, left=-1.5 * IDEAL_CAP, width=width)
    return text, _cleaned(line, rng)


def field(
    text: str, conditions: Conditions, drawn: Stock, rng: np.random.Generator, *, left: float, width: int
) -> Line:
    """`text` set with the typeface's own widths; otherwise as `mrz_lines.lines.set_line`."""
    face = drawn.typefaces[rng.integers(0, len(drawn.typefaces))]
    spacing = float(rng.uniform(-0.02, 0.12)) if rng.random() < 0.5 else 0.0
    wide = float(rng.uniform(0.9, 1.12)) if rng.random() < 0.4 else 1.0
    setting = Setting(
        atlas=face.atlas,
        pitch=0.75 * IDEAL_CAP,
        places=lambda shown: _places(shown, face.widths, spacing, wide),
        other=lambda: any_text(rng),
        label=label,
    )
    return set_line(text, setting, conditions, drawn.common, rng, left=left, width=width)


def _places(text: str, widths: Widths, spacing: float, wide: float) -> npt.NDArray[np.float64]:
    advance = np.array([widths[char] * wide + spacing for char in text])
    return np.asarray((np.cumsum(advance) - advance / 2 - advance[0] / 2) * IDEAL_CAP)


def _conditions(rng: np.random.Generator) -> Conditions:
    conditions = Conditions.draw(rng)
    return replace(conditions, cut=replace(conditions.cut, width=conditions.cut.width * STRETCH))


def _cleaned(line: Line, rng: np.random.Generator) -> Line:
    """Every other strip as the cleaning of a field's ground leaves it: paper white, strokes black."""
    if rng.random() < 0.5:
        return line
    low, high = np.percentile(line.strip, (1, 85))
    black, white = low + rng.uniform(0, 0.4) * (high - low), high - rng.uniform(0, 0.35) * (high - low)
    levels = np.clip((line.strip - black) / max(8.0, white - black), 0, 1) * 255
    return replace(line, strip=np.asarray(levels, np.uint8))
