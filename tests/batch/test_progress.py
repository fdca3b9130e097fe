"""What a run shows: on a terminal, in lines, in events."""

import io
import json

import pytest
from rich.console import Console

from docscan.batch.examining import Failed
from docscan.batch.progress import Display, Events, Lines, duration
from docscan.document import Decision
from docscan.errors import DamagedSource

HOSTILE = "[red]\x1b[31mscan.jpg"


def told(watcher):
    """A run of three files."""
    with watcher:
        watcher.page("one.jpg", 1, [Decision.CLEAR, Decision.SUSPECT], known=False)
        watcher.item_done()
        watcher.page("two.jpg", 1, [Decision.REFER], known=True)
        watcher.item_done()
        watcher.failed(HOSTILE, 2, Failed.by(DamagedSource(f"{HOSTILE}: The JPEG is cut off or corrupt.")))
        watcher.item_done()
        watcher.finishing(4)
    return watcher.tally


def test_a_terminal_shows_it_in_place():
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100, color_system=None)
    display = Display(3, console)
    told(display)
    shown = Console(file=io.StringIO(), width=100, color_system=None)
    shown.print(display._drawn())
    lines = shown.file.getvalue().splitlines()
    assert set(lines[0].strip()) <= set("━╸╺")
    assert lines[1].startswith("3 of 3 files  2 pages")
    assert lines[2] == "✓ 1 clear  ▲ 1 refer  ■ 1 suspect  ? 0 unreadable"
    assert lines[3] == "1 errors, the last:"
    assert "[red]" in lines[4]
    assert "cut off" in lines[4]
    assert "\x1b[31m" not in shown.file.getvalue() + out.getvalue()
    assert "Ctrl-C again" in lines[-1]
    assert "3 of 3 files, 2 pages" in out.getvalue()


def test_lines_are_plain():
    said = []
    told(Lines(3, said.append))
    assert "cut off" in said[0]
    assert "\x1b" not in "".join(said)
    assert said[-1].startswith("3 of 3 files, 2 pages, ")
    assert said[-1].endswith("1 clear, 1 refer, 1 suspect, 0 unreadable, 1 errors")


def test_events_are_json():
    said = []
    told(Events(3, said.append))
    events = [json.loads(line) for line in said]
    assert [event["event"] for event in events] == ["page", "page", "error", "finishing", "progress"]
    assert events[1] == {"event": "page", "path": "two.jpg", "page": 1, "outcomes": ["refer"], "known": True}
    assert events[2]["error"]["exit_code"] == 15
    assert (events[4]["pages"], events[4]["known"], events[4]["errors"]) == (2, 1, 1)


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0 s"), (119, "119 s"), (121, "2 min"), (11100, "3 h 05 min")])
def test_durations_read_well(seconds, text):
    assert duration(seconds) == text
