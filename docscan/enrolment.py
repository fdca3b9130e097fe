"""From scans of specimens, as they come, to a template in a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from docscan import intake, reading, templates
from docscan.document import Document, Reading, Template
from docscan.geometry import Pixels
from docscan.pipeline import Inspection, Settings, examine

ENOUGH = 8
"""Specimens from which spreads are more the specimens' own than the floor they are drawn to (templates/normal.py)."""


def enrol(
    files: Iterable[Path],
    *,
    template_id: str,
    state: str,
    type: str,
    out: Path,
    issued: tuple[date | None, date | None] = (None, None),
) -> Template:
    """Learns a template from every document in `files` and writes it to `out / template_id`.

    `issued` are the first and last day on which the series was issued, where they are known.

    Raises SourceError for a file that cannot be read, EnrolmentError where no template can be learned,
    OutputError where it cannot be written.
    """
    specimens = [specimen for path in files for specimen in specimens_in(path)]
    learned = templates.enrol(specimens, id=template_id, state=state, type=type)
    template = templates.versioned(replace(learned, issued=issued))
    templates.save(template, out)
    return template


def leave_out(files: Sequence[Path], template: Template, folds: int, on: date | None = None) -> Iterator[Inspection]:
    """Each file examined by a template like `template` that was enrolled from the files of the other folds.

    Raises SourceError for a file that cannot be read, EnrolmentError where too few are left to enrol from.
    """
    specimens = {path: list(specimens_in(path)) for path in files}
    paths = list(specimens)
    for fold in range(min(folds, len(paths))):
        held = paths[fold::folds]
        others = [one for path in paths if path not in held for one in specimens[path]]
        learned = templates.enrol(others, id=template.id, state=template.state, type=template.type)
        judge = templates.versioned(replace(learned, issued=template.issued))
        settings = Settings(templates=(judge,), on=on or date.today())
        for path in held:
            yield from examine(path, settings)


def warnings(template: Template) -> tuple[str, ...]:
    """What is to be expected of a template that was enrolled from few specimens."""
    if template.specimens >= ENOUGH:
        return ()
    return (
        f"It was enrolled from {template.specimens} specimens; with fewer than {ENOUGH} small departures are not told "
        "from chance, and what all of them share by accident is taken for print.",
    )


def specimens_in(source: Path | Pixels) -> Iterator[tuple[Document, Reading]]:
    """The documents of a file or RGB array, each with its MRZ."""
    _, pages = intake.open_source(source)
    for page in pages:
        mrzs = reading.read_page(page.pixels)
        for document in intake.group_faces(intake.find_faces(page, mrzs), mrzs):
            yield document, Reading(mrz=reading.mrz_of(document, mrzs))
