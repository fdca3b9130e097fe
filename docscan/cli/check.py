"""`docscan check` and `docscan read`: documents examined, or only read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from docscan.cli.common import (
    CLEAR,
    FLAGGED,
    UNREADABLE,
    AsJson,
    Errors,
    Files,
    Folders,
    OnDate,
    StoreUrl,
    WatchlistFile,
    seen_before,
    settings_of,
)
from docscan.errors import SourceError

if TYPE_CHECKING:
    from docscan.pipeline import Inspection, Settings


def check(
    files: Files,
    folders: Folders = None,
    as_json: AsJson = False,
    html: Annotated[Path | None, typer.Option(help="Write the reports as one self-contained HTML file.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the reports as one PDF.")] = None,
    on: OnDate = None,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Ask other MRZ readers too where ours is unsure or finds nothing.")
    ] = False,
    operating_point: Annotated[
        Literal["checkpoint", "seizure"],
        typer.Option(help="checkpoint: few genuine documents flagged; seizure: few forgeries missed."),
    ] = "checkpoint",
    store: StoreUrl = None,
    watchlist: WatchlistFile = None,
) -> None:
    """Examine every document in the files and say what speaks against it."""
    from docscan.document import Decision
    from docscan.reporting import json, page, terminal

    errors = Errors(as_json)
    kept: list[Inspection] = []
    outcomes: set[Decision] = set()
    with seen_before(store, watchlist) as lookups:
        settings = settings_of(folders, on, thorough=thorough, operating_point=operating_point, **lookups)
        for inspection in _each(files, settings, errors):
            outcomes.add(inspection.report.verdict.outcome)
            if as_json:
                typer.echo(json.line(inspection.report))
            else:
                terminal.show(inspection.report)
            if html or pdf:
                kept.append(inspection)
    if html:
        page.write_html(kept, html)
    if pdf:
        page.write_pdf(kept, pdf)
    if errors.first:
        raise typer.Exit(errors.first.exit_code)
    if outcomes & {Decision.REFER, Decision.SUSPECT}:
        raise typer.Exit(FLAGGED)
    raise typer.Exit(UNREADABLE if Decision.UNREADABLE in outcomes else CLEAR)


def read(files: Files, folders: Folders = None, as_json: AsJson = False) -> None:
    """Print what is read in the files, and judge nothing."""
    from docscan.reporting import json, terminal

    errors = Errors(as_json)
    for inspection in _each(files, settings_of(folders), errors):
        if as_json:
            typer.echo(json.reading_line(inspection.report))
        else:
            terminal.show_reading(inspection.report)
    if errors.first:
        raise typer.Exit(errors.first.exit_code)


def _each(files: list[Path], settings: Settings, errors: Errors) -> Iterator[Inspection]:
    """The documents of all files; a file that cannot be examined is noted and the next one goes on."""
    from docscan.pipeline import examine

    for path in files:
        try:
            yield from examine(path, settings)
        except SourceError as error:
            errors.note(path, error)
