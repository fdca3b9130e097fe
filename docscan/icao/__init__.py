"""Doc 9303 (8th edition) as pure functions over text: no pictures, no repair."""

from docscan.icao.formats import Format
from docscan.icao.mrz import CheckDigit, Mrz, MrzField, build, detect_format, parse
from docscan.icao.names import could_print
from docscan.icao.transliteration import transliterate, transliterations

__all__ = [
    "CheckDigit",
    "Format",
    "Mrz",
    "MrzField",
    "build",
    "could_print",
    "detect_format",
    "parse",
    "transliterate",
    "transliterations",
]
