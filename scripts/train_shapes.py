#!/usr/bin/env python3
"""Trains the reader of printed letters by shape and writes models/shapes.onnx, models/shapes.json and their manifest
entry.

    scripts/train_shapes.py [--steps N] [--out models]

Fields are drawn while training (scripts/printed_lines), in none of the fonts in which scripts/specimens sets values.
One process draws, one trains: half an hour on two idle cores. The same seed gives the same lines in the same order.

Needs the `training` extra of pyproject.toml and the fonts that scripts/printed_lines/lines.py names with packages.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from mrz_lines.measure import Reader
from mrz_lines.net import Net
from mrz_lines.training import WIDTH, Draw, Lines, export, reader, temper, trained
from printed_lines.lines import UNSEEN, Stock, prepared, training_line, whole_field
from printed_lines.texts import label
from rapidfuzz.distance import Levenshtein

from docscan.reading.mrz.decode import NOTHING, SYMBOLS, sample
from docscan.reading.shapes import MODEL, symbols

SEED = 9304
TRAINING, CALIBRATION, HELD_OUT = 1, 2, 3
"""Parts of the seed: lines of one part never occur in another."""
STEPS = 4_500
MARGINS = (3.0, 4.0, 5.0, 6.0, 7.0)
"""Between which the margin of `consistency.viz_mrz` was chosen."""


def _drawing() -> Draw:
    drawn = prepared(SEED)
    return lambda rng: training_line(drawn, rng, WIDTH)


def _asked(drawn: Stock, part: int, count: int, read: Reader) -> tuple[np.ndarray, np.ndarray, list[tuple[str, str]]]:
    """Of held-out fields: log distributions (n, 38) at the characters' places, their labels (n,), and each text as it
    is and as it was read."""
    logs, labels, texts = [], [], []
    for number in range(count):
        text, line = whole_field(drawn, np.random.default_rng([SEED, part, number]))
        (answer,) = read([line.strip])
        logs.append(sample(answer.log_symbol, line.centres.astype(float), answer.stride))
        labels.append(line.labels)
        plain = "".join(SYMBOLS[place] for char in text if (place := label(char)) >= 0)
        texts.append((plain, "".join(symbol.char for symbol in symbols(answer))))
    return np.concatenate(logs), np.concatenate(labels), texts


def calibrate(net: Net) -> float:
    """By fields with other backgrounds, overprints and cuts of the letters than training saw."""
    logs, labels, _ = _asked(prepared(SEED + CALIBRATION), CALIBRATION, 1500, reader(export(net, SEED)))
    return temper(net, logs[labels >= 0], labels[labels >= 0])


def figures(drawn: Stock, part: int, count: int, read: Reader) -> dict[str, Any]:
    logs, labels, texts = _asked(drawn, part, count, read)
    logs, labels = logs[(labels >= 0) & (labels < NOTHING)], labels[(labels >= 0) & (labels < NOTHING)]
    known = logs[:, :NOTHING]
    own = known[np.arange(len(known)), labels]
    others = known.copy()
    others[np.arange(len(known)), labels] = -np.inf
    ahead = own - others.max(axis=1)
    wrong = sum(Levenshtein.distance(*pair) for pair in texts)
    return {
        "fields": count,
        "characters": len(labels),
        "exact_fields": round(float(np.mean([one == other for one, other in texts])), 4),
        "character_error_rate": round(wrong / sum(len(text) for text, _ in texts), 5),
        "another_likelier_by": {f"{m:.0f} nats": round(float((ahead <= -m).mean()), 6) for m in MARGINS},
        "likelier_than_any_other_by": {f"{m:.0f} nats": round(float((ahead >= m).mean()), 4) for m in MARGINS},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--fields", type=int, default=4000, help="held-out fields per figure")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent / "models")
    asked = parser.parse_args()
    model, card = trained(Lines(_drawing, (SEED, TRAINING), asked.steps), SEED, calibrate, asked.out / MODEL)
    read = reader(model)
    card["data"] = "synthetic fields of scripts/printed_lines; seeds of training, calibration and measurement differ"
    card["figures"] = {
        "fonts of training": figures(prepared(SEED + HELD_OUT), HELD_OUT, asked.fields, read),
        "other fonts": figures(prepared(SEED + HELD_OUT, UNSEEN), HELD_OUT + 1, asked.fields, read),
    }
    (asked.out / "shapes.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
