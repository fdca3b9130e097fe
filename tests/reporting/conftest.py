"""Drawn documents with reports on them: what the pipeline would hand over, without running it."""

from datetime import date

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from docscan.document import (
    Decision,
    Document,
    Examination,
    Face,
    FieldReading,
    Finding,
    MrzReading,
    NotDone,
    Outcome,
    Quality,
    Reading,
    Reason,
    RegisteredFace,
    Symbol,
    Template,
    TemplateFace,
    TemplateMatch,
    Verdict,
)
from docscan.geometry import Box, Pixels
from docscan.icao.formats import Format
from docscan.judging import glossary
from docscan.pipeline import Inspection
from docscan.report import FaceRecord, FieldRow, MrzRecord, Report, Source, TemplateRecord

PPMM = 11.8
SIZE = (125, 88)
LINES = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
HOSTILE = "[bold]<script>alert(1)</script>\x1b[31m\u202etxet\u2028{{ 7*7 }}"


def drawn(birth: str = "12 AUG 1974") -> Pixels:
    """A page of an invented State, wavy background and all."""
    width, height = (int(mm * PPMM) for mm in SIZE)
    y, x = np.mgrid[0:height, 0:width]
    wave = np.sin(y / 4.0 + 5 * np.sin(x / 70.0)) * 12 + np.sin(x / 5.0 + 4 * np.sin(y / 60.0)) * 8
    paper = np.stack([214 + wave, 226 + wave / 2, 222 - wave], axis=2).clip(0, 255).astype(np.uint8)
    picture = Image.fromarray(paper)
    pen = ImageDraw.Draw(picture)

    def write(text: str, left: float, top: float, size: float, fill: tuple[int, int, int] = (28, 30, 42)) -> None:
        pen.text((left * PPMM, top * PPMM), text, font=ImageFont.load_default(size=size * PPMM), fill=fill)

    pen.rectangle((0, 0, width, 9 * PPMM), fill=(60, 96, 120))
    write("UTOPIA   PASSPORT   SPECIMEN", 6, 2.2, 4.5, (245, 245, 240))
    pen.rounded_rectangle((6 * PPMM, 16 * PPMM, 38 * PPMM, 58 * PPMM), 12, fill=(196, 204, 206))
    pen.ellipse((15 * PPMM, 22 * PPMM, 29 * PPMM, 40 * PPMM), fill=(160, 140, 128))
    pen.pieslice((10 * PPMM, 41 * PPMM, 34 * PPMM, 75 * PPMM), 180, 360, fill=(78, 92, 110))
    for label, value, left, top in (
        ("Surname", "ERIKSSON", 44, 14),
        ("Given names", "ANNA MARIA", 44, 23),
        ("Nationality", "UTOPIAN", 44, 32),
        ("Date of birth", birth, 44, 41),
        ("Sex", "F", 80, 41),
        ("Date of expiry", "15 APR 2012", 44, 50),
        ("Passport No.", "L898902C3", 88, 14),
    ):
        write(label, left, top, 1.9, (60, 84, 96))
        write(value, left, top + 2.4, 3.2)
    for row, line in enumerate(LINES):
        for column, char in enumerate(line):
            write(char, 6 + 2.54 * column, 70 + 6.35 * row, 3.6)
    return np.asarray(picture, dtype=np.uint8)


def _face(pixels: Pixels, quality: Quality) -> Face:
    return Face(pixels, PPMM, np.eye(3), quality, Format.TD3, edges_seen=True)


def _mm(x: float, y: float, width: float, height: float) -> Box:
    return Box(x=x, y=y, width=width, height=height).scaled(PPMM)


def _symbols(line: str, doubt: int | None) -> tuple[Symbol, ...]:
    return tuple(
        Symbol(char=c, confidence=0.62, runners_up=(("O", 0.31), ("Q", 0.02)))
        if column == doubt
        else Symbol(char=c, confidence=0.999)
        for column, c in enumerate(line)
    )


def _match(pixels: Pixels) -> TemplateMatch:
    height, width = pixels.shape[:2]
    face = TemplateFace("page", PPMM, drawn(""), np.zeros((height, width), np.float32), ())
    template = Template("UTO-P-2020", "UTO", "P", Format.TD3, "9f" * 32, 12, (face,))
    covered, none = np.ones((height, width), np.bool_), np.zeros((0, 4), np.float32)
    return TemplateMatch(
        template, (RegisteredFace(0, face, pixels, np.eye(3), 210, 0.06, covered, none, none[:, 2:]),), 0.93
    )


def inspection(
    outcome: Decision = Decision.SUSPECT,
    *,
    with_template: bool = True,
    faces: int = 1,
    text: str = "12 AUG 1994",
    path: str = "scans/passport-017.jpg",
) -> Inspection:
    """An examined document; `text` is what its page prints as the date of birth."""
    flagged = outcome in (Decision.SUSPECT, Decision.REFER)
    retake = outcome is Decision.UNREADABLE
    quality = Quality(
        ppi=300,
        sharpness=0.31 if retake else 0.14,
        glare=0.19 if retake else 0.0,
        exposure=0.72,
        usable=not retake,
        reasons=("Glare covers the MRZ: tilt the document and take it again.",) if retake else (),
    )
    pixels = drawn("12 AUG 1994" if flagged else "12 AUG 1974")
    document = Document(tuple(_face(pixels, quality) for _ in range(faces)), Format.TD3)
    match = _match(pixels) if with_template else None
    face = document.faces[0]
    birth, portrait = face.region(_mm(44, 43.3, 24, 4), "date of birth"), face.region(_mm(6, 16, 32, 42), "portrait")
    symbols = (_symbols(LINES[0], None), _symbols(LINES[1], 7))
    mrz = MrzReading(engine="docscan mrz 1", format=Format.TD3, lines=LINES, symbols=symbols, box=_mm(5, 69, 115, 14))
    fields = (
        FieldReading(name="surname", text="ERIKSSON", confidence=0.96, engine="tesseract 5.3.0", found_by="template"),
        FieldReading(name="date_of_birth", text=text, confidence=0.94, engine="tesseract 5.3.0", found_by="template"),
    )
    differs = tuple(range(7, len(text))) if flagged else ()
    rows = (
        FieldRow(name="document_number", mrz="L898902C3", printed="L898902C3", outcome=Outcome.PASS),
        FieldRow(name="surname", mrz="ERIKSSON", printed="ERIKSSON", outcome=Outcome.PASS, reading=fields[0]),
        FieldRow(name="given_names", mrz="ANNA MARIA", printed="ANNA MAR1A", outcome=Outcome.UNSURE, differs=(8,)),
        FieldRow(
            name="date_of_birth",
            mrz="740812",
            printed=text,
            outcome=Outcome.FAIL if flagged else Outcome.PASS,
            differs=differs,
            reading=fields[1],
        ),
        FieldRow(name="sex", mrz="F", printed=None, outcome=Outcome.NOT_DONE),
        FieldRow(name="place_of_birth", mrz=None, printed="ZENITH", outcome=Outcome.NOT_DONE),
    )
    contradiction = Finding(
        check="consistency.viz_mrz",
        outcome=Outcome.FAIL,
        code="field_contradicts",
        message="The printed date of birth is not the one in the MRZ.",
        expected="12 AUG 1974",
        seen=text,
        regions=(birth,),
    )
    seam = Finding(
        check="portrait.substitution",
        outcome=Outcome.UNSURE,
        code="edge_at_portrait",
        message="The portrait's edge is sharper than on genuine documents.",
        regions=(portrait,),
        measures={"edge_step": 2.4},
    )
    not_done = NotDone(
        check="portrait.ghost", code="no_ghost", message="This document model has no second portrait to compare with."
    )
    findings = (
        *((contradiction, seam) if flagged else ()),
        Finding(check="mrz.check_digits", outcome=Outcome.PASS, code="right", message="All check digits are right."),
        Finding(check=not_done.check, outcome=Outcome.NOT_DONE, code=not_done.code, message=not_done.message),
    )
    reasons = tuple(
        Reason(
            check=f.check,
            code=f.code,
            message=f.message,
            term=glossary.term(f),
            weight=weight,
            expected=f.expected,
            seen=f.seen,
            regions=f.regions,
        )
        for f, weight in ((contradiction, 5.1), (seam, 1.2))
        if flagged
    )
    if retake:
        reasons = (Reason(check="quality", code="unreadable", message=quality.reasons[0], weight=0.0),)
    report = Report(
        source=Source(path=path, sha256="3b" * 32, kind="jpeg", page=1, document=1),
        verdict=Verdict(
            outcome=outcome,
            probability={Decision.SUSPECT: 0.981, Decision.REFER: 0.42}.get(outcome, 0.012),
            operating_point="checkpoint",
            reasons=reasons,
        ),
        format=Format.TD3,
        faces=tuple(
            FaceRecord(
                side=("page", "front", "back")[i if faces == 1 else i + 1],  # type: ignore[arg-type]
                width=pixels.shape[1],
                height=pixels.shape[0],
                ppmm=PPMM,
                to_page=((1, 0, 0), (0, 1, 0), (0, 0, 1)),
                edges_seen=True,
                quality=quality,
            )
            for i in range(faces)
        ),
        mrz=MrzRecord(
            engine=mrz.engine,
            format=mrz.format,
            lines=mrz.lines,
            fields=(),
            symbols=mrz.symbols,
            face=0,
            box=mrz.box,
            opinions=(MrzReading(engine="tesseract 5.3.0", format=Format.TD3, lines=LINES),),
        ),
        fields=rows,
        findings=findings,
        template=TemplateRecord(id="UTO-P-2020", version="9f" * 32, score=0.93, residual_mm=0.06)
        if with_template
        else None,
        quality=quality,
        not_done=(not_done,),
        versions={"docscan": "0.1.0", "mrz reader": "c4" * 32, "tesseract": "5.3.0"},
        elapsed_ms=842.3,
        stages_ms={"read MRZ": 62.0, "read printed page": 310.0, "run checks": 420.3},
    )
    reading = Reading(mrz=mrz, fields=fields)
    return Inspection(report, Examination(document, reading, match, on=date(2024, 6, 1)))


@pytest.fixture(scope="session")
def make() -> object:
    """The maker of examined documents."""
    return inspection


@pytest.fixture(scope="session")
def hostile() -> str:
    """A text that tries markup of rich, HTML and Jinja, a terminal command, and turning the writing around."""
    return HOSTILE
