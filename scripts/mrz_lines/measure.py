"""How well lines are read that training never saw: by size, by print and capture, and how rightly sure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from docscan.reading.mrz.decode import LENGTHS, NOTHING, SYMBOLS, LineReading, Response, decode
from mrz_lines import texts
from mrz_lines.conditions import Capture, Conditions, Cut, Print
from mrz_lines.lines import IDEAL_CAP, Line, print_line, print_other
from mrz_lines.stock import Stock

Reader = Callable[[Sequence[npt.NDArray[np.uint8]]], list[Response]]
Change = Callable[[Conditions], Conditions]
MARGIN = 2.2
"""Characters of background to either side of a line."""
WIDEST = 1.18
"""Pitch of the widest wrong font in units of the cap height."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A held-out line, what it says, how it came about, and the reading."""

    text: str
    conditions: Conditions
    reading: LineReading
    centres: npt.NDArray[np.float32]

    @property
    def found(self) -> bool:
        """Whether the reading has as many characters as the text and stands where the line stands."""
        if not len(self.reading.chars) == len(self.centres) == len(self.text):
            return False
        return bool(np.abs(self.reading.centres + 0.5 - self.centres).mean() < 0.5 * self.reading.pitch)

    @property
    def errors(self) -> int:
        """Symbols read wrongly; all of them where the line was not found."""
        if not self.found:
            return len(self.text)
        return sum(a != b for a, b in zip(self.reading.chars, self.text, strict=True))


def whole_line(text: str, conditions: Conditions, stock: Stock, rng: np.random.Generator) -> Line:
    """The whole of `text` with a margin to either side."""
    pitch = max(conditions.print.pitch, WIDEST if conditions.print.wrong_font else 0.0) * IDEAL_CAP
    # Over a whole line, the tilt and bow of a training window would leave the strip.
    cut = replace(conditions.cut, tilt=conditions.cut.tilt / 4, bow=conditions.cut.bow / 4)
    conditions = replace(conditions, cut=cut)
    width = round((len(text) + 2 * MARGIN) * pitch * conditions.cut.width)
    return print_line(text, conditions, stock, rng, left=-(MARGIN + 0.5) * pitch, width=width)


def trials(
    stock: Stock,
    seed: Sequence[int],
    count: int,
    read: Reader,
    change: Change = lambda conditions: conditions,
    *,
    wrong_font: bool = False,
) -> Iterator[Trial]:
    """`count` held-out lines, in OCR-B unless said otherwise, under conditions drawn at random, then changed."""
    for number in range(count):
        rng = np.random.default_rng([*seed, number])
        length = LENGTHS[number % len(LENGTHS)]
        drawn = Conditions.draw(rng)
        conditions = change(replace(drawn, print=replace(drawn.print, wrong_font=wrong_font)))
        text = (texts.document_line, texts.random_line)[number % 2](rng, length)
        line = whole_line(text, conditions, stock, rng)
        (response,) = read([line.strip])
        yield Trial(text, conditions, decode(response), line.centres)


def others(stock: Stock, seed: Sequence[int], count: int, read: Reader) -> Iterator[LineReading]:
    """Readings of strips where there is no MRZ."""
    for number in range(count):
        rng = np.random.default_rng([*seed, number])
        line = print_other(Conditions.draw(rng), stock, rng, width=960)
        (response,) = read([line.strip])
        yield decode(response)


def summary(done: Sequence[Trial]) -> dict[str, float]:
    """Character error rate, share of lines exact, share not found."""
    characters = sum(len(trial.text) for trial in done)
    return {
        "lines": len(done),
        "character_error_rate": round(sum(trial.errors for trial in done) / characters, 6),
        "exact_lines": round(sum(trial.errors == 0 for trial in done) / len(done), 4),
        "not_found": round(sum(not trial.found for trial in done) / len(done), 4),
    }


def calibration_error(done: Sequence[Trial], bins: int = 15) -> float:
    """Expected calibration error (Guo et al. 2017) of the probability of the symbol read, over lines found."""
    sure, right = _sure_and_right(done)
    place = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [abs(sure[place == i].mean() - right[place == i].mean()) * (place == i).mean() for i in np.unique(place)]
    return float(sum(gaps))


def runners_up(done: Sequence[Trial]) -> float:
    """Of the symbols read wrongly in lines found: the share whose second most likely symbol is the right one."""
    hits = wrong = 0
    for trial in done:
        if not trial.found:
            continue
        order = np.argsort(trial.reading.probabilities[:, :NOTHING], axis=1)
        for char, (second, first) in zip(trial.text, order[:, -2:], strict=True):
            if SYMBOLS[first] != char:
                wrong += 1
                hits += SYMBOLS[second] == char
    return hits / wrong if wrong else 1.0


def _sure_and_right(done: Sequence[Trial]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    found = [trial for trial in done if trial.found]
    sure = np.concatenate([trial.reading.probabilities[:, :NOTHING].max(axis=1) for trial in found])
    right = np.concatenate(
        [np.array([a == b for a, b in zip(t.reading.chars, t.text, strict=True)], bool) for t in found]
    )
    return sure, right


def with_cap(cap: float) -> Change:
    """Conditions with capitals so many pixels high in the picture; blur and noise of the drawing stay in proportion."""

    def change(conditions: Conditions) -> Conditions:
        capture = conditions.capture
        ratio = cap / capture.cap
        scaled = replace(
            capture,
            cap=cap,
            defocus=capture.defocus * ratio**0.5,
            motion=capture.motion * ratio**0.5,
            noise=capture.noise * min(1.0, cap / 12) / min(1.0, capture.cap / 12),
            copied=max(capture.copied, cap) if capture.copied else 0.0,
        )
        return replace(conditions, capture=scaled)

    return change


def flatbed(ppi: float) -> Change:
    """A careful flatbed scan of a document in fair condition: OCR-B capitals are 2.4 mm high (ISO 1073-2, size I)."""

    def change(conditions: Conditions) -> Conditions:
        printed = replace(
            conditions.print,
            cover=max(conditions.print.cover, 0.7),
            overprint=0.0,
            dots=0.0,
            roughness=min(conditions.print.roughness, 0.08),
            unevenness=min(conditions.print.unevenness, 0.2),
            texture=min(conditions.print.texture, 0.6),
        )
        captured = replace(
            conditions.capture,
            cap=2.4 / 25.4 * ppi,
            defocus=min(conditions.capture.defocus, 0.8),
            motion=0.0,
            shade=0.0,
            glare=0.0,
            noise=min(conditions.capture.noise, 3.0),
            copied=0.0,
            jpeg=max(conditions.capture.jpeg, 75) if conditions.capture.jpeg else 0,
        )
        return Conditions(print=printed, capture=captured, cut=conditions.cut)

    return change


EFFECTS: dict[str, Callable[[Print, Capture, Cut], bool]] = {
    "low contrast (ink hides under 60 %)": lambda p, c, k: p.cover < 0.6,
    "patterned background": lambda p, c, k: p.texture > 0.5,
    "overprinted": lambda p, c, k: p.overprint > 0,
    "dot raster": lambda p, c, k: p.dots > 0,
    "rough or uneven ink": lambda p, c, k: p.roughness > 0.1 or p.unevenness > 0.25,
    "defocus over a tenth of the cap height": lambda p, c, k: c.defocus > 0.1 * c.cap,
    "motion over a fifth of the cap height": lambda p, c, k: c.motion > 0.2 * c.cap,
    "JPEG quality under 50": lambda p, c, k: 0 < c.jpeg < 50,
    "copied twice": lambda p, c, k: c.copied > 0,
    "glare or shadow": lambda p, c, k: c.glare > 0 or c.shade > 0,
    "cut 2 pixels off": lambda p, c, k: abs(k.down) > 2,
    "cut 10 % too high or low": lambda p, c, k: abs(k.height - 1) > 0.1,
}
"""Named parts of the conditions."""


def by_effect(done: Sequence[Trial]) -> dict[str, dict[str, float]]:
    """Summaries of the trials that show each effect, capitals of 10 pixels or more, so that size does not hide it."""
    large = [trial for trial in done if trial.conditions.capture.cap >= 10]
    chosen = {
        name: [t for t in large if shows(t.conditions.print, t.conditions.capture, t.conditions.cut)]
        for name, shows in EFFECTS.items()
    }
    return {"all": summary(large), **{name: summary(some) for name, some in chosen.items() if some}}
