"""`docscan series`: documents of one workshop, found in the case store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docscan.cli.common import AsJson, By, StoreUrl, opened
from docscan.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from docscan.cases.linking import Kept, Profiled
    from docscan.series import Profile
    from docscan.series.network import Node

app = typer.Typer(no_args_is_help=True, help="Documents that come from one workshop.")

Html = Annotated[Path | None, typer.Option(help="Write the network as one self-contained HTML file.")]
Graphml = Annotated[Path | None, typer.Option(help="Write the network as GraphML, for analysts' tools.")]


@app.command("find")
def find_series(
    by: By, store: StoreUrl = None, as_json: AsJson = False, html: Html = None, graphml: Graphml = None
) -> None:
    """Compare the profiles of all documents in the store, and keep the series that hold together."""
    from docscan.cases import linking
    from docscan.series import joining

    with opened(store) as cases:
        documents: list[int] = []
        with cases.reading() as session:
            found = joining.find(_noted(linking.profiles(session), documents))
        with cases.writing() as session:
            linking.replace(session, documents, found, by=by)
        with cases.reading() as session:
            _show(session, linking.series(session), len(documents), as_json, html, graphml)


@app.command("show")
def show_series(
    number: Annotated[int | None, typer.Argument(metavar="[SERIES]", help="One series; without it all.")] = None,
    store: StoreUrl = None,
    as_json: AsJson = False,
    html: Html = None,
    graphml: Graphml = None,
) -> None:
    """Show the series that were found, or one with its documents and links."""
    from docscan.cases import linking, searching
    from docscan.series import terminal

    with opened(store) as cases, cases.reading() as session:
        kept = linking.series(session, number)
        _show(session, kept, searching.count(session), as_json, html, graphml)
        if number is not None and not as_json:
            terminal.show_links(kept[0].links)


@app.command("explain")
def explain_link(
    one: Annotated[int, typer.Argument(metavar="A", help="Number of a document in the store.")],
    other: Annotated[int, typer.Argument(metavar="B", help="Number of another one.")],
    store: StoreUrl = None,
    as_json: AsJson = False,
    html: Annotated[
        Path | None, typer.Option(help="Write it, with the places on both pictures, as one HTML file.")
    ] = None,
) -> None:
    """Say what links two documents and what speaks against it, measure by measure, and where it is seen."""
    from docscan.cases import linking
    from docscan.series import comparison, explaining, network, terminal

    with opened(store) as cases, cases.reading() as session:
        told = explaining.explain(linking.profile(session, one), linking.profile(session, other))
        if told is None:
            raise UsageError("These documents cannot be compared: no template, or not the same, fits both.")
        if as_json:
            typer.echo(told.model_dump_json())
        else:
            terminal.show_explanation(str(one), str(other), told)
        if html:
            pages = linking.page(cases, session, one), linking.page(cases, session, other)
            network.write(comparison.html((str(one), str(other)), pages, told).encode(), html)


def _noted(profiled: Iterable[Profiled], documents: list[int]) -> Iterator[Profile]:
    """The profiles, one at a time; the numbers of their documents are put on the list."""
    for one in profiled:
        documents.append(one.document)
        yield one.profile


def _show(
    session: Session, kept: Sequence[Kept], documents: int, as_json: bool, html: Path | None, graphml: Path | None
) -> None:
    from docscan.series import network, terminal

    series = {one.number: one for one in kept}
    nodes = _nodes(session, kept)
    if as_json:
        for number, one in series.items():
            typer.echo(json.dumps(terminal.as_dict(number, one)))
    else:
        terminal.show_all(series, nodes, documents)
    if html:
        network.write(network.html(nodes, series, documents).encode(), html)
    if graphml:
        network.write(network.graphml(nodes, series), graphml)


def _nodes(session: Session, kept: Sequence[Kept]) -> dict[int, Node]:
    """What the network tells of each document; no names of holders."""
    from docscan.cases import searching
    from docscan.series.network import Node

    nodes = {}
    for number in (member for one in kept for member in one.members):
        found = searching.document(session, number)
        details = {
            "state": found.state,
            "type": found.type,
            "number": found.document_number,
            "template": found.template or "",
            "outcome": found.outcome,
        }
        nodes[number] = Node(f"document {number}", details)
    return nodes
