"""A run's summary on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from docscan.batch.summary import Line, Summary
from docscan.document import Decision
from docscan.reporting.wording import DECISIONS, printable

_QUIET = "grey62"
_MOST_STATES = 12
_MOST_REASONS = 12


def show(found: Summary, console: Console | None = None) -> None:
    """Prints a summary: outcomes, reasons, States, errors, and what to look at first."""
    out = console or Console(highlight=False)
    out.print(_summary(found), markup=False, highlight=False, emoji=False)


def show_runs(runs: Sequence[Line], console: Console | None = None) -> None:
    """Prints a line a run."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=_QUIET)
    for heading in ("run", "case", "begun (UTC)", "finished (UTC)", "by", "pages", "errors"):
        table.add_column(heading, overflow="fold")
    for run in runs:
        table.add_row(
            Text(str(run.run), style="bold"),
            Text(printable(run.case)),
            run.started_at[:16].replace("T", " "),
            run.finished_at[:16].replace("T", " ") if run.finished_at else "not yet",
            Text(printable(run.by)),
            str(run.pages),
            str(run.errors),
        )
    (console or Console(highlight=False)).print(table)


def _summary(found: Summary) -> RenderableType:
    state = "finished" if found.finished_at else "not finished: the same command goes on with it"
    head = Text.assemble(
        (f"Run {found.run}", "bold"),
        f", case {printable(found.case)}: {found.documents} documents on {found.pages} pages of {found.files} files, "
        f"{found.errors} errors",
        (f"\nbegun {found.started_at[:16].replace('T', ' ')} UTC, {state}", _QUIET),
    )
    parts: list[RenderableType] = [head, _outcomes(found)]
    if found.first:
        parts += [_heading("Look at these first"), _first(found)]
    if found.reasons:
        parts += [_heading("Reasons (documents flagged for each)"), _reasons(found)]
    if found.states:
        parts += [_heading("Issuing States"), _states(found)]
    if found.failures:
        parts += [_heading("Errors (pages)"), _failures(found)]
    return Group(*parts)


def _outcomes(found: Summary) -> RenderableType:
    table = Table.grid(padding=(0, 3, 0, 0))
    for decision in (Decision.SUSPECT, Decision.REFER, Decision.UNREADABLE, Decision.CLEAR):
        sign = DECISIONS[decision]
        table.add_row(
            Text(f"{sign.symbol} {sign.word}", style=f"bold {sign.colour}"),
            Text(str(found.outcomes.get(decision, 0)), justify="right"),
            Text(sign.meaning, style=_QUIET),
        )
    return table


def _first(found: Summary) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    for look in found.first:
        sign = DECISIONS[look.outcome]
        place = f"{printable(look.path)}, page {look.page}"
        table.add_row(
            Text(str(look.document), justify="right", style="bold"),
            Text(sign.symbol, style=sign.colour),
            Text(printable(look.state)),
            Text.assemble(printable(look.reason), (f"\n{place}", _QUIET)),
        )
    return table


def _reasons(found: Summary) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    for (check, code), count in list(found.reasons.items())[:_MOST_REASONS]:
        table.add_row(Text(str(count), justify="right"), Text(check), Text(code.replace("_", " "), style=_QUIET))
    return table


def _states(found: Summary) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    for state, counts in list(found.states.items())[:_MOST_STATES]:
        shown = ", ".join(f"{counts[decision]} {decision}" for decision in reversed(Decision) if counts.get(decision))
        table.add_row(Text(str(sum(counts.values())), justify="right"), Text(printable(state) or "not read"), shown)
    if len(found.states) > _MOST_STATES:
        table.add_row("", Text(f"and {len(found.states) - _MOST_STATES} more", style=_QUIET))
    return table


def _failures(found: Summary) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    for error, (count, example) in found.failures.items():
        table.add_row(Text(str(count), justify="right"), Text(error), Text(printable(example), style=_QUIET))
    return table


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold")
