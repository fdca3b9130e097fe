"""From files to upright documents, and how well each was captured."""

from docscan.intake.files import from_pixels, open_scan, open_source, pages, printable

__all__ = ["from_pixels", "open_scan", "open_source", "pages", "printable"]
