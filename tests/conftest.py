"""What tests of the store share: a new store on each kind of database, and reports to put in it."""

from pathlib import Path

import pytest
import temporary_postgresql

from docscan import icao
from docscan.document import Decision, Finding, Outcome, Quality, Reason, Symbol, Verdict
from docscan.icao.formats import Format
from docscan.report import FaceRecord, FieldRow, MrzField, MrzRecord, Report, Source


def beside(folder: str) -> Path:
    """A folder of pictures that nobody here drew. They lie beside the repository and are no part of it, so a clone is
    without them: what needs them is skipped there, and nothing else is."""
    found = Path(__file__).resolve().parents[2] / "shared" / "data" / folder
    if not found.is_dir():
        pytest.skip(f"the pictures of ../shared/data/{folder} are not beside the repository")
    return found


@pytest.fixture(scope="session")
def specimens() -> Path:
    """Genuine cards by another generator: a folder of each model, front and back of 16 holders."""
    return beside("specimens")


@pytest.fixture(scope="session")
def published() -> Path:
    """Published specimens with an MRZ, and `truth.json`."""
    return beside("mrz")


@pytest.fixture(scope="session")
def postgresql():
    """A running server of the Debian package that scripts/setup installs."""
    programs = temporary_postgresql.programs()
    if programs is None:
        pytest.fail("PostgreSQL's server is not installed: run scripts/setup.")
    with temporary_postgresql.Server(programs) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request, tmp_path):
    """Where a new store can be, on either kind of database."""
    if request.param == "sqlite":
        return str(tmp_path / "cases.db")
    return f"{request.getfixturevalue('postgresql').emptied()}&pictures={tmp_path / 'pictures'}"


@pytest.fixture
def store(store_url):
    """A new, empty store."""
    from docscan.cases import open_store

    opened = open_store(store_url)
    yield opened
    opened.close()


def report(
    *,
    outcome: Decision = Decision.CLEAR,
    surname: str = "ERIKSSON",
    given_names: str = "ANNA MARIA",
    number: str = "L898902C3",
    state: str = "UTO",
    birth: str = "740812",
    expiry: str = "320415",
    sha256: str = "3b" * 32,
    page: int = 1,
    document: int = 1,
    confidence: float = 0.999,
    with_mrz: bool = True,
    path: str = "scans/passport.jpg",
) -> Report:
    """A report on a passport: with a reason where it is flagged."""
    lines = icao.build(
        Format.TD3,
        document_code="P",
        issuing_state=state,
        surname=surname,
        given_names=given_names,
        document_number=number,
        nationality=state,
        date_of_birth=birth,
        sex="F",
        date_of_expiry=expiry,
    )
    read = icao.parse(lines, Format.TD3)
    mrz = MrzRecord(
        engine="docscan mrz 1",
        format=Format.TD3,
        lines=lines,
        fields=tuple(MrzField(name=f.name, text=f.text, line=f.line, start=f.start) for f in read.fields),
        symbols=tuple(tuple(Symbol(char=char, confidence=confidence) for char in line) for line in lines),
        face=0,
        box=None,
        opinions=(),
    )
    flagged = outcome in (Decision.REFER, Decision.SUSPECT)
    finding = Finding(
        check="mrz.check_digits",
        outcome=Outcome.FAIL if flagged else Outcome.PASS,
        code="check_digit_wrong" if flagged else "check_digits_right",
        message="The check digit of the document number is wrong." if flagged else "All check digits are right.",
    )
    reason = Reason(check=finding.check, code=finding.code, message=finding.message, weight=3.0)
    upright = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    quality = Quality(ppi=300, sharpness=0.14, glare=0.0, exposure=0.7)
    face = FaceRecord(side=None, width=1475, height=1040, ppmm=11.8, to_page=upright, edges_seen=True, quality=quality)
    return Report(
        source=Source(path=path, sha256=sha256, kind="jpeg", page=page, document=document),
        verdict=Verdict(
            outcome=outcome,
            probability=0.9 if flagged else 0.02,
            operating_point="checkpoint",
            reasons=(reason,) if flagged else (),
        ),
        format=Format.TD3,
        faces=(face,),
        mrz=mrz if with_mrz else None,
        fields=(
            FieldRow(name="document_number", mrz=number, printed=number, outcome=Outcome.PASS),
            FieldRow(name="surname", mrz=surname, printed=surname, outcome=Outcome.PASS),
        ),
        findings=(finding,),
        template=None,
        quality=quality,
        not_done=(),
        versions={"docscan": "0.1.0"},
        elapsed_ms=800.0,
    )


@pytest.fixture(scope="session")
def make_report():
    """The maker of reports."""
    return report
