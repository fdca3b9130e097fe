"""The command line: parse, call, present. Exit codes are in docs/cli.md and `docscan --help`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from docscan.errors import DocscanError, SourceError, UsageError

if TYPE_CHECKING:
    from docscan.pipeline import Inspection, Settings

CLEAR, FLAGGED, UNREADABLE = 0, 1, 3

app = typer.Typer(
    name="docscan",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Find likely forgeries of travel documents in scans. A person decides: docscan says clear, refer, suspect or "
    "unreadable, and shows why.",
    epilog="Exit codes: 0 nothing flagged, 1 something flagged, 2 usage, 3 nothing flagged but something unreadable, "
    "10-17 a file that cannot be examined, 20 and up a fault of the installation; docs/cli.md lists them all.",
)
templates_app = typer.Typer(no_args_is_help=True, help="The templates of genuine documents.")
app.add_typer(templates_app, name="templates")

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Pictures or PDFs.")]
Folders = Annotated[
    list[Path] | None,
    typer.Option(
        "--templates", envvar="DOCSCAN_TEMPLATES", metavar="DIR", help="A folder of templates of yours. Repeatable."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value a line, for programs.")]
OnDate = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Ask validity as of this day, not today.")
]


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        from docscan.version import VERSION

        typer.echo(f"docscan {VERSION}")


@app.command()
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
) -> None:
    """Examine every document in the files and say what speaks against it."""
    from docscan.document import Decision
    from docscan.reporting import json, page, terminal

    settings = _settings(folders, on, thorough=thorough, operating_point=operating_point)
    errors = Errors(as_json)
    kept: list[Inspection] = []
    outcomes: set[Decision] = set()
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


@app.command()
def read(files: Files, folders: Folders = None, as_json: AsJson = False) -> None:
    """Print what is read in the files, and judge nothing."""
    from docscan.reporting import json, terminal

    errors = Errors(as_json)
    for inspection in _each(files, _settings(folders, None), errors):
        if as_json:
            typer.echo(json.reading_line(inspection.report))
        else:
            terminal.show_reading(inspection.report)
    if errors.first:
        raise typer.Exit(errors.first.exit_code)


@app.command()
def state(
    code: Annotated[str, typer.Argument(help="Three-letter code of the issuing State, for example MYS.")],
) -> None:
    """Print what is publicly known of an issuing State's documents."""
    from docscan import states
    from docscan.reporting import terminal

    found = states.load(code.upper())
    if found is None:
        raise UsageError(f"No facts about an issuing State {code.upper()[:3]!r} are in docscan.")
    terminal.show_state(found)


@templates_app.command("list")
def list_templates(folders: Folders = None) -> None:
    """List the templates that documents are compared with."""
    from docscan import templates
    from docscan.reporting import terminal

    terminal.show_templates(templates.load_all(folders or []))


@templates_app.command("show")
def show_template(template_id: Annotated[str, typer.Argument(metavar="ID")], folders: Folders = None) -> None:
    """Print a template's zones and how genuine specimens vary in them."""
    from docscan import templates
    from docscan.reporting import terminal

    found = next((t for t in templates.load_all(folders or []) if t.id == template_id), None)
    if found is None:
        raise UsageError(f"No template {template_id!r}; `docscan templates list` lists them.")
    terminal.show_template(found)


@templates_app.command()
def enrol(
    files: Files,
    template_id: Annotated[str, typer.Option("--id", help="For example UTO-P-2020.")],
    state: Annotated[str, typer.Option(help="Code of the issuing State as the MRZ has it.")],
    type: Annotated[str, typer.Option(help="First letter of the document code: P, I, V ...")],
    out: Annotated[Path, typer.Option(help="The folder of templates to add it to.")],
) -> None:
    """Learn a template from scans of at least 3 genuine specimens, as they come from the scanner."""
    from docscan import enrolment
    from docscan.reporting import terminal

    terminal.show_template(enrolment.enrol(files, template_id=template_id, state=state, type=type, out=out))


def _settings(folders: list[Path] | None, on: datetime | None, **options: Any) -> Settings:
    from docscan import templates
    from docscan.pipeline import Settings

    return Settings(templates=templates.load_all(folders or []), on=on.date() if on else date.today(), **options)


def _each(files: list[Path], settings: Settings, errors: Errors) -> Iterator[Inspection]:
    """The documents of all files; a file that cannot be examined is noted and the next one goes on."""
    from docscan.pipeline import examine

    for path in files:
        try:
            yield from examine(path, settings)
        except SourceError as error:
            errors.note(path, error)


class Errors:
    """Says each error once: a sentence on stderr, and with --json a line on stdout in the file's place."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self.first: DocscanError | None = None

    def note(self, path: Path, error: DocscanError) -> None:
        from docscan.reporting import json

        self.first = self.first or error
        _say(error)
        if self.as_json:
            typer.echo(json.error_line(path, error))


def _say(error: DocscanError) -> None:
    text = f"docscan: {error} {error.remedy}"
    typer.echo("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text), err=True)


def main() -> None:
    """The one boundary where an error becomes a sentence and an exit code."""
    try:
        app()
    except DocscanError as error:
        _say(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody to tell.
        sys.stderr.close()
        sys.exit(CLEAR)


if __name__ == "__main__":
    main()
