"""docscan's own MRZ reader: locate the lines, straighten them, recognise the characters."""

from docscan.reading.mrz.reader import ENGINE, read_page
from docscan.reading.mrz.recognise import MODEL

__all__ = ["ENGINE", "MODEL", "read_page"]
