import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from docscan.cli import app
from docscan.evaluate import evaluate
from docscan.judging.assessment import Assessment
from docscan.judging.labels import Label
from docscan.pipeline import Settings

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One genuine and one forged sample, and a file that is not there."""
    with (SAMPLES / "samples.csv").open(encoding="utf-8", newline="") as stream:
        table = list(csv.DictReader(stream))
    forged = next(row for row in table if row["attack"] == "portrait_substitution")
    rows = [next(row for row in table if row["truth"] == "genuine"), forged]
    for row in rows:
        (tmp_path / row["file"]).symlink_to(SAMPLES / row["file"])
    with (tmp_path / "labels.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(table[0]))
        writer.writeheader()
        writer.writerows([*rows, {**forged, "file": "missing.jpg"}])
    return tmp_path


def test_a_labelled_folder_is_judged(folder: Path) -> None:
    page = folder / "page.html"
    ran = CliRunner().invoke(app, ["evaluate", str(folder), "--json", "--html", str(page), "--on", "2026-06-01"])
    assert ran.exit_code == 0, ran.output
    found = Assessment.model_validate(json.loads(ran.stdout))
    assert (found.genuine, found.forged, found.unanswered_forged) == (1, 2, 1)
    assert found.attacks[0].attack == "portrait_substitution"
    assert "How often the verdicts are right" in page.read_text(encoding="utf-8")


def test_processes_say_the_same(tmp_path: Path) -> None:
    labels = [Label(file=f"{i}.jpg", truth="genuine") for i in range(3)]
    files = list(evaluate(tmp_path, labels, Settings(), jobs=2))
    assert files == list(evaluate(tmp_path, labels, Settings()))
    assert {file.error for file in files} == {"SourceNotFound"}
