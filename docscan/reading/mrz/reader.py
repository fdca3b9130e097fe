"""Reads every MRZ on a page."""

from __future__ import annotations

from docscan.document import MrzOnPage, Pixels


def read_page(pixels: Pixels) -> tuple[MrzOnPage, ...]:
    """All MRZs on a page."""
    return ()
