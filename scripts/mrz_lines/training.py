"""Fitting the network to lines that are drawn meanwhile, and writing it as ONNX, with what its card says."""

from __future__ import annotations

import copy
import hashlib
import io
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime
import torch
from torch.utils.data import DataLoader, IterableDataset

from docscan.reading.mrz.recognise import ROWS, STRIDE, normalised, response
from mrz_lines.lines import Line
from mrz_lines.measure import Reader
from mrz_lines.net import Net, Truth, batch, loss

LINES, WIDTH = 32, 480
"""Strips a step, and pixels of each."""
RATE = 2e-3
WARM_UP, DECAY = 300, 0.3
"""Steps of the rate's rise; share of all steps over which it falls."""
Draw = Callable[[np.random.Generator], Line]
Card = dict[str, Any]


class Lines(IterableDataset[tuple[torch.Tensor, Truth]]):
    """Batches in order; drawn in the worker that iterates. `prepare` makes there what draws a line, `seed` gives all
    numbers of the seed but the last, which is the step."""

    def __init__(self, prepare: Callable[[], Draw], seed: tuple[int, ...], steps: int) -> None:
        self.prepare, self.seed, self.steps = prepare, seed, steps

    def __iter__(self) -> Iterator[tuple[torch.Tensor, Truth]]:
        cv2.setNumThreads(1)
        torch.set_num_threads(1)
        draw = self.prepare()
        for step in range(self.steps):
            rng = np.random.default_rng([*self.seed, step])
            yield batch([draw(rng) for _ in range(LINES)])


def trained(lines: Lines, seed: int, calibrate: Callable[[Net], float], file: Path) -> tuple[bytes, Card]:
    """The network fitted to `lines`, its temperature set by `calibrate`, as ONNX, written to `file` and the manifest
    beside it; also what its card says of how it was made."""
    began = time.monotonic()
    net = fit(lines, seed)
    minutes = (time.monotonic() - began) / 60
    temperature = calibrate(net)
    model = export(net, seed)
    digest = hashlib.sha256(model).hexdigest()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(model)
    manifest = file.with_name("manifest.json")
    sums = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}
    manifest.write_text(json.dumps(sums | {file.name: digest}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return model, {
        "file": file.name,
        "sha256": digest,
        "bytes": len(model),
        "seed": seed,
        "steps": lines.steps,
        "training_lines": lines.steps * LINES,
        "training_minutes": round(minutes, 1),
        "temperature": round(temperature, 2),
    }


def rate(step: int, steps: int) -> float:
    """Up, level, and over the last part of the steps straight down to nothing (Hägele et al. 2024)."""
    return RATE * min(1.0, (step + 1) / WARM_UP, (steps - step) / (DECAY * steps))


def fit(lines: Lines, seed: int) -> Net:
    """The averaged network after all batches."""
    steps = lines.steps
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    net = Net().to(memory_format=torch.channels_last)
    average = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), weight_decay=0.02)
    began, running = time.monotonic(), 0.0
    for step, (strips, truth) in enumerate(DataLoader(lines, batch_size=None, num_workers=1, prefetch_factor=8)):
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


def export(net: Net, seed: int) -> bytes:
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
        strips = torch.randn(count, 1, ROWS, width, generator=torch.Generator().manual_seed(seed))
        with torch.no_grad():
            apart = np.abs(session.run(None, {"strips": strips.numpy()})[0] - net(strips).numpy()).max()
        if apart > 1e-3:
            raise ValueError(f"the exported network answers otherwise, by {apart}")
    return model


def temper(net: Net, logs: npt.NDArray[np.float64], labels: npt.NDArray[np.int64]) -> float:
    """Sets the temperature (Guo et al. 2017) that makes `labels` (n,) most likely by the distributions of which `logs`
    (n, symbols) are the logarithms; returns it."""
    known, right = torch.from_numpy(logs), torch.from_numpy(labels)
    temperatures = torch.linspace(0.4, 2.5, 211)
    costs = torch.stack([torch.nn.functional.cross_entropy(known / t, right) for t in temperatures])
    net.temperature.fill_(temperatures[int(costs.argmin())])
    return float(net.temperature)


def reader(model: bytes) -> Reader:
    """Reads strips with a model that is not installed."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def read(strips: Any) -> Any:
        padded = [np.pad(normalised(strip), ((0, 0), (0, -strip.shape[1] % STRIDE))) for strip in strips]
        return [response(session.run(None, {"strips": strip[None, None]})[0][0]) for strip in padded]

    return read
