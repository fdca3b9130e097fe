"""Series and what links documents, on a terminal. Texts from documents are spelled out and never read as markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from docscan.reporting.wording import field_name, printable
from docscan.series import wording
from docscan.series.evidence import GROUPS
from docscan.series.explaining import Explanation, Seen, Shared
from docscan.series.joining import Link
from docscan.series.network import Linked, Node

_QUIET = "grey62"
_MOST_LINKS = 40


def show_all(found: Mapping[int, Linked], nodes: Mapping[int, Node], documents: int) -> None:
    """A line for each series."""
    linked = sum(len(series.members) for series in found.values())
    console = Console()
    console.print(Text(f"{linked} of {documents} documents are linked into {len(found)} series."))
    if not found:
        return
    table = _table("series", "documents", "log10 LR", "linked most by", "the first of them")
    for number, series in found.items():
        strengths = [link.strength for link in series.links]
        names = ", ".join(nodes[member].name for member in series.members[:6])
        more = f" and {len(series.members) - 6} more" if len(series.members) > 6 else ""
        table.add_row(
            str(number),
            str(len(series.members)),
            f"{min(strengths):.1f} to {max(strengths):.1f}" if strengths else "",
            main_groups(series.links),
            Text(printable(names) + more),
        )
    console.print(table)


def show_links(links: Sequence[Link]) -> None:
    """The strongest links of a series."""
    table = _table("documents", "log10 LR", "in words", "linked most by")
    for link in links[:_MOST_LINKS]:
        table.add_row(
            f"{link.one} and {link.other}", f"{link.strength:.1f}", wording.strength(link.strength), main_groups([link])
        )
    console = Console()
    console.print(table)
    if len(links) > _MOST_LINKS:
        console.print(Text(f"and {len(links) - _MOST_LINKS} weaker links", style=_QUIET))


def show_explanation(one: str, other: str, told: Explanation) -> None:
    """What links two documents, and what speaks against it."""
    console = Console()
    console.print(Text(f"Documents {one} and {other}: {told.words} (log10 LR {told.strength:.1f})"))
    table = _table("measures", "share")
    for name, share in told.groups.items():
        table.add_row(name, f"{share:+.1f}")
    console.print(table)
    for title, rows in (("Speaks for one workshop", told.speaks_for), ("Speaks against it", told.speaks_against)):
        if rows:
            console.print(Text(f"\n{title}", style="bold"))
            console.print(_shared(one, other, rows))


def _shared(one: str, other: str, rows: Sequence[Shared]) -> Table:
    table = _table("measure", "where", f"document {one}", f"document {other}", "genuine")
    for row in rows:
        values = [f"{value:.2f} {row.unit}".strip() for value in (row.one.value, row.other.value)]
        genuine = "-" if row.genuine is None else f"{row.genuine:.2f} {row.unit}".strip()
        table.add_row(row.words, where(row), *values, genuine)
    return table


def where(row: Shared) -> str:
    """The place of a measure as a person looks for it."""
    places = dict.fromkeys(map(_where, (row.one, row.other)))
    return f"{row.side}, {' / '.join(places)}"


def _where(seen: Seen) -> str:
    if seen.places:
        return ", ".join(printable(field_name(place)) for place in seen.places)
    return f"{seen.mm.x:.0f}-{seen.mm.right:.0f} mm across, {seen.mm.y:.0f}-{seen.mm.bottom:.0f} mm down"


def main_groups(links: Sequence[Link]) -> str:
    """The one or two groups of measures that link most."""
    total = {name: sum(link.groups[i] for link in links) for i, name in enumerate(GROUPS)}
    ranked = sorted((name for name in total if total[name] > 0), key=lambda name: -total[name])
    return ", ".join(ranked[:2])


def as_dict(number: int, series: Linked) -> dict[str, Any]:
    """A series as one JSON value."""
    return {
        "series": number,
        "documents": list(series.members),
        "links": [
            {
                "documents": [link.one, link.other],
                "log10_lr": link.strength,
                "words": wording.strength(link.strength),
                "groups": dict(zip(GROUPS, link.groups, strict=True)),
            }
            for link in series.links
        ],
    }


def _table(*titles: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style=_QUIET)
    for title in titles:
        table.add_column(title, overflow="fold")
    return table
