"""The network of linked documents: as a graph, as GraphML for analysts' tools, and as one self-contained page.

Series come by their numbers, documents by what their members are called there: places in a list, numbers of a store.
Texts from documents are spelled out where they cannot be seen and escaped everywhere; the page runs no script and asks
nothing of any network.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from docscan.errors import OutputError
from docscan.reporting.wording import printable
from docscan.series import wording
from docscan.series.joining import Link
from docscan.version import VERSION

if TYPE_CHECKING:
    import networkx

WIDTH, HEIGHT, MARGIN = 640, 360, 34
"""Of the drawing of one series, in its own units."""
MOST_LINES = 400
"""Links drawn of one series, the strongest; the others are in the GraphML."""


class Linked(Protocol):
    """A series: of a list of profiles, or of a store."""

    @property
    def members(self) -> tuple[int, ...]: ...

    @property
    def links(self) -> tuple[Link, ...]: ...


@dataclass(frozen=True)
class Node:
    """A document as the network shows it; texts may be anything."""

    name: str
    """What it is called in the store or the list: its number or file."""
    details: Mapping[str, str]


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    number: int
    """From 1 within the series."""
    node: Node


@dataclass(frozen=True)
class Line:
    one: Dot
    other: Dot
    strength: float
    words: str
    width: float


@dataclass(frozen=True)
class Drawing:
    """A series as the page draws it."""

    number: int
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]
    links: int
    weakest: float
    strongest: float
    details: tuple[str, ...]
    """Names of what is told of the documents."""


def graph(nodes: Mapping[int, Node], found: Mapping[int, Linked]) -> networkx.Graph:
    """A node for each linked document with the number of its series, an edge for each link with its strength."""
    import networkx

    made: networkx.Graph = networkx.Graph()
    for number, series in found.items():
        for member in series.members:
            details = {f"about_{printable(key)}": printable(value) for key, value in nodes[member].details.items()}
            made.add_node(member, label=printable(nodes[member].name), series=number, **details)
        for link in series.links:
            made.add_edge(link.one, link.other, log10_lr=link.strength, words=wording.strength(link.strength))
    return made


def graphml(nodes: Mapping[int, Node], found: Mapping[int, Linked]) -> bytes:
    import networkx

    out = io.BytesIO()
    networkx.write_graphml(graph(nodes, found), out)
    return out.getvalue()


def write(content: bytes, path: Path) -> None:
    """Raises OutputError where `path` cannot be written."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise OutputError(f"{path.name} cannot be written: {error.strerror}.") from error


def html(nodes: Mapping[int, Node], found: Mapping[int, Linked], documents: int) -> str:
    """All series on one page, each drawn and listed; `documents` is how many were compared."""
    drawings = [drawing(number, nodes, series) for number, series in found.items()]
    linked = sum(len(series.members) for series in found.values())
    page = environment().get_template("network.html.j2")
    return page.render(
        drawings=drawings, linked=linked, documents=documents, version=VERSION, width=WIDTH, height=HEIGHT
    )


def drawing(number: int, nodes: Mapping[int, Node], series: Linked) -> Drawing:
    """Places are the same for the same series."""
    places = _places(series)
    dots = {
        member: Dot(round(x, 1), round(y, 1), index, nodes[member])
        for index, (member, (x, y)) in enumerate(zip(series.members, places.tolist(), strict=True), start=1)
    }
    strengths = [link.strength for link in series.links]
    lines = tuple(
        Line(
            dots[link.one],
            dots[link.other],
            link.strength,
            wording.strength(link.strength),
            round(0.6 + 0.5 * min(link.strength, 6.0), 2),
        )
        for link in series.links[:MOST_LINES]
    )
    details = tuple(dict.fromkeys(key for member in series.members for key in nodes[member].details))
    return Drawing(number, tuple(dots.values()), lines, len(strengths), min(strengths), max(strengths), details)


def _places(series: Linked) -> np.ndarray[Any, np.dtype[np.float64]]:
    """(members, 2) places within the drawing: linked documents near each other."""
    import networkx

    net: networkx.Graph = networkx.Graph()
    net.add_nodes_from(series.members)
    net.add_weighted_edges_from((link.one, link.other, max(0.1, link.strength)) for link in series.links)
    laid = networkx.spring_layout(net, seed=1, iterations=60)
    xy = np.array([laid[member] for member in series.members], np.float64)
    low, high = xy.min(axis=0), xy.max(axis=0)
    room = np.array([WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN])
    return np.asarray(MARGIN + (xy - low) / np.maximum(high - low, 1e-6) * room, np.float64)


@cache
def environment() -> Environment:
    made = Environment(
        loader=PackageLoader("docscan.series", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(printable=printable)
    return made
