"""`docscan cases` and `docscan bundle`: what is in the case store."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from docscan.cli.common import AsJson, By, Folders, StoreUrl, opened, settings_of
from docscan.errors import BundleError, OutputError, UsageError

if TYPE_CHECKING:
    from docscan.cases.searching import Filter

app = typer.Typer(no_args_is_help=True, help="The case store: list, search, export, purge and hand on documents.")
bundle_app = typer.Typer(no_args_is_help=True, help="Evidence bundles.")

Ids = Annotated[list[int], typer.Argument(metavar="ID...", help="Numbers of documents.")]
CaseName = Annotated[str, typer.Option("--case", help="In the case of this name.")]
State = Annotated[str, typer.Option(help="Code of the issuing State.")]
Number = Annotated[str, typer.Option(help="Part of the document number.")]
Name = Annotated[str, typer.Option(help="Words of the holder's name.")]
OutcomeOption = Annotated[
    list[str] | None, typer.Option("--outcome", help="clear, refer, suspect or unreadable. Repeatable.")
]
ReasonOption = Annotated[str, typer.Option("--reason", help="A check or code among the reasons.")]
Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Examined on this day or later.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Examined on this day or earlier.")]
Decided = Annotated[bool | None, typer.Option("--decided/--undecided", help="Whether a person has decided on it.")]
Limit = Annotated[int, typer.Option(min=1, help="Most documents that are listed.")]
Why = Annotated[str, typer.Option(help="The reason, for the audit trail.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it there.")]


@app.command("list")
def list_documents(
    store: StoreUrl = None,
    case: CaseName = "",
    state: State = "",
    number: Number = "",
    name: Name = "",
    outcome: OutcomeOption = None,
    reason: ReasonOption = "",
    since: Since = None,
    until: Until = None,
    decided: Decided = None,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """List documents, all or those that fit."""
    wanted = _filter(case, state, number, name, outcome, reason, since, until, decided)
    _list(store, wanted, limit, as_json=as_json)


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="Words of a name, or part of a document number.")],
    store: StoreUrl = None,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """List documents by name or number, whichever it is."""
    from docscan.cases.searching import Filter

    _list(store, Filter(text=" ".join(words)), limit, as_json=as_json)


@app.command()
def show(ids: Ids, store: StoreUrl = None, as_json: AsJson = False) -> None:
    """Print what is known of documents: report, verdicts, decisions."""
    from docscan.cases import searching
    from docscan.reporting import cases, terminal

    with opened(store) as where, where.reading() as session:
        for number in ids:
            found = searching.document(session, number)
            record = searching.record(session, found)
            if as_json:
                typer.echo(json.dumps(record | {"report": json.loads(found.report)}))
            else:
                terminal.show(searching.report(found))
                cases.show_record(record)


@app.command()
def export(
    by: By,
    form: Annotated[Literal["csv", "jsonl"], typer.Option("--format", help="jsonl carries the whole reports.")] = "csv",
    out: Out = None,
    store: StoreUrl = None,
    case: CaseName = "",
    state: State = "",
    number: Number = "",
    name: Name = "",
    outcome: OutcomeOption = None,
    reason: ReasonOption = "",
    since: Since = None,
    until: Until = None,
    decided: Decided = None,
    why: Why = "",
) -> None:
    """Write one row a document, and one a page that could not be examined; the audit trail keeps that it was done."""
    from docscan.cases import audit, exporting

    wanted = _filter(case, state, number, name, outcome, reason, since, until, decided)
    with opened(store) as where, tempfile.TemporaryFile() as spool:
        with where.reading() as session:
            exported = exporting.export(session, wanted, spool, form)
        with where.writing() as session:
            details = {"format": form, **exported._asdict(), "filter": exporting.described(wanted)}
            audit.append(session, "export", "documents", by=by, why=why, details=details)
        spool.seek(0)
        if out is None:
            shutil.copyfileobj(spool, sys.stdout.buffer)
            return
        try:
            with out.open("wb") as target:
                shutil.copyfileobj(spool, target)
        except OSError as error:
            raise OutputError(f"{out} cannot be written.") from error
    typer.echo(f"{exported.rows} rows, SHA-256 {exported.sha256}", err=True)


@app.command()
def purge(
    by: By,
    older_than: Annotated[int | None, typer.Option(min=0, metavar="DAYS", help="Examined more days ago.")] = None,
    store: StoreUrl = None,
    case: CaseName = "",
    state: State = "",
    number: Number = "",
    name: Name = "",
    outcome: OutcomeOption = None,
    reason: ReasonOption = "",
    until: Until = None,
    decided: Decided = None,
    why: Why = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this it only says what would go.")] = False,
) -> None:
    """Remove documents with all that is known of their holders; the audit trail keeps that they were removed."""
    from docscan.cases import purging, searching
    from docscan.cases.searching import Filter

    if older_than is not None:
        if until is not None:
            raise UsageError("Give --older-than or --until, not both.")
        until = datetime.now(UTC) - timedelta(days=older_than + 1)
    wanted = _filter(case, state, number, name, outcome, reason, None, until, decided)
    if wanted == Filter():
        raise UsageError("Say which documents are to be purged, for example --older-than 365.")
    with opened(store) as where:
        if yes:
            typer.echo(f"{purging.purge(where, wanted, by=by, why=why)} documents purged")
            return
        with where.reading() as session:
            typer.echo(f"{searching.count(session, wanted)} documents would be purged; --yes does it")


@app.command()
def bundle(ids: Ids, by: By, out: Out = None, store: StoreUrl = None, why: Why = "") -> None:
    """Write scans, reports, decisions and audit rows of documents into one ZIP that proves itself."""
    from docscan.cases import bundles

    target = out or Path("bundle.zip")
    with opened(store) as where:
        digest = bundles.write(where, ids, target, by=by, why=why)
    typer.echo(f"{target}: {len(set(ids))} documents, manifest SHA-256 {digest}")


@app.command()
def runs(
    run: Annotated[int | None, typer.Argument(help="Number of a run: print its summary.")] = None,
    store: StoreUrl = None,
    as_json: AsJson = False,
) -> None:
    """List the batches, or print what one came to."""
    from docscan.batch import showing, summary

    with opened(store) as where, where.reading() as session:
        if run is None:
            found = summary.all_runs(session)
            if as_json:
                for one in found:
                    typer.echo(json.dumps(one._asdict()))
            else:
                showing.show_runs(found)
            return
        came_to = summary.summary(session, run)
    if as_json:
        typer.echo(json.dumps(summary.as_json(came_to)))
    else:
        showing.show(came_to)


@bundle_app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="An evidence bundle.")], folders: Folders = None, as_json: AsJson = False
) -> None:
    """Prove that nothing in a bundle was changed, examine its documents again, and say whether the same engine gives
    the same verdict."""
    from docscan.cases import bundles

    unlike = []
    for proof in bundles.verify(file, settings_of(folders)):
        if not proof.same and not proof.engine_differs:
            unlike.append(proof.document)
        if as_json:
            typer.echo(json.dumps(vars(proof)))
            continue
        engine = f"another engine ({', '.join(proof.engine_differs)})" if proof.engine_differs else "the same engine"
        verdict = "the same verdict" if proof.same else f"{proof.now or 'nothing found'} instead of"
        typer.echo(f"document {proof.document}: unchanged; {engine} gives {verdict} ({proof.before})")
    if unlike:
        raise BundleError(f"The same engine gives another verdict on document {', '.join(map(str, unlike))}.")


def _filter(
    case: str,
    state: str,
    number: str,
    name: str,
    outcome: list[str] | None,
    reason: str,
    since: datetime | None,
    until: datetime | None,
    decided: bool | None,
) -> Filter:
    from docscan.cases.searching import Filter
    from docscan.document import Decision

    unknown = set(outcome or ()) - set(Decision)
    if unknown:
        raise UsageError(f"No verdict has the outcome {min(unknown)!r}; there are {', '.join(Decision)}.")
    return Filter(
        case=case,
        state=state,
        number=number,
        name=name,
        outcomes=frozenset(map(Decision, outcome or ())),
        reason=reason,
        since=_day(since),
        until=_day(until),
        decided=decided,
    )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _list(store: str | None, wanted: Filter, limit: int, *, as_json: bool) -> None:
    from docscan.cases import searching
    from docscan.reporting import cases

    with opened(store) as where, where.reading() as session:
        rows = [searching.line(found) for found in searching.documents(session, wanted, limit=limit)]
        total = searching.count(session, wanted)
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row))
    else:
        cases.show_list(rows, total)
