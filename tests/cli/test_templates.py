"""`docscan templates`: what goes wrong, the page for correcting, and false alarms of the specimens."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from docscan import enrolment, templates
from docscan.cli import app
from docscan.document import Decision, Document, Reading, Template, Verdict
from docscan.pipeline import Inspection, Settings, examine

SAMPLE = Path(__file__).parents[2] / "samples" / "01-passport.jpg"


def run(*arguments: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["templates", *arguments])
    return ran.exit_code, ran.output


def test_the_page_shows_each_zone_and_asks_nothing_of_any_network(tmp_path: Path) -> None:
    template = next(t for t in templates.load_all([]) if t.id == "UTO-I-2021")
    path = tmp_path / "page.html"
    assert run("review", "UTO-I-2021", "--html", str(path))[0] == 0
    text = path.read_text(encoding="utf-8")
    for face in template.faces:
        for zone in face.zones:
            assert f"<title>{zone.name}, {zone.kind}</title>" in text
    assert template.version[:12] in text
    assert "http" not in re.sub(r"http-equiv|http://www.w3.org/\S+", "", text)
    assert "<script" not in text


def test_a_page_that_cannot_be_written(tmp_path: Path) -> None:
    from docscan.errors import OutputError

    ran = CliRunner().invoke(app, ["templates", "review", "UTO-I-2021", "--html", str(tmp_path / "no" / "page.html")])
    assert isinstance(ran.exception, OutputError)


@pytest.mark.parametrize("command", [["review", "NOT-1"], ["check", "NOT-1", "a.jpg"], ["show", "NOT-1"]])
def test_a_template_that_is_not_there(command: list[str]) -> None:
    from docscan.errors import UsageError

    ran = CliRunner().invoke(app, ["templates", *command])
    assert isinstance(ran.exception, UsageError)


def test_a_period_that_ends_before_it_begins() -> None:
    from docscan.errors import UsageError

    days = ["--issued-from", "2020-01-01", "--issued-until", "2019-01-01"]
    what = ["--id", "X", "--state", "UTO", "--type", "P", "--out", "out"]
    assert isinstance(CliRunner().invoke(app, ["templates", "enrol", "a.jpg", *what, *days]).exception, UsageError)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Enrolment and examination without pictures; keeps which files were enrolled when which was examined."""
    seen: dict[str, list[str]] = {}
    known = next(t for t in templates.load_all([]) if t.id == "UTO-P-2020")
    real = next(examine(SAMPLE, Settings()))

    def specimens_in(path: Path) -> Iterator[str]:
        yield path.name

    def enrol(specimens: Sequence[tuple[Document, Reading]], **named: str) -> Template:
        return replace(known, id=",".join(map(str, specimens)))

    def examined(path: Path, settings: Settings) -> Iterator[Inspection]:
        seen[path.name] = settings.templates[0].id.split(",")
        verdict = Verdict(
            outcome=Decision.REFER if path.name == "2.jpg" else Decision.CLEAR,
            probability=0.5,
            operating_point="checkpoint",
        )
        source = real.report.source.model_copy(update={"path": path.name})
        yield replace(real, report=real.report.model_copy(update={"verdict": verdict, "source": source}))

    monkeypatch.setattr(enrolment, "specimens_in", specimens_in)
    monkeypatch.setattr(enrolment.templates, "enrol", enrol)
    monkeypatch.setattr(enrolment, "examine", examined)
    return seen


@pytest.mark.parametrize("folds", [[], ["--folds", "2"]])
def test_no_specimen_is_judged_by_a_template_that_saw_it(bench: dict[str, list[str]], folds: list[str]) -> None:
    files = [f"{i}.jpg" for i in range(5)]
    code, said = run("check", "UTO-P-2020", *files, *folds)
    assert set(bench) == set(files)
    assert all(file not in enrolled for file, enrolled in bench.items())
    assert {len(enrolled) for enrolled in bench.values()} == ({2, 3} if folds else {4})
    assert code == 1
    assert "1 of 5 specimens flagged, 0 of them suspect" in said


def test_few_specimens_are_warned_of() -> None:
    known = templates.load_all([])[0]
    assert enrolment.warnings(replace(known, specimens=12)) == ()
    assert "4 specimens" in enrolment.warnings(replace(known, specimens=4))[0]
