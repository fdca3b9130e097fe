"""The command line: parse, call, present; one module a group of commands. Exit codes are in docs/cli.md and
`docscan --help`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from docscan.cli import audit, batch, cases, check, evaluate, series, serve, state, templates, train
from docscan.cli.common import CLEAR, say
from docscan.errors import DocscanError

app = typer.Typer(
    name="docscan",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Find likely forgeries of travel documents in scans. A person decides: docscan says clear, refer, suspect or "
    "unreadable, and shows why.",
    epilog="Exit codes: 0 nothing flagged, 1 something flagged, 2 usage, 3 nothing flagged but something unreadable, "
    "10-18 a file that cannot be examined, 20 and up a fault of the installation; docs/cli.md lists them all.",
)
app.command()(check.check)
app.command()(check.read)
app.command()(evaluate.evaluate)
app.add_typer(templates.app, name="templates")
app.command()(state.state)
app.add_typer(series.app, name="series")
app.command()(serve.serve)
app.command()(train.train)
app.command()(batch.batch)
app.add_typer(cases.app, name="cases")
app.add_typer(cases.bundle_app, name="bundle")
app.add_typer(audit.app, name="audit")


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        from docscan.version import VERSION

        typer.echo(f"docscan {VERSION}")


def main() -> None:
    """The one boundary where an error becomes a sentence and an exit code."""
    try:
        app()
    except DocscanError as error:
        say(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody to tell.
        sys.stderr.close()
        sys.exit(CLEAR)
