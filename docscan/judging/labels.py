"""What is known of the files of a labelled set: `labels.csv`, one row a file.

| column | what |
|---|---|
| `file` | path from the folder of the table |
| `truth` | `genuine` or `forged` |
| `attack` | kind of forgery, any name; empty for genuine files |
| `skill` | how well it was made, any name |
| `device` | what took the picture, any name |
| `state` | code of the issuing State |
| `template` | id of the document model (`design` is read too) |
| `check` | checks that should see the forgery, parted by `|` |
| `boxes` | the changed places in pixels of the picture, `x y width height` each, parted by `;` |

Only `file` and `truth` are needed; other columns are passed over.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from docscan.errors import UsageError
from docscan.geometry import Box, Value

TABLE = "labels.csv"


class Label(Value):
    """One row of the table."""

    file: str
    truth: Literal["genuine", "forged"]
    attack: str = ""
    skill: str = ""
    device: str = ""
    state: str = ""
    template: str = ""
    checks: tuple[str, ...] = ()
    boxes: tuple[Box, ...] = ()
    """Pixels of the picture."""

    @property
    def forged(self) -> bool:
        return self.truth == "forged"


def read(path: Path) -> tuple[Label, ...]:
    """The rows of a table. Raises UsageError naming the row and column of a mistake."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path} is not a table in UTF-8.") from error
    if not rows:
        raise UsageError(f"{path} has no rows.")
    missing = {"file", "truth"} - set(rows[0])
    if missing:
        raise UsageError(f"{path} has no column {' and no column '.join(sorted(missing))}.")
    return tuple(label(row, f"{path}, row {number}") for number, row in enumerate(rows, start=2))


def label(row: Mapping[str, str | None], where: str) -> Label:
    """One row, spaces around its cells taken away. Raises UsageError, which says `where`."""
    cells = {name: (text or "").strip() for name, text in row.items() if isinstance(name, str) and not _many(text)}
    truth = cells["truth"].lower()
    if truth not in ("genuine", "forged"):
        raise UsageError(f"{where}, column truth: it is neither genuine nor forged.")
    if not cells["file"]:
        raise UsageError(f"{where}, column file: it is empty.")
    return Label(
        file=cells["file"],
        truth="forged" if truth == "forged" else "genuine",
        attack=cells.get("attack", ""),
        skill=cells.get("skill", ""),
        device=cells.get("device", ""),
        state=cells.get("state", ""),
        template=cells.get("template", "") or cells.get("design", ""),
        checks=tuple(name for name in cells.get("check", "").split("|") if name),
        boxes=tuple(_box(text, where) for text in cells.get("boxes", "").split(";") if text.strip()),
    )


def _many(text: object) -> bool:
    """True for what the csv module keeps of a row that is longer than its heading."""
    return isinstance(text, list)


def _box(text: str, where: str) -> Box:
    try:
        x, y, width, height = (float(number) for number in text.split())
        return Box(x=x, y=y, width=width, height=height)
    except ValueError as error:
        raise UsageError(f"{where}, column boxes: a box is four numbers, x y width height.") from error
