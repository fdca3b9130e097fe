"""From what was found out about a document to its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docscan import icao, intake, judging, reading
from docscan.checks.consistency_viz_mrz import compare
from docscan.document import (
    Examination,
    Face,
    Finding,
    NotDone,
    Outcome,
    Page,
    Quality,
    Scan,
    Side,
    TemplateMatch,
    Verdict,
)
from docscan.report import FaceRecord, FieldRow, MrzField, MrzRecord, Report, Source, TemplateRecord
from docscan.version import VERSION


def record(
    scan: Scan,
    page: Page,
    number: int,
    exam: Examination,
    findings: Sequence[Finding],
    verdict: Verdict,
    stages_ms: Mapping[str, float],
) -> Report:
    return Report(
        source=Source(
            path=intake.printable(scan.path),
            sha256=scan.sha256,
            kind=scan.kind,
            page=page.number,
            document=number,
        ),
        verdict=verdict,
        format=exam.document.format,
        faces=tuple(_face(face, _side(exam, n)) for n, face in enumerate(exam.document.faces)),
        mrz=_mrz(exam),
        fields=tuple(_rows(exam)),
        findings=tuple(findings),
        template=_template(exam.match),
        quality=worst_quality([face.quality for face in exam.document.faces]),
        not_done=tuple(
            NotDone(check=f.check, code=f.code, message=f.message) for f in findings if f.outcome is Outcome.NOT_DONE
        ),
        versions=_versions(exam),
        elapsed_ms=round(sum(stages_ms.values()), 2),
        stages_ms=stages_ms,
    )


def worst_quality(qualities: Sequence[Quality]) -> Quality:
    """The quality of the face that makes most trouble; its reasons and those of the others together."""
    worst = min(qualities, key=lambda q: (q.usable, -len(q.reasons), -q.sharpness))
    reasons = tuple(dict.fromkeys(reason for quality in qualities for reason in quality.reasons))
    return worst.model_copy(update={"reasons": reasons})


def _side(exam: Examination, number: int) -> Side | None:
    registered = exam.registered(number)
    return registered.template_face.side if registered else None


def _face(face: Face, side: Side | None) -> FaceRecord:
    height, width = face.pixels.shape[:2]
    rows = [tuple(float(v) for v in row) for row in face.to_page]
    return FaceRecord(
        side=side,
        width=width,
        height=height,
        ppmm=face.ppmm,
        to_page=(rows[0], rows[1], rows[2]),
        edges_seen=face.edges_seen,
        quality=face.quality,
    )


def _mrz(exam: Examination) -> MrzRecord | None:
    mrz = exam.reading.mrz
    if mrz is None:
        return None
    parsed = icao.parse(mrz.lines, mrz.format)
    return MrzRecord(
        engine=mrz.engine,
        format=mrz.format,
        lines=mrz.lines,
        fields=tuple(MrzField(name=f.name, text=f.text, line=f.line, start=f.start) for f in parsed.fields),
        symbols=mrz.symbols,
        face=mrz.face,
        box=mrz.box,
        opinions=exam.reading.opinions,
    )


def _rows(exam: Examination) -> list[FieldRow]:
    rows = [
        FieldRow(
            name=row.name,
            mrz=row.mrz,
            printed=row.printed,
            outcome=row.outcome,
            differs=row.differs,
            reading=exam.reading.field(row.name),
        )
        for row in compare(exam)
    ]
    named = {row.name for row in rows}
    return rows + [
        FieldRow(name=f.name, mrz=None, printed=f.text, outcome=Outcome.NOT_DONE, reading=f)
        for f in exam.reading.fields
        if f.name not in named
    ]


def _template(match: TemplateMatch | None) -> TemplateRecord | None:
    if match is None:
        return None
    return TemplateRecord(
        id=match.template.id,
        version=match.template.version,
        score=match.score,
        residual_mm=max((face.residual for face in match.faces), default=0.0),
    )


def _versions(exam: Examination) -> dict[str, str]:
    versions = {"docscan": VERSION, "classifier": judging.model_version(), **reading.versions()}
    if exam.match is not None:
        versions[f"template {exam.match.template.id}"] = exam.match.template.version
    return versions
