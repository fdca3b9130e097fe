"""The labels that a page prints beside its fields, and the values that belong to them.

Geometry is in millimetres. No text is changed: what is folded or compared here is never what is reported.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from docscan.geometry import Box
from docscan.reading.layout import Segment, Word, around, fold, has_text

_Match = tuple[int, int, tuple[str, ...]]

_NUMBERING = re.compile(r"\(?\d{1,2}[a-d]?[.)]+")
"""The "1." or "(4a)" that European layouts print before a label."""
_LETTERS_A_SLIP = 7
"""A label may be misread in one letter of so many and is still known."""
_SEX = "sex"
_NUMBERS = frozenset({"document_number", "personal_number", "registration_number", "can"})
_MAY_CONTINUE = frozenset(
    {"surname", "given_names", "name", "name_at_birth", "place_of_birth", "place_of_issue", "authority", "address"}
) | {"observations", "occupation", "father", "mother", "spouse"}
"""Fields whose value may take more than one line."""
_BELOW_MM = 4.0
"""How far under a label its value may begin."""
_RIGHT_MM = 25.0
"""How far to the right of a label its value may begin."""


@dataclass(frozen=True, slots=True)
class Label:
    """A printed label: which fields it announces, in order, and where it stands."""

    fields: tuple[str, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class Labelled:
    """The value found for a label's field."""

    field: str
    box: Box
    """Where the value stands."""
    value: Segment | None
    """None for a single letter that the engine may well have passed over: it should be read again by itself."""
    shared: bool = False
    """True where one label announced several fields and the value was divided among them."""


def labelled(parts: Sequence[Segment]) -> tuple[Labelled, ...]:
    """The values of all labels among `parts`: on the label's own line, below it, or to its right."""
    labels: list[Label] = []
    values: list[Segment] = []
    beside: dict[int, Segment] = {}
    for part in parts:
        found, rest = labels_in(part)
        if found:
            labels.extend(found)
            if rest is not None:
                beside[len(labels) - 1] = rest
        elif not part.text.startswith("/"):  # else the rest of a label, in a language unknown or misread
            values.append(part)
    found_all: list[Labelled] = []
    for place, label in enumerate(labels):
        fitting = [v for v in values if _fits(label, v)]
        own = [beside[place]] if place in beside and _fits(label, beside[place]) else []
        lines = own or _below(label, labels, fitting) or _right(label, labels, fitting)
        found_all.extend(_divide(label, lines) if lines else _letter(label))
    answers: dict[str, Labelled] = {}
    for answer in sorted(found_all, key=lambda a: a.shared):
        answers.setdefault(answer.field, answer)
    return tuple(answers.values())


def _fits(label: Label, value: Segment) -> bool:
    """False where a text cannot be a label's value: it is the rest of another label, or noise."""
    digits = sum(c.isdigit() for c in value.text)
    field = label.fields[0]
    if len(label.fields) > 1:
        return True
    if field == _SEX:
        return digits == 0 and len(value.text) <= 20
    return digits >= (3 if field.startswith("date_of_") else 1 if field in _NUMBERS else 0)


# --- labels -----------------------------------------------------------------------------------------------------------


@cache
def dictionary() -> dict[str, tuple[str, ...]]:
    """Folded label phrase -> the fields that it announces, from labels.toml."""
    table = tomllib.loads(files("docscan.reading").joinpath("data/labels.toml").read_text(encoding="utf-8"))
    return {fold(phrase): tuple(fields.split("+")) for fields, phrases in table.items() for phrase in phrases}


@cache
def _longest() -> int:
    return max(phrase.count(" ") + 1 for phrase in dictionary())


def _fields_of(phrase: str, misread: bool) -> tuple[str, ...]:
    """The fields that a folded phrase announces; with `misread`, also where a long phrase is misread a little."""
    known = dictionary()
    slips = len(phrase) // _LETTERS_A_SLIP
    if phrase in known or not misread or not slips:
        return known.get(phrase, ())
    alike = process.extractOne(phrase, known.keys(), scorer=Levenshtein.distance, score_cutoff=slips)
    return known[alike[0]] if alike else ()


def labels_in(part: Segment) -> tuple[list[Label], Segment | None]:
    """The labels that a segment consists of and the value that follows them in it, if any.

    A segment that merely holds a label's word is none: labels stand at its start and make up at least half of it, or
    end in a colon. Labels misread in a letter are known only where labels are all that the segment holds.
    """
    words = [w for whole in part.words if not _NUMBERING.fullmatch(whole.text) for w in _at_slash(whole)]
    letters = sum(len(fold(w.text)) for w in words)
    matches = _matches(words, misread=True)
    if _covered(words, matches) < 0.8 * letters:
        matches = _matches(words, misread=False)
    if not matches:
        return [], None
    first, (_, end, _) = matches[0][0], matches[-1]
    announced = words[end - 1].text.endswith((":", "."))
    starts = first == 0 or words[first - 1].text == "/"
    if not starts or (_covered(words, matches) < 0.5 * letters and not announced):
        return [], None
    labels: list[Label] = []
    for i, (start, stop, fields) in enumerate(matches):
        box = around(w.box for w in words[start:stop])
        if i and _joined(words, matches[i - 1][1], start):
            labels[-1] = Label(labels[-1].fields + fields, around((labels[-1].box, box)))
        else:
            labels.append(Label(fields, box))
    tail = [w for w in part.words if w.box.x > words[end - 1].box.x + 0.5 * words[end - 1].box.width]
    value = Segment(tuple(tail)) if _value_like(tail, announced, labels[-1]) else None
    return [Label(_distinct(label.fields), label.box) for label in labels], value


def _matches(words: Sequence[Word], *, misread: bool) -> list[_Match]:
    """(start, end, fields) of the label phrases among words, the longest first at each place."""
    folded = [fold(w.text) for w in words]
    found: list[_Match] = []
    start = 0
    while start < len(words):
        for end in range(min(len(words), start + _longest()), start, -1):
            if folded[start] and folded[end - 1]:
                fields = _fields_of(" ".join(filter(None, folded[start:end])), misread)
                if fields:
                    found.append((start, end, fields))
                    start = end - 1
                    break
        start += 1
    return found


def _covered(words: Sequence[Word], matches: Sequence[_Match]) -> int:
    return sum(len(fold(w.text)) for start, end, _ in matches for w in words[start:end])


def _joined(words: Sequence[Word], end: int, start: int) -> bool:
    """True where two phrases are parts of one label: "Nom / Surname", "NOM, Prénoms"."""
    between = "".join(w.text for w in words[end:start])
    return not has_text(between) and (between != "" or words[end - 1].text.endswith((",", "-")))


def _at_slash(word: Word) -> Iterator[Word]:
    """A word in parts: "birth/Geburtsort" is two labels. Parts take their share of the box by number of letters."""
    texts = [text for text in re.split("(/)", word.text) if text]
    step = word.box.width / len(word.text)
    x = word.box.x
    for text in texts:
        yield replace(word, text=text, box=word.box.model_copy(update={"x": x, "width": step * len(text)}))
        x += step * len(text)


def _distinct(fields: Sequence[str]) -> tuple[str, ...]:
    """Each field once. A "Name" that is also a "Nom" means the surname, with the given names below it if there are two
    lines."""
    once = tuple(dict.fromkeys(fields))
    return ("surname", "given_names") if set(once) == {"name", "surname"} else once


def _value_like(tail: Sequence[Word], announced: bool, label: Label) -> bool:
    """True where words after a label are its value rather than the rest of a label in an unknown language."""
    if not tail or not has_text(tail[0].text) or tail[0].text.startswith("/"):
        return False
    taller = min(w.box.height for w in tail) > 1.15 * label.box.height
    return announced or taller or any(c.isdigit() for w in tail for c in w.text)


# --- values -----------------------------------------------------------------------------------------------------------


def _below(label: Label, labels: Sequence[Label], values: Sequence[Segment]) -> list[Segment]:
    """The lines of text under a label, up to the next label."""
    box = label.box
    under = [v for v in values if v.box.y > box.y + 0.6 * box.height and _under(box, v.box)]
    fences = [o.box.y for o in labels if o is not label and o.box.y > box.y + 0.6 * box.height and _under(box, o.box)]
    lines: list[Segment] = []
    most = len(label.fields) if not _MAY_CONTINUE.issuperset(label.fields) else len(under)
    last = box
    for value in sorted(under, key=lambda v: v.box.y):
        gap = value.box.y - last.bottom
        fenced = any(fence <= value.box.y + 0.5 * value.box.height for fence in fences)
        alike = not lines or 0.75 < value.box.height / lines[0].box.height < 1.33
        if len(lines) == most or fenced or not alike or gap > (0.9 * value.box.height if lines else _BELOW_MM):
            break
        if not lines or value.box.y > last.y + 0.5 * last.height:
            lines.append(value)
            last = value.box
    return lines


def _under(label: Box, value: Box) -> bool:
    """True where a text begins about where the label above it begins."""
    return -2.5 <= value.x - label.x <= max(0.6 * label.width, 3.0)


def _right(label: Label, labels: Sequence[Label], values: Sequence[Segment]) -> list[Segment]:
    """The text to the right of a label on the same line, unless another label stands between."""
    box = label.box
    row = [v for v in values if 0 <= v.box.x - box.right < _RIGHT_MM and _same_line(box, v.box)]
    nearest = min(row, key=lambda v: v.box.x, default=None)
    if nearest is None:
        return []
    others = (other.box for other in labels if other is not label)
    between = any(box.right <= other.x < nearest.box.x and _same_line(box, other) for other in others)
    return [] if between else [nearest]


def _same_line(a: Box, b: Box) -> bool:
    return min(a.bottom, b.bottom) - max(a.y, b.y) > 0.5 * min(a.height, b.height)


def _letter(label: Label) -> Iterator[Labelled]:
    """The place of the letter under a label for the sex, where no text was found there."""
    if label.fields == (_SEX,):
        box = label.box
        yield Labelled(_SEX, Box(x=box.x - 1.0, y=box.bottom + 0.2, width=6.0, height=_BELOW_MM), None)


def _divide(label: Label, lines: Sequence[Segment]) -> Iterator[Labelled]:
    """Gives a label's lines to its field, or to each of its fields in turn."""
    whole = Segment(tuple(w for line in lines for w in line.words))
    if len(label.fields) == 1:
        yield Labelled(label.fields[0], whole.box, whole)
        return
    for parts in (lines, _at_slashes(whole), _after_commas(whole)):
        if len(parts) == len(label.fields):
            for field, part in zip(label.fields, parts, strict=True):
                yield Labelled(field, part.box, part, shared=True)
            return
    yield Labelled(label.fields[0], whole.box, whole, shared=True)


def _at_slashes(whole: Segment) -> list[Segment]:
    parts: list[list[Word]] = [[]]
    for word in whole.words:
        if word.text == "/":
            parts.append([])
        else:
            parts[-1].append(word)
    return [Segment(tuple(part)) for part in parts if part]


def _after_commas(whole: Segment) -> list[Segment]:
    parts: list[list[Word]] = [[]]
    for word in whole.words:
        parts[-1].append(word)
        if word.text.endswith(","):
            parts.append([])
    return [Segment(tuple(part)) for part in parts if part]
