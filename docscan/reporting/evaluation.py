"""An assessment on a terminal and as one self-contained page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from markupsafe import Markup
from rich.console import Console
from rich.table import Table

from docscan.judging.assessment import FLAGGED, TOP, Assessment, Attack, Group, Judged
from docscan.judging.evaluation import Figure
from docscan.reporting import page, plots
from docscan.reporting.wording import printable

WIDTH = 120
"""Characters a line where the tables go into a file."""
MOST_FILES = 100
"""Files of one kind that the page lists."""
OUTCOMES = ("clear", "refer", "suspect", "unreadable", "error")


def show(assessment: Assessment, console: Console | None = None) -> None:
    """Prints all figures as tables."""
    out = console or Console(highlight=False)
    if not out.is_terminal:
        out.width = max(out.width, WIDTH)
    for table in _tables(assessment):
        out.print(table, markup=False, emoji=False)


@contextmanager
def progress(files: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error while files are judged, where that is a terminal; call what it gives after each."""
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not Console(stderr=True).is_terminal) as bar:
        task = bar.add_task("examining", total=files)
        yield lambda: bar.advance(task)


def html(assessment: Assessment, files: Sequence[Judged]) -> str:
    """Figures, plots, and the files on which the verdict was wrong."""
    missed = [file for file in files if file.label.forged and file.score is not None and file.outcome not in FLAGGED]
    alarmed = [file for file in files if not file.label.forged and file.outcome in FLAGGED]
    return (
        page.environment()
        .get_template("evaluation.html.j2")
        .render(
            a=assessment,
            summary=_summary(assessment),
            figure=words,
            # The plots hold nothing but numbers.
            det=Markup(plots.det(assessment.det)),  # noqa: S704
            reliability=Markup(plots.reliability(assessment.reliability)),  # noqa: S704
            top=TOP,
            outcomes=OUTCOMES,
            missed=sorted(missed, key=lambda file: file.score or 0.0)[:MOST_FILES],
            missed_files=len(missed),
            alarmed=sorted(alarmed, key=lambda file: -(file.score or 0.0))[:MOST_FILES],
            alarmed_files=len(alarmed),
            groups=(
                ("Device", assessment.devices),
                ("Template", assessment.templates),
                ("State", assessment.states),
            ),
        )
    )


def write_html(assessment: Assessment, files: Sequence[Judged], path: Path) -> None:
    """Raises OutputError where `path` cannot be written."""
    page.write(path, html(assessment, files).encode("utf-8", errors="replace"))


def words(figure: Figure | None) -> str:
    """ "12.3 % (10.1-14.6)"."""
    if figure is None:
        return "-"
    return f"{100 * figure.value:.1f} % ({100 * figure.low:.1f}-{100 * figure.high:.1f})"


def _summary(a: Assessment) -> dict[str, str]:
    """Name -> value of the figures of the whole set."""
    point = f"at {a.operating_point}"
    rows = {
        "genuine files, of them without an answer": f"{a.genuine}, {a.unanswered_genuine}",
        "forged files, of them without an answer": f"{a.forged}, {a.unanswered_forged}",
        f"BPCER {point}: genuine that are refer or suspect": words(a.bpcer),
        f"genuine that are suspect {point}": words(a.suspects),
        f"APCER {point}: forged that are clear": words(a.apcer),
    }
    # The first row of an attack is that of all its skills.
    whole = {row.attack: row for row in reversed(a.attacks)}.values()
    if worst := max(whole, key=lambda row: row.missed.value, default=None):
        rows[f"highest APCER of an attack {point}: {printable(worst.attack)}"] = words(worst.missed)
    rows |= {
        name: f"{f.value:.3f} ({f.low:.3f}-{f.high:.3f})" if name == "AUC" else words(f)
        for name, f in a.figures.items()
    }
    rows |= {
        "flagged forgeries named by the first reason": words(a.named),
        f"changes covered by the first {TOP} places, all forgeries": words(a.covered),
        f"changes covered by the first {TOP} places, flagged forgeries": words(a.covered_of_flagged),
        "places shown on a genuine file, mean": "-" if a.false_places is None else f"{a.false_places:.2f}",
        "calibration error": "-" if a.calibration_error is None else f"{a.calibration_error:.3f}",
    }
    return rows


def _tables(a: Assessment) -> Iterator[Table]:
    summary = Table("figure", "value (95 %)", box=None, pad_edge=False)
    for name, value in _summary(a).items():
        summary.add_row(name, value)
    yield summary
    if a.attacks:
        yield _attacks(a.attacks)
    for title, groups in (("device", a.devices), ("template", a.templates), ("State", a.states)):
        if groups:
            yield _groups(title, groups)


def _attacks(rows: Sequence[Attack]) -> Table:
    table = Table(box=None, pad_edge=False, title="\nForgeries", title_justify="left")
    for heading in ("attack", "skill", "files", "APCER %", "at BPCER 1 %", "named %", "covered %"):
        table.add_column(heading)
    for row in rows:
        table.add_row(
            printable(row.attack) or "forged",
            printable(row.skill) or "all",
            str(row.files),
            *(
                words(figure).replace(" %", "")
                for figure in (row.missed, row.missed_at_bpcer_1, row.named, row.covered)
            ),
        )
    return table


def _groups(title: str, groups: Sequence[Group]) -> Table:
    table = Table(box=None, pad_edge=False, title=f"\nOutcomes by {title}", title_justify="left")
    told = any(group.matched is not None for group in groups)
    for heading in (title, "genuine", "forged", *(["template found"] if told else [])):
        table.add_column(heading)
    for group in groups:
        cells = [printable(group.name), counted(group.genuine), counted(group.forged)]
        if group.matched is not None:
            cells.append(f"{group.matched} of {sum(group.genuine.values()) + sum(group.forged.values())}")
        table.add_row(*cells)
    return table


def counted(outcomes: Mapping[str, int]) -> str:
    """ "12 clear, 1 refer"."""
    return ", ".join(f"{outcomes[name]} {name}" for name in OUTCOMES if name in outcomes) or "-"
