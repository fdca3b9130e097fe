"""`docscan batch`: many scans into the case store."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from docscan.cli.common import AsJson, By, Folders, OnDate, StoreUrl, WatchlistFile, opened
from docscan.errors import UsageError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from docscan.batch.examining import Setup
    from docscan.batch.executors import Crew
    from docscan.batch.pool import Limits
    from docscan.batch.progress import Quiet
    from docscan.batch.running import Batch
    from docscan.batch.sources import Found
    from docscan.cases import Store

INTERRUPTED = 130


def batch(
    by: By,
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FOLDER_OR_LIST...", help="Folders, files, ZIP archives, or lists of paths; - is stdin."
        ),
    ] = None,
    store: StoreUrl = None,
    case: Annotated[str, typer.Option(help="The case that the documents belong to.")] = "default",
    workers: Annotated[
        int | None, typer.Option(min=0, help="Processes; 0 examines in this one. Default: one a core.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Examine on a Dask cluster, for example tcp://10.0.0.5:8786.")
    ] = None,
    folders: Folders = None,
    watchlist: WatchlistFile = None,
    on: OnDate = None,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Ask other MRZ readers too where ours is unsure or finds nothing.")
    ] = False,
    operating_point: Annotated[
        Literal["checkpoint", "seizure"],
        typer.Option(help="checkpoint: few genuine documents flagged; seizure: few forgeries missed."),
    ] = "seizure",
    page_seconds: Annotated[float, typer.Option(min=1, help="Time that one page may take.")] = 120,
    page_memory: Annotated[float, typer.Option(min=0.5, help="Gigabytes that one page may need.")] = 4,
    compare: Annotated[
        tuple[int, int] | None,
        typer.Option(
            metavar="RUN_A RUN_B", help="Examine nothing: say which verdicts differ between two runs, and why."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Examine every page of many files, and keep all of it in the case store. The same command goes on where it was
    interrupted."""
    from docscan.batch import summary
    from docscan.batch.pool import Limits

    if (compare is None) == (not sources):
        raise UsageError("Give either what to examine or --compare with the numbers of two runs.")
    if scheduler and workers is not None:
        raise UsageError("--workers is for this machine; a cluster has as many as it has.")
    with opened(store, create=compare is None) as where:
        if compare is not None:
            _compare(where, compare, as_json=as_json)
            return
        from docscan.batch.examining import Setup

        setup = Setup(
            on=on.date() if on else date.today(),
            as_of_named=on is not None,
            template_folders=tuple(str(folder.absolute()) for folder in folders or ()),
            thorough=thorough,
            operating_point=operating_point,
            watchlist=str(watchlist.absolute()) if watchlist else "",
        )
        limits = Limits(page_seconds, int(page_memory * 1024**3))
        run, finished = _run(where, sources or [], setup, case, by, _crew(workers, scheduler, limits), as_json)
        with where.reading() as session:
            found = summary.summary(session, run)
    if as_json:
        typer.echo(json.dumps({"event": "summary", **summary.as_json(found)}))
    else:
        from docscan.batch import showing

        showing.show(found)
    if not finished:
        raise typer.Exit(INTERRUPTED)


def _crew(workers: int | None, scheduler: str | None, limits: Limits) -> AbstractContextManager[Crew]:
    from docscan.batch import executors

    if scheduler:
        return executors.cluster(scheduler, limits)
    if workers == 0:
        return executors.serial()
    return executors.pool(workers or executors.default_workers(), limits)


def _run(
    store: Store,
    sources: list[str],
    setup: Setup,
    case: str,
    by: str,
    crew: AbstractContextManager[Crew],
    as_json: bool,
) -> tuple[int, bool]:
    """The run's number, and whether it came to its end."""
    from docscan.batch import runs
    from docscan.batch.examining import engine_of
    from docscan.batch.running import Batch
    from docscan.batch.sources import checked, walk

    sources = [checked(source) for source in sources]
    engine = engine_of(setup)
    with store.writing() as session:
        run = runs.begin(session, sources, engine, case=case, as_of=setup.on, by=by)
    setup = runs.as_begun(setup, run)
    found: Iterator[Found] | list[Found] = walk(sources, store.files)
    if "-" in sources:
        found = list(found)  # standard input is read once
    files = len(found) if isinstance(found, list) else sum(1 for _ in walk(sources, store.files))
    with _watcher(files, as_json) as watcher, crew as workers:
        work = Batch(store, run, setup, workers, watcher)
        with _stopping(work):
            return run.id, work(found)


def _watcher(files: int, as_json: bool) -> Quiet:
    from rich.console import Console

    from docscan.batch import progress

    if as_json:
        return progress.Events(files, typer.echo)
    console = Console(stderr=True, highlight=False)
    if console.is_terminal:
        return progress.Display(files, console)
    return progress.Lines(files, lambda line: typer.echo(line, err=True))


@contextmanager
def _stopping(work: Batch) -> Iterator[None]:
    """Ctrl-C and `kill` stop the work once what is in hand is kept."""
    before = [(number, signal.signal(number, lambda *_: work.stop())) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _compare(store: Store, numbers: tuple[int, int], *, as_json: bool) -> None:
    from docscan.batch import comparing

    with store.reading() as session:
        found = comparing.compare(session, *numbers)
    if as_json:
        for change in found.changes:
            typer.echo(json.dumps(comparing.as_json(change)))
    else:
        comparing.show(found)
