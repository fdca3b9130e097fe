"""What the case store holds, on a terminal. Gets plain values, and treats their texts as hostile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from docscan.document import Decision
from docscan.reporting.wording import DECISIONS, printable

_QUIET = "grey62"


def show_list(rows: Sequence[Mapping[str, Any]], total: int, console: Console | None = None) -> None:
    """Prints a line a document."""
    table = _table("id", "", "State", "number", "name", "examined", "file")
    for row in rows:
        sign = DECISIONS[Decision(row["outcome"])]
        table.add_row(
            Text(str(row["document"]), style="bold"),
            Text(f"{sign.symbol} {sign.word}", style=sign.colour),
            *(Text(printable(row[column])) for column in ("state", "document_number", "name")),
            Text(row["examined_at"][:10], style=_QUIET),
            Text(f"{printable(row['path'])}, page {row['page']}", style=_QUIET),
        )
    _print(table, console)
    _print(Text(f"{len(rows)} of {total} documents", style=_QUIET), console)


def show_record(record: Mapping[str, Any], console: Console | None = None) -> None:
    """Prints what is known of a document besides its report."""
    table = _table("", "", "")
    table.add_row("cases", Text(printable(", ".join(record["cases"])) or "none"), "")
    for verdict in record["verdicts"]:
        sign = DECISIONS[Decision(verdict["outcome"])]
        table.add_row("verdict", Text(f"{sign.symbol} {sign.word}", style=sign.colour), _by(verdict))
    for decision in record["decisions"]:
        said = decision["ruling"] + (f" ({decision['kind'].replace('_', ' ')})" if decision["kind"] else "")
        note = " · ".join(part for part in (decision["note"], ", ".join(decision["tags"])) if part)
        table.add_row("decision", Text(said, style="bold"), _by(decision))
        if note:
            table.add_row("", Text(printable(note)), "")
    _print(table, console)


def show_trail(rows: Sequence[Mapping[str, Any]], console: Console | None = None) -> None:
    """Prints a line a row of the audit trail."""
    table = _table("row", "when (UTC)", "who", "what", "on", "why", "hash")
    for row in rows:
        table.add_row(
            Text(str(row["id"]), style="bold"),
            Text(row["at"][:19].replace("T", " ")),
            *(Text(printable(row[column])) for column in ("by", "action", "subject", "why")),
            Text(row["hash"][:12], style=_QUIET),
        )
    _print(table, console)


def _by(row: Mapping[str, Any]) -> Text:
    return Text(f"{printable(row['by'])}, {row['at'][:16].replace('T', ' ')} UTC, audit row {row['id']}", style=_QUIET)


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=_QUIET, show_header=any(headings))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _print(shown: RenderableType, console: Console | None) -> None:
    (console or Console(highlight=False)).print(shown, markup=False, highlight=False, emoji=False)
