import json
from collections.abc import Callable
from pathlib import Path

from docscan.errors import EncryptedSource
from docscan.pipeline import Inspection
from docscan.report import Report
from docscan.reporting import json as lines

Make = Callable[..., Inspection]


def test_a_report_is_one_line_and_comes_back(make: Make, hostile: str) -> None:
    report = make(text=hostile).report
    line = lines.line(report)
    assert line.isascii()
    assert len(line.splitlines()) == 1
    assert Report.model_validate_json(line) == report


def test_what_programs_rely_on_is_there(make: Make) -> None:
    value = json.loads(lines.line(make().report))
    assert value["source"].keys() >= {"path", "sha256", "page"}
    assert value["verdict"]["outcome"] == "suspect"
    assert 0 <= value["verdict"]["probability"] <= 1
    assert value["verdict"]["reasons"][0].keys() >= {"check", "code", "message", "regions"}
    assert value["mrz"].keys() >= {"format", "lines"}
    assert value["template"]["id"] == "UTO-P-2020"
    assert value.keys() >= {"fields", "findings", "quality", "not_done", "versions", "elapsed_ms"}


def test_a_reading_has_no_verdict(make: Make) -> None:
    value = json.loads(lines.reading_line(make().report))
    assert value["mrz"]["lines"][0].startswith("P<UTO")
    assert not value.keys() & {"verdict", "findings", "not_done"}


def test_an_error_in_place_of_a_report() -> None:
    value = json.loads(lines.error_line(Path("odd\udcff\n.pdf"), EncryptedSource("It is locked.")))
    assert value["source"]["path"] == "odd\udcff\n.pdf"
    assert value["error"] == {
        "class": "EncryptedSource",
        "exit_code": 16,
        "message": "It is locked.",
        "remedy": "Save it without a password first.",
    }
