"""The network, what it is to answer, and how far off it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from docscan.reading.mrz.decode import NOTHING
from docscan.reading.mrz.recognise import CAP, ROWS, STRIDE, normalised
from mrz_lines.lines import EITHER, Line

KIN = 32
"""Numbers by which places are compared."""
SIGMA, TOP = 2.0, 2.0
"""Of the hump in the centre map, pixels: its slopes and half its flat top, so that one cell is always certain."""


def _conv(before: int, after: int, stride: tuple[int, int] = (1, 1)) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True)
    )


class Net(nn.Module):
    """(n, 1, 32, w) to (n, 42, w / 4).

    A place is judged by 27 pixels to either side, by the average look of 120 (how fat, how blurred, how high) and by
    its kin, the places of like shape anywhere in the line: an O is told from a 0 by how this line's O and 0 look."""

    def __init__(self) -> None:
        super().__init__()
        self.eye = nn.Sequential(
            _conv(1, 24, (2, 2)),
            _conv(24, 40, (2, 2)),
            _conv(40, 56),
            _conv(56, 64),
            _conv(64, 80, (2, 1)),
            _conv(80, 80),
            nn.Conv2d(80, 160, (4, 3), padding=(0, 1), bias=False),
            nn.BatchNorm2d(160),
            nn.ReLU(inplace=True),
        )
        self.place = nn.Sequential(
            nn.Conv2d(160, 64, (1, 3), padding=(0, 1)), nn.ReLU(inplace=True), nn.Conv2d(64, 4, 1)
        )
        self.look = nn.Sequential(
            nn.Conv2d(160, 48, 1),
            nn.ReLU(inplace=True),
            nn.AvgPool2d((1, 61), stride=1, padding=(0, 30), count_include_pad=False),
        )
        self.asks, self.offers, self.shows = nn.Conv2d(160, KIN, 1), nn.Conv2d(160, KIN, 1), nn.Conv2d(160, 48, 1)
        self.symbol = nn.Sequential(
            nn.Conv2d(256, 160, (1, 3), padding=(0, 1), bias=False),
            nn.BatchNorm2d(160),
            nn.ReLU(inplace=True),
            nn.Conv2d(160, NOTHING + 1, 1),
        )
        self.register_buffer("temperature", torch.ones(()))

    def forward(self, strips: torch.Tensor) -> torch.Tensor:
        seen = self.eye(strips)
        symbol = self.symbol(torch.cat([seen, self.look(seen), self._kin(seen)], dim=1))
        return torch.cat([self.place(seen), symbol / self.temperature], dim=1)[:, :, 0]

    def _kin(self, seen: torch.Tensor) -> torch.Tensor:
        """Attention of every place to all (Vaswani et al. 2017, one head): it knows no order, only likeness."""
        asks, offers, shows = (part(seen)[:, :, 0] for part in (self.asks, self.offers, self.shows))
        likeness = torch.softmax(asks.transpose(1, 2) @ offers / KIN**0.5, dim=-1)
        return (shows @ likeness.transpose(1, 2))[:, :, None]


class Truth(NamedTuple):
    """Per cell; the last axis of each is w / 4."""

    centre: torch.Tensor
    places: torch.Tensor
    """(n, 3, t): offset, middle, log of the relative cap height."""
    near: torch.Tensor
    """1 where the places are to be learned."""
    label: torch.Tensor
    weight: torch.Tensor
    """Of the label."""


def batch(lines: Sequence[Line]) -> tuple[torch.Tensor, Truth]:
    """Normalised strips (n, 1, 32, w) and what is to be answered."""
    strips = np.stack([normalised(line.strip) for line in lines])[:, None]
    cells = (np.arange(strips.shape[-1] // STRIDE) + 0.5) * STRIDE
    shape = (len(lines), len(cells))
    centre, near, weight = np.zeros(shape, np.float32), np.zeros(shape, np.float32), np.full(shape, 0.05, np.float32)
    places = np.zeros((len(lines), 3, len(cells)), np.float32)
    label = np.full(shape, NOTHING)
    for i, line in enumerate(lines):
        if not len(line.centres):
            continue
        away = line.centres[None] - cells[:, None]
        nearest = np.abs(away).argmin(axis=1)
        away = away[np.arange(len(cells)), nearest]
        far = np.abs(away) / line.pitch
        centre[i] = np.exp(-(np.maximum(np.abs(away) - TOP, 0) ** 2) / (2 * SIGMA**2))
        near[i] = np.abs(away) < 1.5 * STRIDE
        places[i] = away / STRIDE, (line.middles[nearest] - ROWS / 2) / STRIDE, np.log(line.caps[nearest] / CAP)
        own = np.where(far < 0.5, line.labels[nearest], NOTHING)
        weight[i] = np.where(far < 0.5, np.exp(-((far / 0.17) ** 2)), np.where(far > 0.8, 0.05, 0.0)) * (own != EITHER)
        label[i] = np.where(own == EITHER, NOTHING, own)
    truth = Truth(*(torch.from_numpy(part) for part in (centre, places, near, label, weight)))
    return torch.from_numpy(strips), truth


def loss(answer: torch.Tensor, truth: Truth) -> torch.Tensor:
    """Centre map, geometry and symbols, each per character or cell."""
    centre = F.binary_cross_entropy_with_logits(answer[:, 0], truth.centre)
    places = (F.smooth_l1_loss(answer[:, 1:4], truth.places, reduction="none", beta=0.1).sum(1) * truth.near).sum()
    symbols = F.cross_entropy(answer[:, 4:], truth.label, reduction="none") * truth.weight
    return 4 * centre + places / (truth.near.sum() + 1) + symbols.sum() / truth.weight.sum()
