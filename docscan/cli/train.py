"""`docscan train`: the classifier set anew on what reviewers decided."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from docscan.cli.common import By, opened
from docscan.errors import OutputError


def train(
    by: By,
    store: Annotated[
        str | None,
        typer.Option("--from-store", envvar="DOCSCAN_STORE", metavar="URL", help="The case store with the decisions."),
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the new classifier and its figures go.")] = Path(
        "retrained"
    ),
    install: Annotated[
        bool, typer.Option("--install", help="Ask whether to put it in the installed one's place.")
    ] = False,
) -> None:
    """Set the classifier anew on documents that reviewers decided, and compare old and new. Nothing is installed but
    on a person's word."""
    from docscan.cases import retraining
    from docscan.judging import classifier
    from docscan.reporting import evaluation

    with opened(store) as cases:
        with cases.reading() as session:
            documents = retraining.corrected(session)
        made = retraining.retrain(classifier.load(), documents)
        typer.echo(f"The installed classifier on {len(documents)} documents that reviewers decided:\n")
        evaluation.show(made.old)
        typer.echo("\nThe new one, each document judged by a classifier that did not see it:\n")
        evaluation.show(made.new)
        try:
            out.mkdir(parents=True, exist_ok=True)
            path = retraining.save(made, out)
        except OSError as error:
            raise OutputError(f"{out} cannot be written: {error.strerror}.") from error
        typer.echo(f"\nWritten to {path}; the installed classifier is as it was.")
        if install and typer.confirm("Put the new classifier in the installed one's place?"):
            retraining.install(cases, path, by=by, documents=len(documents))
            typer.echo("Installed. The old one lies beside it as classifier.skops.old.")
