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
import hashlib
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mrz_lines.measure import Reader
from mrz_lines.net import Net
from mrz_lines.training import LINES, WIDTH, Draw, Lines, export, fit, reader
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
_NEAR = 4.0
"""Pixels off its centre within which a character's place is asked."""


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


def calibrate(net: Net, drawn: Stock) -> float:
    """Sets the temperature (Guo et al. 2017) that makes the labels of the calibration fields most likely."""
    logs, labels, _ = _asked(drawn, CALIBRATION, 1500, reader(export(net, SEED)))
    kept = torch.from_numpy(logs[labels >= 0]), torch.from_numpy(labels[labels >= 0])
    temperatures = torch.linspace(0.4, 2.5, 211)
    costs = torch.stack([torch.nn.functional.cross_entropy(kept[0] / t, kept[1]) for t in temperatures])
    net.temperature.fill_(temperatures[int(costs.argmin())])
    return float(net.temperature)


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
    began = time.monotonic()
    net = fit(Lines(_drawing, (SEED, TRAINING), asked.steps), SEED)
    minutes = (time.monotonic() - began) / 60
    temperature = calibrate(net, prepared(SEED + CALIBRATION))
    model = export(net, SEED)
    digest = hashlib.sha256(model).hexdigest()
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / MODEL).write_bytes(model)
    manifest = asked.out / "manifest.json"
    entries = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}
    manifest.write_text(json.dumps({**entries, MODEL: digest}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    read = reader(model)
    card = {
        "file": MODEL,
        "sha256": digest,
        "bytes": len(model),
        "seed": SEED,
        "steps": asked.steps,
        "training_lines": asked.steps * LINES,
        "training_minutes": round(minutes, 1),
        "data": "synthetic fields of scripts/printed_lines; seeds of training, calibration and measurement differ",
        "temperature": round(temperature, 2),
        "figures": {
            "fonts of training": figures(prepared(SEED + HELD_OUT), HELD_OUT, asked.fields, read),
            "other fonts": figures(prepared(SEED + HELD_OUT, UNSEEN), HELD_OUT + 1, asked.fields, read),
        },
    }
    (asked.out / "shapes.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
