"""Reads every MRZ on a page: candidates, strips, characters; which lines belong together, which way up they are.

What is read is the likeliest string by the pixels. Check digits are not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from docscan.document import MrzOnPage, MrzReading, Symbol
from docscan.geometry import Pixels
from docscan.icao.check_digits import FILLER, LETTERS
from docscan.icao.layouts import LAYOUTS, Charset
from docscan.icao.mrz import detect_format
from docscan.reading.mrz.combs import Comb, Floats
from docscan.reading.mrz.decode import SYMBOLS, LineReading, found_line, read_line
from docscan.reading.mrz.decode import Line as FoundLine
from docscan.reading.mrz.locate import QUICK, THOROUGH, Effort, find_combs
from docscan.reading.mrz.marks import Gray
from docscan.reading.mrz.recognise import responses
from docscan.reading.mrz.straighten import CAP, PITCH, ROWS, USUAL_ASPECT, Line, Strip, cut, straighten

ENGINE = "docscan"
SHAPES = ((3, 30), (2, 36), (2, 44))
"""Lines and characters a line."""
LEAST_SCORE = 0.72
"""From which something is an MRZ."""
GOOD_SCORE = 0.93
"""From which no other way up is tried."""
DOUBTFUL = 0.02
"""Probability of another symbol from which strips that are a little off are cut anew."""
_AS_GOOD = 0.008
"""Score that a line may lose for beginning below the others; one that leaves out a character loses more."""
LEAST_MIRRORED = 0.85
LEAST_FILLED = 0.5
"""Share of places with a character from which a row of them is worth reading in other ways up."""
LAID_OUT = 0.82
"""Share of letters and digits in their places from which a text is laid out as an MRZ."""
LEAST_DATED = 6
"""Digits that any MRZ has in its dates and their check digits, were half of them unknown."""
_RUNNERS_UP = 5
_LEAST_RUNNER_UP = 1e-4


def read_page(pixels: Pixels) -> tuple[MrzOnPage, ...]:
    """All MRZs on a page of any size, each at any angle, mirrored ones too; best read first.

    Raises ModelError where the model is missing or another.
    """
    gray = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    return _read(gray, QUICK) or _read(gray, THOROUGH) or _read(np.asarray(255 - gray, np.uint8), QUICK)


def _read(gray: Gray, effort: Effort) -> tuple[MrzOnPage, ...]:
    """MRZs printed dark on light."""
    found: list[tuple[float, MrzOnPage]] = []
    for combs in find_combs(gray, effort):
        if not any(_inside(combs, other.outline) for _, other in found):
            best = _read_group(gray, combs)
            if best is not None:
                found.append((best.score, best.on_page()))
    return tuple(mrz for _, mrz in sorted(found, key=lambda f: -f[0]))


@dataclass(frozen=True, slots=True)
class _Way:
    """How a strip is laid before it is read."""

    turned: bool
    mirrored: bool

    def lay(self, strips: Sequence[Strip]) -> list[Gray]:
        """Pixels in reading order, top line first."""
        across = -1 if self.turned != self.mirrored else 1
        down = -1 if self.turned else 1
        return [np.ascontiguousarray(s.pixels[::down, ::across]) for s in self.order(strips)]

    def order(self, strips: Sequence[Strip]) -> Sequence[Strip]:
        return strips[::-1] if self.turned else strips

    def unlay(self, points: Floats, width: int) -> Floats:
        """Points of a laid strip to the strip as it was cut."""
        x, y = points.T
        x = width - 1 - x if self.turned != self.mirrored else x
        return np.column_stack([x, ROWS - 1 - y if self.turned else y])


_WAYS = (_Way(False, False), _Way(True, False), _Way(False, True), _Way(True, True))


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    strips: tuple[Strip, ...]
    """In reading order."""
    lines: tuple[LineReading, ...]
    way: _Way

    @property
    def score(self) -> float:
        """Mean probability that a character is printed at its place and is the one that is read, less the share of
        characters outside the line."""
        return float(np.mean([_score(line) for line in self.lines]))

    @property
    def doubt(self) -> float:
        """Probability that the least certain symbol is another."""
        return 1.0 - min(float(line.probabilities[:, : len(SYMBOLS)].max(axis=1).min()) for line in self.lines)

    @property
    def filled(self) -> float:
        """Share of the places at which any character stands."""
        return float(np.mean([line.seen.mean() for line in self.lines]))

    def on_page(self) -> MrzOnPage:
        texts = tuple(line.chars for line in self.lines)
        quads = tuple(_quads(s, line, self.way) for s, line in zip(self.strips, self.lines, strict=True))
        return MrzOnPage(
            reading=MrzReading(
                engine=ENGINE,
                format=detect_format(texts),
                lines=texts,
                symbols=tuple(tuple(_symbols(line)) for line in self.lines),
            ),
            quads=quads,
            outline=np.array([quads[0][0, 0], quads[0][-1, 1], quads[-1][-1, 2], quads[-1][0, 3]]),
            mirrored=self.way.mirrored,
        )


def _read_group(gray: Gray, combs: Sequence[Comb]) -> _Found | None:
    for aspect in (None, USUAL_ASPECT):
        best = _read_any_way(straighten(gray, combs, aspect))
        if best is None:
            return None
        again = _read_way(_refined(gray, best), best.way) if best.doubt > DOUBTFUL and _is_off(best) else None
        if again is not None and again.score > best.score:
            best = again
        if best.score > (LEAST_MIRRORED if best.way.mirrored else LEAST_SCORE) and _is_laid_out(best):
            return best
    return None


def _is_laid_out(found: _Found) -> bool:
    """Whether letters and digits stand where the format has letters and digits, for the greater part: rows of one mark,
    receipts and listings do not. Nothing is asked of what the fields say."""
    lines = [line.chars for line in found.lines]
    form = detect_format(lines)
    if form is None or lines[0][0] not in LETTERS:  # every document code begins with a letter
        return False
    dated = fitting = count = 0
    for slot in LAYOUTS[form].slots:
        if slot.charset is Charset.ANY:
            continue
        written = lines[slot.line][slot.start : slot.end].replace(FILLER, "")
        allowed = slot.charset.value
        count += len(written)
        fitting += sum(char in allowed for char in written)
        dated += sum(char.isdigit() for char in written) if slot.charset is Charset.DATE else 0
    return dated >= LEAST_DATED and fitting > LAID_OUT * count


def _read_any_way(strips: Sequence[Strip]) -> _Found | None:
    """The best of the four ways up; None where no row of characters stands."""
    best: _Found | None = None
    for way in _WAYS:
        found = _read_way(strips, way)
        if found is None or found.filled < LEAST_FILLED:
            break  # characters fill their places upside down and mirrored too
        if best is None or found.score > best.score:
            best = found
        if best.score > GOOD_SCORE:
            break
    return best


def _read_way(strips: Sequence[Strip], way: _Way) -> _Found | None:
    """The run of neighbouring lines, and the length they share, that is best filled with MRZ characters."""
    ordered = way.order(strips)
    found = [found_line(answer) for answer in responses(way.lay(strips))]
    readings = [read_line(line) for line in found]
    options = []
    for rows, columns in SHAPES:
        if not any(len(reading.chars) == columns for reading in readings):
            continue
        lines = [
            reading if len(reading.chars) == columns else read_line(line, (columns,))
            for line, reading in zip(found, readings, strict=True)
        ]
        for top in range(len(lines) - rows + 1):
            chosen = lines[top : top + rows]
            if all(line.chars for line in chosen):
                below = _below_each_other(found[top : top + rows], chosen)
                options.append(_Found(tuple(ordered[top : top + rows]), tuple(below), way))
    return max(options, key=lambda f: f.score, default=None)


def _below_each_other(lines: Sequence[FoundLine | None], readings: Sequence[LineReading]) -> Sequence[LineReading]:
    """The readings, brought to begin below each other as the lines of an MRZ do: where one line has a character too
    many, it alone does not tell which is the first."""
    starts = [reading.centres[0] for reading in readings]
    if max(starts) - min(starts) < 0.5 * readings[0].pitch:
        return readings
    columns = (len(readings[0].chars),)
    options = [[read_line(line, columns, begins=start) for line in lines] for start in starts]
    best = max(options, key=lambda option: sum(map(_score, option)))
    return (
        best
        if all(b.chars and _score(b) > _score(r) - _AS_GOOD for b, r in zip(best, readings, strict=True))
        else readings
    )


def _score(line: LineReading) -> float:
    """`line.score` with the certainty of the symbols in the place of their being symbols at all."""
    certainty = line.probabilities[:, : len(SYMBOLS)].max(axis=1)
    symbol = line.probabilities[:, : len(SYMBOLS)].sum(axis=1)
    return line.score * float((line.seen * certainty).sum() / max(float((line.seen * symbol).sum()), 1e-9))


def _is_off(found: _Found) -> bool:
    """Whether the characters stand elsewhere in the strips than they should."""
    return any(
        abs(float(np.median(line.caps)) / CAP - 1) > 0.08
        or float(np.percentile(np.abs(line.middles - (ROWS / 2 - 0.5)), 90)) > 1.5
        or abs(line.pitch / PITCH - 1) > 0.03
        for line in found.lines
    )


def _refined(gray: Gray, found: _Found) -> list[Strip]:
    """The strips cut anew along the characters that were read, in the order in which they were cut first."""
    aspects = [
        s.line.aspect * float(np.median(r.caps)) / CAP / (r.pitch / PITCH)
        for s, r in zip(found.strips, found.lines, strict=True)
    ]
    aspect = float(np.median(aspects))
    strips = []
    for strip, reading in zip(found.strips, found.lines, strict=True):
        at = strip.to_page(found.way.unlay(np.column_stack([reading.centres, reading.middles]), strip.line.width))
        if found.way.turned != found.way.mirrored:
            at = at[::-1]
        n = np.arange(len(at), dtype=float)
        weight = np.sqrt(reading.seen[:: -1 if found.way.turned != found.way.mirrored else 1])
        comb = replace(
            strip.line.comb,
            x=np.polyfit(n, at[:, 0], 2, w=weight + 0.05),
            y=np.polyfit(n, at[:, 1], 2, w=weight + 0.05),
            first=0,
            last=len(at) - 1,
        )
        line = Line(comb, -2.5, len(at) + 4, aspect, strip.line.lean)
        strips.append(Strip(cut(gray, line), line))
    return strips[::-1] if found.way.turned else strips


def _quads(strip: Strip, reading: LineReading, way: _Way) -> Floats:
    """(n, 4, 2) page pixels."""
    half, tall = reading.pitch / 2, reading.caps / 2
    x, y = reading.centres, reading.middles
    corners = [(x - half, y - tall), (x + half, y - tall), (x + half, y + tall), (x - half, y + tall)]
    points = np.array(corners).transpose(2, 0, 1).reshape(-1, 2)
    return strip.to_page(way.unlay(points, strip.line.width)).reshape(-1, 4, 2)


def _symbols(line: LineReading) -> Iterator[Symbol]:
    likeliest = np.argsort(-line.probabilities[:, : len(SYMBOLS)], axis=1)[:, : _RUNNERS_UP + 1].tolist()
    for char, order, p in zip(line.chars, likeliest, line.probabilities.tolist(), strict=True):
        own = SYMBOLS.index(char)
        others = [k for k in order if k != own and p[k] > _LEAST_RUNNER_UP]
        yield Symbol(
            char=char,
            confidence=min(1.0, p[own]),
            runners_up=tuple((SYMBOLS[k], p[k]) for k in others[:_RUNNERS_UP]),
        )


def _inside(combs: Iterable[Comb], outline: Floats) -> bool:
    """Whether the middle of one of the combs lies on an MRZ that has been read."""
    quad = outline.astype(np.float32)
    return any(
        cv2.pointPolygonTest(quad, tuple(float(v) for v in comb.at([comb.middle])[0]), False) >= 0 for comb in combs
    )
