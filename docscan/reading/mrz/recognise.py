"""The characters of straightened lines: one pass of a small convolutional network over all strips of a page.

The network judges a place by 27 pixels to either side, little more than one character, and by the average look of
some characters around (how fat, how blurred, how high): it knows shapes, not words. It is trained on synthetic lines
alone by scripts/train_mrz.py; its figures are in models/mrz.json.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from docscan import models
from docscan.errors import ModelError
from docscan.reading.mrz.decode import LENGTHS, LineReading, Response, decode

MODEL = "mrz.onnx"
ROWS = 32
CAP = 20
"""Cap height in rows that the network expects, give or take 15 %, the capitals' middle at row 16."""
STRIDE = 4
"""Strip pixels a cell of the answer."""

Strip = npt.NDArray[np.uint8]


def recognise(strips: Sequence[Strip], lengths: Sequence[int] | None = LENGTHS) -> list[LineReading]:
    """One reading a strip: grey uint8 (32, width), dark on light, the line upright and level, capitals 20 rows high.

    `lengths` are the numbers of characters a line may have, None for any. A strip that holds no line gets
    `decode.UNREADABLE` or a reading with a low score. Raises ModelError where the model is missing or another.
    """
    return [decode(response, lengths) for response in responses(strips)]


def responses(strips: Sequence[Strip], model: str = MODEL) -> list[Response]:
    """The network's answers, one a strip, for a caller who decodes them otherwise.

    Raises ModelError where the model is missing or another.
    """
    if not strips:
        return []
    widths = [strip.shape[1] for strip in strips]
    batch = np.zeros((len(strips), 1, ROWS, -(-max(widths) // STRIDE) * STRIDE), np.float32)
    for row, strip, width in zip(batch, strips, widths, strict=True):
        row[0, :, :width] = normalised(strip)
    answers = _session(model).run(None, {"strips": batch})[0]
    return [response(answer[:, : -(-width // STRIDE)]) for answer, width in zip(answers, widths, strict=True)]


def normalised(strip: Strip) -> npt.NDArray[np.float32]:
    """Zero mean, unit deviation; a blank strip stays blank."""
    values = strip.astype(np.float32)
    return np.asarray((values - values.mean()) / (values.std() + 2.0), dtype=np.float32)


def response(answer: npt.NDArray[np.float32]) -> Response:
    """The rows of one answer (42, t): centre, offset, middle and cap height in network units, 38 logits."""
    values = answer.astype(np.float64)
    logits = values[4:].T
    logits -= logits.max(axis=1, keepdims=True)
    return Response(
        stride=STRIDE,
        centre=1 / (1 + np.exp(-values[0])),
        offset=np.clip(values[1], -2, 2) * STRIDE,
        middle=ROWS / 2 + values[2] * STRIDE,
        cap=CAP * np.exp(np.clip(values[3], -1, 1)),
        log_symbol=logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)),
    )


@cache
def _session(model: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    path = models.verified(model)
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions share no base
        raise ModelError(f"models/{model} cannot be loaded: {type(error).__name__}.") from error
