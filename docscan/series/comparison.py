"""Two linked documents side by side: each shared defect at the same place and scale on both pictures."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import cv2
import numpy as np

from docscan.geometry import Pixels
from docscan.series import network, terminal
from docscan.series.explaining import Explanation, Seen, Shared
from docscan.version import VERSION

PPMM = 11.8
"""Pixels a millimetre of the close-ups: 300 an inch."""
MARGIN_MM, LARGEST_MM = 1.5, 70.0
QUALITY = 88


@dataclass(frozen=True)
class Row:
    shared: Shared
    where: str
    one: str
    """A data: address of the close-up; empty where the picture is not at hand."""
    other: str


def html(names: tuple[str, str], pages: tuple[Pixels | None, Pixels | None], told: Explanation) -> str:
    """One self-contained page; `pages` are the pictures that the documents lie on."""
    rows = [
        [
            Row(
                shared,
                terminal.where(shared),
                _closeup(pages[0], shared.one),
                _closeup(pages[1], shared.other),
            )
            for shared in group
        ]
        for group in (told.speaks_for, told.speaks_against)
    ]
    page = network.environment().get_template("comparison.html.j2")
    return page.render(names=names, told=told, speaks_for=rows[0], speaks_against=rows[1], version=VERSION)


def _closeup(page: Pixels | None, seen: Seen) -> str:
    if page is None:
        return ""
    width, height = (min(LARGEST_MM, side) for side in (seen.mm.width, seen.mm.height))
    inner = MARGIN_MM * PPMM
    size = (round(width * PPMM + 2 * inner), round(height * PPMM + 2 * inner))
    full = np.array([[0, 0], [seen.mm.width, 0], [seen.mm.width, seen.mm.height], [0, seen.mm.height]])
    target = full * PPMM + inner
    matrix = cv2.getPerspectiveTransform(np.array(seen.on_page, np.float32), target.astype(np.float32))
    laid = cv2.warpPerspective(page, matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    jpeg = cv2.imencode(".jpg", cv2.cvtColor(laid, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
    return "data:image/jpeg;base64," + base64.b64encode(jpeg.tobytes()).decode("ascii")
