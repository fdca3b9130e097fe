"""Which lines of an engine's text can be an MRZ, told by their shape alone: alphabet, length and count.

Check digits have no say here: a reading is never preferred because its digits come out right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_ALPHABET = re.compile(r"[A-Z0-9<]{24,50}")


def is_mrz_line(text: str) -> bool:
    """True for 24 to 50 characters of the MRZ's alphabet with a filler or at least six digits among them."""
    return bool(_ALPHABET.fullmatch(text)) and ("<" in text or sum(c.isdigit() for c in text) >= 6)


def mrz_lines(texts: Sequence[str]) -> tuple[int, ...]:
    """The places in `texts` (top to bottom) of the MRZ's lines: the lowest three short or two long ones of about one
    length; () if there are none."""
    for first in range(len(texts) - 2, -1, -1):
        for count in (3, 2):
            lengths = [len(text) for text in texts[first : first + count]]
            longest = max(lengths)
            if len(lengths) == count and min(lengths) >= 0.85 * longest and (longest <= 33) == (count == 3):
                return tuple(range(first, first + count))
    return ()
