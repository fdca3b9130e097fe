"""docscan's own MRZ reader: locate the lines, straighten them, recognise the characters."""

from docscan.reading.mrz.reader import read_page

__all__ = ["read_page"]
