"""What several commands share: options, settings, and how an error is said."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from docscan.errors import DocscanError, UsageError

if TYPE_CHECKING:
    from docscan.cases import Store
    from docscan.pipeline import Settings

CLEAR, FLAGGED, UNREADABLE = 0, 1, 3

# readable=False: a file without read permission is a row and an exit code of ours, no wrong usage that ends the run.
Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Pictures or PDFs.", readable=False)]
Folders = Annotated[
    list[Path] | None,
    typer.Option(
        "--templates", envvar="DOCSCAN_TEMPLATES", metavar="DIR", help="A folder of templates of yours. Repeatable."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value a line, for programs.")]
StoreUrl = Annotated[
    str | None,
    typer.Option(
        "--store", envvar="DOCSCAN_STORE", metavar="URL", help="The case store: an SQLite file or postgresql:// URL."
    ),
]
WatchlistFile = Annotated[
    Path | None,
    typer.Option(
        "--watchlist", envvar="DOCSCAN_WATCHLIST", metavar="FILE", help="A CSV file of lost and stolen documents."
    ),
]
By = Annotated[str, typer.Option(help="Who does this, for the audit trail.", default_factory=getpass.getuser)]
OnDate = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Ask validity as of this day, not today.")
]


def settings_of(folders: list[Path] | None, on: datetime | None = None, **options: Any) -> Settings:
    from docscan import templates
    from docscan.pipeline import Settings

    return Settings(templates=templates.load_all(folders or []), on=on.date() if on else date.today(), **options)


@contextmanager
def opened(url: str | None, *, create: bool = False) -> Iterator[Store]:
    """The case store that --store or DOCSCAN_STORE names."""
    from docscan.cases import open_store

    if not url:
        raise UsageError("Name the case store: --store, or DOCSCAN_STORE.")
    store = open_store(url, create=create)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def seen_before(store: str | None, watchlist: Path | None) -> Iterator[dict[str, Any]]:
    """The settings with which documents are looked up in a case store and a watchlist, where those are named."""
    lookups: dict[str, Any] = {}
    if watchlist:
        from docscan.cases.watchlist import load

        lookups["watchlist"] = load(watchlist)
    if not store:
        yield lookups
        return
    from docscan.cases.history import InStore

    with opened(store) as where:
        yield lookups | {"history": InStore(where)}


class Errors:
    """Says each error once: a sentence on stderr, and with --json a line on stdout in the file's place."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self.first: DocscanError | None = None

    def note(self, path: Path, error: DocscanError) -> None:
        from docscan.reporting import json

        self.first = self.first or error
        say(error)
        if self.as_json:
            typer.echo(json.error_line(path, error))


def say(error: DocscanError) -> None:
    """An error's sentence and remedy on stderr, nothing in it that a terminal would obey."""
    text = f"docscan: {error} {error.remedy}"
    typer.echo("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text), err=True)
