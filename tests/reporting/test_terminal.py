import io
import re
from collections.abc import Callable

import pytest
from rich.console import Console

from docscan import states
from docscan.document import Decision
from docscan.pipeline import Inspection
from docscan.report import Report
from docscan.reporting import terminal

Make = Callable[..., Inspection]


def shown(show: Callable[..., None], value: object, *, colour: bool = False, width: int = 110) -> str:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=colour, color_system="truecolor" if colour else None
    )
    show(value, console)
    return console.file.getvalue()  # type: ignore[attr-defined]


def flat(text: str) -> str:
    return " ".join(re.sub("[│╭╮╰╯─]", " ", text).split())


def test_a_report(make: Make) -> None:
    text = flat(shown(terminal.show, make().report))
    for expected in (
        "scans/passport-017.jpg, page 1, document 1",
        "■ SUSPECT",
        "likelihood of forgery very high (98 %)",
        "1 The printed date of birth is not the one in the MRZ. expected 12 AUG 1974 · seen 12 AUG 1994",
        "24 x 4 mm at 44, 43 mm",
        "✕ Date of birth 740812 12 AUG 1994 contradict",
        "✓ Surname ERIKSSON ERIKSSON agree",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
        "in doubt: line 2, character 8: C (62%), O (31%)",
        "This document model has no second portrait to compare with. portrait.ghost",
        "TD3 · template UTO-P-2020 · 300 ppi · 0.84 s",
    ):
        assert expected in text, expected


def test_each_reason_has_the_word_of_document_examiners(make: Make) -> None:
    inspection = make()
    text = flat(shown(terminal.show, inspection.report))
    for reason in inspection.report.verdict.reasons:
        assert reason.term
        assert reason.term in text


def test_differing_characters_are_marked(make: Make) -> None:
    assert re.search(r"12 AUG \x1b\[1;4;[\d;]+m1994\x1b\[0m", shown(terminal.show, make().report, colour=True))


def test_a_bad_picture_is_no_suspicion(make: Make) -> None:
    text = flat(shown(terminal.show, make(Decision.UNREADABLE).report))
    assert "? UNREADABLE" in text
    assert "What to do 1 Glare covers the MRZ" in text
    assert "likelihood" not in text


def test_texts_of_a_document_do_nothing(make: Make, hostile: str) -> None:
    for show in (terminal.show, terminal.show_reading):
        text = shown(show, make(text=hostile, path=hostile).report, width=200)
        assert "[bold]" in text
        assert "‹U+001B›[31m‹U+202E›txet‹U+2028›" in text
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028]", text)


def test_a_reading_judges_nothing(make: Make) -> None:
    text = flat(shown(terminal.show_reading, make().report))
    assert "Date of birth 740812 12 AUG 1994" in text
    assert "P<UTOERIKSSON" in text
    assert not re.search("suspect|contradict|likelihood|Why", text, re.IGNORECASE)


def test_long_texts_and_a_narrow_terminal(make: Make) -> None:
    report: Report = make(text="A" * 5000).report
    assert max(map(len, shown(terminal.show, report, width=60).splitlines())) <= 60


def test_no_mrz_is_said(make: Make) -> None:
    report = make(Decision.CLEAR).report.model_copy(update={"mrz": None, "fields": (), "not_done": ()})
    assert "MRZ as printed none was found" in flat(shown(terminal.show, report))


def test_a_state() -> None:
    state = states.load("MYS")
    assert state is not None
    text = flat(shown(terminal.show_state, state))
    assert "Malaysia" in text
    assert all(row.label in text for row in states.facts(state))


def test_templates(make: Make) -> None:
    match = make().exam.match
    assert match is not None
    assert "UTO-P-2020 UTO P TD3 page 12 9f9f9f9f9f9f" in flat(shown(terminal.show_templates, [match.template]))
    assert "zone kind left top width height" in flat(shown(terminal.show_template, match.template))


@pytest.mark.parametrize("outcome", list(Decision))
def test_every_outcome_prints(make: Make, outcome: Decision) -> None:
    assert outcome.value.upper() in shown(terminal.show, make(outcome).report)
