"""From scans of specimens, as they come, to a template in a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from docscan import intake, reading, templates
from docscan.document import Document, Reading, Template


def enrol(files: Iterable[Path], *, template_id: str, state: str, type: str, out: Path) -> Template:
    """Learns a template from every document in `files` and writes it to `out / template_id`.

    Raises SourceError for a file that cannot be read, EnrolmentError where no template can be learned,
    OutputError where it cannot be written.
    """
    specimens = [specimen for path in files for specimen in _specimens(path)]
    template = templates.enrol(specimens, id=template_id, state=state, type=type)
    templates.save(template, out)
    return template


def _specimens(path: Path) -> Iterable[tuple[Document, Reading]]:
    _, pages = intake.open_source(path)
    for page in pages:
        mrzs = reading.read_page(page.pixels)
        for document in intake.group_faces(intake.find_faces(page, mrzs), mrzs):
            yield document, Reading(mrz=reading.mrz_of(document, mrzs))
