"""What the values of a field look like: letter case, characters, length, form of dates, lists of codes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_DATE_FORMS = (
    ("DD.MM.YYYY", r"\d{2}\.\d{2}\.\d{4}"),
    ("DD/MM/YYYY", r"\d{2}/\d{2}/\d{4}"),
    ("DD-MM-YYYY", r"\d{2}-\d{2}-\d{4}"),
    ("DD MM YYYY", r"\d{2} \d{2} \d{4}"),
    ("YYYY-MM-DD", r"\d{4}-\d{2}-\d{2}"),
    ("YYYY.MM.DD", r"\d{4}\.\d{2}\.\d{2}"),
    ("YYYY/MM/DD", r"\d{4}/\d{2}/\d{2}"),
    ("DD.MM.YY", r"\d{2}\.\d{2}\.\d{2}"),
    ("DD/MM/YY", r"\d{2}/\d{2}/\d{2}"),
    ("DD MMM YYYY", r"\d{2} ?[^\W\d_]{3,4}\.? ?\d{4}"),
    ("DD MMM YY", r"\d{2} ?[^\W\d_]{3,4}\.? ?\d{2}"),
    ("DD MMM/MMM YYYY", r"\d{2} ?[^\W\d_]{3,4} ?/ ?[^\W\d_]{3,4} ?\d{2,4}"),
    ("MMM DD YYYY", r"[^\W\d_]{3,9}\.? \d{1,2},? \d{4}"),
)
MOST = 0.75
"""Share of the specimens' values that must fit before a rule is learned: the rest are misread."""
MOST_DATES = 0.6
"""The same for dates, in which a misread character hides the form."""
MANY = 6
"""Values from which letter case, length and codes are learned."""


def date_form(text: str) -> str | None:
    """The form of a date that a text begins with."""
    return next((name for name, pattern in _DATE_FORMS if re.match(pattern + r"(?!\d)", text.strip())), None)


def shape(text: str) -> str:
    """The value with A for capitals, a for small letters, 9 for digits; the rest as it is, without blanks."""
    marks = ("9" if c.isdigit() else "a" if c.islower() else "A" if c.isalpha() else c for c in text if not c.isspace())
    return "".join(marks)


def letter_case(text: str) -> str | None:
    """ "upper", "lower" or "title" ("mixed" otherwise); None for a text without two letters."""
    letters = [c for c in text if c.isalpha()]
    if len(letters) < 2:
        return None
    if all(not c.islower() for c in letters):
        return "upper"
    if all(not c.isupper() for c in letters):
        return "lower"
    words = re.findall(r"[^\W\d_]+", text)
    return "title" if all(not w[1:] or w[1:].islower() for w in words) and words[0][0].isupper() else "mixed"


def characters(text: str) -> str:
    """ "letters", "digits" or "both"."""
    kinds = {"digits" if c.isdigit() else "letters" for c in text if c.isalnum()}
    return kinds.pop() if len(kinds) == 1 else "both"


def learn(texts: Sequence[str]) -> dict[str, str]:
    """What most of the values have in common; empty where too few were read."""
    values = [text.strip() for text in texts if text.strip()]
    if len(values) < 3:
        return {}
    grammar: dict[str, str] = {}
    if form := _common([date_form(v) for v in values], MOST_DATES):
        return {"date": form}
    if pattern := _common([shape(v) for v in values]):
        grammar["shape"] = pattern
    if kind := _common([characters(v) for v in values]):
        grammar["characters"] = kind
    if len(values) >= MANY:
        if case := _common([letter_case(v) for v in values]):
            grammar["case"] = case
        distinct = sorted({v for v in values if values.count(v) >= 2})
        if len(distinct) <= 4 and sum(values.count(v) for v in distinct) >= MOST * len(values):
            grammar["codes"] = " | ".join(distinct)
        lengths = sorted(len(v) for v in values)
        grammar["length"] = f"{lengths[0]}-{lengths[-1]}"
    return grammar


def _common(found: Sequence[str | None], most: float = MOST) -> str | None:
    for value in dict.fromkeys(found):
        if value and found.count(value) >= most * len(found):
            return value
    return None


def breaches(text: str, grammar: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What of its grammar a value does not keep: (rule, expected, seen)."""
    value = text.strip()
    found: list[tuple[str, str, str]] = []
    if "date" in grammar and date_form(value) != grammar["date"]:
        found.append(("date", grammar["date"], date_form(value) or shape(value)))
    if "characters" in grammar and grammar["characters"] != "both" and characters(value) != grammar["characters"]:
        found.append(("characters", grammar["characters"], characters(value)))
    if "shape" in grammar and shape(value) != grammar["shape"] and not found:
        found.append(("shape", grammar["shape"], shape(value)))
    if "case" in grammar and letter_case(value) not in (None, grammar["case"]) and grammar["case"] != "mixed":
        found.append(("case", grammar["case"], letter_case(value) or ""))
    return found
