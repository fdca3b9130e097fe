#!/usr/bin/env python3
"""Trains the recogniser of MRZ lines from nothing and writes models/mrz.onnx, models/mrz.json and their manifest entry.

    scripts/train_mrz.py [--steps N] [--out models]

Lines are drawn while training (scripts/mrz_lines); no picture of a document is read. One process draws, one trains:
some twenty minutes on two idle cores with bfloat16. The same seed gives the same lines in the same order.

Needs the `training` extra of pyproject.toml and the fonts of scripts/mrz_lines/glyphs.py (Debian packages fonts-ocr-b,
fonts-liberation, fonts-dejavu-core, fonts-noto-mono, fonts-urw-base35, fonts-freefont-ttf, fonts-inconsolata,
fonts-hack, fonts-jetbrains-mono, fonts-b612, fonts-anonymous-pro, fonts-courier-prime).
"""

from __future__ import annotations

import argparse
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
from mrz_lines import measure
from mrz_lines.digits import misfits
from mrz_lines.lines import training_line
from mrz_lines.net import Net
from mrz_lines.stock import Stock, stock
from mrz_lines.training import WIDTH, Draw, Lines, export, reader, temper, trained

from docscan.checks.mrz_evidence import FINE_MARGIN, MARGIN
from docscan.reading.mrz.decode import SYMBOLS
from docscan.reading.mrz.recognise import MODEL

SEED = 9303
TRAINING, CALIBRATION, HELD_OUT = 1, 2, 3
"""Parts of the seed: lines of one part never occur in another."""
STEPS = 3_600
CAPS = (4, 5, 6, 7, 8, 10, 12, 16, 20, 28, 40)
PPI = (150, 200, 300, 400, 600)
MARGINS = (3.0, FINE_MARGIN, 5.0, 6.0, 7.0)
"""Between which the margin of check digits was chosen."""


def _drawing() -> Draw:
    drawn = stock(SEED)
    return lambda rng: training_line(drawn, rng, WIDTH)


def calibrate(net: Net) -> float:
    """By lines with other backgrounds, overprints and cuts of the letters than training saw."""
    read = reader(export(net, SEED))
    trials = measure.trials(stock(SEED + CALIBRATION), [SEED, CALIBRATION], 1000, read)
    found = [trial for trial in trials if trial.found]
    logs = np.log(np.concatenate([trial.reading.probabilities for trial in found]))
    return temper(net, logs, np.array([SYMBOLS.index(char) for trial in found for char in trial.text]))


def check_digits(drawn: Stock, read: measure.Reader, lines: int) -> dict[str, Any]:
    """Share of lines in which a check digit that does not fit is called wrong: genuine ones falsely, altered ones
    rightly (only alterations that a digit can notice are drawn)."""

    def called(part: int, count: int, change: measure.Change, edits: int, margins: tuple[float, ...]) -> dict[str, Any]:
        odds = np.array(list(misfits(drawn, [SEED, HELD_OUT, 2, part], count, read, change, edits)))
        shares = {f"{margin:.1f} nats": round(float((odds >= margin).mean()), 5) for margin in margins}
        return {"lines": len(odds), "called_wrong": shares}

    fine = {
        f"{ppi} ppi, {edits} altered": called(ppi, lines if edits else 2 * lines, measure.flatbed(ppi), edits, MARGINS)
        for ppi, edits in itertools.product((200, 300), (0, 1, 2))
    }
    any_capture = called(0, 2 * lines, lambda conditions: conditions, 0, (MARGIN,))
    return {
        "margin_nats": {"any picture": round(MARGIN, 2), "200 ppi and more": FINE_MARGIN},
        **fine,
        "any": any_capture,
    }


def figures(drawn: Stock, read: measure.Reader, lines: int) -> dict[str, Any]:
    """What the model card says."""

    def some(part: int, count: int, change: measure.Change = lambda conditions: conditions) -> list[measure.Trial]:
        return list(measure.trials(drawn, [SEED, HELD_OUT, part], count, read, change))

    all_kinds = some(0, 4 * lines)
    scores = [reading.score for reading in measure.others(drawn, [SEED, HELD_OUT, 1], lines, read)]
    flat = {str(ppi): some(100 + ppi, lines, measure.flatbed(ppi)) for ppi in PPI}
    return {
        "all": measure.summary(all_kinds),
        "by_effect": measure.by_effect(all_kinds),
        "by_cap_height": {str(cap): measure.summary(some(1000 + cap, lines, measure.with_cap(cap))) for cap in CAPS},
        "flatbed_by_ppi": {ppi: measure.summary(done) for ppi, done in flat.items()},
        "wrong_fonts": measure.summary(list(measure.trials(drawn, [SEED, HELD_OUT, 3], lines, read, wrong_font=True))),
        "expected_calibration_error": round(measure.calibration_error(all_kinds), 5),
        "right_symbol_is_runner_up": round(measure.runners_up(all_kinds), 4),
        "check_digits": check_digits(drawn, read, 10 * lines),
        "no_mrz": {"strips": lines, "score_over_one_half": sum(score > 0.5 for score in scores)},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--lines", type=int, default=150, help="held-out lines per figure")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent / "models")
    asked = parser.parse_args()
    model, card = trained(Lines(_drawing, (SEED, TRAINING), asked.steps), SEED, calibrate, asked.out / MODEL)
    card["data"] = "synthetic lines, drawn by scripts/mrz_lines; seeds of training, calibration and measurement differ"
    card["figures"] = figures(stock(SEED + HELD_OUT), reader(model), asked.lines)
    (asked.out / "mrz.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
