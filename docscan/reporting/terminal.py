"""Reports on a terminal. Texts from documents are never read as markup, and control characters are spelled out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from docscan.document import Decision, Outcome, Template
from docscan.report import FieldRow, MrzRecord, Report
from docscan.reporting.wording import (
    AGREEMENT,
    DECISIONS,
    OUTCOMES,
    doubtful,
    doubts,
    field_name,
    headline,
    likelihood,
    not_done,
    operating_point,
    pieces,
    printable,
)
from docscan.states import State, facts

_WIDEST = 110
_QUIET = "grey62"
_DIFFERS = "bold underline"
_MOST_REASONS = 5


def show(report: Report, console: Console | None = None) -> None:
    """Prints a report: outcome, reasons, fields, MRZ, what was not checked, time."""
    _print(_report(report), console)


def show_reading(report: Report, console: Console | None = None) -> None:
    """Prints what was read of a document."""
    body = Group(*_fields(report.fields, compared=False), *_mrz(report.mrz), *_last_line(report))
    _print(Panel(body, title=_title(headline(report)), title_align="left", border_style=_QUIET), console)


def show_state(state: State, console: Console | None = None) -> None:
    """Prints what is publicly known of an issuing State."""
    table = _table("what", "fact", "source")
    for row in facts(state):
        soft = "" if row.confidence == "firm" else f" ({row.confidence})"
        table.add_row(
            Text(row.label, style=_QUIET), Text(printable(row.value) + soft), Text(printable(row.source), style=_QUIET)
        )
    _print(table, console)


def show_templates(templates: Sequence[Template], console: Console | None = None) -> None:
    """Prints a line for each template."""
    table = _table("id", "State", "type", "format", "faces", "specimens", "issued", "version")
    for template in templates:
        faces = ", ".join(face.side for face in template.faces)
        table.add_row(
            Text(template.id, style="bold"),
            *(Text(t) for t in (template.state, template.type, template.format, faces, str(template.specimens))),
            Text(issued(template)),
            Text(template.version[:12], style=_QUIET),
        )
    _print(table, console)


def issued(template: Template) -> str:
    """ "2012-03-01 to 2020-02-29"; "" where it is not known."""
    first, last = template.issued
    if first is None and last is None:
        return ""
    return f"until {last}" if first is None else f"since {first}" if last is None else f"{first} to {last}"


def show_template(template: Template, console: Console | None = None) -> None:
    """Prints a template's zones, in millimetres, and how genuine specimens vary in them."""
    show_templates([template], console)
    for face in template.faces:
        table = _table("zone", "kind", "left", "top", "width", "height", "values")
        for zone in face.zones:
            box = (f"{mm:.1f}" for mm in (zone.box.x, zone.box.y, zone.box.width, zone.box.height))
            grammar = ", ".join(f"{key} {value}" for key, value in zone.grammar.items())
            table.add_row(Text(printable(zone.name)), zone.kind, *box, Text(printable(grammar), style=_QUIET))
        _print(Group(Text(f"\n{face.side}", style="bold"), table), console)


def show_held_out(report: Report, console: Console | None = None) -> None:
    """Prints a line on a specimen that was examined by a template enrolled from the others."""
    sign = DECISIONS[report.verdict.outcome]
    failed = dict.fromkeys(f"{f.check} ({f.code})" for f in report.findings if f.outcome is Outcome.FAIL)
    fits = "" if report.template and report.template.score > 0 else "does not fit the others; "
    text = Text.assemble(
        (f"{sign.symbol} {sign.word:<10} ", sign.colour),
        headline(report),
        (f"  {fits}{', '.join(failed)}", _QUIET),
    )
    _print(text, console)


def show_false_alarms(reports: Sequence[Report], warnings: Sequence[str], console: Console | None = None) -> None:
    """Prints how many specimens were flagged, by which checks, and what to be warned of."""
    outcomes = [report.verdict.outcome for report in reports]
    flagged = sum(outcome in (Decision.REFER, Decision.SUSPECT) for outcome in outcomes)
    suspect = outcomes.count(Decision.SUSPECT)
    _print(Text(f"\n{flagged} of {len(reports)} specimens flagged, {suspect} of them suspect.", style="bold"), console)
    counts = Counter(check for r in reports for check in {f.check for f in r.findings if f.outcome is Outcome.FAIL})
    for check, count in counts.most_common():
        _print(Text(f"  {check} fails on {count}"), console)
    for warning in warnings:
        _print(Text(warning), console)


def _print(shown: RenderableType, console: Console | None) -> None:
    out = console or Console(highlight=False)
    out.print(shown, width=min(out.width, _WIDEST), markup=False, highlight=False, emoji=False)


# --- parts of a report ------------------------------------------------------------------------------------------------


def _report(report: Report) -> RenderableType:
    verdict = report.verdict
    sign = DECISIONS[verdict.outcome]
    head = Text.assemble((f"{sign.symbol} {sign.word.upper()}", f"bold {sign.colour}"), "  ", sign.meaning)
    parts: list[RenderableType] = [head]
    if verdict.outcome is not Decision.UNREADABLE:
        parts.append(
            Text(
                f"likelihood of forgery {likelihood(verdict.probability)}, "
                f"policy {operating_point(verdict.operating_point)}",
                style=_QUIET,
            )
        )
    parts += [*_reasons(report), *_fields(report.fields, compared=True), *_mrz(report.mrz), *_not_done(report)]
    parts += _last_line(report)
    return Panel(Group(*parts), title=_title(headline(report)), title_align="left", border_style=sign.colour)


def _title(text: str) -> Text:
    return Text(text, style=_QUIET, overflow="ellipsis", no_wrap=True)


def _reasons(report: Report) -> Iterator[RenderableType]:
    reasons = report.verdict.reasons
    if not reasons:
        return
    yield _heading("What to do" if report.verdict.outcome is Decision.UNREADABLE else "Why")
    table = Table.grid(padding=(0, 1, 0, 0))
    for number, reason in enumerate(reasons[:_MOST_REASONS], start=1):
        text = Text(printable(reason.message))
        detail = [f"{word} {printable(t)}" for word, t in (("expected", reason.expected), ("seen", reason.seen)) if t]
        detail += [reason.term] if reason.term else []
        detail += [f"{reason.check}{_place(report, number - 1)}"]
        text.append("\n" + " · ".join(detail), style=_QUIET)
        table.add_row(Text(str(number), style="bold"), text)
    yield Padding(table, (0, 0, 0, 2))
    if len(reasons) > _MOST_REASONS:
        yield Text(f"  and {len(reasons) - _MOST_REASONS} more", style=_QUIET)


def _place(report: Report, index: int) -> str:
    """Where the reason is: " · 12 x 4 mm at 40, 22 mm"."""
    regions = report.verdict.reasons[index].regions
    if not regions:
        return ""
    mm = regions[0].mm
    more = f" and {len(regions) - 1} more" if len(regions) > 1 else ""
    return f" · {mm.width:.0f} x {mm.height:.0f} mm at {mm.x:.0f}, {mm.y:.0f} mm{more}"


def _fields(rows: Sequence[FieldRow], *, compared: bool) -> Iterator[RenderableType]:
    if not rows:
        return
    yield _heading("MRZ against printed page" if compared else "Fields")
    table = _table("", "field", "MRZ", "printed", "") if compared else _table("field", "MRZ", "printed")
    for row in rows:
        cells = [Text(field_name(row.name)), _text(row.mrz), _text(row.printed, row.differs if compared else ())]
        if compared:
            sign = OUTCOMES[row.outcome]
            table.add_row(Text(sign.symbol, style=sign.colour), *cells, Text(AGREEMENT[row.outcome], style=sign.colour))
        else:
            table.add_row(*cells)
    yield Padding(table, (0, 0, 0, 2))


def _text(value: str | None, differs: Collection[int] = ()) -> Text:
    if value is None:
        return Text("-", style=_QUIET)
    colour = OUTCOMES[Outcome.FAIL].colour
    return Text.assemble(*((p.text, f"{_DIFFERS} {colour}" if p.marked else "") for p in pieces(value, differs)))


def _mrz(mrz: MrzRecord | None) -> Iterator[RenderableType]:
    yield _heading("MRZ as printed")
    if mrz is None:
        yield Text("  none was found", style=_QUIET)
        return
    for number, line in enumerate(mrz.lines):
        unsure = doubtful(mrz.symbols[number]) if number < len(mrz.symbols) else frozenset()
        marked = ((p.text, _DIFFERS if p.marked else "") for p in pieces(line, unsure))
        yield Padding(Text.assemble(*marked, overflow="fold"), (0, 0, 0, 2))
    for doubt in doubts(mrz.symbols):
        yield Text(f"  in doubt: {doubt}", style=_QUIET)
    for opinion in mrz.opinions:
        lines = " / ".join(printable(line) for line in opinion.lines)
        yield Padding(Text(f"{printable(opinion.engine)} reads {lines}", style=_QUIET), (0, 0, 0, 2))


def _not_done(report: Report) -> Iterator[RenderableType]:
    if not report.not_done:
        return
    yield _heading("Not checked")
    for message, checks in not_done(report):
        yield Padding(Text.assemble(message, (f"\n{', '.join(checks)}", _QUIET)), (0, 0, 0, 2))


def _last_line(report: Report) -> Iterator[RenderableType]:
    template = f"template {printable(report.template.id)}" if report.template else "no template"
    quality = f"{report.quality.ppi:.0f} ppi" if report.quality.ppi else "resolution not known"
    known = (report.format or "format not known", template, quality, f"{report.elapsed_ms / 1000:.2f} s")
    yield Text("\n" + " · ".join(known), style=_QUIET)


def _heading(text: str) -> RenderableType:
    return Text(f"\n{text}", style="bold")


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style=_QUIET)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
