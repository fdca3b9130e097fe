"""Whether a reading may be a misreading of a text of a known form.

OCR engines take O for 0, I for a stroke, $ for S, small letters for capitals of the same shape; they see one character
twice, lose a separator, add a speck. What an engine may have done must not be held against a document; what none of
this explains was printed so.
"""

from __future__ import annotations

from itertools import pairwise

MISREAD = 0.5
"""Cost up to which a reading may be a misreading; a character of another kind, too many or too few costs 1."""
SLIP, ODD = 0.25, 0.5
"""Cost of what engines do often (a sign for a character, a separator lost, a character seen twice) and now and then."""
SAME_FORM = frozenset("cijklopsuvwxyz")
"""Small letters that engines take for capitals, and capitals for them."""

_LIKE_DIGITS, _LIKE_LETTERS = frozenset("OQDILSZBGTolizsb"), frozenset("0152864")
"""Letters that are read for digits and digits that are read for letters."""
_SEPARATORS = frozenset(".,:;-_'‘’`~·")
_STROKES = frozenset("I1l|!")
"""What is read for a slash."""
_GROUPS = ("0OQDG@", "1IiLlJj|!", "2Z", "5S$", "8B", "6GCc€", "EF£€", "YV¥", "MN", "UV")


def may_be(value: str, form: str) -> bool:
    """Whether `value` may be a reading of a text of `form` (A for capitals, a for small letters, 9 for digits, other
    characters for themselves); blanks do not count."""
    return _cost("".join(value.split()), form) <= MISREAD


def may_be_part(value: str, form: str) -> bool:
    """Whether `value` may be a reading of the beginning or the end of such a text."""
    seen = "".join(value.split())
    parts = {form[:n] for n in range(2, len(form) + 1)} | {form[n:] for n in range(len(form) - 1)}
    return any(_cost(seen, part) <= MISREAD for part in parts)


def _cost(value: str, form: str) -> float:
    """Least cost of what turns a text of `form` into `value`: a distance of edits (Wagner and Fischer 1974)."""
    spare = [_spare(value, i) for i in range(len(value))]
    row = [sum(spare[:i]) for i in range(len(value) + 1)]
    for mark in form:
        lost = SLIP if mark not in "Aa9" else 1.0
        above, row = row, [row[0] + lost]
        for i, c in enumerate(value):
            row.append(min(above[i] + _instead(c, mark), above[i + 1] + lost, row[i] + spare[i]))
    return row[-1]


def _instead(c: str, mark: str) -> float:
    """Cost of reading `c` where the form has `mark`."""
    if mark not in "Aa9":
        like = (c in _SEPARATORS and mark != "/") or (c in _STROKES and mark == "/")
        return 0.0 if c == mark else SLIP if like else 1.0
    if not c.isalnum():
        return SLIP
    if mark == "9":
        return 0.0 if c.isdigit() or c in _LIKE_DIGITS else 1.0
    if c.isdigit():
        return 0.0 if c in _LIKE_LETTERS else ODD
    return 0.0 if c.islower() == (mark == "a") or c.lower() in SAME_FORM else ODD


def _spare(value: str, i: int) -> float:
    """Cost of a character that was not printed: little for a sign, and for one that its neighbour was read for."""
    if not value[i].isalnum():
        return SLIP
    return SLIP if any(_alike(a, b) for a, b in pairwise(value[max(0, i - 1) : i + 2])) else 1.0


def _alike(a: str, b: str) -> bool:
    return a != b and (a.casefold() == b.casefold() or any(a in group and b in group for group in _GROUPS))
