"""Signs between digits that an OCR engine takes for something else, as people read over them."""

from __future__ import annotations

import re

_SIGNS = (
    (re.compile(r"(?<=\d)[,;:](?=\d)"), "."),
    (re.compile(r"(?<=/[^\W\d_]{3})[I1l|](?=\d{4}(?!\d))"), "/"),
    (re.compile(r"(?<![^\W_])O(?=\d[/.-])"), "0"),
)
"""What stands there, and what was surely printed: 31,12.2020; 04/DECI2032; O9/MAR/1993."""


def divided(date: str) -> str:
    """A date as printed, from a date as read."""
    for sign, printed in _SIGNS:
        date = sign.sub(printed, date)
    return date
