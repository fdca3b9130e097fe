"""`docscan serve`: the pages for officers, reviewers and trainers, and the API."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from docscan.cli.common import Folders, WatchlistFile
from docscan.errors import UsageError


def serve(
    store: Annotated[str, typer.Option(envvar="DOCSCAN_STORE", metavar="URL", help="The case store.")] = "cases.db",
    host: Annotated[str, typer.Option(help="Address to listen at; loopback unless told otherwise.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8377,
    allowed_host: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A name by which browsers may call it. Repeatable.")
    ] = None,
    folders: Folders = None,
    operating_point: Annotated[
        Literal["checkpoint", "seizure"],
        typer.Option(help="checkpoint: few genuine documents flagged; seizure: few forgeries missed."),
    ] = "checkpoint",
    watch: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Examine each new file in this folder, as a scanner writes it.")
    ] = None,
    watchlist: WatchlistFile = None,
    keep_all: Annotated[
        bool, typer.Option("--keep-all", help="Store every document examined, not only those referred.")
    ] = False,
    one_reviewer: Annotated[
        bool, typer.Option("--one-reviewer", help="One reviewer alone may call a suspect genuine.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Documents examined at once; as many as there are cores.")
    ] = None,
    max_upload: Annotated[int, typer.Option(metavar="MB", min=1, max=2048, help="Largest file that is taken.")] = 64,
    tls_proxy: Annotated[
        bool, typer.Option("--tls-proxy", help="Browsers come over TLS, by a proxy: cookies go no other way.")
    ] = False,
    proxy_header: Annotated[
        str | None, typer.Option(metavar="NAME", help="Header in which a proxy names the account it let in.")
    ] = None,
    proxy_address: Annotated[
        list[str] | None, typer.Option(metavar="IP", help="Address whose word on that counts. Repeatable.")
    ] = None,
) -> None:
    """Serve the pages for officers, reviewers and trainers, and the API, to browsers. Nothing is fetched from any
    network."""
    from docscan.cases.watchlist import load
    from docscan.web.serving import serve as run
    from docscan.web.settings import WebSettings

    if watch is not None and not watch.is_dir():
        raise UsageError(f"{watch} is no folder that could be watched.")
    if watchlist is not None:
        load(watchlist)  # a mistake in it is told before anybody waits for workers
    if bool(proxy_header) != bool(proxy_address):
        raise UsageError("--proxy-header and --proxy-address go together.")
    settings = WebSettings(
        store=store,
        host=host,
        port=port,
        hosts=tuple(allowed_host or ()),
        templates=tuple(folders or ()),
        operating_point=operating_point,
        watch=watch,
        watchlist=watchlist,
        keep_all=keep_all,
        two_reviewers=not one_reviewer,
        secure=tls_proxy,
        proxy_header=proxy_header,
        proxy_addresses=tuple(proxy_address or ()),
        upload_megabytes=max_upload,
    )
    if workers:
        settings = replace(settings, workers=workers)
    run(settings, say=typer.echo)
