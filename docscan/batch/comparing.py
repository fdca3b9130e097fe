"""Two runs over the same scans by two versions: which verdicts differ, and which check made the difference."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session, aliased

from docscan.batch.summary import documents_of, run_of
from docscan.cases import tables
from docscan.document import Decision, Outcome
from docscan.errors import UsageError
from docscan.report import Report
from docscan.reporting.wording import DECISIONS, OUTCOMES, printable

_GRAVITY = (Outcome.NOT_DONE, Outcome.PASS, Outcome.UNSURE, Outcome.FAIL)


@dataclass(frozen=True)
class Cause:
    """One check that answers otherwise."""

    check: str
    before: Outcome | None
    """Its gravest answer; None where this version did not ask."""
    after: Outcome | None
    weight: float
    """By how much more it weighs among the reasons now, in log-odds."""


@dataclass(frozen=True)
class Change:
    """One document that is judged otherwise."""

    path: str
    page: int
    number: int
    documents: tuple[int, int]
    before: Decision
    after: Decision
    probabilities: tuple[float, float]
    causes: tuple[Cause, ...]
    """What drove the verdict first; empty where no check answers otherwise: the score alone moved."""


@dataclass(frozen=True)
class Comparison:
    runs: tuple[int, int]
    both: int
    """Documents that both have."""
    only: tuple[int, int]
    """Documents that only one has."""
    differing: Mapping[str, tuple[str, str]]
    """Versions and settings that are not the same; empty where one has none of that name."""
    changes: tuple[Change, ...]


def compare(session: Session, before: int, after: int) -> Comparison:
    """Raises NoSuchRecord; UsageError where both runs were done by the same engine."""
    one, other = run_of(session, before), run_of(session, after)
    if one.engine == other.engine:
        raise UsageError(f"Runs {before} and {after} were done by the same versions with the same settings.")
    first, second = aliased(tables.Document), aliased(tables.Document)
    same = (first.scan == second.scan) & (first.page == second.page) & (first.number == second.number)
    mine = first.id.in_(documents_of(one)), second.id.in_(documents_of(other))
    both = session.execute(sa.select(sa.func.count()).select_from(first).join(second, same).where(*mine)).scalar_one()
    changed = session.execute(
        sa.select(first.id, first.report, second.id, second.report)
        .join(second, same)
        .where(*mine, first.outcome != second.outcome)
        .order_by(first.id)
        .execution_options(yield_per=50)
    )
    totals = [
        session.execute(sa.select(sa.func.count()).select_from(documents_of(r).subquery())).scalar_one()
        for r in (one, other)
    ]
    return Comparison(
        runs=(before, after),
        both=both,
        only=(totals[0] - both, totals[1] - both),
        differing=_differing(session.get_one(tables.Engine, one.engine), session.get_one(tables.Engine, other.engine)),
        changes=tuple(
            _change((a, b), Report.model_validate_json(was), Report.model_validate_json(now))
            for a, was, b, now in changed
        ),
    )


def as_json(change: Change) -> dict[str, Any]:
    """For programs."""
    return {
        "path": change.path,
        "page": change.page,
        "document": change.number,
        "documents": list(change.documents),
        "before": str(change.before),
        "after": str(change.after),
        "probabilities": list(change.probabilities),
        "causes": [
            {
                "check": cause.check,
                "before": cause.before and str(cause.before),
                "after": cause.after and str(cause.after),
                "weight": round(cause.weight, 3),
            }
            for cause in change.causes
        ],
    }


def show(found: Comparison, console: Console | None = None) -> None:
    """Prints a comparison."""
    out = console or Console(highlight=False)
    out.print(
        f"Runs {found.runs[0]} and {found.runs[1]}: {found.both} documents in both, "
        f"{len(found.changes)} judged otherwise; {found.only[0]} and {found.only[1]} in one alone",
        markup=False,
    )
    for name, (before, after) in found.differing.items():
        out.print(f"  {printable(name)}: {before[:12] or '-'} -> {after[:12] or '-'}", markup=False, style="grey62")
    table = Table.grid(padding=(0, 2, 0, 0))
    for change in found.changes:
        was, now = DECISIONS[change.before], DECISIONS[change.after]
        causes = ", ".join(_said(cause) for cause in change.causes) or "the score alone"
        table.add_row(
            Text(f"{change.documents[0]} -> {change.documents[1]}", style="bold"),
            Text.assemble((was.word, was.colour), " -> ", (now.word, now.colour)),
            Text.assemble(causes, (f"\n{printable(change.path)}, page {change.page}", "grey62")),
        )
    out.print(table)


def _said(cause: Cause) -> str:
    before, after = (OUTCOMES[o].word if o else "not asked" for o in (cause.before, cause.after))
    return f"{cause.check} ({before} -> {after}{f', weight {cause.weight:+.1f}' if cause.weight else ''})"


def _change(documents: tuple[int, int], was: Report, now: Report) -> Change:
    return Change(
        path=now.source.path,
        page=now.source.page,
        number=now.source.document,
        documents=documents,
        before=was.verdict.outcome,
        after=now.verdict.outcome,
        probabilities=(was.verdict.probability, now.verdict.probability),
        causes=tuple(sorted(_causes(was, now), key=lambda cause: -abs(cause.weight))),
    )


def _causes(was: Report, now: Report) -> Iterator[Cause]:
    """Checks that answer or weigh otherwise. A document that is clear has no reasons, so they weigh nothing there."""
    for check in dict.fromkeys(f.check for report in (was, now) for f in report.findings):
        before, after = _gravest(was, check), _gravest(now, check)
        weight = _weight(now, check) - _weight(was, check)
        if before != after or weight:
            yield Cause(check, before, after, weight)


def _gravest(report: Report, check: str) -> Outcome | None:
    return max((f.outcome for f in report.findings if f.check == check), key=_GRAVITY.index, default=None)


def _weight(report: Report, check: str) -> float:
    return sum(reason.weight for reason in report.verdict.reasons if reason.check == check)


def _differing(one: tables.Engine, other: tables.Engine) -> dict[str, tuple[str, str]]:
    before, after = (json.loads(e.versions) | json.loads(e.settings) for e in (one, other))
    names = sorted(before.keys() | after.keys())
    return {n: (before.get(n, ""), after.get(n, "")) for n in names if before.get(n) != after.get(n)}
