"""`docscan templates`: the templates of genuine documents."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docscan.cli.common import CLEAR, FLAGGED, Files, Folders, OnDate
from docscan.errors import UsageError

if TYPE_CHECKING:
    from docscan.document import Template

app = typer.Typer(no_args_is_help=True, help="The templates of genuine documents.")


@app.command("list")
def list_templates(folders: Folders = None) -> None:
    """List the templates that documents are compared with."""
    from docscan import templates
    from docscan.reporting import terminal

    terminal.show_templates(templates.load_all(folders or []))


@app.command("show")
def show_template(template_id: Annotated[str, typer.Argument(metavar="ID")], folders: Folders = None) -> None:
    """Print a template's zones and how genuine specimens vary in them."""
    from docscan.reporting import terminal

    terminal.show_template(_the(template_id, folders))


@app.command()
def review(
    template_id: Annotated[str, typer.Argument(metavar="ID")],
    html: Annotated[Path | None, typer.Option(help="Where to write the page; ID.html unless told otherwise.")] = None,
    folders: Folders = None,
) -> None:
    """Write a page that shows a template's zones and variation, for whoever corrects its template.toml."""
    from docscan.reporting import review

    template = _the(template_id, folders)
    path = html or Path(f"{template.id}.html")
    review.write_html(template, path)
    typer.echo(f"{path} shows template {template.id}, version {template.version[:12]}.")


@app.command()
def check(
    template_id: Annotated[str, typer.Argument(metavar="ID")],
    files: Annotated[list[Path], typer.Argument(metavar="SPECIMEN...", help="The files that it was enrolled from.")],
    folders: Folders = None,
    folds: Annotated[
        int | None, typer.Option(min=2, help="So many parts, each left out once; one file at a time unless told.")
    ] = None,
    on: OnDate = None,
) -> None:
    """Examine each specimen by a template enrolled from the others: false alarms to expect of genuine documents."""
    from docscan import enrolment
    from docscan.document import Decision
    from docscan.reporting import terminal

    template = _the(template_id, folders)
    said = {Decision.REFER: FLAGGED, Decision.SUSPECT: FLAGGED}
    code = CLEAR
    held = []
    for inspection in enrolment.leave_out(files, template, folds or len(files), on.date() if on else None):
        terminal.show_held_out(inspection.report)
        held.append(inspection.report)
        code = max(code, said.get(inspection.report.verdict.outcome, CLEAR))
    terminal.show_false_alarms(held, enrolment.warnings(template))
    raise typer.Exit(code)


def _the(template_id: str, folders: list[Path] | None) -> Template:
    from docscan import templates

    found = next((t for t in templates.load_all(folders or []) if t.id == template_id), None)
    if found is None:
        raise UsageError(f"No template {template_id!r}; `docscan templates list` lists them.")
    return found


@app.command()
def enrol(
    files: Files,
    template_id: Annotated[str, typer.Option("--id", help="For example UTO-P-2020.")],
    state: Annotated[str, typer.Option(help="Code of the issuing State as the MRZ has it.")],
    type: Annotated[str, typer.Option(help="First letter of the document code: P, I, V ...")],
    out: Annotated[Path, typer.Option(help="The folder of templates to add it to.")],
    issued_from: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day on which this series was issued.")
    ] = None,
    issued_until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day on which this series was issued.")
    ] = None,
) -> None:
    """Learn a template from scans of at least 3 genuine specimens, as they come from the scanner."""
    from docscan import enrolment
    from docscan.reporting import terminal

    first, last = (day.date() if day else None for day in (issued_from, issued_until))
    if first and last and first > last:
        raise UsageError("--issued-from is later than --issued-until.")
    terminal.show_template(
        enrolment.enrol(files, template_id=template_id, state=state, type=type, out=out, issued=(first, last))
    )
