"""`docscan templates`: the templates of genuine documents."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from docscan.cli.common import Files, Folders
from docscan.errors import UsageError

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
    from docscan import templates
    from docscan.reporting import terminal

    found = next((t for t in templates.load_all(folders or []) if t.id == template_id), None)
    if found is None:
        raise UsageError(f"No template {template_id!r}; `docscan templates list` lists them.")
    terminal.show_template(found)


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
