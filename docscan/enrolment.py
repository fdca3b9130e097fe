"""From scans of specimens, as they come, to a template in a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from docscan import intake, reading, templates
from docscan.document import Document, Pixels, Reading, Template


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


def specimens_in(source: Path | Pixels) -> Iterator[tuple[Document, Reading]]:
    """The documents of a file or RGB array, each with its MRZ."""
    _, pages = intake.open_source(source)
    for page in pages:
        mrzs = reading.read_page(page.pixels)
        for document in intake.group_faces(intake.find_faces(page, mrzs), mrzs):
            yield document, Reading(mrz=reading.mrz_of(document, mrzs))
