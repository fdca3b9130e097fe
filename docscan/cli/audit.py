"""`docscan audit`: the audit trail."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from docscan.cli.common import AsJson, StoreUrl, opened
from docscan.errors import AuditError, OutputError

app = typer.Typer(no_args_is_help=True, help="The audit trail: who did what, when and why.")


@app.command()
def verify(
    store: StoreUrl = None,
    heads: Annotated[
        list[str] | None,
        typer.Option("--head", metavar="HASH", help="A head written out before that must be in the trail. Repeatable."),
    ] = None,
    pictures: Annotated[bool, typer.Option("--pictures", help="Read every scan too, and compare its hash.")] = False,
    as_json: AsJson = False,
) -> None:
    """Prove that no audit row, verdict, finding or decision was changed, removed or moved; name each that was."""
    from docscan.cases import audit, verifying

    problems = 0
    with opened(store) as where, where.reading() as session:
        read = verifying.verify_pictures(where) if pictures else ()
        for sentence in chain(verifying.verify(session, heads or ()), read):
            problems += 1
            typer.echo(json.dumps({"problem": sentence}) if as_json else sentence)
        last = audit.head(session)
    if problems:
        raise AuditError(f"The audit trail is not whole: {problems} finding{'s' if problems > 1 else ''}.")
    rows = f"{last.row} rows, head {last.hash}" if last else "no rows yet"
    typer.echo(json.dumps({"rows": last.row if last else 0}) if as_json else f"The audit trail is whole: {rows}")


@app.command()
def head(
    store: StoreUrl = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Add it to this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print the hash of the last row, to be kept (and countersigned) elsewhere."""
    from docscan.cases import audit

    with opened(store) as where, where.reading() as session:
        last = audit.head(session)
    if last is None:
        raise AuditError("The audit trail has no rows yet.")
    line = json.dumps(last._asdict()) if as_json else f"{last.hash}  row {last.row}, {last.at}"
    if out is None:
        typer.echo(line)
        return
    try:
        with out.open("a", encoding="utf-8") as target:
            target.write(f"{line}\n")
    except OSError as error:
        raise OutputError(f"{out} cannot be written.") from error


@app.command("list")
def list_rows(
    store: StoreUrl = None,
    document: Annotated[int | None, typer.Option(metavar="ID", help="Rows on this document alone.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most rows that are listed.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Print rows of the trail, the last ones last."""
    from docscan.cases import audit
    from docscan.reporting import cases

    subject = f"document {document}" if document is not None else None
    with opened(store) as where, where.reading() as session:
        rows = audit.rows(session, subject, limit=limit)
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row))
    else:
        cases.show_trail(rows)
