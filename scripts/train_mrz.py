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
import copy
import hashlib
import io
import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
import torch
from mrz_lines import measure
from mrz_lines.digits import misfits
from mrz_lines.lines import training_line
from mrz_lines.net import Net, Truth, batch, loss
from mrz_lines.stock import Stock, stock
from torch.utils.data import DataLoader, IterableDataset

from docscan.checks.mrz_evidence import FINE_MARGIN, MARGIN
from docscan.reading.mrz.decode import SYMBOLS
from docscan.reading.mrz.recognise import MODEL, ROWS, STRIDE, normalised, response

SEED = 9303
TRAINING, CALIBRATION, HELD_OUT = 1, 2, 3
"""Parts of the seed: lines of one part never occur in another."""
STEPS, LINES, WIDTH = 3_600, 32, 480
RATE = 2e-3
WARM_UP, DECAY = 300, 0.3
"""Steps of the rate's rise; share of all steps over which it falls."""
CAPS = (4, 5, 6, 7, 8, 10, 12, 16, 20, 28, 40)
PPI = (150, 200, 300, 400, 600)
MARGINS = (3.0, FINE_MARGIN, 5.0, 6.0, 7.0)
"""Between which the margin of check digits was chosen."""


class Lines(IterableDataset[tuple[torch.Tensor, Truth]]):
    """Batches in order; drawn in the worker that iterates."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def __iter__(self) -> Iterator[tuple[torch.Tensor, Truth]]:
        cv2.setNumThreads(1)
        torch.set_num_threads(1)
        drawn = stock(SEED)
        for step in range(self.steps):
            rng = np.random.default_rng([SEED, TRAINING, step])
            yield batch([training_line(drawn, rng, WIDTH) for _ in range(LINES)])


def rate(step: int, steps: int) -> float:
    """Up, level, and over the last part of the steps straight down to nothing (Hägele et al. 2024)."""
    return RATE * min(1.0, (step + 1) / WARM_UP, (steps - step) / (DECAY * steps))


def train(steps: int) -> Net:
    """The averaged network after so many batches."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    net = Net().to(memory_format=torch.channels_last)
    average = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), weight_decay=0.02)
    began, running = time.monotonic(), 0.0
    for step, (strips, truth) in enumerate(DataLoader(Lines(steps), batch_size=None, num_workers=1, prefetch_factor=8)):
        for group in optimiser.param_groups:
            group["lr"] = rate(step, steps)
        with torch.autocast("cpu", torch.bfloat16):
            answer = net(strips.to(memory_format=torch.channels_last))
        off = loss(answer.float(), truth)
        optimiser.zero_grad()
        off.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        _follow(average, net, min(0.999, (step + 1) / (step + 10)))
        running = off.item() if step == 0 else 0.99 * running + 0.01 * off.item()
        if (step + 1) % 200 == 0:
            print(f"step {step + 1} of {steps}: loss {running:.4f}, {time.monotonic() - began:.0f} s", flush=True)
    return average.eval()


@torch.no_grad()
def _follow(average: Net, net: Net, inertia: float) -> None:
    for mine, theirs in zip(average.state_dict().values(), net.state_dict().values(), strict=True):
        if mine.dtype.is_floating_point:
            mine.lerp_(theirs, 1 - inertia)
        else:
            mine.copy_(theirs)


def calibrate(net: Net, drawn: Stock) -> float:
    """Sets the temperature (Guo et al. 2017) that makes the texts of the calibration lines most likely; returns it."""
    seed, lines = [SEED, CALIBRATION], 1000
    found = [trial for trial in measure.trials(drawn, seed, lines, reader(export(net))) if trial.found]
    logs = torch.from_numpy(np.log(np.concatenate([trial.reading.probabilities for trial in found])))
    label = torch.tensor([SYMBOLS.index(char) for trial in found for char in trial.text])
    temperatures = torch.linspace(0.4, 2.0, 161)
    costs = torch.stack([torch.nn.functional.cross_entropy(logs / t, label) for t in temperatures])
    net.temperature.fill_(temperatures[int(costs.argmin())])
    return float(net.temperature)


def export(net: Net) -> bytes:
    """ONNX of any number of strips of any width; raises ValueError where it answers otherwise than the network."""
    example = torch.zeros(2, 1, ROWS, 100 * STRIDE)
    axes = {"strips": {0: "n", 3: "w"}, "answers": {0: "n", 2: "t"}}
    buffer = io.BytesIO()
    torch.onnx.export(
        net.to(memory_format=torch.contiguous_format),
        (example,),
        buffer,
        input_names=["strips"],
        output_names=["answers"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    model = buffer.getvalue()
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    for count, width in ((1, 480), (3, 1012)):
        strips = torch.randn(count, 1, ROWS, width, generator=torch.Generator().manual_seed(SEED))
        with torch.no_grad():
            apart = np.abs(session.run(None, {"strips": strips.numpy()})[0] - net(strips).numpy()).max()
        if apart > 1e-3:
            raise ValueError(f"the exported network answers otherwise, by {apart}")
    return model


def reader(model: bytes) -> measure.Reader:
    """Reads strips with a model that is not installed."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def read(strips: Any) -> Any:
        padded = [np.pad(normalised(strip), ((0, 0), (0, -strip.shape[1] % STRIDE))) for strip in strips]
        return [response(session.run(None, {"strips": strip[None, None]})[0][0]) for strip in padded]

    return read


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
    began = time.monotonic()
    net = train(asked.steps)
    minutes = (time.monotonic() - began) / 60
    # Other backgrounds, overprints and cuts of the letters than training saw.
    temperature = calibrate(net, stock(SEED + CALIBRATION))
    model = export(net)
    digest = hashlib.sha256(model).hexdigest()
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / MODEL).write_bytes(model)
    manifest = asked.out / "manifest.json"
    entries = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}
    manifest.write_text(json.dumps({**entries, MODEL: digest}, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    card = {
        "file": MODEL,
        "sha256": digest,
        "bytes": len(model),
        "seed": SEED,
        "steps": asked.steps,
        "training_lines": asked.steps * LINES,
        "training_minutes": round(minutes, 1),
        "data": "synthetic lines, drawn by scripts/mrz_lines; seeds of training, calibration and measurement differ",
        "temperature": round(temperature, 2),
        "figures": figures(stock(SEED + HELD_OUT), reader(model), asked.lines),
    }
    (asked.out / "mrz.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
