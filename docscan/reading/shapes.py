"""The letters and digits of printed fields by their shape alone, for where one engine's word is not enough.

The network is built as the one that reads the MRZ and trained by scripts/train_shapes.py on lines in fonts that are
free; its figures are in models/shapes.json. It knows no words, tells capitals from small letters nowhere, and gives for
every character the probability of each other one, so that a page's 6 can be told from the 8 that the MRZ has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import components
from docscan.document import Symbol
from docscan.reading.mrz.decode import NOTHING, SYMBOLS, Floats, Response, peaks, sample
from docscan.reading.mrz.recognise import CAP, ROWS, responses

MODEL = "shapes.onnx"
STRETCH = 1.35
"""How much wider than high a strip is drawn, so that thin letters come apart."""

Grey = npt.NDArray[np.uint8]

_LIKELY = 0.35
"""Probability from which a character stands at a place."""
_CLOSEST = 5.0
"""Pixels of a strip between two characters."""
_RUNNERS_UP, _LEAST = 5, 1e-5
_LETTER = (0.6, 1.7)
"""Heights of what tells where the line stands, in units of the cap height that a strip was brought to."""
_WITHIN = 0.3
"""How far feet of letters may stand off the line, in the same units."""
_CAPITAL = 85
"""Percentile of the heights of what stands on the line that is a capital's: small letters are mostly lower."""


def read(strips: Sequence[Grey], cap: float) -> list[tuple[Symbol, ...]]:
    """The characters of each strip in order: grey uint8 (h, w), ink dark on white, one line with capitals about `cap`
    pixels high. Letters are capitals, accents left out; () where no line stands. Raises ModelError where the model is
    missing or another."""
    return [tuple(_read(line)) if (line := _laid(strip, cap)) is not None else () for strip in strips]


def _read(line: Grey) -> Iterator[Symbol]:
    """One at a time: put together, short strips would be as dear as the longest."""
    (answer,) = responses([line], MODEL)
    return symbols(answer)


def symbols(answer: Response) -> Iterator[Symbol]:
    """Letters and digits from left to right, what is neither left out."""
    places = _places(answer)
    if not len(places):
        return
    for row in np.exp(sample(answer.log_symbol, places, answer.stride)):
        if row.argmax() == NOTHING:
            continue
        known = row[:NOTHING] / row.sum()
        order = np.argsort(-known)
        yield Symbol(
            char=SYMBOLS[order[0]],
            confidence=min(1.0, float(known[order[0]])),
            runners_up=tuple((SYMBOLS[k], float(known[k])) for k in order[1 : _RUNNERS_UP + 1] if known[k] > _LEAST),
        )


def _places(answer: Response) -> Floats:
    """Centres of characters, pixels from the strip's left edge; of two that are too close the likelier."""
    at, likely = peaks(answer)
    kept: list[int] = []
    for place in np.argsort(-likely):
        if likely[place] >= _LIKELY and all(abs(at[place] - at[other]) >= _CLOSEST for other in kept):
            kept.append(int(place))
    return np.sort(at[kept])


def _laid(strip: Grey, cap: float) -> Grey | None:
    """The strip as the network wants it; None where it holds no line of letters, or several."""
    _, stats = components(strip < 128)
    high = stats[1:, cv2.CC_STAT_HEIGHT]
    letters = stats[1:][(high > _LETTER[0] * cap) & (high < _LETTER[1] * cap)]
    if not len(letters):
        return None
    left, top, wide, high = letters[:, :4].T
    feet = top + high
    foot = float(np.median(feet))
    standing = np.abs(feet - foot) < _WITHIN * cap
    if standing.mean() < 0.5:
        return None
    capital = float(np.percentile(high[standing], _CAPITAL))
    scale = CAP / capital
    first, last = max(0, int(left.min() - cap)), int((left + wide).max() + cap)
    inked = strip[:, first:last]
    move = np.array([[scale * STRETCH, 0, 0], [0, scale, ROWS / 2 - (foot - capital / 2) * scale]], np.float32)
    if scale < 1:
        inked = np.asarray(cv2.GaussianBlur(inked, (0, 0), max(0.3, 0.4 / scale - 0.2)), np.uint8)
    size = (max(2 * CAP, round(inked.shape[1] * scale * STRETCH)), ROWS)
    return np.asarray(cv2.warpAffine(inked, move, size, flags=cv2.INTER_LINEAR, borderValue=255), np.uint8)
