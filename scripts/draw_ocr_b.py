#!/usr/bin/env python3
"""Draws docscan/checks/data/ocr_b.png: the 37 symbols of an MRZ in OCR-B size I, one beside another, ink white.

    scripts/draw_ocr_b.py [FILE]

From OCRB.otf of Debian's fonts-ocr-b (Norbert Schwarz 1995 and 2010, Matthew Skala 2012; free to use, modify and
distribute). Each cell is one pitch wide, the middle of the capitals in its middle.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
from mrz_lines.glyphs import OCR_B, load
from PIL import Image, ImageDraw

from docscan.checks.mrz_glyphs import CAP, COLUMNS, FINER, MASTERS, ROWS, SYMBOLS


def sheet() -> np.ndarray:
    """uint8 (ROWS * FINER, 37 * COLUMNS * FINER)."""
    cap = CAP * COLUMNS * FINER
    box = load(OCR_B[0], 1000).getbbox("H", anchor="ls")
    face = load(OCR_B[0], 1000 * cap / (box[3] - box[1]))
    foot = ROWS * FINER / 2 + cap / 2
    image = Image.new("L", (len(SYMBOLS) * COLUMNS * FINER, ROWS * FINER))
    for place, char in enumerate(SYMBOLS):
        at = ((place + 0.5) * COLUMNS * FINER, foot)
        ImageDraw.Draw(image).text(at, char, fill=255, font=face, anchor="ms")
    return np.where(np.asarray(image) > 127, 255, 0).astype(np.uint8)


if __name__ == "__main__":
    cv2.imwrite(str(Path(sys.argv[1]) if len(sys.argv) > 1 else MASTERS), sheet())
