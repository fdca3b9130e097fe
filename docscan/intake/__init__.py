"""From files to upright documents, and how well each was captured."""

from docscan.intake.faces import find_faces, group_faces
from docscan.intake.files import from_pixels, open_scan, open_source, opened, pages, printable

__all__ = ["find_faces", "from_pixels", "group_faces", "open_scan", "open_source", "opened", "pages", "printable"]
