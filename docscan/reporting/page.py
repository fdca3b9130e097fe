"""Reports as one self-contained page: HTML, and PDF from the same page.

The page holds its pictures and style itself, runs no script and asks nothing of any network; texts from documents are
escaped.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
from jinja2 import Environment, PackageLoader, StrictUndefined

from docscan.document import Reason
from docscan.errors import OutputError
from docscan.geometry import Pixels
from docscan.languages import ENGLISH, Language, language
from docscan.report import Report
from docscan.reporting import annotate, wording
from docscan.version import VERSION

if TYPE_CHECKING:
    from docscan.pipeline import Inspection

_JPEG_QUALITY = 88
_MOST_PLACES = 4
"""Close-ups of one reason; the rest of its places are on the picture."""
_WIDEST_MM, _HIGHEST_MM = 64.0, 34.0
"""Size of a close-up on paper, at most."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the page holds it."""

    jpeg: bytes
    title: str
    width: int
    height: int

    @property
    def source(self) -> str:
        """The picture itself as a data: address."""
        return "data:image/jpeg;base64," + base64.b64encode(self.jpeg).decode("ascii")


@dataclass(frozen=True, slots=True)
class Place:
    """A close-up of a reason: as seen and, where a template fits, as genuine."""

    seen: Picture
    genuine: Picture | None
    caption: str
    paper_mm: float
    """Width at which it is shown."""


@dataclass(frozen=True, slots=True)
class RankedReason:
    number: int
    reason: Reason
    certain: bool
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Referral:
    """Who handed the document on, and what the next desk should know."""

    document: int
    """Its number in the case store."""
    by: str
    at: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that the page shows of one document; it holds no pixels but encoded ones, and travels between processes."""

    report: Report
    pictures: tuple[Picture, ...]
    reasons: tuple[RankedReason, ...]
    template: str | None
    """What the genuine close-ups are taken from."""
    referral: Referral | None = None


def html(inspections: Iterable[Inspection]) -> str:
    """All reports as one HTML page, in the order given."""
    return render([sheet(inspection) for inspection in inspections])


def render(sheets: Sequence[Sheet], said_in: Language = ENGLISH) -> str:
    """The same of sheets that were made before."""
    page = environment(said_in.code).get_template("report.html.j2")
    return page.render(sheets=sheets, said_in=said_in)


def pdf(sheets: Sequence[Sheet], said_in: Language = ENGLISH) -> bytes:
    """The same page as a PDF."""
    import weasyprint
    from weasyprint.urls import URLFetcher

    only_within = URLFetcher(allowed_protocols=("data",))
    made: bytes = weasyprint.HTML(string=render(sheets, said_in), url_fetcher=only_within, base_url=None).write_pdf()
    return made


def write_html(inspections: Iterable[Inspection], path: Path) -> None:
    """Raises OutputError where `path` cannot be written."""
    write(path, html(inspections).encode("utf-8", errors="replace"))


def write_pdf(inspections: Iterable[Inspection], path: Path) -> None:
    """Raises OutputError where `path` cannot be written."""
    write(path, pdf([sheet(inspection) for inspection in inspections]))


def write(path: Path, content: bytes) -> None:
    """Raises OutputError where `path` cannot be written."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise OutputError(f"{path.name} cannot be written: {error.strerror}.") from error


def sheet(inspection: Inspection) -> Sheet:
    """What the page shows of one document, drawn."""
    report, exam = inspection.report, inspection.exam
    pictures = tuple(
        _picture(annotate.annotated(face.pixels, annotate.marks(report, i)), wording.face_name(report, i))
        for i, face in enumerate(exam.document.faces)
    )
    reasons = tuple(
        RankedReason(number, reason, annotate.certain(report, reason), _places(inspection, reason))
        for number, reason in enumerate(report.verdict.reasons, start=1)
    )
    return Sheet(report, pictures, reasons, exam.match.template.id if exam.match else None)


def _places(inspection: Inspection, reason: Reason) -> tuple[Place, ...]:
    shown = islice(annotate.closeups(inspection.exam, reason), _MOST_PLACES)
    return tuple(
        Place(
            _picture(closeup.seen, "this document"),
            None if closeup.genuine is None else _picture(closeup.genuine, "genuine"),
            wording.WIDTH.format(f"{closeup.width_mm:.0f}")
            + (f", {wording.printable(closeup.label)}" if closeup.label else ""),
            round(min(_WIDEST_MM, _HIGHEST_MM * closeup.seen.shape[1] / closeup.seen.shape[0]), 1),
        )
        for closeup in shown
    )


def _picture(pixels: Pixels, title: str) -> Picture:
    encoded = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[
        1
    ]
    return Picture(encoded.tobytes(), title, pixels.shape[1], pixels.shape[0])


@cache
def environment(code: str = ENGLISH.code) -> Environment:
    """The pages of this room in a language; all that is put into one is escaped."""
    said_in = language(code)
    pages = Environment(
        loader=PackageLoader("docscan.reporting", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    pages.install_gettext_translations(said_in.catalogue, newstyle=True)  # type: ignore[attr-defined]
    pages.globals.update(
        decisions=wording.DECISIONS,
        outcomes=wording.OUTCOMES,
        agreement=wording.AGREEMENT,
        doubts=wording.doubts,
        not_done=wording.not_done,
        version=VERSION,
    )
    pages.filters.update(
        doubtful=wording.doubtful,
        field_name=lambda name: wording.field_name(name, said_in.say),
        likelihood=wording.likelihood,
        operating_point=lambda name: wording.operating_point(name, said_in.say),
        pieces=wording.pieces,
        printable=wording.printable,
        say=said_in.say,
        sentence=lambda text: said_in.sentence(wording.printable(text)),
    )
    return pages
