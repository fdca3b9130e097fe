"""Genuine captures of all devices, and what an editor makes of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from docscan.document import Document, Examination, Face, Page, Quality, Reading
from docscan.geometry import Pixels
from docscan.pipeline import Settings, observe

ROOT = Path(__file__).resolve().parents[3]
GENUINE = (
    "01-passport.jpg",
    "03-passport-phone.jpg",
    "05-passport-400.jpg",
    "06-passport-document-camera.jpg",
    "07-card-both-sides.jpg",
    "09-card-phone.jpg",
    "11-passport-no-template.jpg",
    "12-passport.tif",
)

WithPage = Callable[[Examination, Pixels], Examination]


def saved(pixels: Pixels, quality: int) -> Pixels:
    """As a JPEG of that quality shows them."""
    out = BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality)
    return np.array(Image.open(out).convert("RGB"))


def with_page(exam: Examination, pixels: Pixels) -> Examination:
    """The same document on another page of the same size."""
    return replace(exam, page=Page(1, pixels))


def lying_flat(pixels: Pixels, ppmm: float = 300 / 25.4) -> Examination:
    """A document that fills its page."""
    face = Face(pixels, ppmm, np.eye(3), Quality(sharpness=0.1, glare=0, exposure=0.6))
    return Examination(Document((face,)), Reading(), None, date(2026, 6, 1), page=Page(1, pixels))


@pytest.fixture(scope="session")
def scans() -> dict[str, Examination]:
    """Examinations of genuine samples, file by file: each device, paper and way of personalising."""
    settings = Settings(on=date(2026, 6, 1))
    return {name: next(observe(ROOT / "samples" / name, settings)).exam for name in GENUINE}


@pytest.fixture(scope="session")
def rendered(specimens: Path) -> list[Examination]:
    """Cards that another generator rendered: no noise, hard edges, vivid colours."""
    paths = sorted(specimens.glob("*/0[0-3]-*.jpg"))
    return [lying_flat(np.array(Image.open(path).convert("RGB"))) for path in paths]
