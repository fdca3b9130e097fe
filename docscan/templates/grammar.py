"""What the values of a field look like: letter case, characters, length, form of dates, lists of codes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz

from docscan.reading.layout import fold
from docscan.reading.strokes import divided
from docscan.templates.misreading import SAME_FORM, may_be, may_be_part

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
    ("DD/MMM/YYYY", r"\d{2}/[^\W\d_]{3,9}/\d{4}"),
    ("DD-MMM-YYYY", r"\d{2}-[^\W\d_]{3,9}-\d{4}"),
    ("DD MMM/MMM YYYY", r"\d{2} ?[^\W\d_]{3,4} ?/ ?[^\W\d_]{3,4} ?\d{2,4}"),
    ("MMM DD YYYY", r"[^\W\d_]{3,9}\.? \d{1,2},? \d{4}"),
)
MOST = 0.75
"""Share of the specimens' values that must fit before a rule is learned: the rest are misread."""
MOST_DATES = 0.6
"""The same for dates, in which a misread character hides the form."""
MOSTLY = 0.75
"""Share of a value's letters that make it one of capitals or of small letters: the rest may be misread."""
MOSTLY_ONE_KIND = 0.9
"""Share of digits, or of letters, that makes a rule of it; a value breaks the rule where most are of the other kind."""
ALIKE = 60.0
"""Similarity (0 to 100) from which a text is a misreading of another rather than another text."""
WORDS = 4
"""Letters in a row from which a value is words, whose number of letters is no rule."""
SEEN_OFTEN = 5
"""Specimens that have one text, from which no other text is to be expected."""
MANY = 6
"""Values from which letter case, length and codes are learned."""

_CASES: Mapping[str, tuple[str | None, ...]] = {
    "upper": ("upper", None),
    "lower": ("lower", None),
    "title": ("title", "mixed", None),  # Port of Spain, McGregor
    "mixed": ("title", "mixed", "upper", "lower", None),
}
"""Letter cases that a value may have where most specimens' values have one."""


def date_form(text: str) -> str | None:
    """The form of a date that a text begins with."""
    value = divided(text.strip())
    return next((name for name, pattern in _DATE_FORMS if re.match(pattern + r"(?!\d)", value)), None)


def shape(text: str) -> str:
    """The value with A for capitals, a for small letters, 9 for digits; the rest as it is, without blanks."""
    marks = ("9" if c.isdigit() else "a" if c.islower() else "A" if c.isalpha() else c for c in text if not c.isspace())
    return "".join(marks)


def letter_case(text: str) -> str | None:
    """ "upper", "lower" or "title" ("mixed" otherwise); None without two letters whose small form is another than the
    capital."""
    told = [c for c in text if c.isalpha() and c.lower() not in SAME_FORM]
    if len(told) < 2:
        return None
    small = sum(c.islower() for c in told) / len(told)
    if small <= 1 - MOSTLY:
        return "upper"
    words = re.findall(r"[^\W\d_]{2,}", text)  # a letter that stands alone is often a speck
    inner = [c for word in words for c in word[1:] if c.lower() not in SAME_FORM]
    if any(word[0].isupper() for word in words) and sum(c.islower() for c in inner) >= MOSTLY * len(inner):
        return "title"
    return "lower" if small >= MOSTLY else "mixed"


def characters(text: str) -> str:
    """ "letters", "digits" or "both"."""
    digits = _digits(text)
    return "digits" if digits >= MOSTLY_ONE_KIND else "letters" if digits <= 1 - MOSTLY_ONE_KIND else "both"


def _digits(text: str) -> float:
    """Share of digits among letters and digits; a half where there are none."""
    kinds = [c.isdigit() for c in text if c.isalnum()]
    return sum(kinds) / len(kinds) if kinds else 0.5


def form_of_date(name: str) -> str:
    """The shape of dates of a form: "99/AAA/9999" for DD/MMM/YYYY."""
    months = name.replace("MMM", "AAA").replace("MM", "99")
    return "".join("9" if c in "DY" else c for c in months if c != " ")


def learn(texts: Sequence[str]) -> dict[str, str]:
    """What most of the values have in common; empty where too few were read."""
    values = [text.strip() for text in texts if text.strip()]
    if len(values) < 3:
        return {}
    grammar: dict[str, str] = {}
    if form := _common([date_form(v) for v in values], MOST_DATES):
        return {"date": form}
    pattern = _common([shape(v) for v in values])
    if pattern and "A" * WORDS not in pattern.upper():
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


def is_read(texts: Sequence[str]) -> bool:
    """Whether most specimens' values were read at all."""
    return sum(bool(text.strip()) for text in texts) >= MOST * len(texts)


def standing_texts(texts: Sequence[str]) -> dict[str, str]:
    """The text that all specimens have; empty where there may well be others: where they have several, as of a label in
    the holder's language, there are more than a dozen specimens show."""
    values = [" ".join(text.split()) for text in texts if text.strip()]
    commonest = max(values, key=lambda value: (values.count(value), value), default="")
    others = not all(_alike(value, commonest) for value in values)
    if others or len(values) < SEEN_OFTEN or values.count(commonest) < 2 or not is_read(texts):
        return {}
    return {"texts": commonest}


def _alike(value: str, text: str) -> bool:
    return fuzz.ratio(fold(value), fold(text)) >= ALIKE


def _common(found: Sequence[str | None], most: float = MOST) -> str | None:
    for value in dict.fromkeys(found):
        if value and found.count(value) >= most * len(found):
            return value
    return None


def breaches(text: str, grammar: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What of its grammar a value does not keep: (rule, expected, seen)."""
    value = text.strip()
    found: list[tuple[str, str, str]] = []
    if "texts" in grammar and not any(_alike(value, text) for text in grammar["texts"].split(" | ")):
        found.append(("text", grammar["texts"], value))
    if "date" in grammar and not _is_date(value, grammar["date"]):
        found.append(("date", grammar["date"], date_form(value) or shape(value)))
    other = {"digits": _digits(value) < 0.5, "letters": _digits(value) > 0.5}
    if other.get(grammar.get("characters", ""), False):
        found.append(("characters", grammar["characters"], characters(value)))
    if "shape" in grammar and not may_be(value, grammar["shape"]) and not found:
        found.append(("shape", grammar["shape"], shape(value)))
    if "case" in grammar and letter_case(value) not in _CASES[grammar["case"]]:
        found.append(("case", grammar["case"], letter_case(value) or ""))
    return found


def _is_date(value: str, form: str) -> bool:
    """Whether a value is, or may be a misreading or a part of, a date of this form. One that is a date of another form
    is not."""
    read = date_form(value)
    return read == form or (read is None and may_be_part(divided(value), form_of_date(form)))
